"""Refs that move together, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import ref_transaction
from tests.support.repos import write

if TYPE_CHECKING:
    from tests.support.repos import Repo

ZEROS = "0" * 40


@pytest.fixture
def oids(repo: Repo) -> tuple[str, str]:
    """Two commits; the branches main and side are at the first."""
    made = []
    for number in range(2):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}")
        made.append(repo.git("rev-parse", "HEAD"))
    repo.git("reset", "-q", "--soft", made[0])
    repo.git("branch", "side")
    return made[0], made[1]


def refs(repo: Repo) -> dict[str, str]:
    return dict(row.split(" ") for row in repo.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines())


def test_refs_move_once_the_block_has_ended(repo: Repo, oids: tuple[str, str]) -> None:
    old, new = oids
    moves = (("refs/heads/main", old, new), ("refs/heads/side", old, ZEROS), ("refs/x/made", ZEROS, old))
    with ref_transaction.moved(moves, "why"):
        assert refs(repo) == {"refs/heads/main": old, "refs/heads/side": old}
    assert refs(repo) == {"refs/heads/main": new, "refs/x/made": old}
    assert repo.git("reflog", "-1", "--format=%gs", "main") == "why"


def test_no_ref_moves_if_the_block_raises(repo: Repo, oids: tuple[str, str]) -> None:
    old, new = oids
    before = refs(repo)
    with pytest.raises(KeyboardInterrupt), ref_transaction.moved((("refs/heads/main", old, new),), "why"):
        raise KeyboardInterrupt
    assert refs(repo) == before
    assert not list(repo.path.glob(".git/refs/**/*.lock"))


def test_the_block_does_not_begin_if_a_ref_has_moved(repo: Repo, oids: tuple[str, str]) -> None:
    old, new = oids
    before = refs(repo)
    moves = (("refs/heads/side", old, new), ("refs/heads/main", new, old))
    with pytest.raises(GitpactError, match="main"), ref_transaction.moved(moves, "why"):
        pytest.fail("it began")
    assert refs(repo) == before


def test_the_block_does_not_begin_if_a_ref_is_locked(repo: Repo, oids: tuple[str, str]) -> None:
    old, new = oids
    write(repo.path / ".git" / "refs" / "heads" / "main.lock", "")
    with pytest.raises(GitpactError, match="lock"), ref_transaction.moved((("refs/heads/main", old, new),), "why"):
        pytest.fail("it began")
    assert refs(repo)["refs/heads/main"] == old


def test_nobody_else_moves_the_refs_meanwhile(repo: Repo, oids: tuple[str, str]) -> None:
    old, new = oids
    other = ref_transaction.moved((("refs/heads/main", old, ZEROS),), "other")
    with ref_transaction.moved((("refs/heads/main", old, new),), "why"), pytest.raises(GitpactError):
        other.__enter__()
    assert refs(repo)["refs/heads/main"] == new
