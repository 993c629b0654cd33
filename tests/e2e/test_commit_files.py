"""Real commits through the installed pre-commit hook: what is staged, and the branch it goes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import hooks
from gitpact.install import actions, hook_script, hooks_directory
from tests.support.managers import ready
from tests.support.repos import bare, commit, run, watched, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

SMALL = '[push]\nmax-file-size = "1kB"\n'


@pytest.fixture
def hooked(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with hooks and a small limit for files."""
    watched(monkeypatch, sandbox)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", SMALL)
    return repo


def stage(repo: Repo, name: str, size: int) -> None:
    write(repo.path / name, "x" * size)
    repo.git("add", "--", name)


def commands(said: str) -> dict[str, str]:
    return dict(re.findall(r"^  ([^:\n]+): +(.+)$", said, re.MULTILINE))


def test_a_small_file_is_silent(hooked: Repo) -> None:
    stage(hooked, "a", 1000)
    done = commit(hooked)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_large_file_is_refused_and_taken_out(hooked: Repo) -> None:
    stage(hooked, "two words", 2000)
    done = commit(hooked)
    assert done.returncode == 1
    assert "'two words' is 2 kB; the limit per file is 1 kB [file-size]" in done.stderr
    way = commands(done.stderr)
    assert way["remove the file"] == "git rm --cached -f -- 'two words'"
    assert way["or allow once"].startswith("GIT_FILE_SIZE_LIMIT=2000 git commit ")
    assert not run("sh", "-c", way["remove the file"], cwd=hooked.path).returncode
    assert not commit(hooked).returncode
    assert (hooked.path / "two words").exists()


def test_a_large_file_that_the_remote_has_from_long_ago_is_restored(hooked: Repo, sandbox: Path) -> None:
    """It travels no second time: commit and push give the same answer."""
    there = bare(sandbox / "there.git")
    hooked.git("remote", "add", "origin", str(there.path))
    stage(hooked, "big", 2000)
    assert not commit(hooked, GITPACT="0").returncode
    assert commit(hooked, "feat: y").returncode == 0, "nothing is staged"
    run("git", "rm", "-q", "big", cwd=hooked.path)
    assert not commit(hooked, "feat: drop big").returncode
    stage(hooked, "again", 2000)
    assert commit(hooked, "feat: z").returncode == 1, "the remote has nothing yet"
    assert not run("git", "push", "-q", "origin", "main", cwd=hooked.path, env={"GITPACT": "0"}).returncode
    done = commit(hooked, "feat: restore big")
    assert (done.returncode, done.stderr) == (0, "")
    assert not run("git", "push", "-q", "origin", "main", cwd=hooked.path).returncode
    stage(hooked, "other", 3000)
    assert "'other' is 3 kB" in commit(hooked, "feat: other").stderr


def test_a_file_that_grew(hooked: Repo) -> None:
    stage(hooked, "a", 10)
    commit(hooked)
    stage(hooked, "a", 2000)
    done = commit(hooked)
    assert "[file-size]" in done.stderr
    assert commands(done.stderr)["remove the file"] == "git restore --staged -- a"


def test_the_index_counts_and_not_the_work_tree(hooked: Repo) -> None:
    stage(hooked, "a", 10)
    write(hooked.path / "a", "x" * 2000)
    assert not commit(hooked).returncode
    stage(hooked, "b", 2000)
    write(hooked.path / "b", "x")
    assert commit(hooked).returncode == 1


def test_a_commit_of_paths_alone(hooked: Repo) -> None:
    stage(hooked, "a", 10)
    stage(hooked, "b", 2000)
    done = run("git", "commit", "-q", "-s", "-m", "feat: one of them", "--", "a", cwd=hooked.path)
    assert not done.returncode, done.stderr


def test_a_clean_filter_makes_it_small(hooked: Repo) -> None:
    write(hooked.path / ".gitattributes", "*.bin filter=small\n")
    hooked.git("config", "filter.small.clean", "head -c 5")
    stage(hooked, "a.bin", 2000)
    assert not commit(hooked).returncode


