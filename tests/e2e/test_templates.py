"""Shims in a template directory of git: every new clone begins with them (how-hooks-are-installed 31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.install import hook_script
from tests.support.repos import Repo, commit, gitpact, init, listing, run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("each_git")]
BAD = "no header"


@pytest.fixture
def template(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template directory with our hooks, and a hook of the user's own."""
    monkeypatch.chdir(sandbox)
    folder = sandbox / "my template"
    write(folder / "hooks" / "commit-msg", "#!/bin/sh\necho mine >&2\n", 0o755)
    done = gitpact("install", "--template-dir", str(folder))
    assert not done.returncode, done.stderr
    assert f"init.templateDir '{folder}'" in done.stderr
    return folder


def made(folder: Path, template: Path) -> Repo:
    """A repository that begins with the template."""
    assert not run("git", "init", "-q", f"--template={template}", str(folder), cwd=template).returncode
    return Repo(folder)


def test_silent_without_a_policy_and_judged_with_one(template: Path, sandbox: Path) -> None:
    """how-hooks-are-installed 31."""
    repo = made(sandbox / "new", template)
    passed = commit(repo, BAD)
    assert (passed.returncode, passed.stderr) == (0, "mine\n")
    assert (
        "commit-msg: checks only projects with a policy; this project has none"
        in gitpact("status", cwd=repo.path).stdout
    )
    write(repo.path / "gitpact.toml", "")
    assert "gitpact: commit refused" in commit(repo, BAD).stderr
    assert "commit-msg: live (" in gitpact("status", cwd=repo.path).stdout
    (repo.path / "gitpact.toml").unlink()
    assert not commit(repo, BAD).returncode
    repo.git("config", "gitpact.enabled", "true")
    assert commit(repo, BAD).returncode == 1


def test_an_interpreter_that_is_gone_is_nobodys_business_without_a_policy(template: Path, sandbox: Path) -> None:
    """how-hooks-are-installed 27, 31."""
    repo = made(sandbox / "new", template)
    for hook in hook_script.HOOKS:
        shim = repo.hooks / hook
        write(shim, shim.read_text().replace("\npython=", "\npython=/gone"), 0o755)
    assert commit(repo, BAD).stderr == "mine\n"
    write(repo.path / "gitpact.toml", "")
    assert commit(repo, BAD).returncode == 1


def test_install_in_a_clone_takes_over_and_clean_takes_all_out(template: Path, sandbox: Path) -> None:
    """how-hooks-are-installed 16, 31: what was there before the template's own is left."""
    repo = made(sandbox / "new", template)
    assert "commit-msg: brought up to date" in gitpact("install", "--via", "files", cwd=repo.path).stdout
    refused = commit(repo, BAD)
    assert refused.stderr.startswith("mine\ngitpact: commit refused")
    assert refused.stderr.count("gitpact: commit refused") == 1
    assert not gitpact("clean", cwd=repo.path).returncode
    assert commit(repo, BAD).stderr == "mine\n"


@pytest.mark.measured
def test_twice_is_once_and_out_is_as_before(template: Path) -> None:
    """how-hooks-are-installed 16, 18."""
    before = listing(template)
    again = gitpact("install", "--template-dir", str(template), "--dry-run")
    assert [f"dry run: {hook}: already in place (" in again.stdout for hook in hook_script.HOOKS] == [True] * 3
    assert not gitpact("install", "--template-dir", str(template)).returncode
    assert listing(template) == before
    assert "dry run" in gitpact("clean", "--template-dir", str(template), "--dry-run").stdout
    assert listing(template) == before
    assert not gitpact("clean", "--template-dir", str(template)).returncode
    assert [path.name for path in (template / "hooks").iterdir()] == ["commit-msg"]
    assert "echo mine" in (template / "hooks" / "commit-msg").read_text()
    assert not gitpact("clean", "--template-dir", str(template / "no such")).returncode


@pytest.mark.measured
def test_where_git_uses_it_nothing_more_is_said(template: Path) -> None:
    """how-hooks-are-installed 31."""
    run("git", "config", "--global", "init.templateDir", str(template), cwd=template)
    assert not gitpact("install", "--template-dir", "hooks/..", cwd=template).stderr


@pytest.mark.parametrize("more", [["--global"], ["--via", "config"], ["--via", "pre-commit"], ["--recurse-submodules"]])
@pytest.mark.measured
def test_what_does_not_go_with_it(sandbox: Path, more: list[str]) -> None:
    """how-hooks-are-installed 31."""
    repo = init(sandbox / "repo")
    done = gitpact("install", "--template-dir", "x", *more, cwd=repo.path)
    assert done.returncode == 2
    assert "leave out" in done.stderr
    assert not (repo.path / "x").exists()
