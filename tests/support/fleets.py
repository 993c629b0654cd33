"""Folders of many small repositories, and what an audit wrote about them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import duckdb

from gitpact.audit import schema
from tests.support.repos import Repo, bare, environment

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "feat: step {number}\n\nSigned-off-by: Ann Lee <ann@example.org>\n"
BAD = "Step {number}\n"
JANUARY = 1767225600  # the begin of 2026
DAY = 86400


def mirror(folder: Path, commits: int = 3, bad: int = 0, *options: str) -> Repo:
    """A bare repository with so many commits, one a day from 2026 on, each with a file; the first `bad` have errors."""
    made = bare(folder, *options)
    rows = []
    for number in range(commits):
        text = (BAD if number < bad else GOOD).format(number=number)
        person = f"Ann Lee <ann@example.org> {JANUARY + number * DAY} +0000"
        content = f"{folder.stem!a} {number}\n" * (number + 1)
        rows += [
            f"commit refs/heads/main\nauthor {person}\ncommitter {person}\n",
            f"data {len(text)}\n{text}",
            f"M 100644 inline file-{number}\ndata {len(content)}\n{content}\n",
        ]
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=folder, env=environment(), input="".join(rows), text=True, check=True
    )
    return made


def rows(output: Path, table: str, columns: str = "*", *, date: str = "*") -> list[tuple[Any, ...]]:
    """The rows of a table in what an audit wrote, in order, read by DuckDB."""
    names = ", ".join(column.name for column in schema.TABLES[table] if column.name != "took")
    every = duckdb.read_parquet(f"{output}/{table}/date={date}/*.parquet")
    return every.project(names if columns == "*" else columns).order("ALL").fetchall()


def all_rows(output: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of all tables, but for the time that was taken."""
    return {table: rows(output, table) for table in schema.TABLES}
