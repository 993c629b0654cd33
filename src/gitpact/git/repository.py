"""The repository that a command runs in: where it is, whether it is whole, whether it can be trusted."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import processes
from gitpact.git.query import exists, output, output_or_nothing, top_level
from gitpact.records import NamedTuple

# Files and folders of a git directory that are there while a merge, rebase, bisect or the like is not finished.
IN_PROGRESS = (
    *("rebase-merge", "rebase-apply", "sequencer", "BISECT_LOG"),
    *("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"),
)
MOVED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR")  # variables that say that things are elsewhere


class Here(NamedTuple):
    """The repository of the current folder: its git directory and the top of the work tree, both absolute.

    `top` is "" outside of a work tree; `shallow` tells that history is cut off somewhere.
    """

    git_dir: str
    top: str
    shallow: bool


def is_shallow() -> bool:
    """Whether the repository is shallow: history is cut off somewhere. Raises GitpactError outside of one."""
    return output("rev-parse", "--is-shallow-repository") == b"true\n"


def is_operation_in_progress(git_dir: str) -> bool:
    """Whether a merge, rebase, cherry-pick, revert or bisect is not finished in the work tree of this git directory."""
    if any(os.path.exists(f"{git_dir}/{name}") for name in IN_PROGRESS):
        return True
    # Where refs are in a table, these two are rows of it.
    return os.path.isdir(f"{git_dir}/reftable") and any(map(exists, ("CHERRY_PICK_HEAD", "REVERT_HEAD")))


def is_partial() -> bool:
    """Whether the clone leaves out objects that a remote has promised to give (gitglossary, partial clone)."""
    return bool(output_or_nothing("config", "--get-regexp", r"^remote\..*\.promisor$"))


def here() -> Here:
    """Find the repository of the current folder.

    Starts no process at the top of an ordinary clone or of a bare repository. Raises GitpactError if there is no
    repository, or if git refuses it, as one in somebody else's folder.
    """
    top = os.getcwd()
    if not any(name in os.environ for name in MOVED):
        if os.path.isfile(".git/HEAD"):
            return Here(f"{top}/.git", top, os.path.exists(".git/shallow"))
        if os.path.isfile("HEAD") and os.path.isdir("objects") and os.path.isdir("refs"):
            return Here(top, "", os.path.exists("shallow"))
    asked = ("--is-inside-work-tree", "--is-shallow-repository", "--absolute-git-dir")
    english = {"LC_ALL": "C", "LANGUAGE": "C"}
    try:
        answer = b"".join(processes.begin([["rev-parse", *asked]], "", variables=english))
    except GitpactError as error:
        if "not a git repository" in str(error):
            raise GitpactError(
                "there is no git repository here: {top}", "go to a repository, or make one: git init", top=top
            ) from error
        answer = output("rev-parse", *asked)  # git says in the reader's language what to do, as in somebody's folder
    inside, shallow, git_dir = answer.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n", 2)
    return Here(git_dir, top_level() if inside == "true" else "", shallow == "true")


def refuse_embedded() -> None:
    """Raise GitpactError if the current folder is in a bare repository that itself lies in a work tree.

    Whoever wrote the files of that work tree wrote the bare repository's configuration too, and this names programs to
    run. git's own protection is `safe.bareRepository = explicit`, since 2.38. With GIT_DIR set nothing is raised, since
    the user chose the repository.
    """
    if "GIT_DIR" in os.environ:
        return
    folder, bare = os.getcwd(), ""
    while True:
        if os.path.lexists(f"{folder}/.git"):
            break
        files = os.path.isfile(f"{folder}/HEAD") and os.path.isdir(f"{folder}/objects")
        bare = folder if files and os.path.isdir(f"{folder}/refs") else bare
        if os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)
    if bare and f"{bare}/".find("/.git/") < 0:
        raise GitpactError(
            (
                "{bare}: gitpact does not trust this bare repository, because it is inside the work tree {folder}. "
                "Somebody else may have written its configuration."
            ),
            "if you trust this repository, run: GIT_DIR=. gitpact …",
            bare=bare,
            folder=folder,
        )
