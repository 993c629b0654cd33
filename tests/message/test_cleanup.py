"""Which text git stores (how-git-reads-a-message 1 to 19), against `git stripspace` and what `git commit` stored."""

from __future__ import annotations

import random
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.git import config as git_config
from gitpact.message import cleanup, white_space
from gitpact.records import Settings

if TYPE_CHECKING:
    from tests.support.repos import Repo

CUT = "# ------------------------ >8 ------------------------"
PIECES = [
    "feat: x",
    "body text",
    "",
    "",
    "   ",
    "\t",
    "# comment",
    "#12 no comment",
    "  # indented",
    "; semicolon",
    "// slashes",
    "trailing \t ",
    "carriage\r",
    "\r",
    "form\x0c feed\x0c",
    "添加",
    "Signed-off-by: A <a@b.co>",
    CUT,
    CUT.replace("#", ";"),
    CUT + " ",
    "x" + CUT,
]
# Name, configuration. `--cleanup` on the command line is what a hook cannot see.
MODES = {
    "default": [],
    "verbatim": ["commit.cleanup=verbatim"],
    "whitespace": ["commit.cleanup=whitespace"],
    "strip": ["commit.cleanup=strip"],
    "scissors": ["commit.cleanup=scissors"],
    "other comment character": ["core.commentChar=;"],
    "other comment character and scissors": ["core.commentChar=;", "commit.cleanup=scissors"],
    "comment string": ["core.commentString=//"],
    "comment string and scissors": ["core.commentString=//", "commit.cleanup=scissors"],
    "verbose": ["commit.verbose=true"],
    "verbose and whitespace": ["commit.verbose=2", "commit.cleanup=whitespace"],
}


def random_text(rnd: random.Random) -> str:
    ending = rnd.choice(["", "\n", "\n\n\n"])
    return "\n".join(rnd.choice(PIECES) for _ in range(rnd.randint(1, 9))) + ending


@pytest.mark.long
@pytest.mark.parametrize("editor", [False, True], ids=["message given", "editor used"])
@pytest.mark.parametrize("config", MODES.values(), ids=MODES)
def test_our_text_is_what_git_commit_stored(repo: Repo, config: list[str], editor: bool) -> None:
    """The hook's view of the file (bytes, GIT_EDITOR), cleaned, equals the commit that git then made of it."""
    hook = repo.path / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncp "$1" .git/seen\nprintf %s "${GIT_EDITOR-}" > .git/editor\n')
    hook.chmod(0o755)
    for entry in config:
        repo.git("config", *entry.split("=", 1))
    (repo.path / "tracked").write_text("x\n")
    repo.git("add", "tracked")
    rnd = random.Random(f"{config}{editor}")  # noqa: S311  the same corpus each time
    known = git_config.settings(git_config.entries())
    stored = 0
    for _ in range(25):
        (repo.path / ".git/typed").write_text(random_text(rnd), newline="")
        # The editor puts the text above git's hints, or in their place.
        how = rnd.choice(['cat .git/typed - <"$1" >.git/both; cp .git/both "$1"', 'cp .git/typed "$1"'])
        (repo.path / ".git/edit").write_text(f"#!/bin/sh\n{how}\n")
        (repo.path / ".git/edit").chmod(0o755)
        args = ["-c", "core.editor=.git/edit"] if editor else []
        given_text = [] if editor else ["-F", ".git/typed"]
        (repo.path / "tracked").write_text(f"{rnd.random()}\n")
        done = subprocess.run(
            ["git", *args, "commit", "-aq", *given_text],
            cwd=repo.path,
            capture_output=True,
            check=False,
            env=repo.env(GIT_EDITOR=None),
        )
        seen = (repo.path / ".git/seen").read_bytes()
        used = (repo.path / ".git/editor").read_text() != ":"
        assert used is editor
        ours = cleanup.clean(seen, known, editor=used)
        if done.returncode == 0:
            stored += 1
            theirs = repo.git_bytes("cat-file", "commit", "HEAD").partition(b"\n\n")[2]
            assert ours == theirs
        else:
            assert b"empty commit message" in done.stderr
            assert not _without_sign_offs(ours)
    assert stored


def _without_sign_offs(text: bytes) -> bytes:
    """Git takes a message of nothing but sign-offs for empty (`rest_is_empty`)."""
    lines = [line for line in text.split(b"\n") if not line.startswith(b"Signed-off-by: ")]
    return b"".join(lines).strip(white_space.SPACE_BYTES)


