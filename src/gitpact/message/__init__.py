"""Parse the bytes of a stored message into a `Message`. Reads and judges nothing else."""

from __future__ import annotations

from gitpact.message import encodings, header, trailers
from gitpact.records import Header, Message, Prefix, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.records import Trailer

DEFAULTS = Settings()
BOM = "\ufeff"
# No person writes so many; each line costs more memory than its bytes, each character of a header more time.
MOST_LINES, MOST_HEADER, MOST_TRAILERS = 250_000, 10_000, 5000
MANY_LINES = 10_000
SHOWN = 200  # bytes of a message that is too long to be read


def from_bytes(
    stored: bytes,
    settings: Settings = DEFAULTS,
    issue_pattern: str = header.DEFAULT_ISSUE,
    *,
    max_bytes: int = 0,
    size: int = 0,
) -> Message:
    """Parse a message as it is stored in a commit object; bytes that are not in its encoding become U+FFFD.

    The encoding is `settings.encoding`, or UTF-8 where that is unknown (`bad_byte` is then 0). `issue_pattern` is as
    for `header.parse`. `size` is the length of the whole message in bytes if `stored` is cut, else 0. `max_bytes` is
    the limit on bytes (0: none); with it there is also one of MOST_LINES lines, of MOST_HEADER bytes in the header and
    of MOST_TRAILERS trailers. Of a message that exceeds a limit only the beginning of its header is read, and `excess`
    names the limit.
    """
    size = size or len(stored)
    codec = encodings.codec(settings.encoding)
    encoding, bad_byte = (codec, -1) if codec else (encodings.UTF8, 0)
    too_much = exceeded_limit(stored, size, max_bytes) if max_bytes else ""
    if too_much:
        return _too_much(too_much, stored, size, encoding)
    limit = MOST_TRAILERS if max_bytes else 0
    try:
        text = stored.decode(encoding)
    except UnicodeDecodeError as error:
        text, bad_byte = stored.decode(encoding, "replace"), error.start
    bom = text[:1] == BOM
    if bom:
        text = text[1:]
    raw = text.removesuffix("\n").split("\n") if text else []
    if len(raw) > MANY_LINES:
        known: dict[str, str] = {}
        raw = [known.setdefault(line, line) for line in raw]  # short lines are alike: each takes ten times its bytes
    lines = tuple(line.removesuffix("\r") for line in raw) if "\r" in text else tuple(raw)
    found: tuple[Trailer, ...] = ()
    block = len(lines)
    if block > 1:  # a title has no trailers
        found, block = trailers.of_message(text, raw, settings, limit)
    if 0 < limit < len(lines) and limit < max(len(found), len(trailers.footers(lines, limit, block=block))):
        return _too_much("trailers", stored, size, encoding)
    head = header.parse(lines[0].rstrip(" \t") if lines else "", issue_pattern)
    return Message._make((text, lines, head, found, block, settings.encoding, bad_byte, bom, size, ""))


def _too_much(what: str, stored: bytes, size: int, encoding: str) -> Message:
    """A message with too much of something, of which no more is read than the beginning of its header."""
    text = stored[:SHOWN].partition(b"\n")[0].decode(encoding, "replace").removeprefix(BOM)
    head = Header(text.removesuffix("\r").rstrip(" \t"), Prefix(), 0)
    return Message(text, (text,), head, (), 1, size=size, excess=what)


def exceeded_limit(stored: bytes, size: int, max_bytes: int) -> str:
    """The limit that an unparsed message exceeds: "bytes", "lines" (MOST_LINES), "header" (MOST_HEADER bytes), or "".

    `size` is its whole length in bytes, of which `stored` may be the beginning; `max_bytes` is the limit on that, and 0
    is a limit of 0. Trailers are not counted.
    """
    if size > max_bytes:
        return "bytes"
    if size > MOST_LINES and stored.count(b"\n") > MOST_LINES:
        return "lines"
    return "header" if size > MOST_HEADER and not stored.find(b"\n", 0, MOST_HEADER + 1) >= 0 else ""
