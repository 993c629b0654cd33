"""What the documents show is what happens: every fence is run, parsed or compared, or says why it is not."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gitpact.install import actions, hook_script, hooks_directory
from gitpact.policy import parsing
from tests.support.programs import need_shell
from tests.support.pushes import pair
from tests.support.repos import COMMAND, bare, environment, init, run, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.repos import Repo

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md", "AGENTS.md", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md") if path.parent.name in {"docs", "zh"}
))  # fmt: skip
MARKER = re.compile(r"<!-- (?P<verb>run|not run|screen): (?P<what>.+) -->")
SHELLS = ("bash", "dash", "zsh", "fish")
LONGEST_README = 200  # lines
# What the documents call by names of a server's disk.
SERVER, ADMINISTRATOR = "/srv/git/hub.git", "/etc/gitpact.toml"


class Fence(NamedTuple):
    """A fence of a page: where it begins, its language, its text, and the marker above it."""

    place: str
    language: str
    text: str
    verb: str
    what: str


def fences() -> Iterator[Fence]:
    for page in PAGES:
        above = ""
        lines = iter(enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1))
        for number, line in lines:
            if line.startswith("```"):
                text = []
                for _, inner in lines:
                    if inner == "```":
                        break
                    text.append(inner)
                found = MARKER.fullmatch(above)
                said = (found["verb"], found["what"]) if found else ("", "")
                yield Fence(f"{page}:{number}", line[3:], "".join(f"{one}\n" for one in text), *said)
            above = line if line.strip() else above


EVERY = list(fences())


def of(language: str, verb: str = "") -> list[Fence]:
    return [fence for fence in EVERY if fence.language == language and fence.verb == verb]


def place(fence: Fence) -> str:
    return fence.place


@pytest.mark.parametrize("fence", EVERY, ids=place)
def test_each_fence_is_checked_or_says_why_not(fence: Fence) -> None:
    if fence.language == "sh":
        assert fence.verb in {"run", "not run"}
    elif fence.language == "console":
        assert fence.verb == "screen"
    else:
        assert fence.language in {"toml", "json", "make", "yaml", "sql"}  # sql: tests/audit/test_schema.py


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("name", PAGES)
def test_what_a_comment_names_beside_a_claim_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for comment in re.findall(r"<!-- (.+?) -->", text):
        for path in re.findall(r"(?:tests|benchmarks|\.ci)/[\w./-]+", comment):
            assert (ROOT / path).exists(), path


@pytest.fixture
def project(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A project with a remote that has its commits, a tag before the last one, and gitpact on PATH."""
    write(sandbox / "bin" / "gitpact", f"#!/bin/sh\nexec '{sys.executable}' -c '{COMMAND}' \"$@\"\n", 0o755)
    monkeypatch.setenv("PATH", f"{sandbox / 'bin'}:{environment()['PATH']}")
    hub, repo = bare(sandbox / "hub.git"), init(sandbox / "project")
    repo.git("remote", "add", "origin", hub.path)
    for header in ("chore: start", "feat: go on"):
        repo.git("commit", "-q", "--allow-empty", "-s", "-m", header)
        repo.git("tag", "-f", "v1.0.0", "HEAD~1") if header.startswith("feat") else None
    repo.git("push", "-q", "-u", "origin", "main", "v1.0.0")
    write(sandbox / "administrator.toml", "[server]\noverrides = true\n")
    return repo


