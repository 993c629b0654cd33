"""Rules on the scope; each member of `a, b` is judged by itself."""

from __future__ import annotations

from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit, Header, Policy


def required(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """No scope where `message.scope` is "required"."""
    header = commit.message.header
    if header.scope is None and not header.fault:
        facts = (("type", header.type), ("expected", listed(policy.scopes)))
        yield Finding("scope-required", "listed" if policy.scopes else "missing", 1, len(header.type) + 1, 1, facts)


def forbidden(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """A scope where `message.scope` is "forbidden"."""
    header = commit.message.header
    if header.scope is not None:
        facts = (("got", header.scope),)
        yield Finding("scope-forbidden", "present", 1, header.scope_column, len(header.scope) + 2, facts)


def known(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A member that is not in `message.scopes`, or several members where only one is allowed."""
    members = list(_members(commit.message.header))
    if len(members) > 1 and not policy.multiple_scopes:
        header = commit.message.header
        facts = (("got", header.scope or ""), ("count", str(len(members))))
        yield Finding("scope-known", "several", 1, header.scope_column + 1, len(header.scope or ""), facts)
        return
    if not policy.scopes:
        return
    allowed, expected = frozenset(policy.scopes), listed(policy.scopes)
    for column, member in members:
        if member not in allowed:
            facts = (("got", member), ("expected", expected))
            yield Finding("scope-known", "unknown", 1, column + 1, len(member), facts)


def case(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """Capitals in a scope where `message.scope-case` is "lower"; a listed scope is as it is listed."""
    upper = [(column, member) for column, member in _members(commit.message.header) if member != member.lower()]
    allowed = frozenset(policy.scopes if upper else ())
    for column, member in upper:
        if member not in allowed:
            facts = (("got", member), ("expected", member.lower()))
            yield Finding("scope-case", "upper", 1, column + 1, len(member), facts)


def _members(header: Header) -> Iterator[tuple[int, str]]:
    """Column (from 0) and text of each member of a scope that keeps the grammar."""
    if header.scope is None or (header.fault and header.fault.kind.startswith("scope-")):
        return
    column = header.scope_column
    for raw in header.scope.split(","):
        member = raw.strip()
        yield column + len(raw) - len(raw.lstrip()), member
        column += len(raw) + 1
