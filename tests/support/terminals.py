"""A terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.repos import COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.repos import Repo


SECONDS = 30  # without a sign of life


def opened(width: int = 80) -> tuple[int, int]:
    """Both ends of a terminal; skips the test, with the reason, where the machine has none."""
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be opened here: {error}")
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    return leader, follower


def on_a_terminal(repo: Repo, width: int, *args: str, **env: str) -> str:
    """What a person sees on a terminal of that many columns."""
    leader, follower = opened(width)
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


def answered(repo: Repo, width: int, answers: Mapping[str, str], *args: str, **env: str) -> int:
    """The exit code of gitpact on a terminal, where each text of `answers` that shows up is answered once, in order."""
    leader, follower = opened(width)
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args],
        cwd=repo.path,
        env=repo.env(**env),
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    seen, left = b"", list(answers.items())
    while select.select([leader], [], [], SECONDS)[0]:
        try:
            seen += os.read(leader, 4096)
        except OSError:  # Linux says so when the last writer is gone
            break
        if left and left[0][0] in seen.decode(errors="ignore"):
            os.write(leader, left.pop(0)[1].encode())
            seen = b""
    else:
        process.kill()
    os.close(leader)
    assert not left, seen.decode(errors="replace")
    return process.wait()
