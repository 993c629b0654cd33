"""A git that runs configured hooks, beside the machine's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install.config_hooks import SINCE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
# What hooks and git's own scripts call, git itself left out.
TOOLS = (
    "sh",
    "bash",
    "cat",
    "cp",
    "dirname",
    "basename",
    "env",
    "expr",
    "grep",
    "ls",
    "mkdir",
    "mv",
    "rm",
    "sed",
    "sleep",
    "tee",
    "touch",
    "tr",
    "uname",
    "true",
)


def version(git: Path | str) -> tuple[int, ...]:
    """The version of a git."""
    words = subprocess.run([git, "version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in words[2].split(".")[:2])


def _candidates() -> Iterator[Path]:
    yield ROOT / ".venv" / "newer-git" / "bin" / "git"
    found = shutil.which("git")
    if found:
        yield Path(found)


def newer() -> Path:
    """A git of at least 2.54; skips the test, with the reason, where there is none."""
    for path in _candidates():
        if path.is_file() and version(path) >= SINCE:
            return path
    pytest.skip("no git of at least 2.54 at hand: .venv/newer-git/bin/git")


def alone(monkeypatch: pytest.MonkeyPatch, folder: Path, git: Path) -> None:
    """Let `git` be the only one on PATH."""
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (folder / tool).symlink_to(found)
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{folder}")


def first(monkeypatch: pytest.MonkeyPatch, git: Path) -> None:
    """Let `git` be the first one on PATH."""
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")


def plain_path() -> str:
    """Where git and a shell are, and nothing of gitpact (how-hooks-are-installed 29)."""
    git = shutil.which("git")
    assert git
    return f"{Path(git).parent}:/usr/bin:/bin"
