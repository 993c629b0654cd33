"""The rules that a policy defines itself, `[[pattern]]`: which text each looks at, and in which commits."""

from __future__ import annotations

from gitpact.message import commit_kind, linear_regex, pattern_syntax
from gitpact.records import Finding, NamedTuple
from gitpact.rules import refs, scope, trailer_values
from gitpact.rules.commit_registry import PERSONS as PERSONS_PART
from gitpact.rules.commit_registry import PREFIX, Part, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any

    from gitpact.records import Blob, Commit, PatternRule, Policy, Prefix, RefUpdate
    from gitpact.rules.identity import Persons
    from gitpact.rules.push_registry import FileRule, RefRule

BY_REF = {"branch": refs.BRANCH, "tag": refs.TAG}
PATH = "path"
PERSONS = ("author", "committer")
OF_TRAILER = "trailer:"
LONGEST_SHOWN = 80  # code points of what a pattern matches


class Text(NamedTuple):
    """A text that a pattern is looked for in; it begins in this line and column of the message, from 1."""

    text: str
    line: int = 1
    column: int = 1


class Suspect(NamedTuple):
    """A commit, and the numbers of the rules that may find something in it."""

    commit: Commit
    rules: Collection[int]


def on_commits(policy: Policy) -> dict[str, Rule]:
    """The policy's own rules on commits, by their ids.

    Most rules forbid something that contains a plain text, and most messages do not have it: what looks for all these
    texts at once takes a fifth of the time that asking each rule takes.
    """
    every = [own for own in policy.patterns if own.where not in {*BY_REF, PATH}]
    part = Part(_suspecting(every))
    return {own.rule: _rule(own, number, part) for number, own in enumerate(every)}


def _rule(own: PatternRule, number: int, part: Part) -> Rule:
    """A rule on persons, or on a type or scope, reads that alone, so that what it finds is remembered."""
    if own.paths or own.branches:
        return Rule(_among_suspects(own, number), part)
    if own.where in PERSONS and not own.types and not own.scopes:
        return Rule(lambda persons, _: _of_persons(own, persons), PERSONS_PART)
    if own.where in OF_PREFIX:
        return Rule(lambda prefix, _: _of_prefix(own, prefix), PREFIX)
    return Rule(_among_suspects(own, number), part)


def _of_persons(own: PatternRule, persons: Persons) -> list[Finding]:
    return [found for text in _person(own.where, persons) for found in _findings(own, text)]


def _of_prefix(own: PatternRule, prefix: Prefix) -> list[Finding]:
    if not _applies_to(own, prefix):
        return []
    return [found for text in OF_PREFIX[own.where](prefix) for found in _findings(own, text)]


def _suspecting(every: Sequence[PatternRule]) -> Callable[[Commit], Suspect]:
    def is_plain(own: PatternRule) -> bool:
        """Whether every match of what the rule forbids contains a text that then is in the message as it is."""
        return bool(own.forbid and own.needle) and own.where in PARTS

    always = [number for number, own in enumerate(every) if not is_plain(own)]
    exact = [(own.needle, number) for number, own in enumerate(every) if is_plain(own) and not own.any_case]
    any_case = [(own.needle, number) for number, own in enumerate(every) if is_plain(own) and own.any_case]

    def read(commit: Commit) -> Suspect:
        text = "\n".join(commit.message.lines)
        found = [number for needle, number in exact if needle in text] if exact else []
        if any_case:
            same = pattern_syntax.folded(text)
            found += [number for needle, number in any_case if needle in same]
        return Suspect._make((commit, {*always, *found}))

    return read


def _among_suspects(own: PatternRule, number: int) -> Callable[[Suspect, Policy], Sequence[Finding]]:
    return lambda suspect, _: _on_commit(own, suspect[0]) if number in suspect[1] else ()


def on_files(policy: Policy) -> dict[str, FileRule]:
    """The policy's own rules on the paths of files, by their ids."""
    return {own.rule: _bound(_on_path, own) for own in policy.patterns if own.where == PATH}


def on_refs(policy: Policy) -> dict[str, RefRule]:
    """The policy's own rules on the names of branches and tags, by their ids."""
    return {own.rule: _bound(_on_ref, own) for own in policy.patterns if own.where in BY_REF}


def _bound(find: Callable[[PatternRule, Any, Policy], Iterable[Finding]], own: PatternRule) -> Any:  # noqa: ANN401
    return lambda subject, policy: find(own, subject, policy)


def _on_commit(own: PatternRule, commit: Commit) -> list[Finding]:
    """Find a text with what the rule forbids, or without what it requires: at most one finding for each text.

    A part that the commit does not have, such as its scope, passes; but the body, which may be empty, does not.
    """
    return (
        [found for text in _texts(own.where, commit) for found in _findings(own, text)] if _applies(own, commit) else []
    )


