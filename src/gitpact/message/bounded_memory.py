"""What was computed once and is asked for again; a history repeats itself, and an outsider must not fill the memory."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import TypeVar

    Key = TypeVar("Key", bound=Hashable)
    Value = TypeVar("Value")

MOST = 4096  # entries of one table
LONGEST = 1000  # characters of one key


def put(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Add to a table; one that has MOST entries is emptied first."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value


def key_size(key: object) -> int:
    """How many characters a key holds, in all the tuples of which it is made; what is neither text nor tuple is 1."""
    if isinstance(key, tuple):
        return sum(map(key_size, key))
    return len(key) if isinstance(key, str | bytes) else 1
