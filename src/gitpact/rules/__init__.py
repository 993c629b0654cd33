"""Every rule by its name and its family, and what its findings weigh; `commits` and `push` are tables of the rules."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from gitpact.records import Finding, Policy

    Asks = Callable[[Policy], object]

MESSAGE = (
    "message-encoding",
    "message-size",
    "message-empty",
    "header-format",
    "header-characters",
    "header-max",
    "header-min",
    "type-known",
    "type-case",
    "scope-required",
    "scope-forbidden",
    "scope-known",
    "scope-case",
    "scope-paths",
    "description-case",
    "description-full-stop",
    "issue-required",
    "issue-forbidden",
    "issue-format",
    "body-leading-blank",
    "body-required",
    "body-line-max",
    "breaking-change",
    "breaking-mark",
    "trailer-required",
    "trailer-forbidden",
    "trailer-value",
    "trailer-count",
    "trailer-order",
    "release-notes",
    "merge-commit",
    "fixup-commit",
    "wip-commit",
)
DCO = (
    "sign-off-required",
    "sign-off-format",
    "sign-off-identity",
    "sign-off-duplicate",
    "sign-off-placement",
    "sign-off-remedy",
)
IDENTITY = (
    "commit-object",
    "author-name",
    "author-email",
    "committer-name",
    "committer-email",
    "signature-required",
)
PATHS = ("path-forbidden", "path-length")  # these look at every file
SIZE = ("file-size", *PATHS, "push-size", "commit-count")
REFS = ("branch-name", "tag-name", "protected-ref", "forbidden-ref", "worktree-clean")
FAMILIES: dict[str, tuple[str, ...]] = {
    "message": MESSAGE,
    "dco": DCO,
    "identity": IDENTITY,
    "size": SIZE,
    "refs": REFS,
}
# These run only where the policy asks for what they look for; a rule that is not here always runs.
ASKED: dict[str, Asks] = {
    "message-size": lambda policy: policy.max_bytes,
    "type-known": lambda policy: policy.types,
    "scope-required": lambda policy: policy.scope == "required",
    "scope-forbidden": lambda policy: policy.scope == "forbidden",
    "scope-known": lambda policy: policy.scopes or not policy.multiple_scopes,
    "scope-case": lambda policy: policy.scope_case == "lower",
    "scope-paths": lambda policy: policy.scope_paths,
    "description-case": lambda policy: policy.description_case != "any",
    "issue-required": lambda policy: policy.issue in {"required", "branch"},
    "issue-forbidden": lambda policy: policy.issue == "forbidden",
    "body-required": lambda policy: policy.body == "required",
    "body-line-max": lambda policy: policy.body_line_max,
    "breaking-mark": lambda policy: policy.breaking != "either",
    "trailer-required": lambda policy: policy.required_trailers,
    "trailer-forbidden": lambda policy: policy.forbidden_trailers,
    "trailer-value": lambda policy: policy.trailers,
    "trailer-count": lambda policy: policy.trailers,
    "trailer-order": lambda policy: policy.trailer_order,
    "merge-commit": lambda policy: policy.max_parents,
    "sign-off-required": lambda policy: policy.sign_off == "required",
    "sign-off-identity": lambda policy: policy.sign_off == "required",
    "sign-off-remedy": lambda policy: policy.remediation != "none" and policy.sign_off == "required",
    "author-name": lambda policy: policy.author_names,
    "author-email": lambda policy: policy.author_emails,
    "committer-name": lambda policy: policy.committer_names,
    "committer-email": lambda policy: policy.committer_emails,
    "signature-required": lambda policy: policy.signature == "required",
    "file-size": lambda policy: any((policy.max_file_size, policy.warn_file_size, *policy.file_limits.values())),
    "path-forbidden": lambda policy: policy.forbidden_paths,
    "path-length": lambda policy: policy.max_path_length,
    "push-size": lambda policy: policy.max_push_size,
    "commit-count": lambda policy: policy.max_commits,
    "branch-name": lambda policy: policy.branches,
    "tag-name": lambda policy: policy.tags,
    "protected-ref": lambda policy: policy.protected,
    "forbidden-ref": lambda policy: policy.forbidden_refs,
}
PATTERN = "pattern"  # the family of a policy's own rules
SHOWN, SHOWN_CHARACTERS = 20, 100  # of the names that a policy lists
IDS: tuple[str, ...] = tuple(rule for family in FAMILIES.values() for rule in family)


def listed(names: Sequence[str]) -> str:
    """The names as one text for a finding, separated by commas; "" for no names.

    Only the first 20 names are in it, each cut after 100 characters, and then how many more there are: a policy may
    list thousands, and each finding of a push repeats the text.
    """
    shown = [name[:SHOWN_CHARACTERS] for name in names[:SHOWN]]
    return ", ".join([*shown, f"… (+{len(names) - SHOWN})"] if len(names) > SHOWN else shown)


def families(policy: Policy) -> dict[str, tuple[str, ...]]:
    """The ids of all rules by family; those of the policy's own (`[[pattern]]`), if any, are the last family."""
    own = tuple([rule.rule for rule in policy.patterns])
    return {**FAMILIES, PATTERN: own} if own else FAMILIES


