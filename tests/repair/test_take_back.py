"""The way back from a rewritten history, when something else has happened since (how-history-is-rewritten 14, 15)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import index_file, lock_file, ref_transaction, write_objects
from gitpact.repair import rewrite_history
from gitpact.repair.rewrite_history import Move
from tests.support.repos import Repo, init, worktree, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from gitpact.git.trees import Entry

    Change = tuple[Mapping[str, Entry], Mapping[str, str], str]

MAIN = "refs/heads/main"
PATH = "dir/big"


def two_commits(repo: Repo) -> None:
    for name in ("a", PATH):
        write(repo.path / name, name)
        repo.git("add", name)
        repo.git("commit", "-q", "-m", f"feat: {name}")


@pytest.fixture
def stripped(repo: Repo) -> Move:
    """The file dir/big was taken out of the last commit of main; it is still in the work tree."""
    two_commits(repo)
    return strip(repo, MAIN)


def strip(repo: Repo, ref: str, top: str | None = None) -> Move:
    old = repo.git("rev-parse", ref)
    move = Move(ref, old, write_objects.rewrite_commit(old, {PATH: None}, {}, {}).oid)
    with rewrite_history.alone():
        rewrite_history.put_in_place([move], {PATH}, "strip", str(repo.path) if top is None else top)
    return move


def take_back(repo: Repo) -> rewrite_history.TakenBack:
    with rewrite_history.alone():
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
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), True, (PATH,), ())
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
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), False, (), ())
    assert repo.git("ls-files") == "a"
    assert repo.git("rev-parse", "main") == stripped.old


@pytest.mark.usefixtures("stripped")
def test_back_on_the_branch_the_index_follows(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")
    repo.git("checkout", "-q", "main")
    assert take_back(repo).index_followed
    assert repo.git("status", "--porcelain") == ""


def test_an_operation_in_progress_refuses(repo: Repo, stripped: Move) -> None:
    write(repo.path / ".git/MERGE_HEAD", stripped.new)
    assert stays(repo, "in progress here") == "finish the operation first; for details, run: git status"


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
    assert stays(repo, "main is checked out in") == f"go to the branch's work tree: cd {sandbox / 'there'}"
    there = Repo(sandbox / "there")
    monkeypatch.chdir(there.path)
    assert take_back(there).index_followed
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
    two_commits(repo)
    repo.git("checkout", "-q", "--detach")
    return strip(repo, "HEAD")


def test_a_detached_head_comes_back(repo: Repo, detached: Move) -> None:
    assert take_back(repo) == ((Move("HEAD", detached.new, detached.old),), True, (), ())
    assert repo.git("status", "--porcelain") == ""


def test_a_branch_made_of_a_detached_head_stays(repo: Repo, detached: Move) -> None:
    repo.git("switch", "-q", "-c", "topic")
    hint = stays(repo, "HEAD was already detached in")
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
    assert stays(other, "HEAD was already detached in").startswith(f"go to the work tree: cd {repo.path}; ")


def test_a_repository_that_was_renamed(
    repo: Repo, stripped: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.path.rename(sandbox / "renamed")
    renamed = Repo(sandbox / "renamed")
    monkeypatch.chdir(renamed.path)
    assert take_back(renamed) == ((Move(MAIN, stripped.new, stripped.old),), True, (), ())
    assert renamed.git("status", "--porcelain") == ""


def test_a_branch_that_was_renamed(repo: Repo, stripped: Move) -> None:
    repo.git("branch", "-q", "-m", "main", "trunk")
    hint = stays(repo, "main was deleted after the rewrite")
    repo.git(*hint.partition(": git ")[2].split())
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), False, (), ())
    assert repo.git("rev-parse", "trunk") == stripped.new


def test_no_index_and_another_index(repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / "mine"))
    with pytest.raises(GitpactError, match="GIT_INDEX_FILE") as caught:
        take_back(repo)
    assert caught.value.hint == "unset the variable: unset GIT_INDEX_FILE"
    monkeypatch.delenv("GIT_INDEX_FILE")
    (repo.path / ".git/index").unlink()
    with pytest.raises(GitpactError, match="the staging area"):
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

    monkeypatch.setattr(lock_file, "replaced", refuse)
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
    with rewrite_history.alone():
        done = rewrite_history.take_back("strip", "")
    assert done == ((Move(MAIN, stripped.new, stripped.old),), False, (), ())
    assert there.git("rev-parse", "main") == stripped.old


def test_the_index_follows_the_branch_that_is_checked_out_by_now(repo: Repo) -> None:
    two_commits(repo)
    repo.git("switch", "-q", "-c", "other", "HEAD^")
    strip(repo, MAIN)
    repo.git("switch", "-q", "main")
    assert take_back(repo).index_followed
    assert repo.git("diff", "--cached", "HEAD") == ""


def test_what_is_staged_as_it_was_is_not_said_to_stay(repo: Repo, stripped: Move) -> None:
    repo.git("add", PATH)
    assert take_back(repo) == ((Move(MAIN, stripped.new, stripped.old),), True, (), ())
    assert repo.git("status", "--porcelain") == ""


def test_flags_are_those_of_before_or_of_now(repo: Repo, stripped: Move) -> None:
    take_back(repo)
    repo.git("update-index", "--skip-worktree", PATH)
    again = strip(repo, MAIN)
    repo.git("update-index", "--assume-unchanged", "a")
    assert take_back(repo).moves == (Move(MAIN, again.new, again.old),)
    assert repo.git("ls-files", "-v").splitlines() == ["h a", f"S {PATH}"]
    assert stripped.old == again.old


def test_a_removed_work_tree_hinders_no_other(
    repo: Repo, stripped: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = worktree(repo, sandbox / "other")
    other.git("checkout", "-q", "--detach", stripped.old)
    monkeypatch.chdir(other.path)
    strip(other, "HEAD")
    monkeypatch.chdir(repo.path)
    assert str(other.path) in stays(repo, "HEAD was already detached in")
    repo.git("worktree", "remove", "--force", str(other.path))
    assert take_back(repo).moves == (Move(MAIN, stripped.new, stripped.old),)


@pytest.mark.usefixtures("stripped")
def test_a_backup_of_which_a_part_was_deleted_is_none(repo: Repo) -> None:
    for ref in repo.git("for-each-ref", "--format=%(refname)", "refs/gitpact").splitlines():
        if "/new/" in ref:
            repo.git("update-ref", "-d", ref)
    stays(repo, "nothing to undo")


def test_the_last_one_is_undone_first_whatever_the_clock_says(
    repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    write(repo.path / "dir/later", "x")
    repo.git("add", "dir/later")
    repo.git("commit", "-q", "-m", "feat: later")
    old = repo.git("rev-parse", "main")
    new = write_objects.rewrite_commit(old, {"dir/later": None}, {}, {}).oid
    with rewrite_history.alone():
        rewrite_history.put_in_place([Move(MAIN, old, new)], {"dir/later"}, "strip", str(repo.path))
    assert take_back(repo).moves == (Move(MAIN, new, old),)
    repo.git("reset", "-q", "--soft", stripped.new)
    assert take_back(repo).moves == (Move(MAIN, stripped.new, stripped.old),)


def fails_late(monkeypatch: pytest.MonkeyPatch, moves_first: int) -> None:
    """Git moves some refs and then cannot write, as a reflog that root has made."""
    moved = ref_transaction.moved
    calls: list[int] = []

    @contextlib.contextmanager
    def half(moves: Iterable[tuple[str, str, str]], why: str) -> Iterator[None]:
        every = list(moves)
        calls.append(len(every))
        with moved(every[:moves_first] if len(calls) == 1 else every, why):
            yield
        if len(calls) == 1:
            raise GitpactError("git update-ref: no reflog")

    monkeypatch.setattr(ref_transaction, "moved", half)


def test_refs_of_which_some_have_moved_go_back(repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_late(monkeypatch, 1)
    stays(repo, "no reflog")
    assert take_back(repo).moves == (Move(MAIN, stripped.new, stripped.old),)


def test_where_all_refs_have_moved_the_index_follows(
    repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_late(monkeypatch, 99)
    with pytest.raises(
        GitpactError, match="all refs have been rewritten, but then an error occurred: git update-ref: no reflog"
    ):
        take_back(repo)
    assert repo.git("rev-parse", "main") == stripped.old
    assert repo.git("status", "--porcelain") == ""


def test_a_branch_that_is_checked_out_meanwhile(repo: Repo, stripped: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = index_file.changed

    @contextlib.contextmanager
    def late(*change: *Change) -> Iterator[Callable[[], None]]:
        repo.git("symbolic-ref", "HEAD", "refs/heads/other")
        with changed(*change) as put:
            yield put

    monkeypatch.setattr(index_file, "changed", late)
    with pytest.raises(GitpactError, match="another branch"):
        take_back(repo)
    assert repo.git("rev-parse", "main") == stripped.new
    assert repo.git("ls-files") == "a"


@pytest.mark.parametrize("variable", ["relative", "core.worktree"])
def test_a_git_directory_that_is_named(
    repo: Repo, stripped: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """There is another repository around this one, which git would find from its top."""
    init(sandbox / "outer")
    inner = sandbox / "outer" / "inner"
    repo.path.rename(inner)
    below = inner / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    if variable == "relative":
        monkeypatch.setenv("GIT_DIR", "../.git")
        monkeypatch.setenv("GIT_WORK_TREE", "..")
    else:
        Repo(inner).git("config", "core.worktree", "../../inner")
        monkeypatch.setenv("GIT_DIR", str(inner / ".git"))
    with rewrite_history.alone():
        done = rewrite_history.take_back("strip", str(inner))
    assert done == ((Move(MAIN, stripped.new, stripped.old),), True, (), ())
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    assert Repo(inner).git("ls-files").split() == ["a", PATH]


def test_a_rebase_that_moves_other_branches_too(repo: Repo, stripped: Move) -> None:
    """`git rebase --update-refs` has a list of them."""
    repo.git("switch", "-q", "--detach")
    write(repo.path / ".git/rebase-merge/update-refs", f"{MAIN}\n{stripped.new}\n{'0' * 40}\n")
    (repo.path / ".git/rebase-merge/head-name").write_text("refs/heads/other\n")
    stays(repo, "a rebase of main is in progress")


def test_two_work_trees_with_one_branch(repo: Repo, stripped: Move, sandbox: Path) -> None:
    repo.git("worktree", "add", "-q", "-f", str(sandbox / "there"), "main")
    hint = stays(repo, "main is checked out in")
    repo.git(*hint.partition(": git ")[2].split())
    assert take_back(repo).moves[0].new == stripped.old
