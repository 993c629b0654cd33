"""How many keys a person presses from a mistake to history that passes, with gitpact and with its peers.

Run it from the repository: `python benchmarks/keystrokes.py`. Each case is typed into bash in a terminal of tmux, 80
columns wide, with vi as git's editor, once for each way; then a program says whether every message passes. commitlint
and commitizen judge messages, and leave the correction to git: what is typed for them is the shortest that we know.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import peers
import tables
import tmux

PROMPT = "ready> "
GITPACT, GIT = "gitpact", "git, after commitlint or commitizen"
ENVIRON = {"GIT_EDITOR": "vi -u NONE", "PS1": PROMPT, "TERM": "screen", "GIT_CONFIG_NOSYSTEM": "1"}
Steps = tuple[tuple[str, str], ...]  # keys, and a pattern for the end of what is on the screen afterwards


class Case(NamedTuple):
    """Commits (message, bytes of a file), where the push stands, and what is typed by each way."""

    name: str
    commits: tuple[tuple[str, int], ...]
    policy: str
    ways: dict[str, Steps]
    pushed: bool = False


OPTIONAL = 'preset = "conventional"\n'
REQUIRED = 'preset = "standard"\n'
AT_PROMPT = re.escape(PROMPT.rstrip()) + r"\s*$"
CASES = (
    Case(
        "ten commits, three with a wrong type",
        tuple((f"{'Feature' if number in {2, 5, 8} else 'feat'}: step {number}", 1) for number in range(10)),
        OPTIONAL,
        {
            GITPACT: (("gitpact fix<Enter>", r"\[y/N/e\] *$"), ("y<Enter>", AT_PROMPT)),
            GIT: (
                ("git rebase -i @~10<Enter>", "pick"),
                (":g/Fea/s/pick/r<Enter>:wq<Enter>", "Feature: step 2"),
                ("cwfeat<Escape>:wq<Enter>", "Feature: step 5"),
                ("cwfeat<Escape>:wq<Enter>", "Feature: step 8"),
                ("cwfeat<Escape>:wq<Enter>", AT_PROMPT),
            ),
        },
    ),
    Case(
        "five commits without a sign-off",
        tuple((f"feat: step {number}", 1) for number in range(5)),
        REQUIRED,
        {
            GITPACT: (
                ("gitpact fix --sign-off<Enter>", r"\[y/N\] *$"),
                ("y<Enter>", r"\[y/N/e\] *$"),
                ("y<Enter>", AT_PROMPT),
            ),
            GIT: (("git rebase --signoff @~5<Enter>", AT_PROMPT),),
        },
    ),
    Case(
        "a file of 60 MB in the commit HEAD~3, and a wrong type",
        (("feat: add a demo", 60_000_000), ("feat: one", 1), ("Feature: two", 1), ("feat: three", 1)),
        OPTIONAL,
        {
            GITPACT: (
                ("gitpact strip<Enter>", AT_PROMPT),
                ("gitpact fix<Enter>", r"\[y/N/e\] *$"),
                ("y<Enter>", AT_PROMPT),
                ("git push<Enter>", AT_PROMPT),
            ),
            GIT: (
                ("git rebase -i @~4<Enter>", "pick"),
                (":s/pick/e<Enter>:g/Fea/s/pick/r<Enter>:wq<Enter>", AT_PROMPT),
                ("git rm --cached big<Enter>", AT_PROMPT),
                ("git commit --amend --no-edit<Enter>", AT_PROMPT),
                ("git rebase --continue<Enter>", "Feature: two"),
                ("cwfeat<Escape>:wq<Enter>", AT_PROMPT),
                ("git push<Enter>", AT_PROMPT),
            ),
        },
        pushed=True,
    ),
)


def keys(steps: Steps) -> int:
    """How many keys are pressed."""
    return sum(len(tmux.SPECIAL.sub("_", typed)) for typed, _ in steps)


def git(repo: Path, *args: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *args], cwd=repo, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make(case: Case, folder: Path) -> Path:
    """A clone whose branch has the commits of a case; the remote has only a first commit with the policy."""
    hub, repo = folder / "hub.git", folder / "clone"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(hub)], check=True)
    subprocess.run(["git", "clone", "-q", str(hub), str(repo)], check=True, capture_output=True)
    for key, value in (("user.name", "Ann Lee"), ("user.email", "ann@example.org"), ("push.default", "current")):
        git(repo, "config", key, value)
    (repo / "gitpact.toml").write_text(case.policy, encoding="utf-8")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-s", "-m", "chore: start")
    git(repo, "push", "-q", "origin", "HEAD")
    git(repo, "remote", "set-head", "origin", "-a")
    git(repo, "switch", "-q", "-c", "topic")
    for number, (message, size) in enumerate(case.commits):
        (repo / f"file{number}").write_text(message, encoding="utf-8")
        if size > 1:
            (repo / "big").write_bytes(b"\0" * size)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", message)
    return repo


def passes(case: Case, repo: Path, programs: dict[str, Path]) -> list[str]:
    """What is still wrong after a way: an empty list for nothing."""
    span = "origin/main..topic"
    checks = {"gitpact": ["gitpact", "lint", span]}
    if "commitizen" in programs:
        checks["commitizen"] = [str(programs["commitizen"] / "cz"), "check", "--rev-range", span]
    if "commitlint" in programs:
        (repo / "node_modules").symlink_to(programs["commitlint"].parent)
        config = "module.exports = { extends: ['@commitlint/config-conventional'] };\n"
        (repo / "commitlint.config.cjs").write_text(config, encoding="utf-8")
        checks["commitlint"] = [str(programs["commitlint"] / "commitlint"), "--from", "origin/main"]
    wrong = []
    for name, command in checks.items():
        done = subprocess.run(command, cwd=repo, capture_output=True, text=True, check=False)
        if done.returncode:
            wrong.append(f"{name}: {(done.stdout + done.stderr).strip()}")
    large = git(repo, "rev-list", "--objects", span, "--", "big")
    if len(git(repo, "rev-list", span).split()) != len(case.commits) or large:
        wrong.append("a commit is lost, or the file is still there")
    if case.pushed and git(repo, "rev-parse", "topic") != git(repo, "ls-remote", "origin", "topic").split("\t")[0]:
        wrong.append("not pushed")
    return wrong


def main() -> int:
    """Print a table of the keys. Exit code 0, or 1 where a way does not lead to messages that pass."""
    programs = {}
    for name in ("commitlint", "commitizen"):
        try:
            programs[name] = peers.install(name, Path(tempfile.gettempdir()) / "gitpact-bench-peers").programs
        except peers.Unavailable as error:
            print(f"{name} does not judge the results here: {error}")
    failed = False
    table = [("case", GITPACT, GIT)]
    for case in CASES:
        for way, steps in case.ways.items():
            with tempfile.TemporaryDirectory() as folder:
                repo = make(case, Path(folder))
                tmux.typed(steps, repo, ENVIRON, AT_PROMPT)
                for fault in passes(case, repo, programs):
                    failed = True
                    print(f"{case.name}, {way}: {fault}")
        table.append((case.name, f"{keys(case.ways[GITPACT])}", f"{keys(case.ways[GIT])}"))
    print(*tables.aligned(table), sep="\n")
    if "--write" in sys.argv[1:] and not failed:
        tables.write("benchmarks.md", "keys", table)
    return int(failed)


if __name__ == "__main__":
    if not shutil.which("tmux"):
        sys.exit("tmux is not on PATH")
    sys.exit(main())
