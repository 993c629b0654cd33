"""What the push gate takes: the pre-push hook on a normal push, the size of a huge one, the server's gate on an import.

Usage: push_gate.py [--commits N] [--runs N] [--write]
Everything is made in a temporary folder. Exit code 0: every claim holds; 1: one does not; 2: it could not be measured.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import tables
from commit_hook import GIT_CONFIG, BenchError, Claim, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SCRIPTS = Path(sysconfig.get_path("scripts"))
NORMAL, IMPORTED = 20, 1000  # commits of a normal push, and of the one that a server judges
HOOK_LIMIT, SIZE_LIMIT, EXACT_LIMIT, SERVER_LIMIT = 3.0, 1.2, 1.1, 1.25
MEMORY_MB = 60
SETTLE_SECONDS = 2.5
BASE = "refs/heads/base"
FORM = "--batch-check=%(objecttype) %(objectsize) %(objectsize:disk) %(rest)"
PRE_COMMIT = """repos:
  - repo: local
    hooks:
      - id: nothing
        name: nothing
        entry: "true"
        language: system
        stages: [pre-push]
        always_run: true
        pass_filenames: false
"""
MEASURED = """
import os, sys
from gitpact.cli.entry import command
def end(code):
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
    sys.exit(code)
os._exit = end
command()
"""


class Row(NamedTuple):
    """A median in milliseconds, and what it is compared with."""

    what: str
    milliseconds: float
    ratio: float | None = None


class Ground(NamedTuple):
    """The folder that all is made in, and the environment without the caller's configuration."""

    folder: Path
    environ: Mapping[str, str]

    def run(self, *args: str, cwd: Path | None = None, data: bytes | None = None) -> bytes:
        """Standard output of a process that has to succeed."""
        where = cwd or self.folder
        done = subprocess.run(args, cwd=where, env=self.environ, input=data, capture_output=True, check=False)
        if done.returncode:
            raise BenchError(f"{' '.join(args)}: {done.stderr.decode('utf-8', 'replace').strip()[-500:]}")
        return done.stdout


