"""GitPython, for the commands that work with a repository at leisure: install, status, server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import processes

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # where there is no git, the import itself would fail
from git import Git, GitCommandError, GitCommandNotFound

if TYPE_CHECKING:
    from pathlib import Path


def at(folder: Path | str = "") -> Git:
    """Git as it works in a folder, that where this runs unless one is named; isolated as every git process of ours."""
    git = Git(str(folder) or os.getcwd())
    git.update_environment(**processes.ISOLATED, **processes.NO_PROTOCOL)
    return git


def ask(git: Git, *args: str) -> str:
    """One answer of git, its last newline removed. Raises GitpactError with git's own words."""
    options = processes.safe_options(processes.command_of(args))
    try:
        return str(git.execute(["git", *options, *args]))
    except GitCommandNotFound as error:
        raise GitpactError("git is not on PATH", "install git 2.31 or later") from error
    except GitCommandError as error:
        if "not a git repository" in str(error.stderr):
            said = f"there is no git repository here: {git.working_dir}"
            raise GitpactError(said, "run this inside the work tree of one, or make one: git init") from error
        said = str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'").strip().replace("\n", " ")
        raise GitpactError(f"git {' '.join(args)}: {said}") from error


def run(git: Git, program: str, *words: str) -> str:
    """Run another program where git works, in the environment that this one was given; returns its standard output.

    Raises GitpactError with what it said.
    """
    try:
        with git.custom_environment(**dict.fromkeys((*processes.ISOLATED, *processes.NO_PROTOCOL))):
            return str(git.execute([program, *words]))
    except GitCommandError as error:
        said = " ".join(str(error.stderr or error.stdout).split())
        name = program.rpartition("/")[2]
        raise GitpactError(f"{name} {' '.join(words)}: {said}") from error


__all__ = ["Git", "ask", "at", "run"]
