"""What a person names, and what `--deepen` fetches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import range_argument
from gitpact.checks.ci import event_range, fetch
from gitpact.checks.ci.events import Event
from gitpact.errors import GitpactError
from gitpact.git import history
from tests.checks.ci.test_world import FEATURE, GONE, MAIN, MERGED, OURS, PULL, World, subjects, world
from tests.support import repos

if TYPE_CHECKING:
    from pathlib import Path

EVENT = Event("Somewhere", "push", "", "@two@", "main", None, "depth: all", "feature")
NAMED = {
    "two dots": (["main..feature"], OURS),
    "two dots, one end": (["origin/main.."], OURS | {"synthetic"}),
    "three dots": (["main...feature"], OURS | {"base4"}),
    "several": (["one", "base3", "^old2"], {"one", "base3"}),
    "a commit alone is its whole history": (["one"], {"old0", "old1", "old2", "one"}),
    "one commit": (["one^!"], {"one"}),
    "the same twice": (["main..feature", "main..feature"], OURS),
    "a tag with a message": (["main..v2"], OURS),
    "an empty range": (["feature..main~1"], set()),
    "the same end": (["main..main"], set()),
    "what the first commit had before": (["old0^@"], set()),
    "nothing but an exclusion": (["^main"], set()),
}


@pytest.fixture
def made(sandbox: Path) -> World:
    return world(sandbox)


@pytest.fixture
def clone(made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> repos.Repo:
    """A clone at the merge, with a local branch for every commit."""
    repo = made.clone(sandbox / "clone", MERGED)
    for name, oid in made.oids.items():
        if name not in {"v2", "reversed"}:
            repo.git("branch", name, f"{oid}^{{commit}}")
    repo.git("branch", "main", "origin/main")
    repo.git("branch", "feature", "origin/feature")
    monkeypatch.chdir(repo.path)
    return repo


@pytest.mark.parametrize(("revisions", "expected"), NAMED.values(), ids=NAMED)
def test_what_a_person_names(clone: repos.Repo, revisions: list[str], expected: set[str]) -> None:
    span = range_argument.span(revisions)
    assert subjects(clone, span) == sorted(expected)
    assert (span.label, span.base) == (" ".join(revisions), "")
    assert all(len(name.removeprefix("^")) == 40 or name.endswith(("^{commit}", "HEAD")) for name in span.revisions)


REFUSED = {
    "an excluded one that is unknown": ("^no-such", r"^unknown revision: \^no-such$"),
    "a file of a commit": ("HEAD:file", "^unknown revision: HEAD:file$"),
    "a tree, which git log passes over": ("HEAD^{tree}", "^unknown revision: HEAD"),
    "an option": ("--all", "^--all: this is an option of git log, not a revision$"),
    "a short option": ("-n1", "^-n1: this is an option"),
}


@pytest.mark.parametrize(("revision", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_revision_is_named(clone: repos.Repo, revision: str, words: str) -> None:
    repos.write(clone.path / "file", "")
    with pytest.raises(GitpactError, match=words):
        range_argument.span(["main", revision])


@pytest.mark.parametrize("wrong", ["main..no-such", "no-such", "file", "tree", "tree..main", "main@{99}"])
def test_a_name_that_is_no_commit_is_explained(clone: repos.Repo, wrong: str) -> None:
    """In a whole clone git log looks a name and a range up; what it says of a mistake is told in our words."""
    repos.write(clone.path / "file", "")
    clone.git("tag", "tree", "main^{tree}")
    range_argument.raise_for_unknown(["main", "main..feature"])
    span = range_argument.span(["main", wrong])
    with pytest.raises(GitpactError, match=r"^git rev-list: "):
        [*history.records(span.revisions)]
    with pytest.raises(GitpactError, match=rf"^unknown revision: {re.escape(wrong)}$"):
        range_argument.raise_for_unknown(["main", wrong])


def test_nothing_named_is_what_no_remote_has(clone: repos.Repo) -> None:
    clone.git("checkout", "-q", "feature")
    clone.git("commit", "-q", "--allow-empty", "-m", "mine")
    span = range_argument.span([])
    assert (subjects(clone, span), span.label) == (["mine"], "HEAD --not --remotes")


def test_all_is_branches_tags_and_head_without_notes_and_stash(clone: repos.Repo) -> None:
    clone.git("commit", "-q", "--allow-empty", "-m", "detached")
    clone.git("notes", "add", "-m", "a note")
    repos.write(clone.path / "file", "1")
    clone.git("add", "file")
    clone.git("stash", "-q")
    clone.git("tag", "blob", clone.git("rev-parse", "stash:file"))
    span = range_argument.span([], all_refs=True)
    assert set(subjects(clone, span)) == {
        "old0",
        "old1",
        "old2",
        *OURS,
        "base3",
        "base4",
        "synthetic",
        "queued",
        "detached",
    }
    assert span.label == "--all"


def test_since_the_last_tag(clone: repos.Repo, made: World) -> None:
    clone.git("tag", "v1", made.oids["base3"])
    clone.git("branch", "v1", made.oids["base4"])  # a branch of that name is not meant
    clone.git("checkout", "-q", "--detach", made.oids["base4"])
    span = range_argument.span([], since_tag=True)
    assert (subjects(clone, span), span.label) == (["base4"], "v1..HEAD")


def test_no_tag_to_begin_at(clone: repos.Repo) -> None:
    clone.git("checkout", "-q", "main")
    with pytest.raises(GitpactError, match="the history of HEAD contains no tag") as caught:
        range_argument.span([], since_tag=True)
    assert "fetch-depth: 0" in caught.value.hint


@pytest.mark.parametrize(
    ("revisions", "all_refs", "since_tag"),
    [(["HEAD"], True, False), (["HEAD"], False, True), ([], True, True)],
    ids=["a range and --all", "a range and --since-tag", "both options"],
)
def test_two_ranges_at_once(*, revisions: list[str], all_refs: bool, since_tag: bool) -> None:
    with pytest.raises(GitpactError, match="cannot be combined"):
        range_argument.span(revisions, all_refs=all_refs, since_tag=since_tag)


@pytest.mark.parametrize("every", [True, False], ids=["--all", "the default"])
def test_before_the_first_commit(repo: repos.Repo, *, every: bool) -> None:
    assert repo.path.is_dir()
    with pytest.raises(GitpactError, match="this repository has no commit yet, so HEAD is unknown"):
        range_argument.span([], all_refs=every)


@pytest.mark.parametrize("revision", ["HEAD", "HEAD~1..HEAD", "main..HEAD"], ids=["all", "the edge", "no such branch"])
def test_a_shallow_clone_is_an_error_until_it_is_deepened(
    made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    """how-git-reads-a-message 74. Without an event the clone's own refspecs and the tags are fetched."""
    repo = made.clone(sandbox / "clone", FEATURE, "--depth=2")
    repo.git("branch", "main", "HEAD~1")
    monkeypatch.chdir(repo.path)
    if revision == "main..HEAD":
        repo.git("branch", "-D", "main")
    if revision == "HEAD~1..HEAD":
        assert subjects(repo, range_argument.span([revision])) == ["two"]
        revision = "HEAD~2..HEAD"
    with pytest.raises(GitpactError) as caught:
        range_argument.span([revision])
    assert "fetch-depth: 0 or GIT_DEPTH: 0" in caught.value.hint
    fetch.deepen()
    assert repo.git("rev-parse", "--is-shallow-repository") == "false"
    assert repo.git("tag") == "v2"
    repo.git("branch", "-f", "main", "origin/main")
    assert set(subjects(repo, range_argument.span([revision]))) >= {"merge", "two"}


