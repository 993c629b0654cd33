"""The commands that take files out of commits, typed as they are printed; all that is not refused stays as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from gitpact.install import actions, hooks_directory
from tests.support import histories
from tests.support.pushes import Pair, commands, leads_out, pair, policy, typed
from tests.support.repos import Repo, bare, run, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.long

SMALL = '[push]\nmax-file-size = "1kB"\n'
LIMITS = '[push]\nmax-file-size = "1kB"\nforbidden-paths = ["*.pem"]\n[push.file-limits]\n"assets/**" = "9kB"\n'
AS_IT_IS = ("--no-replace-objects",)
OWN = (*AS_IT_IS, "rev-list", "--count", "HEAD", "--not", "--remotes")
FORM = "--format=%an%n%ae%n%at%n%B"


class Stored(NamedTuple):
    """What a commit says, how many parents it has, and its files that are not refused, by their paths."""

    text: str
    parents: int
    files: dict[str, str]
    tree: dict[str, str]


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone with hooks, and its remote."""
    return pair(sandbox, monkeypatch)


def stored(repo: Repo, refused: set[tuple[str, str]]) -> list[Stored]:
    """The commits of the branch, the newest first."""
    found = []
    for line in repo.git(*AS_IT_IS, "rev-list", "--topo-order", "--parents", "HEAD").splitlines():
        oid, *parents = line.split()
        entries = [line.split("\t") for line in repo.git(*AS_IT_IS, "ls-tree", "-r", oid).splitlines()]
        tree = {path: about for about, path in entries}
        files = {path: about for path, about in tree.items() if (path, about.split()[2]) not in refused}
        found.append(Stored(repo.git(*AS_IT_IS, "log", "-1", FORM, oid).rstrip(), len(parents), files, tree))
    return found


def not_emptied(commits: list[Stored], own: int) -> list[Stored]:
    """The commits without those that do nothing but bring refused files, where the first `own` ones are in a row."""
    if any(one.parents != 1 for one in commits[:own]):
        return commits
    left, was = commits[own:], commits[own]
    base = was.tree
    for one in reversed(commits[:own]):
        kept = {path: base[path] for path in one.tree.keys() - one.files.keys() if path in base}
        if {**one.files, **kept} != base or one.tree == was.tree:
            left.insert(0, one)
        base, was = {**one.files, **kept}, one
    return left


def offending(repo: Repo) -> set[tuple[str, str]]:
    """Paths and blobs that the policy refuses in commits that no remote has, by brute force."""

    def entries(oids: list[str]) -> set[tuple[str, str, int]]:
        lines = [line for oid in oids for line in repo.git(*AS_IT_IS, "ls-tree", "-r", "-l", oid).splitlines()]
        cells = [(*line.split("\t")[0].split(), line.split("\t")[1]) for line in lines]
        return {(path, oid, int(size)) for _, _, oid, size, path in cells}

    def commits(*span: str) -> list[list[str]]:
        return [line.split() for line in repo.git(*AS_IT_IS, "rev-list", "--parents", *span).splitlines()]

    there = {oid for _, oid, _ in entries([oid for oid, *_ in commits("--remotes")])}
    return {
        (path, blob)
        for oid, *parents in commits("HEAD", "--not", "--remotes")
        for path, blob, size in entries([oid]) - entries(parents)
        if path.endswith((".pem", '.pem"', ".bin")) or (blob not in there and size > limit(path))
    }


def limit(path: str) -> int:
    return 9000 if path.startswith("assets/") else 1000


def disk(folder: Path) -> dict[Path, bytes]:
    """The files of a work tree."""
    paths = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {path: path.read_bytes() for path in paths}


def merge(both: Pair, *options: str, names: tuple[str, ...] = ("feat/x",)) -> None:
    both.here.git("merge", "-q", "--no-ff", "--no-verify", "-m", "Merge branch 'feat/x'", *options, *names)


def on_a_branch(both: Pair, name: str, size: int, branch: str = "feat/x") -> None:
    """A file on another branch; then main again."""
    both.here.git("switch", "-q", "-c", branch)
    both.commit(name, size)
    both.here.git("switch", "-q", "main")


