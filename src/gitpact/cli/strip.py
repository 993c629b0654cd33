"""`gitpact strip`: the files that a push would be refused for leave the commits that no remote has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.checks import object_sizes, push_target, pushes
from gitpact.cli import (
    common_options,
    hooks,
    results_output,
)
from gitpact.errors import GitpactError
from gitpact.git import objects, query, repository, trees
from gitpact.policy import in_force
from gitpact.repair import filter_history, shell
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitpact.checks.push import Push
    from gitpact.repair.filter_history import Move, Plan
    from gitpact.report.i18n import Catalog

SHORT = 12
FEW = 20  # paths that a command names


def command(
    remote: Annotated[
        str, typer.Argument(metavar="[REMOTE]", help="A remote or a URL; default: where git push goes.")
    ] = "",
    refspecs: Annotated[
        list[str] | None, typer.Argument(metavar="[REF…]", help="Branches and tags to rewrite; default: HEAD.")
    ] = None,
    *,
    dry_run: common_options.DryRunOption = False,
) -> int:
    """Remove refused files from commits that are not pushed. Nothing else changes."""
    here = repository.here()
    policy = in_force.of_repository(here.git_dir, here.top).policy
    policy = hooks.with_limit(policy, os.environ)._replace(max_push_size=0)  # only files are looked for
    if not here.top and query.output("rev-parse", "--is-bare-repository") != b"true\n":
        raise GitpactError("this is not a work tree", "go to the work tree whose branch you want to rewrite")
    push = push_target.of_user(remote, refspecs or ())
    published = _published(push)
    push = push._replace(has=(*(f"^{oid}" for oid in published), *push.has))
    found = pushes.judge_files(
        push, policy, object_sizes.measure(objects.walk((*push.tips, *push.has)), pushes.smallest_limit(policy))
    )
    refused = {
        (one.blob.path, one.blob.oid) for one in found.files if one.blob.path and one.finding.severity == "error"
    }
    staged = bool(here.top) and any(line[0] != " " for line in trees.status())
    plan = filter_history.plan([update.source for update in push.updates], refused, published, here.top)
    if not dry_run:
        filter_history.do(plan)
    checked_out = filter_history.checked_out() if here.top else ""
    ways = {} if dry_run else {move.ref: _back(move, plan, checked_out, staged=staged) for move in plan.moves}
    results_output.echo(_said(plan, len(refused), ways, i18n.catalog()))
    return 0


def _published(push: Push) -> list[str]:
    """What the receiver has now, as far as it is here; more than this clone may know. Raises GitpactError."""
    urls = query.output_or_nothing("remote", "get-url", "--push", "--all", push.remote).decode(
        "utf-8", "surrogateescape"
    )
    told = b""
    for url in urls.split("\n")[:-1] or [push.remote]:
        try:
            told += query.output("ls-remote", "--", url)
        except GitpactError as error:
            raise GitpactError(
                "cannot find out what {where} has; nothing was changed: {error}", where=push.where, error=error
            ) from error
    return objects.existing({row.partition(b"\t")[0].decode() for row in told.splitlines()})


def _said(plan: Plan, refused: int, ways: Mapping[str, str], texts: Catalog) -> Iterator[str]:
    """What has happened, with the ways back; what would happen where there are none."""
    if plan.moves:
        kind = "strip.done" if ways else "strip.would"
        yield texts[kind].format(files=refused - len(plan.left), losing=plan.losing, rewritten=plan.rewritten)
        if plan.dropped:
            yield texts["strip.dropped"].format(count=plan.dropped)
        for move in plan.moves:
            name = visible(move.ref.removeprefix(BRANCH).removeprefix(TAG))
            yield f"  {name}: {move.old[:SHORT]} -> {move.new[:SHORT]}"
            if ways:
                yield f"    {texts['strip.back']}: {ways[move.ref]}"
    elif not plan.left:
        yield texts["strip.nothing"]
    if plan.left:
        yield texts["strip.left"].format(files=len(plan.left))


def _back(move: Move, plan: Plan, checked_out: str, *, staged: bool) -> str:
    """The command that undoes a move; what else is `staged` stays so."""
    if move.ref != checked_out:
        return f"git update-ref {shell.quoted(move.ref)} {move.old}"
    if not staged:
        return f"git reset {move.old[:SHORT]}"
    paths = " ".join(shell.quoted(f":(top,literal){path}") for path in plan.was)
    restored = f" && git restore --staged -- {paths}" if 0 < len(plan.was) <= FEW else ""
    return f"git reset --soft {move.old[:SHORT]}{restored}"
