import { describe, expect, test, vi } from "vitest";
import { FakeServer } from "../testing/index.js";
import { clientOf, controlTheClock, settle } from "./client-kit.js";

controlTheClock();

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
