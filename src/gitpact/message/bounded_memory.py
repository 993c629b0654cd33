"""Tables of results that are needed again: a history repeats itself, and an outsider must not fill the memory."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import TypeVar

    Key = TypeVar("Key", bound=Hashable)
    Value = TypeVar("Value")

MOST = 4096  # entries of one table
LONGEST = 1000  # characters of one key
TEXT = (str, bytes)


def put(known: dict[Key, Value], key: Key, value: Value) -> None:
    """Set `known[key]` to a value; a table that has MOST entries is emptied first."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value


def key_size(key: object) -> int:
    """The length of a key: of a text or bytes its `len`, of a tuple the sum over its members, of anything else 1.

    What is longer than LONGEST is not to be put into a table.
    """
    if isinstance(key, TEXT):
        return len(key)
    return sum(map(key_size, key)) if isinstance(key, tuple) else 1
