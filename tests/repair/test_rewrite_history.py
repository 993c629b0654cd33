"""Rewritten commits in the place of old ones: refs, index, the way back, and where it refuses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import write_objects
from gitpact.repair import rewrite_history
from gitpact.repair.rewrite_history import Move
from tests.support.repos import Repo, bare, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def move(repo: Repo) -> Move:
    """What takes the file `big` out of the last commit of main; it is in the index."""
    write(repo.path / "a", "a")
    repo.git("add", "a")
    repo.git("commit", "-q", "-m", "feat: a")
    write(repo.path / "big", "big")
    repo.git("add", "big")
    repo.git("commit", "-q", "-m", "feat: big")
    old = repo.git("rev-parse", "HEAD")
    return Move("refs/heads/main", old, write_objects.rewrite_commit(old, {"big": None}, {}, {}).oid)


def kept(repo: Repo) -> list[str]:
    return repo.git("for-each-ref", "--format=%(refname)", "refs/gitpact").splitlines()


def put(repo: Repo, move: Move, *paths: str) -> None:
    with rewrite_history.alone():
        rewrite_history.put_in_place([move], paths or ("big",), "strip", str(repo.path))
    assert repo.git("rev-parse", "main") == move.new


def take_back(repo: Repo, command: str = "strip") -> rewrite_history.TakenBack:
    with rewrite_history.alone():
        return rewrite_history.take_back(command, str(repo.path))


def test_there_and_back(repo: Repo, move: Move) -> None:
    write(repo.path / "staged", "x")
    repo.git("add", "staged")
    before = repo.git("ls-files", "-s")
    put(repo, move)
    assert repo.git("ls-files") == "a\nstaged"
    assert [name.rpartition("/old/")[2] for name in kept(repo) if "/old/" in name] == ["refs/heads/main"]
    assert take_back(repo).moves == (Move("refs/heads/main", move.new, move.old),)
    assert (repo.git("ls-files", "-s"), kept(repo)) == (before, [])
    assert repo.git("rev-parse", "main") == move.old


def test_the_last_one_is_undone_first(repo: Repo, move: Move) -> None:
    put(repo, move)
    again = Move(move.ref, move.new, write_objects.rewrite_commit(move.new, {"a": None}, {}, {}).oid)
    put(repo, again, "a")
    assert take_back(repo).moves[0].new == move.new
    assert take_back(repo).moves[0].new == move.old
    with pytest.raises(GitpactError, match="there is nothing to undo"):
        take_back(repo)


def test_another_command_has_its_own(repo: Repo, move: Move) -> None:
    put(repo, move)
    with pytest.raises(GitpactError, match="nothing to undo"):
        take_back(repo, "fix")


def test_a_ref_that_has_moved_since_is_not_moved_back(repo: Repo, move: Move) -> None:
    put(repo, move)
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: more")
    with pytest.raises(GitpactError, match="main was moved after the rewrite") as caught:
        take_back(repo)
    assert move.old[:12] in str(caught.value.hint)


def test_what_is_kept_goes_after_ninety_days(repo: Repo, move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, move)
    old = kept(repo)
    later = time.time_ns() + 91 * 86400 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    monkeypatch.setattr(time, "time", lambda: later / 10**9)
    again = Move(move.ref, move.new, write_objects.rewrite_commit(move.new, {"a": None}, {}, {}).oid)
    put(repo, again, "a")
    assert not set(kept(repo)) & set(old)
    assert len(kept(repo)) == 3


def test_nothing_to_move_keeps_nothing(repo: Repo, move: Move) -> None:
    rewrite_history.put_in_place([], (), "strip", str(repo.path))
    assert kept(repo) == []
    assert repo.git("rev-parse", "main") == move.old


def test_a_ref_that_moved_meanwhile_keeps_the_index_too(repo: Repo, move: Move) -> None:
    before = repo.git("ls-files", "-s")
    with pytest.raises(GitpactError):
        put(repo, move._replace(old=move.new, new=move.old))
    assert (repo.git("ls-files", "-s"), kept(repo)) == (before, [])
    assert repo.git("rev-parse", "main") == move.old


@pytest.mark.parametrize("name", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "sequencer"])
def test_an_operation_in_progress(repo: Repo, move: Move, name: str) -> None:
    write(repo.path / ".git" / name, move.old)
    with pytest.raises(GitpactError, match="in progress here"):
        rewrite_history.tips(["main"], str(repo.path))
    repo.git("branch", "side")
    assert rewrite_history.tips(["side"], str(repo.path)) == {"refs/heads/side": move.old}


def test_a_submodule_and_a_separate_git_directory_have_a_branch(
    repo: Repo, move: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """how-history-is-rewritten 18: git names their git directories where it has no folder."""
    above = Repo(sandbox / "above")
    above.path.mkdir()
    above.git("init", "-q", "--template=")
    above.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo.path), "sub")
    apart = Repo(sandbox / "apart")
    repo.git("clone", "-q", "--template=", "--separate-git-dir", str(sandbox / "git dir"), ".", str(apart.path))
    for folder in (above.path / "sub", apart.path):
        monkeypatch.chdir(folder)
        assert rewrite_history.tips(["HEAD", "main"], str(folder)) == {"refs/heads/main": move.old}


def test_the_end_of_a_shallow_history(repo: Repo, move: Move, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-history-is-rewritten 20."""
    rewrite_history.refuse_shallow({move.old: ""})
    server = bare(sandbox / "there.git")
    repo.git("push", "-q", str(server.path), "main")
    repo.git("clone", "-q", "--template=", "--depth=1", server.path.as_uri(), str(sandbox / "shallow"))
    monkeypatch.chdir(sandbox / "shallow")
    rewrite_history.refuse_shallow({"0" * 40: ""})
    with pytest.raises(GitpactError, match=move.old[:12]) as caught:
        rewrite_history.refuse_shallow({move.old: ""})
    assert "git fetch --unshallow" in str(caught.value.hint)


