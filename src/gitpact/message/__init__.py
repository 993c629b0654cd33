"""The bytes of a stored message into a `Message`. Reads and judges nothing else."""

from __future__ import annotations

from gitpact.message import encodings, header, trailers
from gitpact.records import Header, Message, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.records import Trailer

DEFAULTS = Settings()
BOM = "\ufeff"
# No person writes so many; each line costs more memory than its bytes, each character of a header more time.
MOST_LINES, MOST_HEADER, MOST_TRAILERS = 250_000, 10_000, 5000
MANY_LINES = 10_000
SHOWN = 200  # bytes of a message that is too long to be read
UNREAD = Message("", (), Header(""), (), 1, ())
NO_HEADER, NO_BODY = UNREAD.header[1:], UNREAD[3:]


def header_only(stored: bytes) -> Message:
    """A message of which nobody asks more than the text of its header; UTF-8."""
    text = stored.partition(b"\n")[0].decode("utf-8", "replace").removeprefix(BOM).removesuffix("\r")
    return _unread(text, (text,))


def lines_only(stored: bytes) -> Message:
    """A message of which nobody asks more than its lines; UTF-8."""
    text = stored.decode("utf-8", "replace").removeprefix(BOM)
    return _unread(text, tuple(line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")))


def _unread(text: str, lines: tuple[str, ...]) -> Message:
    # Calling a record binds each of its names, which takes three times as long; a long history has many.
    header = tuple.__new__(Header, (lines[0].rstrip(" \t"),) + NO_HEADER)  # noqa: RUF005  a sum takes half as long
    return tuple.__new__(Message, (text, lines, header) + NO_BODY)  # noqa: RUF005


def from_bytes(
    stored: bytes,
    settings: Settings = DEFAULTS,
    issue_pattern: str = header.DEFAULT_ISSUE,
    *,
    most: int = 0,
    size: int = 0,
) -> Message:
    """A message as it stands in a commit object, in `settings.encoding`; bytes that are not become U+FFFD.

    `size` is its length where `stored` is cut off. One of more than `most` bytes (0: any), or then of more lines than
    MOST_LINES, with a longer header than MOST_HEADER bytes or more trailers than MOST_TRAILERS, is not read but for the
    beginning of its header.
    """
    size = max(size, len(stored))
    encoding = encodings.codec(settings.encoding) or encodings.UTF8
    too_much = excess(stored, size, most) if most else ""
    if too_much:
        return _too_much(too_much, stored, size, encoding)
    limit = MOST_TRAILERS if most else 0
    bad_byte = -1 if encodings.codec(settings.encoding) else 0
    try:
        text = stored.decode(encoding)
    except UnicodeDecodeError as error:
        text, bad_byte = stored.decode(encoding, "replace"), error.start
    bom = text.startswith(BOM)
    text = text.removeprefix(BOM)
    raw = text.removesuffix("\n").split("\n") if text else []
    if len(raw) > MANY_LINES:
        known: dict[str, str] = {}
        raw = [known.setdefault(line, line) for line in raw]  # short lines are alike: each takes ten times its bytes
    lines = tuple(line.removesuffix("\r") for line in raw) if "\r" in text else tuple(raw)
    found: tuple[Trailer, ...] = ()
    block = len(lines)
    below = len(lines) > 1  # a title has no trailers
    if below:
        # A configured comment string changes what git takes for a comment in a file, not in what is stored.
        found, block = trailers.parse(raw, separators=settings.separators, keys=settings.trailer_keys, most=limit)
    footers = trailers.footers(lines, limit) if below else ()
    if 0 < limit < max(len(found), len(footers)):
        return _too_much("trailers", stored, size, encoding)
    return Message(
        text=text,
        lines=lines,
        header=header.parse(lines[0].rstrip(" \t") if lines else "", issue_pattern),
        trailers=found,
        block=block,
        footers=footers,
        encoding=settings.encoding,
        bad_byte=bad_byte,
        bom=bom,
        size=size,
    )


def _too_much(what: str, stored: bytes, size: int, encoding: str) -> Message:
    """A message with too much of something, of which no more is read than the beginning of its header."""
    text = stored[:SHOWN].partition(b"\n")[0].decode(encoding, "replace").removeprefix(BOM)
    return _unread(text, (text,))._replace(size=size, excess=what)


def excess(stored: bytes, size: int, most: int) -> str:
    """What a message has too much of, without reading it."""
    if size > most:
        return "bytes"
    if size > MOST_LINES and stored.count(b"\n") > MOST_LINES:
        return "lines"
    return "header" if size > MOST_HEADER and not stored.find(b"\n", 0, MOST_HEADER + 1) >= 0 else ""
