"""How many commits of a walk are held at once: so many, or fewer where their messages are long."""

from __future__ import annotations

import pytest

from gitpact.git import commit_blocks, commit_object


def commits(*sizes: int) -> list[commit_object.RawCommit]:
    person = (b"Ann", b"ann@example.org")
    return [commit_object.RawCommit(b"a" * 40, b"", *person, *person, b"x" * size, size) for size in sizes]


@pytest.mark.parametrize(
    ("sizes", "most", "expected"),
    [
        ([], 2, []),
        ([1, 2], 3, [[1, 2]]),
        ([1, 2, 3], 3, [[1, 2, 3]]),
        ([1, 2, 3, 4], 3, [[1, 2, 3], [4]]),
        ([60, 30, 20, 1], 3, [[60, 30, 20], [1]]),
        ([101, 1, 2], 3, [[101], [1, 2]]),
        ([60, 41, 1, 2], 3, [[60, 41], [1, 2]]),
    ],
    ids=["none", "few", "just as many", "more", "long ones, just as many", "one that is too long", "two together"],
)
def test_a_walk_is_taken_in_blocks(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], most: int, expected: list[list[int]]
) -> None:
    monkeypatch.setattr(commit_blocks, "MOST_BYTES", 100)
    walk = iter(commits(*sizes))
    blocks = []
    while block := commit_blocks.take(walk, most):
        blocks.append([commit.size for commit in block])
    assert blocks == expected
