"""The way back from a rewritten history, when something else has happened since (how-history-is-rewritten 14, 15)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import lock_file, ref_transaction, write_objects
from gitpact.repair import rewrite_history
from gitpact.repair.rewrite_history import Move
from tests.support.repos import Repo, worktree, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAIN = "refs/heads/main"
PATH = "dir/big"


@pytest.fixture
def stripped(repo: Repo) -> Move:
    """The file dir/big was taken out of the last commit of main; it is still in the work tree."""
    for name in ("a", PATH):
        write(repo.path / name, name)
        repo.git("add", name)
        repo.git("commit", "-q", "-m", f"feat: {name}")
    return strip(repo, MAIN)


def strip(repo: Repo, ref: str) -> Move:
    old = repo.git("rev-parse", ref)
    move = Move(ref, old, write_objects.rewrite_commit(old, {PATH: None}, {}, {}).oid)
    index = rewrite_history.index_change(move.old, move.new, {PATH})
    rewrite_history.put_in_place([move], index, "strip")
    return move


def take_back(repo: Repo) -> rewrite_history.TakenBack:
    return rewrite_history.take_back("strip", str(repo.path))


def stays(repo: Repo, complaint: str) -> str:
    """The hint of the error, after which refs and index are as before."""
    before = repo.git("for-each-ref"), repo.git("rev-parse", "HEAD"), repo.git("ls-files", "-s", "-v")
    with pytest.raises(GitpactError, match=complaint) as caught:
        take_back(repo)
    assert (repo.git("for-each-ref"), repo.git("rev-parse", "HEAD"), repo.git("ls-files", "-s", "-v")) == before
    return str(caught.value.hint)


def conflict(repo: Repo) -> None:
    blob = repo.git("hash-object", "-w", "a")
    rows = [f"100644 {blob} {stage}\t{PATH}" for stage in (1, 2, 3)]
    command = ["git", "update-index", "--index-info"]
    subprocess.run(command, cwd=repo.path, input="\n".join(rows) + "\n", text=True, check=True)


def staged(repo: Repo, path: str) -> None:
    if (repo.path / PATH).exists():
        shutil.rmtree(repo.path / "dir")
    write(repo.path / path, "staged later")
    repo.git("add", path)


@pytest.mark.parametrize(
    "change",
    [
        conflict,
        lambda repo: staged(repo, PATH),
        lambda repo: staged(repo, f"{PATH}/below"),
        lambda repo: staged(repo, f"{PATH}/far/below"),
        lambda repo: staged(repo, "dir"),
        lambda repo: repo.git("add", "-N", PATH),
    ],
    ids=[
        "a conflict",
        "another file",
        "a file below it",
        "a file far below it",
        "a file for its folder",
        "added later",
    ],
)
def test_what_is_at_the_path_since_stays(repo: Repo, stripped: Move, change: Callable[[Repo], None]) -> None:
    change(repo)
    index = repo.git("ls-files", "-s")
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), (PATH,), "")
    assert repo.git("ls-files", "-s") == index
    assert repo.git("rev-parse", "main") == stripped.old


@pytest.mark.parametrize("names", [["dir/big.txt"], ["dir/bi", "di"], ["dir/bigger/x"]])
@pytest.mark.usefixtures("stripped")
def test_what_is_beside_the_path_hinders_nothing(repo: Repo, names: list[str]) -> None:
    for name in names:
        write(repo.path / name, "x")
        repo.git("add", name)
    assert take_back(repo).left == ()
    assert repo.git("ls-files").split() == sorted(["a", PATH, *names])


@pytest.mark.parametrize(
    "words",
    [["checkout", "-q", "--detach"], ["switch", "-q", "-c", "other"], ["symbolic-ref", "HEAD", "refs/heads/new"]],
    ids=["HEAD is detached", "another branch", "a branch without a commit"],
)
def test_the_index_of_what_else_is_checked_out_stays(repo: Repo, stripped: Move, words: list[str]) -> None:
    repo.git(*words)
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), (), "main")
    assert repo.git("ls-files") == "a"
    assert repo.git("rev-parse", "main") == stripped.old


@pytest.mark.usefixtures("stripped")
def test_back_on_the_branch_the_index_follows(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")
    repo.git("checkout", "-q", "main")
    assert take_back(repo).not_here == ""
    assert repo.git("status", "--porcelain") == ""


def test_an_operation_in_progress_refuses(repo: Repo, stripped: Move) -> None:
    write(repo.path / ".git/MERGE_HEAD", stripped.new)
    assert stays(repo, "in progress here") == "finish it first, see: git status"


@pytest.mark.usefixtures("stripped")
def test_a_rebase_elsewhere_refuses(repo: Repo, sandbox: Path) -> None:
    repo.git("switch", "-q", "--detach")
    other = worktree(repo, sandbox / "other")
    write(repo.path / ".git/worktrees/other/rebase-merge/head-name", f"{MAIN}\n")
    assert other.path.exists()
    stays(repo, "a rebase of main is in progress")


@pytest.mark.usefixtures("stripped")
def test_a_branch_that_is_checked_out_elsewhere(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("switch", "-q", "-c", "other")
    repo.git("worktree", "add", "-q", str(sandbox / "there"), "main")
    assert stays(repo, "main is checked out in") == f"go there: cd {sandbox / 'there'}"
    there = Repo(sandbox / "there")
    monkeypatch.chdir(there.path)
    assert take_back(there).not_here == ""
    assert there.git("ls-files").split() == ["a", PATH]
    assert repo.git("ls-files") == "a"


def test_a_work_tree_that_was_deleted(repo: Repo, stripped: Move, sandbox: Path) -> None:
    repo.git("switch", "-q", "-c", "other")
    repo.git("worktree", "add", "-q", str(sandbox / "there"), "main")
    shutil.rmtree(sandbox / "there")
    assert stays(repo, "main is checked out in").endswith("git worktree prune")
    repo.git("worktree", "prune")
    assert take_back(repo).moves[0].new == stripped.old


@pytest.fixture
def detached(repo: Repo) -> Move:
    """As `stripped`, of a detached HEAD."""
    for name in ("a", PATH):
        write(repo.path / name, name)
        repo.git("add", name)
        repo.git("commit", "-q", "-m", f"feat: {name}")
    repo.git("checkout", "-q", "--detach")
    return strip(repo, "HEAD")


def test_a_detached_head_comes_back(repo: Repo, detached: Move) -> None:
    assert take_back(repo) == ((Move("HEAD", detached.new, detached.old),), (), "")
    assert repo.git("status", "--porcelain") == ""


def test_a_branch_made_of_a_detached_head_stays(repo: Repo, detached: Move) -> None:
    repo.git("switch", "-q", "-c", "topic")
    hint = stays(repo, "HEAD was detached")
    assert hint.endswith(f"git checkout --detach {detached.new}")
    repo.git("checkout", "-q", "--detach", detached.new)
    assert take_back(repo).moves[0].new == detached.old
    assert repo.git("rev-parse", "topic") == detached.new


def test_the_head_of_another_work_tree_stays(
    repo: Repo, detached: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = worktree(repo, sandbox / "other")
    other.git("checkout", "-q", "--detach", detached.new)
    monkeypatch.chdir(other.path)
    stays(other, str(repo.path / ".git"))


def test_a_repository_that_was_renamed(
    repo: Repo, stripped: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.path.rename(sandbox / "renamed")
    renamed = Repo(sandbox / "renamed")
    monkeypatch.chdir(renamed.path)
    assert take_back(renamed) == ((Move(MAIN, stripped.new, stripped.old),), (), "")
    assert renamed.git("status", "--porcelain") == ""


def test_a_branch_that_was_renamed(repo: Repo, stripped: Move) -> None:
    repo.git("branch", "-q", "-m", "main", "trunk")
    hint = stays(repo, "main was deleted since")
    repo.git(*hint.partition(": git ")[2].split())
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), (), "main")
    assert repo.git("rev-parse", "trunk") == stripped.new


def test_no_index_and_another_index(repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / "mine"))
    with pytest.raises(GitpactError, match="GIT_INDEX_FILE") as caught:
        take_back(repo)
    assert caught.value.hint == "unset it: unset GIT_INDEX_FILE"
    monkeypatch.delenv("GIT_INDEX_FILE")
    (repo.path / ".git/index").unlink()
    with pytest.raises(GitpactError, match="there is no index"):
        take_back(repo)
    assert repo.git("rev-parse", "main") == stripped.new
    repo.git("reset", "-q")
    assert take_back(repo).left == ()
    assert repo.git("ls-files").split() == ["a", PATH]


@pytest.mark.usefixtures("stripped")
def test_a_folder_that_cannot_be_written(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere: what the file system would say is said here."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "index.gitpact")

    monkeypatch.setattr(lock_file, "remove_left_over", refuse)
    stays(repo, "index.gitpact: cannot be written: Permission denied")


def test_ctrl_c_between_refs_and_index_comes_too_late(
    repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = ref_transaction.moved

    @contextlib.contextmanager
    def press(moves: Iterable[tuple[str, str, str]], why: str) -> Iterator[None]:
        with moved(moves, why):
            yield
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ref_transaction, "moved", press)
    before = signal.getsignal(signal.SIGINT)
    assert take_back(repo).moves[0].new == stripped.old
    assert repo.git("status", "--porcelain") == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_a_bare_repository_has_no_index(
    repo: Repo, stripped: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("clone", "-q", "--mirror", str(repo.path), str(sandbox / "bare"))
    there = Repo(sandbox / "bare")
    monkeypatch.chdir(there.path)
    assert rewrite_history.take_back("strip", "") == ((Move(MAIN, stripped.new, stripped.old),), (), "main")
    assert there.git("rev-parse", "main") == stripped.old
