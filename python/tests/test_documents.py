"""The programs that the pages print, as they are printed."""

import asyncio
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from gateway import ROOT, Gateway, clean_environment
from patience import SECONDS
from test_examples import program

ADDRESS = "http://localhost:8080"
CLIENT = """\
import asyncio, os
token = os.environ["TOKEN"]
async def main():
{body}
asyncio.run(main())
"""


def printed(page: str, language: str, word: str) -> str:
    """The one piece of a page in that language that has the word in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [block] = [block for block in blocks if word in block]
    return str(block)


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
async def test_worker_and_client(tmp_path: Path, page: str) -> None:
    config = tmp_path / "hawser.yaml"
    config.write_text(printed("README.md", "yaml", "travel"), "utf-8")
    with Gateway(tmp_path, config) as gateway:
        key = gateway.token("travel", worker=True)
        worker = tmp_path / "agent.py"
        said = printed(page, "python", "worker.run()").replace(ADDRESS, gateway.url)
        worker.write_text(said.replace('key="…"', f'key="{key}"'), "utf-8")
        client = tmp_path / "client.py"
        body = printed("docs/python.md", "python", "async with Client(").replace(ADDRESS, gateway.url)
        client.write_text(CLIENT.format(body=textwrap.indent(body, "    ")), "utf-8")
        with program(str(worker), environment={"HAWSER_WORKER_KEY": key}):
            environment = clean_environment() | {"TOKEN": gateway.token()}
            command = [sys.executable, str(client)]
            asked = await asyncio.to_thread(
                subprocess.run,
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        assert (asked.stdout, asked.stderr, asked.returncode) == ("Booked for 89.", "", 0)
