"""`gitpact strip`: what it says, what it moves, and where it does nothing at all."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.repair import rewrite_history
from tests.support.pushes import Pair, commands, pair, policy
from tests.support.repos import Repo, bare, gitpact, run, worktree, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

SMALL = '[push]\nmax-file-size = "1kB"\n'
SIGNATURE = "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n"
OF_A_TAG = "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n"


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone whose branch has a commit that is published, and two with a large file that are not."""
    made = pair(sandbox, monkeypatch)
    policy(made, SMALL)
    made.here.git("add", "gitpact.toml")
    made.commit("a")
    assert not made.push().returncode
    made.commit("big", 2000)
    made.commit("b")
    return made


def put(repo: Repo, kind: str, data: str) -> str:
    """Store an object as it is; returns its name."""
    words = ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
    return subprocess.run(words, cwd=repo.path, input=data, capture_output=True, text=True, check=True).stdout.strip()


def names(repo: Repo, revision: str = "HEAD") -> list[str]:
    return repo.git("log", "--format=", "--name-only", "--reverse", revision).split()


def says_nothing_is_refused(both: Pair, **env: str) -> None:
    before = both.here.git("for-each-ref")
    done = gitpact("strip", env=env)
    assert (done.returncode, done.stdout) == (
        0,
        "nothing to remove: your unpushed commits contain no refused files\n",
    )
    assert both.here.git("for-each-ref") == before


def test_what_it_did_and_the_way_back(both: Pair) -> None:
    old = both.here.git("rev-parse", "HEAD")
    done = gitpact("strip")
    new = both.here.git("rev-parse", "HEAD")
    first, dropped, moved, back = done.stdout.splitlines()
    assert first == "files removed: 1; commits that contained them: 2; commits rewritten: 1; the work tree is unchanged"
    assert dropped == "  commits removed, because they contain only refused files: 1"
    assert moved == f"  main: {old[:12]} -> {new[:12]}"
    assert back.startswith("  undo: ")
    assert back.endswith("gitpact strip --undo")
    assert names(both.here) == ["a", "gitpact.toml", "b"]
    assert both.here.git("status", "--porcelain") == "?? big"
    assert both.here.git("reflog", "-1", "--format=%gs", "main") == "gitpact strip"
    undone = gitpact("strip", "--undo")
    assert undone.stdout.splitlines() == [
        "the refs and the index are as they were before the last gitpact strip",
        f"  main: {new[:12]} -> {old[:12]}",
    ]
    assert both.here.git("rev-parse", "HEAD") == old
    assert both.here.git("status", "--porcelain") == ""
    assert both.here.git("for-each-ref", "refs/gitpact") == ""
    assert gitpact("strip", env={"GITPACT_LANG": "zh"}).stdout.startswith("已从 2 个提交中移除 1 个文件")


@pytest.mark.measured
def test_a_dry_run_changes_nothing(both: Pair) -> None:
    before = both.here.git("for-each-ref"), both.here.git("status", "--porcelain")
    done = gitpact("strip", "--dry-run")
    assert done.stdout.startswith(
        "files to remove: 1; commits that contain them: 2; commits to rewrite: 1\n  commits removed"
    )
    assert "back" not in done.stdout
    assert (both.here.git("for-each-ref"), both.here.git("status", "--porcelain")) == before


@pytest.mark.measured
def test_a_replaced_commit_is_named(both: Pair) -> None:
    both.here.git("replace", "HEAD", "HEAD~1")
    assert "that have lost their replacement (from git replace or a graft): 1\n" in gitpact("strip").stdout


def test_nothing_to_take_out(both: Pair) -> None:
    says_nothing_is_refused(both, GIT_FILE_SIZE_LIMIT="1MB")


def test_what_a_remote_has_is_left(both: Pair, sandbox: Path) -> None:
    both.here.git("remote", "add", "other", str(bare(sandbox / "other.git").path))
    both.push("--no-verify", "other", "main")
    before = both.here.git("for-each-ref")
    done = gitpact("strip", "origin")
    assert done.stdout == "files not removed: 1; the commits that contain them are on a remote already\n"
    assert both.here.git("for-each-ref") == before


