"""A terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.repos import Repo


def opened() -> tuple[int, int]:
    """Both ends of a terminal; skips the test, with the reason, where the machine has none."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be opened here: {error}")


def on_a_terminal(repo: Repo, width: int, *args: str, **env: str) -> str:
    """What a person sees on a terminal of that many columns."""
    leader, follower = opened()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(
        ["git", *args],
        cwd=repo.path,
        env=repo.env(
            **{"TERM": "xterm-256color", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **env}
        ),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    seen = b""
    try:
        while chunk := os.read(leader, 4096):
            seen += chunk
    except OSError:  # Linux says so when the last writer is gone
        pass
    process.wait()
    os.close(leader)
    return seen.decode()
