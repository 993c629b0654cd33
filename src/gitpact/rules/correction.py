"""Correct a message: what the author most likely meant, offered only when it passes itself."""

from __future__ import annotations

import re

from gitpact import message
from gitpact.message import commit_kind, idents
from gitpact.message.header import DEFAULT_ISSUE, LOOK_ALIKES, SPACES
from gitpact.rules import dco, evaluate
from gitpact.rules.description import FULL_STOPS
from gitpact.rules.header import UNSEEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from gitpact.records import Commit, Ident, Message, Policy, Result

CORRECTED = ("", "exempt", "revert", "reapply")  # the last three only in their sign-off
ROUNDS = 3  # a corrected header may show a fault that the first one hid
LONGEST = 1000  # code points of a header beyond which nothing is guessed
PLAIN = str.maketrans(LOOK_ALIKES)
QUOTES = ("'", '"', "`")
BLANKS = " \t\u00a0\u3000\ufeff\u200b"
# As lenient as a reader is: spaces, capitals, doubled or misplaced marks. Possessive: rows of spaces cost nothing.
LENIENT = re.compile(
    rf"[\[\s*`'\"-]{{0,3}}(?P<type>\w[\w.+/-]*+)[{SPACES}]*+(?P<early>!*+)[{SPACES}]*+(?:\((?P<scope>[^()]*)\)*+)?[{SPACES}]*+"
    rf"(?P<bang>!*+)[{SPACES}]*+:[{SPACES}]*+(?P<description>.*)"
)
WORDED = re.compile(r"(?P<type>[A-Za-z]+)(?:\((?P<scope>[^()]*)\))?\s+(?P<description>\w(?:(?!\):).)*)")
ISSUE_END = re.compile(
    r"[\s,]*[(\[\uff08]?(?P<mark>[#\uff03]?)(?P<number>[1-9][0-9]{0,9})(?P<close>[)\]\uff09]?)[.,;\u3002]*$"
)
NO_ISSUE_END = re.compile(r"\s*\(#?0*\)[.\u3002]*$")
ISSUE = re.compile(DEFAULT_ISSUE)
BREAKING = re.compile(r"(?i)^breaking([ -])change\s*[:\uff1a]\s*")
# The first word of a description without a type, where it leaves little doubt.
VERBS = {
    "add": "feat",
    "adds": "feat",
    "added": "feat",
    "implement": "feat",
    "introduce": "feat",
    "support": "feat",
    "repair": "fix",
    "correct": "fix",
    "document": "docs",
    "rename": "refactor",
    "simplify": "refactor",
    "bump": "chore",
    "\u6dfb\u52a0": "feat",
    "\u65b0\u589e": "feat",
    "\u652f\u6301": "feat",
    "\u4fee\u590d": "fix",
    "\u4f18\u5316": "perf",
    "\u91cd\u6784": "refactor",
}


def suggest(result: Result, policy: Policy, ignore: Collection[str] = ()) -> str | None:
    """A whole message without errors, as near to the refused one as can be; None where none can be derived.

    `ignore` are ids of rules that do not run.
    """
    if not evaluate.errors(result):
        return None
    original = result.commit.message
    kind = result.special
    for _ in range(ROUNDS):
        if kind not in CORRECTED or len(result.commit.message.header.text) > LONGEST:
            return None
        text = _corrected(result, policy)
        corrected = message.from_bytes(text.encode("utf-8"), issue_pattern=policy.issue_pattern)
        result = evaluate.judge(result.commit._replace(message=corrected), policy, ignore)
        if not evaluate.errors(result):
            return None if result.special != kind or text == original.text else text
    return None


def _corrected(result: Result, policy: Policy) -> str:
    source = result.commit.message
    rules = {found.rule for found in result.findings}
    lines = list(source.lines)
    if any(found.line == 1 and not found.rule.startswith("sign-off") for found in result.findings):
        lines[0] = _header(re.sub(UNSEEN, "", lines[0].replace("\t", " ")).strip(), source, policy, rules)
    if "body-leading-blank" in rules:
        lines.insert(1, "")
    if "breaking-change" in rules:
        lines = [BREAKING.sub(r"BREAKING\1CHANGE: ", line) for line in lines]
    if any(rule.startswith("sign-off") for rule in rules):
        lines = _sign(lines, result.commit, policy)
    return "\n".join([*lines, ""])


def _header(text: str, source: Message, policy: Policy, rules: Collection[str]) -> str:
    if text[:1] in QUOTES and text.endswith(text[:1]):
        text = text.strip(text[:1])
    kind, scope, bang, rest = _parts(text, policy)
    if not kind:
        return text
    scope = "" if policy.scope == "forbidden" else _scope(scope, policy)
    description, issue = _issue(rest, source, policy)
    description = description.strip(BLANKS).lstrip(":\uff1a" + BLANKS)
    if "description-full-stop" in rules:
        description = description.rstrip(FULL_STOPS).rstrip(BLANKS)
    if policy.description_case != "any" and description[1:2].islower():
        cased = description[0].lower() if policy.description_case == "lower" else description[0].upper()
        description = cased + description[1:]
    return f"{kind}{f'({scope})' if scope else ''}{'!' if bang else ''}: {description}{issue}"


