import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CLOSE_RETRY,
  type CommandPayloads,
  Logger,
  newId,
  type ServerMessage,
  WebSocketClient,
} from "../client/index.js";
import { Fold } from "../client/session/fold.js";
import { FakeSocket } from "../testing/index.js";

// Plays the server's side of every transcript to a client, and looks at what the client sends where the transcript sends.

type Json = Record<string, unknown>;
type Connect = { query: Record<string, string>; path: string };
type Step = Json & { wire?: string; times?: number; connect?: Connect; transcript?: string; send?: Json };

const FOLDER = new URL("../../protocol/standard/transcripts/", import.meta.url);
const COMMANDS: Record<keyof CommandPayloads, (payload: Json) => boolean> = {
  "data.message.send": ({ text }) => typeof text === "string" && text.trim() !== "",
  "data.ui.action": (payload) => Object.keys(payload).length > 0,
  "control.conversation.create": () => true,
  "control.conversation.subscribe": ({ conversationId }) => typeof conversationId === "string",
  "control.conversation.unsubscribe": ({ conversationId }) => typeof conversationId === "string",
  "control.run.cancel": ({ runId }) => typeof runId === "string",
  "control.approval.decide": ({ approvalId, decision, editedArgs }) =>
    typeof approvalId === "string" &&
    (decision === "approve" || decision === "reject" || (decision === "edit" && typeof editedArgs === "object")),
};
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const settle = () => vi.advanceTimersByTimeAsync(0);

// A client that came back by itself meanwhile would have another wire than the transcript.
beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** One wire of a transcript with the client at its end. */
class Played {
  readonly client: WebSocketClient;
  readonly fold = new Fold();
  readonly taken: ServerMessage[] = [];
  readonly given: Json[] = [];
  readonly #names: Map<string, unknown>;
  readonly #sequences = new Map<string, number>();
  #socket: FakeSocket | undefined;

