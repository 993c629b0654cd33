"""Several refs moved at once, or none, while something else is changed under their locks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from gitpact.errors import git_failed
from gitpact.git import processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from subprocess import Popen

COMMAND = "update-ref"


@contextlib.contextmanager
def moved(moves: Iterable[tuple[str, str, str]], why: str) -> Iterator[None]:
    """Move refs when the block ends; while it runs they are locked, and where it raises none of them moves.

    Each move is (full name, old oid, new oid). An old oid of all zeros creates a ref, a new one of all zeros deletes
    it. `why` goes into the reflogs. Raises GitpactError before the block where a ref does not have its old oid, or is
    locked by somebody else, and after the block where git cannot write a ref or its reflog; only then some refs may
    have moved (git-update-ref, `prepare` and `commit`).
    """
    import subprocess  # noqa: PLC0415  hooks import this package, and move no ref

    command = ["git", *processes.safe_options(COMMAND), COMMAND, "-m", why, "--stdin"]
    lines = "".join(f"update {ref} {new} {old}\n" for ref, old, new in moves)
    with subprocess.Popen(
        command,
        env=processes.environment(COMMAND),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as git:
        _ask(git, f"start\n{lines}prepare\n", b"prepare: ok")
        yield
        _ask(git, "commit\n", b"commit: ok")


def _ask(git: Popen[bytes], words: str, expected: bytes) -> None:
    assert git.stdin  # noqa: S101  they are pipes
    assert git.stdout  # noqa: S101
    assert git.stderr  # noqa: S101
    with contextlib.suppress(BrokenPipeError):  # git has ended, and says why
        git.stdin.write(words.encode("utf-8", "surrogateescape"))
        git.stdin.flush()
    for line in git.stdout:
        if line.strip() == expected:
            return
    raise git_failed(COMMAND, git.stderr.read().decode("utf-8", "replace"))
