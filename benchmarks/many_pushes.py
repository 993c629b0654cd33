"""Many clients that push to one server at once: every verdict is right, nothing is lost, nothing is half there.

Usage: many_pushes.py [--clients N] [--pushes N]
Half of the pushes break the pact. Exit code 0: every verdict is right, every accepted ref there, the repository sound.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from push_gate import Ground, daemon, lay_ground

if TYPE_CHECKING:
    from collections.abc import Sequence


def client(ground: Ground, url: str, number: int, pushes: int, wrong: list[str]) -> None:
    """Push one commit after the other, each to a branch of its own; every second one has no header."""
    here = ground.folder / f"client-{number}"
    ground.run("git", "clone", "-q", "--template=", url, str(here))
    for turn in range(pushes):
        good = (number + turn) % 2 == 0
        words = f"feat: turn {turn}\n\nSigned-off-by: Ann Lee <ann@example.org>" if good else f"turn {turn}"
        ground.run("git", "commit", "-q", "--allow-empty", "-m", words, cwd=here)
        command = ["git", "push", "-q", "origin", f"HEAD:refs/heads/feat/{number}-{turn}"]
        done = subprocess.run(command, cwd=here, env=ground.environ, capture_output=True, text=True, check=False)
        if (done.returncode == 0) is not good or (not good and "header-format" not in done.stderr):
            wrong.append(f"client {number}, turn {turn}: {done.returncode}, {done.stderr}")
        if not good:
            ground.run("git", "reset", "-q", "--hard", "origin/main", cwd=here)


def main(argv: Sequence[str] | None = None) -> int:
    """Let them push; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--pushes", type=int, default=20)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gitpact-many-") as folder:
        ground = lay_ground(Path(folder))
        hub = ground.folder / "hub.git"
        ground.run("git", "init", "-q", "--bare", "--template=", "-b", "main", str(hub))
        first = ground.folder / "first"
        ground.run("git", "init", "-q", "--template=", "-b", "main", str(first))
        ground.run("git", "commit", "-q", "--allow-empty", "-s", "-m", "feat: begin", cwd=first)
        ground.run("git", "push", "-q", str(hub), "main", cwd=first)
        ground.run("gitpact", "server", "install", str(hub))
        wrong: list[str] = []
        start = time.monotonic()
        with daemon(ground) as url:
            urls = (f"{url}/hub.git", str(hub))
            threads = [
                threading.Thread(target=client, args=(ground, urls[number % 2], number, options.pushes, wrong))
                for number in range(options.clients)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        took = time.monotonic() - start
        count = len(ground.run("git", "for-each-ref", "--format=%(refname)", "refs/heads/feat", cwd=hub).split())
        ground.run("git", "fsck", "--strict", cwd=hub)
    pushes = options.clients * options.pushes
    expected = sum((number + turn) % 2 == 0 for number in range(options.clients) for turn in range(options.pushes))
    sys.stdout.write(f"{pushes} pushes of {options.clients} clients in {took:.0f} s: {len(wrong)} wrong verdicts, ")
    sys.stdout.write(f"{count} of {expected} accepted refs there, repository sound\n")
    sys.stdout.writelines(f"{line}\n" for line in wrong[:5])
    return 0 if not wrong and count == expected else 1


if __name__ == "__main__":
    raise SystemExit(main())
