"""Where a command runs, and what git says where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


@pytest.mark.parametrize("language", ["C", "zh_CN"])
def test_outside_of_a_repository(sandbox: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """Whatever language git speaks."""
    monkeypatch.setenv("LANGUAGE", language)
    monkeypatch.chdir(sandbox)
    with pytest.raises(GitpactError, match="there is no git repository here") as caught:
        repository.here()
    assert caught.value.hint == "go to a repository, or make one: git init"


def test_a_work_tree_that_is_not_there(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a repository: what git says of the rest is said as it is."""
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", "/no/such")
    with pytest.raises(GitpactError, match="Invalid path"):
        repository.here()
