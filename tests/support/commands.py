"""Commands of gitpact, called in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.cli import app, entry

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Call = Callable[..., tuple[int, str, str]]


def caller(name: str, capfd: pytest.CaptureFixture[str]) -> Call:
    """What runs `gitpact NAME` with the words it gets, and returns its exit code, its output and its errors."""

    def call(*args: object) -> tuple[int, str, str]:
        code = entry.exit_code_of(lambda: app.main([name, *map(str, args)]))
        said = capfd.readouterr()
        return code, said.out, said.err

    return call
