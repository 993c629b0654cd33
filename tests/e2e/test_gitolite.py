"""Real gitolite: its folder of hooks has the gate for every repository, and `gitolite setup` keeps it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.programs import need
from tests.support.pushes import Pair, administer
from tests.support.repos import Repo, gitpact, init, run, write

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.long

UNPACKED = Path(__file__).parents[2] / ".venv" / "gitolite" / "usr"
INSTALLED = Path("/usr/share/gitolite3")  # where Debian has gitolite-shell
SITE = '#!/bin/sh\ncat >/dev/null\necho "the site was here" >&2\n'


class Gitolite:
    """A gitolite of the user HOME, with the repository `testing`, which everybody may push to."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "gitolite"
        self.home.mkdir()
        self.env = {"HOME": str(self.home), "PATH": f"{_programs(folder)}:{os.environ['PATH']}"}
        need("ssh-keygen")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.home / "admin", cwd=self.home)
        self("setup", "-pk", "admin.pub")
        self.hub = Repo(self.home / "repositories" / "testing.git")
        self.common = self.home / ".gitolite" / "hooks" / "common"
        shell = write(
            folder / "ssh",
            '#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\n'
            f'export HOME="{self.home}" SSH_ORIGINAL_COMMAND="$1" SSH_CONNECTION="127.0.0.1 1 127.0.0.1 22"\n'
            'exec gitolite-shell "$PUSHER"\n',
            0o755,
        )  # fmt: skip
        self.ssh = str(shell)

    def __call__(self, *args: str) -> None:
        """Run gitolite, which has to succeed."""
        done = run("gitolite", *args, cwd=self.home, env=self.env)
        assert done.returncode == 0, done.stderr


def _programs(folder: Path) -> Path:
    """Where `gitolite` and `gitolite-shell` are; those of the unpacked package, which know only INSTALLED, moved."""
    if shutil.which("gitolite"):
        return INSTALLED
    place = folder / "gitolite3"
    shutil.copytree(UNPACKED / "share" / "gitolite3", place)
    shutil.copy(UNPACKED / "bin" / "gitolite", place)
    for name in ("gitolite", "gitolite-shell"):
        (place / name).write_text((place / name).read_text().replace(str(INSTALLED), str(place)))
    return place


@pytest.fixture
def server(sandbox: Path) -> Gitolite:
    if not shutil.which("gitolite") and not UNPACKED.is_dir():
        pytest.skip("gitolite is not at hand; .ci/run puts it there")
    return Gitolite(sandbox)


@pytest.fixture
def both(server: Gitolite, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone that pushes by ssh as the person PUSHER; no sshd runs, gitolite's own shell does."""
    here = init(sandbox / "here")
    monkeypatch.chdir(here.path)
    here.git("remote", "add", "origin", "ssh://git@127.0.0.1/testing")
    monkeypatch.setenv("GIT_SSH", server.ssh)
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
    monkeypatch.setenv("PUSHER", "ann")
    monkeypatch.setenv("PATH", server.env["PATH"])
    return Pair(here, server.hub)


def pushed(both: Pair, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return run("git", "push", *words, "origin", "HEAD:refs/heads/master", cwd=both.here.path, env=env)


def test_the_gate_of_every_repository(both: Pair, server: Gitolite, sandbox: Path) -> None:
    """With a hook of the site, which runs first; whoever pushes is named; the gate outlives `gitolite setup`."""
    write(server.common / "pre-receive", SITE, 0o755)
    server("setup")
    log = sandbox / "log"
    administer(server.hub, f'[server]\nlog = "{log}"\noverrides = true\n[push]\nmax-file-size = "1kB"\n')
    server.hub.git("config", "receive.advertisePushOptions", "true")
    done = gitpact("server", "install", server.hub.path)
    assert done.returncode == 0, done.stderr
    assert f"installed ({server.common}/pre-receive" in done.stdout
    assert "run this command as the owner of the repositories: gitolite setup --hooks-only" in done.stdout
    assert gitpact("server", "status", server.hub.path).returncode == 0
    other = Repo(server.home / "repositories" / "gitolite-admin.git")
    assert gitpact("server", "status", other.path).returncode == 0, "its site hook was linked before"
    for name in ("one", "two"):
        both.commit(name)
        good = pushed(both)
        assert good.returncode == 0, good.stderr
        assert "the site was here" in good.stderr
        bad = both.commit(f"bad {name}", message="no header")
        refused = pushed(both, PUSHER="bob")
        assert refused.returncode
        assert "[header-format]" in refused.stderr
        both.here.git("reset", "-q", "--hard", f"{bad}^")
        both.commit(f"big {name}", 2000)
        assert "[file-size]" in pushed(both).stderr
        assert pushed(both, "-o", "gitpact.override=INC-1").returncode == 0
        server("setup")
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [row["pusher"] for row in rows] == ["ann", "bob", "ann", "ann"] * 2
    assert gitpact("server", "clean", server.hub.path).returncode == 0
    assert (server.common / "pre-receive").read_text(encoding="utf-8") == SITE
    both.commit("c", message="no header")
    assert pushed(both).returncode == 0


def test_where_nothing_was_before(both: Pair, server: Gitolite) -> None:
    admin = Repo(server.home / "repositories" / "gitolite-admin.git")
    assert gitpact("server", "install", server.hub.path).returncode == 0
    both.commit("a", message="no header")
    assert "[header-format]" in pushed(both).stderr
    told = gitpact("server", "status", admin.path)
    assert told.returncode == 1
    assert "repair it: gitolite setup --hooks-only" in told.stdout
    server("setup", "--hooks-only")
    assert gitpact("server", "status", admin.path).returncode == 0
    assert gitpact("server", "clean", server.hub.path).returncode == 0
    assert not (server.hub.path / "hooks" / "pre-receive").is_symlink()
    assert pushed(both).returncode == 0
    assert "not installed" in gitpact("server", "status", admin.path).stdout
