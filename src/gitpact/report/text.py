"""For people: the line with the fault marked under it, each finding in one line, the suggestion."""

from __future__ import annotations

from gitpact.git.history import UNPUSHED
from gitpact.message import display_width
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.report.style import wrap
from gitpact.rules import evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitpact.records import Finding, Message, Result
    from gitpact.report.i18n import Catalog
    from gitpact.report.report_context import Run
    from gitpact.report.style import Style

INDENT = "    "
UNJUDGED = ("bot", "merge", "subtree")  # what such a message says is nobody's concern
SHOWN = 20  # findings of one commit; the rest are counted
COLOURS = {"error": "red", "warning": "yellow"}


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write each commit that has findings, then commands that repair the branch, and the totals.

    A single message (no `run.span`) has its own text, also if it passes, and no totals. A generator: it yields each
    result unchanged, and writes with `run.write` only as it is consumed.
    """
    for judged in results:
        if judged.findings or run.span is None:
            run.write(commit(judged, run))
        yield judged
    if run.span is not None:
        run.write([*repair_lines(run), *wrap(totals(run), run.style.width, 2)])


def totals(run: Run, quote: Callable[[str], str] = visible) -> str:
    """Return the sentence with the counts of a run, or that there was nothing to judge.

    `quote` escapes the name of the range.
    """
    tally = run.tally
    if not tally.commits:
        nothing = "lint.pushed" if run.span == " ".join(UNPUSHED) else "lint.nothing"
        return run.texts[nothing].format(range=quote(run.span or ""))
    why = ", ".join(f"{count} {run.texts[f'kind.{kind}']}" for kind, count in tally.skipped.items())
    return run.texts["lint.totals"].format(
        commits=tally.commits,
        checked=tally.checked,
        skipped=run.texts["lint.skipped"].format(why=why) if why else "",
        errors=tally.errors,
        warnings=tally.warnings,
    )


def repair_lines(run: Run, quote: Callable[[str], str] = str) -> Iterator[str]:
    """Yield lines with the commands that repair a branch, each in a sentence on its purpose; none without errors.

    `quote` escapes a command. Call this when all results were consumed.
    """
    for kind, command in run.commands():
        if kind == "reword":
            yield run.texts["mending.reword"]
        yield run.texts[f"lint.{kind}"].format(command=quote(command))


def commit(judged: Result, run: Run) -> Iterator[str]:
    """Yield the lines on one commit or message; one without findings has a sentence that says so.

    For a single message (no `run.span`) the whole suggestion is shown, for a commit of a range its header.
    """
    subject = _short(visible(judged.commit.message.header.text), run.style, 120)
    if judged.commit.oid and judged.findings:
        yield run.style.paint(judged.commit.oid[:12], "cyan") + f" {subject}"
    elif judged.special in {evaluate.TITLE, evaluate.SQUASH} and judged.findings:
        yield run.style.paint(run.texts[f"lint.{judged.special}"], "cyan") + f" {subject}"
    if judged.findings:
        yield from (result if run.span is None else lines_in_range)(judged, run.style, run.texts)
        if judged.special in {evaluate.TITLE, evaluate.SQUASH}:
            yield f"  {run.texts['lint.title-edit']}"
        yield ""
    else:
        yield not_judged_note(judged, subject, run.texts) or run.texts["check.passed"].format(subject=subject)
    if judged.skipped:
        yield run.texts["check.skipped"].format(rules=", ".join(judged.skipped))


def not_judged_note(judged: Result, subject: str, texts: Catalog) -> str:
    """Return the sentence on a message that only some rules judge, or none (a merge, a bot's); "" for an ordinary one.

    `subject` is its header, escaped.
    """
    if not judged.special:
        return ""
    said = texts["check.special" if judged.special in UNJUDGED else "check.partly"]
    return said.format(kind=texts[f"kind.{judged.special}"], subject=subject)


def lines_in_range(judged: Result, style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on one commit of a range, as `result` does, but only the header of its suggestion."""
    yield from result(judged._replace(suggestion=None), style, texts)
    header = (judged.suggestion or "").partition("\n")[0]
    if header and header != judged.commit.message.header.text:
        shown = style.paint(_short(visible(header), style), "green")
        yield f"  {i18n.labelled(texts['lint.suggested'], shown)}"


def result(judged: Result, style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on a commit or message with findings: its marked text, the findings, the whole suggestion.

    Of more than SHOWN findings the first are shown, and how many more there are. Everything is escaped.
    """
    message = judged.commit.message
    for number in sorted({found.line for found in judged.findings[:SHOWN] if found.width}):
        marks = [found for found in judged.findings if found.line == number and found.width]
        yield from _marked(message.lines[number - 1] if message.lines else "", marks, style)
    for found in judged.findings[:SHOWN]:
        yield from finding(found, style, texts)
    if len(judged.findings) > SHOWN:
        yield "  " + texts["hook.more"].format(count=len(judged.findings) - SHOWN)
    if judged.suggestion:
        yield ""
        yield style.paint(texts["hook.suggested"], "bold")
        for line in _suggestion(judged.suggestion, message, style):
            yield (INDENT + style.paint(_short(visible(line), style), "green")).rstrip()


def finding(one: Finding, style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on one finding: `line:column`, severity, sentence and rule, broken at the style's width."""
    facts = tuple([(name, _short(visible(value), style)) for name, value in one.facts])
    said = i18n.sentence(one._replace(facts=facts), texts)
    place = f"{one.line}:{one.column}"
    severity = texts[f"word.{one.severity}"]
    line = f"  {place:<5} {i18n.labelled(severity, said)} [{one.rule}]"
    first, *rest = wrap(line, style.width, 8)
    yield first.replace(severity, style.paint(severity, COLOURS[one.severity]), 1)
    yield from rest


def _short(text: str, style: Style, limit: int = 200) -> str:
    return text if len(text) <= limit else text[:limit] + style.ellipsis


def _marked(line: str, marks: Sequence[Finding], style: Style) -> Iterator[str]:
    """A line of the message and carets under its faults; a line wider than the terminal is shown around the first."""
    room = (style.width or 100) - len(INDENT) - 8
    plain = line.isascii() and line.isprintable()
    start = 0
    if len(line) > room or (not plain and sum(display_width.width(_cell(char, style)) for char in line) > room):
        start = min(marks[0].column - 1, len(line))
        before = room // 4
        while start and before > 0:
            start -= 1
            before -= display_width.width(_cell(line[start], style))
    faulty = bytearray(b" " * len(line))
    for mark in marks:
        faulty[mark.column - 1 : mark.column - 1 + mark.width] = b"^" * len(line[mark.column - 1 :][: mark.width])
    end = start + room if plain else start
    shown, carets = line[start:end], faulty[start:end].decode("ascii")
    while not plain and end < len(line) and len(carets) < room:
        cell = _cell(line[end], style)
        shown += cell
        carets += chr(faulty[end]) * display_width.width(cell)
        end += 1
    if any(mark.column > len(line) for mark in marks):
        carets += "^"
    lead = style.ellipsis if start else ""
    yield INDENT + lead + shown + (style.ellipsis if end < len(line) else "")
    yield (INDENT + " " * display_width.width(lead) + style.paint(carets.rstrip(), "red")).rstrip()


def _cell(char: str, style: Style) -> str:
    """What the reader sees of one character: carets have to stand under that."""
    shown = visible(char)
    return shown if style.unicode else shown.encode("ascii", "backslashreplace").decode("ascii")


def _suggestion(text: str, message: Message, style: Style) -> Iterator[str]:
    """The suggested lines; a long run of lines that stay as they were is one ellipsis."""
    unchanged = set(message.lines)
    run: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        if line in unchanged:
            run.append(line)
            continue
        yield from _folded(run, style)
        run = []
        yield line
    yield from _folded(run, style)


def _folded(run: Sequence[str], style: Style, limit: int = 6) -> Sequence[str]:
    return run if len(run) <= limit else [*run[:2], style.ellipsis, run[-1]]
