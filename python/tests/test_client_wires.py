"""The client on wires that end early, say nothing, or end without a reason, and with sources of tokens that fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

import hawser.client
from gateway import Gateway
from hawser import Client, ConnectionLost, Refused
from hawser.codes import RetryPolicy
from hawser.protocol.backoff import Backoff
from hawser.protocol.envelope import encode
from patience import SECONDS
from proxy import Proxy

Serving = Callable[[ServerConnection], Awaitable[None]]


def few_attempts(monkeypatch: pytest.MonkeyPatch, most: int = 3) -> None:
    """Reconnects after milliseconds, but not often."""
    policy = RetryPolicy(1, 1, 2, most, 0.5, 10_000)
    monkeypatch.setattr(hawser.client, "Backoff", lambda random: Backoff(random, policy))


@asynccontextmanager
async def served(*wires: Serving) -> AsyncIterator[str]:
    """The address of a server that treats each wire by the next function, later ones by the last."""
    opened = 0

    async def one(wire: ServerConnection) -> None:
        nonlocal opened
        opened += 1
        await wires[min(opened, len(wires)) - 1](wire)

    async with serve(one, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def tell(wire: ServerConnection, type: str, payload: dict[str, Any]) -> None:
    await wire.send(encode("m1", type, payload, now=datetime.now(UTC)))


async def let_in(wire: ServerConnection) -> None:
    established = {"connectionId": "k1", "conversationId": "c1", "epoch": "e1", "lastSequence": 0}
    await tell(wire, "system.connection.established", established)


async def stay(wire: ServerConnection) -> None:
    """A wire that lasts, and tells of it."""
    await let_in(wire)
    await tell(wire, "control.notice", {"name": "here", "value": 1})
    await wire.wait_closed()


@asynccontextmanager
async def noticed(url: str, **options: Any) -> AsyncIterator[asyncio.Event]:
    """A client, and whether it has come to a wire that lasts."""
    came = asyncio.Event()
    client = Client(url, conversation_id="c1", **options)
    client.on_notice = lambda _: came.set()
    async with asyncio.timeout(SECONDS), client:
        yield came


async def test_wires_that_were_let_in_are_no_failed_attempts(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    few_attempts(monkeypatch)
    async with asyncio.timeout(SECONDS), Proxy(gateway.port) as proxy, Client(proxy.url, token=gateway.token()) as client:
        for _ in range(6):
            proxy.cut()
            await client.send("still here")


async def test_a_close_without_a_status_is_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    few_attempts(monkeypatch)

    async def leave(wire: ServerConnection) -> None:
        await let_in(wire)
        wire.transport.write(b"\x88\x00")
        await wire.wait_closed()

    async with served(leave, stay) as url, noticed(url) as came:
        await came.wait()


async def test_a_wire_that_is_not_let_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hawser.client, "LET_IN_SECONDS", 0.05)

    async def silent(wire: ServerConnection) -> None:
        await wire.wait_closed()

    async with asyncio.timeout(SECONDS), served(silent) as url:
        with pytest.raises(ConnectionLost, match="not let in"):
            async with Client(url, conversation_id="c1"):
                pass


@pytest.mark.parametrize("path", ["", "/", "/ws", "/ws/"])
async def test_the_address_may_name_the_endpoint(gateway: Gateway, path: str) -> None:
    async with Client(gateway.url + path, token=gateway.token()) as client:
        await client.send("hello")


async def test_a_token_source_need_not_be_async(gateway: Gateway) -> None:
    async with Client(gateway.url, token=gateway.token) as client:
        await client.send("hello")


async def test_a_token_source_that_fails_is_asked_again(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    few_attempts(monkeypatch)
    asked = 0

    def source() -> str:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise OSError("the identity provider is away")
        return gateway.token()

    async with Proxy(gateway.port) as proxy, Client(proxy.url, token=source) as client:
        proxy.cut()
        await client.send("hello")
    assert asked == 3


async def test_a_token_source_that_fails_at_first_shows_at_once() -> None:
    def source() -> str:
        raise OSError("the identity provider is away")

    with pytest.raises(ConnectionLost, match="the identity provider is away"):
        async with Client("http://127.0.0.1:1", token=source):
            pass


LIMITED = ("system.error", {"code": "RATE_LIMITED", "message": "Too much.", "retryAfterMs": 60_000})
CLOSING = ("system.connection.close", {"code": 1012, "reason": "server_shutdown", "reconnectAfterMs": 60_000})


@pytest.mark.parametrize("told", [LIMITED, CLOSING])
async def test_the_server_names_the_least_wait(monkeypatch: pytest.MonkeyPatch, told: tuple[str, dict[str, Any]]) -> None:
    waits: list[float] = []

    class Noting(Backoff):
        def failed(self, at_least: float = 0.0) -> float | None:
            waits.append(at_least)
            return super().failed()

    policy = RetryPolicy(1, 1, 2, 3, 0.5, 10_000)
    monkeypatch.setattr(hawser.client, "Backoff", lambda random: Noting(random, policy))

    async def flooded(wire: ServerConnection) -> None:
        await let_in(wire)
        await tell(wire, *told)
        await wire.close(4006)

    async with served(flooded, stay) as url, noticed(url) as came:
        await came.wait()
    assert [30 < wait <= 60 for wait in waits] == [True]


async def test_a_client_that_was_not_entered() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Client("http://127.0.0.1:1").send("hello")
    with pytest.raises(RuntimeError, match="async with"):
        await anext(Client("http://127.0.0.1:1"))


async def test_refused_for_good_says_why() -> None:
    async def refuse(wire: ServerConnection) -> None:
        await tell(wire, "system.error", {"code": "AUTH_INVALID", "message": "No."})
        await wire.close(4002)

    async with served(refuse) as url:
        with pytest.raises(Refused, match="AUTH_INVALID"):
            async with Client(url, conversation_id="c1"):
                pass
