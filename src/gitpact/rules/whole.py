"""Rules on a message as a whole, and on how many there are."""

from __future__ import annotations

from gitpact import special
from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit, Policy


def encoding(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """Bytes that are not in the commit's encoding, a byte order mark, a NUL (messages.md 11 to 14)."""
    message = commit.message
    if message.bad_byte >= 0:
        facts = (("encoding", message.encoding), ("byte", str(message.bad_byte + 1)))
        line = message.text[: message.text.find("\ufffd")].count("\n") + 1
        yield Finding("message-encoding", "bytes", line, facts=facts)
    if message.bom:
        yield Finding("message-encoding", "bom", width=1)
    before, nul, _ = message.text.partition("\0")
    if nul:
        column = len(before) - before.rfind("\n")
        yield Finding("message-encoding", "nul", before.count("\n") + 1, column, 1)


def empty(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """Nothing left after git's cleanup."""
    if not commit.message.text.strip():
        yield Finding("message-empty", "empty")


def merge(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """More parents than `message.max-parents`; 0 allows any number."""
    if commit.parents is not None and commit.parents > policy.max_parents:
        facts = (("got", str(commit.parents)), ("expected", str(policy.max_parents)))
        yield Finding("merge-commit", "parents", facts=facts)


def fixup(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """`fixup!`, `squash!` and `amend!` commits that nobody has folded in yet."""
    subject = commit.message.header.text
    if subject.startswith(special.AUTOSQUASH):
        mark = subject.split(" ", 1)[0]
        yield Finding("fixup-commit", "left", width=len(mark), facts=(("got", mark),))


def wip(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """Work that calls itself unfinished."""
    subject = commit.message.header.text
    if special.is_wip(subject):
        yield Finding("wip-commit", "left", width=len(subject.split()[0]), facts=(("got", subject.split()[0]),))


def commit_count(commits: int, policy: Policy) -> Iterator[Finding]:
    """More commits in a range than `push.max-commits`."""
    if commits > policy.max_commits:
        facts = (("got", str(commits)), ("expected", str(policy.max_commits)))
        yield Finding("commit-count", "many", facts=facts)
