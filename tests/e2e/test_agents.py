"""A program that knows only `--format json` writes a message that passes at the second try (docs/agents.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import commit, gitpact, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

BAD = {
    "a word for a type": "Feature: add login",
    "a full stop": "fix: close the file.",
    "no type, but a verb": "Fix the crash of the parser",
    "brackets": "[docs] explain the setup",
    "no space": "fix(api):close the file",
    "a typo": "faet: add login",
    "a full-width colon": "fix：close the file",
    "Chinese": "修复：登录失败",
    "an emoji": "✨ feat: add login",
    "a body without a blank line": "feat: add login\nwith a page",
}


@pytest.fixture
def program(repo: Repo) -> Repo:
    """A repository with the hooks, in which a program commits for somebody."""
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    write(repo.path / "gitpact.toml", 'preset = "standard"\n')
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return repo


def asked(*words: str) -> tuple[int, dict[str, Any]]:
    done = gitpact(*words, "--format", "json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_the_second_try_passes(program: Repo, message: str) -> None:
    code, document = asked("check", "-m", message, "--ignore", "dco")
    assert (code, document["errors"] > 0) == (1, True)
    suggestion = document["findings"][0]["suggestion"]
    assert asked("check", "-m", suggestion, "--ignore", "dco")[0] == 0
    assert not commit(program, suggestion).returncode
    assert program.git("log", "-1", "--format=%s") == suggestion.partition("\n")[0]


@pytest.mark.usefixtures("program")
def test_what_the_rules_and_the_policy_say_is_enough_to_begin_with() -> None:
    _, shown = asked("policy", "show")
    _, rules = asked("rules")
    kind = shown["settings"]["message"]["types"][0]
    assert not asked("check", "-m", f"{kind}: add login", "--ignore", "dco")[0]
    assert shown["source"] == "gitpact.toml"
    severities = shown["settings"]["rules"]
    assert all(severities[one["rule"]] == one["severity"] for one in rules["rules"] if one["severity"] == "error")
    for one in rules["rules"]:
        assert {"what", "why", "bad", "good", "family"} <= one.keys()
    assert asked("rules", "type-known")[1]["rules"] == [one for one in rules["rules"] if one["rule"] == "type-known"]


def test_a_commit_without_its_hooks_is_found_at_the_push_and_in_the_range(program: Repo) -> None:
    program.git("commit", "-q", "--allow-empty", "--no-verify", "-s", "-m", "Feature: add login")
    code, document = asked("lint", "HEAD~1..HEAD")
    assert (code, [one["kind"] for one in document["commands"]][:1]) == (1, ["fix"])
    assert document["findings"][0]["suggestion"].startswith("feat: add login\n")
