import type { ErrorCode } from "./codes.js";
import type { Decision } from "./envelope.js";

/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The fields of the session events, by type; `protocol/events.schema.json` is where they come from. */
export interface SessionEventPayloads {
  "message.user": OfRun & { messageId: string; text: string; userId: string; metadata?: JsonObject };
  "run.started": OfRun & { agent: string; attempt: number };
  "run.waiting": OfRun & { for: "approval" | "device" };
  "run.restarted": OfRun & { attempt: number };
  thinking: OfRun & { text: string };
  "text.delta": OfRun & { messageId: string; delta: string };
  "text.done": OfRun & { messageId: string; text: string };
  "tool.call": OfRun & { toolCallId: string; name: string; arguments: unknown; deviceId?: string };
  "tool.result": OfRun & { toolCallId: string; result?: unknown; error?: string };
  "approval.required": OfRun & {
    approvalId: string;
    toolName: string;
    toolArgs: JsonObject;
    reason: string;
    amount?: number;
    currency?: string;
    estimatedCost?: number;
    expiresAt?: string;
  };
  "approval.decided": OfRun & {
    approvalId: string;
    decision: Decision;
    decidedBy?: string;
    editedArgs?: JsonObject;
    reason?: string;
  };
  "subagent.started": OfRun & { subagentId: string; subagentType: string; task: string; parentAgent: string };
  "subagent.ended": OfRun & {
    subagentId: string;
    result?: unknown;
    success: boolean;
    durationMs?: number;
    error?: string;
  };
  "ui.action": OfRun & { action: unknown };
  "state.snapshot": OfRun & { state: unknown };
  "state.delta": OfRun & { patch: readonly JsonObject[] };
  custom: OfRun & { name: string; value: unknown };
  "run.completed": OfRun & { result?: unknown; durationMs: number; usage?: JsonObject };
  "run.failed": OfRun & { code: ErrorCode; message: string };
  "run.cancelled": OfRun & { reason?: string };
  "run.abandoned": OfRun & { reason?: string };
}

interface OfRun {
  /** The run that the event belongs to. */
  runId?: string;
}

/** The type of a session event, without the prefix `data.` that it has on the wire. */
export type SessionEventType = keyof SessionEventPayloads;
