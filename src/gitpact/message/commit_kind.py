"""Messages that are not judged as the others are: merges, git's own reverts, autosquash, bots, exempted subjects."""

from __future__ import annotations

from gitpact.message.bounded_memory import put
from gitpact.message.white_space import is_blank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitpact.records import Commit, Header, Ident, Message, Policy

# What git, GitHub, GitLab, Bitbucket, Azure and Gerrit write for a merge (how-git-reads-a-message 34).
MERGE = (
    r"Merge (?:branch|branches|tag|tags|commit|commits|remote-tracking branch|remote-tracking branches) '"
    r"|Merge (?:branch|tag|commit) \S+ of "
    r"|Merge pull request #\d+ (?:from|in) "
    r"|Merge [0-9a-f]{7,64} into [0-9a-f]{7,64}$"
    r"|Merge (?:remote-tracking branch|branch) \S+ into \S+$"
    r"|Merge \S+ into \S+$"
    r"|Merged in .+ \(pull request #\d+\)$"
    r"|Pull request #\d+: "
    r"|Automatic merge\b"
    r"|Auto-merged \S+ into "
    r"|Merged \S+ into \S+$"
)
MERGE_WORDS = ("Merge", "Pull request #", "Auto")
NUMBERS = r"(?: \(#\d+\))*$"  # what hosts append
REVERT_WORDS = ('Revert "', 'Reapply "')
QUOTED_BEHIND = frozenset(" (['\u201c")  # a quote behind one of these opens, any other one closes
# The DCO app's own words for a commit that gives sign-offs for others.
REMEDIATION = ("DCO Remediation Commit for ", "Third-Party DCO Remediation Commit for ")
# What `git subtree --squash` writes (`squash_msg` in git-subtree.sh): nobody can word it or sign it off.
SUBTREE = r"Squashed '.+/' (?:changes from [0-9a-f]+\.\.[0-9a-f]+|content from commit [0-9a-f]+)$"
SUBTREE_WORDS = ("Squashed '",)
SUBTREE_LINES = ("git-subtree-dir: ", "git-subtree-split: ")
AUTOSQUASH = ("fixup! ", "squash! ", "amend! ")
NOT_ORDINARY = (*AUTOSQUASH, *REVERT_WORDS, *REMEDIATION, *SUBTREE_WORDS)
WIP = r"\[(?:wip|draft)\]|(?:wip|draft)[:(!]|wip(?:\s|$)"
WIP_WORDS = ("wip", "[wip", "draft", "[draft")
WIP_LETTERS = frozenset("wWdD[")


def kinds(policy: Policy) -> Callable[[Commit], str]:
    """Return a function that tells the kind of a commit; use one for many commits, as it remembers exempted authors.

    The kinds are "oversized" (a message with `excess`), "empty", "merge", "bot" (an author in `policy.authors`),
    "exempt" (a subject in `policy.subjects`), "remediation", "revert", "reapply", "subtree" (what `git subtree`
    squashes), "fixup", "squash" and "amend"; "" is any other commit. `parents` alone decide what is a merge; if they
    are None, the header does.
    """
    bots: dict[Ident | None, bool] = {None: False}
    is_exempt = matcher(policy.subjects)

    def kind(commit: Commit) -> str:
        message, author, parents = commit.message, commit.author, commit.parents
        if message.excess:
            return "oversized"
        if parents and parents > 1:
            return "merge"
        subject = message.header.text
        if not subject and is_blank(message.text):
            return "empty"
        bot = bots.get(author)
        if bot is None:
            bot = matches_any(policy.authors, author.email, str(author)) if author else False
            put(bots, author, bot)
        if bot:
            return "bot"
        if parents is None and _matches(MERGE, MERGE_WORDS, subject):
            return "merge"
        return "exempt" if policy.subjects and is_exempt(subject) else _of_git(message, policy)

    return kind


def by_author(header: Header) -> str:
    """The text of a header without the words that a host has put before it (`header.after_host_words`)."""
    return header.text[header.prefix.type_column :]


def _of_git(message: Message, policy: Policy) -> str:
    """The kind of a commit that git or the DCO app words."""
    subject = by_author(message.header)
    if not subject.startswith(NOT_ORDINARY):
        return ""
    if policy.remediation != "none" and subject.startswith(REMEDIATION):
        return "remediation"
    if subject.startswith(AUTOSQUASH) or _is_revert(subject):
        return subject.replace("!", " ").split(" ", 1)[0].lower()
    ends = all(any(line.startswith(key) for line in message.lines) for key in SUBTREE_LINES)
    return "subtree" if ends and _matches(SUBTREE, SUBTREE_WORDS, subject) else ""


def _is_revert(subject: str) -> bool:
    """Whether a header is git's own: the quoted subject, which may itself have quotes, is all but a host's numbers."""
    if not subject.startswith(REVERT_WORDS):
        return False
    depth, before, opened = 0, " ", True
    for at, char in enumerate(subject):
        escaped = before == "\\"
        if char == '"' and not escaped:
            opened = (
                before in QUOTED_BEHIND or (before == '"' and opened) or _opens(before, subject[at + 1 : at + 2], depth)
            )
            depth += 1 if opened else -1
            if depth == 0:
                return _matches(NUMBERS, ("",), subject[at + 1 :])
        before = "" if escaped else char
    return False


def _opens(before: str, after: str, depth: int) -> bool:
    """Whether a quote between these characters opens, as in `lang="en"`; between letters only the first one does."""
    return after.isalnum() and (not before.isalnum() or depth == 1)


def is_wip(subject: str) -> bool:
    """Whether a header marks unfinished work.

    `WIP: x`, `[WIP] x`, `wip(x): y` and `Draft: x` do; `Swipe left` does not (how-git-reads-a-message 38).
    """
    return subject[:1] in WIP_LETTERS and _matches(WIP, WIP_WORDS, subject.lower())


def matches_any(patterns: Sequence[str], *texts: str) -> bool:
    """Whether one of the texts matches one of the globs; case does not matter."""
    matches = matcher(patterns)
    return any(map(matches, dict.fromkeys(texts)))


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a text matches one of the globs; case does not matter."""
    every = {pattern.casefold() for pattern in patterns}
    globs = [pattern for pattern in every if "*" in pattern]
    plain = every.difference(globs)

    def matches(text: str) -> bool:
        folded = text.casefold()
        for pattern in globs:
            if glob(pattern, folded):
                return True
        return folded in plain

    return matches


def glob(pattern: str, text: str) -> bool:
    """Whether a whole text matches a pattern in which only `*` is special: brackets, as in `*[bot]@…`, are themselves.

    Case counts.
    """
    before, star, last = pattern.rpartition("*")
    if not star or not text.endswith(last):
        return not star and text == pattern
    first, *middle = before.split("*")
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _matches(pattern: str, words: tuple[str, ...], subject: str) -> bool:
    """Match a regular expression, loading `re` only for a subject that begins with one of `words`."""
    if not subject.startswith(words):
        return False
    import re  # noqa: PLC0415  costs a third of what a whole hook may

    return re.match(pattern, subject) is not None
