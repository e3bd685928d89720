// Generated from protocol/codes.json by scripts/codes.mjs. Do not edit.

/** What a client does after a close: come back later, come back with a fresh token, or stay away. */
export type Retry = "backoff" | "refresh" | "never";

/** The codes that `system.error`, problem documents and `run.failed` carry. */
export type ErrorCode =
  | "INVALID_MESSAGE"
  | "UNKNOWN_TYPE"
  | "MISSING_REQUIRED_FIELD"
  | "AUTH_EXPIRED"
  | "AUTH_INVALID"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "RATE_LIMITED"
  | "AGENT_UNAVAILABLE"
  | "AGENT_ERROR"
  | "AGENT_TIMEOUT"
  | "AGENT_TRUNCATED"
  | "INVALID_AGENT_EVENT"
  | "WORKER_LOST"
  | "STALE_ATTEMPT"
  | "RUN_OVER"
  | "QUEUE_UNAVAILABLE"
  | "STORE_UNAVAILABLE"
  | "DEVICE_OFFLINE"
  | "DEVICE_DISCONNECTED"
  | "TIMEOUT"
  | "INTERNAL_ERROR";

/** What each close code asks of a client; a code that is not listed means "never". */
export const CLOSE_RETRY: Readonly<Record<number, Retry>> = {
  1000: "never",
  1001: "backoff",
  1002: "never",
  1003: "never",
  1006: "backoff",
  1007: "never",
  1008: "never",
  1009: "never",
  1011: "backoff",
  1012: "backoff",
  1013: "backoff",
  4000: "never",
  4001: "refresh",
  4002: "never",
  4003: "never",
  4005: "never",
  4006: "backoff",
  4007: "never",
  4008: "backoff",
  4010: "never",
  4013: "backoff",
};

/** The retry policy of the protocol; times in milliseconds. */
export const RETRY_POLICY = {
  baseMs: 1000,
  factor: 2,
  maxMs: 30000,
  maxAttempts: 10,
  jitter: 0.5,
  resetAfterMs: 10000,
} as const;
