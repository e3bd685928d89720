"""A worker: it pulls runs from the gateway and has them done by handlers."""

import asyncio
import logging
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from .api import AgentApi, Unreachable
from .errors import Refused
from .execution import Execution, Handler
from .protocol.backoff import Backoff
from .protocol.worker import ClaimedRun

CLAIM_SECONDS = 25.0
MOST_RUNS_A_CLAIM = 100
HAND_OVER_SECONDS = 5.0

log = logging.getLogger("hawser")


class Worker:
    """Does the runs of some agents, up to `concurrency` at a time.

        worker = Worker("http://localhost:8080", key=os.environ["HAWSER_WORKER_KEY"])

        @worker.agent("echo")
        async def echo(ctx):
            await ctx.text(f"You said: {ctx.message}")

        worker.run()

    What a handler returns is the run's `result` (JSON; None for none). What it raises ends the run as failed: `RunFailed`
    in its own words, anything else as `AGENT_ERROR` without its text, which is logged. It is cancelled
    (`asyncio.CancelledError`) where a person cancels the run, and where the attempt is no longer this worker's: then the
    gateway has given it to another one and takes nothing more from this one (`STALE_ATTEMPT`). It should let that pass.

    Guarantees. A run has one live attempt in all workers together; if this process is lost, the gateway notices within the
    lease (30 s by default) and begins the next attempt elsewhere, so a handler may run more than once, and what it does in
    the world beside events should bear that. Within an attempt every event is stored once and in order, also over broken
    connections and restarts of the gateway that leave it the attempt. While the gateway is away, running handlers go on, at
    most 1 MiB of events ahead, and claims are tried again after 1 to 30 seconds.

    `url` is the gateway's, http or https; ValueError where it is none. `key` is one of the gateway's `workers.keys` or a development token (`hawser token --worker`). `drain` is how many
    seconds running handlers have to finish once the worker stops; runs that wait for a person are handed over at once, the
    others after that. For one event loop.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        concurrency: int = 16,
        drain: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency: at least 1")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"not the address of a gateway: {url!r}")
        self._url = url
        self._key = key
        self._concurrency = concurrency
        self._drain = drain
        self._transport = transport
        self._handlers: dict[str, Handler] = {}
        self._stopping = asyncio.Event()
        self._freed = asyncio.Event()
        self._running: dict[asyncio.Task[None], Execution] = {}

    def agent(self, name: str) -> Callable[[Handler], Handler]:
        """Has the runs of an agent (of type `worker` in the gateway's configuration) done by the decorated async function."""
        if not isinstance(name, str):
            raise TypeError('the decorator takes the agent\'s name: @worker.agent("name")')

        def register(handler: Handler) -> Handler:
            if name in self._handlers:
                raise ValueError(f"agent {name!r} has a handler already")
            self._handlers[name] = handler
            return handler

        return register

    def run(self) -> None:
        """Works until SIGTERM or SIGINT, then drains and returns; the second one ends it at once. Blocks. Raises Refused
        where the gateway does not accept the key or knows none of the agents."""
        asyncio.run(self._until_signalled())

    def stop(self) -> None:
        """Begins to drain: no more claims; `serve` returns once nothing is running."""
        self._stopping.set()

    @property
    def running(self) -> int:
        """How many runs are under way."""
        return len(self._running)

    async def serve(self) -> None:
        """Works until `stop`. Cancelling it hands the running ones over at once. Raises as `run` does."""
        if not self._handlers:
            raise ValueError("no agent has a handler")
        async with AgentApi(self._url, self._key, self._transport) as api:
            claiming = asyncio.create_task(self._claim(api), name="hawser claims")
            stopping = asyncio.create_task(self._stopping.wait())
            try:
                await asyncio.wait({claiming, stopping}, return_when=asyncio.FIRST_COMPLETED)
                claiming.cancel()
                failed = (await asyncio.gather(claiming, return_exceptions=True))[0]
                await self._finish()
                if isinstance(failed, Exception):
                    raise failed
            finally:
                claiming.cancel()
                stopping.cancel()
                await asyncio.gather(claiming, stopping, return_exceptions=True)
                await self._hand_over()

    async def _until_signalled(self) -> None:
        loop = asyncio.get_running_loop()
        serving = asyncio.ensure_future(self.serve())

        def signalled() -> None:
            if self._stopping.is_set():
                serving.cancel()
            self.stop()

        # Where there are no such handlers (Windows), Ctrl and C cancel: what runs is handed over at once.
        with suppress(NotImplementedError):
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, signalled)
        try:
            await serving
        except asyncio.CancelledError:
            if not serving.cancelled():
                raise
        finally:
            with suppress(NotImplementedError):
                for number in (signal.SIGTERM, signal.SIGINT):
                    loop.remove_signal_handler(number)

    async def _claim(self, api: AgentApi) -> None:
        backoff = Backoff(random.random)
        agents = list(self._handlers)
        while not self._stopping.is_set():
            while self.running >= self._concurrency:
                self._freed.clear()
                await self._freed.wait()
            began = time.monotonic()
            try:
                most = min(self._concurrency - self.running, MOST_RUNS_A_CLAIM)
                runs = await api.claim(agents, most, CLAIM_SECONDS)
            except Unreachable as e:
                wait = backoff.failed() or backoff.delay(backoff.failures)
                log.warning("the gateway cannot be reached, next try in %.1f s: %s", wait, e or type(e).__name__)
                await asyncio.sleep(wait)
                continue
            except Refused as e:
                if not e.retryable:
                    raise
                wait = backoff.failed(e.retry_after or 0.0) or backoff.delay(backoff.failures)
                log.warning("no claims, next try in %.1f s: %s", wait, e)
                await asyncio.sleep(wait)
                continue
            backoff.failures = 0
            for run in runs:
                self._start(api, run)
            if not runs and time.monotonic() - began < 1:
                # A gateway that is about to end has nothing to give and does not wait.
                await asyncio.sleep(1)

    def _start(self, api: AgentApi, run: ClaimedRun) -> None:
        handler = self._handlers.get(run.agent)
        if handler is None:
            log.error("run %s is of agent %s, which was not asked for", run.run_id, run.agent)
            return
        execution = Execution(api, run, handler)
        task = asyncio.create_task(execution.run(), name=f"hawser run {run.run_id}")
        self._running[task] = execution
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._running[task]
        self._freed.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("a run broke off; its lease will lapse", exc_info=task.exception())

    async def _finish(self) -> None:
        for execution in self._running.values():
            execution.drain()
        if self._running:
            await asyncio.wait(set(self._running), timeout=self._drain)

    async def _hand_over(self) -> None:
        for execution in self._running.values():
            execution.hand_over()
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=HAND_OVER_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
