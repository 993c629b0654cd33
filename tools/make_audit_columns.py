"""Write the columns of the tables of `gitpact audit` into docs/audit.md, from their declarations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.audit import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "audit.md"
MARKS = re.compile(r"(<!-- columns: written by \S+ -->\n).*?(<!-- end of columns -->)", re.DOTALL)


def page() -> str:
    """Return the page with the columns in it."""
    block = "\n".join(_columns())
    return MARKS.sub(lambda marks: f"{marks[1]}{block}\n{marks[2]}", PAGE.read_text(encoding="utf-8"))


def _columns() -> Iterator[str]:
    for table, columns in schema.TABLES.items():
        yield from (f"\n### {table}\n", "| column | type | meaning |", "| --- | --- | --- |")
        yield from (f"| `{one.name}` | {schema.KINDS[one.kind]} | {one.meaning} |" for one in columns)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
