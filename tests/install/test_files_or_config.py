"""Where `install` puts hooks by itself: into files wherever a file can be ours, as only a file judges what is stored.

how-hooks-are-installed 40 to 43.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.install import files_or_config
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
    assert "husky keeps its own files there" in why
    done = gitpact("install")
    assert not done.returncode, done.stderr
    assert "in git's configuration and not in files: " in done.stderr
    assert "programs that bring a git older than 2.54" in done.stderr
    assert "relative" not in done.stderr, "where files would go matters to nobody"
    assert commit(new, "no header").returncode == 1
    status = gitpact("status")
    assert not status.returncode, status.stdout
    assert "in git's configuration and not in files: " in status.stdout
    assert "programs that bring a git older than 2.54" in status.stdout
    assert gitpact("clean").stdout.count("\n") == 3
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
    with pytest.raises(GitpactError, match="husky keeps its own files there") as refused:
        files_or_config.choose("auto")
    assert refused.value.hint == "gitpact install --via husky; or: gitpact install --via config"
    done = gitpact("install", "--via", "config")
    assert not done.returncode
    assert f"{new.path}/.husky/commit-msg runs after gitpact: what it changes" in done.stderr
    assert "runs after gitpact" in gitpact("status").stdout
    new.git("config", "core.hooksPath", str(sandbox / "shared"))
    write(sandbox / "shared" / "commit-msg", TICKET, 0o755)
    assert files_or_config.choose("auto").form == "files", "chained, it runs before the judgement"
    new.git("config", "--unset", "core.hooksPath")
    new.git("config", "--global", "core.hooksPath", str(sandbox / "shared"))
    with pytest.raises(GitpactError, match="other repositories use that hooks directory too"):
        files_or_config.choose("auto")


def test_never_configuration_that_an_older_git_does_not_see(
    new: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    husky(new)
    older = write(sandbox / "older" / "git", '#!/bin/sh\n[ "$1" = version ] && echo git version 2.39.5\n', 0o755)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{older.parent}")
    with pytest.raises(GitpactError, match="husky keeps its own files there"):
        files_or_config.choose("auto")


@pytest.mark.parametrize("value", ["", "/dev/null"])
def test_hooks_that_are_switched_off_stay_off(new: Repo, value: str) -> None:
    new.git("config", "core.hooksPath", value)
    with pytest.raises(GitpactError) as refused:
        files_or_config.choose("auto")
    assert refused.value.hint.endswith("; or: gitpact install --via config")
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
    assert "runs after gitpact" not in gitpact("status").stdout


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        ("--local", "hook.gitpact-commit-msg.enabled"),
        ("--global", "hook.gitpact-commit-msg.enabled"),
        ("--global", "hook.commit-msg.enabled"),
        ("--system", "hook.commit-msg.enabled"),
    ],
)
def test_a_hook_that_is_switched_off_is_seen_and_the_printed_command_switches_it_on(
    new: Repo, scope: str, key: str, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(sandbox / "system"))
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    assert not gitpact("install", "--via", "config").returncode
    new.git("config", scope, key, "false")
    assert not commit(new, "no header").returncode
    done = gitpact("install", "--via", "config")
    assert "commit-msg is switched off in git's configuration" in done.stderr
    shown = [line for line in gitpact("status").stdout.split("\n") if line.startswith("  repair it: git config ")]
    new.git(*shown[0].removeprefix("  repair it: git ").split(" "))
    assert not gitpact("status").returncode
    assert commit(new, "no header").returncode == 1
    assert "switched off" not in gitpact("install", "--via", "config").stderr


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
        assert refused.value.hint == "gitpact install --via husky"
    for choose in (files_or_config.choose, files_or_config.for_every_repository):
        with pytest.raises(GitpactError, match="this git does not run configured hooks"):
            choose("config")
