"""For people: what is wrong with a push or with the files of a commit, and what a push that passes brings."""

from __future__ import annotations

from itertools import groupby

from gitpact.checks import pushes
from gitpact.message import display_width
from gitpact.report import i18n, text
from gitpact.report.escape import visible
from gitpact.report.style import wrap
from gitpact.rules import byte_sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.checks.pushed_files import FileFinding
    from gitpact.checks.pushes import Verdict
    from gitpact.records import Finding, RefUpdate, Result, Sizes
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

SHOWN = 20  # lines of a table
SHORT = 12


def verdict(found: Verdict, style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on a push with findings: its size, its refs, its files, its commits.

    Of refs, files and commits the first are shown, and how many more there are. Without findings there is no line.
    """
    for one in (*found.totals, *found.refs[:SHOWN]):
        yield from finding_lines(one, style, texts)
    if len(found.refs) > SHOWN:
        yield "  " + texts["hook.more"].format(count=len(found.refs) - SHOWN)
    yield from file_table(found.files, style, texts)
    yield from commits(found.results[: pushes.SHOWN], style, texts)
    if len(found.results) > pushes.SHOWN:
        yield "  " + texts["push.more-commits"]


def finding_lines(found: Finding, style: Style, texts: Catalog, commit: str = "") -> Iterator[str]:
    """Yield the lines on a finding that has no place in a message.

    `commit` is the oid of the commit that brought it, "" for none.
    """
    facts = tuple((name, visible(value)) for name, value in found.facts)
    severity = texts[f"word.{found.severity}"]
    since = texts["push.since-commit"].format(commit=commit[:SHORT]) if commit else ""
    said = i18n.labelled(severity, i18n.sentence(found._replace(facts=facts), texts))
    first, *rest = wrap(f"  {said}{since} [{found.rule}]", style.width, 8)
    yield first.replace(severity, style.paint(severity, text.COLOURS[found.severity]), 1)
    yield from rest


def file_table(found_on_files: Sequence[FileFinding], style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on files with findings: a table for each rule and severity, the largest files first.

    A row has the size or what else is wrong, the path and the commit; a single file has a sentence instead.
    """
    for (rule, severity, _), group in groupby(sorted(found_on_files, key=_order), key=lambda one: _order(one)[:3]):
        rows = list(group)
        if len(rows) == 1:
            yield from finding_lines(rows[0].finding, style, texts, rows[0].blob.commit)
            continue
        word = texts[f"word.{severity}"]
        kind = "pattern" if rule.startswith(i18n.OWN) else rule
        said = texts[f"push.{kind}{'-near' if rows[0].finding.kind == 'near' else ''}"].format(count=len(rows))
        if kind != rule:
            said = f"{said}: {visible(i18n.sentence(rows[0].finding, texts))}"
        line = i18n.labelled(word, f"{said} [{rule}]")
        yield f"  {style.paint(word, text.COLOURS[severity])}{line.removeprefix(word)}"
        yield from (f"    {line}" for line in _rows(rows[:SHOWN], texts))
        if len(rows) > SHOWN:
            yield "    " + texts["hook.more"].format(count=len(rows) - SHOWN)


def _order(one: FileFinding) -> tuple[str, str, bool, int, str]:
    return one.finding.rule, one.finding.severity, one.finding.kind == "near", -one.blob.size, one.blob.path


def _rows(found_on_files: Sequence[FileFinding], texts: Catalog) -> Iterator[str]:
    cells = []
    for one in found_on_files:
        facts = dict(one.finding.facts)
        got = facts.get("expected", "")
        if "got" in facts and got:
            got = f"{facts['got']} > {got}"
        since = f"{texts['push.since']} {one.blob.commit[:SHORT]}" if one.blob.commit else ""
        cells.append((got, visible(one.blob.path or one.blob.oid), since))
    first = max(display_width.width(got) for got, _, _ in cells)
    second = max(display_width.width(path) for _, path, _ in cells)
    for got, path, since in cells:
        gap = " " * (second - display_width.width(path))
        yield f"{' ' * (first - display_width.width(got))}{got}  {path}{gap}  {since}".rstrip()


def commits(results: Iterable[Result], style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on commits with findings: oid and header, then what `text.lines_in_range` says of it.

    A result on the whole range has only its findings.
    """
    for judged in results:
        if judged.commit.oid:
            subject = visible(judged.commit.message.header.text[: SHORT * 10])
            yield "  " + style.paint(judged.commit.oid[:SHORT], "cyan") + f" {subject}"
        yield from text.lines_in_range(judged, style, texts) if judged.commit.oid else _ranged(judged, style, texts)


def _ranged(judged: Result, style: Style, texts: Catalog) -> Iterator[str]:
    for found in judged.findings:
        yield from finding_lines(found, style, texts)


def accepted_line(sizes: Sizes, files: tuple[int, int, int] | None, where: str, texts: Catalog) -> str:
    """Return the line on a push that is accepted, without a newline: commits, files and bytes.

    `files` are the numbers of files (added, changed, deleted), None where unknown. `where` is the name or URL of the
    remote as the user gave it; it is escaped here. The bytes are those of the pack, or those on disk where no pack was
    counted.
    """
    keys = ("push.added", "push.changed", "push.deleted")
    changes = [texts[key].format(count=count) for key, count in zip(keys, files or (), strict=False) if count]
    changed = texts["push.files"].format(changes=texts["push.and"].join(changes)) if changes else ""
    key = {0: "push.nothing", 1: "push.passed-one"}.get(sizes.commits, "push.passed")
    sent = sizes.pack if sizes.pack is not None else sizes.disk
    return texts[key].format(commits=sizes.commits, files=changed, bytes=byte_sizes.size(sent), where=visible(where))


def summary_lines(updates: Iterable[RefUpdate], sizes: Sizes, texts: Catalog) -> Iterator[str]:
    """Yield the lines of `push.summary = "full"`: each ref, then a line with objects, raw bytes and bytes on disk."""
    for update in updates:
        old, new = (oid[:SHORT] if oid.strip("0") else "-" for oid in (update.old, update.new))
        yield f"  {old} -> {new}  {visible(update.ref)}"
    shown = {"raw": byte_sizes.size(sizes.raw), "disk": byte_sizes.size(sizes.disk)}
    yield "  " + texts["push.sizes"].format(objects=sizes.objects, **shown)
