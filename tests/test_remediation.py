"""Sign-offs that another commit gives (messages.md 65)."""

from __future__ import annotations

import pytest

from gitpact import message, remediation
from gitpact.records import Commit, Ident, Remedy

ANN, BOB = Ident("Ann Lee", "ann@example.org"), Ident("Bob Ray", "bob@example.org")
OID = "a" * 40
OWN = f"I, {ANN}, hereby add my Signed-off-by to this commit: {OID}"
THIRD = f"On behalf of {BOB}, I, {ANN}, hereby add my Signed-off-by to this commit: {OID}"
TEXTS = {
    "own": (OWN, [Remedy(OID, ANN, ANN)]),
    "own, sha256": (OWN + "b" * 24, [Remedy(OID + "b" * 24, ANN, ANN)]),
    "two commits": (f"{OWN}\n{OWN.replace('a' * 40, 'c' * 40)}", [Remedy(OID, ANN, ANN), Remedy("c" * 40, ANN, ANN)]),
    "for another": (THIRD, [Remedy(OID, BOB, ANN)]),
    "abbreviated name": (OWN[:-33], []),
    "name of odd length": (OWN + "b", []),
    "not at the start of a line": (f"And {OWN}", []),
    "by somebody who did not make the commit": (OWN.replace(str(ANN), str(BOB)), []),
    "nothing": ("words", []),
}


def commit(text: str, signed: Ident | None = ANN, author: Ident = ANN, committer: Ident | None = None) -> Commit:
    block = f"\n\nSigned-off-by: {signed}" if signed else ""
    return Commit(message.from_bytes(f"docs: remediate\n\n{text}{block}\n".encode()), author, committer)


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_remedies(text: str, expected: list[Remedy]) -> None:
    assert list(remediation.parse(commit(text))) == expected


def test_a_remedy_that_is_not_signed_off_counts_for_nothing() -> None:
    assert not list(remediation.parse(commit(OWN, signed=None)))
    assert not list(remediation.parse(commit(OWN, signed=BOB)))


def test_the_committer_may_give_it() -> None:
    assert list(remediation.parse(commit(OWN, author=BOB, committer=ANN)))
