"""The commands that mend the commits of a branch, where they do: it is short, and checked out."""

from __future__ import annotations

from gitpact import checks
from gitpact.rules import DCO, MESSAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit

UNSIGNED = ("sign-off-required", "missing")  # rule and kind; a co-author's is not mine to give
BY_SIGNING = {UNSIGNED[0]}
FOLDED = {"fixup-commit"}
BY_REWORDING = {*MESSAGE, *DCO} - {"merge-commit", *FOLDED, *BY_SIGNING}
BY_PERSON = {"author-name", "author-email", "committer-name", "committer-email"}
BY_KEY = {"signature-required"}


def commands(tally: checks.Tally) -> Iterator[tuple[str, str]]:
    """What mends the commits of a run that ends with the one checked out, as (kind, command).

    Kinds: fold, sign, reword, person, key. None where a merge is what is wrong. What changes every commit is for a
    person whose commits these are, all of them.
    """
    last, oldest = tally.last, tally.oldest
    if tally.commits > checks.MENDABLE or not last or not oldest or "merge-commit" in tally.rules:
        return
    merges = " --rebase-merges" if tally.merges else ""
    mine = len(tally.authors) == 1
    if tally.rules & FOLDED:
        yield "fold", f"git rebase -i --autosquash{merges} {_before(oldest)}"
    unsigned = {(rule, kind) for rule, kind in tally.kinds if rule in BY_SIGNING}
    signing = UNSIGNED in unsigned and mine and not tally.covered
    if signing:
        yield "sign", f"git rebase --signoff{merges} {_before(last)}"
    if tally.rules & BY_REWORDING or unsigned - ({UNSIGNED} if signing else set()):
        yield "reword", f"git rebase -i{merges} {_before(last)}"
    if tally.rules & BY_PERSON and mine:
        yield (
            "person",
            f"git rebase{merges} --exec 'git commit --amend --no-edit --allow-empty --reset-author' {_before(last)}",
        )
    if tally.rules & BY_KEY and mine:
        yield "key", f"git rebase{merges} --exec 'git commit --amend --no-edit --allow-empty -S' {_before(last)}"


def _before(commit: Commit) -> str:
    return "--root" if commit.parents == 0 else f"{(commit.oid or '')[:12]}^"
