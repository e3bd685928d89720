import type { Position } from "./positions.js";

/** What the address of one attempt is made of. */
export interface AddressParts {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly ticket: string | undefined;
  readonly conversationId: string | undefined;
  readonly position: Position | undefined;
  readonly agent: string | undefined;
}

/** A subprotocol is an HTTP token (RFC 9110); a JWT is one, an opaque token may not be. */
const HTTP_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Where to connect and which subprotocols to offer. Holds secrets: not to be logged. */
export function addressOf(parts: AddressParts): { url: string; protocols: string[] } {
  const url = wireUrl(parts.url);
  const query = url.searchParams;
  const { token, ticket, conversationId, position, agent } = parts;
  if (agent !== undefined) query.set("agent", agent);
  if (conversationId !== undefined) query.set("conversationId", conversationId);
  if (conversationId !== undefined && position) {
    query.set("epoch", position.epoch);
    query.set("lastSequence", String(position.lastSequence));
  }
  if (ticket !== undefined) {
    query.set("ticket", ticket);
  } else if (token !== undefined) {
    // A subprotocol stays out of the logs that proxies write of URLs.
    if (HTTP_TOKEN.test(token)) return { url: url.href, protocols: ["hawser.v1", `bearer.${token}`] };
    query.set("token", token);
  }
  return { url: url.href, protocols: [] };
}

/** The gateway's WebSocket address: `/ws` of the page's own host if nothing is said; http(s) is taken as ws(s). */
export function wireUrl(url = "/ws"): URL {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol.replace(/^http/, "ws");
  if (address.pathname === "/") address.pathname = "/ws";
  return address;
}

/** The conversation that an address names itself; undefined where it names none, or is no address. */
export function conversationIn(url: string | undefined): string | undefined {
  try {
    const query = wireUrl(url).searchParams;
    return query.get("conversationId") ?? query.get("conversation_id") ?? undefined;
  } catch {
    return undefined;
  }
}

/** The address of a path of the same gateway's HTTP interface. */
export function httpUrl(url: string | undefined, path: string): string {
  const address = wireUrl(url);
  return new URL(path, `${address.protocol.replace(/^ws/, "http")}//${address.host}`).href;
}
