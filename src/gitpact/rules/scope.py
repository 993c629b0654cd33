"""Rules on the scope; each member of `a, b` is judged by itself."""

from __future__ import annotations

from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy, Prefix


def required(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """No scope where `message.scope` is "required"."""
    if prefix.scope is None and not prefix.fault:
        facts = (("type", prefix.type), ("expected", listed(policy.scopes)))
        yield Finding("scope-required", "listed" if policy.scopes else "missing", 1, len(prefix.type) + 1, 1, facts)


def forbidden(prefix: Prefix, _policy: Policy) -> Iterator[Finding]:
    """A scope where `message.scope` is "forbidden"."""
    if prefix.scope is not None:
        facts = (("got", prefix.scope),)
        yield Finding("scope-forbidden", "present", 1, prefix.scope_column, len(prefix.scope) + 2, facts)


def known(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """A member that is not in `message.scopes`, or several members where only one is allowed."""
    members = list(_members(prefix))
    if len(members) > 1 and not policy.multiple_scopes:
        facts = (("got", prefix.scope or ""), ("count", str(len(members))))
        yield Finding("scope-known", "several", 1, prefix.scope_column + 1, len(prefix.scope or ""), facts)
        return
    if not policy.scopes:
        return
    allowed, expected = frozenset(policy.scopes), listed(policy.scopes)
    for column, member in members:
        if member not in allowed:
            facts = (("got", member), ("expected", expected))
            yield Finding("scope-known", "unknown", 1, column + 1, len(member), facts)


def case(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Capitals in a scope where `message.scope-case` is "lower"; a listed scope is as it is listed."""
    upper = [(column, member) for column, member in _members(prefix) if member != member.lower()]
    allowed = frozenset(policy.scopes if upper else ())
    for column, member in upper:
        if member not in allowed:
            facts = (("got", member), ("expected", member.lower()))
            yield Finding("scope-case", "upper", 1, column + 1, len(member), facts)


def _members(prefix: Prefix) -> Iterator[tuple[int, str]]:
    """Column (from 0) and text of each member of a scope that keeps the grammar."""
    if prefix.scope is None or (prefix.fault and prefix.fault.kind.startswith("scope-")):
        return
    column = prefix.scope_column
    for raw in prefix.scope.split(","):
        member = raw.strip()
        yield column + len(raw) - len(raw.lstrip()), member
        column += len(raw) + 1
