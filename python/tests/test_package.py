"""What whoever installs the package gets with it."""

import inspect
from pathlib import Path

import hawser
from gateway import ROOT


def undocumented() -> list[str]:
    """Public classes of the package, and what is public of them, without a docstring."""
    found = []
    for name in hawser.__all__:
        thing = getattr(hawser, name)
        members = {
            f"{name}.{member}": value.fget if isinstance(value, property) else value
            for member, value in vars(thing).items()
            if not member.startswith("_")
        }
        of = {name: thing} | {key: value for key, value in members.items() if inspect.isroutine(value)}
        found += [key for key, value in of.items() if not inspect.getdoc(value)]
    return found


def test_everything_public_says_what_it_is() -> None:
    assert undocumented() == []


def test_types_and_licence_are_with_it() -> None:
    assert (Path(hawser.__file__).parent / "py.typed").is_file()
    assert (ROOT / "python/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
