"""Trailers (how-git-reads-a-message 43 to 56), against git."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact import message
from gitpact.message import trailers
from gitpact.records import Settings, Trailer

SIGN_OFF = "Signed-off-by: A <a@b.c>"
BLOCKS = {
    "sign-off": (f"feat: x\n\n{SIGN_OFF}\n", [SIGN_OFF]),
    "breaking change is no trailer but does not hide the sign-off": (
        f"feat: x\n\nBREAKING CHANGE: y\n{SIGN_OFF}\n",
        [SIGN_OFF],
    ),
    "three lines of prose and a sign-off": (f"feat: x\n\na b\nc d\ne f\n{SIGN_OFF}\n", [SIGN_OFF]),
    "four lines of prose and a sign-off": (f"feat: x\n\na b\nc d\ne f\ng h\n{SIGN_OFF}\n", []),
    "prose above an unknown key": ("feat: x\n\nfoo bar\nRefs: 12\n", []),
    "number sign as separator hides the block": ("feat: x\n\nRefs: 12\nCloses #12\n", []),
    "sign-off as header": (f"{SIGN_OFF}\n", []),
    "sign-off under the header": (f"feat: x\n{SIGN_OFF}\n", []),
    "another paragraph follows": (f"feat: x\n\n{SIGN_OFF}\n\nmore words\n", []),
    "cherry-pick line": (f"feat: x\n\n{SIGN_OFF}\n(cherry picked from commit abc)\n", [SIGN_OFF]),
    "key keeps its case": ("feat: x\n\nsigned-OFF-by: A\n", ["signed-OFF-by: A"]),
    "indented": (f"feat: x\n\n {SIGN_OFF}\n", []),
    "space before the separator": ("feat: x\n\nSigned-off-by : A\n", ["Signed-off-by: A"]),
    "folded value": (
        "feat: x\n\nSigned-off-by: A Very Long Name\n <a@b.c>\n",
        ["Signed-off-by: A Very Long Name <a@b.c>"],
    ),
    "divider is text": (f"feat: x\n\nwords\n---\nmore\n\n{SIGN_OFF}\n", [SIGN_OFF]),
    "key in another script": ("feat: x\n\né: x\n", []),
    "the list of conflicts that old gits write": (f"feat: x\n\n{SIGN_OFF}\n\nConflicts:\n\ta\n\tb/c\n", [SIGN_OFF]),
    "a list of conflicts with text below": (f"feat: x\n\n{SIGN_OFF}\n\nConflicts:\n\ta\n\nmore\n", []),
    "carriage returns": (f"feat: x\r\n\r\n{SIGN_OFF}\r\n", [SIGN_OFF]),
}
PIECES = [
    SIGN_OFF,
    "signed-off-by: c <c@d.e>",
    "(cherry picked from commit abcdef)",
    "foo bar",
    "prose line here: with colon",
    "Refs: 12",
    "Closes #12",
    "BREAKING CHANGE: y",
    "Key : value",
    "Key\t: v",
    " folded",
    "\tfolded",
    "",
    "   ",
    "# comment",
    "---",
    "Conflicts:",
    "\tpath/x",
    "é: x",
    "-: x",
    ": x",
    "Key:",
    "Acked-by: X",
    "# ------------------------ >8 ------------------------",
    "http://x.y/z",
    "Reviewed-by:Z",
    "Key: a\r",
    "\r",
    " Signed-off-by: A <a@b.c>",
]
TITLES = ["feat: x\n", "feat: x", SIGN_OFF + "\n", "#hash\n", "", " lead\n"]
MESSAGES = st.builds(
    lambda title, lines: "\n".join([title, *lines, ""]),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(PIECES), max_size=10),
)


def shown(text: str) -> list[str]:
    return [f"{found.key}: {found.value}" for found in message.from_bytes(text.encode()).trailers]


def gits(text: str, *config: str) -> list[str]:
    args = [
        "git",
        *(word for entry in config for word in ("-c", entry)),
        "interpret-trailers",
        "--parse",
        "--no-divider",
    ]
    return subprocess.run(args, input=text.encode(), capture_output=True, check=True).stdout.decode().split("\n")[:-1]


@pytest.mark.parametrize(("text", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_block_rule(text: str, expected: list[str]) -> None:
    assert shown(text) == expected == gits(text)


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(MESSAGES)
def test_generated_messages_have_the_trailers_that_git_finds(text: str) -> None:
    assert shown(text) == gits(text)


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_separators_and_configured_keys(text: str) -> None:
    """Values only: git prints a key that begins a configured one as it is configured."""
    config = ["trailer.separators=:#", "trailer.see.key=Refs"]
    known = Settings(separators=":#", trailer_keys=("see", "Refs"))
    ours = [found.value for found in message.from_bytes(text.encode(), known).trailers]
    assert ours == [line.split(":", 1)[1].strip(" ") for line in gits(text, *config)]


SEPARATORS = st.sampled_from([":", ":#", " :", "#", "=:", ":-", "-:", "\t:", "x:", ":=#%"])
KEYS = st.sampled_from([(), ("see", "Refs"), ("sign", "Signed-off-by"), ("sign", "signed-off-by"), ("s", "S-b")])
LINES = st.sampled_from(
    [
        *("Refs: 1", "Refs : 1", "Refs  :1", "Refs\t: 1", "Refs #1", "Refs=1", "Refs - 1", "Refs-x: 1", "Refsx: 1"),
        *(
            "Signed-off-by: A",
            "Signed-off-by : A",
            "Signed-off-by\t#A",
            "signed-off: A",
            "Sign: A",
            "S: 1",
            ": 1",
            " : 1",
        ),
        *("prose", "more prose here", "a b: c", "# a note", " folded", "\tfolded: x", "R\u00e9f: 1", "Refs\u3000: 1"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(SEPARATORS, KEYS, st.lists(LINES, min_size=1, max_size=6))
def test_any_configuration_of_trailers(separators: str, keys: tuple[str, ...], lines: list[str]) -> None:
    """Git prints a key as it is configured, behind it a separator of its own: the values tell what is a trailer."""
    text = "\n".join(["feat: x", "", *lines, ""])
    config = [f"trailer.separators={separators}", *([f"trailer.{keys[0]}.key={keys[1]}"] if keys else [])]
    found = message.from_bytes(text.encode(), Settings(separators=separators, trailer_keys=keys)).trailers
    theirs = gits(text, *config)
    assert len(found) == len(theirs)
    assert all(line.endswith(ours.value) for ours, line in zip(found, theirs, strict=True))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["feat: x", "", "Refs: a", " b", "Reviewed-by: Z"], [("Refs", "a\n b", 3), ("Reviewed-by", "Z", 5)]),
        (["feat: x", "", "Fixes #12"], [("Fixes", "#12", 3)]),
        (
            ["feat: x", "", "BREAKING CHANGE: y", "", SIGN_OFF],
            [("BREAKING CHANGE", "y", 3), ("Signed-off-by", "A <a@b.c>", 5)],
        ),
        (["feat: x", "", "BREAKING-CHANGE: y"], [("BREAKING-CHANGE", "y", 3)]),
        (["feat: x", "", "see http://x"], []),
        (["feat: x", "", "Note that: x"], []),
        (["feat: x", "", "breaking changes #DS-1"], []),
        (["feat: x", "", "  key: value"], []),
        (["feat: x", "", "Refs: 1", "", "words", "", "Key: 2"], [("Key", "2", 7)]),
        (["Refs: 1"], []),
        ([], []),
    ],
    ids=[
        "value over two lines",
        "number sign",
        "breaking change in its own paragraph",
        "hyphen",
        "address",
        "space in the token",
        "prose",
        "indented",
        "after prose",
        "header only",
        "nothing",
    ],
)
def test_footers(lines: list[str], expected: list[tuple[str, str, int]]) -> None:
    assert trailers.footers(lines) == tuple(Trailer(*row) for row in expected)
