"""Lock files of git, `FILE.lock`, that another process holds or a killed one has left (git's lockfile.h)."""

from __future__ import annotations

import os
import time

from gitpact.errors import GitpactError

UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def error(path: str) -> GitpactError:
    """Build, not raise, the error on the lock file at `path`: how old it is, and what to do. It may be gone by now."""
    try:
        age = max(int(time.time() - os.stat(path).st_mtime), 1)
    except OSError:
        age = 1
    seconds, unit = next((seconds, unit) for seconds, unit in UNITS if age >= seconds)
    return GitpactError(
        "{lock}: this lock file exists, and is {age} old: another process is changing the file",
        "try again; if no git is running here, a killed one has left it: remove that file",
        lock=path,
        age=f"{age // seconds} {unit}",
    )
