"""The tables of an audit: their columns, what each means, and the version of the whole."""

from __future__ import annotations

from typing import Any, NamedTuple

VERSION = 1  # raised when a column changes its meaning or goes away; a new column does not raise it
Row = tuple[Any, ...]
Rows = dict[str, list[Row]]  # by table


class Column(NamedTuple):
    """A column: its name, its kind (a key of KINDS), and what its values are."""

    name: str
    kind: str
    meaning: str


# By kind, the name of the type in Parquet, as documentation calls it.
KINDS = {
    "text": "string",
    "number": "int64",
    "flag": "bool",
    "seconds": "double",
    "time": "timestamp, UTC",
    "month": "date, its first day",
    "texts": "list of strings",
}
REPOSITORY = Column("repository", "text", "path of the repository below its root")
JUDGED_BY = Column("judged_by", "text", "'own': the policy of the repository; 'file': the policy of `--policy`")
PERIOD = (
    Column("commits", "number", "commits that the policy checks in full"),
    Column("conforming", "number", "checked commits without an error"),
    Column("signed", "number", "checked commits that their author has signed off"),
)
REPOSITORIES = (
    REPOSITORY,
    JUDGED_BY,
    Column("status", "text", "'ok'; 'empty': no commit; 'failed': see `error`"),
    Column("error", "text", "why the repository could not be measured; '' if it was"),
    Column("ref", "text", "the default branch, or 'HEAD'"),
    Column("oid", "text", "commit that the default branch points to"),
    Column("object_format", "text", "'sha1' or 'sha256'"),
    Column("shallow", "flag", "whether the history is cut off"),
    Column("commits", "number", "all commits of the branch, or of all branches with `--all`"),
    Column("checked", "number", "commits that the policy checks in full"),
    *PERIOD[1:],
    Column("merges", "number", "merge commits"),
    Column("errors", "number", "findings that are errors"),
    Column("warnings", "number", "findings that are warnings"),
    Column(
        "refused", "number", "commits with an error since `--since`; null without `--since`, or if there is no such tag"
    ),
    Column("authors", "number", "authors of the checked commits"),
    Column("unsigned_authors", "number", "authors who did not sign off one of their commits"),
    Column("first_commit", "time", "the earliest time of a commit"),
    Column("last_commit", "time", "the latest time of a commit"),
    Column("objects", "number", "objects that are reachable from the measured commits"),
    Column("raw_bytes", "number", "size of the contents of these objects, in bytes"),
    Column("disk_bytes", "number", "bytes that these objects take on the disk"),
    Column("policy", "text", "where the policy comes from"),
    Column("preset", "text", "the preset of the policy"),
    Column("hooks", "texts", "hooks of gitpact in this repository"),
    Column("gate", "flag", "whether gitpact checks pushes to this repository"),
    Column("fingerprint", "text", "a digest of everything that the rows of the repository depend on"),
    Column("took", "seconds", "seconds that the measurement took"),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "repositories": REPOSITORIES,
    "months": (REPOSITORY, JUDGED_BY, Column("month", "month", "month of the commit date, in UTC"), *PERIOD),
    "types": (
        REPOSITORY,
        JUDGED_BY,
        Column("month", "month", "month of the commit date, in UTC"),
        Column("type", "text", "type in the header"),
        Column("commits", "number", "commits with this type"),
    ),
    "findings": (
        REPOSITORY,
        JUDGED_BY,
        Column("rule", "text", "id of the rule"),
        Column("errors", "number", "findings that are errors"),
        Column("warnings", "number", "findings that are warnings"),
    ),
    "persons": (
        REPOSITORY,
        JUDGED_BY,
        Column("person", "text", "author as 'Name <email>'"),
        Column("commits", "number", "checked commits of this author"),
        Column("failing", "number", "checked commits of this author with an error"),
        Column("unsigned", "number", "checked commits of this author without a sign-off by the author"),
    ),
    "blobs": (
        REPOSITORY,
        Column("oid", "text", "id of the blob"),
        Column("size", "number", "size in bytes"),
        Column("path", "text", "the first path of the blob"),
        Column("commit", "text", "the commit that added the blob first"),
        Column("at_head", "flag", "whether the last commit of the default branch still has the blob"),
    ),
}
MAIN = "repositories"  # has a row for every repository, failed ones too


def at(row: Row, name: str) -> Any:  # noqa: ANN401  of any kind
    """The value of a column of the main table in a row of it."""
    return row[PLACES[name]]


PLACES = {column.name: place for place, column in enumerate(REPOSITORIES)}


def with_value(row: Row, name: str, value: object) -> Row:
    """A row of the main table with another value in a column."""
    place = PLACES[name]
    return (*row[:place], value, *row[place + 1 :])
