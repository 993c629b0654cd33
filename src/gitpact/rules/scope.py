"""Rules on the scope; each member of `a, b` is judged by itself."""

from __future__ import annotations

from gitpact.message import commit_kind
from gitpact.message.header import is_issue
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from gitpact.records import Commit, Policy, Prefix


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
        if not is_listed(member, policy) and not _is_reference(member, policy):
            facts = (("got", member), ("expected", listed(policy.scopes)))
            yield Finding("scope-known", "unknown", 1, column + 1, len(member), facts)


def case(prefix: Prefix, policy: Policy) -> Iterator[Finding]:
    """Find members of a scope with capitals that no glob of `message.scopes` matches: one finding, "upper", for each.

    Call this only where `message.scope-case` is "lower" (`rules.active`): the function does not check that.
    """
    upper = [(column, member) for column, member in members(prefix) if member != member.lower()]
    for column, member in upper:
        if not is_listed(member, policy) and not _is_reference(member, policy):
            facts = (("got", member), ("expected", member.lower()))
            yield Finding("scope-case", "upper", 1, column + 1, len(member), facts)


def of_paths(commit: Commit, policy: Policy) -> Iterable[Finding]:
    """Find a scope that does not name what the commit changes, by the globs of `[scopes]`.

    The kind is "unrelated", one for each member, if the commit changes no file of that scope. If files of another scope
    are changed too, there is one finding: "missing", or "other" for a scope that is none of the commit's, or where the
    policy allows one scope alone. A commit without a scope passes, and so does one of which the files are unknown or
    belong to no scope; a member without globs counts for any file.
    """
    prefix = commit.message.header.prefix
    if not commit.paths or prefix.scope is None:
        return ()
    changed = of_files(commit.paths, policy)
    # As nearly always: one scope, and all that the commit changes is in it.
    return () if [*changed] == [prefix.scope] else _unlike_paths(commit.paths, prefix, changed, policy)


def _unlike_paths(paths: Iterable[str], prefix: Prefix, changed: Collection[str], policy: Policy) -> Iterator[Finding]:
    named = list(members(prefix))
    covered = frozenset(member for _, member in named)
    unrelated = [one for one in named if one[1] in policy.scope_paths and one[1] not in changed]
    lost = of_files(sorted(paths), policy, covered)
    if lost and covered <= {*policy.scope_paths}:
        column, got = unrelated[0] if unrelated else (prefix.scope_column, prefix.scope or "")
        kind = "missing" if policy.multiple_scopes and not unrelated else "other"
        expected, path = next(iter(lost.items()))
        facts = (("got", got), ("expected", expected), ("path", path))
        yield Finding("scope-paths", kind, 1, column + 1, len(got), facts)
        return
    for column, member in unrelated:
        globs = (("got", member), ("expected", listed(policy.scope_paths[member])))
        yield Finding("scope-paths", "unrelated", 1, column + 1, len(member), globs)


def of_files(paths: Iterable[str], policy: Policy, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """The scopes of the table `[scopes]` to which some of the paths belong, each with the first such path, in order.

    A path that belongs to one of the scopes `without` is left out.
    """
    if not policy.scope_paths:
        return {}
    from gitpact.rules import path_tables  # noqa: PLC0415  few policies have such scopes

    return path_tables.owners(paths, policy, without)


def _is_reference(member: str, policy: Policy) -> bool:
    """Whether a member of a scope is an issue reference, where the policy wants that there."""
    return policy.issue_place == "scope" and is_issue(member, policy.issue_pattern)


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
