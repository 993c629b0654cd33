"""`--global`: every repository of this user, those that are and those to come.

Where git runs configured hooks, these are the user's own. Else the user's `core.hooksPath` names a folder of ours;
its hooks run first what would run without it: the hooks of the folder that was named before, and the repository's own.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import cache, directory_lock
from gitpact.git.gitpython import ask, at
from gitpact.install import config_file, config_hooks, hook_script, replace_and_restore
from gitpact.install.hooks_directory import OFF, hooks_path
from gitpact.install.replace_and_restore import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from gitpact.git.gitpython import Git

SCOPE = "global"
MADE = "made"  # a file that names the folders which install had to make
# Every hook that git looks for in its hooks directory: without one here, that of a repository would run no more.
EVERY = (
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg"),
    *("commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update"),
    *("proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc"),
    *("post-rewrite", "sendemail-validate", "post-index-change"),
)


def folder() -> Path:
    """The folder that `install` makes for hooks of every repository; it may not exist.

    That is `gitpact/hooks` below XDG_DATA_HOME, or below ~/.local/share where that is not set.
    """
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "gitpact" / "hooks"


def install(hooks: Sequence[str], form: str, *, dry_run: bool = False) -> list[Step]:
    """Install hooks for every repository of this user; `form` is "config" or "files".

    With config, `hooks` (`commit-msg`) are put into the user's configuration of git. With files, `core.hooksPath` names
    a folder of gitpact's, which has all its hooks whatever `hooks` holds. Returns a step for each hook, or one for the
    folder, also "unchanged", then one for each thing of the other form that is removed. With `dry_run` nothing is
    changed. Raises GitpactError where `core.hooksPath` switches hooks off, is set in the repository here, or twice;
    where another program has a hook of such a name; and where a file cannot be written.
    """
    with _locked(dry_run=dry_run):
        return _install(hooks, form, dry_run=dry_run)


def _install(hooks: Sequence[str], form: str, *, dry_run: bool) -> list[Step]:
    git, config = at(), configuration()
    if form == "config":
        steps = [config_hooks.plan_install(git, SCOPE, hook, config) for hook in hooks]
        unneeded = [
            config_hooks.plan_clean(git, SCOPE, hook, config) for hook in hook_script.HOOKS if hook not in hooks
        ]
        old = [*unneeded, *_plan_clean_folder(git)]
    else:
        steps = _plan_folder(git)
        old = [config_hooks.plan_clean(git, SCOPE, hook, config) for hook in hook_script.HOOKS]
    steps += [step for step in old if step.action == "remove"]
    if not dry_run:
        _carry_out(git, steps)
    return steps


def clean(*, dry_run: bool = False) -> list[Step]:
    """Undo `install`: remove its hooks for every repository and restore the user's `core.hooksPath`.

    What these hooks left in the repositories that they ran in is deleted too. Returns a step for each hook, also for
    one that is not there ("unchanged"), and one for the folder if it is there; with `dry_run` nothing is changed.
    Raises GitpactError where git's configuration or a file cannot be written.
    """
    with _locked(dry_run=dry_run):
        return _clean(dry_run=dry_run)


def _clean(*, dry_run: bool) -> list[Step]:
    git, config = at(), configuration()
    steps = [
        *(config_hooks.plan_clean(git, SCOPE, hook, config) for hook in hook_script.HOOKS),
        *_plan_clean_folder(git),
    ]
    if not dry_run:
        for git_dir in _repositories():
            replace_and_restore.remove_leftovers(Path(git_dir))
        _carry_out(git, steps)
        for left in (folder().parent / name for name in (cache.REPOSITORIES, MADE)):
            left.unlink(missing_ok=True)
        _remove_empty(folder().parent)
    return steps


def _locked(*, dry_run: bool) -> AbstractContextManager[None]:
    """One gitpact at a time changes the user's configuration, and with it the folder that this names."""
    if dry_run:
        return contextlib.nullcontext()
    place = configuration().resolve().parent
    place.mkdir(parents=True, exist_ok=True)
    return directory_lock.hold(place)


def _repositories() -> list[str]:
    """The git directories in which hooks for every repository have kept something (`cli.hooks.register_repository`)."""
    try:
        text = (folder().parent / cache.REPOSITORIES).read_bytes()
    except OSError:
        return []
    return [os.fsdecode(line) for line in text.split(b"\0") if line]


def _remove_empty(made: Path) -> None:
    if made.is_dir() and not any(made.iterdir()):
        made.rmdir()


def _plan_folder(git: Git) -> list[Step]:
    configured = hooks_path(git)
    ours = _named(git)
    before = _before(git) if ours else configured.value if configured else ""
    if configured and configured.value in OFF:
        raise GitpactError(
            "core.hooksPath = {value!r}: this value switches all hooks off",
            "to switch hooks on again: {unset}",
            value=configured.value,
            unset=configured.unset,
        )
    if configured and configured.scope not in {"global", "system"}:
        hint = "run the command in your home folder, outside the repository: cd && gitpact install --global"
        raise GitpactError(
            "core.hooksPath = {value!r} ({scope}) overrides the user's own core.hooksPath",
            hint,
            value=configured.value,
            scope=configured.scope,
        )
    alone = len(_values(git)) < 2  # noqa: PLR2004  one value can be put back
    if not ours and not alone:
        raise GitpactError(
            "core.hooksPath is set more than once in your configuration",
            "remove one of the values: git config --global --edit",
        )
    mine = _values(git)[0] if not ours and _values(git) else _restored(git) if ours else ""
    data = hook_script.render(hook_script.EVERYWHERE, os.path.expanduser(before), mine)  # noqa: PTH111  text, as git has it
    path = in_use(git) / hook_script.EVERYWHERE
    whole = all(os.access(path.with_name(name), os.X_OK) for name in EVERY)
    same = ours and whole and path.read_bytes() == data
    return [Step(path, "unchanged" if same else "update" if path.is_file() else "install", before, data=data)]


