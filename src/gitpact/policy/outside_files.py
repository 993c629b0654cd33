"""Policy files outside a project, which git's configuration names."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import config
from gitpact.policy import files
from gitpact.records import NamedTuple

SERVER = "gitpact.policy"  # key of git's configuration: the policy file of a server's administrator


class File(NamedTuple):
    """Text and path of a policy file; without such a file the path is empty."""

    text: str = ""
    path: str = ""


class Outside(NamedTuple):
    """The file whose keys a project cannot relax, the one with patterns that are not published, and one above both.

    What `above` sets replaces what `floor` sets.
    """

    floor: File = File()
    patterns: File = File()
    above: File = File()


def read(floor: str = "", patterns: str = "") -> Outside:
    """The files at the paths that `gitpact.floor` and `gitpact.patterns` have in git's configuration, "" for neither.

    Raises GitpactError for a path that is not absolute, a file that is not there or cannot be read, and one that
    `files.decode` refuses.
    """
    return Outside(_read(config.FLOOR, floor), _read(config.PATTERNS, patterns))


def of_server(entries: list[tuple[str, str, str]]) -> Outside:
    """The files for a server: its floor is what `gitpact.policy` names, and above that is `gitpact.floor`.

    `entries` is what `config.entries` returns; the last entry with the key counts. Raises GitpactError as `read` does.
    """
    its = next((value for _, key, value in reversed(entries) if key == SERVER), "")
    settings = config.settings(entries)
    patterns, floor = _read(config.PATTERNS, settings.patterns), _read(config.FLOOR, settings.floor)
    return Outside(_read(SERVER, its), patterns, floor) if its else Outside(floor, patterns)


def _read(key: str, value: str) -> File:
    path = os.path.expanduser(value)
    if not path:
        return File()
    if not os.path.isabs(path):
        raise GitpactError(
            "{key} = {path!r}: this path is not absolute",
            "to set the path of the file: git config {key} /PATH/TO/FILE.toml",
            key=key,
            path=path,
        )
    try:
        return File(files.read_plain(path, path), path)
    except (OSError, GitpactError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise GitpactError("{key} = {path!r}: cannot be read: {error}", key=key, path=path, error=reason) from error
