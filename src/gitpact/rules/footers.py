"""Rules on footers, trailers and the breaking-change note."""

from __future__ import annotations

from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit, Message, Policy

# A line that means to be a breaking footer; prose such as "breaking changes #DS-1" is none.
# Source: how-git-reads-a-message 44, 47.
ATTEMPT = r"(?i)(breaking[ -]change)(?:\s*[:\uff1a]| #)"
EXACT = r"BREAKING[ -]CHANGE: \S"


def breaking_change(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """A note that does not count as one: not in capitals, or without colon and space (rules 12, 15 and 16)."""
    for number, line in enumerate(commit.message.lines[1:], 2):
        if line[:8].lower() != "breaking":
            continue
        import re  # noqa: PLC0415  few lines begin with the word

        attempt = re.match(ATTEMPT, line)
        if not attempt or re.match(EXACT, line):
            continue
        kind = "case" if attempt[1] != attempt[1].upper() else "colon"
        yield Finding("breaking-change", kind, number, 1, attempt.end(), (("got", attempt[0]),))


def required(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A key of `message.required-trailers` that the message lacks."""
    present = {key.lower() for key, _ in _keys(commit.message)}
    for key in policy.required_trailers:
        if key.lower() not in present:
            line = max(len(commit.message.lines), 1)
            yield Finding("trailer-required", "missing", line, facts=(("expected", key),))


def forbidden(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A key of `message.forbidden-trailers` that the message has."""
    unwanted = {key.lower() for key in policy.forbidden_trailers}
    for key, line in sorted(_keys(commit.message), key=lambda found: found[1]):
        if key.lower() in unwanted:
            yield Finding("trailer-forbidden", "present", line, 1, len(key), (("got", key),))


def _keys(message: Message) -> set[tuple[str, int]]:
    return {(trailer.key, trailer.line) for trailer in (*message.trailers, *message.footers)}
