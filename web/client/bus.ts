/** What a message needs to travel on a bus. */
interface Typed {
  readonly type: string;
}

type Handler<M> = (message: M) => void;

/**
 * A bus that hands messages to subscribers by type. A pattern is a type, a prefix with a star (`control.*`, `data.run.*`)
 * or `*`. Handlers run at once, in the order they subscribed within one pattern; exact patterns come before wildcards. One
 * that throws is told to `onThrow` and stops nobody.
 */
export class MessageBus<M extends Typed = Typed> {
  readonly #exact = new Map<string, Set<Handler<M>>>();
  readonly #prefixes = new Map<string, Set<Handler<M>>>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow: (error: unknown) => void = reportLater) {
    this.#onThrow = onThrow;
  }

  /** Subscribes; the answer takes the subscription away. */
  subscribe<T extends string>(pattern: T, handler: Handler<Matching<M, T>>): () => void {
    const wild = pattern === "*" || pattern.endsWith(".*");
    const table = wild ? this.#prefixes : this.#exact;
    const key = wild ? pattern.slice(0, -1) : pattern;
    const handlers = table.get(key) ?? new Set();
    table.set(key, handlers);
    // A function of its own, so that one handler may subscribe twice.
    const entry: Handler<M> = (message) => handler(message as Matching<M, T>);
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
      if (handlers.size === 0 && table.get(key) === handlers) table.delete(key);
    };
  }

  /** Subscribes to the next matching message only. */
  subscribeOnce<T extends string>(pattern: T, handler: Handler<Matching<M, T>>): () => void {
    const unsubscribe = this.subscribe(pattern, (message) => {
      unsubscribe();
      handler(message);
    });
    return unsubscribe;
  }

  /** Hands a message to everybody it matches. */
  publish(message: M): void {
    this.#call(this.#exact.get(message.type), message);
    for (const [prefix, handlers] of this.#prefixes) {
      if (message.type.startsWith(prefix)) this.#call(handlers, message);
    }
  }

  #call(handlers: Set<Handler<M>> | undefined, message: M): void {
    if (!handlers) return;
    for (const handler of handlers) {
      try {
        handler(message);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}

/** The messages that a pattern can match: one type for an exact pattern, all for a wildcard. */
export type Matching<M extends Typed, T extends string> = T extends M["type"] ? Extract<M, { type: T }> : M;

function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
