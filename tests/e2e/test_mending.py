"""The commands under a verdict on a branch, typed as they are printed: then the same range passes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.programs import need, need_git
from tests.support.repos import Repo, gitpact, run, write

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
REWORD = {"GIT_SEQUENCE_EDITOR": "sed -i 's/^pick/reword/'"}


class Case(NamedTuple):
    """Commits of a branch as messages, the policy, which commands are printed (below a merge none if `linear`), what editors write."""

    messages: tuple[str, ...]
    labels: tuple[str, ...]
    policy: str = ""
    editors: dict[str, str] = {}  # noqa: RUF012  never changed
    linear: bool = False


CASES = {
    "no sign-off": Case(("feat: one", "feat: two"), ("add",)),
    "of the first commit only": Case(("feat: one", f"feat: two\n\n{SIGNED}"), ("add",)),
    "a sign-off that git would not see": Case(
        ("feat: one", f"feat: two\n\n{SIGNED}\nReviewed-by: Bob <b@x.org>"),
        ("correct",),
        editors={**REWORD, "GIT_EDITOR": f"grep -q Signed \"$1\" || printf '\\n{SIGNED}\\n' >>"},
    ),
    "a header": Case(
        (f"Add a thing\n\n{SIGNED}",), ("correct",), editors={**REWORD, "GIT_EDITOR": "sed -i '1s/.*/feat: add/'"}
    ),
    "fixups": Case(
        (f"feat: one\n\n{SIGNED}", f"fix: two\n\n{SIGNED}", f"fixup! feat: one\n\n{SIGNED}"),
        ("combine",),
        linear=True,
        editors={"GIT_SEQUENCE_EDITOR": "true"},
    ),
    "a co-author's sign-off, which nobody else gives": Case(
        (f"feat: one\n\nCo-authored-by: Bob <b@x.org>\n{SIGNED}",),
        ("correct",),
        '[dco]\nco-authors = "required"\n',
        {**REWORD, "GIT_EDITOR": "sed -i 's/^Co-auth.*/&\\nSigned-off-by: Bob <b@x.org>/'"},
    ),
}


@pytest.fixture
def branch(repo: Repo) -> Repo:
    """A repository with one commit on main; the test stands on a branch of it."""
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "chore: start")
    repo.git("switch", "-q", "-c", "feat/x")
    return repo


def printed() -> dict[str, str]:
    """The commands that mend the branch, by the first word of the line."""
    lines = [line for line in gitpact("lint", "main..").stdout.splitlines() if ": git rebase" in line]
    return {line.split(" ")[0]: line.split(": ", 1)[1].partition("   ")[0] for line in lines}


@pytest.mark.parametrize("merged", [False, True], ids=["in a row", "below a merge"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_printed_command_mends_the_branch(branch: Repo, case: Case, *, merged: bool) -> None:
    if merged:
        need_git((2, 38), "merge-tree --write-tree")
    write(branch.path / "gitpact.toml", case.policy)
    for number, message in enumerate(case.messages):
        write(branch.path / f"f{number % 2}", message)
        branch.git("add", f"f{number % 2}")
        branch.git("commit", "-q", "-m", message)
    if merged:
        branch.git("switch", "-q", "-c", "feat/y", "main")
        write(branch.path / "side", "x")
        branch.git("add", "side")
        branch.git("commit", "-q", "-m", f"feat: side\n\n{SIGNED}")
        branch.git("merge", "-q", "--no-ff", "-m", "Merge branch 'feat/x' into feat/y", "feat/x")
    offered = printed()
    assert tuple(offered) == (() if merged and case.linear else case.labels)
    for command in offered.values():
        done = run("bash", "-c", command, cwd=branch.path, env=case.editors)
        assert not done.returncode, done.stderr
    done = gitpact("lint", "main..")
    assert not done.returncode or not offered, done.stdout
    assert bool(branch.git("log", "--merges", "--format=%s", "main..")) is merged


@pytest.mark.parametrize("message", ["bad\n\nSigned-off-by: Ann Lee <ann@example.org>", "feat: unsigned"])
def test_what_the_base_got_meanwhile_stays_as_it_is(branch: Repo, message: str) -> None:
    need_git((2, 38), "merge-tree --write-tree")
    write(branch.path / "one", "x")
    branch.git("add", "one")
    branch.git("commit", "-q", "-m", message)
    for number in range(2):
        branch.git("switch", "-q", "main")
        write(branch.path / f"theirs{number}", "x")
        branch.git("add", f"theirs{number}")
        branch.git("commit", "-q", "-m", f"feat: theirs\n\n{SIGNED}")
        branch.git("switch", "-q", "feat/x")
        branch.git("merge", "-q", "--no-edit", "main")
    before, tree = branch.git("rev-parse", "main", "main~1"), branch.git("rev-parse", "HEAD^{tree}")
    (command,) = printed().values()
    sequence = "sed -i 's/^pick \\(.* \\(bad\\|feat: unsigned\\)\\)$/reword \\1/'"
    editor = f"printf 'feat: mine\\n\\n{SIGNED}\\n' >"
    done = run("bash", "-c", command, cwd=branch.path, env={"GIT_SEQUENCE_EDITOR": sequence, "GIT_EDITOR": editor})
    assert not done.returncode, done.stderr
    done = gitpact("lint", "main..")
    assert not done.returncode, done.stdout
    assert branch.git("rev-parse", "main", "HEAD^2~1") == before
    assert branch.git("rev-parse", "HEAD^{tree}") == tree
    assert branch.git("rev-list", "--merges", "--count", "main..") == "2"


def test_commits_are_signed_by_a_key_afterwards(branch: Repo, sandbox: Path) -> None:
    need_git((2, 34), "signatures by SSH keys")
    key = sandbox / "key"
    subprocess.run([need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    write(sandbox / "signers", f"ann@example.org {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": key,
        "gpg.ssh.allowedSignersFile": sandbox / "signers",
    }.items():
        branch.git("config", name, str(value))
    write(branch.path / "gitpact.toml", '[identity]\nsignature = "required"\n')
    for name in ("one", "two"):
        branch.git("commit", "-q", "--allow-empty", "-s", "-m", f"feat: {name}")
    (command,) = printed().values()
    assert not run("bash", "-c", command, cwd=branch.path).returncode
    assert not gitpact("lint", "main..").returncode


@pytest.fixture
def pushed(branch: Repo, sandbox: Path) -> Repo:
    """A branch with an unsigned commit that is pushed already, beside the default branch."""
    branch.git("init", "-q", "--bare", "-b", "main", sandbox / "hub.git")
    branch.git("remote", "add", "origin", sandbox / "hub.git")
    branch.git("commit", "-q", "--allow-empty", "-m", "feat: unsigned")
    branch.git("push", "-q", "-u", "origin", "main", "feat/x")
    return branch


def again() -> str:
    """The command that pushes the branch again, "" where none is printed."""
    lines = gitpact("lint", "main..").stdout.splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("push the corrected branch: ")), "")


def test_a_branch_that_is_pushed_is_repaired_and_pushed_again(pushed: Repo) -> None:
    command = again()
    assert command == "git push --force-with-lease origin feat/x"
    for typed in (*printed().values(), command):
        assert not run("bash", "-c", typed, cwd=pushed.path).returncode
    assert not gitpact("lint", "main..origin/feat/x").returncode


@pytest.mark.measured
def test_a_branch_of_another_name_there(pushed: Repo) -> None:
    pushed.git("branch", "-q", "-m", "topic")
    assert again() == "git push --force-with-lease origin topic:refs/heads/feat/x"


def test_what_is_not_pushed_needs_no_force(pushed: Repo) -> None:
    pushed.git("commit", "-q", "--amend", "--no-edit", "--allow-empty", "--date=2001-01-01T00:00:00Z")
    assert printed()
    assert not again()


@pytest.mark.parametrize("glob", ["feat/*", "refs/heads/feat/x"])
def test_a_protected_branch_is_not_rewritten(pushed: Repo, glob: str) -> None:
    write(pushed.path / "gitpact.toml", f'[push]\nprotected = ["{glob}"]')
    assert not printed()
    assert not again()


def test_without_a_branch_nothing_is_pushed_again(pushed: Repo) -> None:
    pushed.git("switch", "-q", "--detach")
    assert printed()
    assert not again()
