"""Git, as gitpact starts it, follows and runs nothing that the repository at hand configures."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gitpact as package
from gitpact.git import gitpython, history, processes, query
from tests.support import repos
from tests.support.repos import Repo, bare, gitpact, run, write

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(package.__file__).parent
STARTERS = re.compile(
    r"^\s*(?:import|from) (?:subprocess|pty|multiprocessing|asyncio)\b|^\s*(?:import git$|from git import)"
    r"|\bos\.(?:posix_spawnp?|exec\w+|spawn\w+|system|popen|fork\w*)\b",
    re.MULTILINE,
)
# What a git process has to be started with, whoever starts it; the literal values are git's own documentation.
VARIABLES = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null/none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
}
PROTOCOL = "GIT_ALLOW_PROTOCOL=none"
OPTIONS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "hook.reference-transaction.enabled=false")
RECORDER = """#!/bin/sh
# Writes what it is started with and hands on to git; a process that git itself starts is not ours.
[ -n "$RECORDED" ] || {{
    text=$(printf 'ARGS'; printf ' %s' "$@"; echo; echo ENV; env | grep -E '^GIT_'; echo END)
    printf '%s\n' "$text" >>"{log}"
}}
RECORDED=1; export RECORDED
exec {git} "$@"
"""


def test_few_files_start_processes() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if STARTERS.search(path.read_text(encoding="utf-8"))
    }
    names = ("processes", "ref_transaction", "gitpython", "signatures", "user_command")
    itself = "audit/measurer.py"  # gitpact, in a process that is given up where a repository breaks it
    assert found == {itself, *(f"git/{name}.py" for name in names)}


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("processes.py", "posix_spawnp"),
        ("ref_transaction.py", "Popen"),
        ("gitpython.py", "execute"),
        ("signatures.py", "run"),
        ("user_command.py", "Popen"),
    ],
)
def test_each_starts_them_in_one_way(name: str, function: str) -> None:
    tree = ast.parse((PACKAGE / "git" / name).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == function]
    assert (
        len(calls) == {"posix_spawnp": 1, "Popen": 1, "execute": 2, "run": 1}[function]
    )  # git, an editor, and pre-commit


@pytest.fixture
def recorded(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets a paragraph for each git that is started from here on."""
    log, folder = sandbox / "log", sandbox / "recorder"
    git = next(f"{place}/git" for place in os.environ["PATH"].split(":") if os.access(f"{place}/git", os.X_OK))
    write(folder / "git", RECORDER.format(log=log, git=git), 0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return log


def paragraphs(log: Path) -> list[tuple[str, set[str]]]:
    """The arguments and the variables of each start."""
    found = []
    for text in log.read_text(encoding="utf-8", errors="surrogateescape").split("END\n")[:-1]:
        words, _, variables = text.rpartition("ENV\n")
        found.append((words.removeprefix("ARGS ").rstrip("\n"), set(variables.splitlines())))
    log.unlink()
    return found


def check_all(log: Path) -> list[str]:
    """The arguments of each start, after a look at what each was started with."""
    starts = paragraphs(log)
    wanted = {f"{name}={value}" for name, value in VARIABLES.items()}
    for words, variables in starts:
        command = processes.command_of(words.split(" "))
        if command == "version":
            continue  # GitPython's first question, as it is loaded, which is about no repository
        assert wanted <= variables, words
        if command not in {"fetch", "ls-remote", "lfs"}:
            assert PROTOCOL in variables, words
        if command not in {"config", "hook", "rev-parse", "var", "version"}:
            assert all(f"-c {option}" in words for option in OPTIONS), words
    return [words for words, _ in starts]


def with_hook(name: str, *args: str, here: Repo, told: str = "") -> None:
    """Run a hook as git does, without its shim, whose own questions to git are another test's."""
    code = "from gitpact.cli.entry import hook; hook()"
    write(here.path / "told", told)
    run("sh", "-c", '"$@" <told', "sh", sys.executable, "-c", code, name, *args, cwd=here.path)


@pytest.mark.measured
def test_every_command_and_hook(recorded: Path, repo: Repo) -> None:
    there = bare(recorded.parent / "there.git")
    write(repo.path / "file", "x" * 100)
    repo.git("add", ".")
    repo.git("commit", "-q", "-s", "-m", "feat: x")
    oid, null = repo.git("rev-parse", "HEAD"), "0" * 40
    repo.git("remote", "add", "origin", str(there.path))
    write(repo.path / "gitpact.toml", '[push]\nmax-file-size = "10B"\nmax-push-size = "10B"\nprotected = ["main"]\n')
    recorded.unlink()
    for command in (
        *("install", "status", "clean", "check -m feat:x", "lint HEAD", "lint", "lint --since-tag", "lint --all"),
        *("lint --policy-from HEAD HEAD", "size origin main", "size --exact origin main", "policy show", "rules"),
        *("strip origin main --dry-run", "strip origin main", "install --global", "clean --global"),
    ):
        gitpact(*command.split(" "))
    for command in ("install", "status", "clean"):
        gitpact("server", command, there.path)
    started = check_all(recorded)
    kinds = {processes.command_of(words.split(" ")) for words in started}
    assert kinds >= {"config", "rev-parse", "rev-list", "cat-file", "remote", "ls-remote", "hook", "version"}
    write(repo.path / "m", "feature x\n\nBody\n")
    with_hook("commit-msg", "m", here=repo)
    with_hook("pre-commit", here=repo)
    with_hook("pre-push", "origin", str(there.path), here=repo, told=f"HEAD {oid} refs/heads/main {null}\n")
    repo.git("push", "-q", "origin", "main")
    recorded.unlink(missing_ok=True)
    with_hook("pre-receive", here=there, told=f"{null} {oid} refs/heads/main\n{oid} {null} refs/heads/main\n")
    assert len(check_all(recorded)) > 3


def _replace(repo: Repo, old: str, new: str) -> None:
    repo.git("replace", old, new)


def _graft(repo: Repo, old: str, new: str) -> None:
    write(repo.path / ".git" / "info" / "grafts", f"{old} {new}\n")


@pytest.mark.parametrize("make", [_replace, _graft], ids=["a replace ref", "a graft"])
def test_nothing_stands_in_the_place_of_an_object(repo: Repo, make: Callable[[Repo, str, str], None]) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: real")
    real = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: false")
    false = repo.git("rev-parse", "HEAD")
    make(repo, real, false)
    assert b"feat: real" in query.output("cat-file", "commit", real)
    assert b"feat: real" in query.output_with_input(("cat-file", "commit", real), b"")
    assert not query.is_ancestor(false, real)
    assert "feat: real" in gitpython.ask(gitpython.at(repo.path), "cat-file", "commit", real)
    assert [b"feat: real" in record.message for record in history.records([real])] == [True]


def test_no_hook_and_no_monitor_of_the_repository_runs(repo: Repo, sandbox: Path) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    script = f"#!/bin/sh\ntouch '{sandbox}/ran'\n"
    for name in ("reference-transaction", "post-index-change"):
        write(repo.hooks / name, script, 0o755)
        repo.git("config", f"hook.x{name}.event", name)
        repo.git("config", f"hook.x{name}.command", f"touch {sandbox}/ran; cat; :")
    write(repo.path / "monitor", script, 0o755)
    repo.git("config", "core.fsmonitor", str(repo.path / "monitor"))
    query.output_with_input(("update-ref", "--stdin"), b"update refs/heads/y HEAD\n")
    query.output("status")
    query.output("update-index", "--refresh", "-q")
    query.output("diff", "--cached")
    gitpython.ask(gitpython.at(repo.path), "status")
    assert not (sandbox / "ran").exists()


def test_nothing_is_fetched_for_an_answer(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = repos.init(sandbox / "there")
    write(there.path / "file", "content")
    there.git("add", ".")
    there.git("commit", "-q", "-m", "feat: x")
    there.git("config", "uploadpack.allowFilter", "true")
    run("git", "clone", "-q", "--bare", "--filter=blob:none", f"file://{there.path}", "part", cwd=sandbox)
    monkeypatch.chdir(sandbox / "part")
    blob = there.git("rev-parse", "HEAD:file")
    assert query.output_or_nothing("cat-file", "blob", blob) == b""
    monkeypatch.delitem(processes.ISOLATED, "GIT_NO_LAZY_FETCH")  # as an older git would do
    assert query.output_or_nothing("cat-file", "blob", blob) == b""


def test_shims_ask_git_for_nothing_but_configuration() -> None:
    """A shim starts git before Python; these questions follow no object and run no program."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((PACKAGE.parents[1] / "hooks").iterdir())]
    texts.append((PACKAGE / "install" / "config_hooks.py").read_text(encoding="utf-8"))
    asked = {words for text in texts for words in re.findall(r"\$\(git ([\w-]+)|^git ([\w-]+)", text, re.MULTILINE)}
    assert {first or second for first, second in asked} <= {"config", "rev-parse", "hook"}
