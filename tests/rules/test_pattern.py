"""The rules that a policy defines itself: which text each looks at, in which commits, and what it says."""

from __future__ import annotations

import re
import tracemalloc
from typing import NamedTuple

import pytest

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.message import linear_regex
from gitpact.policy import parsing
from gitpact.records import Blob, Commit, Ident, RefUpdate
from gitpact.report import i18n, rulebook
from gitpact.report.i18n import en, zh
from gitpact.rules import IDENTITY, active, asks_paths, evaluate, families, findings, ids
from gitpact.rules.push_registry import file_rules, path_rules, ref_rules

ANN, BOT = Ident("Ann Lee", "ann@example.org"), Ident("bot", "noreply@bot.example")
OID, NULL = "1" * 40, "0" * 40
SIGNED = "\n\nSigned-off-by: Ann Lee <ann@example.org>\n"


class Case(NamedTuple):
    """`found` is "line:column+width" of each finding, empty for a commit that passes."""

    name: str
    keys: str
    text: str
    found: tuple[str, ...] = ()
    author: Ident = ANN
    paths: tuple[str, ...] | None = None
    branches: tuple[str, ...] = ()


def policy(keys: str, name: str = "own", rules: str = "") -> str:
    return f'[dco]\nsign-off = "optional"\n[rules]\n{rules}\n[[pattern]]\nname = "{name}"\n{keys}\n'


