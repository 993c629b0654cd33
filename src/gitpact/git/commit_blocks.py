"""The next commits of a walk, as many as may be held in memory at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.git.commit_object import RawCommit

MOST_BYTES = 4 << 20  # of messages


def take(walk: Iterator[RawCommit], most: int) -> list[RawCommit]:
    """Take the next commits from a walk: `most`, or fewer if their messages exceed MOST_BYTES; [] at its end."""
    block, size = [], 0
    for commit in walk:
        block.append(commit)
        size += len(commit.message)
        if len(block) == most or size > MOST_BYTES:
            break
    return block
