"""The header grammar (how-git-reads-a-message 20 to 31): where each fault is, and what was read before it."""

from __future__ import annotations

import pytest

from gitpact.message import header
from gitpact.records import Fault

WHOLE = {
    "type and description": ("feat: x", ("feat", None, False, "x", ())),
    "scope": ("fix(parser): y", ("fix", "parser", False, "y", ())),
    "breaking": ("feat!: z", ("feat", None, True, "z", ())),
    "breaking with scope": ("feat(api)!: z", ("feat", "api", True, "z", ())),
    "capitals later in the description": (
        "docs: correct spelling of CHANGELOG",
        ("docs", None, False, "correct spelling of CHANGELOG", ()),
    ),
    "several spaces after the colon": ("feat:   x", ("feat", None, False, "x", ())),
    "slash in scope": ("feat(a/b): x", ("feat", "a/b", False, "x", ())),
    "dot in scope": ("feat(a.b): x", ("feat", "a.b", False, "x", ())),
    "package scope": ("feat(@scope/pkg): x", ("feat", "@scope/pkg", False, "x", ())),
    "scope in another script": ("feat(ядро): x", ("feat", "ядро", False, "x", ())),
    "issue as scope": ("feat(#12): x", ("feat", "#12", False, "x", ())),
    "two scopes": ("feat(a,b): x", ("feat", "a,b", False, "x", ())),
    "two scopes with a space": ("feat(a, b): x", ("feat", "a, b", False, "x", ())),
    "colon in the description": ("feat: x:y", ("feat", None, False, "x:y", ())),
    "address in the description": ("feat: http://a", ("feat", None, False, "http://a", ())),
    "parentheses and colon in the description": ("feat: a (b): c", ("feat", None, False, "a (b): c", ())),
    "quotes": ('feat: "q"', ("feat", None, False, '"q"', ())),
    "type with dot and plus": ("c++.net: x", ("c++.net", None, False, "x", ())),
    "issue": ("feat: x (#12)", ("feat", None, False, "x", ("#12",))),
    "issue without space": ("feat: x(#12)", ("feat", None, False, "x", ("#12",))),
    "two issues in one pair": ("feat: x (#12, #13)", ("feat", None, False, "x", ("#12", "#13"))),
    "suffix of a host": ("feat: x (#12) (#99)", ("feat", None, False, "x", ("#12", "#99"))),
    "call at the end is no issue": ("fix: check close()", ("fix", None, False, "check close()", ())),
}
FAULTS = {
    "no text": ("", "type-missing", 0, ""),
    "no type": (": x", "type-missing", 0, ":"),
    "scope without type": ("(a): x", "type-missing", 0, "("),
    "plain words": ("Add login", "prefix-missing", 0, "Add"),
    "a word": ("feat", "prefix-missing", 0, "feat"),
    "version number": ("1.2.3", "prefix-missing", 0, "1.2.3"),
    "issue first": ("#12 fix thing", "prefix-missing", 0, "#12"),
    "a footer as header": ("BREAKING CHANGE: x", "breaking-change", 0, "BREAKING CHANGE"),
    "a footer as header, without colon": ("BREAKING CHANGE drop x", "breaking-change", 0, "BREAKING CHANGE"),
    "a footer as header, plural in lower case": ("breaking changes: x", "breaking-change", 0, "breaking change"),
    "prose on a breaking change": ("Breaking change in the API", "prefix-missing", 0, "Breaking"),
    "the same first word, no footer": ("BREAKING the build", "prefix-missing", 0, "BREAKING"),
    "no space after the colon": ("feat:x", "space-missing", 5, "x"),
    "space before the colon": ("feat :x", "space-before", 4, " "),
    "space on both sides": ("feat : x", "space-before", 4, " "),
    "space before the scope": ("feat (a): x", "space-before", 4, " "),
    "space after the scope": ("feat(a) : x", "space-before", 7, " "),
    "space before the mark": ("feat !: x", "space-before", 4, " "),
    "nothing after the colon": ("feat:", "description-missing", 5, ""),
    "spaces after the colon": ("feat:    ", "description-missing", 9, ""),
    "only an issue": ("feat: (#12)", "description-missing", 6, "(#12)"),
    "empty scope": ("feat(): x", "scope-empty", 5, ")"),
    "blank scope": ("feat( ): x", "scope-empty", 5, " "),
    "empty member": ("feat(a,,b): x", "scope-member-empty", 7, ","),
    "space before the scope's name": ("feat( a): x", "scope-space", 5, " "),
    "space after the scope's name": ("feat(a ): x", "scope-space", 6, " "),
    "a word and a number": ("debug (#566)", "prefix-missing", 0, "debug"),
    "a path and a number": ("docs/README_el (#1929)", "prefix-missing", 0, "docs/README_el"),
    "a call": ("Stats() shouldn't assume s", "prefix-missing", 0, "Stats"),
    "a call with a colon": ("Stats(): x", "scope-empty", 6, ")"),
    "a call with a full-width colon": ("Stats()\uff1a x", "scope-empty", 6, ")"),
    "nested parenthesis": ("feat(a(b)): x", "scope-nested", 6, "("),
    "unclosed parenthesis": ("feat(a: x", "scope-unclosed", 4, "("),
    "unopened parenthesis": ("feata): x", "scope-unopened", 5, ")"),
    "text after the scope": ("feat(a)b: x", "after-scope", 7, "b"),
    "mark before the scope": ("feat!(a): x", "bang-before-scope", 4, "!"),
    "two marks": ("feat!!: x", "bang-twice", 5, "!"),
    "text after the mark": ("fixup!feat", "after-bang", 6, "f"),
    "text after scope and mark": ("feat(a)!b: x", "after-bang", 8, "b"),
    "mark at the end": ("feat!", "colon-missing", 5, ""),
    "scope at the end": ("feat(a)", "colon-missing", 7, ""),
    "tab after the colon": ("feat:\tx", "space-odd", 5, "\t"),
    "no-break space after the colon": ("feat:\u00a0x", "space-odd", 5, "\u00a0"),
    "ideographic space after the colon": ("feat:\u3000x", "space-odd", 5, "\u3000"),
    "full-width colon": ("feat\uff1ax", "look-alike", 4, "\uff1a"),
    "full-width opening parenthesis": ("feat\uff08a\uff09: x", "look-alike", 4, "\uff08"),
    "full-width closing parenthesis": ("feat(a\uff09: x", "look-alike", 6, "\uff09"),
    "full-width mark": ("feat\uff01: x", "look-alike", 4, "\uff01"),
    "ratio sign": ("feat\u2236 x", "look-alike", 4, "\u2236"),
}
ISSUE_FAULTS = {
    "no number": ("feat: x (#)", "issue-empty", 8, "(#)"),
    "zero": ("feat: x (#0)", "issue-zero", 8, "(#0)"),
    "leading zero": ("feat: x (#012)", "issue-zero", 8, "(#012)"),
    "no hash": ("feat: x (12)", "issue-hash", 8, "(12)"),
    "full-width parentheses": ("feat: x\uff08#12\uff09", "issue-look-alike", 7, "\uff08#12\uff09"),
    "full-width hash": ("feat: x (\uff0312)", "issue-look-alike", 8, "(\uff0312)"),
    "full stop after it": ("feat: x (#12).", "issue-stop", 8, "(#12)."),
    "no parentheses": ("feat: x #12", "issue-bare", 8, "#12"),
}


