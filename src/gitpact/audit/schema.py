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
    "month": "date",
    "texts": "list of strings",
}
REPOSITORY = Column("repository", "text", "path of the repository below ROOT, or the line of the file ROOT")
JUDGED_BY = Column("judged_by", "text", "'own': the policy of the repository; 'file': the policy of `--policy`")
PERIOD = (
    Column("commits", "number", "checked commits, that is, commits that the policy checks in full"),
    Column("conforming", "number", "checked commits without an error"),
    Column("signed", "number", "checked commits with the sign-off that `dco.identity` asks for"),
)
REPOSITORIES = (
    REPOSITORY,
    JUDGED_BY,
    Column("status", "text", "'ok'; 'empty': no commit; 'failed': see `error`"),
    Column("error", "text", "reason of the failure; '' if the repository was measured"),
    Column("ref", "text", "default branch; 'HEAD' if HEAD is detached"),
    Column("oid", "text", "commit that the default branch points to"),
    Column("object_format", "text", "'sha1' or 'sha256'"),
    Column("shallow", "flag", "true if the repository is a shallow clone, so that old commits are missing"),
    Column("commits", "number", "all commits of the branch, or of all branches with `--all`"),
    Column("checked", "number", "commits that the policy checks in full; others are merges, reverts and the like"),
    *PERIOD[1:],
    Column("merges", "number", "merge commits"),
    Column("errors", "number", "number of errors that the rules found"),
    Column("warnings", "number", "number of warnings that the rules found"),
    Column(
        "refused",
        "number",
        "commits with an error since `--since`; null without `--since`, or if the repository does not have the tag",
    ),
    Column("authors", "number", "number of authors of the checked commits"),
    Column("unsigned_authors", "number", "number of authors with at least one checked commit without such a sign-off"),
    Column("first_commit", "time", "earliest committer date"),
    Column("last_commit", "time", "latest committer date"),
    Column("objects", "number", "number of objects that are reachable from the measured commits"),
    Column("raw_bytes", "number", "size of the contents of these objects, in bytes"),
    Column("disk_bytes", "number", "bytes that these objects take on the disk, compressed"),
    Column("policy", "text", "file that contains the policy, or 'built-in preset'"),
    Column("preset", "text", "preset of the policy, such as 'standard'"),
    Column("hooks", "texts", "names of gitpact's hooks that are installed in the repository"),
    Column("gate", "flag", "true if gitpact's hook pre-receive is installed, so that gitpact checks each push"),
    Column("fingerprint", "text", "digest of everything that the rows of the repository depend on"),
    Column("took", "seconds", "seconds that the measurement took; in a copied row, those of the earlier measurement"),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "repositories": REPOSITORIES,
    "months": (
        REPOSITORY,
        JUDGED_BY,
        Column("month", "month", "first day of the month of the committer date, in UTC"),
        *PERIOD,
    ),
    "types": (
        REPOSITORY,
        JUDGED_BY,
        Column("month", "month", "first day of the month of the committer date, in UTC"),
        Column("type", "text", "type at the start of the header, such as 'feat'"),
        Column("commits", "number", "checked commits with this type"),
    ),
    "findings": (
        REPOSITORY,
        JUDGED_BY,
        Column("rule", "text", "id of the rule"),
        Column("errors", "number", "number of errors that the rules found"),
        Column("warnings", "number", "number of warnings that the rules found"),
    ),
    "persons": (
        REPOSITORY,
        JUDGED_BY,
        Column("person", "text", "author as 'Name <email>'"),
        Column("commits", "number", "checked commits of this author"),
        Column("failing", "number", "checked commits of this author that have an error"),
        Column("unsigned", "number", "checked commits of this author without such a sign-off"),
    ),
    "blobs": (
        REPOSITORY,
        Column("oid", "text", "id of the blob"),
        Column("size", "number", "size in bytes"),
        Column("path", "text", "path where the blob was first found"),
        Column("commit", "text", "first commit that added the blob"),
        Column("at_head", "flag", "true if the last commit of the default branch still has the blob"),
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
