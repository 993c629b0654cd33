"""`gitpact audit`: figures about every repository of an organisation, as tables."""

from __future__ import annotations

import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli import extras, questions, results_output
from gitpact.errors import CANNOT_CHECK, FINDINGS, OK, GitpactError, Phrase
from gitpact.policy import files, values
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules import byte_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.audit.engines import Lost
    from gitpact.audit.run import Plan
    from gitpact.audit.worker import Done, Task

EVERY_SECONDS = 60  # without a terminal, between two lines of progress
SHOWN = 20  # repositories that failed
SCHEDULER = "DASK_SCHEDULER_ADDRESS"
DATE_FORM = "%Y-%m-%d"
LIKE_A_DATE = re.compile(r"\d+-\d+-\d+")


def command(  # noqa: PLR0913  one parameter an option
    root: Annotated[
        list[str],
        typer.Argument(
            metavar="ROOT…", help="A folder with repositories at any depth, or a file that lists their paths."
        ),
    ],
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR|URL", help="Folder or URL (s3://, gs://) for the tables.")
    ],
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Number of repositories to measure at once; 0: all cores.")
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            envvar=SCHEDULER,
            metavar="tcp://…",
            help="Use the workers of this Dask scheduler instead of this machine.",
        ),
    ] = "",
    url_prefix: Annotated[
        str,
        typer.Option(
            "--url-prefix",
            metavar="URL",
            help="The workers clone the repositories from here: URL and a line of the file ROOT.",
        ),
    ] = "",
    cache: Annotated[
        str, typer.Option("--cache", metavar="DIR", help="With --url-prefix: the folder for the clones.")
    ] = "~/.cache/gitpact/audit",
    policy: Annotated[
        str, typer.Option("--policy", metavar="FILE", help="Judge all repositories by this policy file.")
    ] = "",
    own: Annotated[
        bool, typer.Option("--own", help="With --policy: judge each repository by its own policy too.")
    ] = False,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE|TAG",
            help="Count the commits since then that a hook would have refused, for example since 2026-01-31.",
        ),
    ] = "",
    every_branch: Annotated[
        bool, typer.Option("--all", help="Count the commits of all branches, not only of the default branch.")
    ] = False,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Leave out names and e-mail addresses.")] = False,
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help="Number of the largest files to list.")] = 20,
    date: Annotated[
        str, typer.Option("--date", metavar="DATE", help="Date of the tables; default: today, in UTC.")
    ] = "",
    time_limit: Annotated[
        int,
        typer.Option("--time-limit", metavar="SECONDS", min=1, max=1_000_000, help="Time limit for each repository."),
    ] = 600,
    memory_limit: Annotated[
        str, typer.Option("--memory-limit", metavar="SIZE", help="Memory limit for each repository.")
    ] = "2GB",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")] = False,
) -> int:
    """Write tables on how many repositories follow the policy."""
    begun = time.monotonic()
    with extras.needed("gitpact audit", "pyarrow"):
        from gitpact.audit import engines, measure, measurer, mirrors, run  # noqa: PLC0415  an extra
        from gitpact.audit import output as outputs  # noqa: PLC0415  as above
    if os.environ.get(files.VARIABLE):
        said = "gitpact audit does not use the policy file of --config or GITPACT_CONFIG"
        raise GitpactError(said, "to judge all repositories by one policy file: gitpact audit --policy FILE")
    if own and not policy:
        raise GitpactError("--own needs --policy", "without --policy, each repository's own policy is used anyway")
    wanted = measure.Wanted(
        judges=(*((measure.OWN,) if own or not policy else ()), *((measure.FILE,) if policy else ())),
        policy=str(Path(policy).absolute()) if policy else "",
        since=_since(since),
        every_branch=every_branch,
        anonymous=anonymous,
        top=top,
    )
    limits = measurer.Limits(time_limit, _bytes(memory_limit))
    wanted = run.with_outside_files(wanted)
    source = None
    if url_prefix:
        source = mirrors.Source(url_prefix, str(Path(cache).expanduser().absolute()), run.depends_on(wanted))
    day = _date("--date", date) if date else f"{datetime.now(UTC):{DATE_FORM}}"
    with extras.needed("--scheduler", "distributed"):
        client = engines.cluster(scheduler) if scheduler else None
    try:
        workers = engines.workers(client) if client else jobs or engines.cores()
        if dry_run:
            made = run.plan(root, output, day, wanted, workers=workers, source=source)
            results_output.echo(_planned(made))
            return OK

        def engine(tasks: Sequence[Task]) -> Iterator[Done | Lost]:
            return engines.on_cluster(tasks, client) if client else engines.local(tasks, workers)

        with outputs.only_writer(output):
            run.finish_publishing(output)
            made = run.plan(root, output, day, wanted, workers=workers, source=source)
            _show(run.carry_out(made, engine, wanted, limits, source), made)
            failed = run.failures(made)
    finally:
        if client:
            client.close()
    return _finish(made, failed, time.monotonic() - begun)


