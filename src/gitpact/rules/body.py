"""Rules on the body."""

from __future__ import annotations

from gitpact.message import display_width, fenced_code, idents
from gitpact.message.white_space import is_blank
from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.records import Message, Policy

UNWRAPPABLE = (">", "    ", "\t", "|")  # quoted text, indented code, table rows (how-git-reads-a-message 55)


def leading_blank(message: Message, _policy: Policy) -> Sequence[Finding]:
    """Find text on the line below the header (Conventional Commits, rule 6): at most one finding, kind "missing"."""
    lines = message.lines
    if len(lines) == 1 or is_blank(lines[1]):
        return ()
    return [Finding("body-leading-blank", "missing", 2, 1, len(lines[1]))]


def required(message: Message, _policy: Policy) -> Iterator[Finding]:
    """Find a message without a body: yields one finding, kind "missing", unless text precedes the trailer block.

    Footers that git does not read as trailers count as text. The policy is not read: call this only where
    `message.body` is "required" (`rules.active`).
    """
    if all(map(is_blank, message.lines[1 : message.block])):
        yield Finding("body-required", "missing", 2 if len(message.lines) > 1 else 1)


def line_max(message: Message, policy: Policy) -> Iterable[Finding]:
    """Find body lines wider than `message.body-line-max` display columns: one finding of kind "long" for each line.

    Quotations, code, table rows, the trailer block and the sentence of a DCO remediation are exempt, and so is a line
    that is too wide only because of URLs. A limit of 0 is no exemption here: call this only with another
    (`rules.active`).
    """
    fits = policy.body_line_max // (1 if message.text.isascii() else 2)  # code points; more may fit
    return () if max(map(len, message.lines)) <= fits else _too_wide(message, fits, policy)


def _too_wide(message: Message, fits: int, policy: Policy) -> Iterator[Finding]:
    for number, line in _prose(message):
        if len(line) <= fits:
            continue
        got = display_width.width(line)
        if got > policy.body_line_max and _without_urls(line) > policy.body_line_max:
            facts = (("got", str(got)), ("expected", str(policy.body_line_max)))
            yield Finding("body-line-max", "long", number, policy.body_line_max + 1, 0, facts)


def _prose(message: Message) -> Iterator[tuple[int, str]]:
    for number, line in fenced_code.prose(message.lines, message.block):
        if not line.startswith(UNWRAPPABLE) and idents.REMEDIATION not in line:
            yield number, line


def _without_urls(line: str) -> int:
    """The width of the words that hold no URL, with a space between two."""
    import re  # noqa: PLC0415  few lines are too wide

    words = (found[0] for found in re.finditer(r"\S+", line))  # one by one: all of them take ten times their bytes
    return sum(display_width.width(word) + 1 for word in words if "://" not in word) - 1
