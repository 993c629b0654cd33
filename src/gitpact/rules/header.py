"""Rules on the header: its form, characters, length and type."""

from __future__ import annotations

from gitpact.message import display_width
from gitpact.message.encodings import BLANK_LOOKING, UNSAFE
from gitpact.message.header import LOOK_ALIKES, is_issue
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Header, Policy, Prefix

# Controls, bidirectional marks, line separators and characters that nobody can see (how-git-reads-a-message 12) are
# in the group; a flag that is written in tags is not, nor a joiner behind an emoji or a letter that is not ASCII.
UNSEEN = (
    f"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|({UNSAFE[:-1]}\t{BLANK_LOOKING}]|(?<![^\x00-\x7f])[\u200c\u200d])"
)
BLANK = frozenset(BLANK_LOOKING)
ISSUE_BRACKETS = (
    "[](){}\u3010\u3011\uff08\uff09\uff3b\uff3d,;.:\uff1a"  # around an issue reference that stands elsewhere
)
# Cyrillic, Armenian and Greek letters that look like Latin ones (Unicode's confusables.txt).
LATIN = str.maketrans(
    "\u0430\u0441\u0501\u0435\u0261\u04bb\u0456\u0458\u043e\u0440\u0455\u0445\u0443\u03bf\u0578\u057d",
    "acdeghijopsxyonu",
)
AT_END = ("end", "trailer")  # places of the issue reference which `Header.columns` does not count
TYPE_UNREAD = {"type-missing", "prefix-missing", "breaking-change", "scope-unopened"}
BREAKING = {"BREAKING", "BREAKING-CHANGE", "BREAKING-CHANGES"}


