"""The gate against git itself: the bytes of a real push, and the files of every new commit by brute force."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from gitpact.checks import pushes
from gitpact.checks.push import outgoing_push
from gitpact.git.ref_updates import NULL
from gitpact.policy import parsing
from gitpact.records import RefUpdate
from tests.support import histories
from tests.support.repos import Repo, bare, init

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 800
EMPTY = 32  # bytes of a pack without objects: header and checksum
POLICY = parsing.parse(f"[push]\nmax-file-size = {LIMIT}\nmax-push-size = 1\n", "test")
SIZED = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def here(sandbox: Path) -> Iterator[Path]:
    """A folder that every example empties again."""
    before = Path.cwd()
    yield sandbox / "exact"
    os.chdir(before)


def refs_of(repo: Repo) -> dict[str, str]:
    """Every ref by name."""
    lines = repo.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split(" ") for line in lines)


def sent(repo: Repo, *refspecs: str) -> int:
    """The bytes of the pack that a real push sends to origin: what `index-pack` or `unpack-objects` there is fed."""
    trace = repo.path.parent / "pack"
    script = f'#!/bin/sh\ntee "{trace}" | git receive-pack "$@"\n'
    wrapper = repo.path.parent / "receive"
    wrapper.write_text(script)
    wrapper.chmod(0o755)
    repo.git("push", "-q", f"--receive-pack={wrapper}", "origin", *refspecs)
    data = trace.read_bytes()
    at = data.find(b"0000PACK")
    return len(data) - at - 4 if at >= 0 else 0


def files_by_brute_force(repo: Repo, new: list[str], old: list[str]) -> set[tuple[str, str]]:
    """(path, blob) above the limit in any commit of `new`, of blobs that no commit of `old` has."""

    def listed(commits: list[str]) -> Iterator[tuple[str, str, int]]:
        for commit in commits:
            for entry in repo.git("ls-tree", "-r", "-l", "-z", commit).split("\0")[:-1]:
                about, _, path = entry.partition("\t")
                _, _, oid, size = about.split()
                yield path, oid, int(size)

    had = {oid for _, oid, _ in listed(old)}
    return {(path, oid) for path, oid, size in listed(new) if size > LIMIT and oid not in had}


@SIZED
@given(data=strategies.data())
def test_bytes_and_files_are_those_of_a_real_push(here: Path, data: strategies.DataObject) -> None:
    if here.exists():
        os.chdir(here.parent)
        shutil.rmtree(here)
    made = data.draw(histories.steps())
    repo = init(here / "repo")
    oids = histories.write(repo, made)
    remote = bare(here / "remote")
    repo.git("remote", "add", "origin", str(remote.path))
    numbers = strategies.integers(0, len(oids) - 1)
    first = data.draw(strategies.lists(numbers, max_size=2, unique=True))
    for number in first:
        repo.git("push", "-q", "origin", f"{oids[number]}:refs/heads/b{number}")
    if data.draw(strategies.booleans()):
        repo.git("gc", "-q")
    then = data.draw(strategies.lists(numbers, min_size=1, max_size=3, unique=True))
    tagged = data.draw(strategies.booleans())
    if tagged:
        repo.git("tag", "-a", "-m", "chore: tag", "t", oids[then[0]])
    force = data.draw(strategies.booleans()) and first
    targets = {f"refs/heads/n{number}": oids[number] for number in then}
    if force:
        targets[f"refs/heads/b{first[0]}"] = oids[then[0]]
    if tagged:
        targets["refs/tags/t"] = repo.git("rev-parse", "refs/tags/t")
    there = refs_of(remote)
    os.chdir(repo.path)
    updates = tuple(RefUpdate(oid, oid, ref, there.get(ref, NULL)) for ref, oid in targets.items())
    push = outgoing_push(updates, "origin", str(remote.path))
    found = pushes.judge(push, POLICY)
    old = repo.git("rev-list", *there.values(), "--").split() if there else []
    new = repo.git("rev-list", *targets.values(), *(f"^{oid}" for oid in there.values()), "--").split()
    assert {(one.blob.path, one.blob.oid) for one in found.files} == files_by_brute_force(repo, new, old)
    for one in found.files:
        assert one.blob.oid in repo.git("ls-tree", "-r", one.blob.commit)
    counted = pushes.start_pack_count(push, 60)()
    real = sent(repo, *(f"+{oid}:{ref}" for ref, oid in targets.items()))
    assert real == (counted if real else 0)
    assert (real > EMPTY) == bool(found.sizes.objects)


def test_a_re_push_of_what_is_there_sends_nothing(repo: Repo, tmp_path: Path) -> None:
    remote = bare(tmp_path / "remote")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    repo.git("remote", "add", "origin", str(remote.path))
    repo.git("push", "-q", "origin", "main")
    oid = repo.git("rev-parse", "HEAD")
    found = pushes.judge(outgoing_push((RefUpdate("main", oid, "refs/heads/other", NULL),), "origin", "x"), POLICY)
    assert (found.sizes.objects, found.sizes.raw, found.files) == (0, 0, ())


def test_what_git_says_it_wrote(repo: Repo, tmp_path: Path) -> None:
    """The same by git's own words on a terminal's progress line."""
    remote = bare(tmp_path / "remote")
    repo.git("remote", "add", "origin", str(remote.path))
    (repo.path / "file").write_bytes(os.urandom(300_000))
    repo.git("add", "file")
    repo.git("commit", "-q", "-m", "feat: x")
    oid = repo.git("rev-parse", "HEAD")
    push = outgoing_push((RefUpdate("main", oid, "refs/heads/main", NULL),), "origin", "x")
    counted = pushes.start_pack_count(push, 60)()
    told = subprocess.run(
        ["git", "push", "--progress", "origin", "main"], cwd=repo.path, capture_output=True, text=True, check=True
    ).stderr
    written = re.search(r"Writing objects: 100% \(3/3\), ([\d.]+) KiB", told)
    assert written
    assert counted is not None
    assert abs(float(written[1]) * 1024 - counted) < 64
