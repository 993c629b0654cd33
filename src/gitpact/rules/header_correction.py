"""Correct a header: the type, the scope and the issue reference that its author most likely meant."""

from __future__ import annotations

import re

from gitpact.message import commit_kind
from gitpact.message.header import DEFAULT_ISSUE, LOOK_ALIKES, SPACES, after_host_words, is_issue, parse
from gitpact.records import NamedTuple
from gitpact.rules import spelling
from gitpact.rules.description import FULL_STOPS
from gitpact.rules.header import ISSUE_BRACKETS, UNSEEN, latin_look
from gitpact.rules.scope import is_listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gitpact.records import Message, Policy

PLAIN = str.maketrans(LOOK_ALIKES)
BOTH = 2  # quotes around a header
QUOTES = ("'", '"', "`")
BLANKS = " \t\u00a0\u3000\ufeff\u200b"
OPEN, CLOSE = r"[\[(\u3010\uff08\uff3b]", r"[\])\u3011\uff09\uff3d]"
# As lenient as a reader is: spaces, capitals, doubled or misplaced marks. Possessive: rows of spaces cost nothing.
LENIENT = re.compile(
    rf"[\[\s*`'\"-]{{0,3}}(?P<type>\w[\w.+/-]*+)[{SPACES}]*+(?P<early>!*+)[{SPACES}]*+(?:\((?P<scope>[^()]*)\)*+)?[{SPACES}]*+"
    rf"(?P<bang>!*+)[{SPACES}]*+:[{SPACES}]*+(?P<description>.*)"
)
# `feat add x`, `feat(api) add x`, `feat - x`
WORDED = re.compile(
    r"(?P<type>[^\W\d_]+)(?:\((?P<scope>[^()]*)\))?\s*+(?:(?<=\s)|[-\u2013\u2014|=>])[-\u2013\u2014|=>]{0,3}\s*+(?P<description>\w(?:(?!\):).)*)"
)
TWO_WORDS = re.compile(r"\w+\s\w+\s*[:\uff1a]")  # `test case: x`, where only its author knows what is the type
# `[feat] add x`, `[feat](api): add x`, `(feat) add x`, `【修复】登录失败`
BRACKETED = re.compile(
    rf"{OPEN}\s*(?P<inside>\w[\w ,./+-]{{0,60}}?)\s*{CLOSE}\s*(?:{OPEN}(?P<scope>[\w ,./-]{{1,60}}){CLOSE})?\s*"
    r"(?P<bang>!?)\s*[:\uff1a|-]?\s*(?P<description>[^\s:\uff1a].*)"
)
BREAKING = re.compile(
    r"(?:(?i:breaking(?:[ -]changes?)?)(?:\((?P<scope>[^()]*)\))?!?\s*[:\uff1a]|BREAKING[ -]CHANGES?\s)"
    r"\s*(?P<description>\S.*)"
)
SYMBOL = re.compile(
    r"(?::(?P<name>[a-z0-9_]{1,40}):|(?P<sign>[^\x00-\x7f\w\u3010\uff08\uff3b])[^\x00-\x7f\w\u3010\uff08\uff3b]*)\s*"
)
FIRST_WORD = re.compile(
    rf"{OPEN}?(?P<word>[^\s\[\]()\u3010\u3011\uff08\uff09\uff3b\uff3d:\uff1a]{{1,100}}){CLOSE}?[\s:\uff1a|-]+(?P<rest>\S.*)"
)
LAST_WORD = re.compile(
    rf"[\s,;-]+{OPEN}?(?P<word>[^\s\[\]()\u3010\u3011\uff08\uff09\uff3b\uff3d]{{1,100}}?){CLOSE}?[.\u3002]?$"
)
ISSUE_END = re.compile(
    r"(?P<before>[\s,]*)(?P<open>[(\[\uff08]?)(?P<mark>[#\uff03]?)(?P<number>[1-9][0-9]{0,9})(?P<close>[)\]\uff09]?)[.,;\u3002]*$"
)
NO_ISSUE_END = re.compile(r"\s*\(#?0*\)[.\u3002]*$")
ISSUE = re.compile(DEFAULT_ISSUE)
CLOSING = re.compile(rf"(?i)\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|issues?|refs?)(?:\s*+:)?\s++({DEFAULT_ISSUE})")
# What a description without a type is about, before its first word is asked.
TOPICS = (
    (
        re.compile(
            r"(?i)(?:\b|_)(?:read ?me|docs?|documentation|changelog|docstrings?|typos?)(?:\b|_)"
            r"|\u6587\u6863|\u8bf4\u660e"
        ),
        "docs",
    ),
    (
        re.compile(
            r"(?i)\b(?:(?:unit|integration) tests?|tests|test cases?)\b"
            r"|\u5355\u5143\u6d4b\u8bd5|\u6d4b\u8bd5\u7528\u4f8b"
        ),
        "test",
    ),
    (re.compile(r"(?i)\b(?:ci|github (?:actions?|workflows?))\b|\.github/"), "ci"),
    (re.compile(r"(?i)\b(?:makefile|dockerfile)\b"), "build"),
    (re.compile(r"\.(?:editorconfig|gitignore|gitattributes|mailmap)\b"), "chore"),
)
# Words that are spelt nearly like a type and are likelier to name a part of the project.
NO_TYPOS = frozenset(("pref", "reactor", "refractor", "reverb", "core"))
SHORT = 2  # letters of a name of which any other word of three is spelt nearly so
GLOB = re.compile(r"[*?\[\\]")
# The first word of a description without a type, where it leaves little doubt.
VERBS = {
    **dict.fromkeys(("add", "adds", "added", "implement", "introduce", "support", "allow", "enable", "create"), "feat"),
    **dict.fromkeys(("repair", "correct", "resolve", "prevent", "avoid", "handle"), "fix"),
    **dict.fromkeys(("document", "describe", "explain"), "docs"),
    **dict.fromkeys(
        ("rename", "simplify", "remove", "delete", "drop", "move", "extract", "clean", "cleanup"), "refactor"
    ),
    **dict.fromkeys(("bump", "update", "upgrade", "downgrade", "release"), "chore"),
    **dict.fromkeys(("\u6dfb\u52a0", "\u65b0\u589e", "\u589e\u52a0", "\u652f\u6301", "\u5b9e\u73b0"), "feat"),
    **dict.fromkeys(("\u4fee\u590d", "\u89e3\u51b3", "\u4fee\u6b63"), "fix"),
    **dict.fromkeys(("\u91cd\u6784", "\u5220\u9664", "\u79fb\u9664", "\u6574\u7406"), "refactor"),
    **dict.fromkeys(("\u66f4\u65b0", "\u5347\u7ea7"), "chore"),
    "\u4f18\u5316": "perf",
}
# What gitmoji.dev says a symbol means, by the symbol and by the name between colons.
SYMBOLS = {
    **dict.fromkeys(("\u2728", "sparkles", "\U0001f389", "tada"), "feat"),
    **dict.fromkeys(("\U0001f41b", "bug", "\U0001f691", "ambulance", "\U0001fa79", "adhesive_bandage"), "fix"),
    **dict.fromkeys(("\U0001f4dd", "memo", "\U0001f4a1", "bulb", "\u270f", "pencil2", "pencil"), "docs"),
    **dict.fromkeys(("\U0001f3a8", "art", "\U0001f484", "lipstick"), "style"),
    **dict.fromkeys(("\u267b", "recycle", "\U0001f69a", "truck", "\U0001f525", "fire"), "refactor"),
    **dict.fromkeys(("\u2705", "white_check_mark", "\U0001f9ea", "test_tube"), "test"),
    **dict.fromkeys(("\u26a1", "zap"), "perf"),
    **dict.fromkeys(("\u23ea", "rewind"), "revert"),
    **dict.fromkeys(("\U0001f477", "construction_worker", "\U0001f49a", "green_heart"), "ci"),
    **dict.fromkeys(("\U0001f4e6", "package", "\u2b06", "arrow_up", "\u2b07", "arrow_down"), "build"),
    **dict.fromkeys(("\U0001f527", "wrench", "\U0001f528", "hammer", "\U0001f516", "bookmark"), "chore"),
}
NOT_RELEASED = ("", "refactor", "chore")  # guesses that what breaks users outweighs


