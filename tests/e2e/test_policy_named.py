"""Every refusal names the policy that refuses, and a policy file that a person may take for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import run, watched, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

BUILT_IN = (
    "gitpact: the policy is the built-in preset 'standard', as this project has no gitpact.toml; it requires headers of the form "
    "'type: description', a sign-off in each commit, files of at most 5 MB\n"
)
CHANGE = "gitpact: to change the policy, write it to a file with this command, then edit the file: "


@pytest.fixture
def hooked(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    watched(monkeypatch, sandbox)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return repo


def refused(repo: Repo, *folder: str) -> str:
    done = run("git", "commit", "--allow-empty", "-m", "Add x", cwd=repo.path.joinpath(*folder))
    assert done.returncode == 1
    return done.stderr


def test_a_file_of_the_project(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", 'preset = "conventional"')
    said = refused(hooked)
    assert "gitpact: the policy is from gitpact.toml\n" in said
    assert CHANGE not in said


def test_none_and_the_command_that_writes_one(hooked: Repo) -> None:
    said = refused(hooked)
    assert BUILT_IN in said
    command = said.partition(CHANGE)[2].partition("\n")[0]
    assert not run("sh", "-c", command, cwd=hooked.path).returncode
    assert "gitpact: the policy is from gitpact.toml\n" in refused(hooked)


def test_the_command_fits_the_folder_of_the_person(hooked: Repo) -> None:
    (hooked.path / "a" / "b").mkdir(parents=True)
    said = refused(hooked, "a", "b")
    assert said.partition(CHANGE)[2].partition("\n")[0].endswith(" policy show > ../../gitpact.toml")


def test_a_file_in_a_folder_below(hooked: Repo) -> None:
    (hooked.path / "backend").mkdir()
    write(hooked.path / "backend" / "gitpact.toml", "[message]")
    hooked.git("add", ".")
    said = refused(hooked)
    assert BUILT_IN in said
    assert "gitpact: gitpact does not read the policy in backend/gitpact.toml" in said
    assert CHANGE not in said


def test_an_old_branch_without_the_policy(hooked: Repo, sandbox: Path) -> None:
    hooked.git("init", "-q", "--bare", sandbox / "hub.git")
    hooked.git("remote", "add", "origin", sandbox / "hub.git")
    hooked.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    hooked.git("switch", "-q", "-c", "next")
    write(hooked.path / "gitpact.toml", 'preset = "conventional"')
    hooked.git("add", ".")
    hooked.git("commit", "-q", "-m", "chore: add the policy")
    hooked.git("push", "-q", "origin", "next:main")
    hooked.git("switch", "-q", "main")
    assert "gitpact: gitpact does not read the policy in origin/main:gitpact.toml" in refused(hooked)


@pytest.mark.measured
def test_a_broken_file_elsewhere_is_nobodys_business(hooked: Repo, sandbox: Path) -> None:
    hooked.git("init", "-q", "--bare", sandbox / "hub.git")
    hooked.git("remote", "add", "origin", sandbox / "hub.git")
    hooked.git("switch", "-q", "-c", "next")
    link = write(hooked.path / "target", "")
    (hooked.path / "gitpact.toml").symlink_to(link)
    hooked.git("add", ".")
    hooked.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "x")
    hooked.git("-c", "core.hooksPath=/dev/null", "push", "-q", "origin", "next:main")
    hooked.git("switch", "-q", "--orphan", "main")
    assert CHANGE in refused(hooked)


def test_in_chinese(hooked: Repo) -> None:
    done = run("git", "commit", "--allow-empty", "-m", "Add x", cwd=hooked.path, env={"GITPACT_LANG": "zh"})
    assert "gitpact: 所用策略：内置预设“standard”，因为本项目没有 gitpact.toml；" in done.stderr


def test_lint_and_check_name_it_beside_their_results(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "Add x")
    for command in (("lint", "HEAD"), ("check", "-m", "Add x")):
        done = run(sys.executable, "-m", "gitpact", *command, cwd=repo.path)
        assert done.returncode == 1
        assert BUILT_IN in done.stderr
        assert "the policy is from" not in done.stdout
        quiet = run(sys.executable, "-m", "gitpact", *command, "--format", "json", cwd=repo.path)
        assert (quiet.returncode, quiet.stderr) == (1, "")


def test_install_names_it_and_one_that_cannot_be_read(repo: Repo) -> None:
    def installed() -> str:
        done = run(sys.executable, "-m", "gitpact", "install", cwd=repo.path)
        assert done.returncode == 0
        return done.stderr

    assert BUILT_IN in installed()
    write(repo.path / "gitpact.toml", "[nothing]")
    assert "gitpact: warning: gitpact.toml:1: nothing: unknown key" in installed()


@pytest.mark.measured
def test_a_server_names_it_to_who_pushes(repo: Repo, sandbox: Path) -> None:
    hub = sandbox / "hub.git"
    repo.git("init", "-q", "--bare", "-b", "main", hub)
    assert not run(sys.executable, "-m", "gitpact", "server", "install", hub, cwd=repo.path).returncode
    repo.git("commit", "-q", "--allow-empty", "-m", "Add x")
    said = run("git", "push", hub, "main", cwd=repo.path).stderr
    assert "remote: gitpact: the policy is the built-in preset 'standard'" in said
    assert "to change the policy" not in said
    administrator = write(sandbox / "server.toml", "[server]\noverrides = true")
    repo.git("-C", hub, "config", "gitpact.policy", administrator)
    said = run("git", "push", hub, "main", cwd=repo.path).stderr
    assert "except where the administrator's policy sets a value" in said
    assert str(administrator) not in said
