"""Commits, from what git tells of them to records: whole, or no more of them than is asked for."""

from __future__ import annotations

from gitpact import message
from gitpact.git import history
from gitpact.message import encodings
from gitpact.records import Commit, Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.history import RawCommit

NO_MORE = Commit(message.UNREAD)[5:]


def read(raw: RawCommit, issue_pattern: str, most: int = 0) -> Commit:
    """A commit as it is stored, decoded and parsed; of a message of more than `most` bytes (0: any) the beginning."""
    named = raw.encoding.decode("ascii", "replace") or encodings.UTF8
    encoding = encodings.codec(named) or encodings.UTF8
    settings = message.DEFAULTS if named == encodings.UTF8 else message.DEFAULTS._replace(encoding=named)
    signature = _signature(raw.signature) if raw.signature else ""
    return Commit(
        message=message.from_bytes(raw.message, settings, issue_pattern, most=most, size=raw.size),
        author=_ident(raw.author_name, raw.author_email, encoding),
        committer=_ident(raw.committer_name, raw.committer_email, encoding),
        parents=raw.parents.count(b" ") + 1 if raw.parents else 0,
        oid=raw.oid.decode("ascii"),
        mapped=tuple(map(_ident, raw.mapped[::2], raw.mapped[1::2])),
        signature=signature,
        fault=raw.fault,
    )


def walk(span: Sequence[str], issue_pattern: str, *, grep: str = "") -> Iterator[Commit]:
    """The commits of a range, each read whole, as `history.records` walks them."""
    return (read(raw, issue_pattern) for raw in history.records(span, grep=grep))


def brief(record: RawCommit, *, lines: bool = False) -> Commit:
    """A record of which nobody asks more than its name, its parents and its header, or all `lines`."""
    parents = record.parents.count(b" ") + 1 if record.parents else 0
    read = (message.lines_only if lines else message.header_only)(record.message)
    return tuple.__new__(Commit, (read, None, None, parents, record.oid.decode()) + NO_MORE)  # noqa: RUF005  see there


def _signature(told: bytes) -> str:
    """Git's `%G?`; but U, which for an OpenPGP key is a good one, is any key at all where it is an SSH key: E."""
    kind, _, key = told.decode("utf-8", "replace").partition(" ")
    return "E" if kind == "U" and key.startswith("SHA256:") else kind


def _ident(name: bytes, email: bytes, encoding: str = "utf-8") -> Ident:
    return Ident(name.decode(encoding, "replace"), email.decode(encoding, "replace"))
