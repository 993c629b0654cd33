"""Whether hooks go into files or into git's configuration, and what hooks in the configuration do not cover."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError, Phrase
from gitpact.git.gitpython import at
from gitpact.install import config_hooks, config_switches, hooks_directory, replace_and_restore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitpact.install.hooks_directory import Place

MESSAGE_HOOK = "commit-msg"
AFTER = "{path} runs after gitpact, so gitpact does not check the changes that this hook makes to a message"
FILES, CONFIG = "files", "config"
CHOSEN = "the hooks are in git's configuration and not in files, because {why}"


class Choice(NamedTuple):
    """Where the hooks of a repository go, and in which form: "files" or "config".

    `why` is the reason for "config" where gitpact chose it by itself, else "".
    """

    place: Place
    form: str
    why: str = ""


def choose(via: str) -> Choice:
    """What a value of `--via` (auto, config or files) means in the repository at the current folder.

    Git runs configured hooks first and the hook file last, so only a file judges what is stored. "auto" is therefore
    files wherever a file can be gitpact's. It is config where the hooks directory is another manager's or many
    repositories', every git on PATH runs configured hooks, and no other hook could change the message after them.
    Raises GitpactError as `hooks_directory.find` where hooks cannot be put in, and for "config" with an older git.
    """
    if via == CONFIG:
        _check_supported()
        return Choice(hooks_directory.find(checked=False), CONFIG)
    if via == FILES:
        return Choice(hooks_directory.find(), FILES)
    try:
        place = hooks_directory.find()
    except hooks_directory.NoFilesError as refusal:
        place = hooks_directory.find(checked=False)
        if isinstance(refusal, hooks_directory.OthersFolderError) and _covers_all(place):
            return Choice(place, CONFIG, refusal.message)
        if config_hooks.supported(at()):
            hint = Phrase("{what}; or use git's configuration: gitpact install --via config", what=refusal.hint)
            raise GitpactError(refusal.message, hint) from refusal
        raise
    if hooks_directory.is_shared(place) and _covers_all(place):
        return Choice(place, CONFIG, Phrase("{hooks} is outside of this repository", hooks=place.hooks))
    return Choice(place, FILES)


def for_every_repository(via: str) -> str:
    """The form, "config" or "files", that a value of `--via` (auto, config or files) means with `--global`.

    "auto" is config if every git on PATH runs configured hooks: with files, `core.hooksPath` is set for all
    repositories, and pre-commit and lefthook then refuse to install their own. Raises GitpactError for "config" if this
    git does not run configured hooks.
    """
    if via == CONFIG:
        _check_supported()
    return CONFIG if via == CONFIG or (via == "auto" and _in_every_git()) else FILES


def _check_supported() -> None:
    if not config_hooks.supported(at()):
        raise GitpactError(
            "--via config: this version of git cannot run hooks from the git configuration",
            "use git 2.54 or later, or --via files",
        )


def _covers_all(place: Place) -> bool:
    """Whether configured hooks judge every commit as it is stored: by any git at hand, with no hook after them."""
    return _in_every_git() and not _message_hook(place) and not config_hooks.hooks_after(at(), MESSAGE_HOOK)


def _in_every_git() -> bool:
    git = at()
    return config_hooks.supported(git) and not config_hooks.git_without_config_hooks(git)


def uncovered(place: Place) -> list[Phrase]:
    """Sentences on what hooks in git's configuration do not judge in the repository of `place`, installed or to come.

    The first one, on programs, is always there; then each hook that runs after gitpact's is named. Runs git.
    """
    programs = Phrase(
        "Some programs ignore hooks in git's configuration, so gitpact does not check the commits of these "
        "programs. These programs start hook files themselves, or contain a git older than 2.54."
    )
    others = (Phrase(AFTER, path=f"hook.{name}") for name in config_hooks.hooks_after(at(), MESSAGE_HOOK))
    return [programs, *others, *changed_later(place)]


def changed_later(place: Place) -> list[Phrase]:
    """A sentence on the commit-msg file that is not gitpact's, where git runs one; [] without.

    It is true where gitpact runs from git's configuration, or is the hook that pre-commit moved aside and runs first.
    """
    path = _message_hook(place)
    return [Phrase(AFTER, path=path)] if path else []


def switched_off(hooks: Sequence[str]) -> list[str]:
    """A sentence on each of `hooks` (`commit-msg`) of git's configuration that it, or a variable, disables."""
    git = at()
    found: list[str] = []
    for hook in hooks:
        command, variable = config_switches.enabling(git, hook), config_switches.switching_variable(git, hook)
        if command:
            line = "{hook} is switched off in git's configuration and checks nothing; to switch it on: {command}"
            found.append(Phrase(line, hook=hook, command=command))
        if variable:
            line = "the environment variable {variable} switches {hook} off; unset the variable"
            found.append(Phrase(line, variable=variable, hook=hook))
    return found


def _message_hook(place: Place) -> Path | None:
    """The commit-msg hook that git runs from a file, if there is one that is not gitpact's; it may change a message."""
    if place.off:
        return None
    own = place.hooks / MESSAGE_HOOK
    if hooks_directory.is_husky(place.hooks):
        own = place.hooks.parent / MESSAGE_HOOK  # the file below `_` runs this one, with sh
        return own if own.is_file() else None
    return own if os.access(own, os.X_OK) and own.is_file() and not replace_and_restore.inspect(own).shim else None
