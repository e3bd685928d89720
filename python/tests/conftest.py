from collections.abc import Iterator

import pytest

from gateway import Gateway


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway with the demo agent for all tests that do not change it."""
    with Gateway(tmp_path_factory.mktemp("gateway")) as started:
        yield started
