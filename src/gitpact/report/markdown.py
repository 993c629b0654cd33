"""A table for a job summary or a comment. What a commit says stands in code spans: there is no markup in them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from gitpact.report.escape import visible
from gitpact.report.i18n import labelled
from gitpact.report.json_format import display_rows
from gitpact.report.text import repair_lines, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Result
    from gitpact.report.i18n import Catalog
    from gitpact.report.json_format import Row
    from gitpact.report.report_context import Run

MARK = "<!-- gitpact summary -->"
SHOWN = 200  # findings; a job summary may have 1 MiB, which this many never fill
MOST = 50_000  # characters of the table of a comment, which may have 65,536


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write a table of the first SHOWN findings, a row each, then the commands that repair the branch, then the totals.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
    """
    run.write(["### gitpact", ""])
    head = _head(run)
    left = SHOWN
    for result in results:
        for row in itertools.islice(display_rows(result, run), left):
            run.write([*head, _row(row, run.texts)])
            head = []
            left -= 1
        yield result
    found = run.tally.errors + run.tally.warnings
    if found > SHOWN:
        run.write(["", run.texts["hook.more"].format(count=found - SHOWN)])
    commands = [f"- {line}" for line in repair_lines(run, span)]
    run.write(["", *commands, *([""] if commands else []), totals(run, span)] if found else [totals(run, span)])


def summary(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write a comment for a pull request: a mark that is the same in every run, the totals, and the table folded in.

    A bot replaces the comment that begins with the mark. A generator, as `report` is, which keeps SHOWN findings, or
    fewer if these have more than MOST characters.
    """
    rows: list[str] = []
    left = MOST
    for result in results:
        for row in itertools.islice(display_rows(result, run), SHOWN - len(rows) if left > 0 else 0):
            rows.append(_row(row, run.texts))
            left -= len(rows[-1]) + 1
            if left < 0:
                rows.pop()
                break
        yield result
    found = run.tally.errors + run.tally.warnings
    run.write([MARK, f"### gitpact: {run.texts['markdown.refused' if run.tally.errors else 'markdown.passed']}", ""])
    run.write([totals(run, span), *(f"- {line}" for line in repair_lines(run, span))])
    if rows:
        more = ["", run.texts["hook.more"].format(count=found - len(rows))] if found > len(rows) else []
        opening = f"<details><summary>{run.texts['markdown.findings'].format(count=found)}</summary>"
        run.write(["", opening, "", *_head(run), *rows, *more, "", "</details>"])


def _head(run: Run) -> list[str]:
    return [f"| {run.texts['markdown.head']} |", "| --- | --- | --- | --- |"]


def code(text: str) -> str:
    """Return a text as a code span for a cell of a Markdown table, in which a vertical bar is escaped; see `span`."""
    return span(text).replace("|", "\\|")


def span(text: str) -> str:
    """Return a text as a code span; "" where the text is blank.

    The span is one line, in which markup, mentions and references to issues have no effect.
    """
    inner = visible(text).replace("##", "#<U+0023>")
    fence = "`" * (1 + max(map(len, re.findall("`+", inner)), default=0))
    return f"{fence} {inner} {fence}" if inner.strip() else ""


def _row(row: Row, texts: Catalog) -> str:
    said = labelled(texts[f"word.{row.severity}"], code(row.advice))
    return f"| {row.commit[:12]} | {code(row.subject)} | {row.line}:{row.column} {said} | {row.rule} |"
