"""A policy's own rules in real commits, pushes and ranges: with the files and the branch that they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.pushes import administer
from tests.support.repos import bare, commit, gitpact, run, watched, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

POLICY = """
[push]
branches = []
[[pattern]]
name = "docs-type"
where = "type"
require = '^docs$'
paths = ["docs/**"]
[[pattern]]
name = "release-notes"
where = "trailer:Release-Note"
require = '\\S \\S'
branches = ["release/*"]
[[pattern]]
name = "no-thumbs"
where = "path"
forbid = '(?i)(^|/)thumbs\\.db$'
say = { en = "do not add Thumbs.db", zh = "不要加入 Thumbs.db" }
[[pattern]]
name = "branch-ascii"
where = "branch"
require = '^[ -~]+$'
"""


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", POLICY)
    return repo


def refused(repo: Repo, *words: str) -> str:
    """What a git command that fails says."""
    done = run("git", *words, cwd=repo.path)
    assert done.returncode == 1
    return done.stderr


def stage(repo: Repo, name: str) -> None:
    write(repo.path / name, name)
    repo.git("add", "--", name)


@pytest.mark.usefixtures("each_git")
def test_the_files_of_a_commit(hooked: Repo) -> None:
    stage(hooked, "docs/a.md")
    done = commit(hooked, "feat: describe it")
    assert done.returncode == 1
    assert "the type must match the pattern ^docs$ [pattern/docs-type]" in done.stderr
    assert not commit(hooked, "docs: describe it").returncode
    stage(hooked, "src/a")
    assert not commit(hooked, "feat: build it").returncode
    hooked.git("commit", "-q", "--amend", "--no-verify", "-s", "-m", "feat: all of it")
    done = gitpact("lint", "HEAD", cwd=hooked.path)
    assert done.returncode == 0, done.stderr + done.stdout
    hooked.git("rm", "-q", "docs/a.md")
    assert commit(hooked, "chore: remove it").returncode == 1
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "chore: remove it")
    done = gitpact("lint", "HEAD", cwd=hooked.path)
    assert done.stdout.count("[pattern/docs-type]") == 1


def test_an_amended_commit_has_the_files_of_both(hooked: Repo) -> None:
    stage(hooked, "a")
    assert not commit(hooked, "chore: start").returncode
    stage(hooked, "docs/b")
    assert not commit(hooked, "docs: add b").returncode
    stage(hooked, "c")
    amended = hooked.path / "amended"
    write(amended, "feat: add b and c\n\nSigned-off-by: Ann Lee <ann@example.org>\n")
    done = gitpact("check", str(amended), cwd=hooked.path)
    assert done.returncode == 0, "a message alone has no files"
    assert "docs-type" in refused(hooked, "commit", "-q", "--amend", "-F", "amended")


def test_the_branch_of_a_commit_and_of_a_push(hooked: Repo, sandbox: Path) -> None:
    bare(sandbox / "there.git")
    hooked.git("remote", "add", "origin", str(sandbox / "there.git"))
    text = "fix: close it\n\nRelease-Note: none\nSigned-off-by: Ann Lee <ann@example.org>"
    stage(hooked, "a")
    hooked.git("commit", "-q", "-m", text)
    hooked.git("switch", "-q", "-c", "release/1")
    stage(hooked, "b")
    assert commit(hooked, "fix: b\n\nRelease-Note: none").returncode == 1
    assert "release-notes" in refused(hooked, "push", "-q", "origin", "release/1")
    hooked.git("push", "-q", "origin", "release/1:refs/heads/main")
    assert "branch-ascii" in refused(hooked, "push", "-q", "origin", "release/1:refs/heads/分支")
    hooked.git("commit", "-q", "--allow-empty", "--no-verify", "-m", text)
    assert "[pattern/release-notes]" in gitpact("lint", cwd=hooked.path).stdout


def test_a_path_is_refused_in_the_commit_and_in_the_push(hooked: Repo, sandbox: Path) -> None:
    bare(sandbox / "there.git")
    hooked.git("remote", "add", "origin", str(sandbox / "there.git"))
    stage(hooked, "img/Thumbs.db")
    done = commit(hooked, "feat: add pictures", GITPACT_LANG="zh")
    assert done.returncode == 1
    assert "不要加入 Thumbs.db" in done.stderr
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat: add pictures")
    assert "do not add Thumbs.db" in refused(hooked, "push", "-q", "origin", "main")


@pytest.mark.measured
def test_two_paths_are_a_table(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch, sandbox)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", POLICY)
    for name in ("a/Thumbs.db", "b/thumbs.db"):
        stage(repo, name)
    done = commit(repo, "feat: add pictures")
    assert done.returncode == 1
    assert "2 paths break a rule of this policy: do not add Thumbs.db [pattern/no-thumbs]" in done.stderr
    assert "b/thumbs.db" in done.stderr


def test_a_message_of_one_line_that_lacks_a_body(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", "[[pattern]]\nname = 'why'\nwhere = 'body'\nrequire = 'because'\n")
    done = gitpact("check", "-m", "feat: x", cwd=hooked.path)
    assert (done.returncode, "[pattern/why]" in done.stdout) == (1, True)


@pytest.mark.measured
def test_a_list_outside_of_the_project_is_not_shown_and_cannot_be_switched_off(hooked: Repo, sandbox: Path) -> None:
    secret = write(
        sandbox / "words.toml", "[[pattern]]\nname = 'names'\nwhere = 'message'\nforbid = '(?i)project-x+y'\n"
    )
    hooked.git("config", "gitpact.patterns", str(secret))
    hooked.git("config", "core.quotePath", "true")
    for _ in range(2):  # read, and kept
        hooked.age()
        done = commit(hooked, "feat: speed up Project-XXY", GITPACT_SKIP="")
        assert done.returncode == 1
        assert "remove 'Project-XXY' from the message [pattern/names]" in done.stderr
        assert "x+y" not in done.stderr + gitpact("policy", "show", cwd=hooked.path).stdout
    write(hooked.path / "gitpact.toml", POLICY + '[rules]\n"pattern/names" = "off"\n')
    assert "unknown rule" in commit(hooked, "feat: Project-XXY").stderr
    write(secret, "[[pattern]]\nname = 'names'\nwhere = 'message'\nforbid = 'another'\n")
    write(hooked.path / "gitpact.toml", POLICY)
    assert not commit(hooked, "feat: speed up Project-XXY").returncode
    write(secret, "[message]\nsubject-max = 5\n")
    assert "words.toml:2: message.subject-max: this file may contain only patterns" in commit(hooked, "feat: x").stderr
    hooked.git("config", "gitpact.patterns", "words.toml")
    assert "this path is not absolute" in commit(hooked, "feat: x").stderr


def test_a_floor_that_the_project_cannot_relax(hooked: Repo, sandbox: Path) -> None:
    floor = write(sandbox / "floor.toml", "[message]\nsubject-max = 20\n")
    hooked.git("config", "gitpact.floor", str(floor))
    write(hooked.path / "gitpact.toml", '[message]\nsubject-max = 90\n[rules]\nheader-max = "off"\n')
    done = commit(hooked, "feat: a description of thirty columns")
    assert done.returncode == 1
    assert "the limit is 20" in done.stderr
    assert "except where the administrator's policy sets a value" in done.stderr
    assert not commit(hooked, "feat: short").returncode
    done = gitpact("lint", "HEAD", "--policy-from", "HEAD", cwd=hooked.path)
    assert done.returncode == 0, done.stderr


def test_a_servers_administrator_keeps_a_list(hooked: Repo, sandbox: Path) -> None:
    there = bare(sandbox / "there.git")
    assert gitpact("server", "install", str(there.path), cwd=sandbox).returncode == 0
    administer(there, "[[pattern]]\nname = 'words'\nwhere = 'body'\nforbid = 'pass[w]ord'\n")
    hooked.git("remote", "add", "origin", str(there.path))
    hooked.git("commit", "-q", "--allow-empty", "-s", "--no-verify", "-m", "feat: x", "-m", "the password is x")
    assert "remove 'password' from the body [pattern/words]" in refused(
        hooked, "push", "-q", "--no-verify", "origin", "main"
    )
    assert "pass[w]" not in refused(hooked, "push", "-q", "--no-verify", "origin", "main")
