"""Rules on files, totals and refs: for each a table of what passes and one of what is found."""

from __future__ import annotations

import pytest

from gitpact.checks import pushed_files
from gitpact.policy import parsing
from gitpact.records import Blob, RefUpdate, Sizes
from gitpact.rules import FAMILIES, findings
from gitpact.rules.commit_registry import COUNTS
from gitpact.rules.push_registry import FILES, REFS, TOTALS, TREE

ONE, TWO, NULL = "1" * 40, "2" * 40, "0" * 40
FIVE = '[push]\nmax-file-size = "5MB"\n'
ASSETS = '[push]\nmax-file-size = "5MB"\n[push.file-limits]\n"assets/**" = "20MB"\n"*.txt" = 10\n'
FILES_PASS = {
    "at the limit": (FIVE, "a.bin", 5_000_000),
    "an empty file": (FIVE, "a.bin", 0),
    "larger where its path allows": (ASSETS, "assets/a.bin", 20_000_000),
    "no limit": ("[push]\nmax-file-size = 0\n", "a.bin", 10**12),
    "a limit that the preset's host does not have": ('[push]\nhost = "gitea"\n', "a.bin", 10**12),
    "a path that is allowed": ('[push]\nforbidden-paths = ["*.pem"]\n', "a.pem.txt", 1),
    "a path at its limit": ("[push]\nmax-path-length = 5\n", "abcde", 1),
    "switched off": (FIVE + '[rules]\nfile-size = "off"\n', "a.bin", 6_000_000),
}
FILES_FAIL = {
    "a byte more": (FIVE, "a.bin", 5_000_001, "file-size/large error"),
    "the last glob that matches counts": (ASSETS, "assets/a.txt", 11, "file-size/large error"),
    "a warning": (FIVE + '[rules]\nfile-size = "warning"\n', "a.bin", 6_000_000, "file-size/large warning"),
    "near the limit of the host": ('[push]\nhost = "github"\n', "a.bin", 51 * 2**20, "file-size/near warning"),
    "beyond the limit of the host": ('[push]\nhost = "github"\n', "a.bin", 101 * 2**20, "file-size/large error"),
    "the project's own limit before the host's": (
        '[push]\nhost = "github"\nmax-file-size = "1MB"\n',
        "a.bin",
        2_000_000,
        "file-size/large error",
    ),
    "a forbidden path": ('[push]\nforbidden-paths = ["*.pem", "a/"]\n', "a/k.pem", 1, "path-forbidden/matches error"),
    "a long path, in bytes": ("[push]\nmax-path-length = 5\n", "图片", 1, "path-length/long error"),
}


@pytest.mark.parametrize(("text", "path", "size"), FILES_PASS.values(), ids=FILES_PASS)
def test_files_that_pass(text: str, path: str, size: int) -> None:
    assert list(pushed_files.judge([Blob(ONE, size, path)], parsing.parse(text, "t"))) == []


@pytest.mark.parametrize(("text", "path", "size", "found"), FILES_FAIL.values(), ids=FILES_FAIL)
def test_files_with_findings(text: str, path: str, size: int, found: str) -> None:
    (one,) = pushed_files.judge([Blob(ONE, size, path)], parsing.parse(text, "t"))
    assert f"{one.finding.rule}/{one.finding.kind} {one.finding.severity}" == found
    assert one.finding.path == path


def test_a_file_that_went_past_git_lfs_is_told_so() -> None:
    (one,) = pushed_files.judge([Blob(ONE, 6_000_000, "a.bin", lfs=True)], parsing.parse(FIVE, "t"))
    assert one.finding.kind == "lfs"