def added(both: Pair, name: str, size: int = 2000) -> None:
    write(both.here.path / name, "y" * size)
    both.here.git("add", name)


def published(both: Pair, name: str) -> None:
    """What others have pushed in the meantime is here, as origin's main."""
    both.here.git("switch", "-q", "-c", "others", "origin/main")
    both.commit(name, 20)
    both.here.git("push", "-q", "--no-verify", "origin", "others:main")
    both.here.git("switch", "-q", "main")


def last(both: Pair) -> None:
    both.commit("big", 2000)


def last_grows(both: Pair) -> None:
    both.commit("data", 2000)


def last_both(both: Pair) -> None:
    added(both, "data")
    both.commit("big", 2000)


def last_and_staged(both: Pair) -> None:
    both.commit("big", 2000)
    added(both, "mine", 10)


def last_and_unstaged(both: Pair) -> None:
    both.commit("big", 2000)
    write(both.here.path / "data", "changed")


def last_with_hashes(both: Pair) -> None:
    both.commit("big", 2000, "feat: x\n\n#12 is what it is for\n; and more")


def middle(both: Pair) -> None:
    both.commit("big", 2000)
    both.commit("b")


def middle_with_hashes(both: Pair) -> None:
    both.commit("big", 2000, "feat: x\n\n#12 is what it is for")
    both.commit("b", message="feat: y\n\n#13 too")


def middle_and_unstaged(both: Pair) -> None:
    middle(both)
    write(both.here.path / "data", "changed")


def middle_grows(both: Pair) -> None:
    both.commit("data", 2000)
    both.commit("b")


def twice(both: Pair) -> None:
    both.commit("big", 2000)
    both.commit("data", 3000)
    both.commit("big", 20)
    both.commit("data", 4000)
    both.commit("big", 5000)


def with_hashes(both: Pair) -> None:
    both.commit("big", 2000, "feat: x\n\n#12 is what it is for")
    both.commit("big", 3000, "feat: x\n\n# a list\n; and more")


def side(both: Pair) -> None:
    on_a_branch(both, "big", 2000)
    both.commit("b")
    merge(both)


def side_grows(both: Pair) -> None:
    on_a_branch(both, "data", 2000)
    both.commit("b")
    merge(both)


def evil(both: Pair) -> None:
    on_a_branch(both, "a", 10)
    both.commit("b")
    merge(both)
    added(both, "big")
    both.here.git("commit", "-q", "--amend", "--no-verify", "--no-edit")


def evil_before(both: Pair) -> None:
    evil(both)
    both.commit("c")


def evil_grows(both: Pair) -> None:
    on_a_branch(both, "a", 10)
    both.commit("data", 30)
    merge(both)
    added(both, "data")
    both.here.git("commit", "-q", "--amend", "--no-verify", "--no-edit")


def thrown_away(both: Pair) -> None:
    on_a_branch(both, "big", 2000)
    both.commit("b")
    merge(both, "-s", "ours")


def octopus(both: Pair) -> None:
    on_a_branch(both, "big", 2000)
    on_a_branch(both, "a", 10, "feat/y")
    both.commit("b")
    merge(both, names=("feat/x", "feat/y"))


def upstream(both: Pair) -> None:
    both.commit("big", 2000)
    published(both, "theirs")
    merge(both, names=("origin/main",))
    both.commit("b")


def upstream_grows(both: Pair) -> None:
    both.commit("a")
    published(both, "theirs")
    merge(both, names=("origin/main",))
    both.commit("theirs", 2000)
    both.commit("theirs", 3000)


def elsewhere_allowed(both: Pair) -> None:
    added(both, "assets/film")
    both.commit("b")
    added(both, "film")
    both.commit("c")
    both.commit("d")


def elsewhere_allowed_twice(both: Pair) -> None:
    elsewhere_allowed(both)
    both.commit("film", 5000)


def removed(both: Pair) -> None:
    both.here.git("rm", "-q", "keep.pem")
    both.commit("a")
    both.commit("b.pem")
    both.commit("b.pem", 20)


def renamed(both: Pair) -> None:
    both.here.git("mv", "keep.pem", "other.pem")
    both.commit("a")
    both.commit("b")


