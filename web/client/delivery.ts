import type { Connector } from "./connector.js";
import type { ServerMessage } from "./envelope.js";
import type { Following } from "./following.js";
import type { Outbox } from "./outbox.js";
import { LONGEST_TIMER_MS } from "./reconnect.js";

/** The type of the command that makes a conversation. */
export const CREATE = "control.conversation.create";

const MAX_TRIES = 5;
/** Being told to slow down is no failure of the command; without an end it would be one of the server. */
const MAX_SLOWED = 100;
const SLOWER_MS = 250;
/** Marks the ping that goes out behind a command: its pong says that the command was taken. */
const FENCE = ".taken";

/** The way of commands from the outbox to their answers: sends what may go, and what was refused for now once more. */
export class Delivery {
  readonly #outbox: Outbox;
  readonly #connector: Connector;
  readonly #following: Following;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(outbox: Outbox, connector: Connector, following: Following) {
    this.#outbox = outbox;
    this.#connector = connector;
    this.#following = following;
  }

  /** Sends everything that has not gone out on this wire and whose conversation is there. */
  flush(): void {
    if (!this.#connector.up || this.#pause !== undefined) return;
    for (const command of this.#outbox.commands()) {
      if (command.sent) continue;
      const { message } = command;
      const followed = this.#following.get(message.conversationId);
      if (followed && !followed.exists && message.type !== CREATE) continue;
      if (!this.#connector.send(JSON.stringify(message))) return;
      command.sent = true;
      command.sends += 1;
      // It has no answer of its own, and answers come in order.
      if (message.type === "data.ui.action") this.#connector.say("system.ping", {}, message.id + FENCE);
    }
  }

  /** Whether a command has gone out more than once. */
  repeated(id = ""): boolean {
    return (this.#outbox.get(id)?.sends ?? 0) > 1;
  }

  /** A message answers a command. */
  answered(message: ServerMessage): void {
    if (message.correlationId !== undefined) this.#outbox.settle(message.correlationId, { ok: true, message });
  }

  /** A pong that is none of a heartbeat's: of a command's, or of a ping that the application sent. */
  ponged(message: ServerMessage & { type: "system.pong" }): void {
    const { correlationId = "" } = message;
    this.#outbox.settle(fenced(correlationId) ?? correlationId, { ok: true, message });
  }

  /** An error answers a command, if it is one of ours: tried again where that may help, else settled. */
  refused({ payload, correlationId = "" }: ServerMessage & { type: "system.error" }): void {
    const { code, isRetryable, retryAfterMs = 0 } = payload;
    const command = this.#outbox.get(fenced(correlationId) ?? correlationId);
    if (!command) return;
    const { message, sends } = command;
    const slowed = code === "RATE_LIMITED";
    if (code === "CONFLICT" && message.type === CREATE) {
      const text = "The conversation was there already.";
      this.#outbox.settle(message.id, { ok: false, error: { code: "CONFLICT", message: text } });
      this.#following.wasThere(message.conversationId);
    } else if (isRetryable && sends < (slowed ? MAX_SLOWED : MAX_TRIES)) {
      command.sent = false;
      this.#wait(Math.max(retryAfterMs, slowed ? SLOWER_MS : 500 * 2 ** sends));
    } else {
      this.#outbox.settle(message.id, { ok: false, error: payload });
    }
  }

  /** The wire is gone: everything goes out again on the next one. */
  lost(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#outbox.again();
  }

  #wait(ms: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(
      () => {
        this.#pause = undefined;
        this.flush();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
  }
}

/** The command behind which a ping went out. */
function fenced(id: string): string | undefined {
  return id.endsWith(FENCE) ? id.slice(0, -FENCE.length) : undefined;
}
