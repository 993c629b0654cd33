"""Bytes as people read them."""

from __future__ import annotations

DECIMAL = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
BINARY = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def size(count: int, *, binary: bool = False) -> str:
    """A number of bytes as text for people: `12.4 MB` in powers of 1000, or `12.4 MiB` in powers of 1024 if `binary`.

    The unit is the largest of which there is at least one, down to `B`. There is at most one decimal, and no `.0`.
    """
    for unit, name in BINARY if binary else DECIMAL:
        if count >= unit:
            shown = f"{count / unit:.1f}".removesuffix(".0")
            return f"{shown} {name}"
    return f"{count} B"


def size_and_limit(count: int, limit: int) -> tuple[str, str]:
    """Two numbers of bytes as a pair of texts (size, limit) to show side by side, such as ("12.3 MB", "10 MB").

    Each is written as by `size`, in powers of 1024 if `limit` is a multiple of 1024. If both texts would be equal, both
    are exact: ("5242881 B", "5242880 B").
    """
    binary = limit % 2**10 == 0
    got, expected = size(count, binary=binary), size(limit, binary=binary)
    return (got, expected) if got != expected else (f"{count} B", f"{limit} B")
