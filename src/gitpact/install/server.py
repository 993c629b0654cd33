"""The gate of a bare repository: where it goes on a plain server, under GitLab, under Gitea; in, out, and how it is."""

from __future__ import annotations

import os
import shlex
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError, Phrase
from gitpact.git import cache, config, directory_lock
from gitpact.git.gitpython import ask, at
from gitpact.install import (
    actions,
    config_file,
    config_hooks,
    global_hooks,
    hook_script,
    original_names,
    replace_and_restore,
    serving_user,
)
from gitpact.policy import in_force, outside_files

if TYPE_CHECKING:
    from gitpact.git.gitpython import Git
    from gitpact.install.actions import Live
    from gitpact.install.replace_and_restore import Step
    from gitpact.install.serving_user import User

# Hosts run each file of a folder: GitLab's own server knows where, Gitea's hook of that name says so.
FSCK = ("receive.fsckObjects", "transfer.fsckObjects")
ENTRY = "gitpact/cli/entry.py"  # in the folder that gitpact is imported from
GITOLITE, GITOLITE_HOOKS, SETUP = "gitolite", ("hooks", "common"), "gitolite setup --hooks-only"
RUNS_PARTS = (b"pre-receive.d", b"hookname}.d", b"hookname.d")  # the last two: as Gitea and Forgejo write it
PARTS, GITLAB, HASHED = "pre-receive.d", "custom_hooks", "@hashed"


class Server(NamedTuple):
    """A bare repository, and the `path` at which gitpact's pre-receive hook is or would be.

    `layout` is whose server this is and decides the path: git, GitLab, Gitea or gitolite. Gitolite has one folder of
    hooks for all of its repositories, and links them into each.
    """

    git_dir: Path
    path: Path
    layout: str

    @property
    def off(self) -> Path:
        """The path of the administrator's switch: while this file exists, no push is checked."""
        return self.git_dir / cache.DIRECTORY / cache.OFF

    @property
    def links(self) -> dict[Path, Path]:
        """The links to hooks of gitolite's folder, by where they are in this repository; {} for another layout."""
        if self.layout != GITOLITE:
            return {}
        names = [self.path.name, *replace_and_restore.backup_names(self.path)]
        return {self.git_dir / "hooks" / name: self.path.with_name(name) for name in names}


class About(NamedTuple):
    """The user who serves a repository: the name, "" for who asks; whether the faults are those that this user meets.

    `unseen` says that the administrator's switch is there, and that this user cannot see it.
    """

    user: str = ""
    asked: bool = True
    unseen: bool = False


class GateState(NamedTuple):
    """Whether and how pushes to a bare repository are checked.

    `off` says that the administrator's switch is on. `source` names the preset and the file of the policy,
    `administrator` the policy file that wins over it; both may be "". `overrides` says that a push option may override
    a refusal, `push_options` that git advertises push options. `fault` is why every push is refused, `broken` why the
    project's own policy does not count, "" for neither. `logged` says that verdicts are logged, `checked` that git
    itself refuses objects that are malformed. `about` is for whom all this is judged.
    """

    hook: Live
    off: bool
    source: str
    administrator: str
    overrides: bool
    push_options: bool
    about: About
    fault: str = ""
    broken: str = ""
    logged: bool = False
    checked: bool = True


