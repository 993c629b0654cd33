"""The rules that a policy defines itself, `[[pattern]]`: which text each looks at, and in which commits."""

from __future__ import annotations

from gitpact.message import commit_kind, linear_regex, pattern_syntax
from gitpact.records import Finding, NamedTuple
from gitpact.rules import refs, scope, trailer_values
from gitpact.rules.commit_registry import PERSONS as PERSONS_PART
from gitpact.rules.commit_registry import PREFIX, Part, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from gitpact.records import Blob, Commit, PatternRule, Policy, Prefix, RefUpdate
    from gitpact.rules.identity import Persons
    from gitpact.rules.push_registry import FileRule, RefRule

BY_REF = {"branch": refs.BRANCH, "tag": refs.TAG}
PATH = "path"
PERSONS = ("author", "committer")
OF_TRAILER = "trailer:"
WHOLE_DESCRIPTION = "description and issue"
LONGEST_SHOWN = 80  # code points of what a pattern matches


class Text(NamedTuple):
    """A text that a pattern is looked for in; it begins in this line and column of the message, from 1."""

    text: str
    line: int = 1
    column: int = 1


class Searched(NamedTuple):
    """A commit, its whole message, and that in one case ("" where no rule asks for it)."""

    commit: Commit
    text: str
    one_case: str


def on_commits(policy: Policy) -> dict[str, Rule]:
    """The policy's own rules on commits, by their ids.

    Most rules forbid something that contains a plain text, and most messages do not have it: to look for that text
    first takes a tenth of the time that asking each rule takes.
    """
    every = [own for own in policy.patterns if own.where not in {*BY_REF, PATH}]
    cases = any(own.any_case or own.where.startswith(OF_TRAILER) for own in every)
    part = Part(_searched if cases else _searched_as_is)
    return {own.rule: _rule(own, part) for own in every}


def _rule(own: PatternRule, part: Part) -> Rule:
    """A rule on persons, or on a type or scope, reads that alone, so that what it finds is remembered."""
    if not own.paths and not own.branches:
        if own.where in PERSONS and not own.types and not own.scopes:
            return Rule(lambda persons, _: _of_persons(own, persons), PERSONS_PART)
        if own.where in OF_PREFIX:
            return Rule(lambda prefix, _: _of_prefix(own, prefix), PREFIX)
    needle, any_case = own.needle, own.any_case
    if own.where.startswith(OF_TRAILER):
        needle, any_case = pattern_syntax.folded(own.where.removeprefix(OF_TRAILER)), True
    elif not own.forbid or own.where not in PARTS:
        needle = ""
    at = Searched._fields.index("one_case" if any_case else "text")
    # What the project's issue-pattern matches would be no part of the description.
    where = WHOLE_DESCRIPTION if own.private and own.where == "description" else own.where
    texts, conditional = _texts_of(where), own.types or own.scopes or own.branches or own.paths

    def find(searched: Searched, _policy: Policy) -> list[Finding]:
        """Find a text with what the rule forbids, or without what it requires: at most one finding for each text.

        A part that the commit does not have, such as its scope, passes; but the body, which may be empty, does not.
        """
        commit = searched[0]
        if conditional and not _applies(own, commit):
            return []
        return [found for text in texts(commit) for found in _findings(own, text)]

    return Rule(find, part, (lambda parts: [one for one in parts if needle in one[1][at]]) if needle else iter)


def _searched(commit: Commit) -> Searched:
    text = "\n".join(commit.message.lines)
    return Searched._make((commit, text, pattern_syntax.folded(text)))


def _searched_as_is(commit: Commit) -> Searched:
    return Searched._make((commit, "\n".join(commit.message.lines), ""))


def _of_persons(own: PatternRule, persons: Persons) -> list[Finding]:
    return [found for text in _person(own.where, persons) for found in _findings(own, text)]


def _of_prefix(own: PatternRule, prefix: Prefix) -> list[Finding]:
    if not _applies_to(own, prefix):
        return []
    return [found for text in OF_PREFIX[own.where](prefix) for found in _findings(own, text)]


