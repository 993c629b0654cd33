"""The commits of a range as they are stored: git walks them, and hands out each object byte for byte."""

from __future__ import annotations

import itertools

from gitpact.errors import GitpactError, Phrase
from gitpact.git import commit_object, merges, processes, query
from gitpact.rules import asks_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.commit_object import RawCommit
    from gitpact.git.processes import Pieces
    from gitpact.records import Policy

UNPUSHED = ("HEAD", "--not", "--remotes")
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
SIGNATURE = "%G? %GK"
# The files that a commit changes, whatever the configuration says; git puts a line feed before the first of them.
# Of a merge those that differ from its first parent: one that names a parent twice is an ordinary commit (`merges`).
PATHS = (
    *("--name-only", "--root", "--no-renames", "--no-relative", "--ignore-submodules=none"),
    "--diff-merges=first-parent",
)
MOST_PATHS = 50_000_000  # bytes of the paths that a commit changes
FEW = 1000  # paths that are taken at once
MOST_MESSAGE = 1 << 20  # bytes of a message that are kept where no policy says how many
OID = (40, 64)  # hexadecimal digits


def records(
    span: Sequence[str],
    policy: Policy | None = None,
    *,
    grep: str = "",
    base: str = "",
    paths: bool = False,
) -> Iterator[RawCommit]:
    """The commits of a range as they are stored, newest first; git starts at once.

    `span` are revisions, excluded ones with a caret, and behind them options such as `--not --remotes`. `grep` selects
    the commits that have this text in a line of their message; "" selects all. Of a message at least MOST_MESSAGE bytes
    are kept, with `policy` its `max_bytes` (0: all). A policy may also ask for `mapped`, by the mailmap in the commit
    `base` alone if that is given, for `signature` and for `paths`, which the argument `paths` asks for too; all take
    time. A merge has no `paths`. `parents` are as `merges.with_independent_parents` leaves them. Raises GitpactError if
    git fails or lacks an object, also during iteration.
    """
    lines, options = processes.for_stdin(span)
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    walk = ["rev-list", "--stdin", *options, *wanted, "--"]
    pieces = processes.begin([walk, ["cat-file", "--batch", "--buffer"]], lines)
    found = merges.with_independent_parents(_stored(pieces, policy.max_bytes if policy else MOST_MESSAGE), span)
    signed = policy is not None and policy.signature == "required"
    form = [*([MAPPED] if policy and policy.mailmap else []), *([SIGNATURE] if signed else [])]
    paths = paths or (policy is not None and asks_paths(policy))
    if not form and not paths:
        return found
    alone = _with_mailmap_of(base) if base and policy and policy.mailmap else ()
    # The empty field before each commit, which no path is, tells where the paths of the last one end.
    fields = "%x00".join(["%x00%H", *form])
    names = PATHS if paths else ()
    log = [*alone, "log", "--stdin", *options, *processes.NEUTRAL, *names, f"--format={fields}", *wanted, "--"]
    pieces = processes.begin([log], lines, most_memory=processes.MOST_MEMORY if paths else 0)
    return _with_more(found, pieces, fields.count("%x00"), signed=signed, paths=paths)