def _plan_clean_folder(git: Git) -> list[Step]:
    path = in_use(git) / hook_script.EVERYWHERE
    return [Step(path, "remove", _restored(git))] if path.is_file() or _named(git) or _left() else []


def _left() -> bool:
    """Whether a killed process left something of ours, without the shim that all hangs on."""
    ours = {hook_script.EVERYWHERE + replace_and_restore.SCRATCH, *EVERY}
    names = {made: {path.name for path in made.iterdir()} for made in (folder(), folder().parent) if made.is_dir()}
    return any(found <= (ours if made == folder() else set()) for made, found in names.items())


def _carry_out(git: Git, steps: Sequence[Step]) -> None:
    config_file.sweep(configuration())
    for step in steps:
        with replace_and_restore.os_errors(step.path):
            if step.configured:
                config_hooks.apply(git, SCOPE, step)
            elif step.action in {"install", "update"}:
                _put(git, step)
            elif step.action == "remove":
                _take(git, step)


def _put(git: Git, step: Step) -> None:
    missing = [str(path) for path in (step.path.parent, *step.path.parent.parents) if not path.exists()]
    step.path.parent.mkdir(parents=True, exist_ok=True)
    if missing[1:]:
        (step.path.parent.parent / MADE).write_text("\0".join(missing), "utf-8", "surrogateescape")
    replace_and_restore.write_shim(step.path, step.data, 0o755)
    for name in EVERY:
        link = step.path.with_name(name)
        if not link.is_symlink():
            link.symlink_to(hook_script.EVERYWHERE)
    config_file.note_end(configuration())
    try:
        ask(git, "config", f"--{SCOPE}", "core.hooksPath", str(step.path.parent))
    except GitpactError:
        if step.action == "install":
            _take(git, step)
        raise


def _take(git: Git, step: Step) -> None:
    """The configuration first: a path that is gone would be no hooks at all."""
    if _named(git):
        words = ["core.hooksPath", step.before] if step.before else ["--unset-all", "core.hooksPath"]
        line = rf"\thooksPath = {re.escape(str(step.path.parent))}\n"
        if step.before or not config_file.cut(configuration(), r"\[core\]\n", line):
            ask(git, "config", f"--{SCOPE}", *words)
    config_file.restore_end(configuration())
    for name in EVERY:
        link = step.path.with_name(name)
        if link.is_symlink() and os.fspath(link.readlink()) == hook_script.EVERYWHERE:
            link.unlink()
    step.path.unlink(missing_ok=True)
    step.path.with_name(step.path.name + replace_and_restore.SCRATCH).unlink(missing_ok=True)
    note = step.path.parent.parent / MADE
    made = note.read_text("utf-8", "surrogateescape").split("\0") if note.is_file() else []
    _remove_empty(step.path.parent)
    for name in (MADE, cache.REPOSITORIES) if folder() == step.path.parent else ():
        (folder().parent / name).unlink(missing_ok=True)
    for path in (folder().parent, *map(Path, made)):
        _remove_empty(path)


def in_use(git: Git) -> Path:
    """The folder that the user's `core.hooksPath` names, if it is gitpact's; else `folder()`, which may not exist."""
    values = _values(git)
    named = Path(values[-1]) if values else folder()
    return named if (named / hook_script.EVERYWHERE).is_file() else folder()


def _values(git: Git) -> list[str]:
    """Every `core.hooksPath` of the user's own file; what it includes is somebody else's to set."""
    try:
        return ask(git, "config", f"--{SCOPE}", "--no-includes", "-z", "--get-all", "core.hooksPath").split("\0")[:-1]
    except GitpactError:
        return []


def _named(git: Git) -> bool:
    """Whether the user's configuration names our folder."""
    values = _values(git)
    return bool(values) and (values[-1] == str(folder()) or (Path(values[-1]) / hook_script.EVERYWHERE).is_file())


def _before(git: Git) -> str:
    """The folder that was named before ours."""
    shim = _shim(git)
    return shim.before if shim else ""


def _restored(git: Git) -> str:
    """What the user's own file said before, as it was written there; empty where it said nothing."""
    shim = _shim(git)
    return shim.restore if shim else ""


def _shim(git: Git) -> hook_script.Shim | None:
    try:
        return hook_script.parse((in_use(git) / hook_script.EVERYWHERE).read_bytes(), folders=True)
    except OSError:
        return None


def configuration(scope: str = SCOPE) -> Path:
    """The path of git's configuration file for the user ("global") or the machine (any other scope); it may not exist.

    It is the file that `git config` would write: GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM and XDG_CONFIG_HOME are read.
    """
    if scope != SCOPE:
        return Path(os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig")
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    plain = Path("~/.gitconfig").expanduser()
    other = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "git" / "config"
    return Path(named) if named else other if other.is_file() and not plain.is_file() else plain
