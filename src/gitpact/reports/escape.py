"""What came from a commit is hostile: nothing of it reaches a terminal or a log as a command."""

from __future__ import annotations

# Controls, direction marks, characters that nobody sees, tags and halves of characters; none of them is printable.
UNSAFE = (
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` on one line, with control characters, direction marks and unseen characters written out as `<U+001B>`."""
    if text.isprintable():
        return text
    import re  # noqa: PLC0415  nearly every text is printable

    return re.sub(UNSAFE, lambda found: f"<U+{ord(found[0]):04X}>", text.replace("\t", " "))
