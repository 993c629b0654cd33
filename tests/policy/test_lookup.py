"""Which policy holds: of a revision, of the last commit where there is no work tree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git.ref_updates import NULL
from gitpact.policy import lookup
from gitpact.records import RefUpdate

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
    assert lookup.at(start)[1] == "built-in preset"
    assert lookup.at(both)[0].preset == "conventional"
    found_policy, source = lookup.at("HEAD")
    assert (found_policy.preset, source) == ("strict", "HEAD:pyproject.toml")


def test_policy_of_a_revision_that_cannot_be_read(repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_bytes(b"\xff")
    repo.git("add", ".")
    commit(repo, "chore: broken")
    with pytest.raises(GitpactError, match=r"^HEAD:gitpact.toml: not UTF-8 text"):
        lookup.at("HEAD")
    with pytest.raises(GitpactError, match=r"^unknown revision: no-such$"):
        lookup.at("no-such")


def test_a_directory_of_that_name_is_no_policy(repo: Repo) -> None:
    (repo.path / "gitpact.toml").mkdir()
    (repo.path / "gitpact.toml" / "x").write_text("x")
    repo.git("add", ".")
    commit(repo, "chore: folder")
    assert lookup.at("HEAD")[1] == "built-in preset"


def test_which_updates_change_it(repo: Repo) -> None:
    def changed(*pairs: tuple[str, str]) -> bool:
        return lookup.changed([RefUpdate("", new, "refs/heads/main", old) for old, new in pairs])()

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
    assert lookup.bare(git_dir).preset == "standard"  # there is no commit yet
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
        assert lookup.bare(folder).preset == "conventional"
    with monkeypatch.context() as patched:
        patched.setattr(lookup, "at", None)
        for folder in (git_dir, linked):
            assert lookup.bare(folder).preset == "conventional"
    (repo.path / "linked" / "gitpact.toml").write_text('preset = "strict"')
    monkeypatch.delenv("GIT_DIR")
    repo.git("-C", "linked", "commit", "-q", "-am", "chore: two")
    monkeypatch.setenv("GIT_DIR", linked)
    assert lookup.bare(linked).preset == "strict"


def test_a_head_without_a_branch_leaves_it_to_main(repo: Repo) -> None:
    commit(repo, "chore: one")
    assert lookup.default_branch()[0] == "HEAD"
    repo.git("symbolic-ref", "HEAD", "refs/heads/none")
    assert lookup.default_branch()[0] == "refs/heads/main"