def changed_and_back(both: Pair) -> None:
    text = (both.here.path / "keep.pem").read_text()
    both.commit("keep.pem", 30)
    write(both.here.path / "keep.pem", text)
    both.here.git("add", "keep.pem")
    both.commit("c")


def many_grow(both: Pair) -> None:
    for size in (2000, 3000):
        for number in range(25):
            added(both, f"many/{number}", size + number)
        both.commit(f"c{size}")


def unrelated(both: Pair) -> None:
    both.commit("a")
    both.here.git("switch", "-q", "--orphan", "feat/x")
    both.commit("other/big", 2000)
    both.here.git("switch", "-q", "main")
    merge(both, "--allow-unrelated-histories")


def replaced(both: Pair) -> None:
    both.commit("a")
    both.here.git("replace", "-f", both.commit("big", 2000), "HEAD~1")
    both.commit("big", 3000)


def filtered_before(both: Pair) -> None:
    both.here.git("update-ref", "refs/original/refs/heads/main", "HEAD")
    twice(both)


def odd_names(both: Pair) -> None:
    for name in ("添加/it's \\ \".pem", "n\nl\t\x01\x7f.pem", "[x]*?/$(exit 9).pem"):
        both.commit(name)


HISTORIES: dict[str, Callable[[Pair], None]] = {
    "the last commit": last,
    "the last commit, of a file that was there": last_grows,
    "the last commit, both": last_both,
    "the last commit, and something else staged": last_and_staged,
    "the last commit, and something else changed": last_and_unstaged,
    "the last commit, with lines that look like comments": last_with_hashes,
    "one before the last": middle,
    "one before the last, with lines that look like comments": middle_with_hashes,
    "one before the last, and something else changed": middle_and_unstaged,
    "one before the last, of a file that was there": middle_grows,
    "several, with versions that are small enough": twice,
    "several, with lines that look like comments": with_hashes,
    "of a branch that is merged": side,
    "of a branch that is merged, a file that was there": side_grows,
    "added in a merge": evil,
    "added in a merge before the last": evil_before,
    "grown in a merge": evil_grows,
    "of a branch that a merge threw away": thrown_away,
    "of one of three that are merged": octopus,
    "before others' commits were merged": upstream,
    "a file of others that were merged": upstream_grows,
    "the same bytes where they may be": elsewhere_allowed,
    "the same bytes where they may be, several times": elsewhere_allowed_twice,
    "a forbidden path added, one that was there removed": removed,
    "a forbidden path renamed": renamed,
    "a forbidden path changed, and back": changed_and_back,
    "more that were there than a command names": many_grow,
    "a first commit that is merged": unrelated,
    "a commit that another replaces": replaced,
    "a branch that was filtered before": filtered_before,
    "names that shells and git take apart": odd_names,
}


def takes_out(both: Pair, refused: set[tuple[str, str]], *args: str) -> None:
    """The commands of a refused push take these paths and blobs out of its commits, and change nothing else."""
    before, files = stored(both.here, refused), disk(both.here.path)
    every, own = before, int(both.here.git(*OWN))
    before = not_emptied(every, own)
    leads_out(both, both.push(*args, "--dry-run").stderr, *args, "--dry-run")
    after = stored(both.here, refused)
    assert int(both.here.git(*OWN)) == own - len(every) + len(before), "what is published stays"
    assert [one[:2] for one in after] == [one[:2] for one in before]
    for new, old in zip(after, before, strict=True):
        more = new.files.items() - old.files.items()
        assert {path for path, _ in more} <= {path for path, _ in refused}
        assert not old.files.items() - new.files.items()
    assert not offending(both.here)
    assert not both.here.git("stash", "list")
    assert disk(both.here.path) == files


@pytest.mark.parametrize("make", HISTORIES.values(), ids=HISTORIES)
def test_all_that_is_not_refused_stays_as_it_was(both: Pair, make: Callable[[Pair], None]) -> None:
    policy(both, LIMITS)
    both.here.git("add", "gitpact.toml")
    both.commit("data", 10)
    both.commit("keep.pem", 10)
    for number in range(25):
        write(both.here.path / f"many/{number}", "y" * (10 + number))
    both.here.git("add", "many")
    both.commit("many/0", 9)
    assert not both.push("--no-verify").returncode
    make(both)
    refused = offending(both.here)
    assert refused
    takes_out(both, refused)
    actions.clean(hooks_directory.find())
    assert not (both.here.path / ".git/gitpact").exists()


