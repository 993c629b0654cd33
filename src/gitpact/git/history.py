"""The commits of a range as they are stored: git walks them, and hands out each object byte for byte."""

from __future__ import annotations

import itertools

from gitpact.errors import GitpactError
from gitpact.git import merges, processes, query
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.processes import Pieces
    from gitpact.records import Policy

UNPUSHED = ("HEAD", "--not", "--remotes")
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
SIGNATURE = "%G? %GK"
HEADERS = 1 << 20  # bytes of a commit object before its message: keys and signatures have room, floods have not
MOST_IDENT = 1000  # bytes of an author's or a committer's name and e-mail
MOST_MESSAGE = 1 << 20  # bytes of a message that are kept where no policy says how many
OID = (40, 64)  # hexadecimal digits
WHITE = b" \t\n\r"  # git's isspace()
NOBODY = (b"", b"")
ONCE = frozenset((b"tree", b"parent", b"author", b"committer"))  # headers that may not come again


class RawCommit(NamedTuple):
    """A commit object, taken apart and not decoded.

    `parents` are the names of its independent parents, a space between two of them. `message` is cut off where it is
    longer than was asked for; `size` is its whole length in bytes. `encoding` is the header of that name. `fault` says
    why the object is none that git makes: "tree", "parent", "author", "committer" (there is none, or it stands again or
    elsewhere), "ident" (no `name <email>`), "name" (one that is too long, and cut off here), "encoding" (two of them),
    "nul", "parents" (too many) or "long".
    `mapped` are name and e-mail of author and committer by the mailmap, `signature` is git's `%G? %GK`.
    """

    oid: bytes
    parents: bytes
    author_name: bytes
    author_email: bytes
    committer_name: bytes
    committer_email: bytes
    message: bytes
    size: int = 0
    encoding: bytes = b""
    fault: str = ""
    tree: bytes = b""
    mapped: tuple[bytes, ...] = ()
    signature: bytes = b""


def records(
    span: Sequence[str],
    policy: Policy | None = None,
    *,
    grep: str = "",
    base: str = "",
) -> Iterator[RawCommit]:
    """The commits of a range as they are stored, newest first, from one walk.

    `span` are revisions, excluded ones with a caret, as many as there are, and after them options such as `--not
    --remotes`; `grep` keeps the commits whose message holds that text. What the policy asks for besides costs time:
    mailmap, with `base` that of this commit and of nothing else, and signatures; its `max_bytes` limits what is kept of
    a message, else MOST_MESSAGE does. The processes are running once this returns. Raises GitpactError where the walk
    fails, also after commits were given.
    """
    lines, options = processes.for_stdin(span)
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    walk = ["rev-list", "--stdin", *options, *wanted, "--"]
    pieces = processes.begin([walk, ["cat-file", "--batch", "--buffer"]], lines)
    found = merges.with_independent_parents(_stored(pieces, policy.max_bytes if policy else MOST_MESSAGE), span)
    signed = policy is not None and policy.signature == "required"
    form = [*([MAPPED] if policy and policy.mailmap else []), *([SIGNATURE] if signed else [])]
    if not form:
        return found
    alone = _with_mailmap_of(base) if base and policy and policy.mailmap else ()
    fields = "%x00".join(["%H", *form])
    log = [*alone, "log", "--stdin", *options, *processes.NEUTRAL, f"--format={fields}", *wanted, "--"]
    return _with_more(found, processes.begin([log], lines), fields.count("%x00") + 1, signed=signed)


def _with_more(found: Iterator[RawCommit], pieces: Pieces, count: int, *, signed: bool) -> Iterator[RawCommit]:
    """The commits with what `git log` tells of each besides."""
    rows = zip(*[itertools.chain.from_iterable(processes.split_fields(pieces))] * count, strict=True)
    try:
        for commit, (oid, *more) in zip(found, rows, strict=True):
            if oid != commit.oid:
                raise GitpactError(f"git log: {oid[:80]!r} where git rev-list had {commit.oid!r}", "run it again")
            signature = more.pop() if signed else b""
            yield commit._replace(mapped=tuple(more), signature=signature)
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _stored(pieces: Pieces, most: int) -> Iterator[RawCommit]:
    try:
        for oid, size, data in _objects(pieces, most + HEADERS if most else 0):
            commit = parse(oid, data)
            missing = size - len(data)
            yield commit._replace(size=commit.size + missing) if missing else commit
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _objects(pieces: Pieces, keep: int) -> Iterator[tuple[bytes, int, bytes]]:
    """What `git cat-file --batch` writes: headers `oid type size`, each with its object; here name, size and bytes.

    Of an object no more than `keep` bytes are given (0: all). What is long is neither looked at again with every piece
    that arrives nor held in memory beyond that.
    """
    buffer, at = b"", 0
    for piece in pieces:
        buffer, at = buffer[at:] + piece, 0
        while (end := buffer.find(b"\n", at)) >= 0:
            oid, size = _header(buffer[at:end])
            stop = end + 1 + size
            if stop < len(buffer):
                yield oid, size, buffer[end + 1 : stop]
                at = stop + 1
            elif size < processes.CHUNK:
                break
            else:
                data, buffer = _gathered(pieces, buffer[end + 1 :], size + 1, keep)
                at = 0
                yield oid, size, data


