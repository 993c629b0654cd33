"""What a hook judges is what git stores, whoever else's hook changes the message, in every form and with every git.

Where a form cannot hold that, as another hook runs after the configured one, `status` names that hook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from gitpact.install import config_hooks
from tests.support import gits, managers
from tests.support.repos import Repo, commit, gitpact, init, run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("each_git")]
# It spoils a good message, corrects a bad one, and adds the sign-off that one lacks.
EDIT = """sed -i -e 's/^feat: spoil/PROJ-1 &/' -e '1s/^F/f/' "$1"
git interpret-trailers --if-exists doNothing --in-place --trailer "Signed-off-by: Ann Lee <ann@example.org>" "$1"
"""
MESSAGES = ("feat: spoil it\n\nSigned-off-by: Ann Lee <ann@example.org>", "Feat: add x")


def alone(repo: Repo) -> None:
    write(repo.hooks / "commit-msg", f"#!/bin/sh\n{EDIT}", 0o755)


def pre_commit(repo: Repo) -> None:
    script = write(repo.path / ".git" / "edit", f"#!/bin/sh\n{EDIT}", 0o755)
    hook = {"id": "x", "name": "x", "stages": ["commit-msg"], "language": "system", "entry": str(script)}
    write(repo.path / ".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
    managers.call(repo, "pre-commit", "install", "--hook-type", "commit-msg")


def lefthook(repo: Repo) -> None:
    job = {"run": EDIT.replace('"$1"', "{1}")}
    write(repo.path / "lefthook.yml", yaml.safe_dump({"commit-msg": {"jobs": [job]}}))
    managers.call(repo, "lefthook", "install", "--force")


def husky(repo: Repo) -> None:
    write(repo.path / "package.json", "{}")
    write(repo.path / ".husky" / "commit-msg", f"{EDIT}", 0o755)
    managers.call(repo, "husky")


def configured(repo: Repo) -> None:
    """Of no effect with an older git; with a newer one it runs after a hook in the user's configuration."""
    repo.git("config", "hook.edit.command", str(write(repo.path / ".git" / "edit", f"#!/bin/sh\n{EDIT}", 0o755)))
    repo.git("config", "hook.edit.event", "commit-msg")


def nobody(repo: Repo) -> None:
    del repo


FOREIGN = {
    "nobody": nobody,
    "a file": alone,
    "a configured hook": configured,
    "pre-commit": pre_commit,
    "lefthook": lefthook,
    "husky": husky,
}


FORMS = {
    "auto": [],
    "files": ["--via", "files"],
    "configuration": ["--via", "config"],
    "global": ["--global"],
    "template": ["--template-dir", "template"],
}


def put(form: str, repo: Repo) -> None:
    """Install as a person does; where files are refused, in the way that the refusal names first."""
    done = gitpact("install", *FORMS[form], cwd=repo.path)
    if done.returncode == 2:
        assert "run: gitpact install --via husky" in done.stderr
        done = gitpact("install", "--via", "husky", cwd=repo.path)
    assert not done.returncode, done.stderr


def made(form: str, foreign: str, folder: Path) -> Repo:
    """A repository with a policy, somebody's hook, and ours."""
    first = init(folder / "first")
    if form == "template":
        put(form, first)
    repo = init(folder / "repo", f"--template={first.path / 'template'}" if form == "template" else "--template=")
    write(repo.path / "gitpact.toml", "")
    assert not commit(repo, GITPACT="0").returncode
    FOREIGN[foreign](repo)
    if form != "template":
        put(form, first if form == "global" else repo)
    return repo


@pytest.mark.parametrize(
    ("form", "foreign"),
    [
        *((form, foreign) for form in ("auto", "files", "configuration") for foreign in FOREIGN),
        # A manager meets the same files and the same configuration there.
        *((form, foreign) for form in ("global", "template") for foreign in ("nobody", "a file", "a configured hook")),
    ],
)
def test_the_hook_judges_what_is_stored(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch, form: str, foreign: str
) -> None:
    newer = gits.version("git") >= config_hooks.SINCE
    if (form == "template" and newer) or (form == "files" and not newer):
        pytest.skip("files are the same with every git, and what auto means with an older one")
    if foreign in {"pre-commit", "lefthook", "husky"}:
        managers.ready(monkeypatch, foreign)
    if form == "configuration" and not newer:
        pytest.skip("this version of git cannot run hooks from the git configuration")
    repo = made(form, foreign, sandbox)
    status = gitpact("status", cwd=repo.path).stdout
    for message in MESSAGES:
        words = ("git", "commit", "-q", "--allow-empty", "-m", message)
        accepted = run(*words, cwd=repo.path)
        raw = run(*words, cwd=repo.path, env={"GITPACT": "0"})
        assert not raw.returncode, raw.stderr
        stored = gitpact("lint", "HEAD^!", cwd=repo.path)
        if bool(accepted.returncode) != bool(stored.returncode):
            assert "runs after gitpact" in status or "does not check any commit" in status, (
                message,
                accepted,
                stored,
                status,
            )
