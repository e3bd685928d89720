"""What a session's log holds, as a client sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

RUN_ENDS = frozenset({"run.completed", "run.failed", "run.cancelled", "run.abandoned"})
"""The types of which each run has exactly one, as its last event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a session's log (protocol/events.schema.json). Fields of its type: `event["delta"]`, `event.get("result")`."""

    id: str
    """The same on every wire and in every replay."""
    type: str
    """For instance `text.delta`."""
    sequence: int
    """1, 2, 3 ... without holes within one epoch of the session."""
    time: datetime
    """When it was logged."""
    run_id: str | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The fields of its type, as JSON."""

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A field that may be missing."""
        return self.fields.get(name, default)

    @property
    def ends_run(self) -> bool:
        """Whether nothing of its run follows."""
        return self.type in RUN_ENDS


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state up to now, given where the missed events cannot be replayed. Throw away what you had; events go on after it."""

    reason: str
    """`epoch_changed`, `expired`, `ahead` or `snapshot_requested`."""
    epoch: str
    last_sequence: int
    messages: list[dict[str, Any]]
    """`{messageId, role, text, complete, runId?, time}`; later deltas of an unfinished one are appended to its text."""
    runs: list[dict[str, Any]]
    """`{runId, agent, status, startedAt?}`."""
    pending_approvals: list[dict[str, Any]]
    """The fields of `approval.required`."""
