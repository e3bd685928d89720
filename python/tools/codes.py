"""Writes src/hawser/codes.py from protocol/codes.json: `python tools/codes.py`. A test holds the two equal."""

import json
from pathlib import Path
from typing import Any

PYTHON = Path(__file__).resolve().parent.parent
CATALOGUE = PYTHON.parent / "protocol" / "codes.json"
MODULE = PYTHON / "src" / "hawser" / "codes.py"

HEAD = '''"""The catalogue of codes, written by tools/codes.py from protocol/codes.json. Do not edit."""

from dataclasses import dataclass
from typing import Final, Literal

Retry = Literal["never", "backoff", "refresh"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """What a code of the gateway's errors means; `retryable`: the same request may succeed later."""

    code: str
    category: str
    http_status: int
    retryable: bool
    message: str


@dataclass(frozen=True, slots=True)
class CloseCode:
    """What a WebSocket close code means, and what a client does about it."""

    code: int
    name: str
    meaning: str
    retry: Retry


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Before attempt n (from 1) a client waits min(max_ms, base_ms * factor ** (n - 1)), of which the share `jitter` is
    random. After `max_attempts` failures in a row it stops; `reset_after_ms` on an established wire count as success."""

    base_ms: int
    factor: float
    max_ms: int
    max_attempts: int
    jitter: float
    reset_after_ms: int

'''


def module(catalogue: dict[str, Any]) -> str:
    """The text of the module."""
    lines = [HEAD, "ERRORS: Final[dict[str, ErrorCode]] = {"]
    for error in catalogue["errors"]:
        fields = (error["code"], error["category"], error["httpStatus"], error["retryable"], error["message"])
        lines.append(f"    {literal(error['code'])}: ErrorCode({arguments(fields)}),")
    lines += ["}", "", "CLOSES: Final[dict[int, CloseCode]] = {"]
    for close in catalogue["closes"]:
        close_fields = (close["code"], close["name"], close["meaning"], close["retry"])
        lines.append(f"    {close['code']}: CloseCode({arguments(close_fields)}),")
    policy = catalogue["retryPolicy"]
    numbers = tuple(policy[name] for name in ("baseMs", "factor", "maxMs", "maxAttempts", "jitter", "resetAfterMs"))
    lines += ["}", "", f"RETRY_POLICY: Final = RetryPolicy({arguments(numbers)})", ""]
    return "\n".join(lines)


def arguments(values: tuple[object, ...]) -> str:
    return ", ".join(literal(value) for value in values)


def literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    MODULE.write_text(module(json.loads(CATALOGUE.read_text("utf-8"))), "utf-8")
