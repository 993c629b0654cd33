"""The issue of the branch, in real commits and ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import commit, gitpact, run, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

POLICY = "[message]\nissue = 'branch'\nissue-pattern = 'PROJ-[0-9]+'\nissue-place = 'start'\n[push]\nbranches = []\n"


def test_it_is_asked_for_and_written(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", POLICY)
    assert not commit(repo, "feat: on a branch without an issue").returncode
    repo.git("switch", "-q", "-c", "feat/PROJ-12-login")
    done = commit(repo, "feat: add it")
    assert done.returncode == 1
    assert "write the issue reference at the start of the description: 'PROJ-12 …'" in done.stderr
    assert "feat: PROJ-12 add it" in done.stderr, "the suggestion"
    assert (
        "the branch is for the issue PROJ-12, but the message has PROJ-13"
        in commit(repo, "feat: PROJ-13 add it").stderr
    )
    assert not commit(repo, "feat: PROJ-12 add it").returncode
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-s", "-m", "feat: PROJ-13 add more")
    done = gitpact("lint", cwd=repo.path)
    assert done.stdout.count("the branch is for the issue PROJ-12") == 1
    made = gitpact("commit", "--type", "fix", "-m", "close it", "-s", "--", "--allow-empty", cwd=repo.path)
    assert made.returncode == 0, made.stderr + made.stdout
    assert repo.git("log", "-1", "--format=%s").strip() == "fix: PROJ-12 close it"


def test_a_message_that_nobody_edited_makes_no_commit(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.EVERY)
    write(repo.path / "gitpact.toml", f"preset = 'conventional'\n{POLICY.replace('branch', 'required', 1)}")
    repo.git("add", ".")
    repo.git("commit", "-q", "--no-verify", "-m", "chore: begin")
    repo.git("switch", "-q", "-c", "feat/PROJ-12-login")
    done = run("env", "GIT_EDITOR=true", "git", "commit", "-q", "--allow-empty", cwd=repo.path)
    assert done.returncode == 1, done.stderr
    assert repo.git("log", "-1", "--format=%s").strip() == "chore: begin"


def test_a_rebased_commit_is_on_its_branch(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", f"preset = 'conventional'\n{POLICY}")
    repo.git("add", ".")
    assert not commit(repo, "chore: begin").returncode
    repo.git("switch", "-q", "-c", "feat/PROJ-12-login")
    write(repo.path / "page", "x")
    repo.git("add", "page")
    assert not commit(repo, "feat: PROJ-12 add it").returncode
    editor = write(repo.path / "editor", "#!/bin/sh\necho 'feat: add it' >\"$1\"\n", 0o755)
    todo = "sed -i.bak s/pick/reword/"
    words = ("env", f"GIT_SEQUENCE_EDITOR={todo}", f"GIT_EDITOR={editor}", "git", "rebase", "-q", "-i", "HEAD^")
    done = run(*words, cwd=repo.path)
    assert "write the issue reference at the start" in done.stderr
