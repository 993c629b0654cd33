"""The tables as docs/audit.md describes them, and its queries."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from gitpact.audit import engines, run
from gitpact.audit.measure import Wanted
from gitpact.audit.measurer import Limits
from tests.support.fleets import mirror
from tests.support.repos import isolate, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
QUERIES = dict(re.findall(r"^(\S[^\n]*)\n\n```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


def test_the_page_describes_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    assert import_module("make_audit_columns").page() == PAGE, "python tools/make_audit_columns.py"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two days of a small fleet, in the folder `audit` below what is given."""
    folder = tmp_path_factory.mktemp("audited")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, folder)
        mirror(folder / "fleet" / "a.git", 5, 2)
        write(mirror(folder / "fleet" / "broken.git").path / "refs" / "heads" / "main", "nonsense\n")
        gone = mirror(folder / "fleet" / "b.git", 4, 3)
        small = mirror(folder / "fleet" / "c.git", 1)
        empty = small.git("hash-object", "-t", "tree", "/dev/null")
        removal = small.git("commit-tree", "-p", "main", "-m", "feat: remove", empty)
        small.git("update-ref", "refs/heads/main", removal)
        wanted = Wanted(since="2026-01-01")
        for day in ("2026-02-01", "2026-02-02"):
            made = run.plan([str(folder / "fleet")], str(folder / "audit"), day, wanted, workers=1)
            assert [*run.carry_out(made, lambda tasks: engines.local(tasks, 1), wanted, Limits(), None)]
            mirror(folder / "other" / day, 6, 2).git("push", "-q", "--force", gone.path, "main")
        yield folder


def test_there_are_ten_questions() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_question_has_an_answer(audited: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.chdir(audited)
    assert duckdb.execute(query).fetchall()


def test_answers_by_hand(audited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mirrors have 2 commits with errors on the second day, the third has one without a sign-off."""
    monkeypatch.chdir(audited)
    answers = {question: duckdb.execute(query).fetchall() for question, query in QUERIES.items()}
    least = answers["Which repositories follow the policy least?"]
    assert least == [("c.git", 2, 50.0), ("a.git", 5, 60.0), ("b.git", 6, 66.7)]
    assert answers["Which rules find the most errors, and in how many repositories?"] == [
        ("sign-off-required", 5, 3),
        ("header-format", 4, 2),
    ]
    assert answers["Which people need help with the sign-off?"] == [("Ann Lee <ann@example.org>", 5, 3)]
    (failed,) = answers["Which repositories could not be measured, and why?"]
    assert failed[:2] == ("broken.git", "git cannot read the refs")
    (changed,) = answers["What has changed from one measured day to the next?"]
    assert (changed[0], *changed[2:]) == ("b.git", 2, -2)
