import { type CommandPayloads, type Envelope, newId } from "../client/envelope.js";
import type { SessionEventPayloads, SessionEventType } from "../client/events.js";
import type { SocketConstructor } from "../client/wire.js";
import { Faults } from "./faults.js";
import { FakeLog, type LoggedEvent } from "./log.js";
import { FakeSocket } from "./socket.js";

/** What a run of a fake server can do: write events of its own. */
export interface FakeRun {
  readonly runId: string;
  readonly conversationId: string;
  readonly text: string;
  emit<K extends SessionEventType>(type: K, payload: SessionEventPayloads[K]): void;
}

/** The settings of a fake server. */
export interface FakeServerOptions {
  readonly heartbeatIntervalMs?: number;
  readonly maxMessageBytes?: number;
  /** What an agent does with a message; by default it says it back, a delta a word. */
  readonly agent?: (run: FakeRun) => void;
  /** Judges a credential: undefined lets it in, a close code refuses it. */
  readonly verify?: (credential: string | undefined) => number | undefined;
}

interface Peer {
  readonly socket: FakeSocket;
  readonly connectionId: string;
  readonly watched: Set<string>;
  open: boolean;
}

type Frame = Envelope<string, Record<string, unknown>>;

/**
 * A gateway in the same process, for tests: it speaks the `standard` dialect over stand-ins for WebSockets, keeps logs,
 * answers repeated commands once, resumes, and commits the faults that a test scripts. Give `server.WebSocket` to a client.
 */
export class FakeServer {
  /** Makes sockets that lead here. */
  readonly WebSocket: SocketConstructor;
  readonly faults = new Faults();
  /** Every socket ever opened, oldest first. */
  readonly sockets: FakeSocket[] = [];
  /** Commands that took effect, oldest first; a repeated one is here once. */
  readonly taken: Frame[] = [];
  /** How long a refreshed token is said to last. */
  refreshedForMs = 3_600_000;
  readonly #options: FakeServerOptions;
  readonly #logs = new Map<string, FakeLog>();
  readonly #answers = new Map<string, Frame>();
  readonly #peers = new Set<Peer>();

