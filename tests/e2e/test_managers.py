"""Beside other managers of hooks, for real: before ours and after ours, taken out in both orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support import gits, managers
from tests.support.managers import SEEN, call, ready
from tests.support.repos import bare, commit, gitpact, listing, run, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repos import Repo

pytestmark = pytest.mark.long


class Manager(NamedTuple):
    """How a manager is set up, put in and taken out; `keeps` tells that it runs a hook that was there before its own."""

    name: str
    setup: Callable[[Repo], None]
    put: tuple[tuple[str, ...], ...]
    take: tuple[tuple[str, ...], ...]
    keeps: bool


def each(*words: str) -> tuple[tuple[str, ...], ...]:
    """A command once for every hook."""
    return tuple((*words, "--hook-type", stage) for stage in managers.STAGES)


EVERY = {
    "pre-commit": Manager(
        "pre-commit", managers.framework, each("pre-commit", "install"), each("pre-commit", "uninstall"), keeps=True
    ),
    "prek": Manager("prek", managers.framework, each("prek", "install"), each("prek", "uninstall"), keeps=True),
    "lefthook": Manager(
        "lefthook", managers.lefthook, (("lefthook", "install", "--force"),), (("lefthook", "uninstall"),), keeps=False
    ),
}
each_manager = pytest.mark.parametrize("name", EVERY)


@pytest.fixture
def theirs(repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch) -> Manager:
    """A manager that is set up and not put in."""
    manager = EVERY[name]
    ready(monkeypatch, manager.name)
    manager.setup(repo)
    return manager


def put(repo: Repo, manager: Manager) -> None:
    for words in manager.put:
        call(repo, *words)


def take(repo: Repo, manager: Manager) -> None:
    for words in manager.take:
        call(repo, *words)


def ours(repo: Repo, *words: str) -> str:
    """Run gitpact; gives what it said."""
    done = gitpact(*words, cwd=repo.path)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def judged(repo: Repo) -> bool:
    """Whether gitpact judges a message here, once."""
    done = commit(repo, "no header")
    said = done.stdout + done.stderr
    assert said.count("commit refused") == (1 if done.returncode else 0)
    return bool(done.returncode)


def seen(repo: Repo) -> bool:
    """Whether the other manager's hooks run on a commit that passes."""
    (repo.path / SEEN).unlink(missing_ok=True)
    done = commit(repo)
    assert not done.returncode, done.stdout + done.stderr
    return (repo.path / SEEN).exists()


@each_manager
def test_theirs_first_then_ours(repo: Repo, theirs: Manager) -> None:
    put(repo, theirs)
    before = listing(repo.hooks)
    said = ours(repo, "install", "--via", "files")
    assert f"your hook ({theirs.name}) is kept" in said
    assert judged(repo)
    assert seen(repo)
    assert f"the hook that existed before gitpact was installed ({theirs.name})" in ours(repo, "status")
    ours(repo, "clean")
    assert listing(repo.hooks) == before
    assert not judged(repo)
    assert seen(repo)


@each_manager
def test_theirs_first_and_out_first(repo: Repo, theirs: Manager) -> None:
    put(repo, theirs)
    ours(repo, "install", "--via", "files")
    take(repo, theirs)
    if theirs.keeps:
        assert judged(repo)
    else:
        # It deletes every file there that names it, what we keep for it included: that is said, and mended in one line.
        assert "gitpact clean && gitpact install" in commit(repo).stderr
        assert gitpact("status", cwd=repo.path).returncode == 1
        ours(repo, "clean")
        ours(repo, "install", "--via", "files")
        assert judged(repo)
    ours(repo, "clean")
    assert not judged(repo)


@each_manager
def test_ours_first_then_theirs(repo: Repo, theirs: Manager, sandbox: Path) -> None:
    ours(repo, "install", "--via", "files")
    put(repo, theirs)
    assert seen(repo)
    if theirs.keeps:
        assert judged(repo)
        assert f"live, run by {theirs.name}" in ours(repo, "status")
        assert "already in place" in ours(repo, "install", "--via", "files")
        assert judged(repo)
        there = bare(sandbox / "there.git")
        pushed = run("git", "push", str(there.path), "main", cwd=repo.path)
        assert (pushed.stdout + pushed.stderr).count("gitpact: ok") == 1
    else:
        assert not judged(repo)
        told = gitpact("status", cwd=repo.path)
        assert told.returncode == 1
        assert f"{theirs.name}: gitpact does not check any commit" in told.stdout
        ours(repo, "install", "--via", "files")
        assert judged(repo)
    ours(repo, "clean")
    assert not judged(repo)
    assert seen(repo)
    take(repo, theirs)
    assert not seen(repo)


