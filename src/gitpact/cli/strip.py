"""`gitpact strip`: the files that a push would be refused for leave the commits that no remote has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact import gate, i18n, policies, shell, size, snapshot, stages, stripping, targets, verdict
from gitpact.cli import shared  # noqa: TC001  typer reads it
from gitpact.errors import GitpactError
from gitpact.git import ask, objects
from gitpact.ranges import clone
from gitpact.reports.escape import visible
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.i18n import Catalog
    from gitpact.stripping import Move, Plan

SHORT = 12


def command(
    remote: Annotated[
        str, typer.Argument(metavar="[REMOTE]", help="A remote or a URL; default: where git push goes.")
    ] = "",
    refspecs: Annotated[
        list[str] | None, typer.Argument(metavar="[REF…]", help="Branches and tags that move; default: HEAD.")
    ] = None,
    *,
    dry_run: shared.DryRunOption = False,
) -> int:
    """Take refused files out of unpushed commits; nothing else changes."""
    here = clone.here()
    policy = snapshot.load(here.git_dir, here.top)[0] if here.top else policies.bare(here.git_dir)
    policy = stages.with_limit(policy, os.environ)._replace(max_push_size=0)  # only files are looked for
    if not here.top and ask.output("rev-parse", "--is-bare-repository") != b"true\n":
        raise GitpactError("this is no work tree", "go to the one whose branch is to be made anew")
    push = targets.of_user(remote, refspecs or ())
    found = gate.weigh(push, policy, size.measure(objects.walk((*push.tips, *push.has)), gate.least(policy)))
    refused = {
        (one.blob.path, one.blob.oid) for one in found.files if one.blob.path and one.finding.severity == "error"
    }
    plan = stripping.plan([update.source for update in push.updates], refused, here.git_dir, bare=not here.top)
    if not dry_run:
        stripping.do(plan)
    checked_out = (ask.head() or "HEAD") if here.top else ""
    verdict.echo(_said(plan, len(refused), checked_out, i18n.catalog(), dry_run=dry_run))
    return 0


def _said(plan: Plan, refused: int, checked_out: str, texts: Catalog, *, dry_run: bool) -> Iterator[str]:
    """What has happened, and how to go back."""
    if plan.moves:
        kind = "strip.would" if dry_run else "strip.done"
        yield texts[kind].format(files=refused - len(plan.left), losing=plan.losing, anew=plan.anew)
        for move in plan.moves:
            name = visible(move.ref.removeprefix(BRANCH).removeprefix(TAG))
            back = "" if dry_run else f"   # {texts['strip.back']}: {_back(move, checked_out)}"
            yield f"  {name}: {move.old[:SHORT]} -> {move.new[:SHORT]}{back}"
    elif not plan.left:
        yield texts["strip.nothing"]
    if plan.left:
        yield texts["strip.left"].format(files=len(plan.left))


def _back(move: Move, checked_out: str) -> str:
    """The command that undoes a move; a branch that is not checked out, or a tag, is moved by its full name."""
    if move.ref == checked_out:
        return f"git reset {move.old[:SHORT]}"
    return f"git update-ref {shell.quoted(move.ref)} {move.old}"
