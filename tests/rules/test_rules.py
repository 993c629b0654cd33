"""Every rule: a pass table and a fail table. A case is a message, a policy beyond an open one, and what is found."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from gitpact import message
from gitpact.message import bounded_memory
from gitpact.policy import parsing
from gitpact.records import Commit, Ident, Remediation
from gitpact.rules import FAMILIES, IDS, dco, evaluate
from gitpact.rules.commit_registry import COMMITS

ANN = Ident("Ann Lee", "ann@example.org")
BOB = Ident("Bob Ray", "bob@example.org")
OPEN = '[dco]\nsign-off = "optional"\n'
SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
DCO = "[dco]\n"


class Case(NamedTuple):
    """`found` is "kind line:column" of the rule's findings, empty for a message that passes it."""

    rule: str
    name: str
    text: str
    policy: str = OPEN
    found: tuple[str, ...] = ()
    author: Ident | None = ANN
    committer: Ident | None = None
    parents: int | None = None
    signature: str = ""
    remediations: tuple[Remediation, ...] = ()
    fault: str = ""
    paths: tuple[str, ...] | None = None


def identity_policy(line: str) -> str:
    return f"{OPEN}[identity]\n{line}\n"


def message_policy(line: str) -> str:
    return f"{OPEN}[message]\n{line}\n"


def trailers(line: str) -> str:
    return f"{OPEN}[trailers]\n{line}\n"


