"""Rules on how much is sent at once."""

from __future__ import annotations

from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy


def commit_count(commits: int, policy: Policy) -> Iterator[Finding]:
    """More commits in a range than `push.max-commits`."""
    if commits > policy.max_commits:
        facts = (("got", str(commits)), ("expected", str(policy.max_commits)))
        yield Finding("commit-count", "many", facts=facts)
