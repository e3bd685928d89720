import type { ConversationPosition, Resumed } from "./envelope.js";
import type { PositionStore } from "./positions.js";

/** What becomes of an event: it is the next one, it was here before (or is not wanted now), or one before it is missing. */
export type Verdict = "take" | "ignore" | "gap";

/** A conversation that a client follows, with where it stands. */
export interface Followed {
  readonly id: string;
  /** Undefined until the server has named one. Moves with every event. */
  position: { epoch: string; lastSequence: number } | undefined;
  /** Whether the server knows it; false for one that is still to be created. */
  exists: boolean;
  /** Whether events may be taken in: not between a new wire and the answer to a resume. */
  live: boolean;
  /** The id of the request that is under way to make it live. */
  asked: string | undefined;
}

/** The conversations of a client and its positions in them. Every event is let through once and in order. */
export class Conversations {
  readonly #store: PositionStore;
  readonly #followed = new Map<string, Followed>();

  constructor(store: PositionStore) {
    this.#store = store;
  }

  /** Begins to follow, from the stored position if there is one. */
  follow(id: string, exists: boolean): Followed {
    const known = this.#followed.get(id);
    if (known) return known;
    const position = exists ? this.#store.load(id) : undefined;
    const followed: Followed = { id, position, exists, live: false, asked: undefined };
    this.#followed.set(id, followed);
    return followed;
  }

  unfollow(id: string): void {
    this.#followed.delete(id);
  }

  get(id: string | undefined): Followed | undefined {
    return id === undefined ? undefined : this.#followed.get(id);
  }

  all(): IterableIterator<Followed> {
    return this.#followed.values();
  }

  /** The wire is gone: nothing is live until a new one says so. */
  lost(): void {
    for (const followed of this.#followed.values()) {
      followed.live = false;
      followed.asked = undefined;
    }
  }

  /** Judges an event by its sequence and, if it is the next one, moves on. */
  judge(conversationId: string | undefined, sequence: number | undefined): Verdict {
    const followed = this.get(conversationId);
    if (!followed?.live || !followed.position || sequence === undefined) return "ignore";
    const { lastSequence } = followed.position;
    if (sequence <= lastSequence) return "ignore";
    if (sequence > lastSequence + 1) return "gap";
    followed.position.lastSequence = sequence;
    this.#store.save(followed.id, followed.position);
    return "take";
  }

  /** Goes live where the server says: what follows is exactly what comes after it. */
  joined({ conversationId, epoch, lastSequence }: ConversationPosition): void {
    const followed = this.get(conversationId);
    if (followed) this.#goLive(followed, { epoch, lastSequence });
  }

  /** Takes the answer to a resume as the new position. */
  resumed({ conversationId, epoch, recovered, fromSequence, snapshot }: Resumed): void {
    const followed = this.get(conversationId);
    if (!followed) return;
    const lastSequence = recovered ? fromSequence - 1 : (snapshot?.lastSequence ?? fromSequence - 1);
    this.#goLive(followed, { epoch, lastSequence });
  }

  #goLive(followed: Followed, position: { epoch: string; lastSequence: number }): void {
    followed.position = position;
    followed.exists = true;
    followed.live = true;
    followed.asked = undefined;
    this.#store.save(followed.id, position);
  }
}