  constructor(names: Map<string, unknown>, { query }: Connect) {
    this.#names = names;
    const { conversationId, epoch, lastSequence, agent } = this.#filled(query) as Record<string, string>;
    const items = new Map<string, string>();
    if (lastSequence !== undefined) {
      // The position that the transcript connects with, as if it had been kept.
      const position = { epoch: epoch ?? this.#name("epoch"), lastSequence: Number(lastSequence) };
      items.set(`hawser.position:${conversationId}`, JSON.stringify(position));
      this.#sequences.set(String(conversationId), Number(lastSequence));
    }
    const join = (socket: FakeSocket) => {
      this.#socket = socket;
      queueMicrotask(() => socket.open());
    };
    const fail = (...parts: unknown[]) => {
      throw new Error(parts.map(String).join(" "));
    };
    this.client = new WebSocketClient({
      url: "ws://gateway.test/ws",
      conversationId,
      agent,
      storage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => items.set(key, value),
        removeItem: (key) => items.delete(key),
      },
      logger: new Logger("protocol", "error", { error: fail, warn: fail, info: fail, debug: fail }),
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocols?: string[]) {
          super(url, protocols);
          join(this);
        }
      },
    });
    this.client.on("message", (message) => {
      this.taken.push(message);
      if (message.type === "system.connection.resumed" && message.payload.snapshot) {
        this.fold.replace(message.payload.snapshot);
      } else if (message.sequence !== undefined) {
        this.fold.take(message);
      }
    });
    void this.client.connect();
  }

  get url(): URL {
    return this.#socket!.url;
  }

  /** What the client sent, of one wire. */
  get sent(): Json[] {
    return this.#socket!.sent.map((text) => JSON.parse(text));
  }

  /** Gives a step that the client can do to it; whether it could. */
  async send(step: Json): Promise<boolean> {
    const { id, type, conversationId, payload } = this.#filled(step) as Json & { type: keyof CommandPayloads };
    const { content, ...fields } = (payload ?? {}) as Json;
    const sound =
      (id === undefined || typeof id === "string") &&
      content === undefined &&
      COMMANDS[type]?.(fields) &&
      (payload === undefined || (typeof payload === "object" && !Array.isArray(payload)));
    if (!sound) return false;
    if (type === "control.conversation.subscribe") this.client.subscribe(String(fields.conversationId));
    else if (type === "control.conversation.unsubscribe") this.client.unsubscribe(String(fields.conversationId));
    else {
      const more = {
        ...(id !== undefined && { id: id as string }),
        ...(conversationId !== undefined && { conversationId }),
      };
      const result = this.client.send(type, fields as never, more as never);
      expect(result.status).not.toBe("refused");
      this.given.push({
        id: result.id,
        type,
        payload: fields,
        ...(conversationId !== undefined && { conversationId }),
      });
    }
    await settle();
    if (type === "data.message.send") this.#answerCreate();
    await settle();
    return true;
  }

  /** Sends what the transcript expects of the server. */
  async expect(pattern: Json): Promise<void> {
    if (pattern.type === "control.conversation.created") this.#ownConversation(pattern);
    const frame = this.#made({ payload: {}, ...pattern }) as Json & { payload: Json };
    const conversationId = String(frame.conversationId ?? frame.payload.conversationId ?? this.#current());
    switch (frame.type) {
      case "control.conversation.created":
        this.#created(frame);
        this.#sequences.set(String(frame.payload.conversationId), Number(frame.payload.lastSequence ?? 0));
        break;
      case "system.connection.established":
        if (frame.payload.lastSequence !== undefined && !this.url.searchParams.has("lastSequence")) {
          this.#sequences.set(conversationId, Number(frame.payload.lastSequence));
        }
        break;
      case "control.conversation.subscribed":
        if (!this.#sequences.has(conversationId)) {
          this.#sequences.set(conversationId, Number(frame.payload.lastSequence ?? 0));
        }
        break;
      case "system.connection.resumed":
        this.#resumed(frame.payload, conversationId);
        break;
      default:
    }
    if (String(frame.type).startsWith("data.")) this.#event(frame, conversationId);
    else this.#deliver(frame);
    await settle();
  }

  async close(code: number): Promise<void> {
    this.#socket!.end(code);
    await settle();
  }

  /** That what the client took in is what was sent, and what it sent is what the transcript sends. */
  check(): void {
    for (const [conversationId, last] of this.#sequences) {
      const position = this.client.position(conversationId);
      if (position) expect(position.lastSequence).toBe(last);
    }
    for (const frame of this.sent) {
      expect(frame).toMatchObject({
        id: expect.any(String),
        version: "1.0",
        source: "client",
        payload: expect.any(Object),
      });
      expect(frame.timestamp).toMatch(TIME);
    }
    const shown = JSON.stringify(this.fold.publish().messages);
    for (const { type, payload } of this.taken) {
      if (type === "data.text.done" && payload.text !== undefined)
        expect(shown).toContain(JSON.stringify(payload.text));
    }
    for (const given of this.given) {
      const frame = this.sent.find(({ id }) => id === given.id);
      if (frame || this.client.state === "active") expect(frame).toMatchObject(given);
    }
  }

  #current(): string {
    return this.client.conversationId ?? String(this.#name("conversation"));
  }

  /** The client chooses the ids of conversations, where the transcript leaves that to the server. */
  #ownConversation(pattern: Json): void {
    const create = this.#create();
    for (const id of [pattern.conversationId, (pattern.payload as Json | undefined)?.conversationId]) {
      const name = typeof id === "string" ? /^\$id:(.+)$/.exec(id)?.[1] : undefined;
      if (create && name !== undefined) this.#names.set(name, create.conversationId);
    }
  }

  /** And makes them with a command of its own, before the message. */
  #created(frame: Json & { payload: Json }): void {
    const create = this.#create();
    if (!create) return;
    frame.correlationId = create.id;
    frame.conversationId = frame.payload.conversationId = create.conversationId;
  }

  /** The client's own command has no place in a transcript whose message is refused; here it is made at once. */
  #answerCreate(): void {
    const { id, conversationId } = this.#create() ?? {};
    if (id === undefined || this.client.position() !== undefined) return;
    const payload = { conversationId, epoch: this.#name("epoch"), lastSequence: 0 };
    this.#deliver({ type: "control.conversation.created", correlationId: id, conversationId, payload });
  }

  #create(): Json | undefined {
    return this.sent.filter(({ type }) => type === "control.conversation.create").at(-1);
  }

  #resumed(payload: Json, conversationId: string): void {
    const known = this.#sequences.get(conversationId) ?? 0;
    const snapshot = payload.snapshot as Json | undefined;
    payload.conversationId ??= conversationId;
    payload.epoch ??= this.#name("epoch");
    payload.fromSequence ??= snapshot ? Number(snapshot.lastSequence) + 1 : known + 1;
    payload.toSequence ??= known;
    this.#sequences.set(conversationId, Number(snapshot?.lastSequence ?? Number(payload.fromSequence) - 1));
    for (const list of ["messages", "runs", "pendingApprovals"]) if (snapshot) snapshot[list] ??= [];
  }

  #event(frame: Json & { payload: Json }, conversationId: string): void {
    const next = (this.#sequences.get(conversationId) ?? 0) + 1;
    const sequence = Number(frame.sequence ?? next);
    // What a transcript skips was sent nevertheless.
    for (let skipped = next; skipped < sequence; skipped += 1) {
      this.#deliver({ type: "data.thinking", conversationId, sequence: skipped, payload: { text: "skipped" } });
    }
    this.#sequences.set(conversationId, sequence);
    this.#deliver({ ...frame, conversationId, sequence });
  }

  #deliver(frame: Json): void {
    const whole = { id: newId(), version: "1.0", timestamp: new Date().toISOString(), source: "server", payload: {} };
    this.#socket!.deliver(JSON.stringify({ ...whole, ...frame }));
  }

  #name(name: string): unknown {
    if (!this.#names.has(name)) this.#names.set(name, `${name}-${newId().slice(0, 6)}`);
    return this.#names.get(name);
  }

  /** A message that a pattern fits. */
  #made(pattern: unknown): unknown {
    if (Array.isArray(pattern)) return pattern.map((one) => this.#made(one));
    if (typeof pattern === "object" && pattern !== null) {
      const entries = Object.entries(pattern).filter(([, value]) => value !== "$absent");
      return Object.fromEntries(entries.map(([key, value]) => [key, this.#made(value)]));
    }
    switch (pattern) {
      case "$any":
      case "$string":
        return "something";
      case "$number":
        return 65536;
      case "$boolean":
        return true;
      case "$object":
        return {};
      case "$array":
        return [];
      case "$time":
        return "2026-01-31T12:00:00.000Z";
      default:
        return this.#filled(pattern);
    }
  }

  #filled(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#filled(one));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#filled(one)]));
    }
    const name = typeof value === "string" ? /^\$(?:id|ref):(.+)$/.exec(value)?.[1] : undefined;
    return name === undefined ? value : this.#name(name);
  }
}

