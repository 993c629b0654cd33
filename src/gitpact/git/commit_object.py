"""A commit object split into its parts, and how it differs from what git itself writes."""

from __future__ import annotations

from gitpact.message.white_space import SPACE_BYTES
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HEADERS = 1 << 20  # bytes of a commit object before its message: keys and signatures have room, floods have not
MOST_IDENT = 1000  # bytes of an author's or a committer's name and e-mail
NOBODY = (b"", b"")
ONCE = frozenset((b"tree", b"parent", b"author", b"committer"))  # headers that may not come again
MOST_DIGITS = 20  # of a time; what is longer no computer counts
MOST_PARENTS = 100  # of a commit; the largest octopus of Linux has 66


class RawCommit(NamedTuple):
    """A commit object, split into its parts; these are bytes and not decoded.

    `oid`, `parents` and `tree` are hexadecimal; a space separates two parents, b"" is none. `message` may be cut at its
    end; `size` is the length of the whole message in bytes. `encoding` is the header of that name, b"" without it.
    `fault` is how the object differs from what git writes, "" for not at all: "tree", "parent", "author", "committer"
    (missing, repeated, out of place, or an oid in capitals), "ident" (no `name <email>`), "name" (a name or e-mail
    beyond MOST_IDENT bytes, cut there), "encoding" (repeated), "nul" (in the headers), "parents" (more than
    MOST_PARENTS) or "long" (HEADERS bytes before the message, which is then empty). `committed` is the value of the
    header "committer", for `seconds`. `mapped` is author name, author e-mail, committer name, committer e-mail by the
    mailmap, and `signature` git's `%G? %GK`; both are empty where `history.records` was not asked for them; so are
    `paths`, the files that the commit changes (None: not asked for).
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
    committed: bytes = b""
    mapped: tuple[bytes, ...] = ()
    signature: bytes = b""
    paths: tuple[bytes, ...] | None = None


def parse(oid: bytes, data: bytes) -> RawCommit:
    """Split a commit object into its parts, as git does in `commit.c` and `ident.c`; whatever is wrong is in `fault`.

    `data` is what `git cat-file commit` writes, or the beginning of that; `size` counts the message in `data` only.
    `parents` are all that the object names. Raises nothing.
    """
    head, _, message = data.partition(b"\n\n")
    lines = head.split(b"\n")
    count = 0
    while lines[count + 1 : count + 2] and lines[count + 1][:7] == b"parent ":
        count += 1
    parents = lines[1][7:] if count == 1 else b" ".join(line[7:] for line in lines[1 : count + 1])
    made = lines[count + 1 : count + 3]
    fault, encoding = "", b""
    if (
        len(made) != 2  # noqa: PLR2004  author and committer
        or lines[0][:5] != b"tree "
        or made[0][:7] != b"author "
        or made[1][:10] != b"committer "
    ):
        fault, parents = _disorder(lines), b""  # what stands there may be no name of a commit
        made = [next((line for line in lines if line.startswith(key)), b"") for key in (b"author ", b"committer ")]
    elif len(lines) > count + 3:
        fault, encoding = _besides(lines[count + 3 :])
    first, second = made[0][7:], made[1][10:]
    author = _person(first)
    committer = author if second == first else _person(second)  # as nearly always
    persons: tuple[bytes, ...] = (author or NOBODY) + (committer or NOBODY)
    if not fault and not (author and committer):
        fault = "ident"
    if len(first) + len(second) > MOST_IDENT and max(map(len, persons)) > MOST_IDENT:
        # Cut, since of what nobody is called no rule needs more; git knows no limit.
        fault = fault or "name"
        persons = tuple([part[:MOST_IDENT] for part in persons])
    names = lines[0] + parents
    if count > MOST_PARENTS or names != names.lower():
        # Git takes capital digits too, and one name in two spellings would be two parents.
        fault = fault or ("parents" if count > MOST_PARENTS else "parent")
        parents = parents.lower()
    if 0 in head:
        fault = "nul"
    if len(head) >= HEADERS:
        fault, message = "long", b""
    tree = lines[0][5:].lower()
    # Calling a record binds each of its names, which takes three times as long; a long history has many.
    return RawCommit._make(
        (oid, parents, *persons, message, len(message), encoding, fault, tree, second, (), b"", None)
    )


def seconds(committed: bytes) -> int:
    """The time in the value of a header "committer", in seconds since 1970, as `%ct` of git log; 0 for none.

    Git takes the digits behind the last `>` where a zone such as +0100 follows (`split_ident_line` in ident.c). More
    than MOST_DIGITS are no time.
    """
    behind = committed.rpartition(b">")[2].lstrip(SPACE_BYTES)
    zone = behind.lstrip(b"0123456789")
    time = behind[: len(behind) - len(zone)]
    zone = zone.lstrip(SPACE_BYTES)
    dated = 0 < len(time) <= MOST_DIGITS and zone[:1] in {b"+", b"-"} and zone[1:2].isdigit()
    return int(time) if dated else 0


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
    return (name.rstrip(SPACE_BYTES), email) if opening and closing else None
