"""Where a policy wants the issue reference: what is accepted there, what is said, suggested and composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact import message
from gitpact.policy import parsing
from gitpact.records import Commit, Ident
from gitpact.repair import compose, message_start
from gitpact.report.guide_text import for_contributors
from gitpact.report.i18n import en, sentence
from gitpact.rules import asks_branches, correction, evaluate, issue

if TYPE_CHECKING:
    from gitpact.records import Policy

ANN = Ident("Ann Lee", "ann@example.org")
JIRA = "issue-pattern = '[A-Z]+-[0-9]+'\n"


def policy(lines: str, need: str = "required") -> Policy:
    return parsing.parse(f"[dco]\nsign-off = 'optional'\n[message]\nissue = '{need}'\n{JIRA}{lines}", "x")


def found(text: str, by: Policy, *branches: str) -> list[str]:
    commit = Commit(message.from_bytes(text.encode(), issue_pattern=by.issue_pattern), ANN, branches=branches)
    return [sentence(one, en.TEXTS) for one in evaluate.judge(commit, by).findings]


PLACES = {
    "end": ("feat(api): add it (PROJ-12)", "feat(api): add it (PROJ-1, PROJ-2)"),
    "start": ("feat(api): PROJ-12 add it", "feat: [PROJ-12] add it", "feat: PROJ-12: add it"),
    "scope": ("feat(PROJ-12): add it", "feat(api, PROJ-12): add it"),
    "trailer": (
        "feat: add it\n\nRefs: PROJ-12",
        "feat: add it\n\nbody\n\nCloses: PROJ-1, PROJ-2\nSigned-off-by: A <a@b.co>",
    ),
}
SAID = {
    "end": "add an issue reference at the end of the header: ' (PROJ-12)'",
    "start": "write the issue reference at the start of the description: 'PROJ-12 …'",
    "scope": "write the issue reference as the scope: 'type(PROJ-12): description'",
    "trailer": "add the issue reference as a trailer at the end of the message: 'Refs: PROJ-12'",
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_accepted_in_its_place_and_in_no_other(place: str) -> None:
    by = policy(f"issue-place = '{place}'\nscopes = ['api']")
    for where, texts in PLACES.items():
        for text in texts:
            assert (SAID[place] not in found(text, by)) == (where == place) or where != place
            if where == place:
                assert found(text, by) == []
    assert found("feat(api): add it", by) == [SAID[place]]
    assert found("feat(ui): add it", by)[0].startswith("unknown scope 'ui'") or place != "scope"


def test_a_type_may_be_the_issue_where_any_type_is_allowed() -> None:
    assert found("PROJ-12: add it", policy("issue-place = 'start'\ntypes = []")) == []
    assert SAID["start"] in found("OTHER: add it", policy("issue-place = 'start'\ntypes = []"))


def test_some_types_alone_need_one() -> None:
    by = policy("issue-types = ['feat', 'fix']")
    assert found("docs: explain it", by) == []
    assert found("fix: repair it", by) == [SAID["end"]]


def test_an_example_of_the_policys_own() -> None:
    assert "' (TEAM-7)'" in found("feat: add it", policy("issue-example = 'TEAM-7'"))[0]


def test_the_issue_of_the_branch() -> None:
    by = policy("", "branch")
    assert asks_branches(by)
    assert found("feat: add it (PROJ-12)", by, "feat/PROJ-12-login") == []
    assert found("feat: add it (PROJ-13)", by, "feat/PROJ-12-login") == [
        "the branch is for the issue PROJ-12, but the message has PROJ-13; write PROJ-12, or commit on another branch"
    ]
    assert found("feat: add it", by, "feat/PROJ-12-login") == [SAID["end"]]
    assert found("feat: add it (PROJ-13)", by, "feat/PROJ-12", "feat/PROJ-13") == []
    for branches in ((), ("main",), ("main", "feat/PROJ-12")):
        assert found("feat: add it", by, *branches) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", ["feat(api)!: add it\n", "feat: add it\n\nbody\n", "feat: add it\n\nbody\n\nAcked-by: A <a@b.co>\n"]
)
def test_a_suggestion_has_the_issue_of_the_branch(place: str, text: str) -> None:
    by = policy(f"issue-place = '{place}'")
    commit = Commit(message.from_bytes(text.encode(), issue_pattern=by.issue_pattern), ANN)
    suggested = correction.suggest(evaluate.judge(commit, by), by, branch="feat/PROJ-12-x")
    assert suggested
    assert found(suggested, by) == []
    assert set(text.replace("\n", " ").split()) - {"feat(api)!:", "feat:"} <= {*suggested.split()}


@pytest.mark.parametrize("place", PLACES)
def test_parts_put_together_give_the_message_again(place: str) -> None:
    by = policy(f"issue-place = '{place}'")
    parts = compose.Parts(
        *("feat", "api", "add it", "why", "", "PROJ-12"), trailers="Acked-by: A <a@b.co>", issue_place=place
    )
    text = compose.text(parts)
    assert found(text, by) == []
    assert compose.parts_of(text, by) == parts
    bare = parts._replace(issue="", trailers="")
    assert compose.parts_of(compose.text(bare), by) == bare


def test_what_a_person_is_told_before_writing() -> None:
    start = message_start.Start("feat", "api", "PROJ-12", "start")
    assert start.header == "feat(api): PROJ-12 "
    for place, form in (
        ("end", "type(scope): description (PROJ-12)"),
        ("start", "type(scope): PROJ-12 description"),
        ("scope", "type(scope, PROJ-12): description"),
        ("trailer", "type(scope): description"),
    ):
        by = policy(f"issue-place = '{place}'")
        assert any(form in line for line in message_start.comments(message_start.known(by, "", ""), by, en.TEXTS))
        guide = "\n".join(for_contributors(by, en.TEXTS, "make hooks-install"))
        assert f"`{form}`" in guide
        assert ("`Refs: PROJ-12`" in guide) == (place == "trailer")
    assert issue.written(("fix", "", "", "x"), "", "scope") == ("fix: x", "")


@pytest.mark.parametrize(
    ("place", "header"),
    [
        ("start", "fix: #1234 aaaaaaaaaaaaaaa"),
        ("start", "fix: aaaaaaaaaaaaaaa"),
        ("scope", "fix(#1234): aaaaaaaaaaaaaaa"),
        ("scope", "fix(api, #1234): aaaaaaaaaa"),
        ("scope", "fix(api): aaaaaaaaaa"),
        ("end", "fix: aaaaaaaaaaaaaaa (#1234)"),
        ("trailer", "fix: aaaaaaaaaaaaaaa"),
    ],
)
def test_the_reference_takes_no_columns_wherever_it_stands(place: str, header: str) -> None:
    text = "preset = 'conventional'\n[message]\nissue-place = '{}'\nsubject-min = {}\nsubject-max = {}"
    for least, most, found in ((20, 20, set()), (1, 19, {"header-max"}), (21, 99, {"header-min"})):
        rules = parsing.parse(text.format(place, least, most), "x")
        judged = {one.rule for one in evaluate.judge(Commit(message.from_bytes(header.encode())), rules).findings}
        assert judged & {"header-max", "header-min"} == found


@pytest.mark.parametrize(
    ("place", "text", "suggested"),
    [
        ("start", "feat(PROJ-12): add it", "feat: PROJ-12 add it\n"),
        ("start", "PROJ-12: add it", None),
        ("start", "[PROJ-12] feat: add it", "feat: PROJ-12 add it\n"),
        ("scope", "feat: PROJ-12 add it", "feat(PROJ-12): add it\n"),
        ("scope", "feat(PROJ-12): Add it.", "feat(PROJ-12): Add it\n"),
        ("trailer", "[PROJ-12] feat: add it", "feat: add it\n\nRefs: PROJ-12\n"),
        ("end", "[PROJ-12] feat: add it", "feat: add it (PROJ-12)\n"),
    ],
)
@pytest.mark.parametrize("branch", ["", "feat/PROJ-12-login"])
def test_a_suggestion_has_the_reference_once_and_in_its_place(
    place: str, text: str, suggested: str | None, branch: str
) -> None:
    rules = policy(f"issue-place = '{place}'")
    result = evaluate.judge(Commit(message.from_bytes(text.encode(), issue_pattern=rules.issue_pattern), ANN), rules)
    found = correction.suggest(result, rules, branch=branch)
    if suggested or found is None:
        assert found == suggested
    else:
        assert found.count("PROJ-12") == 1
