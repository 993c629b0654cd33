"""The screen says what the rules say, or nothing: on drawn messages, on drawn policies, on hostile ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.checks import screening
from gitpact.git import commits, history
from gitpact.policy import resolve
from gitpact.rules import evaluate

if TYPE_CHECKING:
    from gitpact.records import Result

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
    "remedies": '[dco]\nremediation = "individual"',
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


def record(body: bytes, author: tuple[bytes, bytes] = ANN, parents: int = 1) -> history.RawCommit:
    return history.RawCommit(OID, b" ".join([OID] * parents), *author, *ANN, body, len(body))


def seen(result: Result) -> tuple[object, ...]:
    return result.findings, result.special, result.skipped, result.commit.oid, result.commit.message.header.text


@pytest.mark.parametrize("text", POLICIES.values(), ids=POLICIES)
def test_what_it_says_is_what_the_rules_say(text: str) -> None:
    rules = resolve.parse(text, "x")
    screen, judge = screening.of(rules), evaluate.judging(rules)

    @settings(max_examples=300, deadline=None)
    @given(MESSAGES, st.sampled_from([ANN, BOB, BOT]), st.sampled_from([0, 1, 1, 1, 2, 3]))
    def compare(body: bytes, author: tuple[bytes, bytes], parents: int) -> None:
        it = record(body, author, parents)
        by_screen = screen(it) if screen else None
        assert by_screen is None or seen(by_screen) == seen(
            judge(commits.read(it, rules.issue_pattern, rules.max_bytes))
        )

    compare()


SAID = {
    "conforming": (b"feat(api): add x (#12)\n\nbody\n\n" + SIGNED + b"\n", []),
    "no type": (b"Update the thing\n\n" + SIGNED + b"\n", ["header-format"]),
    "unknown type": (b"pkg/oci: add x\n\n" + SIGNED + b"\n", ["type-known"]),
    "no sign-off": (b"feat: add x\n\nbody\n", ["sign-off-required"]),
    "neither": (b"Update the thing\n", ["header-format", "sign-off-required"]),
    "a body in Chinese": ("feat: add x\n\n添加\n\n".encode() + SIGNED + b"\n", []),
    "an address that is longer than a line": (
        b"feat: x\n\nsee https://x.org/" + b"y" * 99 + b" there\n\n" + SIGNED + b"\n",
        [],
    ),
    "a line that is too long": (b"feat: x\n\n" + b"y" * 101 + b"\n\n" + SIGNED + b"\n", ["body-line-max"]),
    "a line in Chinese that is too wide": (
        b"feat: x\n\n" + "添".encode() * 60 + b"\n\n" + SIGNED + b"\n",
        ["body-line-max"],
    ),
    "one in code": (b"feat: x\n\n    " + b"y" * 101 + b"\n\n" + SIGNED + b"\n", []),
    "more than a number in parentheses": (b"feat: add x (now)\n\n" + SIGNED + b"\n", []),
    "another signs off too": (b"feat: x\n\nSigned-off-by: Cy <cy@x.org>\n" + SIGNED + b"\n", []),
    "somebody else's sign-off": (b"feat: x\n\nSigned-off-by: Cy <cy@x.org>\n", ["sign-off-identity"]),
    "a sign-off that is none": (b"feat: x\n\nSigned-off-by: Cy\n" + SIGNED + b"\n", ["sign-off-format"]),
}


@pytest.mark.parametrize(("body", "rules"), SAID.values(), ids=SAID)
def test_what_is_common_is_judged(body: bytes, rules: list[str]) -> None:
    """A screen that says nothing would be right, and of no use."""
    screen = screening.of(resolve.parse("", "x"))
    assert screen
    result = screen(record(body))
    assert result
    assert [found.rule for found in result.findings] == rules


def test_merges_and_bots_are_judged() -> None:
    screen = screening.of(resolve.parse('preset = "openim"', "x"))
    assert screen
    merge, bot = screen(record(b"Merge it\n", parents=2)), screen(record(b"bump\n", BOT))
    assert merge
    assert (merge.special, [found.rule for found in merge.findings]) == ("merge", ["merge-commit"])
    assert bot
    assert bot.special == "bot"


def test_rules_that_are_ignored_say_nothing() -> None:
    screen = screening.of(resolve.parse("", "x"), ("header-format", "sign-off-required"))
    assert screen
    result = screen(record(b"Update the thing\n"))
    assert result
    assert result.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        '[identity]\nsignature = "required"',
        "[message]\nsubject-max = 5000",
        "[message]\nbody-line-max = 5000",
        '[message]\nbody = "required"',
    ],
)
def test_a_policy_that_no_pattern_can_tell(text: str) -> None:
    assert screening.of(resolve.parse(text, "x")) is None


UNSAID = {
    "too short": (b"feat: x\n\n" + SIGNED + b"\n", "[message]\nsubject-min = 10"),
    "bytes that are no text": (b"feat: x\n\n\xff\n\n" + SIGNED + b"\n", ""),
    "a header with a body under it": (b"feat: x\nbody\n\n" + SIGNED + b"\n", ""),
    "the same sign-off twice": (b"feat: x\n\n" + SIGNED + b"\n" + SIGNED + b"\n", ""),
    "a full stop": (b"feat: x.\n\n" + SIGNED + b"\n", ""),
    "a fixup": (b"fixup! feat: x\n\n" + SIGNED + b"\n", ""),
    "a revert": (b'Revert "feat: x"\n\n' + SIGNED + b"\n", ""),
    "a person who is not accepted": (b"feat: x\n\n" + SIGNED + b"\n", '[identity]\nauthor-emails = ["*@x.org"]'),
}


@pytest.mark.parametrize(("body", "text"), UNSAID.values(), ids=UNSAID)
def test_what_is_rare_is_left_to_the_rules(body: bytes, text: str) -> None:
    screen = screening.of(resolve.parse(text, "x"))
    assert screen
    assert screen(record(body)) is None


HOSTILE = {
    "indented lines": b"feat: x\n\n" + b"    y\n" * 20_000 + b"#\n",
    "one long line": b"feat: x\n\n" + b"y" * 1_000_000,
    "a long header": b"a" * 1_000_000,
    "open parentheses": b"feat" + b"(" * 100_000,
    "sign-offs": b"feat: x\n\n" + (SIGNED + b"\n") * 5_000,
    "trailers without an end": b"feat: x\n\n" + SIGNED + b"\n" + b"A: b \n" * 20_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(body: bytes) -> None:
    """Exponential time would never end."""
    screen = screening.of(resolve.parse("", "x"))
    assert screen
    assert screen(record(body)) is None


def test_memory_does_not_grow_with_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "REMEMBERED", 2)
    screen = screening.of(resolve.parse("", "x"))
    assert screen
    for number in range(10):
        assert screen(record(b"feat: x\n", (b"P", b"p%d@x.org" % number)))


def test_persons_with_long_names_are_not_remembered() -> None:
    screen = screening.of(resolve.parse("", "x"))
    assert screen
    assert screen(record(b"feat: x\n\n" + SIGNED + b"\n"))
    assert screen(record(b"feat: x\n\n" + SIGNED + b"\n", author=(b"A" * 900, b"a" * 100 + b"@x.yz"))) is None
