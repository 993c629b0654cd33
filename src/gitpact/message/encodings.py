"""Encodings that a commit may name, and characters that git does not accept in UTF-8."""

from __future__ import annotations

import codecs

UTF8 = "utf-8"
# By the names of Python's codecs. In each of these a byte below 0x40 stands for itself alone, so that NUL, line feeds,
# colons and brackets are where a reader sees them; in UTF-7, UTF-16, HZ or ISO-2022 they are not.
SAFE = frozenset(
    (
        *("ascii", UTF8, "gbk", "gb2312", "gb18030", "big5", "big5hkscs", "euc_jp", "shift_jis", "cp932"),
        *("euc_kr", "cp949", "koi8-r", "koi8-u", "mac-roman", "tis-620"),
        *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),  # there is no twelfth
        *(f"cp{page}" for page in (437, 850, 852, 855, 857, 866, 874, *range(1250, 1259))),
    )
)
# Controls, direction marks, characters that nobody sees, tags and halves of characters; none of them is printable.
UNSAFE = (
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Letters and symbols that look like nothing: fillers of Hangul, two vowels of Khmer, selectors of Mongolian, Braille
# without dots. Unicode's Default_Ignorable_Code_Point has most of them; Python takes them for printable.
BLANK_LOOKING = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
LONGEST = 40  # characters of a name
# `find_invalid_utf8` of git's commit.c refuses these too: U+FDD0 to U+FDEF, and the last two of each plane.
NONCHARACTERS = (
    "[\ufdd0-\ufdef" + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)) + "]"
)


def codec(name: str) -> str:
    """The name of Python's codec for an encoding, "utf-8" for ""; "" if it is unknown or not one of SAFE."""
    if name in {"", UTF8, "UTF-8"}:
        return UTF8
    if not name.isascii() or not name.isprintable() or len(name) > LONGEST:
        return ""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return found if found in SAFE else ""


def codec_or_utf8(name: str) -> str:
    """The name of Python's codec to decode text with: for an encoding's name as in a commit object, "" for none there.

    It is "utf-8" for "", and for an encoding that `codec` refuses.
    """
    return codec(name) or UTF8


def noncharacter(text: str) -> int:
    """The index of the first Unicode noncharacter, such as U+FFFE, in a text; -1 if there is none."""
    if text.isascii() or text.replace("\n", "").isprintable():
        return -1
    import re  # noqa: PLC0415  nearly every text is printable

    found = re.search(NONCHARACTERS, text)
    return found.start() if found else -1
