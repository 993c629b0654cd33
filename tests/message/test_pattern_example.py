"""A text that a pattern matches, in the place of the pattern."""

from __future__ import annotations

import re

import pytest

from gitpact.message import pattern_example

PATTERNS = {
    "the default": ("#[1-9][0-9]*", "#12"),
    "a tracker's": ("PROJ-[0-9]+", "PROJ-12"),
    "any tracker's": (r"[A-Z]+-\d+", "PROJ-12"),
    "two trackers": ("(JIRA|OPS)-[0-9]{2,}", "OPS-1123"),
    "one of its own": ("ZIP-[0-9]+", "ZIP-123"),
    "no number": ("(todo|none)", "todo"),
    "a border": (r"\bQ\d", "Q1"),
    "repeated without end": ("(a+)+b", "ab"),
    "nothing": ("x{0}", "x{0}"),
    "what is not on a keyboard": ("\u6dfb+", "\u6dfb+"),
    "what cannot match": (r"a\bb", r"a\bb"),
}


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_example(pattern: str, expected: str) -> None:
    assert pattern_example.example(pattern) == expected
    assert expected == pattern or re.fullmatch(pattern, expected)