@pytest.mark.parametrize(("text", "parts"), WHOLE.values(), ids=WHOLE)
def test_header_is_read_whole(text: str, parts: tuple[object, ...]) -> None:
    found = header.parse(text)
    type_, scope, breaking, _, fault, _ = found.prefix
    assert fault is None
    assert (type_, scope, breaking, found.description, found.issues) == parts
    assert found.text[found.description_column :].startswith(found.description)
    assert text.endswith(found.suffix)


OF_A_HOST = {
    "Azure": ("Merged PR 1234: feat(x): y", 16),
    "no number": ("Merged PR x: feat: y", 0),
    "digits of another script": ("Merged PR \u0661: feat: y", 0),
    "no title": ("Merged PR 12: ", 0),
    "no space": ("Merged PR 12:feat: y", 0),
    "other words": ("merged PR 12: feat: y", 0),
}


@pytest.mark.parametrize(("text", "start"), OF_A_HOST.values(), ids=OF_A_HOST)
def test_the_words_of_a_host_are_not_read(text: str, start: int) -> None:
    assert header.after_host_words(text) == start
    found = header.parse(text)
    assert (found.text, found.prefix.type_column) == (text, start)
    assert (found.prefix.fault is None) == bool(start)
    if start:
        assert (found.prefix.type, found.prefix.scope, found.columns) == ("feat", "x", len(text) - start)
        assert text[found.prefix.scope_column :].startswith("x)")
        assert text[found.description_column :] == found.description == "y"


