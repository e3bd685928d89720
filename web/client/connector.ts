import { addressOf } from "./address.js";
import type { Followed } from "./conversations.js";
import { createMessage, newId } from "./envelope.js";
import type { Logger } from "./logger.js";
import type { ClientOptions } from "./options.js";
import { ReconnectionManager, type Retrying } from "./reconnect.js";
import type { Tokens } from "./tokens.js";
import { type SocketConstructor, Wire } from "./wire.js";

/** Sends a message on the present wire. False where there is none, or the server has not let us in yet. */
export type Say = (type: string, payload: object, id?: string, correlationId?: string) => boolean;

/** The end of a wire or of an attempt to get one. */
export interface End {
  readonly code: number;
  readonly reason: string;
  /** The attempt that comes next; undefined: we stay away. */
  readonly next: (Retrying & { readonly at: number }) | undefined;
  /** What went wrong before there was a wire. */
  readonly failure?: { readonly code: "AUTH_INVALID" | "NO_SOCKET"; readonly message: string } | undefined;
}

/** What a connector asks and tells. */
export interface ConnectorListener {
  /** The conversation to join while connecting; asked for every attempt. */
  target(): Followed | undefined;
  /** A frame came in on a wire that joined that conversation. `resuming`: from a position. */
  received(data: unknown, joined: Followed | undefined, resuming: boolean): void;
  ended(end: End): void;
}

/**
 * The wires of a client, one at a time: opens one with a fresh credential, tells what comes in and how it ended, and opens the
 * next when it is time. Knows nothing of what is said on them.
 */
export class Connector {
  readonly #options: ClientOptions;
  readonly #tokens: Tokens;
  readonly #log: Logger;
  readonly #listener: ConnectorListener;
  readonly #reconnection: ReconnectionManager;
  #wire: Wire | undefined;
  #letInAt: number | undefined;
  #announced: { code: number; reason: string } | undefined;
  /** Counts attempts and wishes; what was begun for an earlier one is void. */
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mayRetryAt = 0;
  /** The ticket of the last attempt: worth nothing any more. */
  #redeemed: string | undefined;

  constructor(options: ClientOptions, tokens: Tokens, log: Logger, listener: ConnectorListener) {
    this.#options = options;
    this.#tokens = tokens;
    this.#log = log;
    this.#listener = listener;
    const { reconnect, random } = options;
    this.#reconnection = new ReconnectionManager(typeof reconnect === "object" ? reconnect : {}, random);
  }

  /** Whether the server has let us in on the present wire. */
  get up(): boolean {
    return this.#letInAt !== undefined;
  }

  /** Connects, with every attempt still to be used up. */
  begin(): void {
    this.#reconnection.reset();
    void this.#attempt();
  }

  /** Makes the attempt that waits for its time, if there is one, now, and allows all attempts again: somebody asked. */
  hurry(): void {
    if (this.#timer !== undefined) this.begin();
  }

  /** The network or the page is back: as `hurry`, unless the server asked us to stay away for longer. */
  wake(): void {
    if (Date.now() >= this.#mayRetryAt) this.hurry();
  }

  /** The server has let us in. */
  letIn(): void {
    this.#wire?.letIn();
    this.#letInAt = Date.now();
    this.#announced = undefined;
  }

  /** The server says how this wire is about to end. */
  announce(close: { code: number; reason: string; reconnectAfterMs?: number }): void {
    this.#announced = close;
    this.#reconnection.notBefore(close.reconnectAfterMs);
  }

  /** The server asks not to be asked again before that much time. */
  notBefore(ms = 0): void {
    this.#mayRetryAt = Math.max(this.#mayRetryAt, Date.now() + ms);
  }

  /** Sends a text frame; whether it was taken. */
  send(text: string): boolean {
    return this.up && this.#wire?.send(text) === true;
  }

  readonly say: Say = (type, payload, id = newId(), correlationId) => {
    if (!this.up) return false;
    this.#log.debug("→", type);
    return this.send(JSON.stringify(createMessage(type, payload, { id, correlationId })));
  };

  /** Takes the wire for lost; it comes back as that code says. */
  lose(code: number, reason: string): void {
    this.#wire?.lose(code, reason);
  }

  /** Ends the wire and the wish for one; whether there was one. Nothing is told. */
  close(code: number, reason: string): boolean {
    const wire = this.#wire;
    this.#reset();
    wire?.close(code, reason);
    return wire !== undefined;
  }

  async #attempt(): Promise<void> {
    this.#reset();
    const generation = this.#generation;
    const target = this.#listener.target();
    const { ticket, url, agent } = this.#options;
    let oneTime: string | undefined;
    let token: string | undefined;
    try {
      oneTime = typeof ticket === "function" ? await ticket() : ticket;
      if (oneTime === undefined || oneTime === this.#redeemed) token = await this.#tokens.forConnecting();
      if (token !== undefined) oneTime = undefined;
    } catch (error) {
      if (generation !== this.#generation) return;
      const message = `No credential could be had: ${reasonOf(error)}`;
      this.#ended(1006, "no credential", { code: "AUTH_INVALID", message });
      return;
    }
    if (generation !== this.#generation) return;
    this.#redeemed = oneTime;
    const position = target?.position;
    this.#log.debug("attempt", this.#reconnection.attempt, position ? "resuming" : "anew");
    try {
      const at = addressOf({ url, token, ticket: oneTime, agent, conversationId: target?.id, position });
      const Socket = this.#options.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor | undefined);
      if (!Socket) throw new Error("there is no WebSocket here, so it has to be given as an option");
      this.#wire = new Wire(Socket, at.url, at.protocols, {
        received: (data) => this.#listener.received(data, target, position !== undefined),
        ended: (code, reason) => this.#ended(code, reason),
      });
    } catch (error) {
      // An address that is none, or one that the page may not reach: trying again would not help.
      const message = `No connection can be made: ${reasonOf(error)}`;
      this.#ended(1006, "no socket", { code: "NO_SOCKET", message });
    }
  }

  #ended(code: number, reason: string, failure?: End["failure"]): void {
    const announced = this.#announced;
    const lived = this.#letInAt === undefined ? 0 : Math.max(1, Date.now() - this.#letInAt);
    this.#reset();
    // A close without a status (1005) is no one's decision. A close that was announced may lose its frame.
    let end = code === 1005 ? 1006 : code;
    if (end === 1006) end = announced?.code ?? end;
    if (end === 4001) this.#tokens.expire();
    const next = failure?.code === "NO_SOCKET" ? undefined : this.#next(end, lived);
    this.#log.info("ended", end, next ? `again in ${next.delayMs} ms` : "for good");
    if (next) {
      this.#mayRetryAt = next.at - (next.delayMs - next.atLeastMs);
      this.#timer = setTimeout(() => void this.#attempt(), next.delayMs);
    }
    this.#listener.ended({ code: end, reason: announced?.reason ?? reason, next, failure });
  }

  #next(code: number, livedMs: number): End["next"] {
    const { reconnect, ticket } = this.#options;
    const renewable = this.#tokens.renewable || typeof ticket === "function";
    if (reconnect === false || (code === 4001 && !renewable)) return undefined;
    this.#reconnection.notBefore(this.#mayRetryAt - Date.now());
    const offline = globalThis.navigator?.onLine === false;
    const next = this.#reconnection.next(code, livedMs, !offline);
    return next && { ...next, at: Date.now() + next.delayMs };
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#wire = this.#letInAt = this.#announced = undefined;
    this.#generation += 1;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
