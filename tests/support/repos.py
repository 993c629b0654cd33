"""Real repositories below pytest's temporary folder, and the real command line run in them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact.install import hook_script
from tests.support import warm_start

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

COMMAND = "from gitpact.cli.entry import command; command()"
NAME, EMAIL = "Ann Lee", "ann@example.org"
SHIMLESS = "--template="  # no sample hooks: what stands in a hooks directory is what a test put there
CI = ("CI", "TF_BUILD", "BITBUCKET", "BUILDKITE", "DRONE", "TRAVIS", "JENKINS", "FORGEJO")  # and all that GIT begins
DISTURBING = ("GIT", "PWD", "EDITOR", "VISUAL", "NO_COLOR", "CLICOLOR", "XDG_CONFIG_HOME", "LANG", "LC_", *CI)

# Folder names that a shell, git or an encoding may stumble over (how-hooks-are-installed 26).
ODD_NAMES = {
    "spaces": " two  words ",
    "single quote": "it's",
    "double quote": 'say "hi"',
    "dollar and backquote": "$HOME $(exit 9) `exit 9`",
    "newline": "new\nline",
    "backslash": "back\\slash\\c",
    "glob": "a*b?[c]",
    "leading dash": "-rf",
    "mark of the template": "@LIB@@BEFORE@@HASH@",
    "another script": "项目",
    "no UTF-8": os.fsdecode(b"caf\xe9\xff"),
}


class Repo(NamedTuple):
    """A repository by the folder that git is run in."""

    path: Path

    def git(self, *args: str | Path) -> str:
        """Standard output of git, its last newline removed. Raises CalledProcessError."""
        return os.fsdecode(self.git_bytes(*args)).removesuffix("\n")

    def git_bytes(self, *args: str | Path) -> bytes:
        """Standard output of git as it is. Raises CalledProcessError."""
        return subprocess.run(
            ["git", *args],
            cwd=guard(self.path),
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        ).stdout

    def env(self, **changes: str | None) -> dict[str, str]:
        """The environment for a process here, with changes; None takes a variable away."""
        return environment(changes)

    def age(self) -> None:
        """Make configuration and the files at the top an hour old: what was changed just now is not trusted."""
        past = time.time() - 3600
        configs = (self.path / ".git" / "config", Path(os.environ["GIT_CONFIG_GLOBAL"]))
        for path in (*configs, *guard(self.path).iterdir()):
            os.utime(path, (past, past))

    @property
    def hooks(self) -> Path:
        """The hooks directory where nothing is configured."""
        return self.path / ".git" / "hooks"


def isolate(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing of the caller's environment and configuration is seen; HOME, with git's global file, is in `folder`.

    An activated environment would put gitpact on PATH, and what gitpact then prints is shorter.

    The file has the name by which a git before 2.32 finds it too, which does not know GIT_CONFIG_GLOBAL.
    """
    for name in [name for name in os.environ if name.startswith(DISTURBING)]:
        monkeypatch.delenv(name)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    config = home / ".gitconfig"
    config.write_text(f"[user]\n\tname = {NAME}\n\temail = {EMAIL}\n[init]\n\tdefaultBranch = main\n")
    activated = str(Path(sys.executable).parent)
    path = [place for place in os.environ["PATH"].split(os.pathsep) if place != activated]
    for name, value in {
        "PATH": os.pathsep.join(path),
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(folder),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
    }.items():
        monkeypatch.setenv(name, value)


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The environment of this process with changes; None takes a variable away."""
    changed = {**os.environ, **(changes or {})}
    return {name: value for name, value in changed.items() if value is not None}


def watched(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Where coverage is measured, let it see the hooks: their interpreter reads no site-packages otherwise."""
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        python = write(folder / "python", f'#!/bin/sh\nshift 2\nexec "{sys.executable}" "$@"\n', 0o755)
        monkeypatch.setattr(hook_script, "interpreter", lambda: str(python))


def guard(folder: Path) -> Path:
    """`folder` itself. Raises ValueError unless it is in the temporary folder that `isolate` was given."""
    root = Path(os.environ["GIT_CONFIG_GLOBAL"]).parents[1]
    if not folder.resolve().is_relative_to(root.resolve()):
        message = f"{folder} is not below {root}: tests touch no other repository"
        raise ValueError(message)
    return folder


def init(folder: Path, *options: str) -> Repo:
    """A new repository without commits and with an empty hooks directory, on the branch main."""
    guard(folder).mkdir(parents=True, exist_ok=True)
    repo = Repo(folder)
    repo.git("init", "-q", SHIMLESS, "-b", "main", *options)
    repo.hooks.mkdir(exist_ok=True)
    return repo


def bare(folder: Path, *options: str) -> Repo:
    """A new bare repository."""
    guard(folder).mkdir(parents=True)
    repo = Repo(folder)
    repo.git("init", "-q", "--bare", SHIMLESS, "-b", "main", *options)
    return repo


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    """A file with these permission bits, its folder made where there is none; returns its path."""
    guard(path).parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    path.chmod(mode)
    return path


def listing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """What stands in a folder, by name: mode and kind, time of change, and the bytes or the link's target."""
    found = {}
    for path in folder.iterdir():
        state = path.lstat()
        data = os.fsencode(path.readlink()) if path.is_symlink() else b"" if path.is_dir() else path.read_bytes()
        found[path.name] = (state.st_mode, state.st_mtime_ns, data)
    return found


def commit(repo: Repo, message: str = "chore: start", **env: str | None) -> subprocess.CompletedProcess[str]:
    """Run `git commit` on the index as it is, hooks and all; succeeds or not."""
    return run("git", "commit", "-q", "--allow-empty", "-s", "-m", message, cwd=repo.path, env=env)


def worktree(repo: Repo, folder: Path) -> Repo:
    """A linked work tree of `repo`, which needs a commit, on a branch of its own."""
    repo.git("worktree", "add", "-q", "-b", folder.name, guard(folder))
    return Repo(folder)


def gitpact(
    *args: str | Path, cwd: Path | None = None, env: Mapping[str, str | None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a person would."""
    variables, folder = environment(env), guard(cwd or Path.cwd())
    if warm_start.is_same(variables):
        return warm_start.run(tuple(map(str, args)), folder, variables)
    return run(sys.executable, "-c", COMMAND, *args, cwd=cwd, env=env)


def run(
    *args: str | Path, cwd: Path | None = None, env: Mapping[str, str | None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a process below the temporary folder; text keeps bytes that are no UTF-8."""
    return subprocess.run(
        args,
        cwd=guard(cwd or Path.cwd()),
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
    )
