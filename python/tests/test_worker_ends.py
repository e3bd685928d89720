"""How a worker's runs end early, and the worker itself."""

import asyncio

import httpx
import pytest

from fake_gateway import FakeGateway
from hawser import Context, Refused, Worker
from patience import SECONDS
from serving import URL, one, until, working

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("by", ["heartbeat", "inbox"])
async def test_cancel(by: str) -> None:
    cleaned = asyncio.Event()

    async def handler(ctx: Context) -> None:
        try:
            async with ctx.subagent("sleeper", "sleep"):
                await asyncio.sleep(3600)
        finally:
            cleaned.set()

    gateway = FakeGateway(lease=0.9)
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: "subagent.started" in run.types)
        if by == "heartbeat":
            run.cancel = True
        else:
            run.tell({"type": "cancel"})
        await run.until(lambda run: run.over)
    assert cleaned.is_set()
    assert run.types == ["subagent.started", "subagent.ended", "run.cancelled"]


async def test_an_attempt_that_is_lost_stops() -> None:
    """The fence: what a handler adds once another attempt has begun goes nowhere."""
    attempts: list[int] = []
    cancelled = asyncio.Event()

    async def handler(ctx: Context) -> None:
        attempts.append(ctx.attempt)
        await ctx.text(f"attempt {ctx.attempt}")
        if ctx.attempt == 1:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled.set()
                await ctx.text("late")
                raise

    gateway = FakeGateway(lease=0.9)
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: run.text == "attempt 1")
        run.events.clear()
        gateway.offer(run)
        await asyncio.wait_for(cancelled.wait(), SECONDS)
        await run.until(lambda run: run.over)
    assert attempts == [1, 2]
    assert (run.text, run.types[-1], run.released) == ("attempt 2", "run.completed", 0)


async def test_a_handler_that_does_not_stop_is_left_alone() -> None:
    gateway = FakeGateway(lease=0.9)
    go_on = asyncio.Event()
    told = asyncio.Event()

    async def handler(ctx: Context) -> str:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                told.set()
        return "done"

    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: run.heartbeats > 0)
        gateway.restart(run)
        await asyncio.wait_for(told.wait(), SECONDS)
        go_on.set()
    assert run.events == []


async def test_the_limit_of_runs_at_a_time() -> None:
    gateway = FakeGateway()
    go_on = asyncio.Event()
    most = running = 0

    async def handler(ctx: Context) -> None:
        nonlocal most, running
        running += 1
        most = max(most, running)
        await go_on.wait()
        running -= 1

    runs = [gateway.add() for _ in range(7)]
    async with working(gateway, handler, concurrency=3) as worker:
        await asyncio.wait_for(until(lambda: running == 3), SECONDS)
        assert worker.running == 3
        assert [claim["max"] for claim in gateway.claims] == [3]
        assert gateway.claims[0]["agents"] == ["a"]
        go_on.set()
        for run in runs:
            await run.until(lambda run: run.over)
    assert most == 3


async def test_a_drain_finishes_what_is_running() -> None:
    gateway = FakeGateway()
    go_on = asyncio.Event()

    async def handler(ctx: Context) -> str:
        await go_on.wait()
        return "finished"

    run = gateway.add()
    async with working(gateway, handler) as worker:
        await asyncio.wait_for(until(lambda: worker.running == 1), SECONDS)
        await asyncio.wait_for(until(lambda: gateway.waiting == 1), SECONDS)
        worker.stop()
        await asyncio.wait_for(until(lambda: gateway.waiting == 0), SECONDS)
        left = gateway.add()
        go_on.set()
    assert run.events == [{"type": "run.completed", "result": "finished"}]
    assert left.attempt == 0


@pytest.mark.parametrize("waits_for_person", [True, False])
async def test_a_drain_hands_over(waits_for_person: bool) -> None:
    """A run that waits for a person at once, another one when the time is up."""
    gateway = FakeGateway()

    async def handler(ctx: Context) -> None:
        await ctx.text("so far")
        if waits_for_person:
            await ctx.approve("pay", {})
        await asyncio.sleep(3600)

    run = gateway.add()
    async with working(gateway, handler, drain=3600.0 if waits_for_person else 0.05):
        await run.until(lambda run: run.types[-1:] == ["approval.required" if waits_for_person else "text.delta"])
    assert run.released == 1
    assert not run.over


async def test_the_gateway_is_away_for_a_while() -> None:
    gateway = FakeGateway()
    refusals = 20

    def away(request: httpx.Request) -> bool:
        nonlocal refusals
        refusals -= 1
        return refusals > 0

    gateway.away = away

    async def handler(ctx: Context) -> None:
        await ctx.text("hello")

    assert (await one(handler, gateway)).text == "hello"


async def test_a_key_that_is_not_accepted() -> None:
    worker = Worker(URL, key="another", transport=FakeGateway())
    worker.agent("a")(lambda ctx: asyncio.sleep(0))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await worker.serve()