@pytest.mark.parametrize(
    ("fence", "shell"),
    [
        pytest.param(fence, shell, id=f"{fence.place}-{shell}")
        for fence in of("sh", "run")
        for shell in (SHELLS if not fence.place.startswith("docs/zh/") else SHELLS[:1])  # the commands are the same
    ],
)
@pytest.mark.measured
def test_commands(project: Repo, fence: Fence, shell: str, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line as it stands, typed into each shell that is here; it has to succeed."""
    if shell != "bash":  # gitpact does the same in each
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    typed = need_shell(shell)
    assert fence.what in {"project", "five minutes", "server"}
    monkeypatch.chdir(project.path)
    if fence.what == "five minutes":
        actions.install(hooks_directory.find(), hook_script.HOOKS)
    text = fence.text.replace(SERVER, str(sandbox / "hub.git")).replace(
        ADMINISTRATOR, str(sandbox / "administrator.toml")
    )
    for line in text.splitlines():
        done = run(*typed, line, cwd=project.path)
        assert not done.returncode, f"{line}: {done.stdout}{done.stderr}"
        assert "refused" in done.stdout if "|| echo refused" in line else True


@pytest.mark.parametrize("fence", of("toml"), ids=place)
def test_policies(fence: Fence) -> None:
    """What a policy extends is on no machine here; tests/e2e/test_extends.py has policies that exist."""
    assert parsing.parse(re.sub(r"(?m)^extends = .*$", "", fence.text), fence.place)


@pytest.mark.parametrize("fence", of("json"), ids=place)
def test_json(fence: Fence) -> None:
    assert json.loads(fence.text)


@pytest.mark.parametrize("fence", of("yaml"), ids=place)
def test_workflows(fence: Fence, sandbox: Path) -> None:
    program = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    assert program, "one of our own tools, from pyproject.toml"
    file = write(sandbox / "workflow.yml", fence.text)
    subprocess.run([program, "--builtin-schema", "vendor.github-workflows", file], check=True, capture_output=True)


@pytest.mark.parametrize("fence", of("make"), ids=place)
def test_makefiles(project: Repo, fence: Fence) -> None:
    write(project.path / "gitpact.mk", run("gitpact", "makefile", "--source", "gitpact==1.0", cwd=project.path).stdout)
    write(project.path / "Makefile", fence.text)
    done = run("make", "-n", "build", "test", "hooks-install", "hooks-clean", cwd=project.path)
    assert not done.returncode, done.stderr


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_opening_screen_is_what_git_commit_prints(repo: Repo, name: str, language: str) -> None:
    (fence,) = [one for one in of("console", "screen") if one.place.startswith(f"{name}:")]
    command, _, printed = fence.text.removeprefix("$ ").partition("\n")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    write(repo.path / "login", "")
    repo.git("add", "login")
    done = run(*shlex.split(command), cwd=repo.path, env={"GITPACT_LANG": language})
    program = done.stderr.rpartition(" rules type-known")[0].rpartition(" ")[2]
    assert done.stderr.replace(program, "gitpact") == printed


@pytest.mark.parametrize(("name", "language"), [("docs/push.md", "en"), ("docs/zh/push.md", "zh")])
def test_the_screen_of_a_refused_push(sandbox: Path, monkeypatch: pytest.MonkeyPatch, name: str, language: str) -> None:
    (fence,) = [one for one in of("console", "screen") if one.place.startswith(f"{name}:")]
    command, _, printed = fence.text.removeprefix("$ ").partition("\n")
    both = pair(sandbox, monkeypatch)
    write(both.here.path / "gitpact.toml", "")
    both.commit("a")
    assert not both.push("--no-verify").returncode
    (both.here.path / "b").write_text("b")
    both.here.git("add", "b")
    both.commit("assets/intro.mp4", 6_000_000)
    monkeypatch.setenv("PATH", without_git_lfs())
    done = run(*shlex.split(command), cwd=both.here.path, env={"GITPACT_LANG": language})
    said = done.stderr.partition("error: failed to push")[0]
    program = said.rpartition(" rules file-size")[0].rpartition(" ")[2]
    assert re.sub(r"\b[0-9a-f]{12}\b", "849929385a08", said.replace(program, "gitpact")) == printed


def without_git_lfs() -> str:
    """PATH without the folders that hold git-lfs."""
    return ":".join(folder for folder in environment()["PATH"].split(":") if not Path(folder, "git-lfs").exists())
