"""The settings of git's configuration that decide which text becomes a message, kept while its files are the same."""

from __future__ import annotations

import os

from gitpact.git import cache
from gitpact.records import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitpact.git.cache import Files


def read(git_dir: str, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that decide which text becomes the message, for the work tree with this git directory.

    They are stored below `git_dir` and used again while the configuration files are unchanged; otherwise git is run in
    the current folder. `environ` only tells where these files are. Raises GitpactError if git fails.
    """
    path = f"{git_dir}/{cache.DIRECTORY}/{cache.SETTINGS}"
    key = cache.key(git_dir, environ)
    return cache.cached(path, key, lambda: _ask(git_dir, environ), tuple, lambda data: Settings(*data))


def _ask(git_dir: str, environ: Mapping[str, str]) -> tuple[Settings, Files | None]:
    from gitpact.git import config  # noqa: PLC0415  what is kept spares the process

    absent = cache.identities(possible_files(git_dir, environ))
    entries = config.entries()
    settings, origins = config.settings(entries), files(entries)
    if origins is None or "GIT_CONFIG_PARAMETERS" in environ:
        return settings, None
    return settings, cache.extended(absent, origins)


def files(entries: Iterable[tuple[str, str, str]]) -> list[str] | None:
    """The files that `entries` of `config.entries` come from; None if one of them includes another file.

    None because a file that may be included can appear or disappear later. Paths are as git writes them, so they may be
    relative, and repeat.
    """
    if any(key.startswith(("include.", "includeif.")) for _, key, _ in entries):
        return None
    return [origin.removeprefix("file:") for origin, _, _ in entries if origin.startswith("file:")]


def possible_files(git_dir: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Paths of the configuration files of the system, the user and the repository, whether they exist or not.

    HOME, XDG_CONFIG_HOME and GIT_CONFIG_* in `environ` place them. Files that these include are not among them.
    """
    home = environ.get("HOME", "")
    yield environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig")
    yield environ.get("GIT_CONFIG_GLOBAL", f"{home}/.gitconfig")
    yield f"{environ.get('XDG_CONFIG_HOME', f'{home}/.config')}/git/config"
    yield f"{git_dir}/config"
    yield f"{git_dir}/config.worktree"
