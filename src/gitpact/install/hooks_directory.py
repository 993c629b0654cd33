"""Where git looks for hooks in this repository, and why that place cannot be used, where it cannot."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError, Phrase
from gitpact.git.gitpython import ask, at
from gitpact.install import hook_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.git.gitpython import Git

LEAST_GIT = (2, 31)
OFF = ("", os.devnull)  # values of core.hooksPath that name no directory


class Place(NamedTuple):
    """The directories of a repository, absolute: hooks, common git directory, git directory and top of the work tree.

    `top` is None outside a work tree. `off` says that `core.hooksPath` switches hooks off, `everywhere` that it is the
    folder of `install --global`, whose hooks run those in `hooks`. `warnings` are sentences for the person, and
    `about_files` more of them, for where the hooks are files.
    """

    hooks: Path
    common: Path
    git_dir: Path
    top: Path | None
    off: bool = False
    everywhere: bool = False
    warnings: tuple[str, ...] = ()
    about_files: tuple[str, ...] = ()

    @property
    def plain(self) -> Path:
        """Where git looks for hooks as long as `core.hooksPath` says nothing else."""
        return self.common / "hooks"


class NoFilesError(GitpactError):
    """No file of gitpact's belongs where git looks for hooks."""


class OthersFolderError(NoFilesError):
    """Git looks for hooks in a folder of another manager, of other repositories too, or of tracked files."""


class HooksPath(NamedTuple):
    """One value of `core.hooksPath`, as written, its scope (system, global, local, worktree, command) and origin.

    The origin is as `git config --show-origin` prints it, such as `file:.git/config`.
    """

    scope: str
    origin: str
    value: str

    @property
    def relative(self) -> bool:
        """Whether it means another directory in each work tree."""
        return not self.value.startswith(("/", "~", "%"))

    @property
    def unset(self) -> str:
        """The shell command that unsets it."""
        option = f"--{self.scope} " if self.scope in {"worktree", "global", "system"} else ""
        return f"git config {option}--unset-all core.hooksPath"


