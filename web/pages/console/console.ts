import { html, LitElement, nothing, type TemplateResult } from "lit";
import { theme } from "../../elements/theme.js";
import { Api, ApiError, type LogEvent, type Node } from "./api.js";
import { chart, shown } from "./chart.js";
import { Meter, type Rates } from "./metrics.js";
import { styles } from "./styles.js";
import { approvals, connections, devices, runs, sessions } from "./tables.js";

const TABS = ["Connections", "Sessions", "Runs", "Approvals", "Devices", "Live"] as const;
type Tab = (typeof TABS)[number];

const STATUSES = ["", "queued", "running", "waiting", "completed", "failed", "cancelled", "abandoned"];
const REFRESH_MS = 2000;
const SAMPLES = 90;
const TAIL_MAX = 500;
const PAGES_MAX = 20;
const TOKEN = "hawser-console-token";

/** The operator's page: what goes on in a gateway, from its public administration interface. */
export class HawserConsole extends LitElement {
  static override properties = {
    _tab: { state: true },
    _node: { state: true },
    _rates: { state: true },
    _table: { state: true },
    _problem: { state: true },
    _signedIn: { state: true },
    _status: { state: true },
    _tail: { state: true },
    _timeline: { state: true },
  };
  static override styles = [theme, styles];

  declare _tab: Tab;
  declare _node: Node | undefined;
  declare _rates: readonly Rates[];
  declare _table: TemplateResult | undefined;
  declare _problem: string;
  declare _signedIn: boolean;
  declare _status: string;
  declare _tail: readonly LogEvent[];
  declare _timeline: { sessionId: string; runId: string | undefined; events: readonly LogEvent[] } | undefined;
  #api = new Api(sessionStorage.getItem(TOKEN) ?? "");
  #meter = new Meter();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: AbortController | undefined;
  #types = "";
  #missed = 0;

  constructor() {
    super();
    this._tab = "Connections";
    this._rates = [];
    this._problem = "";
    this._signedIn = false;
    this._status = "";
    this._tail = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#round();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#looking?.abort();
  }