@each_manager
def test_ours_first_and_theirs_out_first(repo: Repo, theirs: Manager) -> None:
    ours(repo, "install", "--via", "files")
    put(repo, theirs)
    take(repo, theirs)
    assert not seen(repo)
    if not theirs.keeps:
        ours(repo, "install", "--via", "files")
    assert judged(repo)
    ours(repo, "clean")
    assert not judged(repo)


@each_manager
def test_beside_each_other_by_configuration(
    repo: Repo, theirs: Manager, monkeypatch: pytest.MonkeyPatch, sandbox: Path
) -> None:
    """On a new git nothing of theirs is touched, whoever comes first."""
    del sandbox
    gits.first(monkeypatch, gits.newer())
    ours(repo, "install", "--via", "config")
    put(repo, theirs)
    before = listing(repo.hooks)
    assert judged(repo)
    assert seen(repo)
    assert f"hook manager in this repository: {theirs.name}" in ours(repo, "status")
    ours(repo, "clean")
    assert listing(repo.hooks) == before
    ours(repo, "install", "--via", "config")
    take(repo, theirs)
    assert judged(repo)
    assert not seen(repo)


def test_husky(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "husky")
    managers.husky(repo)
    call(repo, "husky")
    assert seen(repo)
    refused = gitpact("install", "--via", "files", cwd=repo.path)
    assert refused.returncode == 2
    assert "this folder belongs to husky, so gitpact does not write into it" in refused.stderr
    gits.first(monkeypatch, gits.newer())
    ours(repo, "install", "--via", "config")
    assert judged(repo)
    assert seen(repo)
    assert "hook manager in this repository: husky (.husky)" in ours(repo, "status")
    call(repo, "husky")
    assert judged(repo)
    ours(repo, "clean")
    assert repo.git("config", "core.hooksPath") == ".husky/_"
    assert seen(repo)
    assert not judged(repo)


def test_simple_git_hooks(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """It deletes and overwrites whatever is there; status sees it, install comes back, configuration is safe."""
    ready(monkeypatch, "simple-git-hooks")
    managers.simple(repo)
    ours(repo, "install", "--via", "files")
    call(repo, "simple-git-hooks")
    told = gitpact("status", cwd=repo.path)
    assert told.returncode == 1
    assert "simple-git-hooks: gitpact does not check any commit" in told.stdout
    ours(repo, "install", "--via", "files")
    assert judged(repo)
    assert seen(repo)
    ours(repo, "clean")
    gits.first(monkeypatch, gits.newer())
    ours(repo, "install", "--via", "config")
    call(repo, "simple-git-hooks")
    assert judged(repo)
    assert seen(repo)


def test_commitlint(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no manager; people call it from a hook of their own, which is chained."""
    ready(monkeypatch, "commitlint")
    (repo.path / "node_modules").symlink_to(managers.MODULES)
    config = 'module.exports = { extends: ["@commitlint/config-conventional"] };\n'
    write(repo.path / "commitlint.config.cjs", config)
    write(repo.hooks / "commit-msg", '#!/bin/sh\ncommitlint --edit "$1"\n', 0o755)
    theirs, both = "feat: Add Things", "feat: add things"
    before = listing(repo.hooks)
    assert "subject-case" in commit(repo, theirs).stderr + commit(repo, theirs).stdout
    ours(repo, "install", "--via", "files")
    refused = commit(repo, theirs)
    assert refused.returncode == 1
    assert "gitpact" not in refused.stderr
    unsigned = ("git", "commit", "-q", "--allow-empty", "-m", both)
    refused = run(*unsigned, cwd=repo.path)
    assert refused.returncode == 1
    assert "sign-off-required" in refused.stderr
    assert not commit(repo, both).returncode
    ours(repo, "clean")
    assert listing(repo.hooks) == before
    assert not run(*unsigned, cwd=repo.path).returncode
