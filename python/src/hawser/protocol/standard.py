"""The client's side of one wire of the `standard` dialect (protocol/standard/spec.md), without the wire.

Use it so: open a wire with `begin()` as its query; give each text frame to `receive()` and act on what it returns; after
each call send what `outgoing()` returns, in order. When the wire is lost, begin again: the position is kept, and commands
without an answer are sent once more under the id they had, which the gateway carries out once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import ProtocolError, Refused
from ..events import Event, Snapshot
from .envelope import Envelope, decode, encode
from .follower import DATA, Follower, Hole

ANSWERS: Mapping[str, str] = {
    "system.ping": "system.pong",
    "system.auth.refresh": "system.auth.refreshed",
    "system.connection.resume": "system.connection.resumed",
    "control.conversation.create": "control.conversation.created",
    "control.conversation.subscribe": "control.conversation.subscribed",
    "control.conversation.unsubscribe": "control.conversation.unsubscribed",
    "data.message.send": "control.run.accepted",
    "control.run.cancel": "control.run.cancelling",
    "control.approval.decide": "control.approval.recorded",
}
"""What a client may ask, and what answers it; `data.ui.action` has no answer."""

REPEATED = frozenset(
    {"control.conversation.create", "data.message.send", "control.run.cancel", "control.approval.decide"}
)
"""What is sent again on a new wire until it is answered."""


@dataclass(frozen=True, slots=True)
class Established:
    """The wire is accepted. Silence of `heartbeat_interval` seconds and the gateway's patience on top means it is lost."""

    connection_id: str
    heartbeat_interval: float
    max_message_bytes: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to the command of that id: the payload of the message of `ANSWERS`."""

    id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """The gateway refused the command of that id, or something about the wire where there is none."""

    id: str | None
    error: Refused


@dataclass(frozen=True, slots=True)
class Closing:
    """The gateway is about to close the wire; wait at least `reconnect_after` seconds before the next one."""

    code: int
    reason: str
    reconnect_after: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A word from the operator, best effort."""

    name: str
    value: Any


Output = Event | Snapshot | Established | Answered | Failed | Closing | Notice


@dataclass(slots=True)
class _Command:
    type: str
    frame: str
    conversation_id: str | None
    sent: bool = False


