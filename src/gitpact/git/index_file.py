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
SKIP_WORKTREE = "Ss"  # tags of git ls-files -v
COPY = "gitpact"  # behind the name of the index


def path() -> str:
    """The absolute path of the index that git uses here: GIT_INDEX_FILE, or the work tree's own."""
    return query.text("rev-parse", "--path-format=absolute", "--git-path", "index")


@contextlib.contextmanager
def changed(entries: Mapping[str, Entry], tags: Mapping[str, str]) -> Iterator[Callable[[], None]]:
    """Prepare a copy of the index with other entries; the function that is given to the block makes it the index.

    `entries` are by path, from the top of the work tree, (mode, oid); the mode REMOVED and any oid remove an entry.
    Files stay as they are. `tags` maps every path that is not removed to its tag of `trees.index_entries`, whose flags
    are set; "H" is that of a path without flags, as a new one. The function raises GitpactError where the index is
    locked, or has changed since the copy was made. Where the block raises, the index is what it was. Raises
    GitpactError if git fails or there is no index, KeyError for a path without a tag, OSError where the folder of the
    index cannot be written. Only one process at a time may do this (`directory_lock`).
    """
    its = path()
    copy = f"{its}.{COPY}"
    lock_file.remove_left_over(its, copy)
    before = _read(its)
    put = False

    def replace() -> None:
        nonlocal put
        with lock_file.replaced(its, copy):
            if _read(its) != before:
                raise GitpactError("the index has changed in the meantime", "run the command again")
        put = True

    try:
        _write(copy, before)
        _set(copy, entries, tags)
        yield replace
    except BaseException:
        if put:
            os.unlink(copy)  # the same file as the index
            _write(copy, before)
            os.rename(copy, its)
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(copy)


def _read(index: str) -> bytes:
    try:
        with open(index, "rb") as file:
            return file.read()
    except FileNotFoundError as error:
        raise GitpactError(
            "{path}: there is no index", "make it from the last commit: git reset", path=index
        ) from error


def _write(copy: str, data: bytes) -> None:
    with open(copy, "xb") as file:
        file.write(data)


def _set(index: str, entries: Mapping[str, Entry], tags: Mapping[str, str]) -> None:
    left = [path for path, (mode, _) in entries.items() if mode != REMOVED]
    for words, lines in (
        (("--index-info",), [f"{mode} {oid}\t{path}" for path, (mode, oid) in entries.items()]),
        (("--skip-worktree", "--stdin"), [path for path in left if tags[path] in SKIP_WORKTREE]),
        (("--assume-unchanged", "--stdin"), [path for path in left if tags[path].islower()]),
    ):
        if lines:
            command = ("-C", query.top_level(), "update-index", "-z", *words)
            stdin = "".join(f"{line}\0" for line in lines)
            b"".join(processes.begin([command], stdin, variables={"GIT_INDEX_FILE": index}))
