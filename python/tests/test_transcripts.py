"""Every transcript of the dialects that this package speaks."""

from typing import Any

import pytest

from gateway import Gateway
from replay import Replay
from transcripts import Captured, Transcript, dialects, read

SPOKEN = {"standard"}
OTHERS = {"apigw", "device", "envelope", "hitl"}
"""Dialects for other programs: a browser, a device, AWS. Their transcripts are the server's to replay."""


def test_every_dialect_is_accounted_for() -> None:
    assert SPOKEN <= set(dialects()) <= SPOKEN | OTHERS


@pytest.mark.parametrize("transcript", read("standard"), ids=lambda transcript: transcript.name)
async def test_standard(gateway: Gateway, transcript: Transcript) -> None:
    assert "config" not in transcript.connect, "needs a gateway of its own"
    await Replay(gateway.url, gateway.token, transcript).play()


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 2}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": "$absent"}, {"a": None}, True),
        ({"a": "$absent"}, {}, True),
        ({"a": "$any"}, {}, False),
        ({"a": "$any"}, {"a": None}, True),
        ({"a": "$string"}, {"a": ""}, False),
        ({"a": ["$id:x", "$id:x"]}, {"a": [1, 2]}, False),
        ({"a": ["$id:x", "$id:x"]}, {"a": [2, 2]}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": "$time"}, {"a": "2026-01-31T12:00:00.000Z"}, True),
        ({"a": "$time"}, {"a": "2026-01-31"}, False),
    ],
)
def test_patterns(pattern: Any, value: Any, matches: bool) -> None:
    assert (Captured().mismatch(pattern, value) is None) == matches
