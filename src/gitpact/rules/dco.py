"""Rules on the sign-off: the Developer Certificate of Origin (how-git-reads-a-message 57 to 66)."""

from __future__ import annotations

from gitpact.message import commit_kind, idents
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.records import Finding, Ident, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.records import Commit, Message, Policy, Remediation, Trailer

KEY = "signed-off-by"
LOOK_ALIKE = "\uff1a"
PICKED = "(cherry picked from commit "
SHOWN = 5  # signers that a finding names
_agents: dict[tuple[Ident, tuple[str, ...]], bool] = {}  # a history is made by few persons


class SignOffs(NamedTuple):
    """What the rules on sign-offs read of a commit; findings count lines from the first of the trailer block.

    `lines` are those of the trailer block, `trailers` what git reads in them. `made` tells that the commit exists; then
    its author signs it off, and before that whoever makes it. `end` is the column behind the last line of the message
    and `elsewhere` the message itself, where a sign-off stands outside of the trailers: both where git sees none.
    """

    trailers: tuple[Trailer, ...]
    lines: tuple[str, ...]
    author: Ident | None
    committer: Ident | None
    mapped: tuple[Ident, ...]
    remediations: tuple[Remediation, ...]
    made: bool
    end: int = 0
    elsewhere: Message | None = None


def read(commit: Commit) -> SignOffs:
    """The part of a commit that the rules on sign-offs read."""
    message, author, committer, _, oid, mapped, _, remediations, _ = commit
    lines = message.lines[message.block :]
    end, elsewhere = 0, None
    for trailer in message.trailers:
        if trailer.key.lower() == KEY:
            break
    else:
        end = len(message.lines[-1]) + 1 if message.lines else 1
        elsewhere = message if KEY in message.text.lower() else None
    return SignOffs._make((message.trailers, lines, author, committer, mapped, remediations, bool(oid), end, elsewhere))


def sign_offs(trailers: tuple[Trailer, ...]) -> list[Trailer]:
    """The sign-offs among trailers; the key's case does not matter."""
    return [trailer for trailer in trailers if trailer.key.lower() == KEY]


def attempt(line: str) -> str | None:
    """The value of a line that means to be a sign-off, indented or not; None for any other line."""
    key, colon, value = line.replace(LOOK_ALIKE, ":", 1).partition(":")
    return value.strip() if colon and key.strip(" \t").lower() == KEY else None


def is_agent(person: Ident, policy: Policy) -> bool:
    """Whether this is a program by `dco.agents`, which cannot certify anything.

    By its address as it stands, or by the one that mail to it reaches: `name+tag@host` is `name@host`.
    """
    key = (person, policy.agents)
    known = _agents.get(key)
    if known is None:
        known = _matches(person, policy)
        if key_size(person) <= LONGEST:
            put(_agents, key, known)
    return known


def _matches(person: Ident, policy: Policy) -> bool:
    local, at, host = person.email.partition("@")
    plain = Ident(person.name, f"{local.partition('+')[0]}{at}{host}")
    return commit_kind.matches_any(policy.agents, person.email, str(person), plain.email, str(plain))


def required(signed: SignOffs, policy: Policy) -> Iterator[Finding]:
    """No sign-off at all; one in the wrong place is `sign-off-placement`'s."""
    if policy.co_authors == "required":
        yield from _co_authors(signed)
    if sign_offs(signed.trailers) or _elsewhere(signed) or _is_remediated(signed, policy):
        return
    # Before it is made, whoever makes the commit signs it off, as git commit -s does; afterwards its author.
    persons = (signed.author, signed.committer) if signed.made else (signed.committer, signed.author)
    signer = next((person for person in persons if person and not is_agent(person, policy)), None)
    facts = (("expected", str(signer) if signer else "Name <email>"),)
    yield Finding("sign-off-required", "missing", len(signed.lines), signed.end, facts=facts)


def form(signed: SignOffs, _policy: Policy) -> Iterator[Finding]:
    """A value that is not `Name <email>`."""
    for trailer in sign_offs(signed.trailers):
        kind = idents.form_error(trailer.value)
        if kind:
            width = len(signed.lines[trailer.line - 1])
            yield Finding("sign-off-format", kind, trailer.line, 1, width, (("got", trailer.value),))


def identity(signed: SignOffs, policy: Policy) -> Iterator[Finding]:
    """Well-formed sign-offs, none of which is the author's or the committer's."""
    wanted = _wanted(signed, policy)
    known = wanted or [person for person in (signed.author, signed.committer) if person]
    keys = {idents.key(person) for person in wanted}
    signers: list[Ident] = []
    last: tuple[Trailer, Ident] | None = None
    for trailer in sign_offs(signed.trailers):
        ident = None if idents.form_error(trailer.value) else idents.parse(trailer.value)
        if not ident:
            continue
        last = trailer, ident
        if not is_agent(ident, policy):
            if idents.key(ident) in keys:
                return
            signers = signers if len(signers) == SHOWN or ident in signers else [*signers, ident]
    if not last or _is_remediated(signed, policy):
        return
    trailer, ident = last
    width = len(signed.lines[trailer.line - 1])
    if not signers:
        yield Finding("sign-off-identity", "agent", trailer.line, 1, width, (("got", str(ident)),))
        return
    if not known:
        return
    kind = "noreply" if idents.differ_in_noreply(ident, known[0]) else "other"
    facts = (
        ("got", ", ".join(map(str, signers))),
        ("expected", " / ".join(dict.fromkeys(str(person) for person in known))),
    )
    yield Finding("sign-off-identity", kind, trailer.line, 1, width, facts)


