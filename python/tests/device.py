"""A device of a user."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway import Gateway
from patience import SECONDS
from websockets.asyncio.client import connect

SILENT: dict[str, object] = {}
"""What a device answers that does not."""


@asynccontextmanager
async def device(site: Gateway, tool: str, answer: dict[str, object] | None) -> AsyncIterator[list[dict[str, object]]]:
    """A device of ann's that offers a tool and answers so, leaves when it is called, or is silent; what it was called for."""
    calls: list[dict[str, object]] = []
    address = site.url.replace("http", "ws", 1) + "/api/v1/ws/device"
    headers = {"Authorization": f"Bearer {site.token()}"}
    async with connect(address, additional_headers=headers, open_timeout=SECONDS) as wire:
        await wire.send(json.dumps({"type": "device_hello", "device_id": "phone", "tools": [{"name": tool}]}))
        # A hello is not answered; the answer to what is sent behind it says that it was taken, and by this wire.
        await wire.send(json.dumps({"type": "ping"}))
        async with asyncio.timeout(SECONDS):
            while json.loads(await wire.recv())["type"] != "pong":
                pass

        async def serve() -> None:
            async for text in wire:
                frame = json.loads(text)
                if frame["type"] == "ping":
                    await wire.send(json.dumps({"type": "pong"}))
                if frame["type"] == "tool_call":
                    calls.append(frame)
                    if answer is None:
                        await wire.close()
                    elif answer is not SILENT:
                        await wire.send(json.dumps({"type": "tool_result", "id": frame["id"]} | answer))

        serving = asyncio.create_task(serve())
        try:
            yield calls
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
