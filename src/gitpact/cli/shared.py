"""What several commands share: options, the policy in force, writing to standard output."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import checks, git, i18n, policy, snapshot
from gitpact.errors import FINDINGS, OK, GitpactError
from gitpact.reports import style as styles
from gitpact.reports.formats import FORMATS
from gitpact.reports.run import Run
from gitpact.rules import IDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitpact.records import Policy, Result


STRAY = "  {name} is left from earlier and runs no more; delete it if you do not need it"


class Format(StrEnum):
    """The formats of a verdict."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


class Colour(StrEnum):
    """When text is coloured."""

    auto = "auto"
    always = "always"
    never = "never"


FormatOption = Annotated[Format, typer.Option("--format", help="Form of the results on standard output.")]
ColourOption = Annotated[Colour, typer.Option("--color", help="Colour of text; auto: on a terminal.")]
SelectOption = Annotated[str, typer.Option("--select", metavar="R,…", help="Only these rules or families.")]
IgnoreOption = Annotated[str, typer.Option("--ignore", metavar="R,…", help="Not these rules or families.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")]


def policy_in_force() -> tuple[Policy, str]:
    """The policy here and the name of its source; outside of a repository the folder itself is looked at."""
    try:
        top = git.top_level()
    except GitpactError:
        top = os.getcwd()  # noqa: PTH109  an opaque string from here on
    text, source, prefix = snapshot.policy_source(top)
    return policy.parse(text, source, prefix), source


def ignored(select: str, ignore: str) -> tuple[str, ...]:
    """Rule ids that `--select` and `--ignore` leave out. Raises GitpactError for an unknown name."""
    chosen = _expand("--select", select) if select else IDS
    dropped = _expand("--ignore", ignore)
    return tuple(rule for rule in IDS if rule not in chosen or rule in dropped)


def _expand(option: str, text: str) -> tuple[str, ...]:
    try:
        return checks.expand([name.strip() for name in text.split(",") if name.strip()])
    except KeyError as error:
        name = str(error.args[0])
        near = policy.nearest(name, IDS)
        hint = f"did you mean '{near}'?" if near else "the rules are listed by: gitpact rules"
        raise GitpactError(f"{option}: unknown rule {name!r}", hint) from error


def run_report(results: Iterable[Result], form: Format, colour: Colour, span: str | None = None) -> int:
    """Write the results as they come; the exit code tells whether any is an error."""
    tally = checks.Tally()
    run = Run(span, tally, style(colour), texts(), echo)
    FORMATS[form.value](tally.count(results), run)
    return FINDINGS if tally.errors else OK


def style(colour: Colour = Colour.auto) -> styles.Style:
    """The style of standard output."""
    return styles.of(sys.stdout.fileno(), colour=colour.value)


def texts() -> i18n.Catalog:
    """The reader's language."""
    return i18n.catalog()


def echo(lines: Iterable[str]) -> None:
    """Write lines to standard output in the locale's characters; what it cannot show is written as an escape."""
    encoding = "utf-8" if i18n.shows_unicode(os.environ) else "ascii"
    for line in lines:
        sys.stdout.buffer.write(f"{line}\n".encode(encoding, "backslashreplace"))
    sys.stdout.flush()
