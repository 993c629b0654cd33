"""What a policy with twenty patterns and forty path tables costs: a commit, and a range, beside one without them.

Usage: policies.py [--commits N] [--runs N] [--write]
Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
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

COMMIT_MS, TIMES = 3, 2
SETTLE_SECONDS = 2.5
PARTS, FILES = 40, 200  # of the long history; where commits are timed, git itself is to take little time
FEW = 5
WORDS = ("todo", "fixme", "wip", "hack", "asap", "kludge", "secret", "password", "internal", "customer")
# Half of the patterns begin with a plain text; of the others one asks for what nearly every body has.
PATTERNS = [
    *(("message", "forbid", rf"(?i)\\b{word}\\b") for word in WORDS),
    *(("header", "forbid", rf"\\b{key}-\\d+") for key in ("PROJ", "TEAM", "OPS", "DATA")),
    ("description", "forbid", r"[.!?]{2}$"),
    ("body", "require", r"(?m)^\\S"),
    ("trailer:Reviewed-by", "require", r"^[^<]+ <[^>]+@[^>]+>$"),
    ("author", "forbid", r"@(?:localhost|.*\\.local)>$"),
    ("type", "forbid", r"^misc$"),
    ("scope", "forbid", r"\\s"),
]
PLAIN = '[dco]\nsign-off = "required"\n'
SIGN_OFF = "Signed-off-by: Ann Lee <ann@example.org>"


def rich_policy() -> str:
    """Twenty patterns, a scope and a table for each of forty parts of a repository."""
    rows = [PLAIN, "[scopes]", *(f'part{number} = ["parts/part{number}/**"]' for number in range(PARTS))]
    for number, (where, kind, pattern) in enumerate(PATTERNS):
        rows += ["[[pattern]]", f'name = "p{number}"', f'where = "{where}"', f'{kind} = "{pattern}"']
    for number in range(PARTS):
        rows += ["[[path]]", f'match = "parts/part{number}/**"', "[path.message]", f"subject-max = {90 + number % 10}"]
    return "\n".join(rows) + "\n"


def make(ground: Ground, name: str, policy: str, commits: int, files: int = FEW) -> Path:
    """A repository of forty parts with so many files each, commits on up to three files of a part, and this policy."""
    here = ground.folder / name
    ground.run("git", "init", "-q", "--template=", "-b", "main", str(here))
    rows = ["blob\nmark :1\ndata 2\nx\n\nblob\nmark :2\ndata 2\ny\n\n"]
    for number in range(commits):
        part = number % PARTS
        what = f"feat(part{part}): change number {number}" if number else "feat: begin"
        text = f"{what}\n\nIt says what it is for, in a line or two\nof the usual length.\n\n{SIGN_OFF}\n"
        person = f"Ann Lee <ann@example.org> {1700000000 + number} +0000"
        rows.append(f"commit refs/heads/main\nmark :{number + 3}\nauthor {person}\ncommitter {person}\n")
        rows.append(f"data {len(text)}\n{text}" + (f"from :{number + 2}\n" if number else ""))
        blob = 1 + number // PARTS % 2
        if not number:
            every = ((each, file) for each in range(PARTS) for file in range(files))
            rows += [f"M 100644 :1 {path(each, file)}\n" for each, file in every]
        rows += [
            f"M 100644 :{blob} {path(part, (number * 7 + step * 31) % files)}\n" for step in range(min(3, files // 2))
        ]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=here, input="".join(rows), text=True, check=True)
    ground.run("git", "reset", "-q", "--hard", cwd=here)
    (here / "gitpact.toml").write_text(policy, encoding="utf-8")
    ground.run("gitpact", "install", "--hook", "commit-msg", "--via", "files", cwd=here)
    return here


def path(part: int, file: int) -> str:
    """The path of a file of a part."""
    return f"parts/part{part}/src/module{file % 10}/file{file}.py"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gitpact-bench-") as folder:
        ground = lay_ground(Path(folder))
        try:
            commits, ranges = measure(ground, options.commits, options.runs)
        except BenchError as error:
            tell(f"cannot measure: {error}")
            return 2
    extra = commits["patterns and paths"] - commits["preset standard"]
    ratio = ranges["gitpact lint"] / ranges["git log --name-only"]
    claims = [
        Claim(f"a commit takes {extra:.1f} ms longer with patterns and paths; limit {COMMIT_MS}", extra <= COMMIT_MS),
        Claim(f"gitpact lint takes {ratio:.2f} times as long as git log --name-only; limit {TIMES}", ratio <= TIMES),
    ]
    both = (
        [("policy", "git commit ms"), *((name, f"{spent:.1f}") for name, spent in commits.items())],
        [(f"{options.commits} commits", "seconds"), *((name, f"{spent:.2f}") for name, spent in ranges.items())],
    )
    sys.stdout.write("\n\n".join("\n".join(tables.aligned(rows)) for rows in both) + "\n\n")
    sys.stdout.write("\n".join(map(str, claims)) + "\n")
    if options.write:
        tables.write("benchmarks.md", "policies", *both, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


def measure(ground: Ground, commits: int, runs: int) -> tuple[dict[str, float], dict[str, float]]:
    """Medians: of a commit in milliseconds by policy, of a range in seconds by command."""
    plain = make(ground, "plain", PLAIN, 50)
    rich = make(ground, "rich", rich_policy(), 50)
    long = make(ground, "long", rich_policy(), commits, FILES)
    made = ("git", "commit", "-q", "-s", "--allow-empty", "-m", "feat(part1): measure", "-m", "It says why.")
    log = ("git", "log", "--name-only", "--format=%H%n%an%n%ae%n%cn%n%ce%n%B", "HEAD")
    acts: dict[str, Callable[[], object]] = {
        "preset standard": lambda: ground.run(*made, cwd=plain),
        "patterns and paths": lambda: ground.run(*made, cwd=rich),
    }
    time.sleep(SETTLE_SECONDS)
    for act in acts.values():
        act()
    rounds = [{name: timed(act) for name, act in acts.items()} for _ in range(runs)]
    walks: dict[str, Callable[[], object]] = {
        "git log --name-only": lambda: ground.run(*log, cwd=long),
        "gitpact lint": lambda: ground.run("gitpact", "lint", "HEAD", "--format", "jsonl", cwd=long),
    }
    ranges = [{name: timed(act) / 1000 for name, act in walks.items()} for _ in range(5)]
    return (
        {name: statistics.median(one[name] for one in rounds) for name in acts},
        {name: statistics.median(one[name] for one in ranges) for name in walks},
    )


if __name__ == "__main__":
    raise SystemExit(main())