def test_a_detached_head_and_branches_that_are_named(both: Pair) -> None:
    both.here.git("branch", "feat/x")
    both.here.git("branch", "feat/kept")
    both.here.git("switch", "-q", "--detach")
    done = gitpact("strip", "origin", "HEAD", "feat/x", "main")
    assert done.returncode == 0, done.stderr
    oids = {both.here.git("rev-parse", name) for name in ("HEAD", "feat/x", "main")}
    assert len(oids) == 1
    assert "big" not in names(both.here, "feat/x")
    assert "big" in names(both.here, "feat/kept")
    assert run("sh", "-c", done.stdout.partition("undo: ")[2], cwd=both.here.path).returncode == 0
    assert len({both.here.git("rev-parse", name) for name in ("HEAD", "feat/x", "main", "feat/kept")}) == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("origin", "HEAD~1"), "HEAD~1: neither a branch nor a tag"),
        (("origin", "no-such"), "no-such: no branch, tag or commit has this name"),
        (("nowhere",), "there is no remote nowhere"),
        (("origin", "feat/there"), "feat/there is checked out in "),
        (("origin", "nested"), "nested is a tag of a tag, which gitpact cannot rewrite"),
        (("origin", "rebased"), "a rebase of rebased is in progress"),
    ],
)
@pytest.mark.measured
def test_what_cannot_be_moved(both: Pair, sandbox: Path, words: tuple[str, ...], error: str) -> None:
    worktree(both.here, sandbox / "there")
    both.here.git("branch", "-m", "there", "feat/there")
    both.here.git("branch", "rebased")
    other = worktree(both.here, sandbox / "other")
    other.git("switch", "-q", "rebased")
    assert run("git", "rebase", "-q", "-x", "false", "HEAD~1", cwd=other.path).returncode
    both.here.git("tag", "-a", "-m", "x", "inner")
    both.here.git("tag", "-a", "-m", "x", "nested", "inner")
    before = both.here.git("for-each-ref")
    done = gitpact("strip", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gitpact: error: {error}")
    assert both.here.git("for-each-ref") == before


@pytest.mark.parametrize("name", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "sequencer"])
def test_what_git_has_under_way_is_finished_first(both: Pair, name: str) -> None:
    write(both.here.path / ".git" / name, both.here.git("rev-parse", "HEAD"))
    done = gitpact("strip")
    assert (done.returncode, "git status" in done.stderr) == (2, True)


@pytest.mark.measured
def test_beside_the_work_tree_the_index_would_not_follow(both: Pair) -> None:
    done = gitpact("strip", cwd=both.here.path / ".git")
    assert (done.returncode, done.stderr.partition("\n")[0]) == (
        2,
        "gitpact: error: the current folder is not in a git work tree",
    )


def test_a_bare_repository_has_no_index(both: Pair, sandbox: Path) -> None:
    both.here.git("clone", "-q", "--bare", ".", sandbox / "bare.git")
    mirror = Repo(sandbox / "bare.git")
    mirror.git("remote", "set-url", "origin", str(both.there.path))
    done = gitpact("strip", "origin", "main", cwd=mirror.path)
    assert done.returncode == 0, done.stderr
    assert "big" not in names(mirror)
    assert "undo: git reset" not in done.stdout


@pytest.mark.measured
def test_a_commit_says_all_that_it_said_but_for_its_signature(both: Pair) -> None:
    """Of a commit whose files and parents stay even that."""
    raw = both.here.git_bytes("cat-file", "commit", "HEAD").decode()
    head, _, said = raw.partition("\n\n")
    odd = f"{head}\nencoding latin1\n{SIGNATURE}more odd\n\n{said}\n\n  odd spaces  \n\n\n"
    both.here.git("reset", "-q", "--soft", put(both.here, "commit", odd))
    assert not gitpact("strip").returncode
    after = both.here.git_bytes("cat-file", "commit", "HEAD").decode()
    assert after.partition("author")[2] == odd.replace(SIGNATURE, "").partition("author")[2]
    published = both.here.git("rev-parse", "origin/main")
    assert both.here.git("rev-parse", "HEAD~1") == published


