import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ClientEvents,
  type ClientOptions,
  Logger,
  type SocketConstructor,
  type StateChange,
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

function clientOf(server: FakeServer, options: ClientOptions = {}) {
  const client = new WebSocketClient({
    url: "ws://gateway.test/ws",
    WebSocket: server.WebSocket,
    random: () => 0,
    logger: new Logger("protocol", "error"),
    ...options,
  });
  clients.push(client);
  const states: string[] = [];
  const sequences: number[] = [];
  const ends: ClientEvents["disconnected"][] = [];
  const errors: ClientEvents["error"][] = [];
  client.on("statechange", ({ newState }: StateChange) => states.push(newState));
  client.on("message", ({ sequence }) => sequence !== undefined && sequences.push(sequence));
  client.on("disconnected", (end) => ends.push(end));
  client.on("error", (error) => errors.push(error));
  return { client, states, sequences, ends, errors };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("connecting", () => {
  test("without a conversation the client is active as soon as it is let in", async () => {
    const { client, states } = clientOf(new FakeServer());
    await client.connect();
    expect(states).toEqual(["connecting", "connected", "active"]);
    expect(client.connectionId).toMatch(/^[0-9a-f]{32}$/);
    expect(client.identity).toMatchObject({ userId: "ann", tenantId: "acme" });
  });

  test("a token travels as a subprotocol, an opaque one in the query, a ticket alone", async () => {
    const server = new FakeServer();
    await clientOf(server, { token: "a.b.c" }).client.connect();
    await clientOf(server, { token: "opaque token/1" }).client.connect();
    await clientOf(server, { ticket: async () => "t1", token: "a.b.c" }).client.connect();
    expect(server.sockets.map(({ protocols, url }) => [protocols, url.search])).toEqual([
      [["hawser.v1", "bearer.a.b.c"], ""],
      [[], "?token=opaque+token%2F1"],
      [[], "?ticket=t1"],
    ]);
  });

  test("what it is told when it is not let in depends on the close code", async () => {
    for (const code of [4000, 4002, 4003, 4005, 4010, 1008]) {
      const server = new FakeServer();
      server.faults.refuse(1, code);
      const { client, states, ends } = clientOf(server);
      await expect(client.connect()).rejects.toThrow(`closed with ${code}`);
      expect(states).toEqual(["connecting", "closed"]);
      expect(ends).toEqual([{ code, reason: "", willReconnect: false }]);
    }
  });

  test("a server that does not answer is given up after a while", async () => {
    const server = new FakeServer();
    server.faults.frozen = true;
    const { client, states } = clientOf(server);
    void client.connect();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(states).toEqual(["connecting", "reconnecting"]);
    server.faults.frozen = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.state).toBe("active");
  });

  test("disconnecting ends with the code and reason given, and connecting again works", async () => {
    const server = new FakeServer();
    const { client, ends } = clientOf(server);
    await client.connect();
    client.disconnect(4500, "done");
    await settle();
    expect(server.open).toBe(0);
    expect(ends).toEqual([{ code: 4500, reason: "done", willReconnect: false }]);
    expect(client.state).toBe("disconnected");
    await client.connect();
    expect(client.state).toBe("active");
  });
});

describe("a connection that cannot be made", () => {
  const refusing = class {
    constructor() {
      throw new Error("An insecure connection may not be made from a secure page");
    }
  } as unknown as SocketConstructor;

  test.each([
    ["an address that is none", { url: "ws://[" }],
    ["one that the page may not reach", { WebSocket: refusing }],
    ["no WebSocket at all", { WebSocket: undefined }],
  ])("%s is told once and is the end", async (_, options) => {
    vi.stubGlobal("WebSocket", undefined);
    const { client, ends, errors } = clientOf(new FakeServer(), options);
    await expect(client.connect()).rejects.toThrow("No connection can be made: ");
    vi.unstubAllGlobals();
    expect(client.state).toBe("closed");
    expect(errors).toMatchObject([{ code: "NO_SOCKET", isRetryable: false }]);
    expect(ends).toEqual([{ code: 1006, reason: "no socket", willReconnect: false }]);
  });
});

