"""What `gitpact init` writes beside the policy: each file on request, shown first, and nothing of it twice."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml

from gitpact.cli import questions
from gitpact.install import ci_files
from gitpact.install.source import Source
from gitpact.policy import in_force
from tests.support.commands import caller
from tests.support.repos import run as process
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repos import Repo

    Run = Callable[..., tuple[int, str, str]]

SOURCE = ("--source", "git+https://github.com/ann/gitpact@v9")


@pytest.fixture
def run(repo: Repo, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `gitpact init`; gives the exit code, the output and the errors."""
    assert repo
    return caller("init", capfd)


def files(repo: Repo) -> dict[str, str]:
    found = [path for path in repo.path.rglob("*") if path.is_file() and ".git/" not in f"{path}"]
    return {str(path.relative_to(repo.path)): path.read_text() for path in found}


def test_nothing_is_written_without_a_yes_and_all_is_shown(repo: Repo, run: Run) -> None:
    write(repo.path / "Makefile", "all:\n\ttrue")
    code, said, _ = run("--preset", "strict", "--makefile", "--agents", *SOURCE)
    assert (code, [*files(repo)]) == (0, ["Makefile"])
    for line in ("+++ b/gitpact.mk", "--- a/Makefile", "+include gitpact.mk", "+.gitpact-venv/", "+## Commit messages"):
        assert f"\n{line}\n" in said
    assert "nothing was written; to write these files: " in said


def test_make_targets_work(repo: Repo, run: Run) -> None:
    write(repo.path / "Makefile", "all:\n\ttrue")
    write(repo.path / ".gitignore", "*.o\n")
    assert run("--preset", "strict", "--makefile", *SOURCE, "--yes")[0] == 0
    assert files(repo)["Makefile"] == "all:\n\ttrue\ninclude gitpact.mk\n"
    assert files(repo)[".gitignore"] == "*.o\n.gitpact-venv/\n"
    assert "pip install -q --disable-pip-version-check" in process("make", "-n", "hooks-install", cwd=repo.path).stdout
    assert "git+https://github.com/ann/gitpact@v9" in files(repo)["gitpact.mk"]
    again = run("--makefile", *SOURCE, "--yes")
    assert again == (
        0,
        "nothing was written, because the files already contain everything that gitpact would add\n",
        "",
    )


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("git@github.com:ann/x.git", ".github/workflows/commits.yml", "uses: ann/gitpact@v9"),
        ("https://gitlab.example.org/ann/x", ".gitlab-ci.yml", "pip install --quiet 'git+https://github.com/"),
        ("https://codeberg.org/ann/x", ".gitea/workflows/commits.yml", "/pip install --quiet 'git+https://github.com/"),
    ],
)
def test_the_ci_job_of_the_platform_that_the_remote_tells(
    repo: Repo, run: Run, url: str, path: str, expected: str
) -> None:
    repo.git("remote", "add", "origin", url)
    assert run("--preset", "strict", "--ci", "auto", *SOURCE, "--yes")[0] == 0
    assert expected in files(repo)[path]


@pytest.mark.parametrize("platform", ci_files.PLATFORMS)
@pytest.mark.parametrize("source", [Source("gitpact==9.9"), Source("git+https://x.org/a@v1", "https://x.org/a", "v1")])
def test_every_platform_installs_what_it_is_told(platform: str, source: Source) -> None:
    text = ci_files.text(platform, source)
    wanted = source.requirement
    action = platform == "github" and "+" not in wanted
    assert wanted.replace("gitpact==", "gitpact/gitpact@v" if action else "gitpact==") in text
    assert action or "gitpact lint --ci" in text
    if platform != "jenkins":
        assert yaml.safe_load(text)


def test_a_ci_file_of_the_project_stays_and_the_job_is_shown(repo: Repo, run: Run) -> None:
    write(repo.path / ".gitlab-ci.yml", "stages: [a]\n")
    code, said, _ = run("--preset", "strict", "--ci", "GitLab", *SOURCE, "--yes")
    assert (code, ".gitlab-ci.yml already exists and was not changed" in said) == (0, True)
    assert "    - pip install --quiet 'git+https://github.com/ann/gitpact@v9'\n" in said
    assert sorted(files(repo)) == [".gitlab-ci.yml", "gitpact.toml"]
    assert files(repo)[".gitlab-ci.yml"] == "stages: [a]\n"
    write(repo.path / ".gitlab-ci.yml", ci_files.text("gitlab", Source("gitpact==1.0.0")))
    assert run("--ci", "gitlab", "--source", "gitpact==1.0.0", "--yes")[1].startswith(
        "nothing was written, because the files already contain everything that gitpact would add"
    )


def test_a_ci_job_needs_a_source_that_the_ci_can_reach(repo: Repo, run: Run, sandbox: Path) -> None:
    write(sandbox / "clone" / "pyproject.toml", "")
    code, _, err = run("--preset", "strict", "--ci", "forgejo", "--source", str(sandbox / "clone"), "--yes")
    assert (code, "which exists only on this machine" in err, files(repo)) == (2, True, {})


def test_a_makefile_with_such_targets_stays(repo: Repo, run: Run) -> None:
    write(repo.path / "GNUmakefile", "hooks-install:\n\ttrue\n")
    code, _, err = run("--preset", "strict", "--makefile", *SOURCE, "--yes")
    assert (code, "the target hooks-install already exists" in err, len(files(repo))) == (2, True, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ci", "nope"], "--ci nope: unknown CI platform"),
        (["--ci", "auto"], "gitpact cannot detect the CI platform from the URL of the remote"),
        (["--via", "nope"], "--via nope: unknown hook manager"),
        (["--via", "husky"], "there is no folder .husky here"),
    ],
)
def test_wrong_use(repo: Repo, run: Run, words: list[str], said: str) -> None:
    code, _, err = run("--preset", "strict", *words, "--yes")
    assert (code, said in err, files(repo)) == (2, True, {}), err