def test_a_tag_says_all_that_it_said_but_for_its_signature(both: Pair) -> None:
    head = both.here.git("rev-parse", "HEAD")
    said = "type commit\ntag v1\ntagger A <a@b.c> 1 +0000\n\nthe first\n\nof all\n"
    both.here.git("update-ref", "refs/tags/v1", put(both.here, "tag", f"object {head}\n{said}{OF_A_TAG}"))
    assert not gitpact("strip", "origin", "main", "v1").returncode
    moved = both.here.git_bytes("cat-file", "tag", "v1").decode()
    assert moved == f"object {both.here.git('rev-parse', 'HEAD')}\n{said}"


@pytest.mark.parametrize("said", ["", "a key:\n\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n\nall\n"])
@pytest.mark.parametrize("signature", ["", OF_A_TAG])
def test_what_a_tag_says_is_no_signature(both: Pair, said: str, signature: str) -> None:
    head = both.here.git("rev-parse", "HEAD")
    top = "type commit\ntag v1\ntagger A <a@b.c> 1 +0000\n\n"
    both.here.git("update-ref", "refs/tags/v1", put(both.here, "tag", f"object {head}\n{top}{said}{signature}"))
    assert not gitpact("strip", "origin", "main", "v1").returncode
    moved = both.here.git_bytes("cat-file", "tag", "v1").decode()
    assert moved.partition("\n")[2] == top + said


def test_folders_that_are_left_empty_and_all_that_there_is(both: Pair) -> None:
    both.commit("d/e/big", 3000)
    both.commit("d/e/f/small", 10)
    both.here.git("switch", "-q", "--orphan", "feat/new")
    policy(both, SMALL)
    both.commit("only/this", 4000)
    assert not gitpact("strip", "origin", "main", "feat/new").returncode
    assert both.here.git("ls-tree", "-r", "--name-only", "feat/new") == ""
    assert both.here.git("ls-tree", "-r", "--name-only", "main").split() == ["a", "b", "d/e/f/small", "gitpact.toml"]
    assert not both.here.git("fsck", "--no-dangling", "--strict")


def test_a_submodule_comes_back_where_a_file_had_taken_its_place(both: Pair) -> None:
    both.here.git("reset", "-q", "--hard", "origin/main")
    commit = both.here.git("rev-parse", "HEAD")
    both.here.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: a submodule")
    both.here.git("rm", "-q", "--cached", "sub")
    both.commit("sub", 2000)
    assert not gitpact("strip").returncode
    assert both.here.git("ls-tree", "HEAD", "sub").startswith("160000 commit")
    assert (both.here.path / "sub").stat().st_size == 2000


def test_sha256(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = pair(sandbox, monkeypatch, "--object-format=sha256")
    policy(both, SMALL)
    both.commit("big", 2000)
    both.commit("a")
    assert not gitpact("strip").returncode
    assert (names(both.here), both.here.git("status", "--porcelain")) == (["a"], "?? big\n?? gitpact.toml")


def test_an_index_that_has_moved_on_stays(both: Pair) -> None:
    """What is staged of the very file is the person's own."""
    write(both.here.path / "big", "small now")
    both.here.git("add", "big")
    assert not gitpact("strip").returncode
    assert both.here.git("status", "--porcelain") == "A  big"


def test_a_branch_that_is_checked_out_beside_a_bare_repository(both: Pair, sandbox: Path) -> None:
    both.here.git("clone", "-q", "--bare", ".", sandbox / "bare.git")
    hub = Repo(sandbox / "bare.git")
    hub.git("remote", "set-url", "origin", str(both.there.path))
    hub.git("worktree", "add", "-q", sandbox / "two words", "main")
    before = hub.git("for-each-ref")
    done = gitpact("strip", "origin", "main", cwd=hub.path)
    assert (done.returncode, f"cd '{sandbox}/two words'" in done.stderr) == (2, True)
    assert hub.git("for-each-ref") == before
    assert not gitpact("strip", "origin", "main", cwd=sandbox / "two words").returncode
    assert Repo(sandbox / "two words").git("status", "--porcelain") == "?? big"


def test_what_the_remote_has_is_asked_of_it(both: Pair) -> None:
    """It may have more than this clone was told: a tag, or a branch that is not fetched here."""
    both.push("--no-verify", "origin", "main:refs/tags/v1")
    both.commit("c")
    says_nothing_is_refused(both)


@pytest.mark.measured
def test_a_remote_that_tells_nothing(both: Pair) -> None:
    """What was fetched once may be less than what it has."""
    both.here.git("remote", "set-url", "origin", "/no/such")
    before = both.here.git("for-each-ref")
    done = gitpact("strip")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "gitpact: error: nothing was changed, because gitpact cannot find out which commits origin has: "
    )
    assert both.here.git("for-each-ref") == before


