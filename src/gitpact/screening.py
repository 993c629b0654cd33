"""What a long history needs: most commits are judged by two patterns and by what the rules said of their like.

A screen judges a commit or says nothing; what it says is what the rules would have said (a property test holds it to
that). It takes no message apart: below the header it knows text in which no rule could find a fault, and sign-offs
that are the author's own; of the header it knows that findings hang on what stands before the description alone, where
the rest is plain. So the rules are asked once for each `type(scope)!` and the verdict is remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gitpact import checks, git, idents, message
from gitpact.header import DEFAULT_ISSUE
from gitpact.records import Commit, Finding, Ident, Result
from gitpact.rules import DCO, IDS, MESSAGE, severity
from gitpact.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gitpact.git import Record
    from gitpact.records import Policy

    Findings = tuple[Finding, ...]
    Screen = Callable[[Record], Result | None]

# The rules that look at nothing but what stands before the description.
PREFIX = (
    *("header-format", "type-known", "type-case", "scope-required", "scope-forbidden", "scope-known", "scope-case"),
    *("fixup-commit", "wip-commit"),
)
NOT_PREFIX = tuple(rule for rule in IDS if rule not in PREFIX)
SIGN_OFF = b"Signed-off-by: "
# The last paragraph where each line is a trailer, on one line and without space at its ends.
TRAILERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*: [^\s](?:[^\n]*[^\s])?\n)+\Z")
ANY_MESSAGE = message.from_bytes(b"x")
MOST_COLUMNS = 1000  # patterns do not count further
REMEMBERED = 4096  # of each kind; beyond that all are forgotten, which costs time and no memory


class Persons(NamedTuple):
    """What is known of an author and a committer.

    `bot` and `clean` tell what the rules say of them alone, `own` are their sign-offs as lines, `missing` is what is
    said where there is none.
    """

    bot: bool
    clean: bool
    own: frozenset[bytes]
    missing: Findings


def of(policy: Policy, ignore: Collection[str] = ()) -> Screen | None:
    """What screens by this policy without the rules `ignore`; None where the policy asks what no pattern can tell."""
    off = {rule for rule in IDS if rule in ignore or severity(rule, policy) == "off"}
    header, rest = _header(policy), _rest(policy, off)
    if header is None or rest is None or policy.subjects or "signature-required" not in off:
        return None
    persons_of, prefixed, signed = _persons(policy, off), _prefixed(policy, off), _signed(off)
    merged = lru_cache(REMEMBERED)(lambda parents: checks.judge(_alone(parents), policy, off).findings)

    def screen(record: Record) -> Result | None:
        persons = persons_of(record[2:6])
        if b" " in record[1]:
            # Of a bot's merges the persons are judged, of its other commits they are not.
            plain = persons.clean and not persons.bot
            return Result(git.brief(record), merged(record[1].count(b" ") + 1), "merge") if plain else None
        if persons.bot:
            return Result(git.brief(record), (), "bot")
        body = record[6]
        found = header.match(body)
        if not found or not persons.clean or not rest.match(body, found.end()):
            return None
        if found[1] and found.end(1) < policy.subject_min:
            return None
        own = signed(body, persons)
        findings = prefixed(found[2] + b": x" if found[1] else found[3] + b" x")
        if own is None or findings is None:
            return None
        return Result(git.brief(record), findings + own if own else findings)

    return screen


def _persons(policy: Policy, off: set[str]) -> Callable[[Sequence[bytes]], Persons]:
    """What the rules say of the names and e-mails of an author and a committer."""
    judge = checks.judging(policy, (*MESSAGE, *(rule for rule in DCO if rule != "sign-off-required"), *off))

    def persons(names: Sequence[bytes]) -> Persons:
        author_name, author_email, name, email = (text.decode("utf-8", "replace") for text in names)
        author, committer = Ident(author_name, author_email), Ident(name, email)
        judged = judge(_alone(1)._replace(author=author, committer=committer))
        missing = tuple(found for found in judged.findings if found.rule == "sign-off-required")
        wanted = {"author": {author}, "committer": {committer}}.get(policy.identity, {author, committer})
        own = frozenset(f"Signed-off-by: {person}\n".encode() for person in wanted if _signs_plainly(person))
        return Persons(judged.special == "bot", judged.findings == missing, own, missing)

    return lru_cache(REMEMBERED)(persons)


def _alone(parents: int) -> Commit:
    """A commit of which only the persons and the parents say anything."""
    return Commit(ANY_MESSAGE, parents=parents, oid="0")


def _signs_plainly(person: Ident) -> bool:
    """Whether a sign-off of just these characters is well formed and read back as this person."""
    return not idents.fault(str(person)) and idents.parse(str(person)) == person


def _prefixed(policy: Policy, off: set[str]) -> Callable[[bytes], Findings | None]:
    """What the rules say of a header that begins so and goes on plainly; None where it is special."""
    judge = checks.judging(policy, (*NOT_PREFIX, *off))

    def prefixed(text: bytes) -> Findings | None:
        result = judge(Commit(message.from_bytes(text), parents=1))
        return None if result.special else result.findings

    return lru_cache(REMEMBERED)(prefixed)


def _header(policy: Policy) -> re.Pattern[bytes] | None:
    """Headers in plain ASCII of an allowed length, of which only the beginning can be wrong.

    With a colon group 1 is what counts for the length and group 2 what stands before the colon; without one group 3 is
    the first word.
    """
    if policy.subject_max > MOST_COLUMNS or (policy.issue == "required" and policy.issue_pattern != DEFAULT_ISSUE):
        return None
    first = {"lower": "[a-z]", "sentence": "[A-Z]"}.get(policy.description_case, '[!-"$-~]')
    # No '#' and at the end nothing that an issue reference may end with, nor a full stop.
    description = rf"{first}(?:[ -\"$-~]*[!-\"$-(*+/-:<-~])?"
    issue = r" \(#[1-9][0-9]*\)"
    suffix = {"required": issue, "forbidden": ""}.get(policy.issue, f"(?:{issue})?")
    typed = rf"(([!-'*-9;-~]+(?:\([ -'*-~]*\))?!?): {description}){suffix}"
    # What follows the first word is no part of a prefix with a space too many; git's own `Revert "..."` is special.
    word = "[\"-'*-9;-~]"
    untyped = rf"(?=[ -~]{{{policy.subject_min}}})(?!Re(?:vert|apply) \")({word}+) {word}(?:[ -~]*[!-~])?"
    end = r"(?:\n|\Z)"
    return re.compile(rf"(?=[ -~]{{1,{policy.subject_max}}}{end})(?:{typed}|{untyped}){end}".encode())


def _rest(policy: Policy, off: set[str]) -> re.Pattern[bytes] | None:
    """Nothing, or a blank line and lines of which none is too long or means something to a rule but a sign-off."""
    asked = {"trailer-required", "trailer-forbidden", "body-required"} - off
    if asked or policy.body_line_max > MOST_COLUMNS or policy.co_authors == "required" or policy.remediation != "none":
        return None
    # A line has no more columns than bytes. '#' may begin a comment or scissors, 'brea' a breaking change.
    length = f"{{0,{policy.body_line_max}}}" if policy.body_line_max else "*"
    # What is quoted, indented or a table is as long as it likes. Atomic groups keep the time linear.
    line = rf"(?!#|[Bb][Rr][Ee][Aa])(?>(?:    |[>\t|])[^\n]*|[^\n]{length})(?:\n|\Z)"
    return re.compile(rf"(?:\n(?>{line})*+)?\Z".encode())


def _signed(off: set[str]) -> Callable[[bytes, Persons], Findings | None]:
    """What the rules say of the sign-offs where `_rest` knows all else; None where they must be asked."""
    formed = lru_cache(REMEMBERED)(lambda line: not idents.fault(line[len(SIGN_OFF) :].decode("utf-8", "replace")))

    def signed(body: bytes, persons: Persons) -> Findings | None:
        if not body.isascii() and not _is_text(body):
            return None
        count = body.lower().count(b"signed-off-by")
        if not count:
            return _placed(persons.missing, body) if persons.missing else ()
        last = body[body.rfind(b"\n\n") + 2 :]
        if count == 1 and last in persons.own:
            return ()
        lines = [line for line in last.split(b"\n") if line.startswith(SIGN_OFF)]
        if not len(lines) == len(set(lines)) == count or not TRAILERS.match(last) or not all(map(formed, lines)):
            return None
        by_own = "sign-off-identity" in off or any(line + b"\n" in persons.own for line in lines)
        return () if by_own else None

    return signed


def _placed(missing: Findings, body: bytes) -> Findings:
    """What is said of a message of one line, said at the end of this one."""
    text = body.removesuffix(b"\n")
    line = text.count(b"\n") + 1
    column = len(text[text.rfind(b"\n") + 1 :].removesuffix(b"\r").decode()) + 1
    return tuple(
        Finding(found.rule, found.kind, line, column, found.width, found.facts, found.severity) for found in missing
    )


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
