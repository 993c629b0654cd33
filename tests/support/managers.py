"""Other managers of hooks, as they are installed for the tests; a test is skipped, with the reason, where one is not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.repos import run, write

if TYPE_CHECKING:
    import subprocess

    from tests.support.repos import Repo

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".venv" / "npm" / "node_modules"
PLACES = (
    Path(sys.executable).parent,
    MODULES / ".bin",
    ROOT / ".venv" / "git-lfs" / "usr" / "bin",
)
STAGES = ("commit-msg", "pre-commit", "pre-push")
SEEN = "seen"  # the file in which each manager's own hook leaves its mark


def ready(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have a manager on PATH."""
    path = os.pathsep.join([*map(str, PLACES), os.environ["PATH"]])
    if not shutil.which(name, path=path):
        pytest.skip(f"{name} is not at hand; .ci/run puts it there")
    monkeypatch.setenv("PATH", path)


def call(repo: Repo, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a manager, which has to succeed."""
    done = run(*words, cwd=repo.path)
    assert not done.returncode, done.stdout + done.stderr
    return done


def framework(repo: Repo) -> None:
    """A configuration for pre-commit and prek whose hooks only leave a mark."""
    entry = f"sh -c 'echo ran >> {repo.path / SEEN}'"
    common = {"language": "system", "always_run": True, "pass_filenames": False, "entry": entry}
    hooks = [{"id": stage, "name": stage, "stages": [stage], **common} for stage in STAGES]
    write(repo.path / ".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))


def lefthook(repo: Repo) -> None:
    """The same for lefthook."""
    commands = {stage: {"jobs": [{"run": f"echo ran >> {repo.path / SEEN}"}]} for stage in STAGES}
    write(repo.path / "lefthook.yml", yaml.safe_dump(commands))


def simple(repo: Repo) -> None:
    """The same for simple-git-hooks."""
    text = {"simple-git-hooks": dict.fromkeys(STAGES, f"echo ran >> {repo.path / SEEN}")}
    write(repo.path / "package.json", json.dumps(text))


def husky(repo: Repo) -> None:
    """The same for husky."""
    write(repo.path / "package.json", "{}")
    for stage in STAGES:
        write(repo.path / ".husky" / stage, f"echo ran >> {repo.path / SEEN}\n", 0o755)
