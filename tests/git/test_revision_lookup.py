"""Which commits revisions, branches and remotes stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.git import revision_lookup

if TYPE_CHECKING:
    from tests.support.repos import Repo


def test_a_branch_that_follows_a_local_one_has_no_remote(repo: Repo) -> None:
    """Git gives such an upstream the remote `.`."""
    repo.git("commit", "-q", "--allow-empty", "-m", "x")
    repo.git("branch", "topic", "--track", "main")
    repo.git("switch", "-q", "topic")
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    assert revision_lookup.remote() == "origin"
    assert revision_lookup.remote_branch("main").oid
