"""The client against a started gateway."""

import asyncio
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

import hawser.client
from gateway import Gateway
from hawser import Client, ConnectionLost, Event, Refused, Snapshot
from hawser.codes import RetryPolicy
from hawser.protocol.backoff import Backoff
from patience import SECONDS
from proxy import Proxy


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnects after milliseconds, as often as it takes."""
    policy = RetryPolicy(5, 1, 20, 1_000_000, 0.5, 10_000)
    monkeypatch.setattr(hawser.client, "Backoff", lambda random: Backoff(random, policy))


async def until(client: Client, condition: Callable[[Event], bool]) -> list[Event]:
    """The events up to the next one of that kind."""
    events = []
    async with asyncio.timeout(SECONDS):
        async for event in client:
            assert isinstance(event, Event)
            events.append(event)
            if condition(event):
                break
    return events


async def until_end(client: Client) -> list[Event]:
    """The events up to the end of the next run."""
    return await until(client, lambda event: event.ends_run)


def text(events: list[Event]) -> str:
    return "".join(event["delta"] for event in events if event.type == "text.delta")


async def test_a_conversation(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        first = await client.send("hello world", metadata={"page": 3})
        events = await until_end(client)
        assert [event.type for event in events[:2]] == ["message.user", "run.started"]
        assert events[0]["metadata"] == {"page": 3}
        assert text(events) == "You said: hello world"
        assert {event.run_id for event in events} == {first.run_id}
        assert events[-1].type == "run.completed"
        second = await client.send("again")
        more = await until_end(client)
        assert more[0].run_id == second.run_id
        assert [event.sequence for event in events + more] == list(range(1, len(events) + len(more) + 1))


async def test_an_approval_is_edited(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.send("/pay 250 EUR")
        async for event in client:
            assert isinstance(event, Event)
            if event.type == "approval.required":
                edited = {"amount": 100, "currency": "EUR"}
                recorded = await client.decide(event["approvalId"], "edit", edited_args=edited)
                assert (recorded.decision, recorded.won) == ("edit", True)
                late = await client.decide(event["approvalId"], "reject")
                assert (late.decision, late.won) == ("edit", False)
                break
        assert text(await until_end(client)).endswith("Paid 100 EUR.")


async def test_cancel(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        run = await client.send("/sleep 60000")
        assert await client.cancel(run.run_id) in ("queued", "running", "cancelled")
        assert (await until_end(client))[-1].type == "run.cancelled"


async def test_a_ui_action_is_taken(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.ui_action({"userAction": {"name": "book"}})
        event = await anext(client)
        assert isinstance(event, Event)
        assert (event.type, event["action"]["userAction"]["name"]) == ("ui.action", "book")


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (lambda client: client.send("hi", agent="nobody"), "NOT_FOUND"),
        (lambda client: client.send(" "), "INVALID_MESSAGE"),
        (lambda client: client.cancel("unknown"), "NOT_FOUND"),
        (lambda client: client.decide("unknown", "approve"), "NOT_FOUND"),
        (lambda client: client.decide("unknown", "edit"), "MISSING_REQUIRED_FIELD"),
    ],
)
async def test_refusals(gateway: Gateway, use: Callable[[Client], asyncio.Future[object]], code: str) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        with pytest.raises(Refused) as refused:
            await use(client)
        assert refused.value.code == code
        await client.send("still here")
        assert text(await until_end(client)) == "You said: still here"


async def test_refused_at_the_door(gateway: Gateway) -> None:
    for token, code in ((None, "AUTH_INVALID"), ("no.such.token", "AUTH_INVALID")):
        with pytest.raises(Refused, match=code):
            async with Client(gateway.url, token=token):
                pass
    for conversation, agent in (("nothing", None), (None, "nobody")):
        with pytest.raises(Refused, match="NOT_FOUND"):
            async with Client(gateway.url, token=gateway.token(), conversation_id=conversation, agent=agent):
                pass


async def test_nobody_there() -> None:
    # Taken, so that nobody else can listen there.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionLost) as lost:
            async with Client(f"http://127.0.0.1:{silent.getsockname()[1]}"):
                pass
    assert lost.value.code == 1006


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost", "http://"])
def test_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        Client(url)


async def test_going_on_later(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.send("/count 20")
        taken = [event async for event in take(client, 9)]
        position = (client.conversation_id, client.epoch, client.last_sequence)
    assert position[2] == 9
    async with Client(
        gateway.url, token=gateway.token(), conversation_id=position[0], epoch=position[1], last_sequence=position[2]
    ) as client:
        taken += await until_end(client)
    assert [event.sequence for event in taken] == list(range(1, len(taken) + 1))
    assert text(taken) == "".join(f"{n} " for n in range(1, 21))


async def take(client: Client, count: int):  # type: ignore[no-untyped-def]
    async for event in client:
        yield event
        count -= 1
        if not count:
            return


async def test_a_snapshot_where_replay_is_not_possible(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.send("hello")
        await until_end(client)
        conversation = client.conversation_id
    async with Client(
        gateway.url, token=gateway.token(), conversation_id=conversation, epoch="another", last_sequence=3
    ) as client:
        snapshot = await anext(client)
        assert isinstance(snapshot, Snapshot)
        assert snapshot.reason == "epoch_changed"
        assert [message["text"] for message in snapshot.messages] == ["hello", "You said: hello"]
        assert client.last_sequence == snapshot.last_sequence
        await client.send("more")
        events = await until_end(client)
        assert events[0].sequence == snapshot.last_sequence + 1


@pytest.mark.parametrize("seed", range(5))
async def test_nothing_is_lost_or_doubled_over_lost_wires(gateway: Gateway, impatient: None, seed: int) -> None:
    """Wires are cut after some hundred to some thousand bytes, either way; every command takes effect once."""
    chance = random.Random(seed)
    first = True

    def budget() -> int | None:
        nonlocal first
        if first:
            first = False
            return 20_000
        return chance.randrange(200, 8_000)

    async with Proxy(gateway.port, budget, lambda: chance.randrange(500, 3_000)) as proxy:
        async with Client(proxy.url, token=gateway.token()) as client:
            runs = []
            events: list[Event] = []
            counts: list[int] = []
            # How often it is cut is chance: it goes on until that was often enough.
            while len(counts) < 3 or proxy.cuts < 6:
                count = (200, 50, 100)[len(counts) % 3]
                counts.append(count)
                run, come = await asyncio.gather(client.send(f"/count {count}"), until_end(client))
                runs.append(run.run_id)
                events += come
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.run_id for event in events if event.type == "run.completed"] == runs
    assert text(events) == "".join(f"{n} " for count in counts for n in range(1, count + 1))


async def test_a_gateway_that_is_killed(tmp_path: Path, impatient: None) -> None:
    with Gateway(tmp_path) as gateway:
        async with Proxy(gateway.port) as proxy, Client(proxy.url, token=gateway.token()) as client:
            # So much that it is under way whenever the gateway is killed.
            run = await client.send("/count 100000 10")
            events = await until(client, lambda event: event.get("delta") == "50 ")
            gateway.kill()
            await asyncio.to_thread(gateway.start)
            proxy.lead_to(gateway.port)
            events += await until(client, lambda event: event.type == "run.restarted")
            events += await until(client, lambda event: event.get("delta") == "100 ")
            last = max(n for n, event in enumerate(events) if event.type == "run.restarted")
            assert text(events[last:]) == "".join(f"{n} " for n in range(1, 101))
            await client.cancel(run.run_id)
            events += await until_end(client)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[-1].type == "run.cancelled"


async def test_tokens_are_asked_for_anew(gateway: Gateway, impatient: None) -> None:
    asked = 0

    async def source() -> str:
        nonlocal asked
        asked += 1
        return gateway.token()

    async with Proxy(gateway.port) as proxy, Client(proxy.url, token=source) as client:
        proxy.cut()
        await client.send("hello")
        assert text(await until_end(client)) == "You said: hello"
        # Once a wire.
        assert asked == proxy.connections > 1


async def test_a_slow_reader_holds_little_and_misses_nothing(
    gateway: Gateway, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hawser.client, "HELD_EVENTS", 16)
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.send("/count 20000")
        first = await anext(client)
        assert isinstance(first, Event)
        # While the wire is held back, a call still gets its answer.
        await client.cancel((await client.send("/sleep 600000")).run_id)
        rest = await until_end(client)
        assert [event.sequence for event in rest] == list(range(2, len(rest) + 2))


async def test_a_closed_client(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token()) as client:
        await client.send("hello")
        await until_end(client)
    assert [event async for event in client] == []
    with pytest.raises(ConnectionLost):
        await client.send("late")