def test_a_whole_clone_is_not_deepened_further(clone: repos.Repo) -> None:
    fetch.deepen()
    assert subjects(clone, range_argument.span(["main..feature"])) == sorted(OURS)


def fetched(made: World, folder: Path, monkeypatch: pytest.MonkeyPatch, event: Event) -> tuple[repos.Repo, Event]:
    """A clone of one branch at depth 1, deepened for an event."""
    repo = made.clone(folder / "clone", PULL, "--depth=1")
    monkeypatch.chdir(repo.path)
    event = event._replace(base=made.fill(event.base), head=made.fill(event.head))
    fetch.deepen(event)
    return repo, event


def test_what_a_force_push_left_behind_is_fetched_by_name(
    made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server keeps it a while, though no ref has it."""
    made.server.git("update-ref", "-d", "refs/pull/7/reversed")
    repo, event = fetched(made, sandbox, monkeypatch, EVENT._replace(base="@reversed@", head="@queued@"))
    assert subjects(repo, event_range.of_event(event)) == ["queued"]


def test_what_is_gone_from_the_server_too_is_done_without(
    made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, event = fetched(made, sandbox, monkeypatch, EVENT._replace(base=GONE))
    assert subjects(repo, event_range.of_event(event)) == sorted(OURS)


def test_an_untold_default_branch_is_asked_for(made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.server.git("branch", "-m", "main", "trunk")
    repo, event = fetched(made, sandbox, monkeypatch, EVENT._replace(target=""))
    assert repo.git("symbolic-ref", "refs/remotes/origin/HEAD") == "refs/remotes/origin/trunk"
    assert subjects(repo, event_range.of_event(event)) == sorted(OURS)


@pytest.mark.parametrize("ref", [MAIN, "refs/heads/unborn"], ids=["detached", "unborn"])
def test_a_server_without_a_default_branch(
    made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch, ref: str
) -> None:
    if ref == MAIN:
        made.server.git("update-ref", "--no-deref", "HEAD", made.oids["base4"])
    else:
        made.server.git("symbolic-ref", "HEAD", ref)
    repo = made.clone(sandbox / "clone", PULL, "--depth=1")
    monkeypatch.chdir(repo.path)
    event = EVENT._replace(target="", head=made.oids["base4"])
    fetch.deepen(event)
    assert repo.git("rev-parse", "--is-shallow-repository") == "false"
    with pytest.raises(GitpactError, match="not in this clone: the default branch"):
        event_range.of_event(event)


def test_nothing_can_be_fetched(made: World, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = made.clone(sandbox / "clone", PULL, "--depth=1")
    monkeypatch.chdir(repo.path)
    repo.git("remote", "set-url", "origin", f"file://{sandbox}/no-such")
    with pytest.raises(GitpactError, match=r"git fetch .*no-such"):
        fetch.deepen(EVENT._replace(head=made.oids["two"]))


@pytest.mark.parametrize(
    ("words", "here"),
    [((), True), (("HEAD~1..",), True), (("HEAD~1..HEAD",), True), (("HEAD",), False), (("HEAD~1..HEAD~1",), False)],
)
def test_a_range_that_ends_here_is_that_of_the_branch_at_hand(
    repo: repos.Repo, words: tuple[str, ...], here: bool
) -> None:
    for subject in ("feat: one", "feat: two"):
        repo.git("commit", "-q", "--allow-empty", "-m", subject)
    assert range_argument.span(words).here is here
    assert not range_argument.span((), all_refs=True).here
