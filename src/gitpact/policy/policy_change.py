"""What a push would do to the policy of the repository that receives it."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import config, head, objects, query
from gitpact.git.head import Branch
from gitpact.policy import files, outside_files, parsing
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from gitpact.records import Policy, RefUpdate


class Change(NamedTuple):
    """The default branch now, and as it would be after a push; Branch("", "") where there is none."""

    now: Branch
    after: Branch


def files_change(updates: Iterable[RefUpdate], extended: Collection[str]) -> Callable[[], bool]:
    """Start to compare the files that may hold a policy before and after these updates; returns the function to ask.

    `extended` are the further files of the policy in force (`InForce.extended`). Called once, the function waits for
    git and returns whether any update adds one of the files or changes its content; removing one counts for those of
    `extended` alone, and deleting a ref does not. The call raises GitpactError where git fails.
    """
    revisions = [oid for update in updates if not update.deletes for oid in (update.old, update.new)]
    every = [*((name, False) for name, _ in files.NAMES), *((name, True) for name in dict.fromkeys(extended))]
    names = [f"{oid}:{name}" for name, _ in every for oid in revisions]
    needed = [also for _, also in every for _ in revisions[::2]]
    found = objects.resolve(names) if names else iter(())
    return lambda: any(
        new != old and bool(new or also)
        for also, (old, new) in zip(needed, zip(found, found, strict=True), strict=True)
    )


def change(updates: Iterable[RefUpdate]) -> Change:
    """The default branch of the repository at the current folder, before and after a push of `updates`.

    The branch is the one that HEAD names, else main or master, whichever has a commit first. Where HEAD names a commit
    and no branch, no push changes it. The push is not made.
    """
    now, named = head.default_branch(), query.head()
    if named and now.ref == "HEAD":
        now = now._replace(ref=named)
    if not named:
        return Change(now, now)
    new = {update.ref: "" if update.deletes else update.new for update in updates}
    found = (
        Branch(ref, new[ref] if ref in new else query.commit_of_ref(ref)) for ref in dict.fromkeys((named, *head.USUAL))
    )
    return Change(now, next((branch for branch in found if branch.oid), Branch()))


def fault(change: Change) -> str:
    """Why the policy of the default branch after a push cannot be used, "" where it can or the branch does not change.

    Raises GitpactError where git's configuration or the administrator's policy file cannot be read.
    """
    outside, branch = outside_files.of_server(config.entries()), change.after
    if not branch.oid or branch.oid == change.now.oid:
        return ""
    try:
        parsing.resolved(files.in_revision(branch.oid, branch.ref)[:4], *outside, server=True)
    except GitpactError as error:
        return error.message
    except Exception as error:  # noqa: BLE001  as where it is read
        return str(error) or type(error).__name__
    return ""


def _policy(oid: str) -> Policy:
    """The policy of a commit, with all that it extends."""
    return parsing.parse(*files.in_revision(oid)[:4])


def other_branch(change: Change) -> str:
    """The full name of the branch that a push would make the default one, if its policy is another; else "".

    HEAD may name a branch that does not exist; then main or master is the default, and whoever creates or deletes one
    of these would choose the policy. A policy that cannot be read counts as another. If the push leaves no default
    branch, the name is that of the present one.
    """
    now, after = change
    if not now.oid or after.ref == now.ref:
        return ""
    try:
        same = after.oid and _policy(after.oid) == _policy(now.oid)
    except GitpactError:
        same = False
    return "" if same else after.ref or now.ref
