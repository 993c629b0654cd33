"""A repository of many parts: scopes and settings that belong to paths, in commits, ranges and pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import history
from gitpact.install import actions, hook_script, hooks_directory
from gitpact.policy import parsing
from tests.support.repos import bare, commit, gitpact, init, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

POLICY = """
[push]
branches = []
[scopes]
api = ["services/api/**"]
web = ["apps/web/**"]
[[path]]
match = "services/**"
[path.message]
issue = "required"
[path.push]
max-file-size = "1kB"
"""


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", POLICY)
    repo.git("add", ".")
    assert not commit(repo, "chore: begin").returncode
    return repo


def stage(repo: Repo, name: str, size: int = 10) -> None:
    write(repo.path / name, "x" * size)
    repo.git("add", "--", name)


@pytest.mark.usefixtures("each_git")
def test_a_commit_names_the_part_that_it_changes(hooked: Repo) -> None:
    stage(hooked, "apps/web/ü.js")
    done = commit(hooked, "feat(api): add a page")
    assert done.returncode == 1
    assert "'apps/web/ü.js' belongs to the scope 'web', not to 'api'" in done.stderr
    assert "feat(web): add a page" in done.stderr
    assert not commit(hooked, "feat(web): add a page").returncode
    stage(hooked, "services/api/a")
    assert "issue-required" in commit(hooked, "feat(api): add a route").stderr
    assert not commit(hooked, "feat(api): add a route (#1)").returncode


def test_a_range_is_judged_by_the_files_of_each_commit(hooked: Repo) -> None:
    for name, header in (("services/api/a", "feat(web): a"), ("apps/web/b", "feat(web): b"), ("c", "feat: c")):
        stage(hooked, name)
        hooked.git("commit", "-q", "--no-verify", "-s", "-m", header)
    hooked.git("switch", "-q", "-c", "side", "HEAD~2")
    stage(hooked, "services/d")
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat: d (#2)")
    hooked.git("merge", "-q", "--no-verify", "-m", "Merge branch 'main' into side", "main")
    done = gitpact("lint", "HEAD", cwd=hooked.path)
    assert done.returncode == 1
    assert "checked 5 of 6 commits (not checked in full: 1 merge); errors: 2, warnings: 0" in done.stdout
    assert "[scope-paths]" in done.stdout
    for globs, count in ((["apps/**"], 1), (["apps/**", "services/"], 3), (["*.none"], 0), (["gitpact.toml"], 1)):
        options = [word for glob in globs for word in ("--path", glob)]
        done = gitpact("lint", "HEAD", *options, "--format", "json", cwd=hooked.path)
        assert f'"commits": {count},' in done.stdout
    wrong = gitpact("lint", "--path", "[a", cwd=hooked.path)
    assert (wrong.returncode, "--path: " in wrong.stderr) == (2, True)
    zh = gitpact("lint", "HEAD", cwd=hooked.path, env={"GITPACT_LANG": "zh"}).stdout
    assert "属于范围“api”" in zh


def test_a_range_of_names_and_mailmap_and_files_at_once(hooked: Repo) -> None:
    """What git tells of a commit besides its object is read in one walk."""
    write(hooked.path / "gitpact.toml", POLICY + "[dco]\nmailmap = true\n")
    stage(hooked, "services/api/two words")
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat(web): x (#1)")
    done = gitpact("lint", cwd=hooked.path)
    assert "'services/api/two words' belongs to the scope 'api'" in done.stdout


def test_a_push_is_measured_by_the_files(hooked: Repo, sandbox: Path) -> None:
    bare(sandbox / "there.git")
    hooked.git("remote", "add", "origin", str(sandbox / "there.git"))
    stage(hooked, "apps/web/large", 2000)
    assert not commit(hooked, "feat(web): add it").returncode
    stage(hooked, "services/api/large", 2000)
    assert "the limit per file is 1 kB" in commit(hooked, "feat(api): add it (#1)").stderr
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat(api): add it (#1)")
    done = run("git", "push", "origin", "main", cwd=hooked.path)
    assert done.returncode == 1
    assert "'services/api/large' is 2 kB; the limit per file is 1 kB" in done.stderr
    assert "apps/web/large" not in done.stderr


def test_fix_writes_the_scope_of_the_files(hooked: Repo) -> None:
    stage(hooked, "apps/web/a")
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat(api): add a page")
    assert gitpact("fix", "--apply", cwd=hooked.path).returncode == 0
    assert hooked.git("log", "-1", "--format=%s").strip() == "feat(web): add a page"


def test_a_merge_that_is_none_has_files(hooked: Repo) -> None:
    """One that names an ancestor of its parent too is judged as an ordinary commit, by its files."""
    hooked.git("commit", "-q", "--allow-empty", "--no-verify", "-s", "-m", "chore: more")
    stage(hooked, "services/api/a")
    tree = hooked.git("write-tree").strip()
    sign = "Signed-off-by: Ann Lee <ann@example.org>"
    for parents in (("HEAD", "HEAD~1"), ("HEAD~1", "HEAD")):
        words = [word for parent in parents for word in ("-p", parent)]
        made = hooked.git("commit-tree", tree, *words, "-m", "feat(web): x (#1)", "-m", sign).strip()
        done = gitpact("lint", f"HEAD..{made}", cwd=hooked.path)
        assert "'services/api/a' belongs to the scope 'api', not to 'web'" in done.stdout


@pytest.mark.usefixtures("hooked")
def test_a_commit_with_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_PATHS", 10)
    policy = parsing.parse(POLICY, "x")
    with pytest.raises(GitpactError, match="a commit changes too many files"):
        list(history.records(["HEAD"], policy))


def test_the_tables_do_not_apply_to_a_merge(hooked: Repo) -> None:
    text = f"{POLICY}[[path]]\nmatch = 'mm/'\n[path.message]\nmax-parents = 1\n"
    write(hooked.path / "gitpact.toml", text)
    hooked.git("checkout", "-q", "-b", "side")
    stage(hooked, "mm/f")
    assert not commit(hooked, "feat: aside").returncode
    hooked.git("checkout", "-q", "main")
    for words in (("--no-ff",), ("--no-commit", "--no-ff")):
        merged = run("git", "merge", "-q", *words, "side", cwd=hooked.path)
        made = run("git", "commit", "-q", "--no-edit", cwd=hooked.path) if "--no-commit" in words else merged
        assert made.returncode == 0, made.stderr
        hooked.git("reset", "-q", "--hard", "HEAD^")


def test_a_submodule_is_a_file_of_the_commit_whatever_is_configured(hooked: Repo, sandbox: Path) -> None:
    other = init(sandbox / "other")
    other.git("commit", "-q", "--allow-empty", "-m", "one")
    text = POLICY.replace("[[path]]", 'sub = ["mods/**"]\n[[path]]', 1)
    write(hooked.path / "gitpact.toml", text)
    hooked.git("config", "diff.ignoreSubmodules", "all")
    run(
        "git",
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(other.path),
        "mods/sub",
        cwd=hooked.path,
    )
    stage(hooked, "apps/web/a")
    refused = commit(hooked, "fix(web): both")
    assert (refused.returncode, "'mods/sub' belongs to the scope 'sub'" in refused.stderr) == (1, True), refused.stderr
    assert not commit(hooked, "fix(web, sub): both").returncode


def test_the_first_commit_is_amended_without_what_is_only_intended(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", POLICY)
    repo.git("add", ".")
    assert not commit(repo, "chore: begin").returncode
    write(repo.path / "services" / "x", "x")
    repo.git("add", "-N", "services/x")
    done = run("git", "commit", "-q", "--amend", "-s", "-m", "chore: start", cwd=repo.path)
    assert done.returncode == 0, done.stderr


def test_the_command_for_one_time_works_for_the_limit_of_a_path(hooked: Repo) -> None:
    stage(hooked, "services/api/big", 2000)
    refused = commit(hooked, "feat(api): grow (#1)")
    assert (refused.returncode, "GIT_FILE_SIZE_LIMIT=2000" in refused.stderr) == (1, True), refused.stderr
    words = ("git", "commit", "-q", "-s", "-m", "feat(api): grow (#1)")
    assert run("env", "GIT_FILE_SIZE_LIMIT=2000", *words, cwd=hooked.path).returncode == 0


def test_a_path_asks_for_the_issue_that_the_branch_gives(hooked: Repo) -> None:
    hooked.git("checkout", "-q", "-b", "feat/12-login")
    stage(hooked, "services/api/a")
    assert "feat(api): add a route (#12)" in commit(hooked, "feat(api): add a route").stderr
    hooked.git("commit", "-q", "--no-verify", "-s", "-m", "feat(api): add a route")
    assert "feat(api): add a route (#12)" in gitpact("lint", "main..HEAD", cwd=hooked.path).stdout


def test_a_scope_for_files_whose_names_git_quotes(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", POLICY.replace("[scopes]", "[message]\nscope = 'required'\n[scopes]"))
    for name in ("apps/web/日本", 'apps/web/a"b', "apps/web/a\tb"):
        stage(hooked, name)
        assert "feat(web): add it" in commit(hooked, "feat: add it").stderr
        hooked.git("reset", "-q")
