"""What is kept of policy and settings: right whatever changes, silent where it cannot be kept."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import cache, config, head, query, shared_permissions
from gitpact.git import message_settings as git_settings
from gitpact.policy import files, in_force
from gitpact.records import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

KEPT = ".git/gitpact/policy"


def load(repo: Repo) -> tuple[tuple[str, ...], str]:
    """The types and the comment string in force."""
    policy = in_force.of_work_tree(str(repo.path), ".git").policy
    return policy.types, git_settings.read(".git").comment


def types(repo: Repo, name: str, file: str = "gitpact.toml", table: str = "message") -> None:
    (repo.path / file).write_text(f'[{table}]\ntypes = ["{name}"]\n')


def no_git(*_: str) -> list[tuple[str, str, str]]:
    raise AssertionError("git was asked although nothing changed")


def test_nothing_is_asked_while_nothing_changes(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    types(repo, "one")
    repo.age()
    first = load(repo)
    assert (repo.path / KEPT).is_file()
    monkeypatch.setattr(config, "entries", no_git)
    monkeypatch.setattr(files, "in_work_tree", no_git)
    assert load(repo) == first == (("one",), "#")


def test_a_changed_policy_is_read_again(repo: Repo) -> None:
    types(repo, "one")
    repo.age()
    assert load(repo)[0] == ("one",)
    types(repo, "two")
    assert load(repo)[0] == ("two",)


def test_a_policy_that_appears_or_goes_is_seen(repo: Repo) -> None:
    repo.age()
    assert "feat" in load(repo)[0]
    types(repo, "in-pyproject", "pyproject.toml", "tool.gitpact.message")
    assert load(repo)[0] == ("in-pyproject",)
    types(repo, "own")
    assert load(repo)[0] == ("own",)
    (repo.path / "gitpact.toml").unlink()
    (repo.path / "pyproject.toml").unlink()
    assert "feat" in load(repo)[0]


def test_a_pyproject_that_does_not_name_us_is_not_parsed(repo: Repo) -> None:
    (repo.path / "pyproject.toml").write_text("this is no TOML")
    assert "feat" in load(repo)[0]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('[project]\nname = "gitpact"\n', "built-in preset"),
        ('tool = "gitpact"\n', "built-in preset"),
        ('[tool.gitpact]\npreset = "strict"\n', "pyproject.toml"),
        ('tool.gitpact.preset = "strict"\n', "pyproject.toml"),
        ("gitpact =\n", "pyproject.toml"),
    ],
    ids=["named in passing", "no table", "table", "dotted key", "broken"],
)
def test_a_pyproject_counts_when_it_has_our_table(repo: Repo, text: str, source: str) -> None:
    (repo.path / "pyproject.toml").write_text(text)
    assert files.in_work_tree(str(repo.path)).name == source


def test_changed_configuration_is_asked_again(repo: Repo) -> None:
    repo.age()
    assert load(repo)[1] == "#"
    repo.git("config", "core.commentChar", ";")
    assert load(repo)[1] == ";"
    repo.age()
    assert load(repo)[1] == ";"
    repo.git("config", "--global", "core.commentChar", "@")
    repo.git("config", "--unset", "core.commentChar")
    assert load(repo)[1] == "@"


def test_configuration_of_the_command_line_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.age()
    load(repo)
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.commentChar'=';'")
    assert load(repo)[1] == ";"
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.commentChar'='@'")
    assert load(repo)[1] == "@"
    monkeypatch.delenv("GIT_CONFIG_PARAMETERS")
    assert load(repo)[1] == "#"


def test_included_configuration_is_asked_each_time(repo: Repo) -> None:
    """An include may name a file that is not there yet, or hang on the branch."""
    other = repo.path / ".git/other"
    repo.git("config", "include.path", "other")
    repo.age()
    assert load(repo)[1] == "#"
    other.write_text("[core]\n\tcommentChar = @\n")
    os.utime(other, (time.time() - 3600,) * 2)
    assert load(repo)[1] == "@"


def test_what_was_changed_just_now_is_not_kept(repo: Repo) -> None:
    """It may change again within the same time stamp."""
    types(repo, "one")
    load(repo)
    assert not (repo.path / KEPT).exists()


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xe9\x05\x00\x00\x00", b"N", b"i\x01\x00\x00\x00"])
def test_a_damaged_file_counts_as_none(repo: Repo, damage: bytes) -> None:
    repo.age()
    first = load(repo)
    (repo.path / KEPT).write_bytes(damage)
    assert load(repo) == first


def test_where_nothing_can_be_kept_the_policy_still_holds(repo: Repo) -> None:
    (repo.path / ".git/gitpact").write_text("a file in the way")
    repo.age()
    assert "feat" in load(repo)[0]


def test_a_policy_that_is_no_text_is_an_error(repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(GitpactError, match=r"^gitpact.toml: cannot be read as UTF-8 text"):
        load(repo)
    (repo.path / "gitpact.toml").unlink()
    (repo.path / "gitpact.toml").mkdir()
    with pytest.raises(GitpactError, match=r"^gitpact.toml: not a regular file"):
        load(repo)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], Settings()),
        ([("core.commentchar", ";")], Settings(comment=";")),
        ([("commit.cleanup", "verbatim")], Settings(cleanup="verbatim")),
        ([("commit.verbose", "true")], Settings(verbose=True)),
        ([("commit.verbose", "2")], Settings(verbose=True)),
        ([("commit.verbose", "0")], Settings()),
        ([("commit.verbose", "true"), ("commit.verbose", "false")], Settings()),
        ([("i18n.commitencoding", "GBK")], Settings(encoding="GBK")),
        ([("trailer.separators", ":#")], Settings(separators=":#")),
        ([("trailer.see.key", "Refs"), ("trailer.see.where", "end")], Settings(trailer_keys=("see", "Refs", "see"))),
    ],
    ids=[
        "nothing",
        "comment",
        "cleanup",
        "verbose",
        "verbose 2",
        "verbose 0",
        "last wins",
        "encoding",
        "separators",
        "keys",
    ],
)
def test_settings(entries: list[tuple[str, str]], expected: Settings) -> None:
    assert config.settings([("file:x", key, value) for key, value in entries]) == expected


@pytest.mark.parametrize(("version", "comment"), [((2, 44), "#"), ((2, 45), "//")])
def test_comment_string_counts_where_git_knows_it(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], comment: str
) -> None:
    monkeypatch.setattr(query, "version", lambda: version)
    assert config.settings([("", "core.commentstring", "//")]).comment == comment


def test_a_chain_of_refs_ends(repo: Repo) -> None:
    git_dir = str(repo.path / ".git")
    for number in range(9):
        repo.git("symbolic-ref", f"refs/heads/n{number}", f"refs/heads/n{number + 1}")
    assert head.symref_chain(git_dir, "refs/heads/n7") == [f"refs/heads/n{number}" for number in (7, 8, 9)]
    assert len(head.symref_chain(git_dir, "refs/heads/n0")) == head.MOST_LINKS + 1


@pytest.mark.parametrize("user", [0, 12345])
def test_a_file_is_as_shared_as_the_git_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int) -> None:
    """Whatever the umask; what root writes belongs to the owner of the directory."""
    given: list[str] = []
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "chown", lambda path, *_: given.append(path))
    tmp_path.chmod(0o2775)
    before = os.umask(0o077)
    try:
        cache.write(str(tmp_path / "gitpact" / "x"), b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "gitpact").stat().st_mode & 0o7777 == 0o2775
    assert (tmp_path / "gitpact" / "x").stat().st_mode & 0o777 == 0o664
    assert bool(given) is (user == 0)


@pytest.mark.parametrize(
    ("value", "mode"),
    [
        ("", 0o640),
        ("umask", 0o640),
        ("group", 0o660),
        ("all", 0o664),
        ("0666", 0o666),
        ("0600", 0o600),
        ("0111", 0o640),
    ],
)
def test_core_shared_repository(repo: Repo, value: str, mode: int) -> None:
    if value:
        repo.git("config", "core.sharedRepository", value)
    assert shared_permissions.of_file(0o640) == mode