@pytest.mark.parametrize("manager", ["pre-commit", "husky", "lefthook"])
def test_lines_for_a_hook_manager(repo: Repo, run: Run, manager: str) -> None:
    (repo.path / ".husky").mkdir()
    write(repo.path / "lefthook.yml", "pre-rebase:\n  commands:\n    a:\n      run: ls\n")
    code, said, _ = run("--preset", "strict", "--via", manager, *SOURCE, "--yes")
    assert (code, said.endswith(f"gitpact install --via {manager}\n")) == (0, True)
    name = {"pre-commit": ".pre-commit-config.yaml", "husky": ".husky/commit-msg", "lefthook": "lefthook.yml"}[manager]
    assert f"put in by gitpact install --via {manager}" in files(repo)[name]
    assert manager != "husky" or (repo.path / name).stat().st_mode & 0o111


def test_documents_say_what_the_policy_asks(repo: Repo, run: Run) -> None:
    write(repo.path / "CONTRIBUTING.md", "# Contributing\n\nBe kind.")
    write(repo.path / "CLAUDE.md", "# Agents\n")
    assert run("--preset", "openim", "--contributing", "--agents", *SOURCE, "--yes")[0] == 0
    first, agents = files(repo)["CONTRIBUTING.md"], files(repo)["CLAUDE.md"]
    assert first.startswith("# Contributing\n\nBe kind.\n\n<!-- gitpact init -->\n\n## Commit messages\n")
    policy = in_force.of_work_tree(str(repo.path)).policy
    for text in (first, agents):
        assert f"The types are: {', '.join(policy.types)}." in text
        assert f"at most {policy.subject_max} columns" in text
    assert "gitpact check --format json" in agents
    assert "run `pipx install git+https://github.com/ann/gitpact@v9` and `gitpact install`." in first
    write(repo.path / "gitpact.toml", 'preset = "strict"\n[message]\nscopes = ["api", "cli"]\nissue = "forbidden"\n')
    assert run("--contributing", "--agents", "--makefile", *SOURCE, "--yes")[0] == 0
    again = files(repo)["CONTRIBUTING.md"]
    assert (again.count("## Commit messages"), "The scopes are: api, cli." in again) == (1, True)
    assert "run `make hooks-install`." in again
    assert again.startswith("# Contributing\n\nBe kind.\n\n<!-- gitpact init -->")


def test_documents_of_a_policy_that_asks_little(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", 'preset = "standard"\n[message]\ntypes = []\nscope = "forbidden"\n')
    assert run("--contributing", "--yes")[0] == 0
    text = files(repo)["CONTRIBUTING.md"]
    assert "as `type: description (#12)`" in text
    assert "You can leave out `(#12)`." in text
    assert "The types are" not in text


def test_in_chinese(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITPACT_LANG", "zh")
    assert run("--preset", "strict", "--contributing", "--yes")[0] == 0
    assert "## 提交信息" in files(repo)["CONTRIBUTING.md"]


def test_the_policy_in_pyproject(repo: Repo, run: Run) -> None:
    text = "# mine\n[project]\nname = 'x'  # kept"
    write(repo.path / "pyproject.toml", text)
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    assert run("--pyproject", "--yes")[0] == 0
    written = files(repo)["pyproject.toml"]
    assert written.startswith(f"{text}\n\n[tool.gitpact]\n")
    assert tomllib.loads(written)["project"] == {"name": "x"}
    assert in_force.of_work_tree(str(repo.path)).source == "pyproject.toml"
    assert "already has a policy: pyproject.toml" in run("--pyproject")[2]


def test_a_source_of_this_machine_is_told(repo: Repo, run: Run, sandbox: Path) -> None:
    write(sandbox / "clone" / "pyproject.toml", "")
    _, _, err = run("--preset", "strict", "--makefile", "--source", str(sandbox / "clone"))
    assert (err.count("exists on this machine only"), files(repo)) == (1, {})


def test_a_person_is_asked_about_what_the_project_has(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "y"

    monkeypatch.setattr(questions, "can_ask", lambda: True)
    monkeypatch.setattr(questions, "answer", answer)
    assert run("--preset", "strict")[0] == 0
    assert asked == ["Write gitpact.toml? [Y/n] "]
    for name in ("Makefile", "CONTRIBUTING.md", "AGENTS.md"):
        write(repo.path / name, "")
    (repo.path / ".husky").mkdir()
    (repo.path / "gitpact.toml").unlink()
    repo.git("remote", "add", "origin", "https://github.com/ann/x")
    asked.clear()
    assert run("--preset", "strict", *SOURCE)[0] == 0
    assert [question.removesuffix(" [y/N] ") for question in asked[:-1]] == [
        "Add 'make hooks-install' to Makefile?",
        "Add a CI job (.github/workflows/commits.yml)?",
        "Add gitpact to the hooks of husky?",
        "Add a section about commit messages to CONTRIBUTING.md?",
        "Add a section for coding agents to AGENTS.md?",
    ]
    assert {".husky/commit-msg", ".github/workflows/commits.yml", "gitpact.mk"} < {*files(repo)}


def test_a_folder_that_cannot_be_made(repo: Repo, run: Run) -> None:
    (repo.path / ".github").symlink_to("/no/such/folder")
    code, _, err = run("--preset", "strict", "--ci", "github", *SOURCE, "--yes")
    assert (code, "cannot be written" in err) == (2, True)