def test_the_limit_is_raised_once(hooked: Repo) -> None:
    stage(hooked, "a", 2000)
    assert commit(hooked, GIT_FILE_SIZE_LIMIT="1500").returncode == 1
    assert not commit(hooked, GIT_FILE_SIZE_LIMIT="2000").returncode


@pytest.mark.measured
def test_a_limit_that_is_none(hooked: Repo) -> None:
    done = commit(hooked, GIT_FILE_SIZE_LIMIT="x")
    assert done.returncode
    assert "GIT_FILE_SIZE_LIMIT: 'x' is not a size" in done.stderr


def test_deletions_links_and_submodules_have_no_size(hooked: Repo) -> None:
    stage(hooked, "a", 2000)
    commit(hooked, GIT_FILE_SIZE_LIMIT="1MB")
    hooked.git("rm", "-q", "a")
    (hooked.path / "link").symlink_to("nowhere")
    hooked.git("add", "link")
    hooked.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    done = commit(hooked)
    assert not done.returncode, done.stderr


def test_odd_names(hooked: Repo) -> None:
    stage(hooked, "new\nline \u56fe\u202e", 2000)
    done = commit(hooked)
    assert done.returncode == 1
    assert "'new<U+000A>line \u56fe<U+202E>' is 2 kB" in done.stderr


