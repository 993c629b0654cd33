"""What git says when it fails is shown as git wrote it, its own line on the fault first."""

from __future__ import annotations

import pytest

from gitpact.errors import git_failed

SAID = {
    "one line": ("fatal: bad revision\n", "git log: fatal: bad revision", ()),
    "advice below": (
        "fatal: dubious ownership\nTo add an exception:\n\n\tgit config x\n",
        "git log: fatal: dubious ownership",
        ("To add an exception:", "\tgit config x"),
    ),
    "a warning above": ("warning: odd\nerror: no such remote\n", "git log: error: no such remote", ("warning: odd",)),
    "no word on what it is": ("what\nelse\n", "git log: what", ("else",)),
    "nothing": ("", "git log: ", ()),
}


@pytest.mark.parametrize(("said", "message", "below"), SAID.values(), ids=SAID)
def test_an_error_of_git(said: str, message: str, below: tuple[str, ...]) -> None:
    error = git_failed("log", said)
    assert (str(error), error.below) == (message, below)
