"""Trailers exactly as git finds them, and the footers of Conventional Commits.

Source of the block rule: git's `trailer.c` (`find_trailer_block_start`, `find_separator`, `unfold_value`).
Oracle: `git interpret-trailers --parse --no-divider`.
"""

from __future__ import annotations

from gitpact.message import fenced_code
from gitpact.message.bounded_memory import LONGEST, put
from gitpact.message.white_space import SPACE, is_blank
from gitpact.records import Trailer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.records import Settings

GIT_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")
MARKS = (":", "(cherry")  # one of these, or a separator, is in every block of trailers
CUT = " ------------------------ >8 ------------------------"
KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
BREAKING = ("BREAKING CHANGE: ", "BREAKING-CHANGE: ")
COMMENT = "#"  # a configured comment string changes what git takes for a comment in a file, not in what is stored
CONFLICTS = "Conflicts:"
MAY_BE_CUT = ("\t", COMMENT)  # what a last line begins with that is not the end of the message (`_end`)
# By the text behind the last empty line, separators and keys: the trailers in it, and how many lines their block has.
_endings: dict[tuple[str, str, tuple[str, ...]], tuple[tuple[Trailer, ...], int]] = {}


def separator(line: str, separators: str) -> int:
    """The index of the separator behind a trailer's key in a line; -1 if the line has none (`find_separator`).

    White space may stand between the two, and may be the separator. 0 if the line begins with a separator: then there
    is no key, and the line is no trailer. `separators` are the characters of `trailer.separators`.
    """
    if separators == ":":  # as nearly always
        at = _key_end(line)
        if at:
            at = len(line) - len(line[at:].lstrip(" \t"))
        return at if line[at : at + 1] == ":" else -1
    blank = False
    for at, char in enumerate(line):
        if char in separators:
            return at
        if not blank and char in KEY:
            continue
        if not at or char not in " \t":
            return -1
        blank = True
    return -1


def block_start(lines: Sequence[str], end: int, comment: str, separators: str, keys: Sequence[str]) -> int:
    """The index of the first line of git's trailer block in `lines[:end]`; `end` if there is none.

    `lines` are all lines of a message, without line feeds; `end` is the index at which git stops reading them.
    `comment` is the comment string, `separators` the characters of `trailer.separators`, and `keys` are the names and
    values of `trailer.*.key` (`Settings.trailer_keys`).
    """
    title = next((i for i in range(end) if is_blank(lines[i]) and not lines[i].startswith(comment)), end)
    known = False
    trailers = others = folded = 0
    seen = False
    for i in range(end - 1, title - 1, -1):
        line = lines[i]
        if line.startswith(comment):
            others, folded = others + folded, 0
        elif is_blank(line):
            if not seen:
                continue
            others += folded
            good = (known and trailers * 3 >= others) or (trailers and not others)
            return i + 1 if good else end
        else:
            seen = True
            if line.startswith(GIT_GENERATED):
                trailers, folded, known = trailers + 1, 0, True
            elif separator(line, separators) >= 1 and line[0] not in SPACE:
                trailers, folded = trailers + 1, 0
                known = known or _configured(line, separators, keys)
            elif line[0] in SPACE:
                folded += 1
            else:
                others, folded = others + folded + 1, 0
    return end


def of_message(text: str, lines: Sequence[str], settings: Settings, most: int = 0) -> tuple[tuple[Trailer, ...], int]:
    """The trailers of a stored message, and the index in `lines` of their block; `len(lines)` if there is none.

    `lines` are those of `text` without line feeds, at least one. The `line` of a trailer counts from 1 in the block.
    With `most` (0: any number) reading stops at one trailer more than that. Most messages have their trailers behind
    the last empty line, and a history has few such endings, so what is in one is remembered: use one `most` for all.
    """
    separators, keys = settings.separators, settings.trailer_keys
    gap = text.rfind("\n\n", 0, -1)
    whole = gap < 0 or CUT in text
    ending = text[gap + 2 :], separators, keys
    found = None if whole else _endings.get(ending)
    if found:
        return found[0], len(lines) - found[1]
    line = lines[-1]
    plain = not whole and not is_blank(line) and line[:1] not in MAY_BE_CUT and line != CONFLICTS
    if plain and not any(mark in ending[0] for mark in (*separators, *MARKS)):
        return (), len(lines)  # prose, as a body ends without any trailer
    trailers, block = parse(lines, separators=separators, keys=keys, most=most)
    if plain and len(ending[0]) <= LONGEST:
        put(_endings, ending, (trailers, len(lines) - block))
    return trailers, block


