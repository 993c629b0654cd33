"""What is asked of git: one process per question, never per commit."""

from __future__ import annotations

import itertools
import os

from gitpact import message, processes
from gitpact.errors import GitpactError
from gitpact.records import Commit, Ident, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from gitpact.processes import Pieces
    from gitpact.records import Policy

    Record = tuple[bytes, ...]

COMMENT_STRING_SINCE = (2, 45)
UNPUSHED = ("HEAD", "--not", "--remotes")
FIELDS = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce"
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
SIGNATURE = "%G? %GK"
NEUTRAL = ("-z", "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-mailmap", "--no-notes")
NO_MORE = Commit(message.UNREAD)[5:]
OID = (40, 64)  # hexadecimal digits
FALSE = frozenset(("false", "no", "off", "0", ""))  # what git takes for one
WALK = ("--objects", "--missing=allow-promisor", "--ignore-missing")
SUBMODULE = "160000"  # the mode of an entry that is a commit of another repository


def output(*args: str, cwd: str | None = None) -> bytes:
    """Standard output of `git ARGS`. Raises GitpactError with the command and what git said."""
    command = [*(["-C", cwd] if cwd else []), *args]
    return processes.run(command, " ".join(args))


def feed(args: Sequence[str], data: bytes) -> None:
    """Run `git ARGS` with `data` as its standard input. Raises GitpactError with what it said."""
    b"".join(processes.begin([args], data.decode("utf-8", "surrogateescape")))


def top_level() -> str:
    """The top of the work tree, absolute. Raises GitpactError outside of one."""
    return output("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").removesuffix("\n")


def git_dir() -> str:
    """The git directory of this work tree, absolute: below `worktrees/` in a linked one."""
    return output("rev-parse", "--absolute-git-dir").decode("utf-8", "surrogateescape").removesuffix("\n")


def head() -> str:
    """The full name of the branch that HEAD names, there or not; empty where it names a commit."""
    return _answer("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").removesuffix("\n")


def has(revision: str) -> bool:
    """Whether a revision names anything here."""
    return bool(_answer("rev-parse", "--verify", "--quiet", "--end-of-options", revision))


def has_config(key: str) -> bool:
    """Whether git's configuration sets a key."""
    return bool(_answer("config", "--get", key))


def flag(key: str) -> bool:
    """Whether git's configuration says yes to a key."""
    return _answer("config", "--type=bool", "--get", key) == b"true\n"


def _answer(*args: str) -> bytes:
    """Standard output of `git ARGS`, nothing where it fails."""
    try:
        return output(*args)
    except GitpactError:
        return b""


def texts_at(revision: str, names: Sequence[str]) -> dict[str, str]:
    """The text of each of the files `names` that the top of a revision's tree has. Raises GitpactError."""
    tree = output("ls-tree", "-z", "--full-tree", "--end-of-options", revision, "--", *names)
    found = {}
    for entry in tree.decode("utf-8", "replace").split("\0")[:-1]:
        about, _, name = entry.partition("\t")
        _mode, kind, oid = about.split(" ")
        if kind == "blob":
            try:
                found[name] = output("cat-file", "blob", oid).decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise GitpactError(f"{revision}:{name}: not UTF-8 text: {error}") from error
    return found


def changed(span: Sequence[str]) -> set[str]:
    """The files at the top of the tree that the commits of a range change."""
    names = output(
        *("log", *NEUTRAL, "--name-only", "--format=", "--no-renames"),
        *("--end-of-options", *span, "--", ":(top,glob)*"),
    )
    return {name for name in names.decode("utf-8", "replace").split("\0") if name}


def ident(role: str) -> Ident | None:
    """The AUTHOR or COMMITTER as git would write it now; None where git has no identity."""
    try:
        text = output("var", f"GIT_{role}_IDENT").decode("utf-8", "replace")
    except GitpactError:
        return None
    name, _, rest = text.rpartition(" <")
    return Ident(name, rest.partition(">")[0])


def config() -> list[tuple[str, str, str]]:
    """Every configured (origin, key, value) in git's order: the last of a key wins. A bare key has the value "true"."""
    fields = output("config", "--list", "--show-origin", "-z").decode("utf-8", "surrogateescape").split("\0")
    entries = []
    for origin, entry in zip(fields[::2], fields[1::2], strict=False):
        key, newline, value = entry.partition("\n")
        entries.append((origin, key, value if newline else "true"))
    return entries


