"""The paths that the commit which is being made changes; a module of its own, as a hook loads it before git starts."""

from __future__ import annotations

import os

from gitpact.git import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DIFFERING = ("diff", "--cached", "--no-relative", "--name-only", "-z", "--no-renames", "--no-ext-diff")


def begin(*, amends: bool) -> Callable[[], set[str]]:
    """Let git list the paths that the commit which is made changes, deletions too; returns what waits for them.

    With `amends` the commit takes the place of the last one. Git runs meanwhile. Both functions raise GitpactError if
    git fails.
    """
    before = [_parent_or_nothing()] if amends else []
    pieces = processes.begin([[*DIFFERING, "--ignore-submodules=none", *before]], "")
    return lambda: {os.fsdecode(path) for some in processes.split_fields(pieces) for path in some}


def _parent_or_nothing() -> str:
    """The parent of the last commit, or the empty tree."""
    from gitpact.git import query  # noqa: PLC0415  few commits are amended

    return "HEAD^" if query.exists("HEAD^") else query.text("hash-object", "-t", "tree", os.devnull)