def parse(
    lines: Sequence[str], comment: str = COMMENT, separators: str = ":", keys: Sequence[str] = (), most: int = 0
) -> tuple[tuple[Trailer, ...], int]:
    """The trailers in the lines of a message, and the index of their block; `len(lines)` if there is none.

    A line `---` does not end the message, as with `--no-divider` of git. `comment`, `separators` and `keys` are as for
    `block_start`, `most` and the `line` of a trailer as for `of_message`.
    """
    end = _end(lines, comment)
    start = block_start(lines, end, comment, separators, keys)
    found: list[tuple[str, list[str], int]] = []
    open_ = False
    for i in range(start, end):
        line = lines[i]
        if open_ and line[:1] and line[0] in SPACE:
            found[-1][1].append(line.lstrip(SPACE))
            continue
        at = separator(line, separators)
        open_ = at >= 1 and not line.startswith(comment)
        if open_:
            found.append((line[:at].strip(SPACE), [line[at + 1 :]], i - start + 1))
            if 0 < most < len(found):
                break
    values = (Trailer(key, " ".join(parts).strip(SPACE), line) for key, parts, line in found)
    return tuple(values), start if start < end else len(lines)


def is_breaking_note(line: str) -> bool:
    """Whether a line is the begin of a footer `BREAKING CHANGE: text` (Conventional Commits, rules 12, 15 and 16)."""
    text = line[len(BREAKING[0]) :]
    return line.startswith(BREAKING) and bool(text) and not text[0].isspace()


def footers(lines: Sequence[str], most: int = 0, *, block: int | None = None) -> tuple[Trailer, ...]:
    """The footers of Conventional Commits (spec 8 to 12): last paragraphs that each begin with a footer token.

    The first BREAKING CHANGE begins them too: its value goes on, over empty lines, to the next footer (spec 10).
    `lines` are those of the whole message; the `line` of a footer counts from 1 in them, and its value keeps line
    feeds. In fenced code before `block`, the index of the trailer block (None: to the end), there is no footer. With
    `most` (0: any number) reading stops at one footer more than that.
    """
    end = len(lines) if block is None else block
    text = {number - 1 for number, _ in fenced_code.prose(lines, end)} | {*range(max(end, 1), len(lines))}
    start = next((i for i in sorted(text) if is_breaking_note(lines[i])), len(lines))
    paragraph = len(lines)
    for i in range(len(lines) - 1, 0, -1):
        if not is_blank(lines[i]):
            paragraph = i
            if is_blank(lines[i - 1]):
                if i not in text or not _footer(lines[i]):
                    break
                start = min(start, paragraph)
    found: list[tuple[str, list[str], int]] = []
    for i in range(start, len(lines)):
        key, value = (_footer(lines[i]) if i in text else None) or ("", "")
        if key:
            found.append((key, [value], i + 1))
            if 0 < most < len(found):
                break
        else:
            found[-1][1].append(lines[i])  # the first line is a footer
    return tuple(Trailer(key, _joined(parts), line) for key, parts, line in found)


def _joined(parts: list[str]) -> str:
    """The lines of a value, without empty ones at its end."""
    while is_blank(parts[-1]) and len(parts) > 1:
        parts.pop()
    return "\n".join(parts)


def _footer(line: str) -> tuple[str, str] | None:
    """Token and value of a line `Token: value`, `Token #value` or `BREAKING CHANGE: value`."""
    if line.startswith(BREAKING):
        return line[:15], line[17:]
    at = _key_end(line)
    if not at or not line[0].isalpha():
        return None
    if line.startswith(": ", at):
        return line[:at], line[at + 2 :]
    return (line[:at], line[at + 1 :]) if line.startswith(" #", at) else None


def _key_end(line: str) -> int:
    return len(line) - len(line.lstrip(KEY))


def _configured(line: str, separators: str, keys: Sequence[str]) -> bool:
    """Whether a line has a configured key or the beginning of one; git compares the space before the separator too."""
    key = line[: separator(line, separators)].lower()
    return any(known.lower().startswith(key) for known in keys)


def _end(lines: Sequence[str], comment: str) -> int:
    """Where git stops reading: at a scissors line, at trailing comments and at an old `Conflicts:` list."""
    cutoff = lines.index(comment + CUT) if comment + CUT in lines else len(lines)
    if cutoff and lines[cutoff - 1][:1] not in {"", "\t", "C", comment[:1]}:
        return cutoff  # as nearly always: a last line that none of these begins
    run = -1
    conflicts = False
    for i in range(cutoff):
        line = lines[i]
        if not line or line.startswith(comment):
            run = i if run < 0 else run
        elif line == CONFLICTS:
            conflicts = True
            run = i if run < 0 else run
        elif not (conflicts and line.startswith("\t")) and run >= 0:
            run, conflicts = -1, False
    return run if run >= 0 else cutoff
