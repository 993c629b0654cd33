"""What a report on a history is about, besides its figures, and what of a commit it shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gitpact.records import NamedTuple
from gitpact.report import i18n
from gitpact.report.json_format import brief
from gitpact.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitpact.records import Finding, Result
    from gitpact.report.i18n import Catalog

SHOWN = 5  # findings of a commit
LONGEST = 120  # characters of a text that came from a commit
WIDE = Style(unicode=True)


class About(NamedTuple):
    """The range as a person wrote it, the policy's source, and the URL before the oid of a commit, "" for none.

    `anonymous` leaves persons out: no names, no e-mails, and no sentence of a finding, which may quote one.
    """

    range: str
    policy: str
    commit_url: str = ""
    anonymous: bool = False


def header(result: Result) -> str:
    """Return the header of a commit on one line, cut, with control characters escaped."""
    return short(result.commit.message.header.text)


def short(text: str) -> str:
    """Return a text that came from a commit, such as a path or a name, as `header` returns a header."""
    return brief(text, WIDE, LONGEST)


def sentence(found: Finding, texts: Catalog) -> str:
    """Return the sentence of a finding, its facts cut and escaped."""
    facts = tuple((name, short(value)) for name, value in found.facts)
    return i18n.sentence(found._replace(facts=facts), texts)


def day(seconds: int) -> str:
    """Return a commit time as a date in UTC, such as 2026-11-29; "" for one that no calendar has."""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        return ""


def share(part: int, whole: int) -> float:
    """Return a percentage, 100 of nothing."""
    return 100 * part / whole if whole else 100.0


def totals(rules: Mapping[str, tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Return (rule, errors, warnings), the rule with the most findings first."""
    return sorted(((rule, *counts) for rule, counts in rules.items()), key=lambda row: (-row[1] - row[2], row[0]))
