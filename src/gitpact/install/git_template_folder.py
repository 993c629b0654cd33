"""A template directory of git (`git init --template`, `init.templateDir`): what every new clone begins with.

The shims in it are copied into repositories that nobody has asked about, so they judge where a project has a policy and
are silent elsewhere (how-hooks-are-installed 31).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import directory_lock
from gitpact.git.gitpython import ask, at
from gitpact.install import hook_script, replace_and_restore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.install.replace_and_restore import Step


MODE = 0o755


def configured() -> Path | None:
    """The absolute template directory of `init.templateDir` in git's configuration; None where that is not set."""
    try:
        value = ask(at(), "config", "--type=path", "--get", "init.templateDir")
    except GitpactError:
        return None
    return Path(value).resolve()


def install(folder: Path, hooks: Sequence[str], *, force: bool = False, dry_run: bool = False) -> list[Step]:
    """Install hook files for `hooks` (`commit-msg`) in the folder `hooks` of the template directory `folder`.

    A hook that is there is kept and runs first. Returns a step for each hook; with `dry_run` nothing is changed.
    Missing folders are made. Raises GitpactError for a hook file of gitpact that was edited or whose own first hook is
    gone, unless `force`, and where a file cannot be written.
    """
    place = folder / "hooks"
    with replace_and_restore.os_errors(place):
        steps = [replace_and_restore.plan_install(place / hook, force=force, only=hook_script.ONLY) for hook in hooks]
        if not dry_run:
            place.mkdir(parents=True, exist_ok=True)
            with directory_lock.hold(place):
                for step in steps:
                    replace_and_restore.apply(step, MODE)
    return steps


def clean(folder: Path, hooks: Sequence[str], *, dry_run: bool = False) -> list[Step]:
    """Remove gitpact's hook files for `hooks` from the template directory `folder`, and restore what was there before.

    Repositories that were cloned meanwhile keep theirs. Returns a step for each hook, also "unchanged"; with `dry_run`
    nothing is changed. Raises GitpactError where a file cannot be removed.
    """
    place = folder / "hooks"
    with replace_and_restore.os_errors(place):
        steps = [replace_and_restore.plan_clean(place / hook) for hook in hooks]
        if not dry_run and place.is_dir():
            with directory_lock.hold(place):
                for step in steps:
                    replace_and_restore.apply(step, MODE)
    return steps
