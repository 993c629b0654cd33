"""One repository -> the rows of its tables. Git reads the repository; nothing is written, and nothing of it runs."""

from __future__ import annotations

import itertools
import os
import re
import time
from calendar import timegm
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from gitpact.audit import schema
from gitpact.checks import commit_range, history_figures, object_sizes
from gitpact.errors import GitpactError
from gitpact.git import cache, config, head, objects, processes, query
from gitpact.git.head import Branch
from gitpact.install import hook_script
from gitpact.policy import files, in_force
from gitpact.records import Settings
from gitpact.rules import evaluate, refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitpact.audit.schema import Row, Rows
    from gitpact.checks.history_figures import Counts, Period
    from gitpact.policy.in_force import InForce
    from gitpact.records import Result, Sizes

OK, EMPTY, FAILED = "ok", "empty", "failed"
OWN, FILE = "own", "file"  # whose policy is applied
EVERY_BRANCH = ("--branches",)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
GATE = hook_script.SERVER
CONFIGURED = re.compile(r"hook\.gitpact-(.+)\.command")  # a key of `install.config_hooks`
SWITCHED = re.compile(r"hook\.gitpact-(.+)\.enabled")
EXECUTABLE = 0o111  # of a file's mode
SHIM_BEGINS = 1000  # bytes of a hook file in which its mark is
SHA1_DIGITS = 40
LATEST = 253402300799  # the end of the year 9999, the last that SQL knows; a commit may name any time
LOOK_UP_SECONDS = 60  # for the question which blobs the last commit has


class Wanted(NamedTuple):
    """What is wanted of each repository.

    `judges` are OWN, FILE or both, and `policy` is the path of the file, absolute. `since` is a date such as 2026-01-31
    or the name of a tag, "" for neither. `every_branch` counts all branches, not the default one alone; `anonymous`
    leaves the persons out; `top` is the number of the largest blobs. `floor` and `patterns` are the paths of policy
    files outside of projects, from the configuration of who runs the audit: that of a repository does not count.
    """

    judges: tuple[str, ...] = (OWN,)
    policy: str = ""
    since: str = ""
    every_branch: bool = False
    anonymous: bool = False
    top: int = 20
    floor: str = ""
    patterns: str = ""


def rows(name: str, git_dir: str, wanted: Wanted) -> Rows:
    """Measure a repository; returns the rows of each table. `fingerprint` in them is "".

    `name` is what the rows call it. From then on this process stands in the git directory, and GIT_DIR names it. Raises
    GitpactError where git fails, where there are branches but none that HEAD names, and for a policy that is not valid.
    """
    begun = time.monotonic()
    _enter(git_dir)
    settings = config.entries()
    hooks = _hooks(git_dir, settings)
    facts: dict[str, Any] = {"hooks": hooks, "gate": GATE in hooks, "shallow": os.path.exists("shallow")}
    branch, has_policy = _default_branch(git_dir)
    if not branch.oid:
        if query.output("for-each-ref", "--count=1"):
            raise GitpactError("HEAD names no branch that exists, and there is no branch main or master")
        if any(names for _, _, names in os.walk("refs")) or _holds_more_than_comments("packed-refs"):
            raise GitpactError("git cannot read the refs")
        took = time.monotonic() - begun
        return {
            schema.MAIN: [
                _main({**facts, "repository": name, "judged_by": judge, "status": EMPTY, "took": took})
                for judge in wanted.judges
            ]
        }
    outside = Settings(floor=wanted.floor, patterns=wanted.patterns)
    span = EVERY_BRANCH if wanted.every_branch else (branch.oid,)
    walk = objects.walk((*span, *object_sizes.BY_COMMIT))  # git walks while the policy is read
    held = branch.oid if has_policy else ""
    policies = {
        judge: in_force.of_commit(held, outside, wanted.policy if judge == FILE else "") for judge in wanted.judges
    }
    sizes = object_sizes.measure(walk, top=wanted.top, by_commit=True)
    facts |= {
        "repository": name,
        "status": OK,
        "ref": branch.ref,
        "oid": branch.oid,
        "object_format": "sha256" if len(branch.oid) > SHA1_DIGITS else "sha1",
        "objects": sizes.objects,
        "raw_bytes": sizes.raw,
        "disk_bytes": sizes.disk,
    }
    found: Rows = {table: [] for table in schema.TABLES}
    found["blobs"] = _blobs(name, sizes, branch.oid)
    for judge, by in policies.items():
        counts = history_figures.count(_results(span, by, branch), by.policy)
        facts |= {"judged_by": judge, "policy": by.source, "preset": by.policy.preset}
        facts |= _totals(counts) | {"refused": _refused(counts, span, by, branch, wanted.since)}
        found["months"] += _months(name, judge, counts)
        found["types"] += _types(name, judge, counts)
        found["findings"] += _findings(name, judge, counts)
        found["persons"] += () if wanted.anonymous else _persons(name, judge, counts)
        found[schema.MAIN].append(_main({**facts, "took": time.monotonic() - begun}))
    return found


