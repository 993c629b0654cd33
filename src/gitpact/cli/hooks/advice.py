"""What a hook that could not judge says: how to go on without it, and that nothing typed is lost."""

from __future__ import annotations

import os

from gitpact.errors import CRASHED, Phrase
from gitpact.repair import commit_again, shell
from gitpact.report import i18n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REFUSED = {
    "pre-commit": Phrase("gitpact: commit refused, because gitpact cannot check it"),
    "commit-msg": Phrase("gitpact: commit refused, because gitpact cannot check it"),
    "pre-push": Phrase("gitpact: push refused, because gitpact cannot check it"),
}
COMMIT = Phrase("to make one commit without the check: GITPACT=0 git commit …; CI still checks the commit")
WITHOUT_CHECK = {
    "pre-push": Phrase("to make one push without the check: GITPACT=0 git push …; CI and the server still check it"),
    "pre-receive": Phrase(
        "gitpact refuses every push until the administrator repairs this fault; to switch gitpact off, run in "
        "the repository folder on the server: touch gitpact/off"
    ),
}


def after_failure(argv: Sequence[str], code: int) -> Iterator[str]:
    """Yield lines to print after the hook `argv[0]` ended with exit code 2 or 3: what the person can do now.

    `argv[1:]` are git's arguments for the hook. The first line says that the commit or the push is refused. After 3 one
    says how to go on without the check, or for pre-receive what the administrator can do. The last is the command that
    tries again, if there is one; for commit-msg it commits with the saved message. Call it for no other code.
    """
    name, *arguments = argv or [""]
    if name in REFUSED:
        yield i18n.translate(REFUSED[name])
    if code == CRASHED:
        yield f"gitpact: {i18n.translate(WITHOUT_CHECK.get(name, COMMIT))}"
    if name == "commit-msg" and arguments:
        (path,) = arguments[:1]
        again = commit_again.running_commit()
        whole = commit_again.cleanup_options(again, has_comments=_has_comments(path))
        command = shell.joined(commit_again.commit_words(again, *whole, "-e", "-F", shell.shorter_path(path, "")))
        yield f"gitpact: {i18n.catalog()['hook.kept'].format(command=command)}"
    elif name in REFUSED:
        command = commit_again.command_line("git push" if name == "pre-push" else "git commit")
        if command:
            yield i18n.translate(Phrase("gitpact: correct the error above, then run: {command}", command=command))


def _has_comments(path: str) -> bool:
    """Whether an editor would make git take lines of a message for comments; no configuration is asked any more."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError:
        return False
    return os.environ.get("GIT_EDITOR") == ":" and b"\n#" in b"\n" + text