class StandardClient:
    """One conversation over one wire after the other. For one thread.

    `new_id` gives ids that nobody else has; `now` the time, for the timestamps of what is sent.
    """

    def __init__(
        self,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        *,
        conversation_id: str | None = None,
        epoch: str | None = None,
        last_sequence: int | None = None,
        agent: str | None = None,
        create: bool = False,
    ) -> None:
        self._new_id = new_id
        self._now = now
        self._agent = agent
        self._commands: dict[str, _Command] = {}
        self._frames: list[str] = []
        self._established = False
        self.followers: dict[str, Follower] = {}
        self.current: Follower | None = None
        self.exists = conversation_id is not None and not create
        """Whether the gateway is known to have the conversation."""
        if conversation_id is not None:
            self.current = Follower(conversation_id, epoch, last_sequence)
            self.followers[conversation_id] = self.current

    def begin(self) -> dict[str, str]:
        """A new wire begins. Returns the query to open it with, without a credential."""
        self._established = False
        self._frames.clear()
        self._commands = {key: self._commands[key] for key in self._commands if key in self.repeated()}
        for command in self._commands.values():
            command.sent = False
        query = {} if self._agent is None else {"agent": self._agent}
        current = self.current
        if current is not None and self.exists:
            query["conversationId"] = current.conversation_id
            current.resuming = current.last_sequence is not None
            if current.last_sequence is not None:
                query["lastSequence"] = str(current.last_sequence)
                if current.epoch is not None:
                    query["epoch"] = current.epoch
        return query

    def command(self, type: str, payload: Mapping[str, Any], *, id: str | None = None) -> str:
        """Puts a command in line. Returns its id, by which `Answered` or `Failed` name it.

        Those of `REPEATED` are kept over lost wires; of the others, one that is without an answer then is forgotten.
        """
        key = id or self._new_id()
        conversation_id = self.current.conversation_id if self.current and type.startswith(DATA) else None
        frame = encode(key, type, payload, conversation_id=conversation_id, now=self._now())
        target = payload.get("conversationId", conversation_id)
        self._commands[key] = _Command(type, frame, target if isinstance(target, str) else None)
        return key

    def forget(self, id: str) -> None:
        """Nobody waits for the answer to a command any more; it is not repeated."""
        self._commands.pop(id, None)

    def awaits_answers(self) -> bool:
        """Whether a command is without an answer."""
        return bool(self._commands)

    def repeated(self) -> set[str]:
        """The ids of the commands that go on to the next wire."""
        return {key for key, command in self._commands.items() if command.type in REPEATED}

    def outgoing(self) -> list[str]:
        """The frames to send now, each handed out once a wire."""
        frames, self._frames = self._frames, []
        if self._established:
            for key, command in list(self._commands.items()):
                if not command.sent:
                    command.sent = True
                    frames.append(command.frame)
                    if command.type not in ANSWERS:
                        del self._commands[key]
        return frames

    def receive(self, text: str) -> list[Output]:
        """Takes a text frame. Raises ProtocolError where it is none of this protocol."""
        envelope = decode(text)
        if envelope.type.startswith(DATA):
            return self._data(envelope)
        payload = envelope.payload
        match envelope.type:
            case "system.connection.established":
                self._established = True
                self._opened(payload)
                return [
                    Established(
                        str(payload.get("connectionId")),
                        _number(payload, "heartbeatIntervalMs", 30_000) / 1000,
                        int(_number(payload, "maxMessageBytes", 65_536)),
                    )
                ]
            case "system.connection.resumed":
                follower = self._follower(payload)
                snapshot = follower.resumed(payload)
                outputs: list[Output] = self._answered(envelope)
                if snapshot is not None:
                    outputs.append(snapshot)
                return outputs
            case "system.connection.close":
                reconnect = _number(payload, "reconnectAfterMs", 0) / 1000
                return [Closing(int(_number(payload, "code", 1000)), str(payload.get("reason", "")), reconnect)]
            case "system.ping":
                pong = {"timestamp": payload["timestamp"]} if "timestamp" in payload else {}
                self._frames.append(encode(self._new_id(), "system.pong", pong, now=self._now()))
                return []
            case "system.error":
                return self._failed(envelope)
            case "control.conversation.created" | "control.conversation.subscribed":
                self._opened(payload)
                return self._answered(envelope)
            case "control.conversation.unsubscribed":
                self.followers.pop(str(payload.get("conversationId")), None)
                return self._answered(envelope)
            case "control.notice":
                return [Notice(str(payload.get("name")), payload.get("value"))]
            case (
                "system.pong"
                | "system.auth.refreshed"
                | "control.run.accepted"
                | "control.run.cancelling"
                | "control.approval.recorded"
            ):
                return self._answered(envelope)
            case _:
                # A later minor version may say more.
                return []

    def _data(self, envelope: Envelope) -> list[Output]:
        follower = self.followers.get(envelope.conversation_id or "")
        if follower is None:
            return []
        try:
            event = follower.take(envelope)
        except Hole:
            self._resume(follower)
            return []
        return [] if event is None else [event]

    def _resume(self, follower: Follower) -> None:
        follower.resuming = True
        payload = {"conversationId": follower.conversation_id, "lastSequence": follower.last_sequence}
        if follower.epoch is not None:
            payload["epoch"] = follower.epoch
        self._frames.append(encode(self._new_id(), "system.connection.resume", payload, now=self._now()))

    def _opened(self, payload: Mapping[str, Any]) -> None:
        conversation_id = payload.get("conversationId")
        if not isinstance(conversation_id, str):
            return
        follower = self.followers.setdefault(conversation_id, Follower(conversation_id))
        if self.current is None:
            self.current = follower
        if follower is self.current:
            self.exists = True
        last = payload.get("lastSequence")
        epoch = payload.get("epoch")
        if isinstance(last, int):
            follower.begin(epoch if isinstance(epoch, str) else None, last)

    def _follower(self, payload: Mapping[str, Any]) -> Follower:
        follower = self.followers.get(str(payload.get("conversationId")))
        if follower is None:
            raise ProtocolError("system.connection.resumed: not a conversation of this wire")
        return follower

    def _answered(self, envelope: Envelope) -> list[Output]:
        key = envelope.correlation_id
        command = self._commands.get(key) if key is not None else None
        if key is None or command is None or ANSWERS.get(command.type) != envelope.type:
            return []
        del self._commands[key]
        return [Answered(key, envelope.payload)]

    def _failed(self, envelope: Envelope) -> list[Output]:
        payload = envelope.payload
        details = payload.get("details")
        after = payload.get("retryAfterMs")
        error = Refused(
            str(payload.get("code")),
            str(payload.get("message")),
            details=details if isinstance(details, dict) else None,
            retry_after=after / 1000 if isinstance(after, int | float) else None,
        )
        key = envelope.correlation_id
        if key is not None and self._commands.pop(key, None) is None:
            key = None
        return [Failed(key, error)]


def _number(payload: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = payload.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
