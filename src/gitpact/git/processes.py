"""Git processes, alone or several in a row: started (but for `gitpython`), read as they write, and checked."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError, git_failed
from gitpact.git import time_limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
    from select import poll

    Pieces = Generator[bytes, None, None]

CHUNK, WIDE = 1 << 16, 1 << 20  # bytes
STDERR = 2
KILL = 9  # SIGKILL; `signal` takes as long to load as a whole check
LONG = 8  # pieces; who says so much has more to say than a pipe holds
# What every git process of ours is started with, GitPython's too. What is judged is what is stored here: no replace ref
# or graft stands in its place, nothing is fetched for it, and nothing that the repository configures runs or waits.
ISOLATED = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": f"{os.devnull}/none",
    "GIT_NO_LAZY_FETCH": "1",  # of git 2.45 and 2.39.4 on; before, NO_PROTOCOL keeps anything from being fetched
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",  # a file may be named `:(top)x`, `*` or `-x`
    "GIT_FLUSH": "0",  # else git writes to a pipe commit by commit
}
MAGIC = ("--no-literal-pathspecs",)  # goes before a command whose paths are patterns of ours
# Receive-pack tells hooks by the first what a pusher says of his own history; what is here is here. The others say how
# paths are read, and git takes only one of them.
UNSET = ("GIT_SHALLOW_FILE", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS")
NO_PROTOCOL = {"GIT_ALLOW_PROTOCOL": "none"}
# Hooks in files, those that git 2.54 and later reads from its configuration (by the events that we can cause), and the
# file system monitor, which is a program too.
NO_PROGRAMS = (
    *("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false"),
    *("-c", "hook.reference-transaction.enabled=false", "-c", "hook.post-index-change.enabled=false"),
)
# These tell what is configured, and would tell of NO_PROGRAMS too; they run none.
TELLS_CONFIGURATION = ("config", "hook", "rev-parse", "var", "version")
ON_THE_NETWORK = ("fetch", "ls-remote", "lfs")  # what they are for
WITH_A_VALUE = ("-C", "-c")  # options of git before the command
# Whatever a user has configured for git log.
NEUTRAL = ("-z", "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-mailmap", "--no-notes")
MOST_MEMORY = 256_000_000  # bytes of a git that compares trees; it takes some 300 for each file that a commit changes
NO_VARIABLES: Mapping[str, str] = {}
PIPE_HOLDS = 4096  # bytes that every system's pipe takes without a reader


class OutOfTimeError(Exception):
    """Git took longer than the caller allowed and was killed; the caller decides what follows."""


def environment(command: str, without: Collection[str] = ()) -> dict[str, str]:
    """The variables for `git COMMAND`; `command` is its name alone, such as "fetch".

    Those of this process less `without` and less the ones that lead git elsewhere (UNSET), then gitpact's own
    (ISOLATED), which `without` does not touch. Only the commands ON_THE_NETWORK may reach other repositories.
    """
    own = {name: value for name, value in os.environ.items() if name not in without and name not in UNSET}
    return {**own, **ISOLATED, **({} if command in ON_THE_NETWORK else NO_PROTOCOL)}


def command_of(words: Sequence[str]) -> str:
    """The command among the words after `git`: options of git itself may come before it.

    Where there are only options, it is the first of them. Raises IndexError for no words.
    """
    rest = iter(words)
    for word in rest:
        if word in WITH_A_VALUE:
            next(rest, "")
        elif not word.startswith("-"):
            return word
    return words[0]


def safe_options(command: str) -> tuple[str, ...]:
    """Options to put before a git command so that it runs no program that a repository configures, such as a hook.

    () for a command that runs none and whose output these options would change, such as "config".
    """
    return () if command in TELLS_CONFIGURATION else NO_PROGRAMS


def split_fields(pieces: Iterable[bytes], end: bytes = b"\0") -> Iterator[list[bytes]]:
    """Regroup pieces into the fields that end with the byte `end`; yields non-empty lists of whole fields without it.

    What follows the last `end` is dropped. Linear in the length of any field.
    """
    begun: list[bytes] = []
    for piece in pieces:
        first, *whole = piece.split(end)
        begun.append(first)
        if whole:
            rest = whole.pop()
            yield [b"".join(begun), *whole]
            begun = [rest]


def split_lines(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Regroup pieces into lines; yields non-empty lists of whole lines, without line feed, as these arrive.

    What follows the last line feed is dropped.
    """
    return split_fields(pieces, b"\n")


def for_stdin(span: Sequence[str]) -> tuple[str, list[str]]:
    """Split a range into the text for git's `--stdin` and the options for the command line behind that.

    `span` are revisions and options as `git rev-list` takes them; options are the words that begin with `--`, and the
    text has one revision on each line. An option on the command line means the same in every git; `--not` within
    standard input does not (RelNotes 2.42 and 2.43).
    """
    options = [word for word in span if word.startswith("--")]
    return "".join(f"{word}\n" for word in span if not word.startswith("--")), options


