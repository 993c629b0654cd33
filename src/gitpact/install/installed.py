"""What install did in a repository, kept below its git directory: which hooks were asked for, and where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact.git import cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FILE, SWITCHED_ON = "installed", "switched-on"


class Journal(NamedTuple):
    """The hooks (`commit-msg`) of the last install, and every folder in which a hook file was ever installed."""

    hooks: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


def read(common: Path) -> Journal:
    """The journal of the repository with the common git directory `common`; Journal() without one that can be read.

    In a copy of a repository it names the copy's folders and none of the original's, after a move the new ones.
    """
    try:
        kept = json.loads(_path(common).read_text(encoding="utf-8"))
        folders = map(Path, kept["folders"])
        return Journal(tuple(map(str, kept["hooks"])), tuple(_of_this(folders, Path(kept["common"]), common)))
    except (OSError, ValueError, KeyError, TypeError):
        return Journal()


def _of_this(folders: Iterable[Path], written_for: Path, common: Path) -> Iterator[Path]:
    """The folders as they are called now that the repository is not where it was when they were written down."""
    for folder in folders:
        if written_for == common or not (written_for.exists() or folder.is_relative_to(written_for.parent)):
            yield folder
        elif folder.is_relative_to(written_for.parent):
            yield common.parent / folder.relative_to(written_for.parent)


def write(common: Path, hooks: tuple[str, ...], folder: Path | None) -> None:
    """Record `hooks` as installed, in the place of those recorded before.

    `folder` is added to the folders of earlier installs; None is for hooks in git's configuration, and adds none.
    `common` is the common git directory. To be called before anything is changed, so that `clean` knows of all folders
    after a crash. Raises OSError.
    """
    folders = dict.fromkeys((*read(common).folders, *([folder] if folder else [])))
    path = _path(common)
    data = {"schema": 1, "common": str(common), "hooks": hooks, "folders": [str(name) for name in folders]}
    cache.write(str(path), json.dumps(data).encode())


def delete(common: Path) -> None:
    """Delete the record of what is installed, if there is one; `common` is the common git directory. Raises OSError."""
    _path(common).unlink(missing_ok=True)


def switched_on(common: Path) -> list[str]:
    """The hooks that pre-commit was told to switch on by `note_switched_on`; [] without any."""
    try:
        return (common / cache.DIRECTORY / SWITCHED_ON).read_text(encoding="utf-8").split()
    except OSError:
        return []


def note_switched_on(common: Path, hooks: Sequence[str]) -> None:
    """Record hooks that pre-commit did not run before, so that `clean` switches them off; [] forgets all."""
    path = common / cache.DIRECTORY / SWITCHED_ON
    if hooks:
        cache.write(str(path), " ".join(dict.fromkeys((*switched_on(common), *hooks))).encode())
    else:
        path.unlink(missing_ok=True)


def _path(common: Path) -> Path:
    return common / cache.DIRECTORY / FILE
