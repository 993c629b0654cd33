"""Histories to judge: as long as asked for, conforming or not in any commit, the same every time."""

from __future__ import annotations

import random
import subprocess
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "add remove login page cache token parse message queue retry timeout server client config path user group error "
    "handle when where empty first last index table under load test build image layer store fetch push pull name list"
)
WORDS = TEXT.split()
FIRST, LAST = ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal"), ("Fox", "Kim", "Lee", "Poe", "Roe")
TYPES = ("feat", "fix", "docs", "style", "refactor", "test", "chore", "perf", "build", "ci")
SCOPES = ("", "", "(api)", "(core)", "(cmd/ctl)")
START = 1_600_000_000  # seconds


def make(folder: Path, commits: int, *, conforming: bool) -> None:
    """A bare repository with a branch `main` of that many commits by forty people; one file, so little but messages."""
    draw = random.Random(7)  # noqa: S311  the same history every time
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    with tempfile.TemporaryFile() as stream:
        for number in range(commits):
            name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
            person = f"{name} <{name.lower().replace(' ', '.')}@example.org>"
            text = (good if conforming else bad)(draw, person).encode()
            when = f"{person} {START + number} +0000"
            head = f"commit refs/heads/main\nauthor {when}\ncommitter {when}\ndata {len(text)}\n"
            file = b"" if number else b"M 644 inline a\ndata 2\nx\n"
            stream.write(head.encode() + text + b"\n" + file + b"\n")
        stream.seek(0)
        subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], stdin=stream, check=True)


def good(draw: random.Random, person: str) -> str:
    """A message that keeps the standard policy."""
    issue = draw.choice(("", f" (#{draw.randint(1, 9999)})"))
    header = f"{draw.choice(TYPES)}{draw.choice(SCOPES)}: {words(draw, 3, 7)}{issue}"
    return f"{header}\n{body(draw)}\nSigned-off-by: {person}\n"


def bad(draw: random.Random, person: str) -> str:
    """A message without a type, and every other one without a sign-off."""
    signed = draw.choice(("", f"\nSigned-off-by: {person}\n"))
    return f"{words(draw, 3, 7).capitalize()}\n{body(draw)}{signed}"


def body(draw: random.Random) -> str:
    """Up to three paragraphs of up to four lines."""
    lines = [[words(draw, 6, 11) for _ in range(draw.randint(1, 4))] for _ in range(draw.randint(0, 3))]
    return "".join("\n" + "\n".join(paragraph) + "\n" for paragraph in lines)


def words(draw: random.Random, least: int, most: int) -> str:
    """A line that means nothing."""
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(least, most)))
