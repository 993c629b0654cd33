"""`git commit` itself, with the installed hook: what a developer goes through."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from gitpact.message import display_width
from tests.support.repos import gitpact, write
from tests.support.terminals import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("each_git")

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"


@pytest.fixture
def judged(repo: Repo) -> Repo:
    """A repository with one commit and the hook live."""
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return repo


def git(repo: Repo, *args: str, cwd: Path | None = None, **env: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *args],
        cwd=cwd or repo.path,
        env=repo.env(**env),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def stored(repo: Repo) -> str:
    return repo.git("log", "-1", "--format=%B").rstrip("\n")


def commands(said: str) -> dict[str, list[str]]:
    """The commands under a refusal, by their label."""
    rows = [line.strip().split(":", 1) for line in said.splitlines() if ":  " in line and line.startswith("  ")]
    return {
        label: command.split()
        for label, command in rows
        if label in {"use this message", "edit your message", "explain", "go on"}
    }


def test_a_refused_commit_leaves_nothing_and_loses_nothing(judged: Repo) -> None:
    """how-hooks-are-installed 38."""
    before = judged.git("rev-parse", "HEAD")
    done = git(judged, "commit", "--allow-empty", "-m", "feature：add login")
    assert done.returncode == 1
    assert judged.git("rev-parse", "HEAD") == before
    assert (judged.path / ".git/COMMIT_EDITMSG").read_text() == "feature：add login\n"


def test_the_refused_text_outlives_a_try_that_is_given_up(judged: Repo, sandbox: Path) -> None:
    """Git writes COMMIT_EDITMSG anew at each try, also at one that it aborts since nothing is left in the editor."""
    refused = git(judged, "commit", "--allow-empty", "-m", "add login", "-m", "a body worth keeping")
    edit = commands(refused.stderr)["edit your message"]
    for left in ("", "\nSigned-off-by: Ann Lee <ann@example.org>\n"):
        write(sandbox / "left", left)
        for words in (("commit", "--allow-empty"), (*edit[1:], "--allow-empty")):
            given_up = git(judged, *words, GIT_EDITOR=f"cp {sandbox / 'left'}")
            assert "Aborting commit" in given_up.stderr
            assert "gitpact" not in given_up.stderr
    assert git(judged, *edit[1:], "--allow-empty", GIT_EDITOR="sed -i '1s/^/feat: /'").returncode == 0
    assert stored(judged) == f"feat: add login\n\na body worth keeping\n\n{SIGNED}"


def test_where_the_policy_is_broken_the_refusal_says_so_and_how_to_go_on(judged: Repo) -> None:
    policy = write(judged.path / "gitpact.toml", "x = [")
    refused = git(judged, "commit", "--allow-empty", "-s", "-m", "feat: it's done")
    assert refused.returncode == 1
    said = refused.stderr.splitlines()
    assert "gitpact: commit refused, because gitpact cannot check it" in said
    again = said[-1].removeprefix("gitpact: correct the error above, then run: ")
    policy.unlink()
    subprocess.run(again, shell=True, cwd=judged.path, env=judged.env(), check=True)  # noqa: S602  as a person pastes it
    assert stored(judged).startswith("feat: it's done\n")
    write(policy, "x = [")
    pushed = git(judged, "push", ".", "HEAD:refs/heads/x")
    assert pushed.returncode == 0
    judged.git("init", "-q", "--bare", str(judged.path / "hub.git"))
    pushed = git(judged, "push", "hub.git", "HEAD:refs/heads/x")
    assert (pushed.returncode, "gitpact: push refused, because gitpact cannot check it" in pushed.stderr) == (1, True)
    assert "then run: git push hub.git HEAD:refs/heads/x" in pushed.stderr


def test_white_space_that_git_would_commit_is_no_message(judged: Repo) -> None:
    refused = git(judged, "commit", "--allow-empty", "--cleanup=verbatim", "-m", " ")
    assert (refused.returncode, "[message-empty]" in refused.stderr) == (1, True)


def test_the_suggestion_is_taken_by_the_command_shown(judged: Repo) -> None:
    """how-hooks-are-installed 38."""
    refused = git(judged, "commit", "--allow-empty", "-m", "feature：add login")
    assert git(judged, *commands(refused.stderr)["use this message"][1:], "--allow-empty").returncode == 0
    assert stored(judged) == f"feat: add login\n\n{SIGNED}"


def test_the_rejected_text_is_edited_by_the_command_shown(judged: Repo) -> None:
    refused = git(judged, "commit", "--allow-empty", "-s", "-m", "add login", "-m", "a body worth keeping")
    args = commands(refused.stderr)["edit your message"]
    done = git(judged, *args[1:], "--allow-empty", GIT_EDITOR="sed -i '1s/^/feat: /'")
    assert done.returncode == 0, done.stderr
    assert stored(judged) == f"feat: add login\n\na body worth keeping\n\n{SIGNED}"


def test_the_commands_work_from_a_folder_further_down(judged: Repo) -> None:
    below = judged.path / "a b" / "c"
    below.mkdir(parents=True)
    refused = git(judged, "commit", "--allow-empty", "-m", "feat:x", cwd=below)
    line = next(line for line in refused.stderr.splitlines() if "use this message" in line)
    shell = line.split(":", 1)[1].strip() + " --allow-empty"
    assert (
        subprocess.run(["sh", "-c", shell], cwd=below, env=judged.env(), check=False, capture_output=True).returncode
        == 0
    )


def test_an_amend_is_retried_as_an_amend(judged: Repo) -> None:
    before = judged.git("rev-list", "--count", "HEAD")
    refused = git(judged, "commit", "--amend", "--allow-empty", "-m", "feat:x")
    args = commands(refused.stderr)["use this message"]
    if sys.platform == "linux":
        assert "--amend" in args
        assert git(judged, *args[1:], "--allow-empty").returncode == 0
        assert judged.git("rev-list", "--count", "HEAD") == before


@pytest.mark.parametrize("editor", ["cat >>", "sed -i '$ a\\' "], ids=["nothing typed", "nothing changed"])
def test_an_editor_that_leaves_nothing_is_gits_business(judged: Repo, editor: str) -> None:
    done = git(judged, "commit", "--allow-empty", GIT_EDITOR=editor)
    assert "Aborting commit due to empty commit message" in done.stderr
    assert "gitpact" not in done.stderr


def test_an_editor_and_comments(judged: Repo) -> None:
    """how-hooks-are-installed 36."""
    judged.git("config", "core.commentChar", ";")
    text = f"feat: x\n\n#12 is text here\n\n{SIGNED}\n"
    (judged.path / "typed").write_text(text)
    done = git(judged, "commit", "--allow-empty", "-v", GIT_EDITOR='sh -c \'cat typed "$1" >both; cp both "$1"\' -')
    assert done.returncode == 0, done.stderr
    assert stored(judged) == text.rstrip("\n")


def test_author_and_committer(judged: Repo) -> None:
    args = ["commit", "--allow-empty", "--author", "Bob <b@x.org>", "-m", "feat: x"]
    assert (
        "the commit is by Bob <b@x.org> / Ann Lee <ann@example.org>"
        in git(judged, *args, "-m", "Signed-off-by: C <c@d.ef>").stderr
    )
    assert git(judged, *args, "-s").returncode == 0


def test_merge(judged: Repo) -> None:
    """how-hooks-are-installed 35, 38."""
    judged.git("checkout", "-q", "-b", "side")
    assert git(judged, "commit", "-q", "--allow-empty", "-s", "-m", "feat: side").returncode == 0
    judged.git("checkout", "-q", "main")
    assert git(judged, "commit", "-q", "--allow-empty", "-s", "-m", "feat: main").returncode == 0
    (judged.path / "gitpact.toml").write_text('preset = "openim"')
    refused = git(judged, "merge", "--no-ff", "--no-edit", "side")
    assert refused.returncode != 0
    assert "the commit has 2 parents; the limit is 1" in refused.stderr
    (judged.path / "gitpact.toml").write_text("")
    assert git(judged, "commit", "--no-edit").returncode == 0
    assert judged.git("rev-list", "--count", "--min-parents=2", "HEAD") == "1"


def test_fixup_revert_and_reword(judged: Repo) -> None:
    """how-hooks-are-installed 35."""
    assert git(judged, "commit", "-q", "--allow-empty", "--fixup", "HEAD").returncode == 0
    assert git(judged, "revert", "--no-edit", "-s", "HEAD").returncode in {0, 1}
    assert git(judged, "commit", "-q", "--allow-empty", "-s", "-m", 'Revert "feat: x"').returncode == 0
    (judged.path / "file").write_text("x")
    judged.git("add", "file")
    assert git(judged, "commit", "-q", "-s", "-m", "feat: file").returncode == 0
    refused = git(
        judged,
        "rebase",
        "-q",
        "-i",
        "HEAD~1",
        GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/reword/'",
        GIT_EDITOR="sed -i '1s/.*/no type here/'",
    )
    assert refused.returncode != 0
    assert "gitpact: commit refused" in refused.stderr


CLEANUPS = {
    "strip": (["-m", "feat: x\n\n# gone\n\n\nbody"], "feat: x\n\nbody"),
    "whitespace": (["-m", "feat: x  \n\n# stays\n\n\n"], "feat: x\n\n# stays"),
    "verbatim": (["-m", "feat: x\n\n\n# stays  \n"], "feat: x\n\n\n# stays  "),
    "scissors": (["-m", f"feat: x\n\n# stays\n# {'-' * 24} >8 {'-' * 24}\ngone", "-e"], "feat: x\n\n# stays"),
}


@pytest.mark.parametrize(("mode", "typed"), CLEANUPS.items(), ids=CLEANUPS)
def test_what_git_will_store_is_judged(judged: Repo, mode: str, typed: tuple[list[str], str]) -> None:
    """how-hooks-are-installed 36: what is cut off is not held against anyone, what stays is."""
    arguments, left = typed
    judged.git("config", "commit.cleanup", mode)
    write(judged.path / "gitpact.toml", '[dco]\nsign-off = "optional"\n[message]\nbody-line-max = 10\n')
    done = git(judged, "commit", "--allow-empty", *arguments, GIT_EDITOR="true")
    assert not done.returncode, done.stderr
    assert stored(judged) == left
    refused = git(judged, "commit", "--allow-empty", *[word.replace("feat:", "nope") for word in arguments])
    assert refused.returncode == 1


FILES = {
    "another encoding": (b"feat: caf\xe9\n", "latin-1", 0),
    "bytes of another encoding": (b"feat: caf\xe9\n", "utf-8", 1),
    "line ends of Windows": (b"feat: x\r\n\r\nbody\r\n", "utf-8", 0),
    "a byte order mark": (b"\xef\xbb\xbffeat: x\n", "utf-8", 1),
    "a NUL": (b"feat: x\0y\n", "utf-8", 1),
    "no end of line": (b"feat: x", "utf-8", 0),
    "a megabyte": (b"feat: x\n\n" + b"body\n" * 200_000, "utf-8", 0),
}


@pytest.mark.parametrize(("data", "encoding", "code"), FILES.values(), ids=FILES)
def test_any_bytes_have_a_defined_result(judged: Repo, data: bytes, encoding: str, code: int) -> None:
    """how-hooks-are-installed 37: a verdict, and no traceback."""
    judged.git("config", "i18n.commitEncoding", encoding)
    write(judged.path / "gitpact.toml", '[dco]\nsign-off = "optional"\n')
    (judged.path / "typed").write_bytes(data)
    done = git(judged, "commit", "--allow-empty", "-q", "-F", "typed")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert bool(code) == ("gitpact: commit refused" in done.stderr)


def test_what_went_past_the_hook_is_told_by_lint_in_the_same_words(judged: Repo) -> None:
    """how-hooks-are-installed 33, 39: by --no-verify, or by a client that runs no hooks, as those on libgit2."""
    bad = ["--allow-empty", "-m", "feature：add login。", "-m", "breaking change: x"]
    ids = re.findall(r"\[([a-z-]+)\]$", git(judged, "commit", *bad).stderr, re.MULTILINE)
    assert len(set(ids)) > 2
    assert not git(judged, "commit", "-q", "--no-verify", *bad).returncode
    tree = judged.git("rev-parse", "HEAD^{tree}")
    oid = judged.git("commit-tree", tree, "-p", "HEAD~1", *bad[1:])
    for revision in ("HEAD", oid):
        done = gitpact("lint", f"{revision}~1..{revision}")
        assert done.returncode == 1
        assert re.findall(r"\[([a-z-]+)\]$", done.stdout, re.MULTILINE) == ids


def test_linked_work_tree(judged: Repo) -> None:
    """how-hooks-are-installed 34."""
    other = judged.path.parent / "other tree"
    judged.git("worktree", "add", "-q", str(other), "-b", "other")
    refused = git(judged, "commit", "--allow-empty", "-m", "feat:x", cwd=other)
    assert refused.returncode == 1
    line = next(line for line in refused.stderr.splitlines() if "use this message" in line)
    shell = line.split(":", 1)[1].strip() + " --allow-empty"
    assert (
        subprocess.run(["sh", "-c", shell], cwd=other, env=judged.env(), check=False, capture_output=True).returncode
        == 0
    )


def test_a_graphical_client_has_no_path_no_home_and_no_locale(judged: Repo) -> None:
    """how-hooks-are-installed 29."""
    env = {
        "PATH": "/usr/bin:/bin",
        "GIT_AUTHOR_NAME": "Ann",
        "GIT_AUTHOR_EMAIL": "a@b.co",
        "GIT_COMMITTER_NAME": "Ann",
        "GIT_COMMITTER_EMAIL": "a@b.co",
    }
    done = subprocess.run(
        ["git", "commit", "--allow-empty", "-m", "feat：登录"],
        cwd=judged.path,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "feat：登录" in done.stderr.decode()
    assert b"\x1b" not in done.stderr
    assert b"(U+FF1A) only looks like" in done.stderr


@pytest.mark.parametrize("width", [50, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_terminal_is_filled_and_never_overrun(judged: Repo, width: int, language: str) -> None:
    subject = "Feature（登录）：" + "添加登录页面和注册页面" * 5
    seen = on_a_terminal(judged, width, "commit", "--allow-empty", "-m", subject, GITPACT_LANG=language, NO_COLOR="1")
    assert "\x1b" not in seen
    told = [line for line in seen.splitlines() if "git commit" not in line and "    " + "feat(" not in line]
    assert max(display_width.width(line) for line in told) <= width


def test_a_terminal_has_colour_unless_told_otherwise(judged: Repo) -> None:
    assert "\x1b[31m" in on_a_terminal(judged, 80, "commit", "--allow-empty", "-m", "bad")
    assert "\x1b" not in on_a_terminal(judged, 80, "commit", "--allow-empty", "-m", "bad", TERM="dumb")


def test_sha256_repository(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support import repos  # noqa: PLC0415

    made = repos.init(sandbox / "sha256", "--object-format=sha256")
    monkeypatch.chdir(made.path)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    assert git(made, "commit", "-q", "--allow-empty", "-m", "bad").returncode == 1
    assert git(made, "commit", "-q", "--allow-empty", "-s", "-m", "feat: x").returncode == 0