def _on_path(own: PatternRule, blob: Blob, _policy: Policy) -> Iterator[Finding]:
    """Find a path with what the rule forbids, or without what it requires: at most one finding."""
    for found in _findings(own, Text(blob.path)) if blob.path else ():
        yield found._replace(line=1, column=1, width=0, path=blob.path)


def _on_ref(own: PatternRule, update: RefUpdate, _policy: Policy) -> Iterator[Finding]:
    """Find a new or changed branch or tag with a name that the rule refuses: at most one finding."""
    name = update.ref.removeprefix(BY_REF[own.where])
    if name != update.ref and not update.deletes:
        for found in _findings(own, Text(name)):
            yield found._replace(line=1, column=1, width=0, ref=update.ref)


def _applies_to(own: PatternRule, prefix: Prefix) -> bool:
    """Whether the conditions of a rule on type and scope hold."""
    if own.types and prefix.type not in own.types:
        return False
    return not own.scopes or any(commit_kind.matches_any(own.scopes, one) for _, one in scope.members(prefix))


def _applies(own: PatternRule, commit: Commit) -> bool:
    """Whether the conditions of a rule hold for a commit; one on what is unknown of the commit does not."""
    if not _applies_to(own, commit.message.header.prefix):
        return False
    if own.branches and not refs.matches(own.branches, *commit.branches):
        return False
    if not own.paths:
        return True
    from gitpact.rules import path_globs  # noqa: PLC0415  few rules have the condition

    return path_globs.any_matches(own.paths, commit.paths or ())


def _texts(where: str, commit: Commit) -> Iterator[Text]:
    if where in PERSONS:
        yield from _person(where, commit)
    elif where in OF_PREFIX:
        yield from OF_PREFIX[where](commit.message.header.prefix)
    elif where.startswith(OF_TRAILER):
        message = commit.message
        for trailer in message.trailers:
            if trailer.key.lower() == where.removeprefix(OF_TRAILER).lower():
                yield Text(trailer.value, *trailer_values.place(message, trailer))
    else:
        yield from PARTS[where](commit)


def _person(where: str, made: Commit | Persons) -> Iterator[Text]:
    person = made.author if where == "author" else made.committer
    if person:
        yield Text(str(person))


def _header(commit: Commit) -> Iterator[Text]:
    yield Text(commit.message.header.text)


def _type(prefix: Prefix) -> Iterator[Text]:
    if not prefix.fault:
        yield Text(prefix.type, column=prefix.type_column + 1)


def _scope(prefix: Prefix) -> Iterator[Text]:
    if not prefix.fault and prefix.scope is not None:
        yield Text(prefix.scope, column=prefix.scope_column + 1)


def _description(commit: Commit) -> Iterator[Text]:
    header = commit.message.header
    if not header.prefix.fault:
        yield Text(header.description, column=header.description_column + 1)


def _body(commit: Commit) -> Iterator[Text]:
    """What is between the header and the trailers, without the blank lines around it."""
    lines = commit.message.lines[1 : commit.message.block]
    filled = [number for number, line in enumerate(lines) if line.strip()]
    first, end = (filled[0], filled[-1] + 1) if filled else (0, 0)
    yield Text("\n".join(lines[first:end]), min(first + 2, max(len(commit.message.lines), 1)))


def _message(commit: Commit) -> Iterator[Text]:
    yield Text("\n".join(commit.message.lines))


OF_PREFIX: dict[str, Callable[[Prefix], Iterator[Text]]] = {"type": _type, "scope": _scope}
PARTS: dict[str, Callable[[Commit], Iterator[Text]]] = {
    "header": _header,
    "description": _description,
    "body": _body,
    "message": _message,
}


def _findings(own: PatternRule, place: Text) -> Iterator[Finding]:
    """What is wrong with a text; nothing is looked for where the text lacks what every match contains."""
    text = place.text
    possible = not own.needle or own.needle in (pattern_syntax.folded(text) if own.any_case else text)
    if own.require and possible and linear_regex.occurs(own.require, text):
        return
    found = linear_regex.search(own.forbid, text) if own.forbid and possible else None
    if own.forbid and not found:
        return
    begin, end = found or (0, len(text))
    above = text[:begin].split("\n")
    kind = "said" if own.say or own.say_zh else "forbidden" if own.forbid else "unlike" if own.private else "required"
    yield Finding(
        own.rule,
        kind,
        place.line + len(above) - 1,
        len(above[-1]) + (place.column if len(above) == 1 else 1),
        max(end - begin, 1),
        (
            ("where", own.where),
            ("got", text[begin:end][:LONGEST_SHOWN]),
            ("pattern", "" if own.private else own.forbid or own.require),
            ("say", own.say or own.say_zh),
            ("say_zh", own.say_zh or own.say),
        ),
    )
