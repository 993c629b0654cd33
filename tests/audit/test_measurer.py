"""The process that measures: what takes too long, needs too much or breaks it is a row, and the next one is measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from gitpact.audit import measure, measurer, schema
from gitpact.audit.discover import Found
from gitpact.audit.measurer import Limits, Measurer
from tests.support.fleets import mirror
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitpact.audit.schema import Rows

WANTED = measure.Wanted()


def reason(rows: Rows) -> str:
    return str(schema.at(rows[schema.MAIN][0], "error"))


@pytest.fixture
def found(sandbox: Path) -> Found:
    return Found("a", str(mirror(sandbox / "a.git").path), 0)


@pytest.fixture
def working() -> Iterator[Measurer]:
    with Measurer(WANTED, Limits()) as made:
        yield made


@pytest.mark.measured
def test_one_process_measures_many(working: Measurer, found: Found, sandbox: Path) -> None:
    assert schema.at(working.rows(found)[schema.MAIN][0], "commits") == 3
    assert working.process
    process = working.process.pid
    broken = Found("b", str(write(sandbox / "b" / "HEAD", "x").parent), 0)
    assert "git" in reason(working.rows(broken))
    assert reason(working.rows(found)) == ""
    assert working.process.pid == process


def test_a_process_that_was_killed_is_started_again(working: Measurer, found: Found) -> None:
    working.rows(found)
    assert working.process
    os.kill(working.process.pid, signal.SIGKILL)
    working.process.wait()
    assert reason(working.rows(found)) == ""


def test_what_kills_it_each_time_is_given_up(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Measurer(WANTED, Limits()) as working:
        assert reason(working.rows(found)) == "the process that measures it was killed"


def test_what_takes_too_long_is_given_up_and_the_next_is_measured(found: Found, sandbox: Path) -> None:
    slow = Found("slow", str(mirror(sandbox / "slow.git").path), 0)
    (sandbox / "slow.git" / "config").unlink()
    os.mkfifo(sandbox / "slow.git" / "config")  # git waits for somebody to write into it
    with Measurer(WANTED, Limits(seconds=2)) as working:
        begun = time.monotonic()
        assert reason(working.rows(slow)) == "not measured in 2 seconds"
        assert time.monotonic() - begun < 4, "once, not twice"
        assert reason(working.rows(found)) == ""


def test_what_needs_too_much_memory_is_a_row(found: Found) -> None:
    with Measurer(WANTED, Limits(memory=12_000_000)) as working:
        assert reason(working.rows(found))


def test_a_process_that_does_not_end_by_itself_is_killed(
    working: Measurer, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurer, "END_SECONDS", 0.2)
    working.rows(found)
    assert working.process
    process = working.process
    os.kill(process.pid, signal.SIGSTOP)
    working.end()
    assert process.returncode == -signal.SIGKILL


def test_a_measurer_that_has_ended_measures_nothing(working: Measurer, found: Found) -> None:
    working.end()
    with pytest.raises(measurer.EndedError):
        working.rows(found)


def test_whoever_waits_for_rows_hears_of_the_end(working: Measurer, sandbox: Path) -> None:
    slow = Found("slow", str(mirror(sandbox / "slow.git").path), 0)
    (sandbox / "slow.git" / "config").unlink()
    os.mkfifo(sandbox / "slow.git" / "config")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(working.rows, slow)
        while not working.process:
            time.sleep(0.01)
        time.sleep(0.2)
        working.end()
        with pytest.raises(measurer.EndedError):
            waiting.result()


def test_the_end_of_what_is_about_to_start(working: Measurer, found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread ends it just before, and just after, its process starts."""
    start = subprocess.Popen

    def started(*args: Any, **options: Any) -> Any:  # noqa: ANN401  as Popen
        working.ended = True
        return start(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", started)
    with pytest.raises(measurer.EndedError):
        working.rows(found)
    with ThreadPoolExecutor(1) as pool:
        with working.in_use:
            ending = pool.submit(working.end)
            time.sleep(0.1)
        ending.result()


def test_a_measurer_that_did_nothing_ends_too() -> None:
    with Measurer(WANTED, Limits()):
        pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "needs more memory than the limit"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
    ids=["memory", "a defect of gitpact"],
)
def test_what_breaks_the_measurement_is_a_reason(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(measure, "rows", fail)
    assert measurer._measured("a", "/a", WANTED) == {"error": said}  # noqa: SLF001  in its process nothing can be replaced


def test_memory_is_limited_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    measurer._limit_memory(1)  # noqa: SLF001  as above


def test_it_ends_with_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter((5, 5, 1))
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    monkeypatch.setattr(os, "killpg", lambda *args: killed.append(args))
    monkeypatch.setattr(measurer, "WATCH_SECONDS", 0)
    measurer._end_with(5)  # noqa: SLF001  as above
    assert killed == [(0, signal.SIGKILL)]


def test_rows_are_text_that_json_knows(found: Found) -> None:
    with Measurer(WANTED, Limits()) as working:
        assert json.loads(json.dumps(working.rows(found)))
