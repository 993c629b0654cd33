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
POLICY, POLICY_OF_BRANCH, SETTINGS = "policy", "policy-of-branch", "settings"
SUGGESTED, REFUSED = "SUGGESTED_MSG", "REFUSED_MSG"
PATHS = "REFUSED_PATHS"
REPOSITORIES = "repositories"  # a file beside the folder of the hooks for every repository: where they keep something
# All that may be below DIRECTORY; none of it is missed. The last two are an earlier version's.
LEFT = (POLICY, POLICY_OF_BRANCH, SETTINGS, SUGGESTED, REFUSED, PATHS, "snapshot", "snapshot-of-branch")
# A file changed within this time may change again without a new time stamp (git's "racily clean").
RACY_NS = 2_000_000_000


def cached(
    path: str,
    key: Key,
    read: Callable[[], tuple[Record, Files | None]],
    pack: Callable[[Record], tuple[object, ...]],
    unpack: Callable[[Any], Record],
) -> Record:
    """The record kept at `path` under this key, while all files that it hangs on are as they were; else read again.

    `read` returns it with the identities of these files, taken before they were read: what changes meanwhile is then
    seen to have changed. With None in their place nothing is kept. `pack` makes plain data of the record, `unpack` the
    record of that.
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
    """Each path with a value that differs once the file changes, None without a file; can be stored."""
    return tuple((path, identity(path)) for path in dict.fromkeys(paths))


def extended(files: Files, paths: Iterable[str]) -> Files:
    """The files with those at more paths; one that is among them keeps the identity that was taken first."""
    known = dict(files)
    return (*files, *identities(path for path in paths if path not in known))


def identity(path: str) -> Identity:
    """Modification and change time, size and inode of a file; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def key(place: str, environ: Mapping[str, str]) -> Key:
    """The key of a record about a folder: this version, this Python, variables that select configuration."""
    names = ("HOME", "XDG_CONFIG_HOME", *sorted(name for name in environ if name.startswith("GIT_CONFIG")))
    return __version__, sys.hexversion, place, tuple((name, environ.get(name)) for name in names)


def _just_changed(files: Files) -> bool:
    import time  # noqa: PLC0415  built in

    recent = time.time_ns() - RACY_NS
    return any(found[0] > recent for _, found in files if found)


def load(path: str, key: Key) -> Any:  # noqa: ANN401  whatever was kept
    """The data that `save` wrote at `path` under the same key; None where it did not."""
    import marshal  # noqa: PLC0415  built in

    try:
        with open(path, "rb") as file:
            its_key, data = marshal.loads(file.read())  # noqa: S302  ours
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return data if its_key == key else None


def save(path: str, key: Key, data: Any) -> None:  # noqa: ANN401  whatever marshal writes
    """Write plain data (what marshal takes) at `path` under a key, whole or not at all; failure is silent."""
    import marshal  # noqa: PLC0415  built in

    scratch = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(scratch, "wb") as file:
            file.write(marshal.dumps((key, data)))
        os.replace(scratch, path)
    except OSError:
        return
