"""Random histories for property tests, written by `git fast-import`: files that come, grow, go and come back, merges, tags."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies

from tests.support.repos import environment, guard

if TYPE_CHECKING:
    from tests.support.repos import Repo

PATHS = ("a.txt", "dir/b.bin", "dir/deep/c c.txt", "d\u00fc.txt")


class Step(NamedTuple):
    """One commit: its parents by number, the files that it writes (path, seed, size) and those that it removes."""

    parents: tuple[int, ...]
    writes: tuple[tuple[str, int, int], ...]
    removes: tuple[str, ...]


@strategies.composite
def steps(draw: strategies.DrawFn) -> list[Step]:
    """Up to eight commits, each on top of earlier ones."""
    made = []
    for number in range(draw(strategies.integers(1, 8))):
        earlier = strategies.integers(0, number - 1) if number else strategies.nothing()
        least = 0 if draw(strategies.integers(0, 9)) == 0 else min(number, 1)
        parents = (
            draw(strategies.lists(earlier, min_size=least, max_size=min(number, 2), unique=True)) if number else []
        )
        write = strategies.tuples(
            strategies.sampled_from(PATHS), strategies.integers(0, 3), strategies.sampled_from((0, 10, 900, 5000))
        )
        writes = draw(strategies.lists(write, max_size=3))
        removes = draw(strategies.lists(strategies.sampled_from(PATHS), max_size=1))
        made.append(Step(tuple(parents), tuple(writes), tuple(removes)))
    return made


def content(seed: int, size: int) -> bytes:
    """Bytes that compress a little, others for every seed."""
    words = b"".join(b"%d line %d of seed %d\n" % (i * i * (seed + 1), i, seed) for i in range(size // 10 + 1))
    return words[:size]


def write(repo: Repo, made: list[Step]) -> list[str]:
    """Write the commits into a repository; returns their names, in order."""
    lines = [b"feature done\n"]
    for number, step in enumerate(made):
        lines.append(b"commit refs/made/%d\nmark :%d\n" % (number, number + 1))
        lines.append(b"committer Ann Lee <ann@example.org> %d +0000\ndata 7\nfeat: x\n" % (1_700_000_000 + number))
        for kind, parent in zip((b"from", b"merge"), step.parents, strict=False):
            lines.append(b"%s :%d\n" % (kind, parent + 1))
        lines += [b"D %s\n" % _quoted(path) for path in step.removes]
        for path, seed, size in step.writes:
            data = content(seed, size)
            lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(data), data))
        lines.append(b"\n")
    lines.append(b"done\n")
    fed = subprocess.run(
        ["git", "fast-import", "--quiet", "--export-marks=marks"],
        cwd=guard(repo.path),
        env=environment(),
        input=b"".join(lines),
        capture_output=True,
        check=False,
    )
    assert not fed.returncode, fed.stderr
    marks = dict(line.split(" ") for line in (repo.path / "marks").read_text().splitlines())
    return [marks[f":{number + 1}"] for number in range(len(made))]


def _quoted(path: str) -> bytes:
    return b'"' + "".join(f"\\{byte:03o}" if byte > 126 else chr(byte) for byte in path.encode()).encode() + b'"'
