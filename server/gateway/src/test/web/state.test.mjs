import assert from "node:assert/strict";
import { test } from "node:test";
import {
  activeRun,
  applyEvent,
  applySnapshot,
  createState,
  recordDecision,
  takeChanges,
} from "../../main/resources/web/state.js";

/** Events numbered from 1 as the log would. */
function numbered(...events) {
  return events.map((event, at) => ({ runId: "r1", time: "2026-01-31T12:00:00.000Z", ...event, sequence: at + 1 }));
}

function folded(events, state = createState()) {
  for (const event of events) assert.equal(applyEvent(state, event), "applied");
  return state;
}

const shown = (state) => state.items.map(({ kind, text, status, complete }) => [kind, text ?? status, complete]);

const ECHO = numbered(
  { type: "message.user", messageId: "u1", text: "hi", userId: "ann" },
  { type: "run.started", agent: "demo", attempt: 1 },
  { type: "text.delta", messageId: "a1", delta: "You " },
  { type: "text.delta", messageId: "a1", delta: "said" },
  { type: "text.done", messageId: "a1", text: "You said" },
  { type: "run.completed", durationMs: 3 },
);

test("deltas join to one answer, done completes it, the end takes the run away", () => {
  const state = folded(ECHO.slice(0, 4));
  assert.deepEqual(shown(state), [
    ["user", "hi", true],
    ["answer", "You said", false],
  ]);
  assert.equal(activeRun(state).status, "running");
  folded(ECHO.slice(4), state);
  assert.deepEqual(shown(state), [
    ["user", "hi", true],
    ["answer", "You said", true],
  ]);
  assert.equal(activeRun(state), undefined);
});

test("an event seen before changes nothing, a hole is told and changes nothing", () => {
  const state = folded(ECHO.slice(0, 3));
  takeChanges(state);
  assert.equal(applyEvent(state, ECHO[2]), "duplicate");
  assert.equal(applyEvent(state, ECHO[4]), "gap");
  assert.equal(state.last, 3);
  assert.deepEqual(takeChanges(state), { reset: false, dirty: [], removed: [] });
});

test("any cut with any overlap folds to the same items", () => {
  const whole = JSON.stringify(folded(ECHO).items);
  for (let cut = 0; cut <= ECHO.length; cut += 1) {
    for (let from = 0; from <= cut; from += 1) {
      const state = folded(ECHO.slice(0, cut));
      for (const event of ECHO.slice(from)) applyEvent(state, event);
      assert.equal(JSON.stringify(state.items), whole);
    }
  }
});

test("a restarted run keeps what a person decided", () => {
  const state = folded(PAY);
  applyEvent(state, { type: "approval.decided", approvalId: "p1", decision: "approve", runId: "r1", sequence: 5 });
  applyEvent(state, { type: "run.restarted", attempt: 2, runId: "r1", sequence: 6 });
  assert.deepEqual(
    state.items.map((item) => item.kind),
    ["user", "approval"],
  );
});

test("a restarted run loses its output and keeps its message", () => {
  const state = folded(ECHO.slice(0, 4));
  takeChanges(state);
  applyEvent(state, { type: "run.restarted", attempt: 2, runId: "r1", sequence: 5 });
  assert.deepEqual(shown(state), [["user", "hi", true]]);
  assert.deepEqual(takeChanges(state).removed, ["answer:a1"]);
  applyEvent(state, { type: "text.delta", messageId: "a1", delta: "Again", runId: "r1", sequence: 6 });
  assert.equal(state.items[1].text, "Again");
});

test("a snapshot replaces everything; later deltas go on with its unfinished text", () => {
  const state = folded(ECHO);
  applySnapshot(state, "e2", {
    messages: [
      { messageId: "u9", role: "user", text: "new", complete: true, time: "t" },
      { messageId: "a9", role: "assistant", text: "Let ", complete: false, runId: "r9", time: "t" },
    ],
    runs: [{ runId: "r9", agent: "demo", status: "running" }],
    pendingApprovals: [],
    lastSequence: 40,
  });
  assert.equal(takeChanges(state).reset, true);
  assert.equal(
    applyEvent(state, { type: "text.delta", messageId: "a9", delta: "me", runId: "r9", sequence: 41 }),
    "applied",
  );
  assert.deepEqual(shown(state), [
    ["user", "new", true],
    ["answer", "Let me", false],
  ]);
  assert.equal(state.epoch, "e2");
});

const PAY = numbered(
  { type: "message.user", messageId: "u1", text: "/pay 250 EUR", userId: "ann" },
  { type: "run.started", agent: "demo", attempt: 1 },
  { type: "approval.required", approvalId: "p1", toolName: "pay", toolArgs: { amount: 250 }, reason: "money" },
  { type: "run.waiting", for: "approval" },
);

test("an approval waits, is decided, and the run goes on", () => {
  const state = folded(PAY);
  assert.equal(activeRun(state).status, "waiting");
  applyEvent(state, {
    type: "approval.decided",
    approvalId: "p1",
    decision: "edit",
    decidedBy: "ann",
    editedArgs: { amount: 1 },
    runId: "r1",
    sequence: 5,
  });
  assert.equal(activeRun(state).status, "running");
  assert.deepEqual(state.items[1].editedArgs, { amount: 1 });
});

test("the loser of a decision reads the recorded outcome", () => {
  const state = folded(PAY);
  recordDecision(state, { approvalId: "p1", decision: "reject", won: false });
  assert.equal(state.items[1].decision, "reject");
  assert.equal(state.items[1].lost, true);
});

test("a run that ends settles what it left open, also an approval out of a snapshot", () => {
  const state = createState();
  applySnapshot(state, "e1", {
    messages: [],
    runs: [{ runId: "r1", agent: "demo", status: "waiting" }],
    pendingApprovals: [{ approvalId: "p1", toolName: "pay", toolArgs: {}, reason: "" }],
    lastSequence: 4,
  });
  applyEvent(state, { type: "run.cancelled", runId: "r1", sequence: 5 });
  assert.equal(state.items[0].ended, "cancelled");
  assert.deepEqual(shown(state).at(-1), ["end", "cancelled", undefined]);
});

test("a message that waits in line stays below the answer before it", () => {
  const state = folded(ECHO.slice(0, 3));
  applyEvent(state, { type: "message.user", messageId: "u2", text: "next", userId: "ann", runId: "r2", sequence: 4 });
  applyEvent(state, { type: "tool.call", toolCallId: "t1", name: "look", arguments: {}, runId: "r1", sequence: 5 });
  applyEvent(state, { type: "run.cancelled", runId: "r2", sequence: 6 });
  assert.deepEqual(
    state.items.map((item) => item.kind),
    ["user", "answer", "tool", "user", "end"],
  );
  assert.equal(activeRun(state).runId, "r1");
});

test("types of a later version are passed over, their sequence counts", () => {
  const state = folded(ECHO.slice(0, 2));
  assert.equal(applyEvent(state, { type: "weather.changed", sequence: 3 }), "applied");
  assert.equal(state.last, 3);
});

test("a run that had ended when the snapshot was made does not count as working", () => {
  const state = createState();
  const runs = ["completed", "failed", "cancelled", "abandoned"].map((status) => ({
    runId: status,
    agent: "demo",
    status,
  }));
  applySnapshot(state, "e1", { messages: [], runs, pendingApprovals: [], lastSequence: 9 });
  assert.equal(activeRun(state), undefined);
});
