"""Programs that some tests need and a small machine may lack."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import gits

VENV = Path(__file__).parents[2] / ".venv"


def need(name: str) -> str:
    """The name of a program; skips the test, with the reason, where it is not on PATH."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not at hand")
    return name


def need_shell(name: str) -> tuple[str, ...]:
    """The words that run a command line in a shell, without the files of its user: the line is to be added.

    It is the shell on PATH or the one that .ci/run has unpacked; the test is skipped, with the reason, without both.
    """
    options = {"zsh": ("-f",), "fish": ("--no-config",)}.get(name, ())
    if shutil.which(name):
        return (name, *options, "-c")
    unpacked = [*(VENV / name).glob("bin/*"), *(VENV / name).glob("usr/bin/*")]
    found = next((path for path in unpacked if path.name == name), None)
    if not found:
        pytest.skip(f"{name} is not at hand; .ci/run puts it there")
    libraries = ":".join(str(path.parent) for path in (VENV / name).glob("usr/lib/*/*.so*"))
    return ("env", f"LD_LIBRARY_PATH={libraries}", str(found), *options, "-c")


def need_git(least: tuple[int, int], what: str) -> None:
    """Skip the test, with the reason, where the git on PATH is older than `least`; `what` is what it then lacks."""
    if gits.version("git") < least:
        pytest.skip(f"git {least[0]}.{least[1]} is the first that has {what}")


def need_subcommand(name: str) -> None:
    """Skip the test, with the reason, where the git on PATH has no such command; `subtree` is not part of each git."""
    listed = subprocess.run(["git", "--list-cmds=main,others"], capture_output=True, text=True, check=True).stdout
    if name not in listed.split():
        pytest.skip(f"this git has no git {name}")