TICKET = "where = 'header'\nforbid = '\\bTICKET-\\d+'"
BODY = "where = 'body'\nforbid = '(?m)^TODO\\b'"
WHY = "where = 'body'\nrequire = '(?i)\\bwhy:'"
REFS = "where = 'trailer:Refs'\nrequire = '^TICKET-\\d+$'"
PASSES = [
    Case("a header without it", TICKET, "feat: add login"),
    Case("it is in the body alone", TICKET, "feat: add login\n\nTICKET-12"),
    Case("a part of a word", TICKET, "feat: add XTICKET-12"),
    Case("a type that is another", "where = 'type'\nforbid = '^wip$'", "feat: wip"),
    Case("no scope", "where = 'scope'\nrequire = '^api'", "feat: add login"),
    Case("a scope that matches", "where = 'scope'\nrequire = '^api'", "feat(api-v2): add login"),
    Case("a description that matches", "where = 'description'\nrequire = '^(add|fix) '", "feat: add login (#12)"),
    Case("a header that breaks the grammar", "where = 'description'\nrequire = '^add '", "whatever"),
    Case("it is in the middle of a line", BODY, "feat: add login\n\nthe TODO list"),
    Case("a body that says why", WHY, "feat: add login\n\n\nWhy: because\nit is"),
    Case("no such trailer", REFS, "feat: add login" + SIGNED),
    Case("a trailer that matches", REFS, "feat: add login\n\nRefs: TICKET-12"),
    Case("a quoted line that is no trailer", REFS, "feat: add login\n\nRefs: nothing\n\nthe end"),
    Case("an author who matches", "where = 'author'\nrequire = '@example\\.org>$'", "feat: add login"),
    Case("another type", TICKET + "\ntypes = ['fix']", "feat: add TICKET-12"),
    Case("another scope", TICKET + "\nscopes = ['api*']", "feat(ui): add TICKET-12"),
    Case("no scope, and the rule is for one", TICKET + "\nscopes = ['api*']", "feat: add TICKET-12"),
    Case("other files", TICKET + "\npaths = ['docs/**']", "feat: TICKET-12", paths=("src/a",)),
    Case("files that are unknown", TICKET + "\npaths = ['docs/**']", "feat: TICKET-12"),
    Case("another branch", TICKET + "\nbranches = ['release/*']", "feat: TICKET-12", branches=("main",)),
    Case("a branch that is unknown", TICKET + "\nbranches = ['release/*']", "feat: TICKET-12"),
    Case("a type that breaks the grammar", "where = 'type'\nforbid = 'x'", "xx"),
    Case("a type under a condition", "where = 'type'\nforbid = '^wip$'\nscopes = ['a']", "wip: x"),
    Case("a scope under a condition", "where = 'scope'\nrequire = 'x'\npaths = ['a']", "fix(y): x", paths=("b",)),
    Case("an author under a condition", "where = 'author'\nforbid = 'A'\ntypes = ['fix']", "feat: x"),
    Case("an unknown committer", "where = 'committer'\nrequire = 'x'", "feat: x"),
    Case("an unknown committer of a type", "where = 'committer'\nrequire = 'x'\ntypes = ['feat']", "feat: x"),
    Case("a merge", TICKET, "Merge branch 'TICKET-12'"),
]
FAILS = [
    Case("a header with it", TICKET, "feat: add TICKET-12 now", ("1:11+9",)),
    Case("the first of two", TICKET, "feat: TICKET-1 and TICKET-2", ("1:7+8",)),
    Case("a type", "where = 'type'\nforbid = '^wip$'", "wip: add login", ("1:1+3",)),
    Case("a scope", "where = 'scope'\nrequire = '^api'", "feat(ui): add login", ("1:6+2",)),
    Case("a description", "where = 'description'\nrequire = '^(add|fix) '", "feat(ui): login (#12)", ("1:11+5",)),
    Case("a line of the body", BODY, "feat: add login\n\n\nsome text\nTODO: more" + SIGNED, ("5:1+4",)),
    Case("a body that does not say why", WHY, "feat: add login\n\nBecause." + SIGNED, ("3:1+8",)),
    Case("no body", WHY, "feat: add login" + SIGNED, ("2:1+1",)),
    Case("no body and no trailer", WHY, "feat: add login", ("1:1+1",)),
    Case("the whole message", "where = 'message'\nforbid = '(?i)secret'", "feat: add x\n\nA Secret.", ("3:3+6",)),
    Case("a match over two lines", "where = 'message'\nforbid = 'one\\ntwo'", "feat: add x\n\none\ntwo", ("3:1+7",)),
    Case("a trailer, in any case", REFS, "feat: add login\n\nrefs: none\nRefs: TICKET-1", ("3:7+4",)),
    Case("each of two trailers", REFS, "feat: add login\n\nRefs: a\nRefs: b", ("3:7+1", "4:7+1")),
    Case("an author", "where = 'author'\nforbid = '@bot\\.'", "feat: add login", ("1:13+5",), author=BOT),
    Case("the type of the rule", TICKET + "\ntypes = ['fix']", "fix: TICKET-12", ("1:6+9",)),
    Case("one of two scopes", TICKET + "\nscopes = ['api*']", "fix(ui, api-v2): TICKET-12", ("1:18+9",)),
    Case("a file", TICKET + "\npaths = ['docs/**']", "fix: TICKET-12", ("1:6+9",), paths=("a", "docs/b")),
    Case("a branch", TICKET + "\nbranches = ['release/*']", "fix: TICKET-1", ("1:6+8",), branches=("release/1",)),
    Case(
        "a scope in some files", "where = 'scope'\nrequire = 'x'\npaths = ['a']", "fix(y): x", ("1:5+1",), paths=("a",)
    ),
    Case("an author of a type", "where = 'author'\nforbid = 'Ann'\ntypes = ['feat']", "feat: x", ("1:1+3",)),
    Case("a case that does not matter", "where = 'header'\nforbid = '(?i)chatgpt'", "fix: by ChatGPT", ("1:9+7",)),
]


@pytest.mark.parametrize("case", [*PASSES, *FAILS], ids=lambda case: case.name)
def test_pattern(case: Case) -> None:
    rules = parsing.parse(policy(case.keys), "gitpact.toml")
    parsed = message.from_bytes(case.text.encode())
    commit = Commit(parsed, case.author, paths=case.paths, branches=case.branches)
    found = [one for one in evaluate.judge(commit, rules).findings if one.rule == "pattern/own"]
    assert tuple(f"{one.line}:{one.column}+{one.width}" for one in found) == case.found
    assert {one.severity for one in found} <= {"error"}


