"""Where this gitpact came from, so that what is generated for others installs the same one (PEP 610)."""

from __future__ import annotations

import json
import re
from importlib import metadata  # noqa: TID251  no hook loads this; the origin stands nowhere else
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gitpact import __version__
from gitpact.errors import GitpactError, Phrase
from gitpact.git.gitpython import ask, at
from gitpact.records import NamedTuple

RELEASE = re.compile(r"gitpact\s*==\s*[\w.!+-]+")
GIT = re.compile(r"(?:gitpact\s*@\s*)?git\+(?P<url>.+?)(?:@(?P<rev>[^@/]+))?")


class Source(NamedTuple):
    """What installs a gitpact: `requirement` as pip takes it; `url` and `rev` of its git repository, "" without one.

    The requirement is one of `gitpact==1.0.0`, `git+URL@REV`, the path of a folder, and the URL of an archive.
    """

    requirement: str
    url: str = ""
    rev: str = ""

    @property
    def local(self) -> bool:
        """Whether it is a folder of this machine, which nobody else has."""
        return self.requirement.startswith("/")


def local_warning(source: Source, command: str) -> Phrase | None:
    """A warning for whoever generates with `command` a file that names a folder of this machine alone; else None."""
    if not source.local:
        return None
    return Phrase(
        "warning: {folder} exists on this machine only; to share it with everybody: {command}",
        folder=source.requirement,
        command=f"{command} --source git+URL@REVISION",
    )


def of_option(text: str) -> Source:
    """The source that a person names, as pip takes it; "" for the one that this gitpact was installed from.

    Raises GitpactError for what is none of the forms of `Source`, and for a folder that is not there.
    """
    if not text:
        return of_this_gitpact()
    found = GIT.fullmatch(text)
    if found:
        rev = found["rev"] or "HEAD"
        return Source(f"git+{found['url']}@{rev}" if found["rev"] else f"git+{found['url']}", found["url"], rev)
    if RELEASE.fullmatch(text) or re.match(r"https?://", text):
        return Source(text)
    folder = Path(text).expanduser()
    if (folder / "pyproject.toml").is_file():
        return _of_folder(folder.resolve())
    raise GitpactError(
        "--source {text!r}: pip cannot install gitpact from this source",
        "give gitpact==VERSION, git+URL@REVISION, or the folder of a clone of gitpact",
        text=text,
    )


def of_this_gitpact() -> Source:
    """What the running gitpact was installed from, by its `direct_url.json`: a repository, a folder or an archive.

    Without that file it came from a package index, by its version. A folder that is a clone is given by its `origin`
    and its commit where that has the commit, so that others find it.
    """
    try:
        direct = json.loads(metadata.distribution("gitpact").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        direct = {}
    url = str(direct.get("url", ""))
    commit = direct.get("vcs_info", {}).get("commit_id", "")
    if commit:
        return Source(f"git+{url}@{commit}", url, commit)
    folder = Path(unquote(urlsplit(url).path))
    if url.startswith("file:") and (folder / "pyproject.toml").is_file():
        return _of_folder(folder)
    return Source(url if url and not url.startswith("file:") else f"gitpact=={__version__}")


def _of_folder(folder: Path) -> Source:
    """A folder that holds gitpact; where it is a clone, its repository and commit."""
    try:
        git = at(folder)
        top = ask(git, "rev-parse", "--show-toplevel")
        commit = ask(git, "rev-parse", "HEAD^{commit}")
    except GitpactError:
        return Source(str(folder))
    if Path(top).resolve() != folder.resolve():
        return Source(str(folder))
    try:
        origin = ask(git, "remote", "get-url", "origin")
        fetched = not ask(git, "rev-list", "--max-count=1", commit, "--not", "--remotes=origin")
    except GitpactError:
        return Source(str(folder), str(folder), commit)
    if fetched and "://" in origin and not origin.startswith("file:"):
        return Source(f"git+{origin}@{commit}", origin, commit)
    return Source(str(folder), str(folder), commit)
