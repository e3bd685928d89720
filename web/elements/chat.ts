import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { HawserSession, type JsonObject, type Message, type Outgoing, type SessionOptions } from "../client/index.js";
import type { Deciding } from "./approval.js";
import { Follow } from "./follow.js";
import { theme } from "./theme.js";

/** How near the end counts as being there, in pixels. */
const NEAR_END = 80;

/**
 * `<hawser-chat>`: a whole conversation with an agent. Give it a `session`, or let it make one of the attributes `url`,
 * `conversation-id` and `agent` and the property `options` (for `getToken` and the rest). It connects the session that it
 * made itself, and disconnects it when it leaves the page.
 *
 * @slot empty - what is shown before the first message
 * @csspart log, composer
 */
export class HawserChat extends LitElement {
  static override properties = {
    session: { attribute: false },
    options: { attribute: false },
    url: {},
    conversationId: { attribute: "conversation-id" },
    agent: {},
    placeholder: {},
    _draft: { state: true },
  };
  static override styles = [
    theme,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        min-width: 0;
        min-height: 20rem;
        height: 100%;
        background: var(--_ground);
      }
      header {
        display: flex;
        justify-content: space-between;
        gap: 0.75rem;
        padding: 0.5rem 0.9rem;
        border-bottom: 1px solid var(--_line);
      }
      .log {
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 1rem 0.9rem;
      }
      ol {
        display: grid;
        gap: 1rem;
        max-width: 48rem;
        margin: 0 auto;
        padding: 0;
        list-style: none;
      }
      li {
        min-width: 0;
      }
      .outgoing {
        opacity: 0.7;
      }
      .outgoing p {
        margin: 0.25rem 0 0;
        text-align: end;
        font-size: 0.875rem;
      }
      form {
        display: flex;
        align-items: end;
        gap: 0.5rem;
        width: 100%;
        max-width: 49.8rem;
        margin: 0 auto;
        padding: 0.75rem 0.9rem;
      }
      form textarea {
        max-height: 12rem;
        min-height: 2.5rem;
        field-sizing: content;
      }
    `,
  ];

  declare session: HawserSession | undefined;
  declare options: SessionOptions | undefined;
  declare url: string | undefined;
  declare conversationId: string | undefined;
  declare agent: string | undefined;
  declare placeholder: string;
  declare _draft: string;
  readonly #follow = new Follow(this, () => this.session ?? this.#own);
  #own: HawserSession | undefined;
  #atEnd = true;
  #top = 0;

  constructor() {
    super();
    this.placeholder = "Message the agent";
    this._draft = "";
  }

  /** The session that is shown. */
  get current(): HawserSession | undefined {
    return this.session ?? this.#own;
  }

  override willUpdate(): void {
    if (this.session || this.#own || !this.isConnected) return;
    const { url, conversationId, agent } = this;
    this.#own = new HawserSession({ url, conversationId, agent, ...this.options });
    void this.#own.connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#growth.disconnect();
    this.#own?.disconnect();
    this.#own = undefined;
  }

  /** Messages grow after the chat itself was rendered, and surfaces even later. */
  readonly #growth = new ResizeObserver(() => {
    const log = this.renderRoot.querySelector(".log");
    if (log && this.#atEnd) log.scrollTop = log.scrollHeight;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.firstUpdated();
  }

  override firstUpdated(): void {
    for (const grown of this.renderRoot.querySelectorAll(".log, .log ol")) this.#growth.observe(grown);
  }

  override render() {
    const state = this.#follow.state;
    const messages = state?.messages ?? [];
    const outgoing = state?.outgoing ?? [];
    const active = state?.activeRun;
    return html`
      <header>
        <connection-status .client=${this.current?.client}></connection-status>
        <slot name="actions"></slot>
      </header>
      <div part="log" class="log" tabindex="0" role="log" aria-live="off" aria-label="Conversation" @scroll=${this.#scrolled}>
        ${messages.length === 0 && outgoing.length === 0 ? html`<slot name="empty"></slot>` : nothing}
        <ol @decide=${this.#decide} @act=${this.#act}>
          ${repeat(
            messages,
            (message: Message) => message.key,
            (message) => html`<li><hawser-message .message=${message}></hawser-message></li>`,
          )}
          ${repeat(
            outgoing,
            (message: Outgoing) => message.id,
            (message) => this.#outgoing(message),
          )}
        </ol>
      </div>
      <form part="composer" @submit=${this.#submit}>
        <textarea
          rows="1"
          aria-label="Message"
          placeholder=${this.placeholder}
          .value=${this._draft}
          @input=${(event: InputEvent) => {
            this._draft = (event.target as HTMLTextAreaElement).value;
          }}
          @keydown=${this.#key}
        ></textarea>
        ${
          active
            ? html`<button type="button" ?disabled=${active.cancelling === true} @click=${() => this.current?.cancel()}>
              ${active.cancelling ? "Stopping" : "Stop"}
            </button>`
            : nothing
        }
        <button class="primary" type="submit" ?disabled=${this._draft.trim() === ""}>Send</button>
      </form>
      <div class="sr-only" aria-live="polite">${active ? (active.status === "waiting" ? "The agent waits" : "The agent is working") : ""}</div>
    `;
  }

  #outgoing({ id, text, status, reason }: Outgoing) {
    const told =
      status === "refused" ? (reason ?? "It was not taken.") : status === "stored" ? "Waits for the connection" : "";
    return html`<li class="outgoing">
      <hawser-message .message=${{ role: "user", key: id, messageId: id, text, time: "" }}></hawser-message>
      ${
        told
          ? html`<p role="status">${told}
            ${status === "refused" ? html`<button type="button" @click=${() => this.current?.forget(id)}>Remove</button>` : nothing}</p>`
          : nothing
      }
    </li>`;
  }

  readonly #scrolled = (event: Event) => {
    const log = event.target as HTMLElement;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    // A log that grew since is no reader who went away from its end.
    this.#atEnd = near || (this.#atEnd && log.scrollTop >= this.#top);
    this.#top = log.scrollTop;
  };

  readonly #key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  };

  readonly #submit = (event: Event) => {
    event.preventDefault();
    this.#send();
  };

  #send(): void {
    const text = this._draft.trim();
    if (text === "") return;
    this.#atEnd = true;
    this.current?.send(text);
    this._draft = "";
  }

  readonly #decide = ({ detail: { approvalId, decision, ...more } }: CustomEvent<Deciding>) => {
    this.current?.decide(approvalId, decision, more);
  };

  readonly #act = ({ detail }: CustomEvent<JsonObject>) => {
    this.current?.act(detail);
  };
}
