"""The hooks directory as it was before: each hook that a shim chains stands in it under its own name.

Many hooks go by what they are called (`basename "$0"`), or by what stands beside them (`. "$(dirname "$0")/lib.sh"`).
All here are links, and the shim does without where they are gone; what a hook writes beside itself goes to where the
hook is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitpact.git import cache
from gitpact.install import hook_script, replace_and_restore

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "gitpact-orig"  # beside `hooks`, so that `$(dirname "$0")/../..` is still the work tree
NAMES = (*hook_script.EVERY, hook_script.SERVER)
SAMPLE = ".sample"


def refresh(hooks: Path) -> None:
    """Make the links in `gitpact-orig`, beside the folder `hooks` of a git directory, by which hooks run as before.

    There is one under the hook's own name for each hook that a hook file of gitpact runs first, one for each other file
    in `hooks` but samples and backups, and no more. A file that a hook wrote there is moved to `hooks`. If gitpact runs
    no other hook, or `hooks` is itself a link or not in a git directory, the links are removed, and the folder once it
    is empty. Raises OSError.
    """
    folder = hooks.parent / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if not path.is_symlink() and not os.path.lexists(hooks / path.name):
            path.rename(hooks / path.name)
    wanted = _wanted(hooks)
    if folder.is_dir():
        for link in folder.iterdir():
            if link.is_symlink() and wanted.get(link.name) != os.fspath(link.readlink()):
                link.unlink()
    if wanted:
        cache.make_folder(str(folder))
        for name, target in wanted.items():
            if not os.path.lexists(folder / name):
                (folder / name).symlink_to(target)
    elif folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _wanted(hooks: Path) -> dict[str, str]:
    """What each link is called, and where it leads; nothing where no hook is chained, or where these are elsewhere."""
    if not hooks.is_dir() or hooks.is_symlink() or not (hooks.parent / "HEAD").is_file():
        return {}
    looked = {
        path.name: replace_and_restore.inspect(path).shim for path in map(hooks.joinpath, NAMES) if path.is_file()
    }
    found = {name: shim for name, shim in looked.items() if shim}
    chained = {name: shim.before for name, shim in found.items() if shim.before}
    if not chained:
        return {}
    ours = tuple(
        f"{name}{kept}"
        for name in NAMES
        for kept in (replace_and_restore.KEPT, replace_and_restore.EDITED, replace_and_restore.SCRATCH)
    )
    others = {
        path.name for path in hooks.iterdir() if not path.name.startswith(ours) and not path.name.endswith(SAMPLE)
    }
    named = {**{name: name for name in others if name not in found}, **chained}
    return {name: os.path.join("..", hooks.name, target) for name, target in named.items()}  # noqa: PTH118  of a link
