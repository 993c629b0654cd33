"""prepare-commit-msg: begin the message in the editor, with a header as far as it is known and what the policy asks.

It is installed on request only, and judges nothing.
"""

from __future__ import annotations

import os

from gitpact.cli import hooks
from gitpact.cli.hooks import commit_msg
from gitpact.errors import OK, GitpactError
from gitpact.git import cache, query
from gitpact.git import message_settings as git_settings
from gitpact.message import cleanup, encodings
from gitpact.policy import in_force
from gitpact.repair import message_start, scope_guess
from gitpact.report import i18n
from gitpact.rules.refs import BRANCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitpact.records import Policy, Settings
    from gitpact.repair.message_start import Start

STRIPPED = "strip"  # the cleanup that takes comments out


def run(args: Sequence[str], environ: Mapping[str, str]) -> int:
    """Write the beginning of a message into the file `args[0]`, if an editor will open on an empty one; returns 0.

    A second argument of git's says that there is a message already (githooks, prepare-commit-msg); then, with
    GITPACT=0, and where gitpact is switched off, nothing happens. The commit-msg hook learns by a file below the git
    directory what the untouched message is. Raises GitpactError without an argument, and where the file, the policy or
    git's configuration cannot be read.
    """
    if not args:
        raise GitpactError(
            "prepare-commit-msg: expected the path of the message file",
            "git starts this command as a hook: gitpact-hook prepare-commit-msg FILE",
        )
    if len(args) > 1 or environ.get("GITPACT") == "0" or environ.get("GIT_EDITOR") == ":":
        return OK
    git_dir = hooks.git_dir(environ)
    settings = git_settings.read(git_dir, environ)
    raw = commit_msg.read_message(args[0])
    if settings.off or raw.partition(b"\n")[0].strip():
        return OK
    policy = in_force.of_work_tree(os.getcwd(), git_dir, environ).policy
    start = message_start.known(policy, query.head().removeprefix(BRANCH), _scope(policy))
    begun = _begun(raw, settings, start, policy)
    try:
        with open(args[0], "wb") as file:
            file.write(begun)
        cache.write(f"{git_dir}/{cache.DIRECTORY}/{cache.PREPARED}", cleanup.clean(begun, settings, editor=True))
    except OSError as error:
        raise GitpactError("{path}: cannot be written: {reason}", path=args[0], reason=error.strerror) from error
    return OK


def _scope(policy: Policy) -> str:
    """The scope that earlier commits on the staged files had; "" where none is clear, or cannot be found."""
    if policy.scope == "forbidden":
        return ""
    try:
        return scope_guess.of_index(policy)
    except GitpactError:  # as in a partial clone
        return ""


def _begun(raw: bytes, settings: Settings, start: Start, policy: Policy) -> bytes:
    """The message file with a beginning: the header, the sign-off that the policy adds, and lines of comment."""
    codec = encodings.codec_or_utf8(settings.encoding)
    comment = cleanup.comment_of(raw, settings, editor=True)
    lines = raw.split(b"\n")
    at = next((number for number, line in enumerate(lines) if line.startswith(comment)), len(lines))
    own, hints = lines[1:at], lines[at:]
    signer = query.ident("COMMITTER") if policy.add and not any(line.strip() for line in own) else None
    if signer:
        own = [b"", f"Signed-off-by: {signer}".encode(codec, "backslashreplace"), b""]
    told: list[bytes] = []
    if cleanup.mode(settings.cleanup, editor=True) == STRIPPED:
        said = message_start.comments(start, policy, i18n.catalog())
        told = [*(comment + b" " + line.encode(codec, "backslashreplace") for line in said), comment]
    header = start.header.encode(codec, "backslashreplace")
    return b"\n".join([header, *(own or [b""]), *told, *hints])