class Parts(NamedTuple):
    """What a header seems to be made of; `type` is "" where none can be guessed."""

    type: str
    scope: str
    breaking: bool
    description: str


def header(text: str, source: Message, policy: Policy, rules: Collection[str]) -> str:
    """A header that follows the grammar and is as near to `text` as can be; `text` itself where no type can be guessed.

    `source` is the message that it belongs to, `rules` are the rules that found a fault in it. The words of a host that
    stand before what the author wrote stay.
    """
    start = after_host_words(text)
    return text[:start] + _corrected(text[start:], source, policy, rules)


def _corrected(text: str, source: Message, policy: Policy, rules: Collection[str]) -> str:
    text = re.sub(UNSEEN, lambda found: "" if found[1] else found[0], text.replace("\t", " ")).strip()
    if text[:1] in QUOTES and text.count(text[:1]) > BOTH:
        return text  # words in quotes, and not a header in them
    if text[:1] in QUOTES and text.endswith(text[:1]):
        text = text.strip(text[:1])
    text, issue = _without_leading_issue(text, policy)
    kind, scope, breaking, rest = _parts(text, policy)
    if not kind:
        return text
    if policy.issue != "forbidden" and scope and is_issue(scope, policy.issue_pattern):
        scope, issue = "", issue or scope
    scope = "" if policy.scope == "forbidden" else _scope(scope, policy)
    description, suffix = _issue(rest, source, policy, issue)
    description = description.strip(BLANKS).lstrip(":\uff1a" + BLANKS)
    if "description-full-stop" in rules and description[-2:-1] not in FULL_STOPS:
        description = description[:-1].rstrip(BLANKS)  # an ellipsis says something
    if policy.description_case != "any" and description[1:2].islower():
        cased = description[0].lower() if policy.description_case == "lower" else description[0].upper()
        description = cased + description[1:]
    return f"{kind}{f'({scope})' if scope else ''}{'!' if breaking else ''}: {description}{suffix}"


