"""The formats of other programs: each is read back by its own reader, and no commit speaks to one of them."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gitpact import message
from gitpact.checks import commit_range
from gitpact.cli.common_options import Format
from gitpact.message.encodings import UNSAFE
from gitpact.policy import parsing
from gitpact.records import Commit, Finding, Ident, Result
from gitpact.report import escape, formats, github, markdown
from gitpact.report.i18n import en, zh
from gitpact.report.report_context import Run
from gitpact.report.style import Style
from gitpact.rules import IDS, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gitpact.report.i18n import Catalog

NEW = ("github", "gitlab", "sarif", "junit", "markdown")
OPEN = parsing.parse('[dco]\nsign-off = "optional"\n[rules]\nissue-format = "warning"', "x")
STOP = "description-full-stop/stop"
SCHEMAS = Path(__file__).parent / "schemas"
HOSTILE = {
    "workflow command": "::error::x",
    "indented command": "  ::stop-commands::x",
    "old command": "feat: a ##[error]b",
    "old command after a third hash": "a ###[group]b",
    "another host's command": "a ##vso[task.complete]b",
    "escaped line break": "feat: 100%0A::error::x%0D%25",
    "line break": "feat: a\r::error::x",
    "terminal": "feat: \x1b[31mred\x1b]0;title\x07 \x9b2J",
    "direction": "feat: \u202egnp\u2066 \u200bx",
    "line separator": "feat: a\u2028::error::x\u2029\x85\x0b\x0c::error::x",
    "end of CDATA": "feat: ]]></failure><!-- & &#0; &lt;",
    "script": "feat: <script>alert(1)</script><img src=x onerror=alert(1)> \" onload=alert(1) '",
    "surrogates": "feat: \ud800 \udfff \udc80",
    "no characters": "feat: \ufffe\uffff\x00",
    "backticks": "`a` ``` ````x`",
    "backtick at the end": "x`",
    "pipes": "a|b \\| c \\\\| d | `|`",
    "markup": "[x](https://example.org) ![y](z) **b** _i_ ~~s~~ # h <b> \\",
    "backslash at the end": "x\\",
    "mention": "@everyone #1 GH-1 https://example.org/issues/1 user/repo#1 :tada: $`x`$",
    "placeholder": "feat: {0} {} {{x}} %s %(x)s",
    "one megabyte": "x|`@" * 250_000,
    "one megabyte of escapes": "\x1b" * 1_000_000,
    "nothing": "",
}


def judged(raw: str, oid: str | None = None, parents: int | None = None) -> Result:
    stored = message.from_bytes(raw.encode("utf-8", "surrogatepass"))
    return evaluate.judge(Commit(stored, Ident("Ann Lee", "ann@example.org"), None, parents, oid), OPEN)


@cache
def hostile(raw: str, oid: str | None = "e" * 40) -> Result:
    """A commit whose header, body, facts and suggestion are all `raw`, as no reader of git's output would hand it on."""
    found = judged(f"{raw}\n{raw}", oid)
    said = found.commit.message
    lines = tuple(raw if line else line for line in said.lines) or (raw,)
    said = said._replace(header=said.header._replace(text=raw), lines=lines)
    facts = (("got", raw), ("expected", raw))
    fault = Finding("type-known", "unknown", 1, 1, 3, facts)
    return Result(found.commit._replace(message=said), (*found.findings[:30], fault), suggestion=f"{raw}\n\n{raw}\n")


def written(form: str, results: Iterable[Result], span: str | None = "A..B", texts: Catalog = en.TEXTS) -> list[str]:
    lines: list[str] = []
    tally = evaluate.Tally()
    [*formats.report(form)(tally.count(results), Run(span, tally, Style(unicode=True), texts, lines.extend))]
    return lines


def page(*args: Any, **options: Any) -> str:  # noqa: ANN401  those of written
    return "".join(f"{line}\n" for line in written(*args, **options))


def commands(text: str) -> list[tuple[str, str, str]]:
    """The workflow commands in a log as the runner of GitHub finds them: name, properties, data."""
    found = []
    for line in re.split("[\r\n]+", text):
        if said := re.match(r"\s*::([^\s:]+)(?: ((?:(?!::).)*))?::(.*)", line):
            name, properties, data = said.groups(default="")
            for escaped, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
                properties = properties.replace(escaped, char)
                data = data if char in ":," else data.replace(escaped, char)
            found.append((name, properties, data))
        elif said := re.search(r"##(\w*\[[^\]]*)\]", line):
            found.append(("old", said[1], ""))
    return found


