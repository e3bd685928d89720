import type { Page } from "playwright-core";
import type { ClientEvents, ClientOptions, HawserSession, StateChange, WebSocketClient } from "../client/index.js";

/** What a test learns of a client in a page. */
export interface Probe {
  session: HawserSession;
  client: WebSocketClient;
  states: string[];
  sequences: number[];
  ends: ClientEvents["disconnected"][];
  /** Attempts that each loss took until events flowed again. */
  attempts: number[];
  errors: string[];
  /** A client of its own that keeps its position in the storage that all tabs share. */
  keeping?: WebSocketClient;
}

declare global {
  interface Window {
    hawser: typeof import("../client/index.js");
    probe: Probe;
    freshToken?: (reason: string) => Promise<string>;
  }
}

type Plain = Pick<ClientOptions, "conversationId" | "reconnect" | "token" | "heartbeatInterval">;

/** Starts a session in a page, from the `/hawser.js` that the gateway serves, with a probe on it. */
export async function startSession(page: Page, options: Plain & { tokens?: boolean } = {}): Promise<string> {
  return page.evaluate(async ({ tokens, ...plain }) => {
    const session = new window.hawser.HawserSession({
      ...plain,
      ...(tokens && { getToken: (reason: string) => window.freshToken!(reason) }),
    });
    const { client } = session;
    const probe: Probe = { session, client, states: [], sequences: [], ends: [], attempts: [], errors: [] };
    window.probe = probe;
    let attempts = 0;
    client.on("statechange", ({ newState }: StateChange) => {
      probe.states.push(newState);
      if (newState === "active" && attempts > 0) probe.attempts.push(attempts);
      if (newState === "active") attempts = 0;
    });
    client.on("retry", () => {
      attempts += 1;
    });
    client.on("message", ({ sequence }) => {
      if (sequence !== undefined) probe.sequences.push(sequence);
    });
    client.on("disconnected", (end) => probe.ends.push(end));
    client.on("error", ({ code }) => probe.errors.push(code));
    await session.connect();
    return client.conversationId ?? "";
  }, options);
}

/** Follows a conversation in a page with a client that keeps its position in the storage that all tabs share. */
export function keepPosition(page: Page, conversationId: string): Promise<void> {
  return page.evaluate(async (conversationId) => {
    window.probe.keeping = new window.hawser.WebSocketClient({ conversationId, storage: localStorage });
    await window.probe.keeping.connect();
  }, conversationId);
}

/** Waits until that client has taken in all that the page's session has. */
export async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { client, keeping } = window.probe;
    return keeping?.position()?.lastSequence === client.position()?.lastSequence;
  });
}

/** Says something in a page, to the usual agent or another; the conversation it went to. */
export function say(page: Page, text: string, agent?: string): Promise<string> {
  return page.evaluate(
    ({ text, agent }) => {
      window.probe.session.send(text, { ...(agent && { agent }) });
      return window.probe.client.conversationId!;
    },
    { text, agent },
  );
}

/** Waits in a page until that many runs have ended; the text of the last answer. */
export async function finished(page: Page, runs = 1): Promise<string> {
  await page.waitForFunction(
    (runs) => {
      const { messages, activeRun } = window.probe.session.getSnapshot();
      const ended = messages.filter((message) => message.role === "assistant" && message.status === "completed");
      return ended.length >= runs && activeRun === undefined;
    },
    runs,
    { polling: 50 },
  );
  return page.evaluate(() => {
    const last = window.probe.session.getSnapshot().messages.at(-1);
    return last?.role === "assistant" ? last.parts.map((part) => ("text" in part ? part.text : "")).join("") : "";
  });
}

/** What a page's probe has seen. */
export function seen(page: Page): Promise<Omit<Probe, "session" | "client"> & { last: number; state: string }> {
  return page.evaluate(() => {
    const { states, sequences, ends, attempts, errors, client } = window.probe;
    return {
      states,
      sequences,
      ends,
      attempts,
      errors,
      last: client.position()?.lastSequence ?? 0,
      state: client.state,
    };
  });
}

/** Waits until a page's client is in a state. */
export async function reached(page: Page, state: string): Promise<void> {
  await page.waitForFunction((state) => window.probe.client.state === state, state, { polling: 20 });
}

/** 1 to `last`. */
export const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** What the demo agent's `/count` says. */
export const counted = (last: number) =>
  upTo(last)
    .map((n) => `${n} `)
    .join("");
