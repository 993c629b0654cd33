"""Records of the hot path behave as those of `typing.NamedTuple` do, which is the oracle."""

from __future__ import annotations

import importlib.util
import marshal
import sys
import typing
from typing import Any

import pytest

from gitpact import records
from gitpact.policy import parsing
from gitpact.records import Policy

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[Any], object]


class Ours(records.NamedTuple):
    """A record."""

    name: str
    size: int
    tags: tuple[str, ...] = ()
    kind: str = "plain"
    new: bool = False
    cls: bool = False

    @property
    def twice(self) -> int:
        """Its size, doubled."""
        return self.size * 2

    def __str__(self) -> str:
        return f"<{self.name}>"


class Theirs(typing.NamedTuple):
    """A record."""

    name: str
    size: int
    tags: tuple[str, ...] = ()
    kind: str = "plain"
    new: bool = False
    cls: bool = False

    @property
    def twice(self) -> int:
        """Its size, doubled."""
        return self.size * 2

    def __str__(self) -> str:
        return f"<{self.name}>"


SAME: dict[str, Make] = {
    "by place": lambda record: record("a", 1, ("x",), "odd"),
    "by name": lambda record: record(size=1, name="a"),
    "both ways": lambda record: record("a", kind="odd", size=3),
    "defaults": lambda record: record("a", 1),
    "changed": lambda record: record("a", 1)._replace(size=7, kind="odd"),
    "fields": lambda record: record("a", 1)._fields,
    "as a dictionary": lambda record: record("a", 1)._asdict(),
    "its text": lambda record: str(record("a", 1)),
    "its representation": lambda record: repr(record("a", 1)).partition("(")[2],
    "a property": lambda record: record("a", 4).twice,
    "unpacked": lambda record: [*record("a", 1)],
    "hashed": lambda record: {record("a", 1), record("a", 1)} == {record(name="a", size=1)},
    "documented": lambda record: record.__doc__,
    "a slot for nothing else": lambda record: hasattr(record("a", 1), "__dict__"),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_as_a_named_tuple(make: Make) -> None:
    assert make(Ours) == make(Theirs)


WRONG: dict[str, tuple[type[Exception], Make]] = {
    "one too few": (TypeError, lambda record: record("a")),
    "one too many": (TypeError, lambda record: record(*range(7))),
    "one twice": (TypeError, lambda record: record("a", 1, name="b")),
    "an unknown one": (TypeError, lambda record: record("a", 1, other=2)),
    "an unknown one changed": (ValueError, lambda record: record("a", 1)._replace(other=2)),
    "one that is set": (AttributeError, lambda record: setattr(record("a", 1), "name", "b")),
}


@pytest.mark.parametrize(("error", "make"), WRONG.values(), ids=WRONG)
def test_mistakes_are_refused(error: type[Exception], make: Make) -> None:
    for record in (Ours, Theirs):
        with pytest.raises(error):
            make(record)


def test_where_python_has_no_reader_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_collections", None)
    spec = importlib.util.spec_from_file_location("records_elsewhere", records.__file__)
    assert spec
    assert spec.loader
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)
    person = elsewhere.Ident(email="ann@example.org", name="Ann Lee")
    assert (person.name, person.email) == ("Ann Lee", "ann@example.org")


def test_a_policy_is_packed_and_unpacked_to_the_same() -> None:
    text = "presets = ['standard', 'gerrit', 'no-ai-credit']\n[scopes]\napi = ['a/**']\n[[path]]\nmatch = 'a'\n"
    policy = parsing.parse(text + "[path.rules]\ntype-known = 'off'\n", "x")
    packed: Any = marshal.loads(marshal.dumps(typing.cast("Any", policy.packed())))  # noqa: S302  what it wrote itself
    assert Policy.unpacked(packed) == policy
    for other in (packed[:-1], (*packed, 1)):
        with pytest.raises(ValueError, match="another number of fields"):
            Policy.unpacked(other)