@pytest.mark.measured
def test_what_is_below_a_tip_that_is_not_here_may_be_published(both: Pair, sandbox: Path) -> None:
    """Pushed by its URL, a branch has no remote-tracking branch; then somebody else has pushed."""
    url = str(bare(sandbox / "hub.git").path)
    both.here.git("push", "-q", "--no-verify", url, "main")
    theirs = Repo(sandbox / "theirs")
    both.here.git("clone", "-q", url, str(theirs.path))
    theirs.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "more")
    theirs.git("push", "-q", "--no-verify")
    before = both.here.git("for-each-ref")
    done = gitpact("strip", url)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        (
            f"gitpact: error: {url} has commits on main that are not in this clone\n"
            f"gitpact: hint: fetch the missing commits first: git fetch {url} main\n"
        ),
    )
    assert both.here.git("for-each-ref") == before
    both.here.git("fetch", "-q", url, "main")
    assert "nothing to remove" in gitpact("strip", url).stdout


@pytest.mark.measured
def test_a_mirror_would_take_what_is_kept_for_the_undo(both: Pair) -> None:
    both.here.git("config", "remote.origin.mirror", "true")
    assert not gitpact("strip", "origin", "main").returncode
    refused = both.push("origin")
    assert refused.returncode
    forget = commands(refused.stderr)["delete the refs"]
    assert not run("sh", "-c", forget, cwd=both.here.path).returncode
    assert both.here.git("for-each-ref", "refs/gitpact") == ""
    assert not both.push("origin").returncode


@pytest.mark.measured
def test_the_undo_is_typed_where_the_shell_is(both: Pair, sandbox: Path) -> None:
    there = {"PWD": str(sandbox)}
    done = gitpact("-C", both.here.path, "strip", cwd=sandbox, env=there)
    undo = done.stdout.splitlines()[-1].removeprefix("  undo: ")
    assert undo.endswith(f"gitpact -C {both.here.path.relative_to(sandbox)} strip --undo")
    assert not run("sh", "-c", undo, cwd=sandbox, env=there).returncode
    assert both.here.git("status", "--porcelain") == ""


def test_the_undo_names_a_git_directory_that_was_named(both: Pair, sandbox: Path) -> None:
    """As for files of a home, whose git directory is elsewhere."""
    git_dir, top = (both.here.path / ".git").rename(sandbox / "home.git"), both.here.path
    named = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(top), "PWD": str(top)}
    done = gitpact("strip", "origin", "main", cwd=top, env=named)
    undo = done.stdout.splitlines()[-1].removeprefix("  undo: ")
    assert not run("sh", "-c", undo, cwd=top).returncode
    status = run("git", "status", "--porcelain", cwd=top, env=named)
    assert (status.returncode, status.stdout) == (0, "")


def test_in_the_git_directory_nothing_is_undone(both: Pair) -> None:
    assert not gitpact("strip").returncode
    before = both.here.git("for-each-ref")
    done = gitpact("strip", "--undo", cwd=both.here.path / ".git")
    assert (done.returncode, "the current folder is not in a git work tree" in done.stderr) == (2, True)
    assert both.here.git("for-each-ref") == before