describe("listeners who act", () => {
  test("connecting again from a listener is a new wish, which the old end does not refuse", async () => {
    const server = new FakeServer();
    server.faults.refuse(1, 4002);
    const { client } = clientOf(server);
    const again: Promise<void>[] = [];
    client.on("statechange", ({ newState }) => newState === "closed" && again.push(client.connect()));
    await expect(client.connect()).rejects.toThrow("closed with 4002");
    await settle();
    expect(again).toHaveLength(1);
    await expect(again[0]).resolves.toBeUndefined();
    expect(client.state).toBe("active");
  });

  test.each(["connecting", "connected", "active", "reconnecting"])(
    "one who has had enough at %s is left alone",
    async (at) => {
      const server = new FakeServer();
      const { client, ends } = clientOf(server);
      const told: string[] = [];
      client.on("connected", () => told.push("connected"));
      client.on("retry", () => told.push("retry"));
      const dropping = client.on("statechange", ({ newState }) => {
        if (newState !== at) return;
        dropping();
        told.length = 0;
        client.disconnect();
      });
      void client.connect();
      await settle();
      server.drop();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(client.state).toBe("disconnected");
      expect(server.open).toBe(0);
      expect(told).toEqual([]);
      expect(ends.length).toBeLessThanOrEqual(2);
    },
  );
});

describe("coming back", () => {
  test("waits grow to the bound, ten failures in a row are the end, and connect() begins again", async () => {
    const server = new FakeServer();
    const { client, states } = clientOf(server);
    const waits: number[] = [];
    client.on("retry", ({ delayMs }) => waits.push(delayMs));
    await client.connect();
    server.faults.refuse(10);
    server.drop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000, 30000]);
    expect(states.at(-1)).toBe("closed");
    expect(client.send("data.message.send", { text: "hello" })).toMatchObject({ status: "refused", reason: "closed" });
    await client.connect();
    expect(client.state).toBe("active");
  });

  test("the time that the server names is a lower bound, also for a wake-up", async () => {
    const server = new FakeServer();
    const { client, ends } = clientOf(server);
    await client.connect();
    server.close(1012, "server_shutdown", 7_000);
    await vi.advanceTimersByTimeAsync(6_990);
    expect(ends).toEqual([{ code: 1012, reason: "server_shutdown", willReconnect: true }]);
    expect(client.state).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(10);
    expect(client.state).toBe("active");
  });

  test("a server that names a time beyond all timers is not asked at once", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server);
    await client.connect();
    server.close(1013, "overloaded", 2 ** 32);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets).toHaveLength(1);
    expect(client.state).toBe("reconnecting");
  });

  test("who the wire was let in as is known while it is away", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server);
    await client.connect();
    const { connectionId } = client;
    server.drop();
    await settle();
    expect(client.state).toBe("reconnecting");
    expect([client.connectionId, client.identity?.userId]).toEqual([connectionId, "ann"]);
  });

  test("nothing is lost or repeated over 200 drops at every place of a stream", async () => {
    const server = new FakeServer({ agent: () => {} });
    const { client, sequences } = clientOf(server, { reconnect: { baseMs: 10, maxMs: 10 } });
    const attempts: number[] = [];
    client.on("retry", ({ attempt }) => attempts.push(attempt));
    client.send("data.message.send", { text: "go" });
    await client.connect();
    const conversationId = client.conversationId!;
    for (let drop = 0; drop < 200; drop += 1) {
      server.faults.dropAfter(drop % 5);
      for (let i = 0; i < 5; i += 1) server.append(conversationId, "thinking", { text: `${drop}.${i}` });
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(sequences).toEqual(upTo(1001));
    expect(attempts.length).toBeGreaterThanOrEqual(200);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(5);
  });

  test("events sent twice are taken once, a hole is filled by a resume on the same wire", async () => {
    const server = new FakeServer({ agent: () => {} });
    const { client, sequences, states } = clientOf(server);
    client.send("data.message.send", { text: "go" });
    await client.connect();
    await settle();
    const id = client.conversationId!;
    server.faults.duplicate(3);
    for (let i = 0; i < 3; i += 1) server.append(id, "thinking", { text: "twice" });
    server.faults.lose(2);
    for (let i = 0; i < 3; i += 1) server.append(id, "thinking", { text: "hole" });
    server.append(id, "thinking", { text: "late" });
    await settle();
    expect(sequences).toEqual(upTo(8));
    expect(server.sockets).toHaveLength(1);
    expect(states).toEqual(["connecting", "connected", "active", "connected", "active"]);
  });

  test("where replay is not possible the snapshot says where to go on", async () => {
    for (const reason of ["epoch_changed", "expired"] as const) {
      const server = new FakeServer({ agent: () => {} });
      const { client, sequences } = clientOf(server);
      const resumed = vi.fn();
      client.bus.subscribe("system.connection.resumed", ({ payload }) => resumed(payload.reason));
      client.send("data.message.send", { text: "go" });
      await client.connect();
      await settle();
      const log = server.log(client.conversationId!);
      server.drop();
      await settle();
      if (reason === "epoch_changed") log.restart();
      for (let i = 0; i < 3; i += 1) log.append("thinking", { text: "missed" });
      if (reason === "expired") log.trimmed = 3;
      await vi.advanceTimersByTimeAsync(1_000);
      expect(resumed).toHaveBeenCalledWith(reason);
      server.append(log.conversationId, "thinking", { text: "live" });
      await settle();
      expect(sequences).toEqual([1, log.last]);
      expect(client.position()).toEqual({ epoch: log.epoch, lastSequence: log.last });
    }
  });

  test("a wire that dies without a word is noticed by its silence", async () => {
    const server = new FakeServer({ heartbeatIntervalMs: 5_000 });
    const { client, ends } = clientOf(server);
    await client.connect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ends).toEqual([]);
    server.faults.frozen = true;
    const at = Date.now();
    while (ends.length === 0) await vi.advanceTimersByTimeAsync(500);
    expect(Date.now() - at).toBeLessThanOrEqual(15_500);
    expect(ends).toMatchObject([{ code: 1006, willReconnect: true }]);
    server.faults.frozen = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(client.state).toBe("active");
  });

  test("a ping of the server is answered, its own measure the latency", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server);
    await client.connect();
    server.tell("system.ping", { timestamp: "2026-01-31T12:00:00.000Z" });
    await settle();
    expect(JSON.parse(server.sockets[0]!.sent.at(-1)!)).toMatchObject({
      type: "system.pong",
      version: "1.0",
      source: "client",
      correlationId: expect.any(String),
    });
    const told = vi.fn();
    client.on("latency", told);
    server.faults.delayMs = 120;
    client.ping();
    await vi.advanceTimersByTimeAsync(120);
    expect(told).toHaveBeenCalledWith({ ms: 120 });
    expect(client.latency).toBe(120);
  });
});

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
});