async function replay(steps: Step[]): Promise<{ sends: number; taken: number }> {
  const names = new Map<string, unknown>();
  const wires = new Map<string, Played>();
  const all: Played[] = [];
  let sends = 0;
  const open = async (wire: string, connect: Connect) => {
    wires.get(wire)?.client.disconnect();
    const played = new Played(names, connect);
    all.push(played);
    wires.set(wire, played);
    await settle();
  };
  try {
    for (const step of steps) {
      const wire = step.wire ?? "a";
      if (step.connect) {
        await open(wire, step.connect);
        continue;
      }
      const played = wires.get(wire)!;
      for (let times = step.times ?? 1; times > 0; times -= 1) {
        if (step.send) sends += (await played.send(step.send)) ? 1 : 0;
        else if (step.expect) await played.expect(step.expect as Json);
        else if (step.skipUntil) await played.expect(step.skipUntil as Json);
        else if (step.expectAll) for (const one of step.expectAll as Json[]) await played.expect(one);
        else if (step.reconnect) await open(wire, { path: "/ws", query: {}, ...(step.reconnect as Partial<Connect>) });
        else if (step.expectClose) {
          const { code } = step.expectClose as { code: number };
          await played.close(code);
          expect(played.client.state).toBe(CLOSE_RETRY[code] === "backoff" ? "reconnecting" : "closed");
        } else if (step.close) played.client.disconnect(step.close as number);
      }
    }
    for (const played of all) played.check();
    return { sends, taken: all.reduce((sum, { taken }) => sum + taken.length, 0) };
  } finally {
    for (const { client } of all) client.disconnect();
  }
}

describe("transcripts of the standard dialect", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl"));
  test.each(files)("%s", async (name) => {
    const lines = readFileSync(new URL(name, FOLDER), "utf8").trim().split("\n");
    const { taken } = await replay(lines.map((line) => JSON.parse(line)));
    // The first step of every transcript that is not turned away is a message of the server.
    expect(taken).toBeGreaterThan(0);
  });

  test("most of what transcripts send is what this client can send", async () => {
    let sends = 0;
    for (const name of files) {
      const lines = readFileSync(new URL(name, FOLDER), "utf8").trim().split("\n");
      sends += (await replay(lines.map((line) => JSON.parse(line)))).sends;
    }
    expect(sends).toBeGreaterThan(50);
  });
});
