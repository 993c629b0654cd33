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
    """The settings that decide which text becomes a message, of the work tree with this git directory.

    Kept in it while its configuration files are unchanged. Raises GitpactError where git fails.
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
    """The files that a configuration came from; None where one includes another, which may come and go."""
    if any(key.startswith(("include.", "includeif.")) for _, key, _ in entries):
        return None
    return [origin.removeprefix("file:") for origin, _, _ in entries if origin.startswith("file:")]


def possible_files(git_dir: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Paths at which git would read configuration, whether there is a file or not, without what these include.

    The system's, the user's and the repository's, as HOME, XDG_CONFIG_HOME and GIT_CONFIG_* in `environ` place them.
    """
    home = environ.get("HOME", "")
    yield environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig")
    yield environ.get("GIT_CONFIG_GLOBAL", f"{home}/.gitconfig")
    yield f"{environ.get('XDG_CONFIG_HOME', f'{home}/.config')}/git/config"
    yield f"{git_dir}/config"
    yield f"{git_dir}/config.worktree"
