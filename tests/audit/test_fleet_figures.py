"""The figures about a fleet are those of its repositories together, and a page shows them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact import audit
from gitpact.audit import engines, fleet_figures, run, worker
from gitpact.audit.measure import FILE, OWN, Wanted
from gitpact.audit.measurer import Limits
from gitpact.checks import history_figures
from gitpact.errors import GitpactError
from tests.support.commands import caller
from tests.support.fleets import mirror
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.commands import Call


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    yield
    worker.close()


@pytest.fixture
def report(capfd: pytest.CaptureFixture[str]) -> Call:
    return caller("report", capfd)


def audited(sandbox: Path, wanted: Wanted = Wanted()) -> Path:  # noqa: B008  a tuple
    """Three mirrors of 40, 5 and no commits, measured; the large one has two years."""
    for name, commits, bad in (("large.git", 40, 4), ("small.git", 5, 5), ("<b>empty.git", 0, 0)):
        mirror(sandbox / "fleet" / name, commits, bad)
    made = run.plan([str(sandbox / "fleet")], str(sandbox / "out"), "2026-03-01", wanted, workers=1)
    assert [*run.carry_out(made, lambda tasks: engines.local(tasks, 1), wanted, Limits(), None)]
    return sandbox / "out"


def test_the_figures_are_those_of_the_repositories_together(sandbox: Path) -> None:
    fleet = fleet_figures.read(str(audited(sandbox)), top=3)
    alone = [
        json.loads(gitpact("report", "--format", "json", "main", cwd=sandbox / "fleet" / name).stdout)
        for name in ("large.git", "small.git")
    ]
    figures = fleet.figures
    for name in ("commits", "checked", "conforming", "signed"):
        assert getattr(figures, name) == sum(one[name] for one in alone), name
    assert figures.rules == {"header-format": (9, 0), "sign-off-required": (9, 0)}
    assert [(one.name, one.commits, one.conforming) for one in figures.periods] == [
        ("2026-01", 36, 27),
        ("2026-02", 9, 9),
    ]
    assert figures.periods[1].types == {"feat": 9}
    assert figures.persons == (history_figures.Person("Ann Lee <ann@example.org>", 45, 9, 9),)
    assert figures.repositories == (
        history_figures.Repository("small.git", 5, 5, 5),
        history_figures.Repository("large.git", 40, 4, 4),
    )
    assert [blob.path for blob in figures.blobs or ()] == [
        "large.git/file-39",
        "large.git/file-38",
        "large.git/file-37",
    ]
    assert (fleet.date, fleet.policy) == ("2026-03-01", "built-in preset")


def test_one_policy_for_all_counts_where_both_were_applied(sandbox: Path) -> None:
    policy = write(sandbox / "p.toml", '[dco]\nsign-off = "optional"\n')
    fleet = fleet_figures.read(str(audited(sandbox, Wanted((OWN, FILE), str(policy)))), top=0)
    assert fleet.figures.rules == {"header-format": (9, 0)}
    assert fleet.policy == str(policy)


def test_the_page(sandbox: Path, report: Call) -> None:
    output = audited(sandbox)
    code, said, _ = report("--from", output, "-o", sandbox / "fleet.html")
    page = (sandbox / "fleet.html").read_text(encoding="utf-8")
    assert (code, said) == (0, f"written: {sandbox}/fleet.html\n")
    assert all(text in page for text in ("Repositories with the most failing commits", "small.git", "2026-03-01"))
    document = json.loads(report("--from", output, "--format", "json", "--no-files")[1])
    assert document["repositories"][0] == {"name": "small.git", "commits": 5, "failing": 5, "unsigned": 5}
    assert "| ` small.git ` | 5 | 5 | 5 |" in report("--from", output, "--format", "markdown")[1]


def test_mistakes(sandbox: Path, report: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitpactError, match="there are no tables"):
        fleet_figures.read(str(sandbox / "nothing"), top=0)
    assert "cannot be combined" in report("HEAD", "--from", "x", "--format", "json")[2]
    monkeypatch.delattr(audit, "fleet_figures")
    monkeypatch.setitem(sys.modules, "gitpact.audit.fleet_figures", None)
    assert (
        "--from needs Python packages, and at least one of them is not installed: pyarrow"
        in report("--from", "x", "--format", "json")[2]
    )
