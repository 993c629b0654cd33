"""The lines of git's walk, added up."""

from __future__ import annotations

import pytest

from gitpact.checks import object_sizes
from gitpact.errors import GitpactError
from gitpact.records import Blob

OIDS = [f"{number}" * 40 for number in range(6)]
LINES = [
    [f"200 150 commit {OIDS[0]} ".encode(), f"30 30 tree {OIDS[1]} ".encode()],
    [
        f"900 300 blob {OIDS[2]} two words".encode(),
        f"5 14 blob {OIDS[3]} caf\udce9".encode("utf-8", "surrogateescape"),
        f"5000 90 blob {OIDS[4]} ".encode(),
        f"100 90 tag {OIDS[5]} v1".encode(),
    ],
]


def test_counts_and_sums() -> None:
    found = object_sizes.measure(LINES)
    assert (found.objects, found.commits, found.raw, found.disk) == (6, 1, 6235, 674)
    assert (found.blobs, found.large, found.pack) == ((), (), None)


def test_what_is_above_the_floor_and_what_is_largest() -> None:
    found = object_sizes.measure(LINES, smallest=899, top=2)
    assert found.large == (Blob(OIDS[2], 900, "two words"), Blob(OIDS[4], 5000, ""))
    assert [blob.size for blob in found.blobs] == [5000, 900]
    assert [blob.path for blob in object_sizes.measure(LINES, top=9).blobs] == ["", "two words", "caf\udce9"]


def test_no_more_are_kept_than_a_refusal_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_sizes, "MOST_LARGE", 1)
    assert len(object_sizes.measure(LINES, smallest=1).large) == 1


def test_a_missing_object_is_an_error_and_never_passed_over() -> None:
    with pytest.raises(GitpactError, match=f"git cat-file: {OIDS[0]} missing"):
        object_sizes.measure([[f"{OIDS[0]} missing".encode()]])