def run(args: Sequence[str], name: str) -> bytes:
    """Run `git ARGS` without standard input and return its standard output; an error calls this `git NAME`.

    Raises GitpactError with git's standard error if it fails, or if git is not installed.
    """
    return b"".join(_read([name], *_spawn([args], b""), None))


def begin(  # noqa: PLR0913  what a process is started with
    commands: Sequence[Sequence[str]],
    stdin: str | bytes,
    seconds: float | None = None,
    *,
    without: Collection[str] = (),
    variables: Mapping[str, str] = NO_VARIABLES,
    most_memory: int = 0,
) -> Pieces:
    """Start git processes, each reading what the one before it writes; returns the last one's output as a generator.

    Each command is the words after `git`. `stdin` is what the first reads, `without` names variables that git is not
    to see, and `variables` are more of them. On Linux a git that needs more than `most_memory` bytes (0: any) fails. A
    reader that stops early closes the generator, which kills the processes. Raises GitpactError if git is not
    installed. Reading raises GitpactError with git's standard error if a process failed, after all output;
    OutOfTimeError `seconds` after the start; and what `time_limit.check` raises. Not by `subprocess`: importing that
    takes longer than git does for a short range.
    """
    data = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8", "surrogateescape")
    processes, out, err = _spawn(commands, data, without, variables)
    if most_memory:
        _limit_memory(processes, most_memory)
    pieces = _read([*map(command_of, commands)], processes, out, err, seconds)
    next(pieces)
    return pieces


def _limit_memory(processes: Iterable[int], most: int) -> None:
    """Limit the memory of processes, where the system lets others do that (Linux)."""
    import resource  # noqa: PLC0415  few processes need it

    if hasattr(resource, "prlimit"):
        for process in processes:
            resource.prlimit(process, resource.RLIMIT_DATA, (most, most))


def _read(names: Sequence[str], processes: Sequence[int], out: int, err: int, seconds: float | None) -> Pieces:
    from select import POLLHUP, POLLIN, poll  # noqa: PLC0415  an ordinary commit needs no process

    said = b""
    ready = poll()
    ready.register(out, POLLIN | POLLHUP)
    ready.register(err, POLLIN | POLLHUP)
    unread = {out, err}
    pieces = 0
    deadline = time_limit.now() + seconds if seconds is not None else None
    if time_limit.is_set():
        ready.register(STDERR, 0)  # poll tells where its reader is gone
    try:
        yield b""  # begun, it also ends where nobody reads on
        while unread:
            for descriptor in _readable_now(ready, deadline):
                piece = os.read(descriptor, CHUNK)
                if not piece:
                    ready.unregister(descriptor)
                    unread.remove(descriptor)
                elif descriptor == out:
                    pieces += 1
                    if pieces == LONG:
                        _widen(out)
                    yield piece
                else:
                    said = (said + piece)[:CHUNK]
    finally:
        if unread:
            _end(processes)
        os.close(out)
        os.close(err)
        codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    for name, code in zip(names, codes, strict=True):
        if code:
            raise git_failed(name, said.decode("utf-8", "replace") or f"exit code {code}")


def _readable_now(ready: poll, deadline: float | None) -> list[int]:
    """The descriptors that can be read. Raises OutOfTimeError at this deadline, and what `watch.check` raises."""
    from select import POLLERR  # noqa: PLC0415  as its caller

    while True:
        left = time_limit.poll_timeout(deadline)
        events = ready.poll(left) if left > 0 else []
        time_limit.check(unread=(STDERR, POLLERR) in events)
        found = [descriptor for descriptor, _ in events if descriptor != STDERR]
        if found:
            return found
        if deadline is not None and time_limit.now() > deadline:
            raise OutOfTimeError


def _end(processes: Sequence[int]) -> None:
    """End processes of which nobody reads on; they only read too, and some are started with SIGTERM ignored."""
    for process in processes:
        os.kill(process, KILL)


def _widen(pipe: int) -> None:
    """Let git write on while what it wrote is judged, where the system has pipes that wide."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415  most answers are short

        fcntl(pipe, F_SETPIPE_SZ, WIDE)
    except (ImportError, OSError):
        return


def _spawn(
    commands: Sequence[Sequence[str]],
    stdin: bytes,
    without: Collection[str] = (),
    variables: Mapping[str, str] = NO_VARIABLES,
) -> tuple[list[int], int, int]:
    """Start the processes; returns their ids and where the last one's output and everyone's errors can be read."""
    source = _readable(stdin)
    err, git_err = os.pipe()
    processes = []
    try:
        for args in commands:
            out, git_out = os.pipe()
            streams = ((source, 0), (git_out, 1), (git_err, 2))
            actions = [(os.POSIX_SPAWN_DUP2, ours, theirs) for ours, theirs in streams]
            name = command_of(args)
            words, environ = ["git", *safe_options(name), *args], {**environment(name, without), **variables}
            try:
                processes.append(os.posix_spawnp("git", words, environ, file_actions=actions))
            finally:
                os.close(source)
                os.close(git_out)
                source = out
    except FileNotFoundError as error:
        os.close(source)
        os.close(err)
        raise GitpactError("git is not on PATH", "install git 2.31 or later") from error
    finally:
        os.close(git_err)
    return processes, source, err


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
