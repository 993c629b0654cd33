"""`gitpact lint`: the commits of a range, or of the event that CI is running for."""

from __future__ import annotations

import os
import sys
from pathlib import Path  # noqa: TC003  typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import git, linting
from gitpact.cli import shared
from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.ranges.events import Event
    from gitpact.ranges.spans import Span
    from gitpact.records import Policy, Result

TOLD_EVERY = 1000  # commits between two words of progress


def command(  # noqa: PLR0913  one parameter an option
    revisions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RANGE…]", help="As git log takes it; default: what no remote has yet."),
    ] = None,
    *,
    ci: Annotated[bool, typer.Option("--ci", help="The commits of the event that this CI job runs for.")] = False,
    every: Annotated[bool, typer.Option("--all", help="The commits of every ref.")] = False,
    since_tag: Annotated[bool, typer.Option("--since-tag", help="What came after the last tag.")] = False,
    title: Annotated[bool, typer.Option("--title", help="With --ci: judge the pull request's title too.")] = False,
    deepen: Annotated[bool, typer.Option("--deepen", help="Fetch the history that a shallow clone lacks.")] = False,
    policy_from: Annotated[
        str, typer.Option("--policy-from", metavar="REV", help="Read the policy there; with --ci: the base.")
    ] = "",
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Known findings, as jsonl: they are not told again."),
    ] = None,
    select: shared.SelectOption = "",
    ignore: shared.IgnoreOption = "",
    form: Annotated[
        list[shared.Format] | None, typer.Option("--format", help="Form of the results; may be repeated.")
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", metavar="FILE", help="Write the n-th format there; text goes to the terminal."),
    ] = None,
    colour: shared.ColourOption = shared.Colour.auto,
) -> int:
    """Judge every commit of a range."""
    if ci and (revisions or every or since_tag):
        raise GitpactError("--ci finds the range itself", "leave out the range, or --ci")
    if title and not ci:
        raise GitpactError("--title needs --ci", "to judge a title by hand: gitpact check -m TITLE --ignore dco")
    event = _event() if ci else None
    span = _span(event, revisions or [], every=every, since_tag=since_tag, deepen=deepen)
    rules, source = _policy(span, policy_from)
    ignored = shared.ignored(select, ignore)
    if event and event.kind == "merge queue":
        ignored = (*ignored, "sign-off-identity")  # the queue makes these commits itself (messages.md 64)
    results: Iterable[Result] = linting.results(span.revisions, rules, ignored)
    if title and event:
        results = _with_title(event, results, rules, ignored)
    if baseline:
        results = linting.without(linting.read_baseline(baseline), results)
    _tell(span, source, event)
    return shared.run_reports(_told(results), form or [], output or [], colour, span.label)


def _event() -> Event:
    from gitpact.ranges.events import detect  # noqa: PLC0415  only CI has one

    event = detect(os.environ)
    if event is None:
        raise GitpactError("--ci: none of the CI platforms that are known here", "name the range: gitpact lint A..B")
    return event


def _span(event: Event | None, revisions: list[str], *, every: bool, since_tag: bool, deepen: bool) -> Span:
    from gitpact.ranges import spans  # noqa: PLC0415  not every command walks

    if deepen:
        spans.deepen(event)
    if event:
        return spans.of_event(event)
    return spans.of_user(revisions, all_refs=every, since_tag=since_tag)


def _policy(span: Span, asked: str) -> tuple[Policy, str]:
    """A pull request cannot loosen its own judge: with a base known from CI, its policy holds."""
    revision = asked or span.base
    return linting.policy_at(revision) if revision else shared.policy_in_force()


def _with_title(event: Event, results: Iterable[Result], rules: Policy, ignored: tuple[str, ...]) -> Iterator[Result]:
    if event.title:
        yield linting.title(event.title, rules, ignored)
    elif event.kind == "pull request":
        raise GitpactError(f"--title: {event.platform} does not tell the title of the pull request here")
    yield from results


def _tell(span: Span, source: str, event: Event | None) -> None:
    """On standard error: what is judged by which policy, and that the range itself changes it."""
    if not event:
        return
    typer.echo(f"gitpact: {event.platform}, {event.kind}: judging {span.label} by {source}", err=True)
    changed = [name for name in git.changed(span.revisions) if name == "gitpact.toml"]
    if changed:
        typer.echo("gitpact: gitpact.toml is changed here; it counts once this is merged", err=True)


def _told(results: Iterable[Result]) -> Iterator[Result]:
    """Pass the results on; a person who waits at a terminal sees how far it has come."""
    told = sys.stderr.isatty() and not sys.stdout.isatty()
    for number, result in enumerate(results, 1):
        if told and number % TOLD_EVERY == 0:
            sys.stderr.write(f"\r{number} commits")
            sys.stderr.flush()
        yield result
    if told:
        sys.stderr.write("\r\x1b[K")
