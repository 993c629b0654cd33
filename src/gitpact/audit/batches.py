"""How the repositories are divided into batches, the unit of work of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.audit.discover import Found

A_WORKER = 8  # batches, so that none waits long for the last one
MOST = 100  # repositories of a batch, whose rows a worker holds in memory
LEAST_BYTES = 1_000_000  # what a repository costs at least, however small it is: starting git takes as long


class Repository(NamedTuple):
    """A repository of a batch, and its fingerprint: "" where the worker has to find it."""

    found: Found
    fingerprint: str


class Batch(NamedTuple):
    """Some repositories that one worker measures one after another; `part` names the batch within its run."""

    part: str
    repositories: tuple[Repository, ...]


def divided(repositories: Sequence[Repository], workers: int) -> list[Batch]:
    """The repositories, the largest first, in batches of about the same size; a large one is a batch of its own.

    The size is that of the packs.
    """
    whole = sum(_size(one) for one in repositories)
    share = max(whole // (workers * A_WORKER), 1)
    groups: list[list[Repository]] = []
    left = 0
    for one in sorted(repositories, key=_size, reverse=True):
        if left < _size(one) or len(groups[-1]) == MOST:
            groups.append([])
            left = share
        groups[-1].append(one)
        left -= _size(one)
    return [Batch(f"{number:05}", tuple(group)) for number, group in enumerate(groups, 1)]


def _size(one: Repository) -> int:
    return one.found.size + LEAST_BYTES
