"""What a hook says to the person who waits, on standard error."""

from __future__ import annotations

import os

from gitpact.message import display_width
from gitpact.report import escape, i18n
from gitpact.report.style import style_of, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitpact.repair.shell import Command
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

STDERR = 2


def heading(kind: str, errors: int, warnings: int, style: Style, texts: Catalog) -> list[str]:
    """Return two lines: what has happened, with the number of errors or else of warnings, and an empty line.

    `kind` is "hook" (a commit), "push", or "override" (a push that is accepted in spite of errors), which needs
    `errors`.
    """
    number = _number(errors or warnings, "error" if errors else "warning", texts)
    said = texts[f"{kind}.refused" if errors else f"{kind}.warned"].format(number=number)
    return [style.paint(f"gitpact: {said}", "bold"), ""]


def sentence(text: str, environ: Mapping[str, str]) -> None:
    """Write a sentence to standard error, broken where it is wider than the terminal."""
    style = style_of(STDERR, environ)
    write(wrap(f"gitpact: {text}", style.width, 2), unicode=style.unicode)


def _number(count: int, severity: str, texts: Catalog) -> str:
    return texts[f"hook.{severity}"] if count == 1 else texts[f"hook.{severity}s"].format(count=count)


def write_skipped_rules(rules: Sequence[str]) -> None:
    """Write to standard error that GITPACT_SKIP hides findings of the rules with these ids."""
    texts = i18n.catalog()
    sentence(texts["hook.skipped"].format(rules=", ".join(rules)), os.environ)


def write_no_merge() -> None:
    """Write to standard error why what is committed during a merge is judged like an ordinary commit."""
    sentence(i18n.catalog()["hook.no-merge"], os.environ)


def write_unedited() -> None:
    """Write to standard error that a prepared message was left as it was, so that there is no commit."""
    sentence(i18n.catalog()["hook.unedited"], os.environ)


def command_table(commands: Iterable[Command], width: int = 0) -> list[str]:
    """Return indented lines `label: command`, the commands in one column; none where there are no commands.

    The hint of a command is above it, broken at `width` columns (0: not at all); a command is never broken.
    """
    listed = list(commands)
    heads = [i18n.labelled(label, " ") for label, _, _ in listed]
    wide = max(map(display_width.width, heads), default=0)
    lines = []
    for head, (_, command, hint) in zip(heads, listed, strict=True):
        lines += wrap(f"  {hint}", width, 2) if hint else []
        lines.append(f"  {head}{' ' * (wide - display_width.width(head))}{command}")
    return lines


def write_disabled(rules: Collection[str]) -> None:
    """Write to standard error that gitpact.enabled is false, so errors of the rules with these ids do not count."""
    texts = i18n.catalog()
    sentence(texts["hook.off"].format(rules=", ".join(sorted(rules))), os.environ)


def write(lines: Sequence[str], *, unicode: bool) -> None:
    """Write lines to standard error, a line feed after each, without a buffer.

    The encoding is UTF-8 with `unicode`, else ASCII, where other characters are escapes of Python. Where a CI runner
    reads the log for commands, the lines are made harmless (`escape.inert`).
    """
    told = map(escape.inert, lines) if escape.is_read(os.environ) else lines
    data = "".join(f"{line}\n" for line in told).encode("utf-8" if unicode else "ascii", "backslashreplace")
    while data:
        data = data[os.write(STDERR, data) :]
