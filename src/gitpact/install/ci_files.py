"""The configuration of a CI platform that runs `gitpact lint --ci`: the files of `docs/ci`, with another source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import gitpact

if TYPE_CHECKING:
    from gitpact.install.source import Source

# By platform: the file of a project, and words in the URL of a remote that tell the platform.
PLATFORMS = {
    "github": (".github/workflows/commits.yml", ("github.",)),
    "gitlab": (".gitlab-ci.yml", ("gitlab",)),
    "gitea": (".gitea/workflows/commits.yml", ("gitea", "codeberg.org", "forgejo")),
    "bitbucket": ("bitbucket-pipelines.yml", ("bitbucket.",)),
    "azure": ("azure-pipelines.yml", ("dev.azure.com", "visualstudio.com")),
    "circleci": (".circleci/config.yml", ()),
    "jenkins": ("Jenkinsfile", ()),
    "buildkite": (".buildkite/pipeline.yml", ()),
    "woodpecker": (".woodpecker/commits.yaml", ()),
    "drone": (".drone.yml", ()),
    "travis": (".travis.yml", ()),
    "cirrus": (".cirrus.yml", ()),
}
PIP = re.compile(r"gitpact==[\d.]+")  # what a file installs
ACTION = re.compile(r"uses: gitpact/gitpact@\S+")
ON_GITHUB = re.compile(r"https://github\.com/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
STEP = "- run: pipx run --spec '{requirement}' gitpact lint --ci"  # where gitpact is no action on GitHub


def folder() -> Path:
    """The folder of the files: in the installed package, or `docs/ci` of a clone."""
    package = Path(gitpact.__file__).parent
    packed = package / "ci_files"
    return packed if packed.is_dir() else package.parents[1] / "docs" / "ci"


def of_url(url: str) -> str:
    """The platform that the URL of a remote tells; "" for a URL that tells none."""
    return next((name for name, (_, words) in PLATFORMS.items() if any(word in url.lower() for word in words)), "")


def text(platform: str, source: Source) -> str:
    """Return the configuration for one of PLATFORMS, in which pip installs gitpact from `source`.

    On GitHub a release and a repository of GitHub are used as an action.
    """
    (path,) = folder().glob(f"{platform}.*")
    found = path.read_text(encoding="utf-8")
    requirement = source.requirement
    if platform != "github":
        return PIP.sub(lambda _: f"'{requirement}'" if "+" in requirement else requirement, found)
    if requirement.startswith("gitpact=="):
        return ACTION.sub(f"uses: gitpact/gitpact@v{requirement.removeprefix('gitpact==')}", found)
    action = ON_GITHUB.fullmatch(source.url)
    step = f"uses: {action['name']}@{source.rev}" if action else STEP.format(requirement=requirement).removeprefix("- ")
    return ACTION.sub(lambda _: step, found)
