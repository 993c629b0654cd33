"""Put a commit message together from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact import message
from gitpact.message import display_width
from gitpact.message.header import DEFAULT_ISSUE, is_issue, parse
from gitpact.records import Commit, NamedTuple
from gitpact.rules import correction, evaluate, header_correction
from gitpact.rules.correction import SIGN_OFF

if TYPE_CHECKING:
    from gitpact.records import Ident, Policy, Result


class Parts(NamedTuple):
    """What a person says of a commit; "" for what is left out.

    `body` may end in trailers. `breaking` says what breaks for users; with `marked` alone the header has a `!` and no
    footer says what. `issue` is a reference such as "#12" or "#12, #13", without brackets. `signer` signs the commit
    off; None for nobody, whose sign-off may stand in `body`.
    """

    type: str = ""
    scope: str = ""
    description: str = ""
    body: str = ""
    breaking: str = ""
    issue: str = ""
    signer: Ident | None = None
    marked: bool = False


def text(parts: Parts) -> str:
    """Return the message, which ends with a line feed; footers join the trailers at its end, each sign-off once."""
    scope = f"({parts.scope})" if parts.scope else ""
    issue = f" ({parts.issue})" if parts.issue else ""
    mark = "!" if parts.breaking or parts.marked else ""
    header = f"{parts.type}{scope}{mark}: {parts.description}{issue}"
    above = "\n\n".join(filter(None, [header, parts.body.strip("\n")]))
    trailers = _trailers(above)
    footers = [f"BREAKING CHANGE: {parts.breaking}"] if parts.breaking else []
    if parts.signer and not is_signed_off(parts):
        footers.append(f"{SIGN_OFF}{parts.signer}")
    gap = "\n" if trailers else "\n\n"
    return gap.join(filter(None, [above, "\n".join(footers)])) + "\n"


def is_signed_off(parts: Parts) -> bool:
    """Return whether the body already ends in the sign-off of `parts.signer`."""
    return f"{SIGN_OFF}{parts.signer}" in _trailers(f"{parts.type}\n\n{parts.body}")


def _trailers(written: str) -> tuple[str, ...]:
    """The lines of the trailer block at the end of a message."""
    parsed = message.from_bytes(written.encode("utf-8", "surrogateescape"))
    return parsed.lines[parsed.block :]


def parts_of(stored: str, policy: Policy) -> Parts:
    """Return the parts of a message that was refused, as far as its header can be read; else it is the description."""
    header, _, body = stored.partition("\n")
    read = parse(header.rstrip(), policy.issue_pattern)
    if read.prefix.fault:
        return Parts(description=header.strip(), body=body.strip("\n"))
    known = header_correction.known_type(read.prefix.type, policy)
    return Parts(
        known,
        read.prefix.scope or "",
        read.description,
        body.strip("\n"),
        issue=read.suffix.strip(" ()"),
        marked=read.prefix.breaking,
    )


def judged(parts: Parts, policy: Policy, author: Ident | None) -> Result:
    """Return the verdict on the message as the `commit-msg` hook gives it."""
    parsed = message.from_bytes(text(parts).encode("utf-8", "surrogateescape"), issue_pattern=policy.issue_pattern)
    commit = Commit(parsed, author, parts.signer or author)
    return evaluate.judge(commit, policy, evaluate.NOT_LOCAL)


def corrected(parts: Parts, policy: Policy, author: Ident | None) -> Parts:
    """Return the parts with the header that gitpact would suggest; as they are where it suggests none."""
    suggestion = correction.suggest(judged(parts, policy, author), policy, evaluate.NOT_LOCAL)
    header = parts_of(suggestion.partition("\n")[0], policy) if suggestion else parts
    marked = header.marked and not parts.breaking
    return header._replace(body=parts.body, breaking=parts.breaking, signer=parts.signer, marked=marked)


def left(parts: Parts, policy: Policy) -> int:
    """Return how many display columns the policy leaves for the description; its issue does not count."""
    empty = parts._replace(description="", issue="")
    return policy.subject_max - display_width.width(text(empty).partition("\n")[0])


def meant(typed: str, policy: Policy) -> str:
    """Return the type that a person means by its number (from 1), its name, its beginning or an alias; else ""."""
    if typed.isdecimal() and 0 < int(typed[:9]) <= len(policy.types):
        return policy.types[int(typed[:9]) - 1]
    begun = [kind for kind in policy.types if typed and kind.startswith(typed.lower())]
    return header_correction.known_type(typed, policy) or (begun[0] if len(begun) == 1 else "")


def reference(typed: str, policy: Policy) -> str:
    """Return an issue reference as the policy writes it, of a number too; "" where it is none."""
    bare = typed.strip(" ()")
    if bare.isdecimal() and policy.issue_pattern == DEFAULT_ISSUE:
        bare = f"#{bare}"
    return bare if bare and is_issue(bare, policy.issue_pattern) else ""