def _parts(text: str, policy: Policy, *, within: bool = False) -> tuple[str, str, bool, str]:
    """Type, scope, breaking mark and the rest; an empty type where none can be told.

    `within` what may be a scope, as in `api: fix: x`, no further scope is looked for.
    """
    colon = next((i for i, char in enumerate(text[:80]) if LOOK_ALIKES.get(char, char) == ":"), -1)
    found = LENIENT.fullmatch(text[: colon + 1].translate(PLAIN) + text[colon + 1 :])
    if found:
        kind = known_type(found["type"], policy) or _verb(found["type"], policy)
        bang = bool(found["early"] or found["bang"])
        if kind:
            return kind, found["scope"] or "", bang, found["description"]
        if not within and policy.scope != "forbidden" and not found["scope"] and not commit_kind.is_wip(found["type"]):
            return _scope_as_type(found["type"], bang, found["description"], policy)
    worded = WORDED.fullmatch(text)
    kind = known_type(worded["type"], policy, guess=False) if worded and policy.types else ""
    if worded and kind:
        return kind, worded["scope"] or "", False, worded["description"]
    first = next((word for word in VERBS if not word.isascii() and text.startswith(word)), text.split(" ", 1)[0])
    cased = first.lower() if first.isalpha() and first[1:].islower() else first
    return _verb(first, policy), "", False, cased + text[len(first) :]


def _scope_as_type(name: str, bang: bool, description: str, policy: Policy) -> tuple[str, str, bool, str]:  # noqa: FBT001
    """`docs/api: x` and `api: fix x`, where what stands before the colon is a scope."""
    head, slash, tail = name.partition("/")
    kind = known_type(head, policy, guess=False) if slash else ""
    if kind:
        return kind, tail, bang, description
    kind, _, _, rest = _parts(description, policy, within=True) if ":" not in description else ("", "", False, "")
    return kind, name, bang, rest


def known_type(word: str, policy: Policy, *, guess: bool = True) -> str:
    """The policy's type that `word` means: itself, in other case, by alias, or misspelt by little; else nothing."""
    lower = word.lower()
    if word in policy.types:
        return word
    if not policy.types or lower in policy.types:
        return lower
    alias = policy.type_aliases.get(lower, "")
    if alias or not guess:
        return alias
    import difflib  # noqa: PLC0415  only a misspelling needs it

    swapped = (known for known in policy.types if sorted(known) == sorted(lower))
    return next(swapped, "") or next(iter(difflib.get_close_matches(lower, policy.types, 1, 0.74)), "")


def _verb(word: str, policy: Policy) -> str:
    kind = VERBS.get(word.lower(), "")
    return kind if kind in policy.types else ""


def _scope(scope: str, policy: Policy) -> str:
    listed = {known.lower(): known for known in policy.scopes}
    members = [member.strip(BLANKS) for member in scope.translate(PLAIN).split(",")]
    if policy.scope_case == "lower":
        members = [member.lower() for member in members]
    return ", ".join(listed.get(member.lower(), member) for member in members if member)


def _issue(rest: str, source: Message, policy: Policy) -> tuple[str, str]:
    """The description and its issue suffix; only a reference of the default form is mended."""
    suffix = source.header.suffix
    if suffix and rest.endswith(suffix):
        return rest.removesuffix(suffix), "" if policy.issue == "forbidden" else f" {suffix.strip()}"
    if policy.issue_pattern != DEFAULT_ISSUE or policy.issue == "forbidden":
        return rest, ""
    end = ISSUE_END.search(rest, max(len(rest) - 40, 0))
    if end and (
        (end["mark"] and (end["close"] or policy.issue == "required")) or (end["close"] and policy.issue == "required")
    ):
        return rest[: end.start()], f" (#{end['number']})"
    found = ISSUE.search("\n".join(source.lines[1:])) if policy.issue == "required" else None
    return NO_ISSUE_END.sub("", rest), f" ({found[0]})" if found else ""


def _sign(lines: list[str], commit: Commit, policy: Policy) -> list[str]:
    """The message with each sign-off once, and the author's at the end as `git commit -s` would put it."""
    signer = commit.committer or commit.author
    kept = lines[:1]
    seen: set[str] = set()
    own = policy.sign_off == "required"
    for line in lines[1:]:
        value = dco.attempt(line)
        if value is not None and signer and _means(value, signer):
            own = True
        elif (value is None or value not in seen) and (line.strip() or kept[-1].strip()):
            kept.append(line)
        seen.add(value or "")
    while not kept[-1].strip() and len(kept) > 1:
        kept.pop()
    if not signer or not own:
        return kept
    parsed = message.from_bytes("\n".join(kept).encode("utf-8"))
    gap = [] if parsed.block < len(parsed.lines) else [""]
    return [*kept, *gap, f"Signed-off-by: {signer}"]


def _means(value: str, signer: Ident) -> bool:
    """A sign-off that was to be the signer's: his e-mail, or his very name and e-mail in some broken form."""
    ident = idents.parse(value)
    if ident:
        return idents.same(ident, signer) or ident.email.lower() == signer.email.lower()
    return signer.email.lower() in value.lower() or value == signer.name
