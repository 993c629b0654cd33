"""Install, clean and status as jobs: planned before done, one at a time, nothing half done (how-hooks-are-installed 2, 13 to 22)."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from gitpact.errors import GitpactError
from gitpact.git import cache, directory_lock
from gitpact.install import actions, hook_script, replace_and_restore
from gitpact.install.hooks_directory import Place
from tests.support import repos
from tests.support.repos import Repo, listing, write

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("each_git")

SCRIPT = "#!/bin/sh\nexit 0\n"
HOOK, KEPT = "commit-msg", "commit-msg.gitpact-orig"
# Every hook where another one stood before.
CHAINED = {*hook_script.HOOKS, *(f"{hook}.gitpact-orig" for hook in hook_script.HOOKS)}
ONE_JOB = """
import sys
from gitpact.install import actions, hook_script, hooks_directory
place = hooks_directory.find()
print(flush=True)
sys.stdin.read()
actions.{job}
"""


@pytest.fixture
def place(repo: Repo) -> Place:
    """The place for hooks in a fresh repository."""
    return place_of(repo)


def place_of(repo: Repo) -> Place:
    return Place(repo.hooks, repo.path / ".git", repo.path / ".git", repo.path)


def install(place: Place) -> str:
    """Put in the one hook whose fate a test follows."""
    (step,) = actions.install(place, [HOOK])
    return step.action


def install_all(place: Place, *, dry_run: bool = False) -> list[str]:
    steps = actions.install(place, hook_script.HOOKS, dry_run=dry_run)
    assert [step.path for step in steps] == [place.hooks / hook for hook in hook_script.HOOKS]
    return [step.action for step in steps]


def clean(place: Place, *, dry_run: bool = False) -> list[str]:
    return [step.action for step in actions.clean(place, dry_run=dry_run)]


def states(place: Place) -> list[str]:
    return [hook.state for hook in actions.status(place)]


# Install


def test_a_missing_directory_is_made(place: Place) -> None:
    """how-hooks-are-installed 2."""
    place.hooks.rmdir()
    assert install_all(place) == ["install"] * 3
    assert set(listing(place.hooks)) == set(hook_script.HOOKS)
    actions.clean(place)
    assert list(listing(place.hooks)) == []


@pytest.mark.parametrize("hook", hook_script.HOOKS)
def test_one_hook_is_put_in_alone(place: Place, hook: str) -> None:
    assert [step.path for step in actions.install(place, [hook])] == [place.hooks / hook]
    assert list(listing(place.hooks)) == [hook]
    assert dict(zip(hook_script.HOOKS, states(place), strict=True)) == {
        **dict.fromkeys(hook_script.HOOKS, "unasked"),
        hook: "live",
    }
    assert dict(zip(hook_script.HOOKS, clean(place), strict=True)) == {
        **dict.fromkeys(hook_script.HOOKS, "unchanged"),
        hook: "remove",
    }


@pytest.mark.parametrize(
    ("shared", "folder", "shim"), [("false", 0o755, 0o755), ("group", 0o2775, 0o775), ("all", 0o2775, 0o775)]
)
def test_a_shared_repository(sandbox: Path, shared: str, folder: int, shim: int) -> None:
    """how-hooks-are-installed 2, 19: what the group may write to, it may write to; a private umask changes nothing."""
    repo = repos.init(sandbox / "shared", f"--shared={shared}")
    repo.hooks.rmdir()
    before = os.umask(0o077)
    install_all(place_of(repo))
    os.umask(before)
    assert stat.S_IMODE(repo.hooks.stat().st_mode) == folder
    assert [stat.S_IMODE((repo.hooks / hook).stat().st_mode) for hook in hook_script.HOOKS] == [shim] * 3


def test_a_dry_run_changes_nothing(place: Place) -> None:
    place.hooks.rmdir()
    assert install_all(place, dry_run=True) == ["install"] * 3
    assert not place.hooks.exists()
    install_all(place)
    before = listing(place.hooks)
    assert clean(place, dry_run=True) == ["remove"] * 3
    assert listing(place.hooks) == before


@pytest.mark.parametrize("blocked", hook_script.HOOKS)
def test_a_refusal_of_one_hook_leaves_every_hook_alone(place: Place, blocked: str) -> None:
    """how-hooks-are-installed 21: everything is planned before anything is done."""
    (place.hooks / blocked).mkdir()
    with pytest.raises(GitpactError, match=f"{blocked}: not a regular file"):
        actions.install(place, hook_script.HOOKS)
    assert list(listing(place.hooks)) == [blocked]


def refuse_to(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, code: int) -> None:
    def refuse(path: object, *_args: object, **_options: object) -> NoReturn:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(owner, name, refuse)


NO_FOLDER = {
    "cannot be made": (Path, "mkdir", errno.EROFS, "hooks: Read-only file system"),
    "cannot be listed": (Path, "iterdir", errno.EACCES, "hooks: Permission denied"),
    "cannot be entered": (Path, "lstat", errno.EACCES, "hooks/commit-msg: Permission denied"),
    "cannot be written": (os, "open", errno.EROFS, ".git: Read-only file system"),
}


@pytest.mark.parametrize("case", NO_FOLDER.values(), ids=NO_FOLDER)
def test_a_directory_that_refuses(
    place: Place, monkeypatch: pytest.MonkeyPatch, case: tuple[object, str, int, str]
) -> None:
    """how-hooks-are-installed 21: one line that names the path."""
    owner, name, code, said = case
    if name == "mkdir":
        place.hooks.rmdir()
    refuse_to(monkeypatch, owner, name, code)
    with pytest.raises(GitpactError) as caught:
        install(place)
    assert str(caught.value) == f"{place.common}/{said}".replace("/.git/.git", "/.git")


@pytest.mark.parametrize("job", [install_all, actions.clean, actions.status], ids=["install", "clean", "status"])
def test_a_file_in_place_of_the_directory(place: Place, job: Callable[[Place], object]) -> None:
    """how-hooks-are-installed 13, 21."""
    place.hooks.rmdir()
    write(place.hooks, "no directory")
    with pytest.raises(GitpactError, match="hooks/pre-commit: Not a directory"):
        job(place)


def test_a_directory_that_cannot_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 21."""
    write(place.hooks / "commit-msg", SCRIPT, 0o755)
    before = listing(place.hooks)
    real = os.open

    def read_only(path: Path, flags: int, *rest: int) -> int:
        if place.hooks in Path(path).parents:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(GitpactError, match=r"commit-msg\.gitpact-new: Read-only file system"):
        install(place)
    assert listing(place.hooks) == before


