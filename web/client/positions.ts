/** Where a client stands in a conversation: the last event it has taken in, within one incarnation of the log. */
export interface Position {
  readonly epoch: string;
  readonly lastSequence: number;
}

/** What keeps items by name, as `localStorage` and `sessionStorage` do. */
export interface ItemStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = "hawser.position:";
const SAVE_EVERY_MS = 250;

/**
 * The stored positions of conversations, for the next life of the page. Written at most four times a second and when asked
 * to. Two pages may share a storage: within an epoch a position only moves forward, so a page that is behind does not take
 * back what another has stored. The live position of a page is its own and never read from here again.
 */
export class PositionStore {
  readonly #storage: ItemStorage | undefined;
  readonly #unsaved = new Map<string, Position>();
  /** When this page first heard of the epoch that it is in: the page that heard last knows which log is the live one. */
  readonly #heard = new Map<string, { epoch: string; at: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(storage: ItemStorage | undefined) {
    this.#storage = storage;
  }

  load(conversationId: string): Position | undefined {
    const stored = this.#read(conversationId);
    if (!stored) return undefined;
    const { epoch, lastSequence, at } = stored;
    this.#heard.set(conversationId, { epoch, at });
    return { epoch, lastSequence };
  }

  /** Notes a position, to be written soon. */
  save(conversationId: string, position: Position): void {
    if (!this.#storage) return;
    const { epoch } = position;
    if (this.#heard.get(conversationId)?.epoch !== epoch) this.#heard.set(conversationId, { epoch, at: Date.now() });
    this.#unsaved.set(conversationId, position);
    this.#timer ??= setTimeout(() => this.flush(), SAVE_EVERY_MS);
  }

  /** Writes what is noted. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [conversationId, position] of this.#unsaved) this.#write(conversationId, position);
    this.#unsaved.clear();
  }

  #write(conversationId: string, position: Position): void {
    const at = this.#heard.get(conversationId)?.at ?? 0;
    const stored = this.#read(conversationId);
    if (stored) {
      const behind = stored.epoch === position.epoch ? stored.lastSequence >= position.lastSequence : stored.at > at;
      if (behind) return;
    }
    try {
      this.#storage?.setItem(PREFIX + conversationId, JSON.stringify({ ...position, at }));
    } catch {
      // A storage may be full or forbidden: then the next life of the page begins with a snapshot.
    }
  }

  #read(conversationId: string): (Position & { at: number }) | undefined {
    try {
      const { epoch, lastSequence, at } = JSON.parse(this.#storage?.getItem(PREFIX + conversationId) ?? "null") ?? {};
      const sound = typeof epoch === "string" && Number.isSafeInteger(lastSequence) && lastSequence >= 0;
      return sound ? { epoch, lastSequence, at: typeof at === "number" ? at : 0 } : undefined;
    } catch {
      return undefined;
    }
  }
}
