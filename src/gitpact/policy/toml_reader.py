"""The text of a policy file into data; whatever a text holds, reading it is over soon, or refused by name."""

from __future__ import annotations

import re

from gitpact.errors import GitpactError, Phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_BYTES = 64 * 1024  # of a policy file
MOST_OF_LOCK = 1 << 20  # of a lock file, which holds many
MOST_PARTS = 32  # of a dotted key: tomllib's time grows with their square
# Strings and comments; one that does not end goes on to the end of the text, where the parser gives up too.
QUOTED = r"""(?sx)
    \"{3} (?: [^\\] | \\. )*? (?: \"{3} | \Z ) | '{3} .*? (?: '{3} | \Z )
    | " (?: [^"\\\n] | \\. )*+ "? | ' [^'\n]*+ '? | \# [^\n]*+
"""
IN_SINGLE_QUOTES = Phrase("put single quotes around a text that contains a backslash: issue-pattern = 'PROJ-\\d+'")
HINT = "correct the file, then run: gitpact policy validate"


def loads(text: str, source: str, most: int = MOST_BYTES) -> dict[str, Any]:
    """Parse a TOML text into a dict; `source` is what errors call the text.

    Raises GitpactError for more than `most` bytes of UTF-8, a dotted name of more than MOST_PARTS parts, and text that
    is not TOML or too deep; the error names the line.
    """
    import tomllib  # noqa: PLC0415  costs as much as the hook's whole own work, and a policy that is kept spares it

    check_size(len(text.encode("utf-8", "surrogatepass")), source, most)
    _check_keys(text, source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        hint = IN_SINGLE_QUOTES if "\\" in str(fault) else HINT
        raise GitpactError("{source}: not valid TOML: {fault}", hint, source=source, fault=fault) from fault
    except RecursionError as fault:
        line = _line_with_most(text, r"[\[{]")
        raise GitpactError("{source}:{line}: brackets are nested too deeply", HINT, source=source, line=line) from fault
    except ValueError as fault:  # Python reads no number of more than 4,300 digits
        line = _line_with_most(text, r"[0-9_]")
        raise GitpactError(
            "{source}:{line}: this number has too many digits: {fault}", HINT, source=source, line=line, fault=fault
        ) from fault


def check_size(size: int, source: str, most: int = MOST_BYTES) -> None:
    """Raise GitpactError for a policy of more than `most` bytes; `size` is its length, `source` what errors call it."""
    if size > most:
        hint = (
            "gitpact.toml may contain only the policy; move everything else to another file"
            if most == MOST_BYTES
            else "extend fewer or smaller policies of other repositories"
        )
        raise GitpactError(
            "{source}:1: {size} bytes; a policy file may have at most {most_bytes} bytes",
            hint,
            source=source,
            size=size,
            most_bytes=most,
        )


def _check_keys(text: str, source: str) -> None:
    names = re.sub(QUOTED, lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(names.split("\n"), 1):
        if line.count(".") > MOST_PARTS and any(word.count(".") > MOST_PARTS for word in re.split(r"[=\[\]{},]", line)):
            raise GitpactError(
                "{source}:{number}: a dotted key has more than {most_parts} parts",
                HINT,
                source=source,
                number=number,
                most_parts=MOST_PARTS,
            )


def _line_with_most(text: str, pattern: str) -> int:
    """The line that has the most of what a pattern of one character matches."""
    counts = [len(re.findall(pattern, line)) for line in text.split("\n")]
    return counts.index(max(counts)) + 1
