"""`gitpact fix` beside what git itself needs to write the same commits anew.

Run it from the repository: `python benchmarks/fix.py`. The history is made for it: every tenth message is wrong. What
is timed, in the same run and in turn: `gitpact fix --apply` from a fresh copy of the repository, and `git fast-export
--no-data` into `git fast-import` of the same range. Medians; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tables

COMMAND = (sys.executable, "-c", "from gitpact.cli.entry import command; command()", "fix", "--apply")
LIMIT = {20: "300 ms", 10_000: "3 times git fast-export | git fast-import"}


def make(folder: Path, commits: int) -> None:
    """A repository with one published commit and this many on a branch, every tenth with a wrong type."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    rows = ["blob\nmark :1\ndata 2\nx\n\n"]
    for number in range(commits + 1):
        kind = "feature" if number % 10 == 9 else "feat"
        body = "What it is for, in a line of the usual length.\n\nSigned-off-by: A <a@b.c>\n"
        text = f"{kind}(api): change number {number}\n\n{body}"
        branch = "refs/remotes/origin/main" if not number else "refs/heads/topic"
        rows.append(f"commit {branch}\nmark :{number + 2}\ncommitter A <a@b.c> {1700000000 + number} +0000\n")
        rows.append(f"data {len(text)}\n{text}" + (f"from :{number + 1}\n" if number else "M 100644 :1 a\n"))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input="".join(rows), text=True, check=True)
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/topic"], cwd=folder, check=True)
    for key, value in (("user.name", "Ann Lee"), ("user.email", "ann@example.org")):
        subprocess.run(["git", "config", key, value], cwd=folder, check=True)


def seconds(folder: Path, *commands: tuple[str, ...]) -> float:
    """How long the commands take, each reading what the one before it writes."""
    start = time.perf_counter()
    source = None
    running = []
    for words in commands:
        last = words is commands[-1]
        running.append(
            subprocess.Popen(words, cwd=folder, stdin=source, stdout=subprocess.DEVNULL if last else subprocess.PIPE)
        )
        source = running[-1].stdout
    if any(process.wait() for process in running):
        sys.exit(f"failed: {commands}")
    return time.perf_counter() - start


def main() -> None:
    """Print a row for each size of a history."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args()
    table = [("commits", "gitpact fix ms", "export and import ms", "ratio", "memory MB", "limit")]
    with tempfile.TemporaryDirectory() as name:
        for commits, limit in LIMIT.items():
            origin, copy = Path(name) / f"{commits}", Path(name) / "copy"
            make(origin, commits)
            ours, theirs = [], []
            for _ in range(options.runs):
                shutil.copytree(origin, copy)
                ours.append(seconds(copy, COMMAND))
                shutil.rmtree(copy)
                shutil.copytree(origin, copy)
                export = ("git", "fast-export", "--no-data", "refs/heads/topic", "^refs/remotes/origin/main")
                theirs.append(seconds(copy, export, ("git", "fast-import", "--quiet", "--force")))
                shutil.rmtree(copy)
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            mine, git = statistics.median(ours), statistics.median(theirs)
            table.append(
                (f"{commits:,}", f"{mine * 1000:.0f}", f"{git * 1000:.0f}", f"{mine / git:.2f}", f"{most}", limit)
            )
    print(*tables.aligned(table), sep="\n")
    if options.write:
        tables.write("benchmarks.md", "fix", table)


if __name__ == "__main__":
    main()
