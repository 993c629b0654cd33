"""Entries of the index that change all at once, or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import lock_file, processes, query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gitpact.git.trees import Entry

REMOVED = "0"  # the mode of an entry that is to go
SKIP_WORKTREE = ("S", "s")  # tags of git ls-files -v
OLD = ".old"  # behind the name of the copy: the index as it was
COPY = "gitpact"  # behind the name of the index, and before the commit that it is for
# The index that is in use may be split; git would delete what an older one of the copy shares with it.
KEEP_SHARED = ("-c", "splitIndex.sharedIndexExpire=never")


def path() -> str:
    """The absolute path of the index that git uses here: GIT_INDEX_FILE, or the work tree's own."""
    return query.text("rev-parse", "--path-format=absolute", "--git-path", "index")


@contextlib.contextmanager
def changed(entries: Mapping[str, Entry], tags: Mapping[str, str], commit: str) -> Iterator[Callable[[], None]]:
    """Prepare a copy of the index with other entries; the function that is given to the block makes it the index.

    `entries` are by path, from the top of the work tree, (mode, oid); the mode REMOVED and any oid remove an entry.
    Files stay as they are. `tags` maps paths to their tags of `trees.index_entries`, whose flags are set; a path
    without one has no flags. `commit` is the oid that HEAD has once the block has ended: by it `finish` tells whether a
    killed process had come so far. The function raises GitpactError where the index is locked, or has changed since the
    copy was made. Where the block raises, the index is what it was. Raises GitpactError before the block where git
    fails or there is no index, OSError where its folder cannot be written. Only one process at a time may do this
    (`directory_lock`).
    """
    its = path()
    before = _read(its)
    copy, old = f"{its}.{COPY}-{commit}", f"{its}.{COPY}-{commit}{OLD}"
    put = False

    def replace() -> None:
        nonlocal put
        with lock_file.replaced(its, copy):
            if _read(its) != before:
                raise GitpactError("the index changed while gitpact was running", "run the command again")
        put = True

    try:
        _write(copy, before)
        _set(copy, entries, tags)
        _write(old, before)
        yield replace
    except BaseException:
        if put:
            os.rename(old, its)
        raise
    finally:
        for file in (copy, old):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(file)


def finish() -> None:
    """Take back what a killed process has begun by `changed`, unless HEAD has moved too; then remove its files.

    Does nothing where nothing was begun. Raises OSError where files of the git directory cannot be changed,
    GitpactError outside of a repository.
    """
    its = path()
    folder, name = os.path.split(its)
    begins = f"{name}.{COPY}-"
    for file in [f"{folder}/{one}" for one in os.listdir(folder or ".") if one.startswith(begins)]:
        old = f"{file}{OLD}"
        if file.endswith(OLD):
            continue
        if _is_same(file, its + lock_file.LOCK):
            os.unlink(its + lock_file.LOCK)
        if _is_same(file, its) and os.path.exists(old) and query.peel("HEAD") != file.rpartition("-")[2]:
            os.rename(old, its)
        os.unlink(file)
    for file in [f"{folder}/{one}" for one in os.listdir(folder or ".") if one.startswith(begins)]:
        os.unlink(file)


def _is_same(one: str, other: str) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samefile(one, other)
    return False


def _read(index: str) -> bytes:
    try:
        with open(index, "rb") as file:
            return file.read()
    except FileNotFoundError as error:
        raise GitpactError(
            "{path}: git's index (the staging area) is missing",
            "make the index from the last commit: git reset",
            path=index,
        ) from error


def _write(copy: str, data: bytes) -> None:
    with open(copy, "xb") as file:
        file.write(data)


def _set(index: str, entries: Mapping[str, Entry], tags: Mapping[str, str]) -> None:
    left = [path for path, (mode, _) in entries.items() if mode != REMOVED]
    for words, lines in (
        (("--index-info",), [f"{mode} {oid}\t{path}" for path, (mode, oid) in entries.items()]),
        (("--skip-worktree", "--stdin"), [path for path in left if tags.get(path, "") in SKIP_WORKTREE]),
        (("--assume-unchanged", "--stdin"), [path for path in left if tags.get(path, "").islower()]),
    ):
        if lines:
            command = (*query.at_top(), *KEEP_SHARED, "update-index", "-z", *words)
            stdin = "".join(f"{line}\0" for line in lines)
            b"".join(processes.begin([command], stdin, variables={"GIT_INDEX_FILE": index}))
