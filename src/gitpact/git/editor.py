"""The editor that git would open."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import query, user_command


def edit(path: str) -> None:
    """Open a file in the editor that git would use (`git var GIT_EDITOR`) and wait until that is closed.

    As in `launch_specified_editor` of git's editor.c, a shell reads the command, and Ctrl-C is the editor's alone.
    Raises GitpactError where it fails.
    """
    command = query.text("var", "GIT_EDITOR")
    if user_command.run("sh", "-c", f'{command} "$@"', command, path):
        raise GitpactError(
            "the editor {command} failed; nothing was changed, and what you wrote is in {path}",
            "to set another editor: git config core.editor EDITOR",
            command=command,
            path=path,
        )
