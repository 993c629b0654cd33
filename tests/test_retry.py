"""Which options of a refused `git commit` its retry keeps."""

from __future__ import annotations

import os

import pytest

from gitpact import retry

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
    "signing key": (["-SKEY", "-m", "x"], ("-SKEY",)),
}


@pytest.mark.parametrize(("words", "left"), CASES.values(), ids=CASES)
def test_kept(words: list[str], left: tuple[str, ...]) -> None:
    assert retry.kept(words) == left


def test_where_processes_are_not_shown_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getppid", lambda: "no-such")
    assert retry.options() == ()
