"""Remediation commits: sign-offs that are given in a later commit for one that lacks them (messages.md 65).

Source of the two sentences: the DCO app's documentation. A full commit name is required in both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitpact import idents
from gitpact.records import Remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit

PERSON, OID = "[^<>]+ <[^<>]+>", "[0-9a-f]{64}|[0-9a-f]{40}"
SENTENCE = re.compile(rf"(?:On behalf of (?P<of>{PERSON}), )?I, (?P<by>{PERSON}), {idents.REMEDY}(?P<oid>{OID})\s*$")


def parse(commit: Commit) -> Iterator[Remedy]:
    """The remedies that a commit gives: they count only when the giver made this commit and signed it off too."""
    persons = [person for person in (commit.author, commit.committer) if person]
    signed = [
        idents.parse(trailer.value) for trailer in commit.message.trailers if trailer.key.lower() == "signed-off-by"
    ]
    for line in commit.message.lines:
        found = SENTENCE.match(line)
        by = idents.parse(found["by"]) if found else None
        of = idents.parse(found["of"]) if found and found["of"] else by
        if not found or not by or not of:
            continue
        made = any(idents.same(by, person) for person in persons)
        if made and any(ident and idents.same(ident, by) for ident in signed):
            yield Remedy(found["oid"], of, by)
