"""What a worker asks of persons and devices."""

from typing import Any

import pytest

from fake_gateway import FakeGateway
from hawser import ApprovalRejected, Context, DeviceError
from serving import until, working

pytestmark = pytest.mark.usefixtures("impatient")


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
