"""Transcripts (protocol/README.md): reading them, matching their patterns, sample messages from patterns."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ABSENT = object()


@dataclass(frozen=True)
class Transcript:
    name: str
    dialect: str
    connect: dict[str, Any]
    steps: list[dict[str, Any]]


def read(dialect: str) -> list[Transcript]:
    files = sorted((PROTOCOL / dialect / "transcripts").glob("*.jsonl"))
    return [_read(dialect, file) for file in files]


def dialects() -> list[str]:
    return sorted(folder.parent.name for folder in PROTOCOL.glob("*/transcripts"))


def _read(dialect: str, file: Path) -> Transcript:
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    assert lines[0]["transcript"] == file.stem
    return Transcript(file.stem, dialect, lines[0]["connect"], lines[1:])


@dataclass
class Captured:
    """What `$id:name` has captured."""

    values: dict[str, Any] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """The value with each `$ref:name` replaced."""
        if isinstance(value, dict):
            return {name: self.fill(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.fill(inner) for inner in value]
        if isinstance(value, str) and value.startswith("$ref:"):
            return self.values[value.removeprefix("$ref:")]
        return value

    def mismatch(self, pattern: Any, value: Any, where: str = "") -> str | None:
        """Why the value does not match, or None. What is captured stays only where it matches as a whole."""
        before = dict(self.values)
        found = self._mismatch(pattern, value, where)
        if found is not None:
            self.values = before
        return found

    def _mismatch(self, pattern: Any, value: Any, where: str) -> str | None:
        if isinstance(pattern, str) and pattern.startswith("$"):
            return None if self._matches(pattern, value) else f"{where}: {_show(value)} is not {pattern}"
        if isinstance(pattern, dict):
            if not isinstance(value, dict):
                return f"{where}: {_show(value)} is no object"
            for name, inner in pattern.items():
                found = self._mismatch(inner, value.get(name, ABSENT), f"{where}.{name}")
                if found is not None:
                    return found
            return None
        if isinstance(pattern, list):
            if not isinstance(value, list) or len(value) != len(pattern):
                return f"{where}: {_show(value)} is no array of {len(pattern)}"
            for index, inner in enumerate(pattern):
                found = self._mismatch(inner, value[index], f"{where}[{index}]")
                if found is not None:
                    return found
            return None
        same = pattern == value and isinstance(pattern, bool) == isinstance(value, bool)
        return None if same else f"{where}: {_show(value)} is not {pattern!r}"

    def _matches(self, matcher: str, value: Any) -> bool:
        name = matcher.partition(":")[2]
        match matcher.partition(":")[0]:
            case "$absent":
                return value is ABSENT or value is None
            case _ if value is ABSENT:
                return False
            case "$any":
                return True
            case "$string":
                return isinstance(value, str) and value != ""
            case "$number":
                return isinstance(value, int | float) and not isinstance(value, bool)
            case "$boolean":
                return isinstance(value, bool)
            case "$object":
                return isinstance(value, dict)
            case "$array":
                return isinstance(value, list)
            case "$time":
                return isinstance(value, str) and TIME.fullmatch(value) is not None
            case "$id":
                if isinstance(value, dict | list) or value is None:
                    return False
                return bool(self.values.setdefault(name, value) == value)
            case "$ref":
                return bool(self.values[name] == value)
            case _:
                raise AssertionError(f"unknown matcher {matcher}")


def _show(value: Any) -> str:
    return "a missing field" if value is ABSENT else repr(value)
