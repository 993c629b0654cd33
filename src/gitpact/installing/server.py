"""The gate of a bare repository: where it goes on a plain server, under GitLab, under Gitea; in, out, and how it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitpact import policy
from gitpact.errors import GitpactError
from gitpact.installing import files, jobs, lock, shims
from gitpact.installing.places import ask

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # where there is no git, the import itself would fail
from git import Git

if TYPE_CHECKING:
    from gitpact.installing.files import Step
    from gitpact.installing.jobs import Live

# Folders whose files a host runs one after the other, and whose hook it keeps for itself.
PARTS = {"GitLab": "custom_hooks", "Gitea": "hooks/pre-receive.d"}
OFF = "gitpact/off"


class Gate(NamedTuple):
    """`path` is where the shim stands or would stand, `layout` whose server this is."""

    git_dir: Path
    path: Path
    layout: str


class State(NamedTuple):
    """How a gate is: `off` by the administrator's switch, `administrator` the file of his policy, `fault` why not."""

    hook: Live
    off: bool
    administrator: str
    fault: str
    push_options: bool


def find(folder: Path) -> Gate:
    """The gate of the bare repository `folder`. Raises GitpactError where there is none."""
    if not folder.is_dir():
        raise GitpactError(f"{folder}: no such folder", "name the bare repository: gitpact server install PATH")
    git = Git(str(folder))
    git_dir = Path(ask(git, "rev-parse", "--absolute-git-dir"))
    if ask(git, "rev-parse", "--is-bare-repository") != "true":
        raise GitpactError(f"{folder}: not a bare repository", "for the hooks of a clone: gitpact install")
    for layout, name in PARTS.items():
        if (git_dir / name).is_dir():
            parts = git_dir / name if name.endswith(".d") else git_dir / name / "pre-receive.d"
            return Gate(git_dir, parts / shims.PART, layout)
    hooks = Path(ask(git, "rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    if not hooks.is_relative_to(git_dir):
        hint = "git config --unset-all core.hooksPath, or put a call of gitpact's pre-receive into that hook"
        raise GitpactError(f"{hooks}: core.hooksPath names a folder outside of this repository", hint)
    return Gate(git_dir, hooks / shims.SERVER, "git")


def install(gate: Gate, *, force: bool = False, dry_run: bool = False) -> Step:
    """Put the gate in; a pre-receive hook that is there runs before it."""
    with files.told(gate.path), lock.held(gate.git_dir):
        step = files.plan_install(gate.path, force=force)
        if not dry_run:
            gate.path.parent.mkdir(parents=True, exist_ok=True)
            files.do(step, 0o755)
        return step


def clean(gate: Gate, *, dry_run: bool = False) -> Step:
    """Take the gate out; the hook that was there before is back."""
    with files.told(gate.path), lock.held(gate.git_dir):
        step = files.plan_clean(gate.path)
        if not dry_run:
            files.do(step, 0)
        return step


def status(gate: Gate) -> State:
    """Whether pushes are judged, and by what."""
    git = Git(str(gate.git_dir))
    administrator = _configured(git, "--path", "gitpact.policy")
    fault = ""
    if administrator:
        try:
            policy.parse(Path(administrator).read_text(encoding="utf-8-sig"), administrator)
        except (OSError, UnicodeDecodeError) as error:
            fault = f"{administrator}: {error}"
        except GitpactError as error:
            fault = f"{error} ({error.hint})"
    advertised = _configured(git, "--bool", "receive.advertisePushOptions") == "true"
    hook = jobs.live(gate.path)._replace(hook=shims.SERVER)
    return State(hook, (gate.git_dir / OFF).exists(), administrator, fault, advertised)


def _configured(git: Git, kind: str, key: str) -> str:
    try:
        return ask(git, "config", kind, "--get", key)
    except GitpactError:
        return ""
