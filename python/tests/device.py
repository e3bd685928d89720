"""A device of a user."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from gateway import Gateway
from websockets.asyncio.client import connect

SECONDS = 60


SILENT: dict[str, object] = {}
"""What a device answers that does not."""


@asynccontextmanager
async def device(site: Gateway, tool: str, answer: dict[str, object] | None) -> AsyncIterator[list[dict[str, object]]]:
    """A device of ann's that offers a tool and answers so, leaves when it is called, or is silent; what it was called for."""
    calls: list[dict[str, object]] = []
    address = site.url.replace("http", "ws", 1) + "/api/v1/ws/device"
    async with connect(address, additional_headers={"Authorization": f"Bearer {site.token()}"}) as wire:
        await wire.send(json.dumps({"type": "device_hello", "device_id": "phone", "tools": [{"name": tool}]}))

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
        headers = {"Authorization": f"Bearer {site.token()}"}
        async with asyncio.timeout(SECONDS), httpx.AsyncClient(base_url=site.url, headers=headers) as http:
            while not (await http.get("/v1/devices")).json()["devices"]:
                await asyncio.sleep(0.02)
        try:
            yield calls
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
