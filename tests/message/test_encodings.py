"""Encodings that a commit may name, by any of their names, and what UTF-8 as git has it does not hold."""

from __future__ import annotations

import pytest

from gitpact.message import encodings

KNOWN = {"": "utf-8", "UTF-8": "utf-8", "utf8": "utf-8", "ISO-8859-1": "iso8859-1", "latin1": "iso8859-1", "GBK": "gbk"}
UNKNOWN = (
    "UTF-7",
    "utf-16",
    "UTF-32",
    "iso2022_jp",
    "hz",
    "idna",
    "undefined",
    "rot13",
    "x" * 50,
    "é",
    "no-such",
    "a\0b",
)


@pytest.mark.parametrize(("name", "codec"), KNOWN.items())
def test_known(name: str, codec: str) -> None:
    assert encodings.codec(name) == codec


@pytest.mark.parametrize("name", UNKNOWN)
def test_none_in_which_text_can_hide(name: str) -> None:
    assert encodings.codec(name) == ""


@pytest.mark.parametrize("codec", sorted(encodings.SAFE))
def test_in_each_of_them_ascii_stands_for_itself(codec: str) -> None:
    """What decides where a header ends and where a trailer is."""
    text = "".join(map(chr, range(0x40)))
    assert text.encode(codec) == text.encode("ascii")
    assert text.encode("ascii").decode(codec) == text


def test_noncharacters() -> None:
    assert encodings.noncharacter("feat: 添加\n\n\u2028") == -1
    assert encodings.noncharacter("ab\ufdd0") == 2
