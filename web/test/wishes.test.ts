import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ClientOptions,
  createMessage,
  HawserSession,
  Logger,
  MessageBus,
  type SocketConstructor,
  WebSocketClient,
} from "../client/index.js";
import { FakeServer } from "../testing/index.js";

const clients: WebSocketClient[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
  expect(vi.getTimerCount(), "nothing is left running").toBe(0);
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

function clientOf(server: FakeServer, options: ClientOptions = {}) {
  const client = new WebSocketClient({
    url: "ws://gateway.test/ws",
    WebSocket: server.WebSocket,
    random: () => 0,
    logger: new Logger("protocol", "error"),
    ...options,
  });
  clients.push(client);
  const types: string[] = [];
  client.on("message", ({ type }) => types.push(type));
  return { client, types };
}

function withConversation(id: string) {
  const server = new FakeServer();
  server.log(id);
  return server;
}

const notice = (server: FakeServer, conversationId: string, value: number) =>
  server.append(conversationId, "custom", { name: "n", value });

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

  test("a ping that it sends itself is answered by the pong", async () => {
    const { client } = clientOf(new FakeServer());
    await client.connect();
    const { answer } = client.send("system.ping" as never, {} as never);
    expect(await answer).toMatchObject({ ok: true, message: { type: "system.pong" } });
    expect(client.pending).toEqual([]);
  });

  test("a message without a payload has an empty one", () => {
    expect(createMessage("system.ping").payload).toEqual({});
  });
});

test("a bus of its own carries messages that it made", () => {
  const bus = new MessageBus();
  const heard: unknown[] = [];
  bus.subscribe("app.*", ({ payload }) => heard.push(payload));
  bus.publish(createMessage("app.page.shown", { page: 1 }));
  expect(heard).toEqual([{ page: 1 }]);
});

describe("tickets", () => {
  test("closed as expired, a fresh one is fetched", async () => {
    const server = new FakeServer();
    let fetched = 0;
    const { client } = clientOf(server, { ticket: () => `t${++fetched}` });
    await client.connect();
    server.close(4001, "expired");
    await settle();
    expect(client.state).toBe("active");
    expect(server.sockets.map(({ url }) => url.searchParams.get("ticket"))).toEqual(["t1", "t2"]);
  });

  test("one that is a text is used once where there is a token", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server, { ticket: "t1", token: "a.b.c" });
    await client.connect();
    server.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sockets.map(({ url, protocols }) => url.searchParams.get("ticket") ?? protocols[1])).toEqual([
      "t1",
      "bearer.a.b.c",
    ]);
  });

  test("without a token it is shown again: nobody comes back as somebody else", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server, { ticket: "t1" });
    await client.connect();
    server.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sockets.map(({ url }) => url.searchParams.get("ticket"))).toEqual(["t1", "t1"]);
  });
});

describe("coming back", () => {
  test("a wait that the server asked for long ago is over", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server);
    const waits: number[] = [];
    client.on("retry", ({ delayMs }) => waits.push(delayMs));
    await client.connect();
    const limited = { category: "rate_limit", code: "RATE_LIMITED", message: "Too fast.", isRetryable: true };
    server.tell("system.error", { ...limited, retryAfterMs: 20_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    server.drop(4006);
    await settle();
    expect(waits).toEqual([15_000]);
    await vi.advanceTimersByTimeAsync(30_000);
    server.drop();
    await settle();
    expect(waits).toEqual([15_000, 1_000]);
  });

  test("an end that is announced without a code is a lost wire", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server);
    await client.connect();
    server.tell("system.connection.close", { reason: "so" });
    server.drop();
    await settle();
    expect(client.state).toBe("reconnecting");
  });

  test("who asks for an attempt gets it at once, and all attempts again", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server, { reconnect: { maxAttempts: 2 } });
    await client.connect();
    server.faults.refuse(4);
    server.drop();
    await settle();
    expect(client.retry).toMatchObject({ attempt: 1, delayMs: 1_000, code: 1006 });
    for (let asked = 0; asked < 4; asked += 1) {
      void client.connect();
      await settle();
      expect(client.state).toBe("reconnecting");
    }
    await client.connect();
    expect(client.state).toBe("active");
    expect(client.retry).toBeUndefined();
  });

  test("a socket that throws an error which nobody listens to is listened to", async () => {
    const unheard: string[] = [];
    class Throwing {
      readyState = 0;
      onopen = null;
      onmessage = null;
      onclose: ((event: { code: number; reason: string }) => void) | null = null;
      onerror: ((event: never) => void) | null = null;
      constructor() {
        queueMicrotask(() => {
          if (this.onerror) this.onerror({} as never);
          else unheard.push("error");
          this.onclose?.({ code: 1006, reason: "" });
        });
      }
      send() {}
      close() {}
    }
    const { client } = clientOf(new FakeServer(), { WebSocket: Throwing as SocketConstructor });
    void client.connect();
    await settle();
    expect(unheard).toEqual([]);
    expect(client.state).toBe("reconnecting");
  });
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

describe("a session", () => {
  test("begins anew whatever storage it is given: its state does, too", async () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
    const server = withConversation("c1");
    notice(server, "c1", 1);
    storage.setItem("hawser.position:c1", JSON.stringify({ epoch: server.log("c1").epoch, lastSequence: 1, at: 0 }));
    const options = { url: "ws://gateway.test/ws", WebSocket: server.WebSocket, conversationId: "c1", storage };
    const session = new HawserSession({ ...options, schedule: queueMicrotask });
    clients.push(session.client);
    await session.connect();
    await settle();
    expect(session.getSnapshot().messages).toHaveLength(1);
  });

  test("passes on how it is ended", async () => {
    const { WebSocket } = new FakeServer();
    const session = new HawserSession({ url: "ws://gateway.test/ws", WebSocket, schedule: queueMicrotask });
    const ends: unknown[] = [];
    session.client.on("disconnected", (end) => ends.push(end));
    await session.connect();
    session.disconnect(4500, "done");
    expect(ends).toEqual([{ code: 4500, reason: "done", willReconnect: false }]);
  });
});
