"""Entries of the index that change together, or not at all."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import index_file
from tests.support.repos import write

if TYPE_CHECKING:
    from tests.support.repos import Repo


OID = "1" * 40  # of no commit


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
    with index_file.changed(changes, tags, OID) as put:
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
        with index_file.changed({"plain": (index_file.REMOVED, entry[1])}, {}, OID) as put:
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
    with index_file.changed(changes, {}, OID) as put:
        with pytest.raises(GitpactError, match="another process") as caught:
            put()
        assert str(lock) in str(caught.value)
        lock.unlink()
        repo.git("update-index", "--force-remove", "skipped")
        with pytest.raises(GitpactError, match="the index changed"):
            put()
    assert set(rows(repo)) == {"plain", "assumed", "both", "later"}
    assert files(repo) == ["index"]


def test_what_git_refuses_changes_nothing(repo: Repo, entry: tuple[str, str]) -> None:
    before = rows(repo)
    changes = {"plain": entry, "new": (entry[0], "no oid")}
    with pytest.raises(GitpactError), index_file.changed(changes, {}, OID):
        pytest.fail("it began")
    assert rows(repo) == before
    assert files(repo) == ["index"]


@pytest.mark.parametrize("moved", [False, True], ids=["before the refs", "after the refs"])
@pytest.mark.parametrize("where", ["copied", "locked", "put", "changed since"])
def test_what_a_killed_process_left(repo: Repo, entry: tuple[str, str], where: str, moved: bool) -> None:
    """how-history-is-rewritten 9: what it had not put in place goes; what it had is taken back, unless HEAD has moved."""
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    its = repo.path / ".git" / "index"
    copy = its.with_name(f"index.gitpact-{repo.git('rev-parse', 'HEAD') if moved else OID}")
    old = its.with_name(f"{copy.name}.old")
    shutil.copy(its, old)
    before = rows(repo)
    repo.git("update-index", "--force-remove", "plain")
    after = rows(repo)
    if where == "put":
        os.link(its, copy)
    else:
        shutil.copy(its, copy)
        shutil.copy(old, its)
    if where == "locked":
        os.link(copy, its.with_name("index.lock"))
    if where == "changed since":
        repo.git("update-index", "--force-remove", "both")
        before = rows(repo)
    index_file.finish()
    assert rows(repo) == (after if where == "put" and moved else before)
    assert files(repo) == ["index"]
    assert entry


def test_a_lock_of_git_is_not_ours(repo: Repo) -> None:
    write(repo.path / ".git" / f"index.gitpact-{OID}", "half")
    write(repo.path / ".git" / "index.lock", "git's")
    index_file.finish()
    assert files(repo) == ["index.lock"]


def test_no_index(repo: Repo, entry: tuple[str, str]) -> None:
    (repo.path / ".git" / "index").unlink()
    with (
        pytest.raises(GitpactError, match="the staging area") as caught,
        index_file.changed({"plain": (index_file.REMOVED, entry[1])}, {}, OID),
    ):
        pytest.fail("it began")
    assert caught.value.hint == "make the index from the last commit: git reset"
