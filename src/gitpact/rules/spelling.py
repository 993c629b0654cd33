"""Which name a misspelt word most likely means."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

SURE = 5  # letters of a name from which one wrong letter is more likely a slip than another word


def nearest(word: str, names: Collection[str]) -> str:
    """The first of the names that is one slip of the fingers away from `word`; "" if none is.

    A slip swaps two letters, leaves one out, adds one or hits another key. The first letter is right but where it is
    swapped, and the letter that is added at the end is the last one again or an `s`: `buildx` is a name of its own. In
    names of less than SURE letters no other key is hit: `text` is not `test`. Names that differ from the word in a
    digit are never meant: `v1` is not a misspelt `v2`.
    """
    return next((name for name in names if _digits(name) == _digits(word) and _is_slip(word, name)), "")


def _is_slip(word: str, name: str) -> bool:
    shorter = min(len(word), len(name))
    same = next((i for i in range(shorter) if word[i] != name[i]), shorter)
    swapped = word[:same] + word[same : same + 2][::-1] + word[same + 2 :]
    if not same or swapped == name:
        return swapped == name
    if len(word) == len(name) + 1:
        at_end = same == len(name)
        return word[same + 1 :] == name[same:] and (not at_end or word[-1] in (name[-1], "s"))
    if len(word) == len(name):
        return len(name) >= SURE and word[same + 1 :] == name[same + 1 :]
    return word[same:] == name[same + 1 :]


def _digits(word: str) -> list[str]:
    return [char for char in word if char.isdigit()]
