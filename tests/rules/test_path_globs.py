"""Globs of paths against git's own reading of .gitignore."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from gitpact.rules import path_globs

if TYPE_CHECKING:
    from tests.support.repos import Repo

MATCHES = [
    ("*.pem", "a.pem"),
    ("*.pem", "deep/down/a.pem"),
    ("/top.txt", "top.txt"),
    ("dist/", "dist/main.js"),
    ("dist/", "a/dist/b/main.js"),
    ("node_modules", "a/node_modules/x/y.js"),
    ("assets/**", "assets/a/b.png"),
    ("**/secret", "a/b/secret"),
    ("a/**/z", "a/z"),
    ("a/**/z", "a/b/c/z"),
    ("doc/*.txt", "doc/a.txt"),
    ("?.c", "x.c"),
    ("[a-c].c", "b.c"),
    ("[!a-c].c", "d.c"),
    ("图*.png", "图片.png"),
    (r"\*.c", "*.c"),
    (".env", "deploy/.env"),
]
OTHERS = [
    ("*.pem", "a.pem.txt"),
    ("/top.txt", "a/top.txt"),
    ("dist/", "dist"),
    ("doc/*.txt", "doc/a/b.txt"),
    ("doc/*.txt", "x/doc/a.txt"),
    ("assets/**", "assets"),
    ("?.c", "/c"),
    ("[a-c].c", "d.c"),
    (r"\*.c", "x.c"),
    ("a.c", "abc"),
    ("[", "x"),
]


@pytest.mark.parametrize(("glob", "path"), MATCHES)
def test_matches(glob: str, path: str) -> None:
    assert path_globs.matches(glob, path)


@pytest.mark.parametrize(("glob", "path"), OTHERS)
def test_does_not_match(glob: str, path: str) -> None:
    assert not path_globs.matches(glob, path)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    glob=strategies.text("ab*?/.", min_size=1, max_size=6).filter(
        lambda glob: glob.strip("/*") and "//" not in glob and "***" not in glob
    ),
    names=strategies.lists(
        strategies.lists(
            strategies.text("ab.", min_size=1, max_size=3).filter(lambda part: part not in {".", ".."}),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_as_git_reads_them(repo: Repo, glob: str, names: list[list[str]]) -> None:
    wanted = sorted({"/".join(parts) for parts in names})
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "exclude").write_text(f"{glob}\n")
    told = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repo.path,
        input="\0".join(wanted).encode(),
        capture_output=True,
        check=False,
    ).stdout
    assert [path for path in wanted if path_globs.matches(glob, path)] == sorted(told.decode().split("\0")[:-1])
