"""The figures about a history: counted once, put together by time, and bounded whatever the history is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gitpact import message
from gitpact.checks import commit_range, history_figures
from gitpact.git import trees
from gitpact.policy import parsing
from gitpact.records import Commit, Finding, Ident, Result
from gitpact.rules import dco, evaluate
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.repos import Repo

POLICY = parsing.parse("", "gitpact.toml")
ANN, BOB = Ident("Ann", "ann@x.org"), Ident("Bob", "bob@x.org")
DAY = 86_400
ERROR = Finding("type-known", "unknown", facts=(("got", "nope"), ("expected", "feat")))
WARNING = Finding("body-line-max", "wide", severity="warning")


def result(header: str, *findings: Finding, author: Ident = ANN, signed: bool = True, special: str = "") -> Result:
    """A result with these findings, and with those on its sign-off that it has to have."""
    text = f"{header}\n\nSigned-off-by: {author}\n" if signed else header
    commit = Commit(message.from_bytes(text.encode()), author, author, 1, "1" * 40)
    read = dco.read(commit)
    unsigned = () if special else (*dco.required(read, POLICY), *dco.form(read, POLICY), *dco.placement(read, POLICY))
    return Result(commit, (*findings, *unsigned), special)


def figures(results: Iterable[tuple[int, Result]]) -> history_figures.Figures:
    dated = (one._replace(commit=one.commit._replace(committed=b"A <a> %d +0000" % when)) for when, one in results)
    return history_figures.collect(dated, POLICY)


def test_each_commit_is_counted_once() -> None:
    found = figures(
        [
            (0, result("feat(api): x")),
            (0, result("nope: x", ERROR, WARNING, author=BOB, signed=False)),
            (DAY, result("fix: y", WARNING)),
            (DAY, result("Merge branch 'x'", special="merge", signed=False)),
            (0, result("", Finding("commit-count", "many"), special="range")),
        ]
    )
    assert (found.commits, found.checked, found.conforming, found.signed) == (4, 3, 2, 2)
    assert found.skipped == {"merge": 1}
    assert found.rules == {
        "type-known": (1, 0),
        "sign-off-required": (1, 0),
        "body-line-max": (0, 2),
        "commit-count": (1, 0),
    }
    assert [(one.name, one.commits, one.conforming, one.signed) for one in found.periods] == [
        ("1970-01-01", 2, 1, 1),
        ("1970-01-02", 1, 1, 1),
    ]
    assert found.periods[0].types == {"feat": 1, "nope": 1}
    assert found.periods[0].scopes == {"api": 1}
    assert found.persons == (history_figures.Person("Bob <bob@x.org>", 1, 1, 1),)
    assert [one.commit.message.header.text for _, one in found.offenders] == ["nope: x"]


SIGNED = {
    "by its author": "Signed-off-by: Ann <ann@x.org>",
    "by another": "Signed-off-by: Bob <bob@x.org>",
    "by nobody": "Fixes: #1",
    "without an e-mail": "Signed-off-by: Ann",
    "where git reads no trailer": "Signed-off-by: Ann <ann@x.org>\n\nMore of it.",
}
WHATEVER_IT_SAYS = {
    "required": "",
    "optional": "[dco]\nsign-off = 'optional'",
    "a rule is off": "[rules]\nsign-off-format = 'off'",
    "a rule warns": "[rules]\nsign-off-placement = 'warning'",
    "off for a path": "[[path]]\nmatch = 'a'\n[path.rules]\nsign-off-required = 'off'",
    "an exempt subject": "[exempt]\nsubjects = ['feat: x']",
}


@pytest.mark.parametrize("text", WHATEVER_IT_SAYS.values(), ids=WHATEVER_IT_SAYS)
def test_the_signed_are_those_with_a_sign_off_that_counts(text: str) -> None:
    policy = parsing.parse(text, "gitpact.toml")
    made = [
        message.from_bytes(f"{header}\n\n{end}\n".encode()) for header in ("feat: x", "x") for end in SIGNED.values()
    ]
    commits = [Commit(one, ANN, ANN, 1, "1" * 40, paths=("a",), committed=b"A <a> 1 +0000") for one in made]
    judged = [one for one in evaluate.judging(policy)(commits) if one.findings or not one.special]
    found = history_figures.count(judged, policy)
    assert [day.signed for day in found.days.values()] == [sum(dco.is_signed_off(one.commit, policy) for one in judged)]


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (60, r"1970-\d\d-\d\d"),
        (61, r"1970-\d\d"),
        (365 * 6, r"197\d-Q[1-4]"),
        (365 * 20, r"19\d\d"),
        (365 * 100, r"\d\d\d0s"),
    ],
)
def test_a_chart_has_room_for_all_periods(days: int, name: str) -> None:
    found = figures((DAY * day, result("feat: x")) for day in range(0, days, 1 + days // 300))
    assert len(found.periods) <= history_figures.MOST_PERIODS
    assert {re.fullmatch(name, period.name) is not None for period in found.periods} == {True}
    assert [period.name for period in found.periods] == sorted(period.name for period in found.periods)
    assert found.checked == len(range(0, days, 1 + days // 300))


def test_a_thousand_years_and_a_time_that_no_calendar_has() -> None:
    years = figures((DAY * 365 * year, result("feat: x")) for year in range(1000))
    assert (len(years.periods), years.checked) == (60, 1000)
    assert years.periods[0].commits > years.periods[1].commits
    assert figures([(1 << 62, result("feat: x"))]).periods[0].name == "1970-01-01"


def test_the_worst_come_first_and_are_few() -> None:
    many = ((DAY * number, result(f"a: {number}", *[ERROR] * (1 + number % 7))) for number in range(300))
    found = figures(many)
    assert len(found.offenders) == history_figures.MOST_OFFENDERS
    errors = [len(one.findings) for _, one in found.offenders]
    assert (errors[0], errors) == (7, sorted(errors, reverse=True))


def test_further_names_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_figures, "MOST_COUNTED", 5)
    found = figures((0, result(f"t{number}: x", ERROR)) for number in range(9))
    assert found.periods[0].types[history_figures.OTHER] > 1
    assert sum(found.periods[0].types.values()) == 9


def test_the_largest_files_have_the_commits_that_added_them(repo: Repo) -> None:
    for number in (1, 3, 2):
        write(repo.path / f"f{number}", "x" * number)
        repo.git("add", "-A")
        repo.git("commit", "-q", "-s", "-m", f"feat: {number}")
    repo.git("rm", "-q", "f3")
    repo.git("commit", "-q", "-s", "-m", "feat: remove")
    repo.git("revert", "--no-edit", "HEAD")
    commits = trees.commits_with_files(("HEAD",))
    found = history_figures.collect(commit_range.results(("HEAD",), POLICY), POLICY, commits, top=2)
    assert found.blobs is not None
    added = [(blob.path, blob.size, repo.git("log", "-1", "--format=%s", blob.commit)) for blob in found.blobs]
    assert added == [("f3", 3, "feat: 3"), ("f2", 2, "feat: 2")]


def test_a_history_without_commits() -> None:
    assert figures([]) == history_figures.Figures(0, {}, (), {}, (), ())


def test_words_and_persons_are_told_apart_each_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_figures, "MOST_COUNTED", 5)
    people = [Ident(f"P{number}", f"p{number}@x.org") for number in range(9)]
    rows = [result(f"t{number}: x", author=one) for number, one in enumerate(people)]
    dated = [one._replace(commit=one.commit._replace(committed=b"A <a> 1 +0000")) for one in rows]
    assert [*history_figures.count(dated, POLICY).persons] == [str(one) for one in people]
    monkeypatch.setattr(history_figures, "MOST_AUTHORS", 3)
    assert len(history_figures.count(dated, POLICY).persons) == 4
