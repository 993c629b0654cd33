"""Take files out of commits that no remote has; other files, messages, authors, dates and the work tree stay."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError
from gitpact.git import query, trees, write_objects
from gitpact.records import NamedTuple
from gitpact.repair import shell
from gitpact.rules.refs import BRANCH, TAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from gitpact.git.trees import Entry
    from gitpact.git.write_objects import Trees

    Files = Mapping[str, Entry]

HEAD = ("HEAD", "@")
UNDER_WAY = ("rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "sequencer")
WHY = "gitpact strip"


class Move(NamedTuple):
    """A ref to be moved from the object `old` to `new`.

    `ref` is the full name of a branch or a tag, or HEAD where that is detached; a tag's objects are its tag objects, if
    any.
    """

    ref: str
    old: str
    new: str


class Plan(NamedTuple):
    """The refs to move, the changes of the index that belong to them, and the counts to show.

    `moves` are empty where no commit changes. `entries` are the new entries of the index by path, mode "0" to remove
    one; `was` are the present ones with their tags (`trees.index_entries`). `losing` is how many commits lose a file,
    `rewritten` how many are rewritten in all, and `dropped` how many go away, as they only brought refused files.
    `left` are the refused (path, blob oid) that no rewritten commit loses.
    """

    moves: tuple[Move, ...]
    entries: Mapping[str, Entry]
    was: Mapping[str, tuple[Entry, str]]
    losing: int
    rewritten: int
    left: frozenset[tuple[str, str]]
    dropped: int = 0


def plan(sources: Iterable[str], refused: Collection[tuple[str, str]], published: Sequence[str], top: str) -> Plan:
    """Write commits without the `refused` files, pairs (path, blob oid), and return the moves of refs to them.

    The new commits are in the object database, but no ref or index has changed yet (`do`). `sources` are names as a
    person types them (`main`, `v1`, HEAD) or full names of refs. Commits of any remote-tracking branch and in the
    history of the oids `published` stay. `top` is the absolute path of the work tree whose index is to follow, "" for
    none. Raises GitpactError for a name that is no branch and no tag, for a tag of a tag, for a branch that another
    work tree has checked out, while git is in the middle of a merge, rebase or the like, and where git fails.
    """
    refs = _refs(sources, top)
    tips = {ref: oid for ref in refs if (oid := _oid(f"{ref}^{{commit}}"))}
    new, dropped, losing, stripped = _rewritten(tuple(tips.values()), published, refused)
    moves = tuple(_move(ref, old, new[old]) for ref, old in tips.items() if old in new)
    old = tips.get(checked_out(), "")
    entries, was = _index(old, new[old], {path for path, _ in refused}) if old in new and top else ({}, {})
    return Plan(moves, entries, was, losing, len(new) - dropped, frozenset(set(refused) - stripped), dropped)


def do(made: Plan) -> None:
    """Move the refs of a plan and change the index, or neither.

    Raises GitpactError where a ref has changed since the plan was made, or git fails; no ref has moved then.
    """
    tags = {path: tag for path, (_, tag) in made.was.items()}
    _put(made.entries, tags)
    try:
        write_objects.update_refs(made.moves, WHY)
    except GitpactError:
        _put({path: entry for path, (entry, _) in made.was.items()}, tags)
        raise


def checked_out() -> str:
    """Return the full name of the branch that is checked out, even if it has no commit; "HEAD" if that is detached."""
    return query.head() or "HEAD"


def _put(entries: Mapping[str, Entry], tags: Mapping[str, str]) -> None:
    if entries:  # else there may be no index at all
        write_objects.index(entries, tags)


def _refs(sources: Iterable[str], top: str) -> list[str]:
    refs = list(dict.fromkeys(map(_ref, sources)))
    if checked_out() in refs and any(os.path.exists(f"{query.git_dir()}/{name}") for name in UNDER_WAY):
        raise GitpactError("a git operation is in progress here", "finish it first, see: git status")
    own = os.path.realpath(top or query.git_dir())
    for row in query.text("for-each-ref", "--format=%(refname) %(worktreepath)", BRANCH).split("\n"):
        ref, _, path = row.partition(" ")
        if ref in refs and path and os.path.realpath(path) != own:
            raise GitpactError(
                "{ref} is checked out in {path}",
                "go there: cd {folder}",
                ref=ref.removeprefix(BRANCH),
                path=path,
                folder=shell.quoted(path),
            )
    for ref in _under_way():
        if ref in refs:
            raise GitpactError(
                "a rebase of {ref} is in progress", "finish it first, see: git status", ref=ref.removeprefix(BRANCH)
            )
    return refs


def _under_way() -> Iterator[str]:
    """The branches that a rebase of any work tree will move when it ends."""
    folders = [query.text("rev-parse", "--path-format=absolute", "--git-common-dir")]
    if os.path.isdir(f"{folders[0]}/worktrees"):
        folders += [entry.path for entry in os.scandir(f"{folders[0]}/worktrees")]
    for folder in folders:
        for name in ("rebase-merge", "rebase-apply"):
            try:
                with open(f"{folder}/{name}/head-name", encoding="utf-8", errors="surrogateescape") as file:
                    yield file.read().strip()
            except OSError:
                continue


def _ref(source: str) -> str:
    if source in HEAD:
        return checked_out()
    named = query.text_or_nothing("rev-parse", "--symbolic-full-name", "--end-of-options", source)
    ref = named.rpartition("\n")[2]
    if not ref.startswith((BRANCH, TAG)):
        raise GitpactError(
            "{source}: neither a branch nor a tag", "name the branches or tags that contain the files", source=source
        )
    return ref


def _oid(name: str) -> str:
    return query.text_or_nothing("rev-parse", "--verify", "--quiet", name)


def _rewritten(
    tips: Sequence[str], published: Sequence[str], refused: Collection[tuple[str, str]]
) -> tuple[dict[str, str], int, int, set[tuple[str, str]]]:
    """What takes the place of commits, how many have none of their own, how many lose a file, which files are gone."""
    wanted = set(refused)
    files = _Files({path for path, _ in wanted})
    known: Trees = {}
    new: dict[str, str] = {}
    stripped: set[tuple[str, str]] = set()
    losing = dropped = 0
    walk = ("rev-list", "--topo-order", "--reverse", "--parents", "--stdin", "--not", "--remotes")
    asked = "".join(f"{word}\n" for word in (*tips, *(f"^{oid}" for oid in published)))
    rows = query.output_with_input(walk, asked.encode()).decode("ascii").splitlines() if tips and wanted else ()
    # A merge of a branch that goes away is none any more, and would be judged by its words.
    linear = all(row.count(" ") <= 1 for row in rows)
    for row in rows:
        oid, *parents = row.split(" ")
        had = files[oid]
        gone = [path for path, (_, blob) in had.items() if (path, blob) in wanted]
        edits = {path: entry for path in gone if (entry := files.instead(path, parents)) != had[path]}
        files[oid] = {path: entry for path, entry in {**had, **edits}.items() if entry}
        if edits or any(parent in new for parent in parents):
            new[oid] = write_objects.rewrite_commit(oid, edits, new, known)
            before = new.get(parents[0], parents[0]) if parents else ""
            if linear and before and edits and _is_emptied(oid, new[oid], parents[0], before):
                new[oid] = before
                dropped += 1
        losing += bool(edits)
        stripped |= {(path, had[path][1]) for path in edits}
    return new, dropped, losing, stripped


def _is_emptied(old: str, new: str, old_parent: str, new_parent: str) -> bool:
    """Whether a commit changed files before it was rewritten, and changes none now."""
    trees_of = [f"{oid}^{{tree}}" for oid in (old, new, old_parent, new_parent)]
    was, now, before, base = query.text("rev-parse", *trees_of).split("\n")
    return was != before and now == base


class _Files(dict[str, "Files"]):
    """The files that are looked at, by commit; of one that was rewritten, as they are there now."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = paths

    def __missing__(self, oid: str) -> Files:
        self[oid] = found = trees.entries(oid, self.paths)
        return found

    def instead(self, path: str, parents: Sequence[str]) -> Entry | None:
        """What a merge of the parents would have at a path, as a merge of three sides finds it; else the first's."""
        sides = list(dict.fromkeys(self[parent].get(path) for parent in parents))
        if len(sides) > 1:
            base = query.text_or_nothing("merge-base", "--octopus", *parents)
            kept = self[base].get(path) if base else None
            sides = [side for side in sides if side != kept]
        return sides[0] if sides else None


def _move(ref: str, commit: str, new: str) -> Move:
    old = _oid(ref)
    if old == commit:
        return Move(ref, old, new)
    if not query.output_with_input(("cat-file", "tag", old), b"").startswith(f"object {commit}\n".encode()):
        raise GitpactError(
            "{ref}: a tag of a tag; gitpact cannot move it", "delete it: git tag -d {ref}", ref=ref.removeprefix(TAG)
        )
    return Move(ref, old, write_objects.retarget_tag(old, new))


def _index(old: str, new: str, paths: Collection[str]) -> tuple[dict[str, Entry], dict[str, tuple[Entry, str]]]:
    """What the index has of the old commit, as the new one has it, and as it is; what else is staged stays."""
    was, now, staged = trees.entries(old, paths), trees.entries(new, paths), trees.index_entries(paths)
    none = ("0", "0" * len(old))
    moved = [path for path in was if now.get(path) != was[path] and path in staged and staged[path][0] == was[path]]
    return {path: now.get(path, none) for path in moved}, {path: staged[path] for path in moved}
