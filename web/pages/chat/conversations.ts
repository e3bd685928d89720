import type { SessionEventPayloads } from "../../client/index.js";

const PAGE = 30;
const TITLE_MAX = 80;
const DAY_MS = 86_400_000;

/** A conversation of the user's, in a list. */
export interface Conversation {
  readonly id: string;
  /** What it was begun with; undefined where that is not known (yet). */
  readonly title: string | undefined;
  readonly createdAt: string;
}

/** Asks the gateway, with the credential of the page. */
export type Ask = (path: string) => Promise<Response>;

interface Listed {
  readonly sessions: readonly {
    readonly sessionId: string;
    readonly createdAt: string;
    readonly metadata?: { readonly title?: unknown };
  }[];
  readonly nextCursor?: string;
}

/** The user's conversations as the gateway knows them, the newest first, as many as have been asked for. */
export class Conversations {
  readonly #ask: Ask;
  readonly #titles = new Map<string, string>();
  #listed: readonly Omit<Conversation, "title">[] = [];
  #cursor: string | undefined;
  #asked = 0;
  #taken = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  get list(): readonly Conversation[] {
    return this.#listed.map((one) => ({ ...one, title: this.#titles.get(one.id) }));
  }

  /** Whether there are more than are listed. */
  get more(): boolean {
    return this.#cursor !== undefined;
  }

  /**
   * Fetches the newest; those of later pages stay. An answer that one to a later question has overtaken does not count.
   * Throws where the gateway does not answer.
   */
  async refresh(): Promise<void> {
    this.#asked += 1;
    const round = this.#asked;
    const { sessions, nextCursor } = await this.#page("");
    if (round < this.#taken) return;
    this.#taken = round;
    const fresh = this.#take(sessions);
    const known = new Set(fresh.map(({ id }) => id));
    const older = this.#listed.length > PAGE ? this.#listed.filter(({ id }) => !known.has(id)) : [];
    if (older.length === 0) this.#cursor = nextCursor;
    this.#listed = [...fresh, ...older];
  }

  /** Fetches the next page. */
  async next(): Promise<void> {
    if (this.#cursor === undefined) return;
    const { sessions, nextCursor } = await this.#page(`&cursor=${encodeURIComponent(this.#cursor)}`);
    this.#cursor = nextCursor;
    this.#listed = [...this.#listed, ...this.#take(sessions)];
  }

  /** Lists one that has just been begun here. */
  begun(id: string, title: string, createdAt: string): void {
    this.#titles.set(id, title);
    this.#listed = [{ id, createdAt }, ...this.#listed];
  }

  /** Looks up what conversations without a title were begun with, one after another; tells each time. */
  async nameAll(changed: () => void): Promise<void> {
    for (const { id } of this.#listed) {
      if (this.#titles.has(id)) continue;
      this.#titles.set(id, "");
      const response = await this.#ask(`/v1/sessions/${encodeURIComponent(id)}/events?after=0&limit=1`);
      if (!response.ok) continue;
      const { events } = (await response.json()) as {
        events: ({ type: string } & SessionEventPayloads["message.user"])[];
      };
      const [first] = events;
      if (first?.type !== "message.user") continue;
      this.#titles.set(id, titleOf(first.text));
      changed();
    }
  }

  async #page(more: string): Promise<Listed> {
    const response = await this.#ask(`/v1/sessions?limit=${PAGE}${more}`);
    if (!response.ok) throw new Error(`conversations: HTTP ${response.status}`);
    return response.json() as Promise<Listed>;
  }

  #take(sessions: Listed["sessions"]): Omit<Conversation, "title">[] {
    return sessions.map(({ sessionId: id, createdAt, metadata }) => {
      if (typeof metadata?.title === "string" && metadata.title) this.#titles.set(id, titleOf(metadata.title));
      return { id, createdAt };
    });
  }
}

/** What a conversation is called that begins with a text: its first line, at most 80 characters. */
export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.trim() ?? "";
  return line.length > TITLE_MAX ? `${[...line].slice(0, TITLE_MAX - 1).join("")}…` : line;
}

/** When something was, as briefly as one says it: a time today, a day this year, else a date. */
export function when(time: string, now: Date): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (at.getTime() >= midnight) return at.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
  if (at.getTime() >= midnight - DAY_MS) return "Yesterday";
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString(undefined, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}
