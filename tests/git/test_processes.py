"""What git writes is read whole, whenever it comes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from gitpact.git import processes, time_limit

if TYPE_CHECKING:
    from tests.support.repos import Repo


@pytest.mark.parametrize("wide", [processes.WIDE, -1], ids=["a wide pipe", "a system without one"])
def test_long_output_is_read_whole(repo: Repo, wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WIDE", wide)
    (repo.path / "long").write_bytes(b"0123456789" * 100_000)
    oid = repo.git("hash-object", "-w", "long")
    pipe = os.pipe()
    processes._widen(pipe[0])  # noqa: SLF001  whether git fills the pipe before it is read is chance
    for end in pipe:
        os.close(end)
    assert b"".join(processes.begin([["cat-file", "blob", oid]], "")) == b"0123456789" * 100_000


def test_a_field_may_arrive_in_pieces() -> None:
    assert list(processes.split_fields([b"a", b"b", b"c\0d", b"\0e\0"])) == [[b"abc"], [b"d", b"e"]]


@pytest.mark.parametrize(
    ("words", "command"),
    [(["-C", "x", "log"], "log"), (["-c", "a=b", "--no-pager", "fetch"], "fetch"), (["--version"], "--version")],
)
def test_the_command_among_options(words: list[str], command: str) -> None:
    assert processes.command_of(words) == command


def test_without_proc_the_parent_alone_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getppid", lambda: 1 << 30)
    assert time_limit._ancestors() == (1 << 30,)  # noqa: SLF001  whether somebody waits is chance


def test_where_nobody_limits_the_memory_of_others_git_has_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`prlimit` is there on Linux alone."""
    import resource  # noqa: PLC0415  what is taken away here alone

    monkeypatch.delattr(resource, "prlimit")
    assert b"".join(processes.begin([["version"]], "", most_memory=1)).startswith(b"git version")
