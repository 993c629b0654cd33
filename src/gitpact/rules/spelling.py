"""Which name a misspelt word most likely means."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 100  # characters of a word beyond which nothing is guessed: the time grows with the square


def nearest(word: str, names: Collection[str], likeness: float) -> str:
    """The name with the letters of `word` in another order, else the one that is spelt most like it; "" if none is.

    `likeness` is from 0 to 1 (`difflib.SequenceMatcher.ratio`): how alike two words have to be. Names that differ from
    the word in a digit are never meant: `v1` is not a misspelt `v2`.
    """
    import difflib  # noqa: PLC0415  only a misspelling needs it

    if len(word) > LONGEST:
        return ""
    able = [name for name in names if _digits(name) == _digits(word)]
    swapped = (name for name in able if sorted(name) == sorted(word))
    return next(swapped, "") or next(iter(difflib.get_close_matches(word, able, 1, likeness)), "")


def _digits(word: str) -> list[str]:
    return [char for char in word if char.isdigit()]
