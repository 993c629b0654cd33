"""A policy that extends others: locked, kept, read by hooks, CI and a server without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import bare, commit, gitpact, init, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

BASE = '[push]\nbranches = []\n[message]\nsubject-max = 40\n"+types" = ["org"]\n'


@pytest.fixture
def policies(sandbox: Path) -> Repo:
    """The repository of an organisation, with two versions of its policy."""
    there = init(sandbox / "policies")
    for version, text in (("v1", 'extends = ["./base.toml"]\n'), ("v2", "[message]\nsubject-max = 60\n")):
        write(there.path / "commit.toml", text)
        write(there.path / "base.toml", BASE)
        there.git("add", ".")
        there.git("commit", "-q", "-m", version)
        there.git("tag", version)
    return there


def extending(policies: Repo, version: str) -> str:
    return f'extends = ["git+file://{policies.path}//commit.toml@{version}", "./own/rules.toml"]\n'


@pytest.fixture
def hooked(repo: Repo, policies: Repo) -> Repo:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "gitpact.toml", extending(policies, "v1"))
    write(repo.path / "own" / "rules.toml", '[message]\n"+types" = ["own"]\n')
    return repo


@pytest.mark.measured
def test_the_lock_is_read_and_never_the_network(hooked: Repo, policies: Repo) -> None:
    refused = commit(hooked, "org: x")
    assert refused.returncode == 1
    assert "gitpact.lock has no copy of the policy git+file://" in refused.stderr
    assert "gitpact policy lock" in refused.stderr
    assert gitpact("lint", cwd=hooked.path).returncode == 2
    done = gitpact("policy", "lock", cwd=hooked.path)
    assert done.returncode == 0, done.stderr
    lock = (hooked.path / "gitpact.lock").read_text(encoding="utf-8")
    assert lock.count("[[policy]]") == 2
    assert policies.git("rev-parse", "v1").strip() in lock
    assert gitpact("policy", "lock", cwd=hooked.path).stdout == "unchanged: gitpact.lock\n"
    policies.path.rename(policies.path.with_name("gone"))
    for _ in range(2):  # read, and kept
        hooked.age()
        assert not commit(hooked, "org: x").returncode
        assert not commit(hooked, "own: x").returncode
        assert "the limit is 40" in commit(hooked, "own: " + "x" * 40).stderr
    write(hooked.path / "own" / "rules.toml", "[message]\nsubject-max = 20\n")
    assert "the limit is 20" in commit(hooked, "org: " + "x" * 30).stderr
    write(hooked.path / "gitpact.lock", lock.replace("subject-max = 40", "subject-max = 99"))
    refused = commit(hooked, "org: x")
    assert refused.returncode == 1
    assert "was changed" in refused.stderr
    missing = gitpact("policy", "lock", cwd=hooked.path)
    assert (missing.returncode, "v1 of file://" in missing.stderr) == (2, True), missing.stderr


@pytest.mark.measured
def test_whatever_stands_in_the_place_of_the_lock_one_command_repairs_it(hooked: Repo) -> None:
    lock = hooked.path / "gitpact.lock"
    assert gitpact("policy", "lock", cwd=hooked.path).returncode == 0
    good = lock.read_bytes()
    lock.rename(hooked.path / "other")

    def broken() -> tuple[int, bool]:
        done = gitpact("policy", "validate", cwd=hooked.path)
        return done.returncode, "gitpact policy lock" in done.stderr

    for place in (
        lambda: lock.symlink_to("other"),
        lambda: lock.write_bytes(b"\xff"),
        lambda: lock.write_bytes(good[:-9]),
    ):
        lock.unlink(missing_ok=True)
        place()
        assert broken() == (2, True)
        assert gitpact("policy", "lock", cwd=hooked.path).stdout.startswith("written: gitpact.lock\n")
        assert (lock.read_bytes(), lock.is_symlink()) == (good, False)
    lock.unlink()
    lock.mkdir()
    assert broken() == (2, True)
    refused = gitpact("policy", "lock", cwd=hooked.path)
    assert (refused.returncode, "this is a folder" in refused.stderr) == (2, True)


@pytest.mark.measured
def test_the_lock_stands_beside_the_policy(hooked: Repo, policies: Repo) -> None:
    write(hooked.path / "conf" / "my.toml", extending(policies, "v1").partition(", ")[0] + "]\n")
    for words in (("policy", "lock"), ("policy", "validate")):
        done = gitpact("--config", "conf/my.toml", *words, cwd=hooked.path)
        assert done.returncode == 0, done.stderr
    assert (hooked.path / "conf" / "gitpact.lock").exists()


@pytest.mark.measured
def test_another_revision_is_another_lock(hooked: Repo, policies: Repo) -> None:
    assert gitpact("policy", "lock", cwd=hooked.path).returncode == 0
    write(hooked.path / "gitpact.toml", extending(policies, "v2"))
    stale = gitpact("policy", "validate", cwd=hooked.path)
    assert (stale.returncode, "@v2" in stale.stderr) == (2, True)
    assert gitpact("policy", "lock", cwd=hooked.path).stdout.startswith("written: gitpact.lock\n  git+file://")
    write(hooked.path / "own" / "rules.toml", extending(policies, "v2").partition(", ")[0] + "]\n")
    assert gitpact("policy", "lock", cwd=hooked.path).stdout == "unchanged: gitpact.lock\n"
    write(hooked.path / "own" / "rules.toml", '[message]\n"+types" = ["own"]\n')
    shown = gitpact("policy", "show", "--origin", cwd=hooked.path).stdout
    assert f"subject-max = 60  # git+file://{policies.path}//commit.toml@v2" in shown
    assert 'scope = "optional"  # preset standard' in shown
    assert "# preset standard, own/rules.toml" in shown
    for wrong, said in (("v9", "v9 of file://"), ("v2", "the file other.toml is missing")):
        text = extending(policies, wrong)
        write(hooked.path / "gitpact.toml", text if wrong == "v9" else text.replace("commit.toml", "other.toml"))
        done = gitpact("policy", "lock", cwd=hooked.path)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    write(hooked.path / "gitpact.toml", 'extends = ["./own/rules.toml"]\n')
    assert "extends no policy in another repository" in gitpact("policy", "lock", cwd=hooked.path).stdout
    assert not (hooked.path / "gitpact.lock").exists()


@pytest.mark.measured
def test_a_revision_a_push_and_a_server(hooked: Repo, sandbox: Path) -> None:
    assert gitpact("policy", "lock", cwd=hooked.path).returncode == 0
    hooked.git("add", ".")
    assert not commit(hooked, "own: begin").returncode
    assert gitpact("lint", "HEAD", "--policy-from", "HEAD", cwd=hooked.path).returncode == 0
    there = bare(sandbox / "there.git")
    assert gitpact("server", "install", str(there.path), cwd=sandbox).returncode == 0
    hooked.git("remote", "add", "origin", str(there.path))
    first = run("git", "push", "--no-verify", "origin", "main", cwd=hooked.path)
    assert first.returncode == 1, "the policy of the default branch is not there yet"
    there.git("fetch", "-q", str(hooked.path), "main:main")
    hooked.git("commit", "-q", "--allow-empty", "-s", "--no-verify", "-m", "org: second")
    assert not run("git", "push", "--no-verify", "origin", "main", cwd=hooked.path).returncode
    lock = hooked.path / "gitpact.lock"
    write(lock, lock.read_text(encoding="utf-8").replace("subject-max = 40", "subject-max = 99"))
    hooked.git("commit", "-q", "-a", "-s", "--no-verify", "-m", "org: break it")
    done = run("git", "push", "--no-verify", "origin", "main", cwd=hooked.path)
    assert done.returncode == 1
    assert "was changed" in done.stderr
    hooked.git("reset", "-q", "--hard", "HEAD~1")
    for broken in ("[message]\nscop = 1\n", ""):
        rules = write(hooked.path / "own" / "rules.toml", broken)
        if not broken:
            rules.unlink()
        hooked.git("commit", "-q", "-a", "-s", "--no-verify", "-m", "org: break it so")
        done = run("git", "push", "--no-verify", "origin", "main", cwd=hooked.path)
        assert done.returncode == 1, "else the built-in policy would judge what comes next"
        assert "own/rules.toml" in done.stderr
        hooked.git("reset", "-q", "--hard", "HEAD~1")


@pytest.mark.measured
def test_a_link_is_not_followed(hooked: Repo, sandbox: Path) -> None:
    outside = write(sandbox / "outside.toml", "[message]\nsubject-max = 5\n")
    (hooked.path / "linked.toml").symlink_to(outside)
    (hooked.path / "folder").symlink_to(sandbox)
    for name in ("linked.toml", "folder/outside.toml"):
        write(hooked.path / "gitpact.toml", f'extends = ["./{name}"]\n')
        done = gitpact("policy", "validate", cwd=hooked.path)
        assert (done.returncode, f"{name}: this file cannot be read: this is a symbolic link" in done.stderr) == (
            2,
            True,
        )
    write(hooked.path / "gitpact.toml", 'extends = ["./nothing.toml"]\n')
    assert "there is no file nothing.toml" in gitpact("policy", "validate", cwd=hooked.path).stderr
    named = write(hooked.path / "sub" / "other.toml", 'extends = ["./near.toml"]\n')
    write(hooked.path / "sub" / "near.toml", "[message]\nsubject-max = 7\n")
    assert "subject-max = 7 " in gitpact("--config", str(named), "policy", "show", cwd=hooked.path).stdout


@pytest.mark.measured
def test_a_sparse_checkout_leaves_files_out(hooked: Repo) -> None:
    write(hooked.path / "gitpact.toml", 'extends = ["./own/rules.toml"]\n')
    hooked.git("add", ".")
    assert not commit(hooked, "own: begin").returncode
    hooked.git("sparse-checkout", "set", "--no-cone", "/nothing")
    assert not (hooked.path / "gitpact.toml").exists()
    assert not commit(hooked, "own: x").returncode
    assert gitpact("check", "-m", "own: x", "--ignore", "dco", cwd=hooked.path).returncode == 0
    write(hooked.path / "gitpact.toml", 'extends = ["./nothing.toml"]\n')
    hooked.git("update-index", "--no-skip-worktree", "gitpact.toml")
    hooked.git("add", "--sparse", "gitpact.toml")
    hooked.git("update-index", "--skip-worktree", "gitpact.toml")
    (hooked.path / "gitpact.toml").unlink()
    assert "there is no file nothing.toml" in gitpact("policy", "validate", cwd=hooked.path).stderr