def ids(policy: Policy) -> tuple[str, ...]:
    """The ids of all rules, behind those of gitpact the policy's own."""
    return (*IDS, *(rule.rule for rule in policy.patterns))


def asks_paths(policy: Policy) -> bool:
    """Whether a rule of the policy on commits needs to know which files a commit changes."""
    return bool(policy.scope_paths or policy.by_path or any(own.paths for own in policy.patterns))


def asks_branches(policy: Policy) -> bool:
    """Whether a rule of the policy on commits needs to know which branches they are on."""
    return "branch" in _issue_values(policy) or any(own.branches for own in policy.patterns)


def asks_issue(policy: Policy) -> bool:
    """Whether a rule of the policy asks for an issue reference, be it for some paths only."""
    return not {"required", "branch"}.isdisjoint(_issue_values(policy))


def _issue_values(policy: Policy) -> set[str]:
    """What the policy says of the issue reference, also for some paths."""
    return {policy.issue, *(dict(changes).get("issue", policy.issue) for _, changes in policy.by_path)}


def for_paths(policy: Policy, paths: Sequence[str]) -> Policy:
    """The policy for a commit or a file with these paths: that of the project, and what its `[[path]]` tables change.

    A table applies if one of its globs matches one of the paths.
    """
    if not policy.by_path:
        return policy
    from gitpact.rules import path_tables  # noqa: PLC0415  few policies have such tables

    return path_tables.changed(policy, path_tables.numbers(policy, paths))


def severity(rule: str, policy: Policy) -> str:
    """The severity that a policy gives the rule with the id `rule`: "error", "warning" or "off".

    It is "off" too where the policy does not use the rule: `scope-required` unless `message.scope` is "required". A
    name that is no rule's id gets "error".
    """
    return policy.rules.get(rule, "error") if rule not in ASKED or ASKED[rule](policy) else "off"


def active(rule: str, policy: Policy, ignore: Collection[str] = ()) -> bool:
    """Whether a policy runs the rule with the id `rule`: its `severity` is not "off", and it is not in `ignore`."""
    return rule not in ignore and severity(rule, policy) != "off"


def findings(
    table: Mapping[str, Callable[[Any, Policy], Iterable[Finding]]],
    subjects: Iterable[Any],
    policy: Policy,
    ignore: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield the findings of the rules in `table` on each of `subjects`, in that order, with the policy's severities.

    `table` maps rule ids to functions of a subject and the policy; `subjects` are what these functions take. A rule
    that is not `active` is not called; `ignore` are ids of rules not to call either.
    """
    running = [(judge, severity(rule, policy)) for rule, judge in table.items() if active(rule, policy, ignore)]
    for subject in subjects if running else ():
        for judge, weight in running:
            for found in judge(subject, policy):
                yield with_severity(found, weight)


def with_severity(found: Finding, weight: str) -> Finding:
    """The finding with `weight` ("error" or "warning") as its severity; one that is a "warning" already stays one."""
    return found if found.severity in {weight, "warning"} else found._replace(severity=weight)
