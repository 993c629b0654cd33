"""Where `install` puts hooks by itself: into files wherever a file can be ours, as only a file judges what is stored.

how-hooks-are-installed 40 to 43.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.install import files_or_config, global_hooks
from tests.support import gits
from tests.support.repos import Repo, commit, gitpact, watched, write

if TYPE_CHECKING:
    from pathlib import Path

TICKET = '#!/bin/sh\nsed -i "1s/^/PROJ-1 /" "$1"\n'


@pytest.fixture
def new(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository where the only git on PATH runs configured hooks."""
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    watched(monkeypatch, sandbox)
    return repo


def husky(repo: Repo, own: str = "") -> None:
    """What `npm install` makes of husky, and a commit-msg hook of the project's."""
    for name, text in {"h": "exit 0\n", "commit-msg": '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n'}.items():
        write(repo.path / ".husky" / "_" / name, text, 0o755)
    if own:
        write(repo.path / ".husky" / "commit-msg", own)
    repo.git("config", "core.hooksPath", ".husky/_")


@pytest.mark.usefixtures("new")
@pytest.mark.parametrize("hook", ["", TICKET], ids=["no hook", "a hook that adds a ticket"])
def test_files_where_a_file_can_be_ours(new: Repo, hook: str) -> None:
    if hook:
        write(new.hooks / "commit-msg", hook, 0o755)
    assert files_or_config.choose("auto").form == "files"
    assert not gitpact("install").returncode
    assert commit(new, "feat: add x").returncode == (1 if hook else 0), "what is stored is what is judged"


def test_files_in_a_relative_folder(new: Repo) -> None:
    new.git("config", "core.hooksPath", "own")
    assert files_or_config.choose("auto").form == "files"


def test_configuration_beside_another_manager(new: Repo) -> None:
    husky(new)
    place, form, why = files_or_config.choose("auto")
    assert (form, place.hooks) == ("config", new.path / ".husky" / "_")
    assert "this folder belongs to husky, so gitpact does not write into it" in why
    done = gitpact("install")
    assert not done.returncode, done.stderr
    assert "in git's configuration and not in files, because " in done.stderr
    assert "programs ignore hooks in git's configuration" in done.stderr
    assert "relative" not in done.stderr, "where files would go matters to nobody"
    assert commit(new, "no header").returncode == 1
    status = gitpact("status")
    assert not status.returncode, status.stdout
    assert "in git's configuration and not in files, because " in status.stdout
    assert "programs ignore hooks in git's configuration" in status.stdout
    said = gitpact("clean").stdout.splitlines()
    assert (len(said), said[-1]) == (
        4,
        f"  the message of your refused commit is still saved in {new.path}/.git/gitpact/REFUSED_MSG",
    )
    assert "not installed" not in gitpact("install").stdout


@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_configuration_where_a_folder_serves_many_repositories(new: Repo, sandbox: Path, scope: str) -> None:
    (sandbox / "shared").mkdir()
    new.git("config", scope, "core.hooksPath", str(sandbox / "shared"))
    assert files_or_config.choose("auto").form == "config"
    assert not gitpact("install").returncode
    assert not list((sandbox / "shared").iterdir())
    assert commit(new, "no header").returncode == 1


def test_configuration_where_the_hooks_are_tracked(new: Repo) -> None:
    write(new.path / "hooks" / "pre-commit", "#!/bin/sh\n", 0o755)
    new.git("config", "core.hooksPath", "hooks")
    new.git("add", "hooks")
    assert files_or_config.choose("auto").form == "config"


def test_never_configuration_where_a_hook_changes_the_message_afterwards(new: Repo, sandbox: Path) -> None:
    husky(new, TICKET)
    with pytest.raises(
        GitpactError, match="this folder belongs to husky, so gitpact does not write into it"
    ) as refused:
        files_or_config.choose("auto")
    assert (
        refused.value.hint
        == "run: gitpact install --via husky; or use git's configuration: gitpact install --via config"
    )
    done = gitpact("install", "--via", "config")
    assert not done.returncode
    assert (
        f"{new.path}/.husky/commit-msg runs after gitpact, so gitpact does not check the changes that this hook makes"
        in done.stderr
    )
    assert "runs after gitpact" in gitpact("status").stdout
    new.git("config", "core.hooksPath", str(sandbox / "shared"))
    write(sandbox / "shared" / "commit-msg", TICKET, 0o755)
    assert files_or_config.choose("auto").form == "files", "chained, it runs before the judgement"
    new.git("config", "--unset", "core.hooksPath")
    new.git("config", "--global", "core.hooksPath", str(sandbox / "shared"))
    with pytest.raises(GitpactError, match="other repositories also use this hooks directory"):
        files_or_config.choose("auto")


