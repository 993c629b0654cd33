"""From an event to its commits where the platform tells too little, history is gone, or somebody cheats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.checks.ci import event_range
from gitpact.checks.ci.events import Event
from gitpact.errors import GitpactError
from tests.checks.ci.test_world import FEATURE, GONE, MAIN, MERGED, OURS, PULL, World, subjects, world
from tests.support import repos

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Clone = Callable[..., repos.Repo]

EVENT = Event("Somewhere", "push", "", "@two@", "main", None, "depth: all", "feature")
REQUEST = EVENT._replace(kind="pull request", branch="")
CIRCLE = REQUEST._replace(target="")


@pytest.fixture
def made(sandbox: Path) -> World:
    return world(sandbox)


@pytest.fixture
def clone(made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Make a clone at a ref, and stand in it."""

    def at(ref: str, *options: str) -> repos.Repo:
        repo = made.clone(sandbox / "clone", ref, *options)
        monkeypatch.chdir(repo.path)
        return repo

    return at


def filled(made: World, event: Event) -> Event:
    return event._replace(base=made.fill(event.base), head=made.fill(event.head))


def test_a_force_push_is_judged_from_the_target(made: World, clone: Clone) -> None:
    """how-git-reads-a-message 73: what was there before is gone."""
    repo = clone(FEATURE)
    span = event_range.of_event(filled(made, EVENT._replace(base=GONE)))
    assert subjects(repo, span) == sorted(OURS)
    assert span.base == made.oids["base4"]


WITHOUT_BEGINNING = {
    "a force push to the default branch": (
        EVENT._replace(base=GONE, branch="main", head="@base4@"),
        "does not exist any more",
    ),
    "a request that its target has": (REQUEST._replace(head="@base3@"), "main already contains .{7},"),
    "a request that its target has, its base gone": (REQUEST._replace(head="@base3@", base=GONE), "base of this pull"),
    "a request into a branch that is not here": (REQUEST._replace(target="next"), "not in this clone: next"),
    "a push beside a default branch that is not here": (EVENT._replace(target="next"), "not in this clone: next"),
    "a queue whose base is gone": (EVENT._replace(kind="merge queue", base=GONE, target="next"), "base of this merge"),
    "a head that is not here": (EVENT._replace(head=GONE), "the commit to check is not in this clone: fff"),
    "a head that is a tree": (EVENT._replace(head="HEAD^{tree}"), "the commit to check"),
    "a head that would be an option": (EVENT._replace(head="--all"), "the commit to check"),
}


@pytest.mark.parametrize(("event", "words"), WITHOUT_BEGINNING.values(), ids=WITHOUT_BEGINNING)
def test_what_nothing_tells_is_an_error(made: World, clone: Clone, event: Event, words: str) -> None:
    clone(MAIN)
    with pytest.raises(GitpactError, match=words) as caught:
        event_range.of_event(filled(made, event))
    expected = (
        "gitpact lint A..B"
        if "not in this clone" not in str(caught.value)
        else "depth: all; or run gitpact lint --ci --deepen"
    )
    assert expected in caught.value.hint


UNTOLD = {
    "a push to the default branch": EVENT._replace(branch="main", head="@base4@"),
    "the same, the default branch untold too": EVENT._replace(branch="main", head="@base4@", target=""),
    "a schedule on the default branch": EVENT._replace(kind="schedule", branch="main", head="@base4@"),
}


@pytest.mark.parametrize("event", UNTOLD.values(), ids=UNTOLD)
def test_where_no_beginning_is_told_the_last_commit_is_judged(made: World, clone: Clone, event: Event) -> None:
    """A main branch that is red after every merge would be of no use; what was judged is said in the label."""
    repo = clone(MAIN)
    span = event_range.of_event(filled(made, event))
    assert subjects(repo, span) == ["base4"]
    assert (span.base, span.label.split(" ")[0]) == (
        made.oids["base3"],
        f"{made.oids['base3'][:7]}..{made.oids['base4'][:7]}",
    )


