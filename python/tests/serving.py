"""Workers that serve a gateway in memory for as long as a test lasts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fake_gateway import KEY, FakeGateway, FakeRun
from hawser import Worker
from hawser.execution import Handler
from patience import SECONDS

URL = "http://gateway"


@asynccontextmanager
async def working(gateway: FakeGateway, handler: Handler, **options: Any) -> AsyncIterator[Worker]:
    async with at_work(Worker(URL, key=KEY, transport=gateway, **options), handler) as worker:
        yield worker


@asynccontextmanager
async def at_work(worker: Worker, handler: Handler) -> AsyncIterator[Worker]:
    """The worker with the agent `a`, as long as it is needed; it stops in peace."""
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


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)
