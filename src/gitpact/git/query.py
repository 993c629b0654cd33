"""One question to git, one answer."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import processes
from gitpact.records import Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def output(*args: str, cwd: str | None = None) -> bytes:
    """Standard output of `git ARGS`. Raises GitpactError with the command and what git said."""
    command = [*(["-C", cwd] if cwd else []), *args]
    return processes.run(command, " ".join(args))


def feed(args: Sequence[str], data: bytes) -> bytes:
    """Standard output of `git ARGS` that reads `data`; nothing is replaced. Raises GitpactError with what git said."""
    return b"".join(processes.begin([args], data.decode("utf-8", "surrogateescape")))


def top_level() -> str:
    """The top of the work tree, absolute. Raises GitpactError outside of one."""
    return output("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").removesuffix("\n")


def in_work_tree() -> bool:
    """Whether git stands in a work tree, and not in a bare repository or below a git directory."""
    return answer("rev-parse", "--is-inside-work-tree") == b"true\n"


def git_dir() -> str:
    """The git directory of this work tree, absolute: below `worktrees/` in a linked one."""
    return output("rev-parse", "--absolute-git-dir").decode("utf-8", "surrogateescape").removesuffix("\n")


def head() -> str:
    """The full name of the branch that HEAD names, there or not; empty where it names a commit."""
    return answer("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").removesuffix("\n")


def symbolic() -> dict[str, str]:
    """Each ref below refs/ that stands for another, with that one."""
    rows = answer("for-each-ref", "--format=%(refname) %(symref)").decode("utf-8", "surrogateescape").split("\n")
    return {name: target for name, _, target in (row.partition(" ") for row in rows) if target}


def has(revision: str) -> bool:
    """Whether a revision names anything here."""
    return bool(answer("rev-parse", "--verify", "--quiet", "--end-of-options", revision))


def exact(ref: str) -> str:
    """The commit that a ref of this full name has, a tag peeled; "" where there is none.

    `has` also finds `refs/tags/NAME` and others for a name that is not there.
    """
    oid = answer("show-ref", "--verify", "--hash", "--", ref).decode().strip()
    return commit(oid) if oid else ""


def commit(name: str) -> str:
    """The commit that an object id or HEAD names, a tag peeled; "" where there is none."""
    return answer("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()


def is_ancestor(old: str, new: str) -> bool:
    """Whether a commit is in the history of another; one that is not here is in none."""
    try:
        output("merge-base", "--is-ancestor", old, new)
    except GitpactError:
        return False
    return True


def ident(role: str) -> Ident | None:
    """The AUTHOR or COMMITTER as git would write it now; None where git has no identity."""
    try:
        text = output("var", f"GIT_{role}_IDENT").decode("utf-8", "replace")
    except GitpactError:
        return None
    name, _, rest = text.rpartition(" <")
    return Ident(name, rest.partition(">")[0])


def version() -> tuple[int, ...]:
    """Git's own version: its first two numbers."""
    words = output("version").decode("ascii", "replace").split()
    return tuple(int(part) for part in words[2].split(".")[:2] if part.isdecimal())


def answer(*args: str) -> bytes:
    """Standard output of `git ARGS`, nothing where it fails."""
    try:
        return output(*args)
    except GitpactError:
        return b""
