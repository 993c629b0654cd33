"""The records that flow between the packages: every record is a tuple; a changed record is a `_replace`.

Records are `typing.NamedTuple` in all but the import: `typing` and `collections` take longer to load than a hook may.
"""

from __future__ import annotations

from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  an explicit re-export for mypy
else:

    class _Record(tuple):
        """What every record has, whatever its fields."""

        __slots__ = ()
        _fields, _defaults = (), {}

        def __new__(cls, *values, **named):
            fields, defaults = cls._fields, cls._defaults
            if named or len(values) != len(fields):
                try:
                    rest = [named.pop(field) if field in named else defaults[field] for field in fields[len(values) :]]
                except KeyError as missing:
                    raise TypeError(f"{cls.__name__} has no value for {missing}") from None
                if named or len(values) > len(fields):
                    raise TypeError(f"{cls.__name__} has the fields {', '.join(fields)}, each once")
                values += tuple(rest)
            return tuple.__new__(cls, values)

        _make = classmethod(tuple.__new__)

        def _replace(self, /, **changes):
            changed = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
            return changed

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({values})"

    class _RecordType(type):
        """Makes a class of tuples from the annotations of a class body."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.pop("__annotations__"))
            defaults = {field: body.pop(field) for field in fields if field in body}
            read = {field: property(itemgetter(at)) for at, field in enumerate(fields)}
            return type(name, (_Record,), {**read, **body, "__slots__": (), "_fields": fields, "_defaults": defaults})

    class NamedTuple(metaclass=_RecordType):
        """Base of every record."""


class Ident(NamedTuple):
    """A person as git writes one: `name <email>`."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class Settings(NamedTuple):
    """What of git's configuration decides which text becomes the message.

    `cleanup` is `commit.cleanup` (default|verbatim|whitespace|strip|scissors); `comment` is the comment string,
    or `auto`; `separators` and `trailer_keys` are `trailer.separators` and the keys of `trailer.*.key`;
    `name` and `email` are the committer's, empty where git would have to find them out; `off` tells that gitpact is
    switched off by `gitpact.enabled`, `enabled` that it is switched on by it.
    """

    comment: str = "#"
    cleanup: str = "default"
    verbose: bool = False
    encoding: str = "utf-8"
    separators: str = ":"
    trailer_keys: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    off: bool = False
    enabled: bool = False


class Fault(NamedTuple):
    """The first place where a header leaves the grammar; `column` counts code points from 0."""

    kind: str
    column: int
    got: str


class Prefix(NamedTuple):
    """What stands before the description of a header: `type(scope)!:`.

    `scope` is None without parentheses, else the raw text between them, which begins at `scope_column` (code points
    from 0). `fault` is where the whole header leaves the grammar, if it does.
    """

    type: str = ""
    scope: str | None = None
    breaking: bool = False
    scope_column: int = 0
    fault: Fault | None = None


class Header(NamedTuple):
    """The first line of a message, taken apart as far as it can be read.

    `columns` is how many of a terminal it takes without the trailing issue reference. `description` is without that
    too, and begins at `description_column` (code points from 0). `suffix` is the reference with the space before it,
    `issues` its members; `issue_fault` is what looks like one and is none.
    """

    text: str
    prefix: Prefix
    columns: int
    description: str = ""
    suffix: str = ""
    issues: tuple[str, ...] = ()
    description_column: int = 0
    issue_fault: Fault | None = None


class Trailer(NamedTuple):
    """One trailer: key as written, value unfolded; `line` counts from 1 in the lines among which it was looked for."""

    key: str
    value: str
    line: int


class Message(NamedTuple):
    """A commit message as git stores it: cleaned text, its lines, its header, its trailers.

    `block` is the index in `lines` where git's trailer block begins, `len(lines)` without one; the lines of `trailers`
    count from there. `bad_byte` is the offset of the first byte that is not `encoding`, or -1; `bom` tells that the
    message begins with a byte order mark, which `text` no longer holds; `size` is how many bytes it has; `excess` is
    what there is too much of, so that `text` is only the beginning: bytes, lines, header or trailers, "" for a message
    that is read.
    """

    text: str
    lines: tuple[str, ...]
    header: Header
    trailers: tuple[Trailer, ...]
    block: int
    encoding: str = "utf-8"
    bad_byte: int = -1
    bom: bool = False
    size: int = 0
    excess: str = ""


