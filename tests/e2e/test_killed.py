"""Killed at calls that change the disk, in every form: what is there works, and the next command makes it whole.

The forms take turns: each is killed at every third call, and they begin at different ones.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry
from tests.support import gits
from tests.support.repos import Repo, bare, commit, init, listing, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

BAD, GOOD = "no header", "feat: x (#1)"
FORMS = {
    "files": ("--via", "files"),
    "configuration": ("--via", "config"),
    "everywhere by configuration": ("--global", "--via", "config"),
    "everywhere by files": ("--global", "--via", "files"),
}
STEP = 3
FIRST = dict(zip(FORMS.values(), (1, 2, 3, 2), strict=True))
# Python tells of each call before it is made; git is told from other processes by what it is asked to do.
DEADLY = """
import os, signal, sys
import gitpact.cli.clean, gitpact.cli.install, gitpact.cli.strip, gitpact.cli.fix, gitpact.cli.server, gitpact.install.global_hooks, gitpact.install.actions
from gitpact.cli.entry import command
CALLS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate"}
WRITES = {"--replace-all", "--unset-all", "core.hooksPath", "hash-object", "mktree", "update-index", "update-ref", "unpack-objects", "notes"}
def watch(event, about):
    global left
    writes = event == "open" and about[0] != os.devnull and about[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    asks = event in {"subprocess.Popen", "os.posix_spawn"} and WRITES.intersection(map(str, about[1])) and "--get-all" not in about[1]
    if event in CALLS or writes or asks:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.dont_write_bytecode = True
for line in sys.stdin:
    process = os.fork()
    if not process:
        number, *sys.argv[1:] = line.split()
        left = int(number)
        os.dup2(2, 1)
        sys.addaudithook(watch)
        command()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""

Killed = Callable[..., bool]


@pytest.fixture
def killed(repo_of_a_user: Repo) -> Iterator[Killed]:
    """Runs gitpact until it is about to change the disk for the given time; tells whether it came so far.

    One process loads gitpact, and has a child for each run.
    """
    words = [sys.executable, "-c", DEADLY]
    with subprocess.Popen(
        words, cwd=repo_of_a_user.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        asked, told = process.stdin, process.stdout

        def run(number: int, *words: str) -> bool:
            print(number, *words, file=asked, flush=True)
            code = int(told.readline())
            assert code in {0, -signal.SIGKILL}
            return code != 0

        yield run
        asked.close()
        assert process.wait() == 0


def call(*args: str) -> int:
    """The command line in this process, which is quicker."""
    return entry.exit_code_of(lambda: app.main(args))


def everything(repo: Repo) -> object:
    """Hooks and configurations byte for byte, and what else there is by name."""
    home = repo.path.parent
    data = home / "data"
    return (
        listing(repo.hooks),
        (repo.path / ".git" / "config").read_bytes(),
        (home / "home" / ".gitconfig").read_bytes(),
        sorted(name for name in listing(repo.path / ".git") if name != "gitpact"),
        sorted(map(str, data.rglob("*"))) if data.is_dir() else [],
    )


@pytest.fixture
def repo_of_a_user(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with a hook of its user's own and a policy, by a git that runs configured hooks."""
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    monkeypatch.setenv("XDG_DATA_HOME", str(sandbox / "data"))
    repo = init(sandbox / "repo")
    monkeypatch.chdir(repo.path)
    write(repo.path / "gitpact.toml", "")
    repo.git("config", "maintenance.auto", "false")  # which makes folders of its own after some commits
    commit(repo, GOOD)
    write(repo.hooks / "commit-msg", "#!/bin/sh\nexit 0\n", 0o755)
    return repo


def judged(repo: Repo) -> int:
    """How often a bad message is refused; a good one passes."""
    assert not commit(repo, GOOD).returncode
    return commit(repo, BAD).stderr.count("commit refused")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_install_is_killed(repo_of_a_user: Repo, killed: Killed, form: tuple[str, ...]) -> None:
    """how-hooks-are-installed 19: not judged yet, or judged once; then install does the rest, and clean takes all out."""
    repo, number = repo_of_a_user, FIRST[form]
    before = everything(repo)
    where = tuple(word for word in form if word == "--global")
    while killed(number, "install", *form):
        assert judged(repo) in {0, 1}
        if number % 4 == FIRST[form]:
            assert not call("install", *form)
            assert judged(repo) == 1
        assert not call("clean", *where)
        assert everything(repo) == before
        number += STEP
    assert number > 3
    assert judged(repo) == 1


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_clean_is_killed(repo_of_a_user: Repo, killed: Killed, form: tuple[str, ...]) -> None:
    """how-hooks-are-installed 16, 19: the next clean ends it."""
    repo, number = repo_of_a_user, FIRST[form]
    before = everything(repo)
    where = tuple(word for word in form if word == "--global")
    call("install", *form)
    while killed(number, "clean", *where):
        assert judged(repo) in {0, 1}
        assert not call("clean", *where)
        assert everything(repo) == before
        assert not call("install", *form)
        number += STEP
    assert number > 3
    assert everything(repo) == before


def test_strip_is_killed(repo_of_a_user: Repo, killed: Killed, sandbox: Path) -> None:
    """how-history-is-rewritten 9: refs and index with its flags are all as before, or all as after."""
    repo, number = repo_of_a_user, 1
    server = bare(sandbox / "there.git")
    repo.git("remote", "add", "origin", str(server.path))
    names = ("skipped", "assumed", "new")
    for size in (10, 3000):
        for name in names[: 2 if size == 10 else 3]:
            write(repo.path / name, "x" * size)
            repo.git("add", name)
        repo.git("commit", "-q", "-m", GOOD)
        if size == 10:
            repo.git("push", "-q", "origin", "main")
    write(repo.path / "gitpact.toml", '[push]\nmax-file-size = "1kB"\n')
    for option, name in (("--skip-worktree", "skipped"), ("--assume-unchanged", "assumed")):
        repo.git("update-index", option, name)
    repo.git("tag", "-a", "-m", "x", "v1")
    words = ("strip", "origin", "main", "v1")
    before = stripped(repo)
    assert not call(*words)
    after = stripped(repo)
    assert not call("strip", "--undo")
    assert before == stripped(repo) != after
    while killed(number, *words):
        assert stripped(repo) in {before, after}
        if stripped(repo) == before:
            assert not call(*words)
        assert stripped(repo) == after
        assert not call("strip", "--undo")
        assert stripped(repo) == before
        assert not list((repo.path / ".git").glob("index.*"))
        number += 1
    assert number > 10
    assert stripped(repo) == after


def test_fix_is_killed(repo_of_a_user: Repo, killed: Killed) -> None:
    """The branches, the tag and the notes are all as before, or all as after; what is staged stays."""
    repo, number = repo_of_a_user, 1
    for message in (GOOD, "Feature: x.", GOOD):
        repo.git("commit", "-q", "--allow-empty", "-s", "-m", message)
        repo.git("notes", "add", "-m", message)
    repo.git("config", "notes.rewriteRef", "refs/notes/commits")
    repo.git("branch", "side", "HEAD~1")
    repo.git("tag", "-a", "-m", "x", "v1")
    repo.git("add", "gitpact.toml")
    words = ("fix", "--apply")
    before = stripped(repo)
    assert not call(*words)
    after = stripped(repo)
    notes = repo.git("log", "--format=%N", "HEAD")
    assert notes.split() == f"{GOOD} Feature: x. {GOOD}".split()
    assert not call("fix", "--undo")
    assert before == stripped(repo) != after
    while killed(number, *words):
        now = stripped(repo)
        assert now == before or subjects(now) == subjects(after)
        if now == before:
            assert not call(*words)
        assert repo.git("log", "--format=%N", "HEAD") == notes
        assert not call("fix", "--undo")
        assert stripped(repo) == before
        number += 1
    assert number > 5


def subjects(state: tuple[str, str, str]) -> list[str]:
    """Which refs a state has: oids of a second run differ by the time of the committer."""
    return [row.split(" ")[0] for row in state[0].split("\n")]


def stripped(repo: Repo) -> tuple[str, str, str]:
    """What `gitpact strip` changes: refs, the index with its flags, and what git makes of both."""
    refs = repo.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags")
    return refs, repo.git("ls-files", "-s", "-v"), repo.git("status", "--porcelain")


@pytest.mark.parametrize("gate", ["files", "configuration"])
def test_a_server_is_killed(repo_of_a_user: Repo, killed: Killed, sandbox: Path, gate: str) -> None:
    """At every call of install, then of clean: the hook that was there runs always, and one more command ends it."""
    hub = bare(sandbox / "hub.git")
    (hub.path / "hooks").mkdir(exist_ok=True)
    hook = write(hub.path / "hooks" / "pre-receive", f"#!/bin/sh\ncat >/dev/null\necho x >>{sandbox}/ran\n", 0o755)
    where = str(hub.path) if gate == "files" else "--global"

    def all_of_it() -> object:
        return listing(hub.path / "hooks"), (sandbox / "home" / ".gitconfig").read_bytes(), sorted(listing(hub.path))

    def pushed() -> int:
        """How often a bad push is refused; the other hook sees it once."""
        (sandbox / "ran").unlink(missing_ok=True)
        repo_of_a_user.git("commit", "-q", "--allow-empty", "--no-verify", "-m", BAD)
        words = ["git", "push", "-q", str(hub.path), "HEAD:refs/heads/feat/x"]
        done = subprocess.run(words, cwd=repo_of_a_user.path, capture_output=True, text=True, check=False)
        assert (sandbox / "ran").read_text().split() == ["x"], done.stderr
        if not done.returncode:
            hub.git("update-ref", "-d", "refs/heads/feat/x")
        return done.stderr.count("push refused")

    before = all_of_it()
    for verb, other in (("install", "clean"), ("clean", "install")):
        number = 1
        while killed(number, "server", verb, where):
            assert pushed() in {0, 1}
            assert not call("server", verb, where)
            assert pushed() == (verb == "install")
            assert not call("server", other, where)
            if other == "clean":
                assert all_of_it() == before
            number += 1
        assert number > 2
    assert hook.read_text().startswith("#!/bin/sh\ncat")
    assert all_of_it() == before
