"""`gitpact fix` after a commit that the hook refused: shows the suggested message and makes the commit."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry, questions
from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repos import Repo

    Run = Callable[..., tuple[int, str]]

NOTHING = "nothing to fix in the commits that are only on your branch; for other commits: gitpact fix A..B\n"
SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
GOOD = f"feat: add login\n\n{SIGNED}"


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    """A repository with one commit, the hooks, and a changed file and a new one in the folder `a b`."""
    write(repo.path / "a b" / "x", "1")
    repo.git("add", ".")
    repo.git("commit", "-q", "-s", "-m", "chore: start")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "a b" / "x", "2")
    write(repo.path / "a b" / "new", "3")
    repo.git("add", "a b/new")
    return repo


@pytest.fixture
def run(hooked: Repo, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `gitpact fix`; gives the exit code and the output."""
    assert hooked.path.is_dir()

    def call(*args: str) -> tuple[int, str]:
        code = entry.exit_code_of(lambda: app.main(["fix", *args]))
        return code, capfd.readouterr().out

    return call


def refuse(repo: Repo, *words: str, folder: str = ".") -> str:
    """Make a commit that the hook refuses; gives what the hook says."""
    done = subprocess.run(
        ["git", "commit", *words],
        cwd=repo.path / folder,
        env=repo.env(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def head(repo: Repo) -> str:
    return repo.git("log", "-1", "--format=%B").strip()


def files(repo: Repo) -> list[str]:
    return repo.git("show", "--format=", "--name-status", "HEAD").splitlines()


def test_the_first_commit_of_a_repository(repo: Repo, capfd: pytest.CaptureFixture[str]) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "x", "1")
    repo.git("add", ".")
    assert "correct later:" in refuse(repo, "-s", "-m", "feature：add login")
    assert entry.exit_code_of(lambda: app.main(["fix", "--apply"])) == 0
    assert head(repo).startswith("feat: add login\n")
    assert entry.exit_code_of(lambda: app.main(["fix"])) == 0, "nothing is left to correct"
    assert capfd.readouterr().err == ""


def test_the_refusal_names_the_command(hooked: Repo) -> None:
    later = next(line for line in refuse(hooked, "-m", "feature：add login").splitlines() if "correct later:" in line)
    assert later.split(":", 1)[1].strip().endswith("gitpact fix")


def test_shown_first_and_made_when_asked_for(hooked: Repo, run: Run) -> None:
    refuse(hooked, "-m", "feature：add login")
    code, said = run()
    assert (code, head(hooked)) == (1, f"chore: start\n\n{SIGNED}")
    assert said.startswith("the commit that the hook refused:\n feature：add login\n  - feature：add login\n")
    assert "  + feat: add login\n" in said
    assert said.rstrip().endswith("gitpact fix --apply")
    assert run("--apply")[0] == 0
    assert (head(hooked), files(hooked)) == (GOOD, ["A\ta b/new"])
    assert run() == (0, NOTHING)


@pytest.mark.parametrize(
    ("words", "folder", "changed"),
    [
        (["-a"], ".", ["A\ta b/new", "M\ta b/x"]),
        (["x"], "a b", ["M\ta b/x"]),
        (["--amend"], ".", ["A\ta b/new", "A\ta b/x"]),
    ],
    ids=["all files", "a path, from a folder below", "in the place of the last commit"],
)
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="options of git commit can be seen only on Linux")
def test_with_what_was_asked_of_git(hooked: Repo, run: Run, words: list[str], folder: str, changed: list[str]) -> None:
    refuse(hooked, "-m", "feature：add login", *words, folder=folder)
    assert run("--apply")[0] == 0
    assert (head(hooked), files(hooked)) == (GOOD, changed)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("e", 0), ("n", 1)])
def test_a_person_is_asked(hooked: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    hooked.git("config", "core.editor", "sed -i '1s/.*/feat: typed/'")
    refuse(hooked, "-m", "feature：add login")
    monkeypatch.setattr(questions, "can_ask", lambda: True)
    monkeypatch.setattr(questions, "answer", lambda _: answer)
    assert run()[0] == code
    assert head(hooked).split("\n")[0] == {"y": "feat: add login", "e": "feat: typed", "n": "chore: start"}[answer]


def test_a_message_that_only_a_person_can_write(hooked: Repo, run: Run) -> None:
    hooked.git("config", "core.editor", "sed -i '1s/^/feat: /'")
    refuse(hooked, "-s", "-m", "\N{CYRILLIC SMALL LETTER A}b login", "-m", "kept")
    code, said = run("--apply")
    assert (code, said.rstrip().endswith("gitpact fix --edit")) == (1, True)
    assert run("--edit")[0] == 0
    assert head(hooked) == f"feat: \N{CYRILLIC SMALL LETTER A}b login\n\nkept\n\n{SIGNED}"


def test_earlier_commits_come_first(hooked: Repo, run: Run) -> None:
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "Feat: old")
    write(hooked.path / "y", "4")
    hooked.git("add", "y")
    refuse(hooked, "-m", "feature：add login")
    code, said = run()
    assert (code, "the hook refused" in said) == (1, False)
    code, said = run("--apply")
    assert (code, "messages corrected: 1" in said) == (0, True)
    assert hooked.git("log", "--format=%s", "-2").splitlines() == ["feat: add login", "feat: old"]


def test_a_range_is_of_commits(hooked: Repo, run: Run) -> None:
    refuse(hooked, "-m", "feature：add login")
    assert run("HEAD", "--apply") == (0, "nothing to fix in these commits\n")


def test_another_commit_is_checked_out(hooked: Repo, run: Run) -> None:
    refuse(hooked, "-m", "feature：add login")
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat: other")
    assert run("--apply") == (0, NOTHING)


def test_a_commit_that_git_cannot_make(hooked: Repo, run: Run) -> None:
    refuse(hooked, "-m", "feature：add login")
    write(hooked.path / ".git" / "index.lock", "")
    assert run("--apply")[0] == 2


def test_git_sent_elsewhere(hooked: Repo, run: Run) -> None:
    """Where git was called for another folder, the one in which the person stood is unknown."""
    done = subprocess.run(
        ["git", "-C", "a b", "commit", "-m", "feature：add login"],
        cwd=hooked.path,
        env=hooked.env(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "correct later:" not in done.stderr
    assert run("--apply") == (0, NOTHING)
