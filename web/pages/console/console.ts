import { html, LitElement, nothing, type TemplateResult } from "lit";
import { theme } from "../../elements/theme.js";
import { Api, ApiError, type LogEvent, type Node } from "./api.js";
import { chart, shown } from "./chart.js";
import { eventRow, rows } from "./events.js";
import { Meter, type Rates } from "./metrics.js";
import { styles } from "./styles.js";
import { approvals, connections, devices, runs, sessions } from "./tables.js";
import { Tail } from "./tail.js";

const TABS = ["Connections", "Sessions", "Runs", "Approvals", "Devices", "Live"] as const;
type Tab = (typeof TABS)[number];

const STATUSES = ["", "queued", "running", "waiting", "completed", "failed", "cancelled", "abandoned"];
const REFRESH_MS = 2000;
const SAMPLES = 90;
const PAGES_MAX = 20;
const TOKEN = "hawser-console-token";

interface Timeline {
  readonly sessionId: string;
  readonly runId: string | undefined;
  readonly events: readonly LogEvent[];
  /** Whether there are more events than are shown. */
  readonly cut: boolean;
}

/** The operator's page: what goes on in a gateway, from its public administration interface. */
export class HawserConsole extends LitElement {
  static override properties = {
    _tab: { state: true },
    _node: { state: true },
    _rates: { state: true },
    _table: { state: true },
    _problem: { state: true },
    _notice: { state: true },
    _signedIn: { state: true },
    _status: { state: true },
    _timeline: { state: true },
  };
  static override styles = [theme, styles];

