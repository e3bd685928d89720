// What the page shows, as a fold over session events. No clock, no network, no document: equal events, equal state.
import { add, change, createState, dropOutput } from "./timeline.js";

export { createState, takeChanges } from "./timeline.js";

const ENDS = {
  "run.completed": "completed",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
  "run.abandoned": "abandoned",
};

/** Takes in one event `{type, sequence, time, runId?, …fields}`; answers "applied", "duplicate" or "gap". */
export function applyEvent(state, event) {
  if (event.sequence <= state.last) return "duplicate";
  if (event.sequence !== state.last + 1) return "gap";
  state.last = event.sequence;
  fold(state, event);
  return "applied";
}

const ENDED = new Set(Object.values(ENDS));

/** Replaces everything by the snapshot of a `system.connection.resumed`. */
export function applySnapshot(state, epoch, snapshot) {
  Object.assign(state, createState(), { epoch, last: snapshot.lastSequence });
  for (const message of snapshot.messages) {
    const kind = message.role === "user" ? "user" : "answer";
    add(state, {
      kind,
      id: message.messageId,
      runId: message.runId,
      text: message.text,
      time: message.time,
      complete: message.complete,
    });
  }
  for (const { runId, agent, status } of snapshot.runs) {
    if (!ENDED.has(status)) state.runs.set(runId, { runId, agent, status });
  }
  for (const approval of snapshot.pendingApprovals)
    add(state, { ...approval, kind: "approval", id: approval.approvalId });
}

/** The run that works, waits or is next in line, if any. */
export function activeRun(state) {
  for (const run of state.runs.values()) if (run.status !== "queued") return run;
  return state.runs.values().next().value;
}

/** Notes the outcome told to this client, also when somebody else was faster. */
export function recordDecision(state, { approvalId, decision, won }) {
  const item = state.byKey.get("approval:" + approvalId);
  if (!item) return;
  if (!won) item.lost = true;
  if (!item.decision) item.decision = decision;
  state.dirty.add(item);
}

function setRun(state, runId, fields) {
  const run = state.runs.get(runId) ?? { runId, status: "queued" };
  state.runs.set(runId, Object.assign(run, fields));
}

function fold(state, event) {
  const { type, runId, sequence, time } = event;
  switch (type) {
    case "message.user":
      add(state, { ...event, kind: "user", id: event.messageId, complete: true });
      if (runId && !state.runs.has(runId)) setRun(state, runId, {});
      break;
    case "run.started":
      setRun(state, runId, { status: "running", agent: event.agent });
      break;
    case "run.waiting":
      setRun(state, runId, { status: "waiting", waitsFor: event.for });
      break;
    case "run.restarted":
      dropOutput(state, runId);
      setRun(state, runId, { status: "running" });
      break;
    case "thinking":
      add(state, { kind: "thinking", id: sequence, runId, text: event.text });
      break;
    case "text.delta":
      answer(state, event).text += event.delta;
      break;
    case "text.done":
      Object.assign(answer(state, event), { text: event.text, complete: true });
      break;
    case "tool.call":
      add(state, { ...event, kind: "tool", id: event.toolCallId });
      break;
    case "tool.result":
      change(state, "tool:" + event.toolCallId, { done: true, result: event.result, error: event.error });
      resume(state, runId);
      break;
    case "approval.required":
      add(state, { ...event, kind: "approval", id: event.approvalId });
      break;
    case "approval.decided":
      change(state, "approval:" + event.approvalId, {
        decision: event.decision,
        decidedBy: event.decidedBy,
        editedArgs: event.editedArgs,
        rejectReason: event.reason,
      });
      resume(state, runId);
      break;
    case "subagent.started":
      add(state, { ...event, kind: "subagent", id: event.subagentId });
      break;
    case "subagent.ended":
      change(state, "subagent:" + event.subagentId, {
        done: true,
        success: event.success,
        result: event.result,
        error: event.error,
        durationMs: event.durationMs,
      });
      break;
    case "ui.action":
      add(state, { kind: "ui", id: sequence, runId, action: event.action });
      break;
    default:
      if (type in ENDS) end(state, event, time);
  }
}

function answer(state, { messageId, runId, time }) {
  const item =
    state.byKey.get("answer:" + messageId) ??
    add(state, { kind: "answer", id: messageId, runId, text: "", time, complete: false });
  state.dirty.add(item);
  return item;
}

function resume(state, runId) {
  if (state.runs.get(runId)?.status === "waiting") setRun(state, runId, { status: "running" });
}

function end(state, event, time) {
  const { runId } = event;
  const status = ENDS[event.type];
  state.runs.delete(runId);
  for (const item of state.items) {
    // An approval out of a snapshot may not name its run; it belongs to the one that waited.
    const owner = item.runId ?? (item.kind === "approval" ? runId : undefined);
    if (owner !== runId || item.ended) continue;
    item.ended = status;
    if (item.kind === "answer") item.complete = true;
    state.dirty.add(item);
  }
  if (status !== "completed") {
    add(state, {
      kind: "end",
      id: runId,
      runId,
      status,
      code: event.code,
      message: event.message,
      reason: event.reason,
      time,
    });
  }
}
