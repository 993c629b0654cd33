"""Rules on single trailers, by the table `[trailers]`: their values, how many there are, and their order.

Only what git takes for a trailer counts; a line of prose or of a quotation that looks like one does not.
"""

from __future__ import annotations

from gitpact.message import commit_kind, idents
from gitpact.records import Finding
from gitpact.rules import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Message, Policy, Trailer, TrailerRule

PERSON, COMMIT = "Name <email>", '<oid> ("subject")'  # values of `require-form`
SHORTEST_OID = 7
LONGEST_SHOWN = 80  # code points of a value


def value(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find trailers with a value that the policy refuses: at most one finding for each.

    The kind is "forbidden" (a glob of `forbid` matches the value, or its e-mail), "unlisted" (none of `allow` does),
    "person" or "commit" (it has not the form), or "pattern" (`require` does not match).
    """
    rules = {own.key.lower(): own for own in policy.trailers}
    for trailer in message.trailers:
        own = rules.get(trailer.key.lower())
        kind = own and _fault(own, trailer.value)
        if own and kind:
            facts = (
                ("key", trailer.key),
                ("got", trailer.value[:LONGEST_SHOWN]),
                ("expected", listed(own.allow) if kind == "unlisted" else own.require),
            )
            yield Finding("trailer-value", kind, *place(message, trailer), len(trailer.value), facts)


def place(message: Message, trailer: Trailer) -> tuple[int, int]:
    """Line and column in the message, from 1, where the value of a trailer begins; that of a folded one is column 1."""
    line = message.block + trailer.line
    return line, max(message.lines[line - 1].find(trailer.value), 0) + 1


def _fault(own: TrailerRule, text: str) -> str:
    person = idents.parse(text)
    texts = (text, person.email) if person else (text,)
    if own.forbid and commit_kind.matches_any(own.forbid, *texts):
        return "forbidden"
    if own.allow and not commit_kind.matches_any(own.allow, *texts):
        return "unlisted"
    if own.require_form == PERSON and not (person and person.name and "@" in person.email):
        return "person"
    if own.require_form == COMMIT and not _names_a_commit(text):
        return "commit"
    if own.require:
        from gitpact.message import linear_regex  # noqa: PLC0415  few policies have one

        return "" if linear_regex.occurs(own.require, text) else "pattern"
    return ""


def _names_a_commit(text: str) -> bool:
    """Whether a value is an abbreviated oid and the subject of its commit, as `git log --format=reference` has them."""
    oid, _, subject = text.partition(" ")
    known = len(oid) >= SHORTEST_OID and not oid.strip("0123456789abcdef")
    return known and subject.startswith('("') and subject.endswith('")') and bool(subject[2:-2].strip())


def number(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find keys of which a message has too few or too many trailers: one finding of kind "few" or "many" for each.

    A trailer without a value does not count. That of "few" is on the last line, that of "many" on the first trailer
    that is too many.
    """
    found: dict[str, list[Trailer]] = {}
    for one in message.trailers:
        if one.value.strip():
            found.setdefault(one.key.lower(), []).append(one)
    for own in policy.trailers:
        its = found.get(own.key.lower(), [])
        facts = (("key", own.key), ("got", str(len(its))))
        if len(its) < own.least:
            line = max(len(message.lines), 1)
            yield Finding("trailer-count", "few", line, facts=(*facts, ("expected", str(own.least))))
        elif own.most and len(its) > own.most:
            extra = its[own.most]
            line = message.block + extra.line
            yield Finding("trailer-count", "many", line, 1, len(extra.key), (*facts, ("expected", str(own.most))))


def order(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find the first trailer that stands behind one which `message.trailer-order` puts after it: kind "before".

    Keys that the list does not have may stand anywhere.
    """
    places = {key.lower(): place for place, key in enumerate(policy.trailer_order)}
    last: Trailer | None = None
    for trailer in message.trailers:
        place = places.get(trailer.key.lower())
        if place is None:
            continue
        if last and place < places[last.key.lower()]:
            facts = (("got", trailer.key), ("expected", last.key))
            yield Finding("trailer-order", "before", message.block + trailer.line, 1, len(trailer.key), facts)
            return
        last = trailer
