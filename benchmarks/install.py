"""What the hook manager takes: install, clean, and a commit through a hook that was there before.

Usage: install.py [--runs N] [--write]
Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import tables
from commit_hook import BenchError, Claim, tell
from push_gate import Ground, lay_ground, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMIT_MS, CHAIN_MS = 300, 5
SETTLE_SECONDS = 2.5
FOREIGN = '#!/bin/sh\ngrep -q . "$1"\n'
ROWS = {
    "install": "gitpact install",
    "clean": "gitpact clean",
    "none": "commit, no hook",
    "theirs": "commit with another hook",
    "ours": "commit with the hook of gitpact",
    "both": "commit with the hook of gitpact, which first runs another hook",
}
HOOK = ("--hook", "commit-msg", "--via", "files")


def repository(ground: Ground, name: str, *, foreign: bool, ours: bool) -> Path:
    """A repository with a commit-msg hook of somebody else's, with ours, with both or with none."""
    here = ground.folder / name
    ground.run("git", "init", "-q", "--template=", "-b", "main", str(here))
    hook = here / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir()
    if foreign:
        hook.write_text(FOREIGN, encoding="utf-8")
        hook.chmod(0o755)
    if ours:
        ground.run("gitpact", "install", *HOOK, cwd=here)
    return here


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gitpact-bench-") as folder:
        ground = lay_ground(Path(folder))
        try:
            medians = measure(ground, options.runs)
        except BenchError as error:
            tell(f"cannot measure: {error}")
            return 2
    extra = medians["both"] - medians["theirs"] - medians["ours"] + medians["none"]
    claims = [
        *(
            Claim(f"gitpact {what} takes {medians[what]:.0f} ms; limit {LIMIT_MS}", medians[what] <= LIMIT_MS)
            for what in ("install", "clean")
        ),
        Claim(
            f"both hooks together add {extra:.1f} ms more than the sum of what each hook adds alone; limit {CHAIN_MS}",
            extra <= CHAIN_MS,
        ),
    ]
    table = [("what", "median ms"), *((ROWS[what], f"{milliseconds:.1f}") for what, milliseconds in medians.items())]
    sys.stdout.write("\n".join([*tables.aligned(table), "", *map(str, claims)]) + "\n")
    if options.write:
        tables.write("benchmarks.md", "install", table, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


def measure(ground: Ground, runs: int) -> dict[str, float]:
    """Medians in milliseconds; every contender once in each round."""
    plain = repository(ground, "plain", foreign=True, ours=False)
    forms = {"none": (False, False), "theirs": (True, False), "ours": (False, True), "both": (True, True)}
    made = {name: repository(ground, name, foreign=foreign, ours=ours) for name, (foreign, ours) in forms.items()}
    message = ("git", "commit", "-q", "--allow-empty", "-s", "-m", "feat: measure")
    acts: dict[str, Callable[[], object]] = {
        "install": lambda: ground.run("gitpact", "install", "--via", "files", cwd=plain),
        "clean": lambda: ground.run("gitpact", "clean", cwd=plain),
        "none": lambda: ground.run(*message, cwd=made["none"]),
        "theirs": lambda: ground.run(*message, cwd=made["theirs"]),
        "ours": lambda: ground.run(*message, cwd=made["ours"]),
        "both": lambda: ground.run(*message, cwd=made["both"]),
    }
    time.sleep(SETTLE_SECONDS)
    for act in acts.values():
        act()
    rounds = [{name: timed(act) for name, act in acts.items()} for _ in range(runs)]
    return {name: statistics.median(one[name] for one in rounds) for name in acts}


if __name__ == "__main__":
    raise SystemExit(main())
