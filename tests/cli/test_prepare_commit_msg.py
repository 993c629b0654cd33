"""prepare-commit-msg with real git: what the editor opens on, when nothing is touched, and how it is installed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry
from gitpact.cli.hooks import dispatch
from gitpact.errors import GitpactError
from gitpact.git import cache
from gitpact.install import actions, hook_script, hooks_directory
from gitpact.repair import scope_guess
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repos import Repo

    Commit = Callable[..., subprocess.CompletedProcess[str]]

NAME = "prepare-commit-msg"
SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
FORM = "# feat(api): description (#12)   (at most 100 columns)\n# types: "

GIT_WROTE = "\n# Please enter the commit message for your changes.\n"


@pytest.fixture
def begun(hooked: Repo, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What the hook makes of a message file; further arguments are git's, and the environment of the hook."""
    monkeypatch.chdir(hooked.path)

    def call(*args: str, text: str = GIT_WROTE, **env: str) -> str:
        path = write(hooked.path / ".git" / "COMMIT_EDITMSG", text)
        assert dispatch.main([NAME, str(path), *args], {**os.environ, **env}) == 0
        return path.read_text()

    return call


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    """A repository on the branch feat/12-login with the hooks; the history of the staged file has the scope `api`."""
    for number in "12":
        write(repo.path / "api" / "a", number)
        repo.git("add", ".")
        repo.git("commit", "-q", "-s", "-m", f"fix(api): change {number}")
    repo.git("switch", "-q", "-c", "feat/12-login")
    write(repo.path / "api" / "a", "3")
    repo.git("add", ".")
    actions.install(hooks_directory.find(), hook_script.EVERY)
    return repo


