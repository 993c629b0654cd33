"""A configuration file of git comes back to its last byte and its mode; a lock that is left is explained."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import lock_file
from gitpact.install import config_file, global_hooks
from tests.support import gits
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo

FORMS = [("install", "clean"), ("install --global", "clean --global")]


@pytest.fixture(params=["files", "config"])
def form(request: pytest.FixtureRequest, repo: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> str:
    """A form of hooks, where git can run it."""
    if request.param == "config":
        gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    repo.git("config", "x.y", "1")
    return str(request.param)


@pytest.mark.parametrize(("install", "clean"), FORMS)
@pytest.mark.parametrize("tail", [b"", b"\n", b"\n\n", b"\r\n", b"\n# a comment without end"])
def test_it_comes_back_to_its_last_byte(repo: Repo, form: str, install: str, clean: str, tail: bytes) -> None:
    own = [repo.path / ".git" / "config", global_hooks.configuration()]
    for path in own:
        path.write_bytes(path.read_bytes().rstrip(b"\n") + tail)
        path.chmod(0o664)
    before = [path.read_bytes() for path in own]
    for _ in range(2):
        assert gitpact(*install.split(), "--via", form).returncode == 0
    assert gitpact(*clean.split()).returncode == 0
    assert [path.read_bytes() for path in own] == before
    assert {path.stat().st_mode & 0o777 for path in own} == {0o664}
    assert [path.name for path in own[1].parent.iterdir()] == [own[1].name]


@pytest.mark.measured
def test_what_was_written_since_stays(repo: Repo, form: str) -> None:
    path = repo.path / ".git" / "config"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    gitpact("install", "--via", form)
    repo.git("config", "x.z", "2")
    wanted = path.read_bytes()
    gitpact("clean")
    if form == "files":
        assert path.read_bytes() == wanted
    assert repo.git("config", "x.z") == "2"
    assert path.read_bytes().endswith(b"\n")
    assert not list(path.parent.glob("config.*"))


def test_a_link_to_the_file_stays_a_link(sandbox: Path) -> None:
    real = write(sandbox / "dotfiles" / "config", "[a]\n\tb = c")
    link = sandbox / "link"
    link.symlink_to(real)
    config_file.note_end(link)
    real.write_text("[a]\n\tb = c\n", encoding="utf-8")
    config_file.restore_end(link)
    assert (link.is_symlink(), real.read_text(encoding="utf-8")) == (True, "[a]\n\tb = c")
    assert [path.name for path in real.parent.iterdir()] == ["config"]
    config_file.restore_end(link)


@pytest.mark.parametrize(("seconds", "age"), [(0, "1 s"), (59, "59 s"), (120, "2 min"), (7200, "2 h"), (200000, "2 d")])
def test_the_age_of_a_lock(sandbox: Path, seconds: int, age: str) -> None:
    lock = write(sandbox / "config.lock", "")
    os.utime(lock, (time.time() - seconds, time.time() - seconds))
    assert f"is {age} old" in str(lock_file.error(str(lock)))
    assert "is 1 s old" in str(lock_file.error("/no/such"))


@pytest.mark.parametrize(("install", "clean"), FORMS)
@pytest.mark.measured
def test_a_lock_that_is_left_is_explained_and_nothing_is_half_done(
    repo: Repo, form: str, install: str, clean: str
) -> None:
    config = global_hooks.configuration() if "--global" in install else repo.path / ".git" / "config"
    config.write_bytes(config.read_bytes().rstrip(b"\n"))
    before = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    lock = write(config.with_name(config.name + ".lock"), "")
    done = gitpact(*install.split(), "--via", form)
    if form == "config" or "--global" in install:
        assert done.returncode == 2
        assert f"{lock}: this lock file is " in done.stderr
        assert "delete the lock file" in done.stderr
    lock.unlink()
    assert gitpact(*clean.split()).returncode == 0
    left = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    assert left == before


def test_another_lock_of_the_file(repo: Repo) -> None:
    path = repo.path / ".git" / "config"
    write(path.with_name("config.lock"), "")
    with pytest.raises(GitpactError, match="this lock file is"):
        config_file.rewrite(path, b"")


def test_many_at_once_leave_all_or_nothing(repo: Repo, form: str) -> None:
    """Every commit works afterwards, and one clean leaves nothing."""
    config = global_hooks.configuration()
    before = config.read_bytes()
    words = [("install", "--global", "--via", form), ("clean", "--global")] * 4
    for _ in range(2):
        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(lambda these: gitpact(*these).returncode, words))
        assert set(codes) == {0}
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    assert gitpact("clean", "--global").returncode == 0
    assert config.read_bytes() == before
    assert not global_hooks.folder().parent.exists()


def test_an_update_that_cannot_be_written_leaves_what_ran_before(repo: Repo) -> None:
    assert gitpact("install", "--global", "--via", "files").returncode == 0
    shim = global_hooks.folder() / "everywhere"
    shim.write_bytes(shim.read_bytes() + b"# edited\n")
    config = global_hooks.configuration()
    write(config.with_name(config.name + ".lock"), "")
    with pytest.raises(GitpactError, match="this lock file is"):
        global_hooks.install(["commit-msg"], "files")
    assert (shim.with_name("commit-msg")).is_symlink()
    assert repo.git("config", "core.hooksPath") == str(shim.parent)
