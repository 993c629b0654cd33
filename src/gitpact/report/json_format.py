"""For programs: one JSON document, or one JSON object a line. The keys are a contract; `tests/report` holds it."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quoted

from gitpact import __version__
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.records import Finding, NamedTuple
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules.evaluate import RANGE, TITLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from gitpact.records import Result
    from gitpact.report.i18n import Catalog
    from gitpact.report.report_context import Run, Write
    from gitpact.report.style import Style

    Facts = tuple[tuple[str, str], ...]


class Row(NamedTuple):
    """A finding where a page has one line for it: nothing hidden in the text, long text cut.

    `commit` is the full object id or ""; `fingerprint` is the same in every run and language, and unlike that of any
    other finding.
    """

    rule: str
    severity: str
    commit: str
    subject: str
    line: int
    column: int
    message: str
    fingerprint: str

    @property
    def said(self) -> str:
        """The message under the name of its commit."""
        name = commit_label(self.commit, self.subject)
        return f"{name}: {self.message}" if name else self.message


def json_report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """One document with the findings as they are found, a line each, and the totals.

    A generator: it writes with `run.write` as the results it yields on are consumed.
    """
    run.write([f'{{"schema": 1, "version": {dumped(__version__)}, "findings": ['])
    add = array_writer(run.write)
    for result in results:
        add(rows(result, run.texts))
        yield result
    run.write([f"], {dumped(totals(run))[1:]}"])


def jsonl_report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """One finding a line, as it is found.

    A generator: it writes with `run.write` as the results it yields on are consumed.
    """
    known: dict[tuple[str, str, Facts], str] = {}

    def said(rule: str, kind: str, facts: Facts) -> str:
        key = rule, kind, facts
        text = known.get(key)
        if text is None:
            text = escape_hashes(quoted(i18n.sentence(Finding(rule, kind, facts=facts), run.texts)))
            if key_size(key) <= LONGEST:
                put(known, key, text)
        return text

    for result in results:
        if result.findings:
            run.write(_lines(result, said))
        yield result


def _lines(result: Result, said: Callable[[str, str, Facts], str]) -> list[str]:
    """What `dumped` makes of `rows`, put together by hand: a long history has many."""
    commit = f'"{result.commit.oid}"' if result.commit.oid else "null"
    subject = escape_hashes(quoted(result.commit.message.header.text))
    suggestion = "null" if result.suggestion is None else escape_hashes(quoted(result.suggestion))
    return [
        f'{{"rule": "{rule}", "severity": "{severity}", "commit": {commit}, "subject": {subject},'
        f' "line": {line}, "column": {column}, "message": {said(rule, kind, facts)},'
        f' "suggestion": {suggestion}, "path": null, "ref": null}}'
        for rule, kind, line, column, _, facts, severity, _, _ in result.findings
    ]


def rows(result: Result, texts: Catalog) -> Iterator[dict[str, Any]]:
    """Each finding of a result as an object of the JSON report."""
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


def totals(run: Run) -> dict[str, Any]:
    """The counts of a run, as the JSON report has them.

    range, commits, checked (judged), skipped (by kind of commit, how many), errors, warnings.
    """
    tally = run.tally
    return {
        "range": run.span,
        "commits": tally.commits,
        "checked": tally.checked,
        "skipped": tally.skipped,
        "errors": tally.errors,
        "warnings": tally.warnings,
    }


def display_rows(result: Result, run: Run) -> Iterator[Row]:
    """A row for each finding of a result, with control characters escaped and long text cut."""
    from hashlib import sha256  # noqa: PLC0415  lines of JSON have no fingerprint

    oid, message = result.commit.oid or "", result.commit.message
    subject = brief(display_header(result, run), run.style)
    commit = sha256((oid or message.text).encode(errors="backslashreplace"))
    for found in result.findings:
        facts = tuple((name, brief(value, run.style, 200)) for name, value in found.facts)
        said = i18n.sentence(found._replace(facts=facts), run.texts)
        mark = commit.copy()
        mark.update(repr((found.rule, found.kind, found.line, found.column, found.facts)).encode())
        yield Row(found.rule, found.severity, oid, subject, found.line, found.column, said, mark.hexdigest())


def display_header(result: Result, run: Run) -> str:
    """The header of a result's message, or what stands in its place: for a title, or for a range as a whole."""
    if result.special == TITLE:
        return f"{run.texts['lint.title']} {result.commit.message.header.text}"
    return run.span or "" if result.special == RANGE else result.commit.message.header.text


def commit_label(oid: str, subject: str) -> str:
    """How a page names a commit: abbreviated object id and subject, each "" where there is none."""
    return f"{oid[:12]} {subject}".strip()


def brief(text: str, style: Style, limit: int = 100) -> str:
    """A text on one line, control characters escaped, cut after `limit` characters."""
    return visible(text[:limit]) + (style.ellipsis if len(text) > limit else "")


def dumped(value: object) -> str:
    """JSON in ASCII, on one line; a CI that looks for `##[command]` anywhere in its log finds none."""
    import json  # noqa: PLC0415  lines of JSON are put together by hand

    return escape_hashes(json.dumps(value))


def escape_hashes(text: str) -> str:
    """JSON without `##`, which a log of Azure Pipelines takes for a command."""
    return text.replace("##", "#\\u0023")


def array_writer(write: Write) -> Callable[[Iterable[object]], None]:
    """Return a function that writes values as members of one JSON array, a line each, without brackets."""
    comma = ""

    def add(values: Iterable[object]) -> None:
        nonlocal comma
        for value in values:
            write([comma + dumped(value)])
            comma = ","

    return add
