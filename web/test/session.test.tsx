// @vitest-environment happy-dom
import { act, createElement, StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type AgentMessage, HawserSession, Logger, type SessionState, textOf } from "../client/index.js";
import { useHawserSession } from "../react/index.js";
import { type FakeRun, FakeServer } from "../testing/index.js";

const sessions: HawserSession[] = [];
/** How long a busy machine may take. */
const PATIENCE = { timeout: 120_000, interval: 1 };

afterEach(() => {
  for (const session of sessions.splice(0)) session.disconnect();
});

/** A session whose frames come when the test says so. */
async function started(
  agent?: (run: FakeRun) => void,
  conversationId?: string,
  server = new FakeServer({ ...(agent && { agent }) }),
  logger?: Logger,
) {
  const frames: (() => void)[] = [];
  const session = new HawserSession({
    url: "ws://gateway.test/ws",
    WebSocket: server.WebSocket,
    schedule: (call) => frames.push(call),
    conversationId,
    logger,
    reconnect: { baseMs: 1, maxMs: 1 },
  });
  sessions.push(session);
  const frame = () => {
    for (const call of frames.splice(0)) call();
    return session.getSnapshot();
  };
  /** Waits for what is asked for, a frame at a time. */
  const until = (wanted: (state: SessionState) => boolean) =>
    vi.waitUntil(() => {
      const state = frame();
      return wanted(state) ? state : undefined;
    }, PATIENCE);
  await session.connect();
  await until((state) => state.caughtUp);
  return { server, session, frame, frames, until };
}

const turnOf = (state: SessionState) => state.messages.find((message) => message.role === "assistant") as AgentMessage;
const partsOf = (state: SessionState) => turnOf(state).parts.map(({ key: _, ...part }) => part);
const over = (state: SessionState) => state.runs.length > 0 && state.activeRun === undefined;

