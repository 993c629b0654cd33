"""The records that flow between the packages: every record is a tuple; a changed record is a `_replace`.

Records are `typing.NamedTuple` in all but the import: `typing` and `collections` take longer to load than a hook may.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  an explicit re-export for mypy
else:
    try:
        # What `collections.namedtuple` reads a field with: half the time, and a commit has a hundred such reads.
        from _collections import _tuplegetter as _reader
    except ImportError:
        from operator import itemgetter

        def _reader(at, _doc):
            return property(itemgetter(at))

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
            read = {field: _reader(at, None) for at, field in enumerate(fields)}
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
    """The settings of git's configuration that decide which text becomes the message.

    `cleanup` is `commit.cleanup` (default|verbatim|whitespace|strip|scissors), `verbose` `commit.verbose`; `comment` is
    the comment string, or `auto`; `encoding` is `i18n.commitEncoding`; `separators` is `trailer.separators`, and
    `trailer_keys` are the names and values of `trailer.*.key`; `name` and `email` are the committer's, "" where they
    are not configured; `off` tells that gitpact is switched off by `gitpact.enabled`, `enabled` that it is switched on
    by it. `floor` and `patterns` are the paths of the policy files outside the project that `gitpact.floor` and
    `gitpact.patterns` name, "" for none.
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
    floor: str = ""
    patterns: str = ""


class Fault(NamedTuple):
    """The first place where a header breaks the grammar.

    `kind` is its name, such as "scope-empty"; `column` counts code points from 0; `got` is the text there, "" at the
    end.
    """

    kind: str
    column: int
    got: str


class Prefix(NamedTuple):
    """What stands before the description of a header: `type(scope)!:`.

    `scope` is None without parentheses, else the raw text between them, which begins at `scope_column` (code points
    from 0). `fault` is where the whole header leaves the grammar, if it does. `type_column` is where the type begins:
    0, or behind the words of a host (`header.after_host_words`).
    """

    type: str = ""
    scope: str | None = None
    breaking: bool = False
    scope_column: int = 0
    fault: Fault | None = None
    type_column: int = 0


class Header(NamedTuple):
    """The first line of a message, parsed as far as it can be.

    `columns` is its width on a terminal without the issue reference at its end and the words of a host before it.
    `description` is without these too, and begins at `description_column` (code points from 0). `suffix` is the
    reference with the space before it, " (#12)", and `issues` its members, ("#12",). `issue_fault` is a text at the end
    that only looks like a reference, None without one.
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
    """One trailer or footer: key as written, value unfolded.

    `line` counts from 1: of a trailer in git's trailer block, of a footer in the whole message.
    """

    key: str
    value: str
    line: int


class Message(NamedTuple):
    """A commit message as git stores it: text, lines, header, trailers.

    `text` is decoded, `lines` are without line ends. `block` is the index in `lines` where git's trailer block begins,
    `len(lines)` without one; the lines of `trailers` count from there. `bad_byte` is the offset of the first byte that
    is not in `encoding`, or -1; `bom` tells that the message begins with a byte order mark, which `text` no longer has;
    `size` is its length in bytes. `excess` is the limit that it exceeds, "bytes", "lines", "header" or "trailers", and
    `text` is then only its beginning; "" for a message that was read.
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

    `fault` is why it counts for no commit, "form", "person", "unsigned" or "third-party" (`remediation.parse`); "" if
    it counts. `line` counts from 1 in the message that gives it.
    """

    oid: str
    of: Ident
    by: Ident
    fault: str = ""
    line: int = 1


class Commit(NamedTuple):
    """What the rules judge: a message, with its persons and parents where they are known.

    `parents` is the number of independent ones, None if unknown; `mapped` are author and committer as the mailmap names
    them, () where nobody asked; `signature` is git's `%G?`, "" where nobody asked; `remediations` are the sign-offs
    that other commits of the range give for this one; `fault` is how the object differs from what git writes, "" for
    not at all (`git.commit_object.RawCommit`). `paths` are the files that it changes, None where nobody asked, and
    `branches` the names of the branches that are pushed or checked with it, () if unknown. `committed` is the header
    "committer" of the object (`git.commit_object.seconds`), b"" if unknown.
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
    paths: tuple[str, ...] | None = None
    branches: tuple[str, ...] = ()
    committed: bytes = b""


