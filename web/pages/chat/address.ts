/** What an address of the chat page says. */
export interface Address {
  readonly conversationId: string | undefined;
  readonly agent: string | undefined;
  /** A token to sign in with, taken out of the address at once. */
  readonly token: string | undefined;
}

/**
 * Reads `?conversationId=…&agent=…` (also by the wire's other names for them) and `#token=…`, and `#c=…`, as links to
 * conversations once were. A token stands behind the `#`, where no server sees it.
 */
export function readAddress({ search, hash }: Pick<Location, "search" | "hash">): Address {
  const query = new URLSearchParams(search);
  const fragment = new URLSearchParams(hash.replace(/^#\??/, ""));
  const first = (...found: (string | null)[]) => found.find(Boolean) ?? undefined;
  return {
    conversationId: first(query.get("conversationId"), query.get("conversation_id"), fragment.get("c")),
    agent: first(query.get("agent"), query.get("definition_id")),
    token: first(fragment.get("token")),
  };
}

/** The address of a conversation, or of a new one, with the agent that was asked for. Holds no token. */
export function addressOf(conversationId: string | undefined, agent: string | undefined): string {
  const query = new URLSearchParams();
  if (conversationId !== undefined) query.set("conversationId", conversationId);
  if (agent !== undefined) query.set("agent", agent);
  return query.size === 0 ? "/" : `/?${query}`;
}
