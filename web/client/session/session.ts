import { WebSocketClient } from "../client.js";
import { Emitter } from "../emitter.js";
import type { CommandPayloads, ServerMessage } from "../envelope.js";
import type { JsonObject } from "../events.js";
import { Logger } from "../logger.js";
import type { ClientOptions, SendResult } from "../options.js";
import { Fold } from "./fold.js";
import { nextFrame, type Scheduler } from "./frame.js";
import type { Device, Outgoing, SessionState } from "./model.js";

/** What a session is made of: a client's options and a few of its own. */
export interface SessionOptions extends Omit<ClientOptions, "storage"> {
  /** Decides when listeners are told; with the page's next frame by default. */
  readonly schedule?: Scheduler | undefined;
  /** Whether the user's devices are fetched whenever the wire is back. */
  readonly devices?: boolean | undefined;
}

/** After a reload a log up to this length is replayed whole (with tool calls and decisions), a longer one summed up. */
const WHOLE_REPLAY_MAX = 2000;

/**
 * A conversation with everything that an application shows of it, kept up to date over a connection that comes and goes.
 * `subscribe` and `getSnapshot` are what React's `useSyncExternalStore` and others ask for. Listeners are told once a frame
 * however many events came; an event costs the same in a long conversation as in a short one.
 */
export class HawserSession {
  readonly client: WebSocketClient;
  readonly #schedule: Scheduler;
  readonly #fold = new Fold();
  readonly #listeners: Emitter<{ change: undefined }>;
  readonly #outgoing = new Map<string, Outgoing & { messageId?: string }>();
  #devices: readonly Device[] = [];
  #replayTo = 0;
  #scheduled = false;
  #state: SessionState;

  constructor(options: SessionOptions = {}) {
    const { schedule = nextFrame, devices = false, logger = new Logger("protocol"), ...rest } = options;
    this.#schedule = schedule;
    this.#listeners = new Emitter((error) => logger.error("a listener threw", error));
    // A stored position would be further on than the state, which begins anew.
    this.client = new WebSocketClient({ history: WHOLE_REPLAY_MAX, logger, ...rest, storage: undefined });
    for (const { id, type, payload, timestamp } of this.client.pending) {
      if (type !== "data.message.send") continue;
      const { text } = payload as CommandPayloads["data.message.send"];
      this.#outgoing.set(id, { id, text, time: timestamp, status: "stored" });
      this.#await(id, this.client.answer(id));
    }
    this.#state = this.#next();
    this.client.on("message", (message) => this.#take(message));
    this.client.on("statechange", ({ newState }) => {
      if (newState === "active" && devices) void this.refreshDevices().catch(() => {});
      this.#changed();
    });
  }

  /** Tells a listener of changes; the answer takes it away. */
  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.on("change", listener);

  /** The state as it was told last; the same object until the next change is told. */
  readonly getSnapshot = (): SessionState => this.#state;

  connect(): Promise<void> {
    return this.client.connect();
  }

  disconnect(code?: number, reason?: string): void {
    this.client.disconnect(code, reason);
  }

  /** Says something. It is in `outgoing` until it is in `messages`. */
  send(text: string, more: { readonly agent?: string; readonly metadata?: JsonObject } = {}): SendResult {
    const result = this.client.send("data.message.send", { text, ...more });
    const { id, status } = result;
    // A refusal is told with its reason, by the answer.
    const shown = status === "refused" ? "stored" : status;
    this.#outgoing.set(id, { id, text, time: new Date().toISOString(), status: shown });
    this.#await(id, result.answer);
    this.#changed();
    return result;
  }

  /** Takes an own message off the list: one that was refused, or one that has not gone out yet. */
  forget(id: string): void {
    this.client.forget(id);
    this.#outgoing.delete(id);
    this.#changed();
  }

  /** Asks a run to stop, the active one by default; it has stopped when its status says so. */
  cancel(runId = this.#state.activeRun?.runId): SendResult | undefined {
    if (runId === undefined) return undefined;
    const result = this.client.send("control.run.cancel", { runId });
    this.#fold.setRun(runId, { cancelling: true });
    this.#changed();
    void result.answer.then((answer) => {
      if (answer.ok) return;
      this.#fold.setRun(runId, { cancelling: undefined });
      this.#changed();
    });
    return result;
  }

  /** Decides an approval; `edit` needs the arguments to go on with. The first decision counts, whoever's it is. */
  decide(
    approvalId: string,
    decision: "approve" | "reject" | "edit",
    more: { readonly editedArgs?: JsonObject; readonly reason?: string } = {},
  ): SendResult {
    const result = this.client.send("control.approval.decide", { approvalId, decision, ...more });
    this.#fold.setApproval(approvalId, { deciding: decision });
    this.#changed();
    void result.answer.then((answer) => {
      if (answer.ok && answer.message.type === "control.approval.recorded") {
        const { decision, won } = answer.message.payload;
        this.#fold.setApproval(approvalId, { decision, deciding: undefined, ...(won ? {} : { lost: true }) });
      } else {
        this.#fold.setApproval(approvalId, { deciding: undefined });
      }
      this.#changed();
    });
    return result;
  }

  /** Sends a user's action on an A2UI surface to the agent. */
  act(action: JsonObject): SendResult {
    return this.client.send("data.ui.action", action);
  }

  /** Fetches the user's devices. Throws where that fails. */
  async refreshDevices(): Promise<readonly Device[]> {
    const response = await this.client.request("/v1/devices");
    if (!response.ok) throw new Error(`devices: HTTP ${response.status}`);
    this.#devices = (await response.json()).devices;
    this.#changed();
    return this.#devices;
  }

  #take(message: ServerMessage): void {
    if (message.conversationId !== undefined && message.conversationId !== this.client.conversationId) return;
    if (message.type === "system.connection.resumed") {
      const { snapshot, toSequence } = message.payload;
      if (snapshot) this.#fold.replace(snapshot);
      this.#replayTo = toSequence;
      this.#settle();
    } else if (message.sequence !== undefined) {
      this.#fold.take(message);
      if (message.type === "data.message.user") this.#settle();
    } else {
      return;
    }
    this.#changed();
  }

