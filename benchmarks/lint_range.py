"""What it takes to judge a range: gitpact beside a bare `git log` of the same fields, and beside its peers, in one run.

Usage: lint_range.py [--commits N] [--runs N] [--peers DIR] [--write] [REPOSITORY…]
Histories are made: some that keep their policy, one that breaks it in every commit. A REPOSITORY, bare or not, is
judged too (its branch `main`). Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import histories
import tables
from commit_hook import BenchError, Claim, find, lay_out, tell
from peers import Ground, Unavailable

from gitpact.git import processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIZES = (20, 1000, 10_000)  # commits of which peers are asked
PATIENCE = 1000  # commits, beyond which those that are slower than `git log` by far are asked no more
FAST = ("gitpact", "gitpact --version", "committed")
# Times of `git log` that we want a long history to take, and milliseconds of a short range.
CONFORMING, REAL, WRONG, SHORT_MS = 2, 2.5, 3, 100
LONG = 15_000  # commits; a shorter history is over while Python starts
MEMORY_MB = 40
FIELDS = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%B"  # what a judge of commits reads
SETTLE_SECONDS = 2.5
# What runs gitpact and says how much memory it itself took, git not counted.
MEASURED = """
import os, sys
from gitpact.cli.entry import command
def end(code):
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
    sys.exit(code)
os._exit = end
command()
"""
PEERS = {
    "gitlint": (
        ("{gitlint}/gitlint", "--commits", "{span}"),
        {".gitlint": "[general]\ncontrib=contrib-title-conventional-commits\nignore=B1,B2,B3,B4,B5,B6,B7,B8\n"},
    ),
    "commitizen": (("{commitizen}/cz", "check", "--rev-range", "{span}"), {}),
    "commitlint": (
        ("{commitlint}/commitlint", "--from", "{from}", "--to", "HEAD"),
        {"commitlint.config.cjs": 'module.exports = { extends: ["@commitlint/config-conventional"] };\n'},
    ),
    "committed": (
        ("{committed}/committed", "{span}"),
        {"committed.toml": 'style = "conventional"\nsubject_capitalized = false\n'},
    ),
}


class Row(NamedTuple):
    """Median seconds of one history; `memory` in MB, of gitpact's own process."""

    name: str
    commits: int
    log: float
    text: float
    jsonl: float
    memory: float


