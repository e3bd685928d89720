import type { Say } from "./connector.js";
import { Conversations, type Followed } from "./conversations.js";
import { type ConversationPosition, type Established, newId, type Resumed, type ServerMessage } from "./envelope.js";
import type { Logger } from "./logger.js";
import type { ClientOptions } from "./options.js";
import type { PositionStore } from "./positions.js";

/**
 * What a client says to follow its conversations, and what it makes of the answers: joining, resuming, filling holes. One of
 * them is the current one, which messages go to.
 */
export class Following {
  readonly #conversations: Conversations;
  readonly #history: ClientOptions["history"];
  readonly #say: Say;
  readonly #log: Logger;
  #current: Followed | undefined;

  constructor(positions: PositionStore, history: ClientOptions["history"], say: Say, log: Logger) {
    this.#conversations = new Conversations(positions);
    this.#history = history;
    this.#say = say;
    this.#log = log;
  }

  /** The conversation that messages go to. */
  get current(): Followed | undefined {
    return this.#current;
  }

  /** Whether events of the current conversation flow, or there is none yet whose events could. */
  get ready(): boolean {
    return !this.#current?.exists || this.#current.live;
  }

  get(id: string | undefined): Followed | undefined {
    return this.#conversations.get(id);
  }

  /** Begins with a conversation that the server knows. */
  begin(id: string): void {
    this.#current = this.#conversations.follow(id, true);
  }

  /** Follows a conversation that is to be created. */
  expect(id: string): void {
    const created = this.#conversations.follow(id, false);
    this.#current ??= created;
  }

  /** Follows one more. */
  subscribe(id: string): void {
    const followed = this.#conversations.follow(id, true);
    if (!followed.live) this.#subscribe(followed);
  }

  unsubscribe(id: string): void {
    this.#conversations.unfollow(id);
    if (this.#current?.id === id) this.#current = undefined;
    this.#say("control.conversation.unsubscribe", { conversationId: id });
  }

  /** The server has let us in, on a wire that joined a conversation, with its position or without. */
  letIn(joined: Followed | undefined, resuming: boolean, { epoch, lastSequence = 0 }: Established): void {
    if (joined && !resuming && epoch !== undefined) this.#join(joined, epoch, lastSequence);
    for (const followed of this.#conversations.all()) {
      if (followed !== joined && followed.exists) this.#subscribe(followed);
    }
  }

  /** Whether an event is the next one of its conversation; a hole before it is filled by a resume. */
  takes({ conversationId, sequence }: ServerMessage): boolean {
    const verdict = this.#conversations.judge(conversationId, sequence);
    if (verdict === "gap") {
      this.#log.warn("an event is missing before", sequence);
      const followed = this.get(conversationId);
      if (followed) this.#resume(followed, followed.position?.lastSequence ?? null);
    }
    return verdict === "take";
  }

  /** The server has created a conversation; `again`: on the second try at least. */
  created({ conversationId, epoch, lastSequence }: ConversationPosition, again: boolean): void {
    const followed = this.#conversations.follow(conversationId, true);
    this.#current ??= followed;
    followed.exists = true;
    if (again) {
      // The first try may have made it on a wire that is gone; this one need not follow it.
      followed.position ??= { epoch, lastSequence: 0 };
      this.#resume(followed, followed.position.lastSequence);
    } else {
      this.#conversations.joined({ conversationId, epoch, lastSequence });
    }
  }

  /** An id of our own is taken: an earlier try, of this page or its last life, has made the conversation. */
  wasThere(id: string | undefined): void {
    const followed = this.get(id);
    if (!followed) return;
    followed.exists = true;
    followed.position ??= { epoch: "", lastSequence: 0 };
    this.#subscribe(followed);
  }

  subscribed(position: ConversationPosition): void {
    // With a position `resumed` follows, and only that says where events go on.
    if (this.get(position.conversationId)?.position) return;
    // The application may have asked by a command of its own.
    this.#conversations.follow(position.conversationId, true);
    this.#conversations.joined(position);
  }

  unsubscribed(id: string): void {
    // One that is asked for anew meanwhile stays.
    if (this.get(id)?.asked !== undefined) return;
    this.#conversations.unfollow(id);
    if (this.#current?.id === id) this.#current = undefined;
  }

  resumed(resumed: Resumed): void {
    this.#log.debug("resumed", resumed.recovered ? "recovered" : resumed.reason, resumed.fromSequence);
    this.#conversations.resumed(resumed);
  }

  /**
   * The server refused a request.
   *
   * @returns the close code that the wire is to be given up with: without that request events would be missing
   */
  refused(id: string, isRetryable: boolean): number | undefined {
    for (const followed of this.#conversations.all()) {
      if (followed.asked !== id) continue;
      if (isRetryable) return 1011;
      if (followed === this.#current) return 4003;
      this.#conversations.unfollow(followed.id);
    }
    return undefined;
  }

  /** The wire is gone. */
  lost(): void {
    this.#conversations.lost();
  }

  /** Joins a conversation of which nothing is known: with the history that was asked for. */
  #join(followed: Followed, epoch: string, lastSequence: number): void {
    const { id: conversationId } = followed;
    const history = this.#history ?? "none";
    if (history === "none") {
      this.#conversations.joined({ conversationId, epoch, lastSequence });
    } else {
      const whole = history === "all" || (typeof history === "number" && lastSequence <= history);
      this.#resume(followed, whole ? 0 : null);
    }
  }

  #subscribe(followed: Followed): void {
    const { id: conversationId, position: { epoch, lastSequence } = {} } = followed;
    this.#ask(followed, "control.conversation.subscribe", {
      conversationId,
      // Made by ourselves, and not heard of yet: from its first event on.
      ...(epoch !== "" && { epoch }),
      lastSequence,
    });
  }

  #resume(followed: Followed, lastSequence: number | null): void {
    const { id: conversationId, position } = followed;
    followed.live = false;
    this.#ask(followed, "system.connection.resume", { conversationId, epoch: position?.epoch, lastSequence });
  }

  #ask(followed: Followed, type: string, payload: object): void {
    followed.asked = newId();
    this.#say(type, payload, followed.asked);
  }
}
