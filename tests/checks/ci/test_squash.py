"""The commit that a host makes of a request: by the settings that the job knows, and what is found in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gitpact import message
from gitpact.checks import commit_range
from gitpact.checks.ci import events, squash
from gitpact.policy import parsing
from gitpact.records import Commit, Ident

if TYPE_CHECKING:
    from pathlib import Path

ANN, BOB = Ident("Ann Lee", "ann@example.org"), Ident("Bob Ray", "bob@example.org")
FIRST = "feat: add a page\n\nIt is new.\n"
SECOND = "fix: close it\n\nCo-authored-by: Cat Fox <cat@example.org>\n"


def commit(text: str, author: Ident = ANN) -> Commit:
    return Commit(message.from_bytes(text.encode()), author)


def github(tmp_path: Path, body: str | None = None, **settings: str) -> events.Event:
    request: dict[str, Any] = {"title": "Draft: feat: add a search", "body": body, "head": {"sha": "1" * 40}}
    request["base"] = {"sha": "2" * 40, "ref": "main", "repo": settings}
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"number": 12, "pull_request": request}))
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}
    found = events.detect(variables)
    assert found
    return found


TWO = [commit(FIRST), commit(SECOND, BOB)]
OTHERS = "Bob Ray <bob@example.org>\nCo-authored-by: Cat Fox <cat@example.org>\n"


@pytest.mark.parametrize(
    ("settings", "commits", "text"),
    [
        (
            {},
            TWO,
            (
                "feat: add a search (#12)\n\n* feat: add a page\n\nIt is new.\n\n* fix: close it\n\n"
                f"Co-authored-by: Cat Fox <cat@example.org>\n\n---------\n\nCo-authored-by: {OTHERS}"
            ),
        ),
        ({}, TWO[:1], "feat: add a page (#12)\n\nIt is new.\n"),
        ({"squash_merge_commit_title": "PR_TITLE"}, TWO[:1], "feat: add a search (#12)\n\nIt is new.\n"),
        (
            {"squash_merge_commit_title": "PR_TITLE", "squash_merge_commit_message": "PR_BODY"},
            TWO,
            f"feat: add a search (#12)\n\nthe body\n\nof it\n\n---------\n\nCo-authored-by: {OTHERS}",
        ),
        (
            {"squash_merge_commit_title": "PR_TITLE", "squash_merge_commit_message": "BLANK"},
            TWO,
            f"feat: add a search (#12)\n\nCo-authored-by: {OTHERS}",
        ),
    ],
)
def test_github(tmp_path: Path, settings: dict[str, str], commits: list[Commit], text: str) -> None:
    assert squash.message_of(github(tmp_path, "the body\r\n\r\nof it", **settings), commits) == text


def test_github_puts_the_sign_offs_of_several_commits_behind_a_line(tmp_path: Path) -> None:
    signed = [commit(f"feat: {number}\n\nSigned-off-by: {who}\n", who) for number, who in enumerate((ANN, BOB, ANN))]
    text = squash.message_of(github(tmp_path), signed)
    tail = f"---------\n\nSigned-off-by: {ANN}\nSigned-off-by: {BOB}\nCo-authored-by: {BOB}\n"
    assert text.endswith(f"* feat: 2\n\nSigned-off-by: {ANN}\n\n{tail}")
    assert "---------" not in squash.message_of(github(tmp_path), signed[:1])


def test_gitea_takes_the_title_and_the_description(tmp_path: Path) -> None:
    github(tmp_path, "why")
    variables = {
        "GITEA_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }
    event = events.detect(variables)
    assert event
    for commits in (TWO, TWO[:1]):
        assert squash.message_of(event, commits).startswith("feat: add a search (#12)\n\nwhy\n")


def test_a_squash_commit_is_judged_by_its_files() -> None:
    rules = parsing.parse(
        "[scopes]\napi = ['api/**']\nweb = ['web/**']\n[[path]]\nmatch = 'api/**'\n[path.message]\nbody = 'required'",
        "x",
    )
    found = commit_range.squashed("feat(web): wrong\n", rules, paths=("api/a",)).findings
    assert {one.rule for one in found} == {"scope-paths", "body-required"}


def test_gitlab_and_azure() -> None:
    variables = {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_TITLE": "[Draft] fix: x",
        "CI_MERGE_REQUEST_DESCRIPTION": "why",
        "CI_COMMIT_SHA": "1" * 40,
    }
    gitlab = events.detect(variables)
    assert gitlab
    assert (gitlab.body, gitlab.number) == ("why", "7")
    assert squash.message_of(gitlab, TWO) == "fix: x\n"
    azure = events.detect(
        {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_PULLREQUESTID": "9", "SYSTEM_PULLREQUEST_SOURCECOMMITID": "1" * 40}
    )
    assert azure
    assert azure.title is None
    known = azure._replace(title="fix: x", body="why")
    assert squash.message_of(known, TWO) == "Merged PR 9: fix: x\n\nwhy\n"
    assert squash.message_of(azure, []) == "Merged PR 9:\n" or squash.message_of(azure, []).startswith("Merged PR 9")


def test_what_is_found_in_it(tmp_path: Path) -> None:
    rules = parsing.parse("[message]\nsubject-max = 24", "x")
    event = github(
        tmp_path, "see BREAKING CHANGE below\n\n* fix: more\n" + "x\n" * 40_000, squash_merge_commit_message="PR_BODY"
    )
    result = commit_range.squashed(squash.message_of(event, TWO), rules)
    found = [(one.rule, one.kind, one.severity) for one in result.findings]
    assert found == [
        ("release-notes", "size", "warning"),
        ("release-notes", "prose", "warning"),
        ("release-notes", "nested", "warning"),
    ]
    assert result.special == "squash"
    weighed = parsing.parse("[rules]\nrelease-notes = 'error'", "x")
    assert commit_range.squashed("feat: x\n\nfix: y", weighed).findings[0].severity == "error"
    assert commit_range.squashed("wrong", rules).findings[0].rule == "header-format"
