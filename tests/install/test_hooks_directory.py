"""Where git looks for hooks, against real repositories, and what is refused (how-hooks-are-installed 1 to 8, 23 to 28)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from git import Git
from gitpact.errors import GitpactError
from gitpact.install import hook_script, hooks_directory
from gitpact.install.hooks_directory import Place
from tests.support import repos
from tests.support.programs import need_git
from tests.support.repos import ODD_NAMES, Repo, write

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("each_git")

SCRIPT = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def linked(repo: Repo) -> Repo:
    """A linked work tree beside a repository with one commit."""
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    return repos.worktree(repo, repo.path.parent / "linked")


def refusal(*, checked: bool = True) -> tuple[str, str]:
    """What `places.find` says where it refuses, and its advice; both are one line."""
    with pytest.raises(GitpactError) as caught:
        hooks_directory.find(checked=checked)
    said, hint = str(caught.value), caught.value.hint
    assert "\n" not in said + hint
    return said, hint


# Where it is


def test_a_fresh_repository(repo: Repo) -> None:
    """how-hooks-are-installed 1."""
    git_dir = repo.path / ".git"
    assert hooks_directory.find() == Place(repo.hooks, git_dir, git_dir, repo.path)


@pytest.mark.parametrize("folder", ["sub/deeper", ".git", ".git/hooks"])
def test_from_anywhere_in_it(repo: Repo, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """how-hooks-are-installed 1, 23."""
    (repo.path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(repo.path / folder)
    found = hooks_directory.find()
    assert (found.hooks, found.common) == (repo.hooks, repo.path / ".git")
    assert found.top == (None if folder.startswith(".git") else repo.path)


def test_a_hooks_directory_that_is_missing(repo: Repo) -> None:
    """how-hooks-are-installed 2."""
    repo.hooks.rmdir()
    assert hooks_directory.find().hooks == repo.hooks


def test_a_linked_work_tree(repo: Repo, linked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 1: the common directory, not the work tree's own."""
    monkeypatch.chdir(linked.path)
    git_dir = repo.path / ".git"
    assert hooks_directory.find() == Place(repo.hooks, git_dir, git_dir / "worktrees/linked", linked.path)


