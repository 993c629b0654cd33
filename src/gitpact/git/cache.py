"""What gitpact keeps in a git directory: records while the files that they hang on are the same, and refused messages.

A commit hook cannot afford to read TOML nor to start `git config` each time (15 ms). What is stored is plain data in
`marshal`'s form; anything unexpected in it counts as nothing kept.
"""

from __future__ import annotations

import os
import sys

from gitpact import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeVar

    Record = TypeVar("Record")
    Identity = tuple[int, int, int, int] | None
    Files = tuple[tuple[str, Identity], ...]
    Key = tuple[Any, ...]

DIRECTORY = "gitpact"
OFF = "off"  # the switch of a server's administrator: while it exists, no push to the repository is checked
POLICY, POLICY_OF_BRANCH, SETTINGS = "policy", "policy-of-branch", "settings"
SUGGESTED, REFUSED = "SUGGESTED_MSG", "REFUSED_MSG"
PATHS, COMMAND = "REFUSED_PATHS", "REFUSED_COMMAND"
PREPARED, COMPOSED = "PREPARED_MSG", "COMPOSED_MSG"
REPOSITORIES = "repositories"  # a file beside the folder of the hooks for every repository: where they keep something
MESSAGES = (SUGGESTED, REFUSED, COMMAND, PREPARED, COMPOSED)  # of a commit that was not made
# All that may be below DIRECTORY; none of it is missed. The last two are an earlier version's.
LEFT = (POLICY, POLICY_OF_BRANCH, SETTINGS, *MESSAGES, PATHS, "snapshot", "snapshot-of-branch")
# A file changed within this time may change again without a new time stamp (git's "racily clean").
RACY_NS = 2_000_000_000


def cached(
    path: str,
    key: Key,
    read: Callable[[], tuple[Record, Files | None]],
    pack: Callable[[Record], tuple[object, ...]],
    unpack: Callable[[Any], Record],
) -> Record:
    """Return the record stored at `path` under `key`; once a file that it depends on changes, read and store it again.

    `read()` returns the record and the `identities` of the files that it depends on, taken before it read them, so that
    a later change is noticed. If these are None, or a file changed less than two seconds ago, nothing is stored. `pack`
    turns the record into a tuple that marshal can write, and `unpack` turns this back. The record is also read again if
    `unpack` raises TypeError or ValueError. Errors of `read` propagate; a failure to store is silent.
    """
    try:
        data, files = load(path, key)
        if all(identity(file) == known for file, known in files):
            return unpack(data)
    except (TypeError, ValueError):
        pass  # nothing was kept, or by another program
    record, fresh = read()
    if fresh is not None and not _just_changed(fresh):
        save(path, key, (pack(record), fresh))
    return record


def identities(paths: Iterable[str]) -> Files:
    """Pair each path with its `identity`, in order and without duplicates, in a form that `save` can store."""
    return tuple((path, identity(path)) for path in dict.fromkeys(paths))


def extended(files: Files, paths: Iterable[str]) -> Files:
    """The pairs in `files`, and behind them the `identities` of those `paths` that `files` does not have."""
    known = dict(files)
    return (*files, *identities(path for path in paths if path not in known))


def identity(path: str) -> Identity:
    """A value that differs once the file at `path` changes; None if there is no file, or it cannot be seen.

    It holds modification and change time in nanoseconds, size in bytes and inode. Symbolic links are followed.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def key(place: str, environ: Mapping[str, str]) -> Key:
    """The key of a record about the folder `place`: a tuple that differs where the record may not be used.

    It holds the version of gitpact and of Python, `place`, and from `environ` HOME, XDG_CONFIG_HOME, GITPACT_CONFIG
    and GIT_CONFIG*.
    """
    names = (
        "HOME",
        "XDG_CONFIG_HOME",
        *sorted(name for name in environ if name.startswith(("GIT_CONFIG", "GITPACT_CONFIG"))),
    )
    return __version__, sys.hexversion, place, tuple((name, environ.get(name)) for name in names)


def _just_changed(files: Files) -> bool:
    import time  # noqa: PLC0415  built in

    recent = time.time_ns() - RACY_NS
    return any(found[0] > recent for _, found in files if found)


def write(path: str, data: bytes) -> None:
    """Write the file GIT_DIR/DIRECTORY/NAME, whose whole path is `path`, completely or not at all.

    The folder is created where it is missing. Folder and file are as shared as the git directory, whatever the umask:
    all who may write there may write here too (git-config, core.sharedRepository). Raises OSError.
    """
    made_in = make_folder(os.path.dirname(path))
    scratch = f"{path}.{os.getpid()}"
    with open(scratch, "wb") as file:
        os.fchmod(file.fileno(), made_in.st_mode & 0o666)
        _give(scratch, made_in)
        file.write(data)
    os.replace(scratch, path)


def drop(path: str) -> None:
    """Remove what is kept at `path`; nothing happens where there is nothing, or it cannot be removed."""
    try:
        os.unlink(path)
    except OSError:
        return


def make_folder(folder: str) -> os.stat_result:
    """Create `folder` in a git directory, as shared as that is and for its owner; returns what the directory is.

    Raises OSError.
    """
    above = os.stat(os.path.dirname(folder))
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
        _give(folder, above)
        os.chmod(folder, above.st_mode & 0o2777)
    return above


def _give(path: str, above: os.stat_result) -> None:
    """Give what root has made in a git directory to whom that belongs, who serves it."""
    if os.geteuid() == 0:
        os.chown(path, above.st_uid, above.st_gid)


def load(path: str, key: Key) -> Any:  # noqa: ANN401  whatever was kept
    """The data that `save` stored at `path` under an equal key; None if there is none or it cannot be read."""
    import marshal  # noqa: PLC0415  built in

    try:
        with open(path, "rb") as file:
            its_key, data = marshal.loads(file.read())  # noqa: S302  ours
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return data if its_key == key else None


def save(path: str, key: Key, data: Any) -> None:  # noqa: ANN401  whatever marshal writes
    """Store `data` at `path` under `key` as `write` does.

    A file that cannot be written is no error: then nothing is stored. Raises ValueError for data that marshal cannot
    write.
    """
    import marshal  # noqa: PLC0415  built in

    try:
        write(path, marshal.dumps((key, data)))
    except OSError:
        return