RANDOM = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@RANDOM
@given(data=strategies.data())
def test_of_any_history(sandbox: Path, monkeypatch: pytest.MonkeyPatch, data: strategies.DataObject) -> None:
    """Whatever was merged with whatever, and whichever part of it is published."""
    os.chdir(sandbox)
    for name in ("here", "there.git"):
        shutil.rmtree(sandbox / name, ignore_errors=True)
    both = pair(sandbox, monkeypatch)
    oids = histories.write(both.here, data.draw(histories.steps()))
    (both.here.path / "marks").unlink()
    numbers = strategies.integers(0, len(oids) - 1)
    for number in data.draw(strategies.lists(numbers, max_size=2, unique=True)):
        both.here.git("push", "-q", "--no-verify", "origin", f"{oids[number]}:refs/heads/feat/{number}")
    both.here.git("reset", "-q", "--hard", oids[data.draw(numbers)])
    policy(both, LIMITS.replace("*.pem", "*.bin") + '[dco]\nsign-off = "optional"\n')
    refused = offending(both.here)
    if refused:
        takes_out(both, refused)


@pytest.mark.parametrize("commits", [1, 2])
def test_the_very_first_commits(both: Pair, commits: int) -> None:
    policy(both, SMALL)
    for number in range(commits):
        both.commit("big", 2000 + number)
    leads_out(both, both.push().stderr)
    assert (both.here.path / "big").stat().st_size == 1999 + commits


def test_without_a_branch_in_a_linked_work_tree(both: Pair, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(both, SMALL)
    both.commit("a")
    both.push()
    both.here.git("worktree", "add", "-q", "--detach", str(sandbox / "linked tree"))
    linked = Pair(Repo(sandbox / "linked tree"), both.there)
    policy(linked, SMALL)
    monkeypatch.chdir(linked.here.path)
    for size in (2000, 3000):
        linked.commit("big", size)
    args = ("origin", "HEAD:refs/heads/feat/x")
    leads_out(linked, linked.push(*args).stderr, *args)
    assert (linked.here.path / "big").stat().st_size == 3000


def encoded(both: Pair) -> None:
    both.here.git("config", "i18n.commitEncoding", "gbk")
    both.commit("b", message="feat: \u6dfb\u52a0")


def sparse(both: Pair) -> None:
    both.here.git("sparse-checkout", "set", "--no-cone", "/a", "/gitpact.toml")


def intended(both: Pair) -> None:
    write(both.here.path / "n", "n")
    both.here.git("add", "-N", "n")


def hidden(both: Pair) -> None:
    both.here.git("update-index", "--skip-worktree", "big")
    write(both.here.path / "big", "mine")


def submodule(both: Pair) -> None:
    both.here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(both.there.path), "sub")
    both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: a submodule")
    write(both.here.path / "sub" / "gitpact.toml", "changed")


def staged_twice(both: Pair) -> None:
    added(both, "a", 10)
    write(both.here.path / "a", "more")
    write(both.here.path / "big", "changed")


def converted(both: Pair) -> None:
    both.here.git("config", "core.autocrlf", "true")
    write(both.here.path / "big", "a line that ends as on Unix\n" * 100)


@pytest.mark.parametrize("make", [encoded, sparse, intended, hidden, submodule, staged_twice, converted])
def test_whatever_else_there_is_stays(both: Pair, make: Callable[[Pair], None]) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.push()
    for size in (2000, 3000):
        added(both, f"small/{size}", 10)
        both.commit("big", size)
    make(both)
    raw, files = both.here.git_bytes("cat-file", "commit", "HEAD"), disk(both.here.path)
    staged = both.here.git("diff", "--cached", "HEAD")
    leads_out(both, both.push().stderr)
    after = both.here.git_bytes("cat-file", "commit", "HEAD")
    assert after.partition(b"author")[2] == raw.partition(b"author")[2]
    assert disk(both.here.path) == files
    assert both.here.git("diff", "--cached", "HEAD") == staged
    assert not both.there.git("log", "--format=", "--name-only", "main", "--", "big")


