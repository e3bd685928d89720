// One conversation over a connection that may come and go: position, resume, and commands that are kept until answered.
import { Connection } from "./connection.js";
import { CREATE, MESSAGE, Outbox, newId } from "./outbox.js";
import { applyEvent, applySnapshot, createState, recordDecision } from "./state.js";

/** After a reload a log up to this length is replayed whole (with tool calls and decisions), a longer one summed up. */
const WHOLE_REPLAY_MAX = 2000;

export class Session {
  state = createState();
  maxMessageBytes = 65536;
  /** Whether the server knows this conversation. */
  exists;
  /** Whether the server said that this conversation is not there, or not for this user. */
  missing = false;
  /** Whether events may be taken in: not between a new connection and the answer to its resume. */
  #live = false;
  #resumeId = null;
  #replayTo = 0;
  #connection;
  #onChange;

  /** @param options {conversationId?, token?, onChange(), onPhase(phase)}; without an id a new conversation begins */
  constructor({ conversationId, token, onChange, onPhase }) {
    this.#onChange = onChange;
    this.exists = Boolean(conversationId);
    this.conversationId = conversationId || newId();
    this.outbox = new Outbox(sessionStorage, this.conversationId);
    this.#connection = new Connection({
      url: () => this.#url(),
      protocols: token ? ["hawser.v1", "bearer." + token] : [],
      onPhase: (phase) => {
        if (phase.name !== "open") this.#live = false;
        this.missing = phase.code === 4003;
        onPhase(phase);
      },
      onMessage: (envelope) => this.#receive(envelope),
    });
  }

  /** Whether what was in the log when this page joined is here. */
  get caughtUp() {
    return !this.exists || (this.#live && this.state.last >= this.#replayTo);
  }

  /** Connects at once, or does nothing if connected. */
  connect() {
    this.#connection.start();
  }

  /** Ends this session's use of its connection for good. */
  leave() {
    this.#onChange = () => {};
    this.#connection.stop();
  }

  send(text) {
    const { conversationId } = this;
    if (!this.exists && !this.outbox.awaits(CREATE, "conversationId", conversationId))
      this.outbox.add(CREATE, { conversationId });
    // The id comes back in the stored event, which tells an own message from another wire's during a replay.
    const id = newId();
    this.#enqueue(MESSAGE, { text, metadata: { clientId: id } }, id);
  }

  cancel(runId) {
    this.#enqueue("control.run.cancel", { runId });
  }

  decide(approvalId, decision, fields = {}) {
    this.#enqueue("control.approval.decide", { approvalId, decision, ...fields });
  }

  /** Takes a refused message off the list. */
  forget(id) {
    this.outbox.remove(id);
    this.#onChange();
  }

  #url() {
    const url = new URL("/ws", location.href.replace(/^http/, "ws"));
    this.outbox.again();
    if (this.exists) {
      url.searchParams.set("conversationId", this.conversationId);
      if (this.state.epoch) {
        url.searchParams.set("epoch", this.state.epoch);
        url.searchParams.set("lastSequence", this.state.last);
      }
    }
    return url.href;
  }

  #receive({ type, payload, conversationId, correlationId, sequence, timestamp }) {
    switch (type) {
      case "system.connection.established":
        this.#established(payload);
        break;
      case "system.connection.resumed":
        if (payload.conversationId === this.conversationId) this.#resumed(payload);
        break;
      case "system.error":
        this.#failed(correlationId, payload);
        break;
      case "control.conversation.created":
        if (payload.conversationId === this.conversationId) this.#created(correlationId, payload);
        break;
      case "control.approval.recorded":
        recordDecision(this.state, payload);
        this.outbox.remove(correlationId);
        break;
      case "control.run.accepted":
      case "control.run.cancelling":
        this.outbox.remove(correlationId);
        break;
      default:
        if (type?.startsWith("data.") && conversationId === this.conversationId && this.#live) {
          this.#event({ ...payload, type: type.slice(5), sequence, time: timestamp });
        }
    }
    this.#flush();
    this.#onChange();
  }

  #established({ maxMessageBytes, epoch, lastSequence }) {
    this.maxMessageBytes = maxMessageBytes || this.maxMessageBytes;
    if (!this.exists || this.state.epoch) return;
    // The page was reloaded or opened by a link: nothing is known of this conversation yet.
    this.state.epoch = epoch;
    this.#resume(lastSequence <= WHOLE_REPLAY_MAX ? 0 : null);
  }

  #created(commandId, { epoch }) {
    const repeated = this.outbox.find(commandId)?.sends > 1;
    this.exists = true;
    this.state.epoch = epoch;
    this.outbox.remove(commandId);
    if (repeated) this.#resume(this.state.last);
    else this.#live = true;
  }

  #resume(lastSequence) {
    this.#live = false;
    this.#resumeId = newId();
    const payload = { conversationId: this.conversationId, epoch: this.state.epoch ?? undefined, lastSequence };
    this.#connection.send({ id: this.#resumeId, type: "system.connection.resume", payload });
  }

  #resumed({ recovered, epoch, snapshot, toSequence }) {
    if (!recovered) applySnapshot(this.state, epoch, snapshot);
    this.state.epoch = epoch;
    this.#replayTo = toSequence;
    this.#live = true;
  }

  #event(event) {
    if (applyEvent(this.state, event) === "gap") {
      this.#resume(this.state.last);
    } else if (event.type === "message.user" && event.metadata?.clientId) {
      // The event is here: the answer to the command may have been lost with a connection.
      this.outbox.remove(event.metadata.clientId);
    }
  }

  #failed(id, { code, message, retryAfterMs }) {
    const command = this.outbox.find(id);
    if (id && id === this.#resumeId) {
      this.#connection.fail(1011);
    } else if (!command) {
      return;
    } else if (code === "RATE_LIMITED") {
      setTimeout(() => {
        this.outbox.again(id);
        this.#flush();
      }, retryAfterMs || 1000);
    } else if (code === "CONFLICT" && command.type === CREATE) {
      // An earlier try had made it; its answer was lost.
      this.exists = true;
      this.outbox.remove(id);
      this.#resume(0);
    } else {
      this.outbox.refuse(command, message);
    }
  }

  #enqueue(type, payload, id) {
    this.outbox.add(type, payload, id);
    this.#flush();
    this.#onChange();
  }

  #flush() {
    if (this.#connection.phase.name !== "open" || (this.exists && !this.#live)) return;
    this.outbox.flush(this.exists, ({ id, type, payload }) =>
      this.#connection.send({ id, type, payload, conversationId: type === CREATE ? undefined : this.conversationId }),
    );
  }
}
