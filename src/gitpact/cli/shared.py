"""What several commands share: options, the policy in force, writing to standard output."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import contextmanager
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
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gitpact.records import Policy, Result
    from gitpact.reports.run import Write


STRAY = "  {name} is left from earlier and runs no more; delete it if you do not need it"


class Format(StrEnum):
    """The formats of a verdict."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    github = "github"
    gitlab = "gitlab"
    sarif = "sarif"
    junit = "junit"
    markdown = "markdown"


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


def run_report(results: Iterable[Result], form: Format, colour: Colour) -> int:
    """Write the verdict on single messages to standard output; the exit code tells whether any is refused."""
    return run_reports(results, [form], [], colour, None)


def run_reports(
    results: Iterable[Result], forms: Sequence[Format], outputs: Sequence[Path], colour: Colour, span: str | None
) -> int:
    """Write the results as they come, the n-th format to the n-th file, one format to standard output.

    Where every format has a file, text goes to standard output. Several formats hold the results in memory.
    """
    forms = forms or [Format.text]
    if len(outputs) > len(forms):
        raise GitpactError(f"{len(outputs)} --output for {len(forms)} --format", "give each --output a --format")
    unplaced = forms[len(outputs) :] or [Format.text]
    if len(unplaced) > 1:
        names = ", ".join(unplaced)
        raise GitpactError(f"several formats for one terminal: {names}", "give each but one an --output")
    tally = checks.Tally()
    feeds = itertools.tee(tally.count(results), len(outputs) + 1)
    plain = styles.Style(unicode=True)
    for form, path, feed in zip(forms, outputs, feeds, strict=False):
        with _replaced(path) as write:
            FORMATS[form.value](feed, Run(span, tally, plain, texts(), write))
    FORMATS[unplaced[0].value](feeds[-1], Run(span, tally, style(colour), texts(), echo))
    return FINDINGS if tally.errors else OK


@contextmanager
def _replaced(path: Path) -> Iterator[Write]:
    """A `write` into a file that takes the place of `path` when all of it was written; a pipe is written directly."""
    direct = path.exists() and not path.is_file()
    scratch = path if direct else path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with scratch.open("w", encoding="utf-8", errors="backslashreplace") as file:
            yield lambda lines: file.writelines(f"{line}\n" for line in lines)
        if not direct:
            scratch.replace(path)
    except OSError as error:
        raise GitpactError(f"--output {path}: {error.strerror}") from error
    finally:
        if not direct:
            scratch.unlink(missing_ok=True)


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
