"""Rules on who made a commit, and whether it is signed by a key."""

from __future__ import annotations

from gitpact.message import commit_kind
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Commit, Policy

GOOD = ("G", "U")  # git's %G?: good, and good by a key whose owner nobody vouches for here


def author_name(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """An author's name that matches none of `identity.author-names`."""
    if commit.author:
        yield from _unless("author-name", commit.author.name, policy.author_names)


def author_email(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """An author's e-mail that matches none of `identity.author-emails`."""
    if commit.author:
        yield from _unless("author-email", commit.author.email, policy.author_emails)


def committer_name(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A committer's name that matches none of `identity.committer-names`."""
    if commit.committer:
        yield from _unless("committer-name", commit.committer.name, policy.committer_names)


def committer_email(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A committer's e-mail that matches none of `identity.committer-emails`."""
    if commit.committer:
        yield from _unless("committer-email", commit.committer.email, policy.committer_emails)


def signature(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """No good signature where `identity.signature` is "required"; only a range knows signatures."""
    if commit.signature and commit.signature not in GOOD:
        kind = {"N": "missing", "E": "unknown-key"}.get(commit.signature, "bad")
        yield Finding("signature-required", kind, facts=(("got", commit.signature),))


def _unless(rule: str, got: str, patterns: Sequence[str]) -> Iterator[Finding]:
    if not commit_kind.matches_any(patterns, got):
        yield Finding(rule, "other", facts=(("got", got), ("expected", listed(patterns))))
