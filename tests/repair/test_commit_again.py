"""Which options of a refused `git commit` its retry keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.git import command_line
from gitpact.repair import commit_again, shell

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "nothing": ([], ()),
    "message": (["-m", "x"], ()),
    "message attached": (["-mx"], ()),
    "message long": (["--message", "x", "--file=y"], ()),
    "all and message": (["-am", "x"], ("-a",)),
    "sign-off and edit": (["-s", "-e", "--signoff", "--edit"], ()),
    "amend": (["--amend", "-m", "x"], ("--amend",)),
    "author": (["--author", "B <b@x.org>", "-m", "x"], ("--author", "B <b@x.org>")),
    "author attached": (["--author=B <b@x.org>"], ("--author=B <b@x.org>",)),
    "paths": (["-m", "x", "--", "-m"], ("--", "-m")),
    "path": (["-m", "x", "file"], ("file",)),
    "trailers, which are in the message": (["--trailer", "A: b", "--trailer=C: d", "-a"], ("-a",)),
    "the message of another": (["-a", "-C", "HEAD"], ("--author=Bo <b@x.org>", "--date=@1 +0000", "-a")),
    "the message of another, attached": (["-cHEAD"], ("--author=Bo <b@x.org>", "--date=@1 +0000")),
    "the message of another, long": (["--reuse-message=HEAD"], ("--author=Bo <b@x.org>", "--date=@1 +0000")),
    "long options cut short": (["--mess=x", "--signof", "--all"], ("--all",)),
    "the shortest": (["--me", "x", "-a"], ("-a",)),
    "an author that is said": (["-CHEAD", "--reset-author"], ("--author=Bo <b@x.org>", "--date=@1 +0000")),
    "an option that only looks like one": (["--reset-author", "--no-verify"], ("--reset-author", "--no-verify")),
    "signing key": (["-SKEY", "-m", "x"], ("-SKEY",)),
}


@pytest.mark.parametrize(("words", "left"), CASES.values(), ids=CASES)
def test_kept(words: list[str], left: tuple[str, ...]) -> None:
    author = {"GIT_AUTHOR_NAME": "Bo", "GIT_AUTHOR_EMAIL": "b@x.org", "GIT_AUTHOR_DATE": "@1 +0000"}
    assert commit_again.without_message(words, author) == left


def test_where_processes_are_not_shown_no_commit_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", list)
    assert commit_again.running_commit() == ((), ())


@pytest.mark.parametrize("words", [["git", "ci", "-m", "x"], ["git", "merge"]])
def test_what_is_no_plain_commit_says_nothing(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", lambda: words)
    assert commit_again.running_commit() == ((), ())


def test_what_stood_before_the_command_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", lambda: ["git", "-c", "user.name=A B", "commit", "-am", "x", "--", "f"])
    again = commit_again.running_commit()
    assert not again.elsewhere
    assert shell.joined(commit_again.commit_words(again, "-F", "m")) == "git -c 'user.name=A B' commit -a -F m -- f"


MAGIT = [
    *("git", "--no-pager", "--literal-pathspecs", "-c", "core.preloadindex=true", "-c", "log.showSignature=false"),
    *("-c", "color.ui=false", "-c", "Color.Diff=false", "-c", "commit.gpgSign=true", "--no-optional-locks"),
]


def test_what_programs_pass_and_makes_no_difference_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", lambda: [*MAGIT, "commit", "--edit", "--"])
    assert commit_again.running_commit() == (("-c", "commit.gpgSign=true"), ())
    monkeypatch.setattr(command_line, "words", lambda: [*MAGIT, "commit", "--", "*.c"])
    assert commit_again.running_commit() == (
        ("--literal-pathspecs", "-c", "commit.gpgSign=true"),
        ("--", "*.c"),
    ), "what the path means stays"
    monkeypatch.setattr(command_line, "words", lambda: [*MAGIT, "push", "-v", "origin"])
    assert commit_again.command_line("git push") == "git -c commit.gpgSign=true push -v origin"


def test_a_folder_that_is_called_like_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["git", "-C", "commit", "commit", "-m", "x"]
    monkeypatch.setattr(command_line, "words", lambda: words)
    assert commit_again.commit_words(commit_again.running_commit(), "-F", "m") == (
        *("git", "-C", "commit", "commit"),
        *("-F", "m"),
    )


STAGING = {
    "nothing": (["-m", "x"], ""),
    "all": (["-m", "x", "--all"], "--all"),
    "all cut short": (["--al"], "--al"),
    "all among flags": (["-vam", "x"], "-va"),
    "a key with an a": (["-Sabc", "-uall"], ""),
    "a path": (["-v", "two words", "-m", "x"], "two words"),
    "a path after the end of options": (["--", "-v"], "-v"),
    "an end of options alone": (["--amend", "--"], ""),
    "a dash": (["-"], ""),
    "the value of an option": (["--author", "all", "--date=now"], ""),
}


@pytest.mark.parametrize(("words", "expected"), STAGING.values(), ids=STAGING)
def test_what_puts_files_into_a_commit_by_itself(words: list[str], expected: str) -> None:
    assert commit_again.Again((), commit_again.without_message(words)).staging == expected


SHOWN = {
    "as it was typed": (["git", "push", "origin", "two words"], "git push origin 'two words'"),
    "an alias": (["git", "up"], "git push ..."),
    "an option of git": (["git", "-c", "a.b=c", "push"], "git -c a.b=c push"),
    "elsewhere": (["git", "-C", "there", "-p", "push", "-C"], "git push -C"),
    "elsewhere in two steps": (["git", "-C", "a", "-c", "b=c", "-C", "d", "push"], "git -c b=c push"),
    "what was read from a stream": (["git", "push", "-F", "-"], ""),
    "what was read from a stream, attached": (["git", "push", "-F-"], ""),
    "what was read from a pipe": (["git", "push", "--file", "/dev/fd/63"], ""),
    "the end of options": (["git", "push", "--", "x"], "git push -- x"),
}


@pytest.mark.parametrize(("words", "expected"), SHOWN.values(), ids=SHOWN)
def test_the_command_that_is_typed_again(monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str) -> None:
    monkeypatch.setattr(command_line, "words", lambda: words)
    assert commit_again.command_line("git push") == expected


def test_who_sent_git_elsewhere_has_to_go_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "-c", "a.b=-C", "commit", "-C", "HEAD"])
    assert (commit_again.used_dash_c(), commit_again.person_folder()) == (False, f"{tmp_path}/sub/")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "-C", "sub", "commit"])
    assert (commit_again.used_dash_c(), commit_again.person_folder()) == (True, f"{tmp_path}/")


@pytest.mark.parametrize("option", ["-C", "--git-dir=x", "--work-tree"])
def test_who_stands_elsewhere(option: str) -> None:
    assert commit_again.Again((option, "y")).elsewhere
