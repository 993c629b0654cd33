"""`gitpact init`: it shows the policy, asks, writes it once, and never over another."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import questions
from gitpact.policy import in_force
from tests.support.commands import caller
from tests.support.repos import bare, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repos import Repo


@pytest.fixture
def run(repo: Repo, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `gitpact init`; gives the exit code, the output and the errors."""
    assert repo
    return caller("init", capfd)


def commit(repo: Repo, *messages: str) -> None:
    for message in messages:
        repo.git("commit", "-q", "--allow-empty", "-m", message)


def test_without_a_terminal_nothing_is_written(repo: Repo, run: Callable[..., tuple[int, str, str]]) -> None:
    code, said, _ = run()
    assert code == 0
    assert said.splitlines()[1] == 'preset = "standard"'
    assert "\nthere are no commits yet; the policy is based on the preset standard\nnothing was written; " in said
    assert said.endswith("gitpact init --yes\n")
    assert not (repo.path / "gitpact.toml").exists()


def test_written_once_and_in_force(repo: Repo, run: Callable[..., tuple[int, str, str]]) -> None:
    commit(repo, *(f"feat: add {number} (#{number})" for number in range(1, 31)), "Add.")
    code, said, _ = run("--from-history", "--yes")
    assert code == 0
    assert "30 of the last 31 commits pass this policy (96 %; merges not counted)\n  does not pass the policy: " in said
    assert said.endswith("gitpact install\n")
    text = (repo.path / "gitpact.toml").read_text(encoding="utf-8")
    assert text.startswith("# 30 of the last 31 commits pass this policy")
    found = in_force.of_work_tree(str(repo.path))
    assert (found.policy.issue, found.policy.sign_off) == ("required", "optional")
    code, _, err = run("--yes")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: the project already has a policy: gitpact.toml")
    assert (repo.path / "gitpact.toml").read_text(encoding="utf-8") == text


def test_rules_that_are_left_out_and_many_that_do_not_pass(
    repo: Repo, run: Callable[..., tuple[int, str, str]]
) -> None:
    commit(repo, *(f"feat: add {number}." for number in range(60)), *(f"{number}" for number in range(8)))
    _, said, _ = run("--commits", "68")
    assert "  description-full-stop is only a warning, because 60 of the last commits break it\n" in said
    assert "  header-format is only a warning, because 8 of the last commits break it\n" in said
    commit(repo, *(f"Add {number}" for number in range(8)), *(f"feat: add {number}" for number in range(70)))
    _, said, _ = run("--commits", "150")
    assert said.count("  does not pass the policy: ") in {0, 5}


def test_many_that_do_not_pass(repo: Repo, run: Callable[..., tuple[int, str, str]]) -> None:
    commit(repo, *(f"Add {number}" for number in range(7)), *(f"feat: add {number}" for number in range(140)))
    said = run()[1]
    assert (said.count("  does not pass the policy: "), said.count("  and 2 more commits\n")) == (5, 1)


def test_a_preset(repo: Repo, run: Callable[..., tuple[int, str, str]]) -> None:
    assert "init --preset strict --yes" in run("--preset", "strict")[1]
    code, said, _ = run("--preset", "conventional", "--yes")
    assert (code, "the policy requires headers of the form 'type: description', files of at most 5 MB" in said) == (
        0,
        True,
    )
    assert in_force.of_work_tree(str(repo.path)).policy.preset == "conventional"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "nope"], "--preset nope: unknown preset"),
        (["--preset", "strict", "--from-history"], "--preset and --from-history cannot be combined"),
        (["--commits", "0"], "0 is not in the range"),
    ],
)
def test_wrong_use(run: Callable[..., tuple[int, str, str]], words: list[str], said: str) -> None:
    code, _, err = run(*words)
    assert (code, said in err) == (2, True), err


def test_where_no_policy_can_be_written(
    repo: Repo, run: Callable[..., tuple[int, str, str]], sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo.path / "pyproject.toml", "[tool.gitpact]\n")
    assert "already has a policy: pyproject.toml" in run("--yes")[2]
    (repo.path / "pyproject.toml").unlink()
    (repo.path / "gitpact.toml").symlink_to("/no/such/file")
    assert "a symbolic link, which gitpact does not follow" in run("--yes")[2]
    monkeypatch.chdir(bare(sandbox / "hub.git").path)
    assert "the current folder is not in a git work tree" in run("--yes")[2]


@pytest.mark.parametrize(("typed", "is_written"), [("\n", True), ("Y\n", True), ("n\n", False), ("", False)])
def test_a_person_is_asked(
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., tuple[int, str, str]],
    typed: str,
    is_written: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    monkeypatch.setattr(questions, "can_ask", lambda: True)
    assert run()[0] == 0
    assert (repo.path / "gitpact.toml").exists() == is_written


@pytest.mark.parametrize(("signed", "wanted"), [(2, "required"), (1, "optional")])
def test_a_young_project_in_which_each_commit_is_signed_off(
    repo: Repo, run: Callable[..., tuple[int, str, str]], signed: int, wanted: str
) -> None:
    commit(repo, *(["feat: x"] * (2 - signed)))
    for _ in range(signed):
        repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: y")
    run("--yes")
    assert in_force.of_work_tree(str(repo.path)).policy.sign_off == wanted
