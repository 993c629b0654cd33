"""Commit objects, decoded and parsed into records."""

from __future__ import annotations

from gitpact import message
from gitpact.git import history
from gitpact.message import encodings
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.records import Commit, Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.commit_object import RawCommit

_known: dict[tuple[bytes | str, ...], tuple[Ident, Ident]] = {}  # authors and committers; a history is made by few


def read(raw: RawCommit, issue_pattern: str, max_bytes: int = 0) -> Commit:
    """Decode a commit and parse its message.

    Bytes that do not decode become U+FFFD; UTF-8 takes the place of an unknown encoding. `issue_pattern` is a regular
    expression (`linear_regex`) for one member of an issue reference. With `max_bytes`, only the beginning of a longer
    message is parsed, as in `message.from_bytes`; 0 is no limit. `remediations` is always ().
    """
    (
        oid,
        parents,
        author_name,
        author_email,
        name,
        email,
        stored,
        size,
        named,
        fault,
        _,
        committed,
        mapped,
        signature,
        paths,
    ) = raw
    encoding, settings = encodings.UTF8, message.DEFAULTS
    if named:
        charset = named.decode("ascii", "replace")
        encoding, settings = encodings.codec_or_utf8(charset), settings._replace(encoding=charset)
    parsed = message.from_bytes(stored, settings, issue_pattern, max_bytes=max_bytes, size=size)
    author, committer = _persons(author_name, author_email, name, email, encoding)
    count = parents.count(b" ") + 1 if parents else 0
    as_mapped = tuple(map(_ident, mapped[::2], mapped[1::2])) if mapped else ()
    verdict = _signature(signature) if signature else ""
    # No path has a NUL, and one decoding takes a fifth of the time of many.
    changed = tuple(b"\0".join(paths).decode("utf-8", "surrogateescape").split("\0")) if paths else paths
    persons_and_more = (parsed, author, committer, count, oid.decode(), as_mapped, verdict, (), fault, changed, ())
    return Commit._make((*persons_and_more, committed))


def _persons(author: bytes, email: bytes, committer: bytes, its_email: bytes, encoding: str) -> tuple[Ident, Ident]:
    """Author and committer, from the name and the e-mail of each."""
    key = (author, email, committer, its_email, encoding)
    known = _known.get(key)
    if not known:
        known = _ident(author, email, encoding), _ident(committer, its_email, encoding)
        if key_size(key) <= LONGEST:
            put(_known, key, known)
    return known


def walk(span: Sequence[str], issue_pattern: str, *, grep: str = "") -> Iterator[Commit]:
    """The commits of a range, newest first, each as `read` returns it; git starts at once.

    `span` and `grep` are as for `history.records`, `issue_pattern` as for `read`. Of a message at least
    `history.MOST_MESSAGE` bytes are read, not always all. Raises GitpactError during iteration if git fails.
    """
    return (read(raw, issue_pattern) for raw in history.records(span, grep=grep))


def _signature(verdict: bytes) -> str:
    """Git's `%G?`; but U, which for an OpenPGP key is a good one, is any key at all where it is an SSH key: E."""
    kind, _, key = verdict.decode("utf-8", "replace").partition(" ")
    return "E" if kind == "U" and key.startswith("SHA256:") else kind


def _ident(name: bytes, email: bytes, encoding: str = "utf-8") -> Ident:
    return Ident(name.decode(encoding, "replace"), email.decode(encoding, "replace"))
