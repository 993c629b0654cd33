"""The opening screen of both READMEs is what `git commit` prints."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import run, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_opening_screen_is_what_git_commit_prints(repo: Repo, name: str, language: str) -> None:
    screen = (ROOT / name).read_text(encoding="utf-8").partition("```console\n$ ")[2].partition("```")[0]
    command, _, printed = screen.partition("\n")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "login", "")
    repo.git("add", "login")
    done = run(*shlex.split(command), cwd=repo.path, env={"GITPACT_LANG": language})
    program = done.stderr.rpartition(" rules type-known")[0].rpartition(" ")[2]
    assert done.stderr.replace(program, "gitpact") == printed