def of(keys: str, text: str, rules: str = "") -> list[str]:
    """The sentences of the findings on a message, in English and in Chinese."""
    parsed = parsing.parse(policy(keys, rules=rules), "gitpact.toml")
    found = evaluate.judge(Commit(message.from_bytes(text.encode()), ANN), parsed).findings
    return [i18n.sentence(one, texts) for one in found if one.rule == "pattern/own" for texts in (en.TEXTS, zh.TEXTS)]


def test_what_a_finding_says() -> None:
    assert of(TICKET, "fix: TICKET-1") == ["remove 'TICKET-1' from the header", "请从标题行中删去“TICKET-1”"]
    assert of(REFS, "fix: a\n\nRefs: b")[0] == "the trailer Refs must match the pattern ^TICKET-\\d+$"
    assert of(TICKET + "\nsay = 'use Refs {x}'", "fix: TICKET-1") == ["use Refs {x}"] * 2
    assert of(TICKET + "\nsay = { zh = '用 Refs' }", "fix: TICKET-1") == ["用 Refs"] * 2
    assert of(TICKET + "\nsay = { en = 'use Refs', zh = '用 Refs' }", "fix: TICKET-1") == ["use Refs", "用 Refs"]


def test_its_severity_is_that_of_its_id() -> None:
    rules = parsing.parse(policy(TICKET, rules='"pattern/own" = "warning"'), "gitpact.toml")
    commit = Commit(message.from_bytes(b"fix: TICKET-1"), ANN)
    assert [(one.rule, one.severity) for one in evaluate.judge(commit, rules).findings] == [("pattern/own", "warning")]
    assert not evaluate.judge(commit, rules, ("pattern/own",)).findings
    assert of(TICKET, "fix: TICKET-1", '"pattern/own" = "off"') == []


def test_a_policy_without_patterns_has_no_such_family() -> None:
    without, own = parsing.parse("", "x"), parsing.parse(policy(TICKET), "x")
    assert "pattern" not in families(without)
    assert families(own)["pattern"] == ("pattern/own",)
    assert ids(own) == (*ids(without), "pattern/own")
    assert not asks_paths(own)
    assert asks_paths(parsing.parse(policy(TICKET + "\npaths = ['a']"), "x"))


def test_who_made_a_commit_is_judged_whatever_it_is() -> None:
    rules = parsing.parse(policy("where = 'committer'\nforbid = '@bot'"), "x")
    for text in ("fix: x", "Merge branch 'x'", "fixup! fix: x", 'Revert "x"', "x" * 70_000):
        found = evaluate.judge(Commit(message.from_bytes(text.encode()), ANN, BOT), rules).findings
        assert "pattern/own" in {one.rule for one in found}
    assert set(IDENTITY) <= {*evaluate.JUDGED["merge"]}


def test_a_path_and_the_name_of_a_ref() -> None:
    path = parsing.parse(policy("where = 'path'\nforbid = '(?i)thumbs\\.db$'"), "x")
    blobs = [Blob(OID, 1, "a/Thumbs.db"), Blob(OID, 1, "a"), Blob(OID, 1)]
    assert [one.path for one in findings(file_rules(path), blobs, path)] == ["a/Thumbs.db"]
    assert "pattern/own" in path_rules(path)
    branch = parsing.parse(policy("where = 'branch'\nrequire = '^(feat|fix)/'"), "x")
    names = ("refs/heads/feat/x", "refs/heads/x", "refs/tags/x")
    updates = [RefUpdate("x", OID, name, NULL) for name in names] + [RefUpdate("", NULL, "refs/heads/x", OID)]
    assert [one.ref for one in findings(ref_rules(branch), updates, branch) if one.rule == "pattern/own"] == [names[1]]
    tag = parsing.parse(policy("where = 'tag'\nrequire = '^v\\d'"), "x")
    assert [one.ref for one in findings(ref_rules(tag), updates, tag) if one.rule == "pattern/own"] == [names[2]]
    assert not active("path-forbidden", path)