def _since(text: str) -> str:
    """A date or the name of a tag, as given. Raises GitpactError for what looks like a date and is none."""
    if LIKE_A_DATE.fullmatch(text):
        _date("--since", text)
    return text


def _date(option: str, text: str) -> str:
    """The date that an option has, as YYYY-MM-DD. Raises GitpactError for another text."""
    try:
        return f"{datetime.strptime(text, DATE_FORM).replace(tzinfo=UTC):{DATE_FORM}}"
    except ValueError as error:
        said = "{option} {text}: this is not a date"
        raise GitpactError(said, "write a date such as 2026-01-31", option=option, text=visible(text)) from error


def _bytes(text: str) -> int:
    """The memory limit in bytes."""
    try:
        return values.parse_size(text)
    except ValueError as error:
        raise GitpactError(
            "--memory-limit {text}: this is not a size", "write a size such as 500MB or 2GB", text=visible(text)
        ) from error


def _planned(made: Plan) -> Iterator[Phrase]:
    """What a run would do."""
    todo = [one for batch in made.todo for one in batch.repositories]
    yield Phrase(
        "{number} repositories; {same} are unchanged since {before}, so their rows are carried over",
        number=made.repositories,
        same=len(made.carried),
        before=made.before or "-",
    )
    yield Phrase(
        "would measure {number} repositories ({size}) in {batches} batches",
        number=len(todo),
        size=byte_sizes.size(sum(one.found.size for one in todo)),
        batches=len(made.todo),
    )
    yield Phrase("would write the tables of {date} to {place}", date=made.output.date, place=visible(made.output.url))


def _show(batches: Iterator[Done], made: Plan) -> None:
    """Do the work, and show how far it is: a bar on a terminal, else a line a minute."""
    todo = sum(len(batch.repositories) for batch in made.todo)
    if questions.is_terminal(sys.stderr):
        _show_bar(batches, todo)
        return
    begun = told = time.monotonic()
    repositories = commits = 0
    for done in batches:
        repositories, commits = repositories + done.repositories, commits + done.commits
        now = time.monotonic()
        if now - told >= EVERY_SECONDS:
            told = now
            results_output.warn(_progress(repositories, todo, commits, now - begun))


def _progress(repositories: int, todo: int, commits: int, seconds: float) -> Phrase:
    left = (todo - repositories) * seconds / repositories if repositories else 0
    return Phrase(
        "{repositories} of {todo} repositories, {rate} commits per second, about {minutes} minutes left",
        repositories=repositories,
        todo=todo,
        rate=round(commits / seconds) if seconds else 0,
        minutes=round(left / 60),
    )


def _show_bar(batches: Iterator[Done], todo: int) -> None:
    from rich.console import Console  # noqa: PLC0415  slow to load
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    rate = i18n.translate(Phrase("commits per second"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("", total=todo)
        begun, commits = time.monotonic(), 0
        for done in batches:
            commits += done.commits
            spent = max(time.monotonic() - begun, 0.001)
            bar.update(shown, advance=done.repositories, description=f"{commits / spent:.0f} {rate}")


def _finish(made: Plan, failed: list[tuple[str, str]], seconds: float) -> int:
    """Say what came of it; returns the exit code."""
    lines = [
        Phrase("failed: {name}: {reason}", name=visible(name), reason=visible(reason))
        for name, reason in failed[:SHOWN]
    ]
    if len(failed) > SHOWN:
        lines.append(Phrase("… and {number} more failed", number=len(failed) - SHOWN))
    lines.append(
        Phrase(
            "{number} repositories: {measured} measured, {same} unchanged, {failed} failed; {seconds} seconds",
            number=made.repositories,
            measured=made.repositories - len(made.carried) - len(failed),
            same=len(made.carried),
            failed=len(failed),
            seconds=f"{seconds:.1f}",
        )
    )
    lines.append(Phrase("written: {names}", names=visible(made.output.url)))
    results_output.echo(lines)
    if len(failed) == made.repositories:
        return CANNOT_CHECK
    return FINDINGS if failed else OK
