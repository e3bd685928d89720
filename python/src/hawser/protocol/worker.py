"""The agent's side of a run over HTTP (docs/workers.md), without HTTP."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..errors import ProtocolError
from .envelope import parse_time

UPLOADS_A_CLAIM = 1_000_000
"""More than anybody makes: whoever claims an attempt again, where the log has gone on, numbers higher than the one before."""

MAX_EVENT_BYTES = 256 * 1024
"""The largest event, in bytes of JSON."""

ANY_DEVICE = "*"
"""As `deviceId`: any connected device of the user that offers the tool."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "thinking": ("text",),
    "text.delta": ("delta",),
    "text.done": ("text",),
    "tool.call": ("toolCallId", "name"),
    "tool.result": ("toolCallId",),
    "approval.required": ("toolName",),
    "subagent.started": ("subagentId",),
    "subagent.ended": ("subagentId",),
    "ui.action": ("action",),
    "state.snapshot": ("state",),
    "state.delta": ("patch",),
    "custom": ("name",),
    "run.completed": (),
    "run.failed": ("message",),
    "run.cancelled": (),
}
"""What an agent may send, and what each needs (`agentEvent` of protocol/events.schema.json)."""

TERMINAL = frozenset({"run.completed", "run.failed", "run.cancelled"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the session before the run's own."""

    role: Literal["user", "assistant"]
    text: str
    message_id: str | None = None
    run_id: str | None = None
    complete: bool = True
    """False where the answer was never finished."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of an approval; `args` are those to use, edited or as asked for."""

    approval_id: str
    decision: str
    """`approve`, `edit`, `reject` or `expire`."""
    args: Mapping[str, Any] | None
    reason: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """What a device answered to a tool call; `error` where there is no result."""

    tool_call_id: str
    result: Any
    error: Any


@dataclass(frozen=True, slots=True)
class UiAction:
    """What a person did on a surface of the agent's."""

    action: Any


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """Somebody wants the run to end."""

    reason: str | None = None


InboxItem = Decided | DeviceResult | UiAction | CancelRequested


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that a worker has been given, and the token that speaks for it."""

    run_id: str
    attempt: int
    agent: str
    session_id: str
    tenant_id: str
    user_id: str
    message: str
    history: tuple[Message, ...]
    metadata: Mapping[str, Any]
    run_token: str
    lease_expires_at: datetime
    sequence: int = 0
    """Where the session's log stood at the claim."""
    connection_id: str | None = None
    resume: Decided | None = None
    """Where the run waited for a decision without a worker: that decision."""

    @property
    def uploads(self) -> int:
        """The number of its first upload; they rise from one to the next."""
        return self.sequence * UPLOADS_A_CLAIM + 1


def claimed(value: object) -> ClaimedRun:
    """Reads a run of a claim's answer. Raises ProtocolError."""
    run = _object(value, "run")
    resume = run.get("resume")
    return ClaimedRun(
        run_id=_text(run, "runId"),
        attempt=_integer(run, "attempt"),
        agent=_text(run, "agent"),
        session_id=_text(run, "sessionId"),
        tenant_id=_text(run, "tenantId"),
        user_id=_text(run, "userId"),
        message=str(run.get("message", "")),
        history=tuple(_message(_object(message, "history")) for message in run.get("history", ())),
        metadata=_object(run.get("metadata", {}), "metadata"),
        run_token=_text(run, "runToken"),
        lease_expires_at=parse_time(run.get("leaseExpiresAt")),
        sequence=_integer(run, "sequence") if "sequence" in run else 0,
        connection_id=_optional(run, "connectionId"),
        resume=_resume(_object(resume, "resume")) if resume is not None else None,
    )


def inbox_item(value: object) -> InboxItem | None:
    """Reads an item of the inbox; None where it is of a type that is not known. Raises ProtocolError."""
    item = _object(value, "item")
    match item.get("type"):
        case "approval.decided":
            args = item.get("args", item.get("editedArgs"))
            return Decided(
                _text(item, "approvalId"),
                _text(item, "decision"),
                args if isinstance(args, dict) else None,
                _optional(item, "reason"),
                _optional(item, "decidedBy"),
            )
        case "device.result":
            return DeviceResult(_text(item, "toolCallId"), item.get("result"), item.get("error"))
        case "ui.action":
            return UiAction(item.get("action"))
        case "cancel":
            return CancelRequested(_optional(item, "reason"))
        case _:
            return None


def event_line(type: str, fields: Mapping[str, Any]) -> bytes:
    """An event as a line of NDJSON. Raises ValueError where agents may not send it, it lacks a field, or is too large."""
    required = REQUIRED.get(type)
    if required is None:
        raise ValueError(f"agents do not send {type!r}; see hawser.protocol.worker.REQUIRED")
    missing = [name for name in required if fields.get(name) is None and name not in ("action", "state")]
    missing += [name for name in ("action", "state") if name in required and name not in fields]
    if missing:
        raise ValueError(f"{type} needs {', '.join(missing)}")
    event = {"type": type} | {name: value for name, value in fields.items() if value is not None or name in required}
    try:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{type}: half a character") from None
    if len(line) > MAX_EVENT_BYTES:
        raise ValueError(f"{type}: {len(line)} bytes of JSON, {MAX_EVENT_BYTES} at most")
    return line + b"\n"


class Outbox:
    """The events of one attempt on their way: each is kept until the gateway is known to have stored it.

    An upload hands out what is not stored yet, from `begin()` on, in order. If it is answered, all that was handed out is
    stored (`confirm`). If it breaks, the log tells how much of it was: see `found`.
    """

    def __init__(self, last_sequence: int = 0) -> None:
        self._lines: deque[bytes] = deque()
        self._handed_out = 0
        self._replayed: deque[Mapping[str, Any]] = deque()
        self.size = 0
        """Bytes that are not known to be stored."""
        self.waiting = 0
        """Bytes that have not been handed out."""
        self.last_sequence = last_sequence
        """In the session's log: what is not known to be stored comes after it."""
        self.ended = False
        """Whether the run's last event is in."""

    def put(self, type: str, fields: Mapping[str, Any]) -> None:
        """One more event. Raises ValueError where it is none, or comes after the run's end."""
        if self.ended:
            raise ValueError(f"{type} after the end of the run")
        line = event_line(type, fields)
        if self._replayed:
            if _is(json.loads(line), self._replayed[0]):
                self._replayed.popleft()
                return
            self._replayed.clear()
        self._lines.append(line)
        self.size += len(line)
        self.waiting += len(line)
        self.ended = type in TERMINAL

    def begin(self) -> None:
        """A new upload begins with the first event that is not known to be stored."""
        self._handed_out = 0
        self.waiting = self.size

    def take(self) -> bytes:
        """The lines that have not been handed out, together; empty where there is none."""
        lines = [self._lines[index] for index in range(self._handed_out, len(self._lines))]
        self._handed_out = len(self._lines)
        self.waiting = 0
        return b"".join(lines)

    def confirm(self, last_sequence: int) -> None:
        """The upload was answered: all that was handed out is stored."""
        self._drop(self._handed_out)
        self.last_sequence = max(self.last_sequence, last_sequence)

    def found(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Takes what the log holds of the run after `last_sequence`, in order, once the broken upload can add nothing more.

        What was stored of it is a beginning of what was sent, among events that others put into the run. An event of the
        log that has the type and all fields of the next one sent is that one.
        """
        for event in events:
            if self._lines and _is(json.loads(self._lines[0]), event):
                self._drop(1)
            sequence = event.get("sequence")
            if isinstance(sequence, int):
                self.last_sequence = max(self.last_sequence, sequence)
        self.begin()

    def replay(self, events: Iterable[Mapping[str, Any]]) -> None:
        """The log holds these already: as long as the same are put again, in the same order, they are left out."""
        self._replayed.extend(event for event in events if event.get("type") in REQUIRED)

    def clear(self) -> None:
        """What is not stored is given up."""
        self._lines.clear()
        self._handed_out = self.size = self.waiting = 0

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self.size -= len(self._lines.popleft())
        self._handed_out = max(0, self._handed_out - count)


def _is(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether an event of the log is one that was sent: the gateway adds fields and leaves out what it does not know."""
    if sent["type"] != stored.get("type") or sent["type"] == "ui.action" and stored.get("userId") is not None:
        return False
    # "*" becomes the id of the device that was chosen.
    chosen = {"deviceId"} if sent.get("deviceId") == ANY_DEVICE else set()
    return all(stored[name] == value for name, value in sent.items() if name in stored and name not in chosen)


def _resume(value: Mapping[str, Any]) -> Decided:
    args = value.get("args")
    return Decided(
        _text(value, "approvalId"),
        _text(value, "decision"),
        args if isinstance(args, dict) else None,
        _optional(value, "reason"),
    )


def _message(value: Mapping[str, Any]) -> Message:
    role = value.get("role")
    if role not in ("user", "assistant"):
        raise ProtocolError("history: role")
    return Message(
        role="user" if role == "user" else "assistant",
        text=str(value.get("text", "")),
        message_id=_optional(value, "messageId"),
        run_id=_optional(value, "runId"),
        complete=value.get("complete") is not False,
    )


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ProtocolError(f"{name}: not an object")
    return value


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise ProtocolError(f"{name}: not a string")
    return text


def _optional(value: Mapping[str, Any], name: str) -> str | None:
    text = value.get(name)
    return text if isinstance(text, str) else None


def _integer(value: Mapping[str, Any], name: str) -> int:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int):
        raise ProtocolError(f"{name}: not a whole number")
    return number
