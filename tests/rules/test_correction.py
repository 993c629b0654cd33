"""Suggested messages: what the author most likely meant, and always one that passes."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact import message
from gitpact.policy import parsing
from gitpact.records import Commit, Ident
from gitpact.rules import DCO, correction, evaluate
from tests.support.words import says_the_same

ANN = Ident("Ann Lee", "ann@example.org")
SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
OPEN = '[dco]\nsign-off = "optional"\n'
HEADERS = {
    "alias": ("feature: x", "feat: x"),
    "a scope before a type of another script's colon": ("api: fix\uff1ax", "fix(api): x"),
    "a verb that the type does not say": ("Optimize the script", "perf: optimize the script"),
    "a verb before a colon": ("optimize: the script", "perf: the script"),
    "a verb that the type says": ("Fixes the script", "fix: the script"),
    "capitals": ("FEAT(API): x", "feat(API): x"),
    "alias in capitals": ("Feature: x", "feat: x"),
    "letters of another script": ("сі: x", "ci: x"),
    "one letter of another script": ("fеat: x", "feat: x"),
    "misspelt": ("faet: x", "feat: x"),
    "misspelt by two": ("refacotr: x", "refactor: x"),
    "no space": ("feat:x", "feat: x"),
    "space before the colon": ("feat : x", "feat: x"),
    "space before the scope": ("feat (a): x", "feat(a): x"),
    "space in the scope": ("feat( a , b ): x", "feat(a, b): x"),
    "empty scope": ("feat(): x", "feat: x"),
    "unclosed scope": ("feat(a: x", "feat(a): x"),
    "mark before the scope": ("feat!(a): x", "feat(a)!: x"),
    "two marks": ("feat!!: x", "feat!: x"),
    "no-break space": ("feat:\u00a0x", "feat: x"),
    "tab": ("feat:\tx", "feat: x"),
    "full-width colon": ("feat：x", "feat: x"),
    "full-width everything": ("feat（api）：添加登录（#12）", "feat(api): 添加登录 (#12)"),
    "full stop": ("feat: x.", "feat: x"),
    "Chinese full stop": ("feat: 添加登录。", "feat: 添加登录"),
    "full stop after the issue": ("feat: x (#12).", "feat: x (#12)"),
    "full stop and fault": ("Feature:x.", "feat: x"),
    "full-width issue": ("feat: x（#12）", "feat: x (#12)"),
    "no colon": ("feat add x", "feat: add x"),
    "no colon after a scope": ("fix(api) crash", "fix(api): crash"),
    "past tense": ("Fixed the crash", "fix: the crash"),
    "a verb": ("Add a login page", "feat: add a login page"),
    "a name is not a verb": ("Bump URL to 2", "chore: bump URL to 2"),
    "Chinese verb": ("修复登录失败", "fix: 修复登录失败"),
    "Chinese verb as type": ("修复：登录失败", "fix: 登录失败"),
    "type and scope with a slash": ("docs/api: describe x", "docs(api): describe x"),
    "scope before the verb": ("tracing: fix the tracer", "fix(tracing): the tracer"),
    "scope before a verb that is kept": ("client!: Add retries", "feat(client)!: add retries"),
    "scope before nothing known": ("client: whatever x", None),
    "colon in what follows": ("client: fix: x", None),
    "brackets around the type": ("[feat]: x", "feat: x"),
    "brackets and no colon": ("[feat] add x", "feat: add x"),
    "two scopes in brackets": ("[Windows][Integration] Enable x", "feat(Windows, Integration): enable x"),
    "a scope in brackets and one behind the type": ("[api] fix(ui): x", "fix(api, ui): x"),
    "brackets and a scope": ("[feat](api) add x", "feat(api): add x"),
    "brackets around type and scope": ("[Fix][api] x", "fix(api): x"),
    "brackets and a mark": ("[feat]! drop x", "feat!: drop x"),
    "Chinese brackets": ("【修复】登录失败", "fix: 登录失败"),
    "brackets around a scope": ("[api] add x", "feat(api): add x"),
    "brackets around a scope before a type": ("[api] fix: x", "fix(api): x"),
    "unfinished work in brackets": ("[WIP] add x", None),
    "a dash for the colon": ("feat - x", "feat: x"),
    "a long dash for the colon": ("fix(api) — x", "fix(api): x"),
    "a bar for the colon": ("docs | x", "docs: x"),
    "a symbol before the type": ("✨ feat: x", "feat: x"),
    "a symbol before a scope": ("🐛 fix(api): x", "fix(api): x"),
    "a symbol with a variation selector": ("♻️ tidy the parser", "refactor: tidy the parser"),
    "a symbol and a verb that says otherwise": ("🔥 fix the login", "fix: the login"),
    "a symbol that means nothing known": ("🦄 whatever it is", None),
    "nothing but a symbol": ("✨", None),
    "about the documentation": ("update readme", "docs: update readme"),
    "about a file of the documentation": ("Update README_zh_CN.md", "docs: update README_zh_CN.md"),
    "about integration tests": ("Add integration test for x", "test: add integration test for x"),
    "about the CI": ("remove 1.2 from CI builds", "ci: remove 1.2 from CI builds"),
    "another word for the CI": ("cicd: bump x", "ci: bump x"),
    "about the build": ("update the Makefile", "build: update the Makefile"),
    "about a file of settings": ("Add .editorconfig for x", "chore: add .editorconfig for x"),
    "two verbs": ("release: update x", "chore(release): update x"),
    "about a file of documentation": ("Add CHANGELOG.md", "docs: add CHANGELOG.md"),
    "about tests": ("Add unit tests for x", "test: add unit tests for x"),
    "about the documentation in Chinese": ("更新文档", "docs: 更新文档"),
    "nothing in particular": ("update go to 1.22", "chore: update go to 1.22"),
    "gone": ("remove old code", "refactor: remove old code"),
    "Chinese type": ("功能: x", "feat: x"),
    "Chinese type and full-width colon": ("文档：说明", "docs: 说明"),
    "Chinese type and scope": ("重构(api): x", "refactor(api): x"),
    "Chinese type that is rare": ("测试: x", "test: x"),
    "improvement": ("improvement: x", "feat: x"),
    "a footer as header": ("BREAKING CHANGE: x", "feat!: x"),
    "a footer as header, without colon": ("BREAKING CHANGE drop x", "feat!: drop x"),
    "a footer as header before a type": ("BREAKING CHANGE: fix(api): x", "fix(api)!: x"),
    "a footer as type": ("BREAKING-CHANGE: x", "feat!: x"),
    "an issue before the type": ("#12 fix: x", "fix: x (#12)"),
    "invisible character": ("feat: a\u200bb", "feat: ab"),
    "nobody can tell": ("whatever it is", None),
    "nothing described": ("feat: ", None),
    "empty issue": ("feat: x (#)", "feat: x"),
    "an emoji code": (":sparkles: x", "feat: x"),
    "an emoji code before the type": (":bug: fix: x", "fix: x"),
    "a list item": ("- feat: x", "feat: x"),
    "quoted as a whole": ('"feat: x"', "feat: x"),
    "a mark in front": ("!feat: x", None),
    "a bracket that was never opened": ("feat api): add x", None),
    "a bracket too many": ("feat(api)) : x", "feat(api): x"),
    "two colons": ("feat:: x", "feat: x"),
    "two colons of two scripts": ("feat:：x", "feat: x"),
    "a Chinese comma for a colon": ("feat，x", None),
    "a full stop after a space": ("feat: x 。", "feat: x"),
    "a work item before the colon": ("ABC-12: add x", "feat(ABC-12): add x"),
    "two issues and a full stop": ("feat: x (#1, #2).", "feat: x (#1, #2)"),
    "words in quotes": ('"feat: x" and "y"', None),
    "a part of the project that is spelt like a type": ("core: fix crash", "fix(core): crash"),
    "a part that is spelt like a short type": ("cli: add flag", "feat(cli): add flag"),
    "a part that is spelt like a type, and no verb": ("text: wide margins", None),
    "letters in the wrong order": ("faet: add x", "feat: add x"),
    "a verb as type": ("Delete: user table", "refactor: delete user table"),
    "two words before the colon": ("test case: x", None),
    "a part that is spelt like a type": ("fat: fix overflow", "fix(fat): overflow"),
    "a word that says the opposite of a type": ("nofix: document why", "docs(nofix): document why"),
}
JIRA = 'issue = "required"\nissue-pattern = "[A-Z]+-[0-9]+"'
WITH_POLICY = {
    "issue without hash": ('issue = "required"', "feat: x (12)", "feat: x (#12)"),
    "bare issue": ('issue = "required"', "feat: x #12", "feat: x (#12)"),
    "a closing word in the reference": ('issue = "required"', "feat: x (closes #3)", None),
    "a call at the end": ('issue = "required"', "fix: call f(9)", None),
    "a number and a parenthesis": ('issue = "required"', "fix: handle status 500)", None),
    "a list at the end": ('issue = "required"', "fix: handle (500, 503)", None),
    "full-width issue without hash": ('issue = "required"', "feat: x（12）", "feat: x (#12)"),
    "issue in the body": ('issue = "required"', "feat: x\n\nCloses #7", "feat: x (#7)\n\nCloses #7"),
    "no issue anywhere": ('issue = "required"', "feat: x", None),
    "issue forbidden": ('issue = "forbidden"', "feat: x (#12)", "feat: x"),
    "issue forbidden, and another fault": ('issue = "forbidden"', "Feat:x", "feat: x"),
    "scope forbidden": ('scope = "forbidden"', "feat(a): x", "feat: x"),
    "scope forbidden, scope as type": ('scope = "forbidden"', "api: fix x", None),
    "scope in other case": ('scopes = ["UI"]', "feat(ui): x", "feat(UI): x"),
    "scope in lower case": ('scope-case = "lower"', "feat(API): x", "feat(api): x"),
    "unknown scope": ('scopes = ["ui"]', "feat(api): x", None),
    "misspelt scope": ('scopes = ["payment", "ui"]', "feat(paymnet): x", "feat(payment): x"),
    "misspelt scope in other case": ('scopes = ["Payment"]', "feat(payments): x", "feat(Payment): x"),
    "two misspelt scopes": ('scopes = ["api", "web"]', "feat(wbe, apii): x", "feat(web, api): x"),
    "a scope that is like another one": ('scopes = ["api"]', "feat(app): x", None),
    "a scope with another number": ('scopes = ["v1"]', "feat(v2): x", None),
    "a misspelt scope where a glob is listed": ('scopes = ["docs/*", "server"]', "feat(sevrer): x", "feat(server): x"),
    "a scope that a glob allows": ('scopes = ["doc*", "docs"]', "Feat(docz): x", "feat(docz): x"),
    "a word beyond all measure": ('scopes = ["api"]', f"feat({'a' * 101}): x", None),
    "description in lower case": ('description-case = "lower"', "feat: Add x", "feat: add x"),
    "description with a capital": ('description-case = "sentence"', "feat: add x", "feat: Add x"),
    "any type": ("types = []", "FEAT:x", "feat: x"),
    "own issue pattern and none there": ('issue-pattern = "[A-Z]+-[0-9]+"', "Feat:x #12", "feat: x #12"),
    "own issue first": (JIRA, "AB-1 feat(x): y", "feat(x): y (AB-1)"),
    "own issue as type": (JIRA, "AB-1: fix login", "fix: login (AB-1)"),
    "own issue in brackets": (JIRA, "[AB-1] fix: x", "fix: x (AB-1)"),
    "own issue before a word": (JIRA, "AB-1 - fix login", "fix: login (AB-1)"),
    "own issue as scope": (JIRA, "feat(AB-1): x", "feat: x (AB-1)"),
    "own issue first in the description": (JIRA, "feat: AB-1 x", "feat: x (AB-1)"),
    "own issue at the end": (JIRA, "feat: x AB-1", "feat: x (AB-1)"),
    "own issue in square brackets": (JIRA, "feat: x [AB-1].", "feat: x (AB-1)"),
    "own issue in the middle": (JIRA, "feat: undo AB-1 in x", "feat: undo AB-1 in x (AB-1)"),
    "own issue in the body": (JIRA, "feat: x\n\nCloses AB-7.", "feat: x (AB-7)\n\nCloses AB-7."),
    "own issue nowhere": (JIRA, "feat: x", None),
    "own issue first, and none asked for": ('issue-pattern = "[A-Z]+-[0-9]+"', "AB-1: fix x", "fix: x (AB-1)"),
    "an issue first where none may be": ('issue = "forbidden"', "#12 fix: x", None),
    "scope forbidden, in brackets": ('scope = "forbidden"', "[api] add x", None),
    "two scopes, and one allowed": ("multiple-scopes = false", "[api] Fix(ui): x", None),
    "one scope, and one allowed": ("multiple-scopes = false", "Fix(ui): x", "fix(ui): x"),
    "no type for it": ('types = ["fix"]', "✨ x", None),
    "own issue pattern": ('issue = "required"\nissue-pattern = "[A-Z]+-[0-9]+"', "Feat: x (AB-1)", "feat: x (AB-1)"),
}
SIGN_OFFS = {
    "missing": ("feat: x", f"feat: x\n\n{SIGNED}\n"),
    "missing under a body": ("feat: x\n\nbody", f"feat: x\n\nbody\n\n{SIGNED}\n"),
    "missing in a block": ("feat: x\n\nRefs: 1", f"feat: x\n\nRefs: 1\n{SIGNED}\n"),
    "under the header": (f"feat: x\n{SIGNED}", f"feat: x\n\n{SIGNED}\n"),
    "indented": (f"feat: x\n\n  {SIGNED}", f"feat: x\n\n{SIGNED}\n"),
    "followed": (f"feat: x\n\n{SIGNED}\n\nbody", f"feat: x\n\nbody\n\n{SIGNED}\n"),
    "crowded": (f"feat: x\n\na b\nc d\ne f\ng h\n{SIGNED}", f"feat: x\n\na b\nc d\ne f\ng h\n\n{SIGNED}\n"),
    "twice": (f"feat: x\n\n{SIGNED}\n{SIGNED}", f"feat: x\n\n{SIGNED}\n"),
    "somebody else's": (
        "feat: x\n\nSigned-off-by: Bob <b@x.org>",
        f"feat: x\n\nSigned-off-by: Bob <b@x.org>\n{SIGNED}\n",
    ),
    "other name": ("feat: x\n\nSigned-off-by: ann <ann@example.org>", f"feat: x\n\n{SIGNED}\n"),
    "broken form": ("feat: x\n\nSigned-off-by: Ann Lee ann@example.org", f"feat: x\n\n{SIGNED}\n"),
    "no space before the address": ("feat: x\n\nSigned-off-by: Ann Lee<ann@example.org>", f"feat: x\n\n{SIGNED}\n"),
    "only the name": ("feat: x\n\nSigned-off-by: Ann Lee", f"feat: x\n\n{SIGNED}\n"),
    "body under the header": (f"feat: x\nbody\n\n{SIGNED}", f"feat: x\n\nbody\n\n{SIGNED}\n"),
    "a full-width colon": (f"feat: x\n\n{SIGNED.replace(':', '：')}", f"feat: x\n\n{SIGNED}\n"),
    "beside one in a code example": (
        f"feat: x\n\n```\n{SIGNED}\n```\n\nbody",
        f"feat: x\n\n```\n{SIGNED}\n```\n\nbody\n\n{SIGNED}\n",
    ),
    "beside one in indented code": (f"feat: x\n\n    {SIGNED}\n\nb", f"feat: x\n\n    {SIGNED}\n\nb\n\n{SIGNED}\n"),
    "under two blank lines": ("feat: x\n\na\n\n\nb", f"feat: x\n\na\n\n\nb\n\n{SIGNED}\n"),
    "broken, before a review": (
        "feat: x\n\nSigned-off-by: Ann Lee\nReviewed-by: Bob <b@x.org>",
        f"feat: x\n\n{SIGNED}\nReviewed-by: Bob <b@x.org>\n",
    ),
    "broken, after a cherry-pick": (
        f"feat: x\n\n{SIGNED}\n(cherry picked from commit 1234567)\nSigned-off-by: Ann Lee",
        f"feat: x\n\n{SIGNED}\n(cherry picked from commit 1234567)\n{SIGNED}\n",
    ),
    "twice, and once more after a cherry-pick": (
        f"feat: x\n\n{SIGNED}\n{SIGNED}\n(cherry picked from commit 1234567)\n{SIGNED}",
        f"feat: x\n\n{SIGNED}\n(cherry picked from commit 1234567)\n{SIGNED}\n",
    ),
    "quoted in a sentence": (
        f"feat: x\n\nThe hook wrote\n\n{SIGNED}\n\ninto it.",
        f"feat: x\n\nThe hook wrote\n\n{SIGNED}\n\ninto it.\n\n{SIGNED}\n",
    ),
    "after a sentence, and followed": (f"feat: x\n\nWhy.\n\n{SIGNED}\n\nb", f"feat: x\n\nWhy.\n\nb\n\n{SIGNED}\n"),
    "of a person with the same address": (
        "feat: x\n\nSigned-off-by: Max <ann@example.org>",
        f"feat: x\n\nSigned-off-by: Max <ann@example.org>\n{SIGNED}\n",
    ),
    "of a person whose address ends alike": ("feat: x\n\nSigned-off-by: Joann joann@example.org", None),
    "a part of the name": ("feat: x\n\nSigned-off-by: Lee ann@example.org", f"feat: x\n\n{SIGNED}\n"),
    "somebody else's broken one": ("feat: x\n\nSigned-off-by: Bob b@x.org", None),
}


def suggest(text: str, rules: str, author: Ident | None = ANN) -> str | None:
    parsed_policy = parsing.parse(rules, "gitpact.toml")
    parsed = message.from_bytes(text.encode(), issue_pattern=parsed_policy.issue_pattern)
    return correction.suggest(evaluate.judge(Commit(parsed, author), parsed_policy), parsed_policy)


@pytest.mark.parametrize(("text", "expected"), HEADERS.values(), ids=HEADERS)
def test_header(text: str, expected: str | None) -> None:
    assert suggest(text, OPEN) == (None if expected is None else expected + "\n")


@pytest.mark.parametrize(("rule", "text", "expected"), WITH_POLICY.values(), ids=WITH_POLICY)
def test_header_under_a_policy(rule: str, text: str, expected: str | None) -> None:
    assert suggest(text, f"{OPEN}[message]\n{rule}") == (None if expected is None else expected + "\n")


@pytest.mark.parametrize(("text", "expected"), SIGN_OFFS.values(), ids=SIGN_OFFS)
def test_sign_off(text: str, expected: str | None) -> None:
    assert suggest(text, "") == expected


def test_what_azure_writes_before_a_title_stays() -> None:
    assert suggest("Merged PR 12: Feature(API):x.", OPEN) == "Merged PR 12: feat(API): x\n"
    assert suggest("Merged PR 12: feat:x\n\nbody", OPEN) == "Merged PR 12: feat: x\n\nbody\n"
    both = f'{OPEN}[message]\nbreaking = "both"'
    assert suggest("Merged PR 12: feat: x\n\nBREAKING CHANGE: z", both) == (
        "Merged PR 12: feat!: x\n\nBREAKING CHANGE: z\n"
    )


def test_a_missing_exclamation_mark_is_added_and_a_footer_is_not_invented() -> None:
    both = f'{OPEN}[message]\nbreaking = "both"'
    assert suggest("feat(a): x: y\n\nBREAKING CHANGE: z", both) == "feat(a)!: x: y\n\nBREAKING CHANGE: z\n"
    assert suggest("feat!: x", both) is None


def test_breaking_change_note_is_spelt_out() -> None:
    rules = f'{OPEN}[rules]\nbreaking-change = "error"'
    assert suggest("feat: x\n\nbreaking change：y", rules) == "feat: x\n\nBREAKING CHANGE: y\n"
    coded = "feat: x\n\n```\nbreaking change: y\n```\n"
    assert suggest(f"{coded}\nbreaking change：y", rules) == f"{coded}\nBREAKING CHANGE: y\n"


def test_nobody_known_nobody_signed() -> None:
    assert suggest("feat: x", "", author=None) is None


def test_nothing_is_guessed_of_a_huge_header_nor_of_a_special_message() -> None:
    assert suggest("feat:" + "x" * 2000, OPEN) is None
    assert suggest("fixup! feat: x", "") is None
    assert suggest('Revert "feat: x"', "") == f'Revert "feat: x"\n\n{SIGNED}\n'


def test_a_message_that_passes_needs_none() -> None:
    assert suggest("feat: x", OPEN) is None


PIECES = [
    "feat",
    "Feature",
    "fxi",
    ":",
    "：",
    "(",
    "（",
    ")",
    "!",
    " ",
    "api",
    "#12",
    "(#3)",
    ".",
    "。",
    "修复",
    "\u00a0",
    "x",
]


@pytest.mark.long
@pytest.mark.usefixtures("unmeasured")
@settings(max_examples=500, deadline=None)
@given(
    header=st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join),
    body=st.lists(st.sampled_from(["", "words", SIGNED, SIGNED.lower(), "Refs: 1", "breaking change: y"]), max_size=5),
)
def test_whatever_is_suggested_passes_and_loses_no_line(header: str, body: list[str]) -> None:
    text = "\n".join([header, *body])
    suggestion = suggest(text, "")
    if suggestion is None:
        return
    again = evaluate.judge(Commit(message.from_bytes(suggestion.encode()), ANN), parsing.parse("", "x"))
    assert evaluate.errors(again) == 0
    lost = {line for line in body if line and line.lower() != SIGNED.lower() and not line.startswith("breaking")}
    assert lost <= set(suggestion.split("\n"))


@pytest.mark.parametrize("space", [" ", "\n", "\t"], ids=["spaces", "empty lines", "tabs"])
def test_whatever_stands_in_a_body_looking_for_an_issue_ends_soon(space: str) -> None:
    start = time.process_time()
    suggest(f"feat: x\n\nfixes{space * 100_000}y", f'{OPEN}[message]\nissue = "required"')
    assert time.process_time() - start < 20, "seconds, where it was for ever"


WORDS = (
    *("fix", "feat", "Feature:", "feat:", "(api)", "[feat]", "[Windows]", "[Integration]", "login", "crash", "v1.2."),
    *("#12", "(#12)", "修复", "登录", "：", ":", "-", "e.g.", "...", "api:", "WIP", "docs/api:", "✨", "Add", "update"),
    *("readme", "!", "(", "PROJ-7", "etc.", "BREAKING CHANGE:", "'quoted'", "refactor", "fix(ui):", "URL"),
)


@pytest.mark.long
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("extra", ["", "[message]\nmultiple-scopes = false", '[message]\nissue = "required"'])
def test_what_is_suggested_has_the_words_of_the_header(extra: str) -> None:
    chosen, rules = random.Random(16), OPEN + extra  # noqa: S311  the same headers in each run
    policy = parsing.parse(rules, "x")
    suggested = 0
    for _ in range(600):
        header = " ".join(chosen.choices(WORDS, k=chosen.randint(2, 6)))
        suggestion = suggest(header, rules)
        suggested += bool(suggestion)
        assert not suggestion or says_the_same(header, suggestion.split("\n")[0], policy), (header, suggestion)
    assert suggested > 10


@pytest.mark.parametrize(
    "header",
    ["\uff1a" * 499, "a\uff1a" * 400, "feat" + " " * 900 + "x: y", " " * 999, "a" + "! " * 400 + "x", "a(" * 400 + "x"],
)
def test_whatever_stands_in_a_header_looking_for_what_was_meant_ends_soon(header: str) -> None:
    start = time.process_time()
    commit = Commit(message.from_bytes(header.encode()), ANN, ANN)
    correction.suggest(evaluate.judge(commit, parsing.parse(OPEN, "x")), parsing.parse(OPEN, "x"))
    assert time.process_time() - start < 10, "seconds, where it was for ever"


@pytest.mark.parametrize(
    ("branch", "pattern", "reference"),
    [
        ("feat/123-login", "", "#123"),
        ("123", "", "#123"),
        ("issue-7_x", "", "#7"),
        ("ann/#12-x", "", "#12"),
        ("PROJ-12/login", "[A-Z]+-[0-9]+", "PROJ-12"),
        ("fix/PROJ-12-login", "[A-Z]+-[0-9]+", "PROJ-12"),
        ("fix/12-login", "[0-9]+", "12"),
        ("PROJ-12/login", "", ""),
        ("feat/123-login", "[A-Z]+-[0-9]+", ""),
        ("feat/login-2", "", ""),
        ("release/1.2", "", ""),
        ("release/12-lts", "", ""),
        ("feat/2024-q1", "", ""),
        ("feat/20240131-login", "", ""),
        ("feat/issue-2024", "", "#2024"),
        ("fix/issue-404-page", "", "#404"),
        *((f"feat/{name}", "", "") for name in ("3-way-merge", "404-page", "64-bit", "2-factor-login", "3-0-x")),
        *((f"fix/{name}", "[A-Z]+-[0-9]+", "") for name in ("CVE-2024-1234", "UTF-8-names", "SHA-256-oids")),
        ("fix/7-pagesize", "", "#7"),
        ("feat/20245-login", "", "#20245"),
        ("v2", "", ""),
        ("2fa", "", ""),
        ("0-x", "", ""),
        ("", "", ""),
        ("1" * 100_000, "", ""),
    ],
)
def test_the_issue_of_a_branch(branch: str, pattern: str, reference: str) -> None:
    own = f'issue-pattern = "{pattern}"\n' if pattern else ""
    policy = parsing.parse(f'[message]\nissue = "required"\n{own}', "x")
    commit = Commit(message.from_bytes(b"Feat: add x\n\nBody.\n", issue_pattern=policy.issue_pattern))
    result = evaluate.judge(commit, policy, DCO)
    wanted = f"feat: add x ({reference})\n\nBody.\n" if reference else None
    assert correction.suggest(result, policy, DCO, branch=branch) == wanted