def test_outside_of_a_repository(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    with pytest.raises(GitpactError, match="not a git repository"):
        event_range.of_event(EVENT)


def test_a_branch_without_commits_of_its_own_is_empty(made: World, clone: Clone) -> None:
    repo = clone(MAIN)
    span = event_range.of_event(filled(made, EVENT._replace(kind="new branch", head="@base3@", branch="start")))
    assert subjects(repo, span) == []


def test_a_request_that_was_merged_meanwhile_is_judged_from_its_base(made: World, clone: Clone) -> None:
    repo = clone(MERGED)
    repo.git("update-ref", "refs/remotes/origin/main", made.oids["synthetic"])
    span = event_range.of_event(filled(made, REQUEST._replace(base="@base3@")))
    assert subjects(repo, span) == sorted(OURS)
    assert span.base == made.oids["base4"]  # by the first parent of what is checked out
    repo.git("checkout", "-q", "--detach", made.oids["two"])
    assert event_range.of_event(filled(made, REQUEST._replace(base="@base3@"))).base == made.oids["base3"]


@pytest.mark.parametrize(
    ("depth", "enough"),
    [(2, False), (4, False), (5, True)],
    ids=["the head is the edge", "a commit is the edge", "all that counts"],
)
def test_a_shallow_clone_is_enough_when_the_range_is_whole(
    made: World, clone: Clone, depth: int, *, enough: bool
) -> None:
    repo = clone(MERGED, f"--depth={depth}")
    event = filled(made, REQUEST._replace(base=GONE))
    assert repo.git("rev-parse", "--is-shallow-repository") == "true"
    if enough:
        assert subjects(repo, event_range.of_event(event)) == sorted(OURS)
        return
    with pytest.raises(
        GitpactError, match="this clone is shallow: the oldest commits of the range are missing"
    ) as caught:
        event_range.of_event(event)
    assert caught.value.hint == "depth: all; or run gitpact lint --ci --deepen"


@pytest.mark.parametrize("platform_merges", [True, False], ids=["one that merges", "one that does not"])
def test_an_authors_own_merge_is_judged(made: World, clone: Clone, *, platform_merges: bool) -> None:
    """Jenkins gives its own merge or the author's: only its own begins in the target."""
    repo = clone(PULL)
    repo.git("checkout", "-q", "--detach", made.oids["merge"])
    event = filled(made, REQUEST._replace(head="@merge@", merged=platform_merges))
    assert subjects(repo, event_range.of_event(event)) == ["merge", "one"]


@pytest.mark.parametrize(
    ("commands", "name"),
    [
        ((("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"),), "trunk"),
        ((("update-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"),), "HEAD"),
        ((("update-ref", "refs/remotes/origin/main", "refs/remotes/origin/trunk"),), "main"),
        ((("update-ref", "refs/remotes/origin/master", "refs/remotes/origin/trunk"),), "master"),
    ],
    ids=["as git clone notes it", "a detached HEAD", "main", "master"],
)
def test_an_untold_default_branch_is_found(
    made: World, clone: Clone, commands: tuple[tuple[str, ...], ...], name: str
) -> None:
    repo = clone(FEATURE)
    repo.git("update-ref", "refs/remotes/origin/trunk", made.oids["base4"])
    repo.git("update-ref", "-d", "refs/remotes/origin/main")
    for command in commands:
        repo.git(*command)
    assert subjects(repo, event_range.of_event(filled(made, CIRCLE))) == sorted(OURS)
    pushed = event_range.of_event(filled(made, EVENT._replace(target="", branch=name, head="@base4@")))
    assert subjects(repo, pushed) == ["base4"]


def test_no_default_branch_is_known(made: World, clone: Clone) -> None:
    repo = clone(FEATURE)
    repo.git("update-ref", "-d", "refs/remotes/origin/main")
    with pytest.raises(GitpactError, match="not in this clone: the default branch of the remote"):
        event_range.of_event(filled(made, CIRCLE))


def test_the_remote_is_that_of_the_branch(made: World, clone: Clone) -> None:
    repo = clone(FEATURE)
    repo.git("remote", "rename", "origin", "upstream")
    repo.git("config", "remote.upstream.fetch", "+refs/heads/*:refs/remotes/upstream/*")
    repo.git("checkout", "-q", "-b", "feature", "--track", "upstream/feature")
    assert subjects(repo, event_range.of_event(filled(made, REQUEST))) == sorted(OURS)


def test_a_branch_that_is_called_like_the_base_is_not_the_base(made: World, clone: Clone) -> None:
    """Bitbucket gives 12 digits: an author who calls a branch so must not empty the range."""
    repo = clone(FEATURE)
    digits = made.oids["base4"][:12]
    repo.git("branch", digits, made.oids["two"])
    repo.git("tag", digits, made.oids["two"])
    assert subjects(repo, event_range.of_event(filled(made, REQUEST._replace(base=digits, target="next")))) == sorted(
        OURS
    )


def test_names_of_64_digits(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = repos.init(sandbox / "repo", "--object-format=sha256")
    monkeypatch.chdir(repo.path)
    for name in ("old", "new"):
        repo.git("commit", "-q", "--allow-empty", "-m", name)
    old, new = repo.git("rev-parse", "HEAD^", "HEAD").split()
    for base in (old, old[:12]):
        span = event_range.of_event(EVENT._replace(base=base, head=new))
        assert (span.revisions, span.base) == ((new, f"^{old}"), old)