def as_github(text: str) -> int:
    found = commands(text)
    assert {name for name, _, _ in found} <= {"error", "warning", "notice"}
    assert all(re.fullmatch(r"title=gitpact(: [a-z-]+)?", properties) for _, properties, _ in found)
    return len([name for name, _, _ in found if name != "notice"])


def as_gitlab(text: str) -> int:
    issues = json.loads(text)
    jsonschema.Draft202012Validator(schema("codequality")).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return len(issues)


def as_sarif(text: str) -> int:
    log = json.loads(text)
    jsonschema.Draft202012Validator(schema("sarif")).validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        plain = result["message"]["text"].replace("{{", "").replace("}}", "")
        assert not re.search(r"[{}]|(?<!\\)(\\\\)*[\[\]]", plain)
    return len(run["results"])


def as_junit(text: str) -> int:
    """How many lines the failures have; both readers agree on it."""
    document = junitparser.JUnitXml.fromstring(text.encode())
    (suite,) = document
    assert [case.tag for case in ET.fromstring(text)[0]] == ["testcase"] * len(list(suite)) + ["system-out"]  # noqa: S314  our own
    failures = [part.text for case in suite for part in case.result if isinstance(part, junitparser.Failure)]
    assert failures == [part.text for part in ET.fromstring(text).iter("failure")]  # noqa: S314
    return sum(len(part.strip().split("\n")) for part in failures)


