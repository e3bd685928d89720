/** What a message needs to travel on a bus. */
interface Typed {
  readonly type: string;
}

/** A message of an application's own. */
interface AnyMessage extends Typed {
  readonly [field: string]: unknown;
}

/** A handler as it was subscribed; one of its own for each subscription, so that one handler may subscribe twice. */
interface Subscription<M> {
  readonly handler: (message: M) => void;
  over: boolean;
}

/**
 * A bus that hands messages to subscribers by type. A pattern is a type, a prefix with a star (`control.*`, `data.run.*`)
 * or `*`. Handlers run at once, in the order they subscribed within one pattern; exact patterns come before wildcards. Who
 * subscribes while a message is told hears of the next one. One that throws is told to `onThrow` and stops nobody.
 */
export class MessageBus<M extends Typed = AnyMessage> {
  readonly #exact = new Map<string, Set<Subscription<M>>>();
  readonly #prefixes = new Map<string, Set<Subscription<M>>>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow: (error: unknown) => void = reportLater) {
    this.#onThrow = onThrow;
  }

  /** Subscribes; the answer takes the subscription away. */
  subscribe<T extends string>(pattern: T, handler: (message: Matching<M, T>) => void): () => void {
    const wild = pattern === "*" || pattern.endsWith(".*");
    const table = wild ? this.#prefixes : this.#exact;
    const key = wild ? pattern.slice(0, -1) : pattern;
    const subscriptions = table.get(key) ?? new Set();
    table.set(key, subscriptions);
    const subscription = { handler: handler as (message: M) => void, over: false };
    subscriptions.add(subscription);
    return () => {
      subscription.over = true;
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && table.get(key) === subscriptions) table.delete(key);
    };
  }

  /** Subscribes to the next matching message only. */
  subscribeOnce<T extends string>(pattern: T, handler: (message: Matching<M, T>) => void): () => void {
    const unsubscribe = this.subscribe(pattern, (message) => {
      unsubscribe();
      handler(message);
    });
    return unsubscribe;
  }

  /** Hands a message to everybody it matches. */
  publish(message: M): void {
    const matching = [...(this.#exact.get(message.type) ?? [])];
    for (const [prefix, subscriptions] of this.#prefixes) {
      if (message.type.startsWith(prefix)) matching.push(...subscriptions);
    }
    for (const subscription of matching) {
      if (subscription.over) continue;
      try {
        subscription.handler(message);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}

/** The messages that a pattern can match: one type for an exact pattern, those with its prefix for a wildcard. */
export type Matching<M extends Typed, T extends string> = string extends M["type"]
  ? M
  : T extends `${infer Prefix}*`
    ? Extract<M, { type: `${Prefix}${string}` }>
    : T extends M["type"]
      ? Extract<M, { type: T }>
      : M;

function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
