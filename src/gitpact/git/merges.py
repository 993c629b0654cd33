"""Which parents make a commit a merge: those that are in the history of no other.

A parent that another one has already adds nothing: `git merge` never writes such a commit, but for one that could have
been a fast-forward (`--no-ff`), which then has the very files of what is merged. Of a few merges git is asked one by
one; for each it may walk all of a history, more than once where the dates lie. Of many, all are told from
one walk over the history.
"""

from __future__ import annotations

import itertools

from gitpact.errors import GitpactError
from gitpact.git import commit_blocks, objects, processes
from gitpact.git.commit_object import MOST_PARENTS
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitpact.git.commit_object import RawCommit
    from gitpact.git.processes import Pieces

    Parents = tuple[int, ...]  # as the commit names them, by their numbers

FEW = 100  # merges of a range that git is asked about one by one
BLOCK = 1024  # commits of which it is asked together which are merges
AT_ONCE = 1 << 12  # parents that are looked for in one pass over a history


class Question(NamedTuple):
    """Some commits, those among them with exactly two parents, and git's output about these; None without such."""

    block: list[RawCommit]
    pairs: list[RawCommit]
    pieces: Pieces | None


class Ancestry(NamedTuple):
    """A history in which each commit comes after its parents: its number is how many precede it.

    `numbers` are by oid, in their order; `parents` and `trees` by number.
    """

    numbers: dict[bytes, int]
    parents: list[Parents]
    trees: list[bytes]


def with_independent_parents(commits: Iterable[RawCommit], span: Sequence[str]) -> Iterator[RawCommit]:
    """The commits of the range `span` in the same order, each with the parents that it merges.

    If one parent has all others in its history, the commit is no merge and keeps only that parent. It keeps all of them
    otherwise, and also where `git merge --no-ff` made it (two parents, and the files of the second), where a parent is
    not in this clone, and where there are more than MOST_PARENTS. Git answers for some commits while the next ones are
    read. Raises GitpactError during iteration if git fails.
    """
    stream = iter(commits)
    for commit in stream:
        if b" " in commit.parents:
            stream = itertools.chain([commit], stream)
            break
        yield commit
    block = commit_blocks.take(stream, BLOCK)
    left = FEW - _count(block)
    while block and left >= 0:
        asked = _asked(block)
        block = commit_blocks.take(stream, BLOCK)
        left -= _count(block)
        yield from _with(asked.block, _answered(asked))
    if block:
        every = _of_range(span)
        while block:
            yield from _with(block, every)
            block = commit_blocks.take(stream, BLOCK)


def _count(block: Iterable[RawCommit]) -> int:
    """How many have several parents."""
    return sum(b" " in commit.parents for commit in block)


def _with(block: Iterable[RawCommit], parents: Mapping[bytes, bytes]) -> Iterator[RawCommit]:
    """The commits, those that are known to have other parents with these."""
    if not parents:
        yield from block
        return
    for commit in block:
        left = parents.get(commit.oid, commit.parents)
        yield commit if left == commit.parents else commit._replace(parents=left)


def _asked(block: list[RawCommit]) -> Question:
    """Let git look for the merge bases of those that have two parents."""
    pairs = [commit for commit in block if commit.parents.count(b" ") == 1]
    return Question(block, pairs, _begun(pairs) if pairs else None)


def _begun(pairs: Sequence[RawCommit]) -> Pieces:
    asked = []
    for commit in pairs:
        first, second = commit.parents.decode().split(" ")
        asked += [f"{first}...{second}", f"{second}^{{tree}}"]
    # Whether a name of 40 digits is a ref as well costs six looks at the disk for each.
    return processes.begin([["-c", "core.warnAmbiguousRefs=false", "rev-parse", *asked]], "")


def _answered(question: Question) -> dict[bytes, bytes]:
    """By commit, the parents that make it what it is; all of them where this clone lacks one."""
    found = {commit.oid: _of_many(commit) for commit in question.block if commit.parents.count(b" ") > 1}
    if not question.pieces:
        return found
    try:
        return {**found, **_of_pairs(question.pairs, question.pieces)}
    except GitpactError:
        named = {oid.decode() for commit in question.pairs for oid in commit.parents.split(b" ")}
        here = {oid.encode() for oid in objects.existing(named)}
        pairs = [commit for commit in question.pairs if here.issuperset(commit.parents.split(b" "))]
        return {**found, **(_of_pairs(pairs, _begun(pairs)) if pairs else {})}


def _of_pairs(pairs: Sequence[RawCommit], pieces: Pieces) -> dict[bytes, bytes]:
    answers = iter(b"".join(pieces).split(b"\n"))
    return {commit.oid: _kept(commit, *_bases(answers)) for commit in pairs}


