"""Sign-offs that another commit gives."""

from __future__ import annotations

import pytest

from gitpact import message
from gitpact.message import remediation
from gitpact.policy import parsing
from gitpact.records import Commit, Ident, Policy, Remediation
from gitpact.report import i18n
from gitpact.report.i18n import en
from gitpact.rules import dco, evaluate

ANN, BOB = Ident("Ann Lee", "ann@example.org"), Ident("Bob Ray", "bob@example.org")
OID = "a" * 40
OWN = f"I, {ANN}, hereby add my Signed-off-by to this commit: {OID}"
THIRD = f"On behalf of {BOB}, I, {ANN}, hereby add my Signed-off-by to this commit: {OID}"
INDIVIDUAL = parsing.parse('[dco]\nremediation = "individual"', "x")
ANYBODY = parsing.parse('[dco]\nremediation = "third-party"', "x")
AUTHORS = parsing.parse('[dco]\nremediation = "individual"\nidentity = "author"', "x")
TEXTS = {
    "own": (OWN, [(OID, ANN, ANN)]),
    "own, sha256": (OWN + "b" * 24, [(OID + "b" * 24, ANN, ANN)]),
    "two commits": (f"{OWN}\n{OWN.replace('a' * 40, 'c' * 40)}", [(OID, ANN, ANN), ("c" * 40, ANN, ANN)]),
    "for another": (THIRD, [(OID, BOB, ANN)]),
    "nothing": ("words", []),
}
# Remedies that do not count, by why.
FAULTY = {
    "an abbreviated name": (OWN[:-33], "form"),
    "a name of odd length": (OWN + "b", "form"),
    "not at the start of a line": (f"And {OWN}", "form"),
    "by somebody who did not make the commit": (OWN.replace(str(ANN), str(BOB)), "person"),
}


def commit(text: str, signed: Ident | None = ANN, author: Ident = ANN, committer: Ident | None = None) -> Commit:
    block = f"\n\nSigned-off-by: {signed}" if signed else ""
    return Commit(message.from_bytes(f"docs: remediate\n\n{text}{block}\n".encode()), author, committer)


def parse(given: Commit, rules: Policy = ANYBODY) -> list[Remediation]:
    return list(remediation.parse(given, rules, dco.is_signed_off_by))


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_remedies(text: str, expected: list[tuple[str, Ident, Ident]]) -> None:
    assert [(one.oid, one.of, one.by) for one in parse(commit(text)) if not one.fault] == expected


@pytest.mark.parametrize(("text", "why"), FAULTY.values(), ids=FAULTY)
def test_remedies_that_do_not_count_are_reported_with_the_reason(text: str, why: str) -> None:
    assert [one.fault for one in parse(commit(text))] == [why]
    (found,) = (one for one in evaluate.judge(commit(text), INDIVIDUAL).findings if one.rule == "sign-off-remedy")
    assert (found.kind, found.line, found.severity) == (why, 3, "warning")
    assert "earlier commit" in i18n.sentence(found, en.TEXTS)


@pytest.mark.parametrize("signed", [None, BOB], ids=["by nobody", "by somebody else"])
def test_a_remedy_whose_commit_is_not_signed_off(signed: Ident | None) -> None:
    assert [one.fault for one in parse(commit(OWN, signed=signed))] == ["unsigned"]


def test_a_remedy_for_somebody_else_where_everybody_signs_for_themselves() -> None:
    assert [one.fault for one in parse(commit(THIRD), INDIVIDUAL)] == ["third-party"]


def test_the_committer_may_give_it() -> None:
    assert [one.fault for one in parse(commit(OWN, author=BOB, committer=ANN))] == [""]
    both = commit(OWN.replace(str(ANN), str(BOB)), author=BOB, committer=ANN)
    assert [one.fault for one in parse(both)] == ["unsigned"], (
        "the author did not sign what his committer wrote for him"
    )
    assert [one.fault for one in parse(both, ANYBODY._replace(sign_off="optional"))] == [""]
    assert [one.fault for one in parse(both, AUTHORS)] == ["unsigned"], "where the author alone may sign"


def test_a_remedy_for_another_author() -> None:
    lacking = commit("words", signed=None)._replace(remediations=(Remediation(OID, BOB, BOB),), oid=OID)
    kinds = {(found.rule, found.kind) for found in evaluate.judge(lacking, INDIVIDUAL).findings}
    assert kinds == {("sign-off-required", "missing"), ("sign-off-remedy", "author")}
    helped = lacking._replace(remediations=(Remediation(OID, BOB, BOB), Remediation(OID, ANN, ANN)))
    assert not evaluate.judge(helped, INDIVIDUAL).findings


def test_whether_a_giver_signed_is_asked_once_for_each_person() -> None:
    """However often, and in whatever case, the remediations name him."""
    asked: list[Ident] = []

    def certifies(person: Ident, _commit: Commit, _policy: Policy) -> bool:
        asked.append(person)
        return True

    text = "\n".join(OWN.replace(str(ANN), str(ANN).replace("Ann", name)) for name in ("Ann", "ANN", "aNN", "ann"))
    given = list(remediation.parse(commit(text), ANYBODY, certifies))
    assert [one.fault for one in given] == [""] * 4
    assert len(asked) == 1
