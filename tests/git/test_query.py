"""Every exit is checked, and an error says what git said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import query
from gitpact.records import Ident

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


def test_output_names_the_command_and_what_git_said(repo: Repo) -> None:
    assert repo.path.is_dir()
    with pytest.raises(GitpactError, match=r"^git rev-parse --verify no: fatal: Needed a single revision"):
        query.output("rev-parse", "--verify", "no")


def test_a_silent_failure_is_told_by_its_code(repo: Repo) -> None:
    assert repo.path.is_dir()
    with pytest.raises(GitpactError, match=r"^git config --get no.such: exit code 1$"):
        query.output("config", "--get", "no.such")


def test_no_git_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitpactError, match="git is not on PATH"):
        query.output("version")


def test_places(repo: Repo) -> None:
    assert query.top_level() == str(repo.path)
    assert query.git_dir() == str(repo.path / ".git")


def test_persons_are_asked_of_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert query.ident("AUTHOR") == Ident("Ann Lee", "ann@example.org")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "B < C")
    assert query.ident("COMMITTER") == Ident("B  C", "ann@example.org")
    repo.git("config", "--global", "--remove-section", "user")
    repo.git("config", "user.useConfigOnly", "true")
    assert query.ident("AUTHOR") is None


def test_git_version() -> None:
    assert query.version() >= (2, 31)


def test_only_a_ref_of_the_very_name_counts(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "x")
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-ref", "refs/tags/refs/heads/other", head)
    repo.git("tag", "-a", "-m", "x", "annotated")
    assert query.exists("refs/heads/other")
    assert query.commit_of_ref("refs/heads/other") == ""
    assert query.commit_of_ref("refs/heads/main") == query.commit_of_ref("refs/tags/annotated") == head


def test_refs_that_stand_for_others(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "x")
    repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    assert query.symbolic_refs() == {"refs/heads/alias": "refs/heads/main"}


def test_which_urls_are_this_repository(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repo.git("worktree", "add", "-q", "--detach", str(repo.path.parent / "linked"))
    monkeypatch.chdir(repo.path)
    own = [".", str(repo.path), f"file://{repo.path}", f"{repo.path}/.git", "../linked"]
    others = ["https://example.org/x", "git@example.org:x", "../no-such", str(tmp_path), ""]
    assert [query.is_this_repository(url) for url in (*own, *others)] == [True] * len(own) + [False] * len(others)
