"""Copies of many commits with other messages: one git process reads them all, another one stores the copies.

`git hash-object` needs a process for each commit, as a copy names its parents by oids that are only known once these
are stored. `git fast-import` cannot write the headers of other tools. A pack (gitformat-pack) takes any object, git
checks and stores it whole, and its oid is a hash of its bytes, which is computed here. 10,000 commits take a second.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import commit_object, objects, query, write_objects
from gitpact.message import encodings, idents
from gitpact.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Sign = Callable[[bytes], bytes]

COMMIT = 1  # the type of an object in a pack
LOOSE = 100  # objects up to which git keeps them one by one, as it does after a fetch (fetch.unpackLimit)
SHA1 = 40  # digits of an oid


class Copies(NamedTuple):
    """The new oids of commits by their old ones, and how many of these had a signature that the copies have not."""

    new: Mapping[str, str]
    unsigned: int


def store(oids: Sequence[str], messages: Mapping[str, bytes], committer: str, sign: Sign | None = None) -> Copies:
    """Store a copy of each commit with another message, committer and parents; no ref moves.

    `oids` are the commits to copy, one or more, parents before their children; a copy takes the place of a parent among
    them. `messages` maps oids to the new messages as they are stored; the other commits keep theirs. `committer` is
    `Name <e-mail> seconds zone`, as `git var GIT_COMMITTER_IDENT` writes it. All else stays byte for byte, but
    signatures go, and a sign-off for a copied commit (a DCO remediation) names the copy. With `sign`
    (`signatures.signer`) every copy gets a new signature, as in a rebase.

    Raises GitpactError for a commit that git itself would not write, for one in an encoding that has not all letters of
    `committer`, and if git or `sign` fails.
    """
    new: dict[str, str] = {}
    packed: list[bytes] = []
    unsigned = 0
    for oid, data in zip(oids, objects.contents(oids), strict=True):
        copy, was_signed = _copy(oid, data, new, messages.get(oid), committer)
        if sign:
            copy, was_signed = _signed(copy, sign(copy), oid), _merged_tags(copy) < _merged_tags(data)
        new[oid] = _hash(b"commit %d\0%b" % (len(copy), copy), oid).hex()
        packed.append(_packed(copy))
        unsigned += was_signed
    body = b"".join((b"PACK", struct.pack(">II", 2, len(packed)), *packed))
    command = ("unpack-objects", "-q") if len(packed) < LOOSE else ("index-pack", "--stdin")
    query.output_with_input(command, body + _hash(body, oids[0]))
    return Copies(new, unsigned)


def _copy(
    oid: str, data: bytes, parents: Mapping[str, str], message: bytes | None, committer: str
) -> tuple[bytes, bool]:
    raw = commit_object.parse(oid.encode(), data)
    if raw.fault not in {"", "name"}:
        raise GitpactError(
            "{commit} has a format that git itself never creates ({fault}), so gitpact cannot rewrite it",
            "choose a range that does not include the commit",
            commit=oid[:12],
            fault=raw.fault,
        )
    head, gap, body = data.partition(b"\n\n")
    lines, was_signed = write_objects.unsigned(head, parents)
    for at, line in enumerate(lines):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            lines[at] = b"parent " + parents.get(value.decode(), value.decode()).encode()
        elif key == b"committer":
            lines[at] = b"committer " + _encoded(committer, raw.encoding, oid)
    return b"\n".join(lines) + gap + _following(body if message is None else message, parents), was_signed


def _following(message: bytes, new: Mapping[str, str]) -> bytes:
    """A message whose sign-offs for rewritten commits name the copies; others would sign off what is gone."""
    words = idents.REMEDIATION.encode()
    if words not in message:
        return message
    return re.sub(
        words + rb"([0-9a-f]{40,64})\b",
        lambda found: words + new.get(found[1].decode(), found[1].decode()).encode(),
        message,
    )


def _signed(data: bytes, signature: bytes, like: str) -> bytes:
    """A commit with a signature as its last header, as `add_header_signature` of git's commit.c writes it."""
    head, gap, body = data.partition(b"\n\n")
    key = b"gpgsig" if len(like) == SHA1 else b"gpgsig-sha256"
    lines = signature.rstrip(b"\n").replace(b"\n", b"\n ")
    return b"%b\n%b %b%b%b" % (head, key, lines, gap, body)


def _merged_tags(data: bytes) -> int:
    return data.partition(b"\n\n")[0].count(b"\n" + write_objects.MERGED_TAG + b" ")


def _encoded(committer: str, encoding: bytes, oid: str) -> bytes:
    """Your name in the encoding of a commit."""
    name = encoding.decode("ascii", "replace")
    codec = encodings.codec(name) or "ascii"  # of others only what all have in common
    try:
        return committer.encode(codec, "surrogateescape" if codec == encodings.UTF8 else "strict")
    except UnicodeEncodeError as error:
        raise GitpactError(
            "{commit} has the encoding {encoding}, which cannot represent your name",
            "use a name in ASCII letters for this command: git -c user.name=NAME pact fix …",
            commit=oid[:12],
            encoding=name,
        ) from error


def _hash(data: bytes, like: str) -> bytes:
    """The hash by which this repository names objects: SHA-1 or SHA-256."""
    digest = hashlib.sha1 if len(like) == SHA1 else hashlib.sha256
    return digest(data, usedforsecurity=False).digest()


def _packed(data: bytes) -> bytes:
    """A commit as it stands in a pack: its type and size, seven bits to a byte but four in the first, then deflated."""
    size, head = len(data) >> 4, [COMMIT << 4 | len(data) & 15]
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head) + zlib.compress(data)