@pytest.mark.parametrize("times", [2, 50_000])
def test_a_host_writes_its_words_once(times: int) -> None:
    """What follows is the author's, whatever it says, and however often it says so."""
    found = header.parse("Merged PR 12: " * times + "feat: y")
    assert found.prefix.type_column == 14
    assert found.prefix.fault == Fault("prefix-missing", 14, "Merged")


@pytest.mark.parametrize(("text", "kind", "column", "got"), FAULTS.values(), ids=FAULTS)
def test_first_fault_is_named_and_placed(text: str, kind: str, column: int, got: str) -> None:
    assert header.parse(text).prefix.fault == Fault(kind, column, got)


@pytest.mark.parametrize(("text", "kind", "column", "got"), ISSUE_FAULTS.values(), ids=ISSUE_FAULTS)
def test_near_miss_of_an_issue_reference(text: str, kind: str, column: int, got: str) -> None:
    assert header.parse(text).issue_fault == Fault(kind, column, got)


@pytest.mark.parametrize(
    "text",
    ["fix: check close()", "feat: \u652f\u6301\u65b0\u7248\uff082024\uff09", "feat: C#", "feat: a#12", "feat: (a) b"],
)
def test_what_only_looks_like_an_issue_reference_is_left_alone(text: str) -> None:
    assert header.parse(text).issue_fault is None


def test_issue_pattern_of_the_policy_and_the_suffix_of_the_host_both_count() -> None:
    found = header.parse("feat: x (ABC-1) (#99)", "[A-Z]+-[0-9]+")
    assert found.issues == ("ABC-1", "#99")
    assert found.description == "x"


@pytest.mark.parametrize(
    "text",
    [
        "feat(" + "(" * 100_000,
        "feat" + "(" * 100_000 + ")" * 100_000,
        "feat: " + "(" * 1_000_000,
        "feat: " + "(#1)" * 250_000,
        "feat: " + ")" * 1_000_000,
        "feat" + " " * 1_000_000,
        "feat: " + " " * 1_000_000 + "x",
        "a" * 1_000_000,
        "feat(" + "a," * 500_000 + "): x",
        "feat \uff1a" * 200_000,
    ],
    ids=["open", "nested", "open later", "issues", "close", "spaces", "gap", "word", "members", "look-alikes"],
)
def test_a_huge_header_is_read_at_once(text: str) -> None:
    """A quadratic reader would not come back from these."""
    assert header.parse(text).text == text


@pytest.mark.parametrize("unit", [" (#1)", "(#1)", " (#1, #2)"])
def test_no_more_than_a_hundred_characters_are_a_reference(unit: str) -> None:
    found = header.parse("feat: x" + unit * 100)
    assert 80 < len(found.suffix) <= header.LONGEST_REFERENCE
    assert found.description.startswith("x" + unit)


def test_two_references_are_one_suffix() -> None:
    assert header.parse("feat: x (#12) (#99)").issues == ("#12", "#99")
