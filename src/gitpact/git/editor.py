"""The editor that git would open."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import query


def edit(path: str) -> None:
    """Open a file in the editor that git would use (`git var GIT_EDITOR`) and wait until that is closed.

    As in `launch_specified_editor` of git's editor.c, a shell reads the command. Raises GitpactError where it fails.
    """
    import subprocess  # noqa: PLC0415  few commands open an editor

    command = query.text("var", "GIT_EDITOR")
    done = subprocess.run(["sh", "-c", f'{command} "$@"', command, path], check=False)
    if done.returncode:
        raise GitpactError(
            "the editor {command} failed; nothing was changed",
            "set another one: git config core.editor EDITOR",
            command=command,
        )
