import { CLOSE_RETRY, RETRY_POLICY, type Retry } from "./codes.js";

/** A timer takes no more than 31 bits; a longer one would be over at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How a client comes back; times in milliseconds. What is left out is the protocol's. */
export interface RetryPolicy {
  /** The wait before the first attempt, before jitter. */
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Failures in a row after which the client gives up. */
  readonly maxAttempts: number;
  /** The share of a wait that is random, 0 to 1. */
  readonly jitter: number;
  /** How long a connection must have lasted to be no failure. */
  readonly resetAfterMs: number;
}

/** The next attempt: `attempt` counts from 1. */
export interface Retrying {
  readonly attempt: number;
  readonly delayMs: number;
  /** The part of the delay that the server asked for. */
  readonly atLeastMs: number;
}

/** What a close code asks for. A code that the catalogue does not know means "never". */
export function retryOf(code: number): Retry {
  return CLOSE_RETRY[code] ?? "never";
}

/**
 * The decision when to come back, and whether: exponential waits with jitter, never earlier than the server said, given up
 * after `maxAttempts` failures in a row. A connection that was let in and lost soon after is no failure, but lets the waits
 * grow. Pure but for its counters; time and randomness are passed in.
 */
export class ReconnectionManager {
  readonly policy: RetryPolicy;
  readonly #random: () => number;
  /** Ends of connections since one lasted: what the wait grows with. */
  #ends = 0;
  /** Attempts since one was let in: what giving up counts. */
  #attempt = 0;
  #refreshes = 0;
  #notBeforeMs = 0;

  constructor(policy: Partial<RetryPolicy> = {}, random: () => number = Math.random) {
    this.policy = { ...RETRY_POLICY, ...policy };
    this.#random = random;
  }

  /** Attempts since the last one that was let in. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Takes a lower bound of the next wait, as `reconnectAfterMs` and `retryAfterMs` are. The largest counts. */
  notBefore(ms: number | undefined): void {
    if (ms !== undefined && ms > this.#notBeforeMs) this.#notBeforeMs = Math.min(ms, LONGEST_TIMER_MS);
  }

  /** Forgets the failures so far: a person asked, or the network is back. */
  reset(): void {
    this.#ends = 0;
    this.#attempt = 0;
    this.#refreshes = 0;
  }

  /**
   * What to do after a connection ended.
   *
   * @param code the close code
   * @param livedMs how long it had been established, 0 where it never was
   * @param counts whether a failure counts towards giving up; it does not while there is no network
   * @returns the next attempt, or undefined: stay away
   */
  next(code: number, livedMs: number, counts = true): Retrying | undefined {
    if (livedMs > 0) this.#attempt = 0;
    if (livedMs >= this.policy.resetAfterMs) this.reset();
    const retry = retryOf(code);
    const atLeast = this.#notBeforeMs;
    this.#notBeforeMs = 0;
    if (retry === "never" || this.#attempt >= this.policy.maxAttempts) return undefined;
    if (counts || this.#attempt === 0) this.#attempt += 1;
    this.#ends += 1;
    // A fresh token is tried at once, but only the first one: a server that dislikes them all is not to be flooded.
    const atOnce = retry === "refresh" && this.#refreshes++ === 0;
    return { attempt: this.#attempt, delayMs: Math.max(atLeast, atOnce ? 0 : this.#wait()), atLeastMs: atLeast };
  }

  #wait(): number {
    const { baseMs, factor, maxMs, jitter } = this.policy;
    const full = Math.min(maxMs, baseMs * factor ** (this.#ends - 1));
    return Math.round(full * (1 - jitter * this.#random()));
  }
}
