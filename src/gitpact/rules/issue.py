"""Rules on the issue reference that closes the header: `(#12)` (how-git-reads-a-message 29 to 31)."""

from __future__ import annotations

from gitpact.message.display_width import width
from gitpact.message.header import DEFAULT_ISSUE, is_issue
from gitpact.records import Finding
from gitpact.rules.header import ISSUE_BRACKETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Commit, Header, Message, Policy

TRAILER = "Refs"  # the key that gitpact writes; others count too
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


def required(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """Find a message without an issue reference in its place (`message.issue-place`): yields at most one finding.

    The kind is "missing", "missing-start", "missing-scope" or "missing-trailer" by the place, "elsewhere" for one that
    stands in another place of the header, or that of `header.issue_fault` for text that is nearly one. With
    `message.issue` "branch" only the reference counts that the name of the branch has, and the kind is "branch" for
    another one; a message on a branch without a reference passes. So does a header that is not `type(scope)!:
    description`, and a type that `message.issue-types` does not have. Call this only where the policy asks
    (`rules.active`).
    """
    message, header = commit.message, commit.message.header
    if policy.issue_types and header.prefix.type not in policy.issue_types:
        return
    found = references(message, policy)
    wanted: tuple[str, ...] = ()
    if policy.issue == "branch":
        wanted = tuple([from_branch(branch, policy.issue_pattern) for branch in commit.branches])
        if not wanted or not all(wanted) or not {*wanted}.isdisjoint(found):
            return
        if found:
            at = max(header.text.find(found[0]), 0)
            yield Finding("issue-required", "branch", 1, at + 1, 1, (("got", found[0]), ("expected", wanted[0])))
            return
    if not found and not header.prefix.fault:
        yield _missing(header, policy, wanted[0] if wanted else example(policy))


def _missing(header: Header, policy: Policy, expected: str) -> Finding:
    near = header.issue_fault
    if near and policy.issue_pattern == DEFAULT_ISSUE and policy.issue_place == "end":
        return Finding("issue-required", near.kind, 1, near.column + 1, len(near.got), (("got", near.got),))
    elsewhere = _elsewhere(header, policy.issue_pattern)
    if elsewhere and policy.issue_place == "end":
        column = header.text.find(elsewhere)
        return Finding("issue-required", "elsewhere", 1, column + 1, len(elsewhere), (("got", elsewhere),))
    end = len(header.text.rstrip())
    kind = "missing" if policy.issue_place == "end" else f"missing-{policy.issue_place}"
    return Finding("issue-required", kind, 1, end + 1, 1, (("expected", elsewhere or expected),))


def references(message: Message, policy: Policy) -> tuple[str, ...]:
    """The issue references of a message in the place where the policy wants them, without what a host appends.

    At the start of the description one may stand in brackets, and the type may be one too. In trailers, whatever their
    keys, commas separate several.
    """
    header, pattern = message.header, policy.issue_pattern
    if policy.issue_place == "end":
        found: tuple[str, ...] = header.issues
    elif policy.issue_place == "scope":
        found = tuple([member.strip(" ") for member in (header.prefix.scope or "").split(",")])
    elif policy.issue_place == "start":
        found = (header.prefix.type, header.description[:LONGEST].split(" ", 1)[0].strip(f"{ISSUE_BRACKETS}:"))
    else:
        values = [trailer.value[:LONGEST] for trailer in message.trailers]
        found = tuple([member.strip(" ") for value in values for member in value.split(",")])
    return tuple([one for one in found if one and is_issue(one, pattern) and not _is_hosts_own(one, pattern)])


def description_without(header: Header, policy: Policy) -> str:
    """The description without the issue reference that the policy wants at its start."""
    first, _, rest = header.description.partition(" ")
    reference = first[:LONGEST].strip(f"{ISSUE_BRACKETS}:")
    is_first = policy.issue_place == "start" and bool(reference) and is_issue(reference, policy.issue_pattern)
    return rest.lstrip(" ") if is_first else header.description


def columns_without(header: Header, policy: Policy) -> int:
    """The width of a header without the issue reference that the policy wants at its start or in its scope."""
    prefix = header.prefix
    if policy.issue_place == "start":
        lost = header.description.removesuffix(description_without(header, policy))
        return header.columns - width(lost)
    if policy.issue_place != "scope" or prefix.scope is None or prefix.fault:
        return header.columns
    members = [member.strip(" ") for member in prefix.scope.split(",")]
    left = ", ".join(member for member in members if not is_issue(member, policy.issue_pattern))
    return header.columns - width(f"({prefix.scope})") + (width(f"({left})") if left else 0)


def example(policy: Policy) -> str:
    """A reference that a person can take as a model: that of the policy, or one that its pattern matches."""
    from gitpact.message import pattern_example  # noqa: PLC0415  most messages have their reference

    return policy.issue_example or pattern_example.example(policy.issue_pattern)


def written(parts: tuple[str, str, str, str], reference: str, place: str) -> tuple[str, str]:
    """A header with an issue reference in its place, and the trailer that has it instead, "" for none.

    `parts` are type, scope, `!` or "", and description; `reference` is such as "#12" or "#12, #13", "" for none.
    """
    kind, scope, mark, description = parts
    if reference and place == "scope":
        scope = ", ".join(filter(None, (scope, reference)))
    elif reference and place == "start":
        description = f"{reference} {description}"
    elif reference and place == "end":
        description = f"{description} ({reference})"
    header = f"{kind}{f'({scope})' if scope else ''}{mark}: {description}"
    return header, f"{TRAILER}: {reference}" if reference and place == "trailer" else ""


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


def _is_hosts_own(issue: str, pattern: str) -> bool:
    """Whether an issue reference is the `#12` that a host appends, which the policy's pattern does not match."""
    if pattern == DEFAULT_ISSUE or not is_issue(issue, DEFAULT_ISSUE):
        return False
    from gitpact.message import linear_regex  # noqa: PLC0415  most projects have no pattern of their own

    return not linear_regex.fullmatch(pattern, issue)
