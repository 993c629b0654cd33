"""How long `gitpact strip` takes to remove 600 files under 20 commits, beside git filter-branch and git-filter-repo.

Usage: strip_time.py [--rounds N] [--against FOLDER]
Every contender runs once in each round, on a fresh copy of one clone; the table has medians. `--against` is the `src`
folder of another gitpact, such as that of an earlier commit. git-filter-repo is left out where it is not installed
(pip install git-filter-repo). Exit code 1 if gitpact takes more than 1.1 times as long as the other gitpact.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILES, COMMITS = 600, 20
MOST = 1.1
POLICY = '[push]\nmax-file-size = "1kB"\n'
CODE = "from gitpact.cli.entry import command; command()"
GITPACT = (sys.executable, "-c", CODE, "strip")
FILTER_BRANCH = (
    *("git", "filter-branch", "--index-filter", "git rm -q --cached --ignore-unmatch 'f*'", "--prune-empty"),
    *("--", "origin/main..main"),
)
FILTER_REPO = (
    *("git", "filter-repo", "--force", "--quiet", "--strip-blobs-bigger-than", "1000"),
    *("--refs", "origin/main..main"),
)


def environment(home: Path) -> dict[str, str]:
    """Variables of a person without configuration; Python may keep what it compiles."""
    (home / ".gitconfig").write_text("[user]\n\tname = Ann Lee\n\temail = ann@example.org\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "PYTHON"))}
    return {**kept, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "FILTER_BRANCH_SQUELCH_WARNING": "1"}


def clone(folder: Path, environ: Mapping[str, str]) -> Path:
    """A clone: one commit that its remote has, one with large files, and others above."""
    here = folder / "here"

    def git(*args: str, cwd: Path = here) -> None:
        subprocess.run(["git", *args], cwd=cwd, env=environ, check=True, capture_output=True)

    git("init", "-q", "--bare", "-b", "main", str(folder / "there.git"), cwd=folder)
    git("init", "-q", "-b", "main", str(here), cwd=folder)
    git("remote", "add", "origin", str(folder / "there.git"))
    (here / "gitpact.toml").write_text(POLICY, encoding="utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "chore: start")
    git("push", "-q", "origin", "main")
    for number in range(FILES):
        (here / f"f{number}").write_text(f"{number}\n" * 1000, encoding="utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "feat: many files")
    for number in range(COMMITS):
        (here / f"s{number}").write_text(f"{number}\n", encoding="utf-8")
        git("add", ".")
        git("commit", "-q", "-m", f"feat: small {number}")
    return here


def seconds(command: Sequence[str], source: Path, environ: Mapping[str, str]) -> float:
    """How long a command takes in a copy of the clone; it has to leave none of the large files."""
    here = source.with_name("copy")
    shutil.copytree(source, here, symlinks=True)
    try:
        start = time.perf_counter()
        subprocess.run(command, cwd=here, env=environ, check=True, capture_output=True)
        took = time.perf_counter() - start
        words = ["git", "log", "--format=", "--name-only", "origin/main..main"]
        left = subprocess.run(words, cwd=here, env=environ, capture_output=True, text=True, check=False)
        if any(name.startswith("f") for name in left.stdout.split()):
            sys.exit(f"{command[0]} left some files")
    finally:
        shutil.rmtree(here)
    return took


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("--rounds", type=int, default=9)
    reader.add_argument("--against", type=Path, help="the src folder of another gitpact")
    reader.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md too")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = environment(folder)
        source = Path(__file__).resolve().parents[1] / "src"
        contenders: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
            "gitpact": (GITPACT, {**environ, "PYTHONPATH": str(source)})
        }
        if given.against:
            contenders["other"] = (GITPACT, {**environ, "PYTHONPATH": str(given.against.resolve())})
        contenders["git filter-branch"] = (FILTER_BRANCH, environ)
        if shutil.which("git-filter-repo"):
            contenders["git-filter-repo"] = (FILTER_REPO, environ)
        here = clone(folder, environ)
        taken: dict[str, list[float]] = {contender: [] for contender in contenders}
        for number in range(given.rounds + 1):
            for contender, (command, its) in contenders.items():
                took = seconds(command, here, its)
                taken[contender] += [took] if number else []  # the first round warms up
    medians = {contender: statistics.median(each) for contender, each in taken.items()}
    table = [("contender", "median ms", "/ gitpact")]
    for contender, median in medians.items():
        table.append((contender, f"{median * 1000:.0f}", f"{median / medians['gitpact']:.2f}"))
    print(*tables.aligned(table), sep="\n")
    if given.write:
        tables.write("benchmarks.md", "strip", table)
    return int(bool(given.against) and medians["gitpact"] > MOST * medians["other"])


if __name__ == "__main__":
    sys.exit(main())
