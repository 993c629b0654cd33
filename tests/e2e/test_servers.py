"""Every way in to a bare repository × good, bad, large, override, a log that cannot be written, a second person."""

from __future__ import annotations

import json
import os
import pwd
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.support import servers
from tests.support.pushes import Pair, administer
from tests.support.repos import Repo, bare, gitpact, init, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

ADMINISTRATOR = '[server]\nlog = "{log}"\noverrides = true\n[push]\nmax-file-size = "1kB"\n'
WAYS = ("a path", "git daemon", "http-backend", "lighttpd", "nginx", "ssh")
NAMED = {"lighttpd": "ann", "nginx": "ann", "http-backend": "ann"}


@pytest.fixture(params=WAYS)
def url(request: pytest.FixtureRequest, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of the repository hub.git with the gate, with {} for who pushes where the server asks."""
    monkeypatch.chdir(sandbox)
    hub = bare(sandbox / "hub.git")
    administer(hub, ADMINISTRATOR.format(log=sandbox / "log"))
    hub.git("config", "receive.advertisePushOptions", "true")
    hub.git("config", "http.receivepack", "true")
    assert gitpact("server", "install", hub.path).returncode == 0
    request.node.way = request.param
    with ExitStack() as started:
        start = {
            "a path": lambda: str(sandbox),
            "git daemon": lambda: started.enter_context(servers.daemon(sandbox)),
            "http-backend": lambda: started.enter_context(servers.web(sandbox)),
            "lighttpd": lambda: started.enter_context(servers.lighttpd(sandbox)),
            "nginx": lambda: started.enter_context(servers.nginx(sandbox)),
            "ssh": lambda: started.enter_context(servers.sshd(sandbox, monkeypatch)),
        }[request.param]()
        yield f"{start}/hub.git"


def test_what_keeps_the_policy_gets_in(url: str, request: pytest.FixtureRequest, sandbox: Path) -> None:
    way = request.node.way
    here = init(sandbox / "here")
    both = Pair(here, Repo(sandbox / "hub.git"))

    def push(*words: str, user: str = "ann") -> subprocess.CompletedProcess[str]:
        return run("git", "push", *words, url.format(user), "HEAD:refs/heads/main", cwd=here.path)

    both.commit("a")
    good = push()
    assert good.returncode == 0, good.stderr
    bad = both.commit("b", message="feat：没有范围")
    refused = push(user="bob")
    assert refused.returncode
    assert "[header-format]" in refused.stderr
    assert "feat：没有范围" in refused.stderr, "in UTF-8, whatever the locale of the server"
    here.git("reset", "-q", "--hard", f"{bad}^")
    both.commit("big", 2000)
    assert "[file-size]" in push().stderr
    forced = push("-o", "gitpact.override=INC-1")
    assert forced.returncode == 0, forced.stderr
    assert "INC-1" in forced.stderr
    rows = [json.loads(line) for line in (sandbox / "log").read_text(encoding="utf-8").splitlines()]
    assert [row["accepted"] for row in rows] == [True, False, False, True]
    if way in NAMED:
        second = "bob" if "{}" in url else "ann"  # the simple one has one person
        assert [row["pusher"] for row in rows] == ["ann", second, "ann", "ann"]
    if way == "ssh":
        assert {row["pusher"] for row in rows} == {pwd.getpwuid(os.geteuid()).pw_name}
    (sandbox / "log").unlink()
    (sandbox / "log").mkdir()
    both.commit("c")
    lost = push()
    assert lost.returncode
    assert "the server cannot check the push: server.log: log: Is a directory" in lost.stderr
    assert str(sandbox / "log") not in lost.stderr
