"""The policy file of a server's administrator, which git's configuration names."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.policy import files
from gitpact.records import NamedTuple

KEY = "gitpact.policy"  # of git's configuration


class File(NamedTuple):
    """Text and path of the administrator's file; both empty where there is none."""

    text: str = ""
    path: str = ""


def read(entries: list[tuple[str, str, str]]) -> File:
    """The file that `gitpact.policy` names in a configuration (`config.entries`). Raises GitpactError."""
    path = os.path.expanduser(next((value for _, key, value in reversed(entries) if key == KEY), ""))
    if not path:
        return File()
    if not os.path.isabs(path):
        raise GitpactError(f"{KEY} = {path!r} is not absolute", "git config gitpact.policy /PATH/TO/FILE.toml")
    try:
        return File(files.read_plain(path, path), path)
    except (OSError, GitpactError) as error:
        raise GitpactError(f"{KEY} = {path!r}: cannot be read: {error}") from error
