"""The examples, as their pages say they are started."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from device import device
from gateway import ROOT, Gateway, clean_environment, first_line
from hawser import Client, Event
from moto.server import ThreadedMotoServer
from patience import SECONDS
from websockets.asyncio.client import connect

EXAMPLES = ROOT / "examples"


@contextmanager
def program(
    *command: str, environment: Mapping[str, str] | None = None, stdout: int | None = None
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        text=True,
        encoding="utf-8",
        env=clean_environment() | dict(environment or {}),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def serving(script: Path) -> Iterator[str]:
    """An example that listens on a port that is free, and its address."""
    with program(str(script), "0", stdout=subprocess.PIPE) as process:
        line = first_line(process)
        listens = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert listens is not None, f"{script.name} says {line!r}"
        yield listens[1]


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


async def test_http_agent(tmp_path: Path) -> None:
    config = EXAMPLES / "http-agent" / "hawser.yaml"
    with (
        serving(EXAMPLES / "http-agent" / "agent.py") as address,
        Gateway(tmp_path, config, HAWSER_AGENTS_ECHO_URL=f"{address}/run") as gateway,
    ):
        async with Client(gateway.url, token=gateway.token()) as client:
            await client.send("what is it")
            events = await until_end(client)
    assert text(events) == "You asked: what is it "
    assert events[-1].type == "run.completed"


async def test_ag_ui_agent(tmp_path: Path) -> None:
    config = EXAMPLES / "ag-ui-agent" / "hawser.yaml"
    with (
        serving(EXAMPLES / "ag-ui-agent" / "ag_ui_agent.py") as address,
        Gateway(tmp_path, config, HAWSER_AGENTS_CLERK_URL=f"{address}/agent") as gateway,
    ):
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


@pytest.fixture
def queue() -> Iterator[str]:
    """The URL of an SQS queue on this machine."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    try:
        sqs = boto3.client(
            "sqs", endpoint_url=address, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        yield sqs.create_queue(QueueName="runs")["QueueUrl"]
        sqs.close()
    finally:
        server.stop()


async def test_sqs_consumer(tmp_path: Path, queue: str) -> None:
    aws = {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_ENDPOINT_URL_SQS": queue.rpartition("/")[0].rpartition("/")[0],
    }
    config = EXAMPLES / "sqs-consumer" / "hawser.yaml"
    with Gateway(tmp_path, config, **aws) as gateway:
        consumer = {
            "QUEUE_URL": queue,
            "HAWSER_URL": gateway.url,
            "HAWSER_ACCESS_KEY_ID": "consumer",
            "HAWSER_SECRET_ACCESS_KEY": "change-me-before-you-use-it",
        }
        with program(str(EXAMPLES / "sqs-consumer" / "sqs_consumer.py"), environment=aws | consumer):
            address = gateway.url.replace("http", "ws", 1) + "/apigw"
            headers = {"Authorization": f"Bearer {gateway.token()}"}
            async with (
                asyncio.timeout(SECONDS),
                connect(address, additional_headers=headers, open_timeout=SECONDS) as wire,
            ):
                await wire.send(json.dumps({"matter_id": "m", "chat_session_id": "c", "message": "what is it"}))
                said: list[dict[str, Any]] = []
                while "run.completed" not in [frame["type"] for frame in said]:
                    said.append(json.loads(await wire.recv()))
    assert {"type": "answer", "text": "You asked: what is it"} in said
    assert said[-1]["result"] == {"text": "You asked: what is it"}


async def test_python_worker(tmp_path: Path) -> None:
    with Gateway(tmp_path, EXAMPLES / "python-worker" / "hawser.yaml") as gateway:
        worker = str(EXAMPLES / "python-worker" / "worker.py")
        key = gateway.token("clerk", worker=True)
        with program(worker, environment={"HAWSER_URL": gateway.url, "HAWSER_WORKER_KEY": key}) as process:
            async with Client(gateway.url, token=gateway.token()) as client:
                for decision, answer in (("approve", "Paid 250."), ("reject", "Then I leave it.")):
                    await client.send("pay 250")
                    asked = (await until_end(client))[-1]
                    assert asked["toolArgs"] == {"amount": 250}
                    await client.decide(asked["approvalId"], decision)  # type: ignore[arg-type]
                    assert text(await until_end(client)) == answer
                await client.send("read a.txt")
                assert text(await until_end(client)) == "I could not read it (DEVICE_OFFLINE)."
                async with device(gateway, "read_file", {"result": "hello"}) as calls:
                    await client.send("read a.txt")
                    assert text(await until_end(client)) == "It says: hello"
                    assert [call["arguments"] for call in calls] == [{"path": "a.txt"}]
                await client.send("just talk")
                assert text(await until_end(client)) == "just talk "
            process.terminate()
            assert await asyncio.to_thread(process.wait, SECONDS) == 0
