"""A rule that is added to the registry runs wherever commits are judged, in however long a range; nothing can skip it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gitpact
from tests.support.repos import EMAIL, NAME, Repo, bare, init, run, write

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(gitpact.__file__).parent
LENGTHS = (1, 64, 65, 1000)
# A copy of the package gets one more rule, in the way CONTRIBUTING says; it finds something in every commit that it sees.
ADDED = '''

from gitpact.records import Finding  # noqa: E402


def added(commit, policy):
    """Every commit."""
    yield Finding("an-added-rule", "seen")


COMMITS["an-added-rule"] = Rule(added)
'''


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package that has one more rule."""
    folder = tmp_path_factory.mktemp("library")
    subprocess.run(["cp", "-r", str(PACKAGE), str(folder / "gitpact")], check=True)
    registry = folder / "gitpact" / "rules" / "commit_registry.py"
    registry.write_text(registry.read_text(encoding="utf-8") + ADDED, encoding="utf-8")
    ids = folder / "gitpact" / "rules" / "__init__.py"
    text = ids.read_text(encoding="utf-8")
    ids.write_text(text.replace('    "wip-commit",\n)', '    "wip-commit",\n    "an-added-rule",\n)'), encoding="utf-8")
    for language in ("en", "zh"):
        catalog = folder / "gitpact" / "report" / "i18n" / f"{language}.py"
        sentences = catalog.read_text(encoding="utf-8")
        catalog.write_text(sentences.replace("TEXTS = {", 'TEXTS = {\n    "an-added-rule/seen": "seen",', 1), "utf-8")
    return folder


def gitpact_of(library: Path, entry: str) -> str:
    """The command of a shell that runs the copy."""
    code = f"import sys; sys.path.insert(0, {str(library)!r}); from gitpact.cli.entry import {entry}; {entry}()"
    return f'"{sys.executable}" -c "{code}"'


def history(repo: Repo, commits: int) -> None:
    """So many commits that keep every other rule."""
    person = f"{NAME} <{EMAIL}>"

    def stream() -> Iterator[str]:
        for number in range(commits):
            text = f"feat: change {number}\n\nSigned-off-by: {person}\n"
            yield f"commit refs/heads/main\ncommitter {person} {1_600_000_000 + number} +0000\ndata {len(text)}\n{text}\n"

    fast_import = ["git", "fast-import", "--quiet"]
    subprocess.run(fast_import, cwd=repo.path, env=repo.env(), input="".join(stream()), text=True, check=True)


@pytest.mark.parametrize("commits", LENGTHS)
def test_in_a_range(sandbox: Path, library: Path, commits: int) -> None:
    repo = init(sandbox / "repo")
    history(repo, commits)
    done = run("sh", "-c", f"{gitpact_of(library, 'command')} lint main --format jsonl", cwd=repo.path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["rule"] for row in found] == ["an-added-rule"] * commits, done.stderr


@pytest.mark.parametrize("commits", LENGTHS)
@pytest.mark.parametrize("where", ["pre-push", "pre-receive"])
def test_in_a_push_and_on_a_server(sandbox: Path, library: Path, where: str, commits: int) -> None:
    here, there = init(sandbox / "here"), bare(sandbox / "there.git")
    history(here, commits)
    folder = here.hooks if where == "pre-push" else there.path / "hooks"
    write(folder / where, f'#!/bin/sh\nexec {gitpact_of(library, "hook")} {where} "$@"\n', 0o755)
    done = run("git", "push", str(there.path), "main", cwd=here.path)
    assert done.returncode
    assert "[an-added-rule]" in done.stderr
    assert f"({commits} error" in done.stderr


def test_in_a_commit(sandbox: Path, library: Path) -> None:
    repo = init(sandbox / "repo")
    write(repo.hooks / "commit-msg", f'#!/bin/sh\nexec {gitpact_of(library, "hook")} commit-msg "$@"\n', 0o755)
    done = run("git", "commit", "-q", "--allow-empty", "-s", "-m", "feat: x", cwd=repo.path)
    assert (done.returncode, "[an-added-rule]" in done.stderr) == (1, True)


def test_a_rule_that_is_in_no_family_runs_too(sandbox: Path, library: Path) -> None:
    ids = library / "gitpact" / "rules" / "__init__.py"
    before = ids.read_text(encoding="utf-8")
    ids.write_text(before.replace('    "an-added-rule",\n', ""), encoding="utf-8")
    try:
        repo = init(sandbox / "repo")
        history(repo, 65)
        done = run("sh", "-c", f"{gitpact_of(library, 'command')} lint main --format jsonl", cwd=repo.path)
        assert len(done.stdout.splitlines()) == 65
    finally:
        ids.write_text(before, encoding="utf-8")
