"""The figures about many repositories, from the tables that an audit wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.compute as pc

from gitpact.audit import output, schema, tables
from gitpact.audit.measure import FILE, OWN
from gitpact.audit.output import Output
from gitpact.checks import history_figures
from gitpact.checks.history_figures import Figures, Period, Person, Repository
from gitpact.errors import GitpactError
from gitpact.records import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

MOST_REPOSITORIES = 100


class Fleet(NamedTuple):
    """The figures of the last day in an output, that day, and the policy that was applied ("" for several)."""

    figures: Figures
    date: str
    policy: str


def read(url: str, *, top: int) -> Fleet:
    """Read the tables of the last day; where a policy for all was applied besides each one's own, it counts.

    `top` is the number of the largest files. Raises GitpactError where there are no tables.
    """
    days = output.dates(url)
    if not days:
        raise GitpactError(
            "{url}: there are no tables of gitpact audit", "write them: gitpact audit ROOT --output {url}", url=url
        )
    day = Output(url, days[-1])
    main = _table(day, schema.MAIN)
    by = FILE if FILE in main["judged_by"].to_pylist() else OWN
    main = _judged(main, by)
    policies = {*main["policy"].to_pylist()} - {""}
    persons = _sums(_judged(_table(day, "persons"), by), ("person",), ("commits", "failing", "unsigned"))
    rules = _sums(_judged(_table(day, "findings"), by), ("rule",), ("errors", "warnings"))
    figures = Figures(
        pc.sum(main["commits"]).as_py() or 0,
        {},
        history_figures.periods(dict(_months(day, by)), history_figures.MONTHS),
        {rule: (errors, warnings) for rule, errors, warnings in rules},
        history_figures.most_failing(Person(*row) for row in persons),
        (),
        tuple(_blobs(_table(day, "blobs"), top)) if top else None,
        tuple(_repositories(main)),
    )
    return Fleet(figures, day.date, policies.pop() if len(policies) == 1 else "")


def _table(day: Output, table: str) -> pa.Table:
    return tables.whole(table, output.place(day.url).files, output.published(day, table))


def _judged(table: pa.Table, by: str) -> pa.Table:
    return table.filter(pc.equal(table["judged_by"], by))


def _sums(table: pa.Table, keys: Sequence[str], numbers: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The sums of some columns for equal keys: rows of the keys, then the sums."""
    summed = table.group_by([*keys]).aggregate([(name, "sum") for name in numbers])
    columns = (*keys, *(f"{name}_sum" for name in numbers))
    return zip(*(summed[name].to_pylist() for name in columns), strict=True)


def _months(day: Output, by: str) -> Iterator[tuple[tuple[int, int, int], Period]]:
    types: dict[Any, Counter[str]] = {}
    for month, kind, commits in _sums(_judged(_table(day, "types"), by), ("month", "type"), ("commits",)):
        types.setdefault(month, Counter())[kind] = commits
    months = _judged(_table(day, "months"), by)
    for month, *numbers in _sums(months, ("month",), ("commits", "conforming", "signed")):
        commits, conforming, signed = numbers
        period = Period("", commits, conforming, signed, types.get(month, Counter()), Counter())
        yield (month.year, month.month, month.day), period


def _blobs(table: pa.Table, top: int) -> Iterator[Blob]:
    """The largest blobs, each once, with the repository in the path."""
    seen: set[str] = set()
    ordered = table.sort_by([("size", "descending"), ("oid", "ascending"), ("repository", "ascending")])
    for row in ordered.select(["oid", "size", "repository", "path", "commit"]).to_batches():
        for oid, size, repository, path, commit in zip(*(column.to_pylist() for column in row.columns), strict=True):
            if oid not in seen and len(seen) < top:
                seen.add(oid)
                yield Blob(oid, size, f"{repository}/{path}", commit)


def _repositories(main: pa.Table) -> Iterator[Repository]:
    """The repositories with the most commits that have errors."""
    rows = zip(*(main[name].to_pylist() for name in ("repository", "checked", "conforming", "signed")), strict=True)
    known = [
        Repository(name, checked, checked - conforming, checked - signed)
        for name, checked, conforming, signed in rows
        if checked
    ]
    yield from sorted((one for one in known if one.failing), key=history_figures.need)[:MOST_REPOSITORIES]
