"""What a suggested header says, compared with what its author wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitpact.rules.header_correction import VERBS, known_type

if TYPE_CHECKING:
    from gitpact.records import Policy

NOTE = {"breaking", "change", "changes"}  # a header `BREAKING CHANGE: x` becomes `feat!: x`


def words(text: str) -> set[str]:
    """The words of a text; case does not matter."""
    return set(re.findall(r"[^\W_]+", text.casefold()))


def says_the_same(message: str, suggested: str, policy: Policy) -> bool:
    """Whether a suggested header has the words of the one in a message, but for a type and a word that means one.

    An issue reference may come from the body.
    """
    header, _, body = message.partition("\n")
    issue = set(re.findall(r"\(#([0-9]+)\)$", suggested)) & words(body)
    new = words(suggested) - words(header) - words(re.split(r"[(!:]", suggested)[0]) - issue
    lost = words(header) - words(suggested) - (NOTE if "BREAKING" in header and "!:" in suggested else set())
    return not new and (not lost or (len(lost) == 1 and all(known_type(one, policy) or one in VERBS for one in lost)))