def find(folder: Path) -> Server:
    """The bare repository at `folder`, and the place for gitpact's pre-receive hook in it, there or not.

    For root, git is told to trust it (GIT_CONFIG_PARAMETERS), whoever owns it.
    Raises GitpactError where `folder` does not exist or is no bare repository, and where `core.hooksPath` leads out of
    it.
    """
    if not folder.is_dir():
        raise GitpactError(
            "{folder}: no such folder",
            "give the path of the bare repository: gitpact server install PATH",
            folder=folder,
        )
    _trust(folder)
    git = at(folder)
    git_dir = Path(ask(git, "rev-parse", "--absolute-git-dir"))
    if ask(git, "rev-parse", "--is-bare-repository") != "true":
        raise GitpactError(
            "{folder}: not a bare repository", "to install the hooks in a clone: gitpact install", folder=folder
        )
    if _is_folder(git_dir / GITLAB) and (_configured(git, "--path", "gitlab.fullpath") or HASHED in git_dir.parts):
        return Server(git_dir, git_dir / GITLAB / PARTS / hook_script.PART, "GitLab")
    hooks = Path(ask(git, "rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    dispatcher = _bytes(hooks / hook_script.SERVER)
    if _is_folder(hooks / PARTS) and any(mark in dispatcher for mark in RUNS_PARTS):
        return Server(git_dir, hooks / PARTS / hook_script.PART, "Gitea")
    common = _gitolite(hooks)
    if common:
        return Server(git_dir, common / hook_script.SERVER, GITOLITE)
    if _configured(git, "--path", "core.hooksPath") and not hooks.is_relative_to(git_dir):
        hint = (
            "unset core.hooksPath: git config --unset-all core.hooksPath; or edit the pre-receive hook in the folder "
            "that core.hooksPath names, so that it calls gitpact's hook file"
        )
        raise GitpactError("{hooks}: core.hooksPath names a folder outside of this repository", hint, hooks=hooks)
    return Server(git_dir, hooks / hook_script.SERVER, "git")


def _gitolite(hooks: Path) -> Path | None:
    """The folder of gitolite's from which it links hooks into each repository, as it does with its own `update` hook.

    That of a pre-receive hook of the site, if there is one: what gitolite links later would win over it. None where
    this is no repository of gitolite's.
    """
    for name in (hook_script.SERVER, "update"):
        link = hooks / name
        if link.is_symlink() and link.readlink().parent.parts[-2:] == GITOLITE_HOOKS:
            return link.readlink().parent
    return None


def _relink(server: Server) -> None:
    """Link the hooks of gitolite's folder into this repository, as `gitolite setup` does; remove dead links."""
    links = server.links
    for link, target in links.items():
        if target.exists() and not os.path.lexists(link):
            link.symlink_to(target)
    for link in (server.git_dir / "hooks").iterdir() if links else ():
        if link.is_symlink() and not link.exists() and link.readlink().parent == server.path.parent:
            link.unlink()


def _trust(folder: Path) -> None:
    """Let root's git read a repository of the user who serves it (git-config, safe.directory).

    Root named it, and none of our processes of git runs what a repository configures.
    """
    if os.geteuid() == 0 != folder.stat().st_uid:
        config.override("safe.directory", str(folder.resolve()))


def install(server: Server, *, force: bool = False, dry_run: bool = False, user: str = "") -> Step:
    """Install the pre-receive hook of a bare repository; a hook that is there is kept and runs first. Returns the step.

    `user` is the name of the user who serves the repository, "" for its owner. `force` replaces a hook file of gitpact
    that was edited, keeping a copy, or whose own first hook is gone. With `dry_run` nothing is changed. Raises
    GitpactError for such a file without `force`, where the user cannot run this gitpact, where a file cannot be
    written, and where another install or clean does not end in time.
    """
    who = _user(server, user)
    fault = _cannot_run(who, Path(hook_script.interpreter()), Path(hook_script.library()))
    if fault:
        raise GitpactError(
            fault, "install gitpact where every user can read it, such as below /opt, and run gitpact from there"
        )
    with replace_and_restore.os_errors(server.path), directory_lock.hold(server.git_dir):
        command = f"gitpact server install {shlex.quote(str(server.git_dir))}"
        step = replace_and_restore.plan_install(server.path, force=force, command=command)
        if not dry_run:
            cache.make_folder(str(server.path.parent))  # git passes over a hook that it cannot reach
            cache.make_folder(str(server.off.parent))  # the switch has to work with a mere touch
            replace_and_restore.apply(step, 0o755)
            _relink(server)
            original_names.refresh(server.git_dir / "hooks")
        return step


def clean(server: Server, *, dry_run: bool = False) -> Step:
    """Remove the pre-receive hook that `install` made and restore the earlier one; returns the step.

    A hook that is edited or not gitpact's stays. gitpact's caches in the repository are deleted. With `dry_run` nothing
    is changed. Raises GitpactError where a file cannot be removed, and where another install or clean does not end in
    time.
    """
    with replace_and_restore.os_errors(server.path), directory_lock.hold(server.git_dir):
        step = replace_and_restore.plan_clean(server.path)
        if not dry_run:
            replace_and_restore.apply(step, 0)
            _relink(server)
            original_names.refresh(server.git_dir / "hooks")
            replace_and_restore.remove_leftovers(server.git_dir)
        return step


def install_for_host(scope: str, *, dry_run: bool = False) -> Step:
    """Install the hook for every repository of a user or a machine: `scope` is global or system. Returns the step.

    It is written to git's configuration of that scope; with `dry_run` nothing is changed. Raises GitpactError where
    this git runs no configured hooks (before 2.54), another program has a hook of that name, or the file cannot be
    written.
    """
    git = at()
    if not config_hooks.supported(git):
        hint = "use git 2.54 or later; with an older git, run for each repository: gitpact server install PATH"
        raise GitpactError("this version of git cannot run hooks from the git configuration", hint)
    step = config_hooks.plan_install(git, scope, hook_script.SERVER, global_hooks.configuration(scope))
    return _carried_out(git, scope, step, dry_run=dry_run)


def clean_for_host(scope: str, *, dry_run: bool = False) -> Step:
    """Remove the hook that `install_for_host` installed; `scope` is global or system. Returns the step.

    The action is unchanged where there is none, leave-foreign where it is not gitpact's. With `dry_run` nothing is
    changed. Raises GitpactError where the configuration cannot be written.
    """
    git = at()
    step = config_hooks.plan_clean(git, scope, hook_script.SERVER, global_hooks.configuration(scope))
    return _carried_out(git, scope, step, dry_run=dry_run)


def _carried_out(git: Git, scope: str, step: Step, *, dry_run: bool) -> Step:
    with replace_and_restore.os_errors(step.path), directory_lock.hold(step.path.resolve().parent):
        if not dry_run:
            config_file.sweep(step.path)
            config_hooks.apply(git, scope, step)
    return step


def _live(git: Git, server: Server) -> Live:
    """The gate as git would run it: its own file, or the one of the whole host."""
    file = actions.live(server.path)._replace(hook=hook_script.SERVER)
    for scope in ("global", "system"):
        entry = config_hooks.read(git, scope, hook_script.SERVER)
        if (
            not file.state.startswith("live")
            and entry.ours
            and config_hooks.PREFIX + hook_script.SERVER in config_hooks.hooks_that_git_runs(git, hook_script.SERVER)
        ):
            return actions.live_from_config(
                entry, hook_script.SERVER, global_hooks.configuration(scope), f"gitpact server install --{scope}"
            )
    return file


def _user(server: Server, name: str) -> User:
    """The user of this name, for "" the one who owns the repository: git serves as that one, as a rule."""
    return serving_user.named(name) if name else serving_user.owner(server.git_dir)


def _cannot_run(user: User, python: Path, library: Path) -> Phrase | None:
    """Why the user cannot run the gate, None where nothing speaks against it."""
    modules = [(os.R_OK, path) for path in sorted((library / "gitpact").rglob("*.py"))]
    needs = ((os.X_OK, python), (os.R_OK, library / ENTRY), *modules)
    with serving_user.acting(user):
        lacks = next((path for what, path in needs if not serving_user.can(what, path)), None)
    if lacks is None or not serving_user.can_be_asked(user):
        return None
    return Phrase("{path}: cannot be read by the user {user}", user=user.name, path=lacks)


def _program(server: Server, hook: Live) -> tuple[Path, Path]:
    """The interpreter and the library of a gate that is live: that of the hook file, or of git's configuration."""
    shim = replace_and_restore.inspect(hook.path).shim if hook.path == server.path else None
    if shim:
        return Path(shim.python), Path(shim.lib)
    git = at(server.git_dir)
    entries = [config_hooks.read(git, scope, hook_script.SERVER).settings for scope in ("global", "system")]
    its = next(filter(None, entries))
    return Path(its["python"]), Path(its["lib"])


def _met_by(user: User, server: Server, hook: Live, policy: str, log: str) -> Phrase | None:
    """The first thing that the user who serves cannot do, and has to; None where there is none."""
    if hook.state == "live":
        fault = _cannot_run(user, *_program(server, hook))
        if fault:
            return fault
    with serving_user.acting(user):
        if policy and not serving_user.can(os.R_OK, Path(policy)):
            return Phrase("{path}: cannot be read by the user {user}", user=user.name, path=policy)
        if log and not serving_user.can(os.W_OK, Path(log)):
            return Phrase("server.log: the user {user} cannot write to {path}", user=user.name, path=log)
    return None


def status(server: Server, *, user: str = "") -> GateState:
    """Whether pushes to a bare repository are checked, and by which policy, which is resolved as on a push.

    It is judged for the user of the name `user` who serves the repository, "" for its owner; where this process may not
    act as that one, `about` says so. An error in the policy is not raised but the `fault` of the result. The current
    folder of the process is changed while this runs. Raises GitpactError where the hook's path is a directory or
    device, and for an unknown user.
    """
    who = _user(server, user)
    with serving_user.configured_as(who):
        return _status_for(who, server)


def _status_for(who: User, server: Server) -> GateState:
    with serving_user.acting(who):
        off = serving_user.can(os.F_OK, server.off)
        reached = serving_user.can(os.X_OK | os.R_OK, server.path)
    asked = serving_user.can_be_asked(who)
    unseen = asked and not off and serving_user.can(os.F_OK, server.off)
    about = About("" if who.uid == os.geteuid() else who.name, asked, unseen=unseen)
    git = at(server.git_dir)
    advertised = _configured(git, "--bool", "receive.advertisePushOptions") == "true"
    hook = _live(git, server)
    if hook.remedy and hook.path == server.path:
        force = " --force" if hook.state == "edited" else ""
        hook = hook._replace(remedy=f"gitpact server install{force} {shlex.quote(str(server.git_dir))}")
    link = server.git_dir / "hooks" / server.path.name
    if hook.state == "live" and server.layout == GITOLITE and not (link.exists() and link.samefile(server.path)):
        hook = hook._replace(state="not-set-up", remedy=SETUP)
    if hook.state == "live" and hook.path == server.path and asked and not reached:
        paths = shlex.join((str(server.path.parent), str(server.path)))
        hook = hook._replace(state="not-executable", remedy=f"chmod a+rx {paths}")
    administrator = _configured(git, "--path", outside_files.SERVER)
    with chdir(server.git_dir):
        try:
            found = in_force.of_server()
        except GitpactError as error:
            its = administrator and str(error).startswith(administrator)
            hint: str = error.hint
            if its:
                path = shlex.quote(administrator)
                hint = Phrase("correct the file, then run: gitpact policy validate {path}", path=path)
            fault = Phrase("{error} ({what})", error=error, what=hint) if hint else error.message
            return GateState(
                hook, off, "", administrator, overrides=False, push_options=advertised, fault=fault, about=about
            )
    log = found.policy.log
    return GateState(
        hook,
        off,
        in_force.named(found),
        administrator,
        overrides=found.policy.overrides,
        push_options=advertised,
        fault=_met_by(who, server, hook, administrator, log) or "",
        broken=found.broken,
        logged=bool(log),
        checked="true" in {_configured(git, "--bool", key) for key in FSCK},
        about=about,
    )


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  Path.is_dir raises where this user may not look


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _configured(git: Git, kind: str, key: str) -> str:
    try:
        return ask(git, "config", kind, "--get", key)
    except GitpactError:
        return ""
