"""SARIF 2.1.0, for code scanning: one run, every rule described, the findings streamed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gitpact import __version__
from gitpact.report import rulebook
from gitpact.report.gitlab import MESSAGE_FILE
from gitpact.report.json_format import array_writer, display_rows, dumped, totals
from gitpact.report.text import repair_lines
from gitpact.rules import DCO, IDS, MESSAGE, ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Policy, Result
    from gitpact.report.json_format import Row
    from gitpact.report.report_context import Run

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FIXED = ". To correct the messages of your branch: gitpact fix"
PATTERNS = "https://gitpact.github.io/gitpact/policy/#your-own-rules"
PAGES = "https://gitpact.github.io/gitpact/rules/"  # docs/site_pages.py makes a page for each rule


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write a SARIF log with one run: a finding a line, then the commands that repair the commits, and the totals.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
    """
    tool = {"driver": {"name": "gitpact", "version": __version__, "rules": list(_rules(run.policy))}}
    head = f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{"columnKind": "unicodeCodePoints",'
    run.write([head, f'"tool": {dumped(tool)},', '"results": ['])
    add = array_writer(run.write)
    order = {rule: number for number, rule in enumerate(ids(run.policy) if run.policy else IDS)}
    for result in results:
        add(_result(row, order[row.rule]) for row in display_rows(result, run))
        yield result
    notes = [{"level": "note", "message": {"text": _text(line)}} for line in repair_lines(run)]
    done = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    run.write([f'], "invocations": {dumped(done)}, "properties": {dumped(totals(run))}}}]}}'])


def _rules(policy: Policy | None) -> Iterator[dict[str, Any]]:
    book = rulebook.pages(policy, "en") if policy else rulebook.load("en")
    for rule in book:
        what, why = book[rule]["what"], book[rule]["why"]
        yield {
            "id": rule,
            "shortDescription": {"text": _text(what)},
            "fullDescription": {"text": _text(f"{what} {why}".rstrip())},
            "helpUri": f"{PAGES}{rule}/" if rule in IDS else PATTERNS,
            # Code scanning shows this text with each finding, and no notification of the run.
            "help": {"text": f"gitpact rules {rule}{FIXED if rule in (*MESSAGE, *DCO) else ''}"},
        }


def _result(row: Row, index: int) -> dict[str, Any]:
    region = {"startLine": row.line, "startColumn": row.column}
    # Code scanning refuses the whole upload when a finding has only a logical location.
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": MESSAGE_FILE}, "region": region}}
    if row.commit:
        location["logicalLocations"] = [{"fullyQualifiedName": row.commit, "kind": "commit"}]
    return {
        "ruleId": row.rule,
        "ruleIndex": index,
        "level": row.severity,
        "message": {"text": _text(row.said)},
        "locations": [location],
        # The one name that code scanning reads; without it, it would hash a file that is not there.
        "partialFingerprints": {"primaryLocationLineHash": row.fingerprint},
    }


def _text(text: str) -> str:
    """Text in which SARIF sees no placeholder (`{0}`, section 3.11.5) and no link (`[x](y)`, 3.11.6)."""
    return re.sub(r"[\[\]\\]", r"\\\g<0>", text).replace("{", "{{").replace("}", "}}")
