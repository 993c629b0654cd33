"""The rules on commits, family by family in the order they run."""

from __future__ import annotations

from gitpact.rules import body, dco, description, footers, header, identity, issue, scope, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitpact.records import Commit, Finding, Policy

    Rule = Callable[[Commit, Policy], Iterator[Finding]]
    CountRule = Callable[[int, Policy], Iterator[Finding]]

COMMITS: dict[str, Rule] = {
    # message
    "message-encoding": whole.encoding,
    "message-size": whole.size,
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
    # dco
    "sign-off-required": dco.required,
    "sign-off-format": dco.form,
    "sign-off-identity": dco.identity,
    "sign-off-duplicate": dco.duplicate,
    "sign-off-placement": dco.placement,
    "sign-off-remedy": dco.remedy,
    # identity
    "commit-object": whole.stored,
    "author-name": identity.author_name,
    "author-email": identity.author_email,
    "committer-name": identity.committer_name,
    "committer-email": identity.committer_email,
    "signature-required": identity.signature,
}
COUNTS: dict[str, CountRule] = {"commit-count": whole.commit_count}  # of how many commits a range has
