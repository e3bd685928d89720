import { html, LitElement, nothing, type TemplateResult } from "lit";
import { HawserSession, newId } from "../../client/index.js";
import { buttons } from "../../elements/buttons.js";
import { Follow } from "../../elements/follow.js";
import { icon } from "../../elements/icons.js";
import type { HawserChat } from "../../elements/index.js";
import { theme } from "../../elements/theme.js";
import { addressOf, readAddress } from "./address.js";
import { Conversations, titleOf, when } from "./conversations.js";
import { type Explanation, explain } from "./explain.js";
import { styles } from "./styles.js";
import { DEMO_AGENT, GREETINGS, SUGGESTIONS } from "./suggestions.js";

const TOKEN = "hawser.token";
const AGENT_NOT_FOUND = 4005;
const TOLD_MS = 2500;
const REFRESH_APART_MS = 2000;

/** The chat page: one conversation at a time over one connection, and the user's others to choose from. */
export class HawserChatPage extends LitElement {
  static override properties = {
    _session: { state: true },
    _over: { state: true },
    _toast: { state: true },
    _listProblem: { state: true },
  };
  static override styles = [theme, buttons, styles];

  declare _session: HawserSession;
  /** Why the connection is over, where it does not come back by itself. */
  declare _over: Explanation | undefined;
  declare _toast: string;
  declare _listProblem: boolean;
  readonly #follow = new Follow(this, () => this._session);
  /** The id that a new conversation will have; the present one has been begun where that differs. */
  #fresh: string | undefined;
  #agent: string | undefined;
  #conversations!: Conversations;
  #refreshedAt = 0;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this._toast = "";
    this._listProblem = false;
    this.#open();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#addressChanged);
    addEventListener("popstate", this.#addressChanged);
    document.addEventListener("visibilitychange", this.#seen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#addressChanged);
    removeEventListener("popstate", this.#addressChanged);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#end();
  }

  override firstUpdated(): void {
    if (matchMedia("(pointer: fine)").matches) this.#chat?.focus();
  }

  /** The conversation that is shown; undefined before the first message of a new one. */
  get #shown(): string | undefined {
    return this.#fresh === undefined ? this._session.client.conversationId : undefined;
  }

  get #chat(): HawserChat | null {
    return this.renderRoot.querySelector("hawser-chat");
  }

