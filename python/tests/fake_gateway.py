"""A gateway for workers, in memory, that can be told to misbehave: the rules of docs/workers.md without the wire."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from hawser.protocol.envelope import format_time
from hawser.protocol.worker import TERMINAL
from patience import SECONDS

KEY = "worker-key"


@dataclass
class FakeRun:
    run_id: str
    agent: str
    message: str
    attempt: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    cancel: bool = False
    released: int = 0
    heartbeats: int = 0
    resume: dict[str, Any] | None = None
    floor: tuple[int, int] = (0, 0)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        return bool(self.events) and self.events[-1]["type"] in TERMINAL

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def text(self) -> str:
        return "".join(event["delta"] for event in self.events if event["type"] == "text.delta")

    def put(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        self.changed.set()

    def tell(self, item: dict[str, Any]) -> None:
        self.inbox.append(item if item["type"] == "cancel" else item | {"sequence": 1000 + len(self.inbox)})
        self.changed.set()

    async def until(self, condition: Callable[["FakeRun"], bool], seconds: float = SECONDS) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(seconds):
            while not condition(self):
                self.changed.clear()
                await self.changed.wait()


class FakeGateway(httpx.AsyncBaseTransport):
    """`broken`, asked before each piece of an upload is read, says whether the connection breaks there."""

    def __init__(self, lease: float = 30.0) -> None:
        self.runs: dict[str, FakeRun] = {}
        self.queue: deque[FakeRun] = deque()
        self.queued = asyncio.Event()
        self.lease = lease
        self.uploads = 0
        self.broken: Callable[[], bool] = lambda: False
        self.away: Callable[[httpx.Request], bool] = lambda _: False
        self.invalid: Callable[[dict[str, Any]], bool] = lambda _: False
        self.claims: list[dict[str, Any]] = []
        self.waiting = 0

    def add(self, message: str = "hello", agent: str = "a", run_id: str | None = None) -> FakeRun:
        run = FakeRun(run_id or f"r{len(self.runs) + 1}", agent, message)
        self.runs[run.run_id] = run
        self.offer(run)
        return run

    def offer(self, run: FakeRun) -> None:
        self.queue.append(run)
        self.queued.set()

    def restart(self, run: FakeRun) -> None:
        """The lease has lapsed: the next attempt begins."""
        run.attempt += 1
        run.changed.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.away(request):
            raise httpx.ConnectError("away")
        try:
            return await self._answer(request)
        except _Problem as problem:
            return httpx.Response(problem.status, json={"code": problem.code, "detail": "no"})

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        token = request.headers["authorization"].removeprefix("Bearer ")
        if path == "/v1/workers/claim":
            if token != KEY:
                raise _Problem(403, "FORBIDDEN")
            return httpx.Response(200, json={"runs": await self._claim(json.loads(await request.aread()))})
        _, _, _, run_id, what = path.split("/")
        run = self.runs[run_id]
        attempt = int(token.removeprefix(f"{run_id}#"))
        if request.method == "GET" and what == "events":
            after = int(request.url.params["after"])
            run.floor = max(run.floor, (attempt, int(request.url.params["upload"])))
            events = [event | {"sequence": n} for n, event in enumerate(run.events, 1) if n > after]
            return httpx.Response(200, json={"events": events, "lastSequence": len(run.events)})
        self._fence(run, attempt)
        match request.method, what:
            case "POST", "heartbeat":
                run.heartbeats += 1
                run.changed.set()
                return httpx.Response(200, json={"leaseExpiresAt": self._lease(), "cancelRequested": run.cancel})
            case "POST", "release":
                run.released += 1
                run.changed.set()
                return httpx.Response(204)
            case "GET", "inbox":
                return httpx.Response(200, json={"items": await self._inbox(run, request)})
            case "POST", "events":
                self.uploads += 1
                if (attempt, int(request.url.params["upload"])) < run.floor:
                    raise _Problem(409, "CONFLICT")
                await self._upload(run, attempt, request)
                return httpx.Response(200, json={"lastSequence": len(run.events)})
        raise _Problem(404, "NOT_FOUND")

    async def _claim(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self.claims.append(body)
        self.waiting += 1
        try:
            async with asyncio.timeout(body["waitMs"] / 1000):
                while not self.queue:
                    self.queued.clear()
                    await self.queued.wait()
        except TimeoutError:
            return []
        finally:
            self.waiting -= 1
        runs = [self.queue.popleft() for _ in range(min(body["max"], len(self.queue)))]
        for run in runs:
            if run.resume is None:
                run.attempt += 1
        return [self._claimed(run) for run in runs]

    def _claimed(self, run: FakeRun) -> dict[str, Any]:
        claimed: dict[str, Any] = {
            "runId": run.run_id,
            "attempt": run.attempt,
            "agent": run.agent,
            "sessionId": "s1",
            "tenantId": "acme",
            "userId": "ann",
            "connectionId": "k1",
            "message": run.message,
            "history": [{"messageId": "m1", "role": "user", "text": "before", "complete": True, "runId": "r0"}],
            "metadata": {"page": 3},
            "sequence": len(run.events),
            "runToken": f"{run.run_id}#{run.attempt}",
            "leaseExpiresAt": self._lease(),
        }
        return claimed if run.resume is None else claimed | {"resume": run.resume}

    def _lease(self) -> str:
        return format_time(datetime.now(UTC) + timedelta(seconds=self.lease))

    async def _inbox(self, run: FakeRun, request: httpx.Request) -> list[dict[str, Any]]:
        attempt = run.attempt
        after = int(request.url.params["after"])
        try:
            async with asyncio.timeout(int(request.url.params["waitMs"]) / 1000):
                while not (items := [item for item in run.inbox if item.get("sequence", after + 1) > after]):
                    run.changed.clear()
                    await run.changed.wait()
                    self._fence(run, attempt)
        except TimeoutError:
            return []
        return items

    async def _upload(self, run: FakeRun, attempt: int, request: httpx.Request) -> None:
        rest = b""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for chunk in request.stream:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if self.broken():
                    raise httpx.ReadError("broken")
                event = json.loads(line)
                self._fence(run, attempt)
                if self.invalid(event):
                    raise _Problem(400, "INVALID_AGENT_EVENT")
                run.put(event)
        assert rest == b""
        if self.broken():
            raise httpx.RemoteProtocolError("no answer")

    @staticmethod
    def _fence(run: FakeRun, attempt: int) -> None:
        if run.attempt != attempt:
            raise _Problem(409, "STALE_ATTEMPT")
        if run.over:
            raise _Problem(410, "RUN_OVER")


class _Problem(Exception):
    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
