"""The platforms that tell everything in variables, over a real repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.checks.ci import events
from gitpact.errors import GitpactError
from tests.checks.ci import test_actions
from tests.checks.ci.test_world import (
    FEATURE,
    MERGED,
    PULL,
    QUEUE,
    REVERSED,
    ZERO,
    Case,
    judge,
    judge_shallow,
)

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "feat: all of it"
OLDER, NEWER = "@base3@..@two@ (pull request into main)", "@base4@..@two@ (pull request into main)"
SINCE_ONE = frozenset({"merge", "two"})
TOLD = ("push", FEATURE, "@one@..@two@ (push: feature)")  # what was there before the push is told
UNTOLD = ("push", FEATURE, "@base4@..@two@ (push: feature)")
TAG = ("tag", FEATURE, "@base4@..@two@ (tag)")


def gitlab(source: str, **more: str) -> dict[str, str]:
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": source,
        "CI_COMMIT_SHA": "@two@",
        "CI_COMMIT_BEFORE_SHA": ZERO,
        **more,
    }


REQUEST = {
    "CI_MERGE_REQUEST_IID": "7",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "@base3@",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_TITLE": TITLE,
}
RESULT = {"CI_COMMIT_SHA": "@synthetic@", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "@two@"}
EXTERNAL = {
    "CI_EXTERNAL_PULL_REQUEST_IID": "7",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA": "@two@",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA": "@base3@",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
}
BITBUCKET = {"CI": "true", "BITBUCKET_BUILD_NUMBER": "12", "BITBUCKET_COMMIT": "@two@"}
BITBUCKET_REQUEST = {
    "BITBUCKET_BRANCH": "feature",
    "BITBUCKET_PR_ID": "7",
    "BITBUCKET_PR_DESTINATION_BRANCH": "main",
    "BITBUCKET_PR_DESTINATION_COMMIT": "@base4:12@",
}
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": MERGED, "BUILD_SOURCEVERSION": "@synthetic@"}
AZURE_REQUEST = {
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
    "SYSTEM_PULLREQUEST_SOURCECOMMITID": "@two@",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
}
CIRCLE = {"CI": "true", "CIRCLECI": "true", "CIRCLE_SHA1": "@two@"}
BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_COMMIT": "@two@",
    "BUILDKITE_BRANCH": "feature",
    "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
    "BUILDKITE_PULL_REQUEST": "false",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "",
}


def woodpecker(event: str, **more: str) -> dict[str, str]:
    return {
        "CI": "woodpecker",
        "DRONE": "true",
        "CI_PIPELINE_EVENT": event,
        "CI_COMMIT_SHA": "@two@",
        "CI_COMMIT_BRANCH": "feature",
        "CI_REPO_DEFAULT_BRANCH": "main",
        "CI_PREV_COMMIT_SHA": "@one@",
        "CI_PREV_PIPELINE_EVENT": "push",
        **more,
    }


def drone(event: str, **more: str) -> dict[str, str]:
    return {
        "CI": "true",
        "DRONE": "true",
        "DRONE_BUILD_EVENT": event,
        "DRONE_COMMIT_SHA": "@two@",
        "DRONE_COMMIT_BEFORE": "@one@",
        "DRONE_COMMIT_BRANCH": "feature",
        "DRONE_REPO_BRANCH": "main",
        **more,
    }


def travis(**more: str) -> dict[str, str]:
    return {
        "CI": "true",
        "TRAVIS": "true",
        "TRAVIS_EVENT_TYPE": "push",
        "TRAVIS_BRANCH": "feature",
        "TRAVIS_COMMIT": "@two@",
        "TRAVIS_COMMIT_RANGE": "@one:12@...@two:12@",
        "TRAVIS_PULL_REQUEST": "false",
        "TRAVIS_PULL_REQUEST_SHA": "",
        **more,
    }


TRAVIS_REQUEST = {
    "TRAVIS_EVENT_TYPE": "pull_request",
    "TRAVIS_BRANCH": "main",
    "TRAVIS_COMMIT": "@synthetic@",
    "TRAVIS_COMMIT_RANGE": "@base3:12@...@two:12@",
    "TRAVIS_PULL_REQUEST": "7",
}
CIRRUS = {"CI": "true", "CIRRUS_CI": "true", "CIRRUS_CHANGE_IN_REPO": "@two@"}
JENKINS = {"CI": "true", "JENKINS_URL": "https://ci.example.org/", "BRANCH_NAME": "feature"}
CHANGE = {"BRANCH_NAME": "PR-7", "CHANGE_ID": "7", "CHANGE_TARGET": "main"}
CASES = {
    "GitLab, a merge request": Case(
        *("GitLab", "pull request", PULL, OLDER), gitlab("merge_request_event", **REQUEST), title=TITLE
    ),
    "GitLab, a merged result": Case(
        *("GitLab", "pull request", MERGED, OLDER), gitlab("merge_request_event", **(REQUEST | RESULT)), title=TITLE
    ),
    "GitLab, a pull request of GitHub": Case(
        *("GitLab", "pull request", FEATURE, OLDER), gitlab("external_pull_request_event", **EXTERNAL)
    ),
    "GitLab, a branch": Case(
        *("GitLab", *TOLD),
        gitlab("push", CI_COMMIT_BRANCH="feature", CI_COMMIT_BEFORE_SHA="@one@"),
        judged=SINCE_ONE,
    ),
    "GitLab, a new branch": Case(
        *("GitLab", "new branch", FEATURE, "@base4@..@two@ (new branch: feature)"),
        gitlab("push", CI_COMMIT_BRANCH="feature"),
    ),
    "GitLab, a tag": Case("GitLab", *TAG, gitlab("push", CI_COMMIT_TAG="v2")),
    "GitLab, a branch by schedule": Case(
        *("GitLab", "schedule", FEATURE, "@base4@..@two@ (schedule: feature)"),
        gitlab("schedule", CI_COMMIT_BRANCH="feature"),
    ),
    "Bitbucket, a pull request": Case(
        *("Bitbucket", "pull request", REVERSED, NEWER), {**BITBUCKET, **BITBUCKET_REQUEST}
    ),
    "Bitbucket, a branch": Case("Bitbucket", *UNTOLD, {**BITBUCKET, "BITBUCKET_BRANCH": "feature"}),
    "Bitbucket, a tag": Case("Bitbucket", *TAG, {**BITBUCKET, "BITBUCKET_TAG": "v2"}),
    "Azure, a pull request": Case(*("Azure Pipelines", "pull request", MERGED, NEWER), {**AZURE, **AZURE_REQUEST}),
    "Azure, a pull request of GitHub, its commit untold": Case(
        *("Azure Pipelines", "pull request", MERGED, NEWER),
        {**AZURE, "SYSTEM_PULLREQUEST_PULLREQUESTID": "77", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
    ),
    "Azure, a branch": Case(
        *("Azure Pipelines", *UNTOLD), {**AZURE, "BUILD_SOURCEBRANCH": FEATURE, "BUILD_SOURCEVERSION": "@two@"}
    ),
    "CircleCI, a pull request": Case(
        *("CircleCI", "pull request", FEATURE, "@base4@..@two@ (pull request)"),
        {**CIRCLE, "CIRCLE_BRANCH": "feature", "CIRCLE_PULL_REQUEST": "https://github.com/a/b/pull/7"},
    ),
    "CircleCI, a branch": Case("CircleCI", *UNTOLD, {**CIRCLE, "CIRCLE_BRANCH": "feature"}),
    "CircleCI, a tag": Case("CircleCI", *TAG, {**CIRCLE, "CIRCLE_TAG": "v2"}),
    "Buildkite, a pull request": Case(
        *("Buildkite", "pull request", FEATURE, NEWER),
        {**BUILDKITE, "BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
    ),
    "Buildkite, a merge queue": Case(
        *("Buildkite", "merge queue", QUEUE, "@base4@..@queued@ (merge queue into main)"),
        {
            **BUILDKITE,
            "BUILDKITE_COMMIT": "@queued@",
            "BUILDKITE_MERGE_QUEUE_BASE_BRANCH": "main",
            "BUILDKITE_MERGE_QUEUE_BASE_COMMIT": "@base4@",
        },
        judged=frozenset({"one", "merge", "two", "queued"}),
    ),
    "Buildkite, a branch, its commit by name": Case("Buildkite", *UNTOLD, {**BUILDKITE, "BUILDKITE_COMMIT": "HEAD"}),
    "Buildkite, a tag": Case("Buildkite", *TAG, {**BUILDKITE, "BUILDKITE_TAG": "v2"}),
    "Woodpecker, a pull request": Case(
        *("Woodpecker", "pull request", PULL, NEWER),
        woodpecker("pull_request", CI_COMMIT_BRANCH="main", CI_COMMIT_TARGET_BRANCH="main"),
    ),
    "Woodpecker, a push after a push": Case(
        *("Woodpecker", *TOLD), woodpecker("push", CI_COMMIT_REF=FEATURE), judged=SINCE_ONE
    ),
    "Woodpecker, a push after another's request": Case(
        *("Woodpecker", *UNTOLD), woodpecker("push", CI_PREV_PIPELINE_EVENT="pull_request")
    ),
    "Drone, a pull request": Case(
        *("Drone", "pull request", MERGED, NEWER),
        drone("pull_request", DRONE_TARGET_BRANCH="main", DRONE_PULL_REQUEST_TITLE=TITLE),
        title=TITLE,
    ),
    "Drone, a push": Case("Drone", *TOLD, drone("push", DRONE_COMMIT_REF=FEATURE), judged=SINCE_ONE),
    "Drone, a branch by schedule": Case(
        *("Drone", "cron", FEATURE, "@base4@..@two@ (cron: feature)"), drone("cron", DRONE_PULL_REQUEST_TITLE="")
    ),
    "Travis, a pull request": Case(
        *("Travis CI", "pull request", MERGED, OLDER), travis(**TRAVIS_REQUEST, TRAVIS_PULL_REQUEST_SHA="@two@")
    ),
    "Travis, a pull request, its commit untold": Case(
        *("Travis CI", "pull request", MERGED, OLDER), travis(**TRAVIS_REQUEST)
    ),
    "Travis, a push": Case("Travis CI", *TOLD, travis(), judged=SINCE_ONE),
    "Travis, a new branch": Case("Travis CI", *UNTOLD, travis(TRAVIS_COMMIT_RANGE="")),
    "Travis, a tag": Case("Travis CI", *TAG, travis(TRAVIS_BRANCH="v2", TRAVIS_TAG="v2")),
    "Cirrus, a pull request": Case(
        *("Cirrus CI", "pull request", PULL, OLDER),
        {
            **CIRRUS,
            "CIRRUS_BRANCH": "pull/7",
            "CIRRUS_PR": "7",
            "CIRRUS_BASE_BRANCH": "main",
            "CIRRUS_BASE_SHA": "@base3@",
        },
    ),
    "Cirrus, a branch": Case("Cirrus CI", *UNTOLD, {**CIRRUS, "CIRRUS_BRANCH": "feature"}),
    "Cirrus, a tag": Case("Cirrus CI", *TAG, {**CIRRUS, "CIRRUS_TAG": "v2"}),
    "Jenkins, a request as it is": Case(
        *("Jenkins", "pull request", PULL, NEWER),
        {**JENKINS, **CHANGE, "GIT_COMMIT": "@two@", "CHANGE_TITLE": TITLE},
        title=TITLE,
    ),
    "Jenkins, a request merged, of a scripted pipeline": Case(
        *("Jenkins", "pull request", MERGED, NEWER), {**JENKINS, **CHANGE}
    ),
    "Jenkins, a branch that was good before": Case(
        *("Jenkins", *TOLD),
        {
            **JENKINS,
            "GIT_COMMIT": "@two@",
            "GIT_PREVIOUS_COMMIT": "@merge@",
            "GIT_PREVIOUS_SUCCESSFUL_COMMIT": "@one@",
        },
        judged=SINCE_ONE,
    ),
    "Jenkins, a branch of a freestyle job": Case(
        *("Jenkins", *UNTOLD),
        {**JENKINS, "BRANCH_NAME": "", "GIT_COMMIT": "@two@", "GIT_BRANCH": "origin/feature"},
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


REMEDIES = {
    "Forgejo": "fetch-depth: 0",
    "Gitea": "fetch-depth: 0",
    "GitHub": "fetch-depth: 0",
    "GitLab": "GIT_DEPTH: 0",
    "Bitbucket": "depth: full",
    "Azure Pipelines": "fetchDepth: 0",
    "CircleCI": "method: full",
    "Buildkite": "BUILDKITE_GIT_CLONE_FLAGS",
    "Woodpecker": "partial: false",
    "Drone": "no depth",
    "Travis CI": "depth: false",
    "Cirrus CI": "no CIRRUS_CLONE_DEPTH",
    "Jenkins": "shallow: false",
}


def test_every_platform_has_its_own_remedy_and_a_case() -> None:
    assert [row.name for row in events.PLATFORMS] == list(REMEDIES)
    assert all(REMEDIES[row.name] in row.remedy for row in events.PLATFORMS)
    tried = {case.platform for case in [*CASES.values(), *test_actions.CASES.values()]}
    assert tried == set(REMEDIES)


def test_elsewhere_nothing_is_recognised() -> None:
    assert events.detect({"CI": "true", "GITHUB_ACTIONS": "", "PATH": "/bin"}) is None


def test_a_job_without_its_commit_is_no_deletion() -> None:
    with pytest.raises(GitpactError, match="GitLab does not say which commit"):
        events.detect({"GITLAB_CI": "true"})


SOURCES = {
    "GitLab": {"GITLAB_CI": "true", **REQUEST, "CI_COMMIT_SHA": "1", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feat/12"},
    "GitLab, of elsewhere": {
        "GITLAB_CI": "true",
        **EXTERNAL,
        "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME": "feat/12",
    },
    "Bitbucket": {
        "BITBUCKET_BUILD_NUMBER": "1",
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_COMMIT": "1",
        "BITBUCKET_BRANCH": "feat/12",
    },
    "Azure": {
        "TF_BUILD": "True",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "BUILD_SOURCEVERSION": "1",
        "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feat/12",
    },
    "CircleCI": {"CIRCLECI": "true", "CIRCLE_SHA1": "1", "CIRCLE_PULL_REQUEST": "x", "CIRCLE_BRANCH": "feat/12"},
    "Buildkite": {
        "BUILDKITE": "true",
        "BUILDKITE_COMMIT": "1",
        "BUILDKITE_PULL_REQUEST": "7",
        "BUILDKITE_BRANCH": "feat/12",
    },
    "Woodpecker": {
        "CI": "woodpecker",
        "CI_COMMIT_SHA": "1",
        "CI_PIPELINE_EVENT": "pull_request",
        "CI_COMMIT_SOURCE_BRANCH": "feat/12",
    },
    "Drone": {
        "DRONE": "true",
        "DRONE_COMMIT_SHA": "1",
        "DRONE_BUILD_EVENT": "pull_request",
        "DRONE_SOURCE_BRANCH": "feat/12",
    },
    "Travis": {
        "TRAVIS": "true",
        "TRAVIS_PULL_REQUEST": "7",
        "TRAVIS_PULL_REQUEST_SHA": "1",
        "TRAVIS_PULL_REQUEST_BRANCH": "feat/12",
    },
    "Jenkins": {"JENKINS_URL": "x", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "feat/12"},
}


@pytest.mark.parametrize("environ", SOURCES.values(), ids=SOURCES)
def test_the_branch_of_a_request(environ: dict[str, str]) -> None:
    event = events.detect(environ)
    assert event
    assert (event.kind, event.source, event.branch) == ("pull request", "feat/12", "")


def test_a_request_from_a_fork_has_no_branch_here() -> None:
    event = events.detect({**SOURCES["CircleCI"], "CIRCLE_BRANCH": "pull/7"})
    assert event
    assert event.source == ""