def as_markdown(text: str) -> int:
    """How many rows the table has: as a reader shows them that allows HTML, makes links and has GitHub's tables."""
    shown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    outside = re.sub(r"<code>[^<]*</code>", "", shown)
    assert set(re.findall(r"</?(\w+)", outside)) <= {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    assert not re.search(r"[@#`\\*]|https", outside)
    rows = re.findall(r"<tr>\n(.*?)</tr>", shown, re.DOTALL)[1:]
    assert all(row.count("<td") == 4 for row in rows)
    return len(rows)


READERS: dict[str, Callable[[str], int]] = dict(
    zip(NEW, (as_github, as_gitlab, as_sarif, as_junit, as_markdown), strict=True)
)


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_the_command_line_offers_every_format() -> None:
    assert [form.value for form in Format] == list(formats.NAMES)
    assert formats.NAMES[-len(NEW) :] == NEW


@pytest.mark.parametrize("name", ["codequality", "sarif"])
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.long
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("oid", ["e" * 40, None], ids=["commit", "message"])
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", NEW)
def test_a_hostile_message_is_read_back_and_commands_nothing(form: str, raw: str, oid: str | None) -> None:
    result = hostile(raw, oid)
    out = page(form, [result, judged("feat: fine", "f" * 40)])
    assert READERS[form](out) == len(result.findings)
    assert not re.search(UNSAFE, out.replace("\n", ""))
    assert not re.search(r"##\w*\[", out)
    assert form == "github" or not commands(out)
    assert len(out) < 300_000


@pytest.mark.parametrize("form", NEW)
def test_a_suggested_header_is_shown_unless_it_is_the_old_one(form: str) -> None:
    result = judged("Feature: x", "e" * 40)._replace(suggestion="feat: x\n\nbody\n")
    assert "suggested: feat: x" in page(form, [result])
    assert "suggested" not in page(form, [result._replace(suggestion="Feature: x\n\nbody\n")])


@pytest.mark.parametrize("texts", [en.TEXTS, zh.TEXTS], ids=["English", "Chinese"])
@pytest.mark.parametrize("form", ["json", "jsonl", *NEW])
def test_a_hostile_range_commands_nothing(form: str, texts: Catalog) -> None:
    """A branch may be called so."""
    span = "  ::error::`<b>`##[error]@x|%0A..\x1b[31m"
    out = page(form, [], span, texts)
    assert not re.search(UNSAFE, out.replace("\n", ""))
    found = commands(out)
    assert not found or (form, len(found)) == ("github", 1)
    if form in NEW:
        assert READERS[form](out) == 0


@settings(max_examples=60, deadline=None)
@given(raw=st.text())
@pytest.mark.parametrize("form", NEW)
def test_any_message_is_read_back(form: str, raw: str) -> None:
    result = hostile(raw)
    assert READERS[form](page(form, [result])) == len(result.findings)


@pytest.mark.parametrize("form", NEW)
def test_findings_are_written_as_they_come(form: str) -> None:
    lines: list[str] = []
    tally = evaluate.Tally()

    def results() -> Iterator[Result]:
        yield judged("foo: x", "a" * 40)
        assert "foo: x" in "".join(lines)
        yield judged("bar: x", "b" * 40)

    [*formats.report(form)(tally.count(results()), Run("A..B", tally, Style(), en.TEXTS, lines.extend))]
    assert "bar: x" in "".join(lines)


@pytest.mark.parametrize(("form", "char"), [("gitlab", r"\u767b"), ("sarif", r"\u767b"), ("junit", "&#30331;")])
def test_files_are_ascii_whatever_the_locale(form: str, char: str) -> None:
    """Written to a terminal that knows no UTF-8, other characters would become escapes of Python."""
    out = page(form, [judged("foo: 登录", "a" * 40)], texts=zh.TEXTS)
    assert out.isascii()
    assert char in out


def test_github_annotates_and_says_everything_in_the_log() -> None:
    lines = written("github", [judged("feat: fine", "a" * 40), judged("foo: 100% x.", "b" * 40)])
    known, stop, notice = commands("\n".join(lines))
    assert known[:2] == ("error", "title=gitpact: type-known")
    assert known[2].startswith("bbbbbbbbbbbb foo: 100% x.: unknown type 'foo'; the types are: feat, fix, ")
    assert stop[1:] == ("title=gitpact: description-full-stop", f"bbbbbbbbbbbb foo: 100% x.: {en.TEXTS[STOP]}")
    assert notice == ("notice", "title=gitpact", "checked 2 of 2 commits; errors: 2, warnings: 0")
    assert "foo: 100%25 x." in lines[0]
    assert lines[2:5] == ["bbbbbbbbbbbb foo: 100% x.", "    foo: 100% x.", "    ^^^        ^"]
    assert lines[-2:] == [
        "",
        "::notice title=gitpact::checked 2 of 2 commits; errors: 2, warnings: 0",
    ]
    assert "fine" not in "".join(lines)


def test_github_tells_levels_apart() -> None:
    found = commands(page("github", [judged("feat: x(#12)", "a" * 40)]))
    assert [name for name, _, _ in found] == ["warning", "notice"]


def test_github_says_what_became_of_a_single_message() -> None:
    assert written("github", [judged("feat: x")], None) == ["ok: feat: x"]


def test_github_says_which_rule_could_not_run() -> None:
    result = judged("feat: x", "a" * 40)._replace(skipped=("sign-off-identity",))
    assert written("github", [result])[1].startswith("not checked: sign-off-identity ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  1:1   error: a::b [type-known]", "  1:1   error: a::b [type-known]"),
        ("::error::x", "<U+003A>:error::x"),
        ("    ::add-mask::x", "    <U+003A>:add-mask::x"),
        ("\u3000\xa0::debug::x", "\u3000\xa0<U+003A>:debug::x"),
        ("x ##[debug]y", "x <U+0023>#[debug]y"),
        ("x ####vso[a]##[b]", "x ##<U+0023>#vso[a]<U+0023>#[b]"),
        ("## heading [x]", "## heading [x]"),
    ],
    ids=["ours", "at the start", "indented", "other spaces", "old", "several", "no command"],
)
def test_lines_are_made_inert(line: str, expected: str) -> None:
    assert escape.inert(line) == expected
    assert bool(commands(line)) == (line != expected)
    assert not commands(expected)


def summary(results: Iterable[Result], path: Path) -> list[str]:
    lines: list[str] = []
    tally = evaluate.Tally()
    run = Run("A..B", tally, Style(), en.TEXTS, lines.extend)
    [*github.report(tally.count(results), run, {"GITHUB_STEP_SUMMARY": str(path)})]
    return lines


