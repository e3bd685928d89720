import type { ErrorCode } from "./codes.js";
import type { SessionEventPayloads } from "./events.js";

/** One message of the `standard` dialect, either way. Readers ignore fields they do not know. */
export type Envelope<T extends string = string, P = unknown> = {
  readonly id: string;
  readonly type: T;
  readonly version: string;
  /** ISO 8601, UTC, milliseconds; of a session event: when it was logged. */
  readonly timestamp: string;
  readonly source: "client" | "server";
  readonly conversationId?: string;
  /** On an answer: the `id` of the message it answers. */
  readonly correlationId?: string;
  /** On session events only: 1, 2, 3 … without holes within one epoch. */
  readonly sequence?: number;
  readonly payload: P;
};

/** The states of a run. The last four are ends. */
export type RunStatus = "queued" | "running" | "waiting" | "completed" | "failed" | "cancelled" | "abandoned";

/** What a person said about an approval, or that nobody did in time. */
export type Decision = "approve" | "reject" | "edit" | "expire";

/** The state of a conversation up to `lastSequence`, where replay is not possible or not wanted. */
export interface Snapshot {
  readonly messages: readonly SnapshotMessage[];
  readonly runs: readonly SnapshotRun[];
  readonly pendingApprovals: readonly SessionEventPayloads["approval.required"][];
  /** What agents and users share; left out where nobody has set it. */
  readonly state?: unknown;
  readonly lastSequence: number;
}

/** A message in a snapshot; `text` is the text so far where it is not complete. */
export interface SnapshotMessage {
  readonly messageId: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly complete: boolean;
  readonly runId?: string;
  readonly time: string;
}

/** A run in a snapshot. */
export interface SnapshotRun {
  readonly runId: string;
  readonly agent: string;
  readonly status: RunStatus;
  readonly startedAt?: string;
}

/** The answer to a resume: the events from `fromSequence` on follow, or `snapshot` replaces what was known. */
export interface Resumed {
  readonly conversationId: string;
  readonly epoch: string;
  readonly recovered: boolean;
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly reason?: "epoch_changed" | "expired" | "ahead" | "snapshot_requested";
  readonly snapshot?: Snapshot;
}

/** What went wrong, for programs (`code`) and for people (`message`). */
export interface ErrorPayload {
  readonly category: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

/** The payload of `system.connection.established`, the first message of every accepted wire. */
export interface Established {
  readonly connectionId: string;
  readonly conversationId?: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly epoch?: string;
  readonly lastSequence?: number;
  readonly heartbeatIntervalMs: number;
  readonly maxMessageBytes: number;
  readonly serverTime: string;
}

/** A conversation with its position. */
export interface ConversationPosition {
  readonly conversationId: string;
  readonly epoch: string;
  readonly lastSequence: number;
}

type DataPayloads = {
  [K in keyof SessionEventPayloads as `data.${K}`]: SessionEventPayloads[K];
};

/** The payloads of what the server sends, by type. */
export interface ServerPayloads extends DataPayloads {
  "system.connection.established": Established;
  "system.connection.resumed": Resumed;
  "system.connection.close": { reason: string; code: number; reconnectAfterMs?: number };
  "system.ping": { timestamp: string };
  "system.pong": { timestamp: string };
  "system.error": ErrorPayload;
  "system.auth.refreshed": { expiresAt: string };
  "control.conversation.created": ConversationPosition;
  "control.conversation.subscribed": ConversationPosition;
  "control.conversation.unsubscribed": ConversationPosition;
  "control.run.accepted": { runId: string; messageId: string; status: RunStatus };
  "control.run.cancelling": { runId: string; status: RunStatus };
  "control.approval.recorded": { approvalId: string; decision: Decision; won: boolean };
  "control.notice": { name: string; value: unknown };
}

/** A message of the server; narrow it by its `type`. */
export type ServerMessage = {
  [K in keyof ServerPayloads]: Envelope<K, ServerPayloads[K]>;
}[keyof ServerPayloads];

/** The payloads of the commands that an application sends, by type. */
export interface CommandPayloads {
  "data.message.send": { text: string; agent?: string; metadata?: Readonly<Record<string, unknown>> };
  "data.ui.action": Readonly<Record<string, unknown>>;
  "control.conversation.create": { conversationId?: string; metadata?: Readonly<Record<string, unknown>> };
  "control.conversation.subscribe": { conversationId: string; epoch?: string; lastSequence?: number };
  "control.conversation.unsubscribe": { conversationId: string };
  "control.run.cancel": { runId: string };
  "control.approval.decide": {
    approvalId: string;
    decision: "approve" | "reject" | "edit";
    editedArgs?: Readonly<Record<string, unknown>>;
    reason?: string;
  };
}

/** The type of a command. */
export type CommandType = keyof CommandPayloads;

/** An id that nobody can guess: 32 hexadecimal digits. Works on pages without a secure context, too. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A message of a client, complete but for what only some have: `id` and `timestamp` are made here. */
export function createMessage<T extends string, P = Record<never, never>>(
  type: T,
  payload: P = {} as P,
  more: { id?: string; conversationId?: string | undefined; correlationId?: string | undefined } = {},
): Envelope<T, P> {
  const { id = newId(), conversationId, correlationId } = more;
  return {
    id,
    type,
    version: "1.0",
    timestamp: new Date().toISOString(),
    source: "client",
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    payload,
  };
}

/** The message in a text frame, or undefined where it is none. */
export function parseMessage(data: unknown): ServerMessage | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const message = JSON.parse(data);
    if (typeof message?.type !== "string") return undefined;
    if (typeof message.payload !== "object" || message.payload === null) message.payload = {};
    return message;
  } catch {
    return undefined;
  }
}
