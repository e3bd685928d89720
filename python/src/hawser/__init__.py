"""Agents and clients for Hawser, the realtime gateway between people, their devices and AI agents."""

from .client import Accepted, Client, Recorded
from .context import Context, Decision, Subagent
from .errors import (
    ApprovalRejected,
    ConnectionLost,
    DeviceError,
    HawserError,
    ProtocolError,
    Refused,
    RunFailed,
)
from .events import Event, Snapshot
from .protocol.worker import Message
from .worker import Worker

__all__ = [
    "Accepted",
    "ApprovalRejected",
    "Client",
    "ConnectionLost",
    "Context",
    "Decision",
    "DeviceError",
    "Event",
    "HawserError",
    "Message",
    "ProtocolError",
    "Recorded",
    "Refused",
    "RunFailed",
    "Snapshot",
    "Subagent",
    "Worker",
]
