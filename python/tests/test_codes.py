"""The catalogue in Python is that of protocol/codes.json, and the waits are those of its retry policy."""

import importlib.util
import json
from types import ModuleType

import pytest

from gateway import ROOT
from hawser import codes
from hawser.protocol.backoff import Backoff, retry_of


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("codes_generator", ROOT / "python" / "tools" / "codes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_module_is_what_the_generator_writes() -> None:
    tool = generator()
    catalogue = json.loads(tool.CATALOGUE.read_text("utf-8"))
    assert tool.MODULE.read_text("utf-8") == tool.module(catalogue), "run python tools/codes.py"


def test_the_catalogue_is_equal() -> None:
    catalogue = json.loads((ROOT / "protocol" / "codes.json").read_text("utf-8"))
    assert [error["code"] for error in catalogue["errors"]] == list(codes.ERRORS)
    assert {close["code"]: close["retry"] for close in catalogue["closes"]} == {
        code: close.retry for code, close in codes.CLOSES.items()
    }


def test_waits_grow_to_their_bound_and_end() -> None:
    backoff = Backoff(lambda: 0.0)
    waits = [backoff.failed() for _ in range(11)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, None]


def test_a_share_is_random() -> None:
    assert Backoff(lambda: 0.999999).failed() == pytest.approx(0.5, rel=1e-3)


def test_what_the_gateway_asks_for_is_the_least() -> None:
    assert Backoff(lambda: 0.0).failed(at_least=7.5) == 7.5


@pytest.mark.parametrize(("seconds", "left"), [(9.9, 3), (10.0, 0)])
def test_a_wire_that_lasted_forgives(seconds: float, left: int) -> None:
    backoff = Backoff(lambda: 0.0)
    for _ in range(3):
        backoff.failed()
    backoff.was_up(seconds)
    assert backoff.failures == left


@pytest.mark.parametrize(("code", "retry"), [(1006, "backoff"), (4001, "refresh"), (1000, "never"), (4999, "never")])
def test_close_codes(code: int, retry: str) -> None:
    assert retry_of(code) == retry


def test_a_wire_that_was_let_in_is_no_failed_attempt() -> None:
    backoff = Backoff(lambda: 0.0)
    for _ in range(20):
        backoff.was_up(0.1)
        assert backoff.failed() is not None
    assert backoff.failed() == 30
