"""The plain file form: plan what is to happen to one hook, then do it so that a crash at any point leaves it whole.

An existing hook gets a second name (a hard link) before the shim takes its first one over in one rename; taking the
shim out renames it back. At no time is there no hook where there was one, and no byte of it is ever copied back.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError
from gitpact.git import cache
from gitpact.install import hook_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = ".gitpact-orig"
EDITED = ".gitpact-edited"
SCRATCH = ".gitpact-new"
LEGACY = ".legacy"  # where pre-commit and prek keep, and run, the hook that was there before theirs


class State(NamedTuple):
    """What stands at a hook's path: `kind` is absent, ours, edited or foreign; `runs` tells that git would run it."""

    kind: str
    shim: hook_script.Shim | None = None
    runs: bool = False


class Step(NamedTuple):
    """What to do to the hook at `path`.

    `action` is install, update, unchanged, restore, remove, leave-edited or leave-foreign; `keep` is the name that the
    present file gets, `before` the name of the hook that the shim chains and `runs` whether git would run that one,
    `strays` names that nothing refers to; `configured` is the hook where `path` is a file of git's configuration.
    """

    path: Path
    action: str
    before: str = ""
    keep: str = ""
    data: bytes = b""
    strays: tuple[str, ...] = ()
    runs: bool = False
    configured: str = ""

    @property
    def hook(self) -> str:
        """The name of the hook."""
        return self.configured or hook_of(self.path)


def inspect(path: Path) -> State:
    """The state of what is at `path`, without following a link. Raises GitpactError for a directory, fifo or device."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return State("absent")
    if stat.S_ISLNK(mode):
        return State("foreign", runs=os.access(path, os.X_OK))
    if not stat.S_ISREG(mode):
        raise GitpactError(f"{path}: not a file but a directory or device", "move it away, then run this again")
    try:
        shim = hook_script.parse(path.read_bytes())
    except PermissionError:
        shim = None
    runs = os.access(path, os.X_OK)
    if shim is None:
        return State("foreign", runs=runs)
    return State("ours" if shim.whole else "edited", shim, runs)


def shim_path(path: Path) -> Path:
    """The path of our shim of a hook: `path`, or where another hook manager moved it."""
    moved = path.with_name(path.name + LEGACY)
    return moved if inspect(path).kind == "foreign" and moved.is_file() and inspect(moved).shim else path


def hook_of(path: Path) -> str:
    """The hook that a shim at this path is for."""
    return hook_script.SERVER if path.name == hook_script.PART else path.name.removesuffix(LEGACY)


def backup_names(path: Path) -> list[str]:
    """File names beside a hook that are backups of what was there before, oldest first."""
    folder = path.parent
    if not folder.is_dir():
        return []
    return sorted(
        entry.name for entry in folder.iterdir() if entry.name.startswith((path.name + KEPT, path.name + EDITED))
    )


def plan_install(path: Path, *, force: bool = False, only: str = "", command: str = "gitpact install") -> Step:
    """The step that `install` would take at `path`; `command` is what the person typed, for hints.

    `only` is the server's subfolder that the shim is limited to, "" for none. Raises GitpactError for a shim that was
    edited, unless `force` keeps it under another name, and for one whose chained hook is gone, unless `force`.
    """
    state = inspect(path)
    kept = backup_names(path)
    if state.kind == "edited" and not force:
        hint = f"see what was changed: cat {shlex.quote(str(path))}; put a new one there: {command} --force"
        raise GitpactError(f"{path}: this shim of gitpact was edited by hand", f"{hint} (keeps a copy)")
    if state.kind == "absent":
        # Somebody removed the shim and left the hook it chained, or moved it away: it is chained again.
        before = path.name + KEPT if path.name + KEPT in kept else ""
        return _plan(path, "install", kept, before, only=only)
    if not state.shim:
        keep = _twin(path, kept) or _free(path, KEPT)
        return _plan(path, "install", kept, keep, keep, only=only)
    before = _chained(path, state.shim.before, force=force)
    keep = (_twin(path, kept) or _free(path, EDITED)) if state.kind == "edited" else ""
    step = _plan(path, "update", kept, before, keep, only=only)
    same = not keep and state.runs and path.read_bytes() == step.data
    return step._replace(action="unchanged") if same else step


def plan_clean(path: Path) -> Step:
    """What `clean` does here; only a whole shim of ours is ever removed."""
    state = inspect(path)
    kept = backup_names(path)
    if state.kind == "ours" and state.shim:
        before = state.shim.before
        strays = _strays(kept, before)
        if before and os.path.lexists(path.with_name(before)):
            return Step(path, "restore", before, strays=strays)
        return Step(path, "remove", strays=strays)
    if state.kind == "absent":
        return Step(path, "unchanged", strays=tuple(kept))
    twin = _twin(path, kept)
    before = state.shim.before if state.shim and state.shim.before in kept else ""
    return Step(path, f"leave-{state.kind}", before, twin, strays=_strays(kept, twin))


def apply(step: Step, mode: int) -> None:
    """Carry out a step, whole or not at all; `mode` is the shim's permission bits. Raises GitpactError."""
    with os_errors(step.path):
        _sweep(step.path)
        if step.action in {"install", "update"}:
            _put(step, mode)
        elif step.action == "restore":
            step.path.with_name(step.before).replace(step.path)
        elif step.action == "remove":
            step.path.unlink()
        elif step.keep:
            step.path.with_name(step.keep).unlink()


