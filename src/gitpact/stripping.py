"""Take files out of commits that no remote has; other files, messages, authors, dates and the work tree stay."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import ask, trees, writing
from gitpact.rules.refs import BRANCH, TAG
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitpact.git.trees import Entry

    Files = Mapping[str, Entry]

HEAD = ("HEAD", "@")
UNDER_WAY = ("rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG")
WHY = "gitpact strip"


class Move(NamedTuple):
    """A branch, a tag or a detached HEAD that is moved from one object to another."""

    ref: str
    old: str
    new: str


class Plan(NamedTuple):
    """What is to be moved, the entries of the index that follow, and how many commits lose a file or are made anew.

    `left` are the refused files, by path and blob, that only commits hold which are not rewritten.
    """

    moves: tuple[Move, ...]
    entries: Mapping[str, Entry]
    losing: int
    anew: int
    left: frozenset[tuple[str, str]]


def plan(sources: Iterable[str], refused: Collection[tuple[str, str]], git_dir: str, *, bare: bool = False) -> Plan:
    """Make the commits of branches and tags anew without the refused files, each a path and a blob; nothing moves yet.

    Where a commit has a refused file, the new one has what its parents, made anew, have at that path: the first of them
    that has any. Raises GitpactError for what names no branch and no tag, for a branch that another work tree has
    checked out, and while git has something under way.
    """
    refs = _refs(sources, git_dir)
    tips = {ref: oid for ref in refs if (oid := _oid(f"{ref}^{{commit}}"))}
    new, losing, stripped = _rewritten(tuple(tips.values()), refused)
    moves = tuple(_move(ref, old, new[old]) for ref, old in tips.items() if old in new)
    paths = {path for path, _ in refused}
    here = ask.head() or "HEAD"
    moved = new.get(tips.get(here, ""), "")
    entries = _index(tips[here], moved, paths) if moved and not bare else {}
    return Plan(moves, entries, losing, len(new), frozenset(set(refused) - stripped))


def do(made: Plan) -> None:
    """Move the refs, and let the index follow. Raises GitpactError where one of them has moved meanwhile."""
    writing.refs(made.moves, WHY)
    if made.entries:
        writing.index(made.entries)


def _refs(sources: Iterable[str], git_dir: str) -> list[str]:
    refs = list(dict.fromkeys(map(_ref, sources)))
    here = ask.head() or "HEAD"
    if here in refs and any(os.path.exists(f"{git_dir}/{name}") for name in UNDER_WAY):
        raise GitpactError("git has something under way here", "finish it first, see: git status")
    for row in ask.output("for-each-ref", "--format=%(refname) %(worktreepath)", BRANCH).decode().splitlines():
        ref, _, path = row.partition(" ")
        if ref in refs and ref != here and path:
            raise GitpactError(f"{ref.removeprefix(BRANCH)} is checked out in {path}", f"go there: cd {path}")
    return refs


def _ref(source: str) -> str:
    if source in HEAD:
        return ask.head() or "HEAD"
    named = ask.answer("rev-parse", "--symbolic-full-name", "--end-of-options", source)
    ref = "".join(named.decode("utf-8", "surrogateescape").splitlines()[-1:])
    if not ref.startswith((BRANCH, TAG)):
        raise GitpactError(f"{source}: is no branch and no tag", "name those that hold the files")
    return ref


def _oid(name: str) -> str:
    return ask.answer("rev-parse", "--verify", "--quiet", name).decode().strip()


def _rewritten(
    tips: Sequence[str], refused: Collection[tuple[str, str]]
) -> tuple[dict[str, str], int, set[tuple[str, str]]]:
    """The names that commits have now, how many of them have lost a file, and which files are gone from some."""
    wanted = set(refused)
    paths = {path for path, _ in wanted}
    new: dict[str, str] = {}
    files: dict[str, Files] = {}
    stripped: set[tuple[str, str]] = set()
    losing = 0
    walk = ("rev-list", "--topo-order", "--reverse", "--parents", *tips, "--not", "--remotes", "--")
    for row in ask.feed(walk, b"").decode("ascii").splitlines() if tips and wanted else ():
        oid, *parents = row.split(" ")
        had = trees.entries(oid, paths)
        gone = {(path, blob) for path, (_, blob) in had.items()} & wanted
        for parent in parents if gone else ():
            if parent not in files:
                files[parent] = trees.entries(parent, paths)  # it is published
        edits = {path: next((files[one][path] for one in parents if path in files[one]), None) for path, _ in gone}
        files[oid] = {path: entry for path, entry in {**had, **edits}.items() if entry}
        if edits or any(parent in new for parent in parents):
            new[oid] = writing.commit(oid, edits, new)
        losing += bool(edits)
        stripped |= gone
    return new, losing, stripped


def _move(ref: str, commit: str, new: str) -> Move:
    old = _oid(ref)
    if old == commit:
        return Move(ref, old, new)
    if not ask.feed(("cat-file", "tag", old), b"").startswith(f"object {commit}\n".encode()):
        raise GitpactError(
            f"{ref.removeprefix(TAG)}: is a tag of a tag, which cannot be moved", f"git tag -d {ref.removeprefix(TAG)}"
        )
    return Move(ref, old, writing.tag(old, new))


def _index(old: str, new: str, paths: Collection[str]) -> dict[str, Entry]:
    """What the index has of the old commit, as the new one has it; what else is staged stays."""
    was, now, staged = trees.entries(old, paths), trees.entries(new, paths), trees.indexed(paths)
    none = ("0", "0" * len(old))
    return {path: now.get(path, none) for path, entry in was.items() if now.get(path) != entry == staged.get(path)}