def test_a_branch_and_a_tag_of_one_name(repo: Repo, move: Move) -> None:
    repo.git("tag", "main", "main")
    with pytest.raises(GitpactError, match="main: both a branch and a tag have this name") as caught:
        rewrite_history.tips(["main"], str(repo.path))
    assert "refs/heads/main" in str(caught.value.hint)
    assert rewrite_history.tips(["refs/heads/main"], str(repo.path)) == {"refs/heads/main": move.old}


def test_a_tag_loses_its_signature_and_a_tag_of_a_tag_stays(repo: Repo, move: Move) -> None:
    signature = "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----"
    repo.git("tag", "-a", "-m", f"one\n\n{signature}", "v1")
    repo.git("tag", "-a", "-m", "plain", "v2")
    repo.git("tag", "-a", "-m", "outer", "v3", "v2")
    tips = rewrite_history.tips(["v1", "v2", "main"], str(repo.path))
    moves = rewrite_history.moves(tips, {move.old: move.new})
    assert [(one.ref, one.was_signed) for one in moves] == [
        ("refs/tags/v1", True),
        ("refs/tags/v2", False),
        ("refs/heads/main", False),
    ]
    with pytest.raises(GitpactError, match="v3 is a tag of a tag"):
        rewrite_history.moves(rewrite_history.tips(["v3"], ""), {move.old: move.new})


@pytest.mark.usefixtures("move")
@pytest.mark.parametrize("what", ["HEAD:a", "HEAD^{tree}"])
def test_a_tag_of_a_file_or_folder_has_no_commits(repo: Repo, what: str) -> None:
    repo.git("tag", "v1", what)
    with pytest.raises(GitpactError, match="v1: this tag points to a file or a folder") as caught:
        rewrite_history.tips(["v1"], str(repo.path))
    assert caught.value.hint == "delete the tag: git tag -d v1"
