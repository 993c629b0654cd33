"""Take files out of commits that no remote has; other files, messages, authors, dates and the work tree stay."""

from __future__ import annotations

from gitpact.git import query, trees, write_objects
from gitpact.records import NamedTuple
from gitpact.repair import rewrite_history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitpact.git.trees import Entry
    from gitpact.git.write_objects import Trees
    from gitpact.repair.rewrite_history import Move

    Files = Mapping[str, Entry]
    Refused = Collection[tuple[str, str]]


class Plan(NamedTuple):
    """The refs to move, and the counts to show.

    `moves` are empty where no commit changes. `losing` is how many commits lose a file, `rewritten` how many are
    rewritten in all, `dropped` how many go away, as they only brought refused files, and `unsigned` how many commits
    and tags lose their signature. `left` are the refused (path, blob oid) that no rewritten commit loses;
    `replaced` is as for `rewrite_history.replaced`.
    """

    moves: tuple[Move, ...]
    losing: int
    rewritten: int
    dropped: int
    unsigned: int
    left: frozenset[tuple[str, str]]
    replaced: int


class Commits(NamedTuple):
    """Rewritten commits: `new` maps each old oid to the one in its place, which is its parent's for a dropped one.

    The counts are those of Plan, `stripped` the (path, blob oid) that commits lose.
    """

    new: Mapping[str, str]
    losing: int
    dropped: int
    unsigned: int
    stripped: Collection[tuple[str, str]]


def plan(sources: Iterable[str], refused: Refused, published: Sequence[str], top: str) -> Plan:
    """Write commits without the `refused` files, pairs (path, blob oid), and return what would put them in place.

    Call it in the block of `rewrite_history.alone`. The new commits are in the object database, but no ref or index has
    changed yet: `rewrite_history.put_in_place` does that. `sources` are names as a person types them (`main`, `v1`,
    HEAD) or full names of refs. Commits of any remote-tracking branch and in the history of the oids `published` stay.
    `top` is the absolute path of the work tree whose index is to follow, "" for none. Raises GitpactError as
    `rewrite_history.tips` and `moves` do, and where a commit to rewrite is at the edge of a shallow clone.
    """
    tips = rewrite_history.tips(sources, top)
    made = _rewritten(rewrite_history.commits(tips.values(), published) if refused else [], refused)
    rewrite_history.refuse_shallow(made.new)
    moves = rewrite_history.moves(tips, made.new)
    return Plan(
        moves,
        made.losing,
        len(made.new) - made.dropped,
        made.dropped,
        made.unsigned + sum(move.was_signed for move in moves),
        frozenset(refused) - frozenset(made.stripped),
        rewrite_history.replaced(made.new),
    )


def _rewritten(commits: Sequence[tuple[str, Sequence[str]]], refused: Refused) -> Commits:
    """Rewrite commits, the oldest first, each with its parents."""
    wanted = set(refused)
    files = _Files({path for path, _ in wanted})
    was: dict[str, Files] = {}  # the files of commits as they were
    known: Trees = {}
    new: dict[str, str] = {}
    stripped: set[tuple[str, str]] = set()
    losing = dropped = unsigned = 0
    # A merge of a branch that goes away is none any more, and would be judged by its words.
    linear = all(len(parents) <= 1 for _, parents in commits)
    for oid, parents in commits:
        had = files[oid]
        before_it = was.get(parents[0], files[parents[0]]) if parents else {}
        gone = [path for path, (_, blob) in had.items() if (path, blob) in wanted]
        edits = {path: entry for path in gone if (entry := files.instead(path, parents)) != had[path]}
        was[oid] = had
        files[oid] = {path: entry for path, entry in {**had, **edits}.items() if entry}
        if edits or any(parent in new for parent in parents):
            new[oid], was_signed = write_objects.rewrite_commit(oid, edits, new, known)
            before = new.get(parents[0], parents[0]) if parents else ""
            emptied = linear and before and had != before_it and _is_emptied(oid, new[oid], parents[0], before)
            if emptied:
                new[oid] = before
                dropped += 1
            unsigned += was_signed and not emptied
        losing += bool(edits)
        stripped |= {(path, had[path][1]) for path in edits}
    return Commits(new, losing, dropped, unsigned, stripped)


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