@pytest.mark.usefixtures("each_git")
@pytest.mark.parametrize("form", ["files", "reftable"])
@pytest.mark.parametrize("operation", ["cherry-pick", "revert"])
def test_an_operation_of_git_in_each_form_of_refs(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch, form: str, operation: str
) -> None:
    repo = Repo(sandbox / "repo")
    try:
        subprocess.run(["git", "init", "-q", "--template=", f"--ref-format={form}", repo.path], check=True)
    except subprocess.CalledProcessError:
        pytest.skip("this git has no reftable")
    monkeypatch.chdir(repo.path)
    for text in ("1", "2", "3"):
        write(repo.path / "a", text)
        repo.git("add", "a")
        repo.git("commit", "-q", "-m", f"feat: {text}")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git(operation, "HEAD~2" if operation == "cherry-pick" else "HEAD~1")
    with pytest.raises(GitpactError, match="in progress here"):
        rewrite_history.refuse_operations([repo.git("symbolic-ref", "HEAD")])


def test_a_commit_that_only_deletes_a_refused_file_goes_too(both: Pair) -> None:
    both.here.git("rm", "-q", "--cached", "big")
    both.here.git("commit", "-q", "--no-verify", "-m", "feat: no more big")
    assert "contain only refused files: 2" in gitpact("strip").stdout
    assert names(both.here) == ["a", "gitpact.toml", "b"]


@pytest.mark.parametrize("key", ["remote.origin.pushurl", "url.{hub}.pushInsteadOf"])
def test_the_place_that_is_pushed_to_is_asked(both: Pair, sandbox: Path, key: str) -> None:
    hub = bare(sandbox / "hub.git").path
    url = str(both.there.path) if key[:3] == "url" else str(hub)
    both.here.git("config", key.format(hub=hub), url)
    both.here.git("push", "-q", "--no-verify", str(hub), "main")
    both.commit("c")
    says_nothing_is_refused(both)


@pytest.mark.measured
def test_a_merge_has_what_a_merge_would_have(both: Pair) -> None:
    """Not what the first parent has, where only the other one has changed or removed the file."""
    both.here.git("reset", "-q", "--hard", "origin/main")
    for name in ("changed", "gone"):
        both.commit(name, 10)
    both.push("--no-verify")
    both.here.git("switch", "-q", "-c", "up")
    both.here.git("rm", "-q", "gone")
    both.commit("changed", 20)
    both.push("--no-verify", "origin", "up:main")
    both.here.git("switch", "-q", "main")
    for name in ("changed", "gone"):
        both.commit(name, 2000)
    run("git", "merge", "-q", "--no-ff", "-X", "ours", "-m", "Merge", "up", cwd=both.here.path)
    both.here.git("add", "changed", "gone")
    both.here.git("commit", "-q", "--no-verify", "-m", "Merge branch 'up'")
    assert not gitpact("strip").returncode
    assert both.here.git("rev-list", "--merges", "--count", "HEAD") == "1"
    assert both.here.git("diff", "--stat", "origin/main", "HEAD") == ""


@pytest.mark.measured
def test_an_index_that_is_locked_holds_the_branch_too(both: Pair) -> None:
    before = both.here.git("for-each-ref")
    lock = both.here.path / ".git" / "index.lock"
    write(lock, "")
    assert gitpact("strip").returncode == 2
    assert both.here.git("for-each-ref") == before
    lock.unlink()
    lock = write(both.here.path / ".git" / "refs" / "heads" / "main.lock", "")
    assert gitpact("strip").returncode == 2
    lock.unlink()
    assert both.here.git("for-each-ref") == before
    assert both.here.git("status", "--porcelain") == "", "the index is as it was"


