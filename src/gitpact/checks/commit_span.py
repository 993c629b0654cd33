"""A range of commits to judge."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.records import NamedTuple

NOTHING = ("HEAD", "^HEAD")  # without any revision, git log would begin at HEAD


class Span(NamedTuple):
    """The commits of a range.

    `revisions` are names of objects for git log, excluded ones with a caret, never none; `label` is for people;
    `base` is the commit whose policy holds, empty where that of the work tree does; `here` tells that the range ends
    with the commit that is checked out, or that CI is running for: commands that mend that branch fit.
    """

    revisions: tuple[str, ...]
    label: str
    base: str
    here: bool = True


def shallow_error(hint: str) -> GitpactError:
    """Build (not raise) the error on a range that a shallow clone does not hold; `hint` says how to fetch the rest."""
    return GitpactError("this clone is shallow: its history ends before the range does", hint)
