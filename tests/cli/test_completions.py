"""What the shells are offered behind the cursor, asked for as the scripts of Typer do."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from typer import completion

from gitpact.cli import app, completions, entry
from tests.support.programs import need_shell
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repos import Repo

    Offer = Callable[[str], list[str]]


@pytest.fixture
def offer(repo: Repo, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Offer:
    """What bash offers behind a line, in a repository with the scopes `api` and `ui`, two branches, a tag, a remote."""
    for scope in ("api", "ui", "api"):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat({scope}): x")
    repo.git("branch", "main-2")
    repo.git("tag", "v1")
    repo.git("remote", "add", "origin", "https://x.example/a")

    def call(line: str) -> list[str]:
        monkeypatch.setenv("_GITPACT_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        assert entry.exit_code_of(lambda: app.main([])) == 0
        return capfd.readouterr().out.split()

    return call


OFFERED = {
    "gitpact ru": ["rules"],
    "gitpact help st": ["status", "strip"],
    "gitpact rules type-": ["type-known", "type-case"],
    "gitpact lint --select dco,type-k": ["dco,type-known"],
    "gitpact lint main": ["main", "main-2"],
    "gitpact lint main..v": ["main..v1"],
    "gitpact lint main...HE": ["main...HEAD"],
    "gitpact fix v": ["v1"],
    "gitpact commit --type re": ["refactor", "revert"],
    "gitpact commit --scope ": ["api", "ui"],
    "gitpact init --preset st": ["standard", "strict"],
    "gitpact init --from committ": ["committed"],
    "gitpact init --ci gi": ["github", "gitlab", "gitea"],
    "gitpact init --via h": ["husky"],
    "gitpact install --hook p": ["pre-commit", "pre-push", "prepare-commit-msg"],
    "gitpact size o": ["origin"],
}


@pytest.mark.parametrize("line", OFFERED)
def test_what_begins_so(offer: Offer, line: str) -> None:
    assert offer(line) == OFFERED[line]


def test_the_scopes_of_the_policy_come_first(repo: Repo, offer: Offer) -> None:
    write(repo.path / "gitpact.toml", '[message]\nscopes = ["cli", "a*"]\n')
    assert offer("gitpact commit --scope ") == ["cli", "api"]
    write(repo.path / "gitpact.toml", "nonsense")
    assert offer("gitpact commit --scope ") == []


def test_without_a_commit_and_without_a_repository(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert completions.scopes("") == []
    assert completions.revisions("") == ["HEAD"]
    monkeypatch.chdir(repo.path.parent)
    assert completions.remotes("") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell(shell: str) -> None:
    """What `--install-completion` installs is a script of that shell, and asks by our variable."""
    script = completion.get_completion_script(  # type: ignore[attr-defined]  # as Typer calls it
        prog_name="gitpact", complete_var=app.COMPLETE, shell=shell
    )
    assert f"{app.COMPLETE}=complete_{shell}" in script
    done = subprocess.run([*need_shell(shell)[:-1], "-n", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
