import { describe, expect, test, vi } from "vitest";
import { FakeServer } from "../testing/index.js";
import { clientOf, controlTheClock, Items, settle, upTo } from "./client-kit.js";

controlTheClock();

function withConversation(id: string) {
  const server = new FakeServer();
  server.log(id);
  return server;
}

const notice = (server: FakeServer, conversationId: string, value: number) =>
  server.append(conversationId, "custom", { name: "n", value });

describe("positions", () => {
  test("the next life of a page goes on where the last one was", async () => {
    const server = new FakeServer();
    const storage = new Items();
    const first = clientOf(server, { storage });
    first.client.send("data.message.send", { text: "one two" });
    await first.client.connect();
    await settle();
    const conversationId = first.client.conversationId!;
    const last = server.log(conversationId).last;
    first.client.disconnect();
    server.append(conversationId, "thinking", { text: "missed" });
    const second = clientOf(server, { storage, conversationId });
    await second.client.connect();
    await settle();
    expect(second.sequences).toEqual([last + 1]);
  });

  test("of two pages with one storage neither takes the other back, and each has its own stream", async () => {
    const server = new FakeServer({ agent: () => {} });
    server.log("c1");
    const storage = new Items();
    const ahead = clientOf(server, { storage, conversationId: "c1" });
    const behind = clientOf(server, { storage, conversationId: "c1" });
    await ahead.client.connect();
    await behind.client.connect();
    server.append("c1", "thinking", { text: "1" });
    await settle();
    server.sockets[1]!.onmessage = null;
    for (const text of ["2", "3"]) server.append("c1", "thinking", { text });
    await vi.advanceTimersByTimeAsync(1_000);
    behind.client.disconnect();
    expect(stored(storage)).toMatchObject({ lastSequence: 3 });
    await behind.client.connect();
    await settle();
    expect(behind.sequences).toEqual([1, 2, 3]);
    expect(ahead.sequences).toEqual([1, 2, 3]);
    expect(stored(storage)).toMatchObject({ lastSequence: 3 });
  });

  test("history is fetched as asked for", async () => {
    const server = new FakeServer();
    const log = server.log("c1");
    for (let i = 0; i < 5; i += 1) log.append("thinking", { text: String(i) });
    const all = clientOf(server, { conversationId: "c1", history: "all" });
    const short = clientOf(server, { conversationId: "c1", history: 5 });
    const long = clientOf(server, { conversationId: "c1", history: 4 });
    const none = clientOf(server, { conversationId: "c1" });
    for (const { client } of [all, short, long, none]) await client.connect();
    await settle();
    server.append("c1", "thinking", { text: "live" });
    await settle();
    expect([all, short, long, none].map(({ sequences }) => sequences)).toEqual([upTo(6), upTo(6), [6], [6]]);
    expect(all.states).toEqual(["connecting", "connected", "active"]);
  });

  test("several conversations of one wire come back together", async () => {
    const server = new FakeServer();
    for (const id of ["c1", "c2"]) server.log(id);
    const { client } = clientOf(server, { conversationId: "c1" });
    const seen: string[] = [];
    client.on("message", (message) => message.sequence && seen.push(`${message.conversationId} ${message.sequence}`));
    client.subscribe("c2");
    await client.connect();
    await settle();
    server.append("c2", "thinking", { text: "1" });
    await settle();
    server.drop();
    await settle();
    server.log("c2").append("thinking", { text: "2" });
    server.log("c1").append("thinking", { text: "1" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen.sort()).toEqual(["c1 1", "c2 1", "c2 2"]);
    client.unsubscribe("c2");
    await settle();
    server.append("c2", "thinking", { text: "3" });
    await settle();
    expect(seen).toHaveLength(3);
  });
});

describe("a conversation that cannot be followed", () => {
  test("one more that is not there is told, and let go", async () => {
    const server = new FakeServer();
    server.log("c1");
    const { client, errors, sequences } = clientOf(server, { conversationId: "c1" });
    await client.connect();
    client.subscribe("nowhere");
    await settle();
    expect(errors).toMatchObject([{ code: "NOT_FOUND" }]);
    server.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    server.append("c1", "thinking", { text: "1" });
    await settle();
    expect([client.state, errors.length, sequences]).toEqual(["active", 1, [1]]);
  });

  test("one that is refused for now is asked for on a new wire", async () => {
    const server = new FakeServer();
    for (const id of ["c1", "c2"]) server.log(id);
    const { client, sequences } = clientOf(server, { conversationId: "c1" });
    await client.connect();
    server.faults.frozen = true;
    client.subscribe("c2");
    server.faults.frozen = false;
    const { id } = JSON.parse(server.sockets[0]!.sent.at(-1)!);
    const payload = { code: "STORE_UNAVAILABLE", message: "", category: "server", isRetryable: true };
    server.sockets[0]!.deliver(JSON.stringify({ type: "system.error", correlationId: id, payload }));
    await settle();
    expect(client.state).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(1_000);
    server.append("c2", "thinking", { text: "1" });
    await settle();
    expect(sequences).toEqual([1]);
  });
});

describe("what an application asks for in the protocol's own words", () => {
  test("a subscription by a command is followed, also on the next wire, until it is taken back", async () => {
    const server = withConversation("c1");
    const { client, types } = clientOf(server);
    await client.connect();
    await client.send("control.conversation.subscribe", { conversationId: "c1" }).answer;
    notice(server, "c1", 1);
    server.drop();
    notice(server, "c1", 2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(types.filter((type) => type === "data.custom")).toHaveLength(2);
    await client.send("control.conversation.unsubscribe", { conversationId: "c1" }).answer;
    server.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    notice(server, "c1", 3);
    await settle();
    expect(types.filter((type) => type === "data.custom")).toHaveLength(2);
  });

  test("one that is taken back and asked for again at once is followed", async () => {
    const server = withConversation("c1");
    const { client, types } = clientOf(server);
    await client.connect();
    client.subscribe("c1");
    client.unsubscribe("c1");
    client.subscribe("c1");
    await settle();
    notice(server, "c1", 1);
    await settle();
    expect(types.at(-1)).toBe("data.custom");
  });

  test.each(["conversationId", "conversation_id"])("a conversation that the address names by %s", async (name) => {
    const server = withConversation("c1");
    const { client, types } = clientOf(server, { url: `ws://gateway.test/ws?${name}=c1` });
    expect(client.conversationId).toBe("c1");
    await client.connect();
    notice(server, "c1", 1);
    server.drop();
    notice(server, "c1", 2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(types.filter((type) => type === "data.custom")).toHaveLength(2);
    expect(server.sockets[1]?.url.searchParams.get("lastSequence")).toBe("1");
  });
});

const stored = (storage: Items) => JSON.parse(storage.getItem("hawser.position:c1")!);
