"""When a process that waits for git has to end: its time is over, or nobody is left to read its output."""

from __future__ import annotations

import os

WAKE = 1000.0  # milliseconds without news after which it is looked whether anybody waits
SOCKETS, ESTABLISHED = (("tcp", 9), ("tcp6", 9), ("unix", 6)), b"01"  # tables in /proc/net, the column of the inode
GENERATIONS = 4  # this hook's: git receive-pack, a shell, what serves the connection
HARD_SECONDS = 10  # after the deadline


class DeadlineError(Exception):
    """The time that `limit_time` gave this process is over.

    Not a GitpactError: code that handles failures of git must not handle this one.
    """


class AbandonedError(Exception):
    """Nobody is left to read the output of this process: the client of a server is gone."""


class _Limits:
    """What every wait for git looks at: when this process has to end, and whether anybody is there to hear of it."""

    deadline: float | None = None
    seconds = 0
    ancestors: tuple[int, ...] = ()
    looked = 0.0


def limit_time(seconds: int) -> None:
    """Limit the time that this process takes from now on, in seconds; 0 is no limit, and a new call replaces the last.

    From then on waiting for git raises DeadlineError once the time is over and, also with 0, AbandonedError once the
    client of a server is gone. Every long wait is one for git; if the process hangs elsewhere, the interpreter exits
    with code 1 HARD_SECONDS after the deadline and prints nothing.
    """
    _Limits.ancestors, _Limits.looked = _ancestors(), now()
    import faulthandler  # noqa: PLC0415  built in

    if not seconds:
        _Limits.deadline = None
        faulthandler.cancel_dump_traceback_later()
        return
    _Limits.seconds, _Limits.deadline = seconds, now() + seconds
    null = os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(seconds + HARD_SECONDS, exit=True, file=null)


def poll_timeout(deadline: float | None) -> float:
    """The milliseconds that `poll` may wait: until `deadline` or the process's own, and at most a second.

    `deadline` is a time of `now()`, None for none. Zero or less once a deadline is over.
    """
    last = min((end for end in (deadline, _Limits.deadline) if end is not None), default=None)
    return WAKE if last is None else min((last - now()) * 1000, WAKE)


def is_set() -> bool:
    """Whether `limit_time` was called."""
    return bool(_Limits.ancestors)


def check(*, unread: bool) -> None:
    """Raise AbandonedError if nobody is left to read the output of this process, DeadlineError if its time is over.

    `unread` tells that the reader of standard error is gone. Raises nothing before the first call of `limit_time`.
    """
    if _Limits.ancestors and (unread or _is_alone()):
        raise AbandonedError("who asked for this is gone")
    if _Limits.deadline is not None and now() > _Limits.deadline:
        raise DeadlineError(f"not done in {_Limits.seconds} seconds")


def now() -> float:
    """Seconds of a clock that nobody can set; only differences between two of them mean something."""
    from time import monotonic  # noqa: PLC0415  built in

    return monotonic()


def _ancestors() -> tuple[int, ...]:
    """The processes that wait for this one, as far as a connection may hang on them; where /proc is not, the parent."""
    found = [os.getppid()]
    while len(found) < GENERATIONS and found[-1] > 1:
        try:
            with open(f"/proc/{found[-1]}/stat", "rb") as file:
                found.append(int(file.read().rpartition(b")")[2].split()[1]))
        except (OSError, ValueError, IndexError):
            break
    return tuple(found)


def _is_alone() -> bool:
    """Whether one of the processes that wait for this one is gone, looked at once a second.

    `git receive-pack` itself waits for its hooks whether or not its client is there; but what it hangs on, the client
    or a server of ssh, ends with the connection.
    """
    if now() < _Limits.looked + WAKE / 1000:
        return False
    _Limits.looked = now()
    return _ancestors() != _Limits.ancestors or any(map(_is_hung_up, _Limits.ancestors))


def _is_hung_up(process: int) -> bool:
    """Whether this is a `git receive-pack` whose client has closed its end of the pipe or of the connection of TCP."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            if b"receive-pack" not in file.read():
                return False
        kind, _, inode = os.readlink(f"/proc/{process}/fd/1").partition(":")
        if kind == "pipe":
            return _has_no_reader(f"/proc/{process}/fd/1")
        return kind == "socket" and _is_closed(inode.strip("[]").encode())
    except OSError:
        return False  # not to be seen here


def _has_no_reader(pipe: str) -> bool:
    from select import POLLERR, POLLOUT, poll  # noqa: PLC0415  loaded already, as git is waited for

    descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    try:
        ready = poll()
        ready.register(descriptor, POLLOUT)
        return any(event & POLLERR for _, event in ready.poll(0))
    finally:
        os.close(descriptor)


def _is_closed(inode: bytes) -> bool:
    for table, column in SOCKETS:
        with open(f"/proc/net/{table}", "rb") as file:
            states = [fields[3] for fields in map(bytes.split, file) if fields[column : column + 1] == [inode]]
        if states:
            return table != "unix" and states != [ESTABLISHED]
    return True  # a connection that was reset is in no table
