"""For programs: one JSON document, or one JSON object a line. The keys are a contract; `tests/report` holds it."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quoted

from gitpact import __version__
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.records import Finding, NamedTuple
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules.evaluate import RANGE, SQUASH, TITLE

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
    """A finding for a format that has one line for it: control characters escaped, long text cut.

    `severity` is "error" or "warning"; `commit` is the full oid or ""; `subject` is the header of the message; `line`
    and `column` count from 1. `fingerprint` is a hash that is the same in every run and language, and unlike that of
    any other finding. `suggestion` is a header that passes, with a word before it that says so; "" without one.
    """

    rule: str
    severity: str
    commit: str
    subject: str
    line: int
    column: int
    message: str
    fingerprint: str
    suggestion: str = ""

    @property
    def advice(self) -> str:
        """The message, and the suggestion if there is one."""
        return f"{self.message}; {self.suggestion}" if self.suggestion else self.message

    @property
    def said(self) -> str:
        """The advice, with the abbreviated oid and the subject of its commit in front where there are any."""
        name = commit_label(self.commit, self.subject)
        return f"{name}: {self.advice}" if name else self.advice


def json_report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write one JSON document: the findings, one a line, then the commands that repair the commits, and the totals.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
    """
    run.write([f'{{"schema": 1, "version": {dumped(__version__)}, "findings": ['])
    add = array_writer(run.write)
    for result in results:
        add(rows(result, run.texts))
        yield result
    write_end(run)


def write_end(run: Run) -> None:
    """Write what stands behind the findings in a JSON document: the commands that repair the commits, and the totals.

    Call this when all results were consumed.
    """
    commands = [{"kind": kind, "command": command} for kind, command in run.commands()]
    run.write([f'], "commands": {dumped(commands)}, {dumped(totals(run))[1:]}'])


def jsonl_report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write each finding as a JSON object on a line of its own, without totals.

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed.
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
    """Yield each finding of a result as an object of the JSON report; texts are as they are, not escaped.

    The keys are those of an item of `findings` in `gitpact lint --format json`: rule, severity, commit (its oid, None
    for a finding on no commit), subject, line, column, message, suggestion, path and ref; of a commit the last two are
    None.
    """
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
    """Return the counts of a run as an object of the JSON report.

    Its keys are range, commits, checked (commits of the ordinary kind or with findings), skipped (the others, by kind),
    errors and warnings. They are complete once all results were consumed.
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
    """Yield a row for each finding of a result, with control characters escaped and long text cut."""
    from hashlib import sha256  # noqa: PLC0415  lines of JSON have no fingerprint

    oid, message = result.commit.oid or "", result.commit.message
    subject = brief(display_header(result, run), run.style)
    commit = sha256((oid or message.text).encode(errors="backslashreplace"))
    header = (result.suggestion or "").partition("\n")[0]
    suggestion = ""
    if header and header != message.header.text:
        suggestion = i18n.labelled(run.texts["lint.suggested"], brief(header, run.style, 200))
    for found in result.findings:
        facts = tuple((name, brief(value, run.style, 200)) for name, value in found.facts)
        said = i18n.sentence(found._replace(facts=facts), run.texts)
        mark = commit.copy()
        mark.update(repr((found.rule, found.kind, found.line, found.column, found.facts)).encode())
        yield Row(
            found.rule, found.severity, oid, subject, found.line, found.column, said, mark.hexdigest(), suggestion
        )


def display_header(result: Result, run: Run) -> str:
    """Return the header of a result's message, as it is and not escaped.

    That of a pull request's title or squash commit has a word in front that says so; a result on a whole range has the
    range in its place.
    """
    if result.special in {TITLE, SQUASH}:
        return f"{run.texts[f'lint.{result.special}']} {result.commit.message.header.text}"
    return run.span or "" if result.special == RANGE else result.commit.message.header.text


def commit_label(oid: str, subject: str) -> str:
    """Return the abbreviated oid and the subject of a commit as a page shows them, without either that is ""."""
    return f"{oid[:12]} {subject}".strip()


def brief(text: str, style: Style, limit: int = 100) -> str:
    """Return a text on one line, with control characters escaped.

    After `limit` characters of the text an ellipsis takes the place of the rest.
    """
    return visible(text[:limit]) + (style.ellipsis if len(text) > limit else "")


def dumped(value: object) -> str:
    """Return a value as JSON in ASCII on one line, with every `##` escaped, which some CI would take for a command.

    Raises TypeError for a value that JSON cannot hold.
    """
    import json  # noqa: PLC0415  lines of JSON are put together by hand

    return escape_hashes(json.dumps(value))


def escape_hashes(text: str) -> str:
    """Return JSON text with every `##` escaped as JSON allows, as a log of Azure Pipelines takes it for a command."""
    return text.replace("##", "#\\u0023")


def array_writer(write: Write) -> Callable[[Iterable[object]], None]:
    """Return a function that writes values as members of one JSON array, a line each.

    It may be called many times and writes commas, but no brackets.
    """
    comma = ""

    def add(values: Iterable[object]) -> None:
        nonlocal comma
        for value in values:
            write([comma + dumped(value)])
            comma = ","

    return add
