"""`gitpact lint`: the commits of a range."""

from __future__ import annotations

from typing import Annotated

import typer

from gitpact import checks, git
from gitpact.cli import shared


def command(
    revisions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RANGE…]", help="As git log takes it; default: what no remote has yet."),
    ] = None,
    *,
    select: shared.SelectOption = "",
    ignore: shared.IgnoreOption = "",
    form: shared.FormatOption = shared.Format.text,
    colour: shared.ColourOption = shared.Colour.auto,
) -> int:
    """Judge every commit of a range."""
    policy, _ = shared.policy_in_force()
    ignored = shared.ignored(select, ignore)
    span = revisions or list(git.UNPUSHED)
    judge = checks.judging(policy, ignored)
    results = map(judge, git.commits(span, policy.issue_pattern))
    return shared.run_report(results, form, colour, " ".join(span))
