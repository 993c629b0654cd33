"""`gitpact audit`: one command on this machine and on a Dask cluster; what is killed meanwhile changes no row."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster

from gitpact.audit import engines, worker
from gitpact.cli import audit
from gitpact.errors import GitpactError
from tests.support.commands import caller
from tests.support.fleets import all_rows, mirror, rows
from tests.support.repos import COMMAND, Repo, environment, write
from tests.support.servers import daemon
from tests.support.terminals import on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.commands import Call

DASK = Path(sys.executable).with_name("dask")
SECONDS = 60


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """The measuring process of a thread lives as long as the worker, here the test run."""
    yield
    worker.close()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Call:
    return caller("audit", capfd)


@pytest.fixture
def fleet(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three mirrors, one of them empty; the test stands beside their folder."""
    monkeypatch.chdir(sandbox)
    for number in range(3):
        mirror(sandbox / "fleet" / f"m{number}.git", number * 2, number)
    return sandbox / "fleet"


def test_one_command(fleet: Path, run: Call) -> None:
    code, said, warned = run("fleet", "--output", "out", "--jobs", 2)
    assert (code, warned) == (0, "")
    first, second = said.splitlines()
    assert first.startswith("3 repositories: 3 measured, 0 unchanged, 0 failed; ")
    assert second == "written: out"
    assert rows(fleet.parent / "out", "repositories", "repository, commits") == [
        ("m0.git", None),
        ("m1.git", 2),
        ("m2.git", 4),
    ]
    assert run("fleet", "-o", "out")[1].startswith("3 repositories: 0 measured, 3 unchanged, 0 failed; ")


def test_a_dry_run_writes_nothing(fleet: Path, run: Call) -> None:
    code, said, warned = run("fleet", "-o", "out", "--dry-run", "--date", "2026-01-02")
    assert (code, warned) == (0, "")
    assert said.splitlines() == [
        "3 repositories; 0 are unchanged since -, so their rows are carried over",
        "would measure 3 repositories (0 B) in 3 batches",
        "would write the tables of 2026-01-02 to out",
    ]
    assert not (fleet.parent / "out").exists()


def test_what_failed_is_named_and_is_exit_code_1(fleet: Path, run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        write(fleet / f"bad{number}.git" / "HEAD", "ref: refs/heads/main\n")
        for name in ("refs/heads/main", "objects/x"):
            write(fleet / f"bad{number}.git" / name, "nonsense\n")
    monkeypatch.setattr(audit, "SHOWN", 2)
    code, said, _ = run("fleet", "-o", "out")
    assert (code, said.splitlines()[:3]) == (
        1,
        [
            "failed: bad0.git: git cannot read the refs",
            "failed: bad1.git: git cannot read the refs",
            "… and 1 more failed",
        ],
    )
    write(fleet.parent / "bad", "".join(f"fleet/bad{number}.git\n" for number in range(3)))
    assert run("bad", "-o", "other")[0] == 2, "nothing could be measured"


def test_two_policies(fleet: Path, run: Call) -> None:
    write(fleet.parent / "all.toml", '[dco]\nsign-off = "optional"\n')
    assert run("fleet", "-o", "both", "--policy", "all.toml", "--own")[0] == 0
    assert run("fleet", "-o", "one", "--policy", "all.toml")[0] == 0
    columns = "judged_by, errors"
    assert rows(fleet.parent / "one", "repositories", columns) == [("file", 1), ("file", 2), ("file", None)]
    assert rows(fleet.parent / "both", "repositories", columns)[3:] == [("own", 2), ("own", 4), ("own", None)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--own",), "--own needs --policy"),
        (("--date", "today"), "--date today: this is not a date"),
        (("--since", "2026-02-31"), "--since 2026-02-31: this is not a date"),
        (("--output", "s3://"), "--output s3://: "),
        (("--memory-limit", "much"), "--memory-limit much: this is not a size"),
        (("--policy", "none.toml"), "none.toml"),
        (("--jobs", "-1"), "-1"),
        (("--time-limit", "0"), "0"),
        (("--scheduler", "tcp://127.0.0.1:1"), "there is no Dask scheduler at tcp://127.0.0.1:1"),
    ],
    ids=["own", "date", "since", "output", "memory", "policy", "jobs", "time", "scheduler"],
)
def test_mistakes(fleet: Path, run: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str) -> None:
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1)
    code, out, warned = run(fleet, "-o", "out", *words)
    assert (code, out) == (2, "")
    assert said in warned


