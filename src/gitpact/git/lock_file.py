"""Lock files of git, `FILE.lock`, that another process holds or a killed one has left (git's lockfile.h)."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ".lock"  # behind the name of the file

UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def error(path: str) -> GitpactError:
    """Build, not raise, the error on the lock file at `path`: how old it is, and what to do. It may be gone by now."""
    try:
        age = max(int(time.time() - os.stat(path).st_mtime), 1)
    except OSError:
        age = 1
    seconds, unit = next((seconds, unit) for seconds, unit in UNITS if age >= seconds)
    return GitpactError(
        "{lock}: this lock file is {age} old; another process may still be using it",
        "try again; if no git command is running in this repository, delete the lock file",
        lock=path,
        age=f"{age // seconds} {unit}",
    )


@contextlib.contextmanager
def replaced(path: str, scratch: str) -> Iterator[None]:
    """Hold git's lock of the file at `path` while the block runs; then the file `scratch` takes its place, all at once.

    Where the block raises, the file stays. `scratch` is in the same folder, and the caller removes it afterwards.
    Raises GitpactError if the file is locked, OSError if it cannot be replaced.
    """
    lock = path + LOCK
    try:
        os.link(scratch, lock)  # as git locks a file: no git changes it now
    except FileExistsError as exists:
        raise error(lock) from exists
    try:
        yield
        os.rename(lock, path)
    except BaseException:
        os.unlink(lock)
        raise


def remove_left_over(path: str, scratch: str) -> None:
    """Remove `scratch`, which a killed gitpact left beside the file at `path`, and the lock if that is the same file.

    A lock of git stays. Raises OSError where one of the two cannot be deleted.
    """
    with contextlib.suppress(FileNotFoundError):
        if os.path.samefile(scratch, path + LOCK):
            os.unlink(path + LOCK)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(scratch)
