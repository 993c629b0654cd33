"""Globs of paths against git's own reading of .gitignore."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.message.pattern_syntax import PatternError
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
    ("*.pem  ", "a.pem"),
    ("a\\ ", "a "),
    ("[[:upper:]_]*.c", "Main.c"),
    ("[![:digit:]].c", "a.c"),
    ("[]a].c", "].c"),
    ("[a\\]].c", "].c"),
    ("[图]?.png", "图片.png"),
    ("[c-a].c", "c.c"),
    ("a**/c", "ab/c"),
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
    ("*.pem ", "a.pem "),
    ("[c-a].c", "a.c"),
    ("[[:alpha:]].c", "0.c"),
    ("[[:alpha:]].c", "图.c"),
    ("a**/c", "a/b/c"),
]


@pytest.mark.parametrize(("glob", "path"), MATCHES)
def test_matches(glob: str, path: str) -> None:
    assert path_globs.matches(glob, path)


@pytest.mark.parametrize(("glob", "path"), OTHERS)
def test_does_not_match(glob: str, path: str) -> None:
    assert not path_globs.matches(glob, path)


@pytest.mark.parametrize("glob", ["[", "a[b", "[a-", "[]", "[!]", "[[:alpha:]", "a\\", "a\\/", "[a\\", "[[:letter:]]"])
def test_one_that_git_never_matches_is_refused(glob: str) -> None:
    with pytest.raises(PatternError, match="'"):
        path_globs.check(glob)


BRACKETS = r"""
    [ab] [!ab] [^a] [a-c] []a] [!]a] [a\]b] [\a-c] [a-] [-a] [a-c-e] [--0] [[:alpha:]] [[:upper:]b] [![:digit:]]
    [[:punct:]] [[:xdigit:]-] [[:graph:]] [[:x] [[:foo:]] [:alpha:] [[:alpha:]-z] [a-[:alpha:]] [[:] [[::]] [a
"""
PIECES = [
    *"abB0~.-_*?/\\ ",
    "**",
    "***",
    "/**/",
    "**/",
    "/**",
    "\\a",
    "\\*",
    "\\/",
    "\\ ",
    "[[:space:]]",
    *BRACKETS.split(),
]
NAMES = [*"abB0ce~*-_[]\\", "ab", "b0", "a*", "a]", ".a", "A-", "x0", "[a", "x-", "a:", "a\\", "a b", "a "]


def test_500_globs_as_git_reads_them(repo: Repo) -> None:
    chosen = random.Random(16)  # noqa: S311  the same globs in each run
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    matched = 0
    for _ in range(500):
        glob = "".join(chosen.choices(PIECES, k=chosen.randint(1, 5)))
        if _is_read_otherwise_before_git_2_53(glob):
            continue
        paths = sorted({"/".join(chosen.choices(NAMES, k=chosen.randint(1, 4))) for _ in range(60)})
        (repo.path / ".git" / "info" / "exclude").write_text(f"{glob}\n")
        told = subprocess.run(
            ["git", "check-ignore", "--no-index", "-z", "--stdin"],
            cwd=repo.path,
            input="\0".join(paths).encode(),
            capture_output=True,
            check=False,
        )
        assert told.returncode < 2, told.stderr
        assert _matched(glob, paths) == sorted(told.stdout.decode().split("\0")[:-1]), glob
        matched += told.returncode == 0
    assert matched > 100


def _matched(glob: str, paths: list[str]) -> list[str]:
    try:
        path_globs.check(glob)
    except PatternError:
        return []
    return [path for path in paths if path_globs.matches(glob, path)]


def _is_read_otherwise_before_git_2_53(glob: str) -> bool:
    """Such as `ab**/c`: there `ab` was cut off first, and `**/` was read as if it began the glob."""
    before, stars, _ = glob.removeprefix("/").partition("**")
    return (
        bool(stars) and not before.endswith(("/", "*")) and before != "" and not any(char in before for char in "*?[\\")
    )
