"""Which parents make a commit a merge; git, asked one by one, is the oracle of the passes over a whole history."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.git import history, merges

if TYPE_CHECKING:
    from tests.support.repos import Repo

WHO = "committer Ann <ann@example.org> {date} +0000\ndata 1\nx\n"


def parents(span: list[str]) -> dict[bytes, bytes]:
    return {commit.oid: commit.parents for commit in history.records(span)}


def grow(repo: Repo, seed: int) -> int:
    """Commits with up to four parents, some named twice and some in each other's history; returns how many."""
    rng = random.Random(seed)  # noqa: S311  a history, no secret
    count = rng.randrange(20, 60)
    rows = []
    for mark in range(1, count + 1):
        named = [rng.randrange(max(1, mark - 6), mark) for _ in range(rng.choice((1, 2, 2, 3, 4)))] if mark > 1 else []
        head = f"commit refs/heads/c{mark}\nmark :{mark}\n" + WHO.format(date=1_600_000_000 + rng.randrange(-500, 500))
        told = "".join(f"{'merge' if number else 'from'} :{one}\n" for number, one in enumerate(named))
        file = f"M 644 inline f\ndata 1\n{rng.randrange(3)}\n" if rng.random() < 0.3 else ""
        rows.append(head + told + file)
    text = "".join(rows).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, env=repo.env(), input=text, check=True)
    return count


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("at_once", [3, merges.AT_ONCE])
def test_of_many_merges_the_same_is_told_as_of_few(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    count = grow(repo, seed)
    tips = [f"refs/heads/c{number}" for number in range(count - 3, count + 1)]
    last, middle = f"refs/heads/c{count}", f"refs/heads/c{count // 2}"
    for span in (
        tips,
        [*tips, f"^{middle}"],
        [*tips, "--not", f"--glob=refs/heads/c{count // 3}"],
        [f"{middle}..{last}"],
        [f"refs/heads/c{count - 1}...{last}"],
        [f"{last}^-"],
        [f"{last}^!"],
        [f"{last}^@", f"{middle}^1"],
    ):
        monkeypatch.setattr(merges, "FEW", 1000)
        expected = parents(span)
        monkeypatch.setattr(merges, "FEW", -1)
        monkeypatch.setattr(merges, "AT_ONCE", at_once)
        assert parents(span) == expected


def test_at_the_edge_of_a_shallow_clone_a_merge_keeps_its_parents(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(repo, 1)
    oid = repo.git("rev-parse", "refs/heads/c20")
    (repo.path / ".git/shallow").write_text(f"{oid}\n")
    monkeypatch.setattr(merges, "FEW", -1)
    expected = " ".join(line[7:] for line in repo.git("cat-file", "commit", oid).split("\n") if line[:7] == "parent ")
    assert parents([oid])[oid.encode()].decode() == expected
