"""Every commit of a run taken apart, for programs: `gitpact lint --format json --messages`.

docs/messages.schema.json describes an entry; a test holds both together.
"""

from __future__ import annotations

from gitpact import __version__
from gitpact.message import SHOWN, idents, trailers
from gitpact.message.header import is_issue, parse
from gitpact.report.json_format import array_writer, dumped, rows, write_end
from gitpact.rules import issue, scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from gitpact.records import Header, Ident, Message, Policy, Result
    from gitpact.report.report_context import Run

BREAKING = ("breaking change", "breaking-change")
CO_AUTHOR, SIGN_OFF = "co-authored-by", "signed-off-by"


def report(results: Iterable[Result], run: Run) -> Iterator[Result]:
    """Write the JSON document of `json_report` with one more key, "messages": each commit, one a line (`entry`).

    A generator: it yields each result unchanged, and writes with `run.write` only as it is consumed; the findings stand
    behind the messages.
    """
    run.write([f'{{"schema": 1, "version": {dumped(__version__)}, "messages": ['])
    add = array_writer(run.write)
    found: list[dict[str, Any]] = []
    for result in results:
        if result.commit.oid:
            add([entry(result, run.policy)])
        found.extend(rows(result, run.texts))
        yield result
    run.write(['], "findings": ['])
    array_writer(run.write)(found)
    write_end(run)


def entry(result: Result, policy: Policy | None = None) -> dict[str, Any]:
    """Return a commit taken apart, as the schema describes it; what its message does not have is None or an empty list.

    Texts are as they are, not escaped. Of a header that is not `type(scope)!: description` only `header` is known. The
    issue references are those at the end of the header, and those in the place where the `policy` wants them.
    """
    commit = result.commit
    message, header = commit.message, _header(commit.message, policy)
    prefix = header.prefix
    formed = bool(prefix.type) and not prefix.fault
    scopes = [member for _, member in scope.members(prefix)] if formed else []
    if policy and policy.issue_place == "scope":
        scopes = [one for one in scopes if not is_issue(one, policy.issue_pattern)]
    description = issue.description_without(header, policy) if policy else header.description
    parsed = trailers.footers(message.lines, block=message.block)
    footers = [{"key": one.key, "value": one.value} for one in parsed]
    notes = [one["value"] for one in footers if one["key"].lower() in BREAKING]
    end = min([message.block, *(one.line - 1 for one in parsed)])
    body = "\n".join(message.lines[1:end]).strip("\n")
    return {
        "commit": commit.oid,
        "kind": result.special or "ordinary",
        "conforms": not any(found.severity == "error" for found in result.findings),
        "header": header.text,
        "type": prefix.type if formed else None,
        "scopes": scopes,
        "description": description if formed else None,
        "breaking": (formed and prefix.breaking) or bool(notes),
        "breaking_notes": notes,
        "issues": [*dict.fromkeys((*header.issues, *(issue.references(message, policy) if policy else ())))],
        "body": body or None,
        "footers": footers,
        "trailers": [{"key": one.key, "value": one.value} for one in message.trailers],
        "author": _person(commit.author),
        "committer": _person(commit.committer),
        "co_authors": [*map(_person, idents.of_trailers(message.trailers, CO_AUTHOR))],
        "signed_off_by": [*map(_person, idents.of_trailers(message.trailers, SIGN_OFF))],
    }


def _header(message: Message, policy: Policy | None) -> Header:
    """The header of a message; of one that was too long to be read it is read now, if its beginning has all of it."""
    text = message.header.text
    if not message.excess or len(text.encode("utf-8", "replace")) >= SHOWN:
        return message.header
    return parse(text, policy.issue_pattern) if policy else parse(text)


def _person(person: Ident | None) -> dict[str, str] | None:
    known = person and (person.name or person.email)
    return {"name": person.name, "email": person.email} if person and known else None
