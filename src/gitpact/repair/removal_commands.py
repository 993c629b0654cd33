"""The commands that take files out of commits that nobody has yet, each exact for this very case.

What is taken out stays in the work tree, and a version of a file that offends nobody stays in its commit.
"""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import cache, processes, query, trees
from gitpact.records import NamedTuple
from gitpact.repair import commit_again, shell
from gitpact.repair.rebase_commands import BY_SIGNING, may_be_comments
from gitpact.repair.shell import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gitpact.checks.pushed_files import FileFinding

    Rows = Iterator[Command]

FEW = 20  # paths that a command names; more stand in a file
PATTERN = set(":*?[]\\,!^")  # what git, or Git LFS, does not take for itself in a path
SHORT = 12
AMEND, EDIT, STRIP = "amend", "edit", "strip"
DROP = "git reset -q --soft 'HEAD^'"  # the last commit goes; the index and the work tree stay as they are


class Case(NamedTuple):
    """Refused files of commits that no remote has, and what the commands need to know.

    `head` is the oid of the commit that is checked out. `rules` are, by commit oid, the ids of the rules that refuse
    its message. `git_dir` is the git directory, below which lists of paths are written. `strip` is the command line of
    `gitpact strip` that removes all of the files.
    """

    refused: Sequence[FileFinding]
    head: str
    rules: Mapping[str, Collection[str]]
    git_dir: str
    strip: str

    @property
    def brought(self) -> set[str]:
        """The oids of the commits that brought the files."""
        return {one.blob.commit for one in self.refused}

    @property
    def paths(self) -> list[str]:
        """The paths of the files, each once."""
        return list(dict.fromkeys(one.blob.path for one in self.refused))


def of_push(case: Case, texts: Mapping[str, str]) -> Rows:
    """Yield the commands that remove refused files from the last commit, an earlier one or, with `strip`, all.

    The files stay in the work tree; a commit that holds nothing else goes away. Where one command of Git LFS could move
    the large ones instead, it comes last. Labels and hints are of `texts`. Raises GitpactError where git fails or a
    list of paths cannot be written.
    """
    way = _way(case)
    if way == AMEND:
        dropped = _holds_nothing_else(case, case.head)
        out = f"{_unstaged(case)} && {DROP if dropped else _amend(case, case.head)}"
        yield Command(texts["push.take-out"], out, texts["push.drop-hint"] if dropped else "")
    elif way == EDIT:
        (first,) = case.brought
        base = f"'{first[:SHORT]}^'" if query.exists(f"{first}^") else "--root"
        yield Command(
            texts["push.take-out"], f"git rebase -i {base}", texts["push.edit-hint"].format(commit=first[:SHORT])
        )
        made = DROP if _holds_nothing_else(case, first) else _amend(case, first)
        out = f"git rm -q --cached {pathspecs(case.paths, case.git_dir)} && {made}"
        yield Command(texts["push.then"], f"{out} && git rebase --continue")
        yield Command(texts["push.at-once"], case.strip)
    else:
        yield Command(texts["push.take-out"], case.strip)
    large = lfs_candidates(case.refused)
    if large:
        yield Command(texts["push.lfs"], f"git lfs migrate import --include={lfs_patterns(large, ',')}")


def _way(case: Case) -> str:
    """How the files are removed: AMEND the last commit, EDIT an earlier one in a rebase, or STRIP them at once."""
    if not _in_whole_tree():
        return STRIP
    if case.brought == {case.head} and not _merges(case, case.head) and _nothing_else(staged=True):
        return AMEND
    return EDIT if _plain(case) else STRIP


def leaves_messages(case: Case) -> bool:
    """Whether some refused message is left after the removal of the files, so that it needs a command of its own.

    The commands that `of_push` returns also correct the messages of the commits that they amend or edit; a commit that
    holds nothing but refused files goes away. Raises GitpactError if git fails.
    """
    if not case.rules or (_way(case) != STRIP and case.rules.keys() <= case.brought):
        return False
    merged = query.output("rev-list", "--merges", "--max-count=1", case.head, "--not", "--remotes")
    return bool(merged) or not all(_holds_nothing_else(case, oid) for oid in case.rules)


def oldest(case: Case) -> str:
    """The oldest of the commits that brought the files."""
    own = query.text("rev-list", "--topo-order", "--reverse", case.head, "--not", "--remotes").split("\n")
    return next((oid for oid in own if oid in case.brought), "")


def lfs_candidates(refused: Sequence[FileFinding]) -> list[FileFinding]:
    """The findings on too large files if one command of git-lfs can move all of these files, else [].

    [] where git-lfs is not on PATH, where there are more than FEW, or where a path has a character of PATTERN.
    """
    large = [one for one in refused if one.finding.rule == "file-size" and one.blob.path]
    fit = len(large) <= FEW and not any(set(one.blob.path) & PATTERN for one in large)
    return large if fit and shell.on_path("git-lfs") else []


