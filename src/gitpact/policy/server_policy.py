"""The policy by which a bare repository receives pushes: the default branch's, under the administrator's."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import ask, config
from gitpact.policy import cache, lookup, resolve
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitpact.records import Policy, RefUpdate

NO_POLICY = ("", cache.BUILT_IN, "")
ADMINISTRATORS = "gitpact.policy"  # the key of git's configuration that names the administrator's file


class InForce(NamedTuple):
    """The policy, where it is from, the administrator's file or "", the files it hangs on (None: not to be told).

    `broken` is why the project's own policy is not read; then the built-in one stands in its place.
    """

    policy: Policy
    source: str
    administrator: str
    files: list[str] | None
    broken: str = ""


def administrators() -> tuple[tuple[str, str], list[tuple[str, str, str]]]:
    """Text and path of the administrator's file, "" where there is none, and the configuration that names it.

    Raises GitpactError where it cannot be read.
    """
    entries = config.entries()
    path = os.path.expanduser(next((value for _, key, value in reversed(entries) if key == ADMINISTRATORS), ""))
    return ((_read(path), path) if path else ("", "")), entries


class Branch(NamedTuple):
    """A branch by its full name, or HEAD where that names a commit, and its commit; both empty where there is none."""

    ref: str = ""
    oid: str = ""


class Change(NamedTuple):
    """The default branch as it is, and as it would be after a push."""

    now: Branch
    after: Branch


def in_force() -> InForce:
    """The policy before a push. Raises GitpactError where the administrator's file cannot be read."""
    over, entries = administrators()
    path = over[1]
    resolve.administered(NO_POLICY, over)  # a mistake of the administrator's is nobody else's
    texts, broken = NO_POLICY, ""
    try:
        branch, oid = lookup.default_branch()
        texts = lookup.texts(oid, branch) if branch else NO_POLICY
        resolved = resolve.administered(texts, over)
    except Exception as error:  # noqa: BLE001  whatever a policy does to its reader, what mends it has to get in
        texts, broken = NO_POLICY, str(error) or type(error).__name__
        resolved = resolve.administered(texts, over)
    if resolved.log and not os.path.isabs(resolved.log):
        raise GitpactError(
            f"{path}: server.log: {resolved.log!r} is not absolute", "for example /var/log/gitpact.jsonl"
        )
    files = cache.config_files(entries)
    own = None if files is None or broken else [*files, *resolve.packed_paths(resolved), *([path] if path else [])]
    return InForce(resolved, texts[1], path, own, broken)


def change(updates: Iterable[RefUpdate]) -> Change:
    """What a push would make of the default branch."""
    label, oid = lookup.default_branch()
    head = ask.head()
    now = Branch(head if head and label == "HEAD" else label, oid)
    if not head:
        return Change(now, now)
    new = {update.ref: "" if update.deletes else update.new for update in updates}
    found = (Branch(ref, new[ref] if ref in new else ask.exact(ref)) for ref in dict.fromkeys((head, *cache.USUAL)))
    return Change(now, next((branch for branch in found if branch.oid), Branch()))


def unreadable(change: Change) -> str:
    """Why the policy that a push would give the default branch cannot be read; empty where it can."""
    over, branch = administrators()[0], change.after
    if not branch.oid or branch.oid == change.now.oid:
        return ""
    try:
        resolve.administered(lookup.texts(branch.oid, branch.ref), over)
    except Exception as error:  # noqa: BLE001  as above
        return str(error) or type(error).__name__
    return ""


def takes_over(change: Change) -> str:
    """The branch that a push would make the default one, where another policy than the one in force comes with it.

    HEAD may name a branch that is not there; then main or master counts, and whoever makes or deletes one of these
    would choose the policy.
    """
    now, after = change
    if not now.oid or after.ref == now.ref:
        return ""
    try:
        same = after.oid and lookup.texts(after.oid)[0] == lookup.texts(now.oid)[0]
    except GitpactError:
        same = False
    return "" if same else after.ref or now.ref


def _read(path: str) -> str:
    if not os.path.isabs(path):
        raise GitpactError(
            f"{ADMINISTRATORS} = {path!r} is not absolute", "git config gitpact.policy /PATH/TO/FILE.toml"
        )
    try:
        return cache.read_plain(path, path)
    except (OSError, GitpactError) as error:
        raise GitpactError(f"{ADMINISTRATORS} = {path!r}: cannot be read: {error}") from error
