"""The lines that git writes for hooks of a push, cases 40 to 50 and 59 of docs/how-a-push-is-measured.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import ref_updates
from gitpact.records import RefUpdate

if TYPE_CHECKING:
    from tests.support.repos import Repo

ONE, TWO, NULL = "1" * 40, "2" * 40, "0" * 40
PUSHED = {
    "nothing (42)": ("", []),
    "an update": (
        f"refs/heads/main {ONE} refs/heads/main {TWO}\n",
        [RefUpdate("refs/heads/main", ONE, "refs/heads/main", TWO)],
    ),
    "a source with spaces (40)": (
        f"HEAD^{{/fix bug}} {ONE} refs/heads/x {NULL}\n",
        [RefUpdate("HEAD^{/fix bug}", ONE, "refs/heads/x", NULL)],
    ),
    "a deletion (41)": (f"(delete) {NULL} refs/heads/x {TWO}\n", [RefUpdate("(delete)", NULL, "refs/heads/x", TWO)]),
    "two refs (43)": (
        f"a {ONE} refs/heads/a {NULL}\nb {TWO} refs/heads/b {NULL}\n",
        [RefUpdate("a", ONE, "refs/heads/a", NULL), RefUpdate("b", TWO, "refs/heads/b", NULL)],
    ),
    "SHA-256 (41)": (
        f"a {'a' * 64} refs/heads/a {'0' * 64}\n",
        [RefUpdate("a", "a" * 64, "refs/heads/a", "0" * 64)],
    ),
    "a name that is no UTF-8": (
        f"a {ONE} refs/heads/caf\udce9 {NULL}\n",
        [RefUpdate("a", ONE, "refs/heads/caf\udce9", NULL)],
    ),
    "without the last newline": (f"a {ONE} refs/heads/a {NULL}", [RefUpdate("a", ONE, "refs/heads/a", NULL)]),
}


@pytest.mark.parametrize(("text", "found"), PUSHED.values(), ids=PUSHED)
def test_pushed(text: str, found: list[RefUpdate]) -> None:
    assert list(ref_updates.pushed(text.encode("utf-8", "surrogateescape"))) == found


@pytest.mark.parametrize("null", [NULL, "0" * 64], ids=["SHA-1", "SHA-256"])
def test_null_is_all_zeros_of_any_length(null: str) -> None:
    assert RefUpdate("", null, "x", ONE).deletes
    assert not RefUpdate("", null, "x", ONE).creates
    assert RefUpdate("", ONE, "x", null).creates


def test_received_has_the_ref_last() -> None:
    assert ref_updates.received(f"{ONE} {TWO} refs/heads/main\n".encode()) == (
        RefUpdate("", TWO, "refs/heads/main", ONE),
    )


@pytest.mark.parametrize("read", [ref_updates.pushed, ref_updates.received])
def test_what_is_no_line_of_the_protocol(read: object) -> None:
    assert callable(read)
    with pytest.raises(GitpactError, match=r"this line is not|this line is different"):
        read(b"half a\n")


def test_many_refs_are_read_at_once() -> None:
    data = "".join(f"refs/tags/{number} {ONE} refs/tags/{number} {NULL}\n" for number in range(20_000))
    assert len(ref_updates.pushed(data.encode())) == 20_000


def test_what_pre_commit_tells_instead() -> None:
    told = {
        "PRE_COMMIT_FROM_REF": ONE,
        "PRE_COMMIT_TO_REF": TWO,
        "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/a",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/b",
    }
    assert ref_updates.from_framework(told) == (RefUpdate("refs/heads/a", TWO, "refs/heads/b", ONE),)
    assert ref_updates.from_framework({**told, "PRE_COMMIT_FROM_REF": ""})[0].creates
    assert ref_updates.from_framework({}) == ()


def test_a_framework_that_pushes_a_whole_history_names_the_branch_only(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "x")
    told = {"PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main", "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/b"}
    tip = repo.git("rev-parse", "HEAD")
    assert ref_updates.from_framework(told) == (RefUpdate("refs/heads/main", tip, "refs/heads/b", NULL),)
    with pytest.raises(GitpactError):
        ref_updates.from_framework({**told, "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/gone"})
