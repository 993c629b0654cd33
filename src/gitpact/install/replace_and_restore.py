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

from gitpact.errors import GitpactError, Phrase
from gitpact.git import cache
from gitpact.install import hook_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = ".gitpact-orig"
EDITED = ".gitpact-edited"
SCRATCH = ".gitpact-new"
LEGACY = ".legacy"  # where pre-commit and prek keep, and run, the hook that was there before theirs
OLD = ".old"  # where lefthook keeps it, and does not run it


class State(NamedTuple):
    """What is at a hook's path: `kind` is absent, ours, edited (ours, but changed) or foreign.

    `shim` are its settings if it is ours or edited, else None; `runs` says that the file is executable.
    """

    kind: str
    shim: hook_script.Shim | None = None
    runs: bool = False


class Step(NamedTuple):
    """What to do to the hook at `path`, by `apply`.

    `action` is install, update, unchanged, restore, remove, leave-edited or leave-foreign. `data` are the bytes of the
    new hook file. `keep` is the name that the present file gets, `before` that of the hook which the new file runs
    first, and `runs` says whether that one is executable; `strays` are backups that nothing uses. All are names beside
    `path`. `configured` is the hook (`commit-msg`) where `path` is a file of git's configuration; else "".
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
    """What is at `path`, without following a link; State("absent") where nothing is.

    A link and an unreadable file are foreign. Raises GitpactError for a directory, fifo or device, OSError where `path`
    cannot be looked at.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return State("absent")
    if stat.S_ISLNK(mode):
        return State("foreign", runs=os.access(path, os.X_OK))
    if not stat.S_ISREG(mode):
        raise GitpactError(
            "{path}: not a regular file, but a directory or device",
            ("move the directory or device away, then run the command again"),
            path=path,
        )
    try:
        shim = hook_script.parse(path.read_bytes())
    except PermissionError:
        shim = None
    runs = os.access(path, os.X_OK)
    if shim is None:
        return State("foreign", runs=runs)
    return State("ours" if shim.whole else "edited", shim, runs)


def shim_path(path: Path) -> Path:
    """The path where gitpact's file for the hook `path` is or would be: `path`, or `path` with `.legacy` at its end.

    The latter if another manager of hooks has moved gitpact's file there and put its own at `path`. Raises as
    `inspect`.
    """
    moved = path.with_name(path.name + LEGACY)
    return moved if inspect(path).kind == "foreign" and moved.is_file() and inspect(moved).shim else path


def hook_of(path: Path) -> str:
    """The hook of git that a file at this path is for: `commit-msg` for `commit-msg.legacy` too.

    It is pre-receive for a file `gitpact`, as servers have it in a folder of hooks.
    """
    return hook_script.SERVER if path.name == hook_script.PART else path.name.removesuffix(LEGACY).removesuffix(OLD)


def backup_names(path: Path) -> list[str]:
    """The names of the files beside the hook `path` that are gitpact's backups of it, sorted by name; [] for none."""
    folder = path.parent
    if not folder.is_dir():
        return []
    return sorted(
        entry.name for entry in folder.iterdir() if entry.name.startswith((path.name + KEPT, path.name + EDITED))
    )


def plan_install(path: Path, *, force: bool = False, only: str = "", command: str = "gitpact install") -> Step:
    """The step (install, update or unchanged) that puts gitpact's hook file at `path`; nothing is changed yet.

    `only` is as for `hook_script.render`; `command` is the command that the person typed, for hints. A file that is
    there is kept under another name and runs first. Raises GitpactError for a hook file of gitpact that was edited,
    unless `force`, which keeps a copy; where the hook that it ran first is gone, unless `force`; and for a directory or
    device.
    """
    state = inspect(path)
    kept = backup_names(path)
    if state.kind == "edited" and not force:
        quoted = shlex.quote(str(path))
        hint = Phrase(
            "look at the edited hook: cat {path}; to replace the edited hook with a new hook: {command} --force",
            path=quoted,
            command=command,
        )
        raise GitpactError(
            "{path}: this hook of gitpact was edited by hand",
            "{what} (a copy of the old file is kept)",
            path=path,
            what=hint,
        )
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
    """The step that removes gitpact's hook file at `path`, or restores the hook it runs first; nothing is changed yet.

    The action is remove or restore, unchanged where there is no file, and leave-edited or leave-foreign where the file
    stays: only one that nobody has edited is removed. Raises GitpactError for a directory or device, OSError where
    `path` cannot be looked at.
    """
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
    """Carry out a step of `plan_install` or `plan_clean`, whole or not at all; the folder of its path has to exist.

    `mode` is the permission bits of an installed file, which other actions do not need. Raises GitpactError where a
    file cannot be written, removed or executed.
    """
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
    """Context manager: turn an OSError of the block into a GitpactError that names the error's file, else `path`."""
    try:
        yield
    except OSError as error:
        raise GitpactError(
            "{filename}: {reason}",
            "gitpact did not change the file",
            filename=error.filename or path,
            reason=error.strerror,
        ) from error


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
    hint = "put the file back; or continue without your own hook: gitpact clean && gitpact install"
    raise GitpactError(
        "{before}: gitpact saved your own hook here, but the file is missing", hint, before=path.with_name(before)
    )


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
    """Write a hook file to `path`, whole or not at all, in place of what is there; `mode` is its permission bits.

    The folder has to exist. Raises OSError, also where files cannot be executed there.
    """
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
    """Delete gitpact's caches in a git directory, and their folder if it is empty then.

    Other files there stay, and with a refused message what is needed to commit it. Raises OSError where one cannot be
    deleted.
    """
    folder = git_dir / cache.DIRECTORY
    kept = cache.MESSAGES if (folder / cache.REFUSED).exists() else ()
    for name in cache.LEFT:
        if name not in kept:
            (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
