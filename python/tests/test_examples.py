"""The examples, as their pages say they are started."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway import ROOT, Gateway, clean_environment
from hawser import Client, Event

EXAMPLES = ROOT / "examples"
SECONDS = 60


@contextmanager
def program(*command: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, *command], env=clean_environment() | environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def listening(port: int) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            await asyncio.sleep(0.02)


async def until_end(client: Client) -> list[Event]:
    events = []
    async with asyncio.timeout(SECONDS):
        async for event in client:
            assert isinstance(event, Event)
            events.append(event)
            if event.ends_run or event.type == "approval.required":
                break
    return events


def text(events: list[Event]) -> str:
    return "".join(event["delta"] for event in events if event.type == "text.delta")


async def test_http_agent(tmp_path: Path, unused_tcp_port: int) -> None:
    config = EXAMPLES / "http-agent" / "hawser.yaml"
    url = f"http://127.0.0.1:{unused_tcp_port}/run"
    with program(str(EXAMPLES / "http-agent" / "agent.py"), str(unused_tcp_port)):
        await listening(unused_tcp_port)
        with Gateway(tmp_path, config, HAWSER_AGENTS_ECHO_URL=url) as gateway:
            async with Client(gateway.url, token=gateway.token()) as client:
                await client.send("what is it")
                events = await until_end(client)
    assert text(events) == "You asked: what is it "
    assert events[-1].type == "run.completed"


async def test_ag_ui_agent(tmp_path: Path, unused_tcp_port: int) -> None:
    config = EXAMPLES / "ag-ui-agent" / "hawser.yaml"
    url = f"http://127.0.0.1:{unused_tcp_port}/agent"
    with program(str(EXAMPLES / "ag-ui-agent" / "ag_ui_agent.py"), str(unused_tcp_port)):
        await listening(unused_tcp_port)
        with Gateway(tmp_path, config, HAWSER_AGENTS_CLERK_URL=url) as gateway:
            async with Client(gateway.url, token=gateway.token()) as client:
                await client.send("what is it")
                assert text(await until_end(client)) == "You asked: what is it "
                for decision, edited, answer in (
                    ("approve", None, "Paid 250. "),
                    ("edit", {"amount": 100}, "Paid 100. "),
                    ("reject", None, "Then I leave it. "),
                ):
                    await client.send("pay 250")
                    events = await until_end(client)
                    assert text(events) == "Let me ask. "
                    assert (events[-1]["toolName"], events[-1]["toolArgs"]) == ("pay", {"amount": 250})
                    await client.decide(events[-1]["approvalId"], decision, edited_args=edited)  # type: ignore[arg-type]
                    assert text(await until_end(client)) == answer


async def test_python_worker(tmp_path: Path) -> None:
    with Gateway(tmp_path, EXAMPLES / "python-worker" / "hawser.yaml") as gateway:
        worker = str(EXAMPLES / "python-worker" / "worker.py")
        key = gateway.token("clerk", worker=True)
        with program(worker, HAWSER_URL=gateway.url, HAWSER_WORKER_KEY=key) as process:
            async with Client(gateway.url, token=gateway.token()) as client:
                for decision, answer in (("approve", "Paid 250."), ("reject", "Then I leave it.")):
                    await client.send("pay 250")
                    asked = (await until_end(client))[-1]
                    assert asked["toolArgs"] == {"amount": 250}
                    await client.decide(asked["approvalId"], decision)  # type: ignore[arg-type]
                    assert text(await until_end(client)) == answer
                await client.send("just talk")
                assert text(await until_end(client)) == "just talk "
            process.terminate()
            assert await asyncio.to_thread(process.wait, SECONDS) == 0
