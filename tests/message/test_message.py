"""Bytes into a message (how-git-reads-a-message 10 to 19)."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

from gitpact import message
from gitpact.message.white_space import is_blank
from gitpact.policy import parsing
from gitpact.records import Commit, Settings
from gitpact.rules import evaluate

if TYPE_CHECKING:
    from tests.support.repos import Repo


def test_carriage_returns_are_not_counted() -> None:
    assert message.from_bytes(b"feat: x\r\n\r\nbody\r\n").lines == ("feat: x", "", "body")


def test_a_lone_carriage_return_is_data() -> None:
    assert message.from_bytes(b"feat: x\ry").lines == ("feat: x\ry",)


def test_a_byte_order_mark_is_noted_and_put_aside() -> None:
    found = message.from_bytes(b"\xef\xbb\xbffeat: x\n")
    assert found.bom
    assert found.header.prefix.fault is None


def test_bytes_of_another_encoding() -> None:
    latin = "feat: é".encode("latin-1")
    assert message.from_bytes(latin).bad_byte == 6
    assert message.from_bytes(latin, Settings(encoding="latin-1")).header.description == "é"
    assert message.from_bytes("feat: 添加".encode("gbk"), Settings(encoding="GBK")).header.description == "添加"


def test_an_unknown_encoding_is_no_crash() -> None:
    found = message.from_bytes(b"feat: x", Settings(encoding="no-such"))
    assert found.bad_byte == 0
    assert found.header.description == "x"


def test_nothing_has_no_lines() -> None:
    found = message.from_bytes(b"")
    assert (found.lines, found.header.text, found.block) == ((), "", 0)


def test_the_header_is_the_first_line_even_when_it_is_blank() -> None:
    assert message.from_bytes(b"\nfeat: x\n").header.text == ""


def test_a_wrapped_header_is_not_joined() -> None:
    assert message.from_bytes(b"feat: x\ncontinued\n").header.text == "feat: x"


def test_a_megabyte_is_read_at_once() -> None:
    found = message.from_bytes(b"feat: x\n\n" + b"Signed-off-by: A <a@b.co>\n" * 40_000)
    assert len(found.trailers) == 40_000


LINES = (
    *("feat: x", "fix(a): y", " feat: z", "feat: q ", "feat: t\t", "feat: w\r", "- item", "添加", "x\x0by", "#12"),
    *(
        "Signed-off-by: A <a@b.co>",
        "",
        "",
        " ",
        "\t",
        "\r",
        "\u3000",
        "\u00a0",
        "\x0b",
        "\x0c",
        "\x85",
        "\u2028",
        "\x1c",
    ),
)


def test_the_header_of_600_messages_is_the_subject_that_git_log_shows(repo: Repo) -> None:
    """Git joins the lines of the first paragraph: there is one, or `body-leading-blank` finds the others.

    It passes over blank lines above; a message that begins with one is refused, as its header is that line.
    """
    chosen, policy = random.Random(5), parsing.parse("", "x")  # noqa: S311  the same messages in each run
    texts = ["\n".join(chosen.choices(LINES, k=chosen.randint(1, 6))) + chosen.choice(("", "\n")) for _ in range(600)]
    stream = b"".join(
        b"commit refs/heads/main\ncommitter A <a@b.co> 1 +0000\ndata %d\n%s\n" % (len(text.encode()), text.encode())
        for text in texts
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input=stream, env=repo.env(), check=True)
    subjects = repo.git("log", "--reverse", "--format=%x00%s").split("\0")[1:]
    assert len(subjects) == 600
    for text, shown in zip(texts, subjects, strict=True):
        read = message.from_bytes(text.encode())
        if is_blank(text.split("\n", 1)[0]):
            assert read.header.text == ""
            continue
        several = any(found.rule == "body-leading-blank" for found in evaluate.judge(Commit(read), policy).findings)
        subject, header = shown.removesuffix("\n"), read.header.text
        assert subject == header or (several and subject.startswith(f"{header} ")), text
