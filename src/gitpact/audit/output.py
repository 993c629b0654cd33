"""Where the tables of a day lie, in a folder or an object store, and how they get there whole.

A run writes below `_staging/DATE`, and moves the files to `TABLE/date=DATE` once all are there. So a reader never sees
a part of a day, and a run that was killed goes on with what it has.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyarrow import fs

from gitpact.audit import schema, tables
from gitpact.errors import GitpactError
from gitpact.git import directory_lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

STAGING, PLAN = "_staging", "plan.json"
DATE = "date="
# The main table comes last: a file of it says that the files of the other tables are there.
IN_ORDER = (*(table for table in schema.TABLES if table != schema.MAIN), schema.MAIN)


class Output(NamedTuple):
    """The output of one day: where it is (a folder or a URL), the date as 2026-01-31, and the name of the run.

    Each file of a run begins with its name.
    """

    url: str
    date: str
    run: str = ""


class Place(NamedTuple):
    """A file system of pyarrow, and the path of the output in it."""

    files: fs.FileSystem
    base: str


def place(url: str) -> Place:
    """Open an output. Raises GitpactError for a URL that pyarrow cannot open."""
    try:
        if "://" in url:
            return Place(*fs.FileSystem.from_uri(url if url.partition("://")[2] else ""))
        return Place(fs.LocalFileSystem(), os.path.abspath(url))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise GitpactError(
            "--output {url}: {error}",
            "name a folder, or a URL such as s3://BUCKET/FOLDER or gs://BUCKET/FOLDER",
            url=url,
            error=error,
        ) from error


def staged(output: Output, table: str, part: str) -> str:
    """The path, in the file system of the output, of a file of the run that is not published yet."""
    return f"{_staging(output)}/{table}/{output.run}-{part}.parquet"


def published(output: Output, table: str, date: str = "") -> str:
    """The path of the folder with a table of a day, by default that of the output."""
    return f"{place(output.url).base}/{table}/{DATE}{date or output.date}"


def dates(url: str) -> list[str]:
    """The days with published tables, the oldest first; one that is `unpublished` may have a part of them only."""
    where = place(url)
    folders = _listed(where, f"{where.base}/{schema.MAIN}")
    return sorted(name.removeprefix(DATE) for name in folders if name.startswith(DATE))


def read_plan(output: Output) -> dict[str, Any] | None:
    """The plan of the last run of the day that has not ended; None where there is none."""
    where = place(output.url)
    path = f"{_staging(output)}/{PLAN}"
    if where.files.get_file_info(path).type == fs.FileType.NotFound:
        return None
    with where.files.open_input_stream(path) as stream:
        found: dict[str, Any] = json.loads(stream.readall())
    return found


@contextmanager
def only_writer(url: str) -> Iterator[None]:
    """Context manager: keep other audits from writing to a folder; an object store has no locks.

    Raises GitpactError where another one is writing, or where the folder cannot be made.
    """
    where = place(url)
    if not isinstance(where.files, fs.LocalFileSystem):
        yield
        return
    try:
        os.makedirs(where.base, exist_ok=True)
        lock = directory_lock.hold(Path(where.base), 0.0)
    except OSError as error:
        raise _unwritable(url, error) from error
    with lock:
        yield


def write_plan(output: Output, plan: dict[str, Any], finished: Collection[str]) -> None:
    """Begin a run, or go on with one of which the parts `finished` hold: all else that is staged is deleted.

    Raises GitpactError where it cannot write.
    """
    where = place(output.url)
    path = f"{_staging(output)}/{PLAN}"
    whole = {f"{output.run}-{part}.parquet" for part in finished}
    try:
        for table in reversed(IN_ORDER):  # the main table first: without it the others do not count
            folder = f"{_staging(output)}/{table}"
            for name in _listed(where, folder):
                if name not in whole:
                    where.files.delete_file(f"{folder}/{name}")
        where.files.create_dir(_staging(output))
        with where.files.open_output_stream(path + tables.HALF_WRITTEN) as stream:
            stream.write(json.dumps(plan).encode())
        where.files.move(path + tables.HALF_WRITTEN, path)
    except (pa.ArrowException, OSError) as error:
        raise _unwritable(output.url, error) from error


def unpublished(url: str) -> list[str]:
    """The days of which a run has not ended."""
    where = place(url)
    return [*_listed(where, f"{where.base}/{STAGING}")]


def _unwritable(url: str, error: Exception) -> GitpactError:
    return GitpactError(
        "--output {url}: cannot be written: {error}",
        "give a folder or URL that you may write to",
        url=url,
        error=error,
    )


def done(output: Output) -> set[str]:
    """The parts of the run whose files are all there."""
    where = place(output.url)
    folders = (f"{_staging(output)}/{schema.MAIN}", published(output, schema.MAIN))
    names = (name for folder in folders for name in _listed(where, folder))
    begin, end = f"{output.run}-", ".parquet"
    return {
        name.removeprefix(begin).removesuffix(end) for name in names if name.startswith(begin) and name.endswith(end)
    }


def publish(output: Output) -> None:
    """Move the files of the run to where readers look, and delete those of an earlier run of the same day.

    May be called again where it was interrupted.
    """
    where = place(output.url)
    for table in IN_ORDER:
        target = published(output, table)
        where.files.create_dir(target)
        for name in _listed(where, f"{_staging(output)}/{table}"):
            if name.endswith(".parquet"):
                where.files.move(f"{_staging(output)}/{table}/{name}", f"{target}/{name}")
    delete_others(output)
    where.files.delete_dir(_staging(output))


def delete_others(output: Output) -> None:
    """Delete what earlier runs have published of the day."""
    where = place(output.url)
    for table in IN_ORDER:
        target = published(output, table)
        for name in _listed(where, target):
            if not name.startswith(f"{output.run}-"):
                where.files.delete_file(f"{target}/{name}")


def _staging(output: Output) -> str:
    return f"{place(output.url).base}/{STAGING}/{output.date}"


def _listed(where: Place, folder: str) -> Iterable[str]:
    """The names in a folder, sorted; none where it is not there."""
    return sorted(info.base_name for info in where.files.get_file_info(fs.FileSelector(folder, allow_not_found=True)))
