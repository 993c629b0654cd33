"""Which folders are repositories, and whether they have changed."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from gitpact.audit import discover
from gitpact.errors import GitpactError
from tests.support.fleets import mirror
from tests.support.repos import bare, commit, init, run, worktree, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repos import Repo


def names(*roots: Path) -> list[str]:
    return [one.name for one in discover.repositories(map(str, roots))]


def test_repositories_are_found_at_any_depth_by_what_is_in_them(sandbox: Path) -> None:
    root = sandbox / "root"
    bare(root / "a" / "b" / "no-suffix")
    init(root / "ordinary")
    (root / "looks.git").mkdir()
    (root / "some" / "refs").mkdir(parents=True)
    assert sorted(names(root)) == ["a/b/no-suffix", "ordinary"]


def test_what_is_in_a_repository_is_not_searched(sandbox: Path) -> None:
    outer = init(sandbox / "root" / "outer")
    init(outer.path / "inner")
    bare(outer.path / ".git" / "modules" / "sub")
    assert names(sandbox / "root") == ["outer"]


def test_a_linked_work_tree_is_its_repository(sandbox: Path) -> None:
    here = init(sandbox / "root" / "z-main")
    commit(here)
    worktree(here, sandbox / "root" / "linked")
    (found,) = discover.repositories([str(sandbox / "root")])
    assert found.git_dir == str(here.path / ".git")


def test_a_file_named_git_leads_only_to_what_is_below_the_root(sandbox: Path) -> None:
    (sandbox / "root").mkdir()
    run("git", "init", "-q", f"--separate-git-dir={sandbox}/elsewhere", "here", cwd=sandbox / "root")
    assert names(sandbox / "root") == []
    (found,) = discover.repositories([str(sandbox / "root" / "here")])
    assert found.git_dir == str(sandbox / "elsewhere"), "what is named may be anywhere"


def test_a_file_named_git_does_not_take_the_place_of_a_repository(sandbox: Path) -> None:
    bare(sandbox / "root" / "zz-victim.git")
    write(sandbox / "root" / "aa" / ".git", "gitdir: ../zz-victim.git\n")
    (sandbox / "root" / "ab").mkdir()
    (sandbox / "root" / "ab" / ".git").symlink_to("../zz-victim.git")
    assert names(sandbox / "root") == ["zz-victim.git"]


def test_what_lacks_a_part_is_a_repository_too(sandbox: Path) -> None:
    """Git will say what is wrong with it."""
    for part in ("HEAD", "objects", "refs"):
        path = bare(sandbox / "root" / f"no {part}").path / part
        path.unlink() if part == "HEAD" else shutil.rmtree(path)
    assert names(sandbox / "root") == ["no HEAD", "no objects", "no refs"]


def test_a_folder_that_cannot_be_opened_is_not_passed_over(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = os.walk

    def refused(top: str, onerror: Callable[[OSError], object]) -> object:
        onerror(PermissionError(13, "Permission denied", f"{top}/closed"))
        return walk(top)

    (sandbox / "root").mkdir()
    monkeypatch.setattr(os, "walk", refused)
    assert names(sandbox / "root") == ["closed"]


def test_a_file_named_git_that_cannot_be_read_is_passed_over(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    write(sandbox / "root" / "a" / ".git", "gitdir: x\n")
    monkeypatch.setattr("builtins.open", refuse)
    assert names(sandbox / "root") == []


def test_names_that_are_no_text_are_told_apart(sandbox: Path) -> None:
    for name in (b"a\xff.git", b"a\xfe.git", "a\ufffd.git".encode(), b"a\\xff.git"):
        bare(sandbox / "root" / os.fsdecode(name))
    found = sorted(names(sandbox / "root"))
    assert len(set(found)) == 4
    assert "".join(found).isprintable()


def test_three_of_one_name(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "relpath", lambda *_: "same")
    for name in "abc":
        bare(sandbox / "root" / name)
    taken = {"same", f"{sandbox}/root/a"}
    assert discover._unique("same", f"{sandbox}/root/a", taken) == f"{sandbox}/root/a (2)"  # noqa: SLF001  a path is unique
    assert len(set(names(sandbox / "root"))) == 3


def test_a_link_below_a_root_is_not_followed_but_a_root_may_be_one(sandbox: Path) -> None:
    bare(sandbox / "away" / "a.git")
    (sandbox / "root").mkdir()
    (sandbox / "root" / "link").symlink_to(sandbox / "away")
    (sandbox / "root" / "link.git").symlink_to(sandbox / "away" / "a.git")
    assert names(sandbox / "root") == []
    assert names(sandbox / "root" / "link") == ["a.git"]


def test_a_root_may_be_a_repository(sandbox: Path) -> None:
    bare(sandbox / "alone.git")
    assert names(sandbox / "alone.git") == ["alone.git"]


def test_the_largest_comes_first_and_the_same_one_once(sandbox: Path) -> None:
    for name, commits in (("small", 1), ("large", 300)):
        mirror(sandbox / "root" / name, commits).git("repack", "-adq")
    assert names(sandbox / "root", sandbox / "root") == ["large", "small"]


def test_two_of_one_name_are_told_apart(sandbox: Path) -> None:
    for root in ("one", "two"):
        bare(sandbox / root / "a.git")
    assert sorted(names(sandbox / "one", sandbox / "two")) == [f"{sandbox}/two/a.git", "a.git"]


def test_a_file_lists_paths_beside_it(sandbox: Path) -> None:
    bare(sandbox / "a.git")
    init(sandbox / "b")
    listed = write(sandbox / "list", f"a.git\n\n{sandbox}/b\n")
    assert sorted(names(listed)) == [f"{sandbox}/b", "a.git"]


def test_a_broken_file_named_git_is_no_repository(sandbox: Path) -> None:
    for number, text in enumerate(("gitdir: /no/where", "nonsense", "")):
        write(sandbox / "root" / str(number) / ".git", text)
    assert names(sandbox / "root") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("a.git\nno\n", "list:2: 'no' is not a repository"), (None, "list: No such file or directory")],
    ids=["a line that is none", "a root that is not there"],
)
def test_mistakes(sandbox: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, said: str) -> None:
    monkeypatch.chdir(sandbox)
    bare(sandbox / "a.git")
    if text is not None:
        write(sandbox / "list", text)
    with pytest.raises(GitpactError) as error:
        discover.repositories(["list"])
    assert str(error.value) == said


def test_a_file_that_cannot_be_read(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(sandbox / "list", "a\n")
    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(GitpactError, match="Permission denied"):
        discover.listed(str(path))


CHANGES: dict[str, Callable[[Repo], object]] = {
    "a commit": lambda repo: mirror(repo.path.parent / "other").git("push", "-q", "--force", repo.path, "main"),
    "a new branch": lambda repo: repo.git("branch", "topic", "main"),
    "a deleted branch": lambda repo: repo.git("branch", "-D", "old"),
    "packed refs": lambda repo: repo.git("pack-refs", "--all"),
    "another HEAD": lambda repo: repo.git("symbolic-ref", "HEAD", "refs/heads/old"),
    "the configuration": lambda repo: repo.git("config", "gitpact.floor", "/x"),
    "a hook": lambda repo: write(repo.path / "hooks" / "pre-receive", "#!/bin/sh\n", 0o755),
    "a hook of a folder of hooks": lambda repo: write(repo.path / "custom_hooks" / "pre-receive.d" / "x", ""),
    "the mode of a hook": lambda repo: (repo.path / "hooks" / "update").chmod(0o644),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_changes_the_fingerprint(sandbox: Path, change: Callable[[Repo], object]) -> None:
    repo = mirror(sandbox / "a.git")
    repo.git("branch", "old", "main")
    write(repo.path / "hooks" / "update", "#!/bin/sh\n", 0o755)
    before = discover.fingerprint(str(repo.path), "x")
    assert discover.fingerprint(str(repo.path), "x") == before
    repo.git("log", "-p")
    assert discover.fingerprint(str(repo.path), "x") == before
    assert discover.fingerprint(str(repo.path), "y") != before
    change(repo)
    assert discover.fingerprint(str(repo.path), "x") != before


UNUSUAL: dict[str, Callable[[Repo], object]] = {
    "a link among the refs": lambda repo: (repo.path / "refs" / "heads" / "link").symlink_to("main"),
    "a folder of refs that is a link": lambda repo: (repo.path / "refs" / "remotes").symlink_to(repo.path.parent),
    "refs that are a link": lambda repo: (repo.path / "refs").rename(repo.path / "r").with_name("refs").symlink_to("r"),
    "packed refs that are a link": lambda repo: (repo.path / "packed-refs").symlink_to("/proc/kmsg"),
    "a pipe": lambda repo: os.mkfifo(repo.path / "shallow"),
    "refs elsewhere": lambda repo: write(repo.path / "commondir", "../other\n"),
    "an included configuration": lambda repo: repo.git("config", "include.path", "../other"),
    "hooks elsewhere": lambda repo: repo.git("config", "core.hooksPath", "/hooks"),
    "a file without end": lambda repo: os.truncate(write(repo.path / "shallow", ""), 1 << 42),
}


@pytest.mark.parametrize("change", UNUSUAL.values(), ids=UNUSUAL)
def test_what_depends_on_other_files_has_no_fingerprint(sandbox: Path, change: Callable[[Repo], object]) -> None:
    repo = mirror(sandbox / "a.git")
    assert discover.fingerprint(str(repo.path), "x")
    change(repo)
    assert discover.fingerprint(str(repo.path), "x") == ""


def test_too_many_files_have_no_fingerprint(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MOST_FILES", 2)
    assert discover.fingerprint(str(mirror(sandbox / "a.git").path), "x") == ""


def test_a_pack_with_holes_is_as_large_as_it_is_on_the_disk(sandbox: Path) -> None:
    os.truncate(write(bare(sandbox / "a.git").path / "objects" / "pack" / "x.pack", "x"), 1 << 40)
    (found,) = discover.repositories([str(sandbox)])
    assert found.size < 1_000_000


def test_a_fingerprint_of_names_that_are_no_text(sandbox: Path) -> None:
    repo = mirror(sandbox / os.fsdecode(b"caf\xe9.git"))
    write(repo.path / "hooks" / os.fsdecode(b"\xff"), "")
    assert len(discover.fingerprint(str(repo.path), "")) == 64


def test_a_linked_work_tree_stands_for_its_repository(sandbox: Path) -> None:
    repo = init(sandbox / "here")
    commit(repo)
    repo.git("worktree", "add", "-q", sandbox / "linked")
    assert discover.git_dir_of(str(sandbox / "linked")) == str(repo.path / ".git")
    assert [one.git_dir for one in discover.repositories([str(sandbox / "linked")])] == [str(repo.path / ".git")]
