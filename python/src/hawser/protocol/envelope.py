"""The envelope of the `standard` dialect: text frames in and out (protocol/standard/spec.md, section 2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..errors import ProtocolError

VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message of the server."""

    id: str
    type: str
    timestamp: datetime
    payload: Mapping[str, Any]
    conversation_id: str | None = None
    correlation_id: str | None = None
    sequence: int | None = None


def decode(text: str) -> Envelope:
    """Reads a message of the server. Fields that are not known are left unread.

    Raises ProtocolError where it is none: not JSON, a field of the wrong kind, another major version.
    """
    try:
        frame = json.loads(text)
    except ValueError as e:
        raise ProtocolError("not JSON") from e
    if not isinstance(frame, dict):
        raise ProtocolError("not an object")
    version = _string(frame, "version", required=True)
    if version is None or version.split(".")[0] != VERSION.split(".")[0]:
        raise ProtocolError(f"version {version}")
    payload = frame.get("payload")
    if not isinstance(payload, dict):
        raise ProtocolError("payload: not an object")
    sequence = frame.get("sequence")
    if sequence is not None and (isinstance(sequence, bool) or not isinstance(sequence, int) or sequence < 1):
        raise ProtocolError("sequence: not a positive integer")
    return Envelope(
        id=_string(frame, "id", required=True) or "",
        type=_string(frame, "type", required=True) or "",
        timestamp=parse_time(frame.get("timestamp")),
        payload=payload,
        conversation_id=_string(frame, "conversationId"),
        correlation_id=_string(frame, "correlationId"),
        sequence=sequence,
    )


def encode(
    id: str, type: str, payload: Mapping[str, Any], *, conversation_id: str | None = None, now: datetime | None = None
) -> str:
    """Writes a message of a client."""
    frame: dict[str, Any] = {"id": id, "type": type, "version": VERSION, "source": "client", "payload": dict(payload)}
    if conversation_id is not None:
        frame["conversationId"] = conversation_id
    if now is not None:
        frame["timestamp"] = format_time(now)
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def format_time(time: datetime) -> str:
    """ISO 8601, UTC, milliseconds."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(value: object) -> datetime:
    """Raises ProtocolError where it is no ISO 8601 time with an offset."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ProtocolError("timestamp: not an ISO 8601 time with an offset")
    return time


def _string(frame: Mapping[str, Any], name: str, *, required: bool = False) -> str | None:
    value = frame.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or not value:
        raise ProtocolError(f"{name}: not a string")
    return value
