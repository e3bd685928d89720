/** What a watchdog needs of the wire it watches. */
export interface Watched {
  /** Sends a ping; nothing if the wire cannot. */
  ping(): void;
  /** The wire is dead: nothing was heard although something should have been. */
  dead(): void;
  /** There may be a network again, or the page is looked at again: a waiting attempt need not wait. */
  wake(): void;
}

/** Where the page's events come from; `window` and `document` have this shape. */
export interface EventSourceLike {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

const PONG_GRACE_MS = 10_000;
const PROBE_MS = 4_000;
const SHORTEST_MS = 1_000;

/**
 * The watch over a wire that may die without a word. Pings at every heartbeat and takes silence of a heartbeat and ten
 * seconds for death. When the computer wakes up, the network changes or the page is shown again, it asks at once and waits
 * four seconds only.
 */
export class Watchdog {
  readonly #watched: Watched;
  readonly #stops: (() => void)[] = [];
  #heartbeatMs = 30_000;
  #heardAt = 0;
  #pingedAt = 0;
  #tickedAt = 0;
  #probeEndsAt = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Begins to listen to the page. Without a page (Node) there is nothing to listen to. */
  listen(): void {
    if (this.#stops.length > 0) return;
    const { window, document, navigator } = globalThis as {
      window?: EventSourceLike;
      document?: EventSourceLike & { visibilityState?: string };
      navigator?: { connection?: EventSourceLike };
    };
    const probe = () => this.probe();
    this.#listen(window, "online", probe);
    this.#listen(window, "offline", probe);
    this.#listen(window, "pageshow", probe);
    this.#listen(navigator?.connection, "change", probe);
    this.#listen(document, "resume", probe);
    this.#listen(document, "visibilitychange", () => {
      if (document?.visibilityState === "visible") this.probe();
    });
  }

  /** Ends listening and watching. */
  stop(): void {
    this.unwatch();
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Begins to watch a wire that has just been established; pings a second apart are the most. */
  watch(heartbeatMs: number): void {
    this.unwatch();
    this.#heartbeatMs = Math.max(SHORTEST_MS, heartbeatMs);
    this.#heardAt = this.#tickedAt = Date.now();
    this.#pingedAt = 0;
    this.#ticker = setInterval(() => this.#tick(), Math.min(1000, this.#heartbeatMs / 4));
  }

  unwatch(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    this.#probeEndsAt = 0;
  }

  /** Something came in. */
  heard(): void {
    this.#heardAt = Date.now();
    this.#probeEndsAt = 0;
  }

  /** Asks the wire for a sign of life, soon. */
  probe(): void {
    this.#watched.wake();
    if (this.#ticker === undefined || this.#probeEndsAt > 0) return;
    this.#probeEndsAt = Date.now() + PROBE_MS;
    this.#watched.ping();
  }

  #tick(): void {
    const now = Date.now();
    const slept = now - this.#tickedAt > 10_000;
    const setBack = now < this.#tickedAt;
    this.#tickedAt = now;
    // Times that lie ahead now would keep it waiting.
    if (setBack) this.#pingedAt = this.#probeEndsAt = 0;
    if ((slept || setBack) && this.#probeEndsAt === 0) {
      // Nobody ran here, so nothing could be heard either: silence says nothing, ask.
      this.#heardAt = now;
      this.probe();
    } else if (this.#probeEndsAt > 0 && now >= this.#probeEndsAt) {
      this.#watched.dead();
    } else if (now - this.#heardAt > this.#heartbeatMs + PONG_GRACE_MS) {
      this.#watched.dead();
    } else if (now - this.#pingedAt >= this.#heartbeatMs) {
      this.#pingedAt = now;
      this.#watched.ping();
    }
  }

  #listen(source: EventSourceLike | undefined, type: string, listener: () => void): void {
    if (typeof source?.addEventListener !== "function") return;
    source.addEventListener(type, listener);
    this.#stops.push(() => source.removeEventListener(type, listener));
  }
}
