"""Remediation commits: sign-offs that are given in a later commit for one that lacks them.

Source of the two sentences: the DCO app's documentation. A full commit name is required in both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitpact.message import idents
from gitpact.records import Ident, Remediation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitpact.records import Commit, Policy

PERSON, OID = "[^<>]+ <[^<>]+>", "[0-9a-f]{64}|[0-9a-f]{40}"
SENTENCE = re.compile(
    rf"(?:On behalf of (?P<of>{PERSON}), )?I, (?P<by>{PERSON}), {idents.REMEDIATION}(?P<oid>{OID})\s*$"
)
NOBODY = Ident("", "")


def parse(commit: Commit, policy: Policy, certifies: Callable[[Ident, Commit, Policy], bool]) -> Iterator[Remediation]:
    """The sign-offs that a commit's message gives for other commits in the DCO app's form, one for each such line.

    `fault` is "" if it counts, "form" if the line is not one of the two sentences (`oid`, `of` and `by` are then
    empty), "person" if `by` is neither author nor committer of `commit`, "third-party" if `by` signs for somebody else
    and the policy does not allow that, or "unsigned" if `certifies(by, commit, policy)` is False: it tells whether `by`
    has signed off `commit` itself.
    """
    persons = [person for person in (commit.author, commit.committer) if person]
    signed: dict[Ident, bool] = {}
    for number, line in enumerate(commit.message.lines, 1):
        if idents.REMEDIATION not in line:
            continue
        found = SENTENCE.match(line)
        by = idents.parse(found["by"]) if found else None
        of = idents.parse(found["of"]) if found and found["of"] else by
        if not found or not by or not of:
            yield Remediation("", NOBODY, NOBODY, "form", number)
            continue
        if not any(idents.same(by, person) for person in persons):
            fault = "person"
        elif policy.remediation != "third-party" and not idents.same(by, of):
            fault = "third-party"
        else:
            giver = idents.key(by)  # one person, in whatever case: the author or the committer
            if giver not in signed:
                signed[giver] = certifies(by, commit._replace(remediations=()), policy)
            fault = "" if signed[giver] else "unsigned"
        yield Remediation(found["oid"], of, by, fault, number)
