"""Objects: how large they are, which are here, what a push has brought and what one would send."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.git import processes, query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gitpact.git.processes import Pieces

WALK = ("--objects", "--missing=allow-promisor", "--ignore-missing")


def walk(span: Sequence[str]) -> Iterator[list[bytes]]:
    """List every object of a range, as lists of lines `size disk type oid path` (bytes); git starts at once.

    `size` is the bytes of the content, `disk` those that the object takes here; `path` is its first one, up to a line
    feed in it, and b"" for a commit and the top tree. `span` are revisions and options as `git rev-list` takes them.
    Excluded objects that are not here are ignored, and so is what a partial clone lacks: that is on its remote
    (how-a-push-is-measured 44, 54). The line of any other missing object is `oid missing`. Raises GitpactError during
    iteration if git fails.
    """
    lines, options = processes.for_stdin(span)
    walk = ["rev-list", *WALK, "--stdin", *options]
    form = "%(objectsize) %(objectsize:disk) %(objecttype) %(objectname) %(rest)"
    return processes.split_lines(processes.begin([walk, ["cat-file", "--buffer", f"--batch-check={form}"]], lines))


def resolve(names: Iterable[str]) -> Iterator[str]:
    """The oid of each name, such as `REV:PATH`, in order; "" for a name of nothing. Git starts at once.

    A name holds no line feed and is no abbreviated oid. Raises GitpactError during iteration if git fails.
    """
    return ("" if line.endswith(b" missing") else line.decode() for line in _looked_up(names, "%(objectname)"))


def in_range(span: Sequence[str], oids: Collection[str], seconds: float) -> set[str]:
    """Those of the oids (of commits, trees, blobs or tags) that belong to a range.

    `span` are revisions and options as `git rev-list` takes them. Raises processes.OutOfTimeError if that takes more
    than `seconds`, and GitpactError if git fails.
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
    """The oids of the trees that `tips` name, directly or through a tag, without duplicates.

    Commits, blobs and names of nothing are skipped. Raises GitpactError if git fails.
    """
    peeled = [f"{tip}^{{}}" for tip in tips]
    rows = (line.split(b" ") for line in _looked_up(peeled, "%(objecttype) %(objectname)"))
    return [oid.decode() for oid in dict.fromkeys(oid for kind, oid in rows if kind == b"tree")]


def existing(oids: Collection[str]) -> list[str]:
    """Those of the oids, each in full, whose objects are in this clone, in order.

    A partial clone fetches none for this. Raises GitpactError if git fails.
    """
    return [oid for oid in resolve(oids) if oid]


def sizes(oids: Collection[str]) -> dict[str, int]:
    """Map each of the oids, in full, to the bytes of its content; those that are not in this clone are left out.

    Raises GitpactError if git fails.
    """
    return dict(each_size(oids))


def each_size(oids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each of the oids, in full, with the bytes of its content; those that are not in this clone are left out.

    Git starts at once. Raises GitpactError during iteration if git fails.
    """
    rows = (line.decode().split(" ") for line in _looked_up(oids, "%(objectname) %(objectsize)"))
    return ((oid, int(size)) for oid, size in rows if size != "missing")


def contents(oids: Iterable[str]) -> Iterator[bytes]:
    """The content of each object, in the order of its oid, as `git cat-file` writes it; git starts at once.

    Raises GitpactError during iteration if git fails, or if an object is not in this clone.
    """
    pieces = processes.begin([["cat-file", "--batch", "--buffer"]], "".join(f"{oid}\n" for oid in oids))
    return _contents(pieces)


def _contents(pieces: Pieces) -> Iterator[bytes]:
    buffer = bytearray()
    wanted = 0  # bytes of the object whose header was read, and the line feed behind it
    for piece in pieces:
        buffer += piece
        while True:
            if not wanted:
                end = buffer.find(b"\n")
                if end < 0:
                    break
                about = bytes(buffer[:end]).split(b" ")
                if about[-1] == b"missing":
                    raise GitpactError(
                        "{oid}: this object is not in this clone",
                        "fetch the missing objects: git fetch",
                        oid=about[0].decode(),
                    )
                wanted = int(about[-1]) + 1
                del buffer[: end + 1]
            if len(buffer) < wanted:
                break
            yield bytes(buffer[: wanted - 1])
            del buffer[:wanted]
            wanted = 0


def pack(span: Sequence[str], seconds: float) -> Pieces:
    """The bytes, in pieces, of the thin pack that `git push` would send for a range; git starts at once.

    `span` are revisions, excluded ones with a caret; options in it are ignored. A reader that stops early closes the
    generator, which kills git. Reading raises processes.OutOfTimeError `seconds` after the start. Raises GitpactError
    if git fails, at the start or while it is read.
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
