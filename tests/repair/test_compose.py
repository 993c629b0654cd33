"""A message is put together from its parts, and parts are read from what a person types."""

from __future__ import annotations

import pytest

from gitpact.policy import parsing
from gitpact.records import Ident
from gitpact.repair import compose
from gitpact.repair.compose import Parts
from gitpact.rules import evaluate

POLICY = parsing.parse("", "x")
TICKETS = parsing.parse('[message]\nissue-pattern = "[A-Z]+-[0-9]+"', "x")
ANN = Ident("Ann Lee", "ann@example.org")
TEXTS = {
    "a header": (Parts("feat", "", "add x"), "feat: add x\n"),
    "a scope and an issue": (Parts("fix", "api", "add x", issue="#12"), "fix(api): add x (#12)\n"),
    "a body": (Parts("feat", "", "add x", "why\n"), "feat: add x\n\nwhy\n"),
    "a breaking change": (Parts("feat", "", "x", breaking="y"), "feat!: x\n\nBREAKING CHANGE: y\n"),
    "a sign-off": (Parts("feat", "", "x", signer=ANN), "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>\n"),
    "a breaking change without words": (Parts("feat", "", "x", marked=True), "feat!: x\n"),
    "a sign-off among the trailers": (
        Parts("feat", "", "x", "b", signer=ANN, trailers="Refs: #1\nSigned-off-by: Ann Lee <ann@example.org>"),
        "feat: x\n\nb\n\nRefs: #1\nSigned-off-by: Ann Lee <ann@example.org>\n",
    ),
    "footers around the trailers": (
        Parts("feat", "", "x", breaking="y", trailers="Co-authored-by: Bo <bo@example.org>", signer=ANN),
        (
            "feat!: x\n\nBREAKING CHANGE: y\nCo-authored-by: Bo <bo@example.org>\n"
            "Signed-off-by: Ann Lee <ann@example.org>\n"
        ),
    ),
    "all": (
        Parts("feat", "a", "x", "b", "y", "#1", ANN),
        "feat(a)!: x (#1)\n\nb\n\nBREAKING CHANGE: y\nSigned-off-by: Ann Lee <ann@example.org>\n",
    ),
}


@pytest.mark.parametrize(("parts", "text"), TEXTS.values(), ids=TEXTS)
def test_text(parts: Parts, text: str) -> None:
    assert compose.text(parts) == text


@pytest.mark.parametrize(
    ("stored", "parts"),
    [
        ("feat(api): add x (#12)\n\nbody\n", Parts("feat", "api", "add x", "body", issue="#12")),
        ("Feature: add x", Parts("feat", "", "add x")),
        ("feat!: drop x (#1, #2)", Parts("feat", "", "drop x", issue="#1, #2", marked=True)),
        ("add x\n\nbody", Parts("", "", "add x", "body")),
        ("", Parts()),
    ],
    ids=["whole", "a misspelt type", "a mark and two issues", "no type", "nothing"],
)
def test_parts_of_a_message(stored: str, parts: Parts) -> None:
    assert compose.parts_of(stored, POLICY) == parts


@pytest.mark.parametrize("mark", ["", "!"])
@pytest.mark.parametrize("scope", ["", "(api)"])
@pytest.mark.parametrize("issue", ["", " (#1)", " (#1, #2)"])
@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n为什么\n",
        "\nBREAKING CHANGE: y\n\nSigned-off-by: Ann Lee <ann@example.org>\n",
        "\nwhy\n\nBREAKING CHANGE: y\nRefs: #3\nSigned-off-by: Ann Lee <ann@example.org>\n",
        "\nwhy\n\nBREAKING CHANGE: y\n  and z\nSigned-off-by: Ann Lee <ann@example.org>\n",
        "\nwhy\n\nBREAKING CHANGE: y\nand z\n",
        "\nBREAKING CHANGE: y\n",
        "\nwhy\n\n  - a\n\nRefs: #3\nSigned-off-by: Ann Lee <ann@example.org>\n",
    ],
)
def test_a_refused_message_loses_nothing(mark: str, scope: str, issue: str, body: str) -> None:
    parts = compose.parts_of(f"feat{scope}{mark}: add x{issue}\n{body}", POLICY)
    marked = "!" if "BREAKING" in body else mark
    stored = f"feat{scope}{marked}: add x{issue}\n" + body.replace("y\n\nSigned", "y\nSigned")
    assert compose.text(parts) == stored
    if "Signed-off-by" in body:
        assert compose.text(parts._replace(signer=ANN)) == stored


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("1", "feat"),
        ("11", "ci"),
        ("fe", "feat"),
        ("FIX", "fix"),
        ("feature", "feat"),
        ("修复", "fix"),
        ("0", ""),
        ("12", ""),
        ("9" * 5000, ""),
        ("re", ""),
        ("", ""),
        ("xyz", ""),
    ],
)
def test_the_type_that_is_meant(typed: str, kind: str) -> None:
    assert compose.meant(typed, POLICY) == kind


@pytest.mark.parametrize(
    ("typed", "reference"), [("12", "#12"), ("#12", "#12"), ("(#12)", "#12"), ("x", ""), ("", ""), ("0", "")]
)
def test_an_issue(typed: str, reference: str) -> None:
    assert compose.reference(typed, POLICY) == reference


def test_a_ticket() -> None:
    assert compose.reference("AB-1", TICKETS) == "AB-1"
    assert compose.reference("12", TICKETS) == ""


def test_what_is_left_for_the_description() -> None:
    parts = Parts("feat", "登录", "x" * 50, issue="#12")
    assert compose.left(parts, POLICY) == 100 - len("feat(....): ")
    whole = parts._replace(description="x" * compose.left(parts, POLICY), signer=ANN)
    assert evaluate.errors(compose.judged(whole, POLICY, ANN)) == 0
    assert evaluate.errors(compose.judged(whole._replace(description=whole.description + "x"), POLICY, ANN)) == 1


def test_the_parts_are_corrected() -> None:
    parts = Parts("feat", "", "add x.", "body", "y", signer=ANN)
    assert compose.corrected(parts, POLICY, ANN) == parts._replace(description="add x")
    wrong = parts._replace(type="?")
    assert compose.corrected(wrong, POLICY, ANN) == wrong
    marked = Parts("feat", "", "add x.", signer=ANN, marked=True)
    assert compose.corrected(marked, POLICY, ANN) == marked._replace(description="add x")