def settings(entries: Iterable[tuple[str, str, str]]) -> Settings:
    """What of the configuration decides which text becomes the message."""
    last: dict[str, str] = {}
    keys: list[str] = []
    comment = Settings().comment
    for _, key, value in entries:
        last[key] = value
        keys.extend(_trailer_names(key, value))
        if key == "core.commentchar" or (key == "core.commentstring" and _version() >= COMMENT_STRING_SINCE):
            comment = value
    return Settings(
        comment=comment,
        cleanup=last.get("commit.cleanup", "default"),
        verbose=last.get("commit.verbose", "false").lower() not in FALSE,
        encoding=last.get("i18n.commitencoding", "utf-8"),
        separators=last.get("trailer.separators", ":"),
        trailer_keys=tuple(keys),
        name=last.get("committer.name") or last.get("user.name", ""),
        email=last.get("committer.email") or last.get("user.email", ""),
        off=last.get("gitpact.enabled", "true").lower() in FALSE,
        asked=last.get("gitpact.enabled", "false").lower() not in FALSE,
    )


def _trailer_names(key: str, value: str) -> Iterator[str]:
    section, _, rest = key.partition(".")
    name, dot, variable = rest.rpartition(".")
    if section == "trailer" and dot:
        yield name
        if variable == "key":
            yield value


def _version() -> tuple[int, ...]:
    words = output("version").decode("ascii", "replace").split()
    return tuple(int(part) for part in words[2].split(".")[:2] if part.isdecimal())


def records(
    span: Sequence[str],
    policy: Policy | None = None,
    *,
    grep: str = "",
    base: str = "",
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Record]:
    """The commits of a range as git has them, newest first, from one `git log` (messages.md 78 to 80).

    `span` are revisions, excluded ones with a caret, as many as there are, and after them options such as `--not
    --remotes`; `grep` keeps the commits whose message holds that text. Each record is the commit's name, its parents,
    name and e-mail of author and committer, the message, and then what the policy asks for besides, which costs time:
    mailmap, with `base` that of this commit and of nothing else, and signatures. The process is running once this
    returns; `meanwhile` is done where its first record would be waited for. Raises GitpactError where the walk fails,
    also after commits were given.
    """
    mailmap, signatures = policy and policy.mailmap, policy and policy.signature == "required"
    form = [FIELDS, "%B", *([MAPPED] if mailmap else []), *([SIGNATURE] if signatures else [])]
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    alone = _with_mailmap_of(base) if base and mailmap else ()
    lines, options = _spoken(span)
    fields = "%x00".join(form)
    command = [*alone, "log", "--stdin", *options, *NEUTRAL, f"--format={fields}", *wanted, "--"]
    return _records(processes.begin([command], lines, meanwhile=meanwhile), fields.count("%x00") + 1)


def _records(pieces: Pieces, count: int) -> Iterator[Record]:
    try:
        for record in zip(*[itertools.chain.from_iterable(processes.fields(pieces))] * count, strict=True):
            if record[0].strip(b"0123456789abcdef") or len(record[0]) not in OID:
                raise GitpactError(f"git log: a record begins with {record[0][:80]!r}, not with a commit's name")
            yield record
    finally:
        pieces.close()  # an error keeps what it passed through alive, and git would wait for a reader


def _with_mailmap_of(revision: str) -> tuple[str, ...]:
    """Options of git for the mailmap of a revision alone: it also reads the one in the folder where it stands."""
    folder = git_dir()
    return ("-C", folder, f"--git-dir={folder}", "-c", "mailmap.file=", "-c", f"mailmap.blob={revision}:.mailmap")


def commit(record: Record, issue_pattern: str) -> Commit:
    """A record of `records`, read."""
    oid, parents, author, author_email, committer, committer_email, body, *more = record
    signature = _signature(more.pop()) if len(more) % 2 else ""
    return Commit(
        message=message.from_bytes(body, issue_pattern=issue_pattern),
        author=_ident(author, author_email),
        committer=_ident(committer, committer_email),
        parents=parents.count(b" ") + 1 if parents else 0,
        oid=oid.decode("ascii"),
        mapped=tuple(map(_ident, more[::2], more[1::2])),
        signature=signature,
    )


