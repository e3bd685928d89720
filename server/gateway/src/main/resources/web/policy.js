// Which closed connection is worth another try, and when: the values of protocol/codes.json (a test compares).

export const RETRY_POLICY = {
  baseMs: 1000,
  factor: 2,
  maxMs: 30000,
  maxAttempts: 10,
  jitter: 0.5,
  resetAfterMs: 10000,
};

const BACKOFF = new Set([1001, 1006, 1011, 1012, 1013, 4006, 4008, 4013]);

/** What a client does after a close: "backoff", "refresh" (a fresh token first) or "never". */
export function retryOf(code) {
  if (code === 4001) return "refresh";
  return BACKOFF.has(code) ? "backoff" : "never";
}

/** Milliseconds to wait before the attempt (from 1), at least `atLeastMs` if the server named a time. */
export function delayBefore(attempt, random, atLeastMs = 0) {
  const { baseMs, factor, maxMs, jitter } = RETRY_POLICY;
  const full = Math.min(maxMs, baseMs * factor ** (attempt - 1));
  return Math.max(atLeastMs, Math.round(full * (1 - jitter * random)));
}

/** Says in a sentence why the connection will not come back by itself. */
export function explain(code) {
  switch (code) {
    case 4000:
      return "Sign-in is needed. Open this page with a token: #token=…";
    case 4001:
      return "Your sign-in has expired. Open this page with a fresh token.";
    case 4002:
      return "Your sign-in was not accepted. Open this page with a valid token.";
    case 4003:
      return "This conversation does not exist here, or it belongs to somebody else.";
    case 4005:
      return "The agent does not exist.";
    case 4010:
      return "This page is older than the server. Reload it.";
    case 1000:
      return "The connection was closed.";
    case 1009:
      return "A message was too large for the server.";
    default:
      return `The server closed the connection (${code}).`;
  }
}
