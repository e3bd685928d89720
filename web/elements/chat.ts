import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { HawserSession, type JsonObject, type Outgoing, type SessionOptions } from "../client/index.js";
import type { Deciding } from "./approval.js";
import { buttons } from "./buttons.js";
import { chatStyles } from "./chat-styles.js";
import type { HawserComposer } from "./composer.js";
import { Follow } from "./follow.js";
import { icon } from "./icons.js";
import { doing, Teller } from "./telling.js";
import { theme } from "./theme.js";

/** How near the end counts as being there, in pixels. */
const NEAR_END = 80;
/** What a session of the chat's own is made of. */
const OWN = ["url", "conversationId", "agent"];
/** What a server takes that has not said how much. */
const MESSAGE_BYTES = 65536;

/**
 * `<hawser-chat>`: a whole conversation with an agent. Give it a `session`, or let it make one of the attributes `url`,
 * `conversation-id` and `agent` and the property `options` (for `getToken` and the rest). It connects the session that it
 * made itself, makes another when one of the attributes changes or `options` come late, disconnects it while it is not on the
 * page, and does without it once it is given one. With `bare` it leaves out the line with the connection's state. Fires `say`
 * with the text before it sends one; who prevents that sends it otherwise.
 *
 * @slot empty - what is shown before the first message
 * @slot actions - beside the state of the connection
 * @slot notice - above the box to write in
 * @csspart header, log, composer
 */
export class HawserChat extends LitElement {
  static override properties = {
    session: { attribute: false },
    options: { attribute: false },
    url: {},
    conversationId: { attribute: "conversation-id" },
    agent: {},
    placeholder: {},
    bare: { type: Boolean },
    _away: { state: true },
    _told: { state: true },
  };
  static override styles = [theme, buttons, chatStyles];

  declare session: HawserSession | undefined;
  declare options: SessionOptions | undefined;
  declare url: string | undefined;
  declare conversationId: string | undefined;
  declare agent: string | undefined;
  declare placeholder: string;
  declare bare: boolean;
  /** Whether the reader looks at something before the end. */
  declare _away: boolean;
  /** What screen readers were told last. */
  declare _told: string;
  readonly #follow = new Follow(this, () => this.session ?? this.#own);
  #own: HawserSession | undefined;
  #shown: HawserSession | undefined;
  #teller = new Teller();
  #top = 0;

  constructor() {
    super();
    this.placeholder = "Message the agent";
    this.bare = false;
    this._away = false;
    this._told = "";
  }

  /** The session that is shown. */
  get current(): HawserSession | undefined {
    return this.session ?? this.#own;
  }

  /** Puts the cursor into the box to write in. */
  override focus(): void {
    void this.updateComplete.then(async () => {
      const composer = this.renderRoot.querySelector<HawserComposer>("hawser-composer");
      await composer?.updateComplete;
      composer?.focus();
    });
  }

  /** Says something, and goes to the end to see what comes of it. */
  say(text: string): void {
    this._away = false;
    if (this.dispatchEvent(new CustomEvent("say", { detail: text, cancelable: true }))) this.current?.send(text);
  }

  override willUpdate(changed: Map<string, unknown>): void {
    // Options that are made anew with every rendering are no others.
    const late = changed.has("options") && changed.get("options") === undefined;
    if (this.session || late || OWN.some((name) => changed.has(name))) {
      this.#own?.disconnect();
      this.#own = undefined;
    }
    if (!this.session && !this.#own && this.isConnected) {
      const { url, conversationId, agent } = this;
      this.#own = new HawserSession({ url, conversationId, agent, ...this.options });
      void this.#own.connect();
    }
    if (this.current !== this.#shown) {
      this.#shown = this.current;
      this.#teller = new Teller();
      this._away = false;
      this._told = "";
      this.toggleAttribute("settled", false);
    }
    const state = this.current?.getSnapshot();
    if (state) this._told = this.#teller.take(state) ?? this._told;
  }

