"""`gitpact lint`: its options. What they do is in `lint_range`."""

from __future__ import annotations

from typing import Annotated

import typer

from gitpact.cli import lint_range, shared


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
        str, typer.Option("--baseline", metavar="FILE", help="Known findings, as jsonl: they are not told again.")
    ] = "",
    select: shared.SelectOption = "",
    ignore: shared.IgnoreOption = "",
    form: Annotated[
        list[shared.Format] | None, typer.Option("--format", help="Form of the results; may be repeated.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FILE", help="Write the n-th format there; text goes to the terminal."),
    ] = None,
    colour: shared.ColourOption = shared.Colour.auto,
) -> int:
    """Judge every commit of a range."""
    return lint_range.run(
        lint_range.Asked(
            revisions=tuple(revisions or ()),
            ci=ci,
            every=every,
            since_tag=since_tag,
            title=title,
            deepen=deepen,
            policy_from=policy_from,
            baseline=baseline,
            select=select,
            ignore=ignore,
            forms=tuple(one.value for one in form or ()),
            outputs=tuple(output or ()),
            colour=colour.value,
        )
    )
