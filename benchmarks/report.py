"""What `gitpact report` takes beside `gitpact lint` on the same history, and how large its page is.

Usage: report.py [--commits N] [--runs N]. The history is made; 1 of 10 commits breaks the policy. Exit code 0: every
claim holds; 1: one does not; 2: it could not be measured.
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

import tables
from commit_hook import BenchError, Claim
from lint_range import MEASURED

TIMES, MEMORY_MB, PAGE_MB = 3, 200, 1
MONTH = 30 * 86_400


def make(folder: Path, commits: int) -> Path:
    """A repository with so many commits over ten years, by 200 authors, each with a small file of its own."""
    repo = folder / "repo"
    subprocess.run(["git", "init", "-q", "-b", "main", str(repo)], check=True)
    step = 120 * MONTH // commits
    lines = []
    for number in range(commits):
        person = f"Person {number % 200} <p{number % 200}@example.org>"
        header = f"feat(part{number % 30}): step {number}" if number % 10 else f"Step {number}."
        message = f"{header}\n\nSigned-off-by: {person}\n"
        when = 1_400_000_000 + number * step
        content = f"{number}\n" * (1 + number % 50)
        lines.append(
            f"commit refs/heads/main\ncommitter {person} {when} +0000\ndata {len(message)}\n{message}\n"
            f"M 100644 inline src/part{number % 500}.txt\ndata {len(content)}\n{content}\n"
        )
    lines.append("done\n")
    subprocess.run(["git", "fast-import", "--quiet", "--done"], cwd=repo, input="".join(lines).encode(), check=True)
    return repo


def run(repo: Path, *words: str) -> tuple[float, float]:
    """The seconds and the MB that gitpact itself takes, git not counted."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", "-c", MEASURED, *words],
        cwd=repo,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GITPACT_LANG": "en"},
    )
    if done.returncode not in {0, 1}:
        raise BenchError(f"gitpact {words[0]}: {done.stderr}")
    return time.perf_counter() - begun, int(done.stderr.split()[-1]) / 1000


def main() -> int:
    """Measure, print the figures, and say whether the claims hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args()
    ways = {
        "gitpact lint": ("lint", "HEAD", "--format", "jsonl", "--output", "lint.jsonl"),
        "gitpact report": ("report", "HEAD", "-o", "pact.html"),
        "gitpact report --no-files": ("report", "HEAD", "-o", "pact.html", "--no-files"),
    }
    with tempfile.TemporaryDirectory() as folder:
        repo = make(Path(folder), options.commits)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(options.runs):
            for name, words in ways.items():
                taken[name].append(run(repo, *words))
        page = (repo / "pact.html").stat().st_size / 1e6
    lint = statistics.median(seconds for seconds, _ in taken["gitpact lint"])
    print(f"{options.commits} commits; medians of {options.runs} runs")
    table = [("command", "seconds", "/ lint", "memory MB")]
    for name, figures in taken.items():
        seconds, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        table.append((name, f"{seconds:.2f}", f"{seconds / lint:.2f}", f"{memory:.0f}"))
    print(*tables.aligned(table), sep="\n")
    whole = taken["gitpact report"]
    ratio = statistics.median(seconds for seconds, _ in whole) / lint
    most = max(memory for _, memory in whole)
    claims = [
        Claim(f"gitpact report takes {ratio:.2f} times as long as gitpact lint; limit {TIMES}", ratio <= TIMES),
        Claim(f"gitpact report uses {most:.0f} MB of memory; limit {MEMORY_MB} MB", most <= MEMORY_MB),
        Claim(f"the HTML page of the report is {page:.2f} MB large; limit {PAGE_MB} MB", page <= PAGE_MB),
    ]
    print(*claims, sep="\n")
    if options.write:
        tables.write("benchmarks.md", "report", table, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
