"""The policy by which a bare repository receives pushes: the default branch's, under the administrator's."""

from __future__ import annotations

import os

from gitpact import policies, policy, snapshot
from gitpact.errors import GitpactError
from gitpact.git import ask, config
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitpact.records import Policy, RefUpdate

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


def in_force() -> InForce:
    """The policy before a push. Raises GitpactError where the administrator's file cannot be read."""
    entries = config.entries()
    path = os.path.expanduser(next((value for _, key, value in reversed(entries) if key == ADMINISTRATORS), ""))
    over = (_read(path), path) if path else ("", "")
    branch = policies.default_branch()
    texts, broken = ("", snapshot.BUILT_IN, ""), ""
    if branch:
        try:
            texts = policies.texts(branch)
            policy.administered(texts, ("", ""))
        except Exception as error:  # noqa: BLE001  whatever a policy does to its reader, what mends it has to get in
            texts, broken = ("", snapshot.BUILT_IN, ""), str(error) or type(error).__name__
    resolved = policy.administered(texts, over)
    if resolved.log and not os.path.isabs(resolved.log):
        raise GitpactError(
            f"{path}: server.log: {resolved.log!r} is not absolute", "for example /var/log/gitpact.jsonl"
        )
    files = snapshot.config_files(entries)
    own = None if files is None or broken else [*files, *policy.packed_paths(resolved), *([path] if path else [])]
    return InForce(resolved, texts[1], path, own, broken)


def unreadable(updates: Iterable[RefUpdate]) -> str:
    """Why the policy that a push would give the default branch cannot be read; empty where it can."""
    head = ask.head()
    for update in updates:
        counts = update.ref == head or (update.ref in snapshot.USUAL and not ask.has(head or "HEAD"))
        if counts and not update.deletes:
            try:
                policy.administered(policies.texts(update.new), ("", ""))
            except Exception as error:  # noqa: BLE001  as above
                return str(error) or type(error).__name__
    return ""


def _read(path: str) -> str:
    if not os.path.isabs(path):
        raise GitpactError(
            f"{ADMINISTRATORS} = {path!r} is not absolute", "git config gitpact.policy /PATH/TO/FILE.toml"
        )
    try:
        return snapshot.read_plain(path, path)
    except (OSError, GitpactError) as error:
        raise GitpactError(f"{ADMINISTRATORS} = {path!r}: cannot be read: {error}") from error