def main() -> int:
    """Measure, print, and say which claims hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repositories", nargs="*", type=Path, metavar="REPOSITORY")
    parser.add_argument("--commits", type=int, default=20_000, metavar="N", help="of the long histories (%(default)s)")
    parser.add_argument("--runs", type=int, default=7, metavar="N", help="rounds (%(default)s)")
    peers = Path(tempfile.gettempdir()) / "gitpact-bench-peers"
    parser.add_argument("--peers", type=Path, default=peers, metavar="DIR", help="where peers are installed and kept")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="gitpact-bench-", ignore_cleanup_errors=True) as scratch:
            ground = lay_out(Path(scratch), options.peers.resolve())
            rows = long_histories(options, ground)
            small, notes = beside_peers(ground, options.runs)
    except BenchError as error:
        tell(f"lint_range.py: {error}")
        return 2
    claims = [*long_claims(rows), *small_claims(small)]
    both = (long_table(rows), small_table(small))
    parts = (*map(tables.aligned, both), notes, map(str, claims))
    sys.stdout.write("\n\n".join("\n".join(part) for part in parts if part) + "\n")
    if options.write:
        tables.write("benchmarks.md", "a range", *both, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


def long_histories(options: argparse.Namespace, ground: Ground) -> list[Row]:
    """The histories that are made, and those that are given."""
    places: list[tuple[str, Path]] = []
    for kind in histories.KINDS:
        name = f"{kind}, {options.commits:,}"
        tell(f"making {name}")
        folder = ground.scratch / f"{len(places)}.git"
        histories.make(folder, options.commits, kind)
        places.append((name, folder))
    places += [(path.name, path.resolve()) for path in options.repositories]
    time.sleep(SETTLE_SECONDS)
    return [long_history(name, folder, options.runs, ground) for name, folder in places]


def long_history(name: str, folder: Path, runs: int, ground: Ground) -> Row:
    """Each round runs git log, then gitpact in both formats."""
    gitpact = str(find("gitpact", ground.peers).programs / "gitpact")
    log = ["git", "log", *processes.NEUTRAL, f"--format={FIELDS}", "main", "--"]
    times: dict[str, list[float]] = {"log": [], "text": [], "jsonl": []}
    for turn in range(runs + 1):
        tell(f"{name}: round {turn} of {runs}" if turn else f"{name}: warming up")
        for key, command in {
            "log": log,
            "text": [gitpact, "lint", "main"],
            "jsonl": [gitpact, "lint", "--format", "jsonl", "main"],
        }.items():
            spent = piped_time(command, folder, ground)
            if turn:
                times[key].append(spent)
    memory = [sys.executable, "-c", MEASURED, "lint", "--format", "jsonl", "main"]
    quiet, pipe = subprocess.DEVNULL, subprocess.PIPE
    done = subprocess.run(memory, cwd=folder, env=ground.environ, stdout=quiet, stderr=pipe, text=True, check=False)
    counted = ["git", "rev-list", "--count", "main", "--"]
    commits = int(subprocess.run(counted, cwd=folder, capture_output=True, text=True, check=True).stdout)
    medians = {key: statistics.median(spent) for key, spent in times.items()}
    return Row(name, commits, **medians, memory=int(done.stderr.split()[-1]) / 1024)


def piped_time(command: Sequence[str], folder: Path, ground: Ground) -> float:
    """Seconds until all that a command writes was read from its pipe. Raises BenchError where it cannot judge."""
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, env=ground.environ, stdout=subprocess.PIPE) as process:
        descriptor = process.stdout.fileno() if process.stdout else -1
        while os.read(descriptor, 1 << 16):
            pass
    spent = time.perf_counter() - begin
    if process.returncode not in {0, 1}:
        raise BenchError(f"exit code {process.returncode} was not expected from: {' '.join(command)}")
    return spent


def beside_peers(ground: Ground, runs: int) -> tuple[dict[str, dict[int, float]], list[str]]:
    """Milliseconds of each contender for the last so many commits, and why some have none."""
    repo = ground.scratch / "peers"
    histories.make(ground.scratch / "peers.git", max(SIZES) + 1)
    clone = ["git", "clone", "--quiet", str(ground.scratch / "peers.git"), str(repo)]
    subprocess.run(clone, check=True, env=dict(ground.environ))
    time.sleep(SETTLE_SECONDS)
    gitpact = str(find("gitpact", ground.peers).programs / "gitpact")
    commands = {"gitpact --version": [gitpact, "--version"], "gitpact": [gitpact, "lint", "{span}"]}
    notes = []
    for name, (command, files) in PEERS.items():
        try:
            programs = str(find(name, ground.peers).programs)
        except Unavailable as reason:
            notes.append(f"{name}: not available: {reason}")
            continue
        commands[name] = [word.replace(f"{{{name}}}", programs) for word in command]
        for file, text in files.items():
            (repo / file).write_text(text, encoding="utf-8")
        if name == "commitlint":
            (repo / "node_modules").symlink_to(Path(programs).parent)
    times: dict[str, dict[int, list[float]]] = {name: {size: [] for size in SIZES} for name in commands}
    for turn in range(runs + 1):
        tell(f"peers: round {turn} of {runs}" if turn else "peers: warming up")
        for size in SIZES:
            asked = {name: words for name, words in commands.items() if size <= PATIENCE or name in FAST}
            for name, words in asked.items():
                filled = [
                    word.replace("{span}", f"HEAD~{size}..HEAD").replace("{from}", f"HEAD~{size}") for word in words
                ]
                spent = piped_time(filled, repo, ground)
                if turn:
                    times[name][size].append(spent * 1000)
    medians = {name: {size: statistics.median(t) for size, t in sizes.items() if t} for name, sizes in times.items()}
    return medians, notes


def long_claims(rows: Sequence[Row]) -> list[Claim]:
    """So many times git log where a history is long, findings printed as jsonl; flat wherever."""
    claims = []
    for row in rows:
        ratio = row.jsonl / row.log
        limit = CONFORMING if row.name.startswith("conforming") else WRONG if row.name.startswith("non") else REAL
        if row.commits >= LONG:
            claims.append(
                Claim(
                    f"history '{row.name}': gitpact lint takes {ratio:.2f} times as long as git log; limit {limit}",
                    holds=ratio <= limit,
                )
            )
        claims.append(
            Claim(
                f"history '{row.name}': gitpact lint uses {row.memory:.0f} MB of memory; limit {MEMORY_MB} MB",
                holds=row.memory < MEMORY_MB,
            )
        )
    return claims


def small_claims(small: Mapping[str, Mapping[int, float]]) -> list[Claim]:
    """Nobody waits for a short range, and every peer takes longer than we do for the longest."""
    few = SIZES[0]
    spent = small["gitpact"][few]
    claims = [Claim(f"{few} commits: gitpact lint takes {spent:.0f} ms; limit {SHORT_MS}", spent <= SHORT_MS)]
    for name in PEERS:
        for many, its in small.get(name, {}).items():
            if many > few:
                ahead = its / small["gitpact"][many]
                claims.append(
                    Claim(
                        f"{many} commits: gitpact is {ahead:.1f} times as fast as the tool `{name}`; must be above 1",
                        ahead > 1,
                    )
                )
    return claims


def long_table(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Seconds and ratios."""
    head = ("history", "commits", "git log s", "text s", "/ git log", "jsonl s", "/ git log", "memory MB")
    return [head, *(long_cells(row) for row in rows)]


def long_cells(row: Row) -> tuple[str, ...]:
    """One row's."""
    ratios = [f"{spent / row.log:.2f}" for spent in (row.text, row.jsonl)]
    seconds = [f"{spent:.3f}" for spent in (row.log, row.text, row.jsonl)]
    cells = (seconds[0], seconds[1], ratios[0], seconds[2], ratios[1])
    return (row.name, f"{row.commits}", *cells, f"{row.memory:.0f}")


def small_table(small: Mapping[str, Mapping[int, float]]) -> list[tuple[str, ...]]:
    """Milliseconds by number of commits."""
    head = ("contender", *(f"{size} commits ms" for size in SIZES))
    return [
        head,
        *((name, *(f"{sizes[size]:.1f}" if size in sizes else "" for size in SIZES)) for name, sizes in small.items()),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