def lay_ground(folder: Path) -> Ground:
    """A home of its own: nothing of the caller's configuration is read."""
    (folder / ".gitconfig").write_text(GIT_CONFIG, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    environ = {**kept, "HOME": str(folder), "GIT_CONFIG_GLOBAL": str(folder / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
    return Ground(folder, {**environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"})


def history(commits: int) -> Iterator[bytes]:
    """A stream for `git fast-import`: five objects a commit, two of them files that grow old like a project's."""
    chance = random.Random(7)  # noqa: S311  the same every time
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(5000)]
    yield b"feature done\n"
    for number in range(commits):
        message = b"feat: change two files\n\nSigned-off-by: Ann Lee <ann@example.org>\n"
        yield b"commit refs/heads/main\ncommitter Ann Lee <ann@example.org> %d +0000\n" % (1_600_000_000 + number * 60)
        yield b"data %d\n%s\n" % (len(message), message)
        for path in (b"d%02d/f%02d" % (chance.randrange(64), chance.randrange(60)), b"top%02d" % chance.randrange(40)):
            text = b"\n".join(b" ".join(chance.choices(words, k=8)) for _ in range(chance.randint(5, 30)))
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(text), text)
    yield b"done\n"


def make(ground: Ground, name: str, commits: int) -> Path:
    """A repository with so many commits on main, and a bare one that has the first of them, as origin."""
    here, there = ground.folder / name, ground.folder / f"{name}.git"
    ground.run("git", "init", "-q", "--template=", "-b", "main", str(here))
    ground.run("git", "fast-import", "--quiet", cwd=here, data=b"".join(history(commits)))
    ground.run("git", "init", "-q", "--bare", "--template=", "-b", "main", str(there))
    ground.run("git", "remote", "add", "origin", str(there), cwd=here)
    first = ground.run("git", "rev-list", "--max-parents=0", "main", cwd=here).decode().strip()
    ground.run("git", "push", "-q", "origin", f"{first}:{BASE}", cwd=here)
    ground.run("git", "reset", "-q", "--hard", cwd=here)
    return here


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def push_and_forget(ground: Ground, here: Path) -> float:
    """Milliseconds of a push of main; afterwards neither side knows of it."""
    took = timed(lambda: ground.run("git", "push", "-q", "origin", "main", cwd=here))
    there = Path(f"{here}.git")
    ground.run("git", "update-ref", "-d", "refs/heads/main", cwd=there)
    ground.run("git", "update-ref", "-d", "refs/remotes/origin/main", cwd=here)
    for folder in (there / "objects").iterdir():
        if folder.name == "pack" or len(folder.name) == 2:
            shutil.rmtree(folder)
    shutil.copytree(ground.folder / f"{here.name}.objects", there / "objects", dirs_exist_ok=True)
    return took


def keep_objects(ground: Ground, here: Path) -> None:
    """Remember what the remote has before any push that is timed."""
    shutil.copytree(Path(f"{here}.git") / "objects", ground.folder / f"{here.name}.objects")


def hook(here: Path, text: str) -> None:
    """A pre-push hook."""
    path = here / ".git" / "hooks" / "pre-push"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def normal_push(ground: Ground, runs: int) -> tuple[list[Row], list[Claim]]:
    """A push of few commits with no hook, with one that starts Python, with pre-commit's, with ours."""
    python = f"#!/bin/sh\nexec {sys.executable} -I -c pass\n"
    contenders: dict[str, Path] = {}
    for name in ("no hook", "python -I -c pass", "gitpact", "pre-commit, a hook that does nothing"):
        here = make(ground, f"normal-{len(contenders)}", NORMAL + 1)
        keep_objects(ground, here)
        if name.startswith("python"):
            hook(here, python)
        elif name == "gitpact":
            ground.run("gitpact", "install", cwd=here)
        elif name.startswith("pre-commit"):
            if not (SCRIPTS / "pre-commit").exists():
                continue
            (here / ".pre-commit-config.yaml").write_text(PRE_COMMIT, encoding="utf-8")
            ground.run("pre-commit", "install", "--hook-type", "pre-push", cwd=here)
        contenders[name] = here
    time.sleep(SETTLE_SECONDS)
    for here in contenders.values():
        push_and_forget(ground, here)
    rounds = [{name: push_and_forget(ground, here) for name, here in contenders.items()} for _ in range(runs)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in contenders}
    floor = medians["python -I -c pass"] - medians["no hook"]
    added = {name: medians[name] - medians["no hook"] for name in contenders}
    rows = [Row(f"push of {NORMAL} commits, {name}", medians[name], added[name] / floor) for name in contenders]
    ratio = added["gitpact"] / floor
    said = f"the hook of gitpact adds {ratio:.2f} times the time of a hook that only starts Python; limit {HOOK_LIMIT}"
    return rows, [Claim(said, ratio <= HOOK_LIMIT)]


def huge_push(ground: Ground, commits: int, runs: int) -> tuple[list[Row], list[Claim]]:
    """The size of a push of a whole large repository, beside git's own walk and git's own pack."""
    here = make(ground, "huge", commits)
    ground.run("git", "gc", "-q", cwd=here)
    bare = f"git rev-list --objects main --not --remotes | git cat-file --buffer '{FORM}' > /dev/null"
    size = [sys.executable, "-c", MEASURED, "size", "origin", "main"]
    base = ground.run("git", "rev-parse", "origin/base", cwd=here).decode().strip()
    pack = f"printf 'main\\n^{base}\\n' | git pack-objects --revs --stdout --thin --delta-base-offset -q | wc -c"
    memory = []

    def ours(*more: str) -> None:
        done = subprocess.run([*size, *more], cwd=here, env=ground.environ, capture_output=True, text=True, check=False)
        if done.returncode > 1:
            raise BenchError(done.stderr[-500:])
        memory.append(int(done.stderr.split()[-1]) / 1024)

    contenders: dict[str, Callable[[], object]] = {
        "git rev-list to git cat-file": lambda: ground.run("sh", "-c", bare, cwd=here),
        "gitpact size": ours,
        "git pack-objects": lambda: ground.run("sh", "-c", pack, cwd=here),
        "gitpact size --exact": lambda: ours("--exact"),
    }
    (here / "gitpact.toml").write_text('[push]\nmax-file-size = "5MB"\nmax-push-size = 0\n', encoding="utf-8")
    for act in contenders.values():
        act()
    rounds = [{name: timed(act) for name, act in contenders.items()} for _ in range(runs)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in contenders}
    objects = ground.run("git", "rev-list", "--objects", "--count", "main", cwd=here).decode().strip()
    walk, exact = (
        medians["gitpact size"] / medians["git rev-list to git cat-file"],
        medians["gitpact size --exact"] / medians["git pack-objects"],
    )
    ratios = {"gitpact size": walk, "gitpact size --exact": exact}
    rows = [
        Row(f"{commits} commits, {objects} objects: {name}", medians[name], ratios.get(name)) for name in contenders
    ]
    most = max(memory)
    return rows, [
        Claim(
            f"gitpact size takes {walk:.2f} times as long as git rev-list with git cat-file; limit {SIZE_LIMIT}",
            walk <= SIZE_LIMIT,
        ),
        Claim(
            f"gitpact size --exact takes {exact:.2f} times as long as git pack-objects; limit {EXACT_LIMIT}",
            exact <= EXACT_LIMIT,
        ),
        Claim(f"gitpact size uses {most:.0f} MB of memory; limit {MEMORY_MB}", most <= MEMORY_MB),
    ]


@contextmanager
def daemon(ground: Ground) -> Iterator[str]:
    """`git daemon` that takes pushes to all that is in the folder; gives the start of its URLs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    options = ("--reuseaddr", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1", f"--port={port}")
    words = ["git", "daemon", *options, f"--base-path={ground.folder}", str(ground.folder)]
    process = subprocess.Popen(words, env=ground.environ, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        time.sleep(1)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def server(ground: Ground, runs: int) -> tuple[list[Row], list[Claim]]:
    """A push of many small commits to a server with and without the gate."""
    contenders: dict[str, Path] = {}
    for name in ("no gate", "gitpact"):
        here = make(ground, f"server-{len(contenders)}", IMPORTED + 1)
        keep_objects(ground, here)
        if name == "gitpact":
            ground.run("gitpact", "server", "install", f"{here}.git")
        contenders[name] = here
    with daemon(ground) as url:
        for here in contenders.values():
            ground.run("git", "remote", "set-url", "origin", f"{url}/{here.name}.git", cwd=here)
            push_and_forget(ground, here)
        time.sleep(SETTLE_SECONDS)
        for here in contenders.values():
            push_and_forget(ground, here)
        rounds = [{name: push_and_forget(ground, here) for name, here in contenders.items()} for _ in range(runs)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in contenders}
    ratio = medians["gitpact"] / medians["no gate"]
    rows = [Row(f"push of {IMPORTED} commits to a server, {name}", medians[name]) for name in contenders]
    rows[1] = rows[1]._replace(ratio=ratio)
    said = f"a push to a server takes {ratio:.2f} times as long with gitpact; limit {SERVER_LIMIT}"
    return rows, [Claim(said, ratio <= SERVER_LIMIT)]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure everything; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=80_000, help="of the huge push")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md too")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gitpact-bench-") as folder:
        ground = lay_ground(Path(folder))
        try:
            parts = [
                normal_push(ground, max(options.runs, 15)),
                server(ground, options.runs),
                huge_push(ground, options.commits, options.runs),
            ]
        except BenchError as error:
            tell(f"cannot measure: {error}")
            return 2
    table = [("what", "median ms", "ratio")]
    table += [
        (row.what, f"{row.milliseconds:.1f}", f"{row.ratio:.2f}" if row.ratio is not None else "")
        for rows, _ in parts
        for row in rows
    ]
    claims = [claim for _, some in parts for claim in some]
    lines = [*tables.aligned(table), "", *map(str, claims)]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        tables.write("benchmarks.md", "a push", table, claims=claims)
    return 0 if all(claim.holds for claim in claims) else 1


if __name__ == "__main__":
    raise SystemExit(main())
