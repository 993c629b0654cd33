"""What nobody may see as a command: each class of character by its literal code, what is written in its place in words."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from gitpact.report.escape import inert, visible

# First, last, and one from the middle of each class; expectations are literal, never what the function itself says.
UNSAFE = {
    "NUL": ("\x00", "<U+0000>"),
    "bell": ("\x07", "<U+0007>"),
    "backspace": ("\x08", "<U+0008>"),
    "line feed": ("\n", "<U+000A>"),
    "vertical tab": ("\x0b", "<U+000B>"),
    "form feed": ("\x0c", "<U+000C>"),
    "carriage return": ("\r", "<U+000D>"),
    "escape": ("\x1b", "<U+001B>"),
    "the last control": ("\x1f", "<U+001F>"),
    "delete": ("\x7f", "<U+007F>"),
    "the first C1 control": ("\x80", "<U+0080>"),
    "next line": ("\x85", "<U+0085>"),
    "device control string": ("\x90", "<U+0090>"),
    "control sequence introducer": ("\x9b", "<U+009B>"),
    "operating system command": ("\x9d", "<U+009D>"),
    "the last C1 control": ("\x9f", "<U+009F>"),
    "soft hyphen": ("\u00ad", "<U+00AD>"),
    "Arabic letter mark": ("\u061c", "<U+061C>"),
    "Mongolian vowel separator": ("\u180e", "<U+180E>"),
    "zero width space": ("\u200b", "<U+200B>"),
    "left-to-right mark": ("\u200e", "<U+200E>"),
    "right-to-left mark": ("\u200f", "<U+200F>"),
    "line separator": ("\u2028", "<U+2028>"),
    "paragraph separator": ("\u2029", "<U+2029>"),
    "left-to-right embedding": ("\u202a", "<U+202A>"),
    "pop directional formatting": ("\u202c", "<U+202C>"),
    "right-to-left override": ("\u202e", "<U+202E>"),
    "word joiner": ("\u2060", "<U+2060>"),
    "invisible plus": ("\u2064", "<U+2064>"),
    "left-to-right isolate": ("\u2066", "<U+2066>"),
    "right-to-left isolate": ("\u2067", "<U+2067>"),
    "first strong isolate": ("\u2068", "<U+2068>"),
    "pop directional isolate": ("\u2069", "<U+2069>"),
    "deprecated formatting": ("\u206a", "<U+206A>"),
    "nominal digit shapes": ("\u206f", "<U+206F>"),
    "the first surrogate": ("\ud800", "<U+D800>"),
    "a byte that is no UTF-8": ("\udc80", "<U+DC80>"),
    "the last surrogate": ("\udfff", "<U+DFFF>"),
    "byte order mark": ("\ufeff", "<U+FEFF>"),
    "interlinear annotation": ("\ufff9", "<U+FFF9>"),
    "its end": ("\ufffb", "<U+FFFB>"),
    "language tag": ("\U000e0001", "<U+E0001>"),
    "tag letter": ("\U000e0041", "<U+E0041>"),
    "cancel tag": ("\U000e007f", "<U+E007F>"),
}
HARMLESS = ("", "feat: x", "添加", "é", "👍", "👨\u200d👩\u200d👧", "a\u0301", "می\u200cخواهم", "\u2026", "\ufffd", " ")


@pytest.mark.parametrize(("char", "shown"), UNSAFE.values(), ids=UNSAFE)
def test_it_is_written_out(char: str, shown: str) -> None:
    assert visible(char) == shown
    assert visible(f"a{char}b{char}") == f"a{shown}b{shown}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_read_stays(text: str) -> None:
    assert visible(text) == text


def test_a_tab_is_a_space() -> None:
    assert visible("a\tb") == "a b"


def test_no_character_that_unicode_calls_a_control_or_a_mark_of_direction_passes() -> None:
    """The oracle is Unicode's own data, not our list."""
    shown = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if (
            unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
            or unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        )
        and char != "\t"
        and char in visible(char)
    ]
    assert shown == []


COMMANDS = {
    "a command": ("::error::x", "<U+003A>:error::x"),
    "after space": ("  ::set-output name=x::y", "  <U+003A>:set-output name=x::y"),
    "of Azure": ("a ##vso[task.setvariable]b", "a <U+0023>#vso[task.setvariable]b"),
    "of the old runner": ("##[error]x", "<U+0023>#[error]x"),
    "none, further on": ("a ::b", "a ::b"),
    "none, a heading": ("## x", "## x"),
    "none at all": ("feat: x", "feat: x"),
}


@pytest.mark.parametrize(("line", "shown"), COMMANDS.values(), ids=COMMANDS)
def test_a_runner_obeys_no_line_of_a_log(line: str, shown: str) -> None:
    assert inert(line) == shown
