import type { ErrorCode } from "./codes.js";
import type { ErrorPayload, Established, ServerMessage } from "./envelope.js";
import type { Logger } from "./logger.js";
import type { Answer, OutboxLimits, Refusal } from "./outbox.js";
import type { ItemStorage } from "./positions.js";
import type { Retrying, RetryPolicy } from "./reconnect.js";
import type { StateChange } from "./state.js";
import type { TokenOptions } from "./tokens.js";
import type { SocketConstructor } from "./wire.js";

/** What a client is made of. Everything may be left out on a page of the gateway's own that needs no sign-in. */
export interface ClientOptions extends TokenOptions {
  /** The gateway, `wss://HOST/ws`; http(s) is taken as ws(s). The page's own host by default. */
  readonly url?: string | undefined;
  /**
   * A one-time ticket instead of a token; a function is asked for a fresh one before every attempt. One that is a text is
   * good for one wire: on the way back the token is used, if there is one.
   */
  readonly ticket?: string | (() => string | Promise<string>) | undefined;
  /** The conversation to follow, else the one that `url` names. Without it the first message creates one. */
  readonly conversationId?: string | undefined;
  /** The agent for messages that name none. */
  readonly agent?: string | undefined;
  /**
   * What to fetch of a conversation that is joined without a position: nothing (the default), all of its events, a
   * snapshot, or all if the log is no longer than a number and else a snapshot.
   */
  readonly history?: "none" | "all" | "snapshot" | number | undefined;
  /** Whether and how to come back; true is the protocol's policy. */
  readonly reconnect?: boolean | Partial<RetryPolicy> | undefined;
  /** Milliseconds between pings; the server's by default. */
  readonly heartbeatInterval?: number | undefined;
  /**
   * Where positions are kept for the next life of the page, for an application that keeps its own state beside them.
   * Without it a page begins anew.
   */
  readonly storage?: ItemStorage | undefined;
  /** Bounds of what waits for the wire, and where it outlives the page (one that no other page shares). */
  readonly queue?: (Partial<OutboxLimits> & { readonly storage?: ItemStorage; readonly name?: string }) | undefined;
  /** Makes sockets; the platform's WebSocket by default. */
  readonly WebSocket?: SocketConstructor | undefined;
  readonly logger?: Logger | undefined;
  /** Numbers in [0, 1) for jitter. */
  readonly random?: (() => number) | undefined;
}

/** The events of a client. */
export interface ClientEvents {
  /** The server has let us in. `resuming`: it was asked for what came after our position. */
  connected: Established & { readonly resuming: boolean };
  /** A wire ended. */
  disconnected: { readonly code: number; readonly reason: string; readonly willReconnect: boolean };
  /**
   * Something went wrong: told by the server, or by ourselves (`NO_SOCKET`: the address is none, or may not be reached from
   * here). The message that caused it, if one did.
   */
  error: Partial<Omit<ErrorPayload, "code">> & {
    readonly code: ErrorCode | "NO_SOCKET";
    readonly message: string;
    readonly correlationId?: string;
  };
  /** A message of the server; session events once each and in order. */
  message: ServerMessage;
  statechange: StateChange;
  /** An attempt to come back is planned. */
  retry: Retrying & { readonly at: number; readonly code: number };
  /** A ping was answered. */
  latency: { readonly ms: number };
}

/** What became of a command at once: it went out, it waits for the wire, or it was not taken. */
export type SendResult =
  | { readonly status: "sent" | "stored"; readonly id: string; readonly answer: Promise<Answer> }
  | { readonly status: "refused"; readonly id: string; readonly reason: Refusal; readonly answer: Promise<Answer> };
