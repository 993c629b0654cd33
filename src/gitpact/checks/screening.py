"""What a long history needs: most commits are judged by two patterns and by what the rules said of their like.

A screen judges a commit or says nothing; what it says is what the rules would have said (a property test holds it to
that). It takes no message apart: of the body it knows text in which no rule could find a fault; of the header it knows
that findings hang on what stands before the description alone, and of a last paragraph of trailers that they hang on
it and the persons alone. So the rules are asked once for each `type(scope)!` and for each paragraph that a person
signs with, and the verdict is remembered.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from gitpact import message
from gitpact.git import commits
from gitpact.message import commit_kind, encodings, header, idents
from gitpact.message.header import DEFAULT_ISSUE
from gitpact.records import Commit, Finding, Ident, NamedTuple, Result
from gitpact.rules import DCO, IDENTITY, IDS, MESSAGE, dco, evaluate, severity
from gitpact.rules.commits import COMMITS
from gitpact.rules.dco import KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gitpact.git.history import RawCommit
    from gitpact.records import Policy

    Findings = tuple[Finding, ...]
    Screen = Callable[[RawCommit], Result | None]

# The rules that look at nothing but what stands before the description.
PREFIX = (
    *("header-format", "type-known", "type-case", "scope-required", "scope-forbidden", "scope-known", "scope-case"),
    *("fixup-commit", "wip-commit"),
)
# Every rule that this file was written with in mind: a policy under which another one runs gets no screen.
KNOWN = frozenset(
    (
        *PREFIX,
        *("message-encoding", "message-size", "message-empty", "header-characters", "header-max", "header-min"),
        *("description-case", "description-full-stop", "issue-required", "issue-forbidden", "issue-format"),
        *("body-leading-blank", "body-required", "body-line-max", "breaking-change", "trailer-required"),
        *("trailer-forbidden", "merge-commit", "sign-off-required", "sign-off-format", "sign-off-identity"),
        *("sign-off-duplicate", "sign-off-placement", "sign-off-remedy", "commit-object", "author-name"),
        *("author-email", "committer-name", "committer-email", "signature-required"),
    )
)
NOT_PREFIX = tuple(rule for rule in IDS if rule not in PREFIX)
NOT_LINES = tuple(rule for rule in IDS if rule != "body-line-max")
# The rules that find something in trailers, where the policy asks for none of its own.
NOT_TRAILERS = tuple(rule for rule in IDS if rule not in {"breaking-change", *DCO})
# A paragraph where each line is a trailer, on one line and without space at its ends.
TRAILERS = rb"(?:[A-Za-z][A-Za-z0-9-]*: [^\s](?:[^\n]*[^\s])?\n)+\Z"
ANY_MESSAGE = message.from_bytes(b"x")
ANY_HEADER = b"x\n\n"
# The word in any case, for a pattern of bytes in which nothing else may differ in case.
SIGN_OFF = "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in KEY)
MOST_COLUMNS = 1000  # patterns do not count further
MOST_TRAILERS = MOST_NAMES = 1000  # bytes; longer ones are not remembered
REMEMBERED = 4096  # of each kind; beyond that all are forgotten, which costs time and no memory


class Persons(NamedTuple):
    """What is known of an author and a committer.

    `clean` tells that no rule on persons has anything to say, `own` are their sign-offs as lines.
    """

    bot: bool
    clean: bool
    own: frozenset[bytes]


def of(policy: Policy, ignore: Collection[str] = (), *, named: bool = True) -> Screen | None:
    """What screens by this policy without the rules `ignore`; None where the policy asks what no pattern can tell.

    Not `named`, commits without findings are one and the same.
    """
    off = {rule for rule in COMMITS if rule in ignore or severity(rule, policy) == "off"}
    known = KNOWN.issuperset(COMMITS.keys() - off)  # what it does not know it cannot judge
    top, rest = _header(policy), _rest(policy, off)
    if not known or not top or not rest or policy.subjects or "signature-required" not in off:
        return None
    begins, goes_on, ends = (re.compile(pattern).match for pattern in (top, rest, TRAILERS))
    persons_of, typed, untyped = _persons(policy, off), _prefixed(policy, off, ": x"), _prefixed(policy, off, " x")
    others, long, told = _below(policy, off, ends), _long(policy, off), _teller(named=named)
    merged = lru_cache(REMEMBERED)(lambda spaces: evaluate.judge(_alone(spaces + 1), policy, off).findings)
    longest = policy.max_bytes or sys.maxsize
    anybody, least, most = off.issuperset(IDENTITY), policy.subject_min, policy.subject_max

    def screen(record: RawCommit) -> Result | None:  # noqa: PLR0911  a way out for each doubt
        names, body = record[2:6], record.message
        if _is_odd(record, longest):
            return None
        plain = body.isascii()
        if b" " in record.parents:
            # Of a bot's merges the persons are judged, of its other commits they are not.
            known = plain and (anybody or persons_of(names)[:2] == (False, True))
            return told(record, merged(record.parents.count(b" ")), "merge") if known else None
        bot, clean, own = persons_of(names)
        if bot and plain and body.strip():
            return told(record, (), "bot")
        found = None if bot else begins(body)
        if not found or not clean:
            return None
        counted, prefix, word = found.groups()
        end = found.end()
        if end > most or (counted and len(counted) < least):
            return None
        at = body.rfind(b"\n\n", end - 1) + 2
        last = body[at:] if at > end else b""
        below: Findings | None = ()
        if not last or last not in own:
            below, at = others(names, body, at, last)
        lines = goes_on(body, end, at)
        above = typed(prefix) if counted else untyped(word)
        within = long(body, at) if lines and lines[1] else () if lines else None
        if above is None or within is None or below is None:
            return None
        return told(record, above + within + below, "")

    return screen


def _teller(*, named: bool) -> Callable[[RawCommit, Findings, str], Result]:
    """What makes a result of findings; not `named`, those of commits without any are one and the same."""
    passed = {kind: Result(Commit(ANY_MESSAGE), (), kind) for kind in ("", "merge", "bot")}
    rest = passed[""][3:]

    def told(record: RawCommit, findings: Findings, kind: str) -> Result:
        if not findings:
            return Result(commits.brief(record), (), kind) if named else passed[kind]
        last = findings[-1]
        marked = last.line > 1 and last.width > 0  # a report shows that line; what is missing has none
        return tuple.__new__(Result, (commits.brief(record, lines=marked), findings, kind, *rest))

    return told


def _persons(policy: Policy, off: set[str]) -> Callable[[Sequence[bytes]], Persons]:
    """What the rules say of the names and e-mails of an author and a committer."""
    judge = None if off.issuperset(IDENTITY) else evaluate.judging(policy, (*MESSAGE, *DCO, *off))
    # Some commit what many write.
    sign_off = lru_cache(REMEMBERED)(lambda person: b"" if dco.is_agent(person, policy) else _sign_off(person))
    wanted = {"author": slice(0, 1), "committer": slice(1, 2)}.get(policy.identity, slice(0, 2))

    def persons(names: Sequence[bytes]) -> Persons:
        both: tuple[Ident, ...] = _idents(names)
        author, committer = both
        clean = judge is None or not judge(Commit(ANY_MESSAGE, author, committer, 1)).findings
        own = frozenset(map(sign_off, both[wanted]))
        return Persons(commit_kind.is_bot(author, policy), clean, own)

    return lru_cache(REMEMBERED)(persons)


def _idents(names: Sequence[bytes]) -> tuple[Ident, Ident]:
    """Author and committer."""
    author_name, author_email, name, email = (text.decode("utf-8", "replace") for text in names)
    return Ident(author_name, author_email), Ident(name, email)


def _alone(parents: int) -> Commit:
    """A commit of which only the persons and the parents say anything."""
    return Commit(ANY_MESSAGE, parents=parents, oid="0")


def _sign_off(person: Ident) -> bytes:
    """The line that this person signs with; nothing where that is not well formed or reads as somebody else."""
    text = str(person)
    return b"" if idents.fault(text) or idents.parse(text) != person else f"Signed-off-by: {text}\n".encode()


def _prefixed(policy: Policy, off: set[str], plain: str) -> Callable[[bytes], Findings | None]:
    """What the rules say of a header that begins so and goes on plainly; None where it is special."""
    judge = evaluate.judging(policy, (*NOT_PREFIX, *off))

    def prefixed(text: bytes) -> Findings | None:
        read = message.UNREAD._replace(header=header.parse(text.decode() + plain))
        result = judge(Commit(read, parents=1))
        return None if result.special else result.findings

    return lru_cache(REMEMBERED)(prefixed)


def _header(policy: Policy) -> bytes:
    """Headers in plain ASCII of an allowed length, of which only the beginning can be wrong.

    With a colon group 1 is what counts for the length and group 2 what stands before the colon; without one group 3 is
    the first word.
    """
    if policy.subject_max > MOST_COLUMNS or (policy.issue == "required" and policy.issue_pattern != DEFAULT_ISSUE):
        return b""
    first = {"lower": "[a-z]", "sentence": "[A-Z]"}.get(policy.description_case, '[!-"$-~]')
    # No '#' and at the end nothing that an issue reference may end with, nor a full stop.
    # A parenthesis that holds more than a number is none: but by a pattern of the policy's own it may be.
    closing = r"|[ -\"$-(*-/:-~]\)" if policy.issue_pattern == DEFAULT_ISSUE else ""
    description = rf"{first}(?:[ -\"$-~]*(?:[!-\"$-(*+/-:<-~]{closing}))?"
    issue = r" \(#[1-9][0-9]*\)"
    suffix = {"required": issue, "forbidden": ""}.get(policy.issue, f"(?:{issue})?")
    typed = rf"(([!-'*-9;-~]++(?:\([ -'*-~]*+\)!?)?): {description}){suffix}"
    # What follows the first word is no part of a prefix with a space too many; git's own `Revert "..."` is special.
    word = "[\"-'*-9;-~]"
    untyped = rf"(?=[ -~]{{{policy.subject_min}}})(?!Re(?:vert|apply) \")({word}++) {word}(?:[ -~]*[!-~])?"
    end = r"(?:\n|\Z)"
    return rf"(?!{SIGN_OFF})(?:{typed}|{untyped}){end}".encode()


def _rest(policy: Policy, off: set[str]) -> bytes:
    """Nothing, or a blank line and lines of which none means something to a rule but a sign-off; group 1 is long."""
    asked = {"trailer-required", "trailer-forbidden", "body-required"} - off
    if asked or policy.body_line_max > MOST_COLUMNS or policy.co_authors == "required" or policy.remediation != "none":
        return b""
    # A line has no more columns than bytes. Possessive repetition keeps the time linear.
    most = "*" if "body-line-max" in off else f"{{0,{policy.body_line_max}}}"
    # '#' may begin a comment or scissors, 'brea' a breaking change.
    line = rf"(?!#|[Bb][Rr][Ee][Aa]|{SIGN_OFF}|[ \t]++{SIGN_OFF})(?:[^\n]{most}+(?=\n|\Z)|([^\n]++))(?:\n|\Z)"
    return rf"(?:\n(?:{line})*+)?\Z".encode()


def _long(policy: Policy, off: set[str]) -> Callable[[bytes, int], Findings | None]:
    """What the rule on lines says of those of a message up to its trailers; None where it may have others."""
    judge = evaluate.judging(policy, (*NOT_LINES, *off))

    def long(body: bytes, end: int) -> Findings | None:
        if end == len(body):
            return None  # git finds trailers among other lines too
        read = message.lines_only(body)._replace(block=body.count(b"\n", 0, end))
        return judge(Commit(read, parents=1)).findings

    return long


def _below(
    policy: Policy, off: set[str], are_trailers: Callable[[bytes], re.Match[bytes] | None]
) -> Callable[[Sequence[bytes], bytes, int, bytes], tuple[Findings | None, int]]:
    """What the rules say of persons and a last paragraph that begins at an index, and where the text before it ends."""
    signed, unsigned = _signed(policy, off), _unsigned(policy, off)

    def below(names: Sequence[bytes], body: bytes, at: int, last: bytes) -> tuple[Findings | None, int]:
        if last and are_trailers(last):
            return signed(names, last, body.count(b"\n", 0, at) + 1), at
        return unsigned(names, body), len(body)

    return below


def _signed(policy: Policy, off: set[str]) -> Callable[[Sequence[bytes], bytes, int], Findings | None]:
    """What the rules say of persons and a last paragraph of trailers that begins in a line."""
    judge = evaluate.judging(policy, (*NOT_TRAILERS, *off))

    @lru_cache(REMEMBERED)
    def said(names: Sequence[bytes], last: bytes) -> Findings | None:
        judged = judge(Commit(message.from_bytes(ANY_HEADER + last), *_idents(names), parents=1, oid="0"))
        # What is said of a second one names the line of the first.
        return None if any(found.rule == "sign-off-duplicate" for found in judged.findings) else judged.findings

    def signed(names: Sequence[bytes], last: bytes, line: int) -> Findings | None:
        found = said(names, last) if len(last) <= MOST_TRAILERS else None
        below = line - 1 - ANY_HEADER.count(b"\n")
        return found and tuple([tuple.__new__(Finding, (*one[:2], one.line + below, *one[3:])) for one in found])

    return signed


def _unsigned(policy: Policy, off: set[str]) -> Callable[[Sequence[bytes], bytes], Findings]:
    """What the rules say of persons and a text in which nothing looks like a sign-off."""
    judge = evaluate.judging(policy, (*NOT_TRAILERS, *off))

    @lru_cache(REMEMBERED)
    def said(names: Sequence[bytes]) -> Findings:
        return judge(Commit(ANY_MESSAGE, *_idents(names), parents=1, oid="0")).findings

    def unsigned(names: Sequence[bytes], body: bytes) -> Findings:
        found = said(names)
        if not found:
            return ()
        text = body.removesuffix(b"\n")
        line = text.count(b"\n") + 1
        last = text[text.rfind(b"\n") + 1 :].removesuffix(b"\r")
        column = len(last if last.isascii() else last.decode(errors="replace")) + 1
        # `_replace` takes six times as long, and a project without sign-offs has one here for each commit.
        return tuple([tuple.__new__(Finding, (*one[:2], line, column, *one[4:])) for one in found])

    return unsigned


def _is_odd(record: RawCommit, longest: int) -> bool:
    """Whether the object, or the bytes of its message, may be what a rule on any commit finds fault with."""
    body = record.message
    if sum(map(len, record[2:6])) > MOST_NAMES:
        return True
    if record.fault or record.encoding or b"\0" in body or message.excess(body, record.size, longest):
        return True
    if len(body) > message.MOST_TRAILERS and body.count(b"\n") > message.MOST_TRAILERS:
        return True  # each line may be a trailer
    return not (body.isascii() or _is_text(body))


def _is_text(body: bytes) -> bool:
    try:
        return encodings.noncharacter(body.decode()) < 0
    except UnicodeDecodeError:
        return False
