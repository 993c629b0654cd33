"""A policy for a history: the habits of its commits, and 95 % of them pass."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import propose_from_history
from gitpact.policy import parsing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.repos import Repo

SIGNED = "\n\nSigned-off-by: Ann Lee <ann@example.org>"


def commit(repo: Repo, messages: Iterable[str]) -> None:
    rows = ["reset refs/heads/main\n"]
    for number, message in enumerate(messages):
        data = message.encode()
        rows.append(f"commit refs/heads/main\ncommitter Ann Lee <ann@example.org> {1700000000 + number} +0000\n")
        rows.append(f"data {len(data)}\n{message}\n")
    words = ["git", "fast-import", "--quiet"]
    subprocess.run(words, cwd=repo.path, input="".join(rows).encode(), env=repo.env(), check=True)


def settings(repo: Repo, messages: Iterable[str]) -> dict[str, object]:
    commit(repo, messages)
    found = propose_from_history.propose()
    assert found.passing >= 0.95 * found.total
    assert parsing.parse(propose_from_history.text(found.settings), "x") == found.policy
    return {**found.settings}


HABITS = {
    "sign-offs": ([f"feat: add {n}{SIGNED}" for n in range(30)], {}),
    "no sign-offs": ([f"feat: add {n}" for n in range(5)], {"dco.sign-off": "optional"}),
    "a few with sign-offs": ([f"add {n}{SIGNED}" for n in range(30)], {"rules.header-format": "warning"}),
    "a type of one's own": (
        [f"{'i18n' if n % 5 else 'feat'}: add {n}{SIGNED}" for n in range(30)]
        + [f"feat: x{n}{SIGNED}" for n in range(40)],
        {"message.types": [*parsing.parse("", "x").types, "i18n"]},
    ),
    "a slip is no type": ([f"{'feta' if n == 3 else 'feat'}: add {n}{SIGNED}" for n in range(60)], {}),
    "another word for a type": ([f"{'doc' if n % 40 == 1 else 'feat'}: add {n}{SIGNED}" for n in range(90)], {}),
    "names of parts in place of types": (
        [f"core/{'abcdefghij'[n % 10]}: add {n}{SIGNED}" for n in range(30)],
        {"message.types": []},
    ),
    "scopes always": ([f"feat(x{n}): add{SIGNED}" for n in range(30)], {"message.scope": "required"}),
    "few scopes": (
        [f"feat({'ab'[n % 2]}): add {n}{SIGNED}" for n in range(220)],
        {
            "message.scope": "required",
            "message.scopes": ["a", "b"],
            "message.subject-max": 72,
            "message.body-line-max": 72,
        },
    ),
    "sentences": ([f"feat: Add {n}{SIGNED}" for n in range(30)], {"message.description-case": "sentence"}),
    "issues": (
        [f"feat: Add x (#{n + 1}){SIGNED}" if n % 2 else f"feat: add x (#{n + 1}){SIGNED}" for n in range(30)],
        {"message.issue": "required"},
    ),
    "tickets": (
        [f"feat: {'aA'[n % 2]}dd x (AB-{n + 1}){SIGNED}" for n in range(30)],
        {"message.issue": "required", "message.issue-pattern": propose_from_history.TICKET},
    ),
    "long headers": (
        [f"feat: {'aA'[n % 2]}dd {'x' * 130}{SIGNED}" for n in range(30)],
        {"message.subject-max": 150},
    ),
    "headers of any width": (
        [f"feat: {'aA'[n % 2]}dd {'x' * 400}{SIGNED}" for n in range(30)],
        {"message.subject-max": 200, "rules.header-max": "warning"},
    ),
    "long lines": (
        [f"feat: {'aA'[n % 2]}dd x\n\n{'x ' * 300}{SIGNED}" for n in range(30)],
        {"message.body-line-max": 0},
    ),
}
DEFAULT = {"message.scope-case": "lower", "message.description-case": "lower"}  # of what is written here


@pytest.mark.parametrize(("messages", "expected"), HABITS.values(), ids=HABITS)
def test_habits(repo: Repo, messages: list[str], expected: dict[str, object]) -> None:
    found = settings(repo, messages)
    assert {key: value for key, value in found.items() if key in expected or DEFAULT.get(key) != value} == expected


def test_a_rule_that_many_break_is_a_warning_and_one_that_few_break_is_not(repo: Repo) -> None:
    commit(repo, [f"feat: add {n}{'.' if n % 3 else ''}{SIGNED}" for n in range(60)] + [f"Add y{SIGNED}"])
    found = propose_from_history.propose()
    assert found.relaxed == [("description-full-stop", 40)]
    assert (found.total, found.passing) == (61, 60)
    assert [result.commit.message.header.text for result in found.worst] == ["Add y"]


def test_merges_do_not_count_and_only_the_last_commits_do(repo: Repo) -> None:
    commit(repo, [f"old {n}" for n in range(30)] + [f"feat: add {n}{SIGNED}" for n in range(30)])
    repo.git("commit", "-q", "--allow-empty", "-m", "side")
    repo.git(
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge it",
        repo.git("commit-tree", "-p", "HEAD~1", "-m", "docs: 中文", "HEAD^{tree}"),
    )
    found = propose_from_history.propose(22)
    assert (found.total, found.chinese) == (22, 1)


def test_without_commits_it_is_the_preset(repo: Repo) -> None:
    assert repo.git("status", "--porcelain") == ""
    assert propose_from_history.propose() == ({}, parsing.parse("", "x"), 0, 0, [], [], 0)
