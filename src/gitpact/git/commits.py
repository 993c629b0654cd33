"""Commits, from what git tells of them to records: whole, or no more of them than is asked for."""

from __future__ import annotations

from gitpact import message
from gitpact.git import history
from gitpact.records import Commit, Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.git.history import Record

NO_MORE = Commit(message.UNREAD)[5:]


def read(record: Record, issue_pattern: str) -> Commit:
    """A record of `history.records`, read."""
    oid, parents, author, author_email, committer, committer_email, body, *more = record
    signature = _signature(more.pop()) if len(more) % 2 else ""
    return Commit(
        message=message.from_bytes(body, issue_pattern=issue_pattern),
        author=_ident(author, author_email),
        committer=_ident(committer, committer_email),
        parents=parents.count(b" ") + 1 if parents else 0,
        oid=oid.decode("ascii"),
        mapped=tuple(map(_ident, more[::2], more[1::2])),
        signature=signature,
    )


def walk(span: Sequence[str], issue_pattern: str, *, grep: str = "") -> Iterator[Commit]:
    """The commits of a range, each read whole, as `history.records` walks them."""
    return (read(record, issue_pattern) for record in history.records(span, grep=grep))


def brief(record: Record, *, lines: bool = False) -> Commit:
    """A record of which nobody asks more than its name, its parents and its header, or all `lines`."""
    parents = record[1].count(b" ") + 1 if record[1] else 0
    read = (message.lines_only if lines else message.header_only)(record[6])
    return tuple.__new__(Commit, (read, None, None, parents, record[0].decode()) + NO_MORE)  # noqa: RUF005  see there


def _signature(told: bytes) -> str:
    """Git's `%G?`; but U, which for an OpenPGP key is a good one, is any key at all where it is an SSH key: E."""
    kind, _, key = told.decode("utf-8", "replace").partition(" ")
    return "E" if kind == "U" and key.startswith("SHA256:") else kind


def _ident(name: bytes, email: bytes) -> Ident:
    return Ident(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"))
