"""Rules on footers, trailers and the breaking-change note."""

from __future__ import annotations

from gitpact.message import fenced_code, trailers
from gitpact.message.header import parse
from gitpact.message.white_space import SPACE
from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitpact.records import Message, Policy, Trailer

# A line that means to be a breaking footer; prose such as "breaking changes #DS-1" is none.
# Source: how-git-reads-a-message 44, 47.
ATTEMPT = r"(?i)(breaking(?:[ -]changes?)?)(?:\s*[:\uff1a]|(?<=change) #)"
NAMES = ("BREAKING CHANGE", "BREAKING-CHANGE")
MOST_BODY = 65536  # characters: what GitHub takes for the text of a request
USUAL = ("feat", "fix")  # types that release tools know, where a policy allows any
AT_START = r"(?i)[\s|*]*(breaking[ -]change)[:\s]"  # what the parser conventional-commits-parser takes for a note


def breaking_change(message: Message, _policy: Policy) -> Iterable[Finding]:
    """Find lines that look like a BREAKING CHANGE footer but are none (Conventional Commits, rules 12, 15 and 16).

    One finding for each line below the header that is no fenced code: the kind is "name" for another name, such as the
    plural, "case" for the right one that is not in capitals, else "colon" for a missing colon, space or text.
    """
    return _notes(message) if "\nbreaking" in message.text.lower() else ()


def _notes(message: Message) -> Iterator[Finding]:
    for number, line in _uncoded(message):
        if line[:8].lower() != "breaking":
            continue
        import re  # noqa: PLC0415  few lines begin with the word

        attempt = re.match(ATTEMPT, line)
        if not attempt or trailers.is_breaking_note(line):
            continue
        kind = "name" if attempt[1].upper() not in NAMES else "colon" if attempt[1] in NAMES else "case"
        yield Finding("breaking-change", kind, number, 1, attempt.end(), (("got", attempt[0]),))


def breaking_mark(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find a breaking change that lacks a mark which `message.breaking` asks for: `!`, the footer, or both.

    At most one finding, in the header: of kind "bang" where there is only the footer, "footer" where there is only `!`.
    A line of fenced code is no footer. A header that breaks the grammar is left to `header-format`.
    """
    header = message.header
    has_footer = "\nBREAKING" in message.text and any(trailers.is_breaking_note(line) for _, line in _uncoded(message))
    if header.prefix.fault or has_footer == header.prefix.breaking:
        return
    missing = "bang" if has_footer else "footer"
    if policy.breaking in {missing, "both"}:
        colon = header.text.index(":", header.prefix.type_column)
        yield Finding("breaking-mark", missing, 1, colon + 1 if has_footer else colon, 1)


def release_notes(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find what tools that write release notes read otherwise than people.

    The kind is "size" for a body of more than MOST_BODY characters, which hosts do not take; "nested" for a line of
    prose that reads as a header of its own, as release-please takes one; "prose" for BREAKING CHANGE in the middle of a
    line, in another case at its begin, or in code, which some tools take for the footer. One finding for each line.
    """
    size = len("\n".join(message.lines[1:]).strip("\n"))
    if size > MOST_BODY:
        yield Finding("release-notes", "size", 2, facts=(("got", str(size)), ("expected", str(MOST_BODY))))
    uncoded = {number for number, _ in _uncoded(message)}
    for number, line in enumerate(message.lines[1:], 2):
        text = line[2:] if line[:2] in {"* ", "- "} else line
        prefix = parse(text).prefix
        if number in uncoded and ":" in text and not prefix.fault and prefix.type in (policy.types or USUAL):
            got = text.partition(":")[0]
            yield Finding("release-notes", "nested", number, line.find(got) + 1, len(got), (("got", got),))
        place = _place_of_note(line)
        if place and not (number in uncoded and trailers.is_breaking_note(line)):
            at, name = place
            yield Finding("release-notes", "prose", number, at + 1, len(name), (("got", name),))


def _place_of_note(line: str) -> tuple[int, str] | None:
    """Where a tool may find a note of a breaking change in a line, and by which words."""
    at, name = next(((line.find(name), name) for name in NAMES if name in line), (-1, ""))
    if at >= 0:
        return at, name
    import re  # noqa: PLC0415  the rule runs on request

    found = re.match(AT_START, line) if "breaking" in line.lower() else None
    return (found.start(1), found[1]) if found else None


def _uncoded(message: Message) -> Iterator[tuple[int, str]]:
    """The lines below the header that are no fenced code, with their numbers."""
    yield from fenced_code.prose(message.lines, message.block)
    yield from enumerate(message.lines[message.block :], message.block + 1)


def required(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find keys of `message.required-trailers` that a message lacks: one finding of kind "missing" for each key.

    Trailers of git and footers of Conventional Commits count if they have a value; the case of a key does not matter.
    The findings are on the last line.
    """
    present = {one.key.lower() for one in _footers(message) if one.value.strip(SPACE) not in {"", "#"}}
    for key in policy.required_trailers:
        if key.lower() not in present:
            line = max(len(message.lines), 1)
            yield Finding("trailer-required", "missing", line, facts=(("expected", key),))


def forbidden(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find trailers and footers whose key is in `message.forbidden-trailers`: one finding of kind "present" for each.

    They come in the order of their lines; the case of a key does not matter.
    """
    unwanted = {key.lower() for key in policy.forbidden_trailers}
    for line, key in sorted({(one.line, one.key) for one in _footers(message)}):
        if key.lower() in unwanted:
            yield Finding("trailer-forbidden", "present", line, 1, len(key), (("got", key),))


def _footers(message: Message) -> Iterator[Trailer]:
    """Each trailer of git and each footer of Conventional Commits, by its line in the message; many are both."""
    yield from trailers.footers(message.lines, block=message.block)
    for trailer in message.trailers:
        yield trailer._replace(line=trailer.line + message.block)
