"""Rules on the wording of the description."""

from __future__ import annotations

from gitpact.records import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitpact.records import Header, Policy

FULL_STOPS = ".\u3002\uff0e\uff61"
NO_SENTENCE = "/*\\~$"  # a word that ends with one of these and a dot is a path or a pattern
ABBREVIATIONS = frozenset(("al", "approx", "cf", "etc", "excl", "inc", "incl", "jr", "ltd", "vs"))


def case(header: Header, policy: Policy) -> Iterator[Finding]:
    """Find a description that begins in the wrong case: at most one finding, `message.description-case` its kind.

    First words such as `URL`, `iOS`, quoted text, code, numbers and words in scripts without case pass. Call this only
    where the key is "lower" or "sentence" (`rules.active`).
    """
    word = header.description.split(" ", 1)[0].rstrip(",:;")
    if not word.isalpha() or not _plain(word):
        return
    wrong = word[0].isupper() if policy.description_case == "lower" else word[0].islower()
    if wrong:
        expected = word[0].swapcase() + word[1:]
        facts = (("got", word), ("expected", expected))
        yield Finding("description-case", policy.description_case, 1, header.description_column + 1, 1, facts)


def full_stop(header: Header, _policy: Policy) -> Sequence[Finding]:
    """Find full stops that end the description, before an issue reference too: at most one finding, of kind "stop".

    An abbreviation such as `e.g.` or `etc.` passes, as does a dot that belongs to a path or a glob, and a stop after an
    issue reference, which `issue-format` is for (how-git-reads-a-message 32).
    """
    text = header.description.rstrip()
    bare = text.rstrip(FULL_STOPS)
    if bare == text or _is_no_sentence(text) or (header.issue_fault and header.issue_fault.kind == "issue-stop"):
        return ()  # what follows an issue reference is named as that
    column = header.description_column + len(bare)
    facts = (("got", text[len(bare) :]),)
    return [Finding("description-full-stop", "stop", 1, column + 1, len(text) - len(bare), facts)]


def _is_no_sentence(text: str) -> bool:
    """Whether the stops at the end of a text belong to its last word."""
    word = text.rpartition(" ")[2]
    stem = word.rstrip(FULL_STOPS)
    if not stem:
        return word.isascii()  # `.` and `..` are folders
    return stem[-1] in NO_SENTENCE or stem[-2:-1] == "." or stem.lower() in ABBREVIATIONS


def _plain(word: str) -> bool:
    """A word whose capitals carry no meaning: not `URL`, `iOS` or `GitHub`."""
    return word[1:] == word[1:].lower() and word.lower() != word.upper() and (len(word) > 1 or word == "A")
