"""A misspelt name is one slip away from what it means; other words are left alone."""

from __future__ import annotations

import pytest

from gitpact.rules import spelling

NAMES = ("feat", "fix", "docs", "refactor", "test", "build", "chore", "v1", "perf")
MEANT = {
    "two letters swapped": ("refacotr", "refactor"),
    "the first two swapped": ("efat", "feat"),
    "the last two swapped": ("dosc", "docs"),
    "a letter left out": ("chre", "chore"),
    "the last letter left out": ("refacto", "refactor"),
    "a letter too many": ("feeat", "feat"),
    "the last letter twice": ("fixx", "fix"),
    "the plural": ("tests", "test"),
    "another key in a long name": ("refagtor", "refactor"),
}
NOT_MEANT = {
    "another word of four letters": "text",
    "another word of five letters": "built",
    "a short name that lacks a letter": "fet",
    "a short name with a letter inside": "docks",
    "another first letter": "best",
    "without the first letter": "ix",
    "with a letter before the first": "afix",
    "the name of something else that begins so": "buildx",
    "the first letter alone": "f",
    "two slips": "reafcotr",
    "another number": "v2",
    "nothing": "",
    "another script": "\u529f\u80fd",
    "long": "feat" * 100_000,
}


@pytest.mark.parametrize(("word", "name"), MEANT.values(), ids=MEANT)
def test_meant(word: str, name: str) -> None:
    assert spelling.nearest(word, NAMES) == name


@pytest.mark.parametrize("word", NOT_MEANT.values(), ids=NOT_MEANT)
def test_not_meant(word: str) -> None:
    assert spelling.nearest(word, NAMES) == ""
