"""What the hooks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact import stages

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.support.repos import Repo


def test_the_top_of_the_work_tree(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stages.top({}) == str(repo.path)
    monkeypatch.chdir(sandbox)
    assert not stages.top({})
    assert not stages.top({"GIT_DIR": str(repo.path / ".git")})
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repo.path))
    assert stages.top({"GIT_DIR": "x", "GIT_WORK_TREE": str(repo.path)}) == str(repo.path)
