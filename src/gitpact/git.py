"""The only room that starts a process: one git process per question, its exit always checked."""

from __future__ import annotations

import itertools
import os

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.records import Commit, Ident, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Record = tuple[bytes, ...]

COMMENT_STRING_SINCE = (2, 45)
UNPUSHED = ("HEAD", "--not", "--remotes")
FIELDS = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce"
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
SIGNATURE = "%G? %GK"
NEUTRAL = ("-z", "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-mailmap", "--no-notes")
OID = (40, 64)  # hexadecimal digits
CHUNK = 1 << 16
PIPE_HOLDS = 4096  # bytes that every system's pipe takes without a reader


def output(*args: str, cwd: str | None = None) -> bytes:
    """Standard output of `git ARGS`. Raises GitpactError with the command and what git said."""
    return b"".join(_pieces([*(["-C", cwd] if cwd else []), *args], " ".join(args)))


def top_level() -> str:
    """The top of the work tree, absolute. Raises GitpactError outside of one."""
    return output("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").removesuffix("\n")


def git_dir() -> str:
    """The git directory of this work tree, absolute: below `worktrees/` in a linked one."""
    return output("rev-parse", "--absolute-git-dir").decode("utf-8", "surrogateescape").removesuffix("\n")


def has(revision: str) -> bool:
    """Whether a revision names anything here."""
    try:
        output("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    except GitpactError:
        return False
    return True


def has_config(key: str) -> bool:
    """Whether git's configuration sets a key."""
    try:
        output("config", "--get", key)
    except GitpactError:
        return False
    return True


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
        verbose=last.get("commit.verbose", "false").lower() not in {"false", "no", "off", "0", ""},
        encoding=last.get("i18n.commitencoding", "utf-8"),
        separators=last.get("trailer.separators", ":"),
        trailer_keys=tuple(keys),
        name=last.get("committer.name") or last.get("user.name", ""),
        email=last.get("committer.email") or last.get("user.email", ""),
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
    span: Sequence[str], *, mailmap: bool = False, signatures: bool = False, grep: str = "", base: str = ""
) -> Iterator[Record]:
    """The commits of a range as git has them, newest first, from one `git log` (messages.md 78 to 80).

    `span` are revisions, excluded ones with a caret, as many as there are; `grep` keeps the commits whose message
    holds that text; with `base` the mailmap is that of this commit and of nothing else. Mailmap and signatures cost
    time, signatures much of it. Each record is the commit's name, its parents, name and e-mail of author and
    committer, the message, and then what was asked for besides. Raises GitpactError where the walk fails, also after
    commits were given.
    """
    form = [FIELDS, "%B", *([MAPPED] if mailmap else []), *([SIGNATURE] if signatures else [])]
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    alone = _with_mailmap_of(base) if base else ()
    fields = _fields([*alone, "log", "--stdin", *NEUTRAL, f"--format={'%x00'.join(form)}", *wanted, "--"], span)
    count = "%x00".join(form).count("%x00") + 1
    for record in zip(*[itertools.chain.from_iterable(fields)] * count, strict=True):
        if record[0].strip(b"0123456789abcdef") or len(record[0]) not in OID:
            raise GitpactError(f"git log: a record begins with {record[0][:80]!r}, not with a commit's name")
        yield record


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


def brief(record: Record) -> Commit:
    """A record of which nobody asks more than its name, its parents and its header."""
    parents = record[1].count(b" ") + 1 if record[1] else 0
    return Commit(message.header_only(record[6]), None, None, parents, record[0].decode("ascii"))


def _signature(told: bytes) -> str:
    """Git's `%G?`; but U, which for an OpenPGP key is a good one, is any key at all where it is an SSH key: E."""
    kind, _, key = told.decode("utf-8", "replace").partition(" ")
    return "E" if kind == "U" and key.startswith("SHA256:") else kind


def _ident(name: bytes, email: bytes) -> Ident:
    return Ident(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"))


def _fields(args: Sequence[str], lines: Sequence[str]) -> Iterator[list[bytes]]:
    """What NUL ends in the output of one git process, some at a time as it arrives; `lines` are its standard input."""
    asked = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    # What is judged is what is there, not what a replace ref shows in its place.
    environ = {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1"}
    rest = b""
    for piece in _pieces(args, "log", asked, environ):
        *whole, rest = (rest + piece).split(b"\0")
        yield whole


def _pieces(
    args: Sequence[str], name: str, asked: bytes = b"", environ: Mapping[str, str] = os.environ
) -> Iterator[bytes]:
    """Standard output of one git process as it arrives, `asked` its standard input.

    Raises GitpactError, calling the command `name`, where git is not there or, after all pieces, where it failed. Not
    by `subprocess`: importing that takes longer than git does for a short range.
    """
    from select import POLLHUP, POLLIN, poll  # noqa: PLC0415  an ordinary commit needs no process

    process, out, err = _spawn(args, asked, environ)
    said = b""
    ready = poll()
    ready.register(out, POLLIN | POLLHUP)
    ready.register(err, POLLIN | POLLHUP)
    unread = {out, err}
    try:
        while unread:
            for descriptor, _ in ready.poll():
                piece = os.read(descriptor, CHUNK)
                if not piece:
                    ready.unregister(descriptor)
                    unread.remove(descriptor)
                elif descriptor == out:
                    yield piece
                else:
                    said += piece
    finally:
        # Closed before waiting: a git that nobody reads any more ends by that.
        os.close(out)
        os.close(err)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code:
        words = said.decode("utf-8", "replace").strip().replace("\n", " ")
        raise GitpactError(f"git {name}: {words or f'exit code {code}'}")


def _spawn(args: Sequence[str], asked: bytes, environ: Mapping[str, str]) -> tuple[int, int, int]:
    """Start git; returns its process id and where its standard output and standard error can be read."""
    source = _readable(asked)
    out, git_out = os.pipe()
    err, git_err = os.pipe()
    streams = ((source, 0), (git_out, 1), (git_err, 2))
    actions = [(os.POSIX_SPAWN_DUP2, ours, theirs) for ours, theirs in streams]
    try:
        process = os.posix_spawnp("git", ["git", *args], environ, file_actions=actions)
    except FileNotFoundError as error:
        os.close(out)
        os.close(err)
        raise GitpactError("git is not on PATH", "install git 2.31 or later") from error
    finally:
        for ours, _ in streams:
            os.close(ours)
    return process, out, err


def _readable(data: bytes) -> int:
    """A descriptor from which `data` can be read."""
    if not data:
        return os.open(os.devnull, os.O_RDONLY)
    if len(data) <= PIPE_HOLDS:
        end, start = os.pipe()
        os.write(start, data)
        os.close(start)
        return end
    import tempfile  # noqa: PLC0415  only thousands of refs do not go through a pipe

    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return os.dup(file.fileno())