@pytest.mark.measured
def test_an_ignored_file_that_was_tracked_is_not_overwritten(both: Pair) -> None:
    """Git's own rebase would: it checks out the older commits, and what is ignored it holds for nothing."""
    policy(both, SMALL)
    write(both.here.path / ".env", "an example")
    both.here.git("add", "gitpact.toml", ".env")
    both.commit("a")
    both.push()
    both.commit("big", 2000)
    both.here.git("rm", "-q", "--cached", ".env")
    write(both.here.path / ".gitignore", ".env\n")
    both.commit(".gitignore", 5)
    write(both.here.path / ".env", "a secret")
    leads_out(both, both.push().stderr)
    assert (both.here.path / ".env").read_text() == "a secret"
    both.commit("b", message="no header")
    both.here.git("rm", "-q", "--cached", "gitpact.toml")
    both.commit("c", message="no header")
    assert "git rebase" not in both.push().stderr


def test_the_folder_where_the_person_stands_stays(both: Pair) -> None:
    policy(both, SMALL)
    for size in (2000, 3000):
        both.commit("d/big", size)
    folder = both.here.path / "d"
    number = folder.stat().st_ino
    leads_out(both, run("git", "push", "origin", "main", cwd=folder).stderr, cwd=folder)
    assert folder.stat().st_ino == number


