from collections.abc import Iterator

import pytest

import hawser.execution
import hawser.upload
import hawser.worker
from gateway import Gateway
from hawser.codes import RetryPolicy
from hawser.protocol.backoff import Backoff


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway with the demo agent for all tests that do not change it."""
    with Gateway(tmp_path_factory.mktemp("gateway")) as started:
        yield started


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers try again within milliseconds."""
    policy = RetryPolicy(1, 1, 2, 3, 0.5, 10_000)
    for module in (hawser.upload, hawser.execution, hawser.worker):
        monkeypatch.setattr(module, "Backoff", lambda random: Backoff(random, policy))