@pytest.mark.parametrize(
    "text", ["fix: x", 'Revert "x"\n\nThis reverts commit 1', "fixup! x", "x" * 70_000 + "sesame", "Merge branch 'x'"]
)
def test_a_private_pattern_judges_every_commit(text: str) -> None:
    """Whatever a project exempts: a bot, a header, the files at a path."""
    own = """
[message]
max-bytes = "1kB"
[exempt]
authors = ["*"]
subjects = ["*"]
[[path]]
match = "**"
[path.rules]
"pattern/words" = "off"
"""
    private = "[[pattern]]\nname = 'words'\nwhere = 'message'\nforbid = 'x'\n"
    rules = parsing.resolved((own, "gitpact.toml", "", None), ("", ""), (private, "/list.toml"))
    for author in (ANN, BOT):
        commit = Commit(message.from_bytes(text.encode(), max_bytes=rules.max_bytes), author, paths=("a",))
        assert "pattern/words" in {one.rule for one in evaluate.judge(commit, rules).findings}


def test_a_private_pattern_is_not_shown_and_not_replaced() -> None:
    own = policy(TICKET, rules='"pattern/own" = "off"') + "[exempt]\nsubjects = ['*']\n"
    private = "[[pattern]]\nname = 'own'\nwhere = 'header'\nforbid = '(?i)project-x'\n"
    private += "[[pattern]]\nname = 'form'\nwhere = 'body'\nrequire = 'sesame'\n"
    rules = parsing.resolved((own, "gitpact.toml", "", None), ("", ""), (private, "/list.toml"))
    found = evaluate.judge(Commit(message.from_bytes(b"fix: Project-X"), ANN), rules).findings
    assert [one.rule for one in found] == ["pattern/form", "pattern/own"]
    pages = rulebook.pages(rules, "en")
    said = [*(i18n.sentence(one, en.TEXTS) for one in found), pages["pattern/own"]["what"], *map(str, found)]
    assert said[:2] == [
        "the body does not have the form that the policy requires",
        "remove 'Project-X' from the header",
    ]
    assert not any("sesame" in text or "(?i)" in text for text in said)


def test_a_page_of_the_rulebook() -> None:
    rules = parsing.parse(policy(REFS), "x")
    assert (
        rulebook.pages(rules, "en")["pattern/own"]["what"] == "The trailer Refs must match the pattern ^TICKET-\\d+$."
    )
    assert "TICKET" in rulebook.pages(rules, "zh")["pattern/own"]["what"]
    said = rulebook.pages(parsing.parse(policy(TICKET + "\nsay = { zh = '用 Refs' }"), "x"), "en")["pattern/own"]
    assert said == {"what": "用 Refs", "why": "The header must not match the pattern \\bTICKET-\\d+.", "switch": ""}


def test_several_texts_are_looked_for_in_many_messages_at_once() -> None:
    """The rules find in a range what each finds in one commit."""
    keys = [("todo", "where = 'message'\nforbid = '(?i)todo'"), ("wip", "where = 'header'\nforbid = '(?i)wip'")]
    keys += [("a", "where = 'body'\nforbid = 'one\\ntwo'"), ("b", "where = 'body'\nforbid = 'two'")]
    text = "".join(f"[[pattern]]\nname = '{name}'\n{lines}\n" for name, lines in keys)
    rules = parsing.parse(text, "gitpact.toml")
    texts = ["feat: x", "feat: WIP\n\na ToDo", "fix: y\n\none\r\ntwo", "feat: z\n\ntwo"]
    commits = [Commit(message.from_bytes(one.encode()), None) for one in texts]
    together = [result.findings for result in evaluate.judging(rules)(commits)]
    assert together == [evaluate.judge(commit, rules).findings for commit in commits]
    own = [{one.rule for one in found if one.rule.startswith("pattern/")} for found in together]
    assert own == [set(), {"pattern/todo", "pattern/wip"}, {"pattern/a", "pattern/b"}, {"pattern/b"}]