  override updated(): void {
    // Only what comes from now on moves in.
    if (this.#follow.state?.caughtUp) this.toggleAttribute("settled", true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#growth.disconnect();
    this.#own?.disconnect();
  }

  /** Messages grow after the chat itself was rendered, and surfaces even later. */
  readonly #growth = new ResizeObserver(() => {
    if (!this._away) this.#toEnd();
  });

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    this.firstUpdated();
    void this.#own?.connect();
    this.requestUpdate();
  }

  override firstUpdated(): void {
    for (const grown of this.renderRoot.querySelectorAll(".log, .log > .column")) this.#growth.observe(grown);
  }

  override render() {
    const session = this.current;
    const state = this.#follow.state;
    const messages = state?.messages ?? [];
    const outgoing = state?.outgoing ?? [];
    const empty = messages.length === 0 && outgoing.length === 0;
    const busy = state ? doing(state) : "";
    return html`
      ${
        this.bare
          ? nothing
          : html`<header part="header">
            <connection-status .client=${session?.client}></connection-status>
            <slot name="actions"></slot>
          </header>`
      }
      <div part="log" class="log" tabindex="0" role="log" aria-live="off" aria-label="Conversation" @scroll=${this.#scrolled}>
        <div class="column">
          ${empty ? html`<slot name="empty"></slot>` : nothing}
          <ol @decide=${this.#decide} @act=${this.#act} @again=${this.#again}>
            ${repeat(
              messages,
              (message) => message.key,
              (message) => html`<li class=${message.role === "user" ? "by-user" : ""}>
                <hawser-message .message=${message} .again=${message.role === "assistant" && message.runId !== undefined}></hawser-message>
              </li>`,
            )}
            ${repeat(
              outgoing,
              (message) => message.id,
              (message) => this.#outgoing(message),
            )}
          </ol>
          ${busy ? html`<p class="working">${pulse(state?.activeRun?.status === "waiting")}${busy}</p>` : nothing}
        </div>
      </div>
      <div class="fade"></div>
      ${
        this._away && !empty
          ? html`<button class="latest" type="button" @click=${this.#latest}>${icon("down")}Latest</button>`
          : nothing
      }
      <div class="dock">
        <div class="column">
          <slot name="notice"></slot>
          <hawser-composer
            part="composer"
            .placeholder=${this.placeholder}
            .maxBytes=${session?.client.maxMessageBytes ?? MESSAGE_BYTES}
            .active=${state?.activeRun}
            @say=${(event: CustomEvent<string>) => this.say(event.detail)}
            @stop=${() => session?.cancel()}
          ></hawser-composer>
        </div>
      </div>
      <div class="sr-only" aria-live="polite">${busy}</div>
      <div class="sr-only" aria-live="polite">${this._told}</div>
    `;
  }

  #outgoing({ id, text, status, reason }: Outgoing) {
    const refused = status === "refused";
    return html`<li class="by-user ${refused ? "refused" : "unsent"}">
      <hawser-message .message=${{ role: "user", key: id, messageId: id, text, time: "" }}></hawser-message>
      <p class="note" role="status">
        ${refused ? `Not sent: ${reason ?? "it was not taken."}` : this.current?.client.state === "active" ? "Sending" : "Waits for the connection"}
        ${
          refused
            ? html`<button class="small" type="button" @click=${() => this.#resend(id, text)}>Send again</button>
              <button class="small" type="button" @click=${() => this.current?.forget(id)}>Discard</button>`
            : nothing
        }
      </p>
    </li>`;
  }

  #resend(id: string, text: string): void {
    this.current?.forget(id);
    this.say(text);
  }

  /** A run that did not end well is tried once more by what the person had said. */
  readonly #again = ({ detail: runId }: CustomEvent<string>) => {
    const said = this.#follow.state?.messages.find((one) => one.role === "user" && one.runId === runId);
    if (said?.role === "user") this.say(said.text);
  };

  readonly #scrolled = (event: Event) => {
    const log = event.target as HTMLElement;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    // A log that grew since is no reader who went away from its end.
    this._away = !near && (this._away || log.scrollTop < this.#top);
    this.#top = log.scrollTop;
  };

  readonly #latest = () => {
    this._away = false;
    this.#toEnd();
  };

  #toEnd(): void {
    const log = this.renderRoot.querySelector(".log");
    if (!log) return;
    const empty = this.renderRoot.querySelector("li") === null;
    log.scrollTop = empty ? 0 : log.scrollHeight;
  }

  readonly #decide = ({ detail: { approvalId, decision, ...more } }: CustomEvent<Deciding>) => {
    this.current?.decide(approvalId, decision, more);
  };

  readonly #act = ({ detail }: CustomEvent<JsonObject>) => {
    this.current?.act(detail);
  };
}

const pulse = (still: boolean) =>
  still ? nothing : html`<span class="pulse" aria-hidden="true"><i></i><i></i><i></i></span>`;
