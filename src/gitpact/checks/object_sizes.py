"""What a push would send: blob sizes, raw total, bytes on disk; counted in one pass over what git walks."""

from __future__ import annotations

from gitpact.errors import GitpactError, Phrase
from gitpact.git import trees
from gitpact.records import Blob, Sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BY_COMMIT = ("--in-commit-order", "--reverse")  # of git rev-list: the oldest commit first, then what it adds
MOST_LARGE = 10_000  # files above a limit that are looked at; a push with more is refused for these


def measure(objects: Iterable[list[bytes]], smallest: int = 0, top: int = 0, *, by_commit: bool = False) -> Sizes:
    """Count and add up the objects that `objects.walk` yields; returns their sizes in bytes.

    `large` of the result are the blobs of more than `smallest` bytes, at most MOST_LARGE, in the order of the walk, and
    none where `smallest` is 0; `blobs` are the `top` largest, the largest first; `pack` is None. With `by_commit`, for
    a walk with the options BY_COMMIT, these name the commit that added them first. Memory is needed for these blobs
    only. Raises GitpactError where git fails or an object is missing.
    """
    if top:
        from heapq import heappush, heapreplace  # noqa: PLC0415  only `gitpact size` asks for the largest
    count = commits = raw = disk = 0
    commit = b""
    heap: list[tuple[int, bytes, bytes, bytes]] = []
    large: list[Blob] = []
    least = -1 if top else None
    for lines in objects:
        count += len(lines)
        for line in lines:
            try:
                text, stored, kind, rest = line.split(b" ", 3)
            except ValueError as error:
                said = Phrase("git cat-file: {line}", line=line.decode("utf-8", "replace"))
                raise GitpactError(
                    said, "an object is not in this clone; to list what is missing: git fsck --connectivity-only"
                ) from error
            size = int(text)
            raw += size
            disk += int(stored)
            if kind == b"commit":
                commits += 1
                commit = rest[:-1] if by_commit else b""
            elif kind == b"blob":
                if smallest and size > smallest and len(large) < MOST_LARGE:
                    large.append(_blob(size, *rest.split(b" ", 1)))
                if least is not None and size > least:
                    oid, path = rest.split(b" ", 1)
                    if len(heap) < top:
                        heappush(heap, (size, oid, path, commit))
                    else:
                        heapreplace(heap, (size, oid, path, commit))
                    least = heap[0][0] if len(heap) == top else -1
    blobs = tuple(_blob(*row) for row in sorted(heap, reverse=True))
    return Sizes(count, commits, raw, disk, blobs, tuple(large))


def with_origin(blobs: Sequence[Blob], span: Sequence[str]) -> tuple[Blob, ...]:
    """Return the blobs, each with the path and the commit that added it first; unchanged if no commit did.

    `span` are revisions and options as `git rev-list` takes them. Raises GitpactError if git fails.
    """
    first: dict[str, tuple[str, str]] = {}
    for commit, path, oid in trees.changes(span, [blob.oid for blob in blobs]) if blobs else ():
        first.setdefault(oid, (path, commit))
    return tuple(
        blob._replace(path=first[blob.oid][0], commit=first[blob.oid][1]) if blob.oid in first else blob
        for blob in blobs
    )


def _blob(size: int, oid: bytes, path: bytes, commit: bytes = b"") -> Blob:
    return Blob(oid.decode(), size, path.decode("utf-8", "surrogateescape"), commit.decode())
