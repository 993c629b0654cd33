"""The commands that take files out of commits that nobody has yet, each exact for this very case.

What is taken out stays in the work tree, and a version of a file that offends nobody stays in its commit.
"""

from __future__ import annotations

import os

from gitpact import retry, snapshot
from gitpact.errors import GitpactError
from gitpact.git import ask
from gitpact.mending import BY_SIGNING
from gitpact.rules import PATHS
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gitpact.i18n import Catalog
    from gitpact.offences import Offence

    Rows = Iterator[tuple[str, str]]

FEW = 20  # paths, or blobs, that a command names; more stand in a file
REFUSED_PATHS, KEPT_PATHS, REFUSED_BLOBS = "REFUSED_PATHS", "KEPT_PATHS", "REFUSED_BLOBS"
PATTERN = set(":*?[]\\,!^")  # what git, or Git LFS, does not take for itself in a path
SHORT = 12


class Case(NamedTuple):
    """Files that are refused, of commits that the branch checked out has and no remote; `head` is its last commit.

    `rules` are those that refuse the message of a commit, `git_dir` is where lists are left for a command.
    """

    refused: Sequence[Offence]
    head: str
    rules: Mapping[str, Collection[str]]
    git_dir: str

    @property
    def brought(self) -> set[str]:
        """The commits that brought the files."""
        return {one.blob.commit for one in self.refused}

    @property
    def paths(self) -> list[str]:
        """Every path once."""
        return list(dict.fromkeys(one.blob.path for one in self.refused))


def rows(case: Case, texts: Catalog) -> Rows:
    """The way out: of the last commit, of one commit that nobody built upon, or of all at once."""
    if case.brought == {case.head}:
        yield texts["push.take-out"], f"{_unstaged(case)} && {_amend(case, case.head)}"
    elif len(case.paths) <= FEW and _plain(case):
        (first,) = case.brought
        base = f"{first[:SHORT]}^" if ask.has(f"{first}^") else "--root"
        yield texts["push.take-out"], f"git rebase -i {base}   {texts['push.edit-hint'].format(commit=first[:SHORT])}"
        out = f"git rm -q --cached {pathspecs(case.paths, case.git_dir)} && {_amend(case, first)}"
        yield texts["push.then"], f"{out} && git rebase --continue"
    else:
        yield texts["push.take-out"], _filtered(case)
    large = for_lfs(case.refused)
    if large:
        yield texts["push.lfs"], f"git lfs migrate import --include={names(large, ',')}"


def for_lfs(refused: Sequence[Offence]) -> list[Offence]:
    """The files that Git LFS could take; none where it is not there, or would take a name for a pattern."""
    large = [one for one in refused if one.finding.rule == "file-size" and one.blob.path]
    fit = len(large) <= FEW and not any(set(one.blob.path) & PATTERN for one in large)
    return large if fit and retry.on_path("git-lfs") else []


def names(refused: Sequence[Offence], between: str) -> str:
    """The paths as Git LFS takes them."""
    return between.join(retry.quoted(path) for path in dict.fromkeys(one.blob.path for one in refused))


def pathspecs(paths: Sequence[str], git_dir: str, name: str = REFUSED_PATHS) -> str:
    """The words of a command that name the paths from wherever the person stands; none is taken for a pattern."""
    far = bool(_up())
    if len(paths) <= FEW:
        spec = [path if not far and not set(path) & PATTERN else f":(top,literal){path}" for path in paths]
        return f"-- {' '.join(map(retry.quoted, spec))}"
    listed = _listed(name, [f":(top,literal){path}\0" for path in paths], git_dir)
    return f"--pathspec-from-file={retry.quoted(listed)} --pathspec-file-nul"


def _up() -> str:
    """From where the person stands to the top of the work tree."""
    return "/".join([".."] * os.environ.get("GIT_PREFIX", "").count("/"))


