"""Keep `fixup!`, `squash!` and `amend!` commits with the commits that they name, whose headers change."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from gitpact.git import commits
from gitpact.message.commit_kind import AUTOSQUASH
from gitpact.message.white_space import is_blank
from gitpact.records import Result
from gitpact.repair import message_fixes
from gitpact.repair.message_fixes import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitpact.records import Policy

IN_ALL = "! "  # what every word of AUTOSQUASH ends with


def with_targets(fixes: Sequence[Fix], span: Sequence[str], policy: Policy) -> list[Fix]:
    """Return the fixes, and one for each commit of a range that names the old header of a fix after `fixup!` and such.

    `git rebase --autosquash` finds the commit to change by its subject alone (git-rebase), so the new message names the
    new header. `span` is as for `history.records`. Raises GitpactError if git fails.
    """
    subjects = {_subject(fix.result.commit.message.lines): _subject(fix.text.split("\n")) for fix in fixes if fix.text}
    changed = {old: new for old, new in subjects.items() if old != new}
    every = {fix.result.commit.oid or "": fix for fix in fixes}
    for commit in commits.walk(span, policy.issue_pattern, grep=IN_ALL) if changed else ():
        words, target = _named(_subject(commit.message.lines))
        fix = every.get(commit.oid or "", Fix(Result(commit, ()), ""))
        text = fix.text or message_fixes.whole_text(fix) or ""
        rest = [*takewhile(lambda line: not is_blank(line), text.split("\n"))]
        new = "\n".join([words + changed.get(target, ""), *text.split("\n")[len(rest) :]])
        if words and target in changed and rest and message_fixes.stored(new, commit) is not None:
            every[commit.oid or ""] = fix._replace(text=new)
    return [*every.values()]


def _named(subject: str) -> tuple[str, str]:
    """The words such as `fixup! ` that begin a subject, and what is behind them."""
    target = subject
    while word := next(filter(target.startswith, AUTOSQUASH), ""):
        target = target.removeprefix(word)
    return subject.removesuffix(target) if target else subject, target


def _subject(lines: Iterable[str]) -> str:
    """The subject as git reads it: all lines above the first blank one."""
    return " ".join(line.strip() for line in takewhile(lambda line: not is_blank(line), lines))
