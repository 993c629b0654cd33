"""The only room that starts a process: one git process per question, its exit always checked."""

from __future__ import annotations

import os

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.records import Commit, Ident, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COMMENT_STRING_SINCE = (2, 45)
UNPUSHED = ("HEAD", "--not", "--remotes")
FIELDS = "%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce"
MAPPED = "%aN%x00%aE%x00%cN%x00%cE"
NEUTRAL = ("-z", "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-mailmap", "--no-notes")
CHUNK = 1 << 16


def output(*args: str, cwd: str | None = None) -> bytes:
    """Standard output of `git ARGS`. Raises GitpactError with the command and what git said."""
    import subprocess  # noqa: PLC0415  an ordinary commit needs no process

    try:
        done = subprocess.run(["git", *args], capture_output=True, cwd=cwd, check=False)
    except FileNotFoundError as error:
        raise GitpactError("git is not on PATH", "install git 2.31 or later") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().replace("\n", " ")
        raise GitpactError(f"git {' '.join(args)}: {said or f'exit code {done.returncode}'}")
    return done.stdout


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


def texts_at(revision: str, names: Sequence[str]) -> dict[str, str]:
    """The text of each of the files `names` that the top of a revision's tree has. Raises GitpactError."""
    tree = output("ls-tree", "-z", "--full-tree", "--end-of-options", revision, "--", *names)
    found = {}
    for entry in tree.decode("utf-8", "replace").split("\0")[:-1]:
        about, _, name = entry.partition("\t")
        _mode, kind, oid = about.split(" ")
        if kind == "blob":
            try:
                found[name] = output("cat-file", "blob", oid).decode("utf-8")
            except UnicodeDecodeError as error:
                raise GitpactError(f"{revision}:{name}: not UTF-8 text: {error}") from error
    return found


def changed(span: Sequence[str]) -> set[str]:
    """The files at the top of the tree that the commits of a range change."""
    names = output(
        "log", "-z", "--name-only", "--format=", "--no-renames", "--end-of-options", *span, "--", ":(top,glob)*"
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


def commits(
    span: Sequence[str], issue_pattern: str, *, mailmap: bool = False, signatures: bool = False, grep: str = ""
) -> Iterator[Commit]:
    """The commits of a range, newest first, from one `git log` (messages.md 78 to 80).

    `span` are revisions, excluded ones with a caret, as many as there are; `grep` keeps the commits whose message
    holds that text. Mailmap and signatures cost time, signatures much of it. Raises GitpactError where the walk
    fails, also after commits were given.
    """
    form = [FIELDS, *([MAPPED] if mailmap else []), *(["%G?"] if signatures else []), "%B"]
    wanted = ["--fixed-strings", f"--grep={grep}"] if grep else []
    fields = _fields(["log", "--stdin", *NEUTRAL, f"--format={'%x00'.join(form)}", *wanted, "--"], span)
    count = "%x00".join(form).count("%x00") + 1
    for oid, parents, *rest, body in zip(*[fields] * count, strict=True):
        if oid.strip(b"0123456789abcdef") or len(oid) not in {40, 64}:
            raise GitpactError(f"git log: a record begins with {oid[:80]!r}, not with a commit's name")
        signature = rest.pop().decode("ascii") if signatures else ""
        author, committer, *mapped = _idents(rest)
        yield Commit(
            message=message.from_bytes(body, issue_pattern=issue_pattern),
            author=author,
            committer=committer,
            parents=len(parents.split()),
            oid=oid.decode("ascii"),
            mapped=tuple(mapped),
            signature=signature,
        )


def _idents(fields: Sequence[bytes]) -> Iterator[Ident]:
    for name, email in zip(fields[::2], fields[1::2], strict=True):
        yield Ident(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"))


def _fields(args: Sequence[str], lines: Sequence[str]) -> Iterator[bytes]:
    """What NUL ends in the output of one git process, as it arrives; `lines` are its standard input."""
    import subprocess  # noqa: PLC0415  an ordinary commit needs no process
    import tempfile  # noqa: PLC0415

    # What is judged is what is there, not what a replace ref shows in its place.
    environ = {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1"}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        asked.seek(0)
        with subprocess.Popen(["git", *args], stdin=asked, stdout=subprocess.PIPE, stderr=said, env=environ) as process:
            rest = b""
            while chunk := process.stdout.read(CHUNK) if process.stdout else b"":
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
        if process.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace").strip().replace("\n", " ")
            raise GitpactError(f"git {args[0]}: {words or f'exit code {process.returncode}'}")
