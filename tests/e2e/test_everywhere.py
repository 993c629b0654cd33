"""`--global`: every repository of a user is judged that has a policy, once, and all that ran before runs on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install import actions, global_hooks, hook_script, hooks_directory
from tests.support import gits
from tests.support.repos import Repo, bare, commit, gitpact, init, listing, run, watched, worktree, write

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.long

CONFIG = "config"
FOLDER = "files"


@pytest.fixture(params=[FOLDER, CONFIG])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> str:
    """Both forms, each with the git that has it."""
    if request.param == CONFIG:
        gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    watched(monkeypatch, sandbox)
    return str(request.param)


@pytest.fixture
def put(form: str, repo: Repo) -> Callable[[], list[str]]:
    """What puts the hooks in; a policy makes the repository one that is judged."""
    write(repo.path / "gitpact.toml", "")
    return lambda: [step.action for step in global_hooks.install(hook_script.HOOKS, form)]


def configuration() -> str:
    """The user's own."""
    return Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")


def states() -> set[tuple[str, str]]:
    return {(hook.state, hook.via) for hook in actions.status(hooks_directory.find(checked=False))}


def refusals(repo: Repo) -> int:
    """How often a message that breaks the pact is refused."""
    return commit(repo, "no header").stderr.count("commit refused")


@pytest.mark.measured
def test_it_is_for_every_repository_already(repo: Repo) -> None:
    before = configuration()
    done = gitpact("install", "--global", "--recurse-submodules", cwd=repo.path)
    assert (done.returncode, configuration()) == (2, before)
    assert "leave out --recurse-submodules" in done.stderr


def test_in_and_out(repo: Repo, put: Callable[[], list[str]]) -> None:
    before = configuration()
    assert set(put()) == {"install"}
    assert refusals(repo) == 1
    assert not commit(repo).returncode
    assert states() == {("live", "global")}
    assert not gitpact("status").returncode
    assert set(put()) == {"unchanged"}
    global_hooks.clean()
    assert configuration() == before
    assert not global_hooks.folder().exists()
    assert not refusals(repo)
    global_hooks.clean()


