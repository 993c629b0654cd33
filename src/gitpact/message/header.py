"""The header grammar: `type(scope)!: description (#issue)`, read in one pass, linear in its length.

Source: Conventional Commits 1.0.0, rules 1 to 5 and 13, and the issue suffix of the founding convention.
A header that leaves the grammar keeps what could be read and says where and how it left (`Fault`).
Read without `re`: importing it costs a third of what a whole hook may, and a header that passes needs no pattern.
"""

from __future__ import annotations

from gitpact.message.bounded_memory import put
from gitpact.message.display_width import width
from gitpact.records import Fault, Header, Prefix

LOOK_ALIKES = {
    "\uff1a": ":",
    "\ufe55": ":",
    "\ufe13": ":",
    "\u2236": ":",
    "\ua789": ":",
    "\uff08": "(",
    "\ufe59": "(",
    "\uff09": ")",
    "\ufe5a": ")",
    "\uff01": "!",
    "\ufe57": "!",
    "\uff03": "#",
    "\ufe5f": "#",
    "\uff0c": ",",
    "\u3001": ",",
}
SPACES = " \t\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200C))) + "\u202f\u205f\u2060\u3000\ufeff"
TYPE_ENDS = frozenset(SPACES + "()!:" + "".join(LOOK_ALIKES))
LONGEST_OPENING = 100  # characters of a header that are remembered
LONGEST_REFERENCE = 100  # characters, with the spaces in it; what goes beyond is description, and counts as that
ISSUE_ENDS = frozenset("0123456789).,;\u3002\uff09\ufe5a")
ISSUE_MARKS = frozenset("#(\uff08\ufe59")  # one of these stands in every such end
HOST_WORDS = "Merged PR "  # and a number: what Azure Repos writes before the title when it squashes a pull request
DEFAULT_ISSUE = "#[1-9][0-9]*"
COLONS = frozenset(char for char, plain in (*LOOK_ALIKES.items(), (":", ":")) if plain == ":")
BREAKING = "BREAKING CHANGE"
NO_TYPE = ("prefix-missing", "breaking-change")  # faults of a header that does not begin with a type
MEANT = ("scope-empty", "space-before")  # faults of what means to be a prefix
ISSUE_FAULTS = (  # the first that fits the end of a header names what is wrong with its issue reference
    ("issue-empty", r"\(#\)$"),
    ("issue-zero", r"\(#0[0-9]*\)$"),
    ("issue-hash", r"(?<=[ \t])\([1-9][0-9]*\)$"),
    ("issue-look-alike", "[(\uff08\ufe59][#\uff03\ufe5f][0-9]+[)\uff09\ufe5a]$"),
    ("issue-stop", "\\(#[0-9]+\\)[.\u3002,;]+$"),
    ("issue-bare", r"(?<![^ \t,])#[1-9][0-9]*$"),
)
# A history has few prefixes. Those without a fault by their text with the colon, and by its first word what a header
# has that begins with that word, a space and a letter: none, whatever follows.
_prefixes: dict[str, Prefix] = {}
_words: dict[str, Prefix] = {}


def parse(text: str, issue_pattern: str = DEFAULT_ISSUE) -> Header:
    """Parse a header: one line without white space at its end. What is wrong with it is in the result's `Fault`s.

    `issue_pattern` is a regular expression (`linear_regex`) for one member of the issue reference. `#12` always counts
    as a member: it is the number that a host appends when it squashes a pull request. Nothing behind a faulty prefix is
    read, nor are the words of a host before it. Raises pattern_syntax.PatternError if the pattern is refused.
    """
    start = after_host_words(text) if text.startswith(HOST_WORDS) else 0
    return _moved(_parse(text[start:], issue_pattern), text, start) if start else _parse(text, issue_pattern)


def _parse(text: str, issue_pattern: str) -> Header:
    """A header as its author wrote it: a host writes its words once, and more of them are the author's."""
    colon = text.find(":")
    prefix = _prefixes.get(text[: colon + 1])
    if not prefix:
        word = text.partition(" ")[0]
        prefix = _words.get(word) if text[len(word) + 1 : len(word) + 2].isalnum() else None
    if not prefix:
        prefix, colon = _prefix(text)
        if not prefix.fault and colon < LONGEST_OPENING:
            put(_prefixes, text[: colon + 1], prefix)
        elif prefix.fault == Fault("prefix-missing", 0, word) and len(word) < LONGEST_OPENING and not _may_break(word):
            put(_words, word, prefix)
    if prefix.fault:
        return Header._make((text, prefix, width(text), "", "", (), 0, None))
    start, end, issues, fault, issue_fault = _description(text, colon + 1, issue_pattern)
    if fault:
        prefix = prefix._replace(fault=fault)
    subject = text[:end] if issues else text
    return Header._make((text, prefix, width(subject), text[start:end], text[end:], issues, start, issue_fault))


