"""What a hook that could not judge says: how to go on without it, and that nothing typed is lost."""

from __future__ import annotations

import os

from gitpact.errors import CRASHED
from gitpact.repair import commit_again, shell
from gitpact.report import i18n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMIT = "to commit without the check, once: GITPACT=0 git commit …   (CI will still judge it)"
WITHOUT_CHECK = {
    "pre-push": "to push without the check, once: GITPACT=0 git push …   (CI and the server will still judge it)",
    "pre-receive": "every push is refused until the administrator mends it, or touches gitpact/off in the repository",
}


def after_failure(argv: Sequence[str], code: int) -> Iterator[str]:
    """Lines to print after a hook ended with exit code 2 or 3; none for other codes.

    `argv` is the hook's name and git's arguments for it (`commit-msg`, PATH).
    """
    name, *arguments = argv or [""]
    if code == CRASHED:
        yield f"gitpact: {WITHOUT_CHECK.get(name, COMMIT)}"
    if name == "commit-msg" and arguments:
        (path,) = arguments[:1]
        again = commit_again.running_commit()
        whole = commit_again.cleanup_options(again, has_comments=_has_comments(path))
        command = commit_again.commit_command(again, *whole, "-e", "-F", shell.shorter_path(path, ""))
        yield f"gitpact: {i18n.catalog()['hook.kept'].format(command=command)}"


def _has_comments(path: str) -> bool:
    """Whether an editor would make git take lines of a message for comments; no configuration is asked any more."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return False
    return os.environ.get("GIT_EDITOR") == ":" and b"\n#" in b"\n" + text
