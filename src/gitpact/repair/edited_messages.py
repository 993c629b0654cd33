"""One file with many messages, to be edited by a person: where each begins, and what was made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.repair.rebase_commands import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def comment(messages: Iterable[str]) -> str:
    """Return what begins a comment in the file: the first of COMMENTS that begins no line of any of the messages."""
    first = {line[:1] for text in messages for line in text.split("\n")}
    return next((mark for mark in COMMENTS if mark not in first), "#gitpact:")


def divider(oid: str, mark: str) -> str:
    """Return the line above the message of the commit `oid`; `mark` begins it, as `comment` returned it."""
    return f"{mark} -------- {oid}"


def read(text: str, oids: Iterable[str], mark: str) -> Mapping[str, str]:
    """Return the messages of an edited file by the oids of their commits, each with a line feed at its end.

    Lines that begin with `mark` are left out, and so are empty lines around a message. A message that is now empty, or
    whose divider is gone, is left out too.
    """
    known = {divider(oid, mark): oid for oid in oids}
    lines: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.split("\n"):
        if line.rstrip() in known:
            current = lines.setdefault(known[line.rstrip()], [])
        elif not line.startswith(mark):
            current.append(line.removesuffix("\r"))
    return dict(_messages(lines))


def _messages(lines: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for oid, its in lines.items():
        text = "\n".join(its).strip("\n")
        if text:
            yield oid, f"{text}\n"
