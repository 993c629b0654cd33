"""Bytes into a message (how-git-reads-a-message 10 to 19)."""

from __future__ import annotations

from gitpact import message
from gitpact.records import Settings


def test_carriage_returns_are_not_counted() -> None:
    assert message.from_bytes(b"feat: x\r\n\r\nbody\r\n").lines == ("feat: x", "", "body")


def test_a_lone_carriage_return_is_data() -> None:
    assert message.from_bytes(b"feat: x\ry").lines == ("feat: x\ry",)


def test_a_byte_order_mark_is_noted_and_put_aside() -> None:
    found = message.from_bytes(b"\xef\xbb\xbffeat: x\n")
    assert found.bom
    assert found.header.prefix.fault is None


def test_bytes_of_another_encoding() -> None:
    latin = "feat: é".encode("latin-1")
    assert message.from_bytes(latin).bad_byte == 6
    assert message.from_bytes(latin, Settings(encoding="latin-1")).header.description == "é"
    assert message.from_bytes("feat: 添加".encode("gbk"), Settings(encoding="GBK")).header.description == "添加"


def test_an_unknown_encoding_is_no_crash() -> None:
    found = message.from_bytes(b"feat: x", Settings(encoding="no-such"))
    assert found.bad_byte == 0
    assert found.header.description == "x"


def test_nothing_has_no_lines() -> None:
    found = message.from_bytes(b"")
    assert (found.lines, found.header.text, found.block) == ((), "", 0)


def test_the_header_is_the_first_line_even_when_it_is_blank() -> None:
    assert message.from_bytes(b"\nfeat: x\n").header.text == ""


def test_a_wrapped_header_is_not_joined() -> None:
    assert message.from_bytes(b"feat: x\ncontinued\n").header.text == "feat: x"


def test_a_megabyte_is_read_at_once() -> None:
    found = message.from_bytes(b"feat: x\n\n" + b"Signed-off-by: A <a@b.co>\n" * 40_000)
    assert len(found.trailers) == 40_000
