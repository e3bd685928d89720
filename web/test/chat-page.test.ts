import { describe, expect, it, vi } from "vitest";
import type { ServerMessage, SessionState } from "../client/index.js";
import { CLOSE_RETRY } from "../client/index.js";
import { Fold } from "../client/session/fold.js";
import { doing, Teller } from "../elements/telling.js";
import { addressOf, readAddress } from "../pages/chat/address.js";
import { Conversations, titleOf, when } from "../pages/chat/conversations.js";
import { explain } from "../pages/chat/explain.js";
import { SUGGESTIONS } from "../pages/chat/suggestions.js";

describe("the address", () => {
  it.each([
    ["?conversationId=c1", "", { conversationId: "c1" }],
    ["?conversation_id=c1&definition_id=travel", "", { conversationId: "c1", agent: "travel" }],
    ["?agent=travel", "", { agent: "travel" }],
    ["", "#c=c1", { conversationId: "c1" }],
    ["", "#token=a.b.c&c=c1", { conversationId: "c1", token: "a.b.c" }],
    ["?conversationId=", "#", {}],
    ["?token=a.b.c", "", {}],
  ])("%j with %j names %j", (search, hash, expected) => {
    const nothing = { conversationId: undefined, agent: undefined, token: undefined };
    expect(readAddress({ search, hash })).toEqual({ ...nothing, ...expected });
  });

  it("of a conversation is read as it was written, and holds no token", () => {
    for (const id of ["c1", "a b&c=ü", undefined])
      for (const agent of ["travel", undefined]) {
        const address = addressOf(id, agent);
        expect(readAddress({ search: new URL(address, "http://x").search, hash: "" })).toEqual({
          conversationId: id,
          agent,
          token: undefined,
        });
      }
    expect(addressOf(undefined, undefined)).toBe("/");
  });
});

describe("what a close is explained with", () => {
  it.each(Object.keys(CLOSE_RETRY).map(Number))("%i has a sentence and a remedy", (code) => {
    expect(explain(code).text).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    [4000, "sign-in"],
    [4001, "sign-in-again"],
    [4002, "sign-in-again"],
    [4003, "new"],
    [4010, "reload"],
    [1006, "again"],
    [4999, "again"],
  ] as const)("%i is mended by %s", (code, remedy) => {
    expect(explain(code).remedy).toBe(remedy);
  });
});

describe("conversations", () => {
  const listed = (sessionId: string, title?: string) => ({
    sessionId,
    createdAt: "2026-01-31T12:00:00Z",
    metadata: title === undefined ? {} : { title },
  });
  const answer = (body: object) => new Response(JSON.stringify(body));

  it("have their title, or what they were begun with; pages are put together", async () => {
    const ask = vi.fn(async (path: string) => {
      if (path === "/v1/sessions?limit=30")
        return answer({ sessions: [listed("c3", "Three"), listed("c2")], nextCursor: "n&" });
      if (path === "/v1/sessions?limit=30&cursor=n%26") return answer({ sessions: [listed("c1")] });
      if (path === "/v1/sessions/c2/events?after=0&limit=1")
        return answer({ events: [{ type: "message.user", text: "two\nlines" }] });
      return new Response("", { status: 404 });
    });
    const conversations = new Conversations(ask);
    await conversations.refresh();
    expect(conversations.more).toBe(true);
    await conversations.next();
    expect(conversations.more).toBe(false);
    const changed = vi.fn();
    await conversations.nameAll(changed);
    await conversations.nameAll(changed);
    expect(conversations.list.map(({ id, title }) => [id, title])).toEqual([
      ["c3", "Three"],
      ["c2", "two"],
      ["c1", ""],
    ]);
    expect(changed).toHaveBeenCalledOnce();
    expect(ask.mock.calls.filter(([path]) => path.includes("/events"))).toHaveLength(2);
  });

  it("are there at once when they are begun here", async () => {
    const conversations = new Conversations(async () => answer({ sessions: [listed("c1", "One")] }));
    await conversations.refresh();
    conversations.begun("c2", "Two", "2026-02-01T12:00:00Z");
    expect(conversations.list.map(({ title }) => title)).toEqual(["Two", "One"]);
  });

  it("are the newest that were told, whichever answer is the slower one", async () => {
    const answers: ((sessions: object[]) => void)[] = [];
    const ask = () => new Promise<Response>((resolve) => answers.push((sessions) => resolve(answer({ sessions }))));
    const conversations = new Conversations(ask);
    const [first, second] = [conversations.refresh(), conversations.refresh()];
    answers[1]?.([listed("c2", "Two"), listed("c1", "One")]);
    await second;
    answers[0]?.([listed("c1", "One")]);
    await first;
    expect(conversations.list.map(({ title }) => title)).toEqual(["Two", "One"]);
  });

  it("cannot be had from a gateway that refuses", async () => {
    const conversations = new Conversations(async () => new Response("{}", { status: 503 }));
    await expect(conversations.refresh()).rejects.toThrow("503");
  });

  it.each([
    ["  one \n two", "one"],
    ["", ""],
    ["x".repeat(100), `${"x".repeat(79)}…`],
    ["😀".repeat(100), `${"😀".repeat(79)}…`],
  ])("that begin with %j are called %j", (text, title) => {
    expect(titleOf(text)).toBe(title);
  });

  it("tell when they were, as briefly as one says it", () => {
    const now = new Date(2026, 4, 2, 12);
    expect(when(new Date(2026, 4, 2, 9, 5).toISOString(), now)).toContain("05");
    expect(when(new Date(2026, 4, 1, 9).toISOString(), now)).toBe("Yesterday");
    expect(when(new Date(2026, 3, 1, 9).toISOString(), now)).not.toContain("2026");
    expect(when(new Date(2025, 3, 1, 9).toISOString(), now)).toContain("2025");
    expect(when("nonsense", now)).toBe("");
  });
});

