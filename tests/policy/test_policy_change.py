"""Whose policy a server judges by, and which pushes change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.cli.hooks import pre_receive
from gitpact.git import head, time_limit
from gitpact.git.ref_updates import NULL
from gitpact.policy import in_force, parsing, policy_change
from gitpact.records import RefUpdate
from tests.support.repos import bare, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


@pytest.fixture
def broken(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Repo, str]:
    """A bare repository, and a commit in it whose policy nobody can read."""
    write(repo.path / "gitpact.toml", "[x")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "feat: x")
    there = bare(sandbox / "there.git")
    repo.git("push", "-q", str(there.path), "main:refs/heads/feat/x")
    monkeypatch.chdir(there.path)
    return there, repo.git("rev-parse", "HEAD")


def test_only_the_default_branch_counts(broken: tuple[Repo, str]) -> None:
    there, oid = broken
    updates = [RefUpdate("", oid, "refs/heads/feat/y", NULL), RefUpdate("", NULL, "refs/heads/main", oid)]
    assert not policy_change.fault(policy_change.change(updates))
    assert policy_change.fault(policy_change.change([*updates, RefUpdate("", oid, "refs/heads/main", NULL)]))
    fault = policy_change.fault(policy_change.change([RefUpdate("", oid, "refs/heads/master", NULL)]))
    assert fault.startswith("refs/heads/master:gitpact.toml: not valid TOML"), "HEAD names none that is there"
    there.git("update-ref", "refs/heads/main", oid)
    assert not policy_change.fault(policy_change.change([RefUpdate("", oid, "refs/heads/master", NULL)]))
    there.git("update-ref", "--no-deref", "HEAD", oid)
    assert not policy_change.fault(policy_change.change([RefUpdate("", oid, "refs/heads/main", NULL)])), (
        "HEAD names a commit"
    )


def test_whatever_a_policy_does_to_its_reader_is_told(
    broken: tuple[Repo, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, oid = broken

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(parsing, "administered", fail)
    change = policy_change.change([RefUpdate("", oid, "refs/heads/main", NULL)])
    assert policy_change.fault(change) == "ZeroDivisionError"


@pytest.mark.parametrize("error", [time_limit.DeadlineError, time_limit.AbandonedError])
def test_a_limit_that_is_reached_while_reading_is_no_mistake_of_the_project(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def late() -> None:
        raise error

    monkeypatch.setattr(time_limit, "limit_time", lambda _: None)  # it would end this process later
    monkeypatch.setattr(head, "default_branch", late)
    with pytest.raises(error):
        in_force.of_server(str(repo.path / ".git"), seconds=pre_receive.READING)


def test_reading_the_policy_anew_has_a_limit_of_its_own(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy says how long the rest may take; until it is read nothing else does."""
    limits: list[int] = []
    monkeypatch.setattr(time_limit, "limit_time", limits.append)
    monkeypatch.chdir(repo.path / ".git")
    assert in_force.of_server(str(repo.path / ".git"), seconds=pre_receive.READING).policy.time_limit == 60
    assert limits == [pre_receive.READING]
