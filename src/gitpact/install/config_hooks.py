"""The form of git 2.54 and later: hooks that git's configuration names. No file of a hooks directory is touched.

A hook is two keys, `hook.gitpact-NAME.command` and `.event`. An event without a command makes git refuse everything, so
the command is written first and taken away last. Every scope adds up; of one name the last command counts, so a hook
of the user's and one of the repository run once.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError, Phrase
from gitpact.git.gitpython import ask, run, settings
from gitpact.install import config_file, hook_script
from gitpact.install.replace_and_restore import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitpact.git.gitpython import Git

SINCE = (2, 54)
PREFIX = "gitpact-"
LATER = ("worktree", "command")  # scopes that git reads after the repository's own file (`--local`)
HOOK_FILE = "hook from hookdir"  # what `git hook list` calls the file of a hooks directory
MARK = ": gitpact 1; "
SETTING = re.compile(r"(python|lib)=((?:'[^'\0]*'|\"'\"|[\w@%+=:,./-])*);")
# Its second line says so; a hook of somebody else may quote that line anywhere else.
IS_SHIM = '[ -n "$(sed -n "2{/^# gitpact shim [0-9]* sha256:/p;q;}" "$own")" ]'
# Of the user's own configuration: where a project has no policy, and where a shim judges already, nothing is said.
GLOBAL = (
    "[ -f gitpact.toml ] || { [ ! -L pyproject.toml ] && [ -f pyproject.toml ] &&"
    " (ulimit -t 2; grep -qs gitpact pyproject.toml); } ||"
    ' [ -f "$(git rev-parse --git-path info/sparse-checkout)" ] ||'
    ' [ "$(git config --type=bool --get gitpact.enabled)" = true ] || return 0; '
    'own=$(git rev-parse --git-path hooks)/$hook; for own in "$own" "$own.legacy"; do'
    ' [ -f "$own" ] && [ -x "$own" ] && ' + IS_SHIM + " && return 0; done;"
    ' set -- --if-policy "$hook" "$@"; '
)
LOCAL = 'set -- "$hook" "$@"; '
CLIENT = '[ "${GITPACT-}" = 0 ] && return 0; '
# Of a server's: the administrator's switch, and a gate that stands in the repository itself.
SERVER = (
    '[ -e "${GIT_DIR:-.}/gitpact/off" ] &&'
    ' { echo "gitpact: not judged: switched off here by the administrator" >&2; return 0; }; '
    'for own in "$(git rev-parse --git-path hooks)/pre-receive" hooks/pre-receive.d/gitpact'
    " custom_hooks/pre-receive.d/gitpact; do"
    ' [ -f "$own" ] && [ -x "$own" ] && ' + IS_SHIM + ' && return 0; done; set -- "$hook" "$@"; '
)
CORRECTED = (
    'command -v gitpact-hook >/dev/null 2>&1 && exec gitpact-hook "$@"; '
    'echo "gitpact: refused: its interpreter is gone: $python (with $lib)" >&2; '
    'echo "gitpact: install gitpact again, then run: gitpact install (with a Makefile: make hooks-install);'
    ' to remove the hooks: make hooks-clean; once without them: GITPACT=0 git ..." >&2; '
)
MENDED_BY_ADMINISTRATOR = (
    'echo "gitpact: refused: the gate of this server cannot run; its administrator has to repair it:'
    ' gitpact server install" >&2; '
)
COMMAND = (
    MARK + "gitpact() {{ hook={hook}; python={python}; lib={lib}; "
    '{condition}if [ -x "$python" ] && [ -f "$lib/gitpact/cli/entry.py" ]; then '
    'exec "$python" -I -S -c "import sys; sys.path.append(sys.argv.pop(1));'
    ' from gitpact.cli.entry import hook; hook()" "$lib" "$@"; fi; '
    "{otherwise}return 1; }}; gitpact"
)


class Entry(NamedTuple):
    """A configured hook as it is: `command` is "" where there is none, `told` whether its event is set."""

    command: str = ""
    told: bool = False

    @property
    def ours(self) -> bool:
        """Whether install wrote it."""
        return self.command.startswith(MARK)

    @property
    def settings(self) -> dict[str, str]:
        """The interpreter and the library that are baked into it."""
        return {name: "".join(shlex.split(value)) for name, value in SETTING.findall(self.command)}


def supported(git: Git) -> bool:
    """Whether this git runs configured hooks (2.54 and later). Raises GitpactError where git is not on PATH."""
    return _version(ask(git, "version")) >= SINCE


def git_without_config_hooks(git: Git) -> str:
    """The path of the first git on PATH that is too old for hooks in the configuration; "" for none.

    Each git on PATH is run, for its version, until one is too old; one that answers with an error, or that the
    system cannot execute, is passed over.
    """
    seen = set()
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = shutil.which("git", path=folder) if folder else None
        if path and (real := os.path.realpath(path)) not in seen:
            seen.add(real)
            try:
                if _version(run(git, path, "version")) < SINCE:
                    return path
            except (GitpactError, OSError, ValueError, IndexError):
                continue  # what is no git commits nothing
    return ""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split()[2].split(".")[:2])


def command(hook: str, *, everywhere: bool = False) -> str:
    """The shell command, one line, that git's configuration gets for a hook (`commit-msg`); git appends its arguments.

    `everywhere` is for the user's own configuration: the command then does nothing in a repository without a policy, or
    with a hook file of gitpact. Raises GitpactError as `hook_script.interpreter` does.
    """
    condition = SERVER if hook == hook_script.SERVER else CLIENT + (GLOBAL if everywhere else LOCAL)
    otherwise = MENDED_BY_ADMINISTRATOR if hook == hook_script.SERVER else CORRECTED
    quoted = {"python": shlex.quote(hook_script.interpreter()), "lib": shlex.quote(hook_script.library())}
    return COMMAND.format(hook=hook, condition=condition, otherwise=otherwise, **quoted)


def read(git: Git, scope: str, hook: str) -> Entry:
    """What the configuration of a scope (local, global or system) has under `hook.gitpact-HOOK`.

    `hook` is the hook in git's words (`commit-msg`). Entry("", False) where there is nothing, or git fails.
    """
    commands, events = (_values(git, scope, f"hook.{PREFIX}{hook}.{key}") for key in ("command", "event"))
    empty = max((place for place, event in enumerate(events) if not event), default=-1)  # it takes back those before
    return Entry(commands[-1] if commands else "", hook in events[empty + 1 :])


def plan_install(git: Git, scope: str, hook: str, file: Path) -> Step:
    """The step that installs a hook of git (`commit-msg`) in git's configuration; nothing is changed yet.

    `scope` is local, global or system, `file` the configuration file of that scope. The action is install, update or
    unchanged; `apply` carries it out. Raises GitpactError where another program has a hook of the name that ours would
    get, and as `hook_script.interpreter` does.
    """
    entry = read(git, scope, hook)
    wanted = command(hook, everywhere=scope == "global")
    if entry.command and not entry.ours:
        hint = Phrase(
            "git config --{scope} --unset-all hook.{prefix}{hook}.command",
            scope=scope,
            prefix=PREFIX,
            hook=hook,
        )
        raise GitpactError(
            "hook.{prefix}{hook}.command in {file} was not written by gitpact",
            "to remove this setting: {what}",
            prefix=PREFIX,
            hook=hook,
            file=file,
            what=hint,
        )
    action = "unchanged" if entry == Entry(wanted, told=True) else "update" if entry.command else "install"
    return Step(file, action, data=os.fsencode(wanted), configured=hook)


def plan_clean(git: Git, scope: str, hook: str, file: Path) -> Step:
    """The step that removes a hook of git (`commit-msg`) from git's configuration; nothing is changed yet.

    `scope` is local, global or system, `file` the configuration file of that scope. The action is remove, unchanged
    where there is none, or leave-foreign where it is not gitpact's.
    """
    entry = read(git, scope, hook)
    foreign = entry.command and not entry.ours
    action = "leave-foreign" if foreign else "remove" if entry.command or entry.told else "unchanged"
    return Step(file, action, configured=hook)


def apply(git: Git, scope: str, step: Step) -> None:
    """Carry out a step of `plan_install` or `plan_clean` in the configuration of a scope: local, global or system.

    The actions unchanged and leave-foreign do nothing. Raises GitpactError where git fails or another process has
    locked the file, OSError where the file cannot be rewritten.
    """
    name = f"hook.{PREFIX}{step.hook}"
    if step.action in {"install", "update"}:
        config_file.note_end(step.path)
        try:
            _config(git, scope, "--replace-all", f"{name}.command", os.fsdecode(step.data))
            _config(git, scope, "--replace-all", f"{name}.event", step.hook)
        except GitpactError:
            config_file.restore_end(step.path)
            raise
    elif step.action == "remove":
        keys = rf'\tcommand = "?{re.escape(MARK)}gitpact\(\) {{ hook={step.hook}; [^\n]*\n\tevent = {step.hook}\n'
        config_file.cut(step.path, rf'\[hook "{PREFIX}{step.hook}"\]\n', keys)
        for key in ("event", "command"):
            if _values(git, scope, f"{name}.{key}"):
                _config(git, scope, "--unset-all", f"{name}.{key}")
        config_file.restore_end(step.path)


def hooks_that_git_runs(git: Git, hook: str) -> list[str]:
    """Names of the hooks that git runs for an event (`commit-msg`), in its order; HOOK_FILE is the hook file.

    Disabled ones are left out. [] before git 2.54, outside of a repository, and where git fails.
    """
    try:
        text = ask(git, "hook", "list", "-z", hook)
    except GitpactError:
        return []  # git tells by its exit code that there is none, or that it does not know the command
    return [name for name in text.split("\0") if name and not name.startswith(("disabled\t", "event-disabled\t"))]


def hooks_after(git: Git, hook: str) -> list[str]:
    """Names of the configured hooks of others that git runs after gitpact's for an event (`commit-msg`), in its order.

    Where gitpact's is not in the configuration, those that would come after one in the repository's own. [] also before
    git 2.54, outside of a repository, and where git fails. `git` is what `gitpython.at` returns.
    """
    names = [name for name in hooks_that_git_runs(git, hook) if name != HOOK_FILE]
    if PREFIX + hook in names:
        return names[names.index(PREFIX + hook) + 1 :]
    rows = {name: settings(git, f"hook.{name}.event") for name in names}
    return [name for name in names if any(row.value == hook and row.scope in LATER for row in rows[name])]


def _values(git: Git, scope: str, key: str) -> Sequence[str]:
    try:
        return ask(git, "config", f"--{scope}", "-z", "--get-all", key).removesuffix("\0").split("\0")
    except GitpactError:
        return ()


def _config(git: Git, scope: str, *words: str) -> None:
    ask(git, "config", f"--{scope}", *words)
