"""What git takes for white space: space, tab, carriage return and line feed, and no other character.

Source: `sane_ctype` and `GIT_SPACE` in git's ctype.c. Python's own `strip` knows some thirty more, such as the wide
space of Chinese text and the no-break space, which git keeps.
"""

from __future__ import annotations

SPACE = " \t\r\n"
SPACE_BYTES = b" \t\r\n"


def is_blank(text: str) -> bool:
    """Whether a text is of git's white space only, or empty."""
    return not text.strip(SPACE)