describe("what is told of a conversation", () => {
  const state = (fold: Fold, more: Partial<SessionState> = {}): SessionState => {
    const published = fold.publish();
    const activeRun = published.runs.find(({ status }) => status === "running" || status === "waiting");
    return { connection: "active", caughtUp: true, activeRun, ...published, ...more } as SessionState;
  };
  const take = (fold: Fold, type: string, payload: object) =>
    fold.take({ type: `data.${type}`, timestamp: "", sequence: 1, payload } as unknown as ServerMessage);

  it("is what the agent does, unless its words come in or nobody can know", () => {
    const fold = new Fold();
    expect(doing(state(fold))).toBe("");
    take(fold, "run.started", { runId: "r1", agent: "demo", attempt: 1 });
    take(fold, "message.user", { runId: "r2", messageId: "u2", text: "next" });
    expect(doing(state(fold))).toBe("Working, 1 more in line");
    expect(doing(state(fold, { connection: "reconnecting" }))).toBe("");
    take(fold, "text.delta", { runId: "r1", messageId: "a", delta: "hm" });
    expect(doing(state(fold))).toBe("");
    take(fold, "run.waiting", { runId: "r1", for: "device" });
    expect(doing(state(fold))).toBe("Waiting for your device, 1 more in line");
    fold.setRun("r1", { cancelling: true });
    expect(doing(state(fold))).toBe("Stopping, 1 more in line");
  });

  it("to screen readers is what is finished, once, and nothing of what was there before", () => {
    const fold = new Fold();
    const teller = new Teller();
    take(fold, "text.done", { runId: "r1", messageId: "a", text: "old" });
    expect(teller.take(state(fold, { caughtUp: false }))).toBeUndefined();
    expect(teller.take(state(fold))).toBeUndefined();
    take(fold, "text.delta", { runId: "r2", messageId: "b", delta: "half" });
    expect(teller.take(state(fold))).toBeUndefined();
    take(fold, "text.done", { runId: "r2", messageId: "b", text: "whole" });
    take(fold, "approval.required", { runId: "r2", approvalId: "p", toolName: "pay", toolArgs: {}, reason: "Due." });
    expect(teller.take(state(fold))).toBe("whole Your approval is needed: pay. Due.");
    expect(teller.take(state(fold))).toBeUndefined();
    take(fold, "run.failed", { runId: "r2", code: "AGENT_ERROR", message: "Out of paper." });
    expect(teller.take(state(fold))).toBe("The run failed. Out of paper.");
  });
});

it("suggestions are commands, each once", () => {
  expect(new Set(SUGGESTIONS.map(({ text }) => text)).size).toBe(SUGGESTIONS.length);
  for (const { text, title, hint, chip } of SUGGESTIONS) {
    expect(text).toMatch(/^\/\w+/);
    expect(title && hint && chip).toBeTruthy();
  }
});
