"""The rules on what a push brings, in the order they run; judging commits does without them."""

from __future__ import annotations

from gitpact.rules import PATHS, active, file_size, refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from gitpact.records import Blob, Finding, Policy, RefUpdate, Sizes

    FileRule = Callable[[Blob, Policy], Iterator[Finding]]
    TotalRule = Callable[[Sizes, Policy], Iterator[Finding]]
    RefRule = Callable[[RefUpdate, Policy], Iterator[Finding]]
    TreeRule = Callable[[int, Policy], Iterator[Finding]]

# Of the files of a push or of a commit that is made; of all that a push sends.
FILES: dict[str, FileRule] = {
    "file-size": file_size.file_size,
    "path-forbidden": file_size.path_forbidden,
    "path-length": file_size.path_length,
}
TOTALS: dict[str, TotalRule] = {"push-size": file_size.push_size}
# Of each ref that a push changes; of how many files of the work tree are not committed.
REFS: dict[str, RefRule] = {
    "branch-name": refs.branch_name,
    "tag-name": refs.tag_name,
    "protected-ref": refs.protected,
    "forbidden-ref": refs.forbidden,
}
TREE: dict[str, TreeRule] = {"worktree-clean": refs.worktree_clean}


def file_rules(policy: Policy) -> Mapping[str, FileRule]:
    """The rules on files, and those of the policy's own on their paths."""
    if not policy.patterns:
        return FILES
    from gitpact.rules import pattern  # noqa: PLC0415  few policies have rules of their own

    return {**FILES, **pattern.on_files(policy)}


def ref_rules(policy: Policy) -> Mapping[str, RefRule]:
    """The rules on refs, and those of the policy's own on the names of branches and tags."""
    if not policy.patterns:
        return REFS
    from gitpact.rules import pattern  # noqa: PLC0415  as above

    return {**REFS, **pattern.on_refs(policy)}


def path_rules(policy: Policy) -> tuple[str, ...]:
    """The ids of the rules that look at the path of every file."""
    return (*PATHS, *(own.rule for own in policy.patterns if own.where == "path"))


def looks_at_paths(policy: Policy, ignore: Collection[str] = ()) -> bool:
    """Whether a rule looks at the path of every file, at least for some paths; `ignore` are rules that do not run."""
    return any(active(rule, by, ignore) for by in every_policy(policy) for rule in path_rules(policy))


def every_policy(policy: Policy) -> Iterator[Policy]:
    """The policy, and what each of its tables `[[path]]` alone, and all together, make of it."""
    yield policy
    if policy.by_path:
        from gitpact.rules import path_tables  # noqa: PLC0415  few policies have such tables

        numbers = range(len(policy.by_path))
        yield from (path_tables.changed(policy, (number,)) for number in numbers)
        yield path_tables.changed(policy, tuple(numbers))
