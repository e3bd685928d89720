"""The worker against a gateway in memory."""

import asyncio
from typing import Any

import pytest

import hawser.upload
from fake_gateway import KEY, FakeGateway
from hawser import Context, RunFailed, Worker
from hawser.execution import Handler
from hawser.protocol.worker import MAX_EVENT_BYTES
from patience import SECONDS
from serving import URL, one, until, working

pytestmark = pytest.mark.usefixtures("impatient")


async def test_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    async def handler(ctx: Context) -> dict[str, int]:
        seen.append((ctx.message, ctx.user_id, ctx.tenant_id, ctx.session_id, ctx.connection_id, ctx.attempt, ctx.agent))
        seen.append([(message.role, message.text) for message in ctx.history])
        seen.append(ctx.metadata)
        await ctx.thinking("hm")
        for word in ("one ", "two ", "three"):
            await ctx.text(word)
        await ctx.ui({"surface": 1})
        await ctx.state({"n": None})
        await ctx.event("custom", name="x", value=None)
        return {"words": 3}

    # An upload ends by itself where nothing comes for long, as on a slow machine.
    monkeypatch.setattr(hawser.upload, "IDLE_SECONDS", SECONDS)
    gateway = FakeGateway()
    run = await one(handler, gateway)
    assert seen == [("hello", "ann", "acme", "s1", "k1", 1, "a"), [("user", "before")], {"page": 3}]
    assert run.text == "one two three"
    assert run.types == ["thinking", *["text.delta"] * 3, "ui.action", "state.snapshot", "custom", "run.completed"]
    assert run.events[-1] == {"type": "run.completed", "result": {"words": 3}}
    assert gateway.uploads == 1
    assert run.released == 0


async def raises(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("handler", "end"),
    [
        (lambda ctx: raises(RunFailed("No seat is left.")), {"code": "AGENT_ERROR", "message": "No seat is left."}),
        (lambda ctx: raises(RunFailed("Late.", "AGENT_TIMEOUT")), {"code": "AGENT_TIMEOUT", "message": "Late."}),
        (lambda ctx: raises(OSError("/etc/secret")), {"code": "AGENT_ERROR", "message": "The agent failed."}),
        (lambda ctx: raises(asyncio.CancelledError()), {"code": "AGENT_ERROR", "message": "The agent failed."}),
        (lambda ctx: asyncio.sleep(0, object()), {"code": "AGENT_ERROR", "message": "The agent failed."}),
        (lambda ctx: asyncio.sleep(0, float("nan")), {"code": "AGENT_ERROR", "message": "The agent failed."}),
        (lambda ctx: 7, {"code": "AGENT_ERROR", "message": "The agent failed."}),
    ],
)
async def test_failures(handler: Handler, end: dict[str, str]) -> None:
    assert (await one(handler)).events == [{"type": "run.failed"} | end]


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("run.completed", {}),
        ("run.started", {}),
        ("message.user", {"text": "x"}),
        ("text.delta", {}),
        ("text.delta", {"delta": None}),
        ("tool.call", {"name": "x"}),
        ("ui.action", {}),
        ("custom", {"name": "x", "value": float("inf")}),
        ("custom", {"name": "x", "value": "\ud800"}),
        ("custom", {"name": "x", "value": "x" * MAX_EVENT_BYTES}),
    ],
)
async def test_wrong_events_are_the_handlers_error(type: str, fields: dict[str, Any]) -> None:
    async def handler(ctx: Context) -> str:
        with pytest.raises(ValueError):
            await ctx.event(type, **fields)
        return "went on"

    assert (await one(handler)).events == [{"type": "run.completed", "result": "went on"}]


async def test_an_event_that_the_gateway_refuses_fails_the_run() -> None:
    gateway = FakeGateway()
    gateway.invalid = lambda event: event.get("name") == "bad"
    stopped = asyncio.Event()

    async def handler(ctx: Context) -> None:
        await ctx.text("before")
        await ctx.event("custom", name="bad")
        try:
            while True:
                await ctx.text(".")
                await asyncio.sleep(0.001)
        finally:
            stopped.set()

    monkey = gateway.add()
    async with working(gateway, handler):
        await monkey.until(lambda run: run.over)
        await asyncio.wait_for(stopped.wait(), SECONDS)
    assert monkey.types == ["text.delta", "run.failed"]
    assert monkey.events[-1]["code"] == "INVALID_AGENT_EVENT"


async def test_ui_actions_come_in_order() -> None:
    async def handler(ctx: Context) -> list[Any]:
        await ctx.ui({"surface": 1})
        return [await ctx.ui_action(), await ctx.ui_action()]

    gateway = FakeGateway()
    run = gateway.add()
    async with working(gateway, handler):
        for n in (1, 2):
            run.tell({"type": "ui.action", "action": n})
        await run.until(lambda run: run.over)
    assert run.events[-1]["result"] == [1, 2]


async def test_subagents() -> None:
    async def handler(ctx: Context) -> None:
        async with ctx.subagent("researcher", "find it") as sub:
            await ctx.text("looking")
            sub.result = "found"
        async with ctx.subagent("writer", "write it"):
            raise RunFailed("No ink.")

    run = await one(handler)
    assert run.types == ["subagent.started", "text.delta", "subagent.ended", *run.types[3:]]
    assert [run.events[2][name] for name in ("subagentId", "success", "result")] == ["1.s1", True, "found"]
    assert [run.events[4][name] for name in ("subagentId", "success", "error")] == ["1.s2", False, "failed"]
    assert run.events[5]["message"] == "No ink."


async def test_misuse() -> None:
    worker = Worker(URL, key=KEY, transport=FakeGateway())
    with pytest.raises(ValueError, match="no agent"):
        await worker.serve()
    worker.agent("a")(lambda ctx: asyncio.sleep(0))
    with pytest.raises(ValueError, match="already"):
        worker.agent("a")
        worker.agent("a")(lambda ctx: asyncio.sleep(0))
    with pytest.raises(ValueError, match="concurrency"):
        Worker(URL, key=KEY, concurrency=0)
    with pytest.raises(TypeError, match="name"):
        worker.agent(lambda ctx: asyncio.sleep(0))  # type: ignore[arg-type]
    for url in ("localhost:8080", "ws://localhost:8080", "http://"):
        with pytest.raises(ValueError, match="not the address"):
            Worker(url, key=KEY)


async def test_events_are_added_by_the_call() -> None:
    async def handler(ctx: Context) -> None:
        ctx.thinking("hm")
        ctx.text("a")
        await ctx.text("b")
        ctx.ui({"surface": 1})
        ctx.event("custom", name="n", value=1)
        with pytest.raises(ValueError):
            ctx.event("run.started")

    run = await one(handler)
    assert run.types == ["thinking", "text.delta", "text.delta", "ui.action", "custom", "run.completed"]
    assert run.text == "ab"
