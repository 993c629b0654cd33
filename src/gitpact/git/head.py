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
    """A branch by its full name, or "HEAD" where that names a commit; and its commit. Both empty: there is none."""

    ref: str = ""
    oid: str = ""


def default_branch() -> Branch:
    """The default branch: "HEAD" where that names a commit, else main or master by full name, else Branch("", "")."""
    from gitpact.git import query  # noqa: PLC0415  what hangs on the branch is kept

    head = query.head()
    oid = query.commit_of_ref(head) if head else query.peel("HEAD")
    if oid:
        return Branch("HEAD", oid)
    found = (Branch(ref, query.commit_of_ref(ref)) for ref in USUAL)
    return next((branch for branch in found if branch.oid), Branch())


def files(git_dir: str) -> Iterable[str]:
    """The files of which one changes when another commit becomes the last of the default branch."""
    names = ("packed-refs", "reftable/tables.list", *USUAL, *symref_chain_of_head(git_dir))
    yield from (f"{git_dir}/HEAD", *(os.path.join(common(git_dir), name) for name in names))


def common(git_dir: str) -> str:
    """The git directory of the repository itself, where this one is that of a linked work tree; else this one."""
    path = f"{git_dir}/commondir"
    return os.path.join(git_dir, _line(path)) if os.path.isfile(path) else git_dir


def symref_chain_of_head(git_dir: str) -> list[str]:
    """The refs that HEAD leads to, the branch first and then what that stands for; [oid] where HEAD is detached."""
    text = _line(f"{git_dir}/HEAD")
    return symref_chain(git_dir, text.removeprefix("ref: ")) if text.startswith("ref: ") else [text]


def symref_chain(git_dir: str, ref: str) -> list[str]:
    """The full name of a ref, the ref that it points to if it is symbolic, and so on; from files, not from git."""
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
