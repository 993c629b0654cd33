"""Display columns, against the wcwidth package."""

from __future__ import annotations

import sys

import pytest
import wcwidth

from gitpact.message import display_width, width_table

CASES = {
    "ascii": ("feat: x", 7),
    "chinese": ("添加", 4),
    "full-width colon": ("：", 2),
    "composed accent": ("é", 1),
    "decomposed accent": ("e\u0301", 1),
    "family": ("\U0001f469\u200d\U0001f469\u200d\U0001f467", 2),
    "skin tone": ("\U0001f44d\U0001f3fd", 2),
    "flag": ("\U0001f1e8\U0001f1f3", 2),
    "emoji style": ("\u2764\ufe0f", 2),
    "zero width space": ("a\u200bb", 2),
    "control": ("a\x1bb", 2),
    "hangul jamo": ("\u1112\u1161\u11ab", 2),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_width(text: str, expected: int) -> None:
    assert display_width.width(text) == expected


def test_every_character_takes_what_wcwidth_says() -> None:
    # Where this fails after a new wcwidth: `make width-table`.
    ends = (*width_table.BORDERS[1:], sys.maxunicode + 1)
    for begin, end, columns in zip(width_table.BORDERS, ends, width_table.COLUMNS, strict=True):
        assert {max(wcwidth.wcwidth(chr(code)), 0) for code in range(begin, end)} == {int(columns)}, hex(begin)
        assert display_width.width(chr(begin)) == display_width.width(chr(end - 1)) == int(columns), hex(begin)