def _with_more(
    found: Iterator[RawCommit], pieces: Pieces, count: int, *, signed: bool, paths: bool
) -> Iterator[RawCommit]:
    """The commits with what `git log` tells of each besides."""
    try:
        for commit, ((oid, *more), names) in zip(found, _rows(pieces, count), strict=True):
            if oid != commit.oid:
                raise GitpactError(
                    (
                        "git log and git rev-list list different commits: git log listed {oid!r}, but git rev-list "
                        "listed {expected!r}"
                    ),
                    "run the command again",
                    oid=oid[:80],
                    expected=commit.oid,
                )
            signature = more.pop() if signed else b""
            changed = (() if b" " in commit.parents else tuple(names)) if paths else None
            yield commit_object.RawCommit._make(
                (*commit[:-3], tuple(more), signature, changed)
            )  # `_replace` takes thrice as long
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _rows(pieces: Pieces, count: int) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Of each commit the fields, `count` that were asked for, each of which may be empty, and the paths."""
    fields = itertools.chain.from_iterable(processes.split_fields(pieces))
    next(fields, None)
    while row := [*itertools.islice(fields, count)]:
        paths = iter(fields.__next__, b"")  # up to the empty field before the next commit
        names = [*itertools.islice(paths, FEW)]
        left = MOST_PATHS - sum(map(len, names))
        if left < 0 or len(names) == FEW:
            names += _more(paths, left)
        if names:
            names[0] = names[0].removeprefix(b"\n")
        yield row, names


def _more(paths: Iterator[bytes], left: int) -> Iterator[bytes]:
    """Further paths of a commit. Raises GitpactError for more than so many bytes."""
    while left >= 0:
        path = next(paths, None)
        if path is None:
            return
        yield path
        left -= len(path)
    raise GitpactError(
        "a commit changes too many files, so gitpact cannot check it", "split the commit into smaller ones"
    )


def _stored(pieces: Pieces, most: int) -> Iterator[RawCommit]:
    """The commits that `git cat-file --batch` writes: before each a line `oid type size`, behind it a line feed.

    Of an object no more is read than its headers and `most` bytes (0: all). What is long is neither looked at again
    with every piece that arrives nor held in memory beyond that.
    """
    keep = most + commit_object.HEADERS if most else 0
    buffer, at = b"", 0
    try:
        for piece in pieces:
            buffer, at = buffer[at:] + piece, 0
            while (end := buffer.find(b"\n", at)) >= 0:
                oid, size = _header(buffer[at:end])
                stop = end + 1 + size
                if stop < len(buffer):
                    yield commit_object.parse(oid, buffer[end + 1 : stop])
                    at = stop + 1
                elif size < processes.CHUNK:
                    break
                else:
                    data, buffer = _gathered(pieces, buffer[end + 1 :], size + 1, keep)
                    at = 0
                    commit = commit_object.parse(oid, data)
                    yield commit._replace(size=commit.size + size - len(data))
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _header(line: bytes) -> tuple[bytes, int]:
    """Name and size of an object. Raises GitpactError where git says that it is missing."""
    try:
        oid, _, size = line.split(b" ")
        if len(oid) in OID:
            return oid, int(size)
    except ValueError:
        pass
    said = Phrase("git cat-file: {line}", line=line[:100].decode("utf-8", "replace"))
    raise GitpactError(said, "an object is not in this clone; to list what is missing: git fsck --connectivity-only")


def _gathered(pieces: Pieces, begun: bytes, count: int, keep: int) -> tuple[bytes, bytes]:
    """An object of which the beginning is here, with the line feed behind it `count` bytes; and what comes after it."""
    most = min(count - 1, keep or count)
    parts, got, last = [begun[:most]], len(begun), begun
    while got < count:
        last = next(pieces)
        if got < most:
            parts.append(last[: most - got])
        got += len(last)
    return b"".join(parts), last[len(last) - (got - count) :]


def _with_mailmap_of(revision: str) -> tuple[str, ...]:
    """Options of git for the mailmap of a revision alone: it also reads the one in the folder where it stands."""
    folder = query.git_dir()
    return ("-C", folder, f"--git-dir={folder}", "-c", "mailmap.file=", "-c", f"mailmap.blob={revision}:.mailmap")


def first_parent_base(span: Sequence[str]) -> str:
    """The oid of the excluded commit at which the first-parent chain of a range ends.

    "" if the chain ends with a root, and for an empty range. `span` are revisions and options as `git rev-list` takes
    them. Raises GitpactError if git fails.
    """
    lines, options = processes.for_stdin(span)
    walk = ["rev-list", "--first-parent", "--boundary", "--ignore-missing", "--stdin", *options]
    ends = [
        line for some in processes.split_lines(processes.begin([walk], lines)) for line in some if line.startswith(b"-")
    ]
    return ends[-1][1:].decode() if ends else ""
