"""`gitpact sync`: stage, commit, rebase on the remote branch, and push; it stops at the first problem.

Each step is one command of git, and leaves nothing behind that the next call does not find: a second `gitpact sync`
goes on where the first one stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli import commit, questions, results_output, rewritten_refs
from gitpact.cli.common_options import (  # noqa: TC001  typer reads the annotations
    MessageOption,
    ScopeOption,
    SignOffOption,
    TypeOption,
)
from gitpact.errors import FINDINGS, OK, GitpactError, Phrase
from gitpact.git import query, repository, revision_lookup, trees, user_command
from gitpact.records import NamedTuple
from gitpact.repair import shell
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules.refs import BRANCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN = 10  # files that are named
REMOTES = "refs/remotes/"


class Place(NamedTuple):
    """The branch that is checked out, `refs/heads/…`, and where it is pushed to.

    It has the same name in the `remote`. `upstream` is its remote-tracking branch, `refs/remotes/…`, "" before the
    first push.
    """

    branch: str
    remote: str
    upstream: str


def command(
    *,
    message: MessageOption = None,
    kind: TypeOption = "",
    scope: ScopeOption = "",
    sign_off: SignOffOption = False,
    every: Annotated[bool, typer.Option("--all", "-a", help="Stage all changed and new files without asking.")] = False,
) -> int:
    """Commit, rebase on the remote branch, and push. After a problem, run the command again to continue."""
    here = repository.here()
    rewritten_refs.refuse_git_directory(here.top)
    if repository.is_operation_in_progress(here.git_dir) or _unmerged():
        return _tell_operation(here.git_dir)
    place = _place()
    changed = trees.status("--untracked-files=all")
    staged = trees.has_staged()
    stages = bool(changed) and (every or (not staged and _asks_to_stage(changed, place)))
    commits = staged or stages
    results_output.echo(_plan(place, changed if stages else (), commits=commits))
    if stages and user_command.run("git", "add", "--all", "--", ":/"):
        raise GitpactError("git could not stage the files", "run: git status")
    if commits:
        code = commit.command(message=message, kind=kind, scope=scope, sign_off=sign_off)
        if code:
            return _stopped(Phrase("no commit was made; the staged changes are still staged"), code)
    return _taken_over(place, here.git_dir) or _pushed(place)


def _place() -> Place:
    """Where the branch goes. Raises GitpactError without a branch or a remote."""
    branch = query.head()
    if not branch:
        raise GitpactError("HEAD is detached, so there is no branch to push", "make a branch: git switch -c NAME")
    remotes = query.text_or_nothing("remote").split("\n")
    remote = remotes[0] if len(remotes) == 1 and remotes[0] else revision_lookup.remote()
    name = branch.removeprefix(BRANCH)
    if remote not in remotes:
        hint = (
            "add the remote: git remote add {remote} URL; or choose another remote: git config branch.{name}.remote "
            "REMOTE"
        )
        raise GitpactError("there is no remote {remote}", hint, remote=shell.quoted(remote), name=shell.quoted(name))
    form = "--format=%(upstream)%00%(upstream:remoteref)"
    upstream, _, target = query.text_or_nothing("for-each-ref", form, branch).partition("\0")
    if not upstream.startswith(REMOTES):  # none, or a branch of this clone
        return Place(branch, remote, "")
    if target != branch:  # as git itself refuses it (push.default = simple)
        raise GitpactError(
            "the branch {name} and its upstream {target} have different names",
            "to push {name} under its own name: git branch --unset-upstream, then gitpact sync",
            name=name,
            target=f"{remote}/{target.removeprefix(BRANCH)}",
        )
    return Place(branch, remote, upstream)


def _asks_to_stage(changed: Sequence[str], place: Place) -> bool:
    """Ask whether to stage what has changed. Raises GitpactError with nobody to ask, unless commits wait for a push."""
    if not questions.can_ask():
        if query.peel("HEAD") != (query.peel(place.upstream) if place.upstream else ""):
            return False
        raise GitpactError(
            "nothing is staged; changed or new files: {count}",
            "stage files with git add, then run gitpact sync again; or let gitpact sync -a stage all changed and new "
            "files",
            count=len(changed),
        )
    results_output.echo(_names(changed))
    question = Phrase("Stage and commit these files? [y/N] ")
    return questions.answer(i18n.translate(question)) in questions.YES


def _names(changed: Sequence[str]) -> Iterator[str]:
    yield from (f"  {visible(one)}" for one in changed[:SHOWN])
    if len(changed) > SHOWN:
        yield f"  {i18n.catalog()['hook.more'].format(count=len(changed) - SHOWN)}"


def _plan(place: Place, stages: Sequence[str], *, commits: bool) -> Iterator[Phrase]:
    """What is done now, in its order."""
    branch = place.branch.removeprefix(BRANCH)
    if stages:
        yield Phrase("  stage the changed and new files: {count}", count=len(stages))
    if commits:
        yield Phrase("  commit what is staged")
    if place.upstream:
        yield Phrase("  fetch, and rebase {branch} on {remote}/{branch}", remote=place.remote, branch=branch)
    yield Phrase("  push to {remote}/{branch}", branch=branch, remote=place.remote)


def _taken_over(place: Place, git_dir: str) -> int:
    """Fetch, and rebase on what the remote has; returns an exit code."""
    if user_command.run("git", "fetch", "--quiet", "--", place.remote):
        return _stopped(Phrase("git could not fetch from {remote}; your commits are safe", remote=place.remote))
    tip = query.peel(place.upstream) if place.upstream else ""
    if not tip or query.is_ancestor(tip, "HEAD"):
        return OK
    if tip in query.text("log", "--walk-reflogs", "--format=%H", place.branch, "--").split("\n"):
        return _rewritten(place, tip)
    if query.output("rev-list", "--merges", "--max-count=1", "HEAD", "--not", tip):
        said = (
            "a rebase would lose the changes that you made in a merge commit; to merge the remote commits without a "
            "rebase: {command}"
        )
        return _stopped(Phrase(said, command=f"git merge {shell.quoted(place.upstream.removeprefix(REMOTES))}"))
    if user_command.run("git", "rebase", "--quiet", "--autostash", place.upstream) or _unmerged():
        return _tell_operation(git_dir)
    return OK


def _rewritten(place: Place, tip: str) -> int:
    """Say that commits which were pushed have been rewritten here, as by `gitpact fix`, and how to push them."""
    name = shell.quoted(place.branch.removeprefix(BRANCH))
    said = "you rewrote commits that are already on the remote; to replace the old commits on the remote: {command}"
    command = f"git push --force-with-lease={name}:{tip} {shell.quoted(place.remote)} {name}"
    results_output.echo([Phrase(said, command=command)])
    return FINDINGS


def _unmerged() -> bool:
    """Whether files have conflicts, as after an autostash that did not fit."""
    return bool(query.output("ls-files", "--unmerged", "-z"))


def _pushed(place: Place) -> int:
    """Push the branch, and make its remote branch the upstream; returns an exit code."""
    if place.upstream and query.peel(place.upstream) == query.peel("HEAD"):
        results_output.echo([Phrase("there is nothing to push")])
        return OK
    upstream = () if place.upstream else ("--set-upstream",)
    words = ("git", "push", *upstream, "--", place.remote, f"{place.branch}:{place.branch}")
    if user_command.run(*words):
        return _stopped(Phrase("the push was refused; your commits are safe"))
    return OK


def _tell_operation(git_dir: str) -> int:
    """Say what git is in the middle of, and the commands that go on and back."""
    merging, rebasing = (Path(git_dir, name).exists() for name in ("MERGE_HEAD", "rebase-merge"))
    if rebasing:
        on, back = "git rebase --continue", "git rebase --abort"
    elif merging:
        on, back = "git merge --continue", "git merge --abort"
    else:
        on, back = "git status", "git status"
    lines = [Phrase("this clone has files with conflicts, or an unfinished operation, such as a rebase or a merge")]
    lines += [
        Phrase("  to see the current state: git status"),
        Phrase("  to continue, resolve the conflicts, then run: git add FILE; {on}; gitpact sync", on=on),
        Phrase("  to abort the operation: {back}", back=back),
    ]
    if not (merging or rebasing) and query.text_or_nothing("stash", "list", "--max-count=1"):
        lines.append(Phrase("  your uncommitted changes are in the stash; to see them: git stash show"))
    results_output.echo(lines)
    return FINDINGS


def _stopped(why: Phrase, code: int = FINDINGS) -> int:
    results_output.echo(
        [
            why,
            Phrase(
                "  after you have fixed the problem, continue with: {command}", command=f"{shell.program_again()} sync"
            ),
        ]
    )
    return code
