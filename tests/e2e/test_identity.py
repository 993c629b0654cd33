"""Whatever stood there before: in and out is the identity, twice is once, and every foreign hook runs as it did."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gitpact.git.gitpython import at
from gitpact.install import actions, config_hooks, hook_script, hooks_directory
from tests.support.repos import Repo, bare, commit, init, listing, run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("each_git")]
CONFIGS = (
    "# a note\n",
    "; another\n\n\n",
    '[hook "mine"]\n\tcommand = true\n\tevent = commit-msg\n',
    '[hook "gitpact-commit-msg"]\n\t# enabled, for now\n',
    '[hook "gitpact-pre-push"]\n\tenabled = true\n',
    "[core] ; here\n\tautocrlf = false # why not\n",
    '[alias]\n  x = "!f() { :; }; f"\r\n',
    '[branch "a b"]\n\tmerge = \\\n  refs/heads/x\n',
    "[x]\n  y=1 \n",
    "[core]\n",
)
# What a hook is given, but for what a shell keeps of itself; and whether it lets git go on.
RECORDS = """#!/bin/sh
{
    basename "$0"
    printf '<%%s>\\n' "$@"
    pwd
    env | grep '^GIT_' | grep -v DATE | sort
    [ "$(basename "$0")" != pre-push ] || cat
} >>"$RECORD"
exit %d
"""
STATES = st.fixed_dictionaries(
    {}, optional={hook: st.sampled_from(["runs", "refuses", "ignored"]) for hook in hook_script.HOOKS}
)
GOOD = "feat: x (#1)\n\nSigned-off-by: Ann Lee <ann@example.org>"
numbers = itertools.count()


def forms() -> list[str]:
    return ["files", "config"] if config_hooks.supported(at()) else ["files"]


def install(form: str) -> None:
    actions.install(hooks_directory.find(checked=form == "files"), hook_script.HOOKS, via=form)


def everything(repo: Repo) -> dict[str, object]:
    """The configuration and the hooks, byte for byte, and what else is in the git directory by name."""
    git_dir = repo.path / ".git"
    return {
        "config": (git_dir / "config").read_bytes(),
        "hooks": listing(repo.hooks),
        "names": sorted(listing(git_dir)),
    }


@given(st.lists(st.sampled_from(CONFIGS), max_size=5), st.sampled_from([0o644, 0o600, 0o664]), STATES)
@example(list(CONFIGS), 0o644, {"commit-msg": "runs"})
@settings(database=None, deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_and_out_is_the_identity_and_twice_is_once(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch, pieces: list[str], mode: int, hooks: dict[str, str]
) -> None:
    """how-hooks-are-installed 9, 10, 16, 18: configuration and hooks, by both forms and from one to the other."""
    with monkeypatch.context() as patch:
        repo = init(sandbox / f"repo{next(numbers)}")
        patch.chdir(repo.path)
        config = repo.path / ".git" / "config"
        config.write_bytes(config.read_bytes() + "".join(pieces).encode())
        config.chmod(mode)
        for hook, kind in hooks.items():
            write(repo.hooks / hook, RECORDS % 0, 0o644 if kind == "ignored" else 0o755)
        before = everything(repo)
        for form in forms():
            install(form)
            once = everything(repo)
            install(form)
            assert everything(repo) == once
            actions.clean(hooks_directory.find(checked=False))
            assert everything(repo) == before
            assert config.stat().st_mode & 0o777 == mode
        for form in (*forms(), "files"):
            install(form)
        actions.clean(hooks_directory.find(checked=False))
        assert everything(repo) == before


@given(STATES, st.booleans())
@settings(database=None, deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_foreign_hook_runs_as_it_did(
    sandbox: Path,
    monkeypatch: pytest.MonkeyPatch,
    hooks: dict[str, str],
    linked: bool,
) -> None:
    """how-hooks-are-installed 9, 10, 34: same name, arguments, directory, variables and standard input; its no is a no."""
    with monkeypatch.context() as patch:
        repo = init(sandbox / f"repo{next(numbers)}")
        patch.chdir(repo.path)
        there = bare(sandbox / f"there{next(numbers)}.git")
        record = sandbox / "record"
        patch.setenv("RECORD", str(record))
        commit(repo, GOOD)
        work = repo
        if linked:
            repo.git("worktree", "add", "-q", f"{repo.path}-linked", "-b", "linked")
            work = Repo(repo.path.with_name(f"{repo.path.name}-linked"))
        for hook, kind in hooks.items():
            write(repo.hooks / hook, RECORDS % (kind == "refuses"), 0o644 if kind == "ignored" else 0o755)

        def seen() -> tuple[int, int, str]:
            record.write_text("")
            made = commit(work, GOOD).returncode
            pushed = run("git", "push", "-q", there.path, "HEAD:refs/heads/feat/x", cwd=work.path).returncode
            there.git("update-ref", "-d", "refs/heads/feat/x")
            if not made:
                work.git("reset", "-q", "--hard", "HEAD~1")
            return made, pushed, record.read_text()

        def plain(told: tuple[int, int, str]) -> tuple[int, int, list[str]]:
            """Names of commits differ from one commit to the next."""
            return *told[:2], [word for word in told[2].split() if len(word) != len(repo.git("rev-parse", "HEAD"))]

        before = plain(seen())
        for form in forms():
            install(form)
            assert plain(seen()) == before
        actions.clean(hooks_directory.find(checked=False))
        assert plain(seen()) == before
