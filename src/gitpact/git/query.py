"""One question to git, one answer."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import processes
from gitpact.records import Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = ("HEAD", "@")  # what a person types for it


def output(*args: str, cwd: str | None = None) -> bytes:
    """Run `git ARGS` in the folder `cwd`, by default the current one; returns its standard output as bytes.

    Raises GitpactError with the arguments and git's standard error if git fails.
    """
    command = [*(["-C", cwd] if cwd else []), *args]
    return processes.run(command, " ".join(args))


def text(*args: str) -> str:
    """The output of `git ARGS` as text, without the line feed at its end.

    Bytes that are not UTF-8 become surrogate escapes. Raises GitpactError as `output` does.
    """
    return _decoded(output(*args))


def text_or_nothing(*args: str) -> str:
    """The output of `git ARGS` as text, without the line feed at its end; "" where it fails."""
    return _decoded(output_or_nothing(*args))


def fields(*args: str) -> list[str]:
    """The fields that `git ARGS` writes with a NUL behind each (`-z`), as text; [] for no output.

    Raises GitpactError as `output` does.
    """
    return _decoded(output(*args)).split("\0")[:-1]


def output_with_input(args: Sequence[str], data: bytes) -> bytes:
    """Standard output of `git ARGS` with `data` as its standard input. Raises GitpactError with git's message."""
    return b"".join(processes.begin([args], data))


def top_level() -> str:
    """The top of the work tree, absolute. Raises GitpactError outside of one."""
    return text("rev-parse", "--show-toplevel")


def at_top() -> tuple[str, ...]:
    """Options of git that run a command at the top of the work tree, for this repository and no other.

    With `-C` alone git would look for a repository there, and a relative GIT_DIR or core.worktree would mean another
    folder. Raises GitpactError outside of a work tree.
    """
    top = top_level()
    return "-C", top, f"--git-dir={git_dir()}", f"--work-tree={top}"


def in_work_tree() -> bool:
    """Whether the current folder is in a work tree: False in a git directory and outside of a repository."""
    return output_or_nothing("rev-parse", "--is-inside-work-tree") == b"true\n"


def git_dir() -> str:
    """The absolute git directory of the repository at the current folder: below `worktrees/` in a linked work tree.

    In a bare repository it is the repository itself. Raises GitpactError outside of a repository.
    """
    return text("rev-parse", "--absolute-git-dir")


def is_this_repository(url: str) -> bool:
    """Whether a URL or a path names the repository here or one of its work trees, as in `git push . main:next`.

    False where the path is none of a repository, and where there is no repository here; nothing is raised.
    """
    path = url.removeprefix("file://")
    if not os.path.isdir(path):
        return False
    git_dir = f"{path}/.git" if os.path.lexists(f"{path}/.git") else path
    asked = ("rev-parse", "--git-common-dir")
    own, its = text_or_nothing(*asked), text_or_nothing(f"--git-dir={git_dir}", *asked)
    return bool(own and its) and os.path.samefile(own, its)


def head() -> str:
    """The full name of the branch that HEAD names, whether or not it has a commit.

    "" if HEAD is detached, or outside of a repository.
    """
    return text_or_nothing("symbolic-ref", "--quiet", "HEAD")


def symbolic_refs() -> dict[str, str]:
    """Map each symbolic ref below refs/ to the ref that it points to, by full names; {} if git fails."""
    rows = text_or_nothing("for-each-ref", "--format=%(refname) %(symref)").split("\n")
    return {name: target for name, _, target in (row.partition(" ") for row in rows) if target}


def exists(revision: str) -> bool:
    """Whether a revision names an object of this repository.

    True for every oid in full, even of an object that is not here: append `^{commit}` to an oid.
    """
    return bool(output_or_nothing("rev-parse", "--verify", "--quiet", "--end-of-options", revision))


def commit_of_ref(ref: str) -> str:
    """The oid of the commit at the ref with exactly this full name, a tag peeled; "" if there is no such commit.

    It is "" too where there is no repository. No other ref is looked for, as `exists` does for a shorter name.
    """
    oid = text_or_nothing("show-ref", "--verify", "--hash", "--", ref)
    return peel(oid) if oid else ""


def peel(name: str) -> str:
    """The oid of the commit that `name`, an oid or HEAD, leads to, if need be by way of a tag; "" for none."""
    return text_or_nothing("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def is_ancestor(old: str, new: str) -> bool:
    """Whether the commit `old` is `new` or in its history; False if one of them is not in this clone."""
    try:
        output("merge-base", "--is-ancestor", old, new)
    except GitpactError:
        return False
    return True


def ident(role: str, encoding: str = "utf-8") -> Ident | None:
    """The person whom git would write now as `role`, "AUTHOR" or "COMMITTER"; None if git has no identity.

    `encoding` is the codec of the message; what is not in it becomes U+FFFD.
    """
    try:
        text = output("var", f"GIT_{role}_IDENT").decode(encoding, "replace")
    except GitpactError:
        return None
    name, _, rest = text.rpartition(" <")
    return Ident(name, rest.partition(">")[0])


def version() -> tuple[int, ...]:
    """Git's own version, its first two numbers: (2, 45). Raises GitpactError if git is not installed."""
    words = output("version").decode("ascii", "replace").split()
    return tuple(int(part) for part in words[2].split(".")[:2] if part.isdecimal())


def output_or_nothing(*args: str) -> bytes:
    """Standard output of `git ARGS`, b"" where it fails."""
    try:
        return output(*args)
    except GitpactError:
        return b""


def _decoded(data: bytes) -> str:
    """A name may be any bytes; those that are not UTF-8 are kept for the command that gets it again."""
    return data.decode("utf-8", "surrogateescape").removesuffix("\n")
