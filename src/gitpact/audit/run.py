"""A whole audit: find the repositories, leave out what has not changed, measure the rest, publish the tables."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from gitpact import __version__
from gitpact.audit import discover, measure, output, schema, tables
from gitpact.audit.batches import Batch, Repository, divided
from gitpact.audit.discover import Found
from gitpact.audit.engines import Lost
from gitpact.audit.output import Output
from gitpact.audit.worker import Done, Task
from gitpact.errors import GitpactError
from gitpact.git import config
from gitpact.policy import in_force, outside_files
from gitpact.records import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Sequence

    from gitpact.audit.measure import Wanted
    from gitpact.audit.measurer import Limits
    from gitpact.audit.mirrors import Source

    Engine = Callable[[Sequence[Task]], Iterator[Done | Lost]]

CARRIED = "carried"  # the part of a run with the rows of what has not changed


class Plan(NamedTuple):
    """What a run has to do: the repositories whose rows are carried over from the day `before`, and the batches.

    `asked` is a digest of what was asked for. `finished` are the parts that a run of the same day, which was
    interrupted, has written already and that still hold.
    """

    output: Output
    asked: str
    before: str
    carried: tuple[str, ...]
    batches: tuple[Batch, ...]
    finished: frozenset[str] = frozenset()

    @property
    def todo(self) -> list[Batch]:
        """The batches that are not written yet."""
        return [batch for batch in self.batches if batch.part not in self.finished]

    @property
    def repositories(self) -> int:
        """How many repositories there are."""
        return len(self.carried) + sum(len(batch.repositories) for batch in self.batches)


def plan(  # noqa: PLR0913  what a run depends on
    roots: Sequence[str], url: str, date: str, wanted: Wanted, *, workers: int, source: Source | None = None
) -> Plan:
    """Find the repositories and decide what has to be measured; nothing is written.

    `roots` are as for `discover.repositories`; with `source` they are files of names. What an interrupted run of the
    same day, roots and wishes has written is used as far as it still holds. Raises GitpactError where there is no
    repository, and as `discover.repositories` and `output.place` do.
    """
    besides = depends_on(wanted)
    asked = _digest([[*map(os.path.abspath, roots)], besides, source])
    found = _named(roots) if source else discover.repositories(roots)
    if not found:
        raise GitpactError(
            "there is no repository in {roots}",
            "name a folder that contains repositories, or a file that lists their paths",
            roots=", ".join(roots),
        )
    half_published = _written(url)
    days = [day for day in output.dates(url) if day not in half_published]
    before = days[-1] if days else ""
    main = output.published(Output(url, date), schema.MAIN, before)
    known = tables.fingerprints(output.place(url).files, main) if before else {}
    every = [Repository(one, known.get(one.name, "") if source else _fingerprint(one, besides)) for one in found]
    # A fingerprint that is not known equals none.
    same = {
        one.found.name
        for one in every
        if not source and one.fingerprint and known.get(one.found.name) == one.fingerprint
    }
    kept = output.read_plan(Output(url, date))
    if kept and kept["asked"] == asked and kept["before"] == before:
        # What a worker has cloned it looks at again itself.
        now = None if source else {(one.found.name, one.fingerprint) for one in every if one.fingerprint}
        return _continued(Output(url, date, kept["run"]), kept, every, same, now, workers)
    left = divided([one for one in every if one.found.name not in same], workers)
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    return Plan(Output(url, date, run), asked, before, tuple(sorted(same)), tuple(left))


def _continued(  # noqa: PLR0913, PLR0917  what a plan is made of
    to: Output,
    kept: dict[str, Any],
    every: Sequence[Repository],
    same: Collection[str],
    now: Collection[tuple[str, str]] | None,
    workers: int,
) -> Plan:
    """The plan of a run that was interrupted, less what has changed since: `now` are names with fingerprints."""
    batches = [Batch(part, tuple(map(_repository, its))) for part, its in kept["batches"]]
    done = output.done(to)
    left_over = {one.found.name for one in every} - {*same}

    def holds(one: Repository) -> bool:
        return one.found.name in left_over and (now is None or (one.found.name, one.fingerprint) in now)

    hold = [batch for batch in batches if batch.part in done and all(map(holds, batch.repositories))]
    measured = {one.found.name for batch in hold for one in batch.repositories}
    left = divided([one for one in every if one.found.name not in same and one.found.name not in measured], workers)
    last = max((int(batch.part) for batch in batches), default=0)
    new = [batch._replace(part=f"{last + number:05}") for number, batch in enumerate(left, 1)]
    finished = {batch.part for batch in hold}
    if CARRIED in done and {*kept["carried"]} == {*same}:
        finished.add(CARRIED)
    return Plan(to, kept["asked"], kept["before"], tuple(sorted(same)), (*hold, *new), frozenset(finished))


def _written(url: str) -> dict[str, Output]:
    """The runs that have not ended but whose parts are all written, by day: publishing them may have begun."""
    runs = {}
    for date in output.unpublished(url):
        kept = output.read_plan(Output(url, date))
        if kept:
            to = Output(url, date, kept["run"])
            parts = {*(part for part, _ in kept["batches"]), *([CARRIED] if kept["carried"] else [])}
            if parts <= output.done(to):
                runs[date] = to
    return runs


def finish_publishing(url: str) -> None:
    """Publish the days whose runs were interrupted in just that."""
    for to in _written(url).values():
        output.publish(to)


def with_outside_files(wanted: Wanted) -> Wanted:
    """The wishes with the policy files outside of projects that git's configuration names here."""
    settings = config.settings(config.entries())
    return wanted._replace(floor=settings.floor, patterns=settings.patterns)


