"""The policy file of a server's administrator, which git's configuration names."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.policy import files
from gitpact.records import NamedTuple

KEY = "gitpact.policy"  # of git's configuration


class File(NamedTuple):
    """Text and path of the administrator's policy file; without such a file the path is empty."""

    text: str = ""
    path: str = ""


def read(entries: list[tuple[str, str, str]]) -> File:
    """The policy file that `gitpact.policy` names in git's configuration; File("", "") where that is not set.

    `entries` is what `config.entries` returns; the last entry with the key counts. Raises GitpactError for a path that
    is not absolute, a file that is not there or cannot be read, and one that `files.decode` refuses.
    """
    path = os.path.expanduser(next((value for _, key, value in reversed(entries) if key == KEY), ""))
    if not path:
        return File()
    if not os.path.isabs(path):
        raise GitpactError(
            "{key} = {path!r}: this path is not absolute",
            "to set the administrator's policy file: git config gitpact.policy /PATH/TO/FILE.toml",
            key=KEY,
            path=path,
        )
    try:
        return File(files.read_plain(path, path), path)
    except (OSError, GitpactError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise GitpactError("{key} = {path!r}: cannot be read: {error}", key=KEY, path=path, error=reason) from error
