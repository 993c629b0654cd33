"""What git tells a hook of the refs that a push changes (how-a-push-is-measured 40 to 50, 59)."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.records import RefUpdate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NULL = "0" * 40
FROM_GIT = "git starts this command as a hook; to see what a push would send: gitpact size"
# Refs that hold no commits of the project's history: their messages are a tool's, their size counts.
NOT_LINTED = ("refs/notes/", "refs/meta/")
# What a server has judged: all that branches and tags have came through them. What other refs have did not have to pass
# (notes), or was put there by the server itself (a host's refs/pull/*), or by whoever fetched it (refs/remotes/*).
JUDGED = ("--not", "--branches", "--tags")


def pushed(data: bytes) -> tuple[RefUpdate, ...]:
    """Parse the standard input of a pre-push hook; returns an update for each line, () for empty input.

    A line is `source SP new SP ref SP old`; the source may hold spaces (`HEAD^{/fix bug}`). Raises GitpactError for any
    other line.
    """
    return tuple(_pushed(line) for line in _lines(data))


def received(data: bytes) -> tuple[RefUpdate, ...]:
    """Parse the standard input of a pre-receive hook; returns an update for each line, () for empty input.

    A line is `old SP new SP ref`; `source` is then "". Raises GitpactError for any other line.
    """
    return tuple(_received(line) for line in _lines(data))


def linted(updates: Iterable[RefUpdate]) -> tuple[str, ...]:
    """The `new` of each update whose commits are linted, without duplicates.

    Left out are deletions and the refs below NOT_LINTED, such as notes: nobody writes the commits of these by hand.
    """
    kept = (update.new for update in updates if not update.deletes and not update.ref.startswith(NOT_LINTED))
    return tuple(dict.fromkeys(kept))


def already_judged(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Options of `git rev-list`, to put behind tips, that exclude what a server has judged: its branches and tags.

    They begin with `--not`. `environ` is the hook's; where it has a GIT_NAMESPACE, that namespace's are excluded too.
    """
    names = [name for name in environ.get("GIT_NAMESPACE", "").split("/") if name]
    if not names:
        return JUDGED
    prefix = "".join(f"refs/namespaces/{name}/" for name in names)
    return (*JUDGED, f"--glob={prefix}refs/heads/*", f"--glob={prefix}refs/tags/*")


def from_framework(environ: Mapping[str, str]) -> tuple[RefUpdate, ...]:
    """The update that pre-commit and prek describe to a hook in variables; () where `environ` does not have these.

    It is one ref only, even if more are pushed. `old` is all zeros if they name none. For a whole history pre-commit
    names no commits, but the branch (`_pre_push_ns` in its hook_impl.py). Raises GitpactError if that is not here.
    """
    ref = environ.get("PRE_COMMIT_REMOTE_BRANCH", "")
    if not ref:
        return ()
    source, old = environ.get("PRE_COMMIT_LOCAL_BRANCH", ""), environ.get("PRE_COMMIT_FROM_REF") or NULL
    new = environ.get("PRE_COMMIT_TO_REF", "")
    if not new:
        from gitpact.git import query  # noqa: PLC0415  git itself names the commits

        new = query.text("rev-parse", "--verify", "--end-of-options", source)
    return (RefUpdate(source, new, ref, old),)


def _lines(data: bytes) -> list[str]:
    return [line for line in data.decode("utf-8", "surrogateescape").split("\n") if line]


def _pushed(line: str) -> RefUpdate:
    parts = line.rsplit(" ", 3)
    if len(parts) != 4:  # noqa: PLR2004  the protocol's fields
        raise GitpactError(
            "pre-push: git gives each ref as 'LOCAL-REF OID REMOTE-REF OID' on standard input; this line is different: "
            "{line!r}",
            FROM_GIT,
            line=line[:200],
        )
    source, new, ref, old = parts
    return RefUpdate(source, new, ref, old)


def _received(line: str) -> RefUpdate:
    parts = line.split(" ", 2)
    if len(parts) != 3:  # noqa: PLR2004  the protocol's fields
        raise GitpactError("pre-receive: this line is not 'OLD-OID NEW-OID REF': {line!r}", FROM_GIT, line=line[:200])
    old, new, ref = parts
    return RefUpdate("", new, ref, old)