def test_github_appends_the_table_to_the_job_summary(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    results = [judged("foo: 登录", "a" * 40), judged("feat: x", "b" * 40)]
    log = summary(results, path)
    assert path.read_text(encoding="utf-8") == "before\n" + page("markdown", results)
    assert "### gitpact" not in log
    assert log[-1] == "::notice title=gitpact::checked 2 of 2 commits; errors: 1, warnings: 0"


def test_github_judges_without_a_summary_too(tmp_path: Path) -> None:
    """A container may not see the runner's folder."""
    log = summary([judged("foo: x", "a" * 40)], tmp_path / "none" / "summary.md")
    assert log[0] == "::warning title=gitpact::GITHUB_STEP_SUMMARY: No such file or directory"
    assert log[1].startswith("::error title=gitpact%3A type-known::aaaaaaaaaaaa foo: x: ")


def test_gitlab_issues() -> None:
    error, long, space = json.loads(page("gitlab", [judged("foo: x\n\n" + "y" * 101, "a" * 40), judged("feat: x(#1)")]))
    assert error["check_name"] == "type-known"
    assert error["severity"] == "major"
    assert (
        long["description"]
        == "aaaaaaaaaaaa foo: x: the line is 101 columns wide; the limit in the body is 100: break the line"
    )
    assert long["severity"] == "minor"
    assert long["location"] == {"path": ".git/COMMIT_EDITMSG", "lines": {"begin": 3}}
    assert space["description"].startswith("feat: x(#1): add a space before")
    assert written("gitlab", []) == ["[", "]"]


def prints(results: Iterable[Result], texts: Catalog = en.TEXTS) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(page("gitlab", results, texts=texts))]


def test_a_fingerprint_is_the_same_in_every_run_and_language_and_only_there() -> None:
    here = [judged("foo: x.", "a" * 40), judged("foo: x.", "b" * 40), judged("foo: x."), judged("foo: y.")]
    assert len(set(prints(here))) == 8
    assert prints(here) == prints(here[:1], zh.TEXTS) + prints(here[1:])
    facts = [(("expected", key),) for key in ("Refs", "Tested-by")]
    missing = tuple(Finding("trailer-required", "missing", facts=fact) for fact in facts)
    assert len(set(prints([here[0]._replace(findings=missing)]))) == 2


