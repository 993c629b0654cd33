"""What each platform tells in its environment variables; every reader names the document it follows."""

from __future__ import annotations

from gitpact.checks.ci import MERGE_QUEUE, PULL_REQUEST
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Squash(NamedTuple):
    """How a host makes one commit of a request: what its message is put together from (`squash.message_of`).

    `body` is "PR_BODY" (the description of the request), "COMMIT_MESSAGES" or "BLANK". `numbered` puts ` (#12)` behind
    the title, and `before` is what stands before the number and the title. `co_authors` names those who wrote commits.
    `of_one_commit` takes the header of a single commit for the title. With `separated`, a line `---------` stands
    before the trailers where there is a body, and the sign-offs of several commits are among the trailers.
    """

    body: str = "BLANK"
    numbered: bool = False
    before: str = ""
    co_authors: bool = False
    of_one_commit: bool = False
    separated: bool = False


UNKNOWN = Squash()
FROM_BODY = "PR_BODY"


class JobFacts(NamedTuple):
    """What a platform gives of an event, in the fields of `events.Event`.

    `remedy` is "" except where the platform's usual setting does not help. `body` and `number` are those of a request,
    `source` is the branch that it comes from, "" where unknown, and `squash` is how the host squashes it.
    """

    kind: str
    head: str
    base: str = ""
    target: str = ""
    branch: str = ""
    title: str | None = None
    merged: bool = False
    remedy: str = ""
    body: str | None = None
    number: str = ""
    squash: Squash = UNKNOWN
    source: str = ""


def push_event(head: str, base: str, ref: str, *, target: str = "", kind: str = "push") -> JobFacts:
    """Return the event of a push that moves the ref `ref`, by its full name, from the object `base` to `head`.

    `base` is all zeros for a new ref and "" where unknown. The event's kind is "tag" for a tag, "new branch" for a
    branch with a `base` of zeros, else `kind`; a deletion is not recognised. `target` is the branch to compare with, ""
    where the platform does not give it.
    """
    before = base if base.strip("0") else ""
    if ref.startswith("refs/tags/"):
        return JobFacts("tag", head, before, target)
    kind = "new branch" if base and not before else kind
    return JobFacts(kind, head, before, target, ref.removeprefix("refs/heads/"))


def full_ref(branch: str, tag: str) -> str:
    """refs/tags/TAG if there is a tag, else refs/heads/BRANCH."""
    return f"refs/tags/{tag}" if tag else f"refs/heads/{branch}"


