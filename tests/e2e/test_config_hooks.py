"""Hooks that git's own configuration names (git 2.54): no file is touched, and whatever else is there stays live."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git.gitpython import at
from gitpact.install import actions, config_hooks, files_or_config, hook_script, hooks_directory
from tests.support import gits
from tests.support.repos import Repo, bare, commit, gitpact, init, listing, run, watched, worktree, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

NAMES = [f"gitpact-{hook}" for hook in hook_script.HOOKS]


@pytest.fixture
def old_path() -> str:
    """PATH as it was."""
    return os.environ["PATH"]


@pytest.fixture
def new(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch, old_path: str) -> Repo:
    """A repository where the only git on PATH runs configured hooks."""
    del old_path
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    watched(monkeypatch, sandbox)
    return repo


def install(via: str = "config", *hooks: str) -> list[str]:
    """Put the hooks in; gives the form and what was done."""
    place, form, _ = files_or_config.choose(via)
    return [form, *(step.action for step in actions.install(place, hooks or hook_script.HOOKS, via=form))]


def clean() -> list[str]:
    """Take the hooks out."""
    return [step.action for step in actions.clean(hooks_directory.find(checked=False))]


def states() -> list[tuple[str, str]]:
    """State and form of each hook."""
    return [(hook.state, hook.via) for hook in actions.status(hooks_directory.find(checked=False))]


def listed(repo: Repo, event: str) -> list[str]:
    """What git itself would run."""
    return run("git", "hook", "list", event, cwd=repo.path).stdout.split("\n")[:-1]


def test_no_file_is_touched(new: Repo) -> None:
    before = (new.path / ".git" / "config").read_text()
    assert install() == ["config", "install", "install", "install"]
    assert listing(new.hooks) == {}
    for hook in hook_script.HOOKS:
        assert listed(new, hook) == [f"gitpact-{hook}"]
    assert states() == [("live", "config")] * 3
    assert commit(new, "no header").returncode == 1
    assert not commit(new).returncode
    assert install() == ["config", "unchanged", "unchanged", "unchanged"]
    assert clean() == ["remove"] * 3
    assert (new.path / ".git" / "config").read_text() == before
    assert not (new.path / ".git" / "gitpact").exists()
    assert not commit(new, "no header").returncode


@pytest.mark.measured
def test_a_push_and_staged_files_are_judged_too(new: Repo, sandbox: Path) -> None:
    install()
    there = bare(sandbox / "there.git")
    write(new.path / "gitpact.toml", '[push]\nmax-file-size = "1kB"\n')
    write(new.path / "big", "x" * 2000)
    new.git("add", "big")
    assert "[file-size]" in commit(new).stderr
    run("git", "commit", "-q", "-s", "--no-verify", "-m", "feat: big", cwd=new.path)
    refused = run("git", "push", str(there.path), "main", cwd=new.path)
    assert refused.returncode == 1
    assert "[file-size]" in refused.stderr
    assert not run("git", "push", str(there.path), "main", cwd=new.path, env={"GITPACT": "0"}).returncode


@pytest.mark.parametrize("value", ["/dev/null", "", "/elsewhere", "relative"])
def test_no_hooks_path_is_in_the_way(new: Repo, value: str) -> None:
    new.git("config", "core.hooksPath", value)
    assert install()[0] == "config"
    assert states() == [("live", "config")] * 3
    done = gitpact("status")
    assert not done.returncode, done.stdout
    assert commit(new, "no header").returncode == 1
    assert new.git("config", "core.hooksPath") == value


def test_other_hooks_stay_as_they_are_and_run(new: Repo) -> None:
    foreign = write(new.hooks / "commit-msg", "#!/bin/sh\necho ran > ran\n", 0o755)
    new.git("config", "hook.other.command", "echo other > other; true")
    new.git("config", "hook.other.event", "commit-msg")
    before = listing(new.hooks)
    install()
    assert not commit(new).returncode
    assert (new.path / "ran").exists()
    assert (new.path / "other").exists()
    assert listing(new.hooks) == before
    clean()
    assert foreign.exists()
    assert new.git("config", "hook.other.event") == "commit-msg"


@pytest.mark.usefixtures("new")
def test_fewer_hooks_and_then_all() -> None:
    install()
    assert install("config", "commit-msg") == ["config", "unchanged", "remove", "remove"]
    assert states() == [("unasked", "files"), ("live", "config"), ("unasked", "files")]
    assert install() == ["config", "install", "unchanged", "install"]


def test_from_files_to_configuration_and_back_never_runs_twice(new: Repo) -> None:
    write(new.hooks / "commit-msg", "#!/bin/sh\necho >> ran\n", 0o755)
    before = listing(new.hooks)
    assert install("files")[0] == "files"
    assert len(listing(new.hooks)) == 4
    assert install("config") == ["config", "install", "install", "install", "remove", "restore", "remove"]
    assert listing(new.hooks) == before
    refused = commit(new, "no header")
    assert refused.stderr.count("commit refused") == 1
    assert install("files")[4:] == ["remove", "remove", "remove"]
    assert listed(new, "commit-msg") == ["hook from hookdir"]
    assert commit(new, "no header").stderr.count("commit refused") == 1
    assert clean()[:3] == ["remove", "restore", "remove"]
    assert listing(new.hooks) == before


def test_an_older_git_on_path_means_files(
    new: Repo, monkeypatch: pytest.MonkeyPatch, old_path: str, sandbox: Path
) -> None:
    """By the older one, a configured hook would not run and nobody would know."""
    older = write(sandbox / "older" / "git", '#!/bin/sh\n[ "$1" = version ] && echo git version 2.39.5\n', 0o755)
    write(sandbox / "odd" / "git", "#!/bin/sh\nexit 3\n", 0o755)
    write(sandbox / "odder" / "git", "#!/bin/sh\necho odd\n", 0o755)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{sandbox / 'odd'}:{sandbox / 'odder'}:{sandbox / 'nothing'}")
    new.git("config", "core.hooksPath", str(sandbox))
    assert install("auto")[0] == "config"
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{older.parent}")
    assert install("auto") == ["files", "install", "install", "install", "remove", "remove", "remove"]
    assert states() == [("live", "files")] * 3
    del old_path


def test_a_git_that_does_not_run_them(new: Repo, monkeypatch: pytest.MonkeyPatch, old_path: str) -> None:
    install()
    monkeypatch.setenv("PATH", old_path)
    if gits.version("git") >= config_hooks.SINCE:
        pytest.skip("this machine's own git runs configured hooks")
    assert states() == [("old-git", "config")] * 3
    done = gitpact("status")
    assert done.returncode == 1
    assert "does not run: this version of git ignores hooks in git's configuration; no commit is checked" in done.stdout
    done = gitpact("install", "--via", "config")
    assert (done.returncode, "use git 2.54 or later" in done.stderr) == (2, True)
    assert install("auto")[0] == "files"
    assert commit(new, "no header").returncode == 1


def test_status_sees_a_dead_interpreter(new: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_script, "interpreter", lambda: "/gone/it's python")
    install()
    assert states() == [("dead", "config")] * 3
    assert "repair it: " in gitpact("status").stdout
    done = commit(new, "no header")
    assert done.returncode == 1
    assert "its interpreter is gone: /gone/it's python" in done.stderr
    assert not commit(new, "no header", GITPACT="0").returncode


@pytest.mark.measured
def test_a_command_of_somebody_else_under_our_name(new: Repo) -> None:
    new.git("config", "hook.gitpact-commit-msg.command", "true")
    new.git("config", "hook.gitpact-commit-msg.event", "commit-msg")
    done = gitpact("install", "--via", "config")
    assert done.returncode == 2
    assert "was not written by gitpact" in done.stderr
    assert clean() == ["unchanged", "unchanged", "leave-foreign"]
    assert new.git("config", "hook.gitpact-commit-msg.command") == "true"


def test_every_work_tree_is_judged_and_a_submodule_is_not(new: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 25 and 34."""
    install()
    commit(new)
    linked = worktree(new, sandbox / "linked")
    assert commit(linked, "no header").returncode == 1
    other = init(sandbox / "other")
    commit(other, "no header")
    run("git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "sub", cwd=new.path)
    assert not commit(Repo(new.path / "sub"), "no header either").returncode


@pytest.mark.measured
def test_sha256_reftable_and_a_separate_git_directory(
    new: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = ("--object-format=sha256", "--ref-format=reftable", f"--separate-git-dir={sandbox / 'gd'}", "-b", "main")
    made = Repo(sandbox / "odd")
    new.git("init", "-q", *odd, made.path)
    monkeypatch.chdir(made.path)
    write(made.path / "gitpact.toml", '[rules]\nbranch-name = "error"\n')
    install()
    assert not commit(made).returncode
    assert commit(made, "no header").returncode == 1
    made.git("branch", "-m", "odd")
    assert "[branch-name]" in commit(made).stderr


def test_json(new: Repo) -> None:
    done = json.loads(gitpact("install", "--via", "config", "--json").stdout)
    config = str(new.path / ".git" / "config")
    assert [(hook["name"], hook["path"], hook["via"], hook["action"]) for hook in done["hooks"]] == [
        (hook, config, "config", "install") for hook in hook_script.HOOKS
    ]
    assert gitpact("clean").stdout.count("removed") == 3


def test_a_place_where_files_cannot_go_names_the_other_way(
    new: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path
) -> None:
    older = write(sandbox / "older" / "git", '#!/bin/sh\n[ "$1" = version ] && echo git version 2.39.5\n', 0o755)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{older.parent}")
    new.git("config", "--global", "core.hooksPath", "/shared")
    done = gitpact("install")
    assert done.returncode == 2
    assert "or use git's configuration: gitpact install --via config" in done.stderr
    assert not gitpact("install", "--via", "config").returncode


def test_half_of_an_entry_is_taken_out_too(new: Repo) -> None:
    """What a crash between two keys leaves: a command without an event, which git passes over."""
    install()
    new.git("config", "--unset", "hook.gitpact-commit-msg.event")
    assert not commit(new, "no header").returncode
    assert states()[1] == ("absent", "files")
    assert clean() == ["remove"] * 3


@pytest.mark.measured
def test_submodules_where_they_are_asked_for(new: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 25: never by itself, at any depth where it is asked for."""
    other, deep = init(sandbox / "other"), init(sandbox / "deep")
    commit(deep)
    file = ("-c", "protocol.file.allow=always")
    for outer, inner in ((other, deep), (new, other)):
        assert not run(
            "git", *file, "submodule", "--quiet", "add", str(inner.path), "sub dir", cwd=outer.path
        ).returncode
        commit(outer, GITPACT="0")
    assert not run("git", *file, "submodule", "--quiet", "update", "--init", "--recursive", cwd=new.path).returncode
    subs = [Repo(new.path / "sub dir"), Repo(new.path / "sub dir" / "sub dir")]
    gitpact("install")
    assert not any(commit(sub, "no header").returncode for sub in subs)
    for via in ("config", "files"):
        done = gitpact("install", "--recurse-submodules", "--via", via)
        assert not done.returncode, done.stderr
        assert all(commit(sub, "no header").returncode == 1 for sub in subs)
    assert gitpact("clean", "--recurse-submodules").stdout.count("removed") == 9
    assert not any(commit(sub, "no header").returncode for sub in subs)


def test_a_makefile_tells_newcomers(new: Repo) -> None:
    done = gitpact("status", "--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("gitpact: some commits in this clone are not checked; run: ")
    write(new.path / "Makefile", "include gitpact.mk\n")
    assert gitpact("status", "--check").stderr.endswith("run: make hooks-install\n")
    install()
    done = gitpact("status", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_hook_that_another_setting_disables_is_seen(new: Repo) -> None:
    install()
    new.git("config", "hook.gitpact-commit-msg.enabled", "false")
    assert not commit(new, "no header").returncode
    assert states()[1] == ("disabled", "config")
    done = gitpact("status", "--check")
    assert done.returncode == 1
    assert "git config --unset-all hook.gitpact-commit-msg.enabled" in done.stderr


@pytest.mark.measured
def test_the_check_names_what_helps(new: Repo) -> None:
    install()
    new.git("config", "gitpact.enabled", "false")
    assert "run: git config --unset-all gitpact.enabled" in gitpact("status", "--check").stderr


def test_a_lock_of_git_is_respected_and_none_is_left(new: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 20, 21."""
    install()
    lock = write(new.path / ".git" / "config.lock", "somebody's")
    before = (new.path / ".git" / "config").read_bytes()
    with pytest.raises(GitpactError, match=r"config\.lock: this lock file is"):
        clean()
    assert lock.read_text() == "somebody's"
    lock.unlink()
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fchmod", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(GitpactError, match="No space left on device"):
        clean()
    assert not lock.exists()
    assert (new.path / ".git" / "config").read_bytes() == before


@pytest.mark.parametrize("edit", ["\tenabled = false\n", "# mine\n"], ids=["a key", "a comment"])
def test_what_was_written_into_our_section_stays(new: Repo, edit: str) -> None:
    """how-hooks-are-installed 16."""
    install()
    config = new.path / ".git" / "config"
    config.write_text(config.read_text() + edit)
    clean()
    assert config.read_text().endswith(f'[hook "{NAMES[-1]}"]\n{edit}')
    assert not any(state == "live" for state, _ in states())


def test_what_somebody_formatted_is_taken_out_by_git(new: Repo) -> None:
    """how-hooks-are-installed 16: and a configuration that is a link stays one."""
    install()
    config = new.path / ".git" / "config"
    config.write_text(config.read_text().replace("\tevent = commit-msg", "   event=commit-msg"))
    config.rename(new.path / "elsewhere")
    config.symlink_to("../elsewhere")
    clean()
    assert config.is_symlink()
    assert "gitpact" not in config.read_text()


def test_a_git_on_path_that_cannot_be_executed_is_passed_over(
    repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sandbox / "broken").mkdir()
    (sandbox / "broken" / "git").write_bytes(b"\x7fELF no program")
    (sandbox / "broken" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{sandbox / 'broken'}")
    assert config_hooks.git_without_config_hooks(at(repo.path)) != str(sandbox / "broken" / "git")