def after_host_words(text: str) -> int:
    """Where what the author wrote begins in a header: behind `Merged PR 12: ` of Azure Repos, else 0."""
    number, colon, rest = text.removeprefix(HOST_WORDS).partition(": ")
    if not text.startswith(HOST_WORDS) or not rest or not (number.isascii() and number.isdecimal()):
        return 0
    return len(HOST_WORDS) + len(number) + len(colon)


def _moved(header: Header, text: str, by: int) -> Header:
    """What was read of the end of a header, as a part of the whole one."""
    prefix, issue_fault = header.prefix, header.issue_fault
    fault = prefix.fault and prefix.fault._replace(column=prefix.fault.column + by)
    scope_column = prefix.scope_column and prefix.scope_column + by
    prefix = prefix._replace(fault=fault, scope_column=scope_column, type_column=by)
    issue_fault = issue_fault and issue_fault._replace(column=issue_fault.column + by)
    column = header.description_column and header.description_column + by
    return header._replace(text=text, prefix=prefix, description_column=column, issue_fault=issue_fault)


def _prefix(text: str) -> tuple[Prefix, int]:
    """What stands before the description, and where its colon is."""
    at = next((i for i, char in enumerate(text) if char in TYPE_ENDS), len(text))
    name = text[:at]
    if not name:
        return Prefix(fault=_fault("type-missing", text, 0)), at
    scope, scope_column, at, fault = _scope(text, at)
    breaking, at, fault = (False, at, fault) if fault else _bang(text, at)
    fault = fault or _colon(text, at, plain=scope is None and not breaking, breaking=breaking)
    if fault and fault.kind in MEANT and COLONS.isdisjoint(text):
        fault = _fault("prefix-missing", text, 0, len(name))  # `debug (#12)` and `Stats() fails` mean no type
    if fault and fault.kind == "prefix-missing" and _is_breaking_note(text):
        fault = _fault("breaking-change", text, 0, len(BREAKING))
    known = "" if fault and fault.kind in NO_TYPE else name
    return Prefix(known, scope, breaking, scope_column, fault), at


def _may_break(word: str) -> bool:
    """Whether what follows the word decides what is wrong with a header that begins with it."""
    return word.upper() == BREAKING.partition(" ")[0]


def _is_breaking_note(text: str) -> bool:
    """Whether a header is written as the footer `BREAKING CHANGE: x`; prose such as `Breaking change in x` is not."""
    after = text[len(BREAKING) :].lstrip("sS")
    return text.startswith(BREAKING) or (
        text[: len(BREAKING)].upper() == BREAKING and LOOK_ALIKES.get(after[:1], after[:1]) == ":"
    )


def _fault(kind: str, text: str, column: int, length: int = 1) -> Fault:
    return Fault(kind, column, text[column : column + length])


def _scope(text: str, at: int) -> tuple[str | None, int, int, Fault | None]:
    """What stands between parentheses and where, where to read on, and what is wrong with it."""
    if not text.startswith("(", at):
        return None, 0, at, None
    close = text.find(")", at)
    inner_open = text.find("(", at + 1, close if close >= 0 else len(text))
    if inner_open >= 0:
        return None, 0, at, _fault("scope-nested", text, inner_open)
    if close < 0:
        return None, 0, at, _scope_open(text, at)
    scope = text[at + 1 : close]
    return scope, at + 1, close + 1, _member_fault(text, at + 1, scope)


def _member_fault(text: str, start: int, scope: str) -> Fault | None:
    """The first member of `a, b` that is empty or has a space too many; one space may follow a comma."""
    for number, member in enumerate(scope.split(",")):
        gap = len(member) - len(member.lstrip(SPACES))
        if gap == len(member):
            kind = "scope-empty" if scope == member else "scope-member-empty"
            return _fault(kind, text, start, max(len(member), 1))
        if gap > min(number, 1):
            return _fault("scope-space", text, start, gap)
        if member[-1] in SPACES:
            return _fault("scope-space", text, start + len(member) - 1)
        start += len(member) + 1
    return None


