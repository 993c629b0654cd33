"""Rules on the sign-off: the Developer Certificate of Origin (how-git-reads-a-message 57 to 66)."""

from __future__ import annotations

from gitpact.message import commit_kind, idents
from gitpact.message.bounded_memory import LONGEST, key_size, put
from gitpact.message.white_space import SPACE, is_blank
from gitpact.records import Finding, Ident, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.records import Commit, Message, Policy, Remediation, Trailer

KEY = "signed-off-by"
LOOK_ALIKE = "\uff1a"
PICKED = "(cherry picked from commit "
SHOWN = 5  # signers that a finding names
PROOF = ("sign-off-required", "sign-off-format", "sign-off-identity", "sign-off-placement")  # see `is_signed_off`
_agents: dict[tuple[Ident, tuple[str, ...]], bool] = {}  # a history is made by few persons


class SignOffs(NamedTuple):
    """What the rules on sign-offs read of a commit; their findings count lines from the first of the trailer block.

    `lines` are those of the trailer block, `trailers` what git reads in them. `mapped` and `remediations` are as in
    `records.Commit`. `made` says that the commit exists: then its author has to sign it off, before that its committer.
    If no trailer is a sign-off, `end` is the column after the last line of the message (else 0), and `elsewhere` is the
    message if it mentions the key anywhere (else None).
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
    """The part of a commit that `required`, `form`, `identity` and `placement` take as their argument."""
    message, author, committer, _, oid, mapped, _, remediations, *_ = commit
    text, every, _, trailers, block, _, _, _, _, _ = message
    end, elsewhere = 0, None
    for key, _, _ in trailers:
        if key.lower() == KEY:
            break
    else:
        end = len(every[-1]) + 1 if every else 1
        elsewhere = message if KEY in text.lower() else None
    made = bool(oid)
    return SignOffs._make((trailers, every[block:], author, committer, mapped, remediations, made, end, elsewhere))


def sign_offs(trailers: tuple[Trailer, ...]) -> list[Trailer]:
    """Those of the trailers whose key is `Signed-off-by` in any case, in their order; [] without one."""
    return [trailer for trailer in trailers if trailer.key.lower() == KEY]


def attempt(line: str) -> str | None:
    """The value of a line that looks like a sign-off, without the spaces around it; None for any other line.

    The key may be indented and in any case, and its colon may be the full-width one of Chinese text. The value may be
    empty or anything else: it is not checked.
    """
    key, colon, value = line.replace(LOOK_ALIKE, ":", 1).partition(":")
    return value.strip(SPACE) if colon and key.strip(" \t").lower() == KEY else None


def is_agent(person: Ident, policy: Policy) -> bool:
    """Whether a glob of `dco.agents` matches a person, who then is a program and cannot certify anything.

    The globs are compared, in any case, with `email` and `Name <email>`, also with the address less a `+tag` in its
    local part.
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
    """Find a missing sign-off: yields a finding of kind "missing" if there is none in the trailers or outside of them.

    With `dco.co-authors` "required" there is first one of kind "co-author" for each Co-authored-by person who did not
    sign off. A remediation that the policy accepts counts as a sign-off. Lines count from the trailer block. Call this
    only where `dco.sign-off` is "required" (`rules.active`); the function does not check that.
    """
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
    """Find sign-offs whose value is not `Name <email>`: one finding for each, with its `idents.form_error` as kind.

    Lines count from the trailer block.
    """
    for trailer in sign_offs(signed.trailers):
        kind = idents.form_error(trailer.value)
        if kind:
            width = len(signed.lines[trailer.line - 1])
            yield Finding("sign-off-format", kind, trailer.line, 1, width, (("got", trailer.value),))


def identity(signed: SignOffs, policy: Policy) -> Iterator[Finding]:
    """Find a commit whose well-formed sign-offs are all by other persons: at most one finding, on the last of them.

    The kind is "agent" if only programs signed off (`is_agent`), "noreply" if the e-mails differ in a GitHub no-reply
    address, else "other". `dco.identity` decides whose sign-off counts. A commit passes without a well-formed sign-off,
    with a remediation that the policy accepts and, but for "agent", without known persons. Lines count from the trailer
    block. Call this only where `dco.sign-off` is "required" (`rules.active`); the function does not check that.
    """
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
    """Find sign-offs that repeat an earlier one exactly: one finding of kind "twice" for each repetition.

    After a `(cherry picked from commit …)` line the count begins again: who picks a commit signs it off once more.
    """
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
    """Find a sign-off that git does not read as a trailer (how-git-reads-a-message 48, 52 to 54): at most one finding.

    It is on the last such line, and only if no trailer is a sign-off and no remediation counts. The kind says why git
    does not read it: "colon", "indented", "title", "under-title", "followed" or "crowded". It is an error if
    `dco.sign-off` is "required", else a warning. The line counts from the trailer block, so that it is 0 or less above
    the block.
    """
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
    """Find sign-offs for other commits (DCO remediations) that do not count; yields warnings only.

    For each such sentence in this commit's message there is a finding on its line, with `Remediation.fault` as kind.
    One more, of kind "author", is yielded if this commit has remediations by others and none of them is for its author.
    """
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
    if not any(map(is_blank, lines[1 : number - 1])):
        return "under-title"
    below = [i for i in range(number, len(lines)) if is_blank(lines[i])]
    return "followed" if below and not all(map(is_blank, lines[below[0] :])) else "crowded"


def is_signed_off_by(person: Ident, commit: Commit, policy: Policy) -> bool:
    """Whether `is_signed_off` holds for a commit, and a trailer by `person` if `dco.sign-off` is "required".

    Persons are compared as by `idents.same`.
    """
    own = policy.sign_off != "required" or idents.key(person) in _signers(commit.message.trailers)
    return own and is_signed_off(commit, policy)


def is_signed_off(commit: Commit, policy: Policy) -> bool:
    """Whether the rules `required`, `form`, `identity` and `placement` have no finding on a commit, not even a warning.

    They run whatever the policy says of them: with `dco.sign-off` "optional", too, a commit without a sign-off gives
    False. Remediations in `commit.remediations` count if the policy accepts them; to leave them out, pass a commit
    without any.
    """
    signed = read(commit)
    return not any(next(rule(signed, policy), None) for rule in (required, form, identity, placement))