def _bases(answers: Iterator[bytes]) -> tuple[set[bytes], bytes]:
    """What `git rev-parse A...B B^{tree}` tells: the merge bases, and the tree."""
    next(answers), next(answers)
    bases = set()
    while (line := next(answers))[:1] == b"^":
        bases.add(line[1:])
    return bases, line


def _kept(commit: RawCommit, bases: set[bytes], tree: bytes) -> bytes:
    """The parents of a commit that has two, by their merge bases and the tree of the second."""
    first, second = commit.parents.split(b" ")
    if second in bases:
        return first
    return second if first in bases and commit.tree != tree else commit.parents


def _of_many(commit: RawCommit) -> bytes:
    """The parents of an octopus: all, or the only one that is in the history of no other."""
    parents = commit.parents.decode().split(" ")
    if len(parents) > MOST_PARENTS:
        return commit.parents  # refused for that
    try:
        left = processes.run(["merge-base", "--independent", *parents], "merge-base").split()
    except GitpactError:
        return commit.parents  # one is not in this clone
    return commit.parents if len(left) > 1 else left[0]


def _of_range(span: Sequence[str]) -> dict[bytes, bytes]:
    """By commit of a range, the parents that make it what it is, where these are not all that it names."""
    numbers, parents, trees = _ancestry(span)
    inside: Iterable[int] = range(len(parents))
    if any(word == "--not" or "^" in word or ".." in word for word in span):
        lines, options = processes.for_stdin(span)
        walk = processes.begin([["rev-list", "--min-parents=2", "--stdin", *options, "--"]], lines)
        inside = [numbers[oid] for some in processes.split_lines(walk) for oid in some]
    several = {number: parents[number] for number in inside if 1 < len(parents[number]) <= MOST_PARENTS}
    covered = _covered(parents, several)
    oids = [*numbers]
    found = {}
    for number, named in several.items():
        independent = set(named) - covered.get(number, set())
        if len(independent) == 1:
            (parent,) = independent
            no_ff = named[1:] == (parent,) != named[:1] and trees[number] == trees[parent]
            if not no_ff:
                found[oids[number]] = oids[parent]
    return found


def _ancestry(span: Sequence[str]) -> Ancestry:
    """What the tips of a range reach, in the range or not."""
    before = [*span, "--not"].index("--not")
    lines, options = processes.for_stdin([tip for word in span[:before] for tip in _tips(word)])
    order = ("--topo-order", "--reverse", "--format=%H %T %P")
    walk = processes.begin([["log", "--stdin", *options, *processes.NEUTRAL, *order, "--"]], lines)
    found = Ancestry({}, [], [])
    numbers, parents, trees = found
    for some in processes.split_fields(walk):
        for row in some:
            oid, tree, *named = row.split()
            numbers[oid] = len(parents)
            parents.append(tuple([numbers[parent] for parent in named]))
            trees.append(tree)
    return found


def _tips(word: str) -> Sequence[str]:
    """What a word of a range includes: of `A..B` that is B, of `B^-` it is B, of `^A` nothing."""
    if word.startswith("--") or ("^" not in word and ".." not in word):
        return [word]
    named = processes.run(["rev-parse", "--revs-only", word], "rev-parse").decode("ascii").split("\n")
    return [oid for oid in named if oid and not oid.startswith("^")]


def _covered(history: Sequence[Parents], several: Mapping[int, Parents]) -> dict[int, set[int]]:
    """By merge, those of its parents that another of them reaches.

    A pass over the history carries along which of some parents each commit reaches, one bit for each. One that has no
    other child than the merge itself is reached by none.
    """
    children = [0] * len(history)
    for named in history:
        for parent in named:
            children[parent] += 1
    wanted = [*dict.fromkeys(one for named in several.values() for one in named if children[one] > 1)]
    covered: dict[int, set[int]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        bits = {parent: 1 << place for place, parent in enumerate(wanted[start : start + AT_ONCE])}
        reached = [0] * len(history)
        waiting = children.copy()
        for number, named in enumerate(history):
            its = bits.get(number, 0)
            for parent in named:
                its |= reached[parent]
            for parent in several.get(number, ()):
                others = (reached[other] for other in named if other != parent)
                if parent in bits and any(other & bits[parent] for other in others):
                    covered.setdefault(number, set()).add(parent)
            reached[number] = its
            for parent in named:
                waiting[parent] -= 1
                if not waiting[parent]:
                    reached[parent] = 0  # a number of so many bits
    return covered
