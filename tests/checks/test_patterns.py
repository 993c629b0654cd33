"""Patterns that are kept are those that `re` makes, which compares what the engine runs; a broken one counts for nothing."""

from __future__ import annotations

import marshal
import re
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import patterns, screening
from gitpact.policy import cache, resolve

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (rb"(a+)b\Z", rb"(?!x)(?:[^\n]{0,3}+(?=\n|\Z)|([^\n]++))(?:\n|\Z)", rb"[\x00-\x1f]|\d+", rb"")
KEY = (sys.hexversion, sys.implementation.name)
MADE = [re.compile(text) for text in TEXTS]


def file_in(folder: Path) -> Path:
    return folder / cache.DIRECTORY / cache.PATTERNS


def test_the_second_time_they_are_taken_from_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert patterns.compiled(TEXTS, str(tmp_path)) == MADE
    monkeypatch.setitem(sys.modules, "re", None)
    assert patterns.compiled(TEXTS, str(tmp_path)) == MADE
    assert [path.name for path in file_in(tmp_path).parent.iterdir()] == [cache.PATTERNS], "nothing else is left there"


@pytest.mark.parametrize("preset", ["standard", "conventional", "openim", "strict"])
def test_those_of_a_screen(preset: str, tmp_path: Path) -> None:
    assert screening.of(resolve.parse(f'preset = "{preset}"', "gitpact.toml"), git_dir=str(tmp_path))
    texts = [*cache.kept(str(file_in(tmp_path)), KEY)]
    assert len(texts) == 3
    assert patterns.compiled(texts, str(tmp_path)) == [*map(re.compile, texts)]


BROKEN = {
    "nothing": b"",
    "not of marshal": b"\xff\xff",
    "of another Python": marshal.dumps(((1, "other"), {TEXTS[0]: (0, [1], 0)})),
    "no code": marshal.dumps((KEY, {TEXTS[0]: (0, [1 << 20], 0)})),
    "no numbers": marshal.dumps((KEY, {TEXTS[0]: (0, "x", 0)})),
    "no pattern": marshal.dumps((KEY, {TEXTS[0]: None})),
    "another one": marshal.dumps((KEY, {TEXTS[1]: (0, [1], 0)})),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_made_anew(data: bytes, tmp_path: Path) -> None:
    file_in(tmp_path).parent.mkdir()
    file_in(tmp_path).write_bytes(data)
    assert patterns.compiled(TEXTS[:1], str(tmp_path)) == MADE[:1]
    assert cache.kept(str(file_in(tmp_path)), KEY)[TEXTS[0]][1] != [1], "and kept for the next time"


@pytest.mark.parametrize("name", ["_sre", "_compiler"])
def test_another_python(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the engine as CPython has it, or without the compiler, `re` makes them each time."""
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr(re, name, raising=False)
    monkeypatch.setitem(sys.modules, f"re.{name}", None)
    for _ in range(2):
        assert patterns.compiled(TEXTS, str(tmp_path)) == MADE


def test_too_many_are_forgotten(tmp_path: Path) -> None:
    for number in range(patterns.MOST + 1):
        patterns.compiled([b"%d" % number], str(tmp_path))
    assert [*cache.kept(str(file_in(tmp_path)), KEY)] == [b"%d" % patterns.MOST]


def test_nothing_is_kept_where_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / cache.DIRECTORY).write_text("a file")
    assert patterns.compiled(TEXTS, str(tmp_path)) == MADE
    assert patterns.compiled(TEXTS) == MADE
