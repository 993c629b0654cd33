"""`gitpact strip`: the files that a push would be refused for leave the commits that no remote has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import object_sizes, push_target, pushes
from gitpact.cli import (
    common_options,
    completions,
    hooks,
    results_output,
    rewritten_refs,
)
from gitpact.errors import GitpactError
from gitpact.git import objects, query, repository
from gitpact.git.ref_updates import NULL
from gitpact.policy import in_force
from gitpact.repair import filter_history, rewrite_history, shell
from gitpact.report import i18n
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.checks.push import Push
    from gitpact.repair.filter_history import Plan
    from gitpact.report.i18n import Catalog

NAME = "strip"


def command(
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
            autocompletion=completions.revisions, metavar="[REF…]", help="Branches and tags to rewrite; default: HEAD."
        ),
    ] = None,
    *,
    dry_run: common_options.DryRunOption = False,
    undo: Annotated[
        bool,
        typer.Option(
            "--undo", help="Restore the refs and the index as they were before the last run of gitpact strip."
        ),
    ] = False,
) -> int:
    """Remove refused files from unpushed commits. Other files do not change."""
    if undo:
        if dry_run or remote or refspecs:
            raise GitpactError("--undo cannot be combined with other arguments", "run: gitpact strip --undo")
        return rewritten_refs.undo(NAME)
    here = repository.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    policy = hooks.with_limit(policy, os.environ)._replace(max_push_size=0)  # only files are looked for
    rewritten_refs.refuse_git_directory(here.top)
    published = _published(push_target.of_user(remote, refspecs or ()))  # which may take a while, without the lock
    with rewrite_history.alone():
        push = push_target.of_user(remote, refspecs or ())
        push = push._replace(has=(*(f"^{oid}" for oid in published), *push.has))
        found = pushes.judge_files(
            push, policy, object_sizes.measure(objects.walk((*push.tips, *push.has)), pushes.smallest_limit(policy))
        )
        refused = {
            (one.blob.path, one.blob.oid) for one in found.files if one.blob.path and one.finding.severity == "error"
        }
        plan = filter_history.plan([update.source for update in push.updates], refused, published, here.top)
        if not dry_run:
            rewrite_history.put_in_place(plan.moves, {path for path, _ in refused}, NAME, here.top)
    results_output.echo(_report(plan, len(refused), i18n.catalog(), dry_run=dry_run))
    return 0


def _published(push: Push) -> list[str]:
    """What the receiver has now, as far as it is here; more than this clone may know. Raises GitpactError."""
    urls = query.output_or_nothing("remote", "get-url", "--push", "--all", push.remote).decode(
        "utf-8", "surrogateescape"
    )
    told = []
    for url in urls.split("\n")[:-1] or [push.remote]:
        try:
            told += query.text("ls-remote", "--", url).splitlines()
        except GitpactError as error:
            raise GitpactError(
                "nothing was changed, because gitpact cannot find out which commits {where} has: {error}",
                where=push.where,
                error=error,
            ) from error
    there = {ref: oid for oid, _, ref in (row.partition("\t") for row in told)}
    known = objects.existing(set(there.values()))
    for update in push.updates:
        # A remote-tracking branch tells which commits were pushed; without one their tip must be here.
        if update.old == NULL and there.get(update.ref, NULL) not in (NULL, *known):
            raise GitpactError(
                "{where} has commits on {ref} that are not in this clone",
                "fetch the missing commits first: git fetch {remote} {quoted}",
                where=push.where,
                ref=update.ref.removeprefix(BRANCH).removeprefix(TAG),
                remote=shell.quoted(push.remote),
                quoted=shell.quoted(update.ref.removeprefix(BRANCH).removeprefix(TAG)),
            )
    return known


def _report(plan: Plan, refused: int, texts: Catalog, *, dry_run: bool) -> Iterator[str]:
    """What has happened, and how to undo it; or what would happen."""
    if plan.moves:
        kind = "strip.would" if dry_run else "strip.done"
        yield texts[kind].format(files=refused - len(plan.left), losing=plan.losing, rewritten=plan.rewritten)
        if plan.dropped:
            yield texts["strip.dropped"].format(count=plan.dropped)
        yield from rewritten_refs.losses(plan.unsigned, plan.replaced)
        yield from map(rewritten_refs.row, plan.moves)
        if not dry_run:
            yield rewritten_refs.undo_line(NAME)
    elif not plan.left:
        yield texts["strip.nothing"]
    if plan.left:
        yield texts["strip.left"].format(files=len(plan.left))
