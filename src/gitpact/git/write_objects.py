"""Write objects: blobs, and copies of trees, commits and tags with something changed. No ref moves."""

from __future__ import annotations

from gitpact.git import query, trees
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitpact.git.trees import Entry

    Trees = dict[tuple[str, frozenset[tuple[str, Entry | None]]], str]

SIGNED = (b"gpgsig", b"gpgsig-sha256")  # headers; a new object is not the one that was signed
MERGED_TAG = b"mergetag"
NOTHING_NEW: Mapping[str, str] = {}
# What the signature of a tag begins with, at the end of its message (gitformat-signature).
MARKS = (b"PGP SIGNATURE", b"PGP MESSAGE", b"SIGNED MESSAGE", b"SSH SIGNATURE")


def write_tree(old: str, edits: Mapping[str, Entry | None], known: Trees) -> str:
    """Write a copy of the tree `old` with some files changed; returns its oid, "" if no file is left.

    `edits` and `known` are as for `rewrite_commit`. Raises GitpactError if git fails.
    """
    key = (old, frozenset(edits.items()))
    if key not in known:
        known[key] = _tree(old, edits, known)
    return known[key]


def _tree(old: str, edits: Mapping[str, Entry | None], known: Trees) -> str:
    below: dict[str, dict[str, Entry | None]] = {}
    for path, entry in edits.items():
        name, _, rest = path.partition("/")
        below.setdefault(name, {})[rest] = entry
    rows = []
    for row in query.output_with_input(("ls-tree", "-z", "--full-tree", old), b"").split(b"\0")[:-1]:
        about, _, name = row.decode("utf-8", "surrogateescape").partition("\t")
        mode, kind, oid = about.split(" ")
        if name in below and kind == "tree":
            oid = write_tree(oid, below[name], known)
        elif name in below:
            mode, oid = below[name][""] or ("", "")
            kind = "commit" if mode == trees.SUBMODULE else "blob"
        if oid:
            rows.append(f"{mode} {kind} {oid}\t{name}\0")
    return _made(("mktree", "-z", "--missing"), "".join(rows)) if rows else ""


class Copy(NamedTuple):
    """The oid of a copy of a commit or a tag, and whether what was copied had a signature, which the copy has not."""

    oid: str
    was_signed: bool


def rewrite_commit(oid: str, edits: Mapping[str, Entry | None], parents: Mapping[str, str], known: Trees) -> Copy:
    """Write a copy of a commit with other files and parents, without its signature.

    `edits` maps paths of files to their new (mode, oid), or to None to remove them; a path that the commit does not
    have is ignored, and none may lie below one of its files. `parents` maps old oids of parents to new ones; others
    stay. `known` remembers the trees written: pass the same dict, {} at first, for every commit. Raises GitpactError if
    git fails.
    """
    head, gap, body = query.output_with_input(("cat-file", "commit", oid), b"").partition(b"\n\n")
    lines, was_signed = unsigned(head, parents)
    for at, line in enumerate(lines):
        key, _, value = line.partition(b" ")
        if key == b"tree" and edits:
            lines[at] = b"tree " + (write_tree(value.decode(), edits, known) or _made(("mktree",), "")).encode()
        elif key == b"parent":
            lines[at] = b"parent " + parents.get(value.decode(), value.decode()).encode()
    return Copy(_object("commit", b"\n".join(lines) + gap + body), was_signed)


def retarget_tag(oid: str, target: str) -> Copy:
    """Write a copy of the annotated tag `oid` for the commit `target`, without its signature.

    Raises GitpactError if `oid` is no annotated tag.
    """
    head, gap, body = query.output_with_input(("cat-file", "tag", oid), b"").partition(b"\n\n")
    (_, *rest), was_signed = unsigned(head)
    lines = [b"object " + target.encode(), *rest]
    begins = max((b"\n" + body).rfind(b"\n-----BEGIN " + mark + b"-----\n") for mark in MARKS)
    text = body if begins < 0 else body[:begins]
    return Copy(_object("tag", b"\n".join(lines) + gap + text), was_signed or begins >= 0)


def blob(data: bytes) -> str:
    """Write a blob of these bytes; returns its oid. Raises GitpactError if git fails."""
    return _object("blob", data)


def unsigned(head: bytes, parents: Mapping[str, str] = NOTHING_NEW) -> tuple[list[bytes], bool]:
    """Split the headers of a commit or a tag into lines and leave out its signatures; returns also whether it had one.

    The copy of a signed tag that a merge contains (`mergetag`) is left out too if its commit is one of the old
    `parents`: it would vouch for a commit that is no parent any more. A header goes on over lines that begin with a
    space.
    """
    lines: list[bytes] = []
    kept, every = True, head.split(b"\n")
    for line in every:
        if not line.startswith(b" "):
            key, _, value = line.partition(b" ")
            kept = key not in SIGNED and (
                key != MERGED_TAG or value.removeprefix(b"object ").decode("ascii", "replace") not in parents
            )
        if kept:
            lines.append(line)
    return lines, len(lines) < len(every)


def _object(kind: str, data: bytes) -> str:
    return query.output_with_input(("hash-object", "-t", kind, "-w", "--literally", "--stdin"), data).decode().strip()


def _made(args: tuple[str, ...], stdin: str) -> str:
    return query.output_with_input(args, stdin.encode("utf-8", "surrogateescape")).decode().strip()
