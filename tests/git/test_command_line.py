"""What the words of the git command that runs a hook say."""

from __future__ import annotations

import os

import pytest

from gitpact.git import command_line


def test_where_processes_are_not_shown_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getppid", lambda: "no-such")
    assert command_line.words() == []


def test_a_git_that_is_far_above_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "GENERATIONS", 1)
    assert command_line.words() == []


QUIET = [
    ["git", "push", "-q"],
    ["git", "-C", "x", "push", "--quiet", "origin"],
    ["git", "push", "-fq"],
    ["git", "push", "--qui", "origin", "main"],
    ["git", "push", "-v", "-q"],
    ["git", "push", "-o", "x", "-q"],
]
LOUD = [
    ["git", "push"],
    ["git", "push", "-q", "-v"],
    ["git", "push", "--quiet", "--no-quiet"],
    ["git", "push", "-o", "-q"],
    ["git", "push", "-oq"],
    ["git", "push", "--push-option", "-q"],
    ["git", "push", "--", "-q"],
    ["git", "push", "origin", "q"],
    ["git", "fetch", "-q"],
    ["git", "-p"],
    [],
]


@pytest.mark.parametrize("words", QUIET)
def test_a_push_that_asks_for_silence(words: list[str]) -> None:
    assert command_line.quiet_push(words)


@pytest.mark.parametrize("words", LOUD)
def test_a_push_that_does_not(words: list[str]) -> None:
    assert not command_line.quiet_push(words)


CLEANUPS = {
    "none": (["git", "commit", "-m", "x"], ""),
    "attached": (["git", "commit", "--cleanup=strip"], "strip"),
    "apart": (["git", "commit", "--cleanup", "verbatim", "-a"], "verbatim"),
    "cut short": (["git", "commit", "--clean=scissors"], "scissors"),
    "nothing behind it": (["git", "commit", "--cleanup"], ""),
    "twice": (["git", "commit", "--cleanup=strip", "--cleanup=verbatim"], "verbatim"),
    "twice, in both forms": (["git", "-c", "a.b=c", "commit", "--cleanup", "verbatim", "--cleanup=strip"], "strip"),
    "a message of that name": (["git", "commit", "-m", "--cleanup=strip"], ""),
    "a path of that name": (["git", "commit", "--", "--cleanup=strip"], ""),
    "no command line": ([], ""),
}


@pytest.mark.parametrize(("words", "expected"), CLEANUPS.values(), ids=CLEANUPS)
def test_the_cleanup_of_a_command_line(words: list[str], expected: str) -> None:
    assert command_line.cleanup(words) == expected


VERBOSE = {
    "short": (["git", "commit", "-v"], True),
    "in a cluster": (["git", "commit", "-avs", "-F", "m"], True),
    "cut short": (["git", "commit", "--verb"], True),
    "switched off again": (["git", "commit", "-v", "--no-verbose"], False),
    "no hooks": (["git", "commit", "--no-verify"], None),
    "a value of a short option": (["git", "commit", "-mv"], None),
    "a key's name": (["git", "commit", "-Sv"], None),
    "a value of its own": (["git", "commit", "-m", "-v"], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize(("words", "expected"), VERBOSE.values(), ids=VERBOSE)
def test_whether_a_command_line_is_verbose(words: list[str], *, expected: bool | None) -> None:
    assert command_line.verbose(words) is expected


@pytest.mark.parametrize(
    ("option", "expected"),
    [("--allow-empty-message", True), ("--allow-empty-m", True), ("--allow-empty", False), ("--allow-e", False)],
)
def test_whether_a_command_line_allows_an_empty_message(option: str, *, expected: bool) -> None:
    assert command_line.allows_empty(["git", "commit", option, "-m", ""]) is expected
