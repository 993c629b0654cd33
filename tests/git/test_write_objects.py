"""Trees that are written again with some paths changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.git import write_objects
from tests.support.repos import write

if TYPE_CHECKING:
    from gitpact.git.write_objects import Trees
    from tests.support.repos import Repo


def test_a_tree_without_a_path_is_written_once_for_all_commits_that_have_it(repo: Repo) -> None:
    for name in ("a", "big", "kept/big", "gone/big", "kept/b"):
        path = repo.path / name
        path.parent.mkdir(exist_ok=True)
        write(path, name)
    repo.git("add", ".")
    tree = repo.git("write-tree")
    edits = dict.fromkeys(("big", "kept/big", "gone/big"))
    known: Trees = {}
    made = write_objects.write_tree(tree, edits, known)
    assert repo.git("ls-tree", "-r", "--name-only", made).splitlines() == ["a", "kept/b"]
    written = dict(known)
    assert write_objects.write_tree(tree, edits, known) == made
    assert known == written
    assert write_objects.write_tree(tree, edits, {(tree, frozenset(edits.items())): "kept"}) == "kept"