NAMES = '[push]\nbranches = ["main", "release-*", "{type}/*"]\n[rules]\nbranch-name = "error"\n'
PROTECTED = '[push]\nprotected = ["main", "release-*"]\nbranches = []\n'
TAGS = '[push]\ntags = ["v*"]\n'
REFS_PASS = {
    "a listed branch": (NAMES, RefUpdate("", ONE, "refs/heads/main", TWO)),
    "a type": (NAMES, RefUpdate("", ONE, "refs/heads/feat/a/b", NULL)),
    "a glob": (NAMES, RefUpdate("", ONE, "refs/heads/release-1.2", NULL)),
    "a deletion of a wrong name": (NAMES, RefUpdate("", NULL, "refs/heads/wrong", TWO)),
    "notes are no branch (50)": (NAMES, RefUpdate("", ONE, "refs/notes/commits", NULL)),
    "Gerrit's refs are no branches (50)": (NAMES, RefUpdate("", ONE, "refs/for/main", NULL)),
    "any branch": ("[push]\nbranches = []\n", RefUpdate("", ONE, "refs/heads/wrong", NULL)),
    "any type": (NAMES + "[message]\ntypes = []\n", RefUpdate("", ONE, "refs/heads/x/y", NULL)),
    "a tag": (TAGS, RefUpdate("", ONE, "refs/tags/v1", NULL)),
    "a tag's deletion": (TAGS, RefUpdate("", NULL, "refs/tags/1", TWO)),
    "a branch under the rule of tags": (TAGS, RefUpdate("", ONE, "refs/heads/main", NULL)),
    "another than the protected branch": (PROTECTED, RefUpdate("", ONE, "refs/heads/feat/x", TWO)),
    "a protected branch that is not there yet": (PROTECTED, RefUpdate("", ONE, "refs/heads/main", NULL)),
}
REFS_FAIL = {
    "a name of nobody": (NAMES, RefUpdate("", ONE, "refs/heads/x", NULL), "branch-name/near feat/x"),
    "an alias of a type": (NAMES, RefUpdate("", ONE, "refs/heads/feature/x", NULL), "branch-name/near feat/x"),
    "a type in capitals": (NAMES, RefUpdate("", ONE, "refs/heads/Fix/x", NULL), "branch-name/near fix/x"),
    "a dash for the slash": (NAMES, RefUpdate("", ONE, "refs/heads/fix-x", NULL), "branch-name/near fix/x"),
    "a misspelt type": (NAMES, RefUpdate("", ONE, "refs/heads/refator/x", NULL), "branch-name/near refactor/x"),
    "a misspelt branch": (NAMES, RefUpdate("", ONE, "refs/heads/mian", NULL), "branch-name/near main"),
    "nothing near": (
        '[push]\nbranches = ["v*"]\n[rules]\nbranch-name = "error"',
        RefUpdate("", ONE, "refs/heads/x", NULL),
        "branch-name/other ",
    ),
    "a person before a type": (NAMES, RefUpdate("", ONE, "refs/heads/ann/fix/w", NULL), "branch-name/near fix/w"),
    "near a branch that is protected": (
        NAMES.replace("[push]", '[push]\nprotected = ["main"]'),
        RefUpdate("", ONE, "refs/heads/main2", NULL),
        "branch-name/near feat/main2",
    ),
    "a type without more": (NAMES, RefUpdate("", ONE, "refs/heads/feat", NULL), "branch-name/other "),
    "an existing branch": (NAMES, RefUpdate("", ONE, "refs/heads/wip_x", TWO), "branch-name/near feat/wip_x"),
    "a tag": (TAGS, RefUpdate("", ONE, "refs/tags/1", NULL), "tag-name/other "),
    "a protected branch": (PROTECTED, RefUpdate("", ONE, "refs/heads/main", TWO), "protected-ref/pushed "),
    "a protected glob": (PROTECTED, RefUpdate("", ONE, "refs/heads/release-1", TWO), "protected-ref/pushed "),
    "forced": (PROTECTED, RefUpdate("", ONE, "refs/heads/main", TWO, forced=True), "protected-ref/forced "),
    "deleted": (PROTECTED, RefUpdate("", NULL, "refs/heads/main", TWO), "protected-ref/deleted "),
    "a protected tag by its whole name": (
        '[push]\nprotected = ["refs/tags/*"]\n',
        RefUpdate("", NULL, "refs/tags/v1", TWO),
        "protected-ref/deleted ",
    ),
}


@pytest.mark.parametrize(("text", "update"), REFS_PASS.values(), ids=REFS_PASS)
def test_refs_that_pass(text: str, update: RefUpdate) -> None:
    assert list(findings(REFS, [update], parsing.parse(text, "t"))) == []


@pytest.mark.parametrize(("text", "update", "found"), REFS_FAIL.values(), ids=REFS_FAIL)
def test_refs_with_findings(text: str, update: RefUpdate, found: str) -> None:
    (one,) = findings(REFS, [update], parsing.parse(text, "t"))
    assert f"{one.rule}/{one.kind} {dict(one.facts).get('better', '')}" == found
    assert one.ref == update.ref


TOTAL_PASS = {
    "raw within the limit": ("", Sizes(raw=50_000_000)),
    "packed within the limit": ("", Sizes(raw=60_000_000, pack=50_000_000)),
}
TOTAL_FAIL = {
    "packed beyond it": ("", Sizes(raw=60_000_000, pack=50_000_001), "large error"),
    "not counted in time": ("", Sizes(raw=60_000_000), "uncounted warning"),
    "not counted, where that refuses": ('[push]\npast-budget = "refuse"', Sizes(raw=60_000_000), "uncounted error"),
}


@pytest.mark.parametrize(("text", "sizes"), TOTAL_PASS.values(), ids=TOTAL_PASS)
def test_totals_that_pass(text: str, sizes: Sizes) -> None:
    assert list(TOTALS["push-size"](sizes, parsing.parse(text, "t"))) == []


@pytest.mark.parametrize(("text", "sizes", "found"), TOTAL_FAIL.values(), ids=TOTAL_FAIL)
def test_totals_with_findings(text: str, sizes: Sizes, found: str) -> None:
    (one,) = TOTALS["push-size"](sizes, parsing.parse(text, "t"))
    assert f"{one.kind} {one.severity}" == found


def test_the_families() -> None:
    assert FAMILIES["size"] == (*FILES, *TOTALS, *COUNTS)
    assert FAMILIES["refs"] == (*REFS, *TREE)
