"""`gitpact sync` with a real remote: every step, every stop, and that a second call goes on where the first stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from gitpact.cli import app, questions
from gitpact.git import user_command
from gitpact.install import actions, hook_script, hooks_directory
from tests.support.commands import caller
from tests.support.repos import Repo, bare, init, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

GIVEN = ("--type", "feat", "-m", "add login", "-s")


class Place(NamedTuple):
    """A clone on the branch `topic` with the hooks and a commit that is pushed, another clone, and their remote."""

    here: Repo
    other: Repo
    hub: Repo


@pytest.fixture
def place(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    hub = bare(sandbox / "hub.git")
    clones = []
    for name in ("here", "other"):
        repo = init(sandbox / name)
        repo.git("remote", "add", "origin", str(hub.path))
        clones.append(repo)
    here, other = clones
    monkeypatch.chdir(here.path)
    write(here.path / "a", "1\n")
    here.git("add", ".")
    here.git("commit", "-q", "-s", "-m", "chore: start")
    here.git("switch", "-q", "-c", "topic")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    return Place(here, other, hub)


@pytest.fixture
def run(place: Place, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `gitpact sync`; gives the exit code, the output and the errors."""
    assert place
    return caller("sync", capfd)


def subjects(repo: Repo, ref: str = "topic") -> list[str]:
    return repo.git("log", "--format=%s", ref).splitlines()


def elsewhere(place: Place, text: str, name: str = "b") -> None:
    """Somebody else pushes a commit to the same branch."""
    place.other.git("fetch", "-q", "origin")
    place.other.git("switch", "-q", "-C", "topic", "origin/topic")
    write(place.other.path / name, text)
    place.other.git("add", ".")
    place.other.git("commit", "-q", "-s", "-m", "fix: from elsewhere")
    place.other.git("push", "-q", "origin", "topic")


def test_from_changes_to_the_remote(place: Place, run: Run) -> None:
    write(place.here.path / "new", "x")
    write(place.here.path / "a", "2\n")
    code, out, _ = run("-a", *GIVEN)
    assert (code, out.splitlines()[:3]) == (
        0,
        ["  stage the changed and new files: 2", "  commit what is staged", "  push to origin/topic"],
    )
    assert subjects(place.hub) == ["feat: add login", "chore: start"]
    assert place.here.git("rev-parse", "--abbrev-ref", "@{upstream}") == "origin/topic"
    assert run()[:2] == (
        0,
        "  fetch, and rebase topic on origin/topic\n  push to origin/topic\nthere is nothing to push\n",
    )


def test_what_others_pushed_comes_first(place: Place, run: Run) -> None:
    run()
    elsewhere(place, "theirs")
    write(place.here.path / "a", "2\n")
    place.here.git("add", "a")
    write(place.here.path / "a", "3\n")  # not staged: it is put aside and comes back
    assert run(*GIVEN)[0] == 0
    assert subjects(place.hub) == ["feat: add login", "fix: from elsewhere", "chore: start"]
    assert (place.here.path / "a").read_text() == "3\n"
    assert place.here.git("status", "--porcelain").split() == ["M", "a"]


def test_a_conflict_is_told_and_the_next_call_goes_on(place: Place, run: Run) -> None:
    run()
    elsewhere(place, "theirs\n", "a")
    write(place.here.path / "a", "mine\n")
    code, out, _ = run("-a", *GIVEN)
    assert (code, "this clone has files with conflicts, or an unfinished operation" in out) == (1, True)
    assert "  to abort the operation: git rebase --abort" in out
    assert run() == (1, out[out.index("this clone has files with conflicts") :], "")
    write(place.here.path / "a", "both\n")
    place.here.git("add", "a")
    place.here.git("-c", "core.editor=true", "rebase", "--continue")
    assert run()[0] == 0
    assert subjects(place.hub) == ["feat: add login", "fix: from elsewhere", "chore: start"]