  declare _tab: Tab;
  declare _node: Node | undefined;
  declare _rates: readonly Rates[];
  declare _table: TemplateResult | undefined;
  /** What hinders the page from showing what is going on. */
  declare _problem: string;
  /** What became of the last thing that was asked for. */
  declare _notice: string;
  declare _signedIn: boolean;
  declare _status: string;
  declare _timeline: Timeline | undefined;
  #api = new Api(sessionStorage.getItem(TOKEN) ?? "");
  #meter = new Meter();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rounds = 0;
  readonly #tail = new Tail(
    () => this.requestUpdate(),
    (error) => this.#tell(error),
  );

  constructor() {
    super();
    this._tab = "Connections";
    this._rates = [];
    this._problem = "";
    this._notice = "";
    this._signedIn = false;
    this._status = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#round();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#tail.stop();
  }

  async #round(): Promise<void> {
    clearTimeout(this.#timer);
    // A click begins a round of its own; what an older one still brings is of no use.
    this.#rounds += 1;
    const round = this.#rounds;
    try {
      if (!document.hidden) await this.#refresh(round);
      if (round !== this.#rounds) return;
      this._problem = "";
    } catch (error) {
      if (round !== this.#rounds) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this._problem = this._signedIn || sessionStorage.getItem(TOKEN) ? error.message : "";
        this._signedIn = false;
        return;
      }
      this._problem = error instanceof ApiError ? error.message : "The gateway cannot be reached.";
    }
    this.#timer = setTimeout(() => void this.#round(), REFRESH_MS);
  }

  async #refresh(round: number): Promise<void> {
    const node = await this.#api.node();
    if (round !== this.#rounds) return;
    this._node = node;
    this._signedIn = true;
    const text = await this.#api.metrics();
    if (round !== this.#rounds) return;
    const rates = this.#meter.take(text, Date.now());
    if (rates) this._rates = [...this._rates, rates].slice(-SAMPLES);
    const table = await this.#load(this._tab);
    if (round === this.#rounds) this._table = table;
  }

  async #load(tab: Tab): Promise<TemplateResult | undefined> {
    switch (tab) {
      case "Connections":
        return connections(await this.#api.connections(), this.#open);
      case "Sessions":
        return sessions(await this.#api.sessions(), this.#open);
      case "Runs":
        return runs(await this.#api.runs(this._status), this.#open);
      case "Approvals":
        return approvals(await this.#api.approvals(), this.#open);
      case "Devices":
        return devices(await this.#api.devices());
      case "Live":
        return undefined;
    }
  }

  override render() {
    if (!this._signedIn) return this.#signIn();
    return html`
      <header>
        <h1>Hawser console</h1>
        ${this.#about()}
        <span class="spacer"></span>
        <label><span class="sr-only">Tenant</span>
          <input placeholder="Tenant: your own" aria-label="Tenant" @change=${this.#tenant} /></label>
        <button type="button" class="danger" ?disabled=${this._node?.draining === true} @click=${this.#drain}>
          ${this._node?.draining ? "Draining" : "Drain this node"}
        </button>
        <button type="button" @click=${this.#signOut}>Sign out</button>
      </header>
      <nav aria-label="Console">
        <div role="tablist" aria-label="What to look at" @keydown=${this.#arrow}>
          ${TABS.map(
            (tab) =>
              html`<button type="button" role="tab" id=${`tab-${tab}`} aria-controls="panel" aria-selected=${tab === this._tab}
                tabindex=${tab === this._tab ? 0 : -1} @click=${() => this.#go(tab)}>${tab}</button>`,
          )}
        </div>
      </nav>
      <main>
        ${this._problem || this._notice ? html`<p class="problem" role="alert">${this._problem || this._notice}</p>` : nothing}
        <section class="charts" aria-label="This node">
          ${chart("Events stored", this.#values("eventsPerSecond"), "/s", SAMPLES)}
          ${chart("Events delivered", this.#values("deliveriesPerSecond"), "/s", SAMPLES)}
          ${chart("Commands", this.#values("commandsPerSecond"), "/s", SAMPLES)}
          ${chart("Command latency", this.#values("commandMs"), "ms, mean", SAMPLES)}
        </section>
        <section role="tabpanel" id="panel" aria-labelledby=${`tab-${this._tab}`}>${this._timeline ? this.#timeline() : this.#panel()}</section>
      </main>
    `;
  }

  #about() {
    const node = this._node;
    if (!node) return nothing;
    const minutes = Math.floor((Date.parse(node.time) - Date.parse(node.startedAt)) / 60_000);
    const up = minutes < 1 ? "less than a minute" : minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
    const connections = node.connections === 1 ? "1 connection" : `${shown(node.connections)} connections`;
    return html`<span class="muted">${node.version}, up ${up}, ${connections}</span>`;
  }

  #values(name: Exclude<keyof Rates, "at">): number[] {
    return this._rates.map((rates) => rates[name]);
  }

  #panel() {
    if (this._tab === "Live") return this.#live();
    if (this._tab !== "Runs") return this._table ?? nothing;
    return html`<div class="filters">
        <label>Status
          <select @change=${this.#filter}>
            ${STATUSES.map((status) => html`<option value=${status} ?selected=${status === this._status}>${status || "all"}</option>`)}
          </select>
        </label>
      </div>
      ${this._table ?? nothing}`;
  }

  #live() {
    const { looking, begun, types, missed, events } = this.#tail;
    const none = begun ? "Nothing has happened yet." : looking ? "Beginning to look." : "Not looking.";
    return html`<form class="filters" @submit=${this.#look}>
        <label>Types, separated by spaces
          <input name="types" placeholder="all, or: run.started run.failed" .value=${types} /></label>
        <button class="primary" type="submit">${looking ? "Apply" : "Start"}</button>
        ${looking ? html`<button type="button" @click=${this.#lookAway}>Stop</button>` : nothing}
        ${missed > 0 ? html`<span class="muted" role="status">${shown(missed)} events were too many to show</span>` : nothing}
      </form>
      <div class="scroll"><ol class="tail" tabindex="0" aria-label="Live events, the newest first">
        ${events.length === 0 ? html`<li class="muted">${none}</li>` : nothing}
        ${events.map((event) => eventRow({ first: event, last: event, count: 1, text: "" }, this.#open))}
      </ol></div>`;
  }

  #timeline() {
    if (!this._timeline) return nothing;
    const { sessionId, runId, events, cut } = this._timeline;
    const shownEvents = runId === undefined ? events : events.filter((event) => event.runId === runId);
    return html`<div class="filters">
        <button type="button" @click=${() => {
          this._timeline = undefined;
        }}>Back</button>
        <h2>${runId === undefined ? "Session" : "Run"} <code>${runId ?? sessionId}</code></h2>
        <span class="muted">${shown(shownEvents.length)} events${cut ? ", the later ones are left out" : ""}</span>
      </div>
      <div class="scroll"><ol class="tail" tabindex="0" aria-label="Events, the oldest first">
        ${rows(shownEvents).map((row) => eventRow(row))}
      </ol></div>`;
  }

  #signIn() {
    return html`<form class="sign-in" @submit=${this.#enter}>
      <h1>Hawser console</h1>
      <p class="muted">Sign in with an operator's token. On a development gateway:</p>
      <pre>hawser token --tenant dev --user me --operator --data DIR</pre>
      <label>Token <input name="token" type="password" autocomplete="off" required /></label>
      <p class="problem" role="alert">${this._problem}</p>
      <button class="primary" type="submit">Sign in</button>
    </form>`;
  }

  readonly #enter = (event: SubmitEvent) => {
    event.preventDefault();
    const token = String(new FormData(event.target as HTMLFormElement).get("token")).trim();
    sessionStorage.setItem(TOKEN, token);
    this.#api = new Api(token);
    void this.#round();
  };

  readonly #signOut = () => {
    sessionStorage.removeItem(TOKEN);
    this.#tail.clear();
    clearTimeout(this.#timer);
    this.#api = new Api("");
    this.#rounds += 1;
    this._table = undefined;
    this._timeline = undefined;
    this._signedIn = false;
    this._problem = "";
    this._notice = "";
  };

  readonly #tenant = (event: Event) => {
    this.#api.tenant = (event.target as HTMLInputElement).value.trim();
    this._timeline = undefined;
    this._table = undefined;
    this.#tail.clear();
    void this.#round();
  };

  readonly #filter = (event: Event) => {
    this._status = (event.target as HTMLSelectElement).value;
    void this.#round();
  };

  readonly #drain = () => {
    if (confirm("Take this node out of service? Everybody on it is asked to reconnect, and the process ends.")) {
      this.#api.drain().then(() => this.#round(), this.#tell);
    }
  };

  readonly #arrow = (event: KeyboardEvent) => {
    const at = TABS.indexOf(this._tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + TABS.length, Home: 0, End: TABS.length - 1 }[event.key];
    const tab = to === undefined ? undefined : TABS[to % TABS.length];
    if (!tab) return;
    event.preventDefault();
    this.#go(tab);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };

  #go(tab: Tab): void {
    this._tab = tab;
    this._notice = "";
    this._table = undefined;
    this._timeline = undefined;
    void this.#round();
  }

  readonly #open = (sessionId: string, runId?: string) => {
    this._timeline = { sessionId, runId, events: [], cut: false };
    this.#read(sessionId).catch(this.#tell);
  };

  async #read(sessionId: string): Promise<void> {
    let after = 0;
    let reading = this._timeline;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { events, nextAfter } = await this.#api.events(sessionId, after);
      if (!reading || this._timeline !== reading) return;
      reading = { ...reading, events: [...reading.events, ...events] };
      this._timeline = reading;
      if (nextAfter === undefined) return;
      after = nextAfter;
    }
    if (reading) this._timeline = { ...reading, cut: true };
  }

  readonly #tell = (error: unknown) => {
    this._notice = error instanceof ApiError ? error.message : "The gateway cannot be reached.";
  };

  readonly #look = (event: SubmitEvent) => {
    event.preventDefault();
    this._notice = "";
    this.#tail.look(this.#api, String(new FormData(event.target as HTMLFormElement).get("types")).trim());
  };

  readonly #lookAway = () => this.#tail.stop();
}