TEXTS = st.lists(st.sampled_from([*PIECES, "\x0b", "a\n", "b\r\n"]), max_size=12).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, strip=st.booleans())
def test_stripspace_is_gits(text: str, strip: bool) -> None:
    raw = text.encode()
    args = ["git", "stripspace", *(["-s"] if strip else [])]
    theirs = subprocess.run(args, input=raw, capture_output=True, check=True).stdout
    assert cleanup.stripspace(raw, b"#" if strip else b"") == theirs


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("feat: x\n# hint\n", b"#"),
        ("feat: x\n#12\n; hint\n; more\n", b";"),
        ("#12\n@ ------------------------ >8 ------------------------\nx\n", b"@"),
        ("feat: x\n", b"#"),
        ("", b"#"),
    ],
    ids=["hash", "semicolon hints", "scissors", "no hints", "empty"],
)
def test_comment_character_auto_is_inferred(raw: str, expected: bytes) -> None:
    assert cleanup.comment_of(raw.encode(), Settings(comment="auto"), editor=True) == expected


AUTO = {
    "no line begins with one": ("feat: x", b"#"),
    "a line begins with the first": ("feat: x\n\n#12", b";"),
    "the first line does": ("#12 x", b";"),
    "several do": ("#\n;\r@\n!", b"$"),
    "all do": ("#\n;\n@\n!\n$\n%\n^\n&\n|\n:", b"#"),
}


@pytest.mark.parametrize(("raw", "expected"), AUTO.values(), ids=AUTO)
def test_comment_character_auto_without_an_editor(raw: str, expected: bytes) -> None:
    """Git takes the first that no line begins with; the last line of a message is no hint."""
    assert cleanup.comment_of(raw.encode(), Settings(comment="auto"), editor=False) == expected


def test_auto_against_git(repo: Repo) -> None:
    repo.git("config", "core.commentChar", "auto")
    (repo.path / ".git/hooks").mkdir(exist_ok=True)
    hook = repo.path / ".git/hooks/commit-msg"
    hook.write_text('#!/bin/sh\ncp "$1" .git/seen\n')
    hook.chmod(0o755)
    (repo.path / ".git/template").write_text("feat: x\n\n#12 stays\n")
    args = ["git", "-c", "core.editor=true", "commit", "-q", "--allow-empty", "-e", "-F", ".git/template"]
    subprocess.run(args, cwd=repo.path, check=True, env=repo.env(GIT_EDITOR=None))
    seen = (repo.path / ".git/seen").read_bytes()
    ours = cleanup.clean(seen, git_config.settings(git_config.entries()), editor=True)
    assert ours == repo.git_bytes("cat-file", "commit", "HEAD").partition(b"\n\n")[2]


def test_scissors_of_a_plain_commit_cut_only_when_git_wrote_them() -> None:
    """`git commit -v` cannot be seen by a hook: git's own block below the line tells (how-git-reads-a-message 4)."""
    typed = f"feat: x\n\n{CUT}\nkept by git\n".encode()
    written = f"feat: x\n\n{CUT}\n# Do not modify or remove the line above.\n# more\ndiff --git a/a b/a\n+x\n".encode()
    translated = f"feat: x\n\n{CUT}\n# 不要改动或删除上面的一行。\ndiff --git a/a b/a\n+x\n".encode()
    assert cleanup.clean(typed, Settings(), editor=True) == b"feat: x\n\nkept by git\n"
    assert cleanup.clean(written, Settings(), editor=True) == b"feat: x\n"
    assert cleanup.clean(translated, Settings(), editor=True) == b"feat: x\n"


def test_scissors_in_the_first_line_leave_nothing() -> None:
    assert cleanup.clean(f"{CUT}\n# Do not modify or remove the line above.\n".encode(), Settings(), editor=True) == b""


def test_a_megabyte_of_line_ends() -> None:
    assert cleanup.clean(b"feat: x\n" + b"\r\n" * 1_000_000 + b"end", Settings(), editor=True) == b"feat: x\n\nend\n"


def test_comments_below_a_scissors_line_are_read_once() -> None:
    raw = f"feat: x\n\n{CUT}\n".encode() + b"#\n" * 400_000
    start = time.process_time()
    assert cleanup.clean(raw, Settings(), editor=True)
    assert time.process_time() - start < 10, "seconds, where it was for ever"
