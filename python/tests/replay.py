"""Replays a transcript of the `standard` dialect against a gateway, with this package's protocol listening on every wire."""

import asyncio
import base64
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hawser.client import socket_url
from hawser.events import Event
from hawser.protocol.envelope import decode
from hawser.protocol.standard import StandardClient
from patience import SECONDS
from transcripts import TIME, Captured, Transcript


class Listener:
    """A `StandardClient` that hears what a wire hears: it must know every message and make of it what the log says."""

    def __init__(self, query: dict[str, str]) -> None:
        ids = itertools.count(1)
        last = query.get("lastSequence")
        self.protocol = StandardClient(
            lambda: f"listener-{next(ids)}",
            lambda: datetime.now(UTC),
            conversation_id=query.get("conversationId") or query.get("conversation_id"),
            epoch=query.get("epoch"),
            last_sequence=int(last) if last is not None else None,
        )
        self.protocol.begin()

    def sent(self, message: dict[str, Any]) -> None:
        """The replayer asks for a resume that the listener does not know of."""
        payload = message.get("payload")
        if message.get("type") == "system.connection.resume" and isinstance(payload, dict):
            follower = self.protocol.followers.get(str(payload.get("conversationId")))
            last = payload.get("lastSequence", payload.get("lastMessageSequence"))
            if follower is not None and isinstance(last, int) and last >= 0:
                follower.last_sequence = last

    def heard(self, text: str) -> None:
        envelope = decode(text)
        follower = self.protocol.followers.get(envelope.conversation_id or "")
        if envelope.type.startswith("data.") and follower is not None:
            known = follower.last_sequence
            events = [output for output in self.protocol.receive(text) if isinstance(output, Event)]
            if known is None or envelope.sequence == known + 1:
                assert [event.sequence for event in events] == [envelope.sequence]
        else:
            self.protocol.receive(text)
        for frame in self.protocol.outgoing():
            assert json.loads(frame)["type"] == "system.pong", f"the listener would have to send {frame}"


class Replay:
    def __init__(self, url: str, token: Callable[[str, str], str], transcript: Transcript) -> None:
        self._url = url
        self._token = token
        self._transcript = transcript
        self._captured = Captured()
        self._wires: dict[str, Wire] = {}
        self._connects: dict[str, dict[str, Any]] = {}

    async def play(self) -> None:
        try:
            await self._open("a", self._transcript.connect)
            for number, step in enumerate(self._transcript.steps, 2):
                try:
                    async with asyncio.timeout(SECONDS):
                        for _ in range(step.get("times", 1)):
                            await self._step(step, step.get("wire", "a"))
                except (AssertionError, TimeoutError, ConnectionClosed) as e:
                    raise AssertionError(f"{self._transcript.name}, line {number}: {json.dumps(step)}: {e!r}") from e
        finally:
            for wire in self._wires.values():
                await wire.socket.close()

    async def _step(self, step: dict[str, Any], name: str) -> None:
        if "connect" in step:
            await self._open(name, step["connect"])
            return
        if "reconnect" in step:
            connect = self._connects[name] | {"query": self._captured.fill(step["reconnect"]["query"])}
            self._wires[name].socket.transport.abort()
            await self._open(name, connect)
            return
        wire = self._wires[name]
        match step:
            case {"send": message}:
                filled = self._captured.fill(message)
                if isinstance(filled, dict):
                    wire.listener.sent(filled)
                await wire.socket.send(json.dumps(filled))
            case {"sendText": text}:
                await wire.socket.send(text)
            case {"sendBinary": binary}:
                await wire.socket.send(base64.b64decode(binary))
            case {"expect": pattern}:
                message = await wire.read(pattern)
                found = self._captured.mismatch(pattern, message)
                assert found is None, f"{found} in {message}"
            case {"expectAll": patterns}:
                left = list(patterns)
                while left:
                    message = await wire.read(*left)
                    taken = next((p for p in left if self._captured.mismatch(p, message) is None), None)
                    assert taken is not None, f"{message} fits none of {left}"
                    left.remove(taken)
            case {"skipUntil": pattern}:
                while self._captured.mismatch(pattern, await wire.read(pattern)) is not None:
                    pass
            case {"expectClose": {"code": code}}:
                await wire.closed(code)
            case {"close": code}:
                await wire.socket.close(code)
            case _:
                raise AssertionError(f"unknown step {step}")

    async def _open(self, name: str, description: dict[str, Any]) -> None:
        self._connects[name] = description
        query = self._captured.fill(description.get("query", {}))
        principal = description.get("principal")
        headers = {}
        if principal is not None:
            headers["Authorization"] = f"Bearer {self._token(principal['user'], principal['tenant'])}"
        address = socket_url(self._url).removesuffix("/ws") + description["path"]
        if query:
            address += "?" + urlencode(query)
        socket = await connect(address, additional_headers=headers, compression=None, open_timeout=SECONDS)
        self._wires[name] = Wire(socket, Listener({key: str(value) for key, value in query.items()}))


class Wire:
    """One wire with the invariants that every message is checked against."""

    def __init__(self, socket: ClientConnection, listener: Listener) -> None:
        self.socket = socket
        self.listener = listener
        self._first = True
        self._next: dict[str, int] = {}

    async def read(self, *patterns: dict[str, Any]) -> dict[str, Any]:
        """The next message; a ping that nobody expects is answered and left out."""
        while True:
            text = await self.socket.recv()
            assert isinstance(text, str)
            message: dict[str, Any] = json.loads(text)
            self._check(message)
            self.listener.heard(text)
            if message["type"] == "system.ping" and all(p.get("type") != "system.ping" for p in patterns):
                await self.socket.send(json.dumps({"type": "system.pong"}))
                continue
            return message

    async def closed(self, code: int) -> None:
        try:
            while True:
                message = await self.read()
                assert message["type"] == "system.connection.close", f"{message} before the close"
                assert message["payload"]["code"] == code
        except ConnectionClosed as e:
            assert e.rcvd is not None and e.rcvd.code == code, f"closed with {e.rcvd}"

    def _check(self, message: dict[str, Any]) -> None:
        assert isinstance(message["id"], str) and message["version"] == "1.0" and message["source"] == "server"
        assert TIME.fullmatch(message["timestamp"]) and isinstance(message["payload"], dict)
        if self._first and message["type"] != "system.error":
            assert message["type"] == "system.connection.established"
        self._first = False
        conversation = str(message.get("conversationId"))
        if message["type"].startswith("data."):
            sequence = message["sequence"]
            assert sequence == self._next.get(conversation, sequence), f"{sequence} after {self._next}"
            self._next[conversation] = sequence + 1
        else:
            assert message.get("sequence") is None
        if message["type"] == "system.connection.resumed":
            self._next[message["payload"]["conversationId"]] = message["payload"]["fromSequence"]
