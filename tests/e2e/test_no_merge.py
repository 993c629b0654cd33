"""What is a merge or a sign-off in this clone alone is none to its hook either, as to a range, a push and a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.checks import commit_range
from gitpact.policy import parsing
from gitpact.rules import evaluate
from tests.support.pushes import Pair, gated
from tests.support.repos import gitpact, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return gated(sandbox, monkeypatch)


def merge_and_add(repo: Repo) -> None:
    """Begin a merge that could be a fast-forward, and stage a file of its own."""
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    write(repo.path / "VERSION", "2")
    repo.git("add", "VERSION")


@pytest.mark.measured
def test_a_fast_forward_that_adds_something_is_no_merge(both: Pair) -> None:
    """The five verdicts are one, and no printed command drops the merge with what it adds."""
    repo, policy = both.here, parsing.parse("", "x")
    merge_and_add(repo)
    refused = run("git", "commit", "--no-edit", cwd=repo.path)
    assert refused.returncode == 1
    assert "a fast-forward was possible" in refused.stderr
    repo.git("commit", "-q", "--no-edit", "--no-verify")
    assert any(evaluate.errors(one) for one in commit_range.results(["HEAD^!", "^side"], policy))
    for words in (("origin",), ("--no-verify", "gate")):
        assert both.push(*words, "HEAD:refs/heads/feat/x").returncode
    said = gitpact("lint", cwd=repo.path).stdout
    assert "correct the last commit: git commit --amend -s\n" in said
    assert "rebase" not in said
    message = f"feat: add the side as version 2\n\n{SIGNED}"
    assert run("git", "commit", "-q", "--amend", "-m", "Merge branch 'side'", cwd=repo.path).returncode == 1
    repo.git("commit", "-q", "--amend", "-m", message)
    assert repo.git("ls-files", "VERSION", "side").split() == ["VERSION", "side"]
    for words in (("origin",), ("--no-verify", "gate")):
        assert not both.push(*words, "HEAD:refs/heads/feat/x").returncode


@pytest.mark.measured
def test_a_fast_forward_that_adds_something_passes_with_a_message_of_its_own(both: Pair) -> None:
    repo = both.here
    merge_and_add(repo)
    assert not run("git", "commit", "-s", "-m", "feat: add the side as version 2", cwd=repo.path).returncode
    assert not gitpact("lint", cwd=repo.path).returncode


@pytest.mark.measured
def test_such_a_merge_that_is_signed_off_needs_other_words_only(both: Pair) -> None:
    repo = both.here
    merge_and_add(repo)
    repo.git("commit", "-q", "-s", "--no-verify", "-m", "Merge branch 'side'")
    assert "correct the last commit: git commit --amend\n" in gitpact("lint", cwd=repo.path).stdout


def test_a_commit_above_such_a_merge_is_not_repaired_by_a_rebase(both: Pair) -> None:
    repo = both.here
    merge_and_add(repo)
    repo.git("commit", "-q", "--no-verify", "-m", "Merge branch 'side'")
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "more")
    said = gitpact("lint", cwd=repo.path).stdout
    assert "[header-format]" in said
    assert "rebase" not in said


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("trailer.separators", "=:", "feat: x\n\nSigned-off-by= Ann Lee <ann@example.org>\n"),
        (
            "trailer.bug.key",
            "Bug",
            "feat: x\n\nsome prose that is here\nBug: 12\nsigned-off-by: Ann Lee <ann@example.org>\n",
        ),
        ("trailer.bug.key", "Bug", f"feat: x\n\nBug: 12\n{SIGNED}\n"),
    ],
)
@pytest.mark.measured
def test_trailers_by_settings_of_this_clone_alone(both: Pair, key: str, value: str, text: str) -> None:
    repo, policy = both.here, parsing.parse("", "x")
    repo.git("config", key, value)
    write(repo.path / "m", text)
    command = ("git", "commit", "-q", "--allow-empty", "-F", "m")
    hook = not run(*command, cwd=repo.path).returncode
    assert not run(*command, "--no-verify", cwd=repo.path).returncode
    (result,) = commit_range.results(["HEAD^!"], policy)
    assert hook is not bool(evaluate.errors(result))
    for words in (("origin",), ("--no-verify", "gate")):
        assert hook is not bool(both.push(*words, "HEAD:refs/heads/feat/x").returncode)


@pytest.mark.measured
def test_a_fast_forward_of_somebody_else_has_no_command(both: Pair) -> None:
    """Its sign-off is not ours to give, and a rebase would drop what it adds."""
    repo = both.here
    merge_and_add(repo)
    bob = {"GIT_AUTHOR_NAME": "Bob", "GIT_AUTHOR_EMAIL": "bob@example.org"}
    assert not run("git", "commit", "-q", "--no-verify", "-m", "feat: x", cwd=repo.path, env=bob).returncode
    said = gitpact("lint", cwd=repo.path).stdout
    assert "[sign-off-required]" in said
    assert ": git " not in said


@pytest.mark.measured
def test_no_merge_is_aborted_where_one_is_amended(both: Pair) -> None:
    repo = both.here
    write(repo.path / "gitpact.toml", 'preset = "openim"\n')
    both.commit("other", message="feat: add other")
    repo.git("merge", "-q", "--no-ff", "--no-verify", "-m", "Merge branch 'side'", "side")
    refused = run("git", "commit", "--amend", "-m", "Merge it", cwd=repo.path)
    assert "[merge-commit]" in refused.stderr
    assert "git merge --abort" not in refused.stderr
