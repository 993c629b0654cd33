"""What a push would do to the policy of the repository that receives it."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import config, head, objects, query
from gitpact.git.head import Branch
from gitpact.policy import administrator_file, files, parsing
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitpact.records import RefUpdate


class Change(NamedTuple):
    """The default branch as it is, and as it would be after a push."""

    now: Branch
    after: Branch


def files_change(updates: Iterable[RefUpdate]) -> Callable[[], bool]:
    """Begin to look whether any of these updates brings a file that may hold a policy, other than the one before it.

    What is returned gives the answer.
    """
    revisions = [oid for update in updates if not update.deletes for oid in (update.old, update.new)]
    names = [f"{oid}:{name}" for name, _ in files.NAMES for oid in revisions]
    found = objects.resolve(names) if names else iter(())
    return lambda: any(new and new != old for old, new in zip(found, found, strict=True))


def change(updates: Iterable[RefUpdate]) -> Change:
    """What a push would make of the default branch."""
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
    """Why the policy that a push would give the default branch cannot be read; empty where it can."""
    over, branch = administrator_file.read(config.entries()), change.after
    if not branch.oid or branch.oid == change.now.oid:
        return ""
    try:
        parsing.administered(files.in_revision(branch.oid, branch.ref)[:3], over)
    except Exception as error:  # noqa: BLE001  as where it is read
        return str(error) or type(error).__name__
    return ""


def other_branch(change: Change) -> str:
    """The branch that a push would make the default one, where another policy than the one in force comes with it.

    HEAD may name a branch that is not there; then main or master counts, and whoever makes or deletes one of these
    would choose the policy.
    """
    now, after = change
    if not now.oid or after.ref == now.ref:
        return ""
    try:
        same = after.oid and files.in_revision(after.oid).text == files.in_revision(now.oid).text
    except GitpactError:
        same = False
    return "" if same else after.ref or now.ref
