"""The default branch of a repository: what HEAD names, and the files that say so."""

from __future__ import annotations

import os

from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL = ("refs/heads/main", "refs/heads/master")  # the default branch where HEAD names none that is there
REFTABLE = "refs/heads/.invalid"  # what HEAD names where git keeps refs elsewhere
MOST_LINKS, LONGEST_LINE = 5, 4096  # git follows as many symbolic refs


class Branch(NamedTuple):
    """The default branch: its full ref name, or "HEAD", and the oid of its commit; both are "" where there is none."""

    ref: str = ""
    oid: str = ""


def default_branch() -> Branch:
    """The default branch of the repository: HEAD if it leads to a commit, else main, else master.

    `ref` is "HEAD", "refs/heads/main" or "refs/heads/master"; Branch("", "") if none of these has a commit, or outside
    of a repository.
    """
    from gitpact.git import query  # noqa: PLC0415  what hangs on the branch is kept

    head = query.head()
    oid = query.commit_of_ref(head) if head else query.peel("HEAD")
    if oid:
        return Branch("HEAD", oid)
    found = (Branch(ref, query.commit_of_ref(ref)) for ref in USUAL)
    return next((branch for branch in found if branch.oid), Branch())


def files(git_dir: str) -> Iterable[str]:
    """Paths of files of which at least one changes whenever the default branch changes to another commit.

    Not all of them need exist. `git_dir` may be that of a linked work tree. Iterating raises OSError if HEAD is
    missing.
    """
    names = ("packed-refs", "reftable/tables.list", *USUAL, *symref_chain_of_head(git_dir))
    yield from (f"{git_dir}/HEAD", *(os.path.join(common(git_dir), name) for name in names))


def common(git_dir: str) -> str:
    """The git directory that all work trees share if `git_dir` belongs to a linked work tree, else `git_dir`.

    The path may hold `..`.
    """
    path = f"{git_dir}/commondir"
    return os.path.join(git_dir, _line(path)) if os.path.isfile(path) else git_dir


def symref_chain_of_head(git_dir: str) -> list[str]:
    """The full names of the branch in HEAD and of each ref that this points to in turn; [oid] if HEAD is detached.

    Reads files, runs no git. Raises OSError if HEAD is missing.
    """
    text = _line(f"{git_dir}/HEAD")
    return symref_chain(git_dir, text.removeprefix("ref: ")) if text.startswith("ref: ") else [text]


def symref_chain(git_dir: str, ref: str) -> list[str]:
    """The full name `ref`, the ref that it points to if it is symbolic, and so on; at most MOST_LINKS are followed.

    The last one need not exist. Reads files in `git_dir`, runs no git.
    """
    names = [ref]
    while len(names) <= MOST_LINKS:
        try:
            text = _line(f"{git_dir}/{names[-1]}")
        except OSError:
            break  # packed, or not there
        if not text.startswith("ref: "):
            break
        names.append(text.removeprefix("ref: ").strip())
    return names


def _line(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read(LONGEST_LINE).strip()