def duplicate(message: Message, _policy: Policy) -> Iterable[Finding]:
    """The same sign-off twice, as git's own sample hook has it; who picks a commit signs it off once more."""
    return _twice(message) if len(message.trailers) > 1 else ()


def _twice(message: Message) -> Iterator[Finding]:
    lines, block = message.lines, message.block
    seen: dict[str, int] = {}
    picks = (number for number, line in enumerate(lines[block:], block + 1) if line.startswith(PICKED))
    pick = next(picks, 0)
    for trailer in sign_offs(message.trailers):
        number = block + trailer.line
        while 0 < pick < number:
            seen, pick = {}, next(picks, 0)
        if trailer.value in seen:
            facts = (("got", trailer.value), ("first", str(seen[trailer.value])))
            yield Finding("sign-off-duplicate", "twice", number, 1, len(lines[number - 1]), facts)
        seen.setdefault(trailer.value, number)


def placement(signed: SignOffs, policy: Policy) -> Iterator[Finding]:
    """A sign-off that git does not take for a trailer (how-git-reads-a-message 48, 52 to 54)."""
    found = _elsewhere(signed)
    if not found or not signed.elsewhere or _is_remediated(signed, policy):
        return
    number, indented = found
    severity = "error" if policy.sign_off == "required" else "warning"
    line = signed.elsewhere.lines[number - 1]
    colon = "colon" if LOOK_ALIKE in line.partition(":")[0] else ""
    kind = colon or ("indented" if indented else _why_no_trailer(signed.elsewhere.lines, number))
    yield Finding("sign-off-placement", kind, number - signed.elsewhere.block, 1, len(line), severity=severity)


def _wanted(signed: SignOffs, policy: Policy) -> list[Ident]:
    """The persons of whom one has to sign off."""
    by_key = {"author": (signed.author,), "committer": (signed.committer,)}
    persons = by_key.get(policy.identity, (signed.author, signed.committer))
    mapped = signed.mapped if policy.identity == "author-or-committer" else ()
    known = [person for person in (*persons, *mapped) if person]
    people = [person for person in known if not is_agent(person, policy)]
    # What an agent wrote is signed off by whoever commits it.
    return people or [person for person in (signed.committer,) if known and person and not is_agent(person, policy)]


def _is_remediated(commit: Commit | SignOffs, policy: Policy) -> bool:
    """Whether another commit of the range signs this one off for its author (how-git-reads-a-message 65)."""
    if policy.remediation == "none" or not commit.author:
        return False
    return any(
        idents.same(remedy.of, commit.author)
        and (policy.remediation == "third-party" or idents.same(remedy.by, commit.author))
        for remedy in commit.remediations
    )


def remedy(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A sign-off for another commit that does not count, where it is given; or here, where it is for somebody else."""
    if any(idents.REMEDIATION in line for line in commit.message.lines):
        from gitpact.message import remediation  # noqa: PLC0415  few commits give any

        for given in remediation.parse(commit, policy, is_signed_off_by):
            if given.fault:
                width = len(commit.message.lines[given.line - 1])
                yield Finding("sign-off-remedy", given.fault, given.line, 1, width, severity="warning")
    if commit.remediations and not _is_remediated(commit, policy):
        facts = (("got", str(commit.remediations[0].of)), ("expected", str(commit.author)))
        yield Finding("sign-off-remedy", "author", facts=facts, severity="warning")


def _signers(trailers: tuple[Trailer, ...]) -> set[Ident]:
    """The keys (`idents.key`) of those who sign off in these trailers."""
    signers = (idents.parse(trailer.value) for trailer in sign_offs(trailers))
    return {idents.key(signer) for signer in signers if signer}


def _co_authors(signed: SignOffs) -> Iterator[Finding]:
    signers = _signers(signed.trailers)
    for trailer in signed.trailers:
        person = idents.parse(trailer.value) if trailer.key.lower() == "co-authored-by" else None
        if person and idents.key(person) not in signers:
            width = len(signed.lines[trailer.line - 1])
            yield Finding("sign-off-required", "co-author", trailer.line, 1, width, (("expected", str(person)),))


def _elsewhere(signed: SignOffs) -> tuple[int, bool] | None:
    """Line number in the message of the last sign-off outside the trailer block, and whether it is indented."""
    lines = signed.elsewhere.lines if signed.elsewhere else ()
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        if attempt(line) is not None:
            return number, line[0] in " \t"
    return None


def _why_no_trailer(lines: Sequence[str], number: int) -> str:
    if number == 1:
        return "title"
    if not any(not line.strip() for line in lines[1 : number - 1]):
        return "under-title"
    below = [i for i in range(number, len(lines)) if not lines[i].strip()]
    return "followed" if below and any(line.strip() for line in lines[below[0] :]) else "crowded"


def is_signed_off_by(person: Ident, commit: Commit, policy: Policy) -> bool:
    """Whether a commit keeps the rules on sign-offs, and `person` signed it off if the policy asks for sign-offs."""
    own = policy.sign_off != "required" or idents.key(person) in _signers(commit.message.trailers)
    return own and is_signed_off(commit, policy)


def is_signed_off(commit: Commit, policy: Policy) -> bool:
    """Whether a commit keeps the policy's rules on sign-offs, remediations by other commits not counted."""
    signed = read(commit)
    return not any(next(rule(signed, policy), None) for rule in (required, form, identity, placement))