def commits(span: Sequence[str], issue_pattern: str, *, grep: str = "") -> Iterator[Commit]:
    """The commits of a range, each read whole, as `records` walks them."""
    return (commit(record, issue_pattern) for record in records(span, grep=grep))


def brief(record: Record, *, lines: bool = False) -> Commit:
    """A record of which nobody asks more than its name, its parents and its header, or all `lines`."""
    parents = record[1].count(b" ") + 1 if record[1] else 0
    read = (message.lines_only if lines else message.header_only)(record[6])
    return tuple.__new__(Commit, (read, None, None, parents, record[0].decode()) + NO_MORE)  # noqa: RUF005  see there


def _signature(told: bytes) -> str:
    """Git's `%G?`; but U, which for an OpenPGP key is a good one, is any key at all where it is an SSH key: E."""
    kind, _, key = told.decode("utf-8", "replace").partition(" ")
    return "E" if kind == "U" and key.startswith("SHA256:") else kind


def _ident(name: bytes, email: bytes) -> Ident:
    return Ident(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"))


def objects(span: Sequence[str]) -> Iterator[list[bytes]]:
    """Every object of a range as it is walked, in lines of `size disk type oid path`.

    The path is the first of those that a file has, as far as its first line. `span` is as for `records`; excluded
    objects that are not here are passed over (hooks-and-push.md 44), and so is what a partial clone lacks: that is on
    its remote (54). The processes are running once this returns. Raises GitpactError where they fail.
    """
    lines, options = _spoken(span)
    walk = ["rev-list", *WALK, "--stdin", *options]
    form = "%(objectsize) %(objectsize:disk) %(objecttype) %(objectname) %(rest)"
    return processes.lines(processes.begin([walk, ["cat-file", "--buffer", f"--batch-check={form}"]], lines))


def received() -> Iterator[list[bytes]] | None:
    """The sizes in bytes of all objects that a push has brought here, as texts, some at a time; None elsewhere.

    It is more than what is new: also what a thin pack hangs on. No walk is needed for it, as git keeps what it
    receives apart until it is accepted (hooks-and-push.md 62). Where a repository borrows objects, what is new in it
    need not be sent.
    """
    if "GIT_QUARANTINE_PATH" not in os.environ or os.path.exists("objects/info/alternates"):
        return None
    command = ["cat-file", "--buffer", "--batch-all-objects", "--unordered", "--batch-check=%(objectsize)"]
    return processes.lines(processes.begin([command], "", without=("GIT_ALTERNATE_OBJECT_DIRECTORIES",)))


def named(names: Sequence[str]) -> Iterator[str]:
    """The objects that names such as `REV:PATH` stand for, empty where there is none. No line feed is in a name.

    The process is running once this returns.
    """
    told = processes.begin([["cat-file", "--buffer", "--batch-check=%(objectname)"]], "".join(f"{n}\n" for n in names))
    return ("" if line.endswith(b" missing") else line.decode() for some in processes.lines(told) for line in some)


def has_object(span: Sequence[str], oids: Collection[str], seconds: float) -> set[str]:
    """Which of the objects are in a range: looked for until all are found. Raises processes.OutOfTimeError."""
    lines, options = _spoken(span)
    sought, found = {oid.encode() for oid in oids}, set[bytes]()
    walk = processes.begin([["rev-list", *WALK, "--no-object-names", "--stdin", *options]], lines, seconds)
    for some in processes.lines(walk):
        found |= sought.intersection(some)
        if found == sought:
            break
    return {oid.decode() for oid in found}


def changes(span: Sequence[str], oids: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """What each commit of a range puts where, oldest first: (commit, path, blob); with `oids` only these blobs.

    A merge is compared with each of its parents. Raises GitpactError.
    """
    lines, options = _spoken(span)
    walk = ["rev-list", "--ignore-missing", "--missing=allow-promisor", "--reverse", "--stdin", *options]
    only = [f"--find-object={oid}" for oid in oids]
    diff = ["diff-tree", "--stdin", "-r", "-m", "--root", "--raw", "-z", "--no-renames", "--no-abbrev", *only]
    commit = about = ""
    for some in processes.fields(processes.begin([walk, diff], lines)):
        for field in some:
            text = field.decode("utf-8", "surrogateescape")
            if about:
                *_, new, status = about.split(" ")
                about = ""
                if status != "D":
                    yield commit, text, new
            elif text.startswith(":"):
                about = text
            else:
                commit = text


def pack(span: Sequence[str], seconds: float) -> Pieces:
    """The thin pack that `git push` would send for a range, piece by piece; git is at work once this returns.

    Raises processes.OutOfTimeError after so many seconds.
    """
    lines, _ = _spoken(span)
    command = ["pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset", "-q", "--missing=allow-promisor"]
    if output("rev-parse", "--is-shallow-repository") == b"true\n":
        command.append("--shallow")
    return processes.begin([command], lines, seconds)


def existing(oids: Collection[str]) -> list[str]:
    """Those of the objects that are here; a partial clone fetches none for this."""
    asked = "".join(f"{oid}\n" for oid in oids)
    told = processes.begin([["cat-file", "--buffer", "--batch-check=%(objectname)"]], asked)
    return [line.decode() for some in processes.lines(told) for line in some if not line.endswith(b" missing")]


def filtered(paths: Collection[str]) -> set[str]:
    """Those of the paths that .gitattributes gives to Git LFS."""
    asked = "".join(f"{path}\0" for path in paths)
    try:
        told = b"".join(processes.begin([["check-attr", "--stdin", "-z", "filter"]], asked))
    except GitpactError:
        return set()  # there is no work tree
    fields = told.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return {path for path, value in zip(fields[::3], fields[2::3], strict=True) if value == "lfs"}


def differences(old: str, new: str) -> tuple[int, int, int]:
    """How many files are added, changed and deleted from one commit to another; from nothing where `old` is empty."""
    start = old or output("hash-object", "-t", "tree", os.devnull).decode().strip()
    told = output("diff-tree", "-r", "-z", "--no-renames", "--name-status", "--end-of-options", start, new)
    kinds = told.split(b"\0")[:-1:2]
    added, deleted = kinds.count(b"A"), kinds.count(b"D")
    return added, len(kinds) - added - deleted, deleted


def boundary(span: Sequence[str]) -> str:
    """The commit outside of a range from which it goes on by first parents; empty where it begins with a root."""
    lines, options = _spoken(span)
    walk = ["rev-list", "--first-parent", "--boundary", "--ignore-missing", "--stdin", *options]
    ends = [line for some in processes.lines(processes.begin([walk], lines)) for line in some if line.startswith(b"-")]
    return ends[-1][1:].decode() if ends else ""


def is_ancestor(old: str, new: str) -> bool:
    """Whether a commit is in the history of another; one that is not here is in none."""
    try:
        output("merge-base", "--is-ancestor", old, new)
    except GitpactError:
        return False
    return True


def uncommitted() -> int:
    """How many tracked files differ from the last commit."""
    return output("status", "--porcelain", "-z", "--untracked-files=no", "--no-renames").count(b"\0")


def staged(against: str = "HEAD") -> list[tuple[str, str]]:
    """(path, blob) of each file whose content the index has and a commit has not, as it would be committed."""
    form = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff")
    told = output("diff", "--cached", *form, *(() if against == "HEAD" else (against,)))  # HEAD may not be born
    parts = told.decode("utf-8", "surrogateescape").split("\0")[:-1]
    entries = [(about.split(" "), path) for about, path in zip(parts[::2], parts[1::2], strict=True)]
    had = {about[2] for about, _ in entries}  # what is moved, or only has another mode, is not new
    return [
        (path, new) for (_, mode, _, new, kind), path in entries if kind != "D" and mode != SUBMODULE and new not in had
    ]


def blob_sizes(oids: Collection[str]) -> dict[str, int]:
    """Bytes of each blob that is here."""
    asked = "".join(f"{oid}\n" for oid in oids)
    told = processes.begin([["cat-file", "--buffer", "--batch-check=%(objectname) %(objectsize)"]], asked)
    rows = (line.decode().split(" ") for some in processes.lines(told) for line in some)
    return {oid: int(size) for oid, size in rows if size != "missing"}


def _spoken(span: Sequence[str]) -> tuple[str, list[str]]:
    """What of a range git reads line by line, and what only as options: `--not --remotes`, after `--stdin`.

    An option there means the same in every git; `--not` within standard input does not (RelNotes 2.42 and 2.43).
    """
    options = [word for word in span if word.startswith("--")]
    return "".join(f"{word}\n" for word in span if not word.startswith("--")), options
