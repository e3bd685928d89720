import { describe, expect, test } from "vitest";
import { type ServerMessage, type Snapshot, textOf } from "../client/index.js";
import { Fold } from "../client/session/fold.js";

type Event = { type: string } & Record<string, unknown>;

/** A fold over events as the log has them. */
function folded(...events: Event[]): Fold {
  const fold = new Fold();
  take(fold, ...events);
  return fold;
}

function take(fold: Fold, ...events: Event[]): void {
  for (const { type, ...payload } of events)
    fold.take({ type: `data.${type}`, timestamp: "2026-01-31T12:00:00.000Z", payload } as unknown as ServerMessage);
}

const said = (n: number): Event => ({
  type: "message.user",
  messageId: `u${n}`,
  text: `question ${n}`,
  userId: "ann",
  runId: `r${n}`,
});
const started = (n: number, attempt = 1): Event => ({ type: "run.started", agent: "demo", attempt, runId: `r${n}` });
const delta = (n: number, text: string): Event => ({
  type: "text.delta",
  messageId: `a${n}`,
  delta: text,
  runId: `r${n}`,
});
const asked: Event = {
  type: "approval.required",
  approvalId: "p1",
  toolName: "pay",
  toolArgs: { amount: 5 },
  reason: "",
  runId: "r1",
};

const texts = (fold: Fold) => fold.publish().messages.map(textOf);

describe("the order of what is shown", () => {
  test("messages that wait in line stay below the answer to those before them", () => {
    const fold = folded(said(1), said(2), said(3), started(1), delta(1, "answer 1"));
    expect(texts(fold)).toEqual(["question 1", "answer 1", "question 2", "question 3"]);
    take(fold, { type: "run.completed", durationMs: 1, runId: "r1" }, started(2), delta(2, "answer"), started(3));
    take(fold, delta(3, "answer 3"), delta(2, " 2"), delta(1, "!"));
    expect(texts(fold)).toEqual(["question 1", "answer 1!", "question 2", "answer 2", "question 3", "answer 3"]);
  });

  test("what belongs to an earlier run goes there", () => {
    const fold = folded(said(1), started(1), delta(1, "answer"), said(2));
    fold.publish();
    take(fold, { type: "tool.call", toolCallId: "t1", name: "look", arguments: {}, runId: "r1" });
    take(fold, { type: "run.cancelled", runId: "r2" });
    const { messages } = fold.publish();
    expect(messages.map(({ key }) => key)).toEqual(["user:u1", "run:r1", "user:u2", "run:r2"]);
    expect(messages[1]).toMatchObject({ parts: [{ kind: "text" }, { kind: "tool" }] });
    expect(messages[3]).toMatchObject({ status: "cancelled" });
  });
});

describe("a run that begins again", () => {
  test("loses its output and keeps what a person decided", () => {
    const decided = { type: "approval.decided", approvalId: "p1", decision: "approve", decidedBy: "ann", runId: "r1" };
    const fold = folded(said(1), started(1), delta(1, "half"), asked, decided, delta(1, " more"));
    take(fold, { type: "run.restarted", attempt: 2, runId: "r1" }, delta(1, "whole"));
    expect(fold.publish().messages[1]).toMatchObject({
      parts: [
        { kind: "approval", decision: "approve" },
        { kind: "text", text: "whole" },
      ],
    });
  });

  test("loses an approval that nobody decided", () => {
    const fold = folded(said(1), started(1), asked, { type: "run.restarted", attempt: 2, runId: "r1" });
    expect(fold.publish()).toMatchObject({ pendingApprovals: [], messages: [{}, { parts: [] }] });
  });
});

describe("a snapshot", () => {
  const snapshot = (runs: Snapshot["runs"], pendingApprovals: Snapshot["pendingApprovals"]): Snapshot => ({
    messages: [],
    runs,
    pendingApprovals,
    lastSequence: 4,
  });

  test("has approvals that end with the run that waited for them, although they do not name it", () => {
    const fold = new Fold();
    const { type: _, runId: __, ...approval } = asked;
    fold.replace(snapshot([{ runId: "r1", agent: "demo", status: "waiting" }], [approval as never]));
    expect(fold.publish().pendingApprovals).toHaveLength(1);
    take(fold, { type: "run.cancelled", runId: "r1" });
    expect(fold.publish()).toMatchObject({
      pendingApprovals: [],
      messages: [{ status: "cancelled", parts: [{ stopped: true }] }],
    });
  });
});