describe("what an application shows", () => {
  test("a message is on its way, then in the log, and its answer streams in", async () => {
    const { session, until, frame } = await started();
    session.send("hello world");
    expect(frame().outgoing).toMatchObject([{ text: "hello world", status: "stored" }]);
    const state = await until(over);
    expect(state.outgoing).toEqual([]);
    expect(state.messages.map((message) => [message.role, textOf(message)])).toEqual([
      ["user", "hello world"],
      ["assistant", "You said: hello world"],
    ]);
    expect(state.runs).toMatchObject([{ agent: "demo", status: "completed" }]);
  });

  test("every kind of part is folded with its outcome", async () => {
    const { session, until } = await started(({ emit }) => {
      emit("run.started", { agent: "a", attempt: 1 });
      emit("thinking", { text: "hm" });
      emit("tool.call", { toolCallId: "t1", name: "find", arguments: { q: 1 }, deviceId: "d1" });
      emit("run.waiting", { for: "device" });
      emit("tool.result", { toolCallId: "t1", result: { n: 2 } });
      emit("tool.call", { toolCallId: "t2", name: "find", arguments: {} });
      emit("tool.result", { toolCallId: "t2", error: "no" });
      emit("tool.call", { toolCallId: "t3", name: "late", arguments: {} });
      emit("subagent.started", { subagentId: "s1", subagentType: "x", task: "y", parentAgent: "a" });
      emit("subagent.ended", { subagentId: "s1", success: true, result: 3, durationMs: 4 });
      emit("ui.action", { action: { surfaceUpdate: {} } });
      emit("custom", { name: "n", value: 5 });
      emit("text.delta", { messageId: "m", delta: "un" });
      emit("text.delta", { messageId: "m", delta: "done" });
      emit("run.failed", { code: "AGENT_ERROR", message: "broke" });
    });
    session.send("go");
    const state = await until(over);
    expect(partsOf(state)).toEqual([
      { kind: "thinking", text: "hm" },
      {
        kind: "tool",
        toolCallId: "t1",
        name: "find",
        arguments: { q: 1 },
        deviceId: "d1",
        status: "done",
        result: { n: 2 },
      },
      { kind: "tool", toolCallId: "t2", name: "find", arguments: {}, status: "failed", error: "no" },
      { kind: "tool", toolCallId: "t3", name: "late", arguments: {}, status: "stopped" },
      {
        kind: "subagent",
        subagentId: "s1",
        subagentType: "x",
        task: "y",
        parentAgent: "a",
        status: "done",
        result: 3,
        durationMs: 4,
      },
      { kind: "ui", action: { surfaceUpdate: {} } },
      { kind: "custom", name: "n", value: 5 },
      { kind: "text", messageId: "m", text: "undone", complete: true },
    ]);
    expect(turnOf(state)).toMatchObject({ status: "failed", error: { code: "AGENT_ERROR", message: "broke" } });
  });

  test("an approval waits, is decided here, and the log has the last word", async () => {
    let run: FakeRun | undefined;
    const { session, until, frame } = await started((begun) => {
      run = begun;
      run.emit("run.started", { agent: "a", attempt: 1 });
      run.emit("approval.required", { approvalId: "p1", toolName: "pay", toolArgs: { amount: 1 }, reason: "money" });
      run.emit("run.waiting", { for: "approval" });
    });
    session.send("pay");
    const waiting = await until((state) => state.pendingApprovals.length === 1);
    expect(waiting.pendingApprovals).toMatchObject([{ approvalId: "p1", toolName: "pay", reason: "money" }]);
    expect(waiting.activeRun).toMatchObject({ status: "waiting", waitsFor: "approval" });
    session.decide("p1", "edit", { editedArgs: { amount: 2 } });
    expect(frame().pendingApprovals).toMatchObject([{ deciding: "edit" }]);
    await until((state) => state.pendingApprovals.length === 0);
    run?.emit("approval.decided", { approvalId: "p1", decision: "edit", decidedBy: "ann", editedArgs: { amount: 2 } });
    const decided = await until((state) => state.activeRun?.status === "running");
    expect(partsOf(decided)).toMatchObject([{ decision: "edit", decidedBy: "ann", editedArgs: { amount: 2 } }]);
    expect(waiting.pendingApprovals).toMatchObject([{ approvalId: "p1" }]);
    expect(waiting.pendingApprovals[0]).not.toHaveProperty("decision");
  });

  test("a run that begins again drops its output; one that ends takes its open approvals with it", async () => {
    const { session, until } = await started(({ emit }) => {
      emit("run.started", { agent: "a", attempt: 1 });
      emit("text.delta", { messageId: "m", delta: "half" });
      emit("approval.required", { approvalId: "p1", toolName: "pay", toolArgs: {}, reason: "" });
      emit("run.restarted", { attempt: 2 });
      emit("text.delta", { messageId: "m", delta: "whole" });
      emit("approval.required", { approvalId: "p2", toolName: "pay", toolArgs: {}, reason: "" });
      emit("run.cancelled", { reason: "asked" });
    });
    session.send("go");
    const state = await until(over);
    expect(partsOf(state)).toMatchObject([
      { kind: "text", text: "whole", complete: true },
      { approvalId: "p2", stopped: true },
    ]);
    expect(state.pendingApprovals).toEqual([]);
    expect(state.runs).toMatchObject([{ attempt: 2, status: "cancelled" }]);
  });

  test("a snapshot replaces everything and streaming goes on in it", async () => {
    const server = new FakeServer();
    const log = server.log("c1");
    log.append("message.user", { runId: "r1", messageId: "u1", text: "hi", userId: "ann" });
    log.append("run.started", { runId: "r1", agent: "a", attempt: 1 });
    log.append("text.delta", { runId: "r1", messageId: "m", delta: "Hel" });
    log.append("approval.required", { runId: "r1", approvalId: "p1", toolName: "pay", toolArgs: {}, reason: "" });
    log.append("run.waiting", { runId: "r1", for: "approval" });
    const { until } = await started(undefined, "c1", server);
    const before = await until((state) => state.pendingApprovals.length === 1);
    server.drop();
    log.restart();
    log.append("message.user", { runId: "r2", messageId: "u2", text: "anew", userId: "ann" });
    log.append("run.started", { runId: "r2", agent: "b", attempt: 1 });
    log.append("text.delta", { runId: "r2", messageId: "m", delta: "Good" });
    const after = await until((state) => state.connection === "active" && state.messages[0] !== before.messages[0]);
    expect(after.messages.map(textOf)).toEqual(["anew", "Good"]);
    expect(after.pendingApprovals).toEqual([]);
    server.append("c1", "text.delta", { runId: "r2", messageId: "m", delta: " day" });
    const streamed = await until((state) => textOf(state.messages[1]!) === "Good day");
    expect(streamed.activeRun).toMatchObject({ runId: "r2", agent: "b", status: "running" });
    expect(textOf(after.messages[1]!)).toBe("Good");
  });

  test("a message that is refused stays with its reason until it is taken off", async () => {
    const { session, until, server } = await started();
    session.send("first");
    await until(over);
    server.drop(4006);
    const refused = session.send("x".repeat(70_000));
    const state = await until(({ outgoing }) => outgoing[0]?.status === "refused");
    expect(state.outgoing).toMatchObject([{ reason: "The message is larger than the server takes." }]);
    session.forget(refused.id);
    await until(({ outgoing }) => outgoing.length === 0);
  });

  test("cancelling shows at once and is over with the run", async () => {
    let run: FakeRun | undefined;
    const { session, until, frame } = await started((begun) => {
      run = begun;
      run.emit("run.started", { agent: "a", attempt: 1 });
    });
    expect(session.cancel()).toBeUndefined();
    session.send("go");
    await until((state) => state.activeRun?.status === "running");
    session.cancel();
    expect(frame().activeRun).toMatchObject({ cancelling: true });
    run?.emit("run.cancelled", {});
    expect((await until(over)).runs).toMatchObject([{ status: "cancelled", cancelling: undefined }]);
  });
});

