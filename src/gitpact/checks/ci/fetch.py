"""Fetch what a clone lacks of a range."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import query, repository, revision_lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.checks.ci.events import Event


def deepen(event: Event | None = None) -> None:
    """Fetch what this clone lacks of a range, from the remote of the current branch, else from origin.

    A shallow clone gets its whole history. With `event`, its missing commits and its target branch are fetched, or the
    remote's default branch where it has no target. Without `event`, all tags are fetched, and what the remote is
    configured to fetch.
    Changes refs/remotes and refs/tags, prints nothing. Raises GitpactError where every fetch fails, and where the
    remote cannot be asked for its default branch.
    """
    remote = revision_lookup.remote()
    if event is None:
        _fetch("--tags", remote)
        return
    branch = event.target or revision_lookup.head_of(remote)
    named = [f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"] if branch else []
    oids = [oid for oid in (event.head, event.base) if revision_lookup.is_oid(oid) and not revision_lookup.commit(oid)]
    failures = [failure for ref in (*named, *oids) if (failure := _failure(remote, ref))]
    if failures and len(failures) == len(named) + len(oids):
        raise failures[0]
    if not event.target and revision_lookup.commit(f"refs/remotes/{remote}/{branch}"):
        revision_lookup.set_remote_head(remote, branch)


def _failure(remote: str, ref: str) -> GitpactError | None:
    """Fetch one thing; what a force push left behind may be gone from the server too, and the rest still helps."""
    try:
        _fetch("--no-tags", "--end-of-options", remote, ref)
    except GitpactError as error:
        return error
    return None


def _fetch(*arguments: str) -> None:
    whole = ("--unshallow",) if repository.is_shallow() else ()
    query.output("fetch", "--quiet", "--no-write-fetch-head", *whole, *arguments)
