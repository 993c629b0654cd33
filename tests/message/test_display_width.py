"""Display columns, against the wcwidth package."""

from __future__ import annotations

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from gitpact.message import display_width

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


@given(st.text(st.characters(max_codepoint=0x24FF, categories=("L", "N", "P", "S", "Zs")), max_size=20))
def test_letters_and_signs_of_long_standing_are_as_wide_as_wcwidth_says(text: str) -> None:
    known = [char for char in text if wcwidth.wcwidth(char) >= 0]
    assert display_width.width("".join(known)) == sum(wcwidth.wcwidth(char) for char in known)


@given(
    st.text(st.characters(min_codepoint=0x3041, max_codepoint=0xFFE6, categories=("Lo", "Po", "Ps", "Pe")), max_size=20)
)
def test_east_asian_text_is_as_wide_as_wcwidth_says(text: str) -> None:
    assert display_width.width(text) == sum(max(wcwidth.wcwidth(char), 0) for char in text)
