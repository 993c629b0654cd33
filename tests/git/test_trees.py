"""The files that commits add or change, each with the commit and its time; git's own log is the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.git import trees
from tests.support.repos import Repo, init, write

if TYPE_CHECKING:
    from pathlib import Path


def made(repo: Repo, **files: str | None) -> str:
    """A commit that writes these files, or deletes those that are None."""
    for name, text in files.items():
        if text is None:
            repo.git("rm", "-q", name)
        else:
            write(repo.path / name, text)
            repo.git("add", name)
    repo.git("commit", "-q", "--allow-empty", "-m", "x")
    return repo.git("rev-parse", "HEAD")


def listed(repo: Repo, *span: str) -> dict[str, list[tuple[str, str]]]:
    return {
        one.oid.decode(): sorted(
            (path.decode(), repo.git("cat-file", "blob", blob.decode())) for blob, path in one.files
        )
        for one in trees.commits_with_files(span)
    }


def test_what_each_commit_brings(repo: Repo) -> None:
    first = made(repo, a="1", b="2")
    second = made(repo, a="3", b=None)
    third = made(repo)
    assert listed(repo, "HEAD") == {third: [], second: [("a", "3")], first: [("a", "1"), ("b", "2")]}
    assert listed(repo, f"{first}..HEAD").keys() == {second, third}


def test_a_merge_brings_only_what_no_parent_has(repo: Repo) -> None:
    made(repo, a="1\n2\n3\n4\n5\n")
    repo.git("switch", "-q", "-c", "topic")
    made(repo, b="theirs")
    repo.git("switch", "-q", "main")
    made(repo, c="ours")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    merge = made(repo, d="new in the merge")
    assert listed(repo, "HEAD")[merge] == [("d", "new in the merge")]


def test_strange_names_and_a_submodule(repo: Repo, sandbox: Path) -> None:
    other = init(sandbox / "other")
    made(other, x="x")
    name = "two\nlines :000000 图"
    commit = made(repo, **{name: "1"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "sub")
    second = made(repo)
    found = listed(repo, "HEAD")
    assert found[commit] == [(name, "1")]
    assert [path for path, _ in found[second]] == [".gitmodules"]


def test_a_folder_is_no_file_at_the_top(repo: Repo) -> None:
    write(repo.path / "folder" / "a", "a")
    write(repo.path / "b", "b")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "x")
    assert trees.root_files("HEAD", ["folder", ".", "b"], 10) == {"b": b"b"}
    assert trees.root_files("HEAD", ["."], 10) == {}


def test_no_commits(repo: Repo) -> None:
    made(repo)
    assert [*trees.commits_with_files(("HEAD", "^HEAD"))] == []