def lfs_patterns(refused: Sequence[FileFinding], separator: str) -> str:
    """Return the paths of the findings, each once and quoted for a shell, with `separator` between two of them.

    For Git LFS they are patterns, so pass only what `lfs_candidates` returned.
    """
    return separator.join(shell.quoted(path) for path in dict.fromkeys(one.blob.path for one in refused))


def pathspecs(paths: Sequence[str], git_dir: str) -> str:
    """Return the end of a git command: `--` and the paths, quoted for a shell and safe from being read as patterns.

    `paths` are relative to the top of the work tree; the command works from the folder in which the person is. More
    than FEW paths, or one with control characters, are written to a file below `git_dir`, and `--pathspec-from-file`
    names it. Raises GitpactError where that fails.
    """
    far = commit_again.person_folder() != os.getcwd() + os.sep
    if _fit(paths):
        spec = [path if not far and not set(path) & PATTERN else f":(top,literal){path}" for path in paths]
        return f"-- {' '.join(map(shell.quoted, spec))}"
    listed = _listed([f":(top,literal){path}\0" for path in paths], git_dir)
    return f"--pathspec-from-file={shell.quoted(listed)} --pathspec-file-nul"


def _fit(paths: Sequence[str]) -> bool:
    """Whether a command can name the paths, in any shell."""
    return len(paths) <= FEW and all(map(shell.is_plain, paths))


def _listed(entries: Sequence[str], git_dir: str) -> str:
    """Leave a list where a command finds it; returns its path. Raises GitpactError."""
    path = os.path.join(os.path.abspath(git_dir), cache.DIRECTORY, cache.PATHS)
    try:
        cache.write(path, "".join(entries).encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise GitpactError("{path}: cannot be written: {reason}", path=path, reason=error.strerror) from error
    return path


def _amend(case: Case, commit: str) -> str:
    """What makes the commit again. Our own hook judges its message too, so a wrong message is corrected with it."""
    wrong = set(case.rules.get(commit, ()))
    edit = wrong - BY_SIGNING
    lines = query.output("log", "-1", "--encoding=UTF-8", "--format=%B", commit).split(b"\n")
    whole = f" --cleanup={'scissors' if edit else 'whitespace'}" if may_be_comments(lines) else ""
    return f"git commit --amend{'' if edit else ' --no-edit'}{whole}{' -s' if wrong & BY_SIGNING else ''} --allow-empty"


def _unstaged(case: Case) -> str:
    """What takes the files out of the index; one that the commit before had stays as it was there."""
    had = _entries_before(case.head, case.paths)
    fresh = [path for path in case.paths if path not in had]
    old = [path for path in case.paths if path in had]
    if fresh and old and not _fit(case.paths):
        fresh, old = [], case.paths  # restoring what was not there takes it out, too
    parts = [f"git rm -q --cached {pathspecs(fresh, case.git_dir)}"] if fresh else []
    parts += [f"git restore --source='HEAD^' --staged {pathspecs(old, case.git_dir)}"] if old else []
    return " && ".join(parts)


def _in_whole_tree() -> bool:
    """Whether this is a work tree with all files; git would not take out what a sparse one leaves aside."""
    sparse = query.output_or_nothing("config", "--bool", "core.sparseCheckout") == b"true\n"
    return not sparse and query.in_work_tree()


def _holds_nothing_else(case: Case, commit: str) -> bool:
    """Whether a commit, which is no root, changes refused files and nothing else; an empty one changes none."""
    if not query.exists(f"{commit}^"):
        return False
    changed = trees.changed_paths(f"{commit}^", commit)
    return bool(changed) and changed <= set(case.paths)


def _nothing_else(*, staged: bool = False) -> bool:
    """Whether the work tree, or what is `staged` alone, is as it was committed."""
    return not any(line[:1] != " " if staged else line for line in trees.status())


def _plain(case: Case) -> bool:
    """Whether a rebase that stops once leads out.

    One commit made the files, none touches them later or is a merge, and nothing in the work tree is in its way.
    """
    first, *more = case.brought
    if more or len(case.paths) > FEW or not query.is_ancestor(first, case.head):
        return False
    if _entries_before(first, case.paths) or _merges(case, first) or not _nothing_else():
        return False
    paths = [f":(top,literal){path}" for path in case.paths]
    if query.output(*processes.MAGIC, "rev-list", "--max-count=1", f"{first}..{case.head}", "--", *paths):
        return False
    return not trees.untracked_overwritten(first, case.head)


def _entries_before(commit: str, paths: Collection[str]) -> Mapping[str, trees.Entry]:
    """Those of the files that the first parent of a commit has; none where it has no parent."""
    return trees.entries(f"{commit}^", paths) if query.exists(f"{commit}^") else {}


def _merges(case: Case, first: str) -> bool:
    """Whether there is a merge from a commit on."""
    return bool(query.output("rev-list", "--merges", "--max-count=1", case.head, "--not", f"{first}^@"))
