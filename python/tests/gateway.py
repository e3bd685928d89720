"""A gateway as a child process."""

import json
import os
import re
import selectors
import signal
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

from patience import SECONDS

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "hawser"


class Gateway:
    """A started gateway with its data folder. `config` is its configuration, or a file that holds it, with keys set by
    `environment`; without one it has the demo agent alone."""

    def __init__(self, folder: Path, config: Mapping[str, Any] | Path | None = None, **keys: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log.txt"
        if isinstance(config, Path):
            self.config = config
        else:
            merged: dict[str, Any] = {"agents": {"demo": {"type": "demo"}}, "defaultAgent": "demo"} | dict(config or {})
            merged["identity"] = {"development": True} | dict(merged.get("identity", {}))
            self.config = folder / "hawser.yaml"
            self.config.write_text(json.dumps(merged), "utf-8")
        self._environment = clean_environment() | keys | {"HAWSER_DATA": str(folder / "data")}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.start()

    def start(self) -> None:
        """On a free port, another one each time."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [str(LAUNCHER), "serve", "--config", str(self.config), "--port", "0"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env=self._environment,
            )
        # A launcher that finds something to build waits for the lock that whoever runs the tests may hold.
        line = first_line(self._process)
        ready = re.match(r"hawser ready (http://\S+)", line)
        if ready is None:
            self.kill()
            raise AssertionError(f"no gateway: {line!r}\n{self.log.read_text('utf-8', 'replace')[-2000:]}")
        self.url = ready[1]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._ended()

    def stop(self) -> None:
        """SIGTERM, which drains."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._ended()

    def _ended(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        self._process.wait()
        self._process.stdout.close()
        self._process = None

    def token(self, user: str = "ann", tenant: str = "acme", *, worker: bool = False) -> str:
        return token(str(self.config), self._environment["HAWSER_DATA"], user, tenant, worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def first_line(process: "subprocess.Popen[str]") -> str:
    """What a program says first on standard output; nothing where it ends without a word, or says none for too long."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(SECONDS) else ""


@cache
def token(config: str, data: str, user: str, tenant: str, worker: bool) -> str:
    """A development token."""
    command = [str(LAUNCHER), "token", "--config", config, "--data", data, "--tenant", tenant, "--user", user]
    command += ["--ttl", "24h"]
    if worker:
        command.append("--worker")
    return subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=clean_environment(),
    ).stdout.strip()


def clean_environment() -> dict[str, str]:
    """The environment without what would change the gateway's configuration, or have Python say more than the programs do."""
    kept = ("HAWSER_JAVA_HOME", "HAWSER_JAVA_OPTS")
    talkative = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONWARNINGS")
    return {
        name: value
        for name, value in os.environ.items()
        if name not in talkative and (not name.startswith("HAWSER_") or name in kept)
    }
