"""The action's shell steps, run as a runner runs them: for a pull request from a fork, without a token."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from gitpact import __version__
from tests.support import repos

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def step(name: str) -> dict[str, Any]:
    (found,) = [step for step in ACTION["runs"]["steps"] if step["name"] == name]
    return dict(found)


def run(name: str, cwd: Path, inputs: dict[str, str], **env: str) -> subprocess.CompletedProcess[str]:
    """A step with its inputs filled in, by the shell and with the options that a runner gives it."""
    given = {key: value["default"] for key, value in ACTION["inputs"].items()} | inputs
    filled = {
        key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: given[found[1]], value)
        for key, value in step(name)["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]],
        cwd=cwd,
        env={**os.environ, **filled, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def runner(sandbox: Path) -> dict[str, str]:
    """The variables of a runner; gitpact stands where the first step would put it."""
    programs = sandbox / "temp/gitpact/bin"
    programs.mkdir(parents=True)
    (programs / "gitpact").symlink_to(Path(sys.executable).parent / "gitpact")
    return {
        "RUNNER_TEMP": str(sandbox / "temp"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(sandbox / "summary.md"),
        "GITHUB_ACTION_PATH": str(ROOT),
    }


@pytest.fixture
def fork(sandbox: Path, runner: dict[str, str]) -> tuple[Repo, dict[str, str]]:
    """A checkout of GitHub's own merge of a request with one commit that passes and one that does not."""
    origin = repos.init(sandbox / "origin")
    repos.write(origin.path / "gitpact.toml", 'preset = "conventional"\n')
    origin.git("add", ".")
    origin.git("commit", "-q", "-m", "chore: start")
    origin.git("checkout", "-q", "-b", "topic")
    origin.git("commit", "-q", "--allow-empty", "-m", "feat: good")
    origin.git("commit", "-q", "--allow-empty", "-m", "Update ::error::things")
    head = origin.git("rev-parse", "HEAD")
    origin.git("checkout", "-q", "main")
    base = origin.git("rev-parse", "HEAD")
    origin.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    merge = origin.git("rev-parse", "HEAD")
    origin.git("update-ref", "refs/pull/1/merge", merge)
    origin.git("reset", "-q", "--hard", base)
    clone = repos.init(sandbox / "clone")
    clone.git("remote", "add", "origin", origin.path)
    clone.git(
        "fetch",
        "-q",
        "origin",
        "+refs/heads/main:refs/remotes/origin/main",
        "refs/pull/1/merge:refs/remotes/pull/1/merge",
    )
    clone.git("checkout", "-q", "--detach", merge)
    request = {"title": "Update things", "base": {"sha": base, "ref": "main"}, "head": {"sha": head, "ref": "topic"}}
    event = repos.write(sandbox / "event.json", json.dumps({"pull_request": request}))
    said = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event), "GITHUB_REF": "refs/pull/1/merge"}
    return clone, {**runner, **said, "GITHUB_SHA": merge, "GITHUB_BASE_REF": "main"}


def test_a_request_from_a_fork_is_judged(fork: tuple[Repo, dict[str, str]], sandbox: Path) -> None:
    clone, env = fork
    done = run("judge the commits", clone.path, {}, **env)
    assert done.returncode == 1, done.stderr
    errors = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert [re.search(r" ([a-z-]+)::", line)[1] for line in errors] == ["type-known", "header-format"]  # type: ignore[index]
    assert not re.search(r"^\s*::error::", done.stdout, re.MULTILINE)
    assert "::notice title=gitpact::checked 2 of 2 commits; errors: 2" in done.stdout
    assert "header-format" in (sandbox / "summary.md").read_text()
    assert "pull request: checking" in done.stderr


def test_inputs_become_options(fork: tuple[Repo, dict[str, str]]) -> None:
    clone, env = fork
    done = run("judge the commits", clone.path, {"title": "true", "args": "--ignore message"}, **env)
    assert (done.returncode, done.stderr.count("error")) == (0, 0)
    assert "checked 2 of 2 commits" in done.stdout


def test_an_input_is_no_shell(fork: tuple[Repo, dict[str, str]], sandbox: Path) -> None:
    clone, env = fork
    done = run("judge the commits", clone.path, {"args": f"$(touch {sandbox}/x) ; touch {sandbox}/x"}, **env)
    assert done.returncode == 2
    assert not (sandbox / "x").exists()


def test_gitpact_is_installed_from_the_actions_own_checkout(runner: dict[str, str], sandbox: Path) -> None:
    """By the real pip; the build backend is borrowed from here, so that no network is needed."""
    shutil.rmtree(sandbox / "temp/gitpact")
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    lent = {"PYTHONPATH": sysconfig.get_path("purelib"), **offline}
    done = run("install gitpact", sandbox, {"python": sys.executable}, **runner, **lent)
    assert done.returncode == 0, done.stderr
    program = sandbox / "temp/gitpact/bin/gitpact"
    env = {**os.environ, "PYTHONPATH": lent["PYTHONPATH"]}
    version = subprocess.run([program, "--version"], env=env, capture_output=True, text=True, check=True).stdout
    assert version == f"gitpact {__version__}\n"
    found = subprocess.run(
        [program.parent / "python", "-c", "import gitpact; print(gitpact.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(sandbox))
