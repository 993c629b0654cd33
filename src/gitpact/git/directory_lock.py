"""One gitpact at a time changes a directory: a repository, or where hooks of every repository are."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def hold(directory: Path, timeout: float = 5.0) -> Iterator[None]:
    """Context manager: wait for the lock on `directory` itself, without a lock file, and hold it.

    Raises GitpactError if it is not free after `timeout` seconds, OSError if `directory` cannot be opened. Where the
    file system has no such locks, the block runs without one.
    """
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    hint = "another gitpact process is running here; try again later"
                    raise GitpactError("{directory}: locked by another process", hint, directory=directory) from error
                time.sleep(0.02)
            except OSError:
                # A file system that cannot lock a directory (NFS wants it open for writing); each step is whole.
                break
        yield
    finally:
        os.close(descriptor)