def gitlab(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a GitLab CI job from its environment variables; raises nothing where one is unset.

    Source: docs.gitlab.com, "Predefined CI/CD variables reference".

    In a merged results pipeline CI_COMMIT_SHA is GitLab's own merge, and CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is set.
    CI_COMMIT_BEFORE_SHA is all zeros on a new branch, but also when a person or a schedule runs the pipeline.
    """
    get = environ.get
    head = get("CI_COMMIT_SHA", "")
    if get("CI_MERGE_REQUEST_IID"):
        return JobFacts(
            PULL_REQUEST,
            get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or head,
            base=get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
            target=get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
            title=get("CI_MERGE_REQUEST_TITLE"),
            body=get("CI_MERGE_REQUEST_DESCRIPTION"),
            number=get("CI_MERGE_REQUEST_IID", ""),
            squash=Squash(),
            source=get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ""),
        )
    if get("CI_EXTERNAL_PULL_REQUEST_IID"):
        return JobFacts(
            PULL_REQUEST,
            get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA") or head,
            base=get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA", ""),
            target=get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", ""),
            source=get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", ""),
        )
    source = get("CI_PIPELINE_SOURCE") or "push"
    return push_event(
        head,
        get("CI_COMMIT_BEFORE_SHA", "") if source == "push" else "",
        full_ref(get("CI_COMMIT_BRANCH", ""), get("CI_COMMIT_TAG", "")),
        target=get("CI_DEFAULT_BRANCH", ""),
        kind=source,
    )


def bitbucket(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Bitbucket Pipelines job from its environment variables; raises nothing where one is unset.

    Source: support.atlassian.com, "Variables and secrets"; "Clone depth not applying for pull request pipelines".

    The destination is merged into the source before the steps run, so HEAD is not the source's last commit;
    BITBUCKET_COMMIT is. BITBUCKET_PR_DESTINATION_COMMIT has 12 digits.
    """
    get = environ.get
    head = get("BITBUCKET_COMMIT", "")
    if get("BITBUCKET_PR_ID"):
        base, target = get("BITBUCKET_PR_DESTINATION_COMMIT", ""), get("BITBUCKET_PR_DESTINATION_BRANCH", "")
        return JobFacts(PULL_REQUEST, head, base, target, source=get("BITBUCKET_BRANCH", ""))
    return push_event(head, "", full_ref(get("BITBUCKET_BRANCH", ""), get("BITBUCKET_TAG", "")))


def azure(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of an Azure Pipelines job from its environment variables; raises nothing where one is unset.

    Source: learn.microsoft.com, "Use predefined variables": the variables of the system and of the build.

    In a pull request BUILD_SOURCEVERSION is Azure's own merge. SYSTEM_PULLREQUEST_TARGETBRANCH is a full ref in Azure
    Repos, a short name for GitHub's.
    """
    get = environ.get
    head = get("BUILD_SOURCEVERSION", "")
    if get("SYSTEM_PULLREQUEST_PULLREQUESTID"):
        source = get("SYSTEM_PULLREQUEST_SOURCECOMMITID", "")
        target = get("SYSTEM_PULLREQUEST_TARGETBRANCH", "").removeprefix("refs/heads/")
        number = get("SYSTEM_PULLREQUEST_PULLREQUESTID", "")
        template = Squash(FROM_BODY, before="Merged PR ")
        branch = get("SYSTEM_PULLREQUEST_SOURCEBRANCH", "").removeprefix("refs/heads/")
        return JobFacts(
            PULL_REQUEST,
            source or head,
            target=target,
            merged=not source,
            number=number,
            squash=template,
            source=branch,
        )
    return push_event(head, "", get("BUILD_SOURCEBRANCH", ""))


def circleci(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a CircleCI job from its environment variables; raises nothing where one is unset.

    Source: circleci.com/docs, "Project values and variables".

    No variable holds the base, which is only a pipeline value (`pipeline.git.base_revision`), so base and target are
    "". Of a request from a fork CIRCLE_BRANCH is pull/7.
    """
    get = environ.get
    head = get("CIRCLE_SHA1", "")
    if get("CIRCLE_PULL_REQUEST") or get("CIRCLE_PR_NUMBER"):
        branch = get("CIRCLE_BRANCH", "")
        return JobFacts(PULL_REQUEST, head, source="" if branch.startswith("pull/") else branch)
    return push_event(head, "", full_ref(get("CIRCLE_BRANCH", ""), get("CIRCLE_TAG", "")))


def buildkite(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Buildkite job from its environment variables; raises nothing where one is unset.

    Source: buildkite.com/docs, "Environment variables".

    BUILDKITE_COMMIT may be a name such as HEAD; BUILDKITE_PULL_REQUEST is "false" outside of pull requests.
    """
    get = environ.get
    head, default = get("BUILDKITE_COMMIT", ""), get("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "")
    if get("BUILDKITE_MERGE_QUEUE_BASE_COMMIT"):
        base, target = get("BUILDKITE_MERGE_QUEUE_BASE_COMMIT", ""), get("BUILDKITE_MERGE_QUEUE_BASE_BRANCH", "")
        return JobFacts(MERGE_QUEUE, head, base, target)
    if get("BUILDKITE_PULL_REQUEST", "false") != "false":
        target = get("BUILDKITE_PULL_REQUEST_BASE_BRANCH") or default
        return JobFacts(PULL_REQUEST, head, target=target, source=get("BUILDKITE_BRANCH", ""))
    return push_event(head, "", full_ref(get("BUILDKITE_BRANCH", ""), get("BUILDKITE_TAG", "")), target=default)


def woodpecker(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Woodpecker job from its environment variables; raises nothing where one is unset.

    Source: woodpecker-ci.org/docs, "Environment variables".

    CI_PREV_COMMIT_SHA is the commit of the last pipeline, whatever that ran for, so it is the base only where both
    pipelines run for a push.
    """
    get = environ.get
    head, event = get("CI_COMMIT_SHA", ""), get("CI_PIPELINE_EVENT") or "push"
    if event.startswith("pull_request"):
        target = get("CI_COMMIT_TARGET_BRANCH", "")
        return JobFacts(PULL_REQUEST, head, target=target, source=get("CI_COMMIT_SOURCE_BRANCH", ""))
    after_push = event == "push" and get("CI_PREV_PIPELINE_EVENT") == "push"
    return push_event(
        head,
        get("CI_PREV_COMMIT_SHA", "") if after_push else "",
        get("CI_COMMIT_REF") or full_ref(get("CI_COMMIT_BRANCH", ""), get("CI_COMMIT_TAG", "")),
        target=get("CI_REPO_DEFAULT_BRANCH", ""),
        kind=event,
    )


def drone(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Drone job from its environment variables; raises nothing where one is unset.

    Source: docs.drone.io, "Environment reference".
    """
    get = environ.get
    head, event = get("DRONE_COMMIT_SHA", ""), get("DRONE_BUILD_EVENT") or "push"
    if event == "pull_request":
        return JobFacts(
            PULL_REQUEST,
            head,
            target=get("DRONE_TARGET_BRANCH", ""),
            title=get("DRONE_PULL_REQUEST_TITLE") or None,
            source=get("DRONE_SOURCE_BRANCH", ""),
        )
    return push_event(
        head,
        get("DRONE_COMMIT_BEFORE", "") if event == "push" else "",
        get("DRONE_COMMIT_REF") or full_ref(get("DRONE_COMMIT_BRANCH", ""), get("DRONE_TAG", "")),
        target=get("DRONE_REPO_BRANCH", ""),
        kind=event,
    )


def travis(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Travis CI job from its environment variables; raises nothing where one is unset.

    Source: docs.travis-ci.com, "Environment Variables".

    TRAVIS_COMMIT_RANGE begins with the commit before the push, and is empty for a new branch; in a pull request
    TRAVIS_COMMIT is Travis' own merge.
    """
    get = environ.get
    before, _, _ = get("TRAVIS_COMMIT_RANGE", "").partition("..")
    if get("TRAVIS_PULL_REQUEST", "false") != "false":
        source = get("TRAVIS_PULL_REQUEST_SHA", "")
        head, target = source or get("TRAVIS_COMMIT", ""), get("TRAVIS_BRANCH", "")
        branch = get("TRAVIS_PULL_REQUEST_BRANCH", "")
        return JobFacts(PULL_REQUEST, head, before, target, merged=not source, source=branch)
    kind, tag = get("TRAVIS_EVENT_TYPE") or "push", get("TRAVIS_TAG", "")
    base = before if kind == "push" and not tag else ""
    return push_event(get("TRAVIS_COMMIT", ""), base, full_ref(get("TRAVIS_BRANCH", ""), tag), kind=kind)


def cirrus(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Cirrus CI job from its environment variables; raises nothing where one is unset.

    Source: cirrus-ci.org, "Writing Tasks", "Environment Variables".

    CIRRUS_BASE_SHA and CIRRUS_BASE_BRANCH are set in pull requests only.
    """
    get = environ.get
    head = get("CIRRUS_CHANGE_IN_REPO", "")
    if get("CIRRUS_PR"):
        return JobFacts(PULL_REQUEST, head, get("CIRRUS_BASE_SHA", ""), get("CIRRUS_BASE_BRANCH", ""))
    return push_event(head, "", full_ref(get("CIRRUS_BRANCH", ""), get("CIRRUS_TAG", "")))


def jenkins(environ: Mapping[str, str]) -> JobFacts:
    """Return the event of a Jenkins job from its environment variables; raises nothing where one is unset.

    Source: Jenkins' own page /env-vars.html of a multibranch project, and the git plugin's variables.

    GIT_COMMIT is the head of a request or its merge into the target, as the branch source is configured. Scripted
    pipelines have no GIT_* variables; `head` is then "HEAD".
    """
    get = environ.get
    head = get("GIT_COMMIT") or "HEAD"
    if get("CHANGE_TARGET"):
        target, source = get("CHANGE_TARGET", ""), get("CHANGE_BRANCH", "")
        return JobFacts(PULL_REQUEST, head, target=target, title=get("CHANGE_TITLE"), merged=True, source=source)
    before = get("GIT_PREVIOUS_SUCCESSFUL_COMMIT") or get("GIT_PREVIOUS_COMMIT", "")
    branch = get("BRANCH_NAME") or get("GIT_BRANCH", "").removeprefix("origin/")
    return push_event(head, before, full_ref(branch, get("TAG_NAME", "")))
