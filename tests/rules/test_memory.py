"""A history repeats itself: what is remembered of one message is what would be found in the next, and it takes no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.git import commit_object, commits
from gitpact.message import bounded_memory, header, trailers
from gitpact.policy import parsing
from gitpact.rules import dco, evaluate
from gitpact.rules.commit_registry import COMMITS

if TYPE_CHECKING:
    from gitpact.records import Commit, Policy

TABLES = (header._prefixes, header._words, trailers._endings, commits._known, dco._agents)  # noqa: SLF001  to empty them
OID = b"a" * 40
ANN, BOB = (b"Ann Lee", b"ann@example.org"), ("Bób".encode(), b"bob@x.org")
BOT = (b"it", b"it[bot]@users.noreply.github.com")
SIGNED = b"Signed-off-by: Ann Lee <ann@example.org>"
POLICIES = {
    "standard": "",
    "conventional": 'preset = "conventional"',
    "openim": 'preset = "openim"',
    "strict": 'preset = "strict"',
    "angular": 'preset = "angular"',
    "any type": "[message]\ntypes = []",
    "listed scopes": '[message]\nscopes = ["api", "UI"]\nscope = "required"\nscope-case = "lower"',
    "no scopes, no issues": '[message]\nscope = "forbidden"\nissue = "forbidden"\nbody-line-max = 0',
    "one scope": "[message]\nmultiple-scopes = false",
    "a capital": '[message]\ndescription-case = "sentence"\nsubject-max = 30\nbody-line-max = 20',
    "own issues": '[message]\nissue = "required"\nissue-pattern = "[A-Z]+-[0-9]+"',
    "issues": '[message]\nissue = "required"',
    "the author signs": '[dco]\nidentity = "author"',
    "the committer signs": '[dco]\nidentity = "committer"',
    "co-authors sign": '[dco]\nco-authors = "required"',
    "remediations": '[dco]\nremediation = "individual"',
    "persons": '[identity]\nauthor-emails = ["*@example.org"]',
    "trailers": '[message]\nrequired-trailers = ["Refs"]\nforbidden-trailers = ["Change-Id"]',
    "warnings": '[rules]\nheader-format = "warning"\nsign-off-required = "warning"\ntype-known = "off"',
    "exempt subjects": '[exempt]\nsubjects = ["feat: x"]',
}
HEADS = (
    *(
        "feat",
        "fix",
        "Feat",
        "feature",
        "foo",
        "wip",
        "WIP",
        "draft",
        "fixup",
        "fixup!",
        "Revert",
        'Revert "x"',
        "Merge",
    ),
    *(
        "feat(api)",
        "feat(UI)",
        "feat(a, b)",
        "feat( a)",
        "feat()",
        "feat(a,,b)",
        "feat!",
        "feat(api)!",
        "feat!!",
        "feat)",
    ),
    *("feat((a)", "[wip]", "a-b", "cmd/ctl", "#12", "添加", "feat：", "breaking", "Signed-off-by", "", "'x", "a" * 40),
)
GLUES = (": ", ":", " ", "  ", " : ", ":  ", " (", "： ", "! ", ":\t", " !", ":\u00a0")
TAILS = (
    *("add x", "Add x", "x", "add x.", "add x。", "add (x)", "add (12)", "add x (#12)", "add x (#12).", "add x(#12)"),
    *(
        "add #12",
        "add x (#12, #13)",
        "add x (#1) (#2)",
        "add x (#0)",
        "add x (AB-1)",
        "添加登录",
        "add \x07",
        "add x ",
        "",
    ),
    *("a" * 30, "a" * 90, "a" * 110, "添" * 50, "", "(x)", ": x", "`x` y", "x\r", '"x"', "v1.2", "é", "\u202ex"),
)
BODIES = (
    *("", "\n", "\nbody\n", "body\n", "\n\nbody\n", "\n" + "y" * 101 + "\n", "\n    " + "y" * 101 + "\n", "\n> q\n"),
    *("\n# comment\n", "\nbreaking change: x\n", "\nBREAKING CHANGE: x\n", "\nBreaking news\n", "\nConflicts:\n\ta\n"),
    *(
        f"\n{before}https://x.org/{'z' * 90}{after}\n"
        for before in ("", "y" * 49 + " ", "y" * 50 + " ", "(", "y" * 99 + " ")
        for after in ("", " " + "y" * 49, " " + "y" * 50, " y" * 60)
    ),
    *(
        "\ntext\r\n\r\nmore\r\n",
        "\n添加\n",
        "\n" + "添" * 60 + "\n",
        "\n---\nx\n",
        "\n```\n" + "y" * 101 + "\n```\n",
        "\nRefs: 1\n",
    ),
    *(
        "\nhttps://x.org/" + "y" * 100 + "\n",
        "\n# ------------------------ >8 ------------------------\nx\n",
        "\n \nx\n",
    ),
)
ENDS = (
    b"",
    b"\n" + SIGNED,
    b"\n" + SIGNED + b"\n",
    b"\n" + SIGNED + b"\n\n",
    b"\n" + SIGNED + b"\nSigned-off-by: Cy <cy@x.org>\n",
    b"\n" + SIGNED + b"\n" + SIGNED + b"\n",
    b"\n" + SIGNED + b" \n",
    b"\n" + SIGNED + b"\r\n",
    b"\n" + SIGNED.lower() + b"\n",
    b"\n " + SIGNED + b"\n",
    SIGNED + b"\n",
    b"\nReviewed-by: Cy <cy@x.org>\n" + SIGNED + b"\n",
    b"\nCo-authored-by: Cy <cy@x.org>\n" + SIGNED + b"\n",
    b"\nprose\n" + SIGNED + b"\n",
    b"\n" + SIGNED + b"\n\nprose\n",
    b"\n" + SIGNED + b"\n folded\n",
    b"\nSigned-off-by: Ann Lee <ann@example.org\n",
    b"\nSigned-off-by: Cy <cy@x.org>\n",
    "\nSigned-off-by: Bób <bob@x.org>\n".encode(),
    "\nSigned-off-by：Ann Lee <ann@example.org>\n".encode(),
    b"\nSigned-off-by: Ann  Lee <ann@example.org>\n",
    b"\n\xff\xfe\n",
    b"\nlast line without an end",
    b"\n" + SIGNED + b"\n\n\r\n",
    b"\n\n\r\n",
    b"\nRefs: 12\n\n \n",
    b"\n\n \t\n",
)
MESSAGES = st.builds(
    lambda head, glue, tail, line, bodies, end: f"{head}{glue}{tail}{line}{''.join(bodies)}".encode() + end,
    st.sampled_from(HEADS),
    st.sampled_from(GLUES),
    st.sampled_from(TAILS),
    st.sampled_from(["\n", "\n", "\n", "", "\r\n"]),
    st.lists(st.sampled_from(BODIES), max_size=3),
    st.sampled_from(ENDS),
)

RECORDS = st.tuples(MESSAGES, st.sampled_from([ANN, BOB, BOT]), st.sampled_from([0, 1, 1, 1, 2, 3]))


def record(body: bytes, author: tuple[bytes, bytes] = ANN, parents: int = 1) -> commit_object.RawCommit:
    return commit_object.RawCommit(OID, b" ".join([OID] * parents), *author, *ANN, body, len(body))


def read(body: bytes, policy: Policy, author: tuple[bytes, bytes] = ANN, parents: int = 1) -> Commit:
    """As a walk over a history reads it."""
    return commits.read(record(body, author, parents), policy.issue_pattern, policy.max_bytes)


def forget() -> None:
    """Begin as a new process does."""
    for table in TABLES:
        table.clear()


@pytest.mark.long
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("text", POLICIES.values(), ids=POLICIES)
def test_a_long_history_is_judged_as_each_of_its_commits_alone(text: str) -> None:
    policy = parsing.parse(text, "x")
    judge_all = evaluate.judging(policy)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(RECORDS, min_size=1, max_size=4))
    def compare(several: list[tuple[bytes, tuple[bytes, bytes], int]]) -> None:
        of_many = judge_all([read(body, policy, author, parents) for body, author, parents in several])
        kept = [dict(table) for table in TABLES]
        forget()
        alone = [evaluate.judge(read(body, policy, author, parents), policy) for body, author, parents in several]
        for table, rows in zip(TABLES, kept, strict=True):
            table.update(rows)  # type: ignore[attr-defined]
        assert of_many == alone

    compare()


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_no_ordinary_message_breaks_the_rules_on_other_kinds(body: bytes) -> None:
    """They do not run on it, for speed."""
    policy = parsing.parse("[message]\nmax-parents = 1", "x")
    commit = read(body, policy)
    if not evaluate.judge(commit, policy).special:
        rules = [COMMITS[rule] for rule in evaluate.OF_ONE_KIND]
        assert [found for rule in rules for found in rule.find(rule.part.read(commit), policy)] == []


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_an_ending_has_the_trailers_of_its_message(body: bytes) -> None:
    policy = parsing.parse("", "x")
    found = read(body, policy).message
    raw = found.text.removesuffix("\n").split("\n") if found.text else []
    assert (found.trailers, found.block) == (trailers.parse(raw) if len(raw) > 1 else ((), len(raw)))


REPEATED = {
    "conforming": (b"feat(api): add x (#12)\n\nbody\n\n" + SIGNED + b"\n", []),
    "no type": (b"Update the thing\n\n" + SIGNED + b"\n", ["1:1 header-format"]),
    "unknown type": (b"pkg/oci: add x\n\n" + SIGNED + b"\n", ["1:1 type-known"]),
    "no sign-off": (b"feat: add x\n\nbody\n", ["3:5 sign-off-required"]),
    "neither": (b"Update the thing\n", ["1:1 header-format", "1:17 sign-off-required"]),
    "somebody else's sign-off": (b"feat: x\n\nSigned-off-by: Cy <cy@x.org>\n", ["3:1 sign-off-identity"]),
    "the same, further down": (b"feat: x\n\na\nb\n\nSigned-off-by: Cy <cy@x.org>\n", ["6:1 sign-off-identity"]),
    "a sign-off that is none": (b"feat: x\n\nSigned-off-by: Cy\n" + SIGNED + b"\n", ["3:1 sign-off-format"]),
    "one in the body": (b"feat: x\n\n" + SIGNED + b"\n\nbody\n", ["3:1 sign-off-placement"]),
}


@pytest.mark.parametrize(("body", "expected"), REPEATED.values(), ids=REPEATED)
def test_the_second_time_it_is_found_in_its_place(body: bytes, expected: list[str]) -> None:
    policy = parsing.parse("", "x")
    judge_all = evaluate.judging(policy)
    for before in (b"", b"docs: y\n\na\nb\nc\n\n" + body.rpartition(b"\n\n")[2], body):
        found = judge_all([read(before or body, policy)])[0].findings
    assert [f"{one.line}:{one.column} {one.rule}" for one in found] == expected


def test_each_rule_declares_a_part_that_can_be_remembered() -> None:
    commit = read(b"feat(api): add x (#12)\n\nbody\n\n" + SIGNED + b"\n", parsing.parse("", "x"))
    for rule in COMMITS.values():
        part = rule.part.read(commit)
        assert not rule.part.recurs or hash(part) == hash(rule.part.read(commit))


HOSTILE = {
    "indented lines": b"feat: x\n\n" + b"    y\n" * 20_000 + b"#\n",
    "one long line": b"feat: x\n\n" + b"y" * 1_000_000,
    "a long header": b"a" * 1_000_000,
    "open parentheses": b"feat" + b"(" * 100_000,
    "sign-offs": b"feat: x\n\n" + (SIGNED + b"\n") * 4_000,
    "trailers without an end": b"feat: x\n\n" + SIGNED + b"\n" + b"A: b \n" * 4_000,
    "scopes": b"feat(" + b"a," * 4_000 + b"b): x\n",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_long_text_is_not_remembered(body: bytes) -> None:
    """And takes linear time: else this would never end."""
    forget()
    policy = parsing.parse('[message]\nscopes = ["x"]', "x")
    judge_all = evaluate.judging(policy)
    judge_all([read(body, policy)])
    assert all(bounded_memory.key_size(key) <= bounded_memory.LONGEST for table in TABLES for key in table)


def test_a_table_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_memory, "MOST", 2)
    policy = parsing.parse("", "x")
    judge_all = evaluate.judging(policy)
    for number in range(10):
        author = (b"P", b"p%d@x.org" % number)
        body = b"t%d: x\n\nSigned-off-by: P <p%d@x.org>\n" % (number, number)
        assert [found.rule for found in judge_all([read(body, policy, author)])[0].findings] == ["type-known"]
    assert all(len(table) <= bounded_memory.MOST for table in TABLES[:-1])
