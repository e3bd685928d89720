"""The catalogue of codes, written by tools/codes.py from protocol/codes.json. Do not edit."""

from dataclasses import dataclass
from typing import Final, Literal

Retry = Literal["never", "backoff", "refresh"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """What a code of the gateway's errors means; `retryable`: the same request may succeed later."""

    code: str
    category: str
    http_status: int
    retryable: bool
    message: str


@dataclass(frozen=True, slots=True)
class CloseCode:
    """What a WebSocket close code means, and what a client does about it."""

    code: int
    name: str
    meaning: str
    retry: Retry


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Before attempt n (from 1) a client waits min(max_ms, base_ms * factor ** (n - 1)), of which the share `jitter` is
    random. After `max_attempts` failures in a row it stops; `reset_after_ms` on an established wire count as success."""

    base_ms: int
    factor: float
    max_ms: int
    max_attempts: int
    jitter: float
    reset_after_ms: int


ERRORS: Final[dict[str, ErrorCode]] = {
    "INVALID_MESSAGE": ErrorCode("INVALID_MESSAGE", "validation", 400, False, "The message is not a valid message of this protocol."),
    "UNKNOWN_TYPE": ErrorCode("UNKNOWN_TYPE", "validation", 400, False, "The message type is not known."),
    "MISSING_REQUIRED_FIELD": ErrorCode("MISSING_REQUIRED_FIELD", "validation", 400, False, "A required field is missing."),
    "AUTH_EXPIRED": ErrorCode("AUTH_EXPIRED", "authentication", 401, True, "The credential has expired. Sign in again or refresh the token."),
    "AUTH_INVALID": ErrorCode("AUTH_INVALID", "authentication", 401, False, "The credential is missing or not accepted."),
    "FORBIDDEN": ErrorCode("FORBIDDEN", "authentication", 403, False, "This is not allowed with the given credential."),
    "NOT_FOUND": ErrorCode("NOT_FOUND", "business", 404, False, "There is no such thing here, or it belongs to somebody else."),
    "CONFLICT": ErrorCode("CONFLICT", "business", 409, False, "The request contradicts the current state."),
    "RATE_LIMITED": ErrorCode("RATE_LIMITED", "rate_limit", 429, True, "Too many messages or connections. Slow down and try again."),
    "AGENT_UNAVAILABLE": ErrorCode("AGENT_UNAVAILABLE", "server", 503, True, "The agent cannot be reached at the moment."),
    "AGENT_ERROR": ErrorCode("AGENT_ERROR", "server", 502, False, "The agent reported an error."),
    "AGENT_TIMEOUT": ErrorCode("AGENT_TIMEOUT", "server", 504, True, "The agent did not finish in time."),
    "AGENT_TRUNCATED": ErrorCode("AGENT_TRUNCATED", "server", 502, True, "The agent's answer broke off before its end."),
    "INVALID_AGENT_EVENT": ErrorCode("INVALID_AGENT_EVENT", "validation", 400, False, "The agent sent an event that does not fit the protocol."),
    "WORKER_LOST": ErrorCode("WORKER_LOST", "server", 503, True, "The worker running this was lost and the attempts are used up."),
    "STALE_ATTEMPT": ErrorCode("STALE_ATTEMPT", "business", 409, False, "Another attempt of this run has taken over."),
    "RUN_OVER": ErrorCode("RUN_OVER", "business", 410, False, "The run has already ended."),
    "QUEUE_UNAVAILABLE": ErrorCode("QUEUE_UNAVAILABLE", "server", 502, True, "The run queue cannot be reached at the moment."),
    "STORE_UNAVAILABLE": ErrorCode("STORE_UNAVAILABLE", "server", 503, True, "The store cannot be reached at the moment."),
    "DEVICE_OFFLINE": ErrorCode("DEVICE_OFFLINE", "transport", 409, True, "The device is not connected."),
    "DEVICE_DISCONNECTED": ErrorCode("DEVICE_DISCONNECTED", "transport", 409, True, "The device disconnected before it was done."),
    "TIMEOUT": ErrorCode("TIMEOUT", "transport", 504, True, "The operation took too long."),
    "INTERNAL_ERROR": ErrorCode("INTERNAL_ERROR", "server", 500, True, "Something went wrong on our side."),
}

CLOSES: Final[dict[int, CloseCode]] = {
    1000: CloseCode(1000, "NORMAL", "Closed on request of one side.", "never"),
    1001: CloseCode(1001, "GOING_AWAY", "The endpoint goes away.", "backoff"),
    1002: CloseCode(1002, "PROTOCOL_ERROR", "A frame broke the WebSocket protocol (RFC 6455).", "never"),
    1003: CloseCode(1003, "UNSUPPORTED_DATA", "A binary frame was received; only UTF-8 JSON text is understood.", "never"),
    1006: CloseCode(1006, "ABNORMAL", "The wire was lost without a close frame.", "backoff"),
    1007: CloseCode(1007, "INVALID_UTF8", "A text frame was not valid UTF-8.", "never"),
    1008: CloseCode(1008, "POLICY", "The protocol was violated repeatedly, or a rule of this endpoint was broken.", "never"),
    1009: CloseCode(1009, "TOO_BIG", "A message was larger than maxMessageBytes.", "never"),
    1011: CloseCode(1011, "INTERNAL", "The server failed while serving this wire.", "backoff"),
    1012: CloseCode(1012, "SERVICE_RESTART", "The server restarts or hands this wire over.", "backoff"),
    1013: CloseCode(1013, "TRY_AGAIN_LATER", "The server is overloaded at the moment.", "backoff"),
    4000: CloseCode(4000, "AUTH_REQUIRED", "No credential was presented where one is needed.", "never"),
    4001: CloseCode(4001, "AUTH_EXPIRED", "The credential has expired.", "refresh"),
    4002: CloseCode(4002, "AUTH_INVALID", "The credential was not accepted.", "never"),
    4003: CloseCode(4003, "NOT_FOUND", "The conversation does not exist or belongs to somebody else.", "never"),
    4005: CloseCode(4005, "AGENT_NOT_FOUND", "The named agent does not exist.", "never"),
    4006: CloseCode(4006, "RATE_LIMITED", "Too many messages, or too many connections of this user or tenant.", "backoff"),
    4007: CloseCode(4007, "REPLACED", "A newer connection of the same device took over.", "never"),
    4008: CloseCode(4008, "NO_HEARTBEAT", "Nothing was heard from the client in time.", "backoff"),
    4010: CloseCode(4010, "VERSION_MISMATCH", "The major version of the protocol is not supported.", "never"),
    4013: CloseCode(4013, "RESOURCE_EXHAUSTED", "The client reads too slowly or a resource is used up.", "backoff"),
}

RETRY_POLICY: Final = RetryPolicy(1000, 2, 30000, 10, 0.5, 10000)
