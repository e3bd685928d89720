import { afterEach, beforeEach, expect, vi } from "vitest";
import { type ClientEvents, type ClientOptions, Logger, type StateChange, WebSocketClient } from "../client/index.js";
import type { FakeServer } from "../testing/index.js";

/** Clients that a test disconnects at its end. */
export const clients: WebSocketClient[] = [];

/** Has the tests of a file control the clock, and fail where a client leaves something running. */
export function controlTheClock(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
    expect(vi.getTimerCount(), "nothing is left running").toBe(0);
    vi.useRealTimers();
  });
}

/** A client of a server, and what it tells. */
export function clientOf(server: FakeServer, options: ClientOptions = {}) {
  const client = new WebSocketClient({
    url: "ws://gateway.test/ws",
    WebSocket: server.WebSocket,
    random: () => 0,
    logger: new Logger("protocol", "error"),
    ...options,
  });
  clients.push(client);
  const states: string[] = [];
  const types: string[] = [];
  const sequences: number[] = [];
  const ends: ClientEvents["disconnected"][] = [];
  const errors: ClientEvents["error"][] = [];
  client.on("statechange", ({ newState }: StateChange) => states.push(newState));
  client.on("message", ({ type, sequence }) => {
    types.push(type);
    if (sequence !== undefined) sequences.push(sequence);
  });
  client.on("disconnected", (end) => ends.push(end));
  client.on("error", (error) => errors.push(error));
  return { client, states, types, sequences, ends, errors };
}

/** Lets everything happen that is due now. */
export const settle = () => vi.advanceTimersByTimeAsync(0);
/** 1 to `last`. */
export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A storage as a browser's. */
export class Items extends Map<string, string> {
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
