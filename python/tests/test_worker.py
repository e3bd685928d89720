"""The worker against a gateway in memory."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

import hawser.execution
import hawser.upload
from fake_gateway import KEY, FakeGateway, FakeRun
from hawser import ApprovalRejected, Context, DeviceError, Refused, RunFailed, Worker
from hawser.codes import RetryPolicy
from hawser.execution import Handler
from hawser.protocol.backoff import Backoff
from hawser.protocol.worker import MAX_EVENT_BYTES, Outbox

URL = "http://gateway"
SECONDS = 60


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = RetryPolicy(1, 1, 2, 3, 0.5, 10_000)
    for module in (hawser.upload, hawser.execution, hawser.worker):
        monkeypatch.setattr(module, "Backoff", lambda random: Backoff(random, policy))


@asynccontextmanager
async def working(gateway: FakeGateway, handler: Handler, **options: Any) -> AsyncIterator[Worker]:
    worker = Worker(URL, key=KEY, transport=gateway, **options)
    worker.agent("a")(handler)
    serving = asyncio.create_task(worker.serve())
    try:
        yield worker
    finally:
        worker.stop()
        async with asyncio.timeout(SECONDS):
            await serving


async def one(handler: Handler, gateway: FakeGateway | None = None, message: str = "hello") -> FakeRun:
    """The run of a handler, to its end."""
    gateway = gateway or FakeGateway()
    run = gateway.add(message)
    async with working(gateway, handler):
        await run.until(lambda run: run.over)
    return run


async def test_a_run() -> None:
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
        await stopped.wait()
    assert monkey.types == ["text.delta", "run.failed"]
    assert monkey.events[-1]["code"] == "INVALID_AGENT_EVENT"


@pytest.mark.parametrize(
    ("decided", "truth", "args"),
    [
        ({"decision": "approve"}, True, {"amount": 250}),
        ({"decision": "edit", "editedArgs": {"amount": 100}}, True, {"amount": 100}),
        ({"decision": "edit", "args": {"amount": 100}}, True, {"amount": 100}),
        ({"decision": "reject", "reason": "no"}, False, None),
        ({"decision": "expire"}, False, None),
    ],
)
async def test_approvals(decided: dict[str, Any], truth: bool, args: dict[str, Any] | None) -> None:
    async def handler(ctx: Context) -> Any:
        decision = await ctx.approve("pay", {"amount": 250}, reason="due", amount=250.0, currency="EUR")
        if not decision:
            with pytest.raises(ApprovalRejected):
                _ = decision.args
            return [False, decision.reason]
        return [True, decision.args]

    gateway = FakeGateway()
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: "approval.required" in run.types)
        asked = run.events[0]
        assert asked["toolArgs"] == {"amount": 250} and asked["reason"] == "due" and asked["currency"] == "EUR"
        run.tell({"type": "unknown.item"})
        run.tell({"type": "approval.decided", "approvalId": "another", "decision": "reject"})
        run.tell({"type": "approval.decided", "approvalId": asked["approvalId"]} | decided)
        await run.until(lambda run: run.over)
    assert run.events[-1]["result"] == [truth, args if truth else decided.get("reason")]


async def test_a_rejection_that_nobody_looks_at_fails_the_run() -> None:
    async def handler(ctx: Context) -> Any:
        return (await ctx.approve("pay", {})).args

    gateway = FakeGateway()
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: "approval.required" in run.types)
        run.tell({"type": "approval.decided", "approvalId": run.events[0]["approvalId"], "decision": "reject"})
        await run.until(lambda run: run.over)
    assert run.types[-1] == "run.failed"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"result": {"celsius": 21}}, {"celsius": 21}),
        ({"result": None}, None),
        ({"error": {"code": "DEVICE_OFFLINE", "message": "gone"}}, "DEVICE_OFFLINE"),
        ({"error": "sensor broken"}, "DEVICE_ERROR"),
        ({"error": {"code": "TIMEOUT", "message": "late"}}, "TIMEOUT"),
        (None, "TIMEOUT"),
    ],
)
async def test_device_calls(answer: dict[str, Any] | None, outcome: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hawser.context.DEVICE_GRACE", 20.0 if answer else 0.0)

    async def handler(ctx: Context) -> Any:
        try:
            return await ctx.call_device("temperature", {"room": 1}, timeout=0.05)
        except DeviceError as e:
            return e.code

    gateway = FakeGateway()
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: "tool.call" in run.types)
        call = run.events[0]
        assert (call["name"], call["arguments"], call["deviceId"]) == ("temperature", {"room": 1}, "*")
        assert call["timeoutMs"] == 50
        if answer is not None:
            run.tell({"type": "device.result", "toolCallId": call["toolCallId"]} | answer)
        await run.until(lambda run: run.over)
    assert run.events[-1].get("result") == outcome


@pytest.mark.parametrize("timeout", [0.0, -1.0, 600.1, float("nan")])
async def test_a_device_has_at_most_ten_minutes(timeout: float) -> None:
    async def handler(ctx: Context) -> Any:
        with pytest.raises(ValueError, match="600 seconds"):
            await ctx.call_device("temperature", timeout=timeout)
        return "refused"

    gateway = FakeGateway()
    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: run.over)
    assert run.types == ["run.completed"]


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
        await cancelled.wait()
        await run.until(lambda run: run.over)
    assert attempts == [1, 2]
    assert (run.text, run.types[-1], run.released) == ("attempt 2", "run.completed", 0)


async def test_a_handler_that_does_not_stop_is_left_alone() -> None:
    gateway = FakeGateway(lease=0.9)
    go_on = asyncio.Event()

    async def handler(ctx: Context) -> str:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue
        return "done"

    run = gateway.add()
    async with working(gateway, handler):
        await run.until(lambda run: run.heartbeats > 0)
        gateway.restart(run)
        await asyncio.wait_for(until(lambda: bool(gateway.claims)), SECONDS)
        go_on.set()
    assert run.events == []


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


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
    gateway.away = lambda request: "/events" in request.url.path and not go_on.is_set()
    put = 0

    async def handler(ctx: Context) -> None:
        nonlocal put
        for _ in range(20):
            await ctx.text("x" * 200_000)
            put += 1

    run = gateway.add()
    async with working(gateway, handler):
        await asyncio.wait_for(until(lambda: put == 5), SECONDS)
        await asyncio.sleep(0.01)
        assert put == 5
        go_on.set()
        await run.until(lambda run: run.over)
    assert len(run.text) == 20 * 200_000


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
        await asyncio.wait_for(until(lambda: worker.running == 3), SECONDS)
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


@pytest.mark.parametrize("raised", [0, 1])
async def test_an_approval_outlives_its_worker(raised: int) -> None:
    """The handler is called again with the decision; what it does as before is not added twice."""

    async def handler(ctx: Context) -> str:
        await ctx.text("Let me see. ")
        first = await ctx.approve("look", {})
        temperature = await ctx.call_device("temperature")
        await ctx.text(f"It has {temperature}. ")
        second = await ctx.approve("pay", {"amount": 250})
        await ctx.text(f"Paid {second.args['amount']}.")
        return f"{first.decision} {ctx.resumed}"

    gateway = FakeGateway()
    run = gateway.add()
    run.put({"type": "run.started", "agent": "a", "attempt": 1})
    async with working(gateway, handler):
        await run.until(lambda run: "approval.required" in run.types)
        look = {"approvalId": run.events[-1]["approvalId"], "decision": "approve"}
        run.put({"type": "approval.decided", "decidedBy": "ann"} | look)
        run.tell({"type": "approval.decided"} | look)
        await run.until(lambda run: "tool.call" in run.types)
        result = {"toolCallId": run.events[-1]["toolCallId"], "result": 21}
        run.put({"type": "tool.result"} | result)
        run.tell({"type": "device.result"} | result)
        await run.until(lambda run: run.types.count("approval.required") == 2)
    assert run.released == 1
    pay = {"approvalId": run.events[-1]["approvalId"], "decision": "edit", "editedArgs": {"amount": 100}}
    run.put({"type": "approval.decided"} | pay)
    run.attempt += raised
    run.resume = {"approvalId": pay["approvalId"], "decision": "edit", "args": {"amount": 100}}
    gateway.offer(run)
    async with working(gateway, handler):
        await run.until(lambda run: run.over)
    assert run.text == "Let me see. It has 21. Paid 100."
    assert run.types.count("approval.required") == 2
    assert run.types.count("tool.call") == 1
    assert run.events[-1]["result"] == "approve True"


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