def test_never_configuration_that_an_older_git_does_not_see(
    new: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    husky(new)
    older = write(sandbox / "older" / "git", '#!/bin/sh\n[ "$1" = version ] && echo git version 2.39.5\n', 0o755)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{older.parent}")
    with pytest.raises(GitpactError, match="this folder belongs to husky, so gitpact does not write into it"):
        files_or_config.choose("auto")


@pytest.mark.parametrize("value", ["", "/dev/null"])
def test_hooks_that_are_switched_off_stay_off(new: Repo, value: str) -> None:
    new.git("config", "core.hooksPath", value)
    with pytest.raises(GitpactError) as refused:
        files_or_config.choose("auto")
    assert refused.value.hint.endswith("; or use git's configuration: gitpact install --via config")
    assert files_or_config.uncovered(files_or_config.choose("config").place)[1:] == []


@pytest.mark.usefixtures("new")
def test_for_every_repository_it_is_configuration(new: Repo) -> None:
    """With `core.hooksPath` set for all of them, pre-commit and lefthook refuse to install their own."""
    assert files_or_config.for_every_repository("auto") == "config"
    assert not gitpact("install", "--global").returncode
    write(new.path / "gitpact.toml", "")
    write(new.hooks / "commit-msg", TICKET, 0o755)
    assert not commit(new, "feat: add x").returncode
    assert "runs after gitpact" in gitpact("status").stdout
    assert not gitpact("install", "--global", "--via", "files").returncode
    assert commit(new, "feat: add x").returncode == 1
    status = gitpact("status").stdout
    assert "runs after gitpact" not in status
    folder = global_hooks.folder()
    assert f" looks for hooks in {folder} (set by core.hooksPath = {folder} (global" in status


OWN, EVENT, EVENTS = "hook.gitpact-commit-msg.enabled", "hook.commit-msg.enabled", "hook.gitpact-commit-msg.event"
COMMAND = "hook.gitpact-commit-msg.command"
SWITCHES = {
    "one hook, here": [("--local", OWN, "false")],
    "one hook, for the user": [("--global", OWN, "false")],
    "the event, for the user": [("--global", EVENT, "false")],
    "the event, for the machine": [("--system", EVENT, "false")],
    "one key, for the machine and here": [("--system", OWN, "false"), ("--local", OWN, "false")],
    "in a work tree": [("--worktree", OWN, "false")],
    "in a file that the repository includes": [("included here", OWN, "false")],
    "in a file that the user includes": [("included for all", EVENT, "false")],
    "in a file and in what it includes": [("--local", OWN, "false"), ("included here", OWN, "false")],
    "another command, in a work tree": [("--worktree", COMMAND, "true")],
    "no event, here": [("--local", EVENTS, "")],
    "no event, in a work tree": [("--worktree", EVENTS, "")],
}


@pytest.fixture
def machine(new: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository on a machine whose own configuration can be written to, with two included files."""
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(sandbox / "system"))
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    (new.path / "sub").mkdir()
    new.git("config", "extensions.worktreeConfig", "true")
    return new


def switch_off(repo: Repo, settings: list[tuple[str, str, str]], home: Path) -> None:
    for where, key, value in settings:
        if not where.startswith("included"):
            repo.git("config", where, "--add", key, value)
            continue
        file = (repo.path / ".git" if where.endswith("here") else home) / "it's included"
        repo.git("config", "--file", str(file), key, value)
        repo.git("config", *(["--global"] if home in file.parents else []), "include.path", str(file))


FOR_THE_USER = ("one hook, here", "in a file that the user includes", "no event, here")


@pytest.mark.parametrize(
    ("scope", "name"),
    [*(("--local", name) for name in SWITCHES), *(("--global", name) for name in FOR_THE_USER)],
)
def test_a_hook_that_is_switched_off_is_seen_and_the_printed_command_switches_it_on(
    machine: Repo, scope: str, name: str, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(machine.path / "gitpact.toml", "")
    command = ["install", *(["--global"] if scope == "--global" else ["--via", "config"])]
    assert not gitpact(*command).returncode
    switch_off(machine, SWITCHES[name], sandbox / "home")
    assert not commit(machine, "no header").returncode
    monkeypatch.chdir(machine.path / "sub")
    shown = [line for line in gitpact("status").stdout.split("\n") if line.startswith("  repair it: git config ")]
    if SWITCHES[name] != [("--local", EVENTS, "")] or scope == "--global":  # what install itself mends
        assert "commit-msg is switched off in git's configuration" in gitpact(*command).stderr
        subprocess.run(["sh", "-c", shown[0].removeprefix("  repair it: ")], check=True)
    else:
        assert not gitpact(*command).returncode
    assert not gitpact("status").returncode
    assert commit(machine, "no header").returncode == 1
    assert "switched off" not in gitpact(*command).stderr


@pytest.mark.parametrize("scope", ["--local", "--global"])
@pytest.mark.parametrize("name", FOR_THE_USER)
def test_after_clean_every_commit_is_made(machine: Repo, scope: str, name: str, sandbox: Path) -> None:
    command = ["--global"] if scope == "--global" else []
    assert not gitpact("install", *(command or ["--via", "config"])).returncode
    machine.git("config", scope, "--add", EVENTS, "pre-merge-commit")
    switch_off(machine, SWITCHES[name], sandbox / "home")
    assert not gitpact("clean", *command).returncode
    assert not commit(machine, "no header").returncode
    assert gitpact("clean", *command).stdout.count("not installed") == gitpact("clean", *command).stdout.count("\n")


@pytest.mark.measured
def test_a_variable_that_switches_a_hook_off_is_named(new: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    gitpact("install", "--via", "config")
    for name, value in {"COUNT": "1", "KEY_0": "hook.gitpact-commit-msg.enabled", "VALUE_0": "false"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert not commit(new, "no header").returncode
    said = "the environment variable GIT_CONFIG_COUNT switches commit-msg off; unset the variable"
    assert said in gitpact("install", "--via", "config").stderr
    status = gitpact("status")
    assert status.returncode == 1
    assert said in status.stdout
    monkeypatch.delenv("GIT_CONFIG_COUNT")
    assert commit(new, "no header").returncode == 1
    assert not gitpact("status").returncode


@pytest.mark.measured
def test_a_configured_hook_of_another_that_runs_later_is_named(new: Repo) -> None:
    gitpact("install", "--via", "config")
    new.git("config", "hook.ticket.command", "sed -i '1s/$/ PROJ-1/'")
    new.git("config", "hook.ticket.event", "commit-msg")
    assert not commit(new, "feat: add x").returncode
    assert new.git("log", "-1", "--format=%s") == "feat: add x PROJ-1"
    said = "hook.ticket runs after gitpact, so gitpact does not check the changes that this hook makes to a message"
    assert said in gitpact("install", "--via", "config").stderr
    assert said in gitpact("status").stdout
    gitpact("install", "--via", "files")
    assert "runs after" not in gitpact("status").stdout, "git runs hook files last"
    new.git("config", "hook.ticket.enabled", "false")
    gitpact("install", "--via", "config")
    assert "runs after" not in gitpact("status").stdout


@pytest.mark.parametrize(("scope", "form"), [("--local", "config"), ("--worktree", "files")])
def test_never_configuration_where_a_configured_hook_runs_later(
    machine: Repo, scope: str, form: str, sandbox: Path
) -> None:
    (sandbox / "shared").mkdir()
    machine.git("config", "core.hooksPath", str(sandbox / "shared"))
    machine.git("config", scope, "hook.ticket.command", "sed -i '1s/^/PROJ-1 /'")
    machine.git("config", scope, "hook.ticket.event", "commit-msg")
    assert files_or_config.choose("auto").form == form
    assert not gitpact("install").returncode
    assert commit(machine, "feat: add x").returncode == 1, "what is stored is what is judged"


def test_two_switches_are_one_line(new: Repo) -> None:
    gitpact("install", "--via", "config")
    new.git("config", "hook.gitpact-commit-msg.enabled", "false")
    new.git("config", "hook.commit-msg.enabled", "false")
    expected = (
        "git config --unset-all hook.gitpact-commit-msg.enabled && git config --unset-all hook.commit-msg.enabled"
    )
    assert f"repair it: {expected}" in gitpact("status").stdout


def test_an_older_git_has_files_only(repo: Repo) -> None:
    if gits.version("git") >= (2, 54):
        pytest.skip("this machine's own git runs configured hooks")
    husky(repo)
    for via in ("auto", "files"):
        with pytest.raises(GitpactError) as refused:
            files_or_config.choose(via)
        assert refused.value.hint == "run: gitpact install --via husky"
    for choose in (files_or_config.choose, files_or_config.for_every_repository):
        with pytest.raises(GitpactError, match="this version of git cannot run hooks from the git configuration"):
            choose("config")
