"""The event file of GitHub Actions and of those that follow it: Gitea, Forgejo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gitpact.checks.ci import MERGE_QUEUE, PULL_REQUEST
from gitpact.checks.ci.variables import FROM_BODY, JobFacts, Squash, push_event
from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "GITHUB_EVENT_PATH"
# There the base is checked out, on purpose; to fetch the request's commits is safe, to check them out is not.
ASIDE = "fetch-depth: 0 under `with:` of actions/checkout, then git fetch origin pull/{}/head"
HINT = "run --ci in a workflow step, with the environment variables that the runner sets"


def github(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a GitHub, Gitea or Forgejo job, from its variables and the file GITHUB_EVENT_PATH.

    For an event other than a pull request, a merge queue or a push, `head` is GITHUB_SHA and `kind` the event's name,
    or "tag" on a tag. Raises GitpactError where the variable is not set, and where the file cannot be read, is not JSON
    or lacks a commit that the event needs. Source: docs.github.com, "Variables reference" and "Webhook events and
    payloads": pull_request, merge_group, push. HEAD and GITHUB_SHA of a pull_request are GitHub's own merge commit,
    those of a pull_request_target are the base, so neither is read. `base` is the target branch as it was when somebody
    last pushed to the request; it may have moved since.
    """
    event = _payload(environ)
    default = _text(event, "repository", "default_branch")
    name = environ.get("GITHUB_EVENT_NAME", "")
    if name.startswith("pull_request"):
        return _request(event, name)
    if name == "merge_group":
        return JobFacts(
            MERGE_QUEUE,
            _needed(event, "merge_group", "head_sha"),
            base=_needed(event, "merge_group", "base_sha"),
            target=_text(event, "merge_group", "base_ref").removeprefix("refs/heads/"),
        )
    if name == "push":
        after = _needed(event, "after")
        if not after.strip("0"):
            return JobFacts("deletion", "")
        return push_event(after, _text(event, "before"), _text(event, "ref"), target=default)
    return push_event(environ.get("GITHUB_SHA", ""), "", environ.get("GITHUB_REF", ""), target=default, kind=name)


def gitea(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Gitea or Forgejo job; as `github`, but for how a request is squashed.

    Source: Gitea's services/pull/merge.go (GetDefaultMergeMessage) and pull.go (GetSquashMergeCommitMessages): the
    title with the number, and the description.
    """
    return github(environ)._replace(squash=Squash(FROM_BODY, numbered=True, co_authors=True))


def _request(event: object, name: str) -> JobFacts:
    number = event.get("number") if isinstance(event, dict) else None
    return JobFacts(
        PULL_REQUEST,
        _needed(event, "pull_request", "head", "sha"),
        base=_text(event, "pull_request", "base", "sha"),
        target=_text(event, "pull_request", "base", "ref"),
        title=_text(event, "pull_request", "title"),
        body=_text(event, "pull_request", "body"),
        number="" if number is None else str(number),
        squash=_squash(event),
        source=_text(event, "pull_request", "head", "ref"),
        remedy=ASIDE.format(number) if name == "pull_request_target" else "",
    )


def _squash(event: object) -> Squash:
    """How the repository squashes requests; what the payload does not say is GitHub's default."""
    settings = ("pull_request", "base", "repo")
    body = _text(event, *settings, "squash_merge_commit_message") or "COMMIT_MESSAGES"
    title = _text(event, *settings, "squash_merge_commit_title") or "COMMIT_OR_PR_TITLE"
    return Squash(body, numbered=True, co_authors=True, of_one_commit=title == "COMMIT_OR_PR_TITLE", separated=True)


def _payload(environ: Mapping[str, str]) -> object:
    path = environ.get(VARIABLE, "")
    if not path:
        raise GitpactError(
            "{variable} is not set, so gitpact cannot tell which event started this job", HINT, variable=VARIABLE
        )
    try:
        event: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise GitpactError("the event file {path!r} cannot be read: {error}", HINT, path=path, error=error) from error
    return event


def _text(event: object, *keys: str) -> str:
    """A text of the payload, empty where it has none there."""
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""


def _needed(event: object, *keys: str) -> str:
    found = _text(event, *keys)
    if not found:
        raise GitpactError(
            "the field {keys} is missing from the event file, or is not a string", HINT, keys=".".join(keys)
        )
    return found
