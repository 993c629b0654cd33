"""`hooks/uninstall`: hooks are taken out where gitpact itself is gone, as `gitpact clean` would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitpact.install import actions, hook_script, hooks_directory
from tests.support.repos import listing, run, worktree, write

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.support.repos import Repo


def uninstall(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("sh", hook_script.templates() / "uninstall", cwd=folder)


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {name: (mode, data) for name, (mode, _, data) in listing(folder).items()}


def test_as_clean_would(repo: Repo) -> None:
    write(repo.hooks / "commit-msg", "#!/bin/sh\n# theirs\n", 0o755)
    write(repo.hooks / "helper", "x")
    before = contents(repo.path / ".git"), contents(repo.hooks)
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    done = uninstall(repo.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "commit-msg: removed; the hook that existed before gitpact was installed is back" in done.stdout
    assert "pre-push: removed (" in done.stdout
    assert (contents(repo.path / ".git"), contents(repo.hooks)) == before
    assert (repo.hooks / "commit-msg").read_text() == "#!/bin/sh\n# theirs\n"
    again = uninstall(repo.path)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_what_is_edited_or_somebody_elses_stays(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    edited = (repo.hooks / "commit-msg").read_text() + "# mine\n"
    write(repo.hooks / "commit-msg", edited, 0o755)
    write(repo.hooks / "pre-push", "#!/bin/sh\n", 0o755)
    done = uninstall(repo.path)
    assert done.returncode == 0
    assert "commit-msg: gitpact's hook was edited by hand, so it stays" in done.stderr
    assert (repo.hooks / "commit-msg").read_text() == edited
    assert (repo.hooks / "pre-push").read_text() == "#!/bin/sh\n"
    assert not (repo.hooks / "pre-commit").exists()


def test_lines_of_the_configuration(repo: Repo) -> None:
    for hook in hook_script.HOOKS:
        repo.git("config", f"hook.gitpact-{hook}.command", "x")
        repo.git("config", f"hook.gitpact-{hook}.event", hook)
    repo.git("config", "hook.mine.command", "y")
    done = uninstall(repo.path)
    assert "commit-msg: removed (" in done.stdout
    assert "gitpact" not in (repo.path / ".git" / "config").read_text()
    assert repo.git("config", "hook.mine.command") == "y"


def test_from_a_linked_work_tree_and_a_folder_below(repo: Repo, sandbox: Path) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "x")
    other = worktree(repo, sandbox / "linked")
    (other.path / "a").mkdir()
    assert not uninstall(other.path / "a").returncode
    assert not list(repo.hooks.iterdir())


def test_outside_of_a_repository(sandbox: Path) -> None:
    assert uninstall(sandbox).returncode


def test_a_refused_message_and_lines_of_other_managers_are_told(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    kept = repo.path / ".git" / "gitpact"
    for name in ("REFUSED_MSG", "REFUSED_COMMAND", "policy"):
        write(kept / name, "x")
    lines = write(repo.path / ".husky" / "commit-msg", "x  # put in by gitpact install --via husky\n")
    done = uninstall(repo.path)
    assert "the message of your refused commit is still saved in .git/gitpact/REFUSED_MSG\n" in done.stdout
    assert {path.name for path in kept.iterdir()} == {"REFUSED_MSG", "REFUSED_COMMAND"}
    assert done.stderr == f"to remove gitpact from the project, delete its lines in {lines}\n"
