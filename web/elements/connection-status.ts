import { css, html, LitElement, nothing } from "lit";
import type { ConnectionState, WebSocketClient } from "../client/index.js";
import { theme } from "./theme.js";

const TEXT: Readonly<Record<ConnectionState, string>> = {
  disconnected: "Offline",
  connecting: "Connecting",
  connected: "Catching up",
  active: "Connected",
  reconnecting: "Reconnecting",
  closed: "Disconnected",
};

const COLOR: Readonly<Record<ConnectionState, "green" | "yellow" | "red">> = {
  disconnected: "red",
  connecting: "yellow",
  connected: "yellow",
  active: "green",
  reconnecting: "yellow",
  closed: "red",
};

const GOOD_MS = 150;
const FAIR_MS = 500;
const SECOND_MS = 1000;

/** How good a wire is by its last ping, or that nothing is known yet. */
export function qualityOf(latencyMs: number | undefined): "good" | "fair" | "poor" | undefined {
  if (latencyMs === undefined) return undefined;
  if (latencyMs <= GOOD_MS) return "good";
  return latencyMs <= FAIR_MS ? "fair" : "poor";
}

/**
 * `<connection-status>`: a dot with a word on how a client's connection is, a countdown to the next attempt, and the quality
 * of the wire by its pings. Set the property `client`. Screen readers are told the word, not the countdown.
 *
 * @csspart dot, text, quality, retry, again
 */
export class ConnectionStatus extends LitElement {
  static override properties = { client: { attribute: false }, _now: { state: true } };
  static override styles = [
    theme,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 0.875rem;
      }
      .dot {
        width: 0.65rem;
        height: 0.65rem;
        border-radius: 50%;
        background: var(--_bad);
        flex: none;
      }
      .green {
        background: var(--_good);
      }
      .yellow {
        background: var(--_warn);
        animation: pulse 1.2s ease-in-out infinite;
      }
      .bars {
        display: inline-flex;
        align-items: end;
        gap: 2px;
        height: 0.75rem;
      }
      .bars i {
        width: 3px;
        height: 33%;
        background: var(--_line);
      }
      .bars i:nth-child(2) {
        height: 66%;
      }
      .bars i:nth-child(3) {
        height: 100%;
      }
      .bars i.on {
        background: var(--_muted);
      }
      button {
        min-height: 1.75rem;
        padding: 0 0.6rem;
      }
      @keyframes pulse {
        50% {
          opacity: 0.35;
        }
      }
    `,
  ];

  /** Whose connection it is. */
  declare client: WebSocketClient | undefined;
  declare _now: number;
  #nextAt: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this._now = Date.now();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("client")) this.#listen();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  #listen(): void {
    this.#stop();
    const client = this.client;
    if (!client) return;
    this.#leave = [
      client.on("statechange", ({ newState }) => {
        if (newState !== "reconnecting") this.#count(undefined);
        this.requestUpdate();
      }),
      client.on("retry", ({ at }) => this.#count(at)),
      client.on("latency", () => this.requestUpdate()),
    ];
    // What was planned before anybody looked.
    this.#count(client.retry?.at);
  }

  #stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#count(undefined);
  }

  #count(until: number | undefined): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#nextAt = until;
    if (until === undefined) return;
    this._now = Date.now();
    this.#timer = setInterval(() => {
      this._now = Date.now();
      if (this._now >= until) clearInterval(this.#timer);
    }, SECOND_MS);
  }

  override render() {
    const state = this.client?.state ?? "disconnected";
    const latency = state === "active" ? this.client?.latency : undefined;
    const quality = qualityOf(latency);
    const left = this.#nextAt === undefined ? 0 : Math.ceil((this.#nextAt - this._now) / SECOND_MS);
    return html`
      <span part="dot" class="dot ${COLOR[state]}" aria-hidden="true"></span>
      <span part="text" role="status">${TEXT[state]}</span>
      ${
        state === "reconnecting" && left > 0
          ? html`<span part="retry" class="muted" aria-hidden="true">in ${left} s</span>`
          : nothing
      }
      ${
        quality
          ? html`<span part="quality" class="bars" role="img" title="${Math.round(latency ?? 0)} ms"
              aria-label="Connection quality ${quality}"
              ><i class="on"></i><i class=${quality === "poor" ? "" : "on"}></i
              ><i class=${quality === "good" ? "on" : ""}></i
            ></span>`
          : nothing
      }
      ${
        state === "closed" || (state === "reconnecting" && left > 0)
          ? html`<button part="again" type="button" @click=${this.#again}>Connect now</button>`
          : nothing
      }
    `;
  }

  readonly #again = () => {
    void this.client?.connect();
  };
}
