"""The hook and a range give one verdict on one commit, however git is told to clean its message up."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import commit_range
from gitpact.install import actions, hook_script, hooks_directory
from gitpact.policy import parsing
from gitpact.rules import evaluate
from tests.support.repos import EMAIL

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("each_git")

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
# What Python takes for white space and git does not (`sane_ctype` in git's ctype.c), and a look-alike of both.
ODD_SPACES = "\u3000\u00a0\x0b\x0c\x85\u2028\u2029\x1c\x1f\u2003\u1680\u200b"
MESSAGES = {
    **{f"U+{ord(char):04X} alone": f"{char}\n" for char in ODD_SPACES},
    **{f"U+{ord(char):04X} below the header": f"feat: x\n{char}\n\nbody\n\n{SIGNED}\n" for char in "\u3000\x0b\x85"},
    **{f"U+{ord(char):04X} before the sign-off": f"feat: x\n\nbody\n{char}\n{SIGNED}\n" for char in "\u3000\x0b\x85"},
    "conforming": f"feat: x\n\n{SIGNED}\n",
    "empty lines first": f"\n\nfeat: x\n\n{SIGNED}\n",
    "spaces at ends of lines": f"feat: x \n \nbody \n\n{SIGNED} \n",
    "empty lines at the end": f"feat: x\n\n{SIGNED}\n\n\n",
    "no empty line below the header": f"feat: x\n{SIGNED}\n",
    "a comment first": f"# a note\nfeat: x\n\n{SIGNED}\n",
    "a comment in the body": f"feat: x\n\n# a note\n\n{SIGNED}\n",
    "a comment behind the sign-off": f"feat: x\n\n{SIGNED}\n# a note\n",
    "line ends of Windows": f"feat: x\r\n\r\n{SIGNED}\r\n",
    "no line end": f"feat: x\n\n{SIGNED}",
    "tabs alone": "\t\n\t\n",
}


@pytest.fixture
def judged(repo: Repo) -> Repo:
    """A repository with one commit and the hook live."""
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return repo


@pytest.mark.parametrize("how", ["", "verbatim", "whitespace", "scissors"])
def test_what_the_hook_accepts_a_range_accepts(judged: Repo, how: str) -> None:
    """And what it refuses is refused there too, if it is committed all the same."""
    file = judged.path / "message"
    policy = parsing.parse("", "x")
    start = judged.git("rev-parse", "HEAD")
    command = ["git", "commit", "-q", "--allow-empty", "-F", "message", *([f"--cleanup={how}"] if how else [])]
    for name, text in MESSAGES.items():
        file.write_text(text, encoding="utf-8", newline="")
        judged.git("reset", "-q", "--soft", start)
        done = subprocess.run(command, cwd=judged.path, env=judged.env(), capture_output=True, check=False)
        forced = subprocess.run([*command, "--no-verify"], cwd=judged.path, env=judged.env(), check=False)
        if forced.returncode:
            assert done.returncode, name  # git makes no commit of it
            continue
        (result,) = commit_range.results(["HEAD^!"], policy)
        assert (done.returncode == 0) == (evaluate.errors(result) == 0), (name, done.stderr, result.findings)


@pytest.mark.parametrize("email", [EMAIL, "<a@b.c>", ' a@b.c"'])
@pytest.mark.parametrize(
    "name", ["Ann Lee", "Steven I.", '"Ann"', "Ann Lee, Jr.", " Ann ", "Ann <x> Lee", "O'Neil'", "李雷。", "\u3000李雷"]
)
def test_a_sign_off_counts_as_git_writes_it(judged: Repo, name: str, email: str) -> None:
    """Git takes some characters off both ends of names and addresses (`crud` in ident.c)."""
    judged.git("config", "user.name", name)
    judged.git("config", "user.email", email)
    policy = parsing.parse("", "x")
    typed = f"Signed-off-by: {name} <{email}>"
    judged.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: x")
    assert [evaluate.errors(result) for result in commit_range.results(["HEAD^!"], policy)] == [0]
    command = ["git", "commit", "-q", "--allow-empty", "-m", "feat: x", "-m", typed]
    done = subprocess.run(command, cwd=judged.path, env=judged.env(), capture_output=True, check=False)
    judged.git(*command[1:], "--no-verify")
    (result,) = commit_range.results(["HEAD^!"], policy)
    assert (done.returncode == 0) == (evaluate.errors(result) == 0)


@pytest.mark.parametrize(("encoding", "accepted"), [("", False), ("ISO-8859-1", True)])
def test_a_name_in_latin_1(judged: Repo, encoding: str, accepted: bool) -> None:
    """Without the encoding git takes the whole message for Latin-1 and stores something else (`verify_utf8`)."""
    config = judged.path / ".git/config"
    config.write_bytes(config.read_bytes() + b"[user]\n\tname = J\xf6rg\n\temail = j@x.org\n")
    if encoding:
        judged.git("config", "i18n.commitEncoding", encoding)
    for command in (["-m", "feat: x", "-s"], ["-m", "feat: x"]):
        words = ["git", "commit", "-q", "--allow-empty", *command]
        done = subprocess.run(words, cwd=judged.path, env=judged.env(), capture_output=True, check=False)
        assert done.returncode == (0 if accepted and "-s" in command else 1)
        assert b"crashed" not in done.stderr
        assert accepted or b"[message-encoding]" in done.stderr or "-s" not in command


def test_a_merge_in_words_of_ones_own(judged: Repo) -> None:
    """It is one when it is made, when it is amended, and when a rebase makes it again; any other commit is none."""
    start = judged.git("rev-parse", "HEAD")
    judged.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: a")
    judged.git("checkout", "-q", "-b", "side", start)
    judged.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: b")
    judged.git("checkout", "-q", "main")
    judged.git("merge", "-q", "side", "-m", "Bring both together")
    for words in (["--amend", "--no-edit"], ["--amend", "-m", "Bring the two together"], ["--am", "-m", "Both"]):
        done = subprocess.run(["git", "commit", "-q", *words], cwd=judged.path, env=judged.env(), check=False)
        assert done.returncode == 0, words
        assert judged.git("rev-list", "--count", "--merges", f"{start}..") == "1"
    edit = "sed -i -e 's/^merge -C/merge -c/'"
    command = ["git", "rebase", "-q", "-i", "-r", "--no-ff", start]
    env = judged.env(GIT_SEQUENCE_EDITOR=edit, GIT_EDITOR="sed -i -e '1s/.*/All of it/'")
    assert subprocess.run(command, cwd=judged.path, env=env, check=False).returncode == 0
    assert judged.git("log", "-1", "--format=%s %P").count(" ") > 3
    refused = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "Both"], cwd=judged.path, env=judged.env(), check=False
    )
    assert refused.returncode == 1
