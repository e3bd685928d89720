import { describe, expect, test, vi } from "vitest";
import { FakeServer } from "../testing/index.js";
import { clientOf, controlTheClock, settle, upTo } from "./client-kit.js";

controlTheClock();

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
});
