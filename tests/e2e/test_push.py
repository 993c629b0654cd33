"""Real pushes through the installed hook, cases 40 to 58 of docs/how-a-push-is-measured.md."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import pushed_files, pushes
from gitpact.checks.push import outgoing_push
from gitpact.install import actions, hook_script, hooks_directory
from gitpact.message.display_width import width
from gitpact.policy.parsing import parse
from gitpact.records import RefUpdate
from tests.support.managers import ready
from tests.support.programs import need_git
from tests.support.pushes import Pair, commands, leads_out, pair, policy, typed
from tests.support.repos import bare, commit, gitpact, init, listing, run, worktree, write
from tests.support.terminals import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = hook_script.library()
SMALL = '[push]\nmax-file-size = "1kB"\n'


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone with hooks, and its remote."""
    return pair(sandbox, monkeypatch)


def test_a_push_that_passes_is_one_line(both: Pair) -> None:
    both.commit("a")
    both.commit("b")
    done = both.push()
    assert not done.returncode
    (said,) = ours(done.stderr)
    assert re.fullmatch(r"gitpact: ok: 2 commits, files: 2 added, about \d+ B, to origin", said)
    both.commit("a", 20)
    (both.here.path / "b").unlink()
    both.here.git("commit", "-q", "-a", "-s", "-m", "feat: remove b")
    assert "2 commits, files: 1 changed, 1 deleted" in both.push().stderr


def ours(said: str) -> list[str]:
    """The lines of the gate, above what git says of the push."""
    return said.partition("To ")[0].splitlines()


def test_a_quiet_push_is_quiet_unless_it_fails(both: Pair) -> None:
    policy(both, '[push]\nwarn-file-size = "1kB"\nmax-file-size = "3kB"\nsummary = "full"\n')
    both.commit("a", 2000)
    for option in ("-q", "--quiet", "-fq"):
        done = both.push(option)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        both.commit(f"a{option}", 2000)
    both.commit("b", 4000)
    done = both.push("-q")
    assert done.returncode == 1
    assert "gitpact: push refused" in done.stderr


@pytest.mark.parametrize(("summary", "lines"), [("none", 0), ("line", 1), ("full", 3)])
@pytest.mark.measured
def test_the_summary_is_as_long_as_asked(both: Pair, summary: str, lines: int) -> None:
    policy(both, f'[push]\nsummary = "{summary}"\n')
    both.commit("a")
    assert len(ours(both.push().stderr)) == lines


@pytest.mark.parametrize("where", [".", "{top}", "{top}/.git", "file://{top}", "../here", "{linked}"])
def test_nothing_leaves_by_a_push_to_the_repository_itself(both: Pair, sandbox: Path, where: str) -> None:
    both.here.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "what nobody shall see")
    both.here.git("worktree", "add", "-q", "--detach", str(sandbox / "linked"))
    own = where.format(top=both.here.path, linked=sandbox / "linked").replace("../here", f"../{both.here.path.name}")
    assert both.push(own, "HEAD:refs/heads/next").returncode == 0
    assert both.here.git("rev-parse", "next") == both.here.git("rev-parse", "HEAD")
    assert both.push("origin", "HEAD:refs/heads/next").returncode == 1