  constructor(options: FakeServerOptions = {}) {
    this.#options = options;
    const accept = (socket: FakeSocket) => this.#accept(socket);
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        accept(this);
      }
    };
  }

  /** How many wires are open. */
  get open(): number {
    return this.#peers.size;
  }

  /** The log of a conversation, made if there is none. */
  log(conversationId: string): FakeLog {
    const log = this.#logs.get(conversationId) ?? new FakeLog(conversationId);
    this.#logs.set(conversationId, log);
    return log;
  }

  /** Appends an event and shows it to everybody who watches. */
  append<K extends SessionEventType>(conversationId: string, type: K, payload: SessionEventPayloads[K]): void {
    const event = this.log(conversationId).append(type, payload);
    for (const peer of [...this.#peers]) {
      if (!peer.watched.has(conversationId)) continue;
      for (let copies = this.faults.takeCopies(); copies > 0; copies -= 1) this.#event(peer, event);
    }
  }

  /** Cuts every wire, as a lost network does, or closes it with a code. */
  drop(code = 1006, reason = ""): void {
    for (const peer of [...this.#peers]) this.#end(peer, code, reason);
  }

  /** Ends every wire in the server's way: a message that says so, then the close frame. */
  close(code: number, reason: string, reconnectAfterMs?: number): void {
    for (const peer of [...this.#peers]) {
      this.#send(peer, { type: "system.connection.close", payload: { code, reason, reconnectAfterMs } });
      this.#end(peer, code, reason);
    }
  }

  /** Sends a message to every wire, for instance a `control.notice` or a `system.error`. */
  tell(type: string, payload: Record<string, unknown>): void {
    for (const peer of [...this.#peers]) this.#send(peer, { type, payload });
  }

  #accept(socket: FakeSocket): void {
    this.sockets.push(socket);
    const refusal = this.faults.takeRefusal();
    if (refusal === 1006) {
      socket.end(1006);
      return;
    }
    const peer: Peer = { socket, connectionId: newId(), watched: new Set(), open: true };
    queueMicrotask(() => {
      socket.open();
      // Given up before it was open.
      if (socket.readyState !== 1) return;
      const denied = refusal ?? this.#options.verify?.(credentialOf(socket));
      if (denied !== undefined) this.#deny(peer, denied);
      else this.#establish(peer);
    });
    socket.onsend = (text) => this.#received(peer, text);
    socket.onleave = () => this.#gone(peer);
  }

  #deny(peer: Peer, closeCode: number): void {
    const code = closeCode === 4003 ? "NOT_FOUND" : closeCode === 4001 ? "AUTH_EXPIRED" : "AUTH_INVALID";
    this.#error(peer, code);
    this.#end(peer, closeCode, "");
  }

  #establish(peer: Peer): void {
    const query = peer.socket.url.searchParams;
    const conversationId = query.get("conversationId") ?? undefined;
    const log = conversationId === undefined ? undefined : this.#logs.get(conversationId);
    if (conversationId !== undefined && !log) return this.#deny(peer, 4003);
    this.#peers.add(peer);
    const { heartbeatIntervalMs = 30_000, maxMessageBytes = 65536 } = this.#options;
    this.#send(peer, {
      type: "system.connection.established",
      payload: {
        connectionId: peer.connectionId,
        userId: "ann",
        tenantId: "acme",
        heartbeatIntervalMs,
        maxMessageBytes,
        serverTime: new Date().toISOString(),
        ...(log && { conversationId, epoch: log.epoch, lastSequence: log.last }),
      },
    });
    if (!log) return;
    peer.watched.add(log.conversationId);
    const lastSequence = query.get("lastSequence");
    if (lastSequence !== null) this.#resume(peer, log, query.get("epoch") ?? undefined, Number(lastSequence));
  }

  #received(peer: Peer, text: string): void {
    if (this.faults.frozen || !peer.open) return;
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "system.pong") return;
    if (frame.type === "system.ping") {
      this.#send(peer, { type: "system.pong", correlationId: frame.id, payload: frame.payload });
      return;
    }
    const cut = this.faults.takeCut();
    if (cut === "before") this.#end(peer, 1006, "");
    else this.#command(peer, frame, cut === "after");
  }

  #command(peer: Peer, frame: Frame, cutAfterwards: boolean): void {
    // What the effect of the command is; telling it is only for a wire that is still there.
    if (cutAfterwards) this.#end(peer, 1006, "");
    const conversationId = frame.conversationId ?? String(frame.payload.conversationId ?? "");
    const key = `${conversationId} ${frame.id}`;
    const known = this.#answers.get(key);
    switch (frame.type) {
      case "system.connection.resume": {
        const log = this.#logs.get(conversationId);
        const { epoch, lastSequence } = frame.payload as { epoch?: string; lastSequence: number | null };
        if (log) this.#resume(peer, log, epoch, lastSequence, frame.id);
        else this.#error(peer, "NOT_FOUND", frame.id);
        return;
      }
      case "system.auth.refresh":
        this.#refresh(peer, frame);
        return;
      case "control.conversation.subscribe":
        this.#subscribe(peer, frame, conversationId);
        return;
      case "control.conversation.unsubscribe":
        peer.watched.delete(conversationId);
        this.#answer(peer, frame, "control.conversation.unsubscribed", { conversationId });
        return;
      default:
    }
    if (known) {
      this.#send(peer, known);
      return;
    }
    const exists = this.#logs.has(conversationId);
    if (frame.type === "control.conversation.create" ? exists : !exists && frame.type.startsWith("data.")) {
      this.#error(peer, exists ? "CONFLICT" : "NOT_FOUND", frame.id);
      return;
    }
    this.taken.push(frame);
    const answer = this.#effect(peer, frame, conversationId);
    if (!answer) return;
    this.#answers.set(key, answer.frame);
    this.#send(peer, answer.frame);
    answer.next?.();
  }

  /** Does what a command asks for the first time; its answer, and what follows the answer. */
  #effect(peer: Peer, frame: Frame, conversationId: string): { frame: Frame; next?: () => void } | undefined {
    const { payload } = frame;
    const answer = (type: string, fields: Record<string, unknown>): Frame =>
      envelope({ type, correlationId: frame.id, conversationId, payload: fields });
    switch (frame.type) {
      case "control.conversation.create": {
        const { epoch } = this.log(conversationId);
        peer.watched.add(conversationId);
        return { frame: answer("control.conversation.created", { conversationId, epoch, lastSequence: 0 }) };
      }
      case "data.message.send": {
        const runId = newId();
        const messageId = newId();
        const { text } = payload as CommandPayloads["data.message.send"];
        return {
          frame: answer("control.run.accepted", { runId, messageId, status: "queued" }),
          next: () => {
            this.append(conversationId, "message.user", { messageId, text, userId: "ann", runId });
            this.#run({
              runId,
              conversationId,
              text,
              emit: (type, fields) => this.append(conversationId, type, { ...fields, runId }),
            });
          },
        };
      }
      case "control.run.cancel":
        return { frame: answer("control.run.cancelling", { runId: payload.runId, status: "running" }) };
      case "control.approval.decide": {
        const { approvalId, decision } = payload as CommandPayloads["control.approval.decide"];
        return { frame: answer("control.approval.recorded", { approvalId, decision, won: true }) };
      }
      case "data.ui.action":
        this.append(conversationId, "ui.action", { action: payload });
        return undefined;
      default:
        this.#error(peer, "UNKNOWN_TYPE", frame.id);
        return undefined;
    }
  }

  #run(run: FakeRun): void {
    const echo = ({ text, emit }: FakeRun) => {
      const messageId = newId();
      const answer = `You said: ${text}`;
      emit("run.started", { agent: "demo", attempt: 1 });
      for (const word of answer.split(/(?<= )/)) emit("text.delta", { messageId, delta: word });
      emit("text.done", { messageId, text: answer });
      emit("run.completed", { durationMs: 1 });
    };
    (this.#options.agent ?? echo)(run);
  }

  #subscribe(peer: Peer, frame: Frame, conversationId: string): void {
    const log = this.#logs.get(conversationId);
    if (!log) return this.#error(peer, "NOT_FOUND", frame.id);
    peer.watched.add(conversationId);
    this.#answer(peer, frame, "control.conversation.subscribed", {
      conversationId,
      epoch: log.epoch,
      lastSequence: log.last,
    });
    const { epoch, lastSequence } = frame.payload as { epoch?: string; lastSequence?: number };
    if (lastSequence !== undefined) this.#resume(peer, log, epoch, lastSequence);
  }

  #resume(peer: Peer, log: FakeLog, epoch: string | undefined, lastSequence: number | null, id?: string): void {
    const reason = log.refusal(epoch, lastSequence);
    const from = reason === undefined && lastSequence !== null ? lastSequence + 1 : log.last + 1;
    peer.watched.add(log.conversationId);
    this.#send(peer, {
      type: "system.connection.resumed",
      conversationId: log.conversationId,
      ...(id !== undefined && { correlationId: id }),
      payload: {
        conversationId: log.conversationId,
        epoch: log.epoch,
        recovered: reason === undefined,
        fromSequence: from,
        toSequence: log.last,
        ...(reason !== undefined && { reason, snapshot: log.snapshot() }),
      },
    });
    if (reason === undefined) for (const event of log.after(from - 1)) this.#event(peer, event);
  }

  #refresh(peer: Peer, frame: Frame): void {
    const { token } = frame.payload as { token: string };
    const denied = this.#options.verify?.(token);
    if (denied !== undefined) this.#error(peer, "AUTH_INVALID", frame.id);
    else
      this.#answer(peer, frame, "system.auth.refreshed", {
        expiresAt: new Date(Date.now() + this.refreshedForMs).toISOString(),
      });
  }

  #answer(peer: Peer, frame: Frame, type: string, payload: Record<string, unknown>): void {
    this.#send(peer, { type, correlationId: frame.id, payload });
  }

  #error(peer: Peer, code: string, correlationId?: string): void {
    const payload = { category: "business", code, message: `This is ${code}.`, isRetryable: false };
    this.#send(peer, { type: "system.error", payload, ...(correlationId !== undefined && { correlationId }) });
  }

  #event(peer: Peer, event: LoggedEvent): void {
    this.#send(peer, event);
  }

  #send(peer: Peer, frame: Partial<Frame>): void {
    if (this.faults.frozen || !peer.open) return;
    if (this.faults.takeDrop()) return this.#end(peer, 1006, "");
    peer.socket.deliver(JSON.stringify(envelope(frame)), this.faults.delayMs);
  }

  #end(peer: Peer, code: number, reason: string): void {
    if (!peer.open) return;
    this.#gone(peer);
    peer.socket.end(code, reason, this.faults.delayMs);
  }

  #gone(peer: Peer): void {
    peer.open = false;
    this.#peers.delete(peer);
  }
}

function envelope(frame: Partial<Frame>): Frame {
  return {
    id: newId(),
    type: "",
    version: "1.0",
    timestamp: new Date().toISOString(),
    source: "server",
    payload: {},
    ...frame,
  };
}

function credentialOf({ url, protocols }: FakeSocket): string | undefined {
  const bearer = protocols.find((protocol) => protocol.startsWith("bearer."));
  return (
    bearer?.slice("bearer.".length) ?? url.searchParams.get("ticket") ?? url.searchParams.get("token") ?? undefined
  );
}
