"""Bytes as people read them."""

from __future__ import annotations

DECIMAL = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
BINARY = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def size(count: int, *, binary: bool = False) -> str:
    """`12.4 MB` (10^6), or `12.4 MiB` (2^20); bytes below the first unit. Whole numbers have no `.0`."""
    for unit, name in BINARY if binary else DECIMAL:
        if count >= unit:
            shown = f"{count / unit:.1f}".removesuffix(".0")
            return f"{shown} {name}"
    return f"{count} B"


def size_and_limit(count: int, limit: int) -> tuple[str, str]:
    """(size, limit) in the unit of the limit, `12.4 MB`; in bytes where both would be shown alike."""
    binary = limit % 2**10 == 0
    got, expected = size(count, binary=binary), size(limit, binary=binary)
    return (got, expected) if got != expected else (f"{count} B", f"{limit} B")
