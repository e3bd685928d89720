import type { AgentMessage, Message, Part, UserMessage } from "./model.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Turn = Mutable<Omit<AgentMessage, "parts">> & { parts: Part[] };
type PartOf<K extends Part["kind"]> = Extract<Part, { kind: K }>;

/**
 * The messages of a conversation as they grow. What was published never changes: the first change of a message or part
 * after that copies it, further ones write into the copy. So a delta costs a few lookups however long the conversation is.
 */
export class Timeline {
  #messages: Message[] = [];
  /** Made or copied since the last publication: may be written to. */
  readonly #fresh = new Set<object>();
  readonly #turns = new Map<string, number>();
  readonly #parts = new Map<string, { turn: number; part: number }>();
  readonly #users = new Set<string>();

  /** The messages up to now, not to be changed any more. */
  publish(): readonly Message[] {
    this.#fresh.clear();
    return this.#messages;
  }

  clear(): void {
    this.#messages = [];
    this.#fresh.clear();
    this.#turns.clear();
    this.#parts.clear();
    this.#users.clear();
  }

  /** Whether a person's message is here. */
  hasUser(messageId: string): boolean {
    return this.#users.has(messageId);
  }

  addUser(message: Omit<UserMessage, "role" | "key">): void {
    this.#users.add(message.messageId);
    this.#append({ ...message, role: "user", key: `user:${message.messageId}` });
  }

  /** The turn of a run, to be written to; begun if there is none. Events without a run go to the last turn. */
  turn(runId: string | undefined, time: string): Turn {
    const known = runId === undefined ? this.#lastTurn() : this.#turns.get(runId);
    if (known !== undefined) return this.#writable(known);
    const key = runId === undefined ? `turn:${this.#messages.length}` : `run:${runId}`;
    const turn: Turn = { role: "assistant", key, runId, status: "running", time, parts: [] };
    // What was said meanwhile waits in line, below the answer to what was said before it.
    const said = runId === undefined ? -1 : this.#messages.findLastIndex((one) => one.runId === runId);
    const at = said < 0 ? this.#messages.length : said + 1;
    this.#insert(turn, at);
    if (runId !== undefined) this.#turns.set(runId, at);
    return turn;
  }

  /** The turn of a run if it has begun, to be written to. */
  turnOf(runId: string): Turn | undefined {
    const index = this.#turns.get(runId);
    return index === undefined ? undefined : this.#writable(index);
  }

  /** Adds a part, or replaces the one with its key. */
  add(part: Part, runId: string | undefined, time: string): void {
    const at = this.#parts.get(part.key);
    if (at) {
      this.#writable(at.turn).parts[at.part] = part;
    } else {
      const turn = this.turn(runId, time);
      const index = runId === undefined ? this.#messages.lastIndexOf(turn as Message) : this.#turns.get(runId);
      this.#parts.set(part.key, { turn: index ?? 0, part: turn.parts.length });
      turn.parts.push(part);
    }
    this.#fresh.add(part);
  }

  has(key: string): boolean {
    return this.#parts.has(key);
  }

  /** The part with that key and kind, to be written to. */
  part<K extends Part["kind"]>(key: string, kind: K): Mutable<PartOf<K>> | undefined {
    const at = this.#parts.get(key);
    if (!at) return undefined;
    const { parts } = this.#writable(at.turn);
    let part = parts[at.part] as Part;
    if (part.kind !== kind) return undefined;
    if (!this.#fresh.has(part)) {
      part = { ...part };
      parts[at.part] = part;
      this.#fresh.add(part);
    }
    return part as Mutable<PartOf<K>>;
  }

  /** Drops what a run has put out so far, but not what people decided: it begins again. */
  restart(runId: string): void {
    const turn = this.turnOf(runId);
    const at = this.#turns.get(runId);
    if (!turn || at === undefined) return;
    for (const { key } of turn.parts) this.#parts.delete(key);
    turn.parts = turn.parts.filter((part) => part.kind === "approval" && part.decision !== undefined);
    for (const [part, { key }] of turn.parts.entries()) this.#parts.set(key, { turn: at, part });
  }

  #lastTurn(): number | undefined {
    const index = this.#messages.length - 1;
    return this.#messages[index]?.role === "assistant" ? index : undefined;
  }

  #writable(index: number): Turn {
    this.#writableList();
    let turn = this.#messages[index] as Turn;
    if (!this.#fresh.has(turn)) {
      turn = { ...turn, parts: [...turn.parts] };
      this.#messages[index] = turn;
      this.#fresh.add(turn);
    }
    return turn;
  }

  #append(message: Message): void {
    this.#insert(message, this.#messages.length);
  }

  #insert(message: Message, at: number): void {
    this.#writableList();
    this.#fresh.add(message);
    if (at < this.#messages.length) {
      for (const [runId, turn] of this.#turns) if (turn >= at) this.#turns.set(runId, turn + 1);
      for (const part of this.#parts.values()) if (part.turn >= at) part.turn += 1;
    }
    this.#messages.splice(at, 0, message);
  }

  #writableList(): void {
    if (this.#fresh.has(this.#messages)) return;
    this.#messages = [...this.#messages];
    this.#fresh.add(this.#messages);
  }
}
