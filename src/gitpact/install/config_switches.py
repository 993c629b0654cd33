"""What keeps a hook of gitpact that is in git's configuration from running, and how to take that back.

`hook.NAME.enabled` switches off one hook, and `hook.EVENT.enabled` all of an event; of each the last value counts. An
empty `hook.NAME.event` takes back all events of the hook that were set before it, and the last `hook.NAME.command` is
the one that runs (git-config, `hook.<name>`).
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from gitpact.git.gitpython import settings
from gitpact.install.config_hooks import MARK, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitpact.git.gitpython import Git, Setting

# How to unset a key in each scope that a person may write to without asking.
UNSET = {"local": "--unset-all ", "worktree": "--worktree --unset-all ", "global": "--global --unset-all "}
ENVIRONMENT = ("GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS")  # the second is how `git -c` reaches other programs
EMPTY = " '^$'"  # to unset the empty values of a key, and no others


def switches(git: Git, hook: str) -> list[Setting]:
    """The settings that keep gitpact's configured hook (`commit-msg`) from running; [] if git runs it."""
    found: list[Setting] = []
    for key in (f"hook.{PREFIX}{hook}.enabled", f"hook.{hook}.enabled"):
        values = settings(git, key, "--type=bool")
        if values and values[-1].value == "false":
            found += [one for one in values if one.value == "false"]
    events = settings(git, f"hook.{PREFIX}{hook}.event")
    found += [one for one in _after(events, lambda value: value == hook) if not one.value]
    commands = settings(git, f"hook.{PREFIX}{hook}.command")
    return [*found, *_after(commands, lambda value: value.startswith(MARK))]


def _after(values: list[Setting], is_own: Callable[[str], bool]) -> list[Setting]:
    """The settings behind the last one that is gitpact's own; all of them without one."""
    own = [place for place, one in enumerate(values) if is_own(one.value)]
    return values[own[-1] + 1 :] if own else values


def enabling(git: Git, hook: str) -> str:
    """The shell commands, joined by `&&`, that take back what `switches` has in files for a hook; "" for nothing."""
    commands = [_taking_back(git, one) for one in switches(git, hook) if one.file]
    return " && ".join(dict.fromkeys(sorted(commands, key=lambda one: one.endswith(" true"))))


def switching_variable(git: Git, hook: str) -> str:
    """The environment variable that switches gitpact's configured hook (`commit-msg`) off; "" for none."""
    variables = [name for name in ENVIRONMENT if name in os.environ]
    return variables[0] if variables and any(not one.file for one in switches(git, hook)) else ""


def _taking_back(git: Git, switch: Setting) -> str:
    key, options = switch.key, UNSET.get(switch.scope)
    if key.endswith(".enabled") and (not options or not os.access(switch.file, os.W_OK)):
        return f"git config {key} true"
    if not options or switch.file not in (one.file for one in settings(git, key, f"--{switch.scope}")):
        options = f"--file {shlex.quote(switch.file)} --unset-all "  # an included file, which no option names
    return f"git config {options}{key}{'' if switch.value else EMPTY}"
