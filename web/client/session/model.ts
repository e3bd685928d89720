import type { Decision, RunStatus } from "../envelope.js";
import type { JsonObject, SessionEventPayloads } from "../events.js";
import type { ConnectionState } from "../state.js";

/** A piece of text of an answer, streamed where it is not complete. */
export interface TextPart {
  readonly kind: "text";
  readonly key: string;
  readonly messageId: string;
  readonly text: string;
  readonly complete: boolean;
}

/** A step of the agent's reasoning. */
export interface ThinkingPart {
  readonly kind: "thinking";
  readonly key: string;
  readonly text: string;
}

/** How a call ended, or that it goes on; `stopped`: its run ended before it. */
export type CallStatus = "running" | "done" | "failed" | "stopped";

/** A call of a tool with its outcome. */
export interface ToolPart {
  readonly kind: "tool";
  readonly key: string;
  readonly toolCallId: string;
  readonly name: string;
  readonly arguments: unknown;
  readonly deviceId?: string | undefined;
  readonly status: CallStatus;
  readonly result?: unknown;
  readonly error?: string | undefined;
}

/** Something that a person has to decide, or has decided. */
export interface ApprovalPart {
  readonly kind: "approval";
  readonly key: string;
  readonly approvalId: string;
  readonly runId?: string | undefined;
  readonly toolName: string;
  readonly toolArgs: JsonObject;
  readonly reason: string;
  readonly amount?: number | undefined;
  readonly currency?: string | undefined;
  readonly estimatedCost?: number | undefined;
  readonly expiresAt?: string | undefined;
  /** What was recorded. */
  readonly decision?: Decision | undefined;
  readonly decidedBy?: string | undefined;
  readonly editedArgs?: JsonObject | undefined;
  readonly decisionReason?: string | undefined;
  /** What was said here and is not recorded yet. */
  readonly deciding?: Decision | undefined;
  /** Whether it was decided here, but somebody else was faster. */
  readonly lost?: boolean | undefined;
  /** Whether its run ended before anybody decided. */
  readonly stopped?: boolean | undefined;
}

/** A task that the agent handed to another one. */
export interface SubagentPart {
  readonly kind: "subagent";
  readonly key: string;
  readonly subagentId: string;
  readonly subagentType: string;
  readonly task: string;
  readonly parentAgent: string;
  readonly status: CallStatus;
  readonly result?: unknown;
  readonly error?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** A message of an A2UI surface, as it is. */
export interface UiPart {
  readonly kind: "ui";
  readonly key: string;
  readonly action: unknown;
}

/** Anything else that the agent told. */
export interface CustomPart {
  readonly kind: "custom";
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

/** A part of an agent's turn, told apart by `kind`. */
export type Part = TextPart | ThinkingPart | ToolPart | ApprovalPart | SubagentPart | UiPart | CustomPart;

/** What a person said. */
export interface UserMessage {
  readonly role: "user";
  readonly key: string;
  readonly messageId: string;
  readonly text: string;
  readonly time: string;
  readonly runId?: string | undefined;
  readonly userId?: string | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** What an agent did in one run, in order. */
export interface AgentMessage {
  readonly role: "assistant";
  readonly key: string;
  readonly runId?: string | undefined;
  readonly agent?: string | undefined;
  readonly status: RunStatus;
  readonly time: string;
  readonly parts: readonly Part[];
  /** Why it ended, where it did not end well. */
  readonly error?: { readonly code?: string | undefined; readonly message?: string | undefined } | undefined;
  readonly durationMs?: number | undefined;
}

/** A message of the conversation, told apart by `role`. `key` is stable, for lists. */
export type Message = UserMessage | AgentMessage;

/** A run of the conversation. */
export interface Run {
  readonly runId: string;
  readonly agent?: string | undefined;
  readonly status: RunStatus;
  readonly waitsFor?: SessionEventPayloads["run.waiting"]["for"] | undefined;
  readonly attempt?: number | undefined;
  /** Whether cancelling was asked for here and the agent has not stopped yet. */
  readonly cancelling?: boolean | undefined;
}

/** An own message that is not in the log yet: it waits for the wire, or for its answer, or was not taken. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly time: string;
  readonly status: "stored" | "sent" | "refused";
  readonly reason?: string | undefined;
}

/** A device of the user, as `GET /v1/devices` tells. */
export interface Device {
  readonly deviceId: string;
  readonly tools: readonly { readonly name: string; readonly description?: string }[];
  readonly agentIds: readonly string[];
  readonly connectedAt: string;
}

/** What an application shows of a conversation. Never changes; what is equal in two of them is the same object. */
export interface SessionState {
  readonly connection: ConnectionState;
  readonly conversationId: string | undefined;
  /** Whether everything that was in the log when we came is here. */
  readonly caughtUp: boolean;
  readonly messages: readonly Message[];
  /** Runs that have not ended, and those whose end was seen, oldest first. */
  readonly runs: readonly Run[];
  /** The run that works or waits, or else the next in line. */
  readonly activeRun: Run | undefined;
  readonly pendingApprovals: readonly ApprovalPart[];
  readonly outgoing: readonly Outgoing[];
  readonly devices: readonly Device[];
}

/** All text of an agent's turn. */
export function textOf(message: Message): string {
  if (message.role === "user") return message.text;
  return message.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
}
