"""The journal of an install: which folders it names after the repository was copied or moved."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install import installed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def common(tmp_path: Path) -> Path:
    """The common git directory of a repository with folders of hooks inside, in its work tree and elsewhere."""
    found = tmp_path / "one" / ".git"
    (found / "hooks").mkdir(parents=True)
    for folder in (found / "hooks", tmp_path / "one" / "githooks", tmp_path / "elsewhere"):
        installed.write(found, ("commit-msg",), folder)
    return found


def moved(common: Path, how: Callable[[Path, Path], object]) -> Path:
    there = common.parent.with_name("two")
    how(common.parent, there)
    return there / ".git"


def test_where_it_was_written(common: Path) -> None:
    top = common.parent
    assert installed.read(common).folders == (common / "hooks", top / "githooks", top.with_name("elsewhere"))


def test_a_copy_knows_nothing_of_the_folders_of_the_original(common: Path) -> None:
    there = moved(common, shutil.copytree)
    assert installed.read(there) == (("commit-msg",), (there / "hooks", there.parent / "githooks"))


def test_after_a_move_all_is_known(common: Path) -> None:
    there = moved(common, Path.rename)
    assert installed.read(there).folders == (
        *(there / "hooks", there.parent / "githooks"),
        common.parent.with_name("elsewhere"),
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"hooks": 1, "folders": [], "common": ""}'])
def test_what_cannot_be_read_names_nothing(common: Path, text: str) -> None:
    (common / "gitpact" / "installed").write_text(text)
    assert installed.read(common) == ((), ())
