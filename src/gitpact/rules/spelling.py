"""Which name a misspelt word most likely means."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

# Letters of a name from which a letter that is missing or too many, or a wrong one, is likelier than another word.
LONG, LONGER = 5, 6


def nearest(word: str, names: Collection[str]) -> str:
    """The first of the names that is one slip of the fingers away from `word`; "" if none is.

    A slip swaps two letters, doubles one or adds an `s` at the end; in names of at least LONG letters it also leaves
    one out or adds one inside, and in those of LONGER ones it hits another key: `text` is not `test`, `buildx` not
    `build`. The first letter is right but where it is swapped. Names that differ from the word in a digit are never
    meant: `v1` is not a misspelt `v2`.
    """
    return next((name for name in names if _digits(name) == _digits(word) and _is_slip(word, name)), "")


def _is_slip(word: str, name: str) -> bool:
    shorter = min(len(word), len(name))
    same = next((i for i in range(shorter) if word[i] != name[i]), shorter)
    swapped = word[:same] + word[same : same + 2][::-1] + word[same + 2 :]
    if not same or swapped == name:
        return swapped == name
    if len(word) == len(name) + 1:
        is_double = word[same] == word[same - 1]
        likely = is_double or word[same:] == "s" or (len(name) >= LONG and same < len(name))
        return likely and word[same + 1 :] == name[same:]
    if len(word) == len(name):
        return len(name) >= LONGER and word[same + 1 :] == name[same + 1 :]
    return len(name) >= LONG and word[same:] == name[same + 1 :]


def _digits(word: str) -> list[str]:
    return [char for char in word if char.isdigit()]
