"""Which folders are repositories, how large they are, and whether they have changed. Reads files, starts no process."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError
from gitpact.git import head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = 1 << 20  # bytes of a file that are read at once
# What the rows of a repository depend on, besides loose refs, hooks and objects.
FILES = (
    "HEAD",
    "packed-refs",
    "reftable/tables.list",
    "config",
    "config.worktree",
    "shallow",
    "objects/info/alternates",
)


class Found(NamedTuple):
    """A repository: its name, its git directory, and the bytes of its packs.

    The name is its path below the root; that of a root which is a repository is the name of its folder. `git_dir` is
    absolute, and the one that all work trees share.
    """

    name: str
    git_dir: str
    size: int


def repositories(roots: Iterable[str]) -> list[Found]:
    """The repositories at and below the folders `roots`, and those in files of paths, one on each line.

    What is in a repository is not searched, and no symbolic link below a root is followed. Where two have the same
    name, the later one is called by its git directory. The largest repository comes first. Raises GitpactError for a
    root that cannot be read, and for a line of a file that is no repository.
    """
    found: dict[str, Found] = {}
    names: set[str] = set()
    for root in roots:
        for name, git_dir in _of_root(root):
            if git_dir not in found:
                own = git_dir if name in names else name
                names.add(own)
                found[git_dir] = Found(own, git_dir, _pack_bytes(git_dir))
    return sorted(found.values(), key=lambda one: (-one.size, one.name))


def _of_root(root: str) -> Iterator[tuple[str, str]]:
    """Names and git directories of the repositories that a root stands for."""
    top = os.path.realpath(root)
    if os.path.isfile(top):
        for number, line in enumerate(listed(root), 1):
            git_dir = git_dir_of(os.path.join(os.path.dirname(top), line)) if line else ""
            if line and not git_dir:
                raise GitpactError(
                    "{root}:{number}: '{path}' is not a repository",
                    "write the path of a repository on each line",
                    root=root,
                    number=number,
                    path=line,
                )
            if git_dir:
                yield line, git_dir
        return
    own = git_dir_of(top)
    if own:
        yield os.path.basename(top), own
        return
    try:
        os.scandir(top).close()
    except OSError as error:
        raise _unreadable(root, error) from error
    yield from _below(top)


def listed(path: str) -> list[str]:
    """The lines of a file of paths or names; some may be "". Raises GitpactError where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return [line.strip() for line in file.read().splitlines()]
    except OSError as error:
        raise _unreadable(path, error) from error


def _below(top: str) -> Iterator[tuple[str, str]]:
    for folder, folders, _ in os.walk(top):
        folders.sort()
        for name in [*folders]:
            path = os.path.join(folder, name)
            git_dir = "" if os.path.islink(path) else git_dir_of(path)
            if git_dir:
                folders.remove(name)
                yield os.path.relpath(path, top), git_dir


def _unreadable(root: str, error: OSError) -> GitpactError:
    return GitpactError(
        "{root}: {reason}",
        "name a folder with repositories, or a file that lists their paths",
        root=root,
        reason=error.strerror,
    )


def git_dir_of(path: str) -> str:
    """The git directory, absolute and without links, of a bare repository or of a work tree; "" for any other folder.

    It is recognized as git does it (`is_git_directory` in setup.c): by HEAD, objects and refs. A work tree may have a
    file `.git` that names it. That of a linked work tree is the one that all work trees share.
    """
    inside = os.path.join(path, ".git")
    if os.path.isfile(inside):
        with open(inside, encoding="utf-8", errors="surrogateescape") as file:
            kind, _, place = file.read(head.LONGEST_LINE).strip().partition(": ")
        inside = os.path.join(path, place) if kind == "gitdir" else ""
        inside = head.common(inside) if inside and os.path.isdir(inside) else inside
    for folder in (inside, path):
        if folder and _is_git_dir(folder):
            return os.path.realpath(folder)
    return ""


def _is_git_dir(folder: str) -> bool:
    return os.path.lexists(f"{folder}/HEAD") and os.path.isdir(f"{folder}/objects") and os.path.isdir(f"{folder}/refs")


def _pack_bytes(git_dir: str) -> int:
    """The size of the packs, by which the work on a repository is estimated; 0 where none can be read."""
    try:
        with os.scandir(f"{git_dir}/objects/pack") as files:
            return sum(file.stat().st_size for file in files if file.name.endswith(".pack"))
    except OSError:
        return 0


def fingerprint(git_dir: str, besides: str) -> str:
    """A digest of what the rows of a repository depend on: its refs, configuration and hooks, and the text `besides`.

    Two that are equal have equal rows. Costs a read of these files. Raises OSError where one cannot be read.
    """
    digest = hashlib.sha256(besides.encode("utf-8", "surrogateescape"))
    for path in (*(os.path.join(git_dir, name) for name in FILES), *_files(f"{git_dir}/refs")):
        _add(digest, path)
    for path in _files(f"{git_dir}/hooks"):
        about = os.stat(path)
        digest.update(
            f"{path}\0{about.st_size}\0{about.st_mtime_ns}\0{about.st_mode}\0".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield os.path.join(place, name)


def _add(digest: hashlib._Hash, path: str) -> None:
    """Add the name and the content of a file, if there is one; a pipe, which would never end, is none."""
    digest.update(path.encode("utf-8", "surrogateescape"))
    if os.path.isfile(path):
        with open(path, "rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    digest.update(b"\0\0")
