"""Entries of the index that change together, or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import index_file
from tests.support.repos import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


@pytest.fixture
def entry(repo: Repo) -> tuple[str, str]:
    """The mode and oid of another content; the index has four files, one for each state."""
    for name in ("plain", "skipped", "assumed", "both"):
        write(repo.path / name, name)
    repo.git("add", ".")
    repo.git("update-index", "--skip-worktree", "skipped", "both")
    repo.git("update-index", "--assume-unchanged", "assumed", "both")
    write(repo.path / "later", "x")
    repo.git("add", "-N", "later")
    return "100644", repo.git("hash-object", "-w", "plain")


def rows(repo: Repo) -> dict[str, str]:
    return {row.partition("\t")[2]: row.partition("\t")[0] for row in repo.git("ls-files", "-s", "-v").splitlines()}


def files(repo: Repo) -> list[str]:
    return sorted(path.name for path in (repo.path / ".git").glob("index*"))


def test_entries_keep_their_flags(repo: Repo, entry: tuple[str, str]) -> None:
    before = rows(repo)
    names = ("skipped", "assumed", "both")
    tags = {name: before[name][0] for name in names}
    assert tags == {"skipped": "S", "assumed": "h", "both": "s"}
    changes = {**dict.fromkeys(names, entry), "plain": (index_file.REMOVED, entry[1])}
    with index_file.changed(changes, tags) as put:
        assert rows(repo) == before
        put()
    mode, oid = entry
    after = {name: f"{tag} {mode} {oid} 0" for name, tag in tags.items()}
    assert rows(repo) == {**after, "later": before["later"]}
    assert repo.git("diff", "--name-only", "--diff-filter=A") == "later", "as git add -N left it"
    assert files(repo) == ["index"]


def test_the_index_stays_if_the_block_raises(repo: Repo, entry: tuple[str, str]) -> None:
    """Before and after the change."""
    before = (repo.path / ".git" / "index").read_bytes()

    def interrupted(*, after: bool) -> None:
        with index_file.changed({"plain": (index_file.REMOVED, entry[1])}, {}) as put:
            if after:
                put()
            raise KeyboardInterrupt

    for after in (False, True):
        with pytest.raises(KeyboardInterrupt):
            interrupted(after=after)
        assert (repo.path / ".git" / "index").read_bytes() == before
        assert files(repo) == ["index"]


def test_an_index_that_is_locked_or_changes_stays(repo: Repo, entry: tuple[str, str]) -> None:
    changes = {"plain": (index_file.REMOVED, entry[1])}
    lock = write(repo.path / ".git" / "index.lock", "")
    with index_file.changed(changes, {}) as put:
        with pytest.raises(GitpactError, match="another process") as caught:
            put()
        assert str(lock) in str(caught.value)
        lock.unlink()
        repo.git("update-index", "--force-remove", "skipped")
        with pytest.raises(GitpactError, match="has changed"):
            put()
    assert set(rows(repo)) == {"plain", "assumed", "both", "later"}
    assert files(repo) == ["index"]


def test_what_git_refuses_changes_nothing(repo: Repo, entry: tuple[str, str]) -> None:
    before = rows(repo)
    changes = {"plain": entry, "new": (entry[0], "no oid")}
    with pytest.raises(GitpactError), index_file.changed(changes, dict.fromkeys(changes, "H")):
        pytest.fail("it began")
    assert rows(repo) == before
    assert files(repo) == ["index"]


@pytest.mark.parametrize("locked", [False, True])
def test_what_a_killed_process_left_goes(repo: Repo, entry: tuple[str, str], locked: bool) -> None:
    """how-history-is-rewritten 9: its copy, and a lock that is the same file."""
    git_dir: Path = repo.path / ".git"
    write(git_dir / "index.gitpact", "half")
    if locked:
        os.link(git_dir / "index.gitpact", git_dir / "index.lock")
    with index_file.changed({"plain": (index_file.REMOVED, entry[1])}, {}) as put:
        put()
    assert "plain" not in rows(repo)
    assert files(repo) == ["index"]
