"""Where a branch has no command that mends it, or a narrower one: what is not its own is never made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.programs import need_git
from tests.support.repos import Repo, gitpact, run, write

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"


@pytest.fixture
def branch(repo: Repo) -> Repo:
    """A repository with one commit on main; the test stands on a branch of it."""
    _commit(repo, "chore: start", "start")
    repo.git("switch", "-q", "-c", "feat/x")
    return repo


def _commit(repo: Repo, message: str, file: str = "", *options: str) -> None:
    if file:
        write(repo.path / file, message)
        repo.git("add", file)
    repo.git("commit", "-q", "--allow-empty", "-m", f"{message}\n\n{SIGNED}", *options)


def _printed(span: str = "main..") -> list[str]:
    """The commands that mend the branch, each up to the commit it begins at."""
    found = gitpact("lint", span).stdout.splitlines()
    commands = [line.split(": ", 1)[1].partition("   ")[0] for line in found if ": git " in line]
    return [command.rsplit(" ", 1)[0] for command in commands]


def _merge(repo: Repo, *options: str) -> None:
    """A branch with a wrong commit is merged into another, both of them not published."""
    _commit(repo, "bad", "one")
    repo.git("switch", "-q", "-c", "feat/y", "main")
    _commit(repo, "feat: y", "two")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'feat/x' into feat/y", *options, "feat/x")


def _clean(repo: Repo) -> None:
    _merge(repo)


def _evil(repo: Repo) -> None:
    _merge(repo)
    write(repo.path / "evil", "added while merging")
    repo.git("add", "evil")
    repo.git("commit", "-q", "--amend", "--no-edit")


def _ours(repo: Repo) -> None:
    _merge(repo, "-s", "ours")


def _resolved(repo: Repo) -> None:
    _commit(repo, "bad", "one")
    repo.git("switch", "-q", "-c", "feat/y", "main")
    _commit(repo, "feat: y", "one")
    run("git", "merge", "-q", "--no-ff", "feat/x", cwd=repo.path)
    write(repo.path / "one", "by hand")
    repo.git("add", "one")
    repo.git("commit", "-q", "-m", "Merge branch 'feat/x' into feat/y")


def _octopus(repo: Repo) -> None:
    _commit(repo, "bad", "one")
    for name in "yz":
        repo.git("switch", "-q", "-c", f"feat/{name}", "main")
        _commit(repo, f"feat: {name}", name)
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branches", "feat/x", "feat/y")


def _upstream(repo: Repo, message: str = f"bad\n\n{SIGNED}") -> None:
    """What others published is merged into the branch after its wrong commit, as a host's button does it."""
    write(repo.path / "one", "x")
    repo.git("add", "one")
    repo.git("commit", "-q", "-m", message)
    repo.git("switch", "-q", "main")
    _commit(repo, "feat: theirs", "theirs")
    repo.git("switch", "-q", "feat/x")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'main' into feat/x", "main")


def _upstream_unsigned(repo: Repo) -> None:
    _upstream(repo, "feat: one")


def _forbidden(repo: Repo) -> None:
    write(repo.path / "gitpact.toml", "[message]\nmax-parents = 1\n")
    _merge(repo)


def _published(repo: Repo) -> None:
    _commit(repo, "bad", "one")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("remote", "add", "origin", "elsewhere")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")


def _hashes(repo: Repo) -> None:
    _commit(repo, "bad\n\n#12 is what it is for\n;", "", "--cleanup=verbatim")


def _semicolons(repo: Repo) -> None:
    _commit(repo, "bad\n\n; an aside", "", "--cleanup=verbatim")


def _headings(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x\n\n# heading\ntext", "--cleanup=verbatim")


def _empty(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: unsigned")
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")


def _is_remediated(repo: Repo) -> None:
    _commit(repo, "bad", "one")
    _commit(repo, f"docs: x\n\nI, Ann Lee, name this commit: {repo.git('rev-parse', 'HEAD')}")


def _fixup_of_remedied(repo: Repo) -> None:
    _commit(repo, "feat: x", "one")
    _commit(repo, f"docs: x\n\nI, Ann Lee, name this commit: {repo.git('rev-parse', 'HEAD')}")
    _commit(repo, "fixup! feat: x", "one")


def _others(repo: Repo) -> None:
    write(repo.path / "gitpact.toml", '[identity]\nsignature = "required"\n')
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: mine")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: theirs", "--author", "Bob <b@x.org>")


def _not_mine(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: theirs", "--author", "Bob <b@x.org>")


def _fixup_of_another(repo: Repo) -> None:
    _commit(repo, "fixup! chore: start")


def _fixup_of_two(repo: Repo) -> None:
    for message in ("feat: one", "feat: one", "fixup! feat: one"):
        _commit(repo, message)


def _fixup_of_a_longer_name(repo: Repo) -> None:
    for message in ("feat: one", "feat: one more", "fixup! feat: one"):
        _commit(repo, message)


def _fixup_across_branches(repo: Repo) -> None:
    _commit(repo, "feat: one", "one")
    repo.git("switch", "-q", "-c", "feat/y", "main")
    _commit(repo, "fixup! feat: one", "two")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'feat/x' into feat/y", "feat/x")


def _long(repo: Repo) -> None:
    for number in range(65):
        _commit(repo, f"bad {number}")


BRANCHES: dict[str, tuple[Callable[[Repo], None], list[str]]] = {
    "a clean merge above": (_clean, ["git rebase -i --rebase-merges"]),
    "a merge with something added": (_evil, []),
    "a merge that threw away what it merged": (_ours, []),
    "a merge that was resolved by hand": (_resolved, []),
    "a merge of three": (_octopus, []),
    "others' work merged into the branch": (_upstream, ["git rebase -i --rebase-merges"]),
    "others' work merged into a branch without a sign-off": (_upstream_unsigned, ["git rebase -i --rebase-merges"]),
    "a merge that is what is wrong": (_forbidden, []),
    "commits that are published": (_published, []),
    "lines that an editor would take for comments": (_hashes, ["git -c core.commentChar='@' rebase -i"]),
    "lines that another person's editor would take for comments": (
        _semicolons,
        ["git -c core.commentChar='#' rebase -i"],
    ),
    "a sign-off missing behind such lines": (_headings, ["git -c commit.cleanup=whitespace rebase --signoff"]),
    "an empty message": (_empty, ["git rebase -i"]),
    "a remedy that names one": (_is_remediated, []),
    "a fixup of what a remedy names": (_fixup_of_remedied, []),
    "commits of another among them": (_others, ["git rebase -i"]),
    "commits of another alone": (_not_mine, ["git rebase -i"]),
    "a fixup of what is not on the branch": (_fixup_of_another, []),
    "a fixup of what may be one of two": (_fixup_of_two, []),
    "a fixup of what a longer subject begins with": (_fixup_of_a_longer_name, ["git rebase -i --autosquash"]),
    "a fixup of another branch that is merged": (_fixup_across_branches, []),
    "more than a person mends by hand": (_long, []),
}


@pytest.mark.parametrize(("make", "expected"), BRANCHES.values(), ids=BRANCHES)
@pytest.mark.measured
def test_only_what_changes_nothing_else_is_offered(
    branch: Repo, make: Callable[[Repo], None], expected: list[str]
) -> None:
    if "git rebase -i --rebase-merges" in expected:
        need_git((2, 38), "merge-tree --write-tree")
    make(branch)
    assert _printed() == expected
