import type { Api, LogEvent } from "./api.js";

const MOST = 500;

/** What happens in a tenant as it happens, the newest first. Drawn once a frame, however much comes in. */
export class Tail {
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  #events: readonly LogEvent[] = [];
  #types = "";
  #missed = 0;
  #begun = false;
  #looking: AbortController | undefined;

  constructor(changed: () => void, failed: (error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** The types that are looked for, as they were typed; empty for all. */
  get types(): string {
    return this.#types;
  }

  /** How many events came too fast to be told. */
  get missed(): number {
    return this.#missed;
  }

  get looking(): boolean {
    return this.#looking !== undefined;
  }

  /** Whether what happens now will be told. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Begins anew, with these types only. */
  look(api: Api, types: string): void {
    this.stop();
    this.#types = types;
    this.#events = [];
    this.#missed = 0;
    const looking = new AbortController();
    this.#looking = looking;
    let fresh: LogEvent[] = [];
    let drawn = true;
    const draw = () => {
      if (looking.signal.aborted) return;
      this.#events = [...fresh.reverse(), ...this.#events].slice(0, MOST);
      fresh = [];
      drawn = true;
      this.#changed();
    };
    const later = () => {
      if (drawn) requestAnimationFrame(draw);
      drawn = false;
    };
    const begun = () => {
      if (looking.signal.aborted) return;
      this.#begun = true;
      this.#changed();
    };
    const came = (event: LogEvent) => {
      fresh.push(event);
      if (fresh.length > MOST) fresh.shift();
      later();
    };
    const missed = (count: number) => {
      this.#missed += count;
      later();
    };
    api
      .tail(types === "" ? [] : types.split(/\s+/), looking.signal, begun, came, missed)
      .catch((error) => {
        if (!looking.signal.aborted) this.#failed(error);
      })
      .finally(() => {
        if (this.#looking === looking) this.stop();
      });
    this.#changed();
  }

  /** Looks no more; what there is stays. */
  stop(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#begun = false;
    this.#changed();
  }

  /** Looks no more, and forgets what there is. */
  clear(): void {
    this.#events = [];
    this.stop();
  }
}
