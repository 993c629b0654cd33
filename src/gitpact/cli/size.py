"""`gitpact size`: what a push would send, before any push."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import object_sizes, push_target, pushes
from gitpact.cli import common_options, completions, hooks, results_output
from gitpact.errors import FINDINGS, OK, Phrase
from gitpact.git import objects, repository
from gitpact.policy import in_force
from gitpact.report import i18n
from gitpact.report import size_text as reports

if TYPE_CHECKING:
    from collections.abc import Iterable


NO_BUDGET = 86_400  # seconds: who asks for the exact bytes waits for them
GIVING_WAY = 15  # of 19
EACH = 50  # refs of a push that are measured alone as well, each by a walk of its own
EVERY = {"--all": "refs/heads/*", "--branches": "refs/heads/*", "--tags": "refs/tags/*"}  # as git push has them
TRACED = 20_000  # commits of a push in which the first one that holds a file is looked for


class Form(StrEnum):
    """The formats of a size."""

    text = "text"
    json = "json"


def command(  # noqa: PLR0913  one parameter an option
    remote: Annotated[
        str,
        typer.Argument(
            metavar="[REMOTE]",
            autocompletion=completions.remotes,
            help="The remote or URL that the push would go to; default: the remote that git push uses.",
        ),
    ] = "",
    refspecs: Annotated[
        list[str] | None,
        typer.Argument(
            autocompletion=completions.revisions,
            metavar="[REFSPEC…]",
            help="What to push, written as for git push; default: HEAD.",
        ),
    ] = None,
    *,
    every: Annotated[
        bool,
        typer.Option(
            "--all", "--branches", help="Include all branches, in addition to the refs that the refspecs name."
        ),
    ] = False,
    tags: Annotated[
        bool, typer.Option("--tags", help="Include all tags, in addition to the refs that the refspecs name.")
    ] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Measure the exact number of bytes that git would send.")
    ] = False,
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help="How many of the largest files to show.")] = 10,
    form: Annotated[Form, typer.Option("--format", help="Format of the result.")] = Form.text,
    colour: common_options.ColourOption = common_options.Colour.auto,
) -> int:
    """Measure and check what a push would send. The report shows the objects, their sizes and the largest files."""
    here = repository.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    many = [EVERY[name] for name, asked in (("--all", every), ("--tags", tags)) if asked]
    push = push_target.of_user(remote, (*(refspecs or ()), *many))
    counted = pushes.start_pack_count(push, NO_BUDGET) if exact and push.tips else None
    if counted:
        os.nice(GIVING_WAY)  # to the pack, which is what one waits for
    walk = objects.walk((*push.tips, *push.has)) if push.tips else ()
    policy = hooks.with_limit(policy, os.environ)
    found = pushes.judge_files(
        push, policy, object_sizes.measure(_counted(walk), pushes.smallest_limit(policy), top), counted=counted
    )
    if found.sizes.commits <= TRACED:  # else it takes longer than all the rest
        blobs = object_sizes.with_origin(found.sizes.blobs, (*push.tips, *push.has))
        found = found._replace(sizes=found.sizes._replace(blobs=blobs))
    several = push.updates if 1 < len(push.updates) <= EACH else ()
    alone = [(update, object_sizes.measure(objects.walk((update.new, *push.has)))) for update in several]
    doubt = pushes.estimate_reason(push)
    if form is Form.json:
        results_output.echo([reports.size_json(push, found, alone, estimate=bool(doubt))])
    else:
        texts = i18n.catalog()
        notes = [texts[f"push.{doubt}"].format(where=push.where)] if doubt else []
        notes += [texts["push.shallow"]] if here.shallow else []
        results_output.echo(reports.size_lines(push, found, alone, notes, results_output.style(colour.value), texts))
    return FINDINGS if found.count("error") else OK


def _counted(walk: Iterable[list[bytes]]) -> Iterable[list[bytes]]:
    """The walk; a person who waits at a terminal sees how far it has come."""
    return results_output.progress(walk, Phrase("objects"), count=len) if sys.stderr.isatty() else walk