def failed(name: str, reason: str, judges: Sequence[str], took: float = 0.0) -> Rows:
    """The rows of a repository that could not be measured for this reason."""
    facts = {"repository": name, "status": FAILED, "error": reason, "took": took}
    return {schema.MAIN: [_main({**facts, "judged_by": judge}) for judge in judges]}


def _enter(git_dir: str) -> None:
    """Let git work on this repository, whoever owns it."""
    os.chdir(git_dir)
    os.environ["GIT_DIR"] = git_dir
    config.override("safe.directory", git_dir)


def _holds_more_than_comments(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return any(not line.startswith(b"#") for line in file)
    except OSError:
        return False


def _default_branch(git_dir: str) -> tuple[Branch, bool]:
    """The default branch as `head.default_branch` finds it, but by its own name, and whether it holds a policy file.

    "HEAD" where HEAD is detached. One process tells all of it; thousands of repositories are small.
    """
    tips = ("HEAD", *head.USUAL)
    names = (name for tip in tips for name in (f"{tip}^{{commit}}", *(f"{tip}:{file}" for file, _ in files.NAMES)))
    looked_up = iter([*objects.resolve(names)])
    for tip in tips:
        oid, *held = itertools.islice(looked_up, 1 + len(files.NAMES))
        if oid:
            return Branch(_name_of_head(git_dir) if tip == "HEAD" else tip, oid), any(held)
    return Branch(), False


def _name_of_head(git_dir: str) -> str:
    """The branch that HEAD names; "HEAD" where it is detached."""
    name = head.symref_chain_of_head(git_dir)[-1]
    ref = query.head() if name == head.REFTABLE else name
    return ref if ref.startswith(refs.BRANCH) else "HEAD"


def _main(facts: dict[str, Any]) -> Row:
    """A row of the main table; what is not known is null, a text and a list empty."""
    nothing: dict[str, Any] = {"text": "", "texts": (), "flag": False}
    return tuple(facts.get(column.name, nothing.get(column.kind)) for column in schema.REPOSITORIES)


def _hooks(git_dir: str, settings: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """The hooks of gitpact here: files in the hooks directory, and those in git's configuration."""
    folder = f"{git_dir}/hooks"
    top = os.path.dirname(git_dir) if os.path.basename(git_dir) == ".git" else git_dir
    found = set()
    off = {GATE} if os.path.exists(f"{git_dir}/{cache.DIRECTORY}/{cache.OFF}") else set()
    for _, key, value in settings:
        if key == "core.hookspath":
            folder = os.path.join(top, os.path.expanduser(value))
        elif configured := CONFIGURED.fullmatch(key):
            found.add(configured[1])
        elif (switched := SWITCHED.fullmatch(key)) and value.lower() in config.FALSE:
            off.add(switched[1])
    places = {hook: f"{folder}/{hook}" for hook in (*hook_script.EVERY, GATE)}
    gates = {f"{place}/{GATE}.d/{hook_script.PART}": GATE for place in (folder, f"{git_dir}/custom_hooks")}
    for path, hook in {**gates, **{path: hook for hook, path in places.items()}}.items():
        if _can_run(path):
            with open(path, "rb") as file:
                if hook_script.MARKER.match(file.read(SHIM_BEGINS)):
                    found.add(hook)
    return tuple(sorted(found - off))


def _can_run(path: str) -> bool:
    """Whether a hook is a file, and no pipe, which would never end, that can be read and that git would run."""
    return os.path.isfile(path) and os.access(path, os.R_OK) and bool(os.stat(path).st_mode & EXECUTABLE)


def _results(span: Sequence[str], by: InForce, branch: Branch) -> Iterator[Result]:
    """The verdicts on commits; their persons are mapped by the mailmap of the last commit, as in a bare repository."""
    name = branch.ref.removeprefix(refs.BRANCH)
    branches = (name,) if name != "HEAD" else ()
    # Whether a key is good is for gpg to say, a program that the repository's configuration may name.
    policy = by.policy._replace(signature="optional")
    without = commit_range.OF_A_REQUEST
    return commit_range.results(span, policy, without, base=branch.oid, branches=branches, suggest=False)


def _totals(counts: Counts) -> dict[str, Any]:
    """The columns of the main table that are numbers of commits, findings and persons."""
    days = counts.days.values()
    return {
        "commits": counts.commits,
        "checked": sum(day.commits for day in days),
        "conforming": sum(day.conforming for day in days),
        "signed": sum(day.signed for day in days),
        "merges": counts.merges,
        "errors": counts.errors.total(),
        "warnings": counts.warnings.total(),
        "authors": len(counts.persons),
        "unsigned_authors": sum(bool(unsigned) for _, _, unsigned in counts.persons.values()),
        "first_commit": min(counts.first, LATEST) if counts.commits else None,
        "last_commit": min(counts.last, LATEST) if counts.commits else None,
    }


def _refused(counts: Counts, span: Sequence[str], by: InForce, branch: Branch, since: str) -> int | None:
    """How many commits since a date or tag have an error; None without `since`, and where there is no such tag."""
    if not since:
        return None
    if DATE.fullmatch(since):
        begins = tuple(map(int, since.split("-")))
        return sum(found.commits - found.conforming for day, found in counts.days.items() if day >= begins)
    tag = query.commit_of_ref(f"refs/tags/{since}")
    if not tag:
        return None
    results = _results((f"^{tag}", *span), by, branch)
    return sum(bool(evaluate.errors(result)) for result in results if result.special not in evaluate.NO_COMMIT)


def _months(name: str, judge: str, counts: Counts) -> Iterator[Row]:
    for (year, month), days in _by_month(counts).items():
        commits, conforming, signed = (
            sum(numbers) for numbers in zip(*((day.commits, day.conforming, day.signed) for day in days), strict=True)
        )
        yield name, judge, _date(year, month), commits, conforming, signed


def _types(name: str, judge: str, counts: Counts) -> Iterator[Row]:
    for (year, month), days in _by_month(counts).items():
        every: Counter[str] = Counter()
        for day in days:
            every += day.types
        for kind, number in sorted(every.items()):
            yield name, judge, _date(year, month), kind, number


def _by_month(counts: Counts) -> dict[tuple[int, int], list[Period]]:
    months: dict[tuple[int, int], list[Period]] = {}
    for (year, month, _), period in sorted(counts.days.items()):
        months.setdefault((year, month), []).append(period)
    return months


def _date(year: int, month: int) -> int:
    """The first day of a month, in days since 1970; of a year that no calendar has, that of 9999."""
    return timegm((min(year, 9999), month, 1, 0, 0, 0)) // (24 * 60 * 60)


def _findings(name: str, judge: str, counts: Counts) -> Iterator[Row]:
    for rule in sorted({*counts.errors, *counts.warnings}):
        yield name, judge, rule, counts.errors[rule], counts.warnings[rule]


def _persons(name: str, judge: str, counts: Counts) -> Iterator[Row]:
    for person, numbers in sorted(counts.persons.items()):
        yield name, judge, person, *numbers


def _blobs(name: str, sizes: Sizes, oid: str) -> list[Row]:
    """The largest blobs; whether the last commit has them is null where git does not tell in time."""
    oids = [blob.oid for blob in sizes.blobs]
    there: set[str] | None = set()
    try:
        # By objects and not by paths: a few trees that hold each other are more paths than any disk has.
        there = objects.in_range((f"{oid}^{{tree}}",), oids, LOOK_UP_SECONDS) if oids else there
    except processes.OutOfTimeError:
        there = None
    return [
        (name, blob.oid, blob.size, blob.path, blob.commit, None if there is None else blob.oid in there)
        for blob in sizes.blobs
    ]
