import { addressOf, httpUrl } from "./address.js";
import { MessageBus } from "./bus.js";
import { Conversations, type Followed } from "./conversations.js";
import { Emitter } from "./emitter.js";
import {
  type CommandPayloads,
  type CommandType,
  createMessage,
  type Envelope,
  type Established,
  newId,
  parseMessage,
  type Resumed,
  type ServerMessage,
} from "./envelope.js";
import { Logger } from "./logger.js";
import type { ClientEvents, ClientOptions, SendResult } from "./options.js";
import { type Command, Outbox } from "./outbox.js";
import { PositionStore } from "./positions.js";
import { ReconnectionManager } from "./reconnect.js";
import { type ConnectionState, StateMachine } from "./state.js";
import { type TokenReason, Tokens } from "./tokens.js";
import { Watchdog } from "./watchdog.js";
import { type SocketConstructor, Wire } from "./wire.js";

const TOKEN_RETRY_MS = 10_000;
/** A source of tokens that are always about to expire is not to be asked without end. */
const RENEWALS_APART_MS = 2_000;
const MAX_TRIES = 5;
const CREATE = "control.conversation.create";

/**
 * A connection to the gateway that comes back by itself: with its position, so that no event is missed or repeated, and with
 * its unanswered commands, which take effect once. One client a page and conversation is enough; pages do not disturb each
 * other. Everything happens on the caller's thread; nothing blocks; after `disconnect()` nothing of it is left running.
 */
