"""The place of a reader in the log of one conversation."""

from collections.abc import Mapping
from typing import Any

from ..errors import ProtocolError
from ..events import Event, Snapshot
from .envelope import Envelope

DATA = "data."


class Follower:
    """Takes the events of one conversation strictly by their sequence, each once, whatever comes in twice or too early."""

    def __init__(self, conversation_id: str, epoch: str | None = None, last_sequence: int | None = None) -> None:
        self.conversation_id = conversation_id
        self.epoch = epoch
        self.last_sequence = last_sequence
        """Of the last event taken in; None before there is a place to go on from."""
        self.resuming = False
        """Whether a resume is under way; until it is answered, events may overlap and are left alone."""

    def begin(self, epoch: str | None, last_sequence: int) -> None:
        """The conversation is live from `last_sequence + 1`; without effect where a place is known already."""
        if self.last_sequence is None:
            self.epoch = epoch
            self.last_sequence = last_sequence

    def resumed(self, payload: Mapping[str, Any]) -> Snapshot | None:
        """Takes the answer to a resume; a snapshot where the events cannot be replayed."""
        self.resuming = False
        recovered = payload.get("recovered")
        epoch = payload.get("epoch")
        first = payload.get("fromSequence")
        if not isinstance(recovered, bool) or not isinstance(epoch, str) or not isinstance(first, int):
            raise ProtocolError("system.connection.resumed: recovered, epoch or fromSequence is missing")
        self.epoch = epoch
        if recovered:
            # A resume on an open wire may begin earlier than what has come since; that is then left out by sequence.
            if self.last_sequence is None or first - 1 > self.last_sequence:
                self.last_sequence = first - 1
            return None
        snapshot = payload.get("snapshot")
        if not isinstance(snapshot, dict) or not isinstance(snapshot.get("lastSequence"), int):
            raise ProtocolError("system.connection.resumed: no snapshot")
        self.last_sequence = snapshot["lastSequence"]
        return Snapshot(
            reason=str(payload.get("reason")),
            epoch=epoch,
            last_sequence=snapshot["lastSequence"],
            messages=list(snapshot.get("messages", ())),
            runs=list(snapshot.get("runs", ())),
            pending_approvals=list(snapshot.get("pendingApprovals", ())),
        )

    def take(self, envelope: Envelope) -> Event | None:
        """The event of a message, or None where it is known already. Raises `Hole` where one is missing before it."""
        sequence = envelope.sequence
        if sequence is None:
            raise ProtocolError(f"{envelope.type}: no sequence")
        if self.last_sequence is None:
            self.last_sequence = sequence - 1
        if self.resuming or sequence <= self.last_sequence:
            return None
        if sequence > self.last_sequence + 1:
            raise Hole(self.last_sequence, sequence)
        self.last_sequence = sequence
        fields = {name: value for name, value in envelope.payload.items() if name != "runId"}
        run_id = envelope.payload.get("runId")
        return Event(
            id=envelope.id,
            type=envelope.type.removeprefix(DATA),
            sequence=sequence,
            time=envelope.timestamp,
            run_id=run_id if isinstance(run_id, str) else None,
            fields=fields,
        )


class Hole(Exception):
    """Events are missing; the reader has to resume from the last one it has."""

    def __init__(self, last: int, came: int) -> None:
        super().__init__(f"{came} came after {last}")
