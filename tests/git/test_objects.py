"""Objects as git hands them out."""

from __future__ import annotations

import pytest

from gitpact.errors import GitpactError
from gitpact.git import objects
from tests.support.repos import Repo, write


@pytest.mark.parametrize("sizes", [(0,), (0, 1, 0), (65535, 65536, 65537), (300_000, 3, 300_000)])
def test_contents_come_in_order(repo: Repo, sizes: tuple[int, ...]) -> None:
    """Also those that are empty, and that are longer than a piece."""
    every = [bytes([65 + number]) * size + b"\n" * bool(size) for number, size in enumerate(sizes)]
    oids = [repo.git("hash-object", "-w", str(write(repo.path / "f", data.decode()))) for data in every]
    assert list(objects.contents(oids)) == every
    assert list(objects.contents([])) == []


def test_an_object_that_is_not_here(repo: Repo) -> None:
    here = repo.git("hash-object", "-w", str(write(repo.path / "f", "x")))
    found = objects.contents([here, "1" * 40])
    assert next(found) == b"x"
    with pytest.raises(GitpactError, match=f"{'1' * 40}: this object is not in this clone"):
        next(found)
