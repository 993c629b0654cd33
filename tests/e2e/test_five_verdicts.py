"""Hook, `check`, `lint`, push and server give one verdict on one commit, in whatever way it is made.

Where git runs no hook, the other four agree; where `check` has only the text and not the parents, it is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from gitpact.checks import commit_range
from gitpact.policy import parsing
from gitpact.rules import evaluate
from tests.support.programs import need_subcommand
from tests.support.pushes import Pair, gated
from tests.support.repos import gitpact, init, run, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support.repos import Repo

pytestmark = pytest.mark.long

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
GITHUB = {"GIT_COMMITTER_NAME": "GitHub", "GIT_COMMITTER_EMAIL": "noreply@github.com"}
MERGER = {"GIT_COMMITTER_NAME": "Carol", "GIT_COMMITTER_EMAIL": "carol@example.org"}
# Message and whether it passes.
MESSAGES = {
    "conforming": (f"feat: add x\n\n{SIGNED}\n", True),
    "no type": (f"添加登录页面\n\n正文。\n\n{SIGNED}\n", False),
    "no sign-off": ("feat: add x\n", False),
    "a sign-off of somebody else": ("feat: add x\n\nSigned-off-by: Bob <bob@example.org>\n", False),
    "a wide space below the header": (f"feat: add x\n\u3000\nbody\n\n{SIGNED}\n", False),
}
FEW = ("conforming", "no sign-off")  # what a way that differs in one step is tried with


class Way(NamedTuple):
    """A way to make a commit of the message in the file `m`; `make` returns what git's exit code says of the hook.

    None: git runs no hook. `verdict` is what every message gets, None where that is the message's own; what passes
    `check` then cannot know from the text whether it is a merge.
    """

    make: Callable[[Repo], bool | None]
    verdict: bool | None = None


def commit(*words: str, **env: str) -> Way:
    """A `git commit`; where the hook refuses, it is made without."""

    def make(repo: Repo) -> bool:
        command = ["git", "commit", "-q", "--allow-empty", *words]
        done = run(*command, cwd=repo.path, env=env)
        if done.returncode:
            assert "commit refused" in done.stderr, done.stderr
            assert not run(*command, "--no-verify", cwd=repo.path, env=env).returncode
        return not done.returncode

    return Way(make)


def amended(repo: Repo) -> bool:
    repo.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "what was there before")
    return bool(commit("--amend", "-F", "m").make(repo))


def squash_merged(repo: Repo) -> bool:
    repo.git("merge", "-q", "--squash", "side")
    return bool(commit("-F", "m").make(repo))


def merged(repo: Repo) -> bool:
    return not run("git", "merge", "-q", "--no-ff", "-F", "m", "side", cwd=repo.path).returncode


def reworded(repo: Repo) -> bool:
    write(repo.path / "reworded", "x")
    repo.git("add", "reworded")
    repo.git("commit", "-q", "--no-verify", "-m", "what was there before")
    env = {"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/reword/", "GIT_EDITOR": "cp m"}
    done = run("git", "rebase", "-q", "-i", "HEAD~1", cwd=repo.path, env=env)
    if done.returncode:
        assert "commit refused" in done.stderr, done.stderr
        repo.git("commit", "-q", "--amend", "--no-verify", "-F", "m")
        repo.git("rebase", "--quit")
        repo.git("checkout", "-q", "-B", "main")
    return not done.returncode


def tree_of(*parents: str, committer: Mapping[str, str] | None = None) -> Callable[[Repo], None]:
    """What plumbing and the hosts do: `git commit-tree`, of the tree that the last parent has."""

    def make(repo: Repo) -> None:
        named = [word for parent in parents for word in ("-p", parent)]
        tree = f"{parents[-1]}^{{tree}}"
        done = run("git", "commit-tree", tree, *named, "-F", "m", cwd=repo.path, env=committer)
        repo.git("reset", "-q", "--soft", done.stdout.strip())

    return make


def behind(words: str, make: Callable[[Repo], None]) -> Callable[[Repo], None]:
    """What a host does that writes words of its own before the message."""

    def made(repo: Repo) -> None:
        message = (repo.path / "m").read_text(encoding="utf-8")
        write(repo.path / "m", words + message)
        make(repo)

    return made


def subtree(repo: Repo) -> None:
    """A merge in these words, of a commit without a parent that git words itself."""
    need_subcommand("subtree")
    words = (repo.path / "m").read_text(encoding="utf-8")
    repo.git("clean", "-q", "-x", "-f", "-d")
    other = repo.path.parent / "other"
    if not other.exists():
        made = init(other)
        write(other / "file", "x")
        made.git("add", "file")
        made.git("commit", "-q", "-m", "not ours to judge")
    repo.git("subtree", "-q", "add", "--squash", "--prefix=lib", "-m", words, str(other), "main")


def picked(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach", "side")
    write(repo.path / "picked", "x")
    repo.git("add", "picked")
    repo.git("commit", "-q", "--no-verify", "-F", "m")
    there = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "main")
    repo.git("cherry-pick", there)


def mailed(repo: Repo) -> None:
    start = repo.git("rev-parse", "HEAD")
    write(repo.path / "mailed", "x")
    repo.git("add", "mailed")
    repo.git("commit", "-q", "--no-verify", "-F", "m")
    write(repo.path / "patch", repo.git("format-patch", "-1", "-k", "--stdout"))
    repo.git("reset", "-q", "--hard", start)
    repo.git("am", "-q", "-k", "patch")


WAYS = {
    "-m": Way(lambda repo: commit("-m", (repo.path / "m").read_text(encoding="utf-8")).make(repo)),
    "-F": commit("-F", "m"),
    "an editor": commit(GIT_EDITOR="cp m"),
    "--cleanup=verbatim": commit("--cleanup=verbatim", "-F", "m"),
    "--cleanup=scissors and an editor": commit("--cleanup=scissors", GIT_EDITOR="cp m"),
    "--amend": Way(amended),
    "merge --squash": Way(squash_merged),
    "a merge in words of one's own": Way(merged, verdict=True),
    "a rebase that rewords": Way(reworded),
    "commit-tree": Way(tree_of("HEAD")),
    "cherry-pick": Way(picked),
    "am": Way(mailed),
    "GitHub's squash": Way(tree_of("HEAD", committer=GITHUB)),
    "GitLab's squash": Way(tree_of("HEAD", committer=MERGER)),
    "Azure's squash": Way(behind("Merged PR 12: ", tree_of("HEAD"))),
    "Bitbucket's squash": Way(behind("Merged in feat/x (pull request #12)\n\n", tree_of("HEAD")), verdict=False),
    "GitHub's merge": Way(tree_of("HEAD", "side", committer=GITHUB), verdict=True),
    "GitLab's merge": Way(
        behind("Merge branch 'side' into 'main'\n\n", tree_of("HEAD", "side", committer=MERGER)), verdict=True
    ),
    "Azure's merge": Way(behind("Merged PR 12: ", tree_of("HEAD", "side")), verdict=True),
    "Bitbucket's merge": Way(
        behind("Merged in side (pull request #12)\n\n", tree_of("HEAD", "side", committer=MERGER)), verdict=True
    ),
    "subtree add": Way(subtree, verdict=True),
}


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return gated(sandbox, monkeypatch)


@pytest.mark.parametrize("way", WAYS)
def test_one_commit_has_one_verdict(both: Pair, way: str) -> None:
    repo, policy = both.here, parsing.parse("", "x")
    start = repo.git("rev-parse", "HEAD")
    names = MESSAGES if way in {"-F", "an editor", "commit-tree"} else FEW
    for number, name in enumerate(names):
        text, passes = MESSAGES[name]
        repo.git("reset", "-q", "--hard", start)
        write(repo.path / "m", text)
        hook = WAYS[way].make(repo)
        results = commit_range.results(["HEAD", f"^{start}", "^side"], policy)
        verdicts = {
            "lint": not any(map(evaluate.errors, results)),
            "push": not both.push("origin", f"HEAD:refs/heads/feat/{number}").returncode,
            "server": not both.push("--no-verify", "gate", f"HEAD:refs/heads/feat/{number}").returncode,
        }
        if hook is not None:
            verdicts["hook"] = hook
        if WAYS[way].verdict is None:
            verdicts["check"] = not gitpact(
                "check", "-m", repo.git("log", "-1", "--format=%B"), cwd=repo.path
            ).returncode
        verdict = WAYS[way].verdict
        assert set(verdicts.values()) == {passes if verdict is None else verdict}, (name, verdicts)