def test_a_refused_commit_and_a_refused_push_change_nothing_else(place: Place, run: Run) -> None:
    write(place.here.path / "a", "2\n")
    code, out, _ = run("-a", "--type", "feat", "-m", "add login.", "-s")
    assert (code, "no commit was made; the staged changes are still staged" in out) == (1, True)
    assert out.splitlines()[-1].endswith("gitpact sync")
    assert place.here.git("diff", "--cached", "--name-only") == "a"
    place.here.git("commit", "-q", "--no-verify", "-m", "Bad.")
    code, out, err = run()
    assert (code, "the push was refused; your commits are safe" in out, "push refused" in err) == (1, True, True)


def test_what_cannot_begin(place: Place, run: Run) -> None:
    run()
    write(place.here.path / "a", "2\n")
    assert "nothing is staged; changed or new files: 1" in run()[2]
    place.here.git("remote", "rename", "origin", "up")
    place.here.git("remote", "add", "other", "https://x.example/a")
    place.here.git("branch", "--unset-upstream")
    assert "there is no remote origin" in run("-a", *GIVEN)[2]
    place.here.git("switch", "-q", "--detach")
    assert "HEAD is detached, so there is no branch to push" in run("-a", *GIVEN)[2]


def test_a_remote_that_is_gone(place: Place, run: Run) -> None:
    write(place.here.path / "a", "2\n")
    place.here.git("remote", "set-url", "origin", str(place.hub.path / "no"))
    code, out, _ = run("-a", *GIVEN)
    assert (code, "git could not fetch from origin; your commits are safe" in out) == (1, True)
    assert subjects(place.here)[0] == "feat: add login"


def test_files_that_git_cannot_stage(place: Place, run: Run) -> None:
    write(place.here.path / "a", "2\n")
    write(place.here.path / ".git" / "index.lock", "")
    code, _, err = run("-a", *GIVEN)
    assert (code, "git could not stage the files" in err) == (2, True)


@pytest.mark.parametrize(("answer", "pushed", "files"), [("y", "feat: add login", 11), ("n", "chore: start", 1)])
def test_a_person_is_asked_what_to_stage(  # noqa: PLR0913, PLR0917  the fixtures, and a row of the table
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, pushed: str, files: int
) -> None:
    for number in range(files):
        write(place.here.path / f"new{number}", "x")
    monkeypatch.setattr(questions, "can_ask", lambda: True)
    monkeypatch.setattr(questions, "answer", lambda _: answer)
    code, out, _ = run(*GIVEN)
    assert (code, subjects(place.hub)[0]) == (0, pushed)
    assert out.startswith("  ?? new0\n")
    assert ("  … and 1 more\n" in out) is (files == 11)


class KilledError(BaseException):
    """What ends a sync between two commands of git."""


