"""GitHub, Gitea and Forgejo: variables and the event file, over a real repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gitpact.checks.ci import event_range, events
from gitpact.errors import GitpactError
from tests.checks.ci.test_world import (
    FEATURE,
    MAIN,
    MERGED,
    OURS,
    PULL,
    QUEUE,
    ZERO,
    Case,
    judge,
    judge_shallow,
    subjects,
    told,
    world,
)
from tests.support import repos

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = {"full_name": "a/b", "default_branch": "main"}
TITLE = "feat: all of it"


def on(name: str, **more: str) -> dict[str, str]:
    """The environment of a job for an event."""
    return {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_SHA": "@synthetic@", **more}


def request(base: str = "@base3@") -> dict[str, Any]:
    """The payload of a pull_request; its base is the one of the last push, main has moved on since."""
    return {
        "action": "synchronize",
        "number": 7,
        "before": "@one@",
        "after": "@two@",
        "pull_request": {
            "title": TITLE,
            "base": {"ref": "main", "sha": base},
            "head": {"ref": "feature", "sha": "@two@"},
        },
        "repository": REPOSITORY,
    }


def push(before: str, after: str, ref: str = FEATURE) -> dict[str, Any]:
    return {"ref": ref, "before": before, "after": after, "repository": REPOSITORY}


GROUP = {"base_sha": "@base4@", "head_sha": "@queued@", "base_ref": MAIN, "head_ref": QUEUE}
INTO = "@base3@..@two@ (pull request into main)"
PUSHED = ("push", FEATURE, "@one@..@two@ (push: feature)")
SINCE_ONE = frozenset({"merge", "two"})
CASES = {
    "a pull request, checked out as GitHub's merge": Case(
        *("GitHub", "pull request", MERGED, INTO), on("pull_request"), request(), title=TITLE
    ),
    "a pull request, checked out as it is": Case(
        *("GitHub", "pull request", PULL, INTO), on("pull_request"), request(), title=TITLE
    ),
    "a pull request whose base is older than what was merged": Case(
        *("GitHub", "pull request", MERGED, "@old2@..@two@ (pull request into main)"),
        on("pull_request"),
        request("@old2@"),
        title=TITLE,
    ),
    "a pull request in the target's context": Case(
        *("GitHub", "pull request", MAIN, INTO), on("pull_request_target", GITHUB_SHA="@base4@"), request(), title=TITLE
    ),
    "a merge queue": Case(
        *("GitHub", "merge queue", QUEUE, "@base4@..@queued@ (merge queue into main)"),
        on("merge_group"),
        {"merge_group": GROUP},
        OURS | {"queued"},
    ),
    "a push": Case("GitHub", *PUSHED, on("push"), push("@one@", "@two@"), SINCE_ONE),
    "a push to the default branch": Case(
        *("GitHub", "push", MAIN, "@old2@..@base4@ (push: main)"),
        on("push"),
        push("@old2@", "@base4@", MAIN),
        frozenset({"base3", "base4"}),
        "old2",
    ),
    "a new branch": Case(
        *("GitHub", "new branch", FEATURE, "@base4@..@two@ (new branch: feature)"), on("push"), push(ZERO, "@two@")
    ),
    "the first push of the default branch": Case(
        *("GitHub", "new branch", MAIN, "@base4@ (new branch: main)"),
        on("push"),
        push(ZERO, "@base4@", MAIN),
        frozenset({"old0", "old1", "old2", "base3", "base4"}),
        "",
    ),
    "an annotated tag": Case(
        *("GitHub", "tag", FEATURE, "@base4@..@two@ (tag)"), on("push"), push(ZERO, "@v2@", "refs/tags/v2")
    ),
    "a tag that was moved": Case(
        *("GitHub", "tag", FEATURE, "@one@..@two@ (tag)"), on("push"), push("@one@", "@v2@", "refs/tags/v2"), SINCE_ONE
    ),
    "a button pressed for a branch": Case(
        *("GitHub", "workflow_dispatch", FEATURE, "@base4@..@two@ (workflow_dispatch: feature)"),
        on("workflow_dispatch", GITHUB_SHA="@two@", GITHUB_REF=FEATURE),
        {"inputs": None, "ref": FEATURE, "repository": REPOSITORY},
    ),
    "Gitea, a pull request": Case(
        *("Gitea", "pull request", PULL, INTO), on("pull_request", GITEA_ACTIONS="true"), request(), title=TITLE
    ),
    "Gitea, a push": Case("Gitea", *PUSHED, on("push", GITEA_ACTIONS="true"), push("@one@", "@two@"), SINCE_ONE),
    "Forgejo, a pull request": Case(
        *("Forgejo", "pull request", PULL, INTO),
        on("pull_request", GITEA_ACTIONS="true", FORGEJO_ACTIONS="true"),
        request(),
        title=TITLE,
    ),
    "Forgejo, a push": Case(
        *("Forgejo", *PUSHED),
        on("push", GITEA_ACTIONS="true", FORGEJO_ACTIONS="true"),
        push("@one@", "@two@"),
        SINCE_ONE,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_an_event_brings(case: Case, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(case, sandbox, monkeypatch)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_shallow_clone_is_an_error_until_it_is_deepened(
    case: Case, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_shallow(case, sandbox, monkeypatch)


def test_a_request_in_the_targets_context_is_fetched_not_checked_out(sandbox: Path) -> None:
    event = told(CASES["a pull request in the target's context"], world(sandbox), sandbox)
    assert event.remedy.endswith("then git fetch origin pull/7/head")


def test_a_deletion_has_nothing_to_judge(repo: repos.Repo, sandbox: Path) -> None:
    repos.commit(repo)
    path = repos.write(sandbox / "event.json", json.dumps(push("a" * 40, ZERO)))
    event = events.detect(on("push", GITHUB_EVENT_PATH=str(path)))
    assert event
    assert (event.kind, event.head) == ("deletion", "")
    span = event_range.of_event(event)
    assert (subjects(repo, span), span.label, span.base) == ([], "nothing (deletion)", "")


@pytest.mark.parametrize(
    ("path", "words"),
    [("", "GITHUB_EVENT_PATH is not set"), ("/no/such", "'/no/such' cannot be read"), ("/", "'/' cannot be read")],
    ids=["not named", "no such file", "a folder"],
)
def test_an_event_file_that_is_not_there(path: str, words: str) -> None:
    with pytest.raises(GitpactError, match=words):
        events.detect(on("push", GITHUB_EVENT_PATH=path))


UNTOLD = {
    "no JSON": ("push", b"{", "cannot be read"),
    "no UTF-8": ("push", b'"\xff"', "cannot be read"),
    "too deep": ("push", b"[" * 200_000, "cannot be read"),
    "a list": ("push", b"[]", "after is missing from the event file"),
    "a push without its end": ("push", b'{"before": "1"}', "after is missing from the event file"),
    "a push whose end is a number": ("push", b'{"after": 7}', "after is missing from the event file"),
    "a request without its head": (
        "pull_request",
        b'{"pull_request": {}}',
        r"pull_request\.head\.sha is missing from the event file",
    ),
    "a request that is none": ("pull_request_review", b"7", r"pull_request\.head\.sha is missing from the event file"),
    "a queue without its base": (
        "merge_group",
        b'{"merge_group": {"head_sha": "1"}}',
        r"merge_group\.base_sha is missing from the event file",
    ),
    "a NUL in a name": ("push", b'{"after": "a\\u0000b"}', r"GitHub: 'a\\x00b' is not the name of a commit"),
    "half a character in a name": (
        "push",
        b'{"after": "1", "ref": "refs/heads/\\ud800"}',
        "is not the name of a commit",
    ),
    "a button pressed for nothing": ("workflow_dispatch", b"{}", "does not say which commit"),
}


@pytest.mark.parametrize(("name", "data", "words"), UNTOLD.values(), ids=UNTOLD)
def test_an_event_file_that_does_not_tell(sandbox: Path, name: str, data: bytes, words: str) -> None:
    path = sandbox / "event.json"
    path.write_bytes(data)
    with pytest.raises(GitpactError, match=words):
        events.detect(on(name, GITHUB_EVENT_PATH=str(path), GITHUB_SHA=""))