PATHS = f'{OPEN}[scopes]\napi = ["services/api/**", "proto/**"]\nweb = ["apps/web/**", "proto/**"]\n'
ONE_SCOPE = f"{PATHS}[message]\nmultiple-scopes = false\n"
LISTED = f"{PATHS}[message]\nscopes = ['deps']\n"
API, WEB = "services/api/a.py", "apps/web/a.js"
NOTES = f"{OPEN}[rules]\nrelease-notes = 'error'\n"
FIXES = "Fixes = { require-form = '<oid> (\"subject\")' }"
NO_BOTS = "Co-authored-by = { forbid = ['*@b.co'] }"
ORDER = 'trailer-order = ["Refs", "Fixes"]'
ISSUE = message_policy('issue = "required"')
LOWER = message_policy('description-case = "lower"')
SENTENCE = message_policy('description-case = "sentence"')
SCOPES = message_policy('scopes = ["api", "UI"]\nscope-case = "lower"')
JIRA = message_policy('issue = "required"\nissue-pattern = "[A-Z]+-[0-9]+"')
SIGNATURE = identity_policy('signature = "required"')
CO_AUTHORS = DCO + 'co-authors = "required"'
OWN, OTHERS = Remediation("a" * 40, ANN, ANN), Remediation("a" * 40, ANN, BOB)
LONG = "x" * 101
AGENT = Ident("Claude", "noreply@anthropic.com")
CLAUDE = f"Signed-off-by: {AGENT}"
REMEDIES = DCO + 'remediation = "individual"'
GIVEN = f"I, {ANN}, hereby add my Signed-off-by to this commit: {'a' * 40}"
PROGRAMS = (
    *("Cursor Agent <cursoragent@cursor.com>", "copilot <198982749+Copilot@users.noreply.github.com>"),
    *("aider <noreply@aider.chat>", "dependabot[bot] <support@github.com>", "x[bot] <x@example.org>"),
    *(
        "GitHub <noreply@github.com>",
        "Agent <agent@cur\u017for.com>",
        "Codex <noreply@openai.com>",
        "Devin <devin@devin.ai>",
        "CLAUDE <NoReply@Anthropic.com>",
    ),
)
PASSES = [
    Case("message-encoding", "utf-8", "feat: 添加"),
    Case("message-encoding", "a character that nobody has drawn yet", "feat: \u0378 \U000e0fff"),
    Case("message-size", "at the limit", "feat: 45", message_policy('max-bytes = "8B"')),
    Case("message-size", "as many trailers as are read", "feat: x\n\n" + "A: b\n" * 5000),
    Case("message-size", "a long header", "feat: " + "x" * 9_994),
    Case("message-size", "any", "feat: " + "x" * 99, message_policy("max-bytes = 0")),
    Case("message-size", "as many lines as are read", "feat: x\n" + "\nx" * 249_999),
    Case("commit-object", "as git makes it", "feat: x"),
    Case("sign-off-remedy", "none", f"feat: x\n\n{SIGNED}", REMEDIES),
    Case("sign-off-remedy", "one that counts", f"feat: x\n\n{GIVEN}\n\n{SIGNED}", REMEDIES),
    Case("sign-off-identity", "an agent and a person", f"feat: x\n\n{CLAUDE}\n{SIGNED}", DCO),
    Case("sign-off-identity", "what an agent wrote", f"feat: x\n\n{SIGNED}", DCO, author=AGENT, committer=ANN),
    Case(
        "sign-off-identity",
        "an agent that the project trusts",
        f"feat: x\n\n{CLAUDE}",
        DCO + "agents = []",
        author=AGENT,
    ),
    Case(
        "sign-off-identity",
        "what an agent wrote, where the author signs",
        f"feat: x\n\n{SIGNED}",
        DCO + 'identity = "author"',
        author=AGENT,
        committer=ANN,
    ),
    Case("message-empty", "text", "feat: x"),
    Case("header-format", "conventional", "feat(api)!: x"),
    Case("header-characters", "letters of any script", "feat: 添加 é 👍"),
    Case("header-characters", "an emoji that is joined", "feat: add \U0001f468\u200d\U0001f469\u200d\U0001f467"),
    Case("header-characters", "a non-joiner in Persian", "feat: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    Case("header-characters", "a variation selector", "feat: add \u2764\ufe0f and #\ufe0f\u20e3"),
    Case(
        "header-characters",
        "the flag of Scotland, which is written in tags",
        "feat: \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ),
    Case("header-max", "at the limit", "feat: " + "x" * 94),
    Case("header-max", "over the limit only by the issue reference", "feat: " + "x" * 94 + " (#1234)"),
    Case("header-max", "wide characters at the limit", "feat: " + "添" * 47),
    Case("header-min", "at the limit", "feat: abcd", message_policy("subject-min = 10")),
    Case("type-known", "listed", "feat: x"),
    Case("type-known", "any type", "whatever: x", message_policy("types = []")),
    Case("type-known", "whole word of a list", "feature: x", message_policy('types = ["feat", "feature"]')),
    Case("type-known", "capitals are type-case's", "FEAT: x"),
    Case("type-known", "no type to judge", "Add x"),
    Case("type-case", "lower", "feat: x"),
    Case("type-case", "listed in capitals", "DOC: x", message_policy('types = ["DOC"]')),
    Case("scope-required", "there", "feat(a): x", message_policy('scope = "required"')),
    Case("scope-required", "not asked for", "feat: x"),
    Case("scope-forbidden", "none", "feat: x", message_policy('scope = "forbidden"')),
    Case("scope-known", "listed", "feat(api, UI): x", SCOPES),
    Case("scope-known", "any", "feat(whatever): x"),
    Case("scope-known", "by a glob", "feat(packages/web): x", message_policy('scopes = ["packages/*", "ci"]')),
    Case("scope-known", "capitals by a glob", "feat(UI/Web): x", message_policy('scopes = ["UI/*"]')),
    Case(
        "scope-case", "capitals by a glob", "feat(UI/web): x", message_policy('scopes = ["UI/*"]\nscope-case = "lower"')
    ),
    Case("scope-case", "listed in capitals", "feat(UI): x", SCOPES),
    Case("scope-case", "any case", "feat(API): x"),
    *(
        Case("description-case", f"lower: {text}", f"feat: {text}", LOWER)
        for text in (
            "x",
            "URL parser",
            "iOS crash",
            "`Foo` is None",
            '"Quoted" text',
            "修复",
            "3 things",
            "GitHub",
            "Foo_bar",
            "X axis",
        )
    ),
    Case("scope-paths", "the scope of the file", "feat(api): x", PATHS, paths=(API, "README.md")),
    Case("scope-paths", "both scopes", "feat(api, web): x", PATHS, paths=(API, WEB)),
    Case("scope-paths", "a file of two scopes", "feat(web): x", PATHS, paths=("proto/a",)),
    Case("scope-paths", "no scope", "feat: x", PATHS, paths=(API,)),
    Case("scope-paths", "files of no scope", "feat(api): x", PATHS, paths=None),
    Case("scope-paths", "a scope without paths", "feat(deps): x", LISTED, paths=(API,)),
    Case("scope-paths", "no file", "feat(api): x", PATHS, paths=()),
    Case("description-case", "sentence: identifier", "feat: foo_bar is gone", SENTENCE),
    Case("description-case", "any", "feat: Add x"),
    Case("description-full-stop", "none", "feat: x"),
    Case("description-full-stop", "inside", "feat: use a.b or 1.2"),
    Case("description-full-stop", "only dots are no sentence", "feat: ..."),
    Case("description-full-stop", "a folder", "ci: copy the files to ."),
    Case("description-full-stop", "the folder above", "fix: refuse .."),
    Case("description-full-stop", "a path that ends with a folder", "fix: refuse ./."),
    Case("description-full-stop", "a glob", "feat: match src/**/*."),
    Case("description-full-stop", "an abbreviation", "feat: names, dates, etc."),
    Case("description-full-stop", "an abbreviation before the issue", "feat: a vs. b, etc. (#12)"),
    Case("issue-required", "reference", "feat: x (#12)", ISSUE),
    Case("issue-required", "without space", "feat: x(#12)", ISSUE),
    Case("issue-required", "two in one pair", "feat: x (#12, #13)", ISSUE),
    Case("issue-required", "suffix of a host", "feat: x (#12) (#99)", ISSUE),
    Case("issue-required", "own pattern", "feat: x (ABC-1) (#99)", JIRA),
    Case("type-known", "a listed type that looks like a footer", "BREAKING: x", message_policy('types = ["BREAKING"]')),
    Case("issue-forbidden", "none", "feat: x", message_policy('issue = "forbidden"')),
    Case("issue-format", "mentioned in passing", "feat: undo #12"),
    Case("issue-format", "year in parentheses", "feat: x (2024)"),
    Case("issue-format", "call", "fix: check close()"),
    Case("body-leading-blank", "blank line", "feat: x\n\nbody"),
    Case("body-leading-blank", "two blank lines", "feat: x\n\n\nbody"),
    Case("body-leading-blank", "no body", "feat: x"),
    Case("body-required", "there", "feat: x\n\nbody", message_policy('body = "required"')),
    Case("body-line-max", "at the limit", "feat: x\n\n" + "x" * 100),
    Case("body-line-max", "address", "feat: x\n\nsee https://example.org/" + LONG),
    Case("body-line-max", "quoted", f"feat: x\n\n> {LONG}"),
    Case("body-line-max", "indented code", f"feat: x\n\n    {LONG}"),
    Case("body-line-max", "fenced code", f"feat: x\n\n```\n{LONG}\n```"),
    Case("body-line-max", "tildes inside backticks", f"feat: x\n\n```\n~~~\n{LONG}\n```"),
    Case("body-line-max", "three backticks inside four", f"feat: x\n\n````\n```\n{LONG}\n````"),
    Case("body-line-max", "a fence with a language", f"feat: x\n\n~~~ sh `x`\n{LONG}\n~~~~"),
    Case("body-line-max", "a fence that is not closed", f"feat: x\n\n  ```\n{LONG}"),
    Case("body-line-max", "a fence that more words do not close", f"feat: x\n\n```\n``` x\n{LONG}\n```"),
    Case("body-line-max", "table row", f"feat: x\n\n| {LONG} |"),
    Case("body-line-max", "trailer", f"feat: x\n\nRefs: {LONG}"),
    Case(
        "body-line-max", "remediation", f"feat: x\n\nI, {ANN}, hereby add my Signed-off-by to this commit: {'a' * 64}"
    ),
    Case("body-line-max", "off", f"feat: x\n\n{LONG}", message_policy("body-line-max = 0")),
    Case("breaking-change", "exact", "feat: x\n\nBREAKING CHANGE: y"),
    Case("breaking-change", "hyphen", "feat: x\n\nBREAKING-CHANGE: y"),
    Case("breaking-change", "prose", "feat: x\n\nbreaking changes #DS-1"),
    Case("breaking-change", "no colon at all", "feat: x\n\nBREAKING CHANGE y"),
    Case("breaking-change", "in fenced code", "feat: x\n\n```yaml\nbreaking: y\n```"),
    Case(
        "breaking-mark",
        "in fenced code",
        "feat: x\n\n~~~\nBREAKING CHANGE: y\n~~~",
        message_policy('breaking = "both"'),
    ),
    Case("breaking-mark", "either, and only the footer", "feat: x\n\nBREAKING CHANGE: y"),
    Case("breaking-mark", "either, and only the exclamation mark", "feat!: x"),
    Case("breaking-mark", "both", "feat(a)!: x\n\nBREAKING CHANGE: y", message_policy('breaking = "both"')),
    Case("breaking-mark", "both, and nothing breaks", "feat: x\n\nbody", message_policy('breaking = "both"')),
    Case(
        "breaking-mark",
        "a note above a body",
        "feat!: x\n\nBREAKING-CHANGE: y\n\nz",
        message_policy('breaking = "both"'),
    ),
    Case("breaking-mark", "the footer alone", "feat: x\n\nBREAKING CHANGE: y", message_policy('breaking = "footer"')),
    Case("breaking-mark", "the mark alone", "feat!: x", message_policy('breaking = "bang"')),
    Case(
        "breaking-mark", "more than the footer", "feat!: x\n\nBREAKING CHANGE: y", message_policy('breaking = "footer"')
    ),
    Case("breaking-mark", "more than the mark", "feat!: x\n\nBREAKING CHANGE: y", message_policy('breaking = "bang"')),
    Case("breaking-mark", "a header of no form", "x\n\nBREAKING CHANGE: y", message_policy('breaking = "both"')),
    Case("trailer-value", "another key", "feat: x\n\nRefs: x", trailers('Acked-by = { forbid = ["*"] }')),
    Case(
        "trailer-value",
        "an allowed e-mail",
        f"feat: x\n\nAcked-by: {ANN}",
        trailers('Acked-by = { allow = ["*@example.org"] }'),
    ),
    Case(
        "trailer-value",
        "a person",
        f"feat: x\n\nAcked-by: {ANN}",
        trailers('Acked-by = { require-form = "Name <email>" }'),
    ),
    Case("trailer-value", "a commit", 'feat: x\n\nFixes: 1a2b3c4 ("fix: y (#1)")', trailers(FIXES)),
    Case("trailer-value", "a pattern", "feat: x\n\nRefs: A-1, A-2", trailers("Refs = { require = '^A-\\d' }")),
    Case(
        "trailer-value",
        "a line of prose",
        "feat: x\n\nRefs: none\nof these are\nmany",
        trailers("Refs = { require = 'A' }"),
    ),
    Case("trailer-value", "a quoted line", "feat: x\n\nCo-authored-by: a <a@b.co>\n\nthe end", trailers(NO_BOTS)),
    Case("trailer-count", "one of one", "feat: x\n\nchange-id: I1", trailers("Change-Id = { least = 1, most = 1 }")),
    Case("trailer-count", "as many as one likes", "feat: x\n\nRefs: 1\nRefs: 2", trailers("Refs = { least = 1 }")),
    Case("trailer-order", "in order", "feat: x\n\nRefs: 1\nOther: x\nrefs: 2\nFixes: 1", message_policy(ORDER)),
    Case("release-notes", "plain words", "feat: x\n\nfeature: y\nnote: z\na breaking change", NOTES),
    Case("release-notes", "a footer", "feat: x\n\nBREAKING CHANGE: y", NOTES),
    Case("release-notes", "code", "feat: x\n\n```\nfix: y\n```\n\n    fix: z", NOTES),
    Case("trailer-required", "trailer", "feat: x\n\nRefs: 1", message_policy('required-trailers = ["refs"]')),
    Case(
        "trailer-required",
        "footer with number sign",
        "feat: x\n\nFixes #1",
        message_policy('required-trailers = ["Fixes"]'),
    ),
    Case("trailer-forbidden", "another", "feat: x\n\nRefs: 1", message_policy('forbidden-trailers = ["Change-Id"]')),
    Case("merge-commit", "one parent", "feat: x", message_policy("max-parents = 1"), parents=1),
    Case("merge-commit", "any number", "Merge branch 'a'", parents=3),
    Case("fixup-commit", "ordinary", "feat: fixup! x"),
    Case("wip-commit", "ordinary", "feat: swipe"),
    Case("sign-off-required", "there", f"feat: x\n\n{SIGNED}", DCO),
    Case("sign-off-required", "not asked for", "feat: x"),
    Case("sign-off-format", "well formed", f"feat: x\n\n{SIGNED}", DCO),
    Case("sign-off-format", "spaces after it", f"feat: x\n\n{SIGNED}  ", DCO),
    Case("sign-off-identity", "author", f"feat: x\n\n{SIGNED}", DCO),
    Case("sign-off-identity", "committer", f"feat: x\n\n{SIGNED}", DCO, author=BOB, committer=ANN),
    Case("sign-off-identity", "other case", f"feat: x\n\n{SIGNED.lower()}", DCO),
    Case("sign-off-identity", "one of several", f"feat: x\n\nSigned-off-by: {BOB}\n{SIGNED}", DCO),
    Case("sign-off-identity", "nobody known", f"feat: x\n\nSigned-off-by: {BOB}", DCO, author=None),
    Case(
        "sign-off-duplicate",
        "picked from elsewhere",
        f"feat: x\n\n{SIGNED}\n(cherry picked from commit abc)\n{SIGNED}",
        DCO,
    ),
    Case("sign-off-duplicate", "two persons", f"feat: x\n\n{SIGNED}\nSigned-off-by: {BOB}", DCO),
    Case(
        "sign-off-required",
        "remedied by the author",
        "feat: x",
        DCO + 'remediation = "individual"',
        remediations=(OWN,),
    ),
    Case(
        "sign-off-required",
        "remedied by another",
        "feat: x",
        DCO + 'remediation = "third-party"',
        remediations=(OTHERS,),
    ),
    Case(
        "sign-off-required",
        "co-author signed",
        f"feat: x\n\nCo-authored-by: {BOB}\n{SIGNED}\nSigned-off-by: {BOB}",
        CO_AUTHORS,
    ),
    Case(
        "sign-off-identity",
        "remedied",
        f"feat: x\n\nSigned-off-by: {BOB}",
        DCO + 'remediation = "individual"',
        remediations=(OWN,),
    ),
    Case(
        "sign-off-placement", "remedied", f"feat: x\n{SIGNED}", DCO + 'remediation = "individual"', remediations=(OWN,)
    ),
    Case("author-name", "matches", "feat: x", identity_policy('author-names = ["Bob", "* *"]')),
    Case("author-name", "any", "feat: x"),
    Case("author-name", "nobody known", "feat: x", identity_policy('author-names = ["Bob"]'), author=None),
    Case("author-email", "matches in other case", "feat: x", identity_policy('author-emails = ["*@EXAMPLE.org"]')),
    Case("author-email", "nobody known", "feat: x", identity_policy('author-emails = ["x"]'), author=None),
    Case("committer-name", "matches", "feat: x", identity_policy('committer-names = ["Bob *"]'), committer=BOB),
    Case("committer-name", "nobody known", "feat: x", identity_policy('committer-names = ["x"]')),
    Case("committer-email", "matches", "feat: x", identity_policy('committer-emails = ["bob@*"]'), committer=BOB),
    Case("committer-email", "nobody known", "feat: x", identity_policy('committer-emails = ["x"]')),
    *(
        Case("signature-required", f"git says {letter or 'nothing'}", "feat: x", SIGNATURE, signature=letter)
        for letter in ("", "G", "U")
    ),
    Case("signature-required", "not asked for", "feat: x", signature="N"),
    Case("sign-off-placement", "last paragraph", f"feat: x\n\nwords\n\n{SIGNED}", DCO),
    Case("sign-off-placement", "quoted in the body too", f"feat: x\n\n{SIGNED}\n\nwords\n\n{SIGNED}", DCO),
]
FAILS = [
    Case("message-encoding", "byte order mark", "\ufefffeat: x", found=("bom 1:1",)),
    Case("message-encoding", "nul", "feat: x\n\na\0b", found=("nul 3:2",)),
    Case("message-empty", "nothing", "", found=("empty 1:1",)),
    Case("header-format", "no space", "feat:x", found=("space-missing 1:6",)),
    Case("header-format", "known type without colon", "feat add x", found=("colon-missing 1:5",)),
    Case("header-format", "alias without colon", "Bug in x", found=("colon-missing 1:4",)),
    Case("header-format", "look-alike", "feat：x", found=("look-alike 1:5",)),
    Case("header-characters", "tab", "feat: a\tb", found=("tab 1:8",)),
    Case("header-characters", "escape", "feat: \x1b[31mx", found=("unseen 1:7",)),
    Case("header-characters", "direction mark", "feat: a\u202eb", found=("unseen 1:8",)),
    Case("header-characters", "line separator", "feat: a\u2028b", found=("unseen 1:8",)),
    Case("header-characters", "zero width space", "feat: a\u200bb", found=("unseen 1:8",)),
    Case("header-characters", "soft hyphen", "feat: a\u00adb", found=("unseen 1:8",)),
    Case("header-characters", "Arabic letter mark", "feat: a\u061cb", found=("unseen 1:8",)),
    Case("header-characters", "Hangul filler", "feat: a\u115fb", found=("unseen 1:8",)),
    Case("header-characters", "another Hangul filler", "feat: a\u3164b", found=("unseen 1:8",)),
    Case("header-characters", "half-width Hangul filler", "feat: a\uffa0b", found=("unseen 1:8",)),
    Case("header-characters", "Mongolian vowel separator", "feat: a\u180eb", found=("unseen 1:8",)),
    Case("header-characters", "a pattern of Braille without dots", "feat: a\u2800b", found=("unseen 1:8",)),
    Case("header-characters", "a control of digit shapes", "feat: a\u206ab", found=("unseen 1:8",)),
    Case("header-characters", "grapheme joiner", "feat: a\u034fb", found=("unseen 1:8",)),
    Case("header-characters", "an inherent vowel of Khmer", "feat: a\u17b4b", found=("unseen 1:8",)),
    Case("header-characters", "a tag without a flag", "feat: a\U000e0041b", found=("unseen 1:8",)),
    Case("header-characters", "tags behind a flag that is none", "feat: \U0001f3f3\U000e0067b", found=("unseen 1:8",)),
    Case("header-characters", "a joiner between Latin letters", "feat: a\u200db", found=("unseen 1:8",)),
    Case("header-max", "one over", "feat: " + "x" * 95, found=("long 1:101",)),
    Case("header-max", "wide characters", "feat: " + "添" * 48, found=("long 1:54",)),
    Case("header-min", "short", "feat: x (#12)", message_policy("subject-min = 10"), ("short 1:1",)),
    Case("type-known", "unknown", "foo: x", found=("unknown 1:1",)),
    Case("type-known", "a Cyrillic letter", "f\u0435at: x", found=("look-alike 1:2",)),
    Case("type-known", "two of them in capitals", "F\u0406X: x", found=("look-alike 1:2",)),
    Case("type-known", "full-width letters", "\uff46\uff49\uff58: x", found=("look-alike 1:1",)),
    Case("type-known", "a Cyrillic word", "\u0444\u0438\u043a\u0441: x", found=("unknown 1:1",)),
    Case("type-known", "alias", "Feature(api): x", found=("alias 1:1",)),
    Case("type-known", "type that begins like a listed one", "featx: x", found=("unknown 1:1",)),
    Case("type-case", "capitals", "FEAT: x", found=("upper 1:1",)),
    Case("scope-required", "none", "feat: x", message_policy('scope = "required"'), ("missing 1:5",)),
    Case(
        "scope-required",
        "none of a list",
        "feat: x",
        message_policy('scope = "required"\nscopes = ["a"]'),
        ("listed 1:5",),
    ),
    Case("scope-forbidden", "there", "feat(a): x", message_policy('scope = "forbidden"'), ("present 1:5",)),
    Case("scope-known", "each unknown member", "feat(api, b, c): x", SCOPES, ("unknown 1:11", "unknown 1:14")),
    Case("scope-known", "no glob matches", "feat(pkg): x", message_policy('scopes = ["packages/*"]'), ("unknown 1:6",)),
    Case("scope-known", "several", "feat(a,b): x", message_policy("multiple-scopes = false"), ("several 1:6",)),
    Case("scope-case", "capitals", "feat(Api): x", SCOPES, ("upper 1:6",)),
    Case("description-case", "lower", "feat: Add x", LOWER, ("lower 1:7",)),
    Case("description-case", "lower, one letter", "feat: A thing", LOWER, ("lower 1:7",)),
    Case("description-case", "sentence", "feat: add x", SENTENCE, ("sentence 1:7",)),
    Case("description-full-stop", "full stop", "feat: x.", found=("stop 1:8",)),
    Case("description-full-stop", "three", "feat: x...", found=("stop 1:8",)),
    Case("description-full-stop", "behind a short word", "fix: avoid a nil resp.", found=("stop 1:22",)),
    Case("description-full-stop", "behind a path", "docs: link docs/a.md.", found=("stop 1:21",)),
    Case("description-full-stop", "before the issue", "feat: x. (#12)", found=("stop 1:8",)),
    Case("description-full-stop", "ideographic", "feat: 添加。", found=("stop 1:9",)),
    Case("issue-required", "none", "feat: x", ISSUE, ("missing 1:8",)),
    Case("issue-required", "none of the own pattern", "feat: x (#99)", JIRA, ("missing 1:14",)),
    Case("issue-required", "no parentheses", "feat: x #12", ISSUE, ("issue-bare 1:9",)),
    Case("issue-required", "first in the description", "feat: ABC-1 x", JIRA, ("elsewhere 1:7",)),
    Case("issue-required", "as scope", "feat(ABC-1): x", JIRA, ("elsewhere 1:6",)),
    Case("issue-required", "in square brackets", "feat: x [ABC-1]", JIRA, ("elsewhere 1:10",)),
    Case("issue-required", "in the middle", "feat: undo #12 in x", ISSUE, ("elsewhere 1:12",)),
    Case("header-format", "a footer as header", "BREAKING CHANGE: x", found=("breaking-change 1:1",)),
    Case("header-format", "an issue before the type", "ABC-1 feat: x", JIRA, ("issue-first 1:1",)),
    Case("header-format", "an issue in brackets before the type", "[ABC-1] feat: x", JIRA, ("issue-first 1:1",)),
    Case(
        "header-format",
        "an issue where none may be",
        "#1 x",
        message_policy('issue = "forbidden"'),
        ("prefix-missing 1:1",),
    ),
    Case("type-known", "a footer as type", "BREAKING-CHANGE: x", found=("breaking 1:1",)),
    Case("type-known", "an issue as type", "ABC-1: x", JIRA, ("issue 1:1",)),
    Case("type-known", "a Chinese word for a type", "功能: x", found=("alias 1:1",)),
    Case("issue-required", "no number", "feat: x (#)", ISSUE, ("issue-empty 1:9",)),
    Case("issue-required", "zero", "feat: x (#0)", ISSUE, ("issue-zero 1:9",)),
    Case("issue-required", "no hash", "feat: x (12)", ISSUE, ("issue-hash 1:9",)),
    Case("issue-required", "full stop after it", "feat: x (#12).", ISSUE, ("issue-stop 1:9",)),
    Case("issue-required", "full-width", "feat: x（#12）", ISSUE, ("issue-look-alike 1:8",)),
    Case("issue-forbidden", "there", "feat: x (#12)", message_policy('issue = "forbidden"'), ("present 1:9",)),
    Case("issue-format", "zero", "feat: x (#0)", found=("issue-zero 1:9",)),
    Case("issue-format", "full-width", "feat: x（#12）", found=("issue-look-alike 1:8",)),
    Case("issue-format", "no space", "feat: x(#12)", found=("space 1:8",)),
    Case("body-leading-blank", "text under the header", "feat: x\nbody", found=("missing 2:1",)),
    Case("body-required", "none", "feat: x", message_policy('body = "required"'), ("missing 1:1",)),
    Case(
        "body-required", "only trailers", f"feat: x\n\n{SIGNED}", message_policy('body = "required"'), ("missing 2:1",)
    ),
    Case("body-line-max", "long", f"feat: x\n\n{LONG}", found=("long 3:101",)),
    Case("body-line-max", "inline code in three backticks", f"feat: x\n\n```a``` b\n{LONG}", found=("long 4:101",)),
    Case("body-line-max", "backticks as text", f"feat: x\n\n``\n{LONG}", found=("long 4:101",)),
    Case("body-line-max", "a fence within a quotation", f"feat: x\n\n> ```\n{LONG}", found=("long 4:101",)),
    Case("body-line-max", "after fenced code", f"feat: x\n\n```\na\n```\n{LONG}", found=("long 6:101",)),
    Case("breaking-change", "lower case", "feat: x\n\nbreaking change: y", found=("case 3:1",)),
    Case("breaking-change", "number sign", "feat: x\n\nBREAKING CHANGE #y", found=("colon 3:1",)),
    Case("breaking-change", "full-width colon", "feat: x\n\nBREAKING CHANGE：y", found=("colon 3:1",)),
    Case("breaking-change", "nothing after it", "feat: x\n\nBREAKING CHANGE: ", found=("colon 3:1",)),
    Case("breaking-change", "plural", "feat: x\n\nBREAKING CHANGES: y", found=("name 3:1",)),
    Case("breaking-change", "plural in lower case", "feat: x\n\nBreaking changes: y", found=("name 3:1",)),
    Case("breaking-change", "without its second word", "feat: x\n\nBREAKING: y", found=("name 3:1",)),
    Case("breaking-change", "hyphen and plural", "feat: x\n\nBREAKING-CHANGES: y", found=("name 3:1",)),
    Case(
        "breaking-mark",
        "no exclamation mark",
        "feat(a): x\n\nBREAKING CHANGE: y",
        message_policy('breaking = "both"'),
        ("bang 1:8",),
    ),
    Case("breaking-change", "below fenced code", "feat: x\n\n```\ny\n```\nbreaking: y", found=("name 6:1",)),
    Case(
        "breaking-mark",
        "a footer below a fence that is not closed",
        "feat: x\n\n```\ny\n\nBREAKING CHANGE: y\nRefs: 1\nSigned-off-by: A <a@b.c>",
        message_policy('breaking = "both"'),
        ("bang 1:5",),
    ),
    Case("breaking-mark", "no footer", "feat(a)!: x", message_policy('breaking = "both"'), ("footer 1:8",)),
    Case(
        "breaking-mark",
        "an exclamation mark instead of the footer",
        "feat!: x",
        message_policy('breaking = "footer"'),
        ("footer 1:5",),
    ),
    Case(
        "breaking-mark",
        "a footer instead of the exclamation mark",
        "feat: x\n\nBREAKING CHANGE: y",
        message_policy('breaking = "bang"'),
        ("bang 1:5",),
    ),
    Case(
        "trailer-value",
        "forbidden by its e-mail",
        "feat: x\n\nCo-authored-by: A <a@b.co>",
        trailers(NO_BOTS),
        ("forbidden 3:17",),
    ),
    Case(
        "trailer-value",
        "each of two",
        "feat: x\n\nRefs: b\nrefs: c",
        trailers("Refs = { allow = ['a'] }"),
        ("unlisted 3:7", "unlisted 4:7"),
    ),
    Case(
        "trailer-value",
        "no person",
        "feat: x\n\nAcked-by: ann",
        trailers('Acked-by = { require-form = "Name <email>" }'),
        ("person 3:11",),
    ),
    Case(
        "trailer-value",
        "a person without a name",
        "feat: x\n\nAcked-by: <a@b.co>",
        trailers('Acked-by = { require-form = "Name <email>" }'),
        ("person 3:11",),
    ),
    Case(
        "trailer-value", "a commit without its subject", "feat: x\n\nFixes: 1a2b3c4", trailers(FIXES), ("commit 3:8",)
    ),
    Case("trailer-value", "a short oid", 'feat: x\n\nFixes: 1a2b ("x")', trailers(FIXES), ("commit 3:8",)),
    Case("trailer-value", "no oid", 'feat: x\n\nFixes: HEAD~10 ("x")', trailers(FIXES), ("commit 3:8",)),
    Case(
        "trailer-value",
        "another value",
        "feat: x\n\nRefs: none",
        trailers("Refs = { require = '^A-\\d' }"),
        ("pattern 3:7",),
    ),
    Case("trailer-count", "none", "feat: x", trailers("Change-Id = { least = 1 }"), ("few 1:1",)),
    Case(
        "trailer-count",
        "an empty one",
        "feat: x\n\nChange-Id: \nRefs: 1",
        trailers("Change-Id = { least = 1 }"),
        ("few 4:1",),
    ),
    Case("trailer-count", "two", "feat: x\n\nRefs: 1\nrefs: 2", trailers("Refs = { most = 1 }"), ("many 4:1",)),
    Case(
        "trailer-order",
        "the first of them",
        "feat: x\n\nFixes: 1\nRefs: 1\nRefs: 2",
        message_policy(ORDER),
        ("before 4:1",),
    ),
    Case("scope-paths", "another scope", "feat(api): x", PATHS, ("other 1:6",), paths=(WEB,)),
    Case("scope-paths", "one scope of two", "feat(api): x", PATHS, ("missing 1:6",), paths=(API, WEB)),
    Case("scope-paths", "one scope too many", "feat(api, web): x", PATHS, ("unrelated 1:11",), paths=(API,)),
    Case("scope-paths", "a file of no scope", "feat(api): x", PATHS, ("unrelated 1:6",), paths=("README",)),
    Case(
        "scope-paths",
        "two scopes too many",
        "feat(api,web): x",
        PATHS,
        ("unrelated 1:6", "unrelated 1:10"),
        paths=("a",),
    ),
    Case("scope-paths", "one scope is allowed", "feat(api): x", ONE_SCOPE, ("other 1:6",), paths=(API, WEB)),
    Case("release-notes", "a header in a list", "feat: x\n\ny\n* fix(api)!: z", NOTES, ("nested 4:3",)),
    Case(
        "release-notes",
        "where any type is allowed",
        "feat: x\n\ny\nfix: z",
        f"{NOTES}[message]\ntypes = []\n",
        ("nested 4:1",),
    ),
    Case(
        "release-notes",
        "a mention",
        "feat: x\n\nno BREAKING CHANGE\nBREAKING-CHANGE is none",
        NOTES,
        ("prose 3:4", "prose 4:1"),
    ),
    Case("release-notes", "long", "feat: x\n\n" + "word\n" * 14_000, NOTES, ("size 2:1",)),
    Case("trailer-required", "missing", "feat: x", message_policy('required-trailers = ["Refs"]'), ("missing 1:1",)),
    Case(
        "trailer-required",
        "a key without a value",
        "feat: x\n\nRefs:\nSee: y",
        message_policy('required-trailers = ["Refs"]'),
        ("missing 4:1",),
    ),
    Case(
        "trailer-required",
        "a number sign without a number",
        "feat: x\n\nRefs #",
        message_policy('required-trailers = ["Refs"]'),
        ("missing 3:1",),
    ),
    Case(
        "trailer-forbidden",
        "there",
        "feat: x\n\nChange-Id: I1",
        message_policy('forbidden-trailers = ["change-id"]'),
        ("present 3:1",),
    ),
    Case(
        "merge-commit",
        "two parents",
        "Merge branch 'a'",
        message_policy("max-parents = 1"),
        ("parents 1:1",),
        parents=2,
    ),
    Case("fixup-commit", "fixup", "fixup! feat: x", found=("left 1:1",)),
    Case("fixup-commit", "amend", "amend! feat: x\n\nnew", found=("left 1:1",)),
    Case("wip-commit", "wip", "WIP: x", found=("left 1:1",)),
    Case("wip-commit", "behind a host's words", "Merged PR 12: WIP: x", found=("left 1:15",)),
    Case("fixup-commit", "behind a host's words", "Merged PR 12: fixup! feat: x", found=("left 1:15",)),
    Case("sign-off-required", "none", "feat: x", DCO, ("missing 1:8",)),
    Case("sign-off-required", "none under a revert either", 'Revert "feat: x"', DCO, ("missing 1:17",)),
    Case("sign-off-format", "endless", f"feat: x\n\nSigned-off-by: {'A' * 2000} <a@b.co>", DCO, ("long 3:1",)),
    Case("sign-off-format", "no brackets", "feat: x\n\nSigned-off-by: Ann Lee", DCO, ("brackets 3:1",)),
    Case("sign-off-format", "no space", "feat: x\n\nSigned-off-by: Ann<a@b.co>", DCO, ("space-missing 3:1",)),
    Case(
        "sign-off-format", "doubled space", "feat: x\n\nSigned-off-by: Ann  Lee <a@b.co>", DCO, ("space-doubled 3:1",)
    ),
    Case("sign-off-format", "no name", "feat: x\n\nSigned-off-by: <a@b.co>", DCO, ("name-missing 3:1",)),
    Case("sign-off-format", "address", "feat: x\n\nSigned-off-by: Ann <a@b>", DCO, ("email 3:1",)),
    Case("sign-off-identity", "somebody else", f"feat: x\n\nSigned-off-by: {BOB}", DCO, ("other 3:1",)),
    Case(
        "sign-off-identity",
        "only the author counts",
        f"feat: x\n\n{SIGNED}",
        DCO + 'identity = "author"',
        ("other 3:1",),
        BOB,
        ANN,
    ),
    Case(
        "sign-off-identity",
        "only the committer counts",
        f"feat: x\n\n{SIGNED}",
        DCO + 'identity = "committer"',
        ("other 3:1",),
        ANN,
        BOB,
    ),
    Case(
        "sign-off-identity",
        "no-reply address",
        "feat: x\n\nSigned-off-by: Ann Lee <1+ann@users.noreply.github.com>",
        DCO,
        ("noreply 3:1",),
    ),
    Case("sign-off-duplicate", "twice", f"feat: x\n\n{SIGNED}\n{SIGNED}", OPEN, ("twice 4:1",)),
    Case(
        "sign-off-duplicate",
        "twice after it was picked",
        f"feat: x\n\n{SIGNED}\n(cherry picked from commit abc)\n{SIGNED}\n{SIGNED}",
        OPEN,
        ("twice 6:1",),
    ),
    Case(
        "sign-off-required",
        "remedied by another",
        "feat: x",
        DCO + 'remediation = "individual"',
        ("missing 1:8",),
        remediations=(OTHERS,),
    ),
    Case("sign-off-required", "remedy not asked for", "feat: x", DCO, ("missing 1:8",), remediations=(OWN,)),
    Case(
        "sign-off-required",
        "remedy for somebody else",
        "feat: x",
        DCO + 'remediation = "third-party"',
        ("missing 1:8",),
        author=BOB,
        remediations=(OWN,),
    ),
    Case(
        "sign-off-required", "co-author", f"feat: x\n\nCo-authored-by: {BOB}\n{SIGNED}", CO_AUTHORS, ("co-author 3:1",)
    ),
    *(
        Case("sign-off-identity", person, f"feat: x\n\nSigned-off-by: {person}", DCO, ("agent 3:1",), author=who)
        for person in PROGRAMS
        for who in (ANN, Ident(*person.rstrip(">").split(" <")))
    ),
    Case(
        "sign-off-format",
        "an address with what nobody sees",
        "feat: x\n\nSigned-off-by: A <a@b.co\u200b>",
        DCO,
        ("email 3:1",),
    ),
    Case("sign-off-identity", "nobody but agents", f"feat: x\n\n{SIGNED}", DCO, ("other 3:1",), author=AGENT),
    Case("message-encoding", "a noncharacter", "feat: a\ufdd0", found=("noncharacter 1:8",)),
    Case("message-encoding", "the last of a plane", "feat: a\n\nb \U0001ffff", found=("noncharacter 3:3",)),
    Case("message-encoding", "a NUL", "feat: a\0b", found=("nul 1:8",)),
    Case("message-size", "over the limit", "feat: 456", message_policy('max-bytes = "8B"'), ("bytes 1:1",)),
    Case("message-size", "too many lines", "feat: x\n" + "\nx" * 250_001, found=("lines 1:1",)),
    Case("message-size", "too many trailers", "feat: x\n\n" + "A: b\n" * 5001, found=("trailers 1:1",)),
    Case("message-size", "too many footers", "feat: x\n\n" + "A #b\n" * 5001, found=("trailers 1:1",)),
    Case("message-size", "a header without an end", "feat: " + "x" * 9_995, found=("header 1:1",)),
    Case("message-size", "and a body", "feat: " + "x" * 9_995 + "\n\nbody", found=("header 1:1",)),
    Case(
        "message-size", "a merge too", "Merge branch 'a'", message_policy('max-bytes = "8B"'), ("bytes 1:1",), parents=2
    ),
    *(
        Case("commit-object", f"{fault}, {name}", text, found=(f"{fault} 1:1",), fault=fault, parents=parents)
        for fault in ("tree", "parent", "author", "committer", "ident", "encoding", "nul", "parents", "name", "long")
        for name, text, parents in (
            ("ordinary", "feat: x", 1),
            ("merge", "Merge branch 'a'", 2),
            ("fixup", "fixup! feat: x", 1),
            ("revert", 'Revert "feat: x"', 1),
            ("empty", "", 1),
        )
    ),
    Case("sign-off-remedy", "in other words", f"feat: x\n\n{GIVEN}b\n\n{SIGNED}", REMEDIES, ("form 3:1",)),
    Case("author-name", "matches none", "feat: x", identity_policy('author-names = ["Bob"]'), ("other 1:1",)),
    Case("author-email", "matches none", "feat: x", identity_policy('author-emails = ["*@b.co"]'), ("other 1:1",)),
    Case(
        "committer-name",
        "matches none",
        "feat: x",
        identity_policy('committer-names = ["Ann"]'),
        ("other 1:1",),
        committer=BOB,
    ),
    Case(
        "committer-email",
        "matches none",
        "feat: x",
        identity_policy('committer-emails = ["a"]'),
        ("other 1:1",),
        committer=BOB,
    ),
    Case("signature-required", "none", "feat: x", SIGNATURE, ("missing 1:1",), signature="N"),
    Case("signature-required", "unknown key", "feat: x", SIGNATURE, ("unknown-key 1:1",), signature="E"),
    Case("signature-required", "bad", "feat: x", SIGNATURE, ("bad 1:1",), signature="B"),
    Case(
        "signature-required",
        "on a merge too",
        "Merge branch 'a'",
        SIGNATURE,
        ("missing 1:1",),
        parents=2,
        signature="N",
    ),
    Case("sign-off-placement", "header", SIGNED, DCO, ("title 1:1",)),
    Case("sign-off-placement", "under the header", f"feat: x\n{SIGNED}", DCO, ("under-title 2:1",)),
    Case("sign-off-placement", "indented", f"feat: x\n\n {SIGNED}", DCO, ("indented 3:1",)),
    Case(
        "sign-off-placement",
        "followed",
        f"feat: x\n\n{SIGNED}\n\n(cherry picked from commit abc)",
        DCO,
        ("followed 3:1",),
    ),
    Case("sign-off-placement", "crowded", f"feat: x\n\na b\nc d\ne f\ng h\n{SIGNED}", DCO, ("crowded 7:1",)),
]


def judge(case: Case) -> tuple[str, ...]:
    rules = parsing.parse(case.policy, "gitpact.toml")
    parsed = message.from_bytes(case.text.encode(), issue_pattern=rules.issue_pattern, max_bytes=rules.max_bytes)
    commit = Commit(
        parsed,
        case.author,
        case.committer,
        case.parents,
        signature=case.signature,
        remediations=case.remediations,
        fault=case.fault,
        paths=case.paths,
    )
    result = evaluate.judge(commit, rules)
    return tuple(f"{found.kind} {found.line}:{found.column}" for found in result.findings if found.rule == case.rule)


def ids(case: Case) -> str:
    return f"{case.rule}: {case.name}"


@pytest.mark.parametrize("case", PASSES, ids=ids)
def test_passes(case: Case) -> None:
    assert judge(case) == ()


@pytest.mark.parametrize("case", FAILS, ids=ids)
def test_fails(case: Case) -> None:
    assert case.found
    assert judge(case) == case.found


HOST = "Merged PR 12: "
NOT_OF_THE_HEADER = ("message-size", "fixup-commit", "wip-commit", *FAMILIES["dco"], *FAMILIES["identity"])


@pytest.mark.parametrize("case", [case for case in (*PASSES, *FAILS) if case.rule not in NOT_OF_THE_HEADER], ids=ids)
def test_what_azure_writes_before_a_title_changes_nothing(case: Case) -> None:
    """how-git-reads-a-message 34: the finding is the same, where the title is."""
    if case.parents == 2 or not case.text.strip() or not case.text[0].isprintable() or case.text[0] == " ":
        return  # a merge, nothing, or nothing that a host takes for a title
    moved = tuple(re.sub(r" 1:(\d+)$", lambda place: f" 1:{int(place[1]) + len(HOST)}", one) for one in case.found)
    of_the_whole = case.rule in {"merge-commit", "trailer-required", "trailer-count", "message-empty", "body-required"}
    assert judge(case._replace(text=HOST + case.text)) == (case.found if of_the_whole else moved)


def test_every_rule_has_both_tables() -> None:
    assert {case.rule for case in PASSES} == {case.rule for case in FAILS} == set(COMMITS)


COUNTS = {
    "no limit": (1000, "", None),
    "at the limit": (10, "[push]\nmax-commits = 10", None),
    "beyond it": (11, "[push]\nmax-commits = 10", "error"),
    "a warning": (11, '[push]\nmax-commits = 10\n[rules]\ncommit-count = "warning"', "warning"),
    "switched off": (11, '[push]\nmax-commits = 10\n[rules]\ncommit-count = "off"', None),
}


@pytest.mark.parametrize(("commits", "text", "severity"), COUNTS.values(), ids=COUNTS)
def test_commit_count(commits: int, text: str, severity: str | None) -> None:
    result = evaluate.judge_range(commits, parsing.parse(text, "x"))
    assert (result.findings[0].severity if result else None) == severity
    assert evaluate.judge_range(commits, parsing.parse(text, "x"), ["commit-count"]) is None


def test_the_table_has_the_rules_of_three_families_in_their_order() -> None:
    assert tuple(COMMITS) == tuple(rule for family in ("message", "dco", "identity") for rule in FAMILIES[family])


def test_an_id_stands_in_one_family() -> None:
    assert len(IDS) == len(set(IDS)) == sum(map(len, FAMILIES.values()))


def test_memory_does_not_grow_with_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_memory, "MOST", 2)
    rules = parsing.parse("", "x")
    for number in range(5):
        assert not dco.is_agent(Ident("A", f"a{number}@x.yz"), rules)
    assert dco.is_agent(AGENT, rules)
    assert dco.is_agent(AGENT._replace(name="A" * 1001), rules)
    assert max(len(person.name) for person, _ in dco._agents) < 1001  # noqa: SLF001  what it remembers
    assert len(dco._agents) <= 2  # noqa: SLF001


@pytest.mark.parametrize("email", ["noreply+1@anthropic.com", "NoReply+a+b@Anthropic.com", "noreply@anthropic.com"])
def test_an_agent_by_any_form_of_its_address(email: str) -> None:
    assert dco.is_agent(Ident("A", email), parsing.parse("", "x"))


def test_what_findings_say_of_long_lists_is_short() -> None:
    many = ", ".join(f'"scope-{number}"' for number in range(4000))
    rules = parsing.parse(f"[message]\nscopes = [{many}]", "x")
    text = f"feat({','.join(f'b{number}' for number in range(900))}): x"
    found = evaluate.judge(Commit(message.from_bytes(text.encode())), rules).findings
    said = {dict(one.facts).get("expected", "") for one in found if one.rule == "scope-known"}
    assert said == {", ".join(f"scope-{number}" for number in range(20)) + ", … (+3980)"}
