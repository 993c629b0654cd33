"""A server that root installs and another user serves: what that user cannot read or write is said before a push fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app
from gitpact.errors import GitpactError
from gitpact.install import hook_script, server, serving_user
from tests.support.repos import Repo, bare, gitpact, init, isolate, write

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>"
SERVING, SECOND = "daemon", "nobody"


def python_for_all() -> str:
    """A Python that every user can run; skips the test, with the reason, where there is none."""
    for path in ("/usr/bin/python3", "/usr/local/bin/python3"):
        code = "import sys; sys.exit(sys.version_info < (3, 11))"
        if os.access(path, os.X_OK) and not subprocess.run([path, "-c", code], user=SERVING, check=False).returncode:
            return path
    pytest.skip("no Python of at least 3.11 that every user can run: /usr/bin/python3")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repo]:
    """A bare repository that SERVING owns, in a folder that all users can read; gitpact lies there too."""
    if os.geteuid():
        pytest.skip("only root can act as other users: sudo make test-all")
    folder = Path(tempfile.mkdtemp(prefix="gitpact-served-"))
    folder.chmod(0o755)
    isolate(monkeypatch, folder)
    monkeypatch.chdir(folder)
    shutil.copytree(hook_script.library() + "/gitpact", folder / "lib" / "gitpact")
    monkeypatch.setattr(hook_script, "library", lambda: str(folder / "lib"))
    monkeypatch.setattr(hook_script, "interpreter", python_for_all)
    made = bare(folder / "hub.git")
    own(made.path)
    yield made
    shutil.rmtree(folder)


def own(folder: Path, user: str = SERVING) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, serving_user.named(user).uid, serving_user.named(user).gid)


def push(hub: Repo, branch: str, user: str = SERVING, message: str = GOOD) -> subprocess.CompletedProcess[str]:
    """What a push of one commit by a user says; the clone is that user's."""
    clone = init(hub.path.parent / f"{branch}-{user}")
    clone.git("commit", "-q", "--allow-empty", "-m", message)
    home = hub.path.parent / f"home of {user}"
    home.mkdir(exist_ok=True)
    write(home / ".gitconfig", "[safe]\n\tdirectory = *\n")
    for path in (clone.path, home):
        own(path, user)
    words = ["git", "push", "-q", str(hub.path), f"HEAD:refs/heads/feat/{branch}"]
    environ = {**clone.env(HOME=str(home), GIT_CONFIG_GLOBAL=str(home / ".gitconfig")), "LC_ALL": "C"}
    return subprocess.run(
        words, cwd=clone.path, env=environ, user=user, group=user_group(user), extra_groups=[SHARED], capture_output=True,
        text=True, check=False, umask=0o022,
    )  # fmt: skip


SHARED = 1  # the group that both users are in


def user_group(user: str) -> int:
    return serving_user.named(user).gid


def said(hub: Repo) -> str:
    done = gitpact("server", "status", hub.path)
    return done.stdout + done.stderr


def test_all_is_well(hub: Repo) -> None:
    server.install(server.find(hub.path))
    assert server.status(server.find(hub.path)).fault == ""
    assert f"this check used the permissions of {SERVING}, the account that runs the hook" in said(hub)
    assert push(hub, "good").returncode == 0
    assert "[header-format]" in push(hub, "bad", message="no header").stderr


