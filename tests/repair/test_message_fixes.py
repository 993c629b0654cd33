"""Which commits get another message, and which are left to a person."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.policy import parsing
from gitpact.records import Ident
from gitpact.repair import message_fixes

if TYPE_CHECKING:
    from tests.support.repos import Repo

POLICY = parsing.parse("", "gitpact.toml")
JUDGE = message_fixes.Judge(POLICY)
ANN = Ident("Ann Lee", "ann@example.org")
SIGNED = f"Signed-off-by: {ANN}"


def fixes(repo: Repo, *messages: str | bytes, signer: Ident | None = None, encoding: str = "") -> list[str]:
    """The new messages for commits with these messages, the oldest first."""
    for message in messages:
        data = message if isinstance(message, bytes) else message.encode()
        words = ["git", "-c", f"i18n.commitEncoding={encoding}", "commit", "-q", "--allow-empty", "--cleanup=verbatim"]
        subprocess.run([*words, "-F", "-"], cwd=repo.path, input=data, check=True)
    return [fix.text for fix in message_fixes.fixes(("HEAD",), message_fixes.Judge(POLICY, signer))][::-1]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Feature: x.\n", "feat: x\n"),
        ("Feature: x.\n\nBody stays.  \n\n\nRefs: 1\n", "feat: x\n\nBody stays.  \n\n\nRefs: 1\n"),
        ("fix(api) : x\n\n# a heading\n", "fix(api): x\n\n# a heading\n"),
        ("?\n", ""),
        (b"Feature: \xff\n", ""),
    ],
    ids=["a type", "a body", "a line like a comment", "what only a person knows", "not UTF-8"],
)
def test_one(repo: Repo, message: str | bytes, text: str) -> None:
    assert fixes(repo, message) == [text]


@pytest.mark.parametrize(
    ("message", "stored"),
    [
        ("Feature: x\r\n\r\nBody.\r\n", b"feat: x\r\n\r\nBody.\r\n"),
        ("Feature: x\n\nBody.\r\n", b"feat: x\n\nBody.\n"),
        ("Feature: x\r", b"feat: x\n"),
    ],
    ids=["of every line", "of one line", "without a line feed"],
)
def test_carriage_returns_stay_if_all_lines_have_one(repo: Repo, message: str, stored: bytes) -> None:
    fixes(repo, message.encode())
    (fix,) = message_fixes.fixes(("HEAD",), JUDGE)
    assert message_fixes.stored(fix.text, fix.result.commit) == stored


@pytest.mark.parametrize("message", ["feat: x\n", "fixup! feat: x\n", "feat: x (#1)\n\n不签署\n"])
def test_nothing_to_fix(repo: Repo, message: str) -> None:
    assert fixes(repo, message) == []


def test_text_behind_a_nul_is_no_part_of_a_header(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: start")
    head = repo.git_bytes("cat-file", "commit", "HEAD").partition(b"\n\n")[0]
    words = ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    done = subprocess.run(words, cwd=repo.path, input=head + b"\n\nFeature: a\0b\n", capture_output=True, check=True)
    repo.git("update-ref", "HEAD", done.stdout.decode().strip())
    (fix,) = message_fixes.fixes(("HEAD",), JUDGE)
    assert (fix.text, message_fixes.whole_text(fix)) == ("", None)


def test_a_message_that_was_not_read_whole_is_left(repo: Repo) -> None:
    assert fixes(repo, "Feature: x\n\n" + "word " * 300_000) == [""]


@pytest.mark.parametrize("message", ["feat: x\n", "Feature: x\n", f"Feature: x\n\n{SIGNED}\n"])
def test_with_a_sign_off(repo: Repo, message: str) -> None:
    """The policy need not ask for it."""
    assert fixes(repo, message, signer=ANN) == [f"feat: x\n\n{SIGNED}\n"]


@pytest.mark.parametrize("signer", [Ident("Bob", "bob@x.org"), None], ids=["another author's", "unasked"])
def test_nobody_else_is_signed_off(repo: Repo, signer: Ident | None) -> None:
    assert fixes(repo, "feat: x\n", signer=signer) == []


def test_in_the_encoding_of_the_commit(repo: Repo) -> None:
    latin = "Feature: Bücher\n".encode("latin-1")
    assert fixes(repo, latin, encoding="ISO-8859-1") == ["feat: Bücher\n"]
    (fix,) = message_fixes.fixes(("HEAD",), message_fixes.Judge(POLICY))
    assert message_fixes.stored(fix.text, fix.result.commit) == "feat: Bücher\n".encode("latin-1")
    assert message_fixes.stored("feat: 书\n", fix.result.commit) is None
    assert message_fixes.reworded(fix, "feat: 书\n", JUDGE)[1:] == ("", "feat: 书\n", "")
    assert message_fixes.reworded(fix, "feat: other\n", JUDGE).text == "feat: other\n"
