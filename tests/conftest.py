"""Every test sees a clean environment; `repo` is a fresh repository, and the test stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import coverage
import pytest

from tests.support import gits, repos

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def _shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(autouse=True)
def _clean_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _shared_folder: Path) -> None:
    """Cheap: most tests touch no file, so they share a home."""
    repos.isolate(monkeypatch, _shared_folder)
    if not request.node.get_closest_marker("measured"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a home and a global configuration of its own."""
    repos.isolate(monkeypatch, tmp_path)
    return tmp_path


@pytest.fixture
def repo(monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> repos.Repo:
    """A fresh repository on the branch main; the test stands in it."""
    made = repos.init(sandbox / "repo")
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def unmeasured() -> Iterator[None]:
    """Coverage does not look into the test itself: many generated cases of what other tests measure."""
    running = coverage.Coverage.current()
    if running:
        running.stop()
    yield
    if running:
        running.start()


@pytest.fixture(params=["the git on PATH", "a newer git"])
def each_git(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs by each git; the older one stays on PATH behind the newer, so that hooks are files."""
    if request.param == "a newer git":
        newer = gits.newer()
        if gits.version("git") == gits.version(newer):
            pytest.skip("the git on PATH is the newest here")
        gits.first(monkeypatch, newer)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was skipped, and why; a reason names what runs it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped})
    if reasons:
        terminalreporter.write_line(f"Skipped ({len(skipped)}): {'; '.join(reasons)}")
