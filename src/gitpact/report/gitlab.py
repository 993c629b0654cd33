"""GitLab Code Quality: a JSON array of findings, for the merge request's widget."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from gitpact.report.json_format import array_writer, display_rows
from gitpact.report.text import repair_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Result
    from gitpact.report.json_format import Row
    from gitpact.report.report_context import Run

SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
REPAIR = "gitpact"  # name of the issue with the commands that repair the commits
# A path relative to the repository is required, and a message is in no file. This is where git keeps one while it is
# written; no tree can hold a path below .git, so nobody takes the finding for one about a file of the change.
MESSAGE_FILE = ".git/COMMIT_EDITMSG"


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write a report of GitLab Code Quality: a JSON array, with one finding a line, then the commands that repair all.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
    """
    run.write(["["])
    add = array_writer(run.write)
    for result in results:
        add(map(_of_finding, display_rows(result, run)))
        yield result
    commands = "; ".join(repair_lines(run))
    add([_issue(commands, REPAIR, sha256(REPAIR.encode()).hexdigest(), "note", 1)] if commands else [])
    run.write(["]"])


def _of_finding(row: Row) -> dict[str, Any]:
    return _issue(row.said, row.rule, row.fingerprint, row.severity, row.line)


def _issue(said: str, name: str, fingerprint: str, severity: str, line: int) -> dict[str, Any]:
    return {
        "description": said,
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[severity],
        "location": {"path": MESSAGE_FILE, "lines": {"begin": line}},
    }
