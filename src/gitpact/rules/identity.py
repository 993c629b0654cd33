"""Rules on who made a commit, and whether it is signed by a key."""

from __future__ import annotations

from gitpact.message import commit_kind
from gitpact.records import Finding, Ident, NamedTuple
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Commit, Policy


class Persons(NamedTuple):
    """Who made a commit, as far as that is known."""

    author: Ident | None
    committer: Ident | None


GOOD = ("G", "U")  # git's %G?: good, and good by a key whose owner nobody vouches for here


def author_name(persons: Persons, policy: Policy) -> Iterator[Finding]:
    """Find an author's name that no glob of `identity.author-names` matches: at most one finding, kind "other".

    Case does not matter. An unknown author passes. With an empty list no name does: call this only with another
    (`rules.active`).
    """
    if persons.author:
        yield from _unless("author-name", persons.author.name, policy.author_names)


def author_email(persons: Persons, policy: Policy) -> Iterator[Finding]:
    """Find an author's e-mail that no glob of `identity.author-emails` matches: at most one finding, kind "other".

    Case does not matter. An unknown author passes. With an empty list no e-mail does: call this only with another
    (`rules.active`).
    """
    if persons.author:
        yield from _unless("author-email", persons.author.email, policy.author_emails)


def committer_name(persons: Persons, policy: Policy) -> Iterator[Finding]:
    """Find a committer's name that no glob of `identity.committer-names` matches: at most one finding, kind "other".

    Case does not matter. An unknown committer passes. With an empty list no name does: call this only with another
    (`rules.active`).
    """
    if persons.committer:
        yield from _unless("committer-name", persons.committer.name, policy.committer_names)


def committer_email(persons: Persons, policy: Policy) -> Iterator[Finding]:
    """Find a committer's e-mail that no glob of `identity.committer-emails` matches: at most one finding, kind "other".

    Case does not matter. An unknown committer passes. With an empty list no e-mail does: call this only with another
    (`rules.active`).
    """
    if persons.committer:
        yield from _unless("committer-email", persons.committer.email, policy.committer_emails)


def signature(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """Find a commit without a good signature: yields at most one finding, kind "missing", "unknown-key" or "bad".

    It reads git's letter in `commit.signature` (`%G?`), of which G and U are good; a commit without a letter passes.
    Call this only where `identity.signature` is "required" (`rules.active`): the policy is not read.
    """
    if commit.signature and commit.signature not in GOOD:
        kind = {"N": "missing", "E": "unknown-key"}.get(commit.signature, "bad")
        yield Finding("signature-required", kind, facts=(("got", commit.signature),))


def _unless(rule: str, got: str, patterns: Sequence[str]) -> Iterator[Finding]:
    if not commit_kind.matches_any(patterns, got):
        yield Finding(rule, "other", facts=(("got", got), ("expected", listed(patterns))))
