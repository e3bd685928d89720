"""A client of the gateway over WebSocket: the socket around `hawser.protocol.standard`."""

import asyncio
import inspect
import random
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus, InvalidURI

from .errors import ConnectionLost, HawserError, ProtocolError, Refused
from .events import Event, Snapshot
from .protocol.backoff import Backoff, retry_of
from .protocol.standard import Answered, Closing, Established, Failed, Notice, StandardClient

TokenSource = str | Callable[[], str | Awaitable[str]]
"""A JWT, or a function (async or not) that gives a fresh one whenever a wire is opened or the old one is about to expire."""

NO_STATUS = 1005
ABNORMAL = 1006
MAX_FRAME = 64 * 1024 * 1024
HELD_EVENTS = 4096
CONNECT_SECONDS = 10.0
LET_IN_SECONDS = 15.0
PING_SECONDS = 20.0
CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has stored a message and its run."""

    run_id: str
    message_id: str
    status: str
    """The run's state at that moment, usually `queued`."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The one recorded decision of an approval, and whether it was this one that decided."""

    approval_id: str
    decision: str
    won: bool


class Client:
    """One conversation with the gateway, over as many wires as it takes.

        async with Client("http://localhost:8080", token=token) as client:
            run = await client.send("hello")
            async for event in client:
                if event.type == "text.delta": print(event["delta"], end="")
                if event.ends_run: break

    Without `conversation_id` a conversation is made. With one, `last_sequence` (and `epoch`, both from an earlier
    client's attributes) say where to go on; `last_sequence=0` gives it from its beginning, None from now on.

    Guarantees. Iterating gives every event of the conversation once and in order of `sequence`, over lost wires, too;
    where the gateway cannot replay what was missed, it gives a `Snapshot` in its place, never a silent gap. A command is
    sent again on the next wire until it is answered, always under the same id, and so takes effect once; where the call is
    cancelled, it may or may not have taken effect. Leaving the client cancels no run.

    Reconnecting follows protocol/codes.json: codes that allow it, after a growing, partly random wait, ten times at most
    without being let in; the first wire is tried once, so that a wrong address shows at once. A token source that raises
    counts as such a failure. Where no further attempt is allowed, iterating and all calls raise `ConnectionLost`.

    For one event loop. One task iterates at a time; calls may come from many. At most 4096 events are held for the one who
    iterates: then the wire is read no further until there is room, or a call needs its answer.
    """

    def __init__(
        self,
        url: str,
        *,
        token: TokenSource | None = None,
        conversation_id: str | None = None,
        epoch: str | None = None,
        last_sequence: int | None = None,
        agent: str | None = None,
    ) -> None:
        create = conversation_id is None
        conversation_id = conversation_id or str(uuid.uuid4())
        self._url = socket_url(url)
        self._token = token
        self._protocol = StandardClient(
            lambda: str(uuid.uuid4()),
            lambda: datetime.now(UTC),
            conversation_id=conversation_id,
            epoch=epoch,
            last_sequence=last_sequence,
            agent=agent,
            create=create,
        )
        self.conversation_id = conversation_id
        """The session's id."""
        self._creates = create
        self._backoff = Backoff(random.random)
        self._items: deque[tuple[Event | Snapshot, str | None]] = deque()
        self._place: tuple[str | None, int] | None = None
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._socket: ClientConnection | None = None
        self._sending = asyncio.Lock()
        self._ready: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._failure: HawserError | None = None
        self._last_error: Refused | None = None
        self._at_least = 0.0
        self._not_before = 0.0
        self._closed = False
        self.on_notice: Callable[[Notice], None] | None = None
        """Called with what the operator says; not stored, best effort."""

    @property
    def epoch(self) -> str | None:
        """Names the incarnation of the log; keep it together with `last_sequence` to go on later."""
        return self._position()[0]

    @property
    def last_sequence(self) -> int | None:
        """Of the last event that iterating has given."""
        return self._position()[1]

    def _position(self) -> tuple[str | None, int | None]:
        if self._place is not None:
            return self._place
        if self._items:
            item, epoch = self._items[0]
            return epoch, item.sequence - 1 if isinstance(item, Event) else None
        current = self._protocol.current
        return (current.epoch, current.last_sequence) if current else (None, None)

    async def __aenter__(self) -> Self:
        """Opens the first wire. Raises ConnectionLost where the gateway cannot be reached, Refused where it says no."""
        self._ready = asyncio.get_running_loop().create_future()
        if self._creates:
            create = asyncio.ensure_future(self._ask("control.conversation.create", {"conversationId": self.conversation_id}))
        self._task = asyncio.create_task(self._keep(), name="hawser client")
        try:
            await self._ready
            if self._creates:
                await create
        except BaseException:
            await self.close()
            if self._creates:
                create.cancel()
                await asyncio.gather(create, return_exceptions=True)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the wire. Whoever iterates gets what has come, then the end. Runs go on."""
        self._closed = True
        for task in (self._refreshing, self._task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._give_up(ConnectionLost(1000, "the client is closed"))

    async def send(self, text: str, *, agent: str | None = None, metadata: Mapping[str, Any] | None = None) -> Accepted:
        """Sends a person's message and begins a run for it. Raises Refused, ConnectionLost."""
        payload: dict[str, Any] = {"text": text}
        if agent is not None:
            payload["agent"] = agent
        if metadata is not None:
            payload["metadata"] = dict(metadata)
        answer = await self._ask("data.message.send", payload)
        return Accepted(str(answer.get("runId")), str(answer.get("messageId")), str(answer.get("status")))

    async def cancel(self, run_id: str) -> str:
        """Asks for the end of a run; `run.cancelled` follows once its agent has stopped. Returns the run's state."""
        return str((await self._ask("control.run.cancel", {"runId": run_id})).get("status"))

    async def decide(
        self,
        approval_id: str,
        decision: Literal["approve", "reject", "edit"],
        *,
        edited_args: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> Recorded:
        """Decides an approval, `edit` with the arguments to use instead. The first decision wins, whoever made it."""
        payload: dict[str, Any] = {"approvalId": approval_id, "decision": decision}
        if edited_args is not None:
            payload["editedArgs"] = dict(edited_args)
        if reason is not None:
            payload["reason"] = reason
        answer = await self._ask("control.approval.decide", payload)
        return Recorded(str(answer.get("approvalId")), str(answer.get("decision")), bool(answer.get("won")))

    async def ui_action(self, action: Mapping[str, Any]) -> None:
        """Passes an A2UI user action to the agent, as it is. Returns once the gateway has taken it.

        The only command that is not repeated by itself: where the wire is lost meanwhile, this raises ConnectionLost, and
        the action may or may not have been taken.
        """
        self._protocol.command("data.ui.action", action)
        # Answers come in the order of what they answer, so that of a ping says that the action is through.
        await self._ask("system.ping", {})

    def __aiter__(self) -> AsyncIterator[Event | Snapshot]:
        return self

    async def __anext__(self) -> Event | Snapshot:
        while not self._items:
            if self._failure is not None:
                if self._closed:
                    raise StopAsyncIteration
                raise self._failure
            self._entered()
            self._changed.clear()
            await self._changed.wait()
        item, epoch = self._items.popleft()
        self._place = epoch, item.sequence if isinstance(item, Event) else item.last_sequence
        if len(self._items) <= HELD_EVENTS // 2:
            self._room.set()
        return item

    async def _ask(self, type: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._failure is not None:
            raise self._failure
        self._entered()
        key = self._protocol.command(type, payload)
        future: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        self._room.set()
        try:
            await self._flush()
            return await future
        finally:
            self._waiting.pop(key, None)
            self._protocol.forget(key)

    def _entered(self) -> None:
        if self._ready is None:
            raise RuntimeError("a client is used within `async with`")

    async def _flush(self) -> None:
        async with self._sending:
            socket = self._socket
            if socket is None:
                return
            try:
                for frame in self._protocol.outgoing():
                    await socket.send(frame)
            except ConnectionClosed:
                # Whoever reads the wire notices, too.
                return

    async def _keep(self) -> None:
        """Opens one wire after the other for as long as the policy allows it."""
        try:
            while True:
                code, reason, opened = await self._wire()
                if opened is not None:
                    self._backoff.was_up(time.monotonic() - opened)
                retry = retry_of(code)
                if self._ready is not None and not self._ready.done() or retry == "never":
                    break
                if retry == "refresh" and not callable(self._token):
                    break
                wait = self._backoff.failed(max(self._at_least, self._not_before - time.monotonic()))
                if wait is None:
                    break
                self._at_least = 0.0
                self._drop_unrepeated(code)
                if retry != "refresh" or self._backoff.failures > 1:
                    await asyncio.sleep(wait)
            self._give_up(self._last_error or ConnectionLost(code, reason))
        except asyncio.CancelledError:
            raise
        except HawserError as e:
            self._give_up(e)
        except Exception as e:  # what a token source raises is the caller's to see
            lost = ConnectionLost(ABNORMAL, f"{type(e).__name__}: {e}")
            lost.__cause__ = e
            self._give_up(lost)

    async def _wire(self) -> tuple[int, str, float | None]:
        """One wire from its opening to its end. Returns the close code, the reason, and since when it was established."""
        query = self._protocol.begin()
        try:
            token = await self._fresh_token()
        except Exception as e:
            if self._ready is not None and not self._ready.done():
                raise
            return ABNORMAL, f"no token: {type(e).__name__}: {e}", None
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        address = f"{self._url}?{urlencode(query)}" if query else self._url
        try:
            socket = await connect(
                address,
                additional_headers=headers,
                max_size=MAX_FRAME,
                compression=None,
                open_timeout=CONNECT_SECONDS,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                close_timeout=CLOSE_SECONDS,
            )
        except InvalidStatus as e:
            status = e.response.status_code
            return (1013 if status in (429, 502, 503, 504) else 1008), f"status {status} to the upgrade", None
        except (OSError, TimeoutError, InvalidMessage) as e:  # an answer that is cut short is an invalid message
            return ABNORMAL, str(e) or "no answer in time", None
        except (InvalidURI, InvalidHandshake) as e:
            return 1002, str(e), None
        opened: float | None = None
        self._socket = socket
        try:
            async with asyncio.timeout(LET_IN_SECONDS) as patience:
                while True:
                    text = await socket.recv()
                    if not isinstance(text, str):
                        raise ProtocolError("a binary frame")
                    for output in self._protocol.receive(text):
                        if isinstance(output, Established):
                            patience.reschedule(None)
                            opened = time.monotonic()
                            self._last_error = None
                        self._take(output)
                    await self._flush()
                    while len(self._items) >= HELD_EVENTS and not self._protocol.awaits_answers():
                        self._room.clear()
                        await self._room.wait()
        except TimeoutError:
            return ABNORMAL, "connected, but not let in in time", opened
        except ConnectionClosed as e:
            received = e.rcvd
            if received is None or received.code == NO_STATUS:
                # A close without a status is no one's decision.
                return ABNORMAL, "", opened
            return received.code, received.reason, opened
        finally:
            self._socket = None
            await socket.close()

    def _take(self, output: Event | Snapshot | Established | Answered | Failed | Closing | Notice) -> None:
        match output:
            case Event() | Snapshot():
                self._items.append((output, self._protocol.current.epoch if self._protocol.current else None))
                self._changed.set()
            case Established():
                if self._ready is not None and not self._ready.done():
                    self._ready.set_result(None)
            case Answered(id=key, payload=payload):
                self._settle(key, payload)
            case Failed(id=None, error=error):
                self._last_error = error
                # Not to be asked again before; by the time the wire is lost, that may be long ago.
                self._not_before = max(self._not_before, time.monotonic() + (error.retry_after or 0.0))
                if error.code == "AUTH_EXPIRED" and callable(self._token):
                    self._refreshing = asyncio.create_task(self._refresh(), name="hawser token")
            case Failed(id=str(key), error=error):
                self._settle(key, error)
            case Closing(reconnect_after=seconds):
                self._at_least = seconds
            case Notice():
                if self.on_notice is not None:
                    self.on_notice(output)

    def _settle(self, key: str, outcome: Mapping[str, Any] | HawserError) -> None:
        future = self._waiting.pop(key, None)
        if future is None or future.done():
            return
        if isinstance(outcome, HawserError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def _drop_unrepeated(self, code: int) -> None:
        kept = self._protocol.repeated()
        for key in [key for key in self._waiting if key not in kept]:
            self._settle(key, ConnectionLost(code))

    def _give_up(self, failure: HawserError) -> None:
        if self._failure is None:
            self._failure = failure
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(failure)
        for key in list(self._waiting):
            self._settle(key, failure)
        self._changed.set()

    async def _fresh_token(self) -> str | None:
        token = self._token() if callable(self._token) else self._token
        return await token if inspect.isawaitable(token) else token

    async def _refresh(self) -> None:
        try:
            token = await self._fresh_token()
            await self._ask("system.auth.refresh", {"token": token})
            self._last_error = None
        except Exception:
            # The wire is going to be closed with 4001 and the next one asks for a token again.
            return


def socket_url(url: str) -> str:
    """The address of the `standard` dialect at a gateway's address."""
    parts = urlsplit(url)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.netloc:
        raise ValueError(f"not the address of a gateway: {url!r}")
    path = parts.path.rstrip("/").removesuffix("/ws") + "/ws"
    return urlunsplit((schemes[parts.scheme], parts.netloc, path, "", ""))
