"""Which lines of a body are fenced code, as CommonMark defines it."""

from __future__ import annotations

from gitpact.message.white_space import is_blank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FENCE = 3  # marks, at least; and spaces before them, at most (CommonMark, fenced code blocks)


def prose(lines: Sequence[str], block: int) -> Iterator[tuple[int, str]]:
    """Each line between the header and the trailer block that is no fenced code, with its number in the message.

    `lines` are those of the message, and `block` is the index of the first one of its trailer block. The fences
    themselves are left out too. A fence that is not closed ends with the body.
    """
    opened = ""
    for number, line in enumerate(lines[1:block], 2):
        marks, info = _fence(line)
        if opened:
            closes = marks.startswith(opened) and is_blank(info)
            opened = "" if closes else opened
        elif marks:
            opened = marks
        else:
            yield number, line


def _fence(line: str) -> tuple[str, str]:
    """The marks of a code fence and what follows them in its line; ("", "") for any other line."""
    text = line.lstrip(" ")
    marks = text[: len(text) - len(text.lstrip(text[:1]))] if text[:1] in {"`", "~"} else ""
    info = text[len(marks) :]
    is_fence = len(marks) >= FENCE >= len(line) - len(text) and not ("`" in info and marks[0] == "`")
    return (marks, info) if is_fence else ("", "")
