"""Install, clean and status: one function per thing a user can ask for."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError
from gitpact.git import directory_lock
from gitpact.git.gitpython import ask, at
from gitpact.install import (
    config_file,
    config_hooks,
    config_switches,
    global_hooks,
    hook_managers,
    hook_script,
    hooks_directory,
    installed,
    manager_lines,
    original_names,
    pre_commit_tool,
    replace_and_restore,
)
from gitpact.policy import files as policy_files
from gitpact.policy import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.git.gitpython import Git
    from gitpact.install.hooks_directory import Place
    from gitpact.install.replace_and_restore import State, Step

LOCAL, GLOBAL = "local", "global"


class Live(NamedTuple):
    """One hook as git would run it now.

    `state` is live, fallback (runs by the `gitpact-hook` on PATH), absent, unasked (absent, and not to be installed),
    foreign, edited, dead (cannot run), not-executable, asleep (git does not look there), disabled (by configuration),
    old-git (this git runs no configured hooks), not-fetched (pre-commit does not have gitpact), unfindable (no
    `gitpact-hook` on PATH), silent (no policy here); of lines in the files of husky and lefthook also not-set-up (the
    manager runs no hooks in this clone), unreached and skipped (`manager_lines.state`). `path` is the hook's file, or
    the configuration file. `before` is the hook that it runs first, `strays` are unused backups: names beside `path`.
    `remedy` is the shell command that repairs the hook, `whose` the manager of that first or foreign hook; all of these
    may be "". `via` is files, config, framework (pre-commit's file), husky, lefthook, or global: the user's own
    configuration.
    """

    hook: str
    path: Path
    state: str
    before: str = ""
    strays: tuple[str, ...] = ()
    remedy: str = ""
    via: str = "files"
    whose: str = ""

    @property
    def configured(self) -> bool:
        """Whether git runs it from its configuration, and not from a file."""
        return self.via == "config" or (self.via == "global" and self.path.name != hook_script.EVERYWHERE)


class View(NamedTuple):
    """What git itself says: its version, the hooks directory, `core.hooksPath`, and the names it lists for each hook.

    `configured` is `VALUE (SCOPE, ORIGIN)` of `core.hooksPath`, "" where that is not set. `listed` is empty before git
    2.54. `others` are pairs of another manager of hooks and the name of the file that shows it: its own file at the
    top of the work tree, else each of its hooks.
    """

    version: str
    folder: str
    configured: str
    listed: dict[str, list[str]]
    others: list[tuple[str, str]]


FRAMEWORK = "framework"  # `Live.via` of a hook that pre-commit, or prek, runs
MANAGED = (FRAMEWORK, *manager_lines.MANAGERS)


def install(
    place: Place, hooks: Sequence[str], *, force: bool = False, dry_run: bool = False, via: str = "files"
) -> list[Step]:
    """Install `hooks` (`commit-msg`) in a repository, and remove gitpact's other hooks and the other form there.

    `via` is "config" or "files". Returns a step for each hook of `hooks`, also "unchanged", then one for each removed.
    With `dry_run` nothing is changed. `force` is as for `replace_and_restore.plan_install`. Raises GitpactError for a
    hook that cannot be installed, before anything is changed, where a file cannot be written, and where another install
    or clean does not end in time. What is new is there before what is old goes, so that no commit is unchecked in
    between.
    """
    git, config = at(), place.common / "config"
    with replace_and_restore.os_errors(place.hooks), directory_lock.hold(place.common):
        if via == "config":
            steps = [config_hooks.plan_install(git, LOCAL, hook, config) for hook in hooks]
            old = [replace_and_restore.plan_clean(path) for path in _shims(place)]
        else:
            paths = [replace_and_restore.shim_path(place.hooks / hook) for hook in hooks]
            steps = [replace_and_restore.plan_install(path, force=force) for path in paths]
            others = [path for path in _shims(place) if path.parent == place.hooks and path not in paths]
            old = [replace_and_restore.plan_clean(path) for path in others]
        unneeded = [hook for hook in hook_script.EVERY if via != "config" or hook not in hooks]
        old += [config_hooks.plan_clean(git, LOCAL, hook, config) for hook in unneeded]
        steps += [step for step in old if step.action in {"remove", "restore"}]
        if not dry_run:
            mode = 0 if via == "config" else _make_folder(place)
            installed.write(place.common, tuple(hooks), None if via == "config" else place.hooks)
            _carry_out(git, place, steps, mode)
            original_names.refresh(place.plain)
        return steps


def clean(place: Place, *, dry_run: bool = False) -> list[Step]:
    """Remove every hook of gitpact from a repository, restore those that were there before, and delete caches.

    Returns a step for each hook, also "unchanged" or "leave-…" for a file that stays since it is edited or not
    gitpact's, and for configured hooks that are there. With `dry_run` nothing is changed. Raises GitpactError where git
    or a file fails, and where another install or clean does not end in time.
    """
    git, config = at(), place.common / "config"
    with replace_and_restore.os_errors(place.hooks), directory_lock.hold(place.common):
        paths = dict.fromkeys((*(place.hooks / hook for hook in hook_script.HOOKS), *_shims(place)))
        steps = [replace_and_restore.plan_clean(path) for path in paths]
        configured = [config_hooks.plan_clean(git, LOCAL, hook, config) for hook in hook_script.EVERY]
        there = [step for step in configured if step.action != "unchanged"]
        # A hook in the configuration has one step, whatever file of somebody else's git runs for it too.
        elsewhere = {step.hook for step in there}
        idle = {"unchanged", "leave-foreign"}
        steps = [step for step in steps if step.action not in idle or step.hook not in elsewhere] + there
        if not dry_run:
            _carry_out(git, place, steps, 0)
            original_names.refresh(place.plain)
            installed.delete(place.common)
            for git_dir in (place.common, *place.common.glob("worktrees/*")):
                replace_and_restore.remove_leftovers(git_dir)
        return steps


def submodules() -> list[str]:
    """The absolute work trees of all submodules that are checked out here, at any depth; [] without any.

    Raises GitpactError outside of a work tree.
    """
    told = ask(at(), "submodule", "--quiet", "foreach", "--recursive", "printf '%s\\0' \"$toplevel/$sm_path\"")
    return [folder for folder in told.split("\0") if folder]


def status(place: Place, hooks: Sequence[str] = hook_script.HOOKS) -> list[Live]:
    """The state of each of `hooks`, in that order, and of those that were installed on request. Changes nothing.

    Then comes one that is "asleep" for each of `unused_shims`.

    A state says what git would run for the hook now, and how to repair it. Raises GitpactError where a file cannot be
    read, or is a directory or device.
    """
    git = at()
    asked = installed.read(place.common).hooks or _in_lines(place) or hook_script.HOOKS
    hooks = [*hooks, *(hook for hook in asked if hook in hook_script.ON_REQUEST)]
    with replace_and_restore.os_errors(place.hooks):
        found = [_best(git, place, hook, asked) for hook in hooks]
        return [*found, *(live(path)._replace(state="asleep", remedy="gitpact clean") for path in unused_shims(place))]


def view(place: Place) -> View:
    """Git's own view of the hooks in a repository, and the other managers of hooks there.

    Raises GitpactError where git is not on PATH.
    """
    git = at()
    configured = hooks_directory.hooks_path(git)
    said = f"{configured.value} ({configured.scope}, {configured.origin})" if configured else ""
    listed = {hook: names for hook in hook_script.EVERY if (names := config_hooks.hooks_that_git_runs(git, hook))}
    named = [(manager, path.name) for path in sorted(place.hooks.glob("*")) if (manager := hook_managers.of_hook(path))]
    files = [*hook_managers.at(place.top)] if place.top else []
    known = dict(files)  # whose file stands at the top needs no list of hooks; husky has sixteen
    others = [*files, *((manager, name) for manager, name in named if manager not in known)]
    version = ask(git, "version").removeprefix("git version ")
    folder = global_hooks.in_use(git) if place.everywhere else place.hooks
    return View(version, str(folder), said, listed, list(dict.fromkeys(others)))


def unused_shims(place: Place) -> list[Path]:
    """The paths of gitpact's hook files in folders where git does not look for hooks (any more); [] without any."""
    return [path for path in _shims(place) if path.parent != place.hooks]


def _shims(place: Place) -> list[Path]:
    """Every shim of ours: where git looks, where it looks by default, and where the journal says that one was put."""
    folders = dict.fromkeys((place.hooks, place.plain, *installed.read(place.common).folders))
    found: list[Path] = []
    for folder in folders:
        if folder.is_dir() and not any(folder.samefile(path.parent) for path in found):
            names = (
                name
                for hook in hook_script.EVERY
                for name in (hook, hook + replace_and_restore.LEGACY, hook + replace_and_restore.OLD)
            )
            found += [
                path for name in names if (path := folder / name).is_file() and replace_and_restore.inspect(path).shim
            ]
    return found


def _best(git: Git, place: Place, hook: str, asked: Sequence[str]) -> Live:
    """A hook by the form in which git runs it, configured ones first; the file where none does."""
    file = live(replace_and_restore.shim_path(place.hooks / hook))
    if place.off and file.state != "absent":
        file = file._replace(state="asleep")
    for scope, via in ((LOCAL, "config"), (GLOBAL, "global")):
        entry = config_hooks.read(git, scope, hook)
        if scope == GLOBAL and file.state in {"edited", "dead", "fallback", "live"}:
            break  # that steps aside for a shim that git runs
        if entry.ours and entry.told and (config_hooks.supported(git) or file.state in {"absent", "asleep", "foreign"}):
            return _configured(git, place, hook, via, entry)
    managed = _of_manager(place, hook, file)
    if managed:
        return managed
    if place.everywhere and file.state in {"absent", "foreign", "not-executable"}:
        return _for_all(git, place, file)
    if file.state == "absent" and hook not in asked:
        return file._replace(state="unasked", remedy="")
    shim = replace_and_restore.inspect(file.path).shim
    return file._replace(state=_unless_silent(git, place, file.state)) if shim and shim.only else file


def _in_lines(place: Place) -> list[str]:
    """The hooks for which husky's or lefthook's files have lines of ours."""
    states = {
        hook: [manager_lines.state(m, place.top, hook) for m in manager_lines.MANAGERS] for hook in hook_script.HOOKS
    }
    return [hook for hook, said in states.items() if any(said)]


def _of_manager(place: Place, hook: str, file: Live) -> Live | None:
    """A hook that another manager runs, by our lines in its files; None where it has none."""
    for manager in manager_lines.MANAGERS:
        state = manager_lines.state(manager, place.top, hook)
        if file.whose == manager:
            return _of_lines(place, file, state)
        if state and file.state == "absent" and not place.everywhere:
            return file._replace(state="not-set-up", remedy=manager_lines.SETUP[manager], via=manager)
    if file.whose not in pre_commit_tool.RUNNERS or not pre_commit_tool.has(place.top, hook):
        return None
    if place.top and file.whose == "pre-commit" and not pre_commit_tool.can_run(place.top):
        return file._replace(state="not-fetched", remedy="pre-commit install-hooks", via=FRAMEWORK)
    return file._replace(state="live", remedy="", via=FRAMEWORK)


def _of_lines(place: Place, file: Live, state: str) -> Live | None:
    """A hook of husky or lefthook, by what becomes of our lines there; None where neither we nor they have a file."""
    repair = f"gitpact install --via {file.whose}"
    if not state:
        known = place.top and not place.everywhere and file.whose in dict(hook_managers.at(place.top))
        return file._replace(remedy=repair) if known and file.state == "foreign" else None
    if place.top and not manager_lines.can_run(place.top):
        state, repair = "unfindable", f"export PATH={shlex.quote(manager_lines.path_for_hooks())}:$PATH"
    elif state == "skipped" and place.top:
        repair = f"${{EDITOR:-vi}} {manager_lines.skipping_file(place.top, file.hook)}"
    return file._replace(state=state, remedy="" if state == "live" else repair, via=file.whose)


def _for_all(git: Git, place: Place, file: Live) -> Live:
    """A hook that `install --global` put in."""
    path = global_hooks.in_use(git) / hook_script.EVERYWHERE
    shim = hook_script.parse(path.read_bytes(), folders=True)
    link = path.with_name(file.hook)
    whole = shim and shim.whole and os.access(link, os.X_OK) and link.resolve() == path.resolve()
    state = _by_interpreter(shim.python, shim.lib) if shim and whole else "edited"
    remedy = "" if state == "live" else "gitpact install --global"
    return Live(file.hook, path, _unless_silent(git, place, state), remedy=remedy, via="global")


def _unless_silent(git: Git, place: Place, state: str) -> str:
    """The state of a hook that nobody put in here: silent where the project has no policy and nobody asked for one."""
    if state != "live":
        return state
    if place.top and in_force.source_of_work_tree(str(place.top), str(place.git_dir)).name != policy_files.BUILT_IN:
        return state
    try:
        return "live" if ask(git, "config", "--type=bool", "--get", "gitpact.enabled") == "true" else "silent"
    except GitpactError:
        return "silent"


def _configured(git: Git, place: Place, hook: str, via: str, entry: config_hooks.Entry) -> Live:
    path = place.common / "config" if via == "config" else global_hooks.configuration()
    if not config_hooks.supported(git):
        return Live(hook, path, "old-git", remedy="gitpact install", via=via)
    listed = config_hooks.PREFIX + hook in config_hooks.hooks_that_git_runs(git, hook)
    if not listed or config_switches.switches(git, hook):
        return Live(hook, path, "disabled", remedy=config_switches.enabling(git, hook), via=via)
    if via != "global":
        return live_from_config(entry, hook, path, "gitpact install", via)
    found = live_from_config(entry, hook, path, "gitpact install --global", via)
    return found._replace(state=_unless_silent(git, place, found.state))


def live_from_config(entry: config_hooks.Entry, hook: str, path: Path, fix_command: str, via: str = "config") -> Live:
    """The state of a configured hook that `install` wrote: `entry.ours`, and its event is set.

    It is live where the interpreter in its command is there, else fallback with a `gitpact-hook` on PATH, else dead.
    `path` is the configuration file that holds it. `fix_command` is the `remedy`, unless it is live.
    """
    state = _by_interpreter(entry.settings.get("python", ""), entry.settings.get("lib", ""))
    return Live(hook, path, state, remedy="" if state == "live" else fix_command, via=via)


def live(path: Path) -> Live:
    """The state of the hook file at `path`: live, fallback, dead, not-executable, edited, foreign or absent.

    Raises GitpactError for a directory or device, OSError where the file cannot be looked at.
    """
    found = replace_and_restore.inspect(path)
    before = found.shim.before if found.shim else ""
    strays = tuple(name for name in replace_and_restore.backup_names(path) if name != before)
    state, remedy = _verdict(path, found)
    hook = replace_and_restore.hook_of(path)
    told = path.with_name(before or hook)
    return Live(hook, path, state, before, strays, remedy, whose=hook_managers.of_hook(told))


def _verdict(path: Path, found: State) -> tuple[str, str]:
    """The state of a hook and the command that repairs it."""
    if not found.shim:
        return found.kind, "gitpact install"
    if found.kind == "edited":
        return "edited", "gitpact install --force"
    if not found.runs:
        return "not-executable", "gitpact install"
    if found.shim.before and not os.path.lexists(path.with_name(found.shim.before)):
        return "dead", "gitpact clean && gitpact install"
    state = _by_interpreter(found.shim.python, found.shim.lib)
    return state, "" if state == "live" else "gitpact install"


def _by_interpreter(python: str, lib: str) -> str:
    if os.access(python, os.X_OK) and (Path(lib) / "gitpact" / "cli" / "entry.py").is_file():
        return "live"
    return "fallback" if shutil.which("gitpact-hook") else "dead"


def _carry_out(git: Git, place: Place, steps: Sequence[Step], mode: int) -> None:
    config_file.sweep(place.common / "config")
    for step in steps:
        if step.configured:
            config_hooks.apply(git, LOCAL, step)
        else:
            replace_and_restore.apply(step, mode)


def _make_folder(place: Place) -> int:
    """Create the hooks directory where there is none; returns the mode for a shim in it (core.sharedRepository)."""
    shared = place.common.stat().st_mode & 0o2070
    group = 0o020 if shared & 0o020 else 0
    if not place.hooks.is_dir():
        place.hooks.mkdir(parents=True)
        place.hooks.chmod(0o755 | group | (shared & 0o2000))
    return 0o755 | group