  #await(id: string, answer: SendResult["answer"] | undefined): void {
    void answer?.then((answer) => {
      const message = this.#outgoing.get(id);
      if (!message) return;
      if (answer.ok && answer.message.type === "control.run.accepted") {
        this.#outgoing.set(id, { ...message, status: "sent", messageId: answer.message.payload.messageId });
        this.#settle();
      } else if (!answer.ok) {
        this.#outgoing.set(id, { ...message, status: "refused", reason: answer.error.message });
      }
      this.#changed();
    });
  }

  /** Takes off the list what is in the log. */
  #settle(): void {
    for (const { id, messageId } of this.#outgoing.values()) {
      if (messageId !== undefined && this.#fold.hasUser(messageId)) this.#outgoing.delete(id);
    }
  }

  #changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#state = this.#next();
      this.#listeners.emit("change", undefined);
    });
  }

  #next(): SessionState {
    const { messages, runs, pendingApprovals } = this.#fold.publish();
    const { state: connection, conversationId } = this.client;
    const position = this.client.position();
    return {
      connection,
      conversationId,
      caughtUp: position === undefined ? connection === "active" : position.lastSequence >= this.#replayTo,
      messages,
      runs,
      activeRun:
        runs.find(({ status }) => status === "running" || status === "waiting") ??
        runs.find(({ status }) => status === "queued"),
      pendingApprovals,
      outgoing: this.#outgoing.size === 0 ? NONE : Array.from(this.#outgoing.values(), (one) => this.#shown(one)),
      devices: this.#devices,
    };
  }

  #shown({ id, text, time, status, reason }: Outgoing): Outgoing {
    const known = status === "refused" ? status : (this.client.status(id) ?? status);
    return { id, text, time, status: known, reason };
  }
}

const NONE: readonly Outgoing[] = [];
