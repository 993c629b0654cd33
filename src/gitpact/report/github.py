"""GitHub Actions: an annotation and the plain text of every finding in the log, a table in the job's summary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gitpact.report import markdown, text
from gitpact.report.escape import inert
from gitpact.report.json_format import display_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitpact.records import Result
    from gitpact.report.report_context import Run


def report(results: Iterable[Result], run: Run, environ: Mapping[str, str] = os.environ) -> Iterator[Result]:
    """Write annotations and text as results come, then totals, all to the log, and a table to the job's summary.

    The table is appended to the file that GITHUB_STEP_SUMMARY of `environ` names; one that cannot be opened gives a
    warning in the log. A generator: it yields each result unchanged, and writes with `run.write` only as it is
    consumed.
    """
    with _summary(environ, run) as file:
        table = run._replace(write=lambda lines: file.writelines(f"{line}\n" for line in lines))
        yield from markdown.report(_logged(results, run), table)
    if run.span is not None:
        run.write([*map(inert, text.repair_lines(run)), _command("notice", "", text.totals(run))])


def _logged(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Hand every result on, logged. Only ten annotations of a kind are shown, so the text says all."""
    for result in results:
        run.write(_command(row.severity, f" {row.rule}", row.said) for row in display_rows(result, run))
        if result.findings or result.skipped or run.span is None:
            run.write(map(inert, text.commit(result, run)))
        yield result


def _command(level: str, rule: str, said: str) -> str:
    """No `file=`: a message is in none. Our title's only colon is escaped as its properties ask."""
    data = inert(said).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} title=gitpact{'%3A' if rule else ''}{rule}::{data}"


def _summary(environ: Mapping[str, str], run: Run) -> IO[str]:
    """Where the table goes: the job's summary, or nowhere; the verdict does not depend on it."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    try:
        return Path(path or os.devnull).open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        run.write([_command("warning", "", f"GITHUB_STEP_SUMMARY: {error.strerror}")])
        return Path(os.devnull).open("w", encoding="utf-8")
