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
MOST_BODY = 65536  # bytes: what GitHub takes for the text of a request or a release
USUAL = ("feat", "fix")  # types that release tools know, where a policy allows any
EXACT = r"BREAKING[ -]CHANGE: \S"


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
        if not attempt or _is_note(line):
            continue
        kind = "name" if attempt[1].upper() not in NAMES else "colon" if attempt[1] in NAMES else "case"
        yield Finding("breaking-change", kind, number, 1, attempt.end(), (("got", attempt[0]),))


def breaking_mark(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find a breaking change that lacks a mark which `message.breaking` asks for: `!`, the footer, or both.

    At most one finding, in the header: of kind "bang" where there is only the footer, "footer" where there is only `!`.
    A line of fenced code is no footer. A header that breaks the grammar is left to `header-format`.
    """
    header = message.header
    has_footer = "\nBREAKING" in message.text and any(_is_note(line) for _, line in _uncoded(message))
    if header.prefix.fault or has_footer == header.prefix.breaking:
        return
    missing = "bang" if has_footer else "footer"
    if policy.breaking in {missing, "both"}:
        colon = header.text.index(":", header.prefix.type_column)
        yield Finding("breaking-mark", missing, 1, colon + 1 if has_footer else colon, 1)


def release_notes(message: Message, policy: Policy) -> Iterator[Finding]:
    """Find what tools that write release notes read otherwise than people.

    The kind is "size" for a body of more than MOST_BODY bytes, which hosts cut; "nested" for a line of prose that reads
    as a header of its own, as release-please takes one; "prose" for BREAKING CHANGE in the middle of a line, which some
    tools take for the footer. One finding for each line.
    """
    size = len("\n".join(message.lines[1:]).encode("utf-8", "surrogatepass"))
    if size > MOST_BODY:
        yield Finding("release-notes", "size", 2, facts=(("got", str(size)), ("expected", str(MOST_BODY))))
    for number, line in _uncoded(message):
        text = line[2:] if line[:2] in {"* ", "- "} else line
        prefix = parse(text).prefix
        if ":" in text and not prefix.fault and prefix.type in (policy.types or USUAL):
            got = text.partition(":")[0]
            yield Finding("release-notes", "nested", number, line.find(got) + 1, len(got), (("got", got),))
        for name in NAMES:
            at = line.find(name)
            if at >= 0 and not _is_note(line):
                yield Finding("release-notes", "prose", number, at + 1, len(name), (("got", name),))


def _uncoded(message: Message) -> Iterator[tuple[int, str]]:
    """The lines below the header that are no fenced code, with their numbers."""
    yield from fenced_code.prose(message)
    yield from enumerate(message.lines[message.block :], message.block + 1)


def _is_note(line: str) -> bool:
    import re  # noqa: PLC0415  as above

    return bool(re.match(EXACT, line))


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
    yield from trailers.footers(message.lines)
    for trailer in message.trailers:
        yield trailer._replace(line=trailer.line + message.block)
