"""The rules on commits, family by family in the order they run, each with the part of a commit that it reads."""

from __future__ import annotations

from gitpact.records import NamedTuple
from gitpact.rules import body, dco, description, footers, header, identity, issue, scope, trailer_values, whole_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from gitpact.records import Commit, Finding, Policy

    CountRule = Callable[[int, Policy], Iterable[Finding]]


def _top(_commit: Commit) -> int:
    return 0


class Part(NamedTuple):
    """A part of a commit that rules read. `read` returns the part, and a rule gets nothing else of the commit.

    `recurs` is for a part that many commits of a history share, such as their persons: it is a hashable tuple, and
    findings on one are reused for an equal one. `lines_above` returns how many lines of the message precede the part;
    the rules count the lines of their findings from the first line after these.
    """

    read: Callable[[Commit], Any]
    recurs: bool = False
    lines_above: Callable[[Commit], int] = _top


COMMIT = Part(lambda commit: commit)
MESSAGE = Part(lambda commit: commit.message)
HEADER = Part(lambda commit: commit.message.header)
PREFIX = Part(lambda commit: commit.message.header.prefix, recurs=True)
SIGN_OFFS = Part(dco.read, recurs=True, lines_above=lambda commit: commit.message.block)
PERSONS = Part(lambda commit: identity.Persons(commit.author, commit.committer), recurs=True)


class Rule(NamedTuple):
    """One rule: `find` takes the `part` of a commit (by default all of it) and the policy, and returns findings.

    `suspects` is for a rule that has nothing to say on most commits: it takes the parts of many commits, each with its
    number, and returns those on which `find` has to be called.
    """

    find: Callable[[Any, Policy], Iterable[Finding]]
    part: Part = COMMIT
    suspects: Callable[[Iterable[tuple[int, Any]]], Iterable[tuple[int, Any]]] = iter


COMMITS: dict[str, Rule] = {
    # message
    "message-encoding": Rule(whole_message.encoding, MESSAGE),
    "message-size": Rule(whole_message.size, MESSAGE),
    "message-empty": Rule(whole_message.empty, MESSAGE),
    "header-format": Rule(header.grammar, PREFIX),
    "header-characters": Rule(header.characters, HEADER),
    "header-max": Rule(header.longest, HEADER),
    "header-min": Rule(header.shortest, HEADER),
    "type-known": Rule(header.type_known, PREFIX),
    "type-case": Rule(header.type_case, PREFIX),
    "scope-required": Rule(scope.required, PREFIX),
    "scope-forbidden": Rule(scope.forbidden, PREFIX),
    "scope-known": Rule(scope.known, PREFIX),
    "scope-case": Rule(scope.case, PREFIX),
    "scope-paths": Rule(scope.of_paths),
    "description-case": Rule(description.case, HEADER),
    "description-full-stop": Rule(description.full_stop, HEADER),
    "issue-required": Rule(issue.required),
    "issue-forbidden": Rule(issue.forbidden, HEADER),
    "issue-format": Rule(issue.form, HEADER),
    "body-leading-blank": Rule(body.leading_blank, MESSAGE),
    "body-required": Rule(body.required, MESSAGE),
    "body-line-max": Rule(body.line_max, MESSAGE),
    "breaking-change": Rule(footers.breaking_change, MESSAGE),
    "breaking-mark": Rule(footers.breaking_mark, MESSAGE),
    "trailer-required": Rule(footers.required, MESSAGE),
    "trailer-forbidden": Rule(footers.forbidden, MESSAGE),
    "trailer-value": Rule(trailer_values.value, MESSAGE),
    "trailer-count": Rule(trailer_values.number, MESSAGE),
    "trailer-order": Rule(trailer_values.order, MESSAGE),
    "release-notes": Rule(footers.release_notes, MESSAGE),
    "merge-commit": Rule(whole_message.merge),
    "fixup-commit": Rule(whole_message.fixup, HEADER),
    "wip-commit": Rule(whole_message.wip, HEADER),
    # dco
    "sign-off-required": Rule(dco.required, SIGN_OFFS),
    "sign-off-format": Rule(dco.form, SIGN_OFFS),
    "sign-off-identity": Rule(dco.identity, SIGN_OFFS),
    "sign-off-duplicate": Rule(dco.duplicate, MESSAGE),
    "sign-off-placement": Rule(dco.placement, SIGN_OFFS),
    "sign-off-remedy": Rule(dco.remedy),
    # identity
    "commit-object": Rule(whole_message.malformed_object),
    "author-name": Rule(identity.author_name, PERSONS),
    "author-email": Rule(identity.author_email, PERSONS),
    "committer-name": Rule(identity.committer_name, PERSONS),
    "committer-email": Rule(identity.committer_email, PERSONS),
    "signature-required": Rule(identity.signature),
}
COUNTS: dict[str, CountRule] = {"commit-count": whole_message.commit_count}  # of how many commits a range has
