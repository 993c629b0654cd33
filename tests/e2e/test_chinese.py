"""Every command in Chinese: what a person reads from clone to clean has no English sentence in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.repos import gitpact, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

CHINESE = {"GITPACT_LANG": "zh"}
# What is a command or a value, and not a sentence: `git …`, `gitpact …` up to the end of the line or a Chinese mark.
COMMAND = re.compile(
    r"(?:GITPACT=0 |GIT_FILE_SIZE_LIMIT=\d+ )?\b(?:git|gitpact|rm|mv|cat|touch|cd) [^，。；：（）“”、\n]*"
)
FROM_GIT = "hook from hookdir"  # the name that git 2.54 gives a hook file
SENTENCE = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}")
OF_GIT = re.compile(r"^(?:error|To|hint|warning): .*$", re.MULTILINE)


def has_no_english(text: str) -> None:
    assert not SENTENCE.search(COMMAND.sub("", OF_GIT.sub("", text.replace(FROM_GIT, "")))), text


def said(*command: str) -> str:
    done = gitpact(*command, env=CHINESE)
    assert done.returncode in {0, 1, 2}
    return done.stdout + done.stderr


def test_from_install_to_clean(repo: Repo, sandbox: Path) -> None:
    run("git", "init", "-q", "--bare", "-b", "main", sandbox / "hub.git")
    repo.git("remote", "add", "origin", sandbox / "hub.git")
    every = [said("install"), said("install"), said("install", "--dry-run"), said("status")]
    shim = repo.hooks / "commit-msg"
    shim.write_text(shim.read_text() + "# mine\n")
    every += [said("status"), said("install"), said("clean"), said("install", "--force")]
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: x")
    write(repo.path / "big", "x" * 6_000_000)
    repo.git("add", "big")
    for command in (
        ("commit", "-s", "-m", "feat: big"),
        ("commit", "--no-verify", "-m", "no header"),
        ("push", "origin", "main"),
    ):
        every.append("".join(run("git", *command, cwd=repo.path, env=CHINESE).stderr))
    every += [said("size"), said("lint"), said("strip", "--dry-run"), said("strip"), said("policy", "validate")]
    every += [said("server", "install", str(sandbox / "hub.git")), said("server", "status", str(sandbox / "hub.git"))]
    every += [said("clean", "--dry-run"), said("clean"), said("clean"), said("status", "--check")]
    assert "gitpact: 推送被拒绝" in "".join(every)
    for text in every:
        has_no_english(text)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("[message]\ntpyes = 1", "gitpact.toml:2: message.tpyes：没有这个键；应为：types, type-aliases, "),
        ("[message]\nscope = 1", "gitpact.toml:2: message.scope：1 不是可用的值；应为："),
        ('[message]\nissue-pattern = "("', "gitpact.toml:2: message.issue-pattern："),
        ("[message", "gitpact.toml：不是合法的 TOML："),
        ("[rules]\nx = 'off'", "gitpact.toml:2: rules.x：没有这条规则；应为：`gitpact rules` 列出的规则"),
    ],
)
def test_mistakes_in_a_policy(repo: Repo, policy: str, expected: str) -> None:
    write(repo.path / "gitpact.toml", policy)
    text = said("policy", "validate")
    assert text.startswith(f"gitpact: 错误：{expected}")
    assert "\ngitpact: 提示：" in text


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize(
    "command",
    [
        ("lint", "nosuch"),
        ("lint", "--ci"),
        ("lint", "--title"),
        ("lint", "--since-tag", "--all"),
        ("lint", "--select", "nosuch"),
        ("size", "nowhere"),
        ("check", "nosuch"),
        ("check", "--author", "x", "-m", "x"),
        ("install", "--hook", "nosuch"),
        ("install", "--via", "pre-commit", "--force"),
        ("server", "install", "nosuch"),
        ("server", "install"),
        ("strip", "origin", "nosuch"),
        ("rules", "nosuch"),
        ("policy", "validate", "nosuch"),
    ],
    ids=" ".join,
)
@pytest.mark.measured
def test_errors(command: tuple[str, ...]) -> None:
    text = said(*command)
    assert text.startswith("gitpact: 错误：")
    has_no_english(text.replace("No such file or directory", ""))