def test_a_linked_work_tree_of_a_bare_repository(
    repo: Repo, linked: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """how-hooks-are-installed 1, 4, 23: a work tree has commits made in it, and a bare repository is none."""
    hub = repos.bare(sandbox / "hub.git")
    repo.git("push", "-q", hub.path, "main")
    work = repos.worktree(hub, sandbox / "work")
    monkeypatch.chdir(work.path)
    assert hooks_directory.find().hooks == hub.path / "hooks"
    work.git("config", "core.hooksPath", "own")
    (said,) = hooks_directory.find().about_files
    assert "so the hooks run in this work tree only; " in said
    assert linked.path.is_dir()


def test_a_submodule(repo: Repo, linked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 1, 25: its own directory, and the superproject's is not touched."""
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", linked.path, "sub")
    monkeypatch.chdir(repo.path / "sub")
    assert hooks_directory.find().hooks == repo.path / ".git/modules/sub/hooks"
    monkeypatch.chdir(repo.path)
    assert hooks_directory.find().hooks == repo.hooks


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_odd_names(sandbox: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """how-hooks-are-installed 26."""
    repo = repos.init(sandbox / name)
    monkeypatch.chdir(repo.path)
    assert hooks_directory.find() == Place(repo.hooks, repo.path / ".git", repo.path / ".git", repo.path)
    own = repo.path / ".git" / name
    repo.git("config", "core.hooksPath", own)
    assert hooks_directory.find().hooks == own


def test_git_dir_and_work_tree_of_the_caller_are_honoured(
    repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """how-hooks-are-installed 24: they say which repository is meant, wherever the caller stands."""
    other = repos.init(sandbox / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    assert hooks_directory.find() == Place(other.hooks, other.path / ".git", other.path / ".git", None)
    monkeypatch.chdir(other.path)
    assert hooks_directory.find().top == other.path
    assert repo.path.is_dir()


# A link


def test_a_link_to_a_directory_outside(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 1, 3: followed."""
    (sandbox / "own").mkdir()
    replace_by_link(repo.hooks, sandbox / "own")
    assert hooks_directory.find().hooks == sandbox / "own"


def test_a_link_to_nowhere(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 2, 3: what it names is where git will look."""
    replace_by_link(repo.hooks, sandbox / "own")
    assert hooks_directory.find().hooks == sandbox / "own"


def replace_by_link(hooks: Path, target: Path) -> None:
    hooks.rmdir()
    hooks.symlink_to(target)


def track(repo: Repo, folder: str = ".githooks") -> Path:
    write(repo.path / folder / "commit-msg", SCRIPT, 0o755)
    repo.git("add", folder)
    repo.git("commit", "-q", "-m", "chore: own hooks")
    return repo.path / folder


@pytest.mark.parametrize("where", ["the work tree", "inside .git", "a linked work tree"])
def test_a_link_to_tracked_files(repo: Repo, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """how-hooks-are-installed 3: wherever one stands, the shim would overwrite a file of the project."""
    replace_by_link(repo.hooks, track(repo))
    linked = repos.worktree(repo, repo.path.parent / "linked")
    monkeypatch.chdir({"inside .git": repo.path / ".git", "a linked work tree": linked.path}.get(where, repo.path))
    said, hint = refusal()
    assert said == f"{repo.path}/.githooks: git tracks the hooks in this folder, so gitpact does not change them"
    assert f"rm {repo.hooks};" in hint
    assert hooks_directory.find(checked=False).hooks == repo.path / ".githooks"


def test_a_link_to_files_that_another_repository_tracks(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 3."""
    theirs = track(repos.init(sandbox / "theirs"))
    replace_by_link(repo.hooks, theirs)
    said, _ = refusal()
    assert said.startswith(f"{theirs}: git tracks the hooks in this folder")


def test_tracked_files_of_a_work_tree_without_a_git_folder(
    repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """how-hooks-are-installed 3, 24: as those who keep their home directory in a bare repository have it."""
    (sandbox / "dots").mkdir()
    shutil.move(repo.path / ".git", sandbox / "dots.git")
    for name, value in {"GIT_DIR": sandbox / "dots.git", "GIT_WORK_TREE": sandbox / "dots"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(sandbox / "dots")
    dots = Repo(sandbox / "dots")
    dots.git("config", "core.hooksPath", track(dots))
    said, hint = refusal()
    assert said.startswith(f"{dots.path}/.githooks: git tracks the hooks in this folder")
    assert "git config --unset-all core.hooksPath;" in hint


def test_the_directory_of_husky(repo: Repo) -> None:
    """how-hooks-are-installed 9, 15: its hooks go by their own name, so one that is chained would silently pass."""
    for name in ("h", "commit-msg"):
        write(repo.path / ".husky/_" / name, SCRIPT, 0o755)
    repo.git("config", "core.hooksPath", ".husky/_")
    said, hint = refusal()
    assert said == f"{repo.path}/.husky/_: this folder belongs to husky, so gitpact does not write into it"
    assert hint == "run: gitpact install --via husky"
    (repo.path / "front").mkdir()
    (repo.path / ".husky").rename(repo.path / "front/.husky")
    repo.git("config", "core.hooksPath", "front/.husky/_")
    hint = refusal()[1]
    assert hint == f'add this line to {repo.path}/front/.husky/commit-msg: gitpact-hook commit-msg "$1"'
    (repo.path / "front/.husky").rename(repo.path / ".husky")
    repo.git("config", "core.hooksPath", ".husky/_")
    shutil.rmtree(repo.path / ".husky/_")  # as in a new work tree
    assert refusal()[1] == "run: gitpact install --via husky"


# core.hooksPath


@pytest.mark.parametrize("value", ["{repo}/.git/hooks", "{repo}/own", "{sandbox}/own", "~/own"])
def test_local_and_absolute(repo: Repo, sandbox: Path, value: str) -> None:
    """how-hooks-are-installed 4."""
    repo.git("config", "core.hooksPath", value.format(repo=repo.path, sandbox=sandbox))
    found = hooks_directory.find()
    home = os.environ["HOME"]
    assert found.hooks == Path(value.format(repo=repo.path, sandbox=sandbox).replace("~", home))
    outside = (
        f"the folder {found.hooks} is outside this repository; all repositories that use this folder run the same hooks"
    )
    inside = f"do not commit the hooks in {found.hooks}, because they contain paths that exist only on this machine"
    said = {"{repo}/.git/hooks": (), "{repo}/own": (inside,)}
    assert found.about_files == said.get(value, (outside,))


def test_local_and_relative(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 4: relative to the top, wherever one stands."""
    repo.git("config", "core.hooksPath", "own/hooks")
    (repo.path / "sub").mkdir()
    monkeypatch.chdir(repo.path / "sub")
    found = hooks_directory.find()
    assert found.hooks == repo.path / "own/hooks"
    machine = "do not commit the hooks, because they contain paths that exist only on this machine"
    said = f"core.hooksPath = 'own/hooks' is relative, so the hooks run in this work tree only; {machine}"
    assert found.about_files == (said,)


@pytest.mark.parametrize("version", [None, (2, 35, 9)], ids=["this git", "git without worktree list -z"])
def test_local_and_relative_names_the_other_work_trees(
    repo: Repo, linked: Repo, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...] | None
) -> None:
    """how-hooks-are-installed 4."""
    if version:
        monkeypatch.setattr(Git, "version_info", version)
    repo.git("config", "core.hooksPath", "own")
    (said,) = hooks_directory.find().about_files
    assert f"in this work tree only, not in {linked.path}; " in said
    monkeypatch.chdir(linked.path)
    found = hooks_directory.find()
    assert found.hooks == linked.path / "own"
    assert f"in this work tree only, not in {repo.path}; " in found.about_files[0]


@pytest.mark.parametrize("checked", [True, False], ids=["install", "clean"])
def test_local_and_relative_but_no_work_tree(repo: Repo, monkeypatch: pytest.MonkeyPatch, *, checked: bool) -> None:
    """how-hooks-are-installed 4, 23: inside .git it would name another directory than git runs hooks from."""
    repo.git("config", "core.hooksPath", "own")
    monkeypatch.chdir(repo.path / ".git")
    said, hint = refusal(checked=checked)
    assert said == "core.hooksPath = 'own' is relative to a work tree, but there is no work tree here"
    assert hint == "run this command inside the work tree of the repository"


def test_local_and_tracked(repo: Repo) -> None:
    """how-hooks-are-installed 3."""
    track(repo)
    repo.git("config", "core.hooksPath", ".githooks")
    said, hint = refusal()
    assert said == f"{repo.path}/.githooks: git tracks the hooks in this folder, so gitpact does not change them"
    assert "git config --unset-all core.hooksPath; or call gitpact in your own hooks: gitpact-hook" in hint


@pytest.mark.parametrize("scope", ["global", "system"])
def test_shared_with_other_repositories(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    """how-hooks-are-installed 5: scope and origin are named; a work tree's name with a quote in it stays one word."""
    if scope == "system":
        need_git((2, 32), "GIT_CONFIG_SYSTEM")
    repo.path.rename(sandbox / "it's")
    monkeypatch.chdir(sandbox / "it's")
    origin = Path(os.environ["GIT_CONFIG_GLOBAL"])
    if scope == "system":
        origin = sandbox / "system"
        monkeypatch.delenv("GIT_CONFIG_NOSYSTEM")
        monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(origin))
    Repo(Path.cwd()).git("config", f"--{scope}", "core.hooksPath", sandbox / "shared")
    said, hint = refusal()
    value = f"core.hooksPath = '{sandbox}/shared' ({scope}, file:{origin})"
    assert said == f"{value}: other repositories also use this hooks directory"
    own = f"git config core.hooksPath '{sandbox}/it'\"'\"'s/.git/hooks'"
    assert (
        hint
        == f"give this repository its own hooks folder: {own}; or unset core.hooksPath: git config --{scope} --unset-all core.hooksPath"
    )
    assert hooks_directory.find(checked=False).hooks == sandbox / "shared"


def test_shared_but_overruled_by_the_repository(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 5: the advice works."""
    repo.git("config", "--global", "core.hooksPath", sandbox / "shared")
    repo.git("config", "core.hooksPath", repo.hooks)
    assert hooks_directory.find().hooks == repo.hooks


def test_for_one_command(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 5."""
    setting = {"COUNT": "1", "KEY_0": "core.hooksPath", "VALUE_0": str(sandbox / "once")}
    for name, value in setting.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    said, hint = refusal()
    assert (
        said
        == f"core.hooksPath = '{sandbox}/once' (command, command line:): this value is only set for this one command"
    )
    assert hint == "set core.hooksPath in a configuration file, not with `git -c` or GIT_CONFIG_COUNT"
    assert repo.path.is_dir()


OFF = {
    "empty": ("", "the path is empty, so git looks for hooks in the work tree or in the root folder"),
    "switched off": ("/dev/null", "this value switches all hooks off"),
}


@pytest.mark.parametrize(("value", "why"), OFF.values(), ids=OFF)
@pytest.mark.parametrize("scope", ["local", "global", "worktree"])
def test_off(repo: Repo, scope: str, value: str, why: str) -> None:
    """how-hooks-are-installed 6, 7, 8: the remedy names the scope that has to change."""
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", f"--{scope}", "core.hooksPath", value)
    said, hint = refusal()
    assert said.startswith(f"core.hooksPath = {value!r} ({scope}, file:")
    assert said.endswith(why)
    option = "" if scope == "local" else f"--{scope} "
    assert hint.endswith(f"git config {option}--unset-all core.hooksPath")


@pytest.mark.parametrize("value", ["", "/dev/null"])
def test_clean_where_hooks_are_off(repo: Repo, value: str) -> None:
    """how-hooks-are-installed 6, 16: what was put in before can still be taken out."""
    repo.git("config", "core.hooksPath", value)
    place = hooks_directory.find(checked=False)
    assert (place.hooks, place.off) == (repo.hooks, True)


def test_a_home_of_nobody(repo: Repo) -> None:
    """how-hooks-are-installed 7: git's own words, whole, and no advice that does not help."""
    repo.git("config", "core.hooksPath", "~nouser/x")
    said, hint = refusal()
    assert said.endswith(": fatal: failed to expand user dir in: '~nouser/x'")
    assert hint == ""


def test_a_key_without_a_value(repo: Repo) -> None:
    """how-hooks-are-installed 6, 7: git 2.39 calls it bad, 2.55 takes it as empty; refused either way."""
    with (repo.path / ".git/config").open("a") as file:
        file.write("[core]\n\thooksPath\n")
    assert "core.hookspath" in refusal()[0].lower()


def test_of_one_work_tree(repo: Repo, linked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 8: honoured there, and only there."""
    repo.git("config", "extensions.worktreeConfig", "true")
    linked.git("config", "--worktree", "core.hooksPath", repo.path.parent / "own")
    assert hooks_directory.find().hooks == repo.hooks
    monkeypatch.chdir(linked.path)
    assert hooks_directory.find().hooks == repo.path.parent / "own"


# No place at all


def test_a_bare_repository(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 23."""
    monkeypatch.chdir(repos.bare(sandbox / "bare.git").path)
    assert refusal()[0] == f"{sandbox}/bare.git: this is a bare repository, so you cannot make commits in it"


def test_no_repository(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 23."""
    monkeypatch.chdir(sandbox)
    said, hint = refusal()
    assert "there is no git repository here" in said
    assert hint == "run this command inside the work tree of a repository, or make a repository: git init"


def test_no_git(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    monkeypatch.setenv("PATH", str(sandbox))
    assert refusal() == ("git is not on PATH", "install git 2.31 or later")


def test_a_git_that_is_too_old(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 1: `--path-format` came with 2.31."""
    monkeypatch.setattr(Git, "version_info", (2, 30, 9))
    assert refusal() == ("git 2.30 is too old", "gitpact needs git 2.31 or later")
    assert repo.path.is_dir()


# What the shim will depend on

DEPENDING: dict[str, Callable[[pytest.MonkeyPatch, Path], object]] = {
    "the environment": lambda patch, path: patch.setattr(sys, "prefix", str(path)),
    "the library": lambda patch, path: patch.setattr(hook_script, "library", lambda: str(path)),
}


@pytest.mark.parametrize("depend", DEPENDING.values(), ids=DEPENDING)
def test_a_linked_work_tree_that_all_hooks_depend_on(
    repo: Repo, linked: Repo, monkeypatch: pytest.MonkeyPatch, depend: Callable[[pytest.MonkeyPatch, Path], object]
) -> None:
    """how-hooks-are-installed 28."""
    depend(monkeypatch, linked.path / ".venv")
    assert hooks_directory.find().warnings == ()
    monkeypatch.chdir(linked.path)
    (said,) = hooks_directory.find().warnings
    assert said.startswith(f"do not delete the folder {linked.path}/.venv in this work tree, ")
    assert repo.path.is_dir()
