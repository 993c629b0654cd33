"""A whole audit: whatever happens meanwhile, each repository has its rows once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import fs

from gitpact.audit import batches, discover, engines, output, run, schema, tables, worker
from gitpact.audit.batches import Repository
from gitpact.audit.discover import Found
from gitpact.audit.engines import Lost
from gitpact.audit.measure import Wanted
from gitpact.audit.measurer import Limits
from gitpact.errors import GitpactError
from tests.support.fleets import all_rows, mirror, rows
from tests.support.repos import commit, gitpact, init, write
from tests.support.repos import run as shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gitpact.audit.run import Plan
    from gitpact.audit.worker import Done, Task

FIRST, SECOND = "2026-01-01", "2026-01-02"


class Killed(BaseException):
    """What stands for a driver that is killed."""


class Moving:
    """A file system with another `move`."""

    def __init__(self, files: Any, move: Callable[..., None]) -> None:  # noqa: ANN401  pyarrow has no types
        self.files, self.own = files, move

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  as above
        return getattr(self.files, name)

    def move(self, old: str, new: str) -> None:
        """Move a file."""
        self.own(self.files, old, new)


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """The measuring process of a thread lives as long as the worker, here the test run."""
    yield
    worker.close()


@pytest.fixture
def fleet(sandbox: Path) -> Path:
    """Six repositories below a folder: three ordinary mirrors, an empty one, one that is broken, and one in sha256."""
    for number in range(3):
        mirror(sandbox / "fleet" / f"m{number}.git", 3 + number, number)
    mirror(sandbox / "fleet" / "empty.git", 0)
    mirror(sandbox / "fleet" / "sha256.git", 2, 0, "--object-format=sha256")
    write(mirror(sandbox / "fleet" / "broken.git").path / "refs" / "heads" / "main", "nonsense\n")
    return sandbox / "fleet"


def planned(fleet: Path, to: Path, date: str, wanted: Wanted = Wanted()) -> Plan:  # noqa: B008  a tuple
    return run.plan([str(fleet)], str(to), date, wanted, workers=2)


def carried_out(made: Plan, jobs: int = 2, wanted: Wanted = Wanted()) -> list[Done]:  # noqa: B008  a tuple
    return [*run.carry_out(made, lambda tasks: engines.local(tasks, jobs), wanted, Limits(), None)]


def in_three_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two repositories be a batch."""
    monkeypatch.setattr(batches, "MOST", 2)
    monkeypatch.setattr(batches, "A_WORKER", 1)


