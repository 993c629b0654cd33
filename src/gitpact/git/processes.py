"""The only room that starts a process: git, alone or several in a row, read as they write, every exit checked."""

from __future__ import annotations

import os

from gitpact.errors import GitpactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence

    Pieces = Generator[bytes, None, None]

CHUNK, WIDE = 1 << 16, 1 << 20  # bytes
LONG = 8  # pieces; who says so much has more to say than a pipe holds
NAMED = ("log", "rev-list", "cat-file", "diff-tree", "pack-objects", "check-attr")  # commands, among their options
# What is judged is what is here and what is sent: nothing is fetched for it, nothing replaced (54, 55).
AS_IT_IS = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": f"{os.devnull}/none", "GIT_NO_LAZY_FETCH": "1"}
# Whatever a user has configured for git log (messages.md 78).
NEUTRAL = ("-z", "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-mailmap", "--no-notes")
WHOLE_BUFFERS = {"GIT_FLUSH": "0"}  # else git writes to a pipe commit by commit
PIPE_HOLDS = 4096  # bytes that every system's pipe takes without a reader


class OutOfTimeError(Exception):
    """Git needed longer than it was given; whoever gave it the time says what follows."""


def fields(pieces: Iterable[bytes], end: bytes = b"\0") -> Iterator[list[bytes]]:
    """What NUL ends, or another byte, some at a time as it arrives."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(end)
        yield whole


def lines(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Lines, some at a time as they arrive."""
    return fields(pieces, b"\n")


def spoken(span: Sequence[str]) -> tuple[str, list[str]]:
    """What of a range git reads line by line, and what only as options: `--not --remotes`, after `--stdin`.

    An option there means the same in every git; `--not` within standard input does not (RelNotes 2.42 and 2.43).
    """
    options = [word for word in span if word.startswith("--")]
    return "".join(f"{word}\n" for word in span if not word.startswith("--")), options


def run(args: Sequence[str], name: str) -> bytes:
    """Standard output of `git ARGS`, which an error calls `name`; its environment is ours. Raises GitpactError."""
    return b"".join(_read([name], *_spawn([args], b"", os.environ), None))


def begin(
    commands: Sequence[Sequence[str]],
    asked: str,
    seconds: float | None = None,
    without: Collection[str] = (),
    meanwhile: Callable[[], object] | None = None,
) -> Pieces:
    """Start git processes, each reading what the one before it writes; returns what the last one writes, to be read.

    `asked` is the standard input of the first, `without` names variables that git is not to see; `meanwhile` is done
    where reading begins before there is anything to read. Reading raises GitpactError, naming the command, where git
    is not there or, after all pieces, where one failed, and OutOfTimeError after so many seconds. Not by `subprocess`:
    importing that takes longer than git does for a short range.
    """
    names = [next((word for word in words if word in NAMED), words[0]) for words in commands]
    environ = {name: value for name, value in os.environ.items() if name not in without}
    told = {**environ, **AS_IT_IS, **WHOLE_BUFFERS}
    processes, out, err = _spawn(commands, asked.encode("utf-8", "surrogateescape"), told)
    pieces = _read(names, processes, out, err, seconds)
    next(pieces)
    return _after(meanwhile, out, pieces) if meanwhile else pieces


def _after(act: Callable[[], object], out: int, pieces: Pieces) -> Pieces:
    from select import select  # noqa: PLC0415  an ordinary commit needs no process

    if not select([out], [], [], 0)[0]:
        act()
    yield from pieces


def _read(names: Sequence[str], processes: Sequence[int], out: int, err: int, seconds: float | None) -> Pieces:
    from select import POLLHUP, POLLIN, poll  # noqa: PLC0415  an ordinary commit needs no process

    said = b""
    ready = poll()
    ready.register(out, POLLIN | POLLHUP)
    ready.register(err, POLLIN | POLLHUP)
    unread = {out, err}
    pieces = 0
    deadline = _now() + seconds if seconds is not None else None
    try:
        yield b""  # begun, it also ends where nobody reads on
        while unread:
            left = None if deadline is None else (deadline - _now()) * 1000
            events = ready.poll(left) if left is None or left > 0 else ()
            if not events:
                for process in processes:
                    os.kill(process, 15)
                raise OutOfTimeError
            for descriptor, _ in events:
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
                    said += piece
    finally:
        # Closed before waiting: a git that nobody reads any more ends by that.
        os.close(out)
        os.close(err)
        codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    for name, code in zip(names, codes, strict=True):
        if code:
            words = said.decode("utf-8", "replace").strip().replace("\n", " ")
            raise GitpactError(f"git {name}: {words or f'exit code {code}'}")


def _widen(pipe: int) -> None:
    """Let git write on while what it wrote is judged, where the system has pipes that wide."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415  most answers are short

        fcntl(pipe, F_SETPIPE_SZ, WIDE)
    except (ImportError, OSError):
        return


def _now() -> float:
    from time import monotonic  # noqa: PLC0415  built in

    return monotonic()


def _spawn(commands: Sequence[Sequence[str]], asked: bytes, environ: Mapping[str, str]) -> tuple[list[int], int, int]:
    """Start the processes; returns their ids and where the last one's output and everyone's errors can be read."""
    source = _readable(asked)
    err, git_err = os.pipe()
    processes = []
    try:
        for args in commands:
            out, git_out = os.pipe()
            streams = ((source, 0), (git_out, 1), (git_err, 2))
            actions = [(os.POSIX_SPAWN_DUP2, ours, theirs) for ours, theirs in streams]
            try:
                processes.append(os.posix_spawnp("git", ["git", *args], environ, file_actions=actions))
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
