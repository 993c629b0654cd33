"""The repository that ranges are tried on, and what a platform's job has of it; the world itself is tested here."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from gitpact.checks.ci import event_range, events, fetch
from gitpact.errors import GitpactError
from tests.support import repos

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitpact.checks.commit_span import Span

ZERO, GONE = "0" * 40, "f" * 40
GRAPH: dict[str, tuple[str, ...]] = {
    "old0": (),
    "old1": ("old0",),
    "old2": ("old1",),
    "one": ("old2",),
    "base3": ("old2",),
    "merge": ("one", "base3"),  # the base merged into the feature
    "two": ("merge",),
    "base4": ("base3",),  # the base moved on
    "synthetic": ("base4", "two"),  # what most platforms check out for a pull request
    "reversed": ("two", "base4"),  # what Bitbucket does
    "queued": ("base4", "two"),
}
REFS = {
    "refs/heads/main": "base4",
    "refs/heads/feature": "two",
    "refs/heads/queue/main/pr-7": "queued",
    "refs/pull/7/merge": "synthetic",
    "refs/pull/7/head": "two",
    "refs/pull/7/reversed": "reversed",
}
MAIN, FEATURE, QUEUE = "refs/heads/main", "refs/heads/feature", "refs/heads/queue/main/pr-7"
MERGED, PULL, REVERSED = "refs/pull/7/merge", "refs/pull/7/head", "refs/pull/7/reversed"
OURS = frozenset({"one", "merge", "two"})


class World(NamedTuple):
    """A server, and its commits by name, which is their subject too; v2 is an annotated tag of the commit two."""

    server: repos.Repo
    oids: dict[str, str]

    def fill(self, text: str, digits: int = 40) -> str:
        """A text with @name@ replaced by that commit, @name:12@ by its first digits."""
        for name, oid in self.oids.items():
            text = text.replace(f"@{name}@", oid[:digits]).replace(f"@{name}:12@", oid[:12])
        return text

    def clone(self, folder: Path, ref: str, *options: str) -> repos.Repo:
        """A clone as CI makes it, at this ref; with --depth it has nothing else, without it everything."""
        repo = repos.init(folder)
        repo.git("remote", "add", "origin", f"file://{self.server.path}")
        short = ref.removeprefix("refs/").removeprefix("heads/")
        everything = () if options else ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
        repo.git("fetch", "-q", *options, "origin", f"+{ref}:refs/remotes/origin/{short}", *everything)
        repo.git("checkout", "-q", "--detach", f"refs/remotes/origin/{short}")
        return repo


def world(folder: Path) -> World:
    server, marks = repos.bare(folder / "server"), folder / "marks"
    person = "Ann Lee <ann@example.org> 1700000000 +0000"
    numbers = {name: number for number, name in enumerate((*GRAPH, "v2"), 1)}
    stream = []
    for name, parents in GRAPH.items():
        stream.append(f"commit refs/heads/main\nmark :{numbers[name]}\ncommitter {person}\ndata {len(name)}\n{name}\n")
        stream.extend(f"{'merge' if place else 'from'} :{numbers[parent]}\n" for place, parent in enumerate(parents))
    stream.append(f"tag v2\nmark :{numbers['v2']}\nfrom :{numbers['two']}\ntagger {person}\ndata 6\nsecond\n")
    stream.extend(f"reset {ref}\nfrom :{numbers[name]}\n\n" for ref, name in REFS.items())
    args = ["git", "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(args, input="".join(stream), cwd=server.path, env=server.env(), text=True, check=True)
    named = dict(line[1:].split(" ") for line in marks.read_text().splitlines())
    return World(server, {name: named[str(number)] for name, number in numbers.items()})


def subjects(repo: repos.Repo, span: Span) -> list[str]:
    """What git log shows of a span, sorted."""
    return sorted(repo.git("log", "--format=%s", "--end-of-options", *span.revisions, "--").split())


class Case(NamedTuple):
    """What a platform gives a job and what comes of it; @name@ stands for a commit, `ref` is what HEAD is at."""

    platform: str
    kind: str
    ref: str
    label: str
    environ: dict[str, str]
    event: Mapping[str, Any] | None = None
    judged: frozenset[str] = OURS
    base: str = "base4"
    title: str | None = None


def told(case: Case, made: World, folder: Path) -> events.Event:
    """The event as the job sees it."""
    environ = {name: made.fill(value) for name, value in case.environ.items()}
    if case.event is not None:
        path = repos.write(folder / "event.json", made.fill(json.dumps(case.event)))
        environ["GITHUB_EVENT_PATH"] = str(path)
    event = events.detect(environ)
    assert event
    return event


def judge(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a whole clone the span is exactly the case's."""
    made = world(folder)
    repo = made.clone(folder / "clone", case.ref)
    monkeypatch.chdir(repo.path)
    event = told(case, made, folder)
    assert (event.platform, event.kind, event.title) == (case.platform, case.kind, case.title)
    span = event_range.of_event(event)
    assert subjects(repo, span) == sorted(case.judged)
    assert span.base == made.oids.get(case.base, "")
    assert span.label == made.fill(case.label, 7)


def judge_shallow(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-git-reads-a-message 74: never a silently shorter range; the remedy is the platform's own; deepened, all is there."""
    made = world(folder)
    repo = made.clone(folder / "clone", case.ref, "--depth=1")
    monkeypatch.chdir(repo.path)
    event = told(case, made, folder)
    with pytest.raises(GitpactError) as caught:
        event_range.of_event(event)
    assert event.remedy in caught.value.hint
    fetch.deepen(event)
    assert subjects(repo, event_range.of_event(event)) == sorted(case.judged)


def test_the_world_is_what_the_graph_says(sandbox: Path) -> None:
    made = world(sandbox)
    repo = made.clone(sandbox / "clone", MERGED)
    shown = repo.git("log", "--format=%s <%P>", "HEAD", "origin/main", "origin/feature", "origin/queue/main/pr-7")
    expected = {f"{name} <{' '.join(made.oids[p] for p in parents)}>" for name, parents in GRAPH.items()}
    assert set(shown.split("\n")) == expected - {f"reversed <{made.oids['two']} {made.oids['base4']}>"}
    assert repo.git("rev-parse", "v2^{commit}") == made.oids["two"]
    assert made.clone(sandbox / "shallow", PULL, "--depth=1").git("log", "--format=%s") == "two"
