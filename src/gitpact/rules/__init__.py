"""Every rule, one literal table per family, in the order they run."""

from __future__ import annotations

from gitpact.rules import body, dco, description, footers, header, identity, issue, refs, scope, size, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from gitpact.records import Blob, Commit, Finding, Policy, RefUpdate, Sizes

    Rule = Callable[[Commit, Policy], Iterator[Finding]]
    FileRule = Callable[[Blob, Policy], Iterator[Finding]]
    TotalRule = Callable[[Sizes, Policy], Iterator[Finding]]
    CountRule = Callable[[int, Policy], Iterator[Finding]]
    RefRule = Callable[[RefUpdate, Policy], Iterator[Finding]]
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
# Of the files of a push or of a commit that is made; of all that a push sends; of how many commits a range has.
FILES: dict[str, FileRule] = {
    "file-size": size.file_size,
    "path-forbidden": size.path_forbidden,
    "path-length": size.path_length,
}
TOTALS: dict[str, TotalRule] = {"push-size": size.push_size}
COUNTS: dict[str, CountRule] = {"commit-count": size.commit_count}
# Of each ref that a push changes; of how many files of the work tree are not committed.
REFS: dict[str, RefRule] = {
    "branch-name": refs.branch_name,
    "tag-name": refs.tag_name,
    "protected-ref": refs.protected,
}
TREE: dict[str, CountRule] = {"worktree-clean": refs.worktree_clean}
COMMIT_FAMILIES: dict[str, dict[str, Rule]] = {"message": MESSAGE, "dco": DCO, "identity": IDENTITY}
FAMILIES: dict[str, Collection[str]] = {
    **COMMIT_FAMILIES,
    "size": (*FILES, *TOTALS, *COUNTS),
    "refs": (*REFS, *TREE),
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
    "file-size": size.least_limit,
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
