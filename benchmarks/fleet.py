"""`gitpact audit` over a thousand mirrors, beside git alone; then what ten thousand would take on 1, 8 and 64 workers.

Usage: fleet.py [REPOSITORY…] [--mirrors N] [--jobs N] [--write]
The messages of the mirrors are those of the repositories that are named, else made ones. Everything is made in a
temporary folder. Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import histories
import tables
from commit_hook import BenchError, Claim, tell
from push_gate import Ground, lay_ground, timed

from gitpact.audit import batches
from gitpact.audit.batches import Repository
from gitpact.audit.discover import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TIMES, SECOND_NIGHT, WORKER_MB = 1.2, 0.05, 150
# Commits of a mirror: half have at most 120, a tenth more than 1,500 (logarithms of a normal distribution).
MEDIAN, TENTH = 120, 1500
# Of all projects on GitHub, half have at most 6 commits, a tenth more than 50: Kalliamvakou and others, "The Promises
# and Perils of Mining GitHub", MSR 2014. Repositories of an organisation are larger, so both are simulated.
GITHUB = (6, 50)
KINDS = 40  # different mirrors; the others are copies of these
BLOB = 500_000_000
FLEET = 10_000
NORMAL_TENTH = statistics.NormalDist().inv_cdf(0.9)
LOG = "--format=%H%n%an%n%ae%n%cn%n%ce%n%B"
GIT_ALONE = f"""git -C "$0" log {LOG} HEAD >/dev/null 2>&1
git -C "$0" rev-list --objects HEAD 2>/dev/null | git -C "$0" cat-file --batch-check --buffer >/dev/null 2>&1
true"""


class Night(NamedTuple):
    """Seconds of an audit, and the most memory of a measuring process and of the driver in MB."""

    seconds: float
    worker: float
    driver: float


def commits_of(rank: float, median: int, tenth: int) -> int:
    """How many commits the repository has of which this share is smaller, where a tenth has more than `tenth`."""
    exponent = statistics.NormalDist().inv_cdf(rank) / NORMAL_TENTH
    return max(int(median * math.pow(tenth / median, exponent)), 1)


def messages(repositories: Sequence[Path], ground: Ground) -> list[tuple[bytes, bytes]]:
    """The author and the message of each commit of repositories, the oldest first; made ones without any."""
    found: list[tuple[bytes, bytes]] = []
    for repository in repositories:
        log = ("log", "--reverse", "-z", "--format=%an <%ae>%n%B", "main")
        for text in ground.run("git", "-C", str(repository.resolve()), *log).split(b"\0"):
            author, _, message = text.partition(b"\n")
            found.append((author, message.strip(b"\n") + b"\n"))
    draw = random.Random(7)  # noqa: S311  the same every time
    people = [f"{first} {last} <{first.lower()}@example.org>" for first in histories.FIRST for last in histories.LAST]
    drawn = [draw.choice(people) for _ in range(20_000)]
    return found or [(author.encode(), histories.good(draw, author).encode()) for author in drawn]


def stream(texts: Sequence[tuple[bytes, bytes]], commits: int, seed: int) -> Iterator[bytes]:
    """A history for `git fast-import`: about six objects a commit, as many as git's own repository has."""
    draw = random.Random(seed)  # noqa: S311  the same every time
    words = [bytes(draw.choices(b"abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 9))) for _ in range(3000)]
    begin = draw.randrange(max(len(texts) - commits, 1))
    yield b"feature done\n"
    for number in range(commits):
        author, message = texts[(begin + number) % len(texts)]
        yield b"commit refs/heads/main\ncommitter %s %d +0000\n" % (author, 1_600_000_000 + number * 3600)
        yield b"data %d\n%s\n" % (len(message), message)
        for path in (
            b"d%02d/e%02d/f%02d" % (draw.randrange(20), draw.randrange(6), draw.randrange(20)),
            b"top%02d" % draw.randrange(30),
        ):
            text = b"\n".join(b" ".join(draw.choices(words, k=8)) for _ in range(draw.randint(5, 30)))
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(text), text)
    yield b"done\n"


def make_mirrors(ground: Ground, texts: Sequence[tuple[bytes, bytes]], number: int) -> Path:
    """A folder of mirrors: some of each size, and of those that go wrong; one of all has a blob of 500 MB."""
    folder = ground.folder / "mirrors"
    kinds = []
    for kind in range(KINDS):
        here = folder / f"kind{kind}.git"
        form = ("--object-format=sha256",) if kind % 20 == 1 else ()
        ground.run("git", "init", "-q", "--bare", "--template=", "-b", "main", *form, str(here))
        commits = commits_of((kind + 0.5) / KINDS, MEDIAN, TENTH)
        ground.run("git", "fast-import", "--quiet", cwd=here, data=b"".join(stream(texts, commits, kind)))
        ground.run("git", "-c", "pack.threads=2", "repack", "-q", "-adf", "--depth=50", cwd=here)
        kinds.append(here)
    for copy in range(KINDS, number):
        here = folder / f"copy{copy}.git"
        shutil.copytree(kinds[copy % KINDS], here)
        spoil(ground, here, copy)
    blob = ground.folder / "blob"
    with blob.open("wb") as file:
        file.truncate(BLOB)
    here = kinds[KINDS // 2]
    oid = ground.run("git", "hash-object", "-w", str(blob), cwd=here).decode().strip()
    tree = ground.run("git", "mktree", cwd=here, data=f"100644 blob {oid}\tlarge\n".encode()).decode().strip()
    large = ground.run("git", "commit-tree", "-p", "main", "-m", "feat: large", tree, cwd=here).decode().strip()
    ground.run("git", "update-ref", "refs/heads/main", large, cwd=here)
    blob.unlink()
    return folder


def spoil(ground: Ground, here: Path, number: int) -> None:
    """Of a hundred mirrors one is broken, one has a stale HEAD, two are shallow, and two are empty."""
    place = number % 100
    if place == 0:
        for pack in here.glob("objects/pack/*.pack"):
            os.truncate(pack, pack.stat().st_size // 2)
    elif place == 1:
        ground.run("git", "update-ref", "refs/heads/other", "main", cwd=here)
        ground.run("git", "update-ref", "-d", "refs/heads/main", cwd=here)
    elif place in {2, 3}:
        shallow = here.with_name(f"shallow{number}.git")
        ground.run("git", "clone", "-q", "--bare", "--depth=20", f"file://{here}", str(shallow))
        shutil.rmtree(here)
    elif place in {4, 5}:
        shutil.rmtree(here)
        ground.run("git", "init", "-q", "--bare", "--template=", "-b", "main", str(here))


def night(ground: Ground, folder: Path, date: str, jobs: int) -> Night:
    """An audit of one day."""
    most: dict[str, float] = {"worker": 0.0, "driver": 0.0}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            for process in Path("/proc").iterdir():
                if process.name.isdecimal():
                    look(process, most)

    watching = threading.Thread(target=watch)
    watching.start()
    words = ("audit", str(folder), "--output", str(ground.folder / "out"), "--date", date, "--jobs", str(jobs))
    try:
        seconds = timed(lambda: ground.run("sh", "-c", 'gitpact "$@" || [ $? -eq 1 ]', "sh", *words)) / 1000
    finally:
        over.set()
        watching.join()
    return Night(seconds, most["worker"], most["driver"])


def look(process: Path, most: dict[str, float]) -> None:
    """Note the most memory of a measuring process, and of the driver."""
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        who = (
            "worker"
            if b"gitpact.audit.measurer" in words
            else "driver"
            if b"audit" in words and b"--jobs" in words
            else ""
        )
        if who and b"sh" not in words[:1]:
            peak = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
            most[who] = max(most[who], int(peak.split()[1]) / 1000)
    except (OSError, StopIteration):
        return


def git_alone(ground: Ground, folder: Path, jobs: int) -> float:
    """Seconds of git's own walks over all mirrors, the largest first, by as many processes."""
    mirrors = sorted(
        folder.iterdir(), key=lambda one: -sum(pack.stat().st_size for pack in one.glob("objects/pack/*.pack"))
    )
    listed = "\0".join(map(str, mirrors)).encode()
    return (
        timed(lambda: ground.run("xargs", "-0", "-P", str(jobs), "-n", "1", "sh", "-c", GIT_ALONE, data=listed)) / 1000
    )


def fitted(output: Path) -> tuple[float, float]:
    """Seconds that a repository takes, and each of its commits, by the method of least squares."""
    rows = duckdb.read_parquet(f"{output}/repositories/date=2026-01-01/*.parquet").filter("status = 'ok'")
    found = rows.project("commits, took").fetchall()
    line = statistics.linear_regression([commits for commits, _ in found], [took for _, took in found])
    return max(line.intercept, 0), line.slope


def simulated(median: int, tenth: int, cost: tuple[float, float]) -> Iterator[tuple[str, ...]]:
    """How long ten thousand repositories of such sizes take, how evenly, and what the driver holds."""
    sizes = [commits_of((rank + 0.5) / FLEET, median, tenth) for rank in range(FLEET)]
    took = {f"team{rank % 300}/project-{rank}.git": cost[0] + cost[1] * commits for rank, commits in enumerate(sizes)}
    for workers in (1, 8, 64):
        tracemalloc.start()
        every = [
            Repository(Found(name, f"/srv/git/{name}", commits * 3000), "0" * 64)
            for (name, _), commits in zip(took.items(), sizes, strict=True)
        ]
        made = batches.divided(every, workers)
        held = tracemalloc.get_traced_memory()[0] + len(json.dumps(made))
        tracemalloc.stop()
        ends = [0.0] * workers
        for batch in made:
            heapq.heapreplace(ends, ends[0] + sum(took[one.found.name] for one in batch.repositories))
        whole = sum(took.values())
        yield (
            f"median {median} commits",
            str(workers),
            f"{max(ends):.0f}",
            f"{max(ends) / (whole / workers):.2f}",
            f"{max(took.values()):.1f}",
            str(len(made)),
            f"{held / 1e6:.0f}",
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path, help="bare repositories with a branch main")
    parser.add_argument("--mirrors", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gitpact-bench-") as scratch:
        ground = lay_ground(Path(scratch))
        try:
            return measure(ground, options)
        except BenchError as error:
            tell(f"cannot measure: {error}")
            return 2


def measure(ground: Ground, options: argparse.Namespace) -> int:
    """Make the fleet, measure it, and print what came of it; returns the exit code."""
    begun = time.perf_counter()
    folder = make_mirrors(ground, messages(options.repositories, ground), options.mirrors)
    tell(f"{options.mirrors} mirrors made in {time.perf_counter() - begun:.0f} s")
    git_alone(ground, folder, options.jobs)  # reads them into memory
    before = git_alone(ground, folder, options.jobs)
    first = night(ground, folder, "2026-01-01", options.jobs)
    after = git_alone(ground, folder, options.jobs)
    second = night(ground, folder, "2026-01-02", options.jobs)
    alone = (before + after) / 2
    output = ground.folder / "out"
    commits, objects, failed = (
        duckdb.read_parquet(f"{output}/repositories/date=2026-01-01/*.parquet")
        .aggregate("sum(commits), sum(objects), count(*) FILTER (status = 'failed')")
        .fetchall()[0]
    )
    cost = fitted(output)
    measured = [
        (f"{options.mirrors} mirrors, {options.jobs} processes", "seconds", "MB of a worker", "MB of the driver"),
        ("git log, git rev-list with git cat-file", f"{alone:.1f}", "", ""),
        ("gitpact audit, first night", f"{first.seconds:.1f}", f"{first.worker:.0f}", f"{first.driver:.0f}"),
        ("gitpact audit, second night", f"{second.seconds:.1f}", f"{second.worker:.0f}", f"{second.driver:.0f}"),
    ]
    head = ("10,000 repositories", "workers", "seconds", "times the ideal", "longest task", "batches", "MB of the plan")
    simulation = [head, *(row for sizes in ((MEDIAN, TENTH), GITHUB) for row in simulated(*sizes, cost))]
    share = second.seconds / first.seconds
    claims = [
        Claim(
            f"gitpact audit takes {first.seconds / alone:.2f} times as long as git alone; limit {TIMES}",
            first.seconds / alone <= TIMES,
        ),
        Claim(f"the second night takes {share:.1%} of the first; limit {SECOND_NIGHT:.0%}", share <= SECOND_NIGHT),
        Claim(f"a worker uses {first.worker:.0f} MB of memory; limit {WORKER_MB} MB", first.worker <= WORKER_MB),
    ]
    each = f"{cost[0] * 1000:.0f} ms for a repository and {cost[1] * 1e6:.0f} µs for a commit"
    tell(f"{commits} commits, {objects} objects, {failed} failed; {each}")
    both = (measured, simulation)
    sys.stdout.write("\n\n".join("\n".join(tables.aligned(rows)) for rows in both) + "\n\n")
    sys.stdout.write("\n".join(map(str, claims)) + "\n")
    if options.write:
        tables.write("benchmarks.md", "fleet", *both, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    raise SystemExit(main())
