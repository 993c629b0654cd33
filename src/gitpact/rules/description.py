"""Rules on the wording of the description."""

from __future__ import annotations

from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit, Policy

FULL_STOPS = ".\u3002\uff0e\uff61"


def case(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """The case of the first letter; quotes, code, digits, names and scripts without case pass."""
    header = commit.message.header
    word = header.description.split(" ", 1)[0].rstrip(",:;")
    if not word.isalpha() or not _plain(word):
        return
    wrong = word[0].isupper() if policy.description_case == "lower" else word[0].islower()
    if wrong:
        expected = word[0].swapcase() + word[1:]
        facts = (("got", word), ("expected", expected))
        yield Finding("description-case", policy.description_case, 1, header.description_column + 1, 1, facts)


def full_stop(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """A full stop at the end of the description, before an issue reference too (how-git-reads-a-message 32)."""
    header = commit.message.header
    if header.issue_fault and header.issue_fault.kind == "issue-stop":
        return  # the same full stop is named as what follows the issue reference
    text = header.description.rstrip()
    bare = text.rstrip(FULL_STOPS)
    abbreviation = bare[-2:-1] == "."  # e.g.
    if bare and text != bare and not abbreviation:
        column = header.description_column + len(bare)
        facts = (("got", text[len(bare) :]),)
        yield Finding("description-full-stop", "stop", 1, column + 1, len(text) - len(bare), facts)


def _plain(word: str) -> bool:
    """A word whose capitals carry no meaning: not `URL`, `iOS` or `GitHub`."""
    return word[1:] == word[1:].lower() and word.lower() != word.upper() and (len(word) > 1 or word == "A")