@contextmanager
def os_errors(path: Path) -> Iterator[None]:
    """Context manager: raise an OSError as GitpactError that names its file, or `path`."""
    try:
        yield
    except OSError as error:
        raise GitpactError(f"{error.filename or path}: {error.strerror}", "nothing was changed there") from error


def _sweep(path: Path) -> None:
    """Remove what a killed install left half written."""
    path.with_name(path.name + SCRATCH).unlink(missing_ok=True)


def _plan(  # noqa: PLR0913  what becomes of which name
    path: Path, action: str, backups: list[str], before: str, keep: str = "", *, only: str = ""
) -> Step:
    runs = bool(before) and os.access(path if before == keep else path.with_name(before), os.X_OK)
    data = hook_script.render(hook_of(path), before, only=only)
    return Step(path, action, before, keep, data, _strays(backups, before, keep), runs)


def _chained(path: Path, before: str, *, force: bool) -> str:
    if not before or os.path.lexists(path.with_name(before)):
        return before
    if force:
        return ""
    hint = "put it back, or forget it: gitpact clean && gitpact install"
    raise GitpactError(f"{path.with_name(before)}: the hook that was here before gitpact's is gone", hint)


def _put(step: Step, mode: int) -> None:
    scratch = step.path.with_name(step.path.name + SCRATCH)
    made = [scratch]
    try:
        if step.keep and not os.path.lexists(step.path.with_name(step.keep)):
            _second_name(step.path, step.path.with_name(step.keep), scratch)
            made.append(step.path.with_name(step.keep))
        _write(scratch, step.data, mode)
        scratch.replace(step.path)
    except OSError:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def write_shim(path: Path, data: bytes, mode: int) -> None:
    """Write a shim to `path`, whole or not at all; `mode` is its permission bits. Raises OSError."""
    scratch = path.with_name(path.name + SCRATCH)
    scratch.unlink(missing_ok=True)
    _write(scratch, data, mode)
    scratch.replace(path)


def _second_name(path: Path, backups: Path, scratch: Path) -> None:
    try:
        os.link(path, backups, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: a faithful copy, with times and mode, or the same link.
        shutil.copy2(path, scratch, follow_symlinks=False)
        scratch.rename(backups)


def _write(scratch: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    if not os.access(scratch, os.X_OK):
        raise OSError(0, "a file here cannot be executed (mounted noexec?)", str(scratch))


def _free(path: Path, suffix: str) -> str:
    name = path.name + suffix
    number = 1
    while os.path.lexists(path.with_name(name)):
        name = f"{path.name}{suffix}.{number}"
        number += 1
    return name


def _strays(backups: list[str], *used: str) -> tuple[str, ...]:
    return tuple(name for name in backups if name not in used)


def _twin(path: Path, backups: list[str]) -> str:
    """The second name of the very same file, left behind by an install that was killed half way."""
    there = path.lstat()
    return next((name for name in backups if os.path.samestat(there, path.with_name(name).lstat())), "")


def remove_leftovers(git_dir: Path) -> None:
    """Remove what hooks and commands left in a git directory; other files there stay."""
    folder = git_dir / cache.DIRECTORY
    for name in cache.LEFT:
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
