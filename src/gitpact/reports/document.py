"""For programs: one JSON document, or one JSON object a line. The keys are the contract of DESIGN.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gitpact import __version__, i18n

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.i18n import Catalog
    from gitpact.records import Result
    from gitpact.reports.run import Run


def json_report(results: Iterable[Result], run: Run) -> None:
    """One document with the findings and the totals."""
    findings = [row for result in results for row in rows(result, run.texts)]
    tally = run.tally
    document = {
        "schema": 1,
        "version": __version__,
        "range": run.span,
        "commits": tally.commits,
        "checked": tally.checked,
        "skipped": tally.skipped,
        "errors": tally.errors,
        "warnings": tally.warnings,
        "findings": findings,
    }
    run.write([json.dumps(document)])


def jsonl_report(results: Iterable[Result], run: Run) -> None:
    """One finding a line, as it is found."""
    run.write(json.dumps(row) for result in results for row in rows(result, run.texts))


def rows(result: Result, texts: Catalog) -> Iterator[dict[str, Any]]:
    """Each finding of a commit as the contract's object; JSON itself escapes what a terminal would obey."""
    for found in result.findings:
        yield {
            "rule": found.rule,
            "severity": found.severity,
            "commit": result.commit.oid,
            "subject": result.commit.message.header.text,
            "line": found.line,
            "column": found.column,
            "message": i18n.sentence(found, texts),
            "suggestion": result.suggestion,
            "path": None,
            "ref": None,
        }
