"""The commit that a host makes of a request which is merged by squashing, as far as the job can know it.

Sources: docs.github.com, "About merge methods on GitHub" (default message of a squash commit, co-authors) and the REST
fields squash_merge_commit_title and squash_merge_commit_message; docs.gitlab.com, "Commit message templates" (default
%{title}); learn.microsoft.com, "Complete a pull request" (Merged PR 12: title, then the description); Gitea's
services/pull/merge_squash.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.checks.ci.variables import FROM_BODY
from gitpact.message import idents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitpact.checks.ci.events import Event
    from gitpact.records import Commit, Ident

FROM_COMMITS = "COMMIT_MESSAGES"
CO_AUTHOR = "Co-authored-by"
DRAFT = ("draft:", "[draft]", "(draft)")


def message_of(event: Event, commits: Sequence[Commit]) -> str:
    """Return the message of the squash commit of a request with these commits, the oldest first.

    A title that the job does not know is that of the oldest commit; a mark such as "Draft:" before it is left out, as
    the host removes it before the merge. What the event does not say is the host's default.
    """
    title = without_draft(event.title or (commits[0].message.header.text if commits else ""))
    number = f" (#{event.number})" if event.number and event.squash.numbered else ""
    if event.squash.before and event.number:
        title = f"{event.squash.before}{event.number}: {title}"
    if len(commits) == 1 and event.squash.of_one_commit:
        title = commits[0].message.header.text
    body = _body(event, commits)
    trailers = [f"{CO_AUTHOR}: {person}" for person in _co_authors(commits)] if event.squash.co_authors else []
    kept = [line for line in trailers if line.lower() not in body.lower()]
    return "\n\n".join(filter(None, [f"{title}{number}", body, "\n".join(kept)])) + "\n"


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


def _co_authors(commits: Sequence[Commit]) -> list[Ident]:
    """Who wrote commits besides the author of the oldest one, and whom they name."""
    first = commits[0].author if commits else None
    named = [one for commit in commits for one in idents.of_trailers(commit.message.trailers, CO_AUTHOR)]
    people = [person for person in (*(commit.author for commit in commits), *named) if person]
    return [person for person in dict.fromkeys(people) if not (first and idents.same(person, first))]