class RefUpdate(NamedTuple):
    """One ref that a push changes: `ref` of the receiver from the object `old` to `new`; all zeros are no object.

    `source` is the pusher's own name for `new`, such as a branch ("" on a server). `forced` tells that `old` is not in
    the history of `new`; False also where nobody asked.
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
    """The content of a file, its size in bytes (0: not measured); one path and one commit that hold it, "" if unknown.

    `lfs` tells that .gitattributes assigns the path to Git LFS.
    """

    oid: str
    size: int
    path: str = ""
    commit: str = ""
    lfs: bool = False


class Sizes(NamedTuple):
    """What a push would send: the number of objects and of commits among them, and their size in bytes.

    `raw` is all contents together, `disk` what they take in this clone, and `pack` what travels, None where not
    counted. `blobs` are the largest ones, the largest first; `large` are those that a limit may refuse.
    """

    objects: int = 0
    commits: int = 0
    raw: int = 0
    disk: int = 0
    blobs: tuple[Blob, ...] = ()
    large: tuple[Blob, ...] = ()
    pack: int | None = None


class Finding(NamedTuple):
    """One fault that a rule found. `kind` selects the sentence about it, and `facts`, (name, value) each, fill that.

    `line` and `column` count from 1, `width` is the number of code points. `severity` is a ceiling when a rule yields
    it ("warning": never an error) and the verdict once judged. `path` and `ref` are of a finding on a file or on a ref,
    which has no place in a message.
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
    """The verdict on one commit, with the findings in reading order.

    `special` is the commit's kind (`commit_kind.kinds`), "" for an ordinary one; "range", "title" or "squash" is a
    verdict on no commit. `skipped` are the ids of rules that could not run. `suggestion` is a whole message that would
    pass, None without one.
    """

    commit: Commit
    findings: tuple[Finding, ...]
    special: str = ""
    skipped: tuple[str, ...] = ()
    suggestion: str | None = None


class PatternRule(NamedTuple):
    """A rule that a policy defines itself, `[[pattern]]`; its id is `pattern/NAME`.

    `where` names the text that is looked at ("header", "trailer:KEY"). One of `forbid` and `require` is a
    pattern (`linear_regex.search`), the other is "". `say` and `say_zh` are what a finding says, "" for a sentence of
    gitpact's. The rule applies to commits of these `types` and `scopes`, which change a file that one of the globs
    `paths` matches, on `branches`; () stands for all. A `private` one comes from outside the project, and its pattern
    is not shown. `needle` is a text that every match contains, of `pattern_syntax.folded` if `any_case`; "" for none.
    """

    name: str
    where: str
    forbid: str = ""
    require: str = ""
    say: str = ""
    say_zh: str = ""
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    private: bool = False
    needle: str = ""
    any_case: bool = False

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return f"pattern/{self.name}"


class TrailerRule(NamedTuple):
    """What a policy asks of the trailers with one key (`[trailers]`).

    No glob of `forbid` may match a value or its e-mail, and one of `allow` has to, if there are any. `require_form` is
    `trailer_values.PERSON` or COMMIT, `require` a pattern that matches somewhere (`linear_regex.search`); "" asks for
    nothing. There are at least `least` and at most `most` of these trailers; 0 is no limit.
    """

    key: str
    forbid: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    require_form: str = ""
    require: str = ""
    least: int = 0
    most: int = 0


class Policy(NamedTuple):
    """The whole policy, resolved: every key of `gitpact.toml` as one field, dashes as underscores.

    Sizes are in bytes, times in seconds. `patterns` are the policy's own rules (`[[pattern]]`), and
    `trailers` what it asks of single trailers. `scope_paths` are globs by scope (`[scopes]`). `by_path` are the tables
    `[[path]]`: globs, and (field, value) of what they change; the value of "rules" is such pairs too.
    """

    preset: str
    presets: tuple[str, ...]
    types: tuple[str, ...]
    type_aliases: dict[str, str]
    scope: str
    scopes: tuple[str, ...]
    multiple_scopes: bool
    scope_case: str
    description_case: str
    issue: str
    issue_pattern: str
    issue_place: str
    issue_types: tuple[str, ...]
    issue_example: str
    max_bytes: int
    subject_min: int
    subject_max: int
    body: str
    body_line_max: int
    breaking: str
    max_parents: int
    required_trailers: tuple[str, ...]
    forbidden_trailers: tuple[str, ...]
    trailer_order: tuple[str, ...]
    sign_off: str
    identity: str
    add: bool
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
    patterns: tuple[PatternRule, ...] = ()
    trailers: tuple[TrailerRule, ...] = ()
    scope_paths: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  a record's default, which nothing changes
    by_path: tuple[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], ...] = ()

    def packed(self) -> tuple[object, ...]:
        """The fields as data that marshal can write; `unpacked` returns the policy."""
        return (*self[:-4], tuple(map(tuple, self.patterns)), tuple(map(tuple, self.trailers)), *self[-2:])

    @classmethod
    def unpacked(cls, data: tuple[Any, ...]) -> Policy:
        """The policy that `packed` returned the data of; raises ValueError for data of another gitpact."""
        if len(data) != len(cls._fields):
            raise ValueError("another number of fields")
        *plain, patterns, trailers, scopes, by_path = data
        own = tuple(map(PatternRule._make, patterns)), tuple(map(TrailerRule._make, trailers))
        return cls._make((*plain, *own, scopes, by_path))
