import type { Say } from "./connector.js";
import { newId } from "./envelope.js";
import { LONGEST_TIMER_MS } from "./reconnect.js";
import type { TokenReason, Tokens } from "./tokens.js";

const RETRY_MS = 10_000;
/** A source of tokens that are always about to expire is not to be asked without end. */
const APART_MS = 2_000;

/** The renewal of the token on a living wire, ahead of its end. One at a time. */
export class Renewal {
  readonly #tokens: Tokens;
  readonly #say: Say;
  readonly #failed: (message: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The id of the request that is under way. */
  #id: string | undefined;

  constructor(tokens: Tokens, say: Say, failed: (message: string) => void) {
    this.#tokens = tokens;
    this.#say = say;
    this.#failed = failed;
  }

  /** Renews when it is time. */
  plan(atLeastMs = 0): void {
    const ms = this.#tokens.renewInMs();
    if (ms === undefined) clearTimeout(this.#timer);
    else this.#later(Math.min(Math.max(ms, atLeastMs), LONGEST_TIMER_MS), "expiring");
  }

  /** Renews now: a new token is asked for and sent on the wire. */
  async begin(reason: TokenReason): Promise<void> {
    if (!this.#tokens.renewable || this.#id !== undefined) return;
    const id = newId();
    this.#id = id;
    try {
      const token = await this.#tokens.renew(reason);
      if (this.#id !== id) return;
      if (token === undefined || !this.#say("system.auth.refresh", { token }, id)) this.#id = undefined;
    } catch (error) {
      if (this.#id !== id) return;
      this.#id = undefined;
      this.#later(RETRY_MS, reason);
      this.#failed(`No new token could be had: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }

  /** The server took the token. */
  done(expiresAt: string): void {
    this.#tokens.setExpiry(expiresAt);
    this.#id = undefined;
    this.plan(APART_MS);
  }

  /** The server refused the request of that id, if it was ours. */
  refused(id: string): void {
    if (id === this.#id) this.#id = undefined;
  }

  /** The wire is gone: what is under way is void. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#id = undefined;
  }

  #later(ms: number, reason: TokenReason): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.begin(reason), ms);
  }
}