def grammar(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find the first place where a header is not `type(scope)!: description`: yields at most one finding.

    Its kind is that of `prefix.fault`, or "colon-missing" for a known type without a colon (how-git-reads-a-message 20
    to 31).
    """
    fault = prefix.fault
    if not fault:
        return
    kind, column, got = fault.kind, fault.column, fault.got
    word = got.lower()
    if kind == "prefix-missing" and (word in policy.types or word in policy.type_aliases):
        kind, column, got = "colon-missing", column + len(got), ""
    elif kind == "prefix-missing" and _issue(got, policy):
        kind, got = "issue-first", _issue(got, policy)
    facts = (
        ("got", got),
        ("code", f"U+{ord(got[0]):04X}" if got else ""),
        ("expected", LOOK_ALIKES.get(got, "")),
        ("types", _example_types(policy)),
    )
    yield Finding("header-format", kind, 1, column + 1, max(len(got), 1), facts)


def characters(header: Header, _policy: Policy) -> Sequence[Finding]:
    """Find the first control character, direction mark or invisible character in a header: at most one finding.

    The kind is "tab" or "unseen".
    """
    text = header.text
    if text.isprintable() and (text.isascii() or BLANK.isdisjoint(text)):
        return ()
    import re  # noqa: PLC0415  nearly every header is printable

    found = next((one for one in re.finditer(UNSEEN, text) if one[1]), None)
    if not found:
        return ()
    facts = (("code", f"U+{ord(found[0]):04X}"),)
    return [Finding("header-characters", "tab" if found[0] == "\t" else "unseen", 1, found.start() + 1, 1, facts)]


def longest(header: Header, policy: Policy) -> Sequence[Finding]:
    """Find a header of more display columns than `message.subject-max`: at most one finding, of kind "long".

    It covers what is too much. The issue reference is not counted.
    """
    columns = _columns(header, policy) if header.columns > policy.subject_max else 0
    if columns <= policy.subject_max:
        return ()
    subject = _subject(header)
    column = _column_past(subject, policy.subject_max + header.columns - columns)
    facts = (("got", str(columns)), ("expected", str(policy.subject_max)))
    return [Finding("header-max", "long", 1, header.prefix.type_column + column + 1, len(subject) - column, facts)]


def shortest(header: Header, policy: Policy) -> Sequence[Finding]:
    """Find a header of fewer display columns than `message.subject-min`: at most one finding, of kind "short".

    The issue reference is not counted.
    """
    columns = _columns(header, policy)
    if columns >= policy.subject_min:
        return ()
    facts = (("got", str(columns)), ("expected", str(policy.subject_min)))
    return [Finding("header-min", "short", 1, header.prefix.type_column + 1, len(_subject(header)), facts)]


def _columns(header: Header, policy: Policy) -> int:
    """The width of a header without its issue reference, wherever the policy wants that."""
    if policy.issue_place in AT_END:
        return header.columns
    from gitpact.rules import issue  # noqa: PLC0415  few policies want it elsewhere

    return issue.columns_without(header, policy)


def type_known(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find a type that is not in `message.types`: at most one finding, kind "alias" if it is an alias, else "unknown".

    The kind is "look-alike" if a letter of another script makes it look like a listed type, "issue" or "breaking" for
    what is written in the place of a type. Case does not matter, which is for `type_case`, and a header without a
    readable type passes. With an empty list each type is unknown: call this only with another (`rules.active`).
    """
    got = _type(prefix)
    if not got or got.lower() in policy.types or got in policy.types:
        return
    alike = "" if got.isascii() else latin_look(got)
    if alike in policy.types:
        at = next(at for at, char in enumerate(got) if not char.isascii())
        facts = (("got", got[at]), ("code", f"U+{ord(got[at]):04X}"), ("expected", alike))
        yield Finding("type-known", "look-alike", 1, prefix.type_column + at + 1, 1, facts)
        return
    alias = policy.type_aliases.get(got.lower(), "")
    issue = _issue(got, policy)
    if issue or (not alias and got.upper() in BREAKING):
        kind = "issue" if issue else "breaking"
        yield Finding(
            "type-known",
            kind,
            1,
            prefix.type_column + 1,
            len(got),
            facts=(("got", issue or got), ("expected", listed(policy.types))),
        )
        return
    facts = (("got", got), ("expected", listed(policy.types)), ("alias", alias))
    yield Finding("type-known", "alias" if alias else "unknown", 1, prefix.type_column + 1, len(got), facts)


def type_case(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find a type with capitals that the policy does not list that way: yields at most one finding, of kind "upper".

    A type that is unknown in lower case too passes: that is for `type_known`. So does an issue reference where the
    policy wants that at the start and allows any type: `PROJ-12: add x`.
    """
    got = _type(prefix)
    known = not policy.types or got.lower() in policy.types
    if policy.issue_place == "start" and not policy.types and is_issue(got, policy.issue_pattern):
        return
    if got != got.lower() and got not in policy.types and known:
        facts = (("got", got), ("expected", got.lower()))
        yield Finding("type-case", "upper", 1, prefix.type_column + 1, len(got), facts)


def latin_look(word: str) -> str:
    """Return a word in lower case, each letter of another script that looks like a Latin one replaced by that.

    Letters that look like none stay, so that the result need not be a Latin word; an all-Latin word stays as it is but
    for its case.
    """
    import unicodedata  # noqa: PLC0415  types are ASCII

    return unicodedata.normalize("NFKC", word).lower().translate(LATIN)


def _issue(word: str, policy: Policy) -> str:
    """The issue reference in a word that a header begins with, its brackets taken off; "" where it is none."""
    bare = word.strip(ISSUE_BRACKETS)
    return bare if policy.issue != "forbidden" and is_issue(bare, policy.issue_pattern) else ""


def _type(prefix: Prefix) -> str:
    return "" if prefix.fault and prefix.fault.kind in TYPE_UNREAD else prefix.type


def _example_types(policy: Policy) -> str:
    return listed(policy.types) or "feat, fix"


def _subject(header: Header) -> str:
    """What counts for the width: neither the issue reference at the end nor the words of a host at the beginning."""
    text = header.text[header.prefix.type_column :]
    return text.removesuffix(header.suffix).rstrip() if header.suffix else text


def _column_past(text: str, limit: int) -> int:
    """The index of the first character that no longer fits in `limit` columns, by bisection."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if display_width.width(text[: middle + 1]) > limit:
            high = middle
        else:
            low = middle + 1
    return low
