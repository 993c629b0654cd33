"""The files of a push where a few objects are more files than any disk has: a tree may hold itself many times over."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import pushed_files
from gitpact.checks.push import Push, incoming_push
from gitpact.errors import GitpactError
from gitpact.git import processes, trees
from gitpact.policy import parsing
from gitpact.records import RefUpdate

if TYPE_CHECKING:
    from tests.support.repos import Repo

FORBIDDEN = parsing.parse('[push]\nforbidden-paths = ["*.pem"]', "x")
NULL = "0" * 40


def made(repo: Repo, *args: str, text: str) -> str:
    command = ["git", *args]
    done = subprocess.run(
        command, cwd=repo.path, env=repo.env(), input=text, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def push_of(repo: Repo, depth: int) -> Push:
    """A commit of a file under two to the power of `depth` paths."""
    tree = made(repo, "mktree", text=f"100644 blob {made(repo, 'hash-object', '-w', '--stdin', text='x')}\tf.pem\n")
    for _ in range(depth):
        tree = made(repo, "mktree", text=f"040000 tree {tree}\ta\n040000 tree {tree}\tb\n")
    oid = made(repo, "commit-tree", tree, text="feat: x\n")
    return incoming_push((RefUpdate("", oid, "refs/heads/x", NULL),), ("--not", "--branches"))


def test_all_of_a_few_files_are_found(repo: Repo) -> None:
    found = pushed_files.findings_of_push(push_of(repo, 3), FORBIDDEN, (), ())
    assert len({one.blob.path for one in found}) == 8


def test_paths_without_number_are_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushed_files, "MOST_PATHS", 10_000)
    with pytest.raises(GitpactError, match="the file names in this push take up more than"):
        pushed_files.findings_of_push(push_of(repo, 12), FORBIDDEN, (), ())


def test_git_does_not_take_all_memory_for_them(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MOST_MEMORY", 40_000_000)
    with pytest.raises(GitpactError, match="a commit changes too many files, so gitpact cannot check it"):
        pushed_files.findings_of_push(push_of(repo, 20), FORBIDDEN, (), ())


def test_another_failure_of_git_is_told_as_it_is(repo: Repo) -> None:
    with pytest.raises(GitpactError, match="git rev-list: usage"):
        list(trees.changes(["HEAD", "--no-such"]))
    assert repo.path.is_dir()
