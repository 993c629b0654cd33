"""Which rules apply, and how much a finding weighs."""

from __future__ import annotations

import pytest

from gitpact import message
from gitpact.policy import parsing
from gitpact.records import Commit, Ident, Result
from gitpact.rules import IDS, evaluate

STANDARD = parsing.parse("", "built-in")


def judge(text: str, rules: str = "", **known: object) -> Result:
    return evaluate.judge(
        Commit(message.from_bytes(text.encode()), **known),  # type: ignore[arg-type]
        parsing.parse(rules, "gitpact.toml"),
    )


def test_severity_is_the_policys_and_off_is_silent() -> None:
    soft = '[rules]\nsign-off-required = "warning"\ntype-known = "off"'
    found = judge("foo: x", soft, author=Ident("a", "a@b.co")).findings
    assert [(row.rule, row.severity) for row in found] == [("sign-off-required", "warning")]


def test_a_warning_by_nature_stays_one() -> None:
    found = judge("feat: x(#12)", '[dco]\nsign-off = "optional"\n[rules]\nissue-format = "error"').findings
    assert [(row.kind, row.severity) for row in found] == [("space", "warning")]
    assert evaluate.errors(judge("feat: x(#12)", '[dco]\nsign-off = "optional"')) == 0


def test_findings_are_in_reading_order() -> None:
    found = judge("FEAT(Ab：x\nbody\n\n" + "x" * 120).findings
    assert [(row.line, row.column) for row in found] == sorted((row.line, row.column) for row in found)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Merge branch 'a'", []),
        ("fixup! feat: x", ["fixup-commit"]),
        ('Revert "feat: x"', ["sign-off-required"]),
        ("", ["message-empty"]),
    ],
    ids=["merge", "fixup", "revert", "empty"],
)
def test_special_messages_are_judged_by_few_rules(text: str, rules: list[str]) -> None:
    assert [row.rule for row in judge(text, author=Ident("a", "a@b.co")).findings] == rules


def test_a_bot_is_not_judged() -> None:
    bot = Ident("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
    body = "Bumps x.\n\n---\nupdated-dependencies:\n- dependency-name: x\n...\n"
    assert judge(f"Bump x from 1 to 2\n\n{body}", author=bot).findings == ()


def test_a_rule_that_could_not_run_is_said() -> None:
    assert judge("feat: x").skipped == ("sign-off-identity",)
    assert judge("feat: x", author=Ident("a", "a@b.co")).skipped == ()


def test_names_and_families_expand() -> None:
    policy = parsing.parse("[[pattern]]\nname = 'own'\nwhere = 'body'\nforbid = 'x'", "x")
    assert evaluate.expand(["type-known", "dco"], policy)[:2] == ("type-known", "sign-off-required")
    assert evaluate.expand(["pattern"], policy) == evaluate.expand(["pattern/own"], policy) == ("pattern/own",)
    for unknown in ("nope", "pattern/nope"):
        with pytest.raises(KeyError, match=unknown):
            evaluate.expand([unknown], policy)
    with pytest.raises(KeyError, match="pattern"):
        evaluate.expand(["pattern"], parsing.parse("", "x"))


def test_tally_counts_what_streams_by() -> None:
    tally = evaluate.Tally()
    results = [
        judge("feat: x"),
        judge("Merge branch 'a'"),
        judge("feat: x\n\nSigned-off-by: a <a@b.co>\n\n" + "x" * 120),
    ]
    assert list(tally.count(results)) == results
    assert (tally.commits, tally.checked, tally.skipped) == (3, 2, {"merge": 1})
    assert (tally.errors, tally.warnings) == (2, 1)


def test_a_fixup_that_is_found_fault_with_counts_as_judged() -> None:
    tally = evaluate.Tally()
    list(tally.count([judge("fixup! feat: x")]))
    assert (tally.checked, tally.skipped, tally.errors) == (1, {}, 1)


BOT = Ident("x[bot]", "x[bot]@users.noreply.github.com")


@pytest.mark.parametrize("text", ["feat: x", "Merge branch 'a'", "fixup! x", 'Revert "x"', ""])
def test_what_is_stored_is_judged_whoever_made_it_and_whatever_it_says(text: str) -> None:
    for author, parents in ((BOT, 1), (BOT, 2), (Ident("a", "a@b.co"), 2), (Ident("a", "a@b.co"), 1)):
        assert "commit-object" in {
            row.rule for row in judge(text, author=author, parents=parents, fault="author").findings
        }
        hidden = judge(f"{text}\0hidden", author=author, parents=parents).findings
        assert "message-encoding" in {row.rule for row in hidden}


def test_nobody_reads_more_than_so_many_findings() -> None:
    scopes = ",".join(f"x{number}" for number in range(1500))
    rules = '[message]\nscopes = ["a"]\n[dco]\nsign-off = "optional"'
    found = judge(f"feat({scopes}): x", rules).findings
    assert evaluate.MOST_FINDINGS <= len(found) < evaluate.MOST_FINDINGS + len(IDS)
