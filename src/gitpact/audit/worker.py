"""What a worker does with a batch, in a thread of this process or on a cluster: measure, and write the tables."""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING, NamedTuple

from gitpact.audit import mirrors, output, schema, tables
from gitpact.audit.measurer import Measurer

if TYPE_CHECKING:
    from gitpact.audit.batches import Batch, Repository
    from gitpact.audit.measure import Wanted
    from gitpact.audit.measurer import Limits
    from gitpact.audit.mirrors import Source
    from gitpact.audit.output import Output
    from gitpact.audit.schema import Rows


class Task(NamedTuple):
    """A batch, where its tables go, what is wanted, and what a repository may take.

    `source` is where the worker clones the repositories from; None where it sees their paths. `before` is the day whose
    rows are used for a repository that has not changed since, "" for none.
    """

    batch: Batch
    output: Output
    wanted: Wanted
    limits: Limits
    source: Source | None = None
    before: str = ""


class Done(NamedTuple):
    """A batch that was written: its name, and how many repositories and commits it has."""

    part: str
    repositories: int
    commits: int


_own = threading.local()
_every: list[Measurer] = []


def work(task: Task) -> Done:
    """Measure the repositories of a batch, and write its rows. Raises what a file system raises."""
    rows: Rows = {table: [] for table in schema.TABLES}
    unchanged = set()
    for one in task.batch.repositories:
        repository, its = _measured(one, task)
        if its is None:
            unchanged.add(repository.found.name)
            continue
        for row in its[schema.MAIN]:
            rows[schema.MAIN].append(schema.with_value(row, "fingerprint", repository.fingerprint))
        for table in set(its) - {schema.MAIN}:
            rows[table] += its[table]
    files = output.place(task.output.url).files
    for table in output.IN_ORDER:
        folder = output.published(task.output, table, task.before)
        more = tables.read(table, unchanged, files, folder) if unchanged else None
        tables.write(table, rows[table], files, output.staged(task.output, table, task.batch.part), more)
    return _done(task.batch, rows)


def _measured(one: Repository, task: Task) -> tuple[Repository, Rows | None]:
    """The repository with its fingerprint, and its rows; None where it has not changed."""
    measurer = _measurer(task.wanted, task.limits)
    if task.source:
        return mirrors.measured(one, task.source, measurer)
    return one, measurer.rows(one.found)


def _measurer(wanted: Wanted, limits: Limits) -> Measurer:
    """The measurer of this thread."""
    measurer: Measurer | None = getattr(_own, "measurer", None)
    if not measurer or (measurer.wanted, measurer.limits) != (wanted, limits):
        if measurer:
            measurer.end()
        measurer = _own.measurer = Measurer(wanted, limits)
        _every.append(measurer)
    return measurer


@atexit.register
def close() -> None:
    """End the processes of all threads."""
    while _every:
        _every.pop().end()


def _done(batch: Batch, rows: Rows) -> Done:
    commits = {schema.at(row, "repository"): schema.at(row, "commits") or 0 for row in rows[schema.MAIN]}
    return Done(batch.part, len(batch.repositories), sum(commits.values()))
