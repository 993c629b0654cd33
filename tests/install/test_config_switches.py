"""What switches a configured hook off, and the commands that take it back.

`test_files_or_config.py` runs the commands; how-hooks-are-installed 42.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.git.gitpython import at
from gitpact.install import config_switches, files_or_config
from tests.support.programs import need_git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

OWN, EVENTS = "hook.gitpact-commit-msg.enabled", "hook.gitpact-commit-msg.event"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([], ""),
        ([("--local", OWN, "true")], ""),
        ([("--local", OWN, "off")], f"git config --unset-all {OWN}"),
        ([("--local", OWN, "off"), ("--local", OWN, "on")], ""),
        ([("--global", OWN, "no")], f"git config --global --unset-all {OWN}"),
        ([("--local", EVENTS, ""), ("--local", EVENTS, "commit-msg")], ""),
        ([("--local", EVENTS, "commit-msg"), ("--local", EVENTS, "")], f"git config --unset-all {EVENTS} '^$'"),
        (
            [("--global", "hook.commit-msg.enabled", "0"), ("--local", OWN, "0")],
            f"git config --unset-all {OWN} && git config --global --unset-all hook.commit-msg.enabled",
        ),
    ],
)
def test_the_commands_that_take_back_what_switches_a_hook_off(
    repo: Repo, settings: list[tuple[str, str, str]], expected: str
) -> None:
    for scope, key, value in settings:
        repo.git("config", scope, "--add", key, value)
    assert config_switches.enabling(at(), "commit-msg") == expected
    assert config_switches.switching_variable(at(), "commit-msg") == ""
    said = [f"commit-msg is switched off in git's configuration and checks nothing; to switch it on: {expected}"]
    assert files_or_config.switched_off(["commit-msg"]) == (said if expected else [])


def test_an_included_file_is_named(repo: Repo, sandbox: Path) -> None:
    file = sandbox / "it's included"
    repo.git("config", "--file", str(file), OWN, "false")
    repo.git("config", "include.path", str(file))
    quoted = str(file).replace("'", "'\"'\"'")
    assert config_switches.enabling(at(), "commit-msg") == f"git config --file '{quoted}' --unset-all {OWN}"


def test_what_nobody_may_change_is_overruled(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_git((2, 32), "GIT_CONFIG_SYSTEM")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(sandbox / "system"))
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    repo.git("config", "--system", OWN, "false")
    assert config_switches.enabling(at(), "commit-msg") == f"git config {OWN} true"


def test_a_variable_is_named(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'{OWN}=false'")
    assert config_switches.switching_variable(at(repo.path), "commit-msg") == "GIT_CONFIG_PARAMETERS"
    assert config_switches.enabling(at(repo.path), "commit-msg") == ""