class Remediation(NamedTuple):
    """A sign-off given afterwards: `by` signs the commit `oid` off for its author `of`, who may be the same person.

    `fault` is why it does not count, whatever it is for: "form", "person", "unsigned" or "third-party".
    """

    oid: str
    of: Ident
    by: Ident
    fault: str = ""
    line: int = 1


class Commit(NamedTuple):
    """What the rules judge: a message, with its persons and parents where they are known.

    `mapped` are author and committer as the mailmap names them; `signature` is git's `%G?`, "" where nobody asked;
    `remediations` are the sign-offs that other commits of the range give for this one; `parents` counts the independent
    ones; `fault` is why the object is none that git makes (`git.commit_object.RawCommit`).
    """

    message: Message
    author: Ident | None = None
    committer: Ident | None = None
    parents: int | None = None
    oid: str | None = None
    mapped: tuple[Ident, ...] = ()
    signature: str = ""
    remediations: tuple[Remediation, ...] = ()
    fault: str = ""


class RefUpdate(NamedTuple):
    """One ref that a push wants to change: `ref` there from the object `old` to `new`; null names are all zeros.

    `source` is what the pusher called it here ("" on a server); `forced` tells that `old` is not in the history of
    `new`, where that was asked.
    """

    source: str
    new: str
    ref: str
    old: str
    forced: bool = False

    @property
    def deletes(self) -> bool:
        """Whether the ref goes away."""
        return not self.new.strip("0")

    @property
    def creates(self) -> bool:
        """Whether the ref was not there."""
        return not self.old.strip("0")


class Blob(NamedTuple):
    """The content of a file, its size in bytes; one path and one commit that hold it, "" where none does.

    `lfs` tells that .gitattributes gives the path to Git LFS.
    """

    oid: str
    size: int
    path: str = ""
    commit: str = ""
    lfs: bool = False


class Sizes(NamedTuple):
    """What a push would send: how many objects, bytes of all their contents, bytes on disk here.

    `blobs` are the largest, `large` those that a limit may refuse; `pack` is what travels, None where not counted.
    """

    objects: int = 0
    commits: int = 0
    raw: int = 0
    disk: int = 0
    blobs: tuple[Blob, ...] = ()
    large: tuple[Blob, ...] = ()
    pack: int | None = None


class Finding(NamedTuple):
    """One fault a rule found. `kind` names the sentence, `facts` fill it; `width` is how many code points it covers.

    `severity` is a ceiling when a rule yields it ("warning": never an error) and the verdict once judged.
    Line and column count from 1. `path` and `ref` are of a finding on a file or on a ref, which has no place in a
    message.
    """

    rule: str
    kind: str
    line: int = 1
    column: int = 1
    width: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    severity: str = "error"
    path: str | None = None
    ref: str | None = None


class Result(NamedTuple):
    """The verdict on one commit; `special` names why it was skipped, `skipped` the rules that could not run."""

    commit: Commit
    findings: tuple[Finding, ...]
    special: str = ""
    skipped: tuple[str, ...] = ()
    suggestion: str | None = None


class Policy(NamedTuple):
    """The whole policy, resolved: every key of `gitpact.toml` as one field, dashes as underscores."""

    preset: str
    types: tuple[str, ...]
    type_aliases: dict[str, str]
    scope: str
    scopes: tuple[str, ...]
    multiple_scopes: bool
    scope_case: str
    description_case: str
    issue: str
    issue_pattern: str
    max_bytes: int
    subject_min: int
    subject_max: int
    body: str
    body_line_max: int
    max_parents: int
    required_trailers: tuple[str, ...]
    forbidden_trailers: tuple[str, ...]
    sign_off: str
    identity: str
    remediation: str
    co_authors: str
    agents: tuple[str, ...]
    mailmap: bool
    author_names: tuple[str, ...]
    author_emails: tuple[str, ...]
    committer_names: tuple[str, ...]
    committer_emails: tuple[str, ...]
    signature: str
    host: str
    max_file_size: int
    warn_file_size: int
    file_limits: dict[str, int]
    max_push_size: int
    time_budget: int
    past_budget: str
    max_commits: int
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    protected: tuple[str, ...]
    forbidden_refs: tuple[str, ...]
    forbidden_paths: tuple[str, ...]
    max_path_length: int
    summary: str
    overrides: bool
    log: str
    most_commits: int
    time_limit: int
    rules: dict[str, str]
    authors: tuple[str, ...]
    subjects: tuple[str, ...]