def _parts(text: str, policy: Policy, *, within: bool = False) -> Parts:
    """The parts of a header in which any of the usual shapes may stand.

    `within` what may be a scope, as in `api: fix: x`, no further scope is looked for.
    """
    breaking = BREAKING.fullmatch(text)
    if breaking and "breaking" not in policy.types:
        kind, scope, _, rest = _parts(breaking["description"], policy)
        if kind in NOT_RELEASED:
            kind = _listed("feat", policy) or kind
        return _scoped(Parts(kind, "", True, rest), (breaking["scope"] or "", scope), text, policy)  # noqa: FBT003
    symbol = SYMBOL.match(text)
    if symbol and symbol.end() < len(text):
        parts = _parts(text[symbol.end() :], policy, within=within)
        meant = SYMBOLS.get(symbol["name"] or symbol["sign"], "")
        return parts if parts.type else parts._replace(type=_listed(meant, policy))
    bracketed = BRACKETED.fullmatch(text)
    if bracketed and not commit_kind.is_wip(text):
        return _bracketed(bracketed, policy, within=within)
    return _undecorated(text, policy, within=within)


def _undecorated(text: str, policy: Policy, *, within: bool) -> Parts:
    """The parts of a header that begins with a word: a type, a scope or the description."""
    colon = next((i for i, char in enumerate(text[:80]) if LOOK_ALIKES.get(char, char) == ":"), -1)
    found = LENIENT.fullmatch(text[: colon + 1].translate(PLAIN) + text[colon + 1 :])
    if found:
        kind = known_type(found["type"], policy)
        bang = bool(found["early"] or found["bang"])
        if kind:
            return Parts(kind, found["scope"] or "", bang, found["description"])
        # Of two verbs the first names a part: `release: update x`.
        second = _of_verb(found["description"].partition(" ")[0], policy)
        if (kind := _of_verb(found["type"], policy)) and not second:
            return Parts(kind, found["scope"] or "", bang, f"{found['type'].lower()} {found['description']}")
        if not within and policy.scope != "forbidden" and not found["scope"] and not commit_kind.is_wip(found["type"]):
            return _scope_as_type(found["type"], bang, found["description"], policy)
    worded = None if TWO_WORDS.match(text) else WORDED.fullmatch(text)
    kind = known_type(worded["type"], policy, guess=False) if worded and policy.types else ""
    if worded and kind:
        kept = "" if worded["scope"] or not _is_verb(worded["type"], kind, text) else f"{worded['type'].lower()} "
        return Parts(kind, worded["scope"] or "", False, f"{kept}{worded['description']}")  # noqa: FBT003
    return _worded(text, policy)


