"""A push: the refs that it changes, what the receiver has, and what is judged already."""

from __future__ import annotations

from gitpact.git import query
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.records import RefUpdate

LIKE_URL = set(":/\\.~")  # characters of a URL or a path; a remote's name may hold some of them


class Push(NamedTuple):
    """The refs that a push changes, and what is known before it.

    `has` and `seen` are words of `git rev-list`, to be put after tips: `has` excludes what the receiver has, which
    decides what is sent, `seen` what any remote has, whose messages are not judged again. `where` names the receiver
    for people and `remote` in a git command; on a server both are "". `bare` is True on a server. `guessed` is True
    where the receiver is no remote of this clone and is taken to have what any remote has. `git_dir` is the git
    directory here (how-a-push-is-measured 46, 51).
    """

    updates: tuple[RefUpdate, ...]
    has: tuple[str, ...]
    seen: tuple[str, ...]
    where: str = ""
    bare: bool = False
    guessed: bool = False
    git_dir: str = ""
    remote: str = ""

    @property
    def tips(self) -> tuple[str, ...]:
        """The oids that the refs would point to, each once; none for deletions."""
        return tuple(dict.fromkeys(update.new for update in self.updates if not update.deletes))


def outgoing_push(updates: tuple[RefUpdate, ...], remote: str, url: str, git_dir: str = "") -> Push:
    """Build the push of `updates` from this clone to a remote, named `remote` and `url` as git does for pre-push.

    Where both are a URL or a path, as after `git push URL`, the remotes with that URL are the receiver; where there are
    none, the push is `guessed` (how-a-push-is-measured 46). A password in `url` does not appear in `where`. `git_dir`
    is the git directory of this clone. Raises GitpactError where git cannot list the remotes.
    """
    names = _named(remote, url) if remote == url or set(remote) & LIKE_URL else [remote]
    options = [f"--remotes={name}" for name in names] or ["--remotes"]
    has = (*(f"^{update.old}" for update in updates if not update.creates), "--not", *options)
    where = ", ".join(names) or _anonymous(url)
    receiver = remote if remote in names else (names or [where])[0]
    return Push(updates, has, ("--not", "--remotes"), where, guessed=not names, git_dir=git_dir, remote=receiver)


def _anonymous(url: str) -> str:
    """A URL without its secrets: a password, and over HTTP the user name, which may be a token."""
    scheme, mark, rest = url.partition("://")
    person, at, host = rest.partition("/")[0].rpartition("@")
    if not mark or not at:
        return url
    kept = "" if scheme.startswith("http") else f"{person.partition(':')[0]}@"
    return f"{scheme}://{kept}{host}{rest[len(person) + 1 + len(host) :]}"


def incoming_push(updates: tuple[RefUpdate, ...], judged: tuple[str, ...]) -> Push:
    """Build the push of `updates` that this bare repository receives, while none of its refs has changed yet.

    `judged` are the words that `ref_updates.already_judged` returns; they become `has` and `seen`. Whatever a branch or
    tag gains is judged, wherever its objects are: some may lie outside of the quarantine, borrowed from another
    repository or left by deleted refs.
    """
    return Push(updates, judged, judged, bare=True, git_dir=".")


def _named(remote: str, url: str) -> list[str]:
    """The remotes of that name, or whose URL for pushes or for fetches this is, as git rewrites it."""
    rows = query.output("remote", "-v").decode("utf-8", "surrogateescape").split("\n")
    fields = (row.removesuffix(" (push)").removesuffix(" (fetch)").partition("\t") for row in rows)
    wanted = _place(url)
    return list(dict.fromkeys(name for name, _, its in fields if _place(its) == wanted or name == remote))


def _place(url: str) -> str:
    """A URL without what makes it no other place."""
    return url.removeprefix("file://").rstrip("/")