def test_an_interpreter_that_the_user_cannot_read(hub: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    private = hub.path.parent / "private"
    private.mkdir(mode=0o700)
    gate = server.find(hub.path)
    server.install(gate)
    shutil.copytree(hub.path.parent / "lib", private / "lib")
    monkeypatch.setattr(hook_script, "library", lambda: str(private / "lib"))
    with pytest.raises(GitpactError, match=f"private.*: cannot be read by the user {SERVING}") as caught:
        server.install(gate)
    assert "below /opt" in str(caught.value.hint)
    (hub.path.parent / "lib").chmod(0o700)
    state = server.status(gate)
    assert f": cannot be read by the user {SERVING}" in state.fault
    assert f"every push is refused: {hub.path.parent}/lib" in said(hub)
    refused = push(hub, "good")
    assert refused.returncode
    assert "its administrator has to repair it: gitpact server status" in refused.stderr
    assert str(hub.path.parent / "lib") not in refused.stderr


@pytest.mark.parametrize("kind", ["policy", "log"])
def test_a_file_of_the_administrator_that_the_user_cannot_use(hub: Repo, kind: str) -> None:
    """Root hears of it from status, with the path; who pushes hears of it without."""
    server.install(server.find(hub.path))
    folder = hub.path.parent / "etc"
    log = write(folder / "gitpact.jsonl", "")
    policy = write(folder / "admin.toml", f'[server]\nlog = "{log}"\n')
    hub.git("config", "--file", "config", "gitpact.policy", str(policy))
    (policy if kind == "policy" else log).chmod(0o600)
    fault = server.status(server.find(hub.path)).fault
    assert fault.startswith(
        str(policy) if kind == "policy" else f"server.log: the user {SERVING} cannot write to {log}"
    )
    assert kind != "policy" or fault.endswith(f"cannot be read by the user {SERVING}")
    assert f"every push is refused: {fault}" in said(hub)
    refused = push(hub, "good")
    assert refused.returncode
    assert "Permission denied" in refused.stderr
    assert "for the administrator: " in refused.stderr
    assert str(folder) not in refused.stderr
    assert server.status(server.find(hub.path), user="root").fault == ""


@pytest.mark.measured
def test_the_switch_of_an_administrator_with_a_narrow_umask(hub: Repo) -> None:
    before = os.umask(0o077)
    try:
        gate = server.find(hub.path)
        server.install(gate)
        gate.off.touch()
    finally:
        os.umask(before)
    assert server.status(gate).off
    done = push(hub, "bad", message="no header")
    assert done.returncode == 0, done.stderr
    assert "switched off here by the administrator" in done.stderr
    assert serving_user.owner(gate.path.parent).name == serving_user.owner(gate.off.parent).name == SERVING
    os.chown(gate.path.parent, 0, 0)
    gate.path.parent.chmod(0o700)
    assert gitpact("server", "install", hub.path, "--user", "root").returncode == 0
    assert app.main(["server", "install", str(hub.path)]) == 1
    state = server.status(gate)
    assert (state.hook.state, state.hook.remedy) == ("not-executable", f"chmod a+rx {gate.path.parent} {gate.path}")
    subprocess.run(["sh", "-c", state.hook.remedy], check=True)
    assert server.status(gate).hook.state == "live"
    os.chown(gate.off.parent, 0, 0)
    gate.off.parent.chmod(0o700)
    state = server.status(gate)
    assert (state.off, state.about.unseen) == (False, True)
    assert f"the file gitpact/off has no effect, because the user {SERVING} cannot read" in said(hub)
    assert push(hub, "other", message="no header either").returncode


def test_who_is_neither_root_nor_the_owner_is_told(hub: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    server.install(server.find(hub.path))
    app.main(["server", "status", str(hub.path)])
    with serving_user.acting(serving_user.named(SECOND)):
        app.main(["server", "status", str(hub.path)])
    assert (
        f"this check did not use the permissions of {SERVING}, the account that runs the hook; to check with these "
        "permissions, run this command as root" in capsys.readouterr().out
    )


def test_users_of_a_shared_repository(hub: Repo) -> None:
    """core.sharedRepository counts for the log and for what is kept of a policy."""
    hub.git("config", "--file", "config", "core.sharedRepository", "group")
    for path in (hub.path, *hub.path.rglob("*")):
        os.chown(path, -1, SHARED)
        path.chmod(path.stat().st_mode | (0o2070 if path.is_dir() else 0o060))
    folder = hub.path.parent / "log"
    folder.mkdir()
    os.chown(folder, -1, SHARED)
    folder.chmod(0o2775)
    policy = write(hub.path.parent / "admin.toml", f'[server]\nlog = "{folder}/log"\n')
    hub.git("config", "--file", "config", "gitpact.policy", str(policy))
    server.install(server.find(hub.path))
    for path in (policy, hub.path / "config", hub.path / "HEAD"):
        os.utime(path, (1, 1))  # so that what was read is kept
    for user in (SERVING, SECOND, SERVING):
        done = push(hub, f"by-{user}-{len(list(hub.path.parent.glob('by-*')))}", user)
        assert done.returncode == 0, done.stderr
    assert len([json.loads(line) for line in (folder / "log").read_text().splitlines()]) == 3
    for path in (folder / "log", hub.path / "gitpact"):
        assert path.stat().st_mode & 0o060 == 0o060


def test_one_module_that_the_user_cannot_read(hub: Repo) -> None:
    """And who pushes hears nothing of where it is from status: that is judged before."""
    gate = server.find(hub.path)
    server.install(gate)
    module = hub.path.parent / "lib" / "gitpact" / "rules" / "refs.py"
    module.chmod(0o600)
    assert server.status(gate).fault == f"{module}: cannot be read by the user {SERVING}"


def test_the_configuration_of_the_user_counts_and_not_that_of_root(hub: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    home = hub.path.parent / "home of who serves"
    write(home / ".gitconfig", "[gitpact]\n\tpolicy = /no/such/file\n")
    gate = server.find(hub.path)
    server.install(gate)
    assert server.status(gate).fault == ""
    who = serving_user.named(SERVING)._replace(home=str(home))
    monkeypatch.setattr(serving_user, "owner", lambda _: who)
    assert "/no/such/file" in server.status(gate).fault
    assert os.environ["HOME"] != str(home)


@pytest.mark.measured
def test_a_user_that_is_not_there(hub: Repo) -> None:
    done = gitpact("server", "status", hub.path, "--user", "no-such-user")
    assert (done.returncode, "no such user on this machine" in done.stderr) == (2, True)


def test_somebody_elses_rights_end_with_the_block(hub: Repo) -> None:
    groups = os.getgroups()
    with serving_user.acting(serving_user.named(SERVING)):
        assert os.geteuid() == serving_user.named(SERVING).uid
        assert not serving_user.can(os.R_OK, Path("/etc/shadow"))
    assert (os.geteuid(), os.getegid(), os.getgroups()) == (0, 0, groups)
    assert serving_user.owner(hub.path).name == SERVING
    os.chown(hub.path, 54321, -1)
    assert serving_user.owner(hub.path)[:2] == ("54321", 54321)
    with serving_user.acting(serving_user.owner(hub.path)):
        assert os.geteuid() == 54321