def _listed(name: str, entries: Sequence[str], git_dir: str) -> str:
    """Leave a list where a command finds it; returns its path. Raises GitpactError."""
    path = os.path.join(os.path.abspath(git_dir), snapshot.DIRECTORY, name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines(entries)
    except OSError as error:
        raise GitpactError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _amend(case: Case, commit: str) -> str:
    """What makes the commit anew. Our own hook judges its message too, so what is wrong with that is mended with it."""
    wrong = set(case.rules.get(commit, ()))
    edit = "" if wrong - BY_SIGNING else " --no-edit"
    return f"git commit --amend{edit}{' -s' if wrong & BY_SIGNING else ''} --allow-empty"


def _unstaged(case: Case) -> str:
    """What takes the files out of the index; one that the commit before had stays as it was there."""
    had = _tree(f"{case.head}^", case.paths)
    fresh = [path for path in case.paths if path not in had]
    old = [path for path in case.paths if path in had]
    if fresh and old and len(case.paths) > FEW:
        fresh, old = [], case.paths  # restoring what was not there takes it out, too
    parts = [f"git rm -q --cached {pathspecs(fresh, case.git_dir)}"] if fresh else []
    parts += [f"git restore --source=HEAD^ --staged {pathspecs(old, case.git_dir)}"] if old else []
    return " && ".join(parts)


def _tree(revision: str, paths: Sequence[str]) -> dict[str, str]:
    """The blobs of those of the paths that a revision has; none where it is none."""
    try:
        told = ask.output(
            "ls-tree", "-r", "-z", "--full-tree", revision, *(("--", *paths) if len(paths) <= FEW else ())
        )
    except GitpactError:
        return {}
    wanted = set(paths)
    entries = (entry.partition("\t") for entry in told.decode("utf-8", "surrogateescape").split("\0")[:-1])
    return {path: about.split(" ")[2] for about, _, path in entries if path in wanted}


def _plain(case: Case) -> bool:
    """Whether a rebase that stops once leads out: one commit made the files, none touches them later or is a merge."""
    (first, *more) = case.brought
    if more or _tree(f"{first}^", case.paths):
        return False
    paths = [f":(top,literal){path}" for path in case.paths]
    later = ask.output("rev-list", "--max-count=1", f"{first}..{case.head}", "--", *paths)
    return not later and not ask.output("rev-list", "--merges", "--max-count=1", f"{first}..{case.head}")


def _filtered(case: Case) -> str:
    """A command that takes the files out of every commit, and leaves what the last one has in the work tree."""
    walked = ask.output("rev-list", "--topo-order", "--reverse", "HEAD", "--not", "--remotes").decode("ascii").split()
    oldest = next(oid for oid in walked if oid in case.brought)
    base = f"{oldest[:SHORT]}^" if ask.has(f"{oldest}^") else ""
    named = [one for one in case.refused if one.finding.rule in PATHS]
    large = [one for one in case.refused if one.finding.rule not in PATHS]
    words = "; ".join([*_without_blobs(large, base, case.git_dir), *_without_paths(named, base, case.git_dir)])
    git = f"git -C {_up()}" if _up() else "git"
    command = f"{git} filter-branch -f --index-filter {retry.quoted(words)} {f'{base}..HEAD' if base else 'HEAD'}"
    tip = _tree("HEAD", case.paths)
    kept = list(dict.fromkeys(one.blob.path for one in case.refused if tip.get(one.blob.path) == one.blob.oid))
    if kept:
        before = f"refs/original/{ask.head() or 'HEAD'}"
        command += f" && {git} restore --source={before} {pathspecs(kept, case.git_dir, KEPT_PATHS)}"
    return command


def _without_blobs(large: Sequence[Offence], base: str, git_dir: str) -> Iterator[str]:
    """What takes blobs out of an index, whatever their paths; what a path had before takes their place."""
    if not large:
        return
    oids = list(dict.fromkeys(one.blob.oid for one in large))
    gone = f"0 {'0' * len(oids[0])}"
    if len(oids) > FEW:
        listed = _listed(REFUSED_BLOBS, [f" {oid} 0\n" for oid in oids], git_dir)
        yield (
            f'git ls-files -s | grep -F -f {_posix(listed)} | sed "s/^[0-7]* [0-9a-f]* 0/{gone}/"'
            " | git update-index --index-info"
        )
        return
    had = _tree(base, [one.blob.path for one in large]) if base else {}
    edits = []
    for oid in oids:
        before = {had.get(one.blob.path, "") for one in large if one.blob.oid == oid}
        old = before.pop() if len(before) == 1 else ""
        edits.append(f"s/^\\([0-7]*\\) {oid} 0/\\1 {old} 0/p" if old else f"s/^[0-7]* {oid} 0/{gone}/p")
    yield f'git ls-files -s | sed -n "{";".join(edits)}" | git update-index --index-info'


def _without_paths(named: Sequence[Offence], base: str, git_dir: str) -> Iterator[str]:
    """What takes paths out of an index; what was there before stays."""
    if not named:
        return
    paths = list(dict.fromkeys(one.blob.path for one in named))
    if len(paths) > FEW:
        listed = _listed(REFUSED_PATHS, [f":(top,literal){path}\0" for path in paths], git_dir)
        yield f"git rm -q --cached --ignore-unmatch --pathspec-from-file={_posix(listed)} --pathspec-file-nul"
        return
    literal = " ".join(_posix(path if not set(path) & PATTERN else f":(top,literal){path}") for path in paths)
    yield f"git rm -q --cached --ignore-unmatch -- {literal}"
    if base and _tree(base, paths):
        yield f"git ls-tree -r {base} -- {' '.join(map(_posix, paths))} | git update-index --index-info"


def _posix(word: str) -> str:
    """A word as any shell reads it back: git runs a filter by one that may know no other way."""
    return word if retry.quoted(word) == word else "'" + word.replace("'", "'\"'\"'") + "'"