def _header(line: bytes) -> tuple[bytes, int]:
    """Name and size of an object. Raises GitpactError where git says that it is missing."""
    try:
        oid, _, size = line.split(b" ")
        if len(oid) in OID:
            return oid, int(size)
    except ValueError:
        pass
    said = f"git cat-file: {line[:100].decode('utf-8', 'replace')}"
    raise GitpactError(said, "an object is not in this clone: git fsck --connectivity-only")


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


def parse(oid: bytes, data: bytes) -> RawCommit:
    """A commit object taken apart, as git reads it (`commit.c`, `ident.c`); its faults are those of `git fsck`."""
    head, _, message = data.partition(b"\n\n")
    lines = head.split(b"\n")
    count = head.count(b"\nparent ")
    parents = lines[1][7:] if count == 1 else b" ".join(line[7:] for line in lines[1 : count + 1])
    made = lines[count + 1 : count + 3]
    fault, encoding = "", b""
    if (
        len(made) != 2  # noqa: PLR2004  author and committer
        or lines[0][:5] != b"tree "
        or made[0][:7] != b"author "
        or made[1][:10] != b"committer "
        or (count and lines[count][:7] != b"parent ")  # so many come after the tree, and none later
    ):
        fault, parents = _disorder(lines), b""  # what stands there may be no name of a commit
        made = [*(line for line in lines if line.startswith((b"author ", b"committer "))), b"", b""][:2]
    elif len(lines) > count + 3:
        fault, encoding = _besides(lines[count + 3 :])
    author, committer = _person(made[0][7:]), _person(made[1][10:])
    persons: tuple[bytes, ...] = (author or NOBODY) + (committer or NOBODY)
    if not fault and not (author and committer):
        fault = "ident"
    if len(made[0]) + len(made[1]) > MOST_IDENT and max(map(len, persons)) > MOST_IDENT:
        # Cut, since of what nobody is called no rule needs more; git knows no limit.
        fault = fault or "name"
        persons = tuple([part[:MOST_IDENT] for part in persons])
    names = lines[0] + parents
    if count > merges.MOST_PARENTS or names != names.lower():
        # Git takes capital digits too, and one name in two spellings would be two parents.
        fault = fault or ("parents" if count > merges.MOST_PARENTS else "parent")
    if b"\0" in head:
        fault = "nul"
    if len(head) >= HEADERS:
        fault, message = "long", b""
    tree = lines[0][5:].lower()
    # Calling a record binds each of its names, which takes three times as long; a long history has many.
    more = (message, len(message), encoding, fault, tree, (), b"")
    return tuple.__new__(RawCommit, (oid, parents.lower()) + persons + more)  # noqa: RUF005  a sum takes half as long


def _disorder(lines: Sequence[bytes]) -> str:
    """Which header is not where it has to be, once: tree, parents, author, committer, and then others."""
    keys = [line.partition(b" ")[0] for line in lines]
    for key in (b"tree", b"author", b"committer"):
        if keys.count(key) != 1:
            return key.decode()
    return "parent" if b"parent" in keys else "tree"


def _besides(lines: Sequence[bytes]) -> tuple[str, bytes]:
    """What is wrong with the headers that follow the committer, and the encoding that they name."""
    encoding = b""
    fault = ""
    for line in lines:
        key, _, value = line.partition(b" ")
        if key in ONCE:
            fault = fault or key.decode()
        elif key == b"encoding":
            fault = fault or ("encoding" if encoding else "")
            encoding = encoding or value
    return fault, encoding


def _person(text: bytes) -> tuple[bytes, bytes] | None:
    """Name and e-mail of `name <email> date zone`, as `split_ident_line` of git's ident.c finds them."""
    name, opening, rest = text.partition(b"<")
    email, closing, _ = rest.partition(b">")
    return (name.rstrip(WHITE), email) if opening and closing else None


def _with_mailmap_of(revision: str) -> tuple[str, ...]:
    """Options of git for the mailmap of a revision alone: it also reads the one in the folder where it stands."""
    folder = query.git_dir()
    return ("-C", folder, f"--git-dir={folder}", "-c", "mailmap.file=", "-c", f"mailmap.blob={revision}:.mailmap")


def first_parent_base(span: Sequence[str]) -> str:
    """The excluded commit that the first-parent chain of a range ends at; "" where it ends with a root."""
    lines, options = processes.for_stdin(span)
    walk = ["rev-list", "--first-parent", "--boundary", "--ignore-missing", "--stdin", *options]
    ends = [
        line for some in processes.split_lines(processes.begin([walk], lines)) for line in some if line.startswith(b"-")
    ]
    return ends[-1][1:].decode() if ends else ""
