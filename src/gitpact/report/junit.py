"""JUnit XML: a test case for every commit. Without counts in the head, for they are known only at the end."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from gitpact.report.i18n import labelled
from gitpact.report.json_format import brief, commit_label, display_header, display_rows
from gitpact.report.text import not_judged_note, repair_lines, totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Result
    from gitpact.report.report_context import Run

NEVER_IN_XML = re.compile("[\ufffe\uffff]")  # controls and surrogates are written out already


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write JUnit XML with one test suite: a test case for each result as it comes, then repair commands and totals.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed. The totals are
    those of `run.tally`, which whoever makes the results keeps.
    """
    run.write(['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="gitpact">', '<testsuite name="gitpact">'])
    for result in results:
        run.write(_case(result, run))
        yield result
    said = "\n".join(map(_xml, (*repair_lines(run), totals(run))))
    run.write([f"<system-out>{said}</system-out>", "</testsuite>", "</testsuites>"])


def _case(result: Result, run: Run) -> Iterator[str]:
    subject = brief(display_header(result, run), run.style)
    rows = list(display_rows(result, run))
    lines = [
        _xml(f"{row.line}:{row.column} {labelled(run.texts[f'word.{row.severity}'], row.advice)} [{row.rule}]")
        for row in rows
    ]
    first = next((row for row in rows if row.severity == "error"), None)
    yield f'<testcase classname="gitpact" name="{_xml(commit_label(result.commit.oid or "", subject) or "-")}">'
    if first:
        yield f'<failure type="{first.rule}" message="{_xml(first.message)}">'
        yield from lines
        yield "</failure>"
        lines = []
    elif result.special:
        yield f'<skipped message="{_xml(not_judged_note(result, subject, run.texts))}"/>'
    if result.skipped:
        lines.append(_xml(run.texts["check.skipped"].format(rules=", ".join(result.skipped))))
    if lines:
        yield "<system-out>"
        yield from lines
        yield "</system-out>"
    yield "</testcase>"


def _xml(text: str) -> str:
    """Text or an attribute, in ASCII whatever the locale; `##` in two parts, as in JSON."""
    legal = NEVER_IN_XML.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)
    return escape(legal).encode("ascii", "xmlcharrefreplace").decode().replace("##", "#&#35;")
