// One WebSocket at a time, replaced by the retry policy when it is lost. Knows nothing of conversations.
import { RETRY_POLICY, delayBefore, retryOf } from "./policy.js";

const PONG_GRACE_MS = 10000;

/**
 * A connection that comes back. Its phases, told to `onPhase`:
 * `connecting`, `open` (established), `waiting {retryAt, attempt}`, `stopped {code, retry}`.
 * `url` is asked before every attempt, so that it can carry the present position.
 */
export class Connection {
  #options;
  #socket = null;
  #attempt = 0;
  #timer = null;
  #watchdog = null;
  #heardAt = 0;
  #openedAt = 0;
  #notBeforeMs = 0;
  #heartbeatMs = 30000;
  phase = { name: "stopped", code: 0 };

  /** @param options {url(): string, protocols: string[], onPhase(phase), onMessage(envelope)} */
  constructor(options) {
    this.#options = options;
  }

  /** Opens at once, whatever was waited for; an open connection is left alone. */
  start() {
    if (this.phase.name === "open" || this.phase.name === "connecting") return;
    clearTimeout(this.#timer);
    if (this.phase.name === "stopped") this.#attempt = 0;
    this.#open();
  }

  /** Gives up for good. */
  stop() {
    this.#drop();
    this.phase = { name: "stopped", code: 1000, retry: "never" };
  }

  /** Takes the present socket for lost, as if it had been closed with that code. */
  fail(code) {
    this.#lost(code);
  }

  /** Sends an envelope if the connection is open; says whether it went out. */
  send(envelope) {
    if (this.phase.name !== "open" || this.#socket.readyState !== 1) return false;
    this.#socket.send(
      JSON.stringify({ version: "1.0", source: "client", timestamp: new Date().toISOString(), ...envelope }),
    );
    return true;
  }

  #setPhase(phase) {
    this.phase = phase;
    this.#options.onPhase(phase);
  }

  #open() {
    this.#attempt += 1;
    this.#setPhase({ name: "connecting", attempt: this.#attempt });
    const { protocols, url } = this.#options;
    const socket = protocols.length ? new WebSocket(url(), protocols) : new WebSocket(url());
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#lost(event.code);
    this.#watchdog = setInterval(() => this.#watch(), 2000);
  }

  #receive(data) {
    this.#heardAt = Date.now();
    let envelope;
    try {
      envelope = JSON.parse(data);
    } catch {
      return;
    }
    switch (envelope.type) {
      case "system.connection.established":
        this.#heartbeatMs = envelope.payload.heartbeatIntervalMs || this.#heartbeatMs;
        this.#openedAt = Date.now();
        this.#setPhase({ name: "open" });
        break;
      case "system.connection.close":
        this.#notBeforeMs = envelope.payload.reconnectAfterMs || 0;
        return;
      case "system.ping":
        this.send({ type: "system.pong", correlationId: envelope.id, payload: {} });
        return;
      case "system.pong":
        return;
    }
    this.#options.onMessage(envelope);
  }

  /** Asks a silent server for a sign of life and gives the socket up when none comes. */
  #watch() {
    const silentMs = Date.now() - this.#heardAt;
    if (silentMs > this.#heartbeatMs + PONG_GRACE_MS) {
      this.#lost(1006);
    } else if (silentMs > this.#heartbeatMs) {
      this.send({ type: "system.ping", payload: {} });
    }
  }

  #drop() {
    clearInterval(this.#watchdog);
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #lost(code) {
    this.#drop();
    if (this.#openedAt && Date.now() - this.#openedAt >= RETRY_POLICY.resetAfterMs) this.#attempt = 0;
    this.#openedAt = 0;
    const retry = retryOf(code);
    if (retry !== "backoff" || this.#attempt >= RETRY_POLICY.maxAttempts) {
      this.#setPhase({ name: "stopped", code, retry });
      return;
    }
    const delay = delayBefore(this.#attempt + 1, Math.random(), this.#notBeforeMs);
    this.#notBeforeMs = 0;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#setPhase({ name: "waiting", retryAt: Date.now() + delay, attempt: this.#attempt + 1 });
  }
}