def on_files(policy: Policy) -> dict[str, FileRule]:
    """The policy's own rules on the paths of files, by their ids."""
    return {own.rule: _bound(_on_path, own) for own in policy.patterns if own.where == PATH}


def on_refs(policy: Policy) -> dict[str, RefRule]:
    """The policy's own rules on the names of branches and tags, by their ids."""
    return {own.rule: _bound(_on_ref, own) for own in policy.patterns if own.where in BY_REF}


def _bound(find: Callable[[PatternRule, Any, Policy], Iterable[Finding]], own: PatternRule) -> Any:  # noqa: ANN401
    return lambda subject, policy: find(own, subject, policy)


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


def _texts_of(where: str) -> Callable[[Commit], list[Text]]:
    """What returns the texts that a rule looks at in a commit."""
    if where in PERSONS:
        return lambda commit: _person(where, commit)
    if where in OF_PREFIX:
        return lambda commit: OF_PREFIX[where](commit.message.header.prefix)
    if where in PARTS:
        return PARTS[where]
    key = where.removeprefix(OF_TRAILER).lower()
    return lambda commit: [
        Text(trailer.value, *trailer_values.place(commit.message, trailer))
        for trailer in commit.message.trailers
        if trailer.key.lower() == key
    ]


def _person(where: str, made: Commit | Persons) -> list[Text]:
    person = made.author if where == "author" else made.committer
    return [Text(str(person))] if person else []


def _header(commit: Commit) -> list[Text]:
    return [Text(commit.message.header.text)]


def _type(prefix: Prefix) -> list[Text]:
    return [] if prefix.fault else [Text(prefix.type, column=prefix.type_column + 1)]


def _scope(prefix: Prefix) -> list[Text]:
    return [] if prefix.fault or prefix.scope is None else [Text(prefix.scope, column=prefix.scope_column + 1)]


def _description(commit: Commit) -> list[Text]:
    header = commit.message.header
    return [] if header.prefix.fault else [Text._make((header.description, 1, header.description_column + 1))]


def _whole_description(commit: Commit) -> list[Text]:
    header = commit.message.header
    text, column = header.text[header.description_column :], header.description_column
    return [] if header.prefix.fault else [Text._make((text, 1, column + 1))]


def _body(commit: Commit) -> list[Text]:
    """What is between the header and the trailers, without the blank lines around it."""
    lines = commit.message.lines
    first, end = 1, min(commit.message.block, len(lines))
    while first < end and not lines[first].strip():
        first += 1
    while first < end and not lines[end - 1].strip():
        end -= 1
    place = first + 1 if first < end else min(2, max(len(lines), 1))
    return [Text._make(("\n".join(lines[first:end]), place, 1))]


def _message(commit: Commit) -> list[Text]:
    return [Text("\n".join(commit.message.lines))]


OF_PREFIX: dict[str, Callable[[Prefix], list[Text]]] = {"type": _type, "scope": _scope}
PARTS: dict[str, Callable[[Commit], list[Text]]] = {
    "header": _header,
    "description": _description,
    WHOLE_DESCRIPTION: _whole_description,
    "body": _body,
    "message": _message,
}


def _findings(own: PatternRule, place: Text) -> Sequence[Finding]:
    """What is wrong with a text; nothing is looked for where the text lacks what every match contains."""
    text = place.text
    possible = not own.needle or own.needle in (pattern_syntax.folded(text) if own.any_case else text)
    if own.require:
        fits = possible and linear_regex.occurs(own.require, text)
        found = None if fits else (0, len(text))
    else:
        found = linear_regex.search(own.forbid, text) if possible else None
    return (_finding(own, place, *found),) if found else ()


def _finding(own: PatternRule, place: Text, begin: int, end: int) -> Finding:
    text = place.text
    above = text[:begin].split("\n")
    kind = "said" if own.say or own.say_zh else "forbidden" if own.forbid else "unlike" if own.private else "required"
    return Finding(
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
