"""The worker and a started gateway, watched by a client."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

import hawser.execution
import hawser.upload
import hawser.worker
from device import SILENT, device
from gateway import Gateway, clean_environment
from hawser import Client, Context, DeviceError, Event, Worker
from hawser.codes import RetryPolicy
from hawser.execution import Handler
from hawser.protocol.backoff import Backoff
from patience import SECONDS
from proxy import Proxy
from serving import at_work

CONFIG = {
    "agents": {"a": {"type": "worker"}, "demo": {"type": "demo"}},
    "defaultAgent": "a",
}
# For those that are missed within their lease; who works has to beat it on a slow machine.
SOON_MISSED = CONFIG | {"workers": {"lease": "10s"}}
NEVER_MISSED = CONFIG | {"workers": {"lease": "1h"}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with Gateway(tmp_path_factory.mktemp("workers"), CONFIG) as started:
        yield started


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = RetryPolicy(20, 1, 50, 1_000_000, 0.5, 10_000)
    for module in (hawser.upload, hawser.execution, hawser.worker, hawser.client):
        monkeypatch.setattr(module, "Backoff", lambda random: Backoff(random, policy))


@asynccontextmanager
async def working(url: str, site: Gateway, handler: Handler, **options: float) -> AsyncIterator[Worker]:
    worker = Worker(url, key=site.token("worker", worker=True), drain=options.get("drain", 10.0))
    async with at_work(worker, handler):
        yield worker


async def until(client: Client, condition: Callable[[Event], bool]) -> list[Event]:
    events = []
    async with asyncio.timeout(SECONDS):
        async for event in client:
            assert isinstance(event, Event)
            events.append(event)
            if condition(event):
                break
    return events


def ends(event: Event) -> bool:
    return event.ends_run


def text(events: list[Event]) -> str:
    return "".join(event["delta"] for event in events if event.type == "text.delta")


async def test_a_run(site: Gateway) -> None:
    async def handler(ctx: Context) -> str:
        await ctx.thinking("hm")
        for word in ctx.message.split():
            await ctx.text(word + " ")
        async with ctx.subagent("counter", "count"):
            await ctx.ui({"n": len(ctx.history)})
        return ctx.user_id

    async with Client(site.url, token=site.token()) as client, working(site.url, site, handler):
        for turn in range(2):
            run = await client.send("one two", metadata={"turn": turn})
            events = await until(client, ends)
            assert text(events) == "one two "
            assert events[-1]["result"] == "ann"
            assert [event["action"]["n"] for event in events if event.type == "ui.action"] == [2 * turn]
            assert {event.run_id for event in events} == {run.run_id}
            assert [event.sequence for event in events] == list(
                range(events[0].sequence, events[0].sequence + len(events))
            )


async def test_runs_side_by_side(site: Gateway) -> None:
    """Many runs at a time on one worker, each in its order."""

    async def handler(ctx: Context) -> None:
        for n in range(50):
            await ctx.text(f"{n} ")
            await asyncio.sleep(0)

    async def ask() -> str:
        async with Client(site.url, token=site.token()) as client:
            await client.send("go")
            return text(await until(client, ends))

    async with working(site.url, site, handler):
        answers = await asyncio.gather(*(ask() for _ in range(15)))
    assert set(answers) == {"".join(f"{n} " for n in range(50))}


@pytest.mark.parametrize(("decision", "outcome"), [("approve", "250"), ("edit", "100"), ("reject", "no")])
async def test_approvals(site: Gateway, decision: str, outcome: str) -> None:
    async def handler(ctx: Context) -> None:
        answer = await ctx.approve("pay", {"amount": 250}, reason="due")
        await ctx.text(str(answer.args["amount"]) if answer else "no")

    async with Client(site.url, token=site.token()) as client, working(site.url, site, handler):
        await client.send("pay")
        asked = (await until(client, lambda event: event.type == "approval.required"))[-1]
        assert (asked["toolName"], asked["toolArgs"], asked["reason"]) == ("pay", {"amount": 250}, "due")
        edited = {"amount": 100} if decision == "edit" else None
        recorded = await client.decide(asked["approvalId"], decision, edited_args=edited)  # type: ignore[arg-type]
        assert recorded.won
        assert text(await until(client, ends)) == outcome


async def test_an_approval_outlives_its_worker(site: Gateway) -> None:
    """The worker is drained while a person is asked; with the decision another one goes on, and nothing is said twice."""

    async def handler(ctx: Context) -> None:
        await ctx.text("May I? ")
        answer = await ctx.approve("pay", {"amount": 250})
        await ctx.text(f"Paid {answer.args['amount']}.")

    async with Client(site.url, token=site.token()) as client:
        async with working(site.url, site, handler):
            await client.send("pay")
            events = await until(client, lambda event: event.type == "approval.required")
        await client.decide(events[-1]["approvalId"], "approve")
        async with working(site.url, site, handler):
            events += await until(client, ends)
        assert text(events) == "May I? Paid 250."
        assert [event.type for event in events].count("approval.required") == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"result": {"text": "hello"}}, {"text": "hello"}),
        ({"error": "no such file"}, "DEVICE_ERROR"),
        (None, "DEVICE_OFFLINE"),
    ],
)
async def test_device_calls(site: Gateway, answer: dict[str, object] | None, outcome: object) -> None:
    async def handler(ctx: Context) -> object:
        try:
            return await ctx.call_device("read", {"path": "a"}, timeout=20)
        except DeviceError as e:
            return e.code

    async with (
        device(site, "read", answer) as calls,
        Client(site.url, token=site.token()) as client,
        working(site.url, site, handler),
    ):
        await client.send("go")
        events = await until(client, ends)
    assert [(call["name"], call["arguments"]) for call in calls] == [("read", {"path": "a"})]
    assert [event["deviceId"] for event in events if event.type == "tool.call"] == ["phone"]
    assert events[-1]["result"] == outcome


async def test_a_device_has_the_time_that_was_asked_for(site: Gateway) -> None:
    async def handler(ctx: Context) -> object:
        with pytest.raises(DeviceError, match="TIMEOUT"):
            await ctx.call_device("read", timeout=0.3)
        return "late"

    async with (
        device(site, "read", SILENT) as calls,
        Client(site.url, token=site.token()) as client,
        working(site.url, site, handler),
    ):
        await client.send("go")
        events = await until(client, ends)
        # The call is on its way to the device, perhaps not there yet.
        async with asyncio.timeout(SECONDS):
            while not calls:
                await asyncio.sleep(0.01)
    assert len(calls) == 1
    assert [event["error"]["code"] for event in events if event.type == "tool.result"] == ["TIMEOUT"]
    assert events[-1]["result"] == "late"


async def test_no_device(site: Gateway) -> None:
    async def handler(ctx: Context) -> object:
        with pytest.raises(DeviceError, match="DEVICE_OFFLINE"):
            await ctx.call_device("read", {"path": "a"})
        return "alone"

    async with Client(site.url, token=site.token()) as client, working(site.url, site, handler):
        await client.send("go")
        assert (await until(client, ends))[-1]["result"] == "alone"


async def test_cancel(site: Gateway) -> None:
    cancelled = asyncio.Event()

    async def handler(ctx: Context) -> None:
        await ctx.text("working")
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with Client(site.url, token=site.token()) as client, working(site.url, site, handler):
        run = await client.send("go")
        await until(client, lambda event: event.type == "text.delta")
        await client.cancel(run.run_id)
        assert (await until(client, ends))[-1].type == "run.cancelled"
        # Where the worker is slower than the gateway's patience, it hears of the end of its run.
        await asyncio.wait_for(cancelled.wait(), SECONDS)


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_lost_or_doubled_over_broken_connections(site: Gateway, impatient: None, seed: int) -> None:
    """Everything of the worker goes through a proxy that cuts connections after some hundred to some thousand bytes."""
    chance = random.Random(seed)
    cuts = random.Random(seed)
    attempts: dict[int, list[str]] = {}

    async def handler(ctx: Context) -> None:
        words = attempts[ctx.attempt] = []
        # How often it is cut depends on how the words are packed: it goes on until that was often enough.
        while len(words) < 300 or proxy.cuts < 3:
            words.append(f"{chance.choice('ab')}{chance.randrange(3)} ")
            await ctx.text(words[-1])
            if len(words) % 5 == 0:
                await asyncio.sleep(chance.choice((0, 0.001, 0.005)))

    def upward() -> int | None:
        return cuts.randrange(600, 6_000)

    async with (
        Proxy(site.port, lambda: cuts.choice((None, cuts.randrange(20, 4_000))), upward) as proxy,
        Client(site.url, token=site.token()) as client,
        working(proxy.url, site, handler),
    ):
        await client.send("go")
        events = await until(client, ends)
    last = max(n for n, event in enumerate(events) if event.type in ("run.started", "run.restarted"))
    assert text(events[last:]) == "".join(attempts[events[last]["attempt"]])
    assert events[-1].type == "run.completed"


class Late(httpx.AsyncBaseTransport):
    """The first upload breaks, and reaches the gateway after that has been asked what is stored."""

    def __init__(self) -> None:
        self._wire = httpx.AsyncHTTPTransport()
        self._upload: httpx.Request | None = None
        self.answers: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/events"):
            return await self._wire.handle_async_request(request)
        if request.method == "POST" and self._upload is None:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            lines = [lines async for lines in request.stream]
            headers = {name: request.headers[name] for name in ("Authorization", "Content-Type", "Host")}
            self._upload = httpx.Request("POST", request.url, headers=headers, content=b"".join(lines))
            raise httpx.WriteError("broken")
        response = await self._wire.handle_async_request(request)
        if request.method == "GET" and not self.answers:
            assert self._upload is not None
            await response.aread()
            late = await self._wire.handle_async_request(self._upload)
            await late.aread()
            self.answers.append(late.status_code)
        return response

    async def aclose(self) -> None:
        await self._wire.aclose()


async def test_an_upload_that_comes_late_is_not_taken(site: Gateway, impatient: None) -> None:
    async def handler(ctx: Context) -> None:
        await ctx.text("once")

    late = Late()
    worker = Worker(site.url, key=site.token("worker", worker=True), transport=late)
    async with Client(site.url, token=site.token()) as client, at_work(worker, handler):
        await client.send("go")
        events = await until(client, ends)
    assert late.answers == [409]
    assert text(events) == "once"


async def test_a_gateway_that_is_killed(tmp_path: Path, impatient: None) -> None:
    """The worker's lease outlives it: the attempt goes on behind what was stored."""
    killed = asyncio.Event()

    async def handler(ctx: Context) -> None:
        for n in range(200):
            await ctx.text(f"{n} ")
            if n == 60:
                await killed.wait()

    with Gateway(tmp_path, NEVER_MISSED) as gateway:
        async with (
            Proxy(gateway.port) as proxy,
            Client(proxy.url, token=gateway.token()) as client,
            working(proxy.url, gateway, handler),
        ):
            await client.send("go")
            events = await until(client, lambda event: event.get("delta") == "50 ")
            gateway.kill()
            killed.set()
            await asyncio.to_thread(gateway.start)
            proxy.lead_to(gateway.port)
            events += await until(client, ends)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert text(events) == "".join(f"{n} " for n in range(200))
    assert events[-1].type == "run.completed"