def test_two_branches_that_share_a_commit_share_it_afterwards(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    both.here.git("switch", "-q", "-c", "feat/t")
    both.commit("k")
    both.here.git("switch", "-q", "main")
    both.commit("m")
    args = ("origin", "main", "feat/t")
    leads_out(both, both.push(*args).stderr, *args)
    assert both.here.git("rev-parse", "main~1") == both.here.git("rev-parse", "feat/t~1")


def test_what_is_pushed_by_another_name_goes_with_the_branch(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    both.commit("a")
    args = ("origin", "HEAD~1:refs/heads/feat/x")
    leads_out(both, both.push(*args).stderr, *args)


@pytest.mark.measured
def test_what_is_under_way_is_finished_first(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("big", 2000)
    write(both.here.path / ".git" / "CHERRY_PICK_HEAD", both.here.git("rev-parse", "HEAD"))
    way = commands(both.push().stderr)
    assert way["see the state first"] == "git status"
    assert "remove the file" not in way


def test_from_another_folder_the_way_begins_there(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    both.commit("sub/big", 2000)
    for folder in (both.here.path, both.here.path / "sub"):
        done = run("git", "-C", str(folder), "push", "origin", "main", cwd=sandbox)
        way = commands(done.stderr)
        assert way["start with"] == f"cd {both.here.path}"
        assert way["or allow once"] == "GIT_FILE_SIZE_LIMIT=2000 git push origin main"
    typed(both, f"{way['start with']} && {way['or allow once']}", sandbox)
    both.commit("sub/more", 2000)
    way = commands(run("git", "-C", str(both.here.path / "sub"), "push", "origin", "main", cwd=sandbox).stderr)
    typed(both, f"{way['start with']} && {way['remove the file']}", sandbox)
    assert not both.push().returncode


@pytest.mark.measured
def test_a_file_that_a_later_commit_removes_is_found(both: Pair) -> None:
    policy(both, SMALL)
    first = both.commit("big", 2000)
    (both.here.path / "big").unlink()
    both.here.git("commit", "-q", "-a", "-s", "-m", "fix: take it out")
    said = both.push().stderr
    assert f"(since commit {first[:12]})" in said
    leads_out(both, said)


@pytest.mark.measured
def test_a_file_of_an_earlier_commit_is_taken_out_by_a_rebase(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("one")
    first = both.commit("big", 2000)
    both.commit("two")
    said = both.push().stderr
    assert f"change 'pick' to 'edit' on the line of {first[:12]}." in " ".join(said.split())
    assert f"  git rebase -i '{first[:12]}^'\n" in said
    assert "then:" in said
    typed(both, commands(said)["or in one step"])
    assert not both.push().returncode


def test_the_way_out_leads_out_of_several_commits_changes_and_merges(both: Pair) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("data", 10)
    both.push()
    both.commit("a.bin", 2000)
    both.commit("b.bin", 3000)
    both.commit("a.bin", 4000)
    both.commit("data", 5000)
    both.here.git("switch", "-q", "-c", "feat/side", "HEAD~1")
    both.commit("side")
    both.here.git("switch", "-q", "main")
    both.here.git("merge", "-q", "--no-ff", "--no-verify", "-m", "Merge branch 'feat/side'", "feat/side")
    leads_out(both, both.push().stderr)
    assert both.there.git("ls-tree", "--name-only", "main").split() == ["data", "gitpact.toml", "side"]
    assert both.there.git("cat-file", "-s", "main:data") == "10"
    assert both.there.git("rev-list", "--merges", "--count", "main") == "1"


def test_a_file_that_was_there_goes_back_to_what_it_was(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("data", 10)
    both.push()
    both.commit("data", 5000)
    leads_out(both, both.push().stderr)
    assert both.there.git("cat-file", "-s", "main:data") == "10"


def test_the_way_out_from_a_folder_and_with_names_that_look_like_patterns(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("pages/[id]/v.bin", 2000)
    both.here.git("config", "alias.up", "push origin main")
    done = run("git", "up", cwd=both.here.path / "pages")
    assert "':(top,literal)pages/[id]/v.bin'" in commands(done.stderr)["remove the file"]
    leads_out(both, done.stderr, cwd=both.here.path / "pages")


def test_what_another_remote_has_is_nobodys_to_rewrite(both: Pair, sandbox: Path) -> None:
    policy(both, SMALL)
    both.here.git("remote", "add", "upstream", str(bare(sandbox / "up.git").path))
    both.commit("big", 2000)
    assert not both.push("upstream", "main", GITPACT="0").returncode
    way = commands(both.push().stderr)
    assert "remove the file" not in way
    assert "or allow once" in way


def test_the_way_out_keeps_a_version_that_offends_nobody(both: Pair) -> None:
    """Of a file that grew too large and was made smaller; what was published before it does not come back."""
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("data", 10)
    both.push()
    both.commit("photo", 2000)
    both.commit("data", 3000)
    both.commit("photo", 20)
    both.commit("data", 30)
    leads_out(both, both.push().stderr)
    assert [both.there.git("cat-file", "-s", f"main:{name}") for name in ("photo", "data")] == ["20", "30"]
    assert [(both.here.path / name).stat().st_size for name in ("photo", "data")] == [20, 30]


def test_what_is_taken_out_stays_on_the_disk(both: Pair) -> None:
    policy(both, '[push]\nmax-file-size = "1kB"\nforbidden-paths = ["*.pem"]\n')
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.commit("big", 2000)
    both.commit("keys/a b.pem", 10)
    both.commit("big", 3000)
    leads_out(both, both.push().stderr)
    assert both.there.git("ls-tree", "-r", "--name-only", "main").split() == ["a", "gitpact.toml"]
    assert (both.here.path / "big").stat().st_size == 3000
    assert (both.here.path / "keys" / "a b.pem").stat().st_size == 10


@pytest.mark.parametrize("name", ["d/n\nl.pem", "添加/it's.pem", "tab\there.pem", "[x]/*.pem", "a\\b.pem"])
@pytest.mark.parametrize("count", [1, 2])
def test_the_way_out_of_names_that_shells_and_git_take_apart(both: Pair, name: str, count: int) -> None:
    policy(both, '[push]\nforbidden-paths = ["*.pem"]\n')
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.push()
    for number in range(count):
        both.commit(name, 10 + number)
    both.commit("b")
    said = both.push().stderr
    assert commands(said)["remove the file"].startswith("git rebase -i ") is (count == 1)
    leads_out(both, said)
    assert ".pem" not in both.there.git("log", "--name-only", "--format=", "main")
    assert (both.here.path / name).exists()


def test_the_way_out_from_a_folder_of_several_commits(both: Pair) -> None:
    policy(both, '[push]\nmax-file-size = "1kB"\nforbidden-paths = ["*.pem"]\n')
    both.here.git("add", "gitpact.toml")
    both.commit("sub/dir/x.pem")
    both.commit("sub/big", 2000)
    both.here.git("config", "alias.up", "push origin main")
    folder = both.here.path / "sub" / "dir"
    said = run("git", "up", cwd=folder).stderr
    assert commands(said)["remove the file"].endswith("gitpact strip origin main")
    leads_out(both, said, cwd=folder)
    assert (folder / "x.pem").exists()


@pytest.mark.parametrize("kind", ["large", "named", "large and named", "large, with a smaller one of before"])
@pytest.mark.parametrize("commits", [1, 2])
@pytest.mark.measured
def test_the_way_out_of_more_files_than_a_command_names(both: Pair, kind: str, commits: int) -> None:
    """They stand in a list below .git, and the command in a line."""
    policy(both, '[push]\nmax-file-size = "1kB"\nforbidden-paths = ["*.pem"]\n')
    both.here.git("add", "gitpact.toml")
    for number in range(2):
        write(both.here.path / f"f{number}", "small" if "before" in kind else "x")
        both.here.git("add", ".")
    both.commit("a")
    both.push()
    suffixes = {"large": ("",), "named": (".pem",)}.get(kind, ("", ".pem"))
    for turn in range(commits):
        for number in range(30):
            for suffix in suffixes:
                text = "x" if suffix else f"{number}-{turn}" * 1000
                write(both.here.path / f"f{number}{suffix}", text + str(turn))
        both.here.git("add", ".")
        both.here.git("commit", "-q", "-s", "--no-verify", "-m", "feat: add much")
    said = both.push().stderr
    assert max(map(len, said.splitlines())) < 1000
    leads_out(both, said)
    assert set(both.there.git("ls-tree", "-r", "--name-only", "main").split()) <= {"a", "f0", "f1", "gitpact.toml"}
    assert (both.here.path / "f29").exists() is ("large" in kind)


def both_in_one(both: Pair) -> None:
    added(both, "small", 10)
    both.commit("big", 2000, "no header")


def message_after_file(both: Pair) -> None:
    added(both, "small", 10)
    both.commit("big", 2000)
    both.commit("b", message="no header")


def message_before_file(both: Pair) -> None:
    both.commit("b", message="no header")
    added(both, "small", 10)
    both.commit("big", 2000)


def message_of_what_goes_away(both: Pair) -> None:
    both.commit("big", 2000, "no header")
    both.commit("b")


def messages_around_several_files(both: Pair) -> None:
    both.commit("b", message="no header")
    for size in (2000, 3000):
        added(both, f"small/{size}", 10)
        both.commit("big", size, f"no header {size}")
    both.commit("c", message="no header either")


def unsigned_and_a_file(both: Pair) -> None:
    added(both, "small", 10)
    both.here.git("commit", "-q", "--no-verify", "-m", "feat: not signed")
    both.commit("big", 2000)


def fixup_and_a_file(both: Pair) -> None:
    added(both, "small", 10)
    both.commit("big", 2000, "feat: bring it")
    both.commit("b", message="feat: more of it")
    both.commit("b", 2, message="fixup! feat: more of it")


@pytest.mark.parametrize(
    "make",
    [
        both_in_one,
        message_after_file,
        message_before_file,
        message_of_what_goes_away,
        messages_around_several_files,
        unsigned_and_a_file,
        fixup_and_a_file,
    ],
)
@pytest.mark.measured
def test_one_list_of_commands_for_files_and_messages(both: Pair, sandbox: Path, make: Callable[[Pair], None]) -> None:
    """Typed in their order, they lead to a push that passes, whatever was wrong with it."""
    policy(both, SMALL)
    both.commit("a")
    both.push()
    make(both)
    files = disk(both.here.path)
    todo = write(sandbox / "todo", 'sed -i -E "s/^pick ([0-9a-f]+ .*no header)/reword \\1/" "$1"\n')
    words = write(sandbox / "words", 'sed -i "1s/^no header.*/feat: say it/" "$1"\n')
    editors = {"GIT_SEQUENCE_EDITOR": f"sh {todo}", "GIT_EDITOR": f"sh {words}"}
    said = both.push("--dry-run").stderr
    for label, command in commands(said).items():
        if label in {"stash changes", "remove the file", "then", "combine fixups", "sign off", "reword"}:
            if command.startswith("git rebase -i") and label == "remove the file":
                typed(both, command, GIT_SEQUENCE_EDITOR="sed -i 1s/pick/edit/", GIT_EDITOR="true")
            else:
                typed(both, command, None, **editors)
    done = both.push()
    assert not done.returncode, said + done.stderr
    assert disk(both.here.path) == files


def holds_nothing_else_last(both: Pair) -> None:
    both.commit("big", 2000)


def holds_nothing_else_earlier(both: Pair) -> None:
    both.commit("big", 2000)
    both.commit("b")


def holds_nothing_else_several(both: Pair) -> None:
    for name in ("big", "b", "large"):
        both.commit(name, 2000 if len(name) > 1 else 1)


def grows_and_nothing_else(both: Pair) -> None:
    both.commit("a", 2000)


@pytest.mark.parametrize(
    ("make", "left"),
    [
        (holds_nothing_else_last, 0),
        (holds_nothing_else_earlier, 1),
        (holds_nothing_else_several, 1),
        (grows_and_nothing_else, 0),
    ],
)
def test_a_commit_that_holds_nothing_else_goes_away(both: Pair, make: Callable[[Pair], None], left: int) -> None:
    policy(both, SMALL)
    both.commit("a")
    both.push()
    make(both)
    files = disk(both.here.path)
    leads_out(both, both.push("--dry-run").stderr, "--dry-run")
    assert int(both.here.git(*OWN)) == left
    assert both.here.git("log", "--format=", "--name-only", "origin/main..").split() == ["b"] * left
    assert disk(both.here.path) == files


def test_a_commit_that_was_empty_before_stays(both: Pair) -> None:
    policy(both, SMALL)
    both.commit("a")
    both.push()
    both.commit("big", 2000)
    both.commit("big", 3000)
    both.here.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start the build again")
    leads_out(both, both.push("--dry-run").stderr, "--dry-run")
    assert both.here.git("log", "--format=%s", "origin/main..") == "chore: start the build again"


def test_a_message_in_another_encoding(both: Pair) -> None:
    """As git shows it here, or as an import left it."""
    policy(both, SMALL)
    both.commit("a")
    both.push()
    both.here.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    added(both, "small", 10)
    both.commit("big", 2000, "feat: caf\u00e9\n\n# more")
    assert commands(both.push().stderr)["remove the file"].startswith("git rm -q --cached -- big && git commit --amend")
    raw = both.here.git_bytes("cat-file", "commit", "HEAD").replace("\u00e9".encode(), b"\xe9 \x80")
    words = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    oid = subprocess.run(words, cwd=both.here.path, input=raw, capture_output=True, check=True).stdout.decode().strip()
    both.here.git("reset", "-q", "--soft", oid)
    assert "remove the file" in commands(both.push().stderr)


@pytest.mark.parametrize(("message", "signed"), [("bad", True), ("feat: fine", False), ("bad", False)])
def test_a_bad_message_is_mended_with_the_file(both: Pair, message: str, signed: bool) -> None:
    """Our own commit-msg judges the commit that is made anew, too."""
    policy(both, SMALL)
    both.commit("a")
    both.push()
    added(both, "small", 10)
    added(both, "big")
    both.here.git("commit", "-q", *(["-s"] if signed else []), "--no-verify", "-m", message)
    said = both.push().stderr
    command = commands(said)["remove the file"]
    assert (" -s" in command, "--no-edit" in command) == (not signed, message != "bad")
    leads_out(both, said, GIT_EDITOR="sed -i '1s/.*/feat: fine/'")


@pytest.mark.parametrize("annotated", [False, True])
def test_a_tag_is_moved_with_what_it_names(both: Pair, annotated: bool) -> None:
    policy(both, SMALL)
    both.here.git("add", "gitpact.toml")
    both.commit("a")
    both.push()
    both.commit("big", 2000)
    both.here.git("tag", *(["-a", "-m", "one"] if annotated else []), "v1")
    leads_out(both, both.push("origin", "v1").stderr, "origin", "v1")
