"""What `gitpact fix` would change, the old and the new text; and the file in which a person edits messages."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from gitpact.message import display_width, encodings
from gitpact.repair import edited_messages
from gitpact.report import style as styles
from gitpact.report import text as reports
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Result
    from gitpact.repair.message_fixes import Fix
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

SHORT = 12  # digits of an oid
SHOWN = 5  # commits that another message does not correct
WIDE = 140  # columns from which on both messages stand side by side


def plan_lines(fixes: Sequence[Fix], style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on each fix: the commit, the lines of its message that change, and how they will be.

    A message that only a person can write is marked, with what is wrong with it.
    """
    for fix in fixes:
        message = fix.result.commit.message
        yield style.paint((fix.result.commit.oid or "")[:SHORT], "cyan") + f" {visible(message.header.text)}"
        if fix.text:
            yield from _change(message.lines, fix.text.removesuffix("\n").split("\n"), style)
        else:
            yield from reports.result(fix.result, style, texts)
            if not fix.result.findings:
                yield ""
                continue
            known = encodings.codec(message.encoding)
            why = "" if known else texts["fix.encoding-unknown"].format(encoding=visible(message.encoding))
            yield "  " + style.paint(why or texts["fix.person"], "yellow")
            if fix.guess:
                yield "  " + texts["fix.guess"].format(header=visible(fix.guess))
        yield ""


def not_correctable(results: Sequence[Result], style: Style, texts: Catalog) -> Iterator[str]:
    """Yield the lines on commits with errors that no other message corrects, the first SHOWN of them."""
    if results:
        yield style.paint(texts["fix.beyond"], "yellow")
    for result in results[:SHOWN]:
        yield f"  {visible(result.commit.message.header.text)}"
        for found in result.findings:
            yield from reports.finding(found, style, texts)
    if len(results) > SHOWN:
        yield "  " + texts["hook.more"].format(count=len(results) - SHOWN)


def _change(old: Sequence[str], new: Sequence[str], style: Style) -> Iterator[str]:
    """The lines that differ, old ones with `-`, new ones with `+`, or beside them."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = [visible(line) for line in old[start:end]], [visible(line) for line in new[first:last]]
        if style.width >= WIDE:
            yield from _side_by_side(gone, come, style)
        else:
            yield from (style.paint(f"  - {line}".rstrip(), "red") for line in gone)
            yield from (style.paint(f"  + {line}".rstrip(), "green") for line in come)


def _side_by_side(gone: Sequence[str], come: Sequence[str], style: Style) -> Iterator[str]:
    half = (style.width - 6) // 2
    left = [row for line in gone for row in styles.wrap(f"- {line}", half, 2)]
    right = [row for line in come for row in styles.wrap(f"+ {line}", half, 2)]
    for at in range(max(len(left), len(right))):
        one, other = (side[at] if at < len(side) else "" for side in (left, right))
        gap = " " * max(half - display_width.width(one), 0)
        yield f"  {style.paint(one, 'red')}{gap}  {style.paint(other, 'green')}".rstrip()


def edit_page(fixes: Sequence[Fix], texts_now: Sequence[str], mark: str, texts: Catalog, *, first: bool = True) -> str:
    """Return the file in which a person edits messages: what to do, then each message below its findings.

    It is the `first` one that the person sees, or one with the messages that still have errors.

    `texts_now` are the messages of the fixes as they stand in the file. `mark` begins every line that is no part of a
    message (`edited_messages.comment`).
    """
    plain = styles.Style(unicode=True)
    lines = [
        f"{mark} {line}" for line in texts["fix.edit" if first else "fix.edit-again"].format(mark=mark).split("\n")
    ]
    for fix, text in zip(fixes, texts_now, strict=True):
        commit = fix.result.commit
        lines += ["", edited_messages.divider(commit.oid or "", mark)]
        for found in fix.result.findings:
            lines += (f"{mark} {line.strip()}" for line in reports.finding(found, plain, texts))
        if fix.guess:
            lines.append(f"{mark} {texts['fix.guess'].format(header=visible(fix.guess))}")
        if fix.draft and not fix.result.findings:
            lines.append(f"{mark} {texts['fix.encoding'].format(encoding=visible(commit.message.encoding))}")
        lines += text.removesuffix("\n").split("\n")
    return "\n".join([*lines, ""])
