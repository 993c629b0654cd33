"""How a stream wants to be written to: colour, Unicode, width."""

from __future__ import annotations

import os
from itertools import pairwise

from gitpact.message import display_width
from gitpact.records import NamedTuple
from gitpact.report import i18n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = {"red": "31", "yellow": "33", "green": "32", "cyan": "36", "bold": "1"}
ENDLESS = 0
# No line ends with one of the first, none begins with one of the others.
OPENING, CLOSING = frozenset("（《“‘「『"), frozenset("，。；：、！？）》”’」』…")


class Style(NamedTuple):
    """What a stream can show.

    `unicode` says that it takes more than ASCII. `width` is the terminal's columns, 0 for lines of any length.
    """

    colour: bool = False
    unicode: bool = False
    width: int = ENDLESS

    @property
    def ellipsis(self) -> str:
        """What stands for text that is left out."""
        return "\u2026" if self.unicode else "..."

    def paint(self, text: str, colour: str) -> str:
        """Return `text` in a colour or style of CODES, unchanged where the stream has no colour."""
        return f"\x1b[{CODES[colour]}m{text}\x1b[0m" if self.colour else text


def style_of(descriptor: int, environ: Mapping[str, str] = os.environ, colour: str = "auto") -> Style:
    """Return what the stream of a file descriptor can show.

    `colour` is "auto", "always" or "never"; auto means on a terminal, unless NO_COLOR, CLICOLOR or CLICOLOR_FORCE of
    `environ` say otherwise. The width is 0 where the stream is no terminal; there, Unicode is always shown.
    """
    terminal = os.isatty(descriptor) and environ.get("TERM") != "dumb"
    if colour == "auto":
        forced = environ.get("CLICOLOR_FORCE", "0") != "0"
        coloured = forced or (terminal and not environ.get("NO_COLOR") and environ.get("CLICOLOR") != "0")
    else:
        coloured = colour == "always"
    width = ENDLESS
    if terminal:
        try:
            width = os.get_terminal_size(descriptor).columns
        except OSError:
            width = 80
    return Style(coloured, i18n.takes_unicode(environ, terminal=os.isatty(descriptor)), width)


def wrap(text: str, width: int, indent: int) -> list[str]:
    """Break `text` into lines of at most `width` columns of a terminal; a width of 0 breaks nothing.

    All but the first begin with `indent` spaces. A word that is longer stays whole.
    """
    if not width or display_width.width(text) <= width:
        return [text]
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in _words(text):
        if len(line) > bool(lines) and used + display_width.width(word.rstrip()) > width:
            lines.append("".join(line).rstrip())
            word = word.lstrip()  # noqa: PLW2901  a line does not begin with the space it was broken at
            line, used = [" " * indent], indent
        line.append(word)
        used += display_width.width(word)
    return [*lines, "".join(line)]


def _words(text: str) -> list[str]:
    """Pieces between which a line may break: at spaces, and around wide characters that begin or end no bracket."""
    starts = [0]
    for at, char in enumerate(text):
        last = text[at - 1] if at > starts[-1] else ""
        if char in CLOSING or last in OPENING:
            continue
        wide = not char.isascii() and display_width.width(char) == 2  # noqa: PLR2004  two columns are what wide means
        if at and (wide or last in CLOSING or (char == " " and last not in {" ", ""})):
            starts.append(at)
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]
