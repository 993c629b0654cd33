"""The policy file of a server's administrator, which git's configuration names, and what it makes of a project's."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import config, head, message_settings
from gitpact.policy import files, parsing
from gitpact.policy.in_force import InForce
from gitpact.records import NamedTuple

KEY = "gitpact.policy"  # of git's configuration
NO_POLICY = files.Source()


class File(NamedTuple):
    """Text and path of the administrator's file; both empty where there is none."""

    text: str = ""
    path: str = ""


def read(entries: list[tuple[str, str, str]]) -> File:
    """The file that a configuration (`config.entries`) names. Raises GitpactError where it cannot be read."""
    path = os.path.expanduser(next((value for _, key, value in reversed(entries) if key == KEY), ""))
    if not path:
        return File()
    if not os.path.isabs(path):
        raise GitpactError(f"{KEY} = {path!r} is not absolute", "git config gitpact.policy /PATH/TO/FILE.toml")
    try:
        return File(files.read_plain(path, path), path)
    except (OSError, GitpactError) as error:
        raise GitpactError(f"{KEY} = {path!r}: cannot be read: {error}") from error


def in_force() -> tuple[InForce, list[str] | None]:
    """The policy of the repository here, and the files that it hangs on besides its branch; None: that cannot be told.

    Where the project's own is broken the built-in one takes its place. Raises GitpactError where the administrator's
    cannot be read.
    """
    entries = config.entries()
    over = read(entries)
    parsing.administered(NO_POLICY[:3], over)  # a mistake of the administrator's is nobody else's
    source, broken = NO_POLICY, ""
    try:
        branch = head.default_branch()
        source = files.in_revision(branch.oid, branch.ref) if branch.oid else NO_POLICY
        policy = parsing.administered(source[:3], over)
    except Exception as error:  # noqa: BLE001  whatever a policy does to its reader, what mends it has to get in
        source, broken = NO_POLICY, str(error) or type(error).__name__
        policy = parsing.administered(source[:3], over)
    if policy.log and not os.path.isabs(policy.log):
        raise GitpactError(
            f"{over.path}: server.log: {policy.log!r} is not absolute", "for example /var/log/gitpact.jsonl"
        )
    origins = message_settings.files(entries)
    paths = None if origins is None or broken else [*origins, *parsing.packed_paths(policy)]
    if paths is not None and over.path:
        paths.append(over.path)
    return InForce(policy, source.name, source.unread, broken, over.path), paths