def _is_verb(word: str, kind: str, text: str) -> bool:
    """Whether a word that begins a text is a verb which the type does not say: `optimize the script`, not `fixes x`."""
    lower = word.lower()
    return word.isascii() and kind not in lower and lower not in kind and text[len(word) :].lstrip()[:1].isalnum()


def _bracketed(found: re.Match[str], policy: Policy, *, within: bool) -> Parts:
    """The parts of `[feat] add x`, and of `[api] add x`, where what stands in brackets is a scope."""
    inside, scope, bang, description = found.group("inside", "scope", "bang", "description")
    kind = known_type(inside, policy, guess=False) if policy.types else ""
    if kind:
        return Parts(kind, scope or "", bool(bang), description)
    if within or policy.scope == "forbidden":
        return Parts("", "", False, found[0])  # noqa: FBT003
    kind, inner, breaking, rest = _parts(description, policy, within=True)
    return _scoped(Parts(kind, "", breaking or bool(bang), rest), (inside, scope or "", inner), found[0], policy)


def _scoped(parts: Parts, scopes: Iterable[str], text: str, policy: Policy) -> Parts:
    """The parts with all the scopes that stand in a text; none where the policy wants one and only its author knows."""
    named = [name for name in dict.fromkeys(scopes) if name]
    if len(named) > 1 and not policy.multiple_scopes:
        return Parts("", "", False, text)  # noqa: FBT003
    return parts._replace(scope=", ".join(named))


def _worded(text: str, policy: Policy) -> Parts:
    """The parts of a header that is a description alone, by what it is about or by its first word."""
    first = next((word for word in VERBS if not word.isascii() and text.startswith(word)), text.split(" ", 1)[0])
    cased = first.lower() if first.isalpha() and first[1:].islower() else first
    kind = _of_verb(first, policy)
    if kind != "fix":
        kind = next((topic for shown, topic in TOPICS if kind and shown.search(text) and _listed(topic, policy)), kind)
    return Parts(kind, "", False, cased + text[len(first) :])  # noqa: FBT003


def _scope_as_type(name: str, bang: bool, description: str, policy: Policy) -> Parts:  # noqa: FBT001
    """`docs/api: x` and `api: fix x`, where what stands before the colon is a scope."""
    head, slash, tail = name.partition("/")
    kind = known_type(head, policy, guess=False) if slash else ""
    if kind:
        return Parts(kind, tail, bang, description)
    if ":" in description:
        return Parts("", name, bang, "")
    kind, inner, breaking, rest = _parts(description, policy, within=True)
    return _scoped(Parts(kind, "", bang or breaking, rest), (name, inner), f"{name}: {description}", policy)


def known_type(word: str, policy: Policy, *, guess: bool = True) -> str:
    """The type of the policy that `word` most likely means, "" where none does.

    That is the word itself, the word in lower case, the type that it looks like in another script, the type of which it
    is an alias, or with `guess` a type that is spelt nearly so. With a policy that lists no types, it is the word in
    lower case.
    """
    lower = word.lower()
    if word in policy.types:
        return word
    if not policy.types or lower in policy.types:
        return lower
    alias = _listed("" if lower.isascii() else latin_look(lower), policy) or policy.type_aliases.get(lower, "")
    if alias or not guess:
        return alias
    if lower in NO_TYPOS:
        return ""
    return spelling.nearest(lower, [known for known in policy.types if len(known) > SHORT])


def _of_verb(word: str, policy: Policy) -> str:
    return _listed(VERBS.get(word.lower(), ""), policy)


def _listed(kind: str, policy: Policy) -> str:
    """The type where the policy lists it, else ""."""
    return kind if kind in policy.types else ""