def test_a_project_without_a_policy_hears_nothing(
    repo: Repo, put: Callable[[], list[str]], sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put()
    plain = init(sandbox / "plain")
    monkeypatch.chdir(plain.path)
    assert not refusals(plain)
    assert states() == {("silent", "global")}
    plain.git("config", "gitpact.enabled", "true")
    assert refusals(plain) == 1
    assert states() == {("live", "global")}
    plain.git("config", "--unset", "gitpact.enabled")
    write(plain.path / "pyproject.toml", "[project]\nname = 'x'\n")
    assert not refusals(plain)
    write(plain.path / "pyproject.toml", "[tool.gitpact]\n")
    assert refusals(plain) == 1
    assert refusals(repo) == 1


def test_with_a_local_install_it_is_judged_once(repo: Repo, put: Callable[[], list[str]], form: str) -> None:
    put()
    for local in dict.fromkeys((FOLDER, form)):
        actions.install(hooks_directory.find(), hook_script.HOOKS, via=local)
        assert refusals(repo) == 1
        actions.clean(hooks_directory.find())
    assert refusals(repo) == 1


def test_a_retry_is_whole_whoever_runs_the_hook(repo: Repo, put: Callable[[], list[str]]) -> None:
    """With both installs in the form of files git runs the one for all, and that runs ours."""
    commit(repo)
    put()
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    done = run("git", "commit", "--amend", "--allow-empty", "-m", "no header", cwd=repo.path)
    assert "git commit --amend --allow-empty -s -e -F" in done.stderr


def test_hooks_of_a_repository_run_on(repo: Repo, put: Callable[[], list[str]], sandbox: Path) -> None:
    put()
    for hook in ("commit-msg", "post-commit", "pre-push", "post-checkout", "post-rewrite"):
        seen = repo.path / f"{hook}.seen"
        write(repo.hooks / hook, f'#!/bin/sh\necho "$#" > "{seen}"\n[ {hook} != pre-push ] || cat >> "{seen}"\n', 0o755)
    write(repo.hooks / "post-merge", "#!/bin/sh\n")
    assert not commit(repo).returncode
    there = bare(sandbox / "there.git")
    pushed = run("git", "push", str(there.path), "main", cwd=repo.path)
    assert not pushed.returncode, pushed.stderr
    assert "gitpact: ok" in pushed.stderr
    assert (repo.path / "pre-push.seen").read_text().endswith(f"refs/heads/main {'0' * 40}\n")
    worktree(repo, sandbox / "linked")
    amended = run("git", "commit", "-q", "--amend", "--allow-empty", "-s", "-m", "feat: other", cwd=repo.path)
    assert not amended.returncode, amended.stderr
    assert {path.name for path in repo.path.glob("*.seen")} == {
        f"{hook}.seen" for hook in ("commit-msg", "post-commit", "pre-push", "post-checkout", "post-rewrite")
    }
    write(repo.hooks / "commit-msg", "#!/bin/sh\nexit 3\n", 0o755)
    assert commit(repo).returncode


def test_a_folder_that_was_configured_before_runs_first_and_comes_back(
    repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(monkeypatch, sandbox)
    write(sandbox / "mine" / "commit-msg", "#!/bin/sh\necho mine >> mine.seen\n", 0o755)
    repo.git("config", "--global", "core.hooksPath", str(sandbox / "mine"))
    before, kept = configuration(), listing(sandbox / "mine")
    write(repo.path / "gitpact.toml", "")
    for _ in range(2):
        global_hooks.install(hook_script.HOOKS, FOLDER)
    assert refusals(repo) == 1
    assert (repo.path / "mine.seen").read_text() == "mine\n"
    global_hooks.clean()
    assert (configuration(), listing(sandbox / "mine")) == (before, kept)


def test_a_policy_that_a_sparse_checkout_leaves_out_judges(repo: Repo, put: Callable[[], list[str]]) -> None:
    write(repo.path / "src" / "x", "x")
    repo.git("add", "gitpact.toml", "src/x")
    repo.git("commit", "-q", "-m", "start")
    repo.git("config", "core.sparseCheckout", "true")
    write(repo.path / ".git" / "info" / "sparse-checkout", "/src/\n")
    repo.git("read-tree", "-m", "-u", "HEAD")
    assert not (repo.path / "gitpact.toml").exists()
    put()
    assert states() == {("live", "global")}
    assert refusals(repo) == 1


@pytest.mark.measured
def test_hooks_that_are_switched_off_stay_so(repo: Repo) -> None:
    repo.git("config", "--global", "core.hooksPath", "/dev/null")
    done = gitpact("install", "--global", "--via", "files")
    assert done.returncode == 2
    assert "this value switches all hooks off" in done.stderr
    repo.git("config", "--global", "--unset", "core.hooksPath")
    repo.git("config", "core.hooksPath", "own")
    done = gitpact("install", "--global", "--via", "files")
    assert done.returncode == 2
    assert "overrides the user's own" in done.stderr


def test_a_dead_interpreter_refuses_and_status_sees_it(
    repo: Repo, put: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook_script, "interpreter", lambda: "/gone")
    monkeypatch.setenv("PATH", gits.plain_path())
    put()
    assert "its interpreter is gone" in commit(repo).stderr
    assert states() == {("dead", "global")}
    assert "install --global" in gitpact("status").stdout


def test_from_one_form_to_the_other(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = configuration()
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    watched(monkeypatch, sandbox)
    write(repo.path / "gitpact.toml", "")
    global_hooks.install(hook_script.HOOKS, FOLDER)
    assert [step.action for step in global_hooks.install(hook_script.HOOKS, CONFIG)] == ["install"] * 3 + ["remove"]
    assert refusals(repo) == 1
    assert [step.action for step in global_hooks.install(hook_script.HOOKS, FOLDER)] == ["install"] + ["remove"] * 3
    assert refusals(repo) == 1
    global_hooks.clean()
    assert configuration() == before


@pytest.mark.measured
def test_what_the_commands_say(repo: Repo, sandbox: Path) -> None:
    del sandbox
    said = json.loads(gitpact("install", "--global", "--via", "files", "--dry-run", "--json").stdout)
    assert said["dry_run"] is True
    assert not global_hooks.folder().exists()
    assert "installed" in gitpact("install", "--global", "--via", "files").stdout
    assert "would" not in gitpact("clean", "--global", "--dry-run").stdout
    assert global_hooks.folder().exists()
    assert "removed" in gitpact("clean", "--global").stdout
    assert not repo.hooks.joinpath("commit-msg").exists()


def test_what_somebody_took_away_by_hand(repo: Repo) -> None:
    before = configuration()
    global_hooks.install(hook_script.HOOKS, FOLDER)
    (global_hooks.folder() / "commit-msg").unlink()
    (global_hooks.folder() / hook_script.EVERYWHERE).write_text("#!/bin/sh\n")
    assert [step.action for step in global_hooks.install(hook_script.HOOKS, FOLDER)] == ["update"]
    assert (global_hooks.folder() / "commit-msg").is_symlink()
    shutil.rmtree(global_hooks.folder())
    global_hooks.clean()
    assert configuration() == before
    global_hooks.install(hook_script.HOOKS, FOLDER)
    repo.git("config", "--global", "--unset", "core.hooksPath")
    global_hooks.clean()
    assert not global_hooks.folder().exists()


def test_status_of_a_clone_that_is_switched_off(repo: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    repo.git("config", "gitpact.enabled", "false")
    done = gitpact("status")
    assert done.returncode == 1
    assert "switched off here and refuses nothing" in done.stdout


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("[ tool.gitpact ]\n", True),
        ("  [tool.gitpact]\n", True),
        ('[tool."gitpact"]\n', True),
        ('[tool]\ngitpact.preset = "conventional"\n', True),
        ('tool.gitpact.preset = "conventional"\n', True),
        ("[tool.gitpact-other]\n", False),
    ],
)
@pytest.mark.measured
def test_a_policy_is_one_however_it_is_written(
    repo: Repo, put: Callable[[], list[str]], text: str, judged: bool
) -> None:
    (repo.path / "gitpact.toml").write_text("")
    put()
    (repo.path / "gitpact.toml").unlink()
    write(repo.path / "pyproject.toml", text)
    assert refusals(repo) == int(judged)
    assert states() == {("live" if judged else "silent", "global")}


def test_a_shim_that_git_passes_over_is_no_reason_to_step_aside(repo: Repo, put: Callable[[], list[str]]) -> None:
    put()
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    for hook in hook_script.HOOKS:
        (repo.hooks / hook).chmod(0o644)
    assert refusals(repo) == 1
    assert states() == {("live", "global")}
    (repo.hooks / "commit-msg").chmod(0o755)
    (repo.hooks / "commit-msg").write_text(
        (repo.hooks / "commit-msg").read_text().replace("\npython", "\nexit 0\npython", 1)
    )
    assert ("edited", "files") in states()


def test_a_folder_that_somebody_changed_is_seen(repo: Repo) -> None:
    write(repo.path / "gitpact.toml", "")
    global_hooks.install(hook_script.HOOKS, FOLDER)
    shim = global_hooks.folder() / hook_script.EVERYWHERE
    text = shim.read_text()
    shim.write_text(text.replace("\npython", "\nexit 0\npython", 1))
    assert states() == {("edited", "global")}
    shim.write_text(text)
    shim.chmod(0o644)
    assert states() == {("edited", "global")}
    shim.chmod(0o755)
    (shim.parent / "commit-msg").unlink()
    assert states() == {("edited", "global"), ("live", "global")}
    assert "install --global" in gitpact("status", "--check").stderr
    global_hooks.install(hook_script.HOOKS, FOLDER)
    assert states() == {("live", "global")}


@pytest.mark.parametrize("spelled", ["~/mine", "/mine"])
@pytest.mark.measured
def test_what_was_configured_comes_back_as_it_was_written(repo: Repo, spelled: str) -> None:
    repo.git("config", "--global", "core.hooksPath", spelled)
    before = configuration()
    said = gitpact("install", "--global", "--via", "files")
    assert not said.returncode, said.stderr
    assert f"the hooks in {spelled} and the hooks of each repository run before gitpact" in said.stdout
    assert not gitpact("clean", "--global").returncode
    assert configuration() == before


def test_what_others_set_is_not_pinned(repo: Repo, sandbox: Path) -> None:
    write(sandbox / "more", "[core]\n\thooksPath = /shared\n")
    repo.git("config", "--global", "include.path", str(sandbox / "more"))
    before = configuration()
    global_hooks.install(hook_script.HOOKS, FOLDER)
    assert "/shared" in (global_hooks.folder() / hook_script.EVERYWHERE).read_text()
    global_hooks.clean()
    assert configuration() == before


@pytest.mark.measured
def test_two_values_are_refused_before_anything_is_done(repo: Repo) -> None:
    repo.git("config", "--global", "--add", "core.hooksPath", "/one")
    repo.git("config", "--global", "--add", "core.hooksPath", "/two")
    done = gitpact("install", "--global", "--via", "files")
    assert done.returncode == 2
    assert "set more than once" in done.stderr
    assert not global_hooks.folder().exists()


def test_clean_goes_by_what_is_configured_and_removes_its_own_only(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path
) -> None:
    before = configuration()
    global_hooks.install(hook_script.HOOKS, FOLDER)
    made = global_hooks.folder()
    write(made / "README", "mine")
    monkeypatch.setenv("XDG_DATA_HOME", str(sandbox / "elsewhere"))
    assert global_hooks.folder() != made
    assert [step.action for step in global_hooks.install(hook_script.HOOKS, FOLDER)] == ["unchanged"]
    global_hooks.clean()
    assert configuration() == before
    assert [path.name for path in made.iterdir()] == ["README"]
    assert not repo.hooks.joinpath("commit-msg").exists()


def test_a_folder_for_all_and_a_configured_hook_here_judge_once(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path
) -> None:
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    watched(monkeypatch, sandbox)
    write(repo.path / "gitpact.toml", "")
    global_hooks.install(hook_script.HOOKS, FOLDER)
    actions.install(hooks_directory.find(), hook_script.HOOKS, via=CONFIG)
    assert refusals(repo) == 1
    assert states() == {("live", "config")}


def test_the_configuration_that_git_itself_would_choose(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git writes into the other one where that alone is there."""
    plain = sandbox / "home" / ".gitconfig"
    plain.unlink()
    other = write(sandbox / "home" / ".config" / "git" / "config", "# mine\n")
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(sandbox / "home"))
    assert global_hooks.configuration() == other
    subprocess.run(["git", "config", "--global", "user.name", "Ann"], check=True)
    assert "Ann" in other.read_text()
    plain.touch()
    assert global_hooks.configuration() == plain
    other.unlink()
    plain.unlink()
    assert global_hooks.configuration() == plain
