"""Install, clean and status: one function per thing a user can ask for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact import snapshot
from gitpact.installing import files, lock, shims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.installing.files import State, Step
    from gitpact.installing.places import Place


class Live(NamedTuple):
    """One hook as git would run it now.

    `state` is live, fallback (live by what is on PATH), absent, foreign, edited, dead, not-executable, or asleep
    where git does not look.
    """

    hook: str
    path: Path
    state: str
    before: str
    strays: tuple[str, ...]
    remedy: str


def install(place: Place, hooks: Sequence[str], *, force: bool = False, dry_run: bool = False) -> list[Step]:
    """Put each hook in. Everything is planned before anything is done, so a refusal changes nothing."""
    with files.told(place.hooks), lock.held(place.common):
        steps = [files.plan_install(place.hooks / hook, force=force) for hook in hooks]
        if not dry_run:
            mode = _make_folder(place)
            for step in steps:
                files.do(step, mode)
        return steps


def clean(place: Place, *, dry_run: bool = False) -> list[Step]:
    """Take every hook out that install put in, and what gitpact keeps below the git directory."""
    with files.told(place.hooks), lock.held(place.common):
        paths = [*(place.hooks / hook for hook in shims.HOOKS), *asleep(place)]
        steps = [files.plan_clean(path) for path in paths]
        if not dry_run:
            for step in steps:
                files.do(step, 0)
            _forget(place)
        return steps


def status(place: Place, hooks: Sequence[str] = shims.HOOKS) -> list[Live]:
    """What git would run now, hook by hook."""
    with files.told(place.hooks):
        found = [live(place.hooks / hook) for hook in hooks]
        if place.off:
            found = [hook._replace(state="asleep") if hook.state != "absent" else hook for hook in found]
        return [*found, *(live(path)._replace(state="asleep", remedy="gitpact clean") for path in asleep(place))]


def asleep(place: Place) -> list[Path]:
    """Shims that were put where git looked before `core.hooksPath` was set, and where it looks no more."""
    if not place.plain.is_dir() or (place.hooks.is_dir() and place.plain.samefile(place.hooks)):
        return []
    paths = [place.plain / hook for hook in shims.HOOKS]
    return [path for path in paths if path.is_file() and files.look(path).shim]


def live(path: Path) -> Live:
    """The hook at a path as git would run it."""
    found = files.look(path)
    before = found.shim.before if found.shim else ""
    strays = tuple(name for name in files.kept_names(path) if name != before)
    state, remedy = _verdict(path, found)
    return Live(path.name, path, state, before, strays, remedy)


def _verdict(path: Path, found: State) -> tuple[str, str]:
    """The state of a hook and the command that mends it."""
    if not found.shim:
        return found.kind, "gitpact install"
    if found.kind == "edited":
        return "edited", "gitpact install --force"
    if not found.runs:
        return "not-executable", "gitpact install"
    if found.shim.before and not os.path.lexists(path.with_name(found.shim.before)):
        return "dead", "gitpact clean && gitpact install"
    runs = os.access(found.shim.python, os.X_OK) and (Path(found.shim.lib) / "gitpact" / "hook.py").is_file()
    if runs:
        return "live", ""
    return "fallback" if shutil.which("gitpact-hook") else "dead", "gitpact install"


def _make_folder(place: Place) -> int:
    """Create the hooks directory where there is none; returns the mode for a shim in it (core.sharedRepository)."""
    shared = place.common.stat().st_mode & 0o2070
    group = 0o020 if shared & 0o020 else 0
    if not place.hooks.is_dir():
        place.hooks.mkdir(parents=True)
        place.hooks.chmod(0o755 | group | (shared & 0o2000))
    return 0o755 | group


def _forget(place: Place) -> None:
    """Remove snapshot and suggestion, here and below every linked work tree; whatever else is there stays."""
    for git_dir in (place.common, *place.common.glob("worktrees/*")):
        folder = git_dir / snapshot.DIRECTORY
        for name in (snapshot.FILE, snapshot.SUGGESTED, snapshot.REFUSED):
            (folder / name).unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
