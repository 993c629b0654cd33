"""Where this gitpact came from, and what a person names in its place."""

from __future__ import annotations

import json
from importlib import metadata  # noqa: TID251  what PEP 610 asks is asked in its own way here
from typing import TYPE_CHECKING

import pytest

from gitpact import __version__
from gitpact.errors import GitpactError
from gitpact.install import source
from gitpact.install.source import Source
from tests.support.repos import init, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

OID = "a" * 40
URL = "https://example.org/gitpact.git"


def installed(monkeypatch: pytest.MonkeyPatch, direct: object) -> Source:
    """The source of a gitpact whose installer left this `direct_url.json`; None: none."""

    class Distribution:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if direct is None else direct if isinstance(direct, str) else json.dumps(direct)

    monkeypatch.setattr(metadata, "distribution", lambda _: Distribution())
    return source.of_this_gitpact()


@pytest.fixture
def clone(sandbox: Path) -> Repo:
    """A clone of gitpact, as far as an installer looks."""
    made = init(sandbox / "two words")
    write(made.path / "pyproject.toml", '[project]\nname = "gitpact"')
    made.git("add", ".")
    made.git("commit", "-q", "-m", "x")
    return made


ELSEWHERE = {
    "an index": (None, Source(f"gitpact=={__version__}")),
    "an archive": ({"url": "https://example.org/x.whl", "archive_info": {}}, Source("https://example.org/x.whl")),
    "a repository": (
        {"url": URL, "vcs_info": {"vcs": "git", "commit_id": OID, "requested_revision": "v1"}},
        Source(f"git+{URL}@{OID}", URL, OID),
    ),
    "a folder that is gone": ({"url": "file:///no/such/folder", "dir_info": {}}, Source(f"gitpact=={__version__}")),
    "nothing that can be read": ("{", Source(f"gitpact=={__version__}")),
}


@pytest.mark.parametrize(("direct", "expected"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_of_this_gitpact(monkeypatch: pytest.MonkeyPatch, direct: object, expected: Source) -> None:
    assert installed(monkeypatch, direct) == expected
    assert not expected.local


def test_without_being_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> object:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "distribution", missing)
    assert source.of_this_gitpact() == Source(f"gitpact=={__version__}")


def test_a_clone_that_nobody_else_has(monkeypatch: pytest.MonkeyPatch, clone: Repo) -> None:
    oid = clone.git("rev-parse", "HEAD")
    expected = Source(str(clone.path), str(clone.path), oid)
    assert installed(monkeypatch, {"url": clone.path.as_uri(), "dir_info": {"editable": True}}) == expected
    assert expected.local
    clone.git("remote", "add", "origin", URL)
    assert source.of_option(str(clone.path)) == expected, "its origin does not have the commit"


def test_a_clone_whose_commit_its_origin_has(clone: Repo) -> None:
    oid = clone.git("rev-parse", "HEAD")
    clone.git("remote", "add", "origin", URL)
    clone.git("update-ref", "refs/remotes/origin/main", oid)
    assert source.of_option(str(clone.path)) == Source(f"git+{URL}@{oid}", URL, oid)
    clone.git("remote", "set-url", "origin", "/srv/gitpact.git")
    assert source.of_option(str(clone.path)).local, "a path is of one machine"


def test_a_folder_that_is_no_clone_of_its_own(clone: Repo, sandbox: Path) -> None:
    (clone.path / "vendor").mkdir()
    write(clone.path / "vendor" / "pyproject.toml", "")
    assert source.of_option(str(clone.path / "vendor")) == Source(str(clone.path / "vendor"))
    (sandbox / "plain").mkdir()
    write(sandbox / "plain" / "pyproject.toml", "")
    assert source.of_option(str(sandbox / "plain")) == Source(str(sandbox / "plain"))


OPTIONS = {
    "a release": ("gitpact==1.0", Source("gitpact==1.0")),
    "a repository": (f"git+{URL}", Source(f"git+{URL}", URL, "HEAD")),
    "a repository and a tag": (f"git+{URL}@v1", Source(f"git+{URL}@v1", URL, "v1")),
    "by name": (f"gitpact @ git+{URL}@v1", Source(f"git+{URL}@v1", URL, "v1")),
    "over ssh": (
        "git+ssh://git@x.org/a/b.git",
        Source("git+ssh://git@x.org/a/b.git", "ssh://git@x.org/a/b.git", "HEAD"),
    ),
    "an archive": ("https://x.org/a.tar.gz", Source("https://x.org/a.tar.gz")),
}


@pytest.mark.parametrize(("text", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_of_option(text: str, expected: Source) -> None:
    assert source.of_option(text) == expected


@pytest.mark.parametrize("text", ["no/such/folder", "other==1.0", "git+", "/"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(GitpactError, match="pip cannot install gitpact from this") as caught:
        source.of_option(text)
    assert "git+URL@REVISION" in caught.value.hint
