"""Rules on the names of branches and tags, on branches that are protected, and on what is not committed yet."""

from __future__ import annotations

from gitpact.message import commit_kind
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Policy, RefUpdate

BRANCH, TAG = "refs/heads/", "refs/tags/"
BACKUPS = "refs/gitpact/"  # what commands that rewrite history keep for their undo
ANY_TYPE = "{type}"
USUAL = "feat"
LONGEST, COMPARED = 200, 200  # characters of a name, and names, for which the nearest one is looked for


def branch_name(update: RefUpdate, policy: Policy) -> Iterator[Finding]:
    """Find a new or changed branch whose name no glob of `push.branches` matches: yields at most one finding.

    The kind is "near" if `better_branch` has a name to offer, which is then the fact "better", else "other". Globs are
    compared with the name after `refs/heads/`; other refs and deletions pass. With an empty list no branch does: call
    this only with another (`rules.active`).
    """
    name = update.ref.removeprefix(BRANCH)
    if name == update.ref or update.deletes or matches(branch_globs(policy), name):
        return
    facts = [("got", name), ("expected", listed(policy.branches))]
    better = better_branch(name, policy)
    if better:
        facts.append(("better", better))
    yield Finding("branch-name", "near" if better else "other", facts=tuple(facts), ref=update.ref)


def tag_name(update: RefUpdate, policy: Policy) -> Iterator[Finding]:
    """Find a new or changed tag whose name no glob of `push.tags` matches: yields at most one finding, of kind "other".

    Globs are compared with the name after `refs/tags/`; other refs and deletions pass. With an empty list no tag does:
    call this only with another (`rules.active`).
    """
    name = update.ref.removeprefix(TAG)
    if name != update.ref and not update.deletes and not matches(policy.tags, name):
        facts = (("got", name), ("expected", listed(policy.tags)))
        yield Finding("tag-name", "other", facts=facts, ref=update.ref)


def protected(update: RefUpdate, policy: Policy) -> Iterator[Finding]:
    """Find a change of a branch that a glob of `push.protected` matches: yields at most one finding.

    The kind is "deleted", "forced" (`update.forced`) or "pushed"; to create the branch is allowed. Globs are compared
    with the full name of the ref, and with its name after `refs/heads/`.
    """
    name = update.ref.removeprefix(BRANCH)
    if update.creates or not matches(policy.protected, name, update.ref):
        return
    kind = "deleted" if update.deletes else "forced" if update.forced else "pushed"
    yield Finding("protected-ref", kind, facts=(("got", name),), ref=update.ref)


def forbidden(update: RefUpdate, policy: Policy) -> Iterator[Finding]:
    """Find a ref that a glob of `push.forbidden-refs` matches: yields at most one finding, of kind "matches".

    Globs are compared with the full name of the ref; to delete one is allowed.
    """
    if not update.deletes and matches(policy.forbidden_refs, update.ref):
        yield Finding("forbidden-ref", "matches", facts=(("got", update.ref),), ref=update.ref)


def worktree_clean(changed: int, _policy: Policy) -> Iterator[Finding]:
    """Find a work tree that differs from the last commit: yields one finding, kind "changed", unless `changed` is 0.

    `changed` is the number of files that differ.
    """
    if changed:
        yield Finding("worktree-clean", "changed", facts=(("count", str(changed)),))


def matches(globs: Sequence[str], *names: str) -> bool:
    """Whether one of the names matches one of the globs, with case, as git takes names of refs."""
    return any(commit_kind.glob(glob, name) for glob in globs for name in names)


def branch_globs(policy: Policy) -> tuple[str, ...]:
    """The globs of `push.branches`; one that contains `{type}` is repeated with each type of the policy in its place.

    In a policy without types `*` takes the place of `{type}`. () where any branch name is allowed.
    """
    types = policy.types or ("*",)
    return tuple(
        glob.replace(ANY_TYPE, kind) for glob in policy.branches for kind in (types if ANY_TYPE in glob else ("",))
    )


def better_branch(name: str, policy: Policy) -> str:
    """A branch name to offer in place of `name`, which the policy refuses; "" for none.

    `name` is without `refs/heads/`. The one returned matches a glob of `push.branches` and none of `push.protected`:
    the same words after a type (`feat/NAME`), a name that is spelt nearly so, or what follows a first folder that is
    too much.
    """
    globs = branch_globs(policy)
    fitting = (meant for meant in _meant(name, policy, globs) if matches(globs, meant))
    return next((meant for meant in fitting if not matches(policy.protected, meant)), "")


def _meant(name: str, policy: Policy, globs: Sequence[str]) -> Iterator[str]:
    import difflib  # noqa: PLC0415  only a name that is wrong needs it

    known = {kind.lower(): kind for kind in policy.types} | policy.type_aliases
    for mark in ("/", "-", "_"):
        first, found, rest = name.partition(mark)
        if found and rest and first.lower() in known:
            yield f"{known[first.lower()]}/{rest}"
    first, found, rest = name.partition("/")
    if found and rest.partition("/")[0] in policy.types:
        yield rest
    few = len(name) <= LONGEST and max(len(globs), len(known)) <= COMPARED
    plain = [glob for glob in globs if "*" not in glob]
    yield from difflib.get_close_matches(name, plain, 1) if few else ()
    first, found, rest = name.partition("/")
    near = difflib.get_close_matches(first.lower(), known, 1, 0.7) if found and rest and few else []
    yield from (f"{known[kind]}/{rest}" for kind in near)
    if policy.types and first.lower() not in known:
        usual = USUAL if USUAL in policy.types else policy.types[0]
        yield f"{usual}/{rest if found and rest else name}"
