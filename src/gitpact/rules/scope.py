"""Rules on the scope; each member of `a, b` is judged by itself."""

from __future__ import annotations

from gitpact.message import commit_kind
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy, Prefix


def required(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find a header without a scope: at most one finding, kind "listed" if the policy lists scopes, else "missing".

    A header that is not `type(scope)!: description` passes. Call this only where `message.scope` is "required"
    (`rules.active`): the function does not check that.
    """
    if prefix.scope is None and not prefix.fault:
        facts = (("type", prefix.type), ("expected", listed(policy.scopes)))
        column = prefix.type_column + len(prefix.type) + 1
        yield Finding("scope-required", "listed" if policy.scopes else "missing", 1, column, 1, facts)


def forbidden(prefix: Prefix, _policy: Policy) -> Iterator[Finding]:
    """Find a header with a scope: yields at most one finding, of kind "present", on the scope and its parentheses.

    The policy is not read: call this only where `message.scope` is "forbidden" (`rules.active`).
    """
    if prefix.scope is not None:
        facts = (("got", prefix.scope),)
        yield Finding("scope-forbidden", "present", 1, prefix.scope_column, len(prefix.scope) + 2, facts)


def known(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find members of a scope that no glob of `message.scopes` matches: one finding of kind "unknown" for each.

    Case matters. A scope of several members where `message.multiple-scopes` is false has one finding, of kind
    "several", and no other. If the policy lists no scopes, every member is known.
    """
    its = list(members(prefix))
    if len(its) > 1 and not policy.multiple_scopes:
        facts = (("got", prefix.scope or ""), ("count", str(len(its))))
        yield Finding("scope-known", "several", 1, prefix.scope_column + 1, len(prefix.scope or ""), facts)
        return
    if not policy.scopes:
        return
    for column, member in its:
        if not is_listed(member, policy):
            facts = (("got", member), ("expected", listed(policy.scopes)))
            yield Finding("scope-known", "unknown", 1, column + 1, len(member), facts)


def case(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find members of a scope with capitals that no glob of `message.scopes` matches: one finding, "upper", for each.

    Call this only where `message.scope-case` is "lower" (`rules.active`): the function does not check that.
    """
    upper = [(column, member) for column, member in members(prefix) if member != member.lower()]
    for column, member in upper:
        if not is_listed(member, policy):
            facts = (("got", member), ("expected", member.lower()))
            yield Finding("scope-case", "upper", 1, column + 1, len(member), facts)


def is_listed(member: str, policy: Policy) -> bool:
    """Whether a glob of `message.scopes` matches one member of a scope; case matters."""
    return any(commit_kind.glob(pattern, member) for pattern in policy.scopes)


def members(prefix: Prefix) -> Iterator[tuple[int, str]]:
    """Yield column (from 0) and text of each member of a scope such as `a, b`; nothing if it breaks the grammar."""
    if prefix.scope is None or (prefix.fault and prefix.fault.kind.startswith("scope-")):
        return
    column = prefix.scope_column
    for raw in prefix.scope.split(","):
        member = raw.strip(" ")
        yield column + len(raw) - len(raw.lstrip(" ")), member
        column += len(raw) + 1
