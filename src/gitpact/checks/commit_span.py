"""A range of commits to judge."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.records import NamedTuple

NOTHING = ("HEAD", "^HEAD")  # without any revision, git log would begin at HEAD


class Span(NamedTuple):
    """The commits of a range.

    `revisions` are revisions and ranges as git log takes them, excluded ones with a caret; they are never empty, and
    NOTHING is the range without commits. `label` names the range for people. `base` is the commit whose policy judges
    the range, "" for the policy of the work tree. `here` says that the range ends with the commit that is checked out
    or that CI runs for, so that commands which rewrite the current branch fit.
    """

    revisions: tuple[str, ...]
    label: str
    base: str
    here: bool = True


def shallow_error(hint: str) -> GitpactError:
    """Build (not raise) the error on a range that a shallow clone does not hold; `hint` says how to fetch the rest."""
    return GitpactError("this clone is shallow: the oldest commits of the range are missing", hint)
