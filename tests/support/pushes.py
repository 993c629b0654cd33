"""A clone with gitpact's hooks, its remote, and pushes as a person makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitpact.install import actions, hook_script, hooks_directory, server
from tests.support.repos import Repo, bare, init, run, watched, write

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    import pytest


class Pair(NamedTuple):
    """A clone and the bare repository that it pushes to."""

    here: Repo
    there: Repo

    def commit(self, name: str, size: int = 1, message: str = "") -> str:
        """Commit a file of so many bytes without hooks; returns the commit."""
        path = self.here.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((name.encode("utf-8", "surrogateescape") * (size // len(name) + 1))[:size])
        self.here.git("add", "--", name)
        self.here.git("commit", "-q", "-s", "--no-verify", "-m", message or "feat: change a file")
        return self.here.git("rev-parse", "HEAD")

    def push(self, *args: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        """Run `git push`, of main to origin where only options are given; it succeeds or not."""
        named = () if any(not word.startswith("-") for word in args) else ("origin", "main")
        return run("git", "push", *args, *named, cwd=self.here.path, env=env)

    def refs(self) -> dict[str, str]:
        """What the remote has."""
        lines = self.there.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines)


def pair(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Pair:
    """A clone with hooks, and its remote, both new; the test stands in the clone."""
    there = bare(folder / "there.git", *options)
    here = init(folder / "here", *options)
    here.git("remote", "add", "origin", str(there.path))
    monkeypatch.chdir(here.path)
    watched(monkeypatch, folder)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return Pair(here, there)


def gated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone with hooks and a branch `side`, the remote `origin`, and the remote `gate`, which has the server's gate."""
    made = pair(folder, monkeypatch)
    made.here.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    gate = bare(folder / "gate.git")
    made.here.git("remote", "add", "gate", str(gate.path))
    for remote in ("origin", "gate"):
        made.here.git("push", "-q", "--no-verify", remote, "main")
    server.install(server.find(gate.path))
    made.here.git("branch", "side")
    made.here.git("checkout", "-q", "side")
    made.commit("side", message="feat: add the side")
    made.here.git("checkout", "-q", "main")
    for remote in ("origin", "gate"):
        made.here.git("push", "-q", "--no-verify", remote, "side")
    return made


def administer(hub: Repo, text: str) -> Path:
    """Give the server an administrator's file."""
    path = write(hub.path.parent / "admin.toml", text)
    hub.git("config", "gitpact.policy", str(path))
    return path


def policy(both: Pair, text: str) -> None:
    """Put a policy into the work tree of the clone."""
    write(both.here.path / "gitpact.toml", text)


def commands(said: str) -> dict[str, str]:
    """The commands of a refusal by their labels."""
    return dict(re.findall(r"^  ([^:\n]+): +(.+)$", said, re.MULTILINE))


def typed(both: Pair, command: str, cwd: Path | None = None, shell: str = "bash", **env: str) -> None:
    """A command as it was printed, in a person's shell; editors write nothing unless `env` says what they write."""
    done = run(shell, "-c", command, cwd=cwd or both.here.path, env=env)
    assert not done.returncode, done.stdout + done.stderr


def leads_out(both: Pair, said: str, *args: str, cwd: Path | None = None, **env: str) -> None:
    """The commands of a refusal that come before another push, typed in their order; then the push has to pass."""
    way = commands(said)
    for label in ("stash changes", "remove the file", "then"):
        if label in way:
            typed(both, way[label], cwd, **{"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/edit/", "GIT_EDITOR": "true", **env})
    done = both.push(*args)
    assert not done.returncode, done.stderr
