"""The way of one run's events to the gateway."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from .api import AgentApi, Unreachable
from .errors import Refused
from .protocol.backoff import Backoff
from .protocol.worker import ClaimedRun, Outbox

HELD_BYTES = 1024 * 1024
"""Bytes not known to be stored before whoever adds more has to wait."""
ROLL_BYTES = 512 * 1024
"""Bytes after which an upload is ended, so that the gateway says what it has stored."""
IDLE_SECONDS = 5.0
"""How long an upload stays open without a further event."""


class Upload:
    """Streams the events of one attempt on one request after the other, each as long as events keep coming.

    An event costs no request of its own; what is added while the last write is under way goes out together. Every event is
    stored once and in order: where a request breaks, the gateway is asked what it has stored of it before the rest is sent
    again. Does so for as long as the run is this attempt's: `run()` raises Refused where it no longer is. For one event loop.
    """

    def __init__(self, api: AgentApi, run: ClaimedRun, number: int | None = None) -> None:
        self._api = api
        self._run = run
        self._outbox = Outbox(run.sequence)
        self._changed = asyncio.Event()
        self._progress = asyncio.Event()
        self.number = run.uploads if number is None else number
        """Of the upload that is under way, or the next one: what of an earlier one comes late is not taken."""
        self._flush = False
        self._closing = False
        self._abandoned = False

    def put(self, type: str, fields: Mapping[str, Any]) -> None:
        """Adds an event. Raises ValueError where agents may not send it. Without effect once it is abandoned."""
        if not self._abandoned:
            self._outbox.put(type, fields)
            self._changed.set()

    def replay(self, events: Iterable[Mapping[str, Any]]) -> None:
        """The log holds these events of this attempt already: as long as the same are added again, they are left out."""
        self._outbox.replay(events)

    async def room(self) -> None:
        """Waits until there is room for more."""
        while self._outbox.size > HELD_BYTES:
            await self._wait()

    async def stored(self) -> None:
        """Waits until all that was added is stored."""
        while self._outbox.size:
            self._flush = True
            self._changed.set()
            await self._wait()

    def finish(self) -> None:
        """Nothing is added any more; `run()` ends once all is stored."""
        self._closing = True
        self._changed.set()

    def abandon(self) -> None:
        """What is not stored is given up."""
        self._abandoned = True
        self._outbox.clear()
        self.finish()

    async def run(self) -> None:
        """Does it. Ends after `finish()`. Raises Refused where the gateway takes no more of this attempt."""
        backoff = Backoff(random.random)
        while True:
            while not self._outbox.size:
                self._progress.set()
                if self._closing:
                    return
                self._changed.clear()
                await self._changed.wait()
            self._outbox.begin()
            try:
                self._outbox.confirm(await self._api.upload(self._run, self.number, self._lines()))
                self.number += 1
                backoff.failures = 0
            except Unreachable:
                await self._recover(backoff)
            except Refused as e:
                if not e.retryable:
                    raise
                await self._recover(backoff, e.retry_after)
            if not self._outbox.size:
                self._flush = False
            self._progress.set()

    async def _recover(self, backoff: Backoff, at_least: float | None = None) -> None:
        """Waits, and learns what the gateway has; for as long as it takes: without the gateway nobody has the run."""
        self.number += 1
        while True:
            await asyncio.sleep(backoff.failed(at_least or 0.0) or backoff.delay(backoff.failures))
            try:
                self._outbox.found(await self._api.events(self._run, self._outbox.last_sequence, self.number))
                return
            except Unreachable:
                continue
            except Refused as e:
                if not e.retryable:
                    raise
                at_least = e.retry_after

    async def _lines(self) -> AsyncIterator[bytes]:
        sent = 0
        while True:
            self._changed.clear()
            lines = self._outbox.take()
            if lines:
                yield lines
                sent += len(lines)
                continue
            if self._flush or self._closing or sent >= ROLL_BYTES:
                return
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                return

    async def _wait(self) -> None:
        self._progress.clear()
        await self._progress.wait()
