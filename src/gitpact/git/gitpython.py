"""GitPython, for the commands that work with a repository at leisure: install, status, server."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from gitpact.errors import GitpactError, git_failed
from gitpact.git import lock_file, processes

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # where there is no git, the import itself would fail
from git import Git, GitCommandError, GitCommandNotFound


class Setting(NamedTuple):
    """A value of a key in git's configuration, and where it stands.

    `scope` is system, global, local, worktree or command; `file` is an absolute path, "" for the environment or
    `git -c` (scope command).
    """

    key: str
    scope: str
    file: str
    value: str


LOCKED = re.compile("could not lock config file (.+): File exists")


def at(folder: Path | str = "") -> Git:
    """A GitPython object that runs git in a folder, by default the current one.

    Its environment is isolated as that of every git process of gitpact (`processes.ISOLATED`), without access to the
    network. Nothing is checked: where there is no such folder, git runs in the current one.
    """
    git = Git(str(folder) or os.getcwd())
    git.update_environment(**processes.ISOLATED, **processes.NO_PROTOCOL)
    return git


def ask(git: Git, *args: str) -> str:
    """Run `git ARGS` and return its standard output as text, without the last newline.

    Raises GitpactError if git is not installed, if there is no repository, and with git's standard error if it fails.
    """
    options = processes.safe_options(processes.command_of(args))
    try:
        return str(git.execute(["git", *options, *args]))
    except GitCommandNotFound as error:
        raise GitpactError("git is not on PATH", "install git 2.31 or later") from error
    except GitCommandError as error:
        if "not a git repository" in str(error.stderr):
            raise GitpactError(
                "there is no git repository here: {top}",
                "run this command inside the work tree of a repository, or make a repository: git init",
                top=git.working_dir,
            ) from error
        said = str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'")
        locked = LOCKED.search(said)
        if locked:
            raise lock_file.error(f"{Path(str(git.working_dir), locked[1])}.lock") from error
        raise git_failed(" ".join(args), said) from error


def settings(git: Git, key: str, *options: str) -> list[Setting]:
    """Every value of a key of git's configuration, in the order in which git reads them; [] where it is not set.

    `options` are those of `git config --get-all`: `--local` limits the values to one file, without what that includes.
    Where git fails, as for a broken file or an unknown option, it is [] too.
    """
    try:
        words = ask(git, "config", "--show-scope", "--show-origin", "-z", *options, "--get-all", key).split("\0")
    except GitpactError:
        return []
    return [
        Setting(key, scope, _file(git, origin), value)
        for scope, origin, value in zip(words[:-1:3], words[1::3], words[2::3], strict=True)
    ]


def _file(git: Git, origin: str) -> str:
    """The absolute path of a file in what `--show-origin` prints; "" for another origin."""
    kind, _, path = origin.partition(":")
    if kind != "file":
        return ""
    try:
        top = ask(git, "rev-parse", "--show-toplevel")  # git moves there before it reads, in a work tree
    except GitpactError:
        top = str(git.working_dir)
    return str(Path(top) / path)


def run(git: Git, program: str, *words: str) -> str:
    """Run `program` with the arguments `words` in the folder of `git`; returns its output without the last newline.

    It gets the environment of this process, without the isolation of `at`. Raises GitpactError with what the program
    wrote if it fails, and GitPython's GitCommandNotFound if there is no such program.
    """
    try:
        with git.custom_environment(**dict.fromkeys((*processes.ISOLATED, *processes.NO_PROTOCOL))):
            return str(git.execute([program, *words]))
    except GitCommandError as error:
        said = " ".join(str(error.stderr or error.stdout).split())
        name = program.rpartition("/")[2]
        raise GitpactError("{name} {words} failed: {said}", name=name, words=" ".join(words), said=said) from error


__all__ = ["Git", "ask", "at", "run"]