def unpublished(made: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what a plan says, without publishing."""
    with monkeypatch.context() as patch:
        patch.setattr(output, "publish", lambda _: None)
        carried_out(made)


def audited(fleet: Path, to: Path, date: str = FIRST, jobs: int = 2) -> Plan:
    made = planned(fleet, to, date)
    carried_out(made, jobs)
    return made


def test_each_repository_has_its_rows_once_however_many_work(fleet: Path, sandbox: Path) -> None:
    for jobs in (1, 2):
        audited(fleet, sandbox / str(jobs), jobs=jobs)
    assert all_rows(sandbox / "1") == all_rows(sandbox / "2")
    statuses = dict(rows(sandbox / "1", "repositories", "repository, status"))
    assert statuses == {
        **dict.fromkeys(("m0.git", "m1.git", "m2.git", "sha256.git"), "ok"),
        "empty.git": "empty",
        "broken.git": "failed",
    }
    assert run.failures(planned(fleet, sandbox / "1", FIRST)) == [("broken.git", "git cannot read the refs")]


def test_the_tables_have_the_columns_that_the_schema_says(fleet: Path, sandbox: Path) -> None:
    audited(fleet, sandbox / "out")
    for table, columns in schema.TABLES.items():
        (path, *_) = (sandbox / "out" / table).rglob("*.parquet")
        found = pa.parquet.read_schema(path)
        assert found.names == [column.name for column in columns]
        assert found.metadata[b"gitpact.schema"] == b"1"
        assert all(found.field(column.name).metadata[b"description"].decode() == column.meaning for column in columns)


def test_the_next_night_only_what_has_changed_is_measured(fleet: Path, sandbox: Path) -> None:
    audited(fleet, sandbox / "out")
    mirror(sandbox / "other", 7).git("push", "-q", "--force", fleet / "m1.git", "main")
    mirror(fleet / "new.git", 1)
    shutil.rmtree(fleet / "m2.git")
    made = audited(fleet, sandbox / "out", SECOND)
    measured = {one.found.name for batch in made.batches for one in batch.repositories}
    assert measured == {"m1.git", "new.git", "broken.git"}, "what failed is tried again"
    assert made.carried == ("empty.git", "m0.git", "sha256.git")
    audited(fleet, sandbox / "anew", SECOND)
    for table in schema.TABLES:
        assert rows(sandbox / "out", table, date=SECOND) == rows(sandbox / "anew", table), table


@pytest.mark.parametrize(
    "wanted",
    [Wanted(since="2026-01-02"), Wanted(top=1), Wanted(anonymous=True), Wanted(every_branch=True)],
    ids=["since", "top", "anonymous", "all"],
)
def test_another_wish_is_measured_anew(fleet: Path, sandbox: Path, wanted: Wanted) -> None:
    audited(fleet, sandbox / "out")
    assert planned(fleet, sandbox / "out", SECOND, wanted).carried == ()


def test_another_text_of_the_policy_file_is_measured_anew(fleet: Path, sandbox: Path) -> None:
    policy = write(sandbox / "p.toml", '[dco]\nsign-off = "optional"\n')
    wanted = Wanted(("file",), str(policy))
    carried_out(planned(fleet, sandbox / "out", FIRST, wanted), wanted=wanted)
    assert len(planned(fleet, sandbox / "out", SECOND, wanted).carried) == 5
    write(policy, '[dco]\nsign-off = "required"\n')
    assert planned(fleet, sandbox / "out", SECOND, wanted).carried == ()


def test_another_text_of_the_floor_is_measured_anew(fleet: Path, sandbox: Path) -> None:
    floor = write(sandbox / "floor.toml", "")
    wanted = Wanted(floor=str(floor))
    carried_out(planned(fleet, sandbox / "out", FIRST, wanted), wanted=wanted)
    assert len(planned(fleet, sandbox / "out", SECOND, wanted).carried) == 5
    write(floor, '[dco]\nsign-off = "required"\n')
    assert planned(fleet, sandbox / "out", SECOND, wanted).carried == ()


def test_other_hooks_for_all_repositories_are_measured_anew(fleet: Path, sandbox: Path) -> None:
    subprocess.run(["git", "config", "--global", "core.hooksPath", sandbox / "hk"], check=True)
    audited(fleet, sandbox / "out")
    assert len(planned(fleet, sandbox / "out", SECOND).carried) == 5
    write(sandbox / "hk" / "pre-receive", "#!/bin/sh\n", 0o755)
    assert planned(fleet, sandbox / "out", SECOND).carried == ()


def test_what_rows_depend_on_is_the_same_in_each_process(sandbox: Path) -> None:
    floor = write(
        sandbox / "floor.toml", "[message]\nsubject-max = 90\nbody = 'required'\n[dco]\nidentity = 'author'\n"
    )
    asked = f"from gitpact.audit import run, measure; print(run.depends_on(measure.Wanted(floor={str(floor)!r})))"
    seeds = [{**os.environ, "PYTHONHASHSEED": str(seed)} for seed in (1, 2, 3)]
    found = {
        subprocess.run([sys.executable, "-c", asked], env=env, capture_output=True, check=True).stdout for env in seeds
    }
    assert len(found) == 1


def test_the_same_day_again_replaces_its_rows(fleet: Path, sandbox: Path) -> None:
    audited(fleet, sandbox / "out")
    before = all_rows(sandbox / "out")
    audited(fleet, sandbox / "out")
    assert all_rows(sandbox / "out") == before
    mirror(sandbox / "other", 9).git("push", "-q", "--force", fleet / "m0.git", "main")
    audited(fleet, sandbox / "out")
    assert ("m0.git", 9) in rows(sandbox / "out", "repositories", "repository, commits")
    assert len(rows(sandbox / "out", "repositories")) == 6


@pytest.mark.parametrize("finished", [0, 1, 2])
def test_a_run_that_was_killed_goes_on(
    fleet: Path, sandbox: Path, finished: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_three_batches(monkeypatch)
    whole = audited(fleet, sandbox / "whole")
    assert len(whole.batches) == 3
    steps = run.carry_out(
        planned(fleet, sandbox / "out", FIRST), lambda tasks: engines.local(tasks, 1), Wanted(), Limits(), None
    )
    for _ in range(finished):
        next(steps)
    steps.close()
    orphan = sandbox / "out" / "_staging" / FIRST / "months" / "half.parquet.part"
    if finished:
        write(orphan, "half a file")
        assert not (sandbox / "out" / "months").exists(), "no reader sees a part of a day"
    again = planned(fleet, sandbox / "out", FIRST)
    assert sum(len(batch.repositories) for batch in again.todo) <= 6 - 2 * finished
    carried_out(again)
    assert all_rows(sandbox / "out") == all_rows(sandbox / "whole")
    assert not (sandbox / "out" / "_staging" / FIRST).exists()


def test_other_roots_begin_a_run_of_their_own(fleet: Path, sandbox: Path) -> None:
    steps = run.carry_out(
        planned(fleet, sandbox / "out", FIRST), lambda tasks: engines.local(tasks, 1), Wanted(), Limits(), None
    )
    next(steps)
    steps.close()
    mirror(sandbox / "elsewhere" / "x.git")
    audited(sandbox / "elsewhere", sandbox / "out")
    assert rows(sandbox / "out", "repositories", "repository") == [("x.git",)]


@pytest.mark.parametrize("moves", [1, 2, 6, 7, 11])
def test_publishing_that_was_interrupted_goes_on(
    fleet: Path, sandbox: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(fleet, sandbox / "out")
    expected = all_rows(sandbox / "out")
    left = [moves]
    place = output.place

    def move(files: Any, old: str, new: str) -> None:  # noqa: ANN401  pyarrow has no types
        """Move so many files from the staging area; then the process is gone."""
        if "_staging" not in new:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
        files.move(old, new)

    def watched(url: str) -> output.Place:
        return place(url)._replace(files=Moving(place(url).files, move))

    made = planned(fleet, sandbox / "out", FIRST)
    unpublished(made, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(output, "place", watched)
        with pytest.raises(Killed):
            output.publish(made.output)
    carried_out(planned(fleet, sandbox / "out", FIRST))
    assert all_rows(sandbox / "out") == expected


def test_a_batch_that_no_worker_finishes_is_rows_with_the_reason(fleet: Path, sandbox: Path) -> None:
    def engine(tasks: Sequence[Task]) -> Iterator[Done | Lost]:
        for task in tasks:
            yield Lost(task, "the worker died")

    made = planned(fleet, sandbox / "out", FIRST)
    assert sum(done.repositories for done in run.carry_out(made, engine, Wanted(), Limits(), None)) == 6
    assert {reason for _, reason in run.failures(made)} == {"the worker died"}
    assert len(run.failures(made)) == 6


def test_a_worker_that_fails_loses_its_batch_alone(fleet: Path, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_three_batches(monkeypatch)
    work = worker.work

    def fails_once(task: Task) -> Done:
        if task.batch.part == "00002":
            raise OSError(28, "No space left on device")
        return work(task)

    monkeypatch.setattr(worker, "work", fails_once)
    made = audited(fleet, sandbox / "out")
    reasons = [reason for _, reason in run.failures(made) if "refs" not in reason]
    assert reasons == ["OSError: [Errno 28] No space left on device"] * 2
    assert len(rows(sandbox / "out", "repositories")) == 6


def test_what_cannot_be_read_is_measured_each_time(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise PermissionError

    mirror(sandbox / "fleet" / "a.git")
    monkeypatch.setattr(discover, "fingerprint", fails)
    audited(sandbox / "fleet", sandbox / "out")
    assert planned(sandbox / "fleet", sandbox / "out", SECOND).carried == ()


def test_mistakes(sandbox: Path) -> None:
    (sandbox / "nothing").mkdir()
    with pytest.raises(GitpactError, match="there is no repository in"):
        planned(sandbox / "nothing", sandbox / "out", FIRST)
    mirror(sandbox / "fleet" / "a.git")
    with pytest.raises(GitpactError, match="--output nonsense://x: "):
        run.plan([str(sandbox / "fleet")], "nonsense://x", FIRST, Wanted(), workers=1)
    write(sandbox / "file", "")
    with pytest.raises(GitpactError, match="cannot be written"):
        audited(sandbox / "fleet", sandbox / "file")
    with pytest.raises(GitpactError, match="cannot be written"), output.only_writer(str(sandbox / "file")):
        pass


def test_two_at_once_do_not_disturb_each_other(fleet: Path, sandbox: Path) -> None:
    (sandbox / "out").mkdir()
    with output.only_writer(str(sandbox / "out")):
        said = gitpact("audit", fleet, "--output", sandbox / "out", cwd=sandbox).stderr
    assert "locked by another process" in said
    assert [*(sandbox / "out").iterdir()] == []


def test_a_day_that_was_published_in_part_is_published_before_the_next_one(
    fleet: Path, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same day twice, and the second run is killed when all is moved and nothing of the first one is deleted."""
    audited(fleet, sandbox / "out")
    made = planned(fleet, sandbox / "out", FIRST)
    unpublished(made, monkeypatch)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(output, "delete_others", killed)
        with pytest.raises(Killed):
            output.publish(made.output)
    assert len(rows(sandbox / "out", "blobs")) > len(all_rows(sandbox / "out")["repositories"])
    assert planned(fleet, sandbox / "out", SECOND).before == "", "a dry run does not use it"
    half = write(sandbox / "out" / "_staging" / FIRST / "months" / f"{made.output.run}-1.parquet.part", "half a file")
    run.finish_publishing(str(sandbox / "out"))
    assert not half.exists()
    audited(fleet, sandbox / "out", SECOND)
    for day in (FIRST, SECOND):
        assert len(rows(sandbox / "out", "repositories", date=day)) == 6


def test_a_day_whose_second_run_was_killed_before_its_plan_was_written_stays_as_it_is(
    fleet: Path, sandbox: Path
) -> None:
    audited(fleet, sandbox / "out")
    before = all_rows(sandbox / "out")
    write(sandbox / "out" / "_staging" / FIRST / "plan.json.part", "half a plan")
    run.finish_publishing(str(sandbox / "out"))
    assert all_rows(sandbox / "out") == before
    assert planned(fleet, sandbox / "out", SECOND).before == FIRST


def test_what_changed_while_a_run_was_interrupted_is_measured(
    fleet: Path, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_three_batches(monkeypatch)
    audited(fleet, sandbox / "out")
    mirror(fleet / "later.git", 2)
    made = planned(fleet, sandbox / "out", SECOND)
    unpublished(made, monkeypatch)
    mirror(sandbox / "other", 9).git("push", "-q", "--force", fleet / "m1.git", "main")
    mirror(sandbox / "another", 8).git("push", "-q", "--force", fleet / "later.git", "main")
    shutil.rmtree(fleet / "m2.git")
    mirror(fleet / "new.git", 1)
    audited(fleet, sandbox / "out", SECOND)
    audited(fleet, sandbox / "anew", SECOND)
    for table in schema.TABLES:
        assert rows(sandbox / "out", table, date=SECOND) == rows(sandbox / "anew", table), table


def test_a_number_that_no_column_holds_fails_its_repository_alone(sandbox: Path) -> None:
    evil = mirror(sandbox / "fleet" / "evil.git", 1)
    size = b"blob 18446744073709551615\0"
    oid = hashlib.sha1(size, usedforsecurity=False).hexdigest()
    folder = evil.path / "objects" / oid[:2]
    folder.mkdir(exist_ok=True)
    (folder / oid[2:]).write_bytes(zlib.compress(size))
    listed = write(sandbox / "tree", f"100644 blob {oid}\tx\n")
    tree = sh(f"git mktree --missing < '{listed}'", cwd=evil.path)
    evil.git("update-ref", "refs/heads/main", evil.git("commit-tree", "-m", "feat: x", tree))
    mirror(sandbox / "fleet" / "good.git")
    made = audited(sandbox / "fleet", sandbox / "out")
    assert [name for name, _ in run.failures(made)] == ["evil.git"]


def sh(command: str, cwd: Path) -> str:
    return shell("sh", "-c", command, cwd=cwd).stdout.strip()


def test_an_object_store_is_an_output_without_locks(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in memory, as pyarrow has none that needs no network."""
    store = output.Place(fs._MockFileSystem(), "bucket/out")  # noqa: SLF001  pyarrow's own for its tests
    monkeypatch.setattr(output, "place", lambda _: store)
    made = planned(fleet, fleet, FIRST)
    with output.only_writer("s3://bucket/out"):
        carried_out(made)
    assert len(run.failures(made)) == 1
    assert len(planned(fleet, fleet, SECOND).carried) == 5


def test_a_run_that_was_interrupted_keeps_what_it_has_carried_over(
    fleet: Path, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(fleet, sandbox / "out")
    unpublished(planned(fleet, sandbox / "out", SECOND), monkeypatch)
    again = planned(fleet, sandbox / "out", SECOND)
    assert run.CARRIED in again.finished
    assert again.todo == []


def test_a_url_is_an_output_too(fleet: Path, sandbox: Path) -> None:
    run_of = run.plan([str(fleet)], f"file://{sandbox}/out", FIRST, Wanted(), workers=2)
    carried_out(run_of)
    audited(fleet, sandbox / "same")
    assert all_rows(sandbox / "out") == all_rows(sandbox / "same")


def test_names_that_are_no_text(sandbox: Path) -> None:
    here = init(sandbox / "fleet" / "a")
    write(here.path / "caf\udce9", "x")
    here.git("add", "-A")
    commit(here, "feat: x")
    audited(sandbox / "fleet", sandbox / "out")
    assert rows(sandbox / "out", "blobs", "path") == [("caf�",)]


def repository(name: str, size: int) -> Repository:
    return Repository(Found(name, "", size), "")


def test_batches_are_of_about_the_same_size_the_largest_first() -> None:
    sizes = [5_000_000_000, 900_000_000, *([30_000_000] * 50), *([10_000] * 1000)]
    made = batches.divided([repository(str(number), size) for number, size in enumerate(sizes)], 4)
    assert sum(len(batch.repositories) for batch in made) == len(sizes)
    assert [[one.found.size for one in batch.repositories] for batch in made[:2]] == [[5_000_000_000], [900_000_000]]
    assert max(len(batch.repositories) for batch in made) == batches.MOST
    assert len({batch.part for batch in made}) == len(made)
    assert batches.divided([], 4) == []


def test_tables_of_nothing(sandbox: Path) -> None:
    path = f"{sandbox}/t/x.parquet"
    tables.write("months", [], fs.LocalFileSystem(), path)
    assert tables.read("months", {"a"}, fs.LocalFileSystem(), f"{sandbox}/t").num_rows == 0


def test_a_worker_that_gets_other_wishes_measures_by_them(fleet: Path, sandbox: Path) -> None:
    for number, wanted in enumerate((Wanted(top=1), Wanted(top=2))):
        made = planned(fleet, sandbox / str(number), FIRST, wanted)
        tasks = [worker.Task(batch, made.output, wanted, Limits()) for batch in made.batches]
        assert sum(worker.work(task).repositories for task in tasks) == 6
        output.publish(made.output)
    worker.close()
    assert len(rows(sandbox / "0", "blobs")) == 4
    assert len(rows(sandbox / "1", "blobs")) == 8