LARGE = "[[pattern]]\nname = 'big'\nwhere = 'body'\nforbid = '[ab]{%d}'"


@pytest.mark.parametrize("count", [1990, 1996])
def test_the_largest_pattern_is_searched_for(count: int) -> None:
    commit = Commit(message.from_bytes(b"feat: x\n\n" + b"a" * count), ANN, ANN)
    assert "pattern/big" in {one.rule for one in evaluate.judge(commit, parsing.parse(LARGE % count, "x")).findings}


@pytest.mark.parametrize("count", [1998, 2000])
def test_a_larger_pattern_is_refused_when_the_policy_is_read(count: int) -> None:
    with pytest.raises(GitpactError, match=r"^x:4: pattern\[1\].forbid: "):
        parsing.parse(LARGE % count, "x")


def test_many_findings_of_one_pattern_take_no_more_memory_than_one() -> None:
    rules = parsing.parse("[[pattern]]\nname = 'big'\nwhere = 'trailer:Refs'\nforbid = '[a-z]{1,990}'", "x")

    def found(number: int) -> int:
        commit = Commit(message.from_bytes(b"feat: x\n\n" + b"Refs: ab\n" * number), ANN, ANN)
        return sum(one.rule == "pattern/big" for one in evaluate.judge(commit, rules).findings)

    assert found(1) == 1
    tracemalloc.start()
    assert found(200) == 200
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


CASES = ("ςσΣ", "\u212akK", "ßẞ", "ϑθΘ", "ıiI", "ſsS")


@pytest.mark.parametrize("letters", CASES)
def test_letters_that_differ_in_case_alone_are_equal(letters: str) -> None:
    for one in letters:
        for other in letters:
            assert re.fullmatch(f"(?i){one}", other)
            assert linear_regex.fullmatch(f"(?i){one}", other)
    assert not linear_regex.occurs("(?i)[A-Z]{3}", "123ßﬁß")
    assert linear_regex.fullmatch(r"(?i)[^\W\d_]+", "προΐδρος")


@pytest.mark.parametrize(
    "own", ["[message]\nmax-bytes = 5\n[rules]\nmessage-size = 'off'", "[message]\nissue-pattern = '.+'"]
)
def test_a_project_exempts_no_text_from_a_private_pattern(own: str) -> None:
    private = "[[pattern]]\nname = 'customers'\nwhere = '{where}'\nforbid = 'acme'"
    for where, text in (("message", "feat: a\n\nfor acme"), ("description", "feat: bla (acme)")):
        rules = parsing.resolved((own, "x", "", None), ("", ""), (private.format(where=where), "/list.toml"))
        parsed = message.from_bytes(text.encode(), issue_pattern=rules.issue_pattern, max_bytes=rules.max_bytes)
        found = {one.rule for one in evaluate.judge(Commit(parsed, ANN, ANN), rules).findings}
        assert found & {"pattern/customers", "message-size"}


@pytest.mark.parametrize(
    "table",
    ["[scopes]\na = ['a']", "[[path]]\nmatch = 'a'", "[message]\n'+types' = ['x']", "[rules]\ntype-known = 'off'"],
)
def test_a_private_file_holds_nothing_but_patterns(table: str) -> None:
    with pytest.raises(GitpactError, match="this file may contain only patterns"):
        parsing.resolved(("", "x", "", None), ("", ""), (table, "/list.toml"))


@pytest.mark.parametrize("value", ["'SECRET(NAME'", "'(?=SECRET)'", "['SECRET']", "''"])
def test_an_error_in_a_private_file_shows_no_pattern(value: str) -> None:
    text = f"[[pattern]]\nname = 'customers'\nwhere = 'body'\nforbid = {value}"
    with pytest.raises(GitpactError, match=r"^/list.toml:4: pattern\[1\].forbid: ") as raised:
        parsing.resolved(("", "x", "", None), ("", ""), (text, "/list.toml"))
    assert "SECRET" not in f"{raised.value} {raised.value.hint}"
