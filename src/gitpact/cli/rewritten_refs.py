"""What the commands that rewrite history say alike: which refs moved, how to undo that, and that it was undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.cli import results_output
from gitpact.errors import GitpactError
from gitpact.git import query, repository
from gitpact.repair import rewrite_history, shell
from gitpact.report import i18n
from gitpact.report.escape import visible
from gitpact.rules.refs import BRANCH, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.repair.rewrite_history import Move

SHORT = 12  # digits of an oid


def row(move: Move) -> str:
    """The line on a ref that moved."""
    name = visible(move.ref.removeprefix(BRANCH).removeprefix(TAG))
    return f"  {name}: {move.old[:SHORT]} -> {move.new[:SHORT]}"


def losses(unsigned: int, replaced: int) -> Iterator[str]:
    """Yield the lines on signatures that went, and on commits that git showed as others before; both are counts."""
    texts = i18n.catalog()
    if unsigned:
        yield texts["strip.unsigned"].format(count=unsigned)
    if replaced:
        yield texts["rewrite.replaced"].format(count=replaced)


def undo_line(command: str) -> str:
    """The line with what undoes `gitpact COMMAND`, to be typed by the person who has just run it."""
    return f"  {i18n.catalog()['rewrite.undo']}: {shell.program_again()} {command} --undo"


def refuse_git_directory(top: str) -> None:
    """Raise GitpactError inside of a git directory, where no index follows; `top` is the top of the work tree or ""."""
    if not top and query.output("rev-parse", "--is-bare-repository") != b"true\n":
        raise GitpactError(
            "the current folder is not in a git work tree",
            "run the command in the work tree whose branch you want to rewrite",
        )


def undo(command: str) -> int:
    """Undo the last `gitpact COMMAND` and write what was restored; returns 0. Raises GitpactError where it cannot."""
    texts, top = i18n.catalog(), repository.here().top
    refuse_git_directory(top)
    with rewrite_history.alone():
        done = rewrite_history.take_back(command, top)
    first = texts["rewrite.undone" if done.index_followed else "rewrite.undone-refs"].format(command=command)
    left = (f"  {texts['rewrite.staged'].format(path=visible(path))}" for path in done.left)
    notes = (f"  {texts['rewrite.notes'].format(ref=visible(ref))}" for ref in done.notes)
    results_output.echo((first, *map(row, done.moves), *left, *notes))
    return 0
