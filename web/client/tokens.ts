/** Why a token is asked for: to connect, to go on beyond the present one's end, or because that was refused as expired. */
export type TokenReason = "connect" | "expiring" | "expired";

/** Where tokens come from. */
export interface TokenOptions {
  /** A token that is used as it is. */
  readonly token?: string | undefined;
  /** Makes a token; asked again before the present one expires. May take its time, may throw. */
  readonly getToken?: ((reason: TokenReason) => string | undefined | Promise<string | undefined>) | undefined;
}

/** A token is renewed this long before its end; short-lived ones after three quarters of their life. */
const AHEAD_MS = 60_000;

/** The present token and when it ends, by the server's clock. Asks for a new one only when that is needed. */
export class Tokens {
  readonly #options: TokenOptions;
  #token: string | undefined;
  #expiresAt: number | undefined;
  #issuedAt: number;
  /** The server's time minus ours. */
  #offsetMs = 0;
  #pending: Promise<string | undefined> | undefined;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#issuedAt = Date.now();
    if (options.token !== undefined) this.#take(options.token);
  }

  /** Whether a new token can be had. */
  get renewable(): boolean {
    return this.#options.getToken !== undefined;
  }

  /** Sets our clock by the server's. */
  setServerTime(serverTime: string | undefined): void {
    const time = Date.parse(serverTime ?? "");
    if (!Number.isNaN(time)) this.#offsetMs = time - Date.now();
  }

  /** Takes the end that the server named, which counts more than what the token says. */
  setExpiry(expiresAt: string | undefined): void {
    const time = Date.parse(expiresAt ?? "");
    if (!Number.isNaN(time)) this.#expiresAt = time;
  }

  /** Milliseconds until the token should be renewed, at least 0; undefined where it need not or cannot be. */
  renewInMs(): number | undefined {
    if (!this.renewable || this.#expiresAt === undefined) return undefined;
    const ahead = Math.min(AHEAD_MS, (this.#expiresAt - this.#issuedAt) / 4);
    return Math.max(0, this.#expiresAt - ahead - this.#now());
  }

  /** The token to connect with: the present one if it is good for a while, or a new one. */
  async forConnecting(): Promise<string | undefined> {
    const good = this.#token !== undefined && (this.#expiresAt === undefined || this.#expiresAt - this.#now() > 5_000);
    return good || !this.renewable ? this.#token : this.renew(this.#token === undefined ? "connect" : "expired");
  }

  /** Forgets the present token, so that the next connection asks for one. */
  expire(): void {
    if (this.renewable) this.#expiresAt = 0;
  }

  /** A new token. One request at a time: who asks meanwhile gets the same. */
  renew(reason: TokenReason): Promise<string | undefined> {
    this.#pending ??= Promise.resolve()
      .then(() => this.#options.getToken?.(reason))
      .then((token) => {
        this.#take(token);
        return token;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  #take(token: string | undefined): void {
    this.#token = token;
    this.#issuedAt = this.#now();
    this.#expiresAt = token === undefined ? undefined : expiryOf(token);
  }

  #now(): number {
    return Date.now() + this.#offsetMs;
  }
}

/** When a JWT ends, in milliseconds since 1970; undefined where it is no JWT or says nothing. Nothing is verified. */
export function expiryOf(token: string): number | undefined {
  const claims = token.split(".")[1];
  if (claims === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
