import os
from collections.abc import Iterator

import pytest

import hawser.api
import hawser.client
import hawser.execution
import hawser.upload
import hawser.worker
from gateway import Gateway
from hawser.codes import RetryPolicy
from hawser.protocol.backoff import Backoff
from patience import SECONDS

# Tests talk to programs of this machine, of which no proxy knows, and to AWS as they say themselves.
for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway with the demo agent for all tests that do not change it."""
    with Gateway(tmp_path_factory.mktemp("gateway")) as started:
        yield started


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients and workers give a gateway on a slow machine the time it takes."""
    monkeypatch.setattr(hawser.client, "CONNECT_SECONDS", SECONDS)
    monkeypatch.setattr(hawser.client, "LET_IN_SECONDS", SECONDS)
    monkeypatch.setattr(hawser.api, "CONNECT_SECONDS", SECONDS)
    monkeypatch.setattr(hawser.api, "ANSWER_SECONDS", SECONDS)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers try again within milliseconds."""
    policy = RetryPolicy(1, 1, 2, 3, 0.5, 10_000)
    for module in (hawser.upload, hawser.execution, hawser.worker):
        monkeypatch.setattr(module, "Backoff", lambda random: Backoff(random, policy))
