"""Figures about a history: how many of its commits follow the policy, when, and by whom; counted in one pass."""

from __future__ import annotations

import time
from collections import Counter
from heapq import heappush, heappushpop, nlargest
from typing import TYPE_CHECKING

from gitpact.git import commit_object, objects
from gitpact.records import Blob, NamedTuple
from gitpact.rules import active, dco, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gitpact.git.trees import CommitFiles
    from gitpact.records import Policy, Result

MONTHS = 1  # the place of a month in `_names`
DAY = 24 * 60 * 60  # seconds
MOST_PERIODS = 60  # that a chart has room for
MOST_OFFENDERS = 100
MOST_PERSONS = 20
MOST_COUNTED = 10_000  # different types and scopes that are told apart; more are counted together
MOST_AUTHORS = 100_000  # as above; the largest histories have some 30,000
OTHER = "…"  # the name of all further persons, types or scopes


class Period(NamedTuple):
    """A day such as "2026-11-29", or a longer time such as "2026-11", "2026-Q4", "2026" or "2020s", and its commits.

    `commits` are those that the policy judges in full, `conforming` those of them without an error, and `signed` those
    with the sign-off of their author. `types` and `scopes` count the headers that have one.
    """

    name: str
    commits: int
    conforming: int
    signed: int
    types: Counter[str]
    scopes: Counter[str]


class Person(NamedTuple):
    """An author as `Name <email>`: how many commits, how many of them with an error, how many without a sign-off."""

    name: str
    commits: int
    failing: int
    unsigned: int


class Repository(NamedTuple):
    """A repository: how many of its commits the policy judges, how many have an error, how many no sign-off."""

    name: str
    commits: int
    failing: int
    unsigned: int


class Figures(NamedTuple):
    """What is known of the commits of a range.

    `commits` are all, `skipped` counts by kind those that the policy does not judge in full (merges, bots), and
    `periods` have the others, the oldest period first. `rules` maps the id of a rule to the number of its errors and
    warnings. `persons` are those with the most failing commits, `offenders` the commits with the most errors, as
    (commit time, result): the worst first. `blobs` are the largest files, the largest first, each with the commit that
    added it; None where nobody asked. `repositories` are those with the most failing commits, where the figures are
    about several.
    """

    commits: int
    skipped: Mapping[str, int]
    periods: tuple[Period, ...]
    rules: Mapping[str, tuple[int, int]]
    persons: tuple[Person, ...]
    offenders: tuple[tuple[int, Result], ...]
    blobs: tuple[Blob, ...] | None = None
    repositories: tuple[Repository, ...] = ()

    @property
    def checked(self) -> int:
        """How many commits the policy judges in full."""
        return sum(period.commits for period in self.periods)

    @property
    def conforming(self) -> int:
        """How many of them have no error."""
        return sum(period.conforming for period in self.periods)

    @property
    def signed(self) -> int:
        """How many of them have the sign-off of their author."""
        return sum(period.signed for period in self.periods)


class Counts(NamedTuple):
    """What `count` found in a history; nothing of it is shortened.

    `commits` are all, `merges` the merges among them, and `first` and `last` their earliest and latest time in seconds
    since 1970 (0 without a commit). `skipped` counts by kind those that the policy does not judge in full, and `days`
    have the others by (year, month, day) in UTC; their periods have no name. `errors` and `warnings` count findings by
    rule. `persons` map an author as `Name <email>` to how many commits there are, how many of them with an error, and
    how many without a sign-off. `offenders` are as in Figures.
    """

    commits: int
    merges: int
    first: int
    last: int
    skipped: Counter[str]
    days: dict[tuple[int, int, int], Period]
    errors: Counter[str]
    warnings: Counter[str]
    persons: dict[str, tuple[int, int, int]]
    offenders: tuple[tuple[int, Result], ...]


def collect(
    results: Iterable[Result], policy: Policy, commits: Iterator[CommitFiles] | None = None, *, top: int = 0
) -> Figures:
    """Count the results of `commit_range.results`.

    For the `top` largest files, `commits` are the same commits in the same order with their files
    (`trees.commits_with_files`). Memory is needed as for `count`, and 200 bytes for each file. Raises GitpactError
    where git fails.
    """
    added: dict[bytes, tuple[bytes, bytes]] = {}

    def noted(result: Result) -> Result:
        if commits and result.special not in evaluate.NO_COMMIT:
            oid, files = next(commits)
            for blob, path in files:
                added[blob] = (path, oid)  # the oldest commit comes last
        return result

    found = count(map(noted, results), policy)
    persons = (Person(name, *counts) for name, counts in found.persons.items())
    return Figures(
        found.commits,
        dict(found.skipped),
        periods(found.days),
        {rule: (found.errors[rule], found.warnings[rule]) for rule in {**found.errors, **found.warnings}},
        most_failing(persons),
        found.offenders,
        _largest(added, top) if commits else None,
    )


