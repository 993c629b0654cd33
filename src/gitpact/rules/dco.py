"""Rules on the sign-off: the Developer Certificate of Origin (how-git-reads-a-message 57 to 66)."""

from __future__ import annotations

from gitpact.message import commit_kind, idents
from gitpact.records import Finding, Ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Commit, Message, Policy, Trailer

KEY = "signed-off-by"
LOOK_ALIKE = "\uff1a"
PICKED = "(cherry picked from commit "
REMEMBERED, LONGEST = 4096, 200  # persons, and characters of one that is remembered
SHOWN = 5  # signers that a finding names

_agents: dict[tuple[Ident, tuple[str, ...]], bool] = {}  # a history is made by few persons


def sign_offs(message: Message) -> list[Trailer]:
    """The sign-offs that git sees; the key's case does not matter."""
    return [trailer for trailer in message.trailers if trailer.key.lower() == KEY]


def attempt(line: str) -> str | None:
    """The value of a line that means to be a sign-off, indented or not; None for any other line."""
    key, colon, value = line.replace(LOOK_ALIKE, ":", 1).partition(":")
    return value.strip() if colon and key.strip(" \t").lower() == KEY else None


def is_agent(person: Ident, policy: Policy) -> bool:
    """Whether this is a program by `dco.agents`, which cannot certify anything."""
    if len(person.name) + len(person.email) > LONGEST:
        return _matches(person, policy)
    key = (person, policy.agents)
    if key not in _agents:
        if len(_agents) >= REMEMBERED:
            _agents.clear()
        _agents[key] = _matches(person, policy)
    return _agents[key]


def _matches(person: Ident, policy: Policy) -> bool:
    """By its address as it stands, and by the one that mail to it reaches: `name+tag@host` is `name@host`."""
    local, at, host = person.email.partition("@")
    plain = Ident(person.name, f"{local.partition('+')[0]}{at}{host}")
    return commit_kind.matches_any(policy.agents, person.email, str(person), plain.email, str(plain))