  /** Opens what the address names. */
  #open(): void {
    this.#end();
    const { conversationId, agent, token } = readAddress(location);
    if (token !== undefined) sessionStorage.setItem(TOKEN, token);
    if (location.hash !== "") history.replaceState(null, "", addressOf(conversationId, agent));
    this.#agent = agent;
    this.#fresh = conversationId === undefined ? newId() : undefined;
    this._over = undefined;
    this._session = new HawserSession({
      conversationId,
      agent,
      token: sessionStorage.getItem(TOKEN) ?? undefined,
      // What was not answered yet outlives a reload.
      queue: { storage: sessionStorage, name: conversationId ?? this.#fresh ?? "" },
    });
    const { client } = this._session;
    this.#conversations = new Conversations((path) => client.request(path));
    // Nothing of that list is known yet, however lately another one was fetched.
    this.#refreshedAt = 0;
    this.#leave = [
      client.on("disconnected", ({ code, willReconnect }) => {
        if (!willReconnect) this.#lost(code);
      }),
      client.on("statechange", ({ newState }) => {
        if (newState !== "closed") this._over = undefined;
        if (newState === "connected" || newState === "active") void this.#refresh();
      }),
    ];
    void this._session.connect().catch(() => {});
  }

  #end(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this._session?.disconnect();
  }

  #lost(code: number): void {
    this._over = explain(code);
    if (this._over.remedy === "sign-in-again") sessionStorage.removeItem(TOKEN);
    if (code === AGENT_NOT_FOUND) this.#agent = undefined;
  }

  /** Goes to a conversation, or begins a new one. */
  #go(conversationId: string | undefined): void {
    this.renderRoot.querySelector("dialog")?.close();
    if (conversationId === this.#shown && this._over === undefined) {
      this.#chat?.focus();
      return;
    }
    history.pushState(null, "", addressOf(conversationId, this.#agent));
    this.#open();
    this.#chat?.focus();
  }

  readonly #addressChanged = () => {
    const { conversationId, token } = readAddress(location);
    if (conversationId !== this.#shown || token !== undefined) this.#open();
  };

  readonly #seen = () => {
    if (!document.hidden) void this.#refresh();
  };

  async #refresh(): Promise<void> {
    const now = Date.now();
    if (now - this.#refreshedAt < REFRESH_APART_MS) return;
    this.#refreshedAt = now;
    const conversations = this.#conversations;
    try {
      await conversations.refresh();
      this._listProblem = false;
      this.requestUpdate();
      await conversations.nameAll(() => this.requestUpdate());
    } catch {
      // Where the wire is lost, too, that is told already.
      this._listProblem = true;
    }
  }

  async #more(): Promise<void> {
    try {
      await this.#conversations.next();
      this.requestUpdate();
      await this.#conversations.nameAll(() => this.requestUpdate());
    } catch {
      this._listProblem = true;
    }
  }

  readonly #said = (event: CustomEvent<string>) => {
    event.preventDefault();
    this.#say(event.detail);
  };

  #say(text: string): void {
    if (this._over?.remedy === "new") this.#go(undefined);
    const session = this._session;
    if (this.#fresh !== undefined) {
      const conversationId = this.#fresh;
      const title = titleOf(text);
      const { answer } = session.client.send("control.conversation.create", { conversationId, metadata: { title } });
      this.#fresh = undefined;
      this.#conversations.begun(conversationId, title, new Date().toISOString());
      history.replaceState(null, "", addressOf(conversationId, this.#agent));
      void answer.then(() => {
        this.#refreshedAt = 0;
        return this.#refresh();
      });
    }
    session.send(text);
  }

  async #share(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this._toast = "Link copied";
    } catch {
      this._toast = "The address of this page is the link";
    }
    setTimeout(() => {
      this._toast = "";
    }, TOLD_MS);
  }

  readonly #signIn = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get("token");
    if (typeof token !== "string" || token.trim() === "") return;
    sessionStorage.setItem(TOKEN, token.trim());
    this.#open();
  };

  override updated(): void {
    const id = this.#shown;
    const title = this.#conversations.list.find((one) => one.id === id)?.title || this.#begunWith();
    document.title = title ? `${title} · Hawser` : "Hawser";
  }

  /** What the shown conversation was begun with. */
  #begunWith(): string {
    const said = this.#shown && this.#follow.state?.messages.find(({ role }) => role === "user");
    return said && said.role === "user" ? titleOf(said.text) : "";
  }

  override render() {
    const shown = this.#shown;
    const state = this.#follow.state;
    const agent = state?.runs.findLast((run) => run.agent !== undefined)?.agent ?? this.#agent ?? DEMO_AGENT;
    const demo = agent === DEMO_AGENT;
    const empty = !state || (state.messages.length === 0 && state.outgoing.length === 0);
    const waits = empty && shown !== undefined && !state?.caughtUp && this._over === undefined;
    return html`
      <a class="skip" href="#message" @click=${this.#skip}>Skip to the message box</a>
      <nav class="side" aria-label="Conversations">
        <header><h1 class="brand">${mark()}<span>Hawser</span></h1>${this.#newButton()}</header>
        ${this.#list(shown)}
      </nav>
      <header class="bar">
        <button class="ghost narrow" type="button" aria-haspopup="dialog" @click=${this.#openList}>
          ${icon("list")}<span class="sr-only">Conversations</span>
        </button>
        <h1 class="brand narrow">${mark()}<span>Hawser</span></h1>
        <connection-status .client=${this._session.client}></connection-status>
        <button class="ghost" type="button" ?disabled=${shown === undefined} @click=${() => void this.#share()}>
          ${icon("link")}<span>Share</span>
        </button>
        <div class="narrow">${this.#newButton()}</div>
      </header>
      <hawser-chat role="main" bare .session=${this._session} @say=${this.#said}>
        ${waits || !empty ? nothing : this.#welcome(demo)}
        <div slot="notice">
          ${this.#banner()}
          ${empty || !demo ? nothing : this.#chips()}
        </div>
      </hawser-chat>
      <dialog aria-label="Conversations" @click=${this.#besides}>
        <header>
          <div class="brand">${mark()}<span>Hawser</span></div>
          <button class="ghost" type="button" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>
            ${icon("cross")}<span class="sr-only">Close</span>
          </button>
        </header>
        ${this.#list(shown)}
      </dialog>
      <div class="toast" role="status">${this._toast}</div>
    `;
  }

  #newButton(): TemplateResult {
    return html`<button class="ghost" type="button" @click=${() => this.#go(undefined)}>${icon("plus")}<span>New</span></button>`;
  }

  #list(shown: string | undefined): TemplateResult {
    const now = new Date();
    const { list, more } = this.#conversations;
    return html`<div class="list">
      <h2>Conversations</h2>
      <ul>
        ${list.map(
          ({ id, title, createdAt }) => html`<li>
            <a
              href=${addressOf(id, this.#agent)}
              aria-current=${id === shown ? "page" : nothing}
              @click=${(event: MouseEvent) => this.#choose(event, id)}
              ><span>${title || (id === shown && this.#begunWith()) || "Untitled"}</span><time datetime=${createdAt}>${when(createdAt, now)}</time></a
            >
          </li>`,
        )}
      </ul>
      ${list.length > 0 ? nothing : html`<p>${this._listProblem ? "They cannot be had at the moment." : "None yet."}</p>`}
      ${more ? html`<button class="small" type="button" @click=${() => void this.#more()}>Show more</button>` : nothing}
    </div>`;
  }

  #choose(event: MouseEvent, id: string): void {
    // Another tab or window is the browser's affair.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.#go(id);
  }

  #welcome(demo: boolean): TemplateResult {
    return html`<section class="welcome" slot="empty">
      ${mark()}
      <h2>A line that holds</h2>
      <p>
        Every answer is stored before you see it. Reload the page, lose the network, restart the server: nothing goes
        missing.
      </p>
      ${
        demo
          ? html`<ul class="starters" aria-label="Suggestions">
            ${SUGGESTIONS.slice(0, GREETINGS).map(
              ({ text, title, hint }) => html`<li>
                <button type="button" @click=${() => this.#chat?.say(text)}>
                  <strong>${title}</strong><span>${hint}</span><code>${text}</code>
                </button>
              </li>`,
            )}
          </ul>`
          : nothing
      }
    </section>`;
  }

  #chips(): TemplateResult {
    return html`<ul class="chips" aria-label="Suggestions">
      ${SUGGESTIONS.map(
        ({ text, chip }) => html`<li>
          <button type="button" title=${text} @click=${() => this.#chat?.say(text)}>${chip}</button>
        </li>`,
      )}
    </ul>`;
  }

  #banner() {
    const over = this._over;
    if (over === undefined) {
      if (this._session.client.state !== "reconnecting") return nothing;
      return html`<div class="banner">
        <span>Connection lost. What you write now is sent when it is back.</span>
        <button class="small" type="button" @click=${this.#again}>Try now</button>
      </div>`;
    }
    switch (over.remedy) {
      case "sign-in":
      case "sign-in-again":
        return html`<div class="banner">
          <span role="alert">${over.text}</span>
          <form @submit=${this.#signIn}>
            <input name="token" type="password" autocomplete="off" required placeholder="Token" aria-label="Token" />
            <button class="small" type="submit">Sign in</button>
          </form>
          ${
            over.remedy === "sign-in"
              ? nothing
              : html`<button class="small" type="button" @click=${() => this.#open()}>Go on without</button>`
          }
        </div>`;
      case "new":
        return this.#remedy(over.text, "New conversation", () => this.#go(undefined));
      case "reload":
        return this.#remedy(over.text, "Reload", () => location.reload());
      case "again":
        return this.#remedy(over.text, "Try again", this.#again);
    }
  }

  #remedy(text: string, label: string, act: () => void): TemplateResult {
    return html`<div class="banner">
      <span role="alert">${text}</span><button class="small" type="button" @click=${act}>${label}</button>
    </div>`;
  }

  readonly #again = () => {
    void this._session.connect().catch(() => {});
  };

  readonly #skip = (event: Event) => {
    event.preventDefault();
    this.#chat?.focus();
  };

  readonly #openList = () => {
    void this.#refresh();
    this.renderRoot.querySelector("dialog")?.showModal();
  };

  /** A click beside the list closes it. */
  readonly #besides = (event: MouseEvent) => {
    if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
  };
}

const mark = () => html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <path class="post" d="M6.5 4.5v15M17.5 4.5v15" />
  <path class="rope" d="M3 13.5c2.5-4.5 5.5-4.5 9-1.5s6.5 3 9-1.5" />
</svg>`;
