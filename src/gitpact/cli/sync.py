"""`gitpact sync`: stage, commit, take over what the remote has, and push; it stops at the first trouble.

Each step is one command of git, and leaves nothing behind that the next call does not find: a second `gitpact sync`
goes on where the first one stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gitpact.cli import commit, completions, questions, results_output, rewritten_refs
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


class Place(NamedTuple):
    """The branch that is checked out, `refs/heads/…`, and where it is pushed to.

    `upstream` is its remote-tracking branch, `refs/remotes/…`, "" before the first push; `target` is the branch of the
    `remote`, `refs/heads/…`.
    """

    branch: str
    remote: str
    upstream: str
    target: str


def command(
    *,
    message: Annotated[
        list[str] | None, typer.Option("--message", "-m", help="The description; a second -m is the body.")
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--type", metavar="TYPE", autocompletion=completions.types, help="The type, such as feat or fix."),
    ] = "",
    scope: Annotated[
        str,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            autocompletion=completions.scopes,
            help="The part of the project that changes.",
        ),
    ] = "",
    sign_off: Annotated[bool, typer.Option("--signoff", "-s", help="Sign the commit off (DCO).")] = False,
    every: Annotated[bool, typer.Option("--all", "-a", help="Stage all changed and new files without asking.")] = False,
) -> int:
    """Commit, rebase on the remote branch, and push. After a problem, run it again: it goes on where it stopped."""
    here = repository.here()
    rewritten_refs.refuse_git_directory(here.top)
    if repository.is_operation_in_progress(here.git_dir):
        return _tell_operation()
    place = _place()
    changed = trees.status("--untracked-files=all")
    staged = bool(query.output("diff", "--cached", "--name-only", "-z"))
    stages = bool(changed) and (every or (not staged and _asks_to_stage(changed)))
    commits = staged or stages
    results_output.echo(_plan(place, changed if stages else (), commits=commits))
    if stages and user_command.run("git", "add", "--all", "--", ":/"):
        raise GitpactError("git could not stage the files", "run: git status")
    if commits:
        code = commit.command(message=message, kind=kind, scope=scope, sign_off=sign_off)
        if code:
            return _stopped(Phrase("there is no commit; what is staged stays staged"), code)
    return _taken_over(place) or _pushed(place)


def _place() -> Place:
    """Where the branch goes. Raises GitpactError without a branch or a remote."""
    branch = query.head()
    if not branch:
        raise GitpactError("HEAD is detached, so there is no branch to push", "make a branch: git switch -c NAME")
    remote = revision_lookup.remote()
    if not query.text_or_nothing("remote", "get-url", remote):
        raise GitpactError("there is no remote {name}", "add it: git remote add {name} URL", name=shell.quoted(remote))
    form = "--format=%(upstream)%00%(upstream:remoteref)"
    upstream, _, target = query.text_or_nothing("for-each-ref", form, branch).partition("\0")
    return Place(branch, remote, upstream, target or branch)


def _asks_to_stage(changed: Sequence[str]) -> bool:
    """Ask whether to stage what has changed. Raises GitpactError where there is nobody to ask."""
    if not questions.can_ask():
        raise GitpactError(
            "nothing is staged, but {count} files have changed",
            "stage files with git add, or stage all of them: gitpact sync -a",
            count=len(changed),
        )
    results_output.echo(_names(changed))
    question = Phrase("Stage and commit these {count} files? [y/N] ", count=len(changed))
    return questions.answer(i18n.translate(question)) in questions.YES


def _names(changed: Sequence[str]) -> Iterator[str]:
    yield from (f"  {visible(one)}" for one in changed[:SHOWN])
    if len(changed) > SHOWN:
        yield f"  {i18n.catalog()['hook.more'].format(count=len(changed) - SHOWN)}"


def _plan(place: Place, stages: Sequence[str], *, commits: bool) -> Iterator[Phrase]:
    """What is done now, in its order."""
    branch, target = place.branch.removeprefix(BRANCH), place.target.removeprefix(BRANCH)
    if stages:
        yield Phrase("  stage {count} files", count=len(stages))
    if commits:
        yield Phrase("  commit what is staged")
    if place.upstream:
        yield Phrase(
            "  fetch {remote}, and rebase {branch} on {target}", remote=place.remote, branch=branch, target=target
        )
    yield Phrase("  push {branch} to {remote}", branch=branch, remote=place.remote)


def _taken_over(place: Place) -> int:
    """Fetch, and rebase on what the remote has; returns an exit code."""
    if user_command.run("git", "fetch", "--", place.remote):
        return _stopped(Phrase("git could not fetch from {remote}; your commits are safe", remote=place.remote))
    if not place.upstream or not query.exists(place.upstream) or query.is_ancestor(place.upstream, "HEAD"):
        return OK
    if user_command.run("git", "rebase", "--autostash", place.upstream):
        return _tell_operation()
    return OK


def _pushed(place: Place) -> int:
    """Push the branch, and make its remote branch the upstream; returns an exit code."""
    if place.upstream and query.peel(place.upstream) == query.peel("HEAD"):
        results_output.echo([Phrase("there is nothing to push")])
        return OK
    words = ("git", "push", "--set-upstream", "--", place.remote, f"{place.branch}:{place.target}")
    if user_command.run(*words):
        return _stopped(Phrase("the push was refused; your commits are safe"))
    return OK


def _tell_operation() -> int:
    """Say what git is in the middle of, and the commands that go on and back; with nothing to undo, stop."""
    lines = [Phrase("a rebase, a merge or the like is not finished in this clone")]
    lines += [
        Phrase("  see where it stands: git status"),
        Phrase("  go on: resolve the conflicts, git add FILE, git rebase --continue, then gitpact sync"),
        Phrase("  go back: git rebase --abort (for a merge: git merge --abort)"),
    ]
    results_output.echo(lines)
    return FINDINGS


def _stopped(why: Phrase, code: int = FINDINGS) -> int:
    results_output.echo(
        [why, Phrase("  after the correction, go on with: {command}", command=f"{shell.program_again()} sync")]
    )
    return code
