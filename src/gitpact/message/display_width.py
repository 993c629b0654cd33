"""Display columns of a text on a terminal: `添加` is 4, a combining accent 0 (by the data of the wcwidth package)."""

from __future__ import annotations

from gitpact.message.bounded_memory import put

ZWJ = "\u200d"
EMOJI_STYLE = "\ufe0f"


class _Columns(dict[str, int]):
    """Columns of the characters that take the same number wherever they stand. Raises KeyError for any other."""

    def __missing__(self, char: str) -> int:
        if char in {ZWJ, EMOJI_STYLE} or _is_tone(char) or _is_regional(char):
            raise KeyError(char)
        columns = _one(char)
        put(self, char, columns)
        return columns


_columns = _Columns()


def width(text: str) -> int:
    """How many terminal columns `text` takes; control characters count as 0."""
    if text.isascii():
        return len(text) if text.isprintable() else sum(char.isprintable() for char in text)
    try:
        return sum(map(_columns.__getitem__, text))
    except KeyError:
        return _joined(text)


def _joined(text: str) -> int:
    """The columns of a text in which characters join."""
    columns = last = 0
    joined = flag = False
    for char in text:
        if joined:
            joined = False
            continue
        if char == ZWJ:
            joined = last > 0
            continue
        if char == EMOJI_STYLE:
            columns += 1 if last == 1 else 0
            last = 2 if last else 0
            continue
        if _is_tone(char) and last:
            continue
        regional = _is_regional(char)
        if regional and flag:
            flag = False
            continue
        flag = regional
        last = 2 if regional else _one(char)
        columns += last
    return columns


def _is_tone(char: str) -> bool:
    """Whether it gives the emoji before it a colour of skin."""
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_regional(char: str) -> bool:
    """Whether two of it are a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _one(char: str) -> int:
    from bisect import bisect_right  # noqa: PLC0415  as the next line

    from gitpact.message.width_table import BORDERS, COLUMNS  # noqa: PLC0415  most headers are ASCII

    return int(COLUMNS[bisect_right(BORDERS, ord(char)) - 1])
