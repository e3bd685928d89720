import type { RunStatus, ServerMessage, Snapshot } from "../envelope.js";
import type { SessionEventPayloads } from "../events.js";
import type { ApprovalPart, Message, Run } from "./model.js";
import { Timeline } from "./timeline.js";

type Approval = SessionEventPayloads["approval.required"];

/** What a conversation is, as a fold over its events: no clock, no wire, equal events give an equal state. */
export class Fold {
  readonly #timeline = new Timeline();
  readonly #runs = new Map<string, Run>();
  readonly #approvals = new Set<string>();
  #runList: readonly Run[] = [];
  #runsChanged = false;
  #pending: readonly ApprovalPart[] = [];
  #pendingChanged = false;

  /** What there is now, not to be changed any more. */
  publish(): { messages: readonly Message[]; runs: readonly Run[]; pendingApprovals: readonly ApprovalPart[] } {
    if (this.#runsChanged) this.#runList = [...this.#runs.values()];
    if (this.#pendingChanged) {
      const parts = [...this.#approvals].map((id) => this.#timeline.part(`approval:${id}`, "approval"));
      this.#pending = parts.filter((part) => part !== undefined);
    }
    this.#runsChanged = this.#pendingChanged = false;
    return { messages: this.#timeline.publish(), runs: this.#runList, pendingApprovals: this.#pending };
  }

  /** Whether a person's message is in. */
  hasUser(messageId: string): boolean {
    return this.#timeline.hasUser(messageId);
  }

  /** Changes what is known of a run. */
  setRun(runId: string, fields: Partial<Run>): void {
    const known = this.#runs.get(runId);
    this.#runs.set(runId, { ...(known ?? { runId, status: "queued" }), ...fields });
    this.#runsChanged = true;
  }

  /** Changes what is known of an approval; nothing if it is not known at all. */
  setApproval(approvalId: string, fields: Partial<ApprovalPart>): void {
    const part = this.#timeline.part(`approval:${approvalId}`, "approval");
    if (!part) return;
    Object.assign(part, fields);
    if (part.decision !== undefined || part.stopped) this.#approvals.delete(approvalId);
    this.#pendingChanged = true;
  }

  /** Starts from a snapshot: everything before it is thrown away. */
  replace({ messages, runs, pendingApprovals }: Snapshot): void {
    this.#timeline.clear();
    this.#runs.clear();
    this.#approvals.clear();
    this.#runsChanged = this.#pendingChanged = true;
    const known = new Map(runs.map((run) => [run.runId, run]));
    for (const { messageId, role, text, complete, runId, time } of messages) {
      if (role === "user") {
        this.#timeline.addUser({ messageId, text, time, runId });
      } else {
        const turn = this.#timeline.turn(runId, time);
        const run = known.get(runId ?? "");
        turn.status = run?.status ?? (complete ? "completed" : "running");
        if (run) turn.agent = run.agent;
        this.#timeline.add({ kind: "text", key: `text:${messageId}`, messageId, text, complete }, runId, time);
      }
    }
    for (const { runId, agent, status } of runs) this.setRun(runId, { agent, status });
    const waiting = runs.find(({ status }) => status === "waiting");
    for (const approval of pendingApprovals) {
      const runId = approval.runId ?? waiting?.runId;
      this.#approve(approval, runId, known.get(runId ?? "")?.startedAt ?? "");
      if (runId !== undefined) this.#timeline.turn(runId, "").status = "waiting";
    }
  }

  /** Takes in one event of the conversation. */
  take(message: ServerMessage): void {
    const time = message.timestamp;
    const timeline = this.#timeline;
    switch (message.type) {
      case "data.message.user": {
        const { runId, ...user } = message.payload;
        timeline.addUser({ ...user, runId, time });
        if (runId !== undefined && !this.#runs.has(runId)) this.setRun(runId, { status: "queued" });
        break;
      }
      case "data.run.started": {
        const { runId = "", agent, attempt } = message.payload;
        this.setRun(runId, { status: "running", agent, attempt });
        Object.assign(timeline.turn(runId, time), { status: "running", agent });
        break;
      }
      case "data.run.waiting":
        this.#status(message.payload.runId, "waiting", message.payload.for);
        break;
      case "data.run.restarted": {
        const { runId = "", attempt } = message.payload;
        timeline.restart(runId);
        this.#endApprovals(runId);
        this.setRun(runId, { attempt });
        this.#status(runId, "running");
        break;
      }
      case "data.thinking":
        timeline.add(
          { kind: "thinking", key: `thinking:${message.sequence}`, text: message.payload.text },
          message.payload.runId,
          time,
        );
        break;
      case "data.text.delta": {
        const { runId, messageId, delta } = message.payload;
        const part = timeline.part(`text:${messageId}`, "text");
        if (part) part.text += delta;
        else
          timeline.add(
            { kind: "text", key: `text:${messageId}`, messageId, text: delta, complete: false },
            runId,
            time,
          );
        break;
      }
      case "data.text.done": {
        const { runId, messageId, text } = message.payload;
        timeline.add({ kind: "text", key: `text:${messageId}`, messageId, text, complete: true }, runId, time);
        break;
      }
      case "data.tool.call": {
        const { runId, toolCallId, name, arguments: args, deviceId } = message.payload;
        const key = `tool:${runId}:${toolCallId}`;
        timeline.add(
          { kind: "tool", key, toolCallId, name, arguments: args, deviceId, status: "running" },
          runId,
          time,
        );
        break;
      }
      case "data.tool.result": {
        const { runId, toolCallId, result, error } = message.payload;
        const part = timeline.part(`tool:${runId}:${toolCallId}`, "tool");
        if (part) Object.assign(part, { result, error, status: error === undefined ? "done" : "failed" });
        this.#goesOn(runId);
        break;
      }
      case "data.approval.required":
        this.#approve(message.payload, message.payload.runId, time);
        break;
      case "data.approval.decided": {
        const { runId, approvalId, decision, decidedBy, editedArgs, reason } = message.payload;
        const decided = { decision, decidedBy, editedArgs, decisionReason: reason, deciding: undefined };
        this.setApproval(approvalId, decided);
        this.#goesOn(runId);
        break;
      }
      case "data.subagent.started": {
        const { runId, ...subagent } = message.payload;
        const key = `subagent:${runId}:${subagent.subagentId}`;
        timeline.add({ ...subagent, kind: "subagent", key, status: "running" }, runId, time);
        break;
      }
      case "data.subagent.ended": {
        const { runId, subagentId, success, result, error, durationMs } = message.payload;
        const part = timeline.part(`subagent:${runId}:${subagentId}`, "subagent");
        if (part) Object.assign(part, { result, error, durationMs, status: success ? "done" : "failed" });
        break;
      }
      case "data.ui.action":
        timeline.add(
          { kind: "ui", key: `ui:${message.sequence}`, action: message.payload.action },
          message.payload.runId,
          time,
        );
        break;
      case "data.custom": {
        const { runId, name, value } = message.payload;
        timeline.add({ kind: "custom", key: `custom:${message.sequence}`, name, value }, runId, time);
        break;
      }
      case "data.run.completed":
        this.#end(message.payload.runId, "completed", time, { durationMs: message.payload.durationMs });
        break;
      case "data.run.failed": {
        const { runId, code, message: text } = message.payload;
        this.#end(runId, "failed", time, { error: { code, message: text } });
        break;
      }
      case "data.run.cancelled":
        this.#end(message.payload.runId, "cancelled", time, { error: { message: message.payload.reason } });
        break;
      case "data.run.abandoned":
        this.#end(message.payload.runId, "abandoned", time, { error: { message: message.payload.reason } });
        break;
      default:
      // The agent's shared state and what is not an event: for who subscribes to it.
    }
  }

  #approve({ runId: _, ...approval }: Approval, runId: string | undefined, time: string): void {
    const key = `approval:${approval.approvalId}`;
    this.#timeline.add({ ...approval, kind: "approval", key, runId }, runId, time);
    this.#approvals.add(approval.approvalId);
    this.#pendingChanged = true;
  }

  #status(runId: string | undefined, status: RunStatus, waitsFor?: Run["waitsFor"]): void {
    if (runId === undefined) return;
    this.setRun(runId, { status, waitsFor });
    const turn = this.#timeline.turnOf(runId);
    if (turn) turn.status = status;
  }

  #goesOn(runId: string | undefined): void {
    if (this.#runs.get(runId ?? "")?.status === "waiting") this.#status(runId, "running");
  }

  #end(runId = "", status: RunStatus, time: string, fields: Partial<Message>): void {
    this.setRun(runId, { status, waitsFor: undefined, cancelling: undefined });
    const turn = this.#timeline.turn(runId, time);
    Object.assign(turn, fields, { status });
    for (const { key, kind } of [...turn.parts]) {
      if (kind === "text") Object.assign(this.#timeline.part(key, kind) ?? {}, { complete: true });
      if (kind !== "tool" && kind !== "subagent") continue;
      const part = this.#timeline.part(key, kind);
      if (part?.status === "running") part.status = "stopped";
    }
    this.#endApprovals(runId);
  }

  #endApprovals(runId: string): void {
    for (const id of [...this.#approvals]) {
      const part = this.#timeline.part(`approval:${id}`, "approval");
      if (!part) this.#approvals.delete(id);
      else if (part.runId === runId) this.setApproval(id, { stopped: true, deciding: undefined });
    }
    this.#pendingChanged = true;
  }
}
