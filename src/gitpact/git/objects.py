"""Objects: how large they are, which are here, what a push has brought and what one would send."""

from __future__ import annotations

from gitpact.git import processes, query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gitpact.git.processes import Pieces

WALK = ("--objects", "--missing=allow-promisor", "--ignore-missing")


def walk(span: Sequence[str]) -> Iterator[list[bytes]]:
    """Start to list every object of a range; yields lists of lines `size disk type oid path`, sizes in bytes.

    The path is the first of those that a file has, up to a line feed in it. `span` are revisions and options as `git
    rev-list` takes them; excluded objects that are not here are passed over, and so is what a partial clone lacks: that
    is on its remote (how-a-push-is-measured 44, 54). Raises GitpactError where git fails.
    """
    lines, options = processes.for_stdin(span)
    walk = ["rev-list", *WALK, "--stdin", *options]
    form = "%(objectsize) %(objectsize:disk) %(objecttype) %(objectname) %(rest)"
    return processes.split_lines(processes.begin([walk, ["cat-file", "--buffer", f"--batch-check={form}"]], lines))


def resolve(names: Iterable[str]) -> Iterator[str]:
    """Start to resolve names such as `REV:PATH`; yields an oid for each, "" for one that names nothing.

    No name may hold a line feed.
    """
    return ("" if line.endswith(b" missing") else line.decode() for line in _looked_up(names, "%(objectname)"))


def in_range(span: Sequence[str], oids: Collection[str], seconds: float) -> set[str]:
    """Those of the oids, of commits, trees, blobs or tags, that a range holds.

    `span` are revisions and options as `git rev-list` takes them. Raises processes.OutOfTimeError after so many
    `seconds`.
    """
    lines, options = processes.for_stdin(span)
    sought, found = {oid.encode() for oid in oids}, set[bytes]()
    walk = processes.begin([["rev-list", *WALK, "--no-object-names", "--stdin", *options]], lines, seconds)
    for some in processes.split_lines(walk):
        found |= sought.intersection(some)
        if found == sought:
            break
    return {oid.decode() for oid in found}


def tree_tips(tips: Sequence[str]) -> list[str]:
    """The oids of the trees among the tips, and of those that tags among them point to; no commits, no blobs."""
    peeled = [f"{tip}^{{}}" for tip in tips]
    rows = (line.split(b" ") for line in _looked_up(peeled, "%(objecttype) %(objectname)"))
    return [oid.decode() for oid in dict.fromkeys(oid for kind, oid in rows if kind == b"tree")]


def existing(oids: Collection[str]) -> list[str]:
    """Those of the objects that are here; a partial clone fetches none for this."""
    return [oid for oid in resolve(oids) if oid]


def sizes(oids: Collection[str]) -> dict[str, int]:
    """Bytes of each blob that is here."""
    rows = (line.decode().split(" ") for line in _looked_up(oids, "%(objectname) %(objectsize)"))
    return {oid: int(size) for oid, size in rows if size != "missing"}


def pack(span: Sequence[str], seconds: float) -> Pieces:
    """The thin pack that `git push` would send for a range, piece by piece; git is at work once this returns.

    Raises processes.OutOfTimeError after so many seconds. `span` are revisions and options as `git rev-list` takes
    them.
    """
    lines, _ = processes.for_stdin(span)
    command = ["pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset", "-q", "--missing=allow-promisor"]
    if query.output("rev-parse", "--is-shallow-repository") == b"true\n":
        command.append("--shallow")
    return processes.begin([command], lines, seconds)


def _looked_up(names: Iterable[str], form: str) -> Iterator[bytes]:
    """Start to look names up; what git says of each in this form (git-cat-file), "NAME missing" where there is none."""
    asked = "".join(f"{name}\n" for name in names)
    pieces = processes.begin([["cat-file", "--buffer", f"--batch-check={form}"]], asked)
    return (line for some in processes.split_lines(pieces) for line in some)
