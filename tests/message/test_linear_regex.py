"""Patterns of a policy: what `re` matches they match, in time that grows with the text alone; what is refused says why."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.message import linear_regex, pattern_syntax
from gitpact.rules import path_globs

ATOMS = (
    *(
        "a",
        "b",
        "1",
        "_",
        "-",
        ".",
        "é",
        " ",
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        r"\.",
        r"\x61",
        r"\u00e9",
        r"\-",
    ),
    *("[ab]", "[^a]", "[a-c1]", r"[\d_]", r"[^\w]", "[]a]", "[^]]", "[a-]", r"[\]]", "(?i:A)", "(?i:É)", "(?i:[A-B])"),
    *(r"\b", "^", "$", r"\A", r"\Z", "(?#c)", "(?s:.)", "{", "a{", "a{x}", "}", "a{,}"),
)
COUNTS = ("*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "*?", "+?", "??", "{1,2}?", "{0}")
PATTERNS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("".join, st.lists(inner, min_size=2, max_size=3)),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("(?P<n>{})".format, st.sampled_from("ab1")),
        st.builds("(?:{}){}".format, inner, st.sampled_from(COUNTS)),
    ),
    max_leaves=8,
)


@pytest.mark.long
@settings(max_examples=2000, deadline=None)
@given(PATTERNS, st.lists(st.text("ab1_-. éA]cÉ{x}", min_size=1, max_size=6), max_size=5))
def test_it_matches_what_re_matches(pattern: str, texts: list[str]) -> None:
    """The empty text is left out: whether there is a border in it depends on the version of Python."""
    try:
        oracle = re.compile(pattern)
    except re.error:
        with pytest.raises(pattern_syntax.PatternError):
            linear_regex.check(pattern)
        return
    for text in texts:
        assert linear_regex.fullmatch(pattern, text) == bool(oracle.fullmatch(text))


SEARCHED = PATTERNS.flatmap(lambda inner: st.sampled_from((inner, f"(?m){inner}", f"(?i){inner}", f"(?is){inner}")))


@pytest.mark.long
@settings(max_examples=1000, deadline=None)
@given(SEARCHED, st.lists(st.text("ab1_-. éA]É\n", min_size=1, max_size=12), min_size=10, max_size=10))
def test_it_finds_a_match_where_re_finds_one(pattern: str, texts: list[str]) -> None:
    """Ten texts each. Without `m`, `$` is the end of the text alone, and for `re` also what precedes a last line feed."""
    try:
        oracle = re.compile(pattern)
    except re.error:
        return
    needle, any_case = pattern_syntax.literal(pattern_syntax.parse(pattern))
    for text in (text.rstrip("\n") + "." for text in texts):
        found, expected = linear_regex.search(pattern, text), oracle.search(text)
        assert bool(found) == bool(expected)
        if found and expected:
            assert 0 <= found[0] <= found[1] <= len(text)
            assert needle in (pattern_syntax.folded(text) if any_case else text)


def test_a_match_is_the_longest_where_the_first_one_begins() -> None:
    assert linear_regex.search("a+b|b", "xaab b") == (1, 4)
    assert linear_regex.search(r"\bT-\d+", "fix T-123 T-4") == (4, 9)
    assert linear_regex.search(r"\bfix\b", "prefix, fix") == (8, 11)
    assert linear_regex.search(r"(?m)^todo: \w", "a\ntodo: b\nc") == (2, 9)
    assert linear_regex.search(r"(?m)\w$", "-\na\n-") == (2, 3)
    assert linear_regex.search("^b", "a\nb") is None
    assert linear_regex.search("(?-i:x)|b{0}$", "ab") == (2, 2)
    assert linear_regex.search("a+", "aaa") == (0, 3)
    assert linear_regex.occurs("b$", "ab")
    assert not linear_regex.occurs("^b", "ab")


@pytest.mark.parametrize(
    ("pattern", "text", "any_case"),
    [
        ("a(?:bc|bd)efg", "efg", False),
        (r"\bTICKET-\d+", "TICKET-", False),
        ("(?:abc){2,}x", "abc", False),
        ("(?:abc)*", "", False),
        ("a[b]cd", "cd", False),
        ("(?i)ChatGPT", "CHATGPT", True),
        ("(?i:ab)cde", "cde", False),
        ("(?i)é", "", False),
    ],
)
def test_the_text_that_every_match_contains(pattern: str, text: str, any_case: bool) -> None:
    assert pattern_syntax.literal(pattern_syntax.parse(pattern)) == (text, any_case)


# Each needs exponential or polynomial time by trying one way after another. Steps count, as time would in no test.
HOSTILE = {
    "a star in a plus": ("(a+)+b", "a"),
    "the attack of the field": ("(A+)+B", "A"),
    "the same twice": ("(a|a)*b", "a"),
    "stars in a row": ("a*a*a*a*a*a*b", "a"),
    "one inside the other": ("(a|aa)+b", "a"),
    "nothing, often": ("(a*)*b", "a"),
    "anything, often": ("(.*,){11}P", "x,"),
    "optional ones": ("(?:a?){40}a{40}b", "a"),
    "a class and its letters": (r"(\w|\d|a)+!", "a1"),
}


@pytest.mark.parametrize(("pattern", "unit"), HOSTILE.values(), ids=HOSTILE)
def test_no_pattern_is_slow(pattern: str, unit: str) -> None:
    automaton = linear_regex.automaton(pattern_syntax.parse(pattern))
    assert not linear_regex.matches(automaton, unit * 500)
    once = len(automaton.moves)
    assert not linear_regex.matches(automaton, unit * 50_000)
    assert len(automaton.moves) == once, "a longer text takes no other way"


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_regex, "KEPT", 20)
    pattern = "(?:a|b)*a(?:a|b){7}"
    automaton = linear_regex.automaton(pattern_syntax.parse(pattern))
    text = "abbabaabbbabaab" * 20
    assert linear_regex.matches(automaton, text) == bool(re.fullmatch(pattern, text))
    assert not linear_regex.matches(automaton, text + "abbbbbbbbbbb")
    assert len(automaton.moves) <= 20
    assert len(automaton.states) <= 22


REFUSED = {
    "a reference back": (r"(a)\1", r"an unsupported backreference \1 at character"),
    "a named reference back": ("(?P<x>a)(?P=x)", "an unsupported backreference (?P=…) at character"),
    "a lookahead": (
        "a(?=b)",
        "an unsupported lookahead (?=…) at character 2; write the text of the lookahead as a normal part of the pattern: \\d+abc, not \\d+(?=abc)",
    ),
    "an unsupported negative lookahead": ("(?!b)a", "an unsupported negative lookahead"),
    "an unsupported lookbehind": ("(?<=b)a", "an unsupported lookbehind"),
    "an atomic group": ("(?>a+)", "an unsupported atomic group (?>…) at character 1; write (?:…)"),
    "a conditional": ("(a)(?(1)b|c)", "an unsupported conditional group"),
    "a possessive quantifier": ("a++", "a possessive quantifier"),
    "counts that are too large": ("a{99999999999999999999}", "a repetition count greater than 2000"),
    "counts in counts": ("(?:(?:a{100}){100}){100}", "too large"),
    "groups in groups": ("(" * 500 + "a" + ")" * 499, "groups nested more than 50 levels deep"),
    "too many characters": ("a" * 1001, "1001 characters; a pattern may have at most 1000"),
    "a group that is open": ("(a", "a group without its closing ')'"),
    "a group that was never opened": ("a)", "a ')' without its '('"),
    "brackets that are open": ("[a", "a '[' without its ']'"),
    "a range backwards": ("[b-a]", "no valid range"),
    "nothing to repeat": ("*a", "nothing to repeat before '*'"),
    "a repetition of nothing": ("{2}", "nothing to repeat before '{'"),
    "repeated twice": ("a**", "a quantifier directly after another quantifier"),
    "repeated twice by a count": ("a*{2}", "a quantifier directly after another quantifier"),
    "more at least than at most": ("a{3,2}", "{3,2}: 3 is more than 2"),
    "a border, repeated": (r"\b*", "a quantifier after an anchor such as ^, $ or \\b"),
    "other flags": ("(?x)a", "flags that gitpact does not support, 'x'"),
    "flags without an end": ("(?i", "flags that gitpact does not support, 'i'"),
    "flags in the middle": ("a(?i)b", "flags such as (?i) that are not at the very start of the pattern"),
    "(?P without a valid group name": ("(?P<>a)", "(?P without a valid group name"),
    "a comment without an end": ("(?#a", "a comment (?#… without a ')'"),
    "no such escape": (r"\q", r"no such escape: \q"),
    "half an escape": ("\\", "no such escape"),
    "an octal escape": (r"\07", "an octal escape"),
    "half a code": (r"\x1", r"\x needs 2 hexadecimal digits"),
    "a code of no character": (r"\UFFFFFFFF", r"\U needs 8 hexadecimal digits"),
}


@pytest.mark.parametrize(("pattern", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_says_which_part_and_what_to_write(pattern: str, said: str) -> None:
    with pytest.raises(pattern_syntax.PatternError) as caught:
        linear_regex.check(pattern)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?i)proj-\\d+", "PROJ-12"),
        ("(?s)a.b", "a\nb"),
        ("(?i-s:a)", "A"),
        ("(?-i:a)b", "ab"),
        (r"[\b]", "\b"),
        ("", ""),
    ],
)
def test_what_is_accepted(pattern: str, text: str) -> None:
    assert linear_regex.fullmatch(pattern, text)
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize("glob", ["*a" * 30 + "b", "**/" * 30 + "b", "?*" * 30 + "/b", "[a-b]*" * 30])
def test_no_glob_of_a_path_is_slow(glob: str) -> None:
    path = "a" * 2000 + "/" + "a" * 2000 + "c"
    path_globs._known.clear()  # noqa: SLF001  its table is looked at
    path_globs.matches(glob, path)
    once = len(path_globs._compiled(glob).moves)  # noqa: SLF001
    path_globs.matches(glob, path.replace("a", "a" * 20))
    assert len(path_globs._compiled(glob).moves) == once  # noqa: SLF001


def test_nothing_however_often_is_nothing() -> None:
    assert linear_regex.fullmatch("(((){2000}){2000}){2000}a{2}", "aa")


def test_the_table_is_bounded_by_what_a_state_holds() -> None:
    automaton = linear_regex.automaton(pattern_syntax.parse("(?:a|b)*a(?:a|b){300}"))
    linear_regex.matches(automaton, "abbabaabbbabaab" * 100)
    assert sum(len(places) for places, _ in automaton.states) <= linear_regex.KEPT_PLACES
