"""Which folders are repositories, how large they are, and whether they have changed. Reads files, starts no process."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError
from gitpact.git import head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK = 512  # bytes of `st_blocks`: a file may have holes
MOST_BYTES, MOST_FILES = 256 << 20, 200_000  # that are read for a fingerprint; whoever has more is measured each time
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
FOLDERS = ("refs", "hooks", "custom_hooks")
# Settings by which the rows depend on files elsewhere.
ELSEWHERE = re.compile(rb"include|hookspath", re.IGNORECASE)
PARTS = ("HEAD", "objects", "refs")  # of a git directory


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
    candidates = [(name, path, git_dir) for root in roots for name, path, git_dir in _of_root(root)]
    # The folder that is a repository comes before a file `.git` that leads to it from elsewhere.
    candidates.sort(key=lambda one: one[2] not in {one[1], os.path.join(one[1], ".git")})
    found: dict[str, Found] = {}
    names: set[str] = set()
    for name, _, git_dir in candidates:
        if git_dir not in found:
            own = _unique(name, git_dir, names)
            names.add(own)
            found[git_dir] = Found(own, git_dir, _pack_bytes(git_dir))
    return sorted(found.values(), key=lambda one: (-one.size, one.name))


def _unique(name: str, git_dir: str, names: set[str]) -> str:
    r"""The name as text, or another one where it is taken: bytes that are not UTF-8 become such as `\xff`."""
    numbered = (f"{git_dir} ({number})" for number in itertools.count(2))
    every = itertools.chain((name, git_dir), numbered)
    texts = (os.fsencode(one).decode("utf-8", "backslashreplace") for one in every)
    return next(text for text in texts if text not in names)


def _of_root(root: str) -> Iterator[tuple[str, str, str]]:
    """Names, folders and git directories of the repositories that a root stands for."""
    top = os.path.realpath(root)
    if os.path.isfile(top):
        for number, line in enumerate(listed(root), 1):
            path = os.path.join(os.path.dirname(top), line)
            git_dir = git_dir_of(path) if line else ""
            if line and not git_dir:
                raise GitpactError(
                    "{root}:{number}: '{path}' is not a repository",
                    "write the path of a repository on each line",
                    root=root,
                    number=number,
                    path=line,
                )
            if git_dir:
                yield line, path, git_dir
        return
    own = git_dir_of(top)
    if own:
        yield os.path.basename(top), top, own
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


def _below(top: str) -> Iterator[tuple[str, str, str]]:
    closed: list[str] = []
    for folder, folders, _ in os.walk(top, onerror=lambda error: closed.append(str(error.filename))):
        folders.sort()
        for name in [*folders]:
            path = os.path.join(folder, name)
            git_dir = "" if os.path.islink(path) else git_dir_of(path)
            if git_dir:
                folders.remove(name)
            # What is elsewhere was not named: a file `.git` may lead anywhere.
            if git_dir and os.path.commonpath((top, git_dir)) == top:
                yield os.path.relpath(path, top), path, git_dir
    for path in closed:  # git will say why
        yield os.path.relpath(path, top), path, path


def _unreadable(root: str, error: OSError) -> GitpactError:
    return GitpactError(
        "{root}: {reason}",
        "name a folder with repositories, or a file that lists their paths",
        root=root,
        reason=error.strerror,
    )


def git_dir_of(path: str) -> str:
    """The git directory, absolute and without links, of a bare repository or of a work tree; "" for any other folder.

    It is recognized by what is in it: HEAD, objects and refs (`is_git_directory` in git's setup.c). A work tree may
    have a file `.git` that names it. That of a linked work tree is the one that all work trees share.
    """
    inside = os.path.join(path, ".git")
    try:
        if os.path.isfile(inside):
            with open(inside, encoding="utf-8", errors="surrogateescape") as file:
                kind, _, place = file.read(head.LONGEST_LINE).strip().partition(": ")
            inside = os.path.join(path, place) if kind == "gitdir" else ""
        for folder in (inside, path):
            common = head.common(folder) if folder and os.path.isdir(folder) else ""
            if common and _is_git_dir(common):
                return os.path.realpath(common)
    except (OSError, ValueError):
        return ""  # it cannot be read, or a name has a NUL
    return ""


def _is_git_dir(folder: str) -> bool:
    """Whether two of its three parts are there: of a repository that lacks the third git says what is wrong."""
    return os.path.isdir(folder) and sum(os.path.lexists(f"{folder}/{part}") for part in PARTS) > 1


def _pack_bytes(git_dir: str) -> int:
    """The size of the packs, by which the work on a repository is estimated; 0 where none can be read."""
    try:
        with os.scandir(f"{git_dir}/objects/pack") as files:
            return sum(file.stat().st_blocks * BLOCK for file in files if file.name.endswith(".pack"))
    except OSError:
        return 0


def fingerprint(git_dir: str, besides: str) -> str:
    """A digest of what the rows of a repository depend on: its refs, configuration and hooks, and the text `besides`.

    Two that are equal have equal rows. It is "" where that is not certain: for a repository with links or other special
    files, with settings that lead to other files, and with more than MOST_FILES or MOST_BYTES. Raises OSError where
    something cannot be read.
    """
    digest = hashlib.sha256(besides.encode("utf-8", "surrogateescape"))
    left, number = MOST_BYTES, 0
    for path in (*(os.path.join(git_dir, name) for name in FILES), *_files(git_dir)):
        digest.update(path.encode("utf-8", "surrogateescape") + b"\0")
        if not os.path.lexists(path):
            continue
        about = os.lstat(path)
        left, number = left - about.st_size, number + 1
        if not stat.S_ISREG(about.st_mode) or left < 0 or number > MOST_FILES:
            return ""
        with open(path, "rb") as file:
            data = file.read()
        if os.path.basename(path).startswith("config") and ELSEWHERE.search(data):
            return ""
        digest.update(f"{about.st_mode} {len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def files_below(folder: str) -> list[tuple[str, int, int, int]]:
    """The files in a folder of hooks, each as (name, mode, size, time in nanoseconds); [] for none."""
    try:
        with os.scandir(folder) as found:
            every = [(one.name, one.stat()) for one in found]
    except OSError:
        return []
    return sorted((name, about.st_mode, about.st_size, about.st_mtime_ns) for name, about in every)


def _files(git_dir: str) -> Iterator[str]:
    """The paths in the folders of refs and hooks, and those of folders that are none."""
    if os.path.lexists(f"{git_dir}/commondir"):
        yield git_dir  # the refs are elsewhere
    for top in (f"{git_dir}/{name}" for name in FOLDERS):
        if os.path.islink(top):
            yield top
        for place, folders, names in os.walk(top):
            folders.sort()
            yield from (os.path.join(place, name) for name in folders if os.path.islink(os.path.join(place, name)))
            yield from (os.path.join(place, name) for name in sorted(names))
