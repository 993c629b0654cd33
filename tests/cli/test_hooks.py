"""What the hooks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.cli import hooks
from gitpact.cli.hooks import advice
from gitpact.errors import CANNOT_CHECK
from gitpact.git import command_line
from gitpact.policy import parsing
from tests.support.repos import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


def test_a_limit_for_once_leaves_those_of_a_path_that_are_higher_or_none() -> None:
    limits = parsing.parse('[push.file-limits]\n"big/**" = "9kB"\n"small/**" = 10\n"any/**" = 0\n', "test")
    assert hooks.with_limit(limits, {}) is limits
    once = hooks.with_limit(limits, {"GIT_FILE_SIZE_LIMIT": "2kB"})
    assert (once.max_file_size, once.file_limits) == (2000, {"big/**": 9000, "small/**": 2000, "any/**": 0})


def test_the_top_of_the_work_tree(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hooks.work_tree({}) == str(repo.path)
    monkeypatch.chdir(sandbox)
    assert not hooks.work_tree({})
    assert not hooks.work_tree({"GIT_DIR": str(repo.path / ".git")})
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repo.path))
    assert hooks.work_tree({"GIT_DIR": "x", "GIT_WORK_TREE": str(repo.path)}) == str(repo.path)


@pytest.mark.parametrize(
    ("hook", "words", "expected"),
    [
        ("pre-commit", ["git", "commit", "-m", "two words"], "git commit -m 'two words'"),
        ("pre-commit", [], "git commit ..."),
        ("pre-push", ["git", "push", "-q", "origin"], "git push -q origin"),
        ("pre-commit", ["git", "commit", "-F", "-"], ""),
    ],
    ids=["a commit", "nobody knows", "a push", "what was read cannot be read again"],
)
def test_what_cannot_be_judged_is_refused_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, hook: str, words: list[str], expected: str
) -> None:
    monkeypatch.setattr(command_line, "words", lambda: words)
    first, *rest = advice.after_failure([hook], CANNOT_CHECK)
    assert first == f"gitpact: {hook.removeprefix('pre-')} refused, because gitpact cannot check it"
    assert rest == ([f"gitpact: correct the error above, then run: {expected}"] if expected else [])


def test_a_limit_for_once_is_that_of_each_path_too() -> None:
    text = (
        "[[path]]\nmatch = 'a/'\n[path.push]\nmax-file-size = '1kB'\nfile-limits = { 'x' = 10, 'y' = '9kB', 'z' = 0 }\n"
    )
    policy = parsing.parse(f"{text}[path.rules]\nfile-size = 'warning'\n", "test")
    ((globs, changes),) = hooks.with_limit(policy, {"GIT_FILE_SIZE_LIMIT": "2kB"}).by_path
    assert globs == ("a/",)
    assert dict(changes) == {
        "max_file_size": 2000,
        "file_limits": {"x": 2000, "y": 9000, "z": 0},
        "rules": (("file-size", "warning"),),
    }


@pytest.mark.parametrize(
    ("folder", "text", "branch"),
    [
        ("rebase-merge", "refs/heads/feat/12\n", "refs/heads/feat/12"),
        ("rebase-apply", "refs/heads/feat/12\n", "refs/heads/feat/12"),
        ("rebase-merge", "detached HEAD\n", ""),
        ("other", "refs/heads/feat/12\n", ""),
    ],
)
def test_the_branch_that_a_rebase_will_move(repo: Repo, folder: str, text: str, branch: str) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    repo.git("checkout", "-q", "--detach")
    write(repo.path / ".git" / folder / "head-name", text)
    assert hooks.branch(str(repo.path / ".git")) == branch