export class WebSocketClient {
  /** The server's messages by type, `control.*` or `*`. Session events come once each and in order. */
  readonly bus: MessageBus<ServerMessage>;
  readonly #options: ClientOptions;
  readonly #log: Logger;
  readonly #events: Emitter<ClientEvents>;
  readonly #machine: StateMachine;
  readonly #tokens: Tokens;
  readonly #positions: PositionStore;
  readonly #conversations: Conversations;
  readonly #outbox: Outbox;
  readonly #watchdog: Watchdog;
  readonly #reconnection: ReconnectionManager;
  readonly #pings = new Map<string, number>();
  #current: Followed | undefined;
  #wire: Wire | undefined;
  #established: (Established & { at: number }) | undefined;
  #announced: { code: number; reason: string } | undefined;
  /** Counts wires and wishes; what was begun for an earlier one is void. */
  #generation = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #mayRetryAt = 0;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #renewing: string | undefined;
  #pausedTimer: ReturnType<typeof setTimeout> | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #latency: number | undefined;
  readonly #pageHides = () => this.#positions.flush();

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#log = options.logger ?? new Logger("protocol");
    const thrown = (error: unknown) => this.#log.error("a listener threw", error);
    this.bus = new MessageBus(thrown);
    this.#events = new Emitter(thrown);
    this.#machine = new StateMachine((change) => {
      this.#log.debug("state", change.previousState, "→", change.newState);
      this.#events.emit("statechange", change);
    });
    this.#tokens = new Tokens(options);
    this.#positions = new PositionStore(options.storage);
    this.#conversations = new Conversations(this.#positions);
    const { queue, reconnect } = options;
    this.#outbox = new Outbox(queue, queue?.storage, queue?.name);
    this.#reconnection = new ReconnectionManager(typeof reconnect === "object" ? reconnect : {}, options.random);
    this.#watchdog = new Watchdog({
      ping: () => this.ping(),
      dead: () => this.#wire?.lose(1006, "nothing was heard"),
      wake: () => this.#wake(),
    });
    this.#follow(options.conversationId);
  }

  get state(): ConnectionState {
    return this.#machine.state;
  }

  /** The server's name for the present wire, or the last one. */
  get connectionId(): string | undefined {
    return this.#established?.connectionId;
  }

  /** The conversation that messages go to; known as soon as it is to be created. */
  get conversationId(): string | undefined {
    return this.#current?.id;
  }

  /** Who we are to the server, as it said last. */
  get identity(): Pick<Established, "userId" | "tenantId"> | undefined {
    return this.#established;
  }

  /** The largest message that the server takes, in bytes of UTF-8. */
  get maxMessageBytes(): number {
    return this.#established?.maxMessageBytes ?? 65536;
  }

  /** Milliseconds from the last ping to its answer. */
  get latency(): number | undefined {
    return this.#latency;
  }

  /** The last event taken in of a conversation, the current one by default. */
  position(
    conversationId = this.conversationId,
  ): { readonly epoch: string; readonly lastSequence: number } | undefined {
    const position = this.#conversations.get(conversationId)?.position;
    return position && { ...position };
  }

  /** Commands without an answer yet, oldest first. */
  get pending(): readonly Envelope<CommandType, unknown>[] {
    return Array.from(this.#outbox.commands(), ({ message }) => message);
  }

  /** Whether a command without an answer has gone out on the present wire, or waits to. */
  status(id: string): "sent" | "stored" | undefined {
    const command = this.#outbox.get(id);
    return command && (command.sent ? "sent" : "stored");
  }

  /** The answer to a command that has none yet, also one of an earlier life of the page. */
  answer(id: string): SendResult["answer"] | undefined {
    return this.#outbox.get(id)?.answer;
  }

  on<K extends keyof ClientEvents>(name: K, listener: (event: ClientEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  off<K extends keyof ClientEvents>(name: K, listener: (event: ClientEvents[K]) => void): void {
    this.#events.off(name, listener);
  }

  /**
   * Connects, and from then on comes back by itself. While waiting for the next attempt it makes that one at once; while
   * connected it does nothing.
   *
   * @returns settles when the server has let us in, or will not; may be ignored
   */
  connect(): Promise<void> {
    if (this.#established && this.#wire) return Promise.resolve();
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    done.catch(() => {});
    switch (this.state) {
      case "disconnected":
      case "closed":
        this.#reconnection.reset();
        this.#watchdog.listen();
        globalThis.addEventListener?.("pagehide", this.#pageHides);
        this.#machine.to("connecting");
        void this.#attempt();
        break;
      case "reconnecting":
        if (this.#retryTimer !== undefined) void this.#attempt();
        break;
      case "connecting":
      case "connected":
      case "active":
        break;
    }
    return done;
  }

  /** Ends the wire and stays away. Runs go on; what waits for an answer is sent when we connect again. */
  disconnect(code = 1000, reason = ""): void {
    const wire = this.#wire;
    this.#stop();
    wire?.close(code, reason);
    if (this.state === "disconnected") return;
    this.#machine.to("disconnected");
    if (wire) this.#events.emit("disconnected", { code, reason, willReconnect: false });
    this.#settleWaiting(new Error("disconnected"));
  }

  /**
   * Sends a command, or keeps it for when there is a wire. It goes out until it is answered, always with the same id, so it
   * takes effect once. Goes to the current conversation unless one is named.
   *
   * @param options.id an id of the caller's, for a command that may have been sent in an earlier life of the page
   */
  send<T extends CommandType>(
    type: T,
    payload: CommandPayloads[T],
    options: { readonly id?: string; readonly conversationId?: string } = {},
  ): SendResult {
    const id = options.id ?? newId();
    const refuse = (reason: "queue_full" | "too_large" | "closed"): SendResult => {
      const answer = Promise.resolve({ ok: false as const, error: { code: reason, message: REFUSALS[reason] } });
      return { status: "refused", id, reason, answer };
    };
    if (this.state === "closed") return refuse("closed");
    let conversationId = options.conversationId;
    if (type === CREATE) {
      conversationId = (payload as { conversationId?: string }).conversationId ?? newId();
      payload = { ...payload, conversationId };
    } else if (type === "data.message.send" || type === "data.ui.action") {
      conversationId ??= this.#current?.id ?? this.#create();
      if (conversationId === undefined) return refuse("queue_full");
    }
    const message = createMessage(type, payload, { id, conversationId });
    const command = this.#outbox.add(message, this.maxMessageBytes);
    if (typeof command === "string") return refuse(command);
    if (type === CREATE && conversationId !== undefined) {
      const created = this.#conversations.follow(conversationId, false);
      this.#current ??= created;
    }
    this.#flush();
    return { status: command.sent ? "sent" : "stored", id, answer: command.answer };
  }

  /** Gives up a command that has not been answered. Where it went out it may have taken effect all the same. */
  forget(id: string): void {
    this.#outbox.settle(id, { ok: false, error: { code: "closed", message: "Given up." } });
  }

  /** Follows another conversation on the same wire, from the stored position if there is one; also after coming back. */
  subscribe(conversationId: string): void {
    const followed = this.#conversations.follow(conversationId, true);
    if (this.#established && this.#wire && !followed.live) this.#subscribe(followed);
  }

  /** Follows it no more; its runs go on. */
  unsubscribe(conversationId: string): void {
    this.#conversations.unfollow(conversationId);
    if (this.#current?.id === conversationId) this.#current = undefined;
    this.#frame("control.conversation.unsubscribe", { conversationId });
  }

  /** Asks the server for a sign of life; the event `latency` tells how long it took. */
  ping(): void {
    const id = newId();
    if (this.#frame("system.ping", { timestamp: new Date().toISOString() }, id)) this.#pings.set(id, Date.now());
  }

  /** Asks the gateway's HTTP interface, with the same credential as the wire. A path such as `/v1/devices`. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const token = await this.#tokens.forConnecting();
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return fetch(httpUrl(this.#options.url, path), { ...init, headers });
  }

  #follow(conversationId: string | undefined): void {
    for (const { message } of this.#outbox.commands()) {
      // Kept from an earlier life of the page: a conversation that may not have been made yet.
      if (message.type === CREATE) this.#conversations.follow(message.conversationId ?? "", false);
    }
    if (conversationId !== undefined) this.#current = this.#conversations.follow(conversationId, true);
    else this.#current = this.#conversations.all().next().value;
  }

  /** Chooses the id ourselves: were the server to, a first message sent twice would make two conversations. */
  #create(): string | undefined {
    const created = this.send(CREATE, {});
    return created.status === "refused" ? undefined : this.#current?.id;
  }

  async #attempt(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const generation = ++this.#generation;
    const { ticket, url, agent } = this.#options;
    const current = this.#current;
    const known = current?.exists ? current : undefined;
    let address: ReturnType<typeof addressOf>;
    try {
      const oneTime = typeof ticket === "function" ? await ticket() : ticket;
      const token = oneTime === undefined ? await this.#tokens.forConnecting() : undefined;
      if (generation !== this.#generation) return;
      address = addressOf({
        url,
        token,
        ticket: oneTime,
        agent,
        conversationId: known?.id,
        position: known?.position,
      });
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#report("AUTH_INVALID", `No credential could be had: ${reasonOf(error)}`);
      this.#ended(1006, "no credential");
      return;
    }
    const resuming = known?.position !== undefined;
    const Socket = this.#options.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor);
    this.#log.debug("attempt", this.#reconnection.attempt, resuming ? "resuming" : "anew");
    this.#wire = new Wire(Socket, address.url, address.protocols, {
      received: (data) => this.#received(data, known, resuming),
      ended: (code, reason) => this.#ended(code, reason),
    });
  }

  #received(data: unknown, known: Followed | undefined, resuming: boolean): void {
    this.#watchdog.heard();
    const message = parseMessage(data);
    if (!message) {
      this.#log.warn("a frame that is no message");
      return;
    }
    switch (message.type) {
      case "system.connection.established":
        this.#letIn(message.payload, known, resuming);
        break;
      case "system.connection.resumed":
        this.#resumed(message.payload);
        break;
      case "system.connection.close":
        this.#announced = message.payload;
        this.#reconnection.notBefore(message.payload.reconnectAfterMs);
        break;
      case "system.ping":
        this.#frame("system.pong", { timestamp: message.payload.timestamp }, newId(), message.id);
        return;
      case "system.pong":
        this.#ponged(message);
        return;
      case "system.auth.refreshed":
        this.#tokens.setExpiry(message.payload.expiresAt);
        this.#renewing = undefined;
        this.#planRenewal(RENEWALS_APART_MS);
        break;
      case "system.error":
        this.#failed(message);
        break;
      case "control.conversation.created":
        this.#created(message);
        break;
      case "control.conversation.subscribed":
        // With a position `resumed` follows, and only that says where events go on.
        if (!this.#conversations.get(message.payload.conversationId)?.position) {
          this.#conversations.joined(message.payload);
        }
        break;
      default:
        if (message.sequence !== undefined && !this.#takes(message)) return;
    }
    if (message.correlationId !== undefined && message.type !== "system.error") {
      this.#outbox.settle(message.correlationId, { ok: true, message });
    }
    this.bus.publish(message);
    this.#events.emit("message", message);
    this.#flush();
  }

  #takes({ conversationId, sequence }: ServerMessage): boolean {
    const verdict = this.#conversations.judge(conversationId, sequence);
    if (verdict === "gap") {
      this.#log.warn("an event is missing before", sequence);
      const followed = this.#conversations.get(conversationId);
      if (followed) this.#resume(followed, followed.position?.lastSequence ?? null);
    }
    return verdict === "take";
  }

  #letIn(established: Established, known: Followed | undefined, resuming: boolean): void {
    this.#wire?.letIn();
    this.#established = { ...established, at: Date.now() };
    this.#announced = undefined;
    this.#tokens.setServerTime(established.serverTime);
    this.#planRenewal();
    this.#watchdog.watch(this.#options.heartbeatInterval ?? established.heartbeatIntervalMs ?? 30_000);
    this.#machine.to("connected");
    this.#outbox.again();
    if (known && !resuming) this.#join(known, established);
    for (const followed of this.#conversations.all()) {
      if (followed !== known && followed.exists) this.#subscribe(followed);
    }
    this.#events.emit("connected", { ...established, resuming });
    this.#settleWaiting();
    this.#activate();
  }

  /** Joins a conversation of which nothing is known: with the history that was asked for. */
  #join(followed: Followed, { epoch, lastSequence = 0 }: Established): void {
    const { history = "none" } = this.#options;
    if (epoch === undefined) return;
    if (history === "none") {
      this.#conversations.joined({ conversationId: followed.id, epoch, lastSequence });
    } else {
      const whole = history === "all" || (typeof history === "number" && lastSequence <= history);
      this.#resume(followed, whole ? 0 : null);
    }
  }

  #subscribe({ id, position }: Followed): void {
    this.#frame("control.conversation.subscribe", { conversationId: id, ...position });
  }

  #resume(followed: Followed, lastSequence: number | null): void {
    followed.live = false;
    followed.resumeId = newId();
    const { id: conversationId, position } = followed;
    const payload = { conversationId, epoch: position?.epoch, lastSequence };
    if (followed === this.#current && this.state === "active") this.#machine.to("connected");
    this.#frame("system.connection.resume", payload, followed.resumeId);
  }

  #resumed(resumed: Resumed): void {
    this.#log.debug("resumed", resumed.recovered ? "recovered" : resumed.reason, resumed.fromSequence);
    this.#conversations.resumed(resumed);
    this.#activate();
  }

  /** Events flow: what we follow is live, or there is nothing yet to follow. */
  #activate(): void {
    if (this.state !== "connected") return;
    if (this.#current?.exists && !this.#current.live) return;
    this.#machine.to("active");
    this.#flush();
  }

  #created({ payload, correlationId }: ServerMessage & { type: "control.conversation.created" }): void {
    const command = this.#outbox.get(correlationId ?? "");
    const followed = this.#conversations.follow(payload.conversationId, true);
    this.#current ??= followed;
    followed.exists = true;
    if (command && command.sends > 1) {
      // The first try may have made it on a wire that is gone; this one need not follow it.
      followed.position ??= { epoch: payload.epoch, lastSequence: 0 };
      this.#resume(followed, followed.position.lastSequence);
    } else {
      this.#conversations.joined(payload);
      this.#activate();
    }
  }

  #failed(message: ServerMessage & { type: "system.error" }): void {
    const { payload, correlationId } = message;
    const { code, isRetryable, retryAfterMs } = payload;
    const command = this.#outbox.get(fenced(correlationId) ?? correlationId ?? "");
    const more = correlationId === undefined ? {} : { correlationId };
    if (command && code === "CONFLICT" && command.message.type === CREATE) {
      this.#conflicted(command);
      return;
    }
    if (command && isRetryable && command.sends < (code === "RATE_LIMITED" ? 100 : MAX_TRIES)) {
      command.sent = false;
      this.#pause(Math.max(retryAfterMs ?? 0, code === "RATE_LIMITED" ? 0 : 500 * 2 ** command.sends));
    } else if (command) {
      this.#outbox.settle(command.message.id, { ok: false, error: payload });
    } else if (correlationId !== undefined && correlationId === this.#renewing) {
      this.#renewing = undefined;
    } else if (correlationId === undefined) {
      this.#reconnection.notBefore(retryAfterMs);
      if (code === "AUTH_EXPIRED" && this.#established) void this.#renew("expiring");
    }
    for (const followed of this.#conversations.all()) {
      // A resume that is refused for now is tried again on a new wire.
      if (correlationId !== undefined && followed.resumeId === correlationId) {
        this.#wire?.lose(code === "NOT_FOUND" ? 4003 : 1011, "the resume was refused");
      }
    }
    this.#log.info("error", code);
    this.#events.emit("error", { ...payload, ...more });
  }

  /** An id of our own is taken: an earlier try, of this page or its last life, has made the conversation. */
  #conflicted({ message }: Command): void {
    const followed = this.#conversations.get(message.conversationId);
    this.#outbox.settle(message.id, {
      ok: false,
      error: { code: "CONFLICT", message: "The conversation was there already." },
    });
    if (!followed) return;
    followed.exists = true;
    this.#frame("control.conversation.subscribe", { conversationId: followed.id, lastSequence: 0 });
    followed.position ??= { epoch: "", lastSequence: 0 };
  }

  #ponged({ correlationId = "" }: ServerMessage): void {
    const at = this.#pings.get(correlationId);
    this.#pings.delete(correlationId);
    if (at !== undefined) {
      this.#latency = Date.now() - at;
      this.#events.emit("latency", { ms: this.#latency });
      return;
    }
    // Answers come in order: the pong behind a command that has no answer of its own says that it was taken.
    const id = fenced(correlationId);
    if (id !== undefined) this.#outbox.settle(id, { ok: true, message: createMessage("system.pong", {}) as never });
  }

  #flush(): void {
    if (!this.#established || !this.#wire || this.#pausedTimer !== undefined) return;
    for (const command of this.#outbox.commands()) {
      if (command.sent) continue;
      const { message } = command;
      const followed = this.#conversations.get(message.conversationId);
      if (followed && !followed.exists && message.type !== CREATE) continue;
      if (!this.#wire.send(JSON.stringify(message))) return;
      command.sent = true;
      command.sends += 1;
      if (message.type === "data.ui.action") this.#frame("system.ping", {}, message.id + FENCE);
    }
  }

  #pause(ms: number): void {
    clearTimeout(this.#pausedTimer);
    this.#pausedTimer = setTimeout(() => {
      this.#pausedTimer = undefined;
      this.#flush();
    }, ms);
  }

  #frame(type: string, payload: object, id = newId(), correlationId?: string): boolean {
    if (!this.#established || !this.#wire) return false;
    return this.#wire.send(JSON.stringify(createMessage(type, payload, { id, correlationId })));
  }

  #planRenewal(atLeastMs = 0): void {
    clearTimeout(this.#renewTimer);
    const ms = this.#tokens.renewInMs();
    if (ms === undefined) return;
    // A timer takes no more than 31 bits.
    const wait = Math.min(Math.max(ms, atLeastMs), 2 ** 31 - 1);
    this.#renewTimer = setTimeout(() => void this.#renew("expiring"), wait);
  }

  async #renew(reason: TokenReason): Promise<void> {
    if (!this.#tokens.renewable || this.#renewing !== undefined) return;
    const generation = this.#generation;
    const id = newId();
    this.#renewing = id;
    try {
      const token = await this.#tokens.renew(reason);
      if (generation === this.#generation && token !== undefined) this.#frame("system.auth.refresh", { token }, id);
      else this.#renewing = undefined;
    } catch (error) {
      this.#renewing = undefined;
      this.#report("AUTH_EXPIRED", `No new token could be had: ${reasonOf(error)}`);
      clearTimeout(this.#renewTimer);
      if (generation !== this.#generation) return;
      this.#renewTimer = setTimeout(() => void this.#renew(reason), TOKEN_RETRY_MS);
    }
  }

  #ended(code: number, reason: string): void {
    const announced = this.#announced;
    const established = this.#established;
    this.#stop();
    // A close without a status (1005) is no one's decision. A close that was announced may lose its frame.
    let end = code === 1005 ? 1006 : code;
    if (end === 1006 && announced) end = announced.code;
    const lived = established ? Math.max(1, Date.now() - established.at) : 0;
    const offline = globalThis.navigator?.onLine === false;
    if (end === 4001) this.#tokens.expire();
    const wanted = this.#options.reconnect !== false && (end !== 4001 || this.#tokens.renewable);
    const retrying = wanted ? this.#reconnection.next(end, lived, !offline) : undefined;
    this.#log.info("ended", end, retrying ? `again in ${retrying.delayMs} ms` : "for good");
    if (retrying) {
      const at = Date.now() + retrying.delayMs;
      this.#mayRetryAt = at - (retrying.delayMs - retrying.atLeastMs);
      this.#watchdog.listen();
      globalThis.addEventListener?.("pagehide", this.#pageHides);
      this.#retryTimer = setTimeout(() => void this.#attempt(), retrying.delayMs);
      this.#machine.to("reconnecting");
      this.#events.emit("disconnected", { code: end, reason: announced?.reason ?? reason, willReconnect: true });
      this.#events.emit("retry", { ...retrying, at, code: end });
    } else {
      this.#machine.to("closed");
      this.#events.emit("disconnected", { code: end, reason: announced?.reason ?? reason, willReconnect: false });
      this.#settleWaiting(new Error(`closed with ${end}`));
    }
  }

  /** The network or the page is back: the attempt that waits is made now, unless the server asked us to stay away. */
  #wake(): void {
    if (this.#retryTimer === undefined || Date.now() < this.#mayRetryAt) return;
    this.#reconnection.reset();
    void this.#attempt();
  }

  /** Ends everything that belongs to the present wire and the wish for one. */
  #stop(): void {
    this.#generation += 1;
    this.#wire = undefined;
    this.#established = undefined;
    this.#announced = undefined;
    this.#renewing = undefined;
    this.#pings.clear();
    this.#conversations.lost();
    this.#outbox.again();
    this.#positions.flush();
    this.#watchdog.stop();
    globalThis.removeEventListener?.("pagehide", this.#pageHides);
    for (const timer of [this.#retryTimer, this.#renewTimer, this.#pausedTimer]) clearTimeout(timer);
    this.#retryTimer = this.#renewTimer = this.#pausedTimer = undefined;
  }

  #settleWaiting(error?: Error): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }

  #report(code: "AUTH_INVALID" | "AUTH_EXPIRED", message: string): void {
    this.#events.emit("error", { code, message, isRetryable: true });
  }
}

const FENCE = ".taken";

/** The command behind which a ping went out. */
function fenced(id = ""): string | undefined {
  return id.endsWith(FENCE) ? id.slice(0, -FENCE.length) : undefined;
}

const REFUSALS = {
  queue_full: "Too much is waiting to be sent.",
  too_large: "The message is larger than the server takes.",
  closed: "The connection is closed.",
} as const;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
