import { describe, expect, test, vi } from "vitest";
import { HawserSession, type SocketConstructor } from "../client/index.js";
import { FakeServer } from "../testing/index.js";
import { clientOf, clients, controlTheClock, settle } from "./client-kit.js";

controlTheClock();

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

describe("the session on top", () => {
  test("begins anew whatever storage it is given: its state does, too", async () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
    const server = new FakeServer();
    server.append("c1", "custom", { name: "n", value: 1 });
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
