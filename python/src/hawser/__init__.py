"""Agents and clients for Hawser, the realtime gateway between people, their devices and AI agents."""

from .client import Accepted, Client, Recorded
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

__all__ = [
    "Accepted",
    "ApprovalRejected",
    "Client",
    "ConnectionLost",
    "DeviceError",
    "Event",
    "HawserError",
    "ProtocolError",
    "Recorded",
    "Refused",
    "RunFailed",
    "Snapshot",
]