def test_what_is_staged_is_staged_after_the_way_back(both: Pair) -> None:
    write(both.here.path / "a", "staged")
    both.here.git("add", "a")
    write(both.here.path / "a", "not yet")
    before = both.here.git("diff", "--cached"), both.here.git("diff"), both.here.git("rev-parse", "HEAD")
    back = gitpact("strip").stdout.strip().partition("undo: ")[2]
    assert run("bash", "-c", back, cwd=both.here.path).returncode == 0
    assert (both.here.git("diff", "--cached"), both.here.git("diff"), both.here.git("rev-parse", "HEAD")) == before


def test_marks_of_the_index_stay(both: Pair) -> None:
    for name in ("left out", "assumed"):
        both.commit(name, 10)
    both.push("--no-verify")
    for name in ("left out", "assumed"):
        both.commit(name, 3000)
    both.here.git("update-index", "--skip-worktree", "left out")
    both.here.git("update-index", "--assume-unchanged", "assumed")
    (both.here.path / "left out").unlink()
    assert gitpact("strip").returncode == 0
    told = both.here.git("ls-files", "-v", "left out", "assumed").splitlines()
    assert told == ["h assumed", "S left out"]


@pytest.mark.measured
def test_a_signature_of_what_only_looks_changed_stays(both: Pair, sandbox: Path) -> None:
    """The file is published elsewhere; an edit that changes nothing is none."""
    both.push("--no-verify", "origin", "main")
    oid = put(
        both.here,
        "commit",
        both.here.git("cat-file", "commit", both.commit("c")).replace("\n\n", f"\n{SIGNATURE}\n", 1) + "\n",
    )
    both.here.git("reset", "-q", "--soft", oid)
    both.here.git("remote", "add", "fork", str(bare(sandbox / "fork.git").path))
    done = gitpact("strip", "fork", "main")
    assert done.stdout == "files not removed: 1; the commits that contain them are on a remote already\n"
    assert both.here.git("rev-parse", "HEAD") == oid


@pytest.mark.parametrize("env", [{}, {"GIT_GLOB_PATHSPECS": "1"}, {"GIT_LITERAL_PATHSPECS": "1"}])
def test_paths_that_git_would_take_for_more(both: Pair, env: dict[str, str]) -> None:
    for name in (":top", ":(x)d", ":!neg"):
        write(both.here.path / name, "x" * 2000)
    both.here.git("add", "-A")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: odd")
    done = gitpact("strip", env=env)
    assert done.returncode == 0, done.stderr
    assert both.here.git("ls-tree", "-r", "--name-only", "HEAD").split() == ["a", "b", "gitpact.toml"]
    assert both.here.git("diff", "--cached") == ""


def test_branches_of_odd_names(both: Pair) -> None:
    for name in (b"refs/heads/caf\xe9", "refs/heads/u\u2028x".encode()):
        subprocess.run([b"git", b"update-ref", name, b"HEAD"], cwd=both.here.path, check=True)
    done = gitpact("strip", "origin", "refs/heads/*")
    assert done.returncode == 0, done.stderr
    assert "big" not in names(both.here, "--branches")


@pytest.mark.parametrize(("branch", "named"), [("v1", "refs/heads/v1"), ("tag", "refs/heads/tag"), ("x", "x")])
def test_a_refusal_names_a_branch_so_that_it_is_found(both: Pair, branch: str, named: str) -> None:
    both.here.git("branch", branch)
    both.here.git("tag", "v1", "origin/main")
    said = both.push("origin", f"refs/heads/{branch}").stderr
    (command,) = [line.partition(": ")[2].strip() for line in said.splitlines() if "remove the file" in line]
    assert command.endswith(f" strip origin {named}")
    assert run("bash", "-c", command, cwd=both.here.path).returncode == 0
    assert "big" not in names(both.here, f"refs/heads/{branch}")


@pytest.mark.measured
def test_the_way_back_is_alone_on_its_command_line(both: Pair) -> None:
    before = both.here.git("for-each-ref")
    for words in (("--undo", "origin"), ("--undo", "--dry-run")):
        done = gitpact("strip", *words)
        assert (done.returncode, "--undo cannot be combined with other arguments" in done.stderr) == (2, True)
    assert both.here.git("for-each-ref") == before