def _scope_open(text: str, at: int) -> Fault:
    alike = next((i for i in range(at, len(text)) if LOOK_ALIKES.get(text[i]) in {")", ":"}), -1)
    if alike >= 0 and LOOK_ALIKES[text[alike]] == ")":
        return _fault("look-alike", text, alike)
    return _fault("scope-unclosed", text, at)


def _bang(text: str, at: int) -> tuple[bool, int, Fault | None]:
    """Whether `!` stands here, where to read on, and what is wrong with it."""
    if text[at : at + 1] != "!":
        return False, at, None
    after = text[at + 1 : at + 2]
    if after == "!":
        return True, at, _fault("bang-twice", text, at + 1)
    if after == "(":
        return True, at, _fault("bang-before-scope", text, at)
    return True, at + 1, None


def _colon(text: str, at: int, *, plain: bool, breaking: bool) -> Fault | None:
    """What stands here in the colon's place; `plain` tells that nothing but a word stands before it."""
    char = text[at : at + 1]
    if char == ":":
        return None
    if LOOK_ALIKES.get(char, " ") in ":()!":
        return _fault("look-alike", text, at)
    if char == ")":
        return _fault("scope-unopened", text, at)
    if not plain and char and char not in SPACES and (char != "!" or breaking):
        return _fault("after-bang" if breaking else "after-scope", text, at)
    following = text[at:].lstrip(SPACES)[:1]
    if LOOK_ALIKES.get(following, following) in {":", "(", "!"}:
        gap = len(text) - at - len(text[at:].lstrip(SPACES))
        return _fault("space-before", text, at, gap)
    return _fault("prefix-missing", text, 0, at) if plain else _fault("colon-missing", text, at)


def _description(
    text: str, at: int, issue_pattern: str
) -> tuple[int, int, tuple[str, ...], Fault | None, Fault | None]:
    """Where the description begins and ends, the issues behind it, what is wrong with it and with them."""
    whole, start = len(text), at + 1
    if text[at:start] != " " or text[start : start + 1] in SPACES:  # and "" is
        start = whole - len(text[at:].lstrip(SPACES))
        fault = _gap_fault(text, at, start)
        if fault:
            return start, whole, (), fault, None
    end, issues = _suffix(text, start, issue_pattern) if text[-1] == ")" else (whole, ())
    issue_fault = _issue_fault(text, start) if not issues and text[-1] in ISSUE_ENDS else None
    missing = _fault("description-missing", text, start, whole - start) if issues and end == start else None
    return start, end, issues, missing, issue_fault


def _gap_fault(text: str, at: int, start: int) -> Fault | None:
    """What is wrong between the colon, which is before `at`, and the description at `start`."""
    if start == len(text):
        return _fault("description-missing", text, start)
    if start == at:
        return _fault("space-missing", text, at)
    odd = next((i for i in range(at, start) if text[i] != " "), -1)
    return _fault("space-odd", text, odd) if odd >= 0 else None


def _suffix(text: str, start: int, issue_pattern: str) -> tuple[int, tuple[str, ...]]:
    """Where the issue references at the end of a header begin, with the space before them, and their members."""
    rest, issues = text, tuple[str, ...]()
    first = max(start, len(text) - LONGEST_REFERENCE)
    while rest[-1] == ")":
        opening = rest.rfind("(", first)
        if opening < 0:
            break
        members = [member.strip(" ") for member in rest[opening + 1 : -1].split(",")]
        for member in members:
            if not is_issue(member, issue_pattern):
                return len(rest), issues
        issues = (*members, *issues)
        rest = rest[:opening].rstrip(" ")
    return max(len(rest), start), issues


def is_issue(text: str, pattern: str) -> bool:
    """Whether `text` is a member of an issue reference: `#12`, or matched as a whole by the regular expression.

    Raises pattern_syntax.PatternError if that is refused.
    """
    digits = text[1:]
    if text[:1] == "#" and digits.isdecimal() and digits.isascii() and digits[0] != "0":
        return True
    if pattern == DEFAULT_ISSUE:
        return False
    from gitpact.message import linear_regex  # noqa: PLC0415  most projects have no pattern of their own

    return linear_regex.fullmatch(pattern, text)


def _issue_fault(text: str, start: int) -> Fault | None:
    tail = max(start, len(text) - 40)
    if ISSUE_MARKS.isdisjoint(text[tail:]):
        return None
    import re  # noqa: PLC0415  see the top

    for kind, pattern in ISSUE_FAULTS:
        found = re.compile(pattern).search(text, tail)
        if found:
            return Fault(kind, found.start(), found[0])
    return None