def depends_on(wanted: Wanted) -> str:
    """What the rows of every repository depend on: gitpact, the wishes, policy files, and hooks that are elsewhere.

    Raises GitpactError where a policy file outside of projects cannot be read or is not valid.
    """
    by = in_force.of_commit("", Settings(floor=wanted.floor, patterns=wanted.patterns), wanted.policy)
    texts = [file.text for file in outside_files.read(wanted.floor, wanted.patterns)]
    hooks = [entry for entry in config.entries() if entry[1].startswith(("hook.", "core.hookspath"))]
    files = [discover.files_below(os.path.expanduser(value)) for _, key, value in hooks if key == "core.hookspath"]
    return _digest([__version__, schema.VERSION, wanted, repr(by.policy.packed()), texts, hooks, files])


def carry_out(
    made: Plan, engine: Engine, wanted: Wanted, limits: Limits, source: Source | None
) -> Generator[Done, None, None]:
    """Do what a plan says, and publish the tables; yields each batch that was written.

    A batch that no worker could finish becomes rows with the reason. Raises GitpactError where nothing can be written.
    """
    files = output.place(made.output.url).files
    batches = [[batch.part, batch.repositories] for batch in made.batches]
    kept = {"asked": made.asked, "run": made.output.run, "before": made.before, "carried": made.carried}
    output.write_plan(made.output, {**kept, "batches": batches}, made.finished)
    if made.carried and CARRIED not in made.finished:
        for table in output.IN_ORDER:
            folder = output.published(made.output, table, made.before)
            tables.carry_over(table, made.carried, files, folder, output.staged(made.output, table, CARRIED))
    for done in engine([Task(batch, made.output, wanted, limits, source, made.before) for batch in made.todo]):
        yield _given_up(done) if isinstance(done, Lost) else done
    output.publish(made.output)


def failures(made: Plan) -> list[tuple[str, str]]:
    """The repositories of a published run that could not be measured, each with the reason."""
    return tables.failures(output.place(made.output.url).files, output.published(made.output, schema.MAIN))


def _given_up(lost: Lost) -> Done:
    """Write the rows of a batch that no worker could finish."""
    task = lost.task
    failed = [measure.failed(one.found.name, lost.reason, task.wanted.judges) for one in task.batch.repositories]
    rows = [row for one in failed for row in one[schema.MAIN]]
    files = output.place(task.output.url).files
    for table in output.IN_ORDER:
        path = output.staged(task.output, table, task.batch.part)
        tables.write(table, rows if table == schema.MAIN else [], files, path)
    return Done(task.batch.part, len(failed), 0)


def _named(roots: Sequence[str]) -> list[Found]:
    """The repositories of files of names; their git directories and sizes are not known."""
    names = dict.fromkeys(name for root in roots for name in discover.listed(root) if name)
    return [Found(name, "", 0) for name in names]


def _repository(kept: Sequence[Any]) -> Repository:
    found, fingerprint = kept
    return Repository(Found(*found), fingerprint)


def _fingerprint(found: Found, besides: str) -> str:
    """The fingerprint of a repository; "" where its files cannot be read, which its measurement will tell."""
    try:
        return discover.fingerprint(found.git_dir, besides)
    except OSError:
        return ""


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
