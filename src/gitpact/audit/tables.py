"""The tables as Parquet: their types, how rows become a file, and how those of another day are carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from gitpact.audit import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pyarrow.fs import FileSystem

    from gitpact.audit.schema import Row

TYPES = {
    "text": pa.string(),
    "number": pa.int64(),
    "flag": pa.bool_(),
    "seconds": pa.float64(),
    "time": pa.timestamp("s", tz="UTC"),
    "month": pa.date32(),
    "texts": pa.list_(pa.string()),
}
COMPRESSION = "zstd"
SCHEMAS = {
    table: pa.schema(
        [pa.field(column.name, TYPES[column.kind], metadata={"description": column.meaning}) for column in columns],
        metadata={"gitpact.schema": str(schema.VERSION)},
    )
    for table, columns in schema.TABLES.items()
}
HALF_WRITTEN = ".part"  # ends the name of a file that nobody may read yet


def write(table: str, rows: Sequence[Row], files: FileSystem, path: str, more: pa.Table | None = None) -> None:
    """Write rows of a table to a file, and those of `more`; it is there whole or not at all, and replaces an older one.

    `more` comes from `read`. Raises OSError.
    """
    kinds = [column.kind for column in schema.TABLES[table]]
    columns = [*zip(*rows, strict=True)] if rows else [()] * len(kinds)
    arrays = [_array(kind, values) for kind, values in zip(kinds, columns, strict=True)]
    made = pa.Table.from_arrays(arrays, schema=SCHEMAS[table])
    _write(table, [made, *([more] if more is not None else [])], files, path)


def _write(table: str, parts: Iterable[pa.Table], files: FileSystem, path: str) -> None:
    files.create_dir(path.rpartition("/")[0])
    with pq.ParquetWriter(path + HALF_WRITTEN, SCHEMAS[table], filesystem=files, compression=COMPRESSION) as writer:
        for part in parts:
            writer.write_table(part)
    files.move(path + HALF_WRITTEN, path)


def _array(kind: str, values: Iterable[Any]) -> pa.Array:
    if kind == "text":
        return pa.array([_text(value) for value in values], TYPES[kind])
    if kind == "texts":
        return pa.array([[_text(one) for one in value] for value in values], TYPES[kind])
    return pa.array(values, TYPES[kind])


def _text(value: str | None) -> str | None:
    """A text as Parquet takes it: bytes of a path or a name that are not UTF-8 become U+FFFD."""
    return value and value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def fingerprints(files: FileSystem, folder: str) -> dict[str, str]:
    """The fingerprint of each repository that was measured without a failure, by its name."""
    kept = _dataset(schema.MAIN, files, folder).to_table(
        columns=["repository", "fingerprint"], filter=pc.field("status") != "failed"
    )
    return dict(zip(*(column.to_pylist() for column in kept.columns), strict=True))


def failures(files: FileSystem, folder: str) -> list[tuple[str, str]]:
    """The repositories that could not be measured, each with the reason, by their names."""
    failed = _dataset(schema.MAIN, files, folder).to_table(
        columns=["repository", "error"], filter=pc.field("status") == "failed"
    )
    return sorted(set(zip(*(column.to_pylist() for column in failed.columns), strict=True)))


def whole(table: str, files: FileSystem, folder: str) -> pa.Table:
    """All rows in the files of a folder."""
    return _dataset(table, files, folder).to_table()


def read(table: str, names: Collection[str], files: FileSystem, folder: str) -> pa.Table:
    """The rows of some repositories in the files of a folder."""
    return _chosen(table, names, files, folder).to_table()


def carry_over(table: str, names: Collection[str], files: FileSystem, folder: str, path: str) -> None:
    """Copy the rows of some repositories from the files of a folder to one file, as `write` does.

    Memory is needed for a part of the rows only.
    """
    batches = _chosen(table, names, files, folder).to_batches()
    _write(table, (pa.Table.from_batches([batch]) for batch in batches if batch.num_rows), files, path)


def _chosen(table: str, names: Collection[str], files: FileSystem, folder: str) -> ds.Scanner:
    return _dataset(table, files, folder).scanner(filter=pc.field("repository").isin([*names]))


def _dataset(table: str, files: FileSystem, folder: str) -> ds.Dataset:
    """The files of a folder as one table; columns that an older file lacks are null."""
    return ds.dataset(folder, SCHEMAS[table], format="parquet", filesystem=files)