@pytest.fixture
def commit(hooked: Repo, sandbox: Path) -> Commit:
    """Runs `git commit` with an editor that keeps what it opens on in the file `seen` and then runs a script on it."""

    def call(*words: str, script: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        ed = write(sandbox / "ed", f'#!/bin/sh\ncp "$1" "{sandbox}/seen"\n{script}\n', 0o755)
        return subprocess.run(
            ["git", "commit", *words],
            cwd=hooked.path,
            env=hooked.env(GIT_EDITOR=str(ed), **env),
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def seen(sandbox: Path) -> str:
    return (sandbox / "seen").read_text()


def stored(repo: Repo) -> str:
    return repo.git("log", "-1", "--format=%B").strip()


def test_where_a_message_is_begun(hooked: Repo, begun: Callable[..., str]) -> None:
    first = "feat(api):  (#12)\n\n# feat(api): description (#12)   (at most 100 columns)\n# types: "
    assert begun().startswith(first)
    assert begun().endswith("\n# each commit needs a sign-off: git commit -s\n#" + GIT_WROTE)
    for args, env in ((("message",), {}), ((), {"GITPACT": "0"}), ((), {"GIT_EDITOR": ":"})):
        assert begun(*args, **env) == GIT_WROTE
    assert begun(text="feat: x\n") == "feat: x\n"
    assert begun(text="").startswith("feat(api):  (#12)\n\n# feat(api)")
    write(hooked.path / "gitpact.toml", '[dco]\nadd = true\n[message]\nscope = "forbidden"\ntypes = []\n')
    assert begun().startswith(f"\n\n{SIGNED}\n\n# type: description (#12)   (at most 100 columns)\n#\n")
    assert begun(text=f"\n\n{SIGNED}\n\n# x\n").count(SIGNED) == 1
    write(hooked.path / "gitpact.toml", '[message]\nissue = "forbidden"\nscopes = ["api"]\n')
    assert "\n# scopes: api\n" in begun()
    hooked.git("config", "commit.cleanup", "whitespace")
    assert begun() == f"feat(api): \n{GIT_WROTE}"
    hooked.git("config", "gitpact.enabled", "false")
    assert begun() == GIT_WROTE


def test_what_the_hook_cannot_do(begun: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitpactError, match="expected the path of the message file"):
        dispatch.main([NAME])

    def fails(*_: object) -> str:
        raise GitpactError("a partial clone")

    monkeypatch.setattr(scope_guess, "of_index", fails)
    assert begun().startswith("feat:  (#12)\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "write", full)
    with pytest.raises(GitpactError, match="cannot be written: No space left"):
        begun()


def test_what_was_begun_and_not_edited_is_refused_in_a_word(
    hooked: Repo, begun: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    path = hooked.path / ".git" / "COMMIT_EDITMSG"
    begun()
    for text, said in (
        (path.read_text(), "gitpact: no commit: the message was not edited\n"),
        ("x\n", "[header-format]"),
    ):
        path.write_text(text)
        assert dispatch.main(["commit-msg", str(path)], {**os.environ, "GIT_EDITOR": "vi"}) == 1
        assert said in capfd.readouterr().err


@pytest.mark.usefixtures("each_git")
def test_the_header_is_begun_and_the_policy_is_told(hooked: Repo, commit: Commit, sandbox: Path) -> None:
    done = commit("-s", script="sed -i '1s/:/: add login/; 1s/  / /' \"$1\"")
    assert done.returncode == 0, done.stderr
    lines = seen(sandbox).split("\n")
    assert lines[0] == "feat(api):  (#12)"
    assert f"\n{SIGNED}\n" in seen(sandbox)
    assert FORM in seen(sandbox)
    assert "# each commit needs a sign-off: git commit -s\n" in seen(sandbox)
    assert stored(hooked) == f"feat(api): add login (#12)\n\n{SIGNED}"


def test_a_message_that_nobody_edits_is_no_commit(hooked: Repo, commit: Commit) -> None:
    before = stored(hooked)
    done = commit("-s")
    assert (done.returncode, done.stderr, stored(hooked)) == (
        1,
        "gitpact: no commit: the message was not edited\n",
        before,
    )


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["-m", "feat: x", "-e"], "feat: x"),
        (["-F", "api/a", "-e"], "3"),
        (["-C", "HEAD", "-e"], "fix(api): change 2"),
        (["--amend"], "fix(api): change 2"),
        (["--fixup", "HEAD", "-e"], "fixup! fix(api): change 2"),
        (["--squash", "HEAD"], "squash! fix(api): change 2"),
        (["-t", "api/a"], "3"),
    ],
)
def test_what_has_a_message_is_not_touched(commit: Commit, sandbox: Path, words: list[str], first: str) -> None:
    commit(*words)
    assert seen(sandbox).split("\n")[0] == first
    assert "# types: " not in seen(sandbox)


def test_a_merge_is_not_touched(hooked: Repo, commit: Commit, sandbox: Path) -> None:
    commit("-q", "-m", "feat: x", "-s", "--no-edit")
    hooked.git("switch", "-q", "main")
    hooked.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: apart")
    hooked.git("merge", "-q", "--no-ff", "--no-commit", "feat/12-login")
    assert commit().returncode == 0
    assert seen(sandbox).startswith("Merge branch 'feat/12-login'\n")
    assert "# types: " not in seen(sandbox)


@pytest.mark.parametrize("variable", ["GITPACT", "gitpact.enabled"])
def test_switched_off(hooked: Repo, commit: Commit, sandbox: Path, variable: str) -> None:
    hooked.git("config", "gitpact.enabled", "true" if variable == "GITPACT" else "false")
    commit(**({"GITPACT": "0"} if variable == "GITPACT" else {}))
    assert seen(sandbox).startswith("\n# ")
    assert "# types: " not in seen(sandbox)


def test_the_sign_off_that_the_policy_adds(hooked: Repo, commit: Commit, sandbox: Path) -> None:
    write(hooked.path / "gitpact.toml", "[dco]\nadd = true\n")
    assert commit(script="sed -i '1s/:/: add login/; 1s/  / /' \"$1\"").returncode == 0
    assert stored(hooked) == f"feat(api): add login (#12)\n\n{SIGNED}"
    assert "sign-off" not in seen(sandbox)
    write(hooked.path / "api" / "a", "4")
    commit("-a", "-s")
    assert seen(sandbox).count(SIGNED) == 1


POLICIES = {
    "scopes, no issue": (
        '[message]\nissue = "forbidden"\nscopes = ["api", "ui"]\n',
        "feat(api): ",
        "# feat(api): description   (at most 100 columns)\n",
        "# scopes: api, ui\n",
    ),
    "no scope, any type": (
        '[message]\nscope = "forbidden"\ntypes = []\n[dco]\nsign-off = "optional"\n',
        "",
        "# type: description (#12)   (at most 100 columns)\n#\n",
        "",
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_as_the_policy_has_it(hooked: Repo, commit: Commit, sandbox: Path, name: str) -> None:
    text, first, form, more = POLICIES[name]
    write(hooked.path / "gitpact.toml", text)
    commit()
    assert (seen(sandbox).split("\n")[0], form in seen(sandbox), more in seen(sandbox)) == (first, True, True)


def test_another_comment_character_and_another_cleanup(hooked: Repo, commit: Commit, sandbox: Path) -> None:
    hooked.git("config", "core.commentChar", ";")
    commit()
    assert "; types: " in seen(sandbox)
    hooked.git("config", "commit.cleanup", "whitespace")
    commit()
    assert "types: " not in seen(sandbox), "it would stay in the message"
    assert seen(sandbox).startswith("feat(api):  (#12)\n")


def test_in_chinese_and_on_a_branch_that_tells_nothing(hooked: Repo, commit: Commit, sandbox: Path) -> None:
    hooked.git("switch", "-q", "-c", "work")
    commit(GITPACT_LANG="zh")
    assert seen(sandbox).startswith("\n\n# type(api): description (#12)   （不超过 100 列）\n# 类型：feat, fix, ")


def test_it_is_added_on_request_stays_and_goes(repo: Repo) -> None:
    assert not gitpact("install").returncode
    assert not (repo.hooks / NAME).exists()
    assert f"{NAME}: installed" in gitpact("install", "--hook", NAME).stdout
    assert "commit-msg: live" in (told := gitpact("status").stdout)
    assert f"{NAME}: live" in told
    assert f"{NAME}: already in place" in gitpact("install").stdout
    assert f"{NAME}: removed" in gitpact("install", "--hook", "commit-msg").stdout
    gitpact("install", "--hook", NAME)
    assert f"{NAME}: removed" in gitpact("clean").stdout
    assert not list(repo.hooks.iterdir())


@pytest.mark.parametrize("words", [["--via", "husky"], ["--global"]])
def test_where_it_cannot_be(repo: Repo, capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert repo
    assert entry.exit_code_of(lambda: app.main(["install", "--hook", NAME, *words])) == 2
    assert f"--hook {NAME} works for one repository only" in capfd.readouterr().err
