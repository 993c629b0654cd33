"""Rules on a message as a whole, and on how many there are."""

from __future__ import annotations

from gitpact.message import MOST_HEADER, MOST_LINES, MOST_TRAILERS, commit_kind, encodings
from gitpact.message.white_space import is_blank
from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.records import Commit, Header, Message, Policy


def encoding(message: Message, _policy: Policy) -> Iterable[Finding]:
    """Find bytes in a message that are not text in its encoding; one finding for each kind, on the first place of it.

    Kinds: "unknown" (an encoding that is not supported), "bytes" (not in that encoding), "bom" (a byte order mark),
    "nul", "noncharacter" (git takes UTF-8 text that holds one for Latin-1 and stores something else: `verify_utf8`,
    commit.c).
    """
    text = message.text
    valid = message.encoding == encodings.UTF8 and message.bad_byte < 0 and not message.bom
    return () if valid and "\0" not in text and encodings.noncharacter(text) < 0 else _encoding(message)


def _encoding(message: Message) -> Iterator[Finding]:
    known = encodings.codec(message.encoding)
    if not known:
        yield Finding("message-encoding", "unknown", facts=(("encoding", message.encoding),))
    elif message.bad_byte >= 0:
        facts = (("encoding", message.encoding), ("byte", str(message.bad_byte + 1)))
        line = message.text[: message.text.find("\ufffd")].count("\n") + 1
        yield Finding("message-encoding", "bytes", line, facts=facts)
    if message.bom:
        yield Finding("message-encoding", "bom", width=1)
    nul = message.text.find("\0")
    if nul >= 0:
        yield Finding("message-encoding", "nul", *_place(message.text, nul), 1)
    odd = encodings.noncharacter(message.text) if known == encodings.UTF8 else -1
    if odd >= 0:
        code = (("code", f"U+{ord(message.text[odd]):04X}"),)
        yield Finding("message-encoding", "noncharacter", *_place(message.text, odd), 1, code)


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of an index."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def size(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find a message that was too large to be parsed: yields at most one finding, with `message.excess` as its kind.

    That is "bytes" for more than `message.max-bytes`, else "lines", "header" or "trailers"; `message.from_bytes` sets
    it.
    """
    if message.excess == "bytes":
        from gitpact.rules import byte_sizes  # noqa: PLC0415  few messages are too long

        got, expected = byte_sizes.size_and_limit(message.size, policy.max_bytes)
        yield Finding("message-size", "bytes", facts=(("got", got), ("expected", expected)))
    elif message.excess:
        most = {"lines": MOST_LINES, "header": MOST_HEADER, "trailers": MOST_TRAILERS}[message.excess]
        yield Finding("message-size", message.excess, facts=(("expected", str(most)),))


def malformed_object(commit: Commit, _policy: Policy) -> Sequence[Finding]:
    """Find a commit object that `git fsck` refuses: at most one finding, with `commit.fault` as its kind.

    Readers would disagree on what such an object says.
    """
    return [Finding("commit-object", commit.fault)] if commit.fault else ()


def empty(message: Message, _policy: Policy) -> Iterator[Finding]:
    """Find a message of nothing but white space: yields at most one finding, of kind "empty"."""
    if is_blank(message.text):
        yield Finding("message-empty", "empty")


def merge(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """Find a commit with more parents than `message.max-parents`: yields at most one finding, of kind "parents".

    A commit of which the parents are not known passes. A limit of 0 allows none here: call this only with another
    (`rules.active`).
    """
    if commit.parents is not None and commit.parents > policy.max_parents:
        facts = (("got", str(commit.parents)), ("expected", str(policy.max_parents)))
        yield Finding("merge-commit", "parents", facts=facts)


def fixup(header: Header, _policy: Policy) -> Iterator[Finding]:
    """Find a header that begins with `fixup! `, `squash! ` or `amend! `: yields at most one finding, of kind "left"."""
    subject = commit_kind.by_author(header)
    if subject.startswith(commit_kind.AUTOSQUASH):
        mark = subject.split(" ", 1)[0]
        column = header.prefix.type_column + 1
        yield Finding("fixup-commit", "left", column=column, width=len(mark), facts=(("got", mark),))


def wip(header: Header, _policy: Policy) -> Sequence[Finding]:
    """Find a header that calls its commit unfinished (`WIP: x`, `[draft] x`): at most one finding, of kind "left"."""
    subject = commit_kind.by_author(header)
    if not commit_kind.is_wip(subject):
        return ()
    word = subject.split()[0]
    column = header.prefix.type_column + 1
    return [Finding("wip-commit", "left", column=column, width=len(word), facts=(("got", word),))]


def commit_count(commits: int, policy: Policy) -> Iterator[Finding]:
    """Find a range of more commits than `push.max-commits`: yields at most one finding, of kind "many".

    `commits` is their number. A limit of 0 allows none here: call this only with another (`rules.active`).
    """
    if commits > policy.max_commits:
        facts = (("got", str(commits)), ("expected", str(policy.max_commits)))
        yield Finding("commit-count", "many", facts=facts)