def required(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """No sign-off at all; one in the wrong place is `sign-off-placement`'s."""
    message = commit.message
    if policy.co_authors == "required":
        yield from _co_authors(message)
    if sign_offs(message) or _elsewhere(message) or _remedied(commit, policy):
        return
    # Before it is made, whoever makes the commit signs it off, as git commit -s does; afterwards its author.
    persons = (commit.author, commit.committer) if commit.oid else (commit.committer, commit.author)
    signer = next((person for person in persons if person and not is_agent(person, policy)), None)
    facts = (("expected", str(signer) if signer else "Name <email>"),)
    last = message.lines[-1] if message.lines else ""
    yield Finding("sign-off-required", "missing", max(len(message.lines), 1), len(last) + 1, facts=facts)


def form(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """A value that is not `Name <email>`."""
    for trailer in sign_offs(commit.message):
        kind = idents.fault(trailer.value)
        if kind:
            line = commit.message.lines[trailer.line - 1]
            yield Finding("sign-off-format", kind, trailer.line, 1, len(line), (("got", trailer.value),))


def identity(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """Well-formed sign-offs, none of which is the author's or the committer's."""
    wanted = _wanted(commit, policy)
    known = wanted or [person for person in (commit.author, commit.committer) if person]
    keys = {idents.key(person) for person in wanted}
    signers: list[Ident] = []
    last: tuple[Trailer, Ident] | None = None
    for trailer in sign_offs(commit.message):
        ident = None if idents.fault(trailer.value) else idents.parse(trailer.value)
        if not ident:
            continue
        last = trailer, ident
        if not is_agent(ident, policy):
            if idents.key(ident) in keys:
                return
            signers = signers if len(signers) == SHOWN or ident in signers else [*signers, ident]
    if not last or _remedied(commit, policy):
        return
    trailer, ident = last
    width = len(commit.message.lines[trailer.line - 1])
    if not signers:
        yield Finding("sign-off-identity", "agent", trailer.line, 1, width, (("got", str(ident)),))
        return
    if not known:
        return
    kind = "noreply" if idents.noreply(ident, known[0]) else "other"
    facts = (
        ("got", ", ".join(map(str, signers))),
        ("expected", " / ".join(dict.fromkeys(str(person) for person in known))),
    )
    yield Finding("sign-off-identity", kind, trailer.line, 1, width, facts)


def duplicate(commit: Commit, _policy: Policy) -> Iterator[Finding]:
    """The same sign-off twice, as git's own sample hook has it; who picks a commit signs it off once more."""
    seen: dict[str, int] = {}
    picks = (number for number, line in enumerate(commit.message.lines, 1) if line.startswith(PICKED))
    pick = next(picks, 0)
    for trailer in sign_offs(commit.message):
        while 0 < pick < trailer.line:
            seen, pick = {}, next(picks, 0)
        if trailer.value in seen:
            facts = (("got", trailer.value), ("first", str(seen[trailer.value])))
            line = commit.message.lines[trailer.line - 1]
            yield Finding("sign-off-duplicate", "twice", trailer.line, 1, len(line), facts)
        seen.setdefault(trailer.value, trailer.line)


def placement(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A sign-off that git does not take for a trailer (how-git-reads-a-message 48, 52 to 54)."""
    message = commit.message
    found = None if sign_offs(message) else _elsewhere(message)
    if not found or _remedied(commit, policy):
        return
    number, indented = found
    severity = "error" if policy.sign_off == "required" else "warning"
    line = message.lines[number - 1]
    colon = "colon" if LOOK_ALIKE in line.partition(":")[0] else ""
    kind = colon or ("indented" if indented else _why_no_trailer(message, number))
    yield Finding("sign-off-placement", kind, number, 1, len(line), severity=severity)


def _wanted(commit: Commit, policy: Policy) -> list[Ident]:
    by_key = {"author": (commit.author,), "committer": (commit.committer,)}
    persons = by_key.get(policy.identity, (commit.author, commit.committer))
    mapped = commit.mapped if policy.identity == "author-or-committer" else ()
    known = [person for person in (*persons, *mapped) if person]
    people = [person for person in known if not is_agent(person, policy)]
    # What an agent wrote is signed off by whoever commits it.
    return people or [person for person in (commit.committer,) if known and person and not is_agent(person, policy)]


def _remedied(commit: Commit, policy: Policy) -> bool:
    """Whether another commit of the range signs this one off for its author (how-git-reads-a-message 65)."""
    if policy.remediation == "none" or not commit.author:
        return False
    return any(
        idents.same(remedy.of, commit.author)
        and (policy.remediation == "third-party" or idents.same(remedy.by, commit.author))
        for remedy in commit.remedies
    )


def remedy(commit: Commit, policy: Policy) -> Iterator[Finding]:
    """A sign-off for another commit that does not count, where it is given; or here, where it is for somebody else."""
    if any(idents.REMEDY in line for line in commit.message.lines):
        from gitpact.message import remediation  # noqa: PLC0415  few commits give any

        for given in remediation.parse(commit, policy, certifies):
            if given.fault:
                width = len(commit.message.lines[given.line - 1])
                yield Finding("sign-off-remedy", given.fault, given.line, 1, width, severity="warning")
    if commit.remedies and not _remedied(commit, policy):
        facts = (("got", str(commit.remedies[0].of)), ("expected", str(commit.author)))
        yield Finding("sign-off-remedy", "author", facts=facts, severity="warning")


def _signers(message: Message) -> set[Ident]:
    """The keys (`idents.key`) of those who sign a message off."""
    signers = (idents.parse(trailer.value) for trailer in sign_offs(message))
    return {idents.key(signer) for signer in signers if signer}


def _co_authors(message: Message) -> Iterator[Finding]:
    signed = _signers(message)
    for trailer in message.trailers:
        person = idents.parse(trailer.value) if trailer.key.lower() == "co-authored-by" else None
        if person and idents.key(person) not in signed:
            width = len(message.lines[trailer.line - 1])
            yield Finding("sign-off-required", "co-author", trailer.line, 1, width, (("expected", str(person)),))


def _elsewhere(message: Message) -> tuple[int, bool] | None:
    """Line number of the last sign-off outside the trailer block, and whether it is indented."""
    for number in range(len(message.lines), 0, -1):
        line = message.lines[number - 1]
        if attempt(line) is not None:
            return number, line[0] in " \t"
    return None


def _why_no_trailer(message: Message, number: int) -> str:
    lines = message.lines
    if number == 1:
        return "title"
    if not any(not line.strip() for line in lines[1 : number - 1]):
        return "under-title"
    below = [i for i in range(number, len(lines)) if not lines[i].strip()]
    return "followed" if below and any(line.strip() for line in lines[below[0] :]) else "crowded"


def certifies(person: Ident, commit: Commit, policy: Policy) -> bool:
    """Whether a commit is signed off as the policy asks, by this very person where it asks for that at all."""
    own = policy.sign_off != "required" or idents.key(person) in _signers(commit.message)
    return own and passes(commit, policy)


def passes(commit: Commit, policy: Policy) -> bool:
    """Whether a commit is signed off as the policy asks, by itself."""
    return not any(next(rule(commit, policy), None) for rule in (required, form, identity, placement))
