"""A template directory of git (`git init --template`, `init.templateDir`): what every new clone begins with.

The shims in it are copied into repositories that nobody has asked about, so they judge where a project has a policy and
are silent elsewhere (how-hooks-are-installed 31).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git.gitpython import ask, at
from gitpact.install import hook_script, lock, replace_and_restore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.install.replace_and_restore import Step


MODE = 0o755


def configured() -> Path | None:
    """The template directory that git uses for new clones; None where it uses its own."""
    try:
        value = ask(at(), "config", "--type=path", "--get", "init.templateDir")
    except GitpactError:
        return None
    return Path(value).resolve()


def install(folder: Path, hooks: Sequence[str], *, force: bool = False, dry_run: bool = False) -> list[Step]:
    """Put shims into the template directory; a hook that is there is kept and runs first. Raises GitpactError.

    With `dry_run` nothing is changed.
    """
    place = folder / "hooks"
    with replace_and_restore.os_errors(place):
        steps = [replace_and_restore.plan_install(place / hook, force=force, only=hook_script.ONLY) for hook in hooks]
        if not dry_run:
            place.mkdir(parents=True, exist_ok=True)
            with lock.hold(place):
                for step in steps:
                    replace_and_restore.apply(step, MODE)
    return steps


def clean(folder: Path, hooks: Sequence[str], *, dry_run: bool = False) -> list[Step]:
    """Take the shims out; what was there before is back. Clones that were made meanwhile keep theirs.

    With `dry_run` nothing is changed.
    """
    place = folder / "hooks"
    with replace_and_restore.os_errors(place):
        steps = [replace_and_restore.plan_clean(place / hook) for hook in hooks]
        if not dry_run and place.is_dir():
            with lock.hold(place):
                for step in steps:
                    replace_and_restore.apply(step, MODE)
    return steps
