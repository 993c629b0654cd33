"""Which policy holds: that of the work tree here, or of a revision."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import ask, objects
from gitpact.policy import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import Policy, RefUpdate


def here() -> tuple[Policy, str]:
    """The policy of the work tree and the name of its source; outside of one the folder itself is looked at."""
    from gitpact.policy import resolve  # noqa: PLC0415  a range has a snapshot of it

    try:
        top = ask.top_level()
    except GitpactError:
        top = os.getcwd()
    text, source, prefix = cache.policy_source(top)
    return resolve.parse(text, source, prefix), source


def kept(git_dir: str, top: str) -> Policy:
    """The policy of a work tree, or of a repository that has none, from its snapshot where that holds."""
    return cache.load(git_dir, top)[0] if top else bare(git_dir)


def bare(git_dir: str) -> Policy:
    """The policy where there is no work tree: that of the default branch."""
    return cache.of_bare(git_dir, cache.OF_BRANCH, os.environ, _of_branch)


def _of_branch() -> tuple[Policy, list[str] | None]:
    from gitpact.policy import resolve  # noqa: PLC0415  a snapshot spares the reading

    branch, oid = default_branch()
    if not branch:
        return here()[0], None
    resolved = resolve.parse(*texts(oid, branch))
    return resolved, resolve.packed_paths(resolved)


def default_branch() -> tuple[str, str]:
    """What HEAD names, as "HEAD", else main or master by its full name, and its commit; two empty texts without any."""
    head = ask.head()
    oid = ask.exact(head) if head else ask.answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
    if oid:
        return "HEAD", oid
    found = ((ref, ask.exact(ref)) for ref in cache.USUAL)
    return next(((ref, oid) for ref, oid in found if oid), ("", ""))


def at(revision: str) -> tuple[Policy, str]:
    """The policy as a revision holds it, and the name of its source. Raises GitpactError."""
    from gitpact.policy import resolve  # noqa: PLC0415  that of the work tree has a snapshot

    _refuse_ambiguous(revision)
    text, source, prefix = texts(revision)
    return resolve.parse(text, source, prefix), source


def _refuse_ambiguous(revision: str) -> None:
    """Raise GitpactError for the name of several refs: git would take a tag, which others may push, for a branch."""
    names = [f"{folder}/{revision}" for folder in ("refs/tags", "refs/heads", "refs/remotes")]
    told = ask.answer("for-each-ref", "--format=%(refname)", *names).decode("utf-8", "surrogateescape").split("\n")
    meant = [name for name in names if name in told]
    if len(meant) > 1:
        raise GitpactError(f"{revision}: there are {' and '.join(meant)}", f"write which one: {meant[-1]}")


def built_in() -> Policy:
    """The policy where no file holds one."""
    from gitpact.policy import resolve  # noqa: PLC0415  few have none that can be read

    return resolve.parse("", cache.BUILT_IN)


def changed(updates: Iterable[RefUpdate]) -> Callable[[], bool]:
    """Whether any of these updates brings a file that may hold a policy, other than the one before it.

    Git looks once this returns; what is returned gives the answer.
    """
    revisions = [oid for update in updates if not update.deletes for oid in (update.old, update.new)]
    names = [f"{oid}:{name}" for name, _ in cache.POLICY_FILES for oid in revisions]
    found = objects.named(names) if names else iter(())
    return lambda: any(new and new != old for old, new in zip(found, found, strict=True))


def texts(revision: str, label: str = "") -> tuple[str, str, str]:
    """Text, source and table of the policy that a revision holds, which an error calls `label`. Raises GitpactError."""
    label = label or revision
    if not ask.has(f"{revision}^{{commit}}"):
        raise GitpactError(f"unknown revision: {revision}", "a commit, a branch or a tag that holds the policy")
    from gitpact.git import trees  # noqa: PLC0415  a snapshot spares the reading

    own, most = cache.OWN, cache.MOST_BYTES
    found = trees.top_files(revision, [name for name, _ in cache.POLICY_FILES], most)
    if own in found and found[own] is None:
        raise GitpactError(f"{label}:{own}: a symbolic link, which is not followed", "put the policy itself there")
    sane = {name: data for name, data in found.items() if data is not None and (name == own or len(data) <= most)}
    held = {name: cache.decoded(data, f"{label}:{name}") for name, data in sane.items()}
    text, name, prefix = cache.choose(held.get)
    return text, f"{label}:{name}" if text else name, prefix