describe("tokens", () => {
  const jwt = (exp: number) => `h.${btoa(JSON.stringify({ exp }))}.s`;
  const inSeconds = (seconds: number) => jwt(Math.floor(Date.now() / 1000) + seconds);

  test("a token is renewed before it expires, on the same wire", async () => {
    const server = new FakeServer();
    const getToken = vi.fn(() => inSeconds(300));
    const { client, ends } = clientOf(server, { getToken });
    await client.connect();
    await vi.advanceTimersByTimeAsync(241_000);
    expect(getToken.mock.calls).toEqual([["connect"], ["expiring"]]);
    expect(server.sockets).toHaveLength(1);
    expect(ends).toEqual([]);
  });

  test("tokens that are always about to expire are not asked for without end", async () => {
    const server = new FakeServer();
    const getToken = vi.fn(() => inSeconds(0));
    const { client } = clientOf(server, { getToken });
    server.refreshedForMs = 0;
    await client.connect();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(getToken.mock.calls.length).toBeGreaterThan(2);
    expect(getToken.mock.calls.length).toBeLessThanOrEqual(7);
  });

  test("closed as expired it comes back at once with a fresh token, but does not insist", async () => {
    let good = "t1";
    const server = new FakeServer({ verify: (token) => (token === good ? undefined : 4001) });
    const getToken = vi.fn(async () => good);
    const { client } = clientOf(server, { getToken });
    await client.connect();
    good = "t2";
    server.close(4001, "expired");
    await settle();
    expect(client.state).toBe("active");
    expect(getToken.mock.calls).toEqual([["connect"], ["expired"]]);
    getToken.mockImplementation(async () => "bad");
    const at = server.sockets.length;
    server.close(4001, "expired");
    await vi.advanceTimersByTimeAsync(900);
    expect(server.sockets.length - at).toBeLessThanOrEqual(1);
  });

  test("without a way to a new token an expired one is the end", async () => {
    const server = new FakeServer();
    const { client } = clientOf(server, { token: "t1" });
    await client.connect();
    server.close(4001, "expired");
    await settle();
    expect(client.state).toBe("closed");
  });

  test("a token that cannot be had is an error and another attempt", async () => {
    const server = new FakeServer();
    const getToken = vi.fn().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("t1");
    const { client, errors } = clientOf(server, { getToken });
    void client.connect();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(errors).toMatchObject([{ code: "AUTH_INVALID" }]);
    expect(client.state).toBe("active");
  });
});

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

class Items extends Map<string, string> {
  getItem(key: string) {
    return this.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.set(key, value);
  }
  removeItem(key: string) {
    this.delete(key);
  }
}

const stored = (storage: Items) => JSON.parse(storage.getItem("hawser.position:c1")!);
