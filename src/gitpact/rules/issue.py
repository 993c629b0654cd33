"""Rules on the issue reference that closes the header: `(#12)` (how-git-reads-a-message 29 to 31)."""

from __future__ import annotations

from gitpact.message.header import DEFAULT_ISSUE, is_issue
from gitpact.records import Finding
from gitpact.rules.header import ISSUE_BRACKETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Header, Policy

LONGEST = 1000  # code points of a header in which a reference is looked for
# What is a number, but no issue: a date, what counts something (`3-way-merge`) or names it (`404-page`, `3-0-upgrade`).
DATE = r"(?:19|20)[0-9]{2}(?:[0-9]{2}){0,2}(?![0-9])"
COUNT = (
    r"[0-9]+[-_](?i:way|bits?|factor|percent|dimensional|d|days?|x|nd|rd|th|st|pages?|errors?|columns?|phases?|steps?"
    r"|[0-9]+)(?![A-Za-z0-9])"
)
# What a project may be called by a key that is a standard: `UTF-8`, `CVE-2024`.
STANDARD = "(?:CVE|GHSA|UTF|UCS|SHA|MD|ISO|RFC|PEP|HTTP|TLS|AES|UTC|IPV|WIN|ARM|JDK)-"
# What a part of a branch name begins with: `123-login`, `issue-123`, `PROJ-12_login`; not `1.2`, `2fa`, `2024-q1`.
IN_BRANCH = (
    rf"(?:(?i:issues?|gh)[-_]#?|#|(?!{DATE}|{COUNT}))([1-9][0-9]{{0,9}})(?![0-9A-Za-z.])"
    rf"|(?!{STANDARD})([A-Z][A-Z0-9]{{0,20}}-[1-9][0-9]{{0,9}})(?![0-9])"
)
# Below these, a number is a version.
VERSIONS = ("release", "releases", "rel", "stable", "support", "maint", "maintenance", "lts", "version", "versions")
NEVER_MEANT = {"issue-empty", "issue-zero", "issue-look-alike", "issue-stop"}


def required(header: Header, policy: Policy) -> Iterator[Finding]:
    """Find a header without an issue reference of `message.issue-pattern`: yields at most one finding.

    The kind is "missing", or that of `header.issue_fault` for text that is nearly one. A header that is not
    `type(scope)!: description` passes. Call this only where `message.issue` is "required" (`rules.active`).
    """
    for issue in header.issues:
        if not _is_hosts_own(issue, policy.issue_pattern):
            return
    if header.prefix.fault:
        return
    near = header.issue_fault
    if near and policy.issue_pattern == DEFAULT_ISSUE:
        yield Finding("issue-required", near.kind, 1, near.column + 1, len(near.got), (("got", near.got),))
        return
    elsewhere = _elsewhere(header, policy.issue_pattern)
    if elsewhere:
        column = header.text.find(elsewhere)
        yield Finding("issue-required", "elsewhere", 1, column + 1, len(elsewhere), (("got", elsewhere),))
    else:
        end = len(header.text.rstrip())
        yield Finding("issue-required", "missing", 1, end + 1, 1, (("expected", _example(policy.issue_pattern)),))


def forbidden(header: Header, _policy: Policy) -> Iterator[Finding]:
    """Find an issue reference at the end of a header: yields at most one finding, of kind "present".

    The policy is not read: call this only where `message.issue` is "forbidden" (`rules.active`).
    """
    if header.issues:
        suffix = header.suffix.lstrip()
        column = len(header.text) - len(suffix)
        yield Finding("issue-forbidden", "present", 1, column + 1, len(suffix), (("got", suffix),))


def form(header: Header, policy: Policy) -> Sequence[Finding]:
    """Find an issue reference in the wrong form: at most one finding.

    Without a space before the reference it is a warning of kind "space". Text that is nearly a reference gets the kind
    of `header.issue_fault`, but only where `message.issue` is "optional" and `message.issue-pattern` is the default.
    """
    if header.suffix and not header.suffix.startswith(" "):
        column = len(header.text) - len(header.suffix)
        facts = (("got", header.suffix),)
        return [Finding("issue-format", "space", 1, column + 1, len(header.suffix), facts, severity="warning")]
    near = header.issue_fault
    if near and near.kind in NEVER_MEANT and policy.issue == "optional" and policy.issue_pattern == DEFAULT_ISSUE:
        return [Finding("issue-format", near.kind, 1, near.column + 1, len(near.got), (("got", near.got),))]
    return ()


def from_branch(branch: str, pattern: str) -> str:
    """Return the issue reference that a branch name begins with, such as "#123" for "feat/123-login"; "" without one.

    A part of the name between slashes may begin with a number, that is no year or date and no version of a release, or
    with a key such as `PROJ-12`. `pattern` is the policy's; nothing else is returned than what it matches.
    """
    import re  # noqa: PLC0415  few messages lack their reference

    parts = branch[:LONGEST].split("/")
    for part in parts if parts[0].lower() not in VERSIONS else ():
        found = re.match(IN_BRANCH, part)
        for text in (f"#{found[1]}" if found[1] else found[2], found[1]) if found else ():
            if text and is_issue(text, pattern) and not _is_hosts_own(text, pattern):
                return text
    return ""


def _elsewhere(header: Header, pattern: str) -> str:
    """The first word of a header that is an issue reference without its brackets; "" where none is."""
    words = (word.strip(ISSUE_BRACKETS) for part in header.text[:LONGEST].split() for word in part.split("("))
    return next((word for word in words if word and is_issue(word, pattern) and not _is_hosts_own(word, pattern)), "")


def _example(pattern: str) -> str:
    """A reference that a person can take as a model."""
    from gitpact.message import pattern_example  # noqa: PLC0415  most messages have their reference

    return pattern_example.example(pattern)


def _is_hosts_own(issue: str, pattern: str) -> bool:
    """Whether an issue reference is the `#12` that a host appends, which the policy's pattern does not match."""
    if pattern == DEFAULT_ISSUE or not is_issue(issue, DEFAULT_ISSUE):
        return False
    from gitpact.message import linear_regex  # noqa: PLC0415  most projects have no pattern of their own

    return not linear_regex.fullmatch(pattern, issue)