def test_another_policy_file_is_named_by_its_own_option(
    fleet: Path, run: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITPACT_CONFIG", "all.toml")
    code, _, warned = run(fleet, "-o", "out")
    assert (code, "gitpact audit --policy FILE" in warned) == (2, True)


@pytest.mark.parametrize(
    ("missing", "words", "said"),
    [
        ("pyarrow", (), "gitpact audit needs Python packages, and at least one of them is not installed: pyarrow"),
        (
            "distributed",
            ("--scheduler", "tcp://x:1"),
            "--scheduler needs Python packages, and at least one of them is not installed: distributed",
        ),
    ],
    ids=["pyarrow", "distributed"],
)
def test_without_the_extra(  # noqa: PLR0913, PLR0917  a table
    fleet: Path, run: Call, monkeypatch: pytest.MonkeyPatch, missing: str, words: tuple[str, ...], said: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("gitpact.audit") and missing == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert said in run(fleet, "-o", "out", *words)[2]


def test_progress_is_a_line_now_and_then_without_a_terminal(
    fleet: Path, run: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "EVERY_SECONDS", 0)
    lines = run(fleet, "-o", "out", "--jobs", 1)[2].splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("gitpact: 3 of 3 repositories, ")
    assert lines[-1].endswith(" commits per second, about 0 minutes left")


@pytest.mark.measured
def test_progress_is_a_bar_on_a_terminal(fleet: Path) -> None:
    said = on_a_terminal(Repo(fleet.parent), 80, "pact", "audit", "fleet", "-o", "out", TERM="xterm")
    assert "commits per second" in said
    assert "3 repositories: 3 measured" in said


def test_clones_of_the_worker_where_it_sees_no_paths(fleet: Path, run: Call, sandbox: Path) -> None:
    mirror(fleet / "s.git", 2, 0, "--object-format=sha256")
    (fleet / "m1.git" / "git-daemon-export-ok").touch()
    detached = mirror(fleet / "detached.git", 1)
    detached.git("update-ref", "--no-deref", "HEAD", "main")
    write(sandbox / "names", "m1.git\nm2.git\ns.git\nnone.git\ndetached.git\n")
    with daemon(fleet) as url:
        asked = ("names", "--url-prefix", f"{url}/", "--cache", "cache", "-o", "out")
        code, said, _ = run(*asked, "--date", "2026-01-01")
        assert (code, "failed: none.git: " in said) == (1, True)
        found = dict(rows(sandbox / "out", "repositories", "repository, commits"))
        assert found == {"m1.git": 2, "m2.git": 4, "s.git": 2, "none.git": None, "detached.git": 1}
        mirror(sandbox / "other", 9).git("push", "-q", "--force", fleet / "m2.git", "main")
        run(*asked, "--date", "2026-01-02")
    took = "repository, took"
    old, new = (dict(rows(sandbox / "out", "repositories", took, date=f"2026-01-0{day}")) for day in (1, 2))
    assert old["m1.git"] == new["m1.git"], "unchanged, so it was not measured"
    assert ("m2.git", 9) in rows(sandbox / "out", "repositories", "repository, commits", date="2026-01-02")
    assert rows(sandbox / "out", "months", date="2026-01-02", columns="sum(commits)") == [(14,)]


@pytest.fixture
def large(sandbox: Path) -> Path:
    """Twenty-four mirrors, which take some seconds."""
    for number in range(24):
        mirror(sandbox / "large" / f"m{number:02}.git", 60 + number, number)
    return sandbox / "large"


def started(*words: str | Path, **env: str | None) -> subprocess.Popen[bytes]:
    """A process in a group of its own."""
    return subprocess.Popen(
        [*map(str, words)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def killed(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its group as `kill -9` does, if it still runs."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    finished(process)


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """The exit code and the output of a process that ends."""
    if process.stdout and not process.stdout.closed:
        said, _ = process.communicate()
        return process.returncode, said.decode()
    return process.wait(), ""


def audit_of(fleet: Path, to: Path, *words: str) -> subprocess.Popen[bytes]:
    return started(sys.executable, "-c", COMMAND, "audit", fleet, "--output", to, "--date", "2026-01-01", *words)


def wait_for_files(to: Path, number: int) -> None:
    """Wait until so many batches are written."""
    deadline = time.monotonic() + SECONDS
    while len([*to.glob("_staging/*/repositories/*.parquet")]) < number:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def cluster(number: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and workers on loopback: the address, and the processes, the scheduler first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    begun = [started(DASK, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    worker = (DASK, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    begun += [started(*worker, PYTHONSAFEPATH="1") for _ in range(number)]
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
        client.wait_for_workers(number, timeout=SECONDS)
        client.close()
        yield address, begun
    finally:
        for process in begun:
            killed(process)


@pytest.mark.long
@pytest.mark.parametrize("victim", ["nobody", "a worker"])
def test_a_cluster_gives_the_same_rows(large: Path, sandbox: Path, victim: str) -> None:
    assert finished(audit_of(large, sandbox / "alone"))[0] == 0
    with cluster(2) as (address, processes):
        running = audit_of(large, sandbox / "out", "--scheduler", address)
        if victim == "a worker":
            wait_for_files(sandbox / "out", 1)
            killed(processes[-1])
        code, said = finished(running)
    assert (code, "24 measured" in said) == (0, True)
    assert all_rows(sandbox / "out") == all_rows(sandbox / "alone")


@pytest.mark.long
@pytest.mark.measured
def test_a_scheduler_that_is_killed_is_an_error_and_the_next_run_goes_on(large: Path, sandbox: Path) -> None:
    with cluster(2) as (address, processes):
        running = audit_of(large, sandbox / "out", "--scheduler", address)
        wait_for_files(sandbox / "out", 2)
        killed(processes[0])
        code, said = finished(running)
    assert (code, "the connection to the Dask scheduler is lost" in said) == (2, True)
    assert not (sandbox / "out" / "repositories").exists()
    assert finished(audit_of(large, sandbox / "out"))[0] == 0
    assert finished(audit_of(large, sandbox / "alone"))[0] == 0
    assert all_rows(sandbox / "out") == all_rows(sandbox / "alone")


@pytest.mark.long
def test_a_driver_that_is_killed_leaves_nothing_running_and_the_next_one_goes_on(large: Path, sandbox: Path) -> None:
    running = audit_of(large, sandbox / "out", "--jobs", "2")
    wait_for_files(sandbox / "out", 3)
    os.kill(running.pid, signal.SIGKILL)
    finished(running)
    deadline = time.monotonic() + 10
    while measuring(large):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "24 measured" in finished(audit_of(large, sandbox / "out"))[1]
    assert finished(audit_of(large, sandbox / "alone"))[0] == 0
    assert all_rows(sandbox / "out") == all_rows(sandbox / "alone")


def measuring(fleet: Path) -> list[str]:
    """The processes that stand in a repository of the fleet."""
    places = (path / "cwd" for path in Path("/proc").iterdir() if path.name.isdecimal())
    found = []
    for place in places:
        with suppress(OSError):
            found.append(str(place.readlink()))
    return [place for place in found if place.startswith(str(fleet))]


def test_a_worker_with_another_gitpact_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as there:
        with engines.cluster(there.scheduler_address) as client:
            assert engines.workers(client) == 1
        monkeypatch.setattr(engines, "version", lambda: "0.0.1")
        with pytest.raises(GitpactError, match=r"need gitpact .*, but they have: 0.0.1"):
            engines.cluster(there.scheduler_address)


def test_a_cluster_in_this_process(fleet: Path, run: Call, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as there:
        monkeypatch.setenv(audit.SCHEDULER, there.scheduler_address)
        assert run(fleet, "-o", "out")[0] == 0
        monkeypatch.setattr(worker, "work", lambda _: 1 / 0)
        code, said, _ = run(fleet, "-o", "broken")
        assert (code, "ZeroDivisionError: division by zero" in said) == (2, True)
    monkeypatch.delenv(audit.SCHEDULER)
    assert len(rows(sandbox / "out", "repositories")) == 3


def test_all_cores_where_the_system_does_not_say_which(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engines.cores() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert engines.cores() >= 1
