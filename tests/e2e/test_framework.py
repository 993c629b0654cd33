"""Our hooks run by the real pre-commit, as our manifest describes them; it says of a push less than git does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.pushes import Pair
from tests.support.repos import bare, commit, run, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.long

SCRIPTS = Path(sys.executable).parent
MANIFEST: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
)


@pytest.fixture
def framed(repo: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> Pair:
    """A clone whose hooks are pre-commit's, and its remote; gitpact is the one that runs this test."""
    monkeypatch.setenv("PATH", f"{SCRIPTS}:{sys.exec_prefix}/bin:{os.environ['PATH']}")
    hooks = [{**hook, "language": "system"} for hook in MANIFEST]
    write(repo.path / ".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    write(repo.path / "gitpact.toml", '[push]\nmax-file-size = "1kB"\n')
    there = bare(sandbox / "there.git")
    repo.git("remote", "add", "origin", str(there.path))
    for stage in ("commit-msg", "pre-commit", "pre-push"):
        done = run("pre-commit", "install", "--hook-type", stage, cwd=repo.path)
        assert not done.returncode, done.stderr
    return Pair(repo, there)


def test_a_commit_is_judged(framed: Pair) -> None:
    refused = commit(framed.here, "Bad message")
    assert refused.returncode == 1
    assert "header-format" in refused.stdout + refused.stderr
    write(framed.here.path / "big", "x" * 2000)
    framed.here.git("add", "big")
    refused = commit(framed.here)
    assert "[file-size]" in refused.stdout + refused.stderr
    framed.here.git("rm", "-q", "--cached", "big")
    assert not commit(framed.here).returncode


def test_a_push_is_judged_by_its_first_ref(framed: Pair) -> None:
    framed.commit("a")
    assert not framed.push("origin", "main").returncode
    framed.commit("b", message="no header")
    refused = framed.push("origin", "main")
    assert refused.returncode == 1
    assert "header-format" in refused.stdout + refused.stderr
    framed.here.git("reset", "-q", "--hard", "HEAD~1")
    framed.commit("big", 2000)
    refused = framed.push("origin", "HEAD:refs/heads/feat/new")
    assert "[file-size]" in refused.stdout + refused.stderr
    assert not framed.push("origin", "main~1:refs/heads/feat/old").returncode
    assert not framed.push("origin", ":feat/old").returncode