def test_in_chinese(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    said = both.push(GITPACT_LANG="zh").stderr
    assert "推送被拒绝（1 个错误）" in said
    assert "单个文件上限 1 kB" in said


def test_a_refusal_teaches_the_way_out_and_the_way_works(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("fine")
    oid = both.commit("big file", 2000)
    done = both.push("origin", "main")
    assert done.returncode == 1
    said = done.stderr
    assert f"'big file' is 2 kB; the limit per file is 1 kB (since commit {oid[:12]}) [file-size]" in said
    way = commands(said)
    assert way["or allow once"] == "GIT_FILE_SIZE_LIMIT=2000 git push origin main"
    leads_out(both, done.stderr)
    assert "big file" not in both.there.git("ls-tree", "-r", "--name-only", "main")


def test_the_limit_is_raised_once(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    assert both.push(GIT_FILE_SIZE_LIMIT="1999").returncode == 1
    assert not both.push(GIT_FILE_SIZE_LIMIT="2000").returncode


@pytest.mark.measured
def test_a_limit_that_is_none_is_an_error(both: Pair) -> None:
    both.commit("a")
    done = both.push(GIT_FILE_SIZE_LIMIT="many")
    assert done.returncode
    assert "GIT_FILE_SIZE_LIMIT: 'many' is not a size" in done.stderr
    assert both.refs() == {}


@pytest.mark.measured
def test_git_lfs_goes_on_sending_its_files(both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pre-push of ours stands where its own would be put; no pointer may go without what it points to."""
    ready(monkeypatch, "git-lfs")
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("big.bin", 2000)
    way = commands(both.push().stderr)
    assert way["or store the file in Git LFS"] == "git lfs migrate import --include=big.bin"
    assert not run("sh", "-c", way["or store the file in Git LFS"], cwd=both.here.path).returncode
    done = both.push()
    assert not done.returncode, done.stderr
    assert [path for path in (both.there.path / "lfs").rglob("*") if path.is_file()]


@pytest.mark.measured
def test_git_lfs_whose_own_hook_runs_before_ours(both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "git-lfs")
    actions.clean(hooks_directory.find())
    run("git", "lfs", "install", "--local", cwd=both.here.path)
    before = listing(both.here.hooks)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    assert "the hook that existed before gitpact was installed (git-lfs)" in gitpact("status").stdout
    run("git", "lfs", "track", "*.bin", cwd=both.here.path)
    policy(both, SMALL)
    both.commit("a.bin", 10_000)
    pushed = both.push()
    assert not pushed.returncode, pushed.stderr
    assert list((both.there.path / "lfs").rglob("*")), "its own pre-push has sent the file"
    actions.clean(hooks_directory.find())
    assert {name: listing(both.here.hooks)[name] for name in before} == before


@pytest.mark.measured
def test_a_push_from_outside_of_the_work_tree(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    told = (f"--git-dir={both.here.path}/.git", f"--work-tree={both.here.path}")
    assert "[file-size]" in run("git", *told, "push", "origin", "main", cwd=sandbox).stderr
    both.here.git("add", "gitpact.toml")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: a policy")
    for words in (told[:1], ("-C", str(both.here.path / ".git"))):
        done = run("git", *words, "push", "origin", "main", cwd=sandbox)
        assert "[file-size]" in done.stderr, "without a work tree it is the policy of HEAD"
    assert both.refs() == {}


def test_several_files_are_a_table(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("a.bin", 3000)
    both.commit("deep/b.bin", 20_000)
    said = both.push().stderr
    rows = re.findall(r"^ +(\S+ \S+) > 1 kB  (\S+) +since commit [0-9a-f]{12}$", said, re.MULTILINE)
    assert rows == [("20 kB", "deep/b.bin"), ("3 kB", "a.bin")]


def test_a_long_table_is_cut(both: Pair) -> None:
    policy(both, SMALL)
    for number in range(25):
        write(both.here.path / f"f{number}", f"{number}" * 2000)
    both.here.git("add", ".")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: add much")
    said = both.push().stderr
    assert "25 files are larger than the limit per file" in said
    assert "and 5 more" in said


def test_a_commit_that_went_past_the_hook_is_caught(both: Pair) -> None:
    both.commit("a", message="Not a header")
    done = both.push()
    assert done.returncode == 1
    assert "Not a header" in done.stderr
    assert "git rebase -i --root" in done.stderr
    assert both.refs() == {}


@pytest.mark.measured
def test_one_bad_ref_of_several_blocks_them_all(both: Pair) -> None:
    good = both.commit("a")
    both.here.git("branch", "feat/good")
    both.commit("b", message="bad")
    both.here.git("branch", "feat/bad")
    both.here.git("reset", "-q", "--hard", good)
    assert both.push("origin", "feat/good", "feat/bad").returncode == 1
    assert both.push("origin", "feat/bad", "feat/good").returncode == 1
    assert both.refs() == {}
    assert not both.push("origin", "feat/good").returncode


def test_commits_of_another_remote_are_not_judged_but_counted(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    theirs = bare(sandbox / "upstream.git")
    other = init(sandbox / "other")
    write(other.path / "big", "x" * 2000)
    other.git("add", ".")
    other.git("commit", "-q", "-m", "Their own style")
    other.git("push", "-q", str(theirs.path), "main")
    both.here.git("remote", "add", "upstream", str(theirs.path))
    both.here.git("fetch", "-q", "upstream")
    both.here.git("reset", "-q", "--hard", "upstream/main")
    both.commit("mine")
    said = both.push().stderr
    assert "Their own style" not in said
    assert "[file-size]" in said


def test_deletions_tags_and_dry_runs(both: Pair) -> None:
    oid = both.commit("a")
    assert not both.push("--dry-run", "origin", "main").returncode
    assert both.refs() == {}
    both.here.git("tag", "-a", "-m", "not a header", "v1")
    both.here.git("tag", "light")
    assert not both.push("origin", "main", "v1", "light").returncode
    assert set(both.refs()) == {"refs/heads/main", "refs/tags/v1", "refs/tags/light"}
    done = both.push("origin", ":v1")
    assert not done.returncode
    assert "gitpact" not in done.stderr
    assert both.push("origin", "main").stderr == "Everything up-to-date\n"
    assert both.refs() == {"refs/heads/main": oid, "refs/tags/light": oid}


def test_a_tag_of_a_file_counts_as_a_file(both: Pair) -> None:
    policy(both, SMALL)
    write(both.here.path / "big", "x" * 2000)
    both.here.git("tag", "key", both.here.git("hash-object", "-w", "big"))
    done = both.push("origin", "key")
    assert done.returncode == 1
    assert "[file-size]" in done.stderr
    assert not both.push("origin", "key", GIT_FILE_SIZE_LIMIT="1MB").returncode


def test_notes_are_not_judged_as_messages(both: Pair) -> None:
    both.commit("a")
    both.push()
    both.here.git("notes", "add", "-m", "a note")
    assert not both.push("origin", "refs/notes/commits").returncode


@pytest.mark.measured
def test_a_force_push_over_what_is_not_here(both: Pair, sandbox: Path) -> None:
    both.commit("a")
    both.push()
    other = run("git", "clone", "-q", str(both.there.path), str(sandbox / "other"), cwd=sandbox)
    assert not other.returncode
    run("git", "commit", "-q", "--allow-empty", "-m", "theirs", cwd=sandbox / "other")
    run("git", "push", "-q", cwd=sandbox / "other")
    both.commit("b")
    assert both.push().returncode == 1  # git's own: fetch first
    done = both.push("--force", "origin", "main")
    assert not done.returncode
    assert "1 commit, about" in done.stderr


@pytest.mark.parametrize("kind", ["url", "pushInsteadOf", "unknown"])
@pytest.mark.measured
def test_a_push_to_a_url_finds_its_remote(both: Pair, kind: str, sandbox: Path) -> None:
    both.commit("a")
    both.push()
    both.commit("b")
    url = str(both.there.path)
    if kind == "pushInsteadOf":
        both.here.git("config", f"url.{sandbox}/.pushInsteadOf", "short:")
        both.here.git("remote", "set-url", "origin", "short:there.git")
        url = "short:there.git"
    if kind == "unknown":
        url = str(bare(sandbox / "third.git").path)
    said = both.push(url, "HEAD:refs/heads/main").stderr
    assert "1 commit, " in said
    assert ("to origin" in said) is (kind != "unknown")


def test_protected_branches(both: Pair) -> None:
    policy(both, '[push]\nprotected = ["main"]\n')
    both.commit("a")
    assert not both.push().returncode
    both.commit("b")
    said = both.push().stderr
    assert "'main' is protected from direct pushes" in said
    assert "git push origin main:refs/heads/feat/change-a-file" in said
    both.here.git("commit", "-q", "--amend", "-s", "--no-verify", "-m", "feat: else")
    both.here.git("reset", "-q", "--hard", "HEAD~1")
    both.here.git("commit", "-q", "--amend", "-s", "--no-verify", "-m", "feat: else")
    assert "would remove commits from it" in both.push("--force", "origin", "main").stderr
    assert "cannot be deleted" in both.push("origin", ":main").stderr
    assert len(both.refs()) == 1


def test_a_branch_name_suggests_its_correction(both: Pair) -> None:
    policy(both, '[rules]\nbranch-name = "error"\n')
    both.commit("a")
    both.here.git("switch", "-q", "-c", "feature/login")
    said = both.push("origin", "HEAD").stderr
    command = "git branch -m feature/login feat/login && git push -u origin feat/login"
    assert f"rename the branch:  {command}" in said
    assert not run("sh", "-c", command, cwd=both.here.path).returncode
    assert set(both.refs()) == {"refs/heads/feat/login"}
    both.here.git("switch", "-q", "--detach")
    assert "git push origin HEAD:refs/heads/feat/x" in both.push("origin", "HEAD:refs/heads/feature/x").stderr


@pytest.mark.measured
def test_a_work_tree_that_is_not_clean(both: Pair) -> None:
    policy(both, '[rules]\nworktree-clean = "error"\n')
    both.commit("a")
    write(both.here.path / "a", "other")
    said = both.push().stderr
    assert "the work tree has uncommitted changes (files: 1)" in said
    assert "git stash" in said


def test_changes_are_put_aside_before_messages_are_mended(both: Pair) -> None:
    """And come back, what was staged as it was staged; what a submodule holds is in nobody's way."""
    both.commit("start")
    both.push()
    both.here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(both.there.path), "sub")
    both.commit("a", message="no header")
    write(both.here.path / "sub" / "own", "x")
    both.here.git("-C", "sub", "add", "own")
    assert "stash changes" not in commands(both.push().stderr)
    write(both.here.path / "a", "staged")
    both.here.git("add", "a")
    write(both.here.path / "a", "not yet")
    write(both.here.path / "n", "n")
    both.here.git("add", "-N", "n")
    deep = both.here.path / "deep"
    deep.mkdir()
    both.here.git("config", "alias.up", "push origin main")
    assert "git add -- ':(top,literal)n' && git stash" in run("git", "push", "origin", "main", cwd=deep).stderr
    before = both.here.git("diff", "--cached", "--", "a"), both.here.git("diff", "--", "a")
    way = commands(both.push().stderr)
    assert way["stash changes"] == "git add -- n && git stash"
    typed(both, way["stash changes"])
    typed(both, way["reword"], GIT_SEQUENCE_EDITOR="sed -i 1s/pick/reword/", GIT_EDITOR="sed -i '1s/.*/feat: a/'")
    assert not both.push().returncode
    both.here.git("stash", "pop", "-q", "--index")
    assert (both.here.git("diff", "--cached", "--", "a"), both.here.git("diff", "--", "a")) == before


def test_a_push_that_is_too_large_is_counted_exactly(both: Pair) -> None:
    policy(both, '[push]\nmax-push-size = "20kB"\n')
    both.commit("zeros", 100_000)
    assert not both.push().returncode, "compressed, it is small"
    (both.here.path / "noise").write_bytes(os.urandom(30_000))
    both.here.git("add", "noise")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: noise")
    said = both.push().stderr
    assert "the exact size of the push is 30.3 kB (3 objects in 1 commits); the limit is 20 kB: push fewer" in said
    assert "gitpact size origin main" in said


@pytest.mark.parametrize(("past", "code"), [("accept", 0), ("refuse", 1)])
@pytest.mark.measured
def test_a_budget_that_is_used_up(both: Pair, past: str, code: int) -> None:
    policy(both, f'[push]\nmax-push-size = 1\ntime-budget = 0\npast-budget = "{past}"\n')
    both.commit("a", 100)
    done = both.push()
    assert done.returncode == code
    assert "could not measure its compressed size in 0 s" in done.stderr


def test_an_estimate_says_so(both: Pair, sandbox: Path) -> None:
    policy(both, "[push]\nmax-push-size = 1\n")
    both.here.git("remote", "add", "new", str(bare(sandbox / "new.git").path))
    both.commit("a")
    assert (
        "this is an estimate, because this clone does not know which commits new has" in both.push("new", "main").stderr
    )


@pytest.mark.measured
def test_forbidden_and_long_paths(both: Pair) -> None:
    policy(both, '[push]\nforbidden-paths = ["*.pem"]\nmax-path-length = 20\n')
    both.commit("keys/server.pem")
    both.here.git("mv", "keys/server.pem", "a-path-that-is-rather-long.pem")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: move it")
    said = both.push().stderr
    assert "2 paths are not allowed in this project [path-forbidden]" in said
    assert "the path 'a-path-that-is-rather-long.pem' has 30 bytes" in said


@pytest.mark.measured
def test_limits_by_path_look_at_every_path(both: Pair) -> None:
    policy(both, '[push]\nmax-file-size = "1kB"\n[push.file-limits]\n"assets/**" = "5kB"\n')
    both.commit("assets/a", 2000)
    assert not both.push().returncode
    both.commit("assets/b", 3000)
    (both.here.path / "assets" / "b").rename(both.here.path / "b")
    both.here.git("add", "b")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: copy it")
    said = both.push().stderr
    assert "'b' is 3 kB" in said
    assert "assets" not in said.split("\n\n")[1]


@pytest.mark.measured
def test_a_file_of_git_lfs_that_went_past_it(both: Pair) -> None:
    policy(both, SMALL)
    write(both.here.path / ".gitattributes", "*.bin filter=lfs\n")
    both.here.git("config", "filter.lfs.clean", "cat")
    both.commit("a.bin", 2000)
    assert ".gitattributes assigns this file to Git LFS" in both.push().stderr
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 99999999\n"
    write(both.here.path / "a.bin", pointer)
    both.here.git("add", "a.bin")
    both.here.git("commit", "-q", "--amend", "-s", "--no-verify", "-m", "feat: a pointer")
    assert not both.push(GIT_LFS_SKIP_PUSH="1").returncode


def test_what_comes_back_from_deep_history_is_not_new(both: Pair) -> None:
    both.commit("big", 2000)
    both.push()
    (both.here.path / "big").unlink()
    both.here.git("commit", "-q", "-a", "-s", "-m", "fix: remove it")
    both.commit("x")
    both.push()
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("big", 2000)
    done = both.push()
    assert not done.returncode, done.stderr


@pytest.mark.measured
def test_skips_are_said(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    done = both.push(GITPACT_SKIP="file-size")
    assert not done.returncode
    assert "GITPACT_SKIP is set, so the errors of these rules are not shown: file-size" in done.stderr
    assert not both.push("origin", "main:refs/heads/feat/x", GITPACT_SKIP="dco").stderr.count("SKIP")
    both.commit("big2", 2000)
    assert not both.push(GITPACT="0").stderr.startswith("gitpact")


def test_sha256(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = pair(sandbox, monkeypatch, "--object-format=sha256")
    policy(both, SMALL)
    both.commit("a")
    assert not both.push().returncode
    both.commit("big", 2000)
    assert "[file-size]" in both.push().stderr
    assert not both.push("origin", "main~1:refs/heads/feat/x").returncode
    assert not both.push("origin", ":feat/x").returncode


def test_a_linked_work_tree_and_a_bare_clone(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.push()
    linked = Pair(worktree(both.here, sandbox / "feat"), both.there)
    linked.commit("big", 2000)
    assert "[file-size]" in linked.push("origin", "HEAD:refs/heads/feat/x").stderr
    oid = linked.here.git("rev-parse", "HEAD")
    mirror = bare(sandbox / "mirror.git")
    mirror.git("fetch", "-q", str(both.here.path), f"{oid}:refs/heads/main")
    write(mirror.path / "hooks" / "pre-push", (both.here.hooks / "pre-push").read_text(), 0o755)
    done = run("git", "push", str(both.there.path), "main:refs/heads/feat/x", cwd=mirror.path)
    assert "[file-size]" in done.stderr


def test_a_bare_clone_is_told_what_is_wrong_and_of_no_rebase(both: Pair, sandbox: Path) -> None:
    both.commit("a")
    both.push()
    both.commit("b", message="no header")
    both.here.git("rm", "-q", "b")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: remove b")
    mirror = bare(sandbox / "mirror.git")
    mirror.git("fetch", "-q", str(both.here.path), "main:main", "refs/remotes/origin/main:refs/remotes/origin/main")
    mirror.git("remote", "add", "origin", str(both.there.path))
    write(mirror.path / "hooks" / "pre-push", (both.here.hooks / "pre-push").read_text(), 0o755)
    said = run("git", "push", "origin", "main", cwd=mirror.path).stderr
    assert "[header-format]" in said
    assert "git rebase" not in said


def test_many_refs(both: Pair) -> None:
    oid = both.commit("a")
    lines = "".join(f"create refs/tags/t{number} {oid}\n" for number in range(3000))
    write(both.here.path / "refs", lines)
    assert not run("sh", "-c", "git update-ref --stdin < refs", cwd=both.here.path).returncode
    assert not both.push("-q", "--mirror", "origin").returncode
    assert len(both.refs()) == 3001


@pytest.mark.measured
def test_a_blobless_clone_fetches_nothing_for_the_gate(both: Pair, sandbox: Path) -> None:
    for number in range(5):
        both.commit(f"f{number}", 2000 + number)
    both.push("-q")
    both.there.git("config", "uploadpack.allowFilter", "true")
    partial = Pair(both.here._replace(path=sandbox / "partial"), both.there)
    run(
        "git", "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{both.there.path}", "partial", cwd=sandbox
    )
    write(
        sandbox / "partial" / "gitpact.toml", "[push]\nmax-file-size = 10\nmax-push-size = 1\nforbidden-paths = ['x']\n"
    )
    tree = partial.here.git("rev-parse", "HEAD^{tree}")
    commit = partial.here.git(
        "commit-tree", "-m", "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>", "-p", "HEAD~3", tree
    )
    gitpact("install", cwd=partial.here.path)
    done = partial.push("origin", f"{commit}:refs/heads/feat/x", GIT_TRACE=str(sandbox / "trace"))
    assert "gitpact" in done.stderr
    gitpact(
        "size",
        "origin",
        f"{commit}:refs/heads/feat/y",
        "--exact",
        cwd=partial.here.path,
        env={"GIT_TRACE": str(sandbox / "trace")},
    )
    trace = (sandbox / "trace").read_text()
    assert "pack-objects" in trace
    assert "git fetch" not in trace
    assert "fetch-pack" not in trace
    missing = partial.here.git("rev-list", "--objects", "--all", "--missing=print").count("?")
    assert missing == 5


@pytest.mark.measured
def test_a_shallow_clone(both: Pair, sandbox: Path) -> None:
    for number in range(4):
        both.commit(f"f{number}", 2000)
    both.push("-q")
    run("git", "clone", "-q", "--depth=1", f"file://{both.there.path}", "shallow", cwd=sandbox)
    shallow = Pair(both.here._replace(path=sandbox / "shallow"), both.there)
    write(sandbox / "shallow" / "gitpact.toml", SMALL)
    gitpact("install", cwd=shallow.here.path)
    shallow.commit("small")
    assert (
        "exact size to send"
        in gitpact("size", "origin", "HEAD:refs/heads/feat/x", "--exact", cwd=shallow.here.path).stdout
    )
    done = shallow.push("origin", "HEAD:refs/heads/feat/x")
    assert not done.returncode, done.stderr
    assert "1 commit, files: 1 added" in done.stderr


def test_replace_refs_do_not_hide(both: Pair) -> None:
    policy(both, SMALL)
    good = both.commit("a")
    big = both.commit("big", 2000)
    both.here.git("replace", big, good)
    assert "[file-size]" in both.push("origin", "main").stderr


@pytest.mark.measured
def test_many_bad_commits_and_refs_are_cut(both: Pair) -> None:
    for number in range(12):
        both.commit(f"f{number}", message="no header")
    for number in range(25):
        both.here.git("branch", f"odd{number}")
    said = both.push("--all", "origin").stderr
    assert said.count("no header\n") == 20, "each of ten commits: its subject, and the line with carets"
    assert "more commits have errors or warnings" in said
    assert re.search(r"^  show all findings: +\S*gitpact lint$", said, re.MULTILINE)
    assert "and 5 more" in said


@pytest.mark.measured
def test_more_files_than_git_is_asked_for_by_name(both: Pair) -> None:
    policy(both, SMALL)
    for number in range(205):
        write(both.here.path / f"f{number}", f"{number}-" * 1000)
    write(both.here.path / "small", "x")
    both.here.git("add", ".")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: add much")
    assert "205 files are larger" in both.push().stderr


def test_more_paths_than_a_command_names(both: Pair) -> None:
    policy(both, SMALL)
    for number in range(7):
        write(both.here.path / f"f{number}", f"{number}" * 2000)
    both.here.git("add", ".")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: add much")
    said = both.push().stderr
    assert commands(said)["remove the file"].startswith("git rm -q --cached -- f0 f1 f2 f3 f4 f5 f6 && ")
    leads_out(both, said)


def test_tags_move_with_the_branch(both: Pair) -> None:
    """Light ones, annotated ones, and those of older commits; all that an annotated one says stays."""
    policy(both, SMALL)
    both.commit("big", 2000)
    both.here.git("tag", "old")
    both.commit("a")
    both.here.git("tag", "-a", "-m", "feat: x\n\nmore", "new")
    before = both.here.git("cat-file", "tag", "new").split("\n", 1)
    refs = ("main", "old", "new")
    done = both.push("origin", *refs)
    assert commands(done.stderr)["remove the file"].endswith("gitpact strip origin main refs/tags/old refs/tags/new")
    leads_out(both, done.stderr, "origin", *refs)
    object_line, rest = both.here.git("cat-file", "tag", "new").split("\n", 1)
    assert (object_line != before[0], rest) == (True, before[1])
    assert both.here.git("rev-parse", "new^{commit}") == both.here.git("rev-parse", "main")
    assert both.here.git("rev-parse", "old") == both.here.git("rev-parse", "main~1")


@pytest.mark.measured
def test_a_tag_moves_with_a_message_that_is_mended(both: Pair) -> None:
    both.commit("a")
    both.push()
    both.commit("b", message="no header")
    both.here.git("tag", "new")
    both.here.git("tag", "old", "HEAD~1")
    assert re.findall(r"git tag .*", both.push("origin", "main", "new", "old").stderr) == ["git tag -f new"]


@pytest.mark.measured
def test_messages_behind_a_merge_that_was_resolved_by_hand_have_no_command(both: Pair) -> None:
    both.commit("a", 1, "no header")
    both.here.git("switch", "-q", "-c", "feat/x")
    both.commit("b", 10)
    both.here.git("switch", "-q", "main")
    both.commit("b", 20)
    run("git", "merge", "-q", "--no-ff", "feat/x", cwd=both.here.path)
    write(both.here.path / "b", "by hand")
    both.here.git("commit", "-q", "-a", "--no-verify", "-m", "Merge branch 'feat/x'")
    write(both.here.path / "b", "changed")
    done = both.push()
    assert done.returncode
    assert not re.search("git (rebase|stash)", done.stderr)


@pytest.mark.measured
def test_messages_of_what_is_pushed_by_another_name_are_mended_here(both: Pair) -> None:
    both.commit("a")
    both.push()
    both.commit("b", message="no header")
    both.commit("c")
    assert "reword" in commands(both.push("origin", "HEAD~1:refs/heads/feat/x").stderr)
    both.here.git("switch", "-q", "--detach", "origin/main")
    assert set(commands(both.push("origin", "main~1:refs/heads/feat/x").stderr)) == {"explain"}


@pytest.mark.measured
def test_a_push_of_another_branch_names_no_commands_for_this_one(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("a")
    both.here.git("switch", "-q", "-c", "feat/x")
    both.commit("big", 2000)
    both.commit("b", message="no header")
    both.here.git("switch", "-q", "main")
    said = both.push("origin", "feat/x").stderr
    assert "rebase" not in said
    assert "git rm" not in said
    assert "measure again:  " in said


def test_sign_offs_are_mended_in_one_go(both: Pair) -> None:
    both.commit("a")
    both.here.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "feat: not signed")
    said = both.push().stderr
    way = commands(said)
    assert way["sign off"].startswith("git rebase --signoff")
    assert way["correct messages"].endswith("gitpact fix --sign-off")
    assert "reword" not in way


def test_a_large_file_below_an_empty_commit_with_a_bad_message(both: Pair) -> None:
    """The empty commit stays when the file goes, and so does its message."""
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    assert not both.push().returncode
    both.commit("big", 2000)
    both.here.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "Feature: empty")
    way = commands(both.push().stderr)
    for command in (way["remove the file"], f"{way['correct messages']} --yes --apply"):
        done = run("sh", "-c", command, cwd=both.here.path)
        assert not done.returncode, done.stderr
    assert not both.push().returncode


def test_a_large_file_and_bad_messages_take_two_commands(both: Pair) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    assert not both.push().returncode
    both.commit("big", 2000, message="Feature: big.")
    both.commit("b", message="fix(api) : b")
    both.commit("c", message="feat: c")
    way = commands(both.push().stderr)
    for command in (way["remove the file"], f"{way['correct messages']} --yes --apply"):
        done = run("sh", "-c", command, cwd=both.here.path)
        assert not done.returncode, done.stderr
    assert not both.push().returncode
    assert both.there.git("log", "-2", "--format=%s", "main") == "feat: c\nfix(api): b"


def test_one_command_corrects_what_a_push_is_refused_for(both: Pair) -> None:
    both.commit("a")
    assert not both.push().returncode
    for message in ("Feature: one.", "feat: fine", "fix(api) : two"):
        both.here.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)
    way = commands(both.push().stderr)
    done = run("sh", "-c", f"{way['correct messages']} --yes --apply", cwd=both.here.path)
    assert not done.returncode, done.stderr
    assert not both.push().returncode
    assert both.there.git("log", "-3", "--format=%s", "main").split("\n") == [
        "fix(api): two",
        "feat: fine",
        "feat: one",
    ]


def test_a_merge_is_kept_where_what_it_brings_in_is_mended(both: Pair) -> None:
    need_git((2, 38), "merge-tree --write-tree")
    both.commit("a")
    both.here.git("switch", "-q", "-c", "feat/x")
    both.commit("b", message="no header")
    both.here.git("switch", "-q", "main")
    both.commit("c")
    both.here.git("merge", "-q", "--no-ff", "--no-verify", "-m", "Merge branch 'feat/x'", "feat/x")
    command = commands(both.push().stderr)["reword"]
    typed(
        both, command, GIT_SEQUENCE_EDITOR="sed -i '/no header/s/^pick/reword/'", GIT_EDITOR="sed -i '1s/.*/feat: b/'"
    )
    assert not both.push().returncode
    assert both.there.git("log", "--merges", "--format=%s", "main") == "Merge branch 'feat/x'"


def test_a_warning_passes_and_is_said(both: Pair) -> None:
    policy(both, "[push]\nwarn-file-size = 10\n")
    both.commit("a", 100)
    done = both.push()
    assert not done.returncode
    assert "push accepted (1 warning)" in done.stderr
    assert "gitpact: ok: 1 commit" in done.stderr


def test_files_that_are_only_warned_of_are_not_called_too_large(both: Pair) -> None:
    policy(both, '[push]\nwarn-file-size = "1kB"\nmax-file-size = "5kB"\n')
    both.commit("a", 2000)
    both.commit("b", 3000)
    said = both.push().stderr
    assert "warning: 2 files are close to the size limit [file-size]" in said


@pytest.mark.parametrize("url", ["file://{}", "{}/", "file://{}/"])
def test_other_ways_to_write_a_url(both: Pair, url: str) -> None:
    both.commit("a")
    both.push()
    assert "to origin" in both.push(url.format(both.there.path), "HEAD:refs/heads/feat/x").stderr


def test_a_commit_count_is_one_line(both: Pair) -> None:
    policy(both, "[push]\nmax-commits = 2\n")
    for number in range(3):
        both.commit(f"f{number}")
    said = both.push().stderr
    assert "  error: there are 3 commits; the limit is 2" in said


@pytest.mark.parametrize("stage", ["pre-push", "pre-commit"])
@pytest.mark.measured
def test_a_hook_by_its_own_name(both: Pair, stage: str) -> None:
    shim = str(both.here.hooks / stage)
    oid = both.commit("a", message="no header")
    assert not run("sh", "-c", f'"{shim}" origin url <&-', cwd=both.here.path).returncode
    python = (both.here.hooks / stage).read_text().split("python=")[1].split("\n")[0]
    call = f"import sys; sys.argv = ['hook', '{stage}', 'origin', 'url']; from gitpact.cli.entry import hook; hook()"
    line = f"main {oid} refs/heads/main {'0' * 40}"
    typed = f'echo "{line}" | GITPACT=0 "{python}" -I -S -c "import sys; sys.path.append(\'{LIBRARY}\'); {call}"'
    assert not run("sh", "-c", typed, cwd=both.here.path).returncode


@pytest.mark.measured
def test_a_branch_that_is_deleted_where_it_is_protected(both: Pair) -> None:
    both.commit("a")
    both.push("origin", "main", "main:refs/heads/release-1")
    policy(both, '[push]\nprotected = ["release-*"]\n[rules]\nbranch-name = "warning"\n')
    said = both.push("origin", ":release-1", "main:refs/heads/odd").stderr
    assert "'release-1' is protected and cannot be deleted; ask the maintainers of the project" in said
    assert "push to another branch" not in said
    assert "rename" not in said


def test_what_a_slow_search_cannot_settle_counts_as_new(both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    both.commit("big", 2000)
    both.push()
    (both.here.path / "big").unlink()
    both.here.git("commit", "-q", "-a", "-s", "-m", "fix: remove it")
    both.push()
    oid = both.commit("big", 2000)
    rules = parse("[push]\nmax-file-size = 1000\n", "t")
    push = outgoing_push((RefUpdate("main", oid, "refs/heads/main", both.refs()["refs/heads/main"]),), "origin", "url")
    assert not pushes.judge(push, rules).files
    monkeypatch.setattr(pushed_files, "TIME", 0)
    assert pushes.judge(push, rules).files


@pytest.mark.measured
def test_switched_off_by_configuration_it_says_what_it_would_have_refused(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    both.here.git("config", "gitpact.enabled", "no")
    assert not commit(both.here, "feat: fine").stderr
    done = commit(both.here, "no header")
    assert (done.returncode, done.stderr) == (
        0,
        "gitpact: gitpact is switched off in this clone (git config gitpact.enabled), so it refuses nothing, although these rules found errors: header-format\n",
    )
    write(both.here.path / "big", "x" * 2000)
    both.here.git("add", "big")
    assert commit(both.here, "feat: big").stderr.endswith(
        "so it refuses nothing, although these rules found errors: file-size\n"
    )
    pushed = both.push("-q")
    assert not pushed.returncode
    assert pushed.stderr.endswith(
        "so it refuses nothing, although these rules found errors: file-size, header-format\n"
    )
    mirror = bare(sandbox / "mirror.git")
    mirror.git("fetch", "-q", str(both.here.path), "main:refs/heads/main")
    mirror.git("config", "gitpact.enabled", "false")
    write(mirror.path / "hooks" / "pre-push", (both.here.hooks / "pre-push").read_text(), 0o755)
    assert not run("git", "push", "-q", str(bare(sandbox / "x.git").path), "main", cwd=mirror.path).returncode
    lint = gitpact("lint", "HEAD", cwd=both.here.path)
    assert lint.returncode == 1, "in CI it counts for nothing"


@pytest.mark.measured
def test_a_refused_commit_of_more_files_than_a_command_names(both: Pair) -> None:
    policy(both, SMALL)
    for number in range(30):
        write(both.here.path / f"f{number}", f"{number}" * 2000)
    both.here.git("add", ".")
    done = run("git", "commit", "-s", "-m", "feat: add much", cwd=both.here.path)
    assert "git rm --cached -f --pathspec-from-file=" in done.stderr
    typed(both, commands(done.stderr)["remove the file"])
    assert both.here.git("ls-files") == "gitpact.toml"
    (both.here.path / ".git" / "gitpact" / "REFUSED_PATHS").unlink()
    (both.here.path / ".git" / "gitpact" / "REFUSED_PATHS").mkdir()
    both.here.git("add", ".")
    done = run("git", "commit", "-s", "-m", "feat: add much", cwd=both.here.path)
    assert (done.returncode, "REFUSED_PATHS: cannot be written" in done.stderr) == (1, True)


def test_several_branches_are_mended_where_they_are(both: Pair) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.push()
    both.here.git("switch", "-q", "-c", "feat/big")
    both.commit("big", 2000)
    both.here.git("switch", "-q", "-c", "feat/words", "main")
    both.commit("b", message="bad")
    both.here.git("switch", "-q", "main")
    both.commit("c")
    way = commands(both.push("origin", "main", "feat/big", "feat/words").stderr)
    assert way["remove the file"].endswith("gitpact strip origin feat/big")
    typed(both, way["remove the file"])
    way = commands(both.push("origin", "main", "feat/big", "feat/words").stderr)
    assert way["start with"] == "git switch feat/words && git push origin feat/words"
    both.here.git("worktree", "add", "-q", "../two words", "feat/words")
    way = commands(both.push("origin", "main", "feat/big", "feat/words").stderr)
    assert way["start with"].startswith("cd '")
    assert way["start with"].endswith("two words' && git push origin feat/words")
    assert (
        "the type before the description is missing" in run("bash", "-c", way["start with"], cwd=both.here.path).stderr
    )


def test_a_raised_limit_is_offered_where_it_is_enough(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000, message="bad")
    assert "or allow once" not in commands(both.push().stderr)
    both.here.git("commit", "-q", "--amend", "-s", "--no-verify", "-m", "feat: big")
    assert "or allow once" in commands(both.push().stderr)


@pytest.mark.measured
def test_two_remotes_of_one_url_are_named_one_by_one(both: Pair) -> None:
    policy(both, '[rules]\nbranch-name = "error"\n')
    both.here.git("remote", "add", "up/stream", str(both.there.path))
    both.commit("a")
    way = commands(both.push("up/stream", "HEAD:refs/heads/odd").stderr)
    assert way["push to another branch"].startswith("git push up/stream ")


@pytest.mark.parametrize("taken", ["feat/x", "feat", "feat/x/y", "refs/tags/feat/x", ""])
@pytest.mark.measured
def test_a_branch_is_renamed_only_to_what_is_free(both: Pair, taken: str) -> None:
    policy(both, '[rules]\nbranch-name = "error"\n')
    both.commit("a")
    if taken:
        both.here.git("update-ref", taken if taken.startswith("refs/") else f"refs/heads/{taken}", "HEAD")
    both.here.git("branch", "feature/x")
    way = commands(both.push("origin", "feature/x").stderr)
    assert ("rename the branch" in way) == (not taken)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:s3cret@example.org/x.git", "https://example.org/x.git"),
        ("https://t0ken@example.org", "https://example.org"),
        ("ssh://git:s3cret@example.org:22/x", "ssh://git@example.org:22/x"),
        ("git@example.org:x.git", "git@example.org:x.git"),
        ("file:///a@b/c", "file:///a@b/c"),
    ],
)
def test_no_password_is_shown(both: Pair, url: str, shown: str) -> None:
    both.commit("a")
    push = outgoing_push((RefUpdate("main", "1" * 40, "refs/heads/main", "0" * 40),), url, url)
    assert (push.where, push.remote, push.guessed) == (shown, shown, True)


@pytest.mark.measured
def test_a_rule_on_the_range_is_said_behind_many_warnings(both: Pair) -> None:
    policy(both, '[push]\nmax-commits = 2\n[rules]\ndescription-full-stop = "warning"\n')
    tree = both.here.git("rev-parse", f"{both.commit('a')}^{{tree}}")
    oid = both.here.git("rev-parse", "HEAD")
    for number in range(60):
        oid = both.here.git(
            "commit-tree", "-p", oid, "-m", f"feat: change {number}.\n\nSigned-off-by: Ann Lee <ann@example.org>", tree
        )
    oid = both.here.git("commit-tree", "-p", oid, "-m", "no header", tree)
    both.here.git("update-ref", "refs/heads/main", oid)
    said = both.push().stderr
    assert "[commit-count]" in said
    assert "[header-format]" in said, "what refuses comes before what only warns"
    assert commands(said)["explain"].endswith("rules commit-count")


OTHER_NAMES = {
    "of the header": ("main", "feat: change a file (#12)", "", "main:refs/heads/feat/change-a-file"),
    "of a long header": (
        "main",
        "fix(api): do not answer twice when the client has gone away meanwhile",
        "",
        "main:refs/heads/fix/do-not-answer-twice-when-the-client-has",
    ),
    "of a header without a type": ("main", "Add the login page", "", "main:refs/heads/feat/add-the-login-page"),
    "in Chinese": ("main", "feat: 添加登录页", "", "'main:refs/heads/feat/添加登录页'"),
    "of the branch it comes from": ("topic:main", "feat: x", "topic", "topic"),
    "of the branch that is checked out, pushed by another name": (
        "HEAD~0:main",
        "feat: x",
        "feat/mine",
        "'HEAD~0:refs/heads/feat/mine'",
    ),
    "of the branch that is checked out": ("HEAD:main", "feat: x", "feat/mine", "feat/mine"),
}


@pytest.mark.parametrize(("refspec", "header", "branch", "expected"), OTHER_NAMES.values(), ids=OTHER_NAMES)
@pytest.mark.measured
def test_a_push_to_a_protected_branch_names_another(
    both: Pair, refspec: str, header: str, branch: str, expected: str
) -> None:
    policy(both, '[push]\nprotected = ["main"]\nbranches = ["*"]\n[dco]\nsign-off = "optional"')
    both.commit("a")
    assert not both.push("--no-verify").returncode
    if branch:
        both.here.git("switch", "-q", "-c", branch)
    both.commit("b", message=header)
    way = commands(both.push("origin", refspec).stderr)
    assert way["push to another branch"] == f"git push origin {expected}"


def test_another_name_is_one_that_the_policy_accepts_and_nobody_has(both: Pair) -> None:
    policy(both, '[push]\nprotected = ["main"]\n[dco]\nsign-off = "optional"')
    both.commit("a")
    assert not both.push("--no-verify").returncode
    both.here.git("switch", "-q", "-c", "topic")
    both.here.git("branch", "feat/do-it", "main")
    oid = both.commit("b", message="feat: do it")
    way = commands(both.push("origin", "topic:main").stderr)
    assert way["push to another branch"] == f"git push origin topic:refs/heads/feat/do-it-{oid[:7]}"
    typed(both, way["push to another branch"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_narrow_terminal_sentences_are_broken_and_commands_are_not(both: Pair, language: str) -> None:
    policy(both, '[push]\nmax-file-size = "1kB"\n')
    both.commit("a")
    assert not both.push("--no-verify").returncode
    both.commit("some folder/big.bin", 2000, "feat: bring something large and say so at some length")
    said = on_a_terminal(both.here, 60, "push", "origin", "main", GITPACT_LANG=language)
    lines = plain(said).partition("error: failed to push")[0].splitlines()
    wide = [line for line in lines if width(line) > 60]
    assert wide, "a command is as long as it is"
    assert all(re.match(r"  [^:：]+[:：] +(?:GIT_FILE|git|/)", line) for line in wide), wide
    limit = {"GITPACT_LANG": language, "GIT_FILE_SIZE_LIMIT": "1MB"}
    passed = plain(on_a_terminal(both.here, 40, "push", "origin", "main", **limit)).partition("Enumerating")[0]
    assert "gitpact: " in passed
    assert [line for line in passed.splitlines() if width(line) > 40] == []


def plain(text: str) -> str:
    """A text of a terminal without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