WORKER = """
import asyncio, os, sys
from hawser import Worker

stopped = asyncio.Event()

class Noticing(Worker):
    def stop(self):
        super().stop()
        stopped.set()

worker = Noticing(sys.argv[1], key=os.environ["KEY"], drain=3600)

@worker.agent("a")
async def a(ctx):
    await ctx.text(f"attempt {ctx.attempt}")
    if sys.argv[2] == "for ever":
        await asyncio.sleep(3600)
    if sys.argv[2] == "until stopped":
        await stopped.wait()
    return "done"

worker.run()
"""


@contextmanager
def process(site: Gateway, works: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = clean_environment() | {"KEY": site.token("worker", worker=True)}
    command = [sys.executable, "-c", WORKER, site.url, works]
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


async def test_a_worker_that_is_killed(tmp_path: Path) -> None:
    """It is missed within the lease, and another one begins the run anew."""
    with Gateway(tmp_path, SOON_MISSED) as gateway:
        async with Client(gateway.url, token=gateway.token()) as client:
            with process(gateway, "for ever"):
                await client.send("go")
                events = await until(client, lambda event: event.type == "text.delta")
            with process(gateway, "at once") as second:
                events += await until(client, ends)
                second.terminate()
                assert await asyncio.to_thread(second.wait, SECONDS) == 0
    last = max(n for n, event in enumerate(events) if event.type == "run.restarted")
    assert text(events[last:]) == f"attempt {events[last]['attempt']}"
    assert events[-1]["result"] == "done"


async def test_sigterm_lets_runs_finish(site: Gateway) -> None:
    async with Client(site.url, token=site.token()) as client:
        with process(site, "until stopped") as worker:
            await client.send("go")
            await until(client, lambda event: event.type == "text.delta")
            worker.terminate()
            events = await until(client, ends)
            assert await asyncio.to_thread(worker.wait, SECONDS) == 0
    assert "run.restarted" not in [event.type for event in events]
    assert events[-1]["result"] == "done"