@pytest.mark.measured
def test_forbidden_paths(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", '[push]\nforbidden-paths = ["*.pem"]\n')
    stage(hooked, "a.pem", 1)
    done = commit(hooked)
    assert (
        "'a.pem' matches '*.pem'; this project does not allow such files; remove the file from the commit [path-forbidden]"
        in done.stderr
    )
    assert "this once" not in done.stderr


def test_an_amendment_may_put_back_what_was_there(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", '[push]\nforbidden-paths = ["*.pem"]\n')
    for size in (10, 20):
        stage(hooked, "a.pem", size)
        hooked.git("commit", "-q", "-s", "--no-verify", "-m", "feat: a key")
    stage(hooked, "b.pem", 10)
    assert "'b.pem' matches '*.pem'" in commit(hooked).stderr
    hooked.git("rm", "-q", "--cached", "b.pem")
    hooked.git("restore", "--source=HEAD^", "--staged", "a.pem")
    assert not run("git", "commit", "-q", "--amend", "--no-edit", "--allow-empty", cwd=hooked.path).returncode


def test_a_merge_is_asked_only_for_its_own(hooked: Repo) -> None:
    stage(hooked, "a", 10)
    commit(hooked)
    hooked.git("switch", "-q", "-c", "feat/theirs")
    stage(hooked, "big", 2000)
    stage(hooked, "a", 20)
    commit(hooked, GIT_FILE_SIZE_LIMIT="1MB")
    hooked.git("switch", "-q", "main")
    stage(hooked, "a", 30)
    commit(hooked)
    assert run("git", "merge", "-q", "feat/theirs", cwd=hooked.path).returncode
    stage(hooked, "a", 25)
    done = run("git", "commit", "-q", "--no-edit", cwd=hooked.path)
    assert not done.returncode, done.stderr


@pytest.mark.measured
def test_a_warning_passes(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", "[push]\nwarn-file-size = 10\n")
    stage(hooked, "a", 100)
    done = commit(hooked)
    assert not done.returncode
    assert "commit accepted (1 warning)" in done.stderr


def test_a_branch_name_refuses_where_a_push_would_be(hooked: Repo) -> None:
    hooked.git("switch", "-q", "-c", "feature/x")
    assert commit(hooked).stderr == ""
    write(hooked.path / "gitpact.toml", '[rules]\nbranch-name = "error"\n')
    done = commit(hooked)
    assert done.returncode == 1
    assert commands(done.stderr)["rename the branch"] == "git branch -m feat/x"
    hooked.git("branch", "-m", "feat/x")
    assert not commit(hooked).returncode
    hooked.git("switch", "-q", "--detach")
    assert not commit(hooked).returncode


@pytest.mark.measured
def test_skips_are_said(hooked: Repo) -> None:
    stage(hooked, "a", 2000)
    done = commit(hooked, GITPACT_SKIP="size")
    assert not done.returncode
    assert "GITPACT_SKIP is set, so the errors of these rules are not shown: file-size" in done.stderr
    stage(hooked, "b", 2000)
    assert commit(hooked, GITPACT="0").stderr == ""


def test_two_files_and_a_warning_are_told_together(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", SMALL + "warn-file-size = 100\n")
    for name, size in (("a", 3000), ("b", 2000), ("c", 500)):
        stage(hooked, name, size)
    done = commit(hooked)
    assert "2 files are larger than the limit per file" in done.stderr
    assert "warning: 'c' is 500 B" in done.stderr


def test_where_refs_are_kept_elsewhere_git_is_asked(hooked: Repo) -> None:
    """A reftable repository, which git before 2.45 cannot make, has no branch in its HEAD."""
    commit(hooked)
    folder = hooked.path / "fake"
    write(folder / "HEAD", "ref: refs/heads/.invalid\n")
    assert hooks.branch(str(folder)) == "refs/heads/main"
    hooked.git("switch", "-q", "--detach")
    assert not hooks.branch(str(folder))


@pytest.mark.measured
def test_a_branch_name_that_suggests_nothing(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", '[push]\nbranches = ["v*"]\n[rules]\nbranch-name = "error"\n')
    done = commit(hooked)
    assert "rename" not in done.stderr
    assert "rules branch-name" in done.stderr
    assert not commit(hooked, GITPACT_SKIP="refs").returncode


def test_a_path_that_is_committed_puts_the_file_back(hooked: Repo) -> None:
    commit(hooked)
    stage(hooked, "two words", 2000)
    done = run("git", "commit", "-m", "feat: x", "--", "two words", cwd=hooked.path)
    assert "  When you run the git commit command, do not use 'two words'.\n  remove the file:" in done.stderr


def test_all_that_a_refused_commit_had_staged_is_staged_again(hooked: Repo) -> None:
    """Git throws away what `commit -a` has put into the index."""
    for name in ("big", "a"):
        stage(hooked, name, 10)
    commit(hooked)
    for name in ("big", "a"):
        write(hooked.path / name, "y" * (2000 if name == "big" else 20))
    done = run("git", "commit", "-s", "-am", "feat: x", cwd=hooked.path)
    way = commands(done.stderr)
    assert "  When you run the git commit command, do not use -a.\n  remove the file:" in done.stderr
    assert way["remove the file"] == "git add -u && git restore --staged -- big"
    assert not run("bash", "-c", way["remove the file"], cwd=hooked.path).returncode
    assert not run("git", "commit", "-s", "-m", "feat: x", cwd=hooked.path).returncode
    assert hooked.git("show", "--name-only", "--format=", "HEAD") == "a"


@pytest.mark.parametrize("name", ["e\u3000w", "new\nline", "tab\there"])
def test_names_that_not_every_shell_can_quote(hooked: Repo, name: str) -> None:
    stage(hooked, name, 2000)
    way = commands(commit(hooked).stderr)
    assert not run("sh", "-c", way["remove the file"], cwd=hooked.path).returncode
    assert hooked.git("ls-files") == ""


def test_what_was_read_from_a_stream_is_not_typed_again(hooked: Repo) -> None:
    stage(hooked, "a", 2000)
    assert "or allow once" in run("git", "commit", "-m", "feat: x", cwd=hooked.path).stderr
    assert "or allow once" not in run("git", "commit", "-F", "-", cwd=hooked.path).stderr


@pytest.mark.measured
def test_git_lfs_is_named_where_it_is(hooked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "git-lfs")
    stage(hooked, "big.bin", 2000)
    done = run("git", "commit", "-a", "-s", "-m", "feat: big", cwd=hooked.path)
    way = commands(done.stderr)
    assert "  When you run the git commit command, do not use -a.\n  remove the file:" in done.stderr
    assert not run("sh", "-c", way["or store the file in Git LFS"], cwd=hooked.path).returncode
    assert not commit(hooked).returncode
    assert hooked.git("show", "HEAD:big.bin").startswith("version https://git-lfs")
