"""What a hook says to the person who waits, on standard error."""

from __future__ import annotations

import os

from gitpact.message import display_width
from gitpact.report import escape, i18n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from gitpact.repair.shell import Command
    from gitpact.report.i18n import Catalog
    from gitpact.report.style import Style

STDERR = 2


def heading(kind: str, errors: int, warnings: int, style: Style, texts: Catalog) -> list[str]:
    """The first lines on a refusal (with errors) or a warning, with the number of findings.

    `kind` is "hook", "push" or "override".
    """
    number = _number(errors or warnings, "error" if errors else "warning", texts)
    said = texts[f"{kind}.refused" if errors else f"{kind}.warned"].format(number=number)
    return [style.paint(f"gitpact: {said}", "bold"), ""]


def _number(count: int, severity: str, texts: Catalog) -> str:
    return texts[f"hook.{severity}"] if count == 1 else texts[f"hook.{severity}s"].format(count=count)


def write_skipped_rules(rules: Sequence[str]) -> None:
    """Write to standard error which findings GITPACT_SKIP hides."""
    texts = i18n.catalog()
    said = texts["hook.skipped"].format(rules=", ".join(rules))
    write([f"gitpact: {said}"], unicode=i18n.shows_unicode(os.environ))


def command_table(commands: Iterable[Command]) -> list[str]:
    """Lines with labels and commands, the commands under each other; what is to be read first is on the line above."""
    listed = list(commands)
    wide = max((display_width.width(label) for label, _, _ in listed), default=0)
    lines = []
    for label, command, hint in listed:
        lines += [f"  {hint}"] if hint else []
        lines.append(f"  {label}:{' ' * (wide - display_width.width(label))}  {command}")
    return lines


def write_disabled(rules: Collection[str]) -> None:
    """Write to standard error that findings of these rules do not count, as gitpact.enabled is false."""
    texts = i18n.catalog()
    said = texts["hook.off"].format(rules=", ".join(sorted(rules)))
    write([f"gitpact: {said}"], unicode=i18n.shows_unicode(os.environ))


def write(lines: Sequence[str], *, unicode: bool) -> None:
    """Write lines to standard error in the locale's characters; what it cannot show is written as an escape."""
    told = map(escape.inert, lines) if escape.is_read(os.environ) else lines
    data = "".join(f"{line}\n" for line in told).encode("utf-8" if unicode else "ascii", "backslashreplace")
    while data:
        data = data[os.write(STDERR, data) :]
