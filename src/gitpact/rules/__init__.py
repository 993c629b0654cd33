"""Every rule, one literal table per family, in the order they run; those on pushes are in `push`."""

from __future__ import annotations

from gitpact.rules import body, dco, description, footers, header, identity, issue, scope, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from gitpact.records import Commit, Finding, Policy

    Rule = Callable[[Commit, Policy], Iterator[Finding]]
    CountRule = Callable[[int, Policy], Iterator[Finding]]
    Asks = Callable[[Policy], object]

MESSAGE: dict[str, Rule] = {
    "message-encoding": whole.encoding,
    "message-empty": whole.empty,
    "header-format": header.grammar,
    "header-characters": header.characters,
    "header-max": header.longest,
    "header-min": header.shortest,
    "type-known": header.type_known,
    "type-case": header.type_case,
    "scope-required": scope.required,
    "scope-forbidden": scope.forbidden,
    "scope-known": scope.known,
    "scope-case": scope.case,
    "description-case": description.case,
    "description-full-stop": description.full_stop,
    "issue-required": issue.required,
    "issue-forbidden": issue.forbidden,
    "issue-format": issue.form,
    "body-leading-blank": body.leading_blank,
    "body-required": body.required,
    "body-line-max": body.line_max,
    "breaking-change": footers.breaking_change,
    "trailer-required": footers.required,
    "trailer-forbidden": footers.forbidden,
    "merge-commit": whole.merge,
    "fixup-commit": whole.fixup,
    "wip-commit": whole.wip,
}
DCO: dict[str, Rule] = {
    "sign-off-required": dco.required,
    "sign-off-format": dco.form,
    "sign-off-identity": dco.identity,
    "sign-off-duplicate": dco.duplicate,
    "sign-off-placement": dco.placement,
}
IDENTITY: dict[str, Rule] = {
    "author-name": identity.author_name,
    "author-email": identity.author_email,
    "committer-name": identity.committer_name,
    "committer-email": identity.committer_email,
    "signature-required": identity.signature,
}
COUNTS: dict[str, CountRule] = {"commit-count": whole.commit_count}  # of how many commits a range has
COMMIT_FAMILIES: dict[str, dict[str, Rule]] = {"message": MESSAGE, "dco": DCO, "identity": IDENTITY}
FAMILIES: dict[str, Collection[str]] = {
    **COMMIT_FAMILIES,
    "size": ("file-size", "path-forbidden", "path-length", "push-size", *COUNTS),
    "refs": ("branch-name", "tag-name", "protected-ref", "worktree-clean"),
}
# These run only where the policy asks for what they look for; a rule that is not here always runs.
ASKED: dict[str, Asks] = {
    "type-known": lambda policy: policy.types,
    "scope-required": lambda policy: policy.scope == "required",
    "scope-forbidden": lambda policy: policy.scope == "forbidden",
    "scope-known": lambda policy: policy.scopes or not policy.multiple_scopes,
    "scope-case": lambda policy: policy.scope_case == "lower",
    "description-case": lambda policy: policy.description_case != "any",
    "issue-required": lambda policy: policy.issue == "required",
    "issue-forbidden": lambda policy: policy.issue == "forbidden",
    "body-required": lambda policy: policy.body == "required",
    "body-line-max": lambda policy: policy.body_line_max,
    "trailer-required": lambda policy: policy.required_trailers,
    "trailer-forbidden": lambda policy: policy.forbidden_trailers,
    "merge-commit": lambda policy: policy.max_parents,
    "sign-off-required": lambda policy: policy.sign_off == "required",
    "sign-off-identity": lambda policy: policy.sign_off == "required",
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
}
IDS: tuple[str, ...] = tuple(rule for family in FAMILIES.values() for rule in family)


def severity(rule: str, policy: Policy) -> str:
    """What a rule's findings weigh by this policy; "off" too where the policy does not ask for what it looks for."""
    return policy.rules.get(rule, "error") if rule not in ASKED or ASKED[rule](policy) else "off"
