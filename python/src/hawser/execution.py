"""One attempt of one run in a worker."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from .api import AgentApi, Unreachable
from .context import Context, Recorded
from .errors import ProtocolError, Refused, RunFailed
from .protocol.backoff import Backoff
from .protocol.worker import CancelRequested, ClaimedRun, Decided, DeviceResult, event_line
from .upload import Upload

Handler = Callable[[Context], Awaitable[Any]]

MOST_SECONDS_BETWEEN_HEARTBEATS = 10.0
INBOX_SECONDS = 25.0
QUIET_SECONDS = 0.5
"""How long a run goes on before its inbox is asked for: most that are short never need it."""
FAILED = "The agent failed."
BEGINS = ("run.started", "run.restarted")
OVER = frozenset({"STALE_ATTEMPT", "RUN_OVER"})
"""What the gateway says of an attempt that is no longer this worker's."""

log = logging.getLogger("hawser")


class Stop(Enum):
    """Why a handler is stopped before it has ended by itself."""

    CANCELLED = auto()
    LOST = auto()
    HANDED_OVER = auto()
    INVALID = auto()


class Execution:
    """Runs the handler, keeps the lease, brings its events to the gateway and what happens for it back. For one event loop."""

    def __init__(self, api: AgentApi, run: ClaimedRun, handler: Handler) -> None:
        self._api = api
        self._claimed = run
        self._handler = handler
        self._upload = Upload(api, run)
        self._listening = asyncio.Event()
        self._recorded = Recorded()
        self._context = Context(run, self._upload, self._recorded, self._listening.set, self._waits)
        self._handling: asyncio.Task[Any] | None = None
        self._stop: Stop | None = None
        self._draining = False

    def drain(self) -> None:
        """The worker ends: a run that waits for a person is handed over, now or when it begins to wait."""
        self._draining = True
        if self._context.waiting_for_people:
            self.hand_over()

    def hand_over(self) -> None:
        """Stops the handler and gives the run back to the gateway, which hands it to another worker."""
        self._end(Stop.HANDED_OVER)

    async def run(self) -> None:
        """Does it, and ends with the handler; what goes wrong is the run's outcome, or logged."""
        run = self._claimed
        helpers: list[asyncio.Task[None]] = []
        try:
            await self._remember()
            uploading = asyncio.create_task(self._upload.run(), name=f"hawser events {run.run_id}")
            self._handling = asyncio.create_task(self._handle(), name=f"hawser handler {run.run_id}")
            helpers = [
                asyncio.create_task(self._beat(), name=f"hawser lease {run.run_id}"),
                asyncio.create_task(self._listen(), name=f"hawser inbox {run.run_id}"),
                uploading,
            ]
            await asyncio.wait({self._handling, uploading}, return_when=asyncio.FIRST_COMPLETED)
            if uploading.done():
                self._refused(uploading.exception())
            await asyncio.wait({self._handling})
            await self._conclude(uploading)
        except (Refused, Unreachable, ProtocolError) as e:
            if isinstance(e, Refused) and e.code in OVER:
                log.info("run %s attempt %d: %s", run.run_id, run.attempt, e)
            else:
                log.warning("run %s attempt %d: %s", run.run_id, run.attempt, e)
                await self._release()
        finally:
            if self._handling is not None:
                helpers.append(self._handling)
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _handle(self) -> Any:
        return await self._handler(self._context)

    async def _remember(self) -> None:
        """Where another worker was lost while a person was asked: what this attempt has done and heard so far."""
        resume = self._claimed.resume
        if resume is None:
            return
        events = await self._api.events(self._claimed, 0, self._upload.number)
        begun = max((n for n, event in enumerate(events) if event.get("type") in BEGINS), default=-1)
        own = events[begun + 1 :]
        if begun >= 0:
            # The number may have been raised since, without a beginning anew.
            self._context.began_as(int(events[begun].get("attempt", self._claimed.attempt)))
        for event in own:
            match event.get("type"):
                case "approval.decided":
                    decided = _decided(event)
                    self._recorded.approvals[decided.approval_id] = decided
                case "tool.result":
                    key = str(event.get("toolCallId"))
                    self._recorded.results[key] = DeviceResult(key, event.get("result"), event.get("error"))
        self._recorded.approvals[resume.approval_id] = resume
        called = {str(event.get("toolCallId")) for event in own if event.get("deviceId") is not None}
        self._upload.replay(event for event in own if not _of_others(event, called))

    async def _conclude(self, uploading: asyncio.Task[None]) -> None:
        handling = self._handling
        assert handling is not None
        match self._stop:
            case Stop.LOST:
                log.info("run %s attempt %d: no longer ours", self._claimed.run_id, self._claimed.attempt)
            case Stop.HANDED_OVER if handling.cancelled():
                self._upload.abandon()
                uploading.cancel()
                await asyncio.gather(uploading, return_exceptions=True)
                await self._release()
            case Stop.INVALID:
                problem = uploading.exception()
                message = problem.message if isinstance(problem, Refused) else FAILED
                last = Upload(self._api, self._claimed, self._upload.number + 1)
                last.put("run.failed", {"code": "INVALID_AGENT_EVENT", "message": message})
                last.finish()
                await last.run()
            case _:
                type, fields = self._outcome(handling)
                self._upload.put(type, fields)
                self._upload.finish()
                await uploading

    def _outcome(self, handling: "asyncio.Task[Any]") -> tuple[str, dict[str, Any]]:
        if handling.cancelled():
            if self._stop is Stop.CANCELLED:
                return "run.cancelled", {}
            return "run.failed", {"code": "AGENT_ERROR", "message": FAILED}
        error = handling.exception()
        if isinstance(error, RunFailed):
            return "run.failed", {"code": error.code, "message": error.message}
        if error is not None:
            log.error("run %s: the handler failed", self._claimed.run_id, exc_info=error)
            return "run.failed", {"code": "AGENT_ERROR", "message": FAILED}
        result = handling.result()
        try:
            return self._completed(result)
        except (TypeError, ValueError):
            log.error("run %s: the handler returned what is no JSON: %s", self._claimed.run_id, type(result).__name__)
            return "run.failed", {"code": "AGENT_ERROR", "message": FAILED}

    @staticmethod
    def _completed(result: Any) -> tuple[str, dict[str, Any]]:
        fields = {} if result is None else {"result": result}
        event_line("run.completed", fields)
        return "run.completed", fields

    async def _release(self) -> None:
        try:
            await self._api.release(self._claimed)
        except (Refused, Unreachable) as e:
            log.warning("run %s: not handed over, its lease will lapse: %s", self._claimed.run_id, e)

    async def _beat(self) -> None:
        left = (self._claimed.lease_expires_at - datetime.now(UTC)).total_seconds()
        interval = min(MOST_SECONDS_BETWEEN_HEARTBEATS, max(0.3, left / 3))
        while True:
            await asyncio.sleep(interval)
            try:
                if await self._api.heartbeat(self._claimed):
                    self._end(Stop.CANCELLED)
            except Unreachable as e:
                log.info("run %s: heartbeat: %s", self._claimed.run_id, e)
            except Refused as e:
                if not e.retryable:
                    self._refused(e)
                    return

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                await self._listening.wait()
        except TimeoutError:
            pass
        backoff = Backoff(random.random)
        after = self._claimed.sequence
        while True:
            try:
                items, after = await self._api.inbox(self._claimed, after, INBOX_SECONDS)
                for item in items:
                    self._context.took(item)
                if any(isinstance(item, CancelRequested) for item in items):
                    # It would be told again and again until the run is over, of which the heartbeat tells.
                    self._end(Stop.CANCELLED)
                    return
                backoff.failures = 0
            except (Unreachable, ProtocolError) as e:
                log.info("run %s: inbox: %s", self._claimed.run_id, e)
                await asyncio.sleep(backoff.failed() or backoff.delay(backoff.failures))
            except Refused as e:
                if not e.retryable:
                    self._refused(e)
                    return
                await asyncio.sleep(backoff.failed(e.retry_after or 0.0) or backoff.delay(backoff.failures))

    def _waits(self) -> None:
        if self._draining:
            self.hand_over()

    def _refused(self, error: BaseException | None) -> None:
        """The gateway takes nothing more of this attempt, or not what was sent."""
        if error is None:
            return
        if isinstance(error, Refused) and error.code == "INVALID_AGENT_EVENT":
            log.error("run %s: %s", self._claimed.run_id, error)
            self._end(Stop.INVALID)
            return
        if not isinstance(error, Refused) or error.code not in OVER:
            log.warning("run %s attempt %d: %s", self._claimed.run_id, self._claimed.attempt, error)
        self._upload.abandon()
        self._end(Stop.LOST)

    def _end(self, why: Stop) -> None:
        """Stops the handler; what is final wins over what came before."""
        if self._stop is None or why in (Stop.LOST, Stop.INVALID):
            again = self._stop is None or self._stop is not why
            self._stop = why
            if again and self._handling is not None and not self._handling.done():
                self._handling.cancel()


def _of_others(event: Mapping[str, Any], called: set[str]) -> bool:
    """Whether an event of the run was not added by its handler, or is not added again by it."""
    match event.get("type"):
        case "approval.required":
            return True
        case "tool.result":
            return event.get("toolCallId") in called
        case "ui.action":
            return event.get("userId") is not None
        case _:
            return False


def _decided(event: Mapping[str, Any]) -> Decided:
    args = event.get("editedArgs")
    return Decided(
        str(event.get("approvalId")),
        str(event.get("decision")),
        args if isinstance(args, dict) else None,
        event.get("reason"),
        event.get("decidedBy"),
    )