def test_sarif_describes_rules_and_names_commits() -> None:
    skipped = judged("Merge branch 'a'", "b" * 40, 2)
    (run,) = json.loads(page("sarif", [judged("foo: x\\[y]{0}", "a" * 40), skipped, judged("bar: x")]))["runs"]
    first, second = run["results"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(IDS)
    assert first["message"]["text"].startswith(r"aaaaaaaaaaaa foo: x\\\[y\]{{0}}: unknown type 'foo'")
    assert first["level"] == "error"
    (location,) = first["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "a" * 40, "kind": "commit"}]
    assert location["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1}
    assert "logicalLocations" not in second["locations"][0]
    counts = {"commits": 3, "checked": 2, "skipped": {"merge": 1}, "errors": 2, "warnings": 0}
    assert run["properties"] == {"range": "A..B", **counts}


def test_junit_has_a_case_for_every_commit() -> None:
    results = [
        judged("feat: fine", "a" * 40),
        judged("foo: x(#1)", "b" * 40),
        judged("feat: x(#1)", "c" * 40),
        judged("Merge branch 'a'", "d" * 40, 2),
        judged("fixup! feat: x", "e" * 40),
        judged("feat: y")._replace(skipped=("sign-off-identity",)),
        judged(""),
    ]
    (suite,) = junitparser.JUnitXml.fromstring(page("junit", results).encode())
    cases = list(suite)
    assert [case.name for case in cases] == [
        "aaaaaaaaaaaa feat: fine",
        "bbbbbbbbbbbb foo: x(#1)",
        "cccccccccccc feat: x(#1)",
        "dddddddddddd Merge branch 'a'",
        "eeeeeeeeeeee fixup! feat: x",
        "feat: y",
        "-",
    ]
    assert {case.classname for case in cases} == {"gitpact"}
    kinds = [[type(part).__name__ for part in case.result] for case in cases]
    assert kinds == [[], ["Failure"], [], ["Skipped"], ["Failure"], [], ["Failure"]]
    (failure,) = cases[1].result
    assert failure.type == "type-known"
    assert failure.message.startswith("unknown type 'foo'; the types are")
    assert [line.rsplit(" ", 1)[1] for line in failure.text.strip().split("\n")] == ["[type-known]", "[issue-format]"]
    assert cases[3].result[0].message == "not checked (merge): Merge branch 'a'"
    assert cases[2].system_out.strip().startswith("1:8 warning: add a space before")
    assert cases[5].system_out.strip().startswith("not checked: sign-off-identity ")
    assert written("junit", results)[-3] == (
        "<system-out>checked 6 of 7 commits (not checked in full: 1 merge); errors: 3, warnings: 2</system-out>"
    )


def repaired(form: str, raw: str = "foo: x", command: str = "git it") -> list[str]:
    """What a format writes where a command repairs the commits."""
    tally, lines = evaluate.Tally(), list[str]()
    run = Run("A..HEAD", tally, Style(unicode=True), en.TEXTS, lines.extend, lambda _: [("reword", command)])
    [*formats.report(form)(tally.count([judged(raw, "a" * 40, 1)]), run)]
    return lines


@pytest.mark.parametrize("form", [form for form in formats.NAMES if form != "jsonl"])
def test_every_format_says_what_repairs_the_commits(form: str) -> None:
    command = "git <it> & [more] {0} | x"
    assert not any("git &lt;it" in line or "git <it" in line for line in repaired(form, "feat: x", command))
    text = "\n".join(repaired(form, command=command))
    if form in READERS:
        assert READERS[form](text) == (2 if form == "gitlab" else 1)
    read: dict[str, Callable[[], object]] = {
        "sarif": lambda: json.loads(text)["runs"][0]["invocations"][0]["toolExecutionNotifications"][-1]["message"],
        "gitlab": lambda: json.loads(text)[-1]["description"],
        "json": lambda: json.loads(text)["commands"],
        "junit": lambda: ET.fromstring(text)[0][-1].text,  # noqa: S314  our own
    }
    said = read.get(form, lambda: text)()
    shown = command.replace("[more]", "\\\\[more\\\\]").replace("{0}", "{{0}}") if form == "sarif" else command
    assert shown in str(said)


def test_markdown_tells_what_mends_the_branch() -> None:
    lines = repaired("markdown")
    assert lines[-5:-1] == [
        "",
        f"- {en.TEXTS['mending.reword']}",
        "- correct the messages in an editor: ` git it `",
        "",
    ]


def test_markdown_is_a_table_with_totals() -> None:
    lines = written("markdown", [judged("fo|o: @you", "a" * 40), judged("feat: fine", "b" * 40)])
    assert lines[:2] == ["### gitpact", ""]
    assert lines[2:4] == ["| Commit | Subject | Finding | Rule |", "| --- | --- | --- | --- |"]
    assert lines[4].startswith(r"| aaaaaaaaaaaa | ` fo\|o: @you ` | 1:1 error: ` ")
    assert lines[4].endswith(" | type-known |")
    assert lines[5:] == ["", "checked 2 of 2 commits; errors: 1, warnings: 0"]


def test_markdown_without_findings_has_no_table() -> None:
    assert written("markdown", [judged("feat: x", "a" * 40)])[2:] == ["checked 1 of 1 commits; errors: 0, warnings: 0"]
    assert written("markdown", [], "a`b..c")[2:] == ["there are no commits in `` a`b..c ``"]


def test_markdown_counts_what_it_leaves_out() -> None:
    lines = written("markdown", [judged("foo: x", "a" * 40)] * (markdown.SHOWN + 3))
    assert lines[-4:-2] == ["", "… and 3 more"]
    assert as_markdown("\n".join(lines)) == markdown.SHOWN


@pytest.mark.parametrize("raw", ["a", "`", "a``b`", "\\|", "|", "x\\", " a ", "<b>&amp;"])
def test_a_code_span_shows_the_text_as_it_is(raw: str) -> None:
    table = f"| {markdown.code(raw)} |\n| --- |\n"
    shown = MarkdownIt("commonmark").enable("table").render(table)
    (found,) = re.findall("<code>(.*?)</code>", shown)
    assert unescape(found) == raw


@pytest.mark.parametrize("form", ["markdown", "junit", "github", "sarif"])
def test_what_is_on_a_title_or_on_a_range_has_a_name(form: str) -> None:
    rules = parsing.parse("[push]\nmax-commits = 1\n", "gitpact.toml")
    whole = evaluate.judge_range(3, rules)
    assert whole
    one, other = (page(form, [result], "main..topic") for result in (commit_range.title("Fix it", rules), whole))
    assert "title: Fix it" in one
    assert other.count("main..topic") == 2, "by its name, and in the totals"


def test_a_summary_is_no_longer_than_a_comment_may_be() -> None:
    long = judged("foo: " + "\u200b" * 90, "a" * 40)
    lines = written(formats.SUMMARY, [long] * 300)
    rows = sum(line.startswith("| aaaa") for line in lines)
    assert 0 < rows < markdown.SHOWN
    assert markdown.MOST - 2000 < len("\n".join(lines)) < 65_536
    assert f"… and {900 - rows} more" in lines
