"""What came from a commit is hostile: nothing of it reaches a terminal or a log as a command."""

from __future__ import annotations

import re

UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff]"
)


def visible(text: str) -> str:
    """`text` on one line, with control characters, direction marks and unseen characters written out as `<U+001B>`."""
    return UNSAFE.sub(lambda found: f"<U+{ord(found[0]):04X}>", text.replace("\t", " "))
