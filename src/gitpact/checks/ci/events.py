"""What CI is running for, as each platform tells it: one table, a row a platform."""

from __future__ import annotations

from gitpact.checks.ci import event_file, variables
from gitpact.checks.ci.variables import UNKNOWN, Squash
from gitpact.errors import GitpactError
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HINT = (
    "run --ci inside a CI job, with the environment variables that the platform sets; or name the range: gitpact "
    "lint A..B"
)
SHOWN = 200  # characters of a name in an error
CHECKOUT = "fetch-depth: 0 under `with:` of actions/checkout"


class Event(NamedTuple):
    """What a CI job runs for: the commits up to `head`, without those that `base` or the branch `target` has.

    `platform` is the platform's name for people. `kind` is "pull request", "merge queue", "push", "new branch", "tag",
    "deletion", or the platform's word for another event ("schedule"). `head` is the last commit to judge, an object id
    or a revision such as HEAD, "" after a deletion. `base` is an object id, "" where the platform gives none. `target`
    is the branch into which a request goes, else the default branch; `branch` is the one that was pushed; both are
    short names, "" where unknown. `title` is that of the request, None or "" where unknown. With `merged`, `head` may
    be the platform's own merge of the request; its second parent is then the last commit to judge. `remedy` is the
    setting of the platform with which a job clones the whole history. `body` and `number` are those of a request, None
    and "" where unknown, `source` is the branch that it comes from ("" where unknown), and `squash` is how the host
    makes one commit of it.
    """

    platform: str
    kind: str
    base: str
    head: str
    target: str
    title: str | None
    remedy: str
    branch: str = ""
    merged: bool = False
    body: str | None = None
    number: str = ""
    squash: Squash = UNKNOWN
    source: str = ""


class Platform(NamedTuple):
    """A CI platform, recognised by the environment variable `mark`: set to `value`, or to anything if that is "".

    `read` returns the event from the environment. `name` and `remedy` are `platform` and `remedy` of `Event`.
    """

    name: str
    mark: str
    read: Callable[[Mapping[str, str]], variables.JobFacts]
    remedy: str
    value: str = ""


# The first that is recognised. Forgejo's runner also sets GITEA_ACTIONS, both set GITHUB_*; Woodpecker gives plugins
# DRONE_*; JENKINS_URL may be set on a machine that runs another platform's agent.
PLATFORMS = (
    Platform("Forgejo", "FORGEJO_ACTIONS", event_file.gitea, CHECKOUT),
    Platform("Gitea", "GITEA_ACTIONS", event_file.gitea, CHECKOUT),
    Platform("GitHub", "GITHUB_ACTIONS", event_file.github, CHECKOUT),
    Platform("GitLab", "GITLAB_CI", variables.gitlab, "GIT_DEPTH: 0 under `variables:` of the job"),
    Platform("Bitbucket", "BITBUCKET_BUILD_NUMBER", variables.bitbucket, "depth: full under `clone:` of the step"),
    Platform("Azure Pipelines", "TF_BUILD", variables.azure, "fetchDepth: 0 in the step `checkout: self`"),
    Platform("CircleCI", "CIRCLECI", variables.circleci, "method: full in the step `checkout`"),
    Platform(
        "Buildkite",
        "BUILDKITE",
        variables.buildkite,
        "no --depth in BUILDKITE_GIT_CLONE_FLAGS and BUILDKITE_GIT_FETCH_FLAGS",
    ),
    Platform(
        "Woodpecker",
        "CI",
        variables.woodpecker,
        "partial: false and fetch-target-branch: true in the settings of the clone step",
        value="woodpecker",
    ),
    Platform("Drone", "DRONE", variables.drone, "no depth under `clone:` of the pipeline"),
    Platform("Travis CI", "TRAVIS", variables.travis, "depth: false under `git:` in .travis.yml"),
    Platform("Cirrus CI", "CIRRUS_CI", variables.cirrus, "no CIRRUS_CLONE_DEPTH under `env:` of the task"),
    Platform(
        "Jenkins",
        "JENKINS_URL",
        variables.jenkins,
        "shallow: false in cloneOption, and the target branch in the refspec, of the checkout",
    ),
)


def _check_name(platform: str, name: str) -> None:
    """Raise GitpactError for what no process can be given as a word: JSON may hold a NUL, or half a character."""
    try:
        possible = b"\0" not in name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise GitpactError(
            "{platform}: {name!r} is not the name of a commit or a branch", HINT, platform=platform, name=name[:SHOWN]
        )


def detect(environ: Mapping[str, str]) -> Event | None:
    """Return the event that this CI job runs for, by the environment `environ`; None on no platform of PLATFORMS.

    Reads the event file of GitHub, Gitea and Forgejo; starts no process. Raises GitpactError where that file cannot be
    read or is incomplete, where the platform does not give the commit to judge, and where a name that it gives holds a
    NUL or cannot be encoded.
    """
    for platform in PLATFORMS:
        found = environ.get(platform.mark)
        if found and platform.value in {"", found}:
            facts = platform.read(environ)
            for name in (facts.base, facts.head, facts.target, facts.branch, facts.source):
                _check_name(platform.name, name)
            if not facts.head and facts.kind != "deletion":
                raise GitpactError("{name} does not say which commit this job runs for", HINT, name=platform.name)
            return Event(
                platform=platform.name,
                kind=facts.kind,
                base=facts.base,
                head=facts.head,
                target=facts.target,
                title=facts.title,
                remedy=facts.remedy or platform.remedy,
                branch=facts.branch,
                merged=facts.merged,
                body=facts.body,
                number=facts.number,
                squash=facts.squash,
                source=facts.source,
            )
    return None