  async #round(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      if (!document.hidden) await this.#refresh();
      this._problem = "";
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this._problem = this._signedIn || sessionStorage.getItem(TOKEN) ? error.message : "";
        this._signedIn = false;
        return;
      }
      this._problem = error instanceof ApiError ? error.message : "The gateway cannot be reached.";
    }
    this.#timer = setTimeout(() => void this.#round(), REFRESH_MS);
  }

  async #refresh(): Promise<void> {
    this._node = await this.#api.node();
    this._signedIn = true;
    const rates = this.#meter.take(await this.#api.metrics(), Date.now());
    if (rates) this._rates = [...this._rates, rates].slice(-SAMPLES);
    this._table = await this.#load(this._tab);
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
      <nav role="tablist" aria-label="What to look at">
        ${TABS.map(
          (tab) =>
            html`<button type="button" role="tab" aria-selected=${tab === this._tab} @click=${() => this.#go(tab)}>${tab}</button>`,
        )}
      </nav>
      <main>
        ${this._problem ? html`<p class="problem" role="alert">${this._problem}</p>` : nothing}
        <section class="charts" aria-label="This node">
          ${chart("Events stored", this.#values("eventsPerSecond"), "/s", SAMPLES)}
          ${chart("Events delivered", this.#values("deliveriesPerSecond"), "/s", SAMPLES)}
          ${chart("Commands", this.#values("commandsPerSecond"), "/s", SAMPLES)}
          ${chart("Command latency, mean", this.#values("commandMs"), "ms", SAMPLES)}
        </section>
        <section role="tabpanel" aria-label=${this._tab}>${this._timeline ? this.#timeline() : this.#panel()}</section>
      </main>
    `;
  }

  #about() {
    const node = this._node;
    if (!node) return nothing;
    const minutes = Math.floor((Date.parse(node.time) - Date.parse(node.startedAt)) / 60_000);
    const up = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
    return html`<span class="muted">${node.version}, up ${up}, ${shown(node.connections)} connections</span>`;
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
    return html`<form class="filters" @submit=${this.#look}>
        <label>Types, separated by spaces
          <input name="types" placeholder="all, or: run.started run.failed" .value=${this.#types} /></label>
        <button class="primary" type="submit">${this.#looking ? "Apply" : "Start"}</button>
        ${this.#looking ? html`<button type="button" @click=${this.#lookAway}>Stop</button>` : nothing}
        ${this.#missed > 0 ? html`<span class="muted" role="status">${shown(this.#missed)} events were too many to show</span>` : nothing}
      </form>
      <div class="scroll"><ol class="tail" tabindex="0" aria-label="Live events, the newest first">
        ${this._tail.length === 0 ? html`<li class="muted">${this.#looking ? "Nothing has happened yet." : "Not looking."}</li>` : nothing}
        ${this._tail.map((event) => html`<li>${eventLine(event)}</li>`)}
      </ol></div>`;
  }

  #timeline() {
    const { sessionId, runId, events } = this._timeline ?? { sessionId: "", runId: undefined, events: [] };
    const shownEvents = runId === undefined ? events : events.filter((event) => event.runId === runId);
    return html`<div class="filters">
        <button type="button" @click=${() => {
          this._timeline = undefined;
        }}>Back</button>
        <h2>${runId === undefined ? "Session" : "Run"} <code>${runId ?? sessionId}</code></h2>
        <span class="muted">${shown(shownEvents.length)} events</span>
      </div>
      <div class="scroll"><ol class="tail" tabindex="0" aria-label="Events, the oldest first">
        ${shownEvents.map((event) => html`<li>${eventLine(event)}</li>`)}
      </ol></div>`;
  }

  #signIn() {
    return html`<form class="sign-in" @submit=${this.#enter}>
      <h1>Hawser console</h1>
      <p class="muted">Sign in with an operator's token. On a development gateway:
        <code>hawser token --tenant dev --user me --operator --data DIR</code></p>
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
    this.#lookAway();
    clearTimeout(this.#timer);
    this.#api = new Api("");
    this._signedIn = false;
    this._problem = "";
  };

  readonly #tenant = (event: Event) => {
    this.#api.tenant = (event.target as HTMLInputElement).value.trim();
    this._timeline = undefined;
    this.#lookAway();
    void this.#round();
  };

  readonly #filter = (event: Event) => {
    this._status = (event.target as HTMLSelectElement).value;
    void this.#round();
  };

  readonly #drain = () => {
    if (confirm("Take this node out of service? Everybody on it is asked to reconnect, and the process ends.")) {
      void this.#api.drain().then(() => this.#round());
    }
  };

  #go(tab: Tab): void {
    this._tab = tab;
    this._table = undefined;
    this._timeline = undefined;
    void this.#round();
  }

  readonly #open = (sessionId: string, runId?: string) => {
    this._timeline = { sessionId, runId, events: [] };
    void this.#read(sessionId);
  };

  async #read(sessionId: string): Promise<void> {
    let after = 0;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { events, nextAfter } = await this.#api.events(sessionId, after);
      if (this._timeline?.sessionId !== sessionId) return;
      this._timeline = { ...this._timeline, events: [...this._timeline.events, ...events] };
      if (nextAfter === undefined) return;
      after = nextAfter;
    }
  }

  readonly #look = (event: SubmitEvent) => {
    event.preventDefault();
    this.#types = String(new FormData(event.target as HTMLFormElement).get("types")).trim();
    this.#lookAway();
    const looking = new AbortController();
    this.#looking = looking;
    this.#missed = 0;
    let fresh: LogEvent[] = [];
    let drawn = true;
    const draw = () => {
      this._tail = [...fresh.reverse(), ...this._tail].slice(0, TAIL_MAX);
      fresh = [];
      drawn = true;
    };
    const later = () => {
      if (drawn) requestAnimationFrame(draw);
      drawn = false;
    };
    const types = this.#types === "" ? [] : this.#types.split(/\s+/);
    this.#api
      .tail(
        types,
        looking.signal,
        (one) => {
          fresh.push(one);
          if (fresh.length > TAIL_MAX) fresh.shift();
          later();
        },
        (count) => {
          this.#missed += count;
          later();
        },
      )
      .catch((error) => {
        if (!looking.signal.aborted) this._problem = error instanceof Error ? error.message : "The live events ended.";
      })
      .finally(() => {
        if (this.#looking === looking) this.#lookAway();
      });
    this.requestUpdate();
  };

  readonly #lookAway = () => {
    this.#looking?.abort();
    this.#looking = undefined;
    this.requestUpdate();
  };
}

/** An event on one line. */
function eventLine({ type, sequence, time, sessionId, runId, ...fields }: LogEvent): string {
  const text = JSON.stringify(fields);
  const where = sessionId === undefined ? "" : ` …${sessionId.slice(-6)}`;
  return `${time.slice(11, 23)}${where} #${sequence} ${type} ${text === "{}" ? "" : text.slice(0, 400)}`;
}
