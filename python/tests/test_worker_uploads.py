"""How a worker's events reach the gateway over connections that break."""

import asyncio
import json
import random
from typing import Any

import httpx
import pytest

from fake_gateway import FakeGateway
from hawser import Context
from hawser.protocol.worker import Outbox
from patience import SECONDS
from serving import one, until, working

pytestmark = pytest.mark.usefixtures("impatient")


async def test_heartbeats_keep_a_silent_run() -> None:
    gateway = FakeGateway(lease=0.9)
    go_on = asyncio.Event()

    async def handler(ctx: Context) -> None:
        await go_on.wait()

    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: run.heartbeats >= 2)
        go_on.set()
        await run.until(lambda run: run.over)


@pytest.mark.parametrize("seed", range(20))
async def test_nothing_is_lost_or_doubled_over_broken_uploads(seed: int) -> None:
    """Connections break anywhere: before, between, after the events, and after all are stored but before the answer."""
    chance = random.Random(seed)
    gateway = FakeGateway()
    gateway.broken = lambda: chance.random() < 0.05
    gateway.away = lambda request: "/events" in request.url.path and chance.random() < 0.1
    words: list[str] = []

    async def handler(ctx: Context) -> str:
        # How often it breaks is chance: it goes on until that was often enough.
        while len(words) < 200 or gateway.uploads < 4:
            words.append(f"{chance.choice('ab')} ")
            await ctx.text(words[-1])
            if len(words) % 10 == 0:
                await asyncio.sleep(chance.choice((0, 0.001)))
        return "done"

    run = await one(handler, gateway)
    assert run.text == "".join(words)
    assert run.types == ["text.delta"] * len(words) + ["run.completed"]


async def test_more_than_is_held_waits() -> None:
    gateway = FakeGateway()
    go_on = asyncio.Event()
    put = refused = 0

    def away(request: httpx.Request) -> bool:
        nonlocal refused
        turned_away = "/events" in request.url.path and not go_on.is_set()
        refused += turned_away
        return turned_away

    gateway.away = away

    async def handler(ctx: Context) -> None:
        nonlocal put
        for _ in range(20):
            await ctx.text("x" * 200_000)
            put += 1

    run = gateway.add()
    async with working(gateway, handler):
        await asyncio.wait_for(until(lambda: put == 5), SECONDS)
        before = refused
        await asyncio.wait_for(until(lambda: refused > before + 3), SECONDS)
        assert put == 5
        go_on.set()
        await run.until(lambda run: run.over)
    assert len(run.text) == 20 * 200_000


@pytest.mark.parametrize("stored", range(6))
def test_what_the_log_holds_of_a_broken_upload(stored: int) -> None:
    """Others put events in between; the gateway fills in fields."""
    outbox = Outbox()
    sent: list[dict[str, Any]] = [{"delta": "a"}, {"delta": "a"}, {"delta": "b"}, {"delta": "a"}, {"delta": "a"}]
    for fields in sent:
        outbox.put("text.delta", fields)
    outbox.begin()
    outbox.take()
    log: list[dict[str, Any]] = []
    for n, fields in enumerate(sent[:stored], 1):
        log.append({"type": "ui.action", "action": {}, "sequence": 2 * n - 1})
        log.append({"type": "text.delta", "messageId": "m", "sequence": 2 * n} | fields)
    outbox.found(log)
    rest = [json.loads(line) for line in outbox.take().splitlines()]
    assert rest == [{"type": "text.delta"} | fields for fields in sent[stored:]]
    assert outbox.last_sequence == 2 * stored


@pytest.mark.parametrize(
    ("type", "sent", "stored", "same"),
    [
        ("tool.call", {"toolCallId": "c", "name": "t", "deviceId": "*"}, {"deviceId": "phone"}, True),
        ("tool.call", {"toolCallId": "c", "name": "t", "deviceId": "laptop"}, {"deviceId": "phone"}, False),
        ("tool.call", {"toolCallId": "c", "name": "t"}, {"arguments": {}}, True),
        ("ui.action", {"action": 1}, {}, True),
        ("ui.action", {"action": 1}, {"userId": "ann"}, False),
        ("custom", {"name": "n", "value": 1.0}, {"value": 1}, True),
        ("custom", {"name": "n", "value": 1}, {"value": 2}, False),
    ],
)
def test_what_the_gateway_makes_of_an_event(
    type: str, sent: dict[str, Any], stored: dict[str, Any], same: bool
) -> None:
    outbox = Outbox()
    outbox.put(type, sent)
    outbox.begin()
    outbox.take()
    outbox.found([{"type": type, "sequence": 5} | sent | stored])
    assert (outbox.size == 0) == same
