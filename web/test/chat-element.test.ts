import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { HawserSession, type SessionOptions, WebSocketClient } from "../client/index.js";
import type { ConnectionStatus, HawserChat } from "../elements/index.js";
import { FakeServer } from "../testing/index.js";

// @vitest-environment happy-dom

beforeAll(async () => {
  await import("../elements/index.js");
});

afterEach(() => {
  document.body.replaceChildren();
});

const until = (condition: () => unknown) => vi.waitUntil(condition, { timeout: 60_000, interval: 10 });
const server = new FakeServer();
const options = (): SessionOptions => ({ url: "ws://gateway.test/ws", WebSocket: server.WebSocket });
const active = (chat: HawserChat) => until(() => chat.current?.client.state === "active");

async function shown(fields: object): Promise<HawserChat> {
  const chat = Object.assign(document.createElement("hawser-chat"), fields);
  document.body.append(chat);
  await chat.updateComplete;
  return chat;
}

it("goes on with its conversation where it is moved to, and has one wire", async () => {
  const chat = await shown({ options: options() });
  await active(chat);
  chat.say("hello");
  await until(() => chat.current?.getSnapshot().messages.length === 2);
  const { current } = chat;
  document.body.append(document.createElement("main"));
  document.querySelector("main")?.append(chat);
  await active(chat);
  expect(chat.current).toBe(current);
  expect(server.open).toBe(1);
  chat.say("again");
  await until(() => chat.current?.getSnapshot().messages.length === 4);
  await until(() => chat.shadowRoot?.querySelectorAll("hawser-message").length === 4);
  chat.remove();
  await until(() => server.open === 0);
});

it("shows another conversation when its attribute says so", async () => {
  server.log("c1");
  server.log("c2");
  const chat = await shown({ options: options(), conversationId: "c1" });
  await active(chat);
  chat.setAttribute("conversation-id", "c2");
  await until(() => chat.current?.client.conversationId === "c2");
  await active(chat);
  expect(server.open).toBe(1);
});

it("takes options and a session that come late, and keeps no wire beside them", async () => {
  const chat = await shown({ url: "ws://[" });
  expect(chat.current?.client.state).not.toBe("active");
  chat.options = options();
  await active(chat);
  // Options that are made anew with every rendering of a framework change nothing.
  const { current } = chat;
  chat.options = options();
  await chat.updateComplete;
  expect(chat.current).toBe(current);
  const session = new HawserSession(options());
  await session.connect();
  chat.session = session;
  await until(() => server.open === 1);
  expect(chat.current).toBe(session);
  chat.remove();
  await chat.updateComplete;
  expect(session.client.state).toBe("active");
  session.disconnect();
});

it("counts down to an attempt that was planned before anybody looked", async () => {
  const { WebSocket } = server;
  const client = new WebSocketClient({
    url: "ws://gateway.test/ws",
    WebSocket,
    reconnect: { baseMs: 3_600_000, maxMs: 3_600_000 },
  });
  await client.connect();
  server.drop();
  await until(() => client.state === "reconnecting");
  const status = Object.assign(document.createElement("connection-status"), { client }) as ConnectionStatus;
  document.body.append(status);
  await status.updateComplete;
  const countdown = () => status.shadowRoot?.querySelector("[part=retry]")?.textContent;
  expect(countdown()).toMatch(/^in \d+ s$/);
  status.remove();
  document.body.append(status);
  await status.updateComplete;
  expect(countdown()).toMatch(/^in \d+ s$/);
  client.disconnect();
});