def find(*, checked: bool = True) -> Place:
    """The place for hooks of the repository at the current folder, or at GIT_DIR, as git finds it; changes nothing.

    Raises GitpactError outside of a repository, in a bare one, for a git that is too old, and for a relative
    `core.hooksPath` outside of the work tree; if `checked`, also NoFilesError where it would be wrong to put files
    there (how-hooks-are-installed 1 to 8, 23 to 25). To remove a hook, `checked` is False.
    """
    git = at()
    common = Path(ask(git, "rev-parse", "--path-format=absolute", "--git-common-dir"))
    _check_version(git)
    if ask(git, "rev-parse", "--is-bare-repository") == "true":
        raise GitpactError(
            "{common}: this is a bare repository, so you cannot make commits in it",
            "this command needs a work tree: run it in a clone of the repository",
            common=common,
        )
    git_dir = Path(ask(git, "rev-parse", "--absolute-git-dir"))
    inside = ask(git, "rev-parse", "--is-inside-work-tree") == "true"
    top = Path(ask(git, "rev-parse", "--path-format=absolute", "--show-toplevel")) if inside else None
    configured = hooks_path(git)
    ours = configured is not None and _is_ours(configured)
    if ours:
        configured = None  # our hooks for every repository run those of this one
    if configured and checked:
        _check_configured(configured, common)
    off = configured is not None and configured.value in OFF
    if configured and configured.relative and not off and not top:
        said = Phrase(
            "core.hooksPath = {value!r} is relative to a work tree, but there is no work tree here",
            value=configured.value,
        )
        raise GitpactError(said, "run this command inside the work tree of the repository")
    hooks = (
        common / "hooks"
        if off or ours
        else Path(ask(git, "rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    )
    place = Place(hooks, common, git_dir, top, off=off, everywhere=ours)
    if checked:
        _check_husky(hooks, top)
        _check_tracked(git, place, configured)
    about_files = () if configured is None or off or is_husky(hooks) else tuple(_of_hooks_path(git, place, configured))
    return place._replace(warnings=tuple(_warnings(place)), about_files=about_files)


def hooks_path(git: Git) -> HooksPath | None:
    """The `core.hooksPath` that counts, the last one in git's order; None where it is not set, or git fails."""
    try:
        text = ask(git, "config", "--show-scope", "--show-origin", "-z", "--get-all", "core.hooksPath")
    except GitpactError:
        return None
    scope, origin, value = text.removesuffix("\0").split("\0")[-3:]
    return HooksPath(scope, origin, value)


def _is_ours(configured: HooksPath) -> bool:
    """Whether `gitpact install --global` set it."""
    path = Path(configured.value) / hook_script.EVERYWHERE
    return path.is_file() and hook_script.parse(path.read_bytes(), folders=True) is not None


def _check_version(git: Git) -> None:
    found = git.version_info[:2]
    if found < LEAST_GIT:
        raise GitpactError("git {found} is too old", "gitpact needs git 2.31 or later", found=".".join(map(str, found)))


def _check_configured(configured: HooksPath, common: Path) -> None:
    scope, origin, value = configured
    said = Phrase("core.hooksPath = {value!r} ({scope}, {origin})", value=value, scope=scope, origin=origin)
    if not value:
        raise NoFilesError(
            "{said}: the path is empty, so git looks for hooks in the work tree or in the root folder",
            "to unset this setting: {unset}",
            said=said,
            unset=configured.unset,
        )
    if value == os.devnull:
        raise NoFilesError(
            "{said}: this value switches all hooks off",
            "to switch hooks on again: {unset}",
            said=said,
            unset=configured.unset,
        )
    if scope == "command":
        raise NoFilesError(
            "{said}: this value is only set for this one command",
            "set core.hooksPath in a configuration file, not with `git -c` or GIT_CONFIG_COUNT",
            said=said,
        )
    if scope in {"global", "system"}:
        own = f"git config core.hooksPath {shlex.quote(f'{common}/hooks')}"
        hint = Phrase(
            "give this repository its own hooks folder: {own}; or unset core.hooksPath: {unset}",
            own=own,
            unset=configured.unset,
        )
        raise OthersFolderError("{said}: other repositories also use this hooks directory", hint, said=said)


def _check_husky(hooks: Path, top: Path | None) -> None:
    """Husky's hooks do nothing under another name, and each `npm install` writes them again, over a shim."""
    if is_husky(hooks):
        path = shlex.quote(f"{hooks.parent}/commit-msg")
        hint = Phrase('add this line to {path}: gitpact-hook commit-msg "$1"', path=path)
        at_top = top and hooks.parent.resolve() == (top / ".husky").resolve()
        raise OthersFolderError(
            "{hooks}: this folder belongs to husky, so gitpact does not write into it",
            "run: gitpact install --via husky" if at_top else hint,
            hooks=hooks,
        )


def is_husky(hooks: Path) -> bool:
    """Whether a folder is the one that husky writes its own hooks into."""
    return hooks.name == "_" and (hooks.parent.name == ".husky" or (hooks / "h").is_file())


def _check_tracked(git: Git, place: Place, configured: HooksPath | None) -> None:
    """Refuse a directory of files that are tracked, by this repository or by another that a link leads into."""
    real = place.hooks.resolve()
    owner = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)
    if owner:
        where = ["-C", str(owner), "--git-dir=.git", "--work-tree=."]
    elif place.top and real.is_relative_to(place.top):
        where = ["-C", str(place.top)]
    else:
        return
    if ask(git, *where, "ls-files", "-z", "--", str(real)):
        own = configured.unset if configured else f"rm {shlex.quote(f'{place.common}/hooks')}"
        hint = Phrase(
            "give this repository its own hooks folder: {own}; "
            'or call gitpact in your own hooks: gitpact-hook NAME "$@"',
            own=own,
        )
        raise OthersFolderError(
            "{real}: git tracks the hooks in this folder, so gitpact does not change them", hint, real=real
        )


def _warnings(place: Place) -> Iterator[str]:
    linked = place.top if place.git_dir != place.common else None
    inside = [
        path for path in (sys.prefix, hook_script.library()) if linked and Path(path).resolve().is_relative_to(linked)
    ]
    if inside:
        yield Phrase(
            ("do not delete the folder {path} in this work tree, because the hooks of all work trees now use it"),
            path=inside[0],
        )


def _of_hooks_path(git: Git, place: Place, configured: HooksPath) -> Iterator[str]:
    """What is to be known about hooks in a folder that `core.hooksPath` names."""
    if configured.relative:
        others = [path for path in _work_trees(git) if Path(path) != place.top]
        said = (
            "core.hooksPath = {value!r} is relative, so the hooks run in this work tree only, not in {others}; do not "
            "commit the hooks, because they contain paths that exist only on this machine"
            if others
            else (
                "core.hooksPath = {value!r} is relative, so the hooks run in this work tree only; do not commit the "
                "hooks, because they contain paths that exist only on this machine"
            )
        )
        yield Phrase(said, value=configured.value, others=", ".join(others))
    elif is_shared(place):
        line = "the folder {hooks} is outside this repository; all repositories that use this folder run the same hooks"
        yield Phrase(line, hooks=place.hooks)
    elif not _within(place.hooks, place._replace(top=None)):
        yield Phrase(
            "do not commit the hooks in {hooks}, because they contain paths that exist only on this machine",
            hooks=place.hooks,
        )


def is_shared(place: Place) -> bool:
    """Whether git looks for the hooks of a repository in a folder outside of it, which others may use too."""
    return not _within(place.hooks, place)


def _within(path: Path, place: Place) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in (place.common, place.top) if folder)


def _work_trees(git: Git) -> list[str]:
    separator = ["-z"] if git.version_info[:2] >= (2, 36) else []
    listed = ask(git, "worktree", "list", "--porcelain", *separator).replace("\0", "\n")
    records = [record.strip("\n").split("\n") for record in listed.split("\n\n")]
    return [lines[0].removeprefix("worktree ") for lines in records if lines[0] and "bare" not in lines]
