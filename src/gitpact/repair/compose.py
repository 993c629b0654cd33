"""Put a commit message together from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact import message
from gitpact.message import display_width, header
from gitpact.records import Commit, NamedTuple
from gitpact.rules import correction, evaluate, header_correction, issue
from gitpact.rules import scope as scopes
from gitpact.rules.correction import SIGN_OFF
from gitpact.rules.header import ISSUE_BRACKETS

if TYPE_CHECKING:
    from gitpact.records import Ident, Policy, Result

BREAKING = "BREAKING CHANGE: "


class Parts(NamedTuple):
    """What a person says of a commit; "" for what is left out.

    `breaking` says what breaks for users; with `marked` alone the header has a `!` and no footer says what. `issue` is
    a reference such as "#12" or "#12, #13", without brackets, which goes to `issue_place` (`issue.written`). `trailers`
    are lines for the end of the message. `signer` signs the commit off; None for nobody, whose sign-off may stand in
    `trailers`.
    """

    type: str = ""
    scope: str = ""
    description: str = ""
    body: str = ""
    breaking: str = ""
    issue: str = ""
    signer: Ident | None = None
    marked: bool = False
    trailers: str = ""
    issue_place: str = "end"


def text(parts: Parts) -> str:
    """Return the message, which ends with a line feed; the sign-off stands in it once."""
    mark = "!" if parts.breaking or parts.marked else ""
    its = (parts.type, parts.scope, mark, parts.description)
    first, reference = issue.written(its, parts.issue, parts.issue_place)
    breaking = f"{BREAKING}{parts.breaking}" if parts.breaking else ""
    signed = f"{SIGN_OFF}{parts.signer}" if parts.signer and not is_signed_off(parts) else ""
    footers = "\n".join(filter(None, [breaking, reference, parts.trailers, signed]))
    return "\n\n".join(filter(None, [first, parts.body.strip("\n"), footers])) + "\n"


def is_signed_off(parts: Parts) -> bool:
    """Return whether the sign-off of `parts.signer` is already one of the trailers."""
    return f"{SIGN_OFF}{parts.signer}" in parts.trailers.split("\n")


def parts_of(stored: str, policy: Policy) -> Parts:
    """Return the parts of a message that was refused, as far as its header can be read; else it is the description."""
    lines = stored.rstrip("\n").split("\n")
    block = max(message.from_bytes(stored.encode("utf-8", "surrogateescape")).block, 1)
    above, trailers = lines[1:block], lines[block:]
    if trailers and trailers[0].startswith(BREAKING):
        end = next((number for number, line in enumerate(trailers) if number and not line[:1].isspace()), len(trailers))
        above, trailers = [*above, "", *trailers[:end]], trailers[end:]
    prose = "\n".join(above).strip("\n")
    body, _, footer = prose.rpartition("\n\n")
    if not footer.startswith(BREAKING):
        body, footer = prose, ""
    place = policy.issue_place
    named = next((line for line in trailers if place == "trailer" and _reference_of(line, policy)), "")
    parts = Parts(
        body=body.strip("\n"),
        breaking=footer.removeprefix(BREAKING),
        trailers="\n".join(line for line in trailers if line != named or not named),
        issue=_reference_of(named, policy) if named else "",
        issue_place=place,
    )
    read = header.parse(lines[0].rstrip(), policy.issue_pattern)
    if read.prefix.fault:
        return parts._replace(description=lines[0].strip())
    scope, description, reference = read.prefix.scope or "", read.description, read.suffix.strip(" ()")
    if place == "scope":
        members = [member for _, member in scopes.members(read.prefix) if member]
        reference = ", ".join(member for member in members if header.is_issue(member, policy.issue_pattern))
        scope = ", ".join(member for member in members if not header.is_issue(member, policy.issue_pattern))
    elif place == "start":
        rest = issue.description_without(read, policy)
        first = description.removesuffix(rest).strip(f"{ISSUE_BRACKETS}: ")
        description, reference = (rest, first) if rest != description else (description, "")
    return parts._replace(
        type=header_correction.known_type(read.prefix.type, policy),
        scope=scope,
        description=description,
        issue=reference if place != "trailer" else parts.issue,
        marked=read.prefix.breaking and not footer,
    )


def _reference_of(line: str, policy: Policy) -> str:
    """The issue reference of a trailer that gitpact has written; "" for another line."""
    key, _, value = line.partition(": ")
    return value if key == issue.TRAILER and header.is_issue(value, policy.issue_pattern) else ""


def judged(parts: Parts, policy: Policy, author: Ident | None) -> Result:
    """Return the verdict on the message as the `commit-msg` hook gives it."""
    parsed = message.from_bytes(text(parts).encode("utf-8", "surrogateescape"), issue_pattern=policy.issue_pattern)
    commit = Commit(parsed, author, parts.signer or author)
    return evaluate.judge(commit, policy, evaluate.NOT_LOCAL)


def corrected(parts: Parts, policy: Policy, author: Ident | None) -> Parts:
    """Return the parts with the header that gitpact would suggest; as they are where it suggests none."""
    suggestion = correction.suggest(judged(parts, policy, author), policy, evaluate.NOT_LOCAL)
    if not suggestion:
        return parts
    better = parts_of(suggestion.partition("\n")[0], policy)
    marked = better.marked and not parts.breaking
    return parts._replace(
        type=better.type,
        scope=better.scope,
        description=better.description,
        issue=better.issue or parts.issue,
        marked=marked,
    )


def left(parts: Parts, policy: Policy) -> int:
    """Return how many display columns the policy leaves for the description; its issue does not count."""
    empty = parts._replace(description="", issue="")
    return policy.subject_max - display_width.width(text(empty).partition("\n")[0])


def meant(typed: str, policy: Policy) -> str:
    """Return the type that a person means by its number (from 1), its name, its beginning or an alias; else ""."""
    if typed.isdecimal() and 0 < int(typed[:9]) <= len(policy.types):
        return policy.types[int(typed[:9]) - 1]
    begun = begin_with(typed, policy)
    return header_correction.known_type(typed, policy) or (begun[0] if len(begun) == 1 else "")


def begin_with(typed: str, policy: Policy) -> list[str]:
    """Return the types of the policy that begin with a text, in any case; none begins with ""."""
    return [kind for kind in policy.types if typed and kind.startswith(typed.lower())]


def reference(typed: str, policy: Policy) -> str:
    """Return an issue reference as the policy writes it, of a number too; "" where it is none."""
    bare = typed.strip(" ()")
    if bare.isdecimal() and policy.issue_pattern == header.DEFAULT_ISSUE:
        bare = f"#{bare}"
    return bare if bare and header.is_issue(bare, policy.issue_pattern) else ""
