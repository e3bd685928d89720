import { conversationIn, httpUrl } from "./address.js";
import { MessageBus } from "./bus.js";
import { Connector, type End } from "./connector.js";
import type { Followed } from "./conversations.js";
import { CREATE, Delivery } from "./delivery.js";
import { Emitter } from "./emitter.js";
import {
  type CommandPayloads,
  type CommandType,
  createMessage,
  type Envelope,
  type Established,
  newId,
  parseMessage,
  type ServerMessage,
} from "./envelope.js";
import { Following } from "./following.js";
import { Logger } from "./logger.js";
import type { ClientEvents, ClientOptions, SendResult } from "./options.js";
import { Outbox, type Refusal, refusal } from "./outbox.js";
import { Pings } from "./pings.js";
import { PositionStore } from "./positions.js";
import { Renewal } from "./renewal.js";
import { type ConnectionState, StateMachine } from "./state.js";
import { Tokens } from "./tokens.js";
import { Waiters } from "./waiters.js";
import { Watchdog } from "./watchdog.js";

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
  readonly #renewal: Renewal;
  readonly #positions: PositionStore;
  readonly #following: Following;
  readonly #outbox: Outbox;
  readonly #delivery: Delivery;
  readonly #connector: Connector;
  readonly #watchdog: Watchdog;
  readonly #pings = new Pings();
  readonly #waiters = new Waiters();
  #established: Established | undefined;
  #retry: ClientEvents["retry"] | undefined;
  readonly #pageHides = () => this.#positions.flush();

  constructor(options: ClientOptions = {}) {
    const {
      conversationId = conversationIn(options.url),
      history,
      logger = new Logger("protocol"),
      queue,
      storage,
    } = options;
    this.#options = options;
    this.#log = logger;
    const thrown = (error: unknown) => logger.error("a listener threw", error);
    this.bus = new MessageBus(thrown);
    this.#events = new Emitter(thrown);
    this.#machine = new StateMachine((change) => {
      logger.debug("state", change.previousState, "→", change.newState);
      this.#events.emit("statechange", change);
    });
    this.#tokens = new Tokens(options);
    this.#connector = new Connector(options, this.#tokens, logger, {
      target: () => (this.#following.current?.exists ? this.#following.current : undefined),
      received: (data, joined, resuming) => this.#received(data, joined, resuming),
      ended: (end) => this.#ended(end),
    });
    const { say } = this.#connector;
    this.#renewal = new Renewal(this.#tokens, say, (message) => this.#report("AUTH_EXPIRED", message));
    this.#positions = new PositionStore(storage);
    this.#following = new Following(this.#positions, history, say, logger);
    this.#outbox = new Outbox(queue, queue?.storage, queue?.name);
    this.#delivery = new Delivery(this.#outbox, this.#connector, this.#following);
    this.#watchdog = new Watchdog({
      ping: () => this.ping(),
      dead: () => this.#connector.lose(1006, "nothing was heard"),
      wake: () => this.#connector.wake(),
    });
    if (conversationId !== undefined) this.#following.begin(conversationId);
    for (const { message } of this.#outbox.commands()) {
      // Kept from an earlier life of the page: a conversation that may not have been made yet.
      if (message.type === CREATE) this.#following.expect(message.conversationId ?? "");
    }
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
    return this.#following.current?.id;
  }

  /** Who we are to the server, as it said last. */
  get identity(): Pick<Established, "userId" | "tenantId"> | undefined {
    return this.#established;
  }

  /** The largest message that the server takes, in bytes of UTF-8. */
  get maxMessageBytes(): number {
    return this.#established?.maxMessageBytes ?? 65536;
  }

  /** The attempt that was planned last, while we are reconnecting. */
  get retry(): ClientEvents["retry"] | undefined {
    return this.state === "reconnecting" ? this.#retry : undefined;
  }

  /** Milliseconds from the last ping to its answer. */
  get latency(): number | undefined {
    return this.#pings.latency;
  }

  /** The last event taken in of a conversation, the current one by default. */
  position(
    conversationId = this.conversationId,
  ): { readonly epoch: string; readonly lastSequence: number } | undefined {
    const position = this.#following.get(conversationId)?.position;
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
    if (this.#connector.up) return Promise.resolve();
    const done = this.#waiters.wait();
    switch (this.state) {
      case "disconnected":
      case "closed":
        this.#watchdog.listen();
        globalThis.addEventListener?.("pagehide", this.#pageHides);
        this.#machine.to("connecting");
        // A listener may have had enough already.
        if (this.#is("connecting")) this.#connector.begin();
        break;
      case "reconnecting":
        this.#connector.hurry();
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
    const tell = this.#waiters.take();
    const ended = this.#connector.close(code, reason);
    this.#lost();
    this.#rest();
    if (this.state !== "disconnected") {
      this.#machine.to("disconnected");
      if (ended) this.#events.emit("disconnected", { code, reason, willReconnect: false });
    }
    tell(new Error("disconnected"));
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
    const refuse = (reason: Refusal): SendResult => {
      return { status: "refused", id, reason, answer: Promise.resolve(refusal(reason)) };
    };
    if (this.state === "closed") return refuse("closed");
    let conversationId = options.conversationId;
    if (type === CREATE) {
      conversationId = (payload as { conversationId?: string }).conversationId ?? newId();
      payload = { ...payload, conversationId };
    } else if (type === "data.message.send" || type === "data.ui.action") {
      conversationId ??= this.conversationId ?? this.#create();
      if (conversationId === undefined) return refuse("queue_full");
    }
    const message = createMessage(type, payload, { id, conversationId });
    const command = this.#outbox.add(message, this.maxMessageBytes);
    if (typeof command === "string") return refuse(command);
    if (type === CREATE && conversationId !== undefined) this.#following.expect(conversationId);
    this.#delivery.flush();
    return { status: command.sent ? "sent" : "stored", id, answer: command.answer };
  }

  /** Gives up a command that has not been answered. Where it went out it may have taken effect all the same. */
  forget(id: string): void {
    this.#outbox.settle(id, { ok: false, error: { code: "closed", message: "Given up." } });
  }

  /** Follows another conversation on the same wire, from the stored position if there is one; also after coming back. */
  subscribe(conversationId: string): void {
    this.#following.subscribe(conversationId);
  }

  /** Follows it no more; its runs go on. */
  unsubscribe(conversationId: string): void {
    this.#following.unsubscribe(conversationId);
    this.#settleState();
  }

  /** Asks the server for a sign of life; the event `latency` tells how long it took. */
  ping(): void {
    const id = newId();
    if (this.#connector.say("system.ping", { timestamp: new Date().toISOString() }, id)) this.#pings.sent(id);
  }

  /** Asks the gateway's HTTP interface, with the same credential as the wire. A path such as `/v1/devices`. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const token = await this.#tokens.forConnecting();
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return fetch(httpUrl(this.#options.url, path), { ...init, headers });
  }

  #is(state: ConnectionState): boolean {
    return this.state === state;
  }

  /** Chooses the id ourselves: were the server to, a first message sent twice would make two conversations. */
  #create(): string | undefined {
    const created = this.send(CREATE, {});
    return created.status === "refused" ? undefined : this.conversationId;
  }

  #received(data: unknown, joined: Followed | undefined, resuming: boolean): void {
    this.#watchdog.heard();
    const message = parseMessage(data);
    if (!message) {
      this.#log.warn("a frame that is no message");
      return;
    }
    this.#log.debug("←", message.type, message.sequence ?? "");
    if (message.type === "system.ping") {
      this.#connector.say("system.pong", { timestamp: message.payload.timestamp }, newId(), message.id);
      return;
    }
    if (message.type === "system.pong") {
      this.#ponged(message);
      return;
    }
    if (!this.#takes(message, joined, resuming)) return;
    if (message.type !== "system.error") this.#delivery.answered(message);
    this.bus.publish(message);
    this.#events.emit("message", message);
    this.#delivery.flush();
  }

  /** What a message means to the connection itself; whether it is to be told: no event is told twice. */
  #takes(message: ServerMessage, joined: Followed | undefined, resuming: boolean): boolean {
    switch (message.type) {
      case "system.connection.established":
        this.#letIn(message.payload, joined, resuming);
        break;
      case "system.connection.resumed":
        this.#following.resumed(message.payload);
        break;
      case "system.connection.close":
        this.#connector.announce(message.payload);
        break;
      case "system.auth.refreshed":
        this.#renewal.done(message.payload.expiresAt);
        break;
      case "system.error":
        this.#failed(message);
        break;
      case "control.conversation.created":
        this.#following.created(message.payload, this.#delivery.repeated(message.correlationId));
        break;
      case "control.conversation.subscribed":
        this.#following.subscribed(message.payload);
        break;
      case "control.conversation.unsubscribed":
        this.#following.unsubscribed(message.payload.conversationId);
        break;
      default:
        if (message.sequence !== undefined && !this.#following.takes(message)) {
          this.#settleState();
          return false;
        }
    }
    this.#settleState();
    return true;
  }

  #letIn(established: Established, joined: Followed | undefined, resuming: boolean): void {
    this.#connector.letIn();
    this.#established = established;
    this.#outbox.refuseLarger(this.maxMessageBytes);
    this.#tokens.setServerTime(established.serverTime);
    this.#renewal.plan();
    this.#watchdog.watch(this.#options.heartbeatInterval ?? established.heartbeatIntervalMs ?? 30_000);
    this.#following.letIn(joined, resuming, established);
    const tell = this.#waiters.take();
    this.#machine.to("connected");
    if (this.#is("connected")) this.#events.emit("connected", { ...established, resuming });
    tell();
  }

  /** `active`: events flow, nothing is missing before them. */
  #settleState(): void {
    if (this.state === "connected" && this.#following.ready) {
      this.#machine.to("active");
      this.#delivery.flush();
    } else if (this.state === "active" && !this.#following.ready) {
      this.#machine.to("connected");
    }
  }

  #failed(message: ServerMessage & { type: "system.error" }): void {
    const { payload, correlationId } = message;
    this.#log.info("error", payload.code);
    this.#delivery.refused(message);
    if (correlationId === undefined) {
      this.#connector.notBefore(payload.retryAfterMs);
      if (payload.code === "AUTH_EXPIRED" && this.#connector.up) void this.#renewal.begin("expiring");
    } else {
      this.#renewal.refused(correlationId);
      // What is refused for now is asked again on a new wire.
      const code = this.#following.refused(correlationId, payload.isRetryable);
      if (code !== undefined) this.#connector.lose(code, "a conversation cannot be followed");
    }
    this.#events.emit("error", { ...payload, ...(correlationId !== undefined && { correlationId }) });
  }

  #ponged(message: ServerMessage & { type: "system.pong" }): void {
    const ms = this.#pings.answered(message.correlationId ?? "");
    if (ms === undefined) this.#delivery.ponged(message);
    else this.#events.emit("latency", { ms });
  }

  #ended({ code, reason, next, failure }: End): void {
    this.#lost();
    if (failure) this.#report(failure.code, failure.message);
    if (next) {
      const retry = { ...next, code };
      this.#retry = retry;
      this.#watchdog.unwatch();
      this.#machine.to("reconnecting");
      this.#events.emit("disconnected", { code, reason, willReconnect: true });
      if (this.#is("reconnecting")) this.#events.emit("retry", retry);
      return;
    }
    const tell = this.#waiters.take();
    this.#rest();
    this.#machine.to("closed");
    this.#events.emit("disconnected", { code, reason, willReconnect: false });
    tell(new Error(failure?.message ?? `closed with ${code}`));
  }

  /** What belonged to a wire is over. */
  #lost(): void {
    this.#pings.lost();
    this.#renewal.stop();
    this.#following.lost();
    this.#delivery.lost();
    this.#positions.flush();
  }

  /** Nothing is wanted any more: no timer and no listener stays. */
  #rest(): void {
    this.#watchdog.stop();
    globalThis.removeEventListener?.("pagehide", this.#pageHides);
  }

  #report(code: "AUTH_INVALID" | "AUTH_EXPIRED" | "NO_SOCKET", message: string): void {
    this.#events.emit("error", { code, message, isRetryable: code !== "NO_SOCKET" });
  }
}
