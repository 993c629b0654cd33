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
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitpact.records import Policy

SHORTEST = 4  # digits of an oid that git takes for one
IN_ALL = "! "  # what every word of AUTOSQUASH ends with


def with_targets(fixes: Sequence[Fix], span: Sequence[str], policy: Policy) -> list[Fix]:
    """Return the fixes, and one for each `fixup!`, `squash!` or `amend!` commit whose target gets another name.

    `git rebase --autosquash` finds a target by its subject, by the beginning of that or by its oid, the oldest first
    (`todo_list_rearrange_squash`, sequencer.c), so the new message has the target's new subject. `span` is as for
    `history.records`. Raises GitpactError if git fails.
    """
    every = {fix.result.commit.oid or "": fix for fix in fixes}
    new = {oid: _subject(fix.text.split("\n")) for oid, fix in every.items() if fix.text}
    marked = [*commits.walk(span, policy.issue_pattern, grep=IN_ALL)] if new else []
    named = {commit.oid: commit for commit in marked if _named(_subject(commit.message.lines))[0]}
    older: dict[str, str] = {}  # subjects by oid
    rewritten: set[str] = set()  # of these; with a parent every commit is
    for commit in [*commits.walk(span, policy.issue_pattern)][::-1] if named else ():
        oid, subject = commit.oid or "", _subject(commit.message.lines)
        if oid in named:
            words, target = _named(subject)
            found = _target(target, older, rewritten)
            follower = _renamed(
                every.get(oid, Fix(Result(commit, ()), "")), words + new.get(found, older.get(found, ""))
            )
            if found and follower:
                every[oid] = follower
        if rewritten or oid in new:
            rewritten.add(oid)
        older[oid] = subject
    return [*every.values()]


def _target(name: str, older: Mapping[str, str], rewritten: Collection[str]) -> str:
    """The oid of the commit that git takes for a target; "" for none, and for one by its oid where that stays."""
    exact = next((oid for oid, subject in older.items() if subject == name), "")
    if exact:
        return exact
    if " " not in name and len(name) >= SHORTEST and (found := [oid for oid in older if oid.startswith(name.lower())]):
        return found[0] if len(found) == 1 and found[0] in rewritten else ""
    return next((oid for oid, subject in older.items() if subject.startswith(name)), "") if name else ""


def _renamed(fix: Fix, subject: str) -> Fix | None:
    """A fix with another subject; None where that is the same or cannot be written."""
    text = fix.text or message_fixes.whole_text(fix) or ""
    lines = text.split("\n")
    rest = [*takewhile(lambda line: not is_blank(line), lines)]
    new = "\n".join([subject, *lines[len(rest) :]])
    if not rest or new == text or message_fixes.stored(new, fix.result.commit) is None:
        return None
    return fix._replace(text=new)


def _named(subject: str) -> tuple[str, str]:
    """The words such as `fixup! ` that begin a subject, and what is behind them."""
    target = subject
    while word := next(filter(target.startswith, AUTOSQUASH), ""):
        target = target.removeprefix(word)
    return subject.removesuffix(target) if target else subject, target


def _subject(lines: Iterable[str]) -> str:
    """The subject as git reads it: all lines above the first blank one."""
    return " ".join(line.strip() for line in takewhile(lambda line: not is_blank(line), lines))