def count(results: Iterable[Result], policy: Policy) -> Counts:
    """Count the results of `commit_range.results`, which left out no rule on sign-offs.

    A result on the whole range counts only for its rule. Memory is needed for the days, MOST_COUNTED words,
    MOST_AUTHORS names and MOST_OFFENDERS results. Raises GitpactError where git fails.
    """
    is_signed_off = _signing(policy)
    days: dict[int, list[int]] = {}
    words: dict[int, tuple[Counter[str], Counter[str]]] = {}
    skipped: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    persons: dict[str, list[int]] = {}
    worst: list[tuple[int, int, int, Result]] = []
    words_known: set[str] = set()
    persons_known: set[str] = set()
    number = merges = last = 0
    first = None
    for result in results:
        for found in result.findings:
            (errors if found.severity == "error" else warnings)[found.rule] += 1
        if result.special in evaluate.NO_COMMIT:
            continue
        number += 1
        when = commit_object.seconds(result.commit.committed)
        first, last = when if first is None else min(first, when), max(last, when)
        merges += result.special == "merge"
        if result.special and not result.findings:
            skipped[result.special] += 1
            continue
        failing = evaluate.errors(result)
        day = when // DAY
        signed = is_signed_off(result)
        if day not in days:
            days[day], words[day] = [0, 0, 0], (Counter(), Counter())
        numbers = days[day]
        numbers[0] += 1
        numbers[1] += not failing
        numbers[2] += signed
        prefix = result.commit.message.header.prefix
        if prefix.type and not prefix.fault:
            types, scopes = words[day]
            types[_told_apart(prefix.type, words_known, MOST_COUNTED)] += 1
            if prefix.scope:
                scopes[_told_apart(prefix.scope, words_known, MOST_COUNTED)] += 1
        counts = persons.setdefault(
            _told_apart(str(result.commit.author or OTHER), persons_known, MOST_AUTHORS), [0, 0, 0]
        )
        counts[0] += 1
        counts[1] += bool(failing)
        counts[2] += not signed
        if failing:
            row = (failing, when, number, result)
            if len(worst) < MOST_OFFENDERS:
                heappush(worst, row)
            else:
                heappushpop(worst, row)
    return Counts(
        number,
        merges,
        first or 0,
        last,
        skipped,
        _by_date(days, words),
        errors,
        warnings,
        {name: (made, failing, unsigned) for name, (made, failing, unsigned) in persons.items()},
        tuple((when, result) for _, when, _, result in sorted(worst, reverse=True)),
    )


def _signing(policy: Policy) -> Callable[[Result], bool]:
    """What tells of a result whether its commit is signed off, as `dco.is_signed_off` does.

    Where the policy has every ordinary commit judged by the same rules, their findings tell: to run them again takes
    nearly as long as all rules together.
    """
    proven = not policy.by_path and all(active(rule, policy) for rule in dco.PROOF)

    def is_signed_off(result: Result) -> bool:
        if proven and not result.special:
            return not any(found.rule in dco.PROOF for found in result.findings)
        return dco.is_signed_off(result.commit, policy)

    return is_signed_off


def _largest(files: Mapping[bytes, tuple[bytes, bytes]], top: int) -> tuple[Blob, ...]:
    """The largest of the files, which are blobs with path and commit, if they are in this clone."""
    found = nlargest(top, objects.each_size(oid.decode() for oid in files), key=lambda row: (row[1], row[0]))
    origins = ((oid, size, *files[oid.encode()]) for oid, size in found)
    return tuple(
        Blob(oid, size, path.decode("utf-8", "surrogateescape"), commit.decode()) for oid, size, path, commit in origins
    )


def most_failing(persons: Iterable[Person]) -> tuple[Person, ...]:
    """The persons with the most failing commits, who come first; those without any are left out."""
    return tuple(sorted((person for person in persons if person.failing), key=need)[:MOST_PERSONS])


def need(one: Person | Repository) -> tuple[int, int, int, str]:
    """The order of persons or repositories: the most failing commits first."""
    return -one.failing, -one.unsigned, -one.commits, one.name


def _told_apart(name: str, known: set[str], most: int) -> str:
    """The name itself, or OTHER once so many others are known."""
    if name not in known and len(known) >= most:
        return OTHER
    known.add(name)
    return name


def _by_date(
    days: Mapping[int, list[int]], words: Mapping[int, tuple[Counter[str], Counter[str]]]
) -> dict[tuple[int, int, int], Period]:
    """The periods of days by their dates; days that no calendar has are one."""
    found: dict[tuple[int, int, int], Period] = {}
    for day, (commits, conforming, signed) in days.items():
        date, period = _day(day * DAY), Period("", commits, conforming, signed, *words[day])
        found[date] = _sum("", found[date], period) if date in found else period
    return found


def _day(seconds: int) -> tuple[int, int, int]:
    """The year, month and day of a time in UTC; one that no calendar has is in 1970."""
    try:
        return time.gmtime(seconds)[:3]
    except (OverflowError, OSError, ValueError):
        return time.gmtime(0)[:3]


def _names(year: int, month: int, day: int) -> tuple[str, ...]:
    """What the period of a day is called: the day itself, its month, quarter, year and decade."""
    return (
        f"{year:04}-{month:02}-{day:02}",
        f"{year:04}-{month:02}",
        f"{year:04}-Q{(month + 2) // 3}",
        f"{year:04}",
        f"{year // 10:03}0s",
    )


def periods(days: Mapping[tuple[int, int, int], Period], least: int = 0) -> tuple[Period, ...]:
    """The days by time, put together until there are at most MOST_PERIODS; the first one has what is still older.

    A period is a day (`least` 0) or at least a month (MONTHS).
    """
    merged: dict[str, Period] = {}
    for size in range(least, len(_names(0, 0, 0))):
        merged = {}
        for day in sorted(days):
            name = _names(*day)[size]
            merged[name] = _sum(name, merged[name], days[day]) if name in merged else days[day]._replace(name=name)
        if len(merged) <= MOST_PERIODS:
            break
    every = [*merged.values()]
    while len(every) > MOST_PERIODS:
        every[:2] = [_sum(every[1].name, every[0], every[1])]
    return tuple(every)


def _sum(name: str, one: Period, other: Period) -> Period:
    return Period(
        name,
        one.commits + other.commits,
        one.conforming + other.conforming,
        one.signed + other.signed,
        one.types + other.types,
        one.scopes + other.scopes,
    )
