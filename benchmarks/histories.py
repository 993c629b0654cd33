"""Histories to judge: as long as asked for, conforming or not in any commit, the same every time."""

from __future__ import annotations

import random
import subprocess
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TEXT = (
    "add remove login page cache token parse message queue retry timeout server client config path user group error "
    "handle when where empty first last index table under load test build image layer store fetch push pull name list"
)
WORDS = TEXT.split()
CHINESE_TEXT = "添加 修复 登录 页面 缓存 令牌 解析 消息 队列 重试 超时 服务器 客户端 配置 路径 用户 分组 错误 处理 索引"
CHINESE = CHINESE_TEXT.split()
FIRST, LAST = ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal"), ("Fox", "Kim", "Lee", "Poe", "Roe")
TYPES = ("feat", "fix", "docs", "style", "refactor", "test", "chore", "perf", "build", "ci")
SCOPES = ("", "", "(api)", "(core)", "(cmd/ctl)")
START = 1_600_000_000  # seconds


def make(folder: Path, commits: int, kind: str = "conforming") -> None:
    """A bare repository with a branch `main` of that many commits by forty people; one file, so little but messages.

    `kind` is one of KINDS: how a message is made, and the policy that it keeps.
    """
    message, policy = KINDS[kind]
    draw = random.Random(7)  # noqa: S311  the same history every time
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    with tempfile.TemporaryFile() as stream:
        for number in range(commits):
            name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
            person = f"{name} <{name.lower().replace(' ', '.')}@example.org>"
            text = message(draw, person).encode()
            when = f"{person} {START + number} +0000"
            head = f"commit refs/heads/main\nauthor {when}\ncommitter {when}\ndata {len(text)}\n"
            file = b"" if number else f"M 644 inline gitpact.toml\ndata {len(policy)}\n{policy}\n".encode()
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


def chinese(draw: random.Random, person: str) -> str:
    """A message in Chinese that keeps the standard policy."""
    header = f"{draw.choice(TYPES)}{draw.choice(SCOPES)}: {words(draw, 3, 7, CHINESE, '')}"
    lines = [[words(draw, 6, 11, CHINESE, "") for _ in range(draw.randint(1, 4))] for _ in range(draw.randint(0, 3))]
    below = "".join("\n" + "\n".join(paragraph) + "\n" for paragraph in lines)
    return f"{header}\n{below}\nSigned-off-by: {person}\n"


def ticket(draw: random.Random, person: str) -> str:
    """A message with a ticket of the project's own form."""
    header = f"{draw.choice(TYPES)}{draw.choice(SCOPES)}: {words(draw, 3, 7)} (PROJ-{draw.randint(1, 9999)})"
    return f"{header}\n{body(draw)}\nSigned-off-by: {person}\n"


def words(draw: random.Random, least: int, most: int, among: Sequence[str] = WORDS, between: str = " ") -> str:
    """A line that means nothing."""
    return between.join(draw.choice(among) for _ in range(draw.randint(least, most)))


# How a message is made, and the policy that it keeps or breaks.
KINDS: dict[str, tuple[Callable[[random.Random, str], str], str]] = {
    "conforming": (good, ""),
    "conforming, in Chinese": (chinese, ""),
    "conforming, with tickets": (ticket, '[message]\nissue = "required"\nissue-pattern = "PROJ-[0-9]+"\n'),
    "conforming, exempt subjects": (good, '[exempt]\nsubjects = ["Initial commit"]\n'),
    "non-conforming": (bad, ""),
}