# Clean


def keep(place: Place, *git_dirs: Path) -> None:
    """What the hook leaves below a git directory."""
    for git_dir in git_dirs or (place.common,):
        for name in cache.LEFT:
            write(git_dir / cache.DIRECTORY / name, "kept")


def test_clean_forgets_what_the_hook_kept(place: Place) -> None:
    """how-hooks-are-installed 16: here and below every linked work tree; what is not ours stays."""
    linked, other = place.common / "worktrees/linked", place.common / "worktrees/other"
    other.mkdir(parents=True)
    keep(place, place.common, linked)
    write(linked / cache.DIRECTORY / "else", "somebody's")
    (linked / cache.DIRECTORY / cache.REFUSED).unlink()
    actions.clean(place)
    assert {*listing(place.common / cache.DIRECTORY)} == {*cache.MESSAGES}, "a refused message can be committed still"
    assert list(listing(linked / cache.DIRECTORY)) == ["else"]
    (place.common / cache.DIRECTORY / cache.REFUSED).unlink()
    actions.clean(place)
    assert not (place.common / cache.DIRECTORY).exists()


def test_clean_that_may_not_forget(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 21."""
    keep(place)
    refuse_to(monkeypatch, Path, "unlink", errno.EROFS)
    with pytest.raises(GitpactError, match="Read-only file system"):
        actions.clean(place)


def test_clean_removes_nothing_but_what_is_ours(place: Place) -> None:
    """how-hooks-are-installed 16: neither the directory, nor another hook, nor a name that only looks like ours."""
    for name in ("pre-push", "pre-rebase", "commit-msg.sample", "commit-msg.orig"):
        write(place.hooks / name, SCRIPT, 0o755)
    before = listing(place.hooks)
    install(place)
    assert clean(place) == ["unchanged", "remove", "leave-foreign"]
    assert listing(place.hooks) == before
    install_all(place)
    assert clean(place) == ["remove", "remove", "restore"]
    assert listing(place.hooks) == before


# One at a time


def test_the_second_waits_its_patience(place: Place) -> None:
    """how-hooks-are-installed 20."""
    start = time.monotonic()
    again = directory_lock.hold(place.common, 0.05)
    with directory_lock.hold(place.common), pytest.raises(GitpactError, match=r"\.git: locked") as caught:
        again.__enter__()
    assert 0.05 <= time.monotonic() - start < 2
    assert "try again" in caught.value.hint
    with directory_lock.hold(place.common, 0):
        pass


def test_the_second_goes_on_when_the_first_is_done(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 20."""
    first = directory_lock.hold(place.common)
    first.__enter__()
    monkeypatch.setattr(time, "sleep", lambda _seconds: first.__exit__(None, None, None))
    with directory_lock.hold(place.common):
        pass


def test_a_file_system_that_locks_no_directories(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 20: on NFS a lock wants a file that is open for writing."""
    refuse_to(monkeypatch, fcntl, "flock", errno.EBADF)
    assert install(place) == "install"


def test_a_lock_leaves_nothing_behind(place: Place) -> None:
    """how-hooks-are-installed 16, 20."""
    before = set(listing(place.common))
    install_all(place)
    actions.clean(place)
    assert set(listing(place.common)) == before


def start(job: str) -> subprocess.Popen[str]:
    args = [sys.executable, "-c", ONE_JOB.format(job=job)]
    return subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def at_once(*names: str) -> list[str]:
    """Run jobs in processes of their own that begin together; returns what they said where they failed."""
    processes = [start(job) for job in names]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.close()
        process.stdin = None
    said = [process.communicate()[1] for process in processes]
    return [text for text, process in zip(said, processes, strict=True) if process.returncode]


@pytest.mark.parametrize("number", range(10))
def test_two_installs_at_once(place: Place, number: int) -> None:
    """how-hooks-are-installed 20: of each hook one backup, one whole shim, whoever comes first."""
    hooks = [write(place.hooks / hook, f"#!/bin/sh\nexit {number}\n", 0o755) for hook in hook_script.HOOKS]
    before = listing(place.hooks)
    assert at_once(*["install(place, hook_script.HOOKS)"] * 2) == []
    assert set(listing(place.hooks)) == CHAINED
    assert [replace_and_restore.inspect(hook).kind for hook in hooks] == ["ours"] * 3
    actions.clean(place)
    assert listing(place.hooks) == before


def test_install_and_clean_at_once(place: Place) -> None:
    """how-hooks-are-installed 20: what is left is one or the other."""
    for hook in hook_script.HOOKS:
        write(place.hooks / hook, SCRIPT, 0o755)
    before = listing(place.hooks)
    assert at_once("install(place, hook_script.HOOKS)", "clean(place)") == []
    assert listing(place.hooks) == before or set(listing(place.hooks)) == CHAINED
    actions.clean(place)
    assert listing(place.hooks) == before


# Status


def other_python(monkeypatch: pytest.MonkeyPatch, place: Place) -> Path:
    """Install with an interpreter that can be taken away."""
    python = write(place.common / "python", SCRIPT, 0o755)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(python))
        install(place)
    return python


def entry(place: Place) -> actions.Live:
    """What status tells of the one hook whose fate a test follows."""
    (hook,) = actions.status(place, [HOOK])
    assert hook in actions.status(place)
    return hook


def live(place: Place) -> tuple[str, str]:
    hook = entry(place)
    assert hook.path == place.hooks / hook.hook
    return hook.state, hook.remedy


def test_status_of_what_is_not_there(place: Place) -> None:
    place.hooks.rmdir()
    assert actions.status(place) == [
        actions.Live(
            hook,
            place.hooks / hook,
            "absent",
            "",
            (),
            "gitpact install",
        )
        for hook in hook_script.HOOKS
    ]


def test_status_of_every_shim(place: Place) -> None:
    install_all(place)
    assert actions.status(place) == [
        actions.Live(hook, place.hooks / hook, "live", "", (), "") for hook in hook_script.HOOKS
    ]


def test_status_of_another_hook(place: Place) -> None:
    write(place.hooks / "commit-msg", SCRIPT, 0o755)
    assert live(place) == ("foreign", "gitpact install")


def test_status_of_a_shim(place: Place) -> None:
    """how-hooks-are-installed 11: every kept name is told of."""
    write(place.hooks / KEPT, "stray")
    write(place.hooks / "commit-msg", SCRIPT, 0o755)
    install(place)
    assert entry(place)[2:6] == ("live", f"{KEPT}.1", (KEPT,), "")


def test_status_of_an_edited_shim(place: Place) -> None:
    """how-hooks-are-installed 14: the remedy is one that works, whatever else is wrong with it."""
    install(place)
    hook = place.hooks / "commit-msg"
    hook.write_bytes(hook.read_bytes().replace(b"python=", b"python=/gone", 1))
    assert live(place) == ("edited", "gitpact install --force")
    hook.chmod(0o644)
    assert live(place) == ("edited", "gitpact install --force")
    (step,) = actions.install(place, [HOOK], force=True)
    assert step.action == "update"
    assert live(place) == ("live", "")


def test_status_of_a_shim_that_git_ignores(place: Place) -> None:
    """how-hooks-are-installed 22."""
    install(place)
    (place.hooks / "commit-msg").chmod(0o644)
    assert live(place) == ("not-executable", "gitpact install")


def test_status_of_a_shim_that_lost_its_chained_hook(place: Place) -> None:
    """how-hooks-are-installed 27: the remedy works."""
    write(place.hooks / "commit-msg", SCRIPT, 0o755)
    install(place)
    (place.hooks / KEPT).unlink()
    assert live(place) == (
        "dead",
        "gitpact clean && gitpact install",
    )
    actions.clean(place)
    install(place)
    assert live(place) == ("live", "")


def test_status_of_a_shim_that_lost_its_interpreter(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 27: unless gitpact-hook is on PATH, as the shim itself decides."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    python = other_python(monkeypatch, place)
    assert live(place) == ("live", "")
    python.unlink()
    assert live(place) == ("dead", "gitpact install")
    fallback = write(place.common / "bin/gitpact-hook", SCRIPT, 0o755)
    monkeypatch.setenv("PATH", str(fallback.parent))
    assert live(place) == ("fallback", "gitpact install")


def test_status_of_a_shim_that_lost_its_library(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 27."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(hook_script, "library", lambda: str(place.common / "gone"))
    install(place)
    assert live(place) == ("dead", "gitpact install")


# Where git looks no more


def test_a_shim_that_a_later_hooks_path_hides(place: Place) -> None:
    """how-hooks-are-installed 2, 16: told of, taken out with the other, and what is not ours stays."""
    write(place.hooks / "commit-msg", SCRIPT, 0o755)
    before = listing(place.hooks)
    install_all(place)
    later = place._replace(hooks=place.common / "later")
    assert [(hook.path, hook.state, hook.remedy) for hook in actions.status(later)] == [
        *((later.hooks / hook, "absent", "gitpact install") for hook in hook_script.HOOKS),
        *((place.hooks / hook, "asleep", "gitpact clean") for hook in hook_script.HOOKS),
    ]
    install_all(later)
    assert states(later) == ["live"] * 3 + ["asleep"] * 3
    assert clean(later) == ["remove"] * 3 + ["remove", "restore", "remove"]
    assert (place.hooks / "commit-msg").read_text() == SCRIPT
    assert listing(place.hooks) == before
    assert clean(later) == ["unchanged"] * 3


def test_the_plain_directory_by_another_name(place: Place) -> None:
    """how-hooks-are-installed 3: one directory is not cleaned twice."""
    install_all(place)
    (place.common / "link").symlink_to(place.hooks)
    assert clean(place._replace(hooks=place.common / "link")) == ["remove"] * 3


def test_hooks_switched_off(place: Place) -> None:
    """how-hooks-are-installed 6: a shim that git does not run is not called live."""
    off = place._replace(off=True)
    assert states(off) == ["absent"] * 3
    install_all(place)
    assert states(off) == ["asleep"] * 3
