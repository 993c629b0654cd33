"""GitLab Code Quality: a JSON array of findings, for the merge request's widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitpact.report.json_format import array_writer, display_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Result
    from gitpact.report.json_format import Row
    from gitpact.report.report_context import Run

SEVERITIES = {"error": "major", "warning": "minor"}
# A path relative to the repository is required, and a message is in no file. This is where git keeps one while it is
# written; no tree can hold a path below .git, so nobody takes the finding for one about a file of the change.
MESSAGE_FILE = ".git/COMMIT_EDITMSG"


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write a report of GitLab Code Quality: a JSON array, with one finding a line.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
    """
    run.write(["["])
    add = array_writer(run.write)
    for result in results:
        add(map(_issue, display_rows(result, run)))
        yield result
    run.write(["]"])


def _issue(row: Row) -> dict[str, Any]:
    return {
        "description": row.said,
        "check_name": row.rule,
        "fingerprint": row.fingerprint,
        "severity": SEVERITIES[row.severity],
        "location": {"path": MESSAGE_FILE, "lines": {"begin": row.line}},
    }