@pytest.mark.parametrize("step", range(5))
def test_killed_before_each_step_the_next_call_ends_the_same(
    place: Place, run: Run, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    run()
    elsewhere(place, "theirs")
    write(place.here.path / "a", "2\n")
    real, calls = user_command.run, list[str]()

    def killed(*words: str, folder: str | None = None) -> int:
        calls.append(words[1])
        if len(calls) == step + 1:
            raise KilledError
        return real(*words, folder=folder)

    monkeypatch.setattr(user_command, "run", killed)
    with pytest.raises(KilledError):
        app.main(["sync", "-a", *GIVEN])
    assert calls == ["add", "commit", "fetch", "rebase", "push"][: step + 1]
    monkeypatch.setattr(user_command, "run", real)
    assert run("-a", *GIVEN)[0] == 0
    assert subjects(place.hub) == ["feat: add login", "fix: from elsewhere", "chore: start"]
    assert place.here.git("status", "--porcelain") == ""


def test_an_only_remote_of_another_name(place: Place, run: Run) -> None:
    place.here.git("remote", "rename", "origin", "up")
    assert run()[0] == 0
    assert place.here.git("rev-parse", "--abbrev-ref", "@{upstream}") == "up/topic"


def test_commits_that_wait_are_pushed_beside_other_changes(place: Place, run: Run) -> None:
    """In a script, where nobody can say whether the files belong to the commits."""
    write(place.here.path / "unrelated", "x")
    assert run()[0] == 0
    assert subjects(place.hub) == ["chore: start"]
    assert (
        "hint: stage files with git add, then run gitpact sync again; or let gitpact sync -a stage all changed and new files"
        in run()[2]
    )


@pytest.mark.parametrize("local", [True, False])
def test_an_upstream_of_another_name(place: Place, run: Run, *, local: bool) -> None:
    """Git push refuses it too; nothing of a topic gets into another branch."""
    run()
    place.here.git("switch", "-q", "-c", "more", "--track", "topic" if local else "origin/topic")
    write(place.here.path / "a", "2\n")
    code, out, err = run("-a", *GIVEN)
    assert subjects(place.hub) == ["chore: start"]
    if local:
        assert (code, "  push to origin/more\n" in out, subjects(place.hub, "more")[0]) == (0, True, "feat: add login")
    else:
        assert (code, "the branch more and its upstream origin/topic" in err) == (2, True)


def test_a_merge_is_not_flattened(place: Place, run: Run) -> None:
    run()
    elsewhere(place, "theirs")
    place.here.git("switch", "-q", "-c", "side")
    place.here.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: side")
    place.here.git("switch", "-q", "topic")
    place.here.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: apart")
    place.here.git("merge", "-q", "--no-ff", "--no-commit", "side")
    write(place.here.path / "only-in-the-merge", "x")
    place.here.git("add", ".")
    place.here.git("commit", "-q", "-s", "-m", "Merge branch 'side'")
    code, out, _ = run()
    assert (
        code,
        "a rebase would lose the changes that you made in a merge commit" in out,
        "git merge origin/topic" in out,
    ) == (1, True, True)
    place.here.git("merge", "-q", "--no-edit", "origin/topic")
    assert run()[0] == 0
    assert "only-in-the-merge" in place.hub.git("ls-tree", "--name-only", "topic")


def test_commits_that_were_pushed_and_rewritten(place: Place, run: Run) -> None:
    run()
    before = place.hub.git("rev-parse", "topic")
    place.here.git("commit", "-q", "--amend", "-s", "-m", "chore: begin")
    code, out, _ = run()
    lease = f"git push --force-with-lease=topic:{before} origin topic"
    assert (code, out.splitlines()[-1].endswith(lease)) == (1, True)
    place.here.git(*lease.split()[1:])
    assert subjects(place.hub) == ["chore: begin"]
    assert run()[0] == 0


def test_an_autostash_that_does_not_fit(place: Place, run: Run) -> None:
    run()
    elsewhere(place, "theirs\n", "a")
    write(place.here.path / "new", "x")
    place.here.git("add", "new")
    write(place.here.path / "a", "mine\n")
    code, out, _ = run(*GIVEN)
    assert (code, "  your uncommitted changes are in the stash; to see them: git stash show\n" in out) == (
        1,
        True,
    )
    assert run("-a", *GIVEN)[0] == 1, "no marks of a conflict are pushed"
    assert subjects(place.hub) == ["fix: from elsewhere", "chore: start"]


def test_a_merge_in_progress(place: Place, run: Run) -> None:
    run()
    elsewhere(place, "theirs")
    place.here.git("fetch", "-q")
    place.here.git("merge", "-q", "--no-ff", "--no-commit", "origin/topic")
    code, out, _ = run()
    assert (code, "git merge --continue; gitpact sync" in out, "git merge --abort" in out) == (1, True, True)


def test_a_composed_message_is_kept_without_a_commit(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place.here.path / "a", "2\n")
    hook = write(place.here.hooks / "post-checkout", "")
    theirs = write(place.here.hooks / "pre-commit.gitpact-orig", "#!/bin/sh\nexit 1\n", 0o755)
    assert (hook.exists(), theirs.exists()) == (True, True)
    shim = place.here.hooks / "pre-commit"
    shim.write_text("#!/bin/sh\nexit 1\n")
    assert run("-a", *GIVEN)[0] == 1
    kept = place.here.path / ".git" / "gitpact" / "COMPOSED_MSG"
    assert kept.read_text().startswith("feat: add login\n")
    shim.unlink()
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return ""

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr(questions, "can_ask", lambda: True)
    assert run()[0] == 0
    assert "Description (at most 94 columns) [add login]: " in asked
    assert subjects(place.hub)[0] == "feat: add login"
    assert not kept.exists()
