"""Display columns of a text on a terminal: `添加` is 4, a combining accent 0 (oracle: the wcwidth package)."""

from __future__ import annotations

ZWJ = "\u200d"
EMOJI_STYLE = "\ufe0f"


def width(text: str) -> int:
    """How many terminal columns `text` takes; control characters count as 0."""
    if text.isascii():
        return len(text) if text.isprintable() else sum(char.isprintable() for char in text)
    import unicodedata  # noqa: PLC0415  a shared object of its own, and most headers are ASCII

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
        if "\U0001f3fb" <= char <= "\U0001f3ff" and last:
            continue
        regional = "\U0001f1e6" <= char <= "\U0001f1ff"
        if regional and flag:
            flag = False
            continue
        flag = regional
        last = 2 if regional else _one(char, unicodedata.category(char), unicodedata.east_asian_width(char))
        columns += last
    return columns


def _one(char: str, category: str, east_asian: str) -> int:
    if category in {"Mn", "Me", "Cf", "Cc", "Zl", "Zp"} and char != "\u00ad":
        return 0
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":  # Hangul vowels and finals join a syllable
        return 0
    return 2 if east_asian in {"W", "F"} else 1