describe("cost", () => {
  test("listeners are told once a frame, and what did not change is the same object", async () => {
    const { session, server, frames, until, frame } = await started(({ emit }) => {
      emit("run.started", { agent: "a", attempt: 1 });
      emit("thinking", { text: "hm" });
      emit("text.delta", { messageId: "m", delta: "0" });
    });
    session.send("go");
    const before = await until((state) => state.messages.length === 2 && turnOf(state).parts.length === 2);
    const told = vi.fn();
    session.subscribe(told);
    const id = session.client.conversationId!;
    const { runId } = turnOf(before);
    for (let i = 0; i < 1000; i += 1) server.append(id, "text.delta", { runId: runId!, messageId: "m", delta: "." });
    await vi.waitUntil(() => frames.length > 0, PATIENCE);
    await vi.waitUntil(() => session.client.position()?.lastSequence === 1004, PATIENCE);
    expect(told).not.toHaveBeenCalled();
    expect(session.getSnapshot()).toBe(before);
    const after = frame();
    expect(told).toHaveBeenCalledTimes(1);
    expect(textOf(turnOf(after))).toBe(`0${".".repeat(1000)}`);
    expect(textOf(turnOf(before))).toBe("0");
    expect(after.messages[0]).toBe(before.messages[0]);
    expect(turnOf(after).parts[0]).toBe(turnOf(before).parts[0]);
    expect(after.runs).toBe(before.runs);
    expect(after.outgoing).toBe(before.outgoing);
  });
});

test("a listener that throws keeps nothing from the others", async () => {
  const thrown: unknown[] = [];
  const logger = new Logger("protocol", "error", { ...console, error: (...parts) => thrown.push(parts.at(-1)) });
  const { session, frame } = await started(undefined, undefined, undefined, logger);
  const told = vi.fn();
  const failure = new Error("mine");
  session.subscribe(() => {
    throw failure;
  });
  session.subscribe(told);
  session.send("hello");
  expect(() => frame()).not.toThrow();
  expect(told).toHaveBeenCalled();
  expect(thrown).toContain(failure);
});

test("the React hook shows the state and is rendered when it changes", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const { session, frame, until } = await started();
  const View = () => {
    const { messages, connection } = useHawserSession(session);
    return createElement("p", null, `${connection}: ${messages.map(textOf).join(" | ")}`);
  };
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () => root.render(createElement(View)));
  expect(document.body.textContent).toBe("active: ");
  await act(async () => {
    session.send("hello");
    await until(over);
    frame();
  });
  expect(document.body.textContent).toBe("active: hello | You said: hello");
  await act(async () => root.unmount());
});

test("an effect that strict mode runs twice connects once, and its end leaves no wire behind", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const server = new FakeServer();
  const session = new HawserSession({ url: "ws://gateway.test/ws", WebSocket: server.WebSocket });
  sessions.push(session);
  const effects: string[] = [];
  const View = () => {
    const { messages, connection } = useHawserSession(session);
    useEffect(() => {
      effects.push("begin");
      void session.connect();
      return () => {
        effects.push("end");
        session.disconnect();
      };
    }, []);
    return createElement("p", null, `${connection}: ${messages.map(textOf).join(" | ")}`);
  };
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  await act(async () => root.render(createElement(StrictMode, null, createElement(View))));
  expect(effects).toEqual(["begin", "end", "begin"]);
  await act(async () => {
    session.send("hello");
    await vi.waitUntil(() => over(session.getSnapshot()), PATIENCE);
  });
  expect(container.textContent).toBe("active: hello | You said: hello");
  expect(server.open).toBe(1);
  expect(server.taken.filter(({ type }) => type === "data.message.send")).toHaveLength(1);
  await act(async () => root.unmount());
  expect(server.open).toBe(0);
});
