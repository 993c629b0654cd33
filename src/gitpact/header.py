"""The header grammar: `type(scope)!: description (#issue)`, read in one pass, linear in its length.

Source: Conventional Commits 1.0.0, rules 1 to 5 and 13, and the issue suffix of the founding convention.
A header that leaves the grammar keeps what could be read and says where and how it left (`Fault`).
Read without `re`: importing it costs a third of what a whole hook may, and a header that passes needs no pattern.
"""

from __future__ import annotations

from gitpact.records import Fault, Header

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
ISSUE_ENDS = frozenset("0123456789).,;\u3002\uff09\ufe5a")
ISSUE_MARKS = frozenset("#(\uff08\ufe59")  # one of these stands in every such end
DEFAULT_ISSUE = "#[1-9][0-9]*"
ISSUE_FAULTS = (  # the first that fits the end of a header names what is wrong with its issue reference
    ("issue-empty", r"\(#\)$"),
    ("issue-zero", r"\(#0[0-9]*\)$"),
    ("issue-hash", r"(?<=[ \t])\([1-9][0-9]*\)$"),
    ("issue-look-alike", "[(\uff08\ufe59][#\uff03\ufe5f][0-9]+[)\uff09\ufe5a]$"),
    ("issue-stop", "\\(#[0-9]+\\)[.\u3002,;]+$"),
    ("issue-bare", r"(?<![^ \t,])#[1-9][0-9]*$"),
)


def parse(text: str, issue_pattern: str = DEFAULT_ISSUE) -> Header:
    """Take one header apart. `issue_pattern` is a regular expression for one member of the issue reference.

    `#12` always counts as a member: it is the number that a host appends when it squashes a pull request.
    """
    at = next((i for i, char in enumerate(text) if char in TYPE_ENDS), len(text))
    name = text[:at]
    header = Header(text, name)
    if not name:
        return header._replace(fault=_fault("type-missing", text, 0))
    header, at = _scope(header, at)
    if not header.fault:
        header, at = _bang(header, at)
    if not header.fault:
        header, at = _colon(header, at)
    if header.fault:
        return header
    return _description(header, at, issue_pattern)


def _fault(kind: str, text: str, column: int, length: int = 1) -> Fault:
    return Fault(kind, column, text[column : column + length])


def _scope(header: Header, at: int) -> tuple[Header, int]:
    text = header.text
    if not text.startswith("(", at):
        return header, at
    close = text.find(")", at)
    inner_open = text.find("(", at + 1, close if close >= 0 else len(text))
    if inner_open >= 0:
        return header._replace(fault=_fault("scope-nested", text, inner_open)), at
    if close < 0:
        return header._replace(fault=_scope_open(text, at)), at
    scope = text[at + 1 : close]
    fault = _member_fault(text, at + 1, scope)
    return header._replace(scope=scope, scope_column=at + 1, fault=fault), at if fault else close + 1


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


def _bang(header: Header, at: int) -> tuple[Header, int]:
    text = header.text
    if text[at : at + 1] != "!":
        return header, at
    after = text[at + 1 : at + 2]
    header = header._replace(breaking=True)
    if after == "!":
        return header._replace(fault=_fault("bang-twice", text, at + 1)), at
    if after == "(":
        return header._replace(fault=_fault("bang-before-scope", text, at)), at
    return header, at + 1


def _colon(header: Header, at: int) -> tuple[Header, int]:
    text = header.text
    char = text[at : at + 1]
    if char == ":":
        return header, at + 1
    fault = _fault("colon-missing", text, at)
    if LOOK_ALIKES.get(char, " ") in ":()!":
        fault = _fault("look-alike", text, at)
    elif char == ")":
        fault = _fault("scope-unopened", text, at)
    elif header.scope is not None and char and not char.isspace() and char != "!":
        fault = _fault("after-scope", text, at)
    elif header.breaking and char and not char.isspace():
        fault = _fault("after-bang", text, at)
    else:
        following = text[at:].lstrip(SPACES)[:1]
        if LOOK_ALIKES.get(following, following) in {":", "(", "!"}:
            gap = len(text) - at - len(text[at:].lstrip(SPACES))
            fault = _fault("space-before", text, at, gap)
        elif header.scope is None and not header.breaking:
            return header._replace(type="", fault=_fault("prefix-missing", text, 0, at)), at
    return header._replace(fault=fault), at


def _description(header: Header, at: int, issue_pattern: str) -> Header:
    text = header.text
    start = len(text) - len(text[at:].lstrip(SPACES))
    gap = text[at:start]
    header = header._replace(description=text[start:], description_column=start)
    if start == len(text):
        return header._replace(fault=_fault("description-missing", text, start))
    if not gap:
        return header._replace(fault=_fault("space-missing", text, at))
    odd = next((i for i, char in enumerate(gap) if char != " "), -1)
    if odd >= 0:
        return header._replace(fault=_fault("space-odd", text, at + odd))
    end, issues = _suffix(text, start, issue_pattern)
    header = header._replace(description=text[start:end], suffix=text[end:], issues=issues)
    if not issues and text[-1] in ISSUE_ENDS:
        header = header._replace(issue_fault=_issue_fault(text, start))
    if issues and end == start:
        return header._replace(fault=_fault("description-missing", text, start, len(text) - start))
    return header


def _suffix(text: str, start: int, issue_pattern: str) -> tuple[int, tuple[str, ...]]:
    end = len(text)
    groups: list[list[str]] = []
    while end > start and text[end - 1] == ")":
        opening = text.rfind("(", start, end)
        members = [member.strip(" ") for member in text[opening + 1 : end - 1].split(",")] if opening >= 0 else []
        if not members or not all(is_issue(member, issue_pattern) for member in members):
            break
        groups.append(members)
        end = opening
        while end > start and text[end - 1] == " ":
            end -= 1
    return end, tuple(issue for group in reversed(groups) for issue in group)


def is_issue(text: str, pattern: str) -> bool:
    """Whether `text` is one member of an issue reference: of the host's own form, or of `pattern`."""
    if text[:1] == "#" and text[1:2] != "0" and text[1:].isascii() and text[1:].isdecimal():
        return True
    if pattern == DEFAULT_ISSUE:
        return False
    import re  # noqa: PLC0415  see the top

    return re.fullmatch(pattern, text) is not None


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
