"""A function that remembers, as `functools.lru_cache` makes one, which is the oracle."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from tests.support.modules import loaded_anew

from gitpact import memo

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Maker = Callable[[int], Callable[[Callable[[int], int]], Callable[[int], int]]]


def asked(lru_cache: Maker) -> list[int]:
    """What a function is called with that remembers its last two arguments."""
    called: list[int] = []

    def twice(number: int) -> int:
        called.append(number)
        return 2 * number

    remembering = lru_cache(2)(twice)
    assert [remembering(number) for number in (1, 1, 2, 1, 3, 1, 2)] == [2, 2, 4, 2, 6, 2, 4]
    return called


def test_the_last_arguments_are_remembered() -> None:
    assert asked(memo.lru_cache) == asked(functools.lru_cache) == [1, 2, 3, 2]


def test_an_interpreter_without_a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_functools", None)
    assert loaded_anew("gitpact.memo").lru_cache is functools.lru_cache
