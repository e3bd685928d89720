import { describe, expect, test, vi } from "vitest";
import { FakeServer } from "../testing/index.js";
import { clientOf, controlTheClock, Items, settle, upTo } from "./client-kit.js";

controlTheClock();

describe("commands", () => {
  test("a message before there is a wire is stored, and takes effect once the conversation is made", async () => {
    const server = new FakeServer();
    const { client, sequences } = clientOf(server);
    const first = client.send("data.message.send", { text: "hello" });
    expect(first.status).toBe("stored");
    await client.connect();
    await expect(first.answer).resolves.toMatchObject({ ok: true, message: { type: "control.run.accepted" } });
    await settle();
    expect(client.send("data.message.send", { text: "again" }).status).toBe("sent");
    await settle();
    expect(server.taken.map(({ type }) => type)).toEqual([
      "control.conversation.create",
      "data.message.send",
      "data.message.send",
    ]);
    expect(sequences).toEqual(upTo(server.log(client.conversationId!).last));
  });

  test("a command whose answer or effect was lost with its wire takes effect once", async () => {
    for (const moments of [["before"], ["after"], ["before", "after"], ["after", "after", "after"]] as const) {
      const server = new FakeServer();
      const { client, sequences } = clientOf(server, { reconnect: { baseMs: 1, maxMs: 1 } });
      await client.connect();
      for (const moment of moments) server.faults.cut(moment);
      const sent = client.send("data.message.send", { text: "once" });
      await vi.advanceTimersByTimeAsync(100);
      await expect(sent.answer).resolves.toMatchObject({ ok: true });
      expect(server.taken.filter(({ type }) => type === "data.message.send")).toHaveLength(1);
      expect(sequences).toEqual(upTo(server.log(client.conversationId!).last));
      expect(client.pending).toEqual([]);
    }
  });

  test("what does not fit is refused with its reason", async () => {
    const server = new FakeServer({ maxMessageBytes: 500 });
    const { client } = clientOf(server, { queue: { maxCommands: 2, maxBytes: 10_000 }, conversationId: "c1" });
    server.log("c1");
    await client.connect();
    expect(client.send("data.message.send", { text: "é".repeat(200) })).toMatchObject({ reason: "too_large" });
    server.faults.frozen = true;
    expect(client.send("data.message.send", { text: "1" }).status).toBe("sent");
    expect(client.send("data.message.send", { text: "2" }).status).toBe("sent");
    const third = client.send("data.message.send", { text: "3" });
    expect(third).toMatchObject({ status: "refused", reason: "queue_full" });
    await expect(third.answer).resolves.toMatchObject({ ok: false, error: { code: "queue_full" } });
  });

  test("a refusal of the server is the answer, one for asking too often is waited out", async () => {
    const server = new FakeServer();
    const { client, errors } = clientOf(server);
    await client.connect();
    const wrong = client.send("data.message.send", { text: "x" }, { conversationId: "nowhere" });
    await expect(wrong.answer).resolves.toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    expect(errors).toMatchObject([{ code: "NOT_FOUND", correlationId: wrong.id }]);
    server.faults.frozen = true;
    const sent = client.send("control.run.cancel", { runId: "r1" });
    server.faults.frozen = false;
    const payload = { code: "RATE_LIMITED", message: "", category: "rate_limit", isRetryable: true, retryAfterMs: 700 };
    server.sockets[0]!.deliver(JSON.stringify({ type: "system.error", correlationId: sent.id, payload }));
    await vi.advanceTimersByTimeAsync(690);
    expect(client.pending).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    await expect(sent.answer).resolves.toMatchObject({ ok: true });
    expect(server.taken).toHaveLength(1);
  });

  test("a command without an answer of its own is done when what came after it is answered", async () => {
    const server = new FakeServer();
    server.log("c1");
    const { client } = clientOf(server, { conversationId: "c1", reconnect: { baseMs: 1, maxMs: 1 } });
    await client.connect();
    server.faults.cut("before");
    const sent = client.send("data.ui.action", { userAction: { name: "ok" } });
    await vi.advanceTimersByTimeAsync(50);
    await expect(sent.answer).resolves.toMatchObject({ ok: true });
    expect(server.log("c1").events.map(({ payload }) => payload)).toEqual([{ action: { userAction: { name: "ok" } } }]);
  });

  test("what waits outlives the page where a storage is given", async () => {
    const server = new FakeServer();
    const storage = new Items();
    const first = clientOf(server, { queue: { storage } }).client;
    const { id } = first.send("data.message.send", { text: "kept" });
    const conversationId = first.conversationId!;
    const { client, sequences } = clientOf(server, { queue: { storage } });
    expect(client.conversationId).toBe(conversationId);
    expect(client.pending.map(({ type }) => type)).toEqual(["control.conversation.create", "data.message.send"]);
    await client.connect();
    await settle();
    expect(server.taken.map((frame) => frame.id)).toContain(id);
    expect(storage.size).toBe(0);
    expect(sequences).toEqual(upTo(server.log(conversationId).last));
  });

  test("a ping that it sends itself is answered by the pong", async () => {
    const { client } = clientOf(new FakeServer());
    await client.connect();
    const { answer } = client.send("system.ping" as never, {} as never);
    expect(await answer).toMatchObject({ ok: true, message: { type: "system.pong" } });
    expect(client.pending).toEqual([]);
  });

  test("what waits and is more than the server takes is refused before it costs the wire", async () => {
    const server = new FakeServer({ maxMessageBytes: 600 });
    const { client } = clientOf(server);
    const long = client.send("data.message.send", { text: "x".repeat(600) });
    const short = client.send("data.message.send", { text: "x" });
    expect(long.status).toBe("stored");
    await client.connect();
    expect(await long.answer).toMatchObject({ ok: false, error: { code: "too_large" } });
    expect(await short.answer).toMatchObject({ ok: true });
  });
});
