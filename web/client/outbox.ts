import type { CommandType, Envelope, ErrorPayload, ServerMessage } from "./envelope.js";
import type { ItemStorage } from "./positions.js";

/** The answer to a command: what the server said, or why there will be none. Never rejected. */
export type Answer =
  | { readonly ok: true; readonly message: ServerMessage }
  | { readonly ok: false; readonly error: Pick<ErrorPayload, "code" | "message"> | { code: Refusal; message: string } };

/** Why the client itself does not send a command. */
export type Refusal = "queue_full" | "too_large" | "closed";

const REFUSALS: Readonly<Record<Refusal, string>> = {
  queue_full: "Too much is waiting to be sent.",
  too_large: "The message is larger than the server takes.",
  closed: "The connection is closed.",
};

/** A refusal as the answer to what was refused. */
export function refusal(code: Refusal): Answer {
  return { ok: false, error: { code, message: REFUSALS[code] } };
}

/** Bounds of what waits for an answer. */
export interface OutboxLimits {
  /** Commands, 200 by default. */
  readonly maxCommands: number;
  /** Bytes of UTF-8 of all of them together, 1 MiB by default. */
  readonly maxBytes: number;
}

/** A command that waits to be sent or answered. Its id stays, so sending it again has no second effect. */
export interface Command {
  readonly message: Envelope<CommandType, unknown>;
  readonly bytes: number;
  /** How many times it went out. */
  sends: number;
  /** Whether it went out on the present wire. */
  sent: boolean;
  readonly answer: Promise<Answer>;
  readonly settle: (answer: Answer) => void;
}

const PREFIX = "hawser.outbox:";

function sizeOf(message: object): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}

/**
 * The commands without an answer yet, in the order they were given; bounded. On a new wire all of them go out again, with
 * their ids. With a storage they outlive the page; use one that no other page shares, such as `sessionStorage`.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #storage: ItemStorage | undefined;
  readonly #key: string;
  readonly #commands = new Map<string, Command>();
  #bytes = 0;

  constructor(limits: Partial<OutboxLimits> = {}, storage?: ItemStorage, name = "") {
    this.#limits = { maxCommands: 200, maxBytes: 1024 * 1024, ...limits };
    this.#storage = storage;
    this.#key = PREFIX + name;
    for (const message of this.#stored()) this.#take(message, sizeOf(message));
  }

  get size(): number {
    return this.#commands.size;
  }

  /** Everything that waits, oldest first. */
  commands(): IterableIterator<Command> {
    return this.#commands.values();
  }

  get(id: string): Command | undefined {
    return this.#commands.get(id);
  }

  /** Takes a command; a refusal instead where it does not fit. The same id again is the same command. */
  add(message: Envelope<CommandType, unknown>, maxMessageBytes: number): Command | Refusal {
    const known = this.#commands.get(message.id);
    if (known) return known;
    const bytes = sizeOf(message);
    if (bytes > maxMessageBytes) return "too_large";
    const full = this.#commands.size >= this.#limits.maxCommands || this.#bytes + bytes > this.#limits.maxBytes;
    if (full) return "queue_full";
    const command = this.#take(message, bytes);
    this.#save();
    return command;
  }

  /** Ends a command's wait. */
  settle(id: string, answer: Answer): Command | undefined {
    const command = this.#commands.get(id);
    if (!command) return undefined;
    this.#commands.delete(id);
    this.#bytes -= command.bytes;
    this.#save();
    command.settle(answer);
    return command;
  }

  /** Refuses what is larger than the server turns out to take: sent, it would cost us the wire each time. */
  refuseLarger(maxMessageBytes: number): void {
    for (const { message, bytes } of this.#commands.values()) {
      if (bytes > maxMessageBytes) this.settle(message.id, refusal("too_large"));
    }
  }

  /** Lets everything be sent again: there is a new wire. */
  again(): void {
    for (const command of this.#commands.values()) command.sent = false;
  }

  #take(message: Envelope<CommandType, unknown>, bytes: number): Command {
    let settle: (answer: Answer) => void = () => {};
    const answer = new Promise<Answer>((resolve) => {
      settle = resolve;
    });
    const command: Command = { message, bytes, sends: 0, sent: false, answer, settle };
    this.#commands.set(message.id, command);
    this.#bytes += bytes;
    return command;
  }

  #stored(): Envelope<CommandType, unknown>[] {
    try {
      const messages = JSON.parse(this.#storage?.getItem(this.#key) ?? "[]");
      return Array.isArray(messages) ? messages.filter(({ id, type }) => id && type) : [];
    } catch {
      return [];
    }
  }

  #save(): void {
    if (!this.#storage) return;
    try {
      if (this.#commands.size === 0) this.#storage.removeItem(this.#key);
      else this.#storage.setItem(this.#key, JSON.stringify([...this.#commands.values()].map(({ message }) => message)));
    } catch {
      // A storage may be full or forbidden: then what waits lives as long as the page.
    }
  }
}
