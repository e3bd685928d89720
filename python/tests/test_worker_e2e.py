"""The worker and a started gateway, watched by a client."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

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
from proxy import Proxy
from serving import at_work

SECONDS = 60
CONFIG = {
    "agents": {"a": {"type": "worker"}, "demo": {"type": "demo"}},
    "defaultAgent": "a",
}
# For those that are missed within their lease; who works has to beat it on a slow machine.
SOON_MISSED = CONFIG | {"workers": {"lease": "5s"}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with Gateway(tmp_path_factory.mktemp("workers"), CONFIG) as started:
        yield started


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path, SOON_MISSED) as started:
        yield started


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = RetryPolicy(20, 1, 50, 5000, 0.5, 10_000)
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
            await asyncio.sleep(SECONDS)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with Client(site.url, token=site.token()) as client, working(site.url, site, handler):
        run = await client.send("go")
        await until(client, lambda event: event.type == "text.delta")
        await client.cancel(run.run_id)
        assert (await until(client, ends))[-1].type == "run.cancelled"
        assert cancelled.is_set()


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_lost_or_doubled_over_broken_connections(site: Gateway, impatient: None, seed: int) -> None:
    """Everything of the worker goes through a proxy that cuts connections after some hundred to some thousand bytes."""
    chance = random.Random(seed)
    words: list[str] = []

    async def handler(ctx: Context) -> None:
        words.clear()
        # How often it is cut depends on how the words are packed: it goes on until that was often enough.
        while len(words) < 300 or proxy.cuts < 3:
            words.append(f"{chance.choice('ab')}{chance.randrange(3)} ")
            await ctx.text(words[-1])
            if len(words) % 5 == 0:
                await asyncio.sleep(chance.choice((0, 0.001, 0.005)))

    def upward() -> int | None:
        return chance.randrange(600, 6_000)

    async with (
        Proxy(site.port, lambda: chance.choice((None, chance.randrange(20, 4_000))), upward) as proxy,
        Client(site.url, token=site.token()) as client,
        working(proxy.url, site, handler),
    ):
        await client.send("go")
        events = await until(client, ends)
    last = max(n for n, event in enumerate(events) if event.type in ("run.started", "run.restarted"))
    assert text(events[last:]) == "".join(words)
    assert events[-1].type == "run.completed"


async def test_a_gateway_that_is_killed(hasty: Gateway, impatient: None) -> None:
    """The attempt is lost with the gateway that knew of it; the next one drops its output and does it again, whole."""

    async def handler(ctx: Context) -> None:
        for n in range(200):
            await ctx.text(f"{n} ")
            if n == 60 and ctx.attempt == 1:
                await killed.wait()

    killed = asyncio.Event()
    async with (
        Proxy(hasty.port) as proxy,
        Client(proxy.url, token=hasty.token()) as client,
        working(proxy.url, hasty, handler),
    ):
        await client.send("go")
        events = await until(client, lambda event: event.get("delta") == "50 ")
        hasty.kill()
        killed.set()
        await asyncio.to_thread(hasty.start)
        proxy.lead_to(hasty.port)
        events += await until(client, ends)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    last = max(n for n, event in enumerate(events) if event.type in ("run.started", "run.restarted"))
    assert text(events[last:]) == "".join(f"{n} " for n in range(200))
    assert events[-1].type == "run.completed"


WORKER = """
import asyncio, os, sys
from hawser import Worker
worker = Worker(sys.argv[1], key=os.environ["KEY"], drain=10)
@worker.agent("a")
async def a(ctx):
    await ctx.text(f"attempt {ctx.attempt}")
    if ctx.attempt == 1:
        await asyncio.sleep(float(ctx.message))
    return "done"
worker.run()
"""


def process(site: Gateway) -> "subprocess.Popen[bytes]":
    environment = clean_environment() | {"KEY": site.token("worker", worker=True)}
    return subprocess.Popen([sys.executable, "-c", WORKER, site.url], env=environment)


async def test_a_worker_that_is_killed(hasty: Gateway) -> None:
    """It is missed within the lease, and another one begins the run anew."""
    first = process(hasty)
    try:
        async with Client(hasty.url, token=hasty.token()) as client:
            await client.send("3600")
            events = await until(client, lambda event: event.type == "text.delta")
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            second = process(hasty)
            try:
                events += await until(client, ends)
            finally:
                second.terminate()
                assert await asyncio.to_thread(second.wait, SECONDS) == 0
    finally:
        first.kill()
    assert "run.restarted" in [event.type for event in events]
    assert (text(events[-2:]) or text(events)).endswith("attempt 2")
    assert events[-1]["result"] == "done"


async def test_sigterm_lets_runs_finish(site: Gateway) -> None:
    worker = process(site)
    try:
        async with Client(site.url, token=site.token()) as client:
            await client.send("0.5")
            events = await until(client, lambda event: event.type == "text.delta")
            worker.terminate()
            events += await until(client, ends)
            assert await asyncio.to_thread(worker.wait, SECONDS) == 0
    finally:
        worker.kill()
    assert "run.restarted" not in [event.type for event in events]
    assert events[-1]["result"] == "done"
