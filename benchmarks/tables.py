"""The tables of the benchmarks: aligned for a terminal, as Markdown, and written into the page that shows them.

A page marks where a script writes: from `<!-- NAME: written by benchmarks/SCRIPT -->` to `<!-- end of NAME -->`.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DOCS = Path(__file__).parents[1] / "docs"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns two blanks apart, figures to the right; a version counts as a name."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    names = _names(rows)
    shapes = [f"{'<' if at < names else '>'}{width}" for at, width in enumerate(widths)]
    return ["  ".join(map(format, row, shapes)).rstrip() for row in rows]


def piped(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of Markdown."""
    names = _names(rows)
    rule = ["---" if at < names else "---:" for at in range(len(rows[0]))]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in (rows[0], rule, *rows[1:]))
    return [f"| {' | '.join(row)} |" for row in cells]


def _names(rows: Sequence[Sequence[str]]) -> int:
    return 2 if rows[0][1] == "version" else 1


def write(page: str, name: str, *tables: Sequence[Sequence[str]], claims: Iterable[object] = ()) -> None:
    """Replace what docs/PAGE shows under this name: the date, the versions, the tables and the claims.

    Raises LookupError where the page has no such marks.
    """
    parts = [[measured_with()], *map(piped, tables), [f"- {claim}" for claim in claims]]
    block = "\n\n".join("\n".join(part) for part in parts if part)
    path = DOCS / page
    marks = re.compile(
        rf"(<!-- {re.escape(name)}: written by benchmarks/\S+ -->\n).*?(<!-- end of {re.escape(name)} -->)", re.DOTALL
    )
    text, found = marks.subn(lambda mark: f"{mark[1]}{block}\n{mark[2]}", path.read_text(encoding="utf-8"))
    if not found:
        raise LookupError(f"docs/{page} has no marks for {name}")
    path.write_text(text, encoding="utf-8")


def measured_with() -> str:
    """The date, the versions and the machine, as one sentence."""
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return (
        f"Measured on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d} with gitpact {__version__}, git {git} and"
        f" Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores."
    )