def _scope(scope: str, policy: Policy) -> str:
    members = [member.strip(BLANKS) for member in scope.translate(PLAIN).split(",")]
    if policy.scope_case == "lower":
        members = [member.lower() for member in members]
    return ", ".join(_known_scope(member, policy) for member in members if member)


def _known_scope(member: str, policy: Policy) -> str:
    """The scope of the policy that a word most likely means; the word itself where none is."""
    listed = {known.lower(): known for known in policy.scopes}
    lower = member.lower()
    if lower in listed or not listed or is_listed(member, policy):
        return listed.get(lower, member)
    names = [name for name in listed if len(name) > SHORT and not GLOB.search(name)]
    return listed.get(spelling.nearest(lower, names), member)


def _without_leading_issue(text: str, policy: Policy) -> tuple[str, str]:
    """`PROJ-12: fix x` and `[PROJ-12] fix x` as the rest and the reference; the text and "" where none leads it."""
    found = FIRST_WORD.fullmatch(text)
    if found and policy.issue != "forbidden" and is_issue(found["word"], policy.issue_pattern):
        return found["rest"], found["word"]
    return text, ""


def _issue(rest: str, source: Message, policy: Policy, issue: str) -> tuple[str, str]:
    """The description and its issue suffix; `issue` is the reference that led the header, or its scope."""
    suffix = source.header.suffix
    if suffix and rest.endswith(suffix):
        return rest.removesuffix(suffix), "" if policy.issue == "forbidden" else f" {suffix.strip()}"
    if policy.issue == "forbidden":
        return rest, ""
    if policy.issue_pattern != DEFAULT_ISSUE:
        return _own_issue(rest, source, policy, issue)
    written = _written_issue(rest, policy)
    if written:
        return written
    if issue:
        return rest, f" ({issue})"
    body = "\n".join(source.lines[1:]) if policy.issue == "required" else ""
    found = _only(CLOSING.findall(body)) or _only(ISSUE.findall(body))
    return NO_ISSUE_END.sub("", rest), f" ({found})" if found else ""


def _written_issue(rest: str, policy: Policy) -> tuple[str, str] | None:
    """The description and the suffix of a text that ends with an issue, right or nearly so; None for any other."""
    whole = parse(f"x: {rest.rstrip(FULL_STOPS + BLANKS)}", policy.issue_pattern)
    if whole.issues and not whole.prefix.fault:
        return whole.description, f" {whole.suffix.strip()}"
    end = ISSUE_END.search(rest, max(len(rest) - 40, 0))
    if end and _is_reference(end, required=policy.issue == "required"):
        return rest[: end.start()], f" (#{end['number']})"
    return None


def _is_reference(end: re.Match[str], *, required: bool) -> bool:
    """Whether a number at the end of a header is an issue, and not of a list, a call `f(9)` or prose `status 500)`."""
    if bool(end["open"]) != bool(end["close"]):
        return False
    if end["mark"]:
        return required or bool(end["close"])
    return required and bool(end["close"]) and bool(end["before"] or end["open"] == "\uff08")


def _only(issues: Iterable[str]) -> str:
    """The one issue that is named, however often; "" where there are several, and only the author knows which."""
    distinct = list(dict.fromkeys(issues))
    return distinct[0] if len(distinct) == 1 else ""


def _own_issue(rest: str, source: Message, policy: Policy, issue: str) -> tuple[str, str]:
    """As `_issue`, for a reference that the policy's own pattern matches: it moves to the end from either edge."""
    if issue or policy.issue != "required":
        return rest, f" ({issue})" if issue else ""
    last = LAST_WORD.search(rest, max(len(rest) - 120, 0))
    if last and is_issue(last["word"], policy.issue_pattern):
        return rest[: last.start()], f" ({last['word']})"
    rest, issue = _without_leading_issue(rest, policy)
    words = (word.strip(ISSUE_BRACKETS) for line in (rest, *source.lines[1:]) for word in line[:1000].split())
    issue = issue or _only(word for word in words if word and is_issue(word, policy.issue_pattern))
    return rest, f" ({issue})" if issue else ""
