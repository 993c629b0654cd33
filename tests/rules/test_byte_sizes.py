"""Bytes as people read them."""

from __future__ import annotations

import pytest

from gitpact.rules import byte_sizes


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (5_000_000, "5 MB"),
        (12_345_678, "12.3 MB"),
        (2 * 10**9, "2 GB"),
    ],
)
def test_in_powers_of_ten(count: int, shown: str) -> None:
    assert byte_sizes.size(count) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(1023, "1023 B"), (1024, "1 KiB"), (5 * 2**20, "5 MiB"), (2**30, "1 GiB")]
)
def test_in_powers_of_two(count: int, shown: str) -> None:
    assert byte_sizes.size(count, binary=True) == shown


@pytest.mark.parametrize(
    ("count", "limit", "shown"),
    [
        (6_000_000, 5_000_000, ("6 MB", "5 MB")),
        (6 * 2**20, 5 * 2**20, ("6 MiB", "5 MiB")),
        (5_000_001, 5_000_000, ("5000001 B", "5000000 B")),
    ],
    ids=["as the limit", "a binary limit", "a byte too many"],
)
def test_against_a_limit(count: int, limit: int, shown: tuple[str, str]) -> None:
    assert byte_sizes.size_and_limit(count, limit) == shown
