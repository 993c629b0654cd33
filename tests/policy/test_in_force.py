"""Which policy holds: of a revision, of the last commit where there is no work tree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import head
from gitpact.git.ref_updates import NULL
from gitpact.policy import files, in_force, policy_change
from gitpact.records import RefUpdate
from tests.support.programs import need_git
from tests.support.repos import write

if TYPE_CHECKING:
    from tests.support.repos import Repo


def commit(repo: Repo, message: str) -> str:
    repo.git("commit", "-q", "--allow-empty", "-m", message)
    return repo.git("rev-parse", "HEAD")


def test_policy_of_a_revision(repo: Repo) -> None:
    start = commit(repo, "chore: start")
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    (repo.path / "pyproject.toml").write_text('[tool.gitpact]\npreset = "strict"')
    repo.git("add", ".")
    both = commit(repo, "chore: both")
    repo.git("rm", "-q", "gitpact.toml")
    commit(repo, "chore: one")
    assert in_force.of_revision(start).source == "built-in preset"
    assert in_force.of_revision(both).policy.preset == "conventional"
    found = in_force.of_revision("HEAD")
    assert (found.policy.preset, found.source) == ("strict", "HEAD:pyproject.toml")


@pytest.mark.parametrize("name", ["gitpact.toml", "pyproject.toml"])
def test_a_policy_that_a_sparse_checkout_leaves_out(repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """That of the index is in force, also where it was read before the checkout became sparse, and after."""
    need_git((2, 34), "rm --sparse")
    text = 'preset = "conventional"\n' if name == files.OWN else '[tool.gitpact]\npreset = "conventional"\n'
    (repo.path / name).write_text(text)
    (repo.path / "src").mkdir()
    (repo.path / "src/x").write_text("x")
    repo.git("add", ".")
    commit(repo, "chore: start")
    monkeypatch.chdir(repo.path)
    git_dir = str(repo.path / ".git")

    def both() -> set[tuple[str, str]]:
        found = (in_force.of_work_tree(), in_force.of_work_tree(str(repo.path), git_dir))
        return {(one.policy.preset, one.source) for one in found}

    repo.age()
    assert both() == {("conventional", name)}
    repo.git("update-index", "--refresh")
    repo.git("sparse-checkout", "set", "--no-cone", "src")
    assert not (repo.path / name).exists()
    assert both() == {("conventional", f"{name} (index)")}
    repo.git("rm", "-q", "--sparse", "--cached", name)
    assert both() == {("standard", "built-in preset")}


def test_a_file_that_holds_a_policy_too_is_named(repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    assert in_force.of_work_tree().unread == ""
    for text, unread in (
        ('[tool.gitpact]\npreset = "strict"', "pyproject.toml"),
        ('[tool.other]\nx = "gitpact"', ""),
        ("gitpact is not TOML", ""),
        (b"gitpact \xff", ""),
    ):
        (repo.path / "pyproject.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        found = in_force.of_work_tree()
        assert (found.policy.preset, found.source, found.unread) == ("conventional", "gitpact.toml", unread)


def test_policy_of_a_revision_that_cannot_be_read(repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_bytes(b"\xff")
    repo.git("add", ".")
    commit(repo, "chore: broken")
    with pytest.raises(GitpactError, match=r"^HEAD:gitpact.toml: not UTF-8 text"):
        in_force.of_revision("HEAD")
    with pytest.raises(GitpactError, match=r"^unknown revision: no-such$"):
        in_force.of_revision("no-such")


def test_a_directory_of_that_name_is_no_policy(repo: Repo) -> None:
    (repo.path / "gitpact.toml").mkdir()
    (repo.path / "gitpact.toml" / "x").write_text("x")
    repo.git("add", ".")
    commit(repo, "chore: folder")
    assert in_force.of_revision("HEAD").source == "built-in preset"


def test_which_updates_change_it(repo: Repo) -> None:
    def changed(*pairs: tuple[str, str]) -> bool:
        return policy_change.files_change([RefUpdate("", new, "refs/heads/main", old) for old, new in pairs], ())()

    start = commit(repo, "chore: start")
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    repo.git("add", ".")
    first = commit(repo, "chore: policy")
    later = commit(repo, "chore: later")
    assert changed((start, first))
    assert changed((NULL, later))
    assert changed((first, later), (start, later))
    assert not changed((first, later))
    assert not changed((NULL, start), (later, NULL))
    assert not changed((first, start)), "one that is gone leaves the built-in one, which can be read"
    assert not changed()


def test_where_there_is_no_work_tree_the_default_branch_tells(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read once, and again when another commit is the last one; a linked work tree has its branches elsewhere."""
    git_dir = f"{repo.path}/.git"
    assert in_force.of_default_branch(git_dir).policy.preset == "standard"  # this repository has no commit yet
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    repo.git("add", ".")
    commit(repo, "chore: one")
    repo.git("worktree", "add", "-q", "linked")
    linked = f"{git_dir}/worktrees/linked"
    for path in Path(git_dir).rglob("*"):
        os.utime(path, (0, 0))  # what was changed just now is not trusted
    repo.age()
    monkeypatch.setenv("GIT_DIR", linked)
    for folder in (git_dir, linked):
        assert in_force.of_default_branch(folder).policy.preset == "conventional"
    with monkeypatch.context() as patched:
        patched.setattr(files, "in_revision", None)
        for folder in (git_dir, linked):
            assert in_force.of_default_branch(folder).policy.preset == "conventional"
    (repo.path / "linked" / "gitpact.toml").write_text('preset = "strict"')
    monkeypatch.delenv("GIT_DIR")
    repo.git("-C", "linked", "commit", "-q", "-am", "chore: two")
    monkeypatch.setenv("GIT_DIR", linked)
    assert in_force.of_default_branch(linked).policy.preset == "strict"


def test_a_head_without_a_branch_leaves_it_to_main(repo: Repo) -> None:
    commit(repo, "chore: one")
    assert head.default_branch().ref == "HEAD"
    repo.git("symbolic-ref", "HEAD", "refs/heads/none")
    assert head.default_branch().ref == "refs/heads/main"


def test_what_a_policy_extends_may_be_left_out_by_a_sparse_checkout(repo: Repo) -> None:
    need_git((2, 34), "rm --sparse")
    write(repo.path / "gitpact.toml", "extends = ['./policy/base.toml']\n")
    write(repo.path / "policy" / "base.toml", "[message]\nsubject-max = 40\n")
    write(repo.path / "src" / "a", "x")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "chore: begin")
    repo.git("sparse-checkout", "set", "--no-cone", "src", "/gitpact.toml")
    assert not (repo.path / "policy").exists()
    assert in_force.of_work_tree(str(repo.path)).policy.subject_max == 40
    assert in_force.of_work_tree(str(repo.path), str(repo.path / ".git")).policy.subject_max == 40
