"""The commit that a host makes of a request which is merged by squashing, as far as the job can know it.

Sources: docs.github.com, "About merge methods on GitHub" (default message of a squash commit, co-authors) and the REST
fields squash_merge_commit_title and squash_merge_commit_message; for the line before the trailers, and the sign-offs
among them, what GitHub has written into public histories since 2023; docs.gitlab.com, "Commit message templates"
(default %{title}); learn.microsoft.com, "Complete a pull request" (Merged PR 12: title, then the description); Gitea's
services/pull/merge.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.checks.ci.variables import FROM_BODY
from gitpact.message import idents
from gitpact.rules import dco

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.checks.ci.events import Event
    from gitpact.records import Commit, Ident

FROM_COMMITS = "COMMIT_MESSAGES"
CO_AUTHOR = "Co-authored-by"
SEPARATOR = "---------"
DRAFT = ("draft:", "[draft]", "(draft)")


def message_of(event: Event, commits: Sequence[Commit]) -> str:
    """Return the message of the squash commit of a request with these commits, the oldest first.

    What the event does not say is the host's default.
    """
    number = f" (#{event.number})" if event.number and event.squash.numbered else ""
    body = _body(event, commits)
    trailers = [f"{CO_AUTHOR}: {person}" for person in _co_authors(commits)] if event.squash.co_authors else []
    if event.squash.separated and event.squash.body == FROM_COMMITS and len(commits) > 1:
        trailers = [*_sign_offs(commits), *trailers]
    else:
        trailers = [line for line in trailers if line.lower() not in body.lower()]
    line = SEPARATOR if event.squash.separated and body and trailers else ""
    header = f"{title_of(event, commits)}{number}"
    return "\n\n".join(filter(None, [header, body, line, "\n".join(trailers)])) + "\n"


def title_of(event: Event, commits: Sequence[Commit]) -> str:
    """Return the header of the squash commit, without the number that the host puts behind it.

    A title that the job does not know is that of the oldest commit; a mark such as "Draft:" before it is left out, as
    the host removes it before the merge.
    """
    if len(commits) == 1 and event.squash.of_one_commit:
        return commits[0].message.header.text
    title = without_draft(event.title or (commits[0].message.header.text if commits else ""))
    return f"{event.squash.before}{event.number}: {title}" if event.squash.before and event.number else title


def without_draft(title: str) -> str:
    """Return a title without a mark such as "Draft:" at its beginning."""
    for mark in DRAFT:
        if title.lower().startswith(mark):
            return title[len(mark) :].lstrip()
    return title


def _body(event: Event, commits: Sequence[Commit]) -> str:
    if event.squash.body == FROM_BODY:
        return "\n".join((event.body or "").splitlines()).strip()
    if event.squash.body == FROM_COMMITS:
        texts = ["\n".join(commit.message.lines).strip() for commit in commits]
        if len(texts) == 1:
            return texts[0].partition("\n")[2].strip()
        return "\n\n".join(f"* {text}" for text in texts)
    return ""


def _sign_offs(commits: Sequence[Commit]) -> list[str]:
    """The sign-offs of the commits, each once."""
    every = (dco.sign_offs(commit.message.trailers) for commit in commits)
    return [*dict.fromkeys(f"{trailer.key}: {trailer.value}" for some in every for trailer in some)]


def _co_authors(commits: Sequence[Commit]) -> list[Ident]:
    """Who wrote commits besides the author of the oldest one, and whom they name."""
    first = commits[0].author if commits else None
    named = [one for commit in commits for one in idents.of_trailers(commit.message.trailers, CO_AUTHOR)]
    people = [person for person in (*(commit.author for commit in commits), *named) if person]
    return [person for person in dict.fromkeys(people) if not (first and idents.same(person, first))]
