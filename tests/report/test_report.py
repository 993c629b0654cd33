"""Results into characters: marks, hostile text, widths, JSON."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import termios
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitpact import message
from gitpact.message import display_width
from gitpact.policy import parsing
from gitpact.records import Commit, Finding, Ident, Result
from gitpact.report import formats, text
from gitpact.report import style as styles
from gitpact.report.escape import visible
from gitpact.report.i18n import en, zh
from gitpact.report.report_context import Run
from gitpact.report.style import Style
from gitpact.rules import evaluate
from tests.support import terminals

if TYPE_CHECKING:
    from gitpact.report.report_context import RepairCommands

ANN = Ident("Ann Lee", "ann@example.org")
OPEN = parsing.parse('[dco]\nsign-off = "optional"', "x")


def judged(raw: str, oid: str | None = None, parents: int | None = None) -> Result:
    return evaluate.judge(Commit(message.from_bytes(raw.encode()), ANN, None, parents, oid), OPEN)


def written(
    form: str, results: list[Result], span: str | None = None, repair: RepairCommands = lambda _: ()
) -> list[str]:
    lines: list[str] = []
    tally = evaluate.Tally()
    run = Run(span, tally, Style(unicode=True), en.TEXTS, lines.extend, repair)
    [*formats.report(form)(tally.count(results), run)]
    return lines


def test_faults_are_marked_under_the_header() -> None:
    lines = list(text.result(judged("feature(api)：add 登录。"), Style(unicode=True), en.TEXTS))
    assert lines[:2] == ["    feature(api)：add 登录。", "    ^^^^^^^     ^^"]
    assert lines[2].startswith("  1:1   error: unknown type 'feature'; did you mean 'feat'?")
    assert lines[2].endswith(" [type-known]")


def test_a_mark_may_stand_behind_the_end() -> None:
    assert list(text.result(judged("feat:"), Style(), en.TEXTS))[:2] == ["    feat:", "         ^"]


def test_a_fault_further_down_shows_its_line() -> None:
    lines = list(text.result(judged("feat: x\nbody"), Style(), en.TEXTS))
    assert lines[:2] == ["    body", "    ^^^^"]


def test_marks_stand_under_what_a_poor_terminal_shows() -> None:
    """Where the locale has no Unicode, a character is written as an escape, and is as wide as that."""
    lines = list(text.result(judged("feat：添 x"), Style(), en.TEXTS))
    assert lines[:2] == ["    feat\\uff1a\\u6dfb x", "        ^^^^^^"]
    narrow = list(text.result(judged("feat(" + "添加" * 100), Style(width=40), en.TEXTS))
    assert max(map(len, narrow[:2])) <= 40
    assert "^" in narrow[1]


def test_nothing_to_mark_in_an_empty_message() -> None:
    assert list(text.result(judged(""), Style(), en.TEXTS)) == [
        "  1:1   error: the message is empty after git's cleanup; describe the change [message-empty]"
    ]


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize(
    "raw", ["feat: " + "x" * 300 + ".", "feat: " + "添加" * 100, "y" * 500 + "：x"], ids=["end", "wide", "middle"]
)
def test_a_long_header_is_shown_around_its_fault(raw: str, width: int) -> None:
    line, marks, *rest = text.result(judged(raw), Style(unicode=True, width=width), en.TEXTS)
    assert display_width.width(line) <= width
    assert display_width.width(marks) <= width
    assert "^" in marks
    assert all(display_width.width(row) <= width for row in rest if " " in row.strip())


def test_many_findings_are_counted() -> None:
    lines = list(text.result(judged("feat: x\n\n" + ("y" * 101 + "\n") * 30), Style(unicode=True), en.TEXTS))
    assert lines[-1] == "  … and 10 more"
    assert len(lines) == text.SHOWN + 1


def test_a_long_body_in_a_suggestion_is_folded() -> None:
    body = "\n".join(f"line {number}" for number in range(20))
    result = judged(f"Feat: x\n\n{body}")._replace(suggestion=f"feat: x\n\n{body}\n")
    lines = list(text.result(result, Style(unicode=True), en.TEXTS))
    assert lines[-6:] == ["Suggested message:", "    feat: x", "", "    line 0", "    …", "    line 19"]


def test_colour_only_where_it_is_wanted() -> None:
    plain = "\n".join(text.result(judged("FEAT: x"), Style(), en.TEXTS))
    coloured = "\n".join(text.result(judged("FEAT: x"), Style(colour=True), en.TEXTS))
    assert "\x1b" not in plain
    assert "\x1b[31m^^^^\x1b[0m" in coloured
    assert "\x1b[31merror\x1b[0m" in coloured


HOSTILE = "feat: \x1b]0;x\x07\x1b[2J\u202egnp\u2066 \x9b31m \u2028::error::x"


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_nothing_of_a_commit_reaches_the_terminal_as_a_command(form: str) -> None:
    out = "\n".join(written(form, [judged(HOSTILE, "a" * 40)], "x"))
    assert visible(out.replace("\n", "")) == out.replace("\n", "")


@given(st.text())
def test_visible_text_is_one_line_without_controls(raw: str) -> None:
    shown = visible(raw)
    assert "\n" not in shown
    assert all(char.isprintable() or char.isspace() or ord(char) > 0x9F for char in shown)
    assert visible(shown) == shown


def test_a_single_message_says_what_became_of_it() -> None:
    assert written("text", [judged("feat: x")]) == ["ok: feat: x"]
    assert written("text", [judged("Merge branch 'a'")]) == ["not checked (merge): Merge branch 'a'"]


def test_a_message_that_is_judged_in_part() -> None:
    assert written("text", [judged('Revert "feat: x"')]) == [
        'only some rules apply to this kind of commit (revert): Revert "feat: x"'
    ]


def test_a_range_shows_the_header_that_would_pass() -> None:
    result = judged("foo: x", "c" * 40)._replace(suggestion="feat: x\n\nbody\n")
    assert "  suggested: feat: x" in written("text", [result], "A..B")
    assert "  suggested: foo: x" not in written("text", [result._replace(suggestion="foo: x\n")], "A..B")


def test_a_rule_that_could_not_run_is_said() -> None:
    result = judged("feat: x")._replace(skipped=("sign-off-identity",))
    assert written("text", [result])[-1].startswith("not checked: sign-off-identity ")


def test_a_range_is_grouped_by_commit_with_totals_last() -> None:
    lines = written("text", [judged("feat: x", "b" * 40), judged("foo: x", "c" * 40), judged("x", "d" * 40, 2)], "A..B")
    assert lines[0] == "cccccccccccc foo: x"
    assert lines[-1] == "checked 2 of 3 commits (not checked in full: 1 merge); errors: 1, warnings: 0"
    assert written("text", [], "A..A") == ["there are no commits in A..A"]


def test_the_commands_that_mend_a_branch_stand_above_the_totals() -> None:
    """how-git-reads-a-message 57 to 68: what was expected, what was got, and the command that mends the branch."""
    commit = Commit(message.from_bytes(b"feat: x"), ANN, ANN, 1, "a" * 40)
    result = evaluate.judge(commit, parsing.parse("", "x"))
    lines = written("text", [result], "A..HEAD", repair=lambda _: [("sign", "git it")])
    assert "Signed-off-by: Ann Lee <ann@example.org>" in "".join(lines)
    assert lines[-2] == "add your sign-off to your own commits: git it"
    assert lines[-1].startswith("checked ")


def test_json_is_one_document_of_the_contract() -> None:
    result = judged("foo: x", "c" * 40)._replace(suggestion="feat: x\n")
    document = json.loads("\n".join(written("json", [result, judged("Merge branch 'a'")], "A..B")))
    (finding,) = document.pop("findings")
    assert document.pop("version")
    assert document == {
        "schema": 1,
        "commands": [],
        "range": "A..B",
        "commits": 2,
        "checked": 1,
        "skipped": {"merge": 1},
        "errors": 1,
        "warnings": 0,
    }
    assert list(finding) == [
        "rule",
        "severity",
        "commit",
        "subject",
        "line",
        "column",
        "message",
        "suggestion",
        "path",
        "ref",
    ]
    assert finding["commit"] == "c" * 40
    assert finding["suggestion"] == "feat: x\n"


def test_jsonl_is_a_finding_a_line() -> None:
    lines = written("jsonl", [judged("foo: x."), judged("feat: x")], "A..B")
    assert [json.loads(line)["rule"] for line in lines] == ["type-known", "description-full-stop"]


def test_a_wrapped_line_is_never_wider_than_asked() -> None:
    said = "提交信息：" + "标题宽度 superlongish words and 中文混排 " * 6
    for width in (30, 41, 80):
        assert all(display_width.width(line) <= width for line in styles.wrap(said, width, 4))
    assert "".join(line.strip() for line in styles.wrap(said, 40, 4)).replace(" ", "") == said.replace(" ", "")
    assert styles.wrap(said, 0, 4) == [said]


@pytest.mark.parametrize(
    "text", ["a\u0301" * 100_000, "添" * 100_000, "a " * 100_000, "（" * 100_000, "\u0301" * 100_000]
)
def test_wrapping_a_long_text_ends_soon(text: str) -> None:
    start = time.process_time()
    lines = styles.wrap(f"error: {text}", 60, 4)
    assert "".join("".join(lines).split()) == "".join(f"error: {text}".split())
    assert time.process_time() - start < 20, "seconds, where it was for ever"


@pytest.mark.parametrize(
    ("environ", "colour", "expected"),
    [
        ({}, "auto", False),
        ({"CLICOLOR_FORCE": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "0"}, "auto", False),
        ({}, "always", True),
        ({"CLICOLOR_FORCE": "1"}, "never", False),
    ],
    ids=["no terminal", "forced", "not forced", "always", "never"],
)
def test_style_without_a_terminal(environ: dict[str, str], colour: str, expected: bool) -> None:
    with open("/dev/null", "rb") as file:  # noqa: PTH123  its descriptor is wanted
        found = styles.style_of(file.fileno(), environ, colour)
    assert found == Style(expected, unicode=True, width=0), "whatever the locale"


def test_style_of_a_terminal() -> None:
    leader, follower = terminals.opened()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 66, 0, 0))
    utf8 = {"LANG": "C.UTF-8"}
    assert styles.style_of(follower, utf8) == Style(colour=True, unicode=True, width=66)
    assert styles.style_of(follower, {**utf8, "LC_ALL": "C"}).unicode is False
    assert styles.style_of(follower, {**utf8, "NO_COLOR": "1"}).colour is False
    assert styles.style_of(follower, {**utf8, "CLICOLOR": "0"}).colour is False
    assert styles.style_of(follower, {**utf8, "TERM": "dumb"}) == Style(unicode=True)
    os.close(leader)
    os.close(follower)


def test_a_terminal_that_hides_its_size_is_80_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden(_: int) -> os.terminal_size:
        raise OSError

    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setattr(os, "get_terminal_size", hidden)
    assert styles.style_of(1, {}).width == 80


def test_chinese_is_said_in_chinese() -> None:
    (line, *_rest) = text.finding(
        Finding("type-case", "upper", facts=(("expected", "feat"), ("got", ""))), Style(), zh.TEXTS
    )
    assert line == "  1:1   错误：类型请用小写：“feat” [type-case]"


@pytest.mark.parametrize(
    "header", ["foo: x.", "x" * 2000 + ": y."], ids=["that is remembered", "that is too long to be"]
)
def test_jsonl_says_of_equal_findings_what_json_says(header: str) -> None:
    results = [judged(header, "a" * 40), judged(header, "b" * 40)]
    document = json.loads("".join(written("json", results)))
    assert [json.loads(line) for line in written("jsonl", results)] == document["findings"]


@pytest.mark.parametrize("suggestion", [None, 'a "## b"\n'])
def test_jsonl_has_the_rows_of_json(suggestion: str | None) -> None:
    """One is put together by hand."""
    results = [
        judged('foo: say "##[x]" \\ \x1b 添', "a" * 40)._replace(suggestion=suggestion),
        judged("feat: x"),
        judged("Update", None)._replace(suggestion=suggestion),
    ]
    whole = "".join(written("json", results))
    lines = written("jsonl", results)
    assert [json.loads(line) for line in lines] == json.loads(whole)["findings"]
    assert [list(json.loads(line)) for line in lines] == [list(row) for row in json.loads(whole)["findings"]]
    assert not any("##" in line for line in lines)
