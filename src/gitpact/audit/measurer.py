"""A process of its own that measures one repository after another, so that none can harm the worker.

Its memory is limited, and so is that of every git that it starts. A repository that takes too long is killed with it,
and the next one gets a new process; that takes 80 ms, and only for such a repository.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from gitpact.audit import measure
from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from typing import Self

    from gitpact.audit.discover import Found
    from gitpact.audit.measure import Wanted
    from gitpact.audit.schema import Rows

PIECE = 1 << 20
MOST = (1 << 63) - 1  # what a column holds
DEATHS = 2  # of the process with the same repository, after which that is given up
WATCH_SECONDS, END_SECONDS = 1.0, 5.0


class Limits(NamedTuple):
    """What a repository may take: seconds, and bytes of memory for each process that works on it."""

    seconds: int = 600
    memory: int = 2_000_000_000


class EndedError(Exception):
    """The audit was interrupted: what a repository has is not known."""


class Measurer:
    """Measures repositories in a process of its own, which starts with the first one; to be used in a `with` block.

    It is a class as it holds a process. One thread may use it at a time.
    """

    def __init__(self, wanted: Wanted, limits: Limits) -> None:
        self.wanted, self.limits = wanted, limits
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False
        self.in_use = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process for good. Any thread may call it; one that waits for rows gets EndedError."""
        self.ended = True
        idle = self.in_use.acquire(blocking=False)
        if not idle:
            self._kill()
            self.in_use.acquire()
        self._close(idle=idle)
        self.in_use.release()

    def _kill(self) -> None:
        """Kill the process, and every git that it has started."""
        process = self.process
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def _close(self, *, idle: bool = False) -> None:
        """End the process; an idle one ends by itself when nothing more can be asked."""
        process = self.process
        if process and process.stdin and process.stdout:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            if idle:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(END_SECONDS)
            self._kill()
            process.stdout.close()
            process.wait()
        self.process = None

    def rows(self, found: Found) -> Rows:
        """The rows of a repository; one with the reason where it could not be measured.

        Raises EndedError once `end` was called.
        """
        with self.in_use:
            return self._rows(found)

    def _rows(self, found: Found) -> Rows:
        begun = time.monotonic()
        reason = ""
        for _ in range(DEATHS):
            answer = self._answer({"name": found.name, "git_dir": found.git_dir})
            if isinstance(answer, dict):
                return answer
            if self.ended:
                raise EndedError
            reason = answer
            if not self.process:
                continue  # it died: another may have killed it
            break
        return measure.failed(found.name, reason, self.wanted.judges, time.monotonic() - begun)

    def _answer(self, question: dict[str, str]) -> Rows | str:
        """The rows, or why there are none; the process is gone where it died, or was killed."""
        try:
            line = self._line(self.process or self._start(), json.dumps(question))
        except TimeoutError:
            self._close()
            self._start()  # so that it is not tried again
            return f"not measured in {self.limits.seconds} seconds"
        except OSError:
            line = ""
        if not line:
            self._close()
            return "the process that measures it was killed"
        answer: dict[str, Any] = json.loads(line)
        return answer["rows"] if "rows" in answer else str(answer["error"])

    def _start(self) -> subprocess.Popen[bytes]:
        if self.ended:
            raise EndedError
        # -P: the folder where a person stands is none to import from.
        command = [sys.executable, "-P", "-m", "gitpact.audit.measurer"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        if self.ended:
            self._kill()  # another thread has seen none to kill
        self._send(self.process, json.dumps([self.wanted, self.limits.memory]))
        return self.process

    @staticmethod
    def _send(process: subprocess.Popen[bytes], line: str) -> None:
        assert process.stdin  # noqa: S101  a pipe
        process.stdin.write(f"{line}\n".encode())
        process.stdin.flush()

    def _line(self, process: subprocess.Popen[bytes], question: str) -> str:
        """One line for another; "" where the process ends. Raises TimeoutError, and OSError where it has ended."""
        self._send(process, question)
        assert process.stdout  # noqa: S101  a pipe
        deadline = time.monotonic() + self.limits.seconds
        pieces: list[bytes] = []
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            while not pieces or not pieces[-1].endswith(b"\n"):
                if not ready.select(max(deadline - time.monotonic(), 0)):
                    raise TimeoutError
                piece = os.read(process.stdout.fileno(), PIECE)
                if not piece:
                    return ""
                pieces.append(piece)
        return b"".join(pieces).decode()


def main() -> None:
    """What the process does: one line of settings, then one of JSON for each line that names a repository."""
    values, most_memory = json.loads(sys.stdin.readline())
    wanted = measure.Wanted(*values)
    _limit_memory(most_memory)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    inherited = dict(os.environ)
    gc.disable()  # a history is millions of objects, none of which is in a circle
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        os.environ.clear()
        os.environ.update(inherited)
        print(json.dumps(_measured(question["name"], question["git_dir"], wanted)), flush=True)  # noqa: T201
        gc.collect()


def _measured(name: str, git_dir: str, wanted: Wanted) -> dict[str, object]:
    try:
        rows = measure.rows(name, git_dir, wanted)
        large = (
            value for its in rows.values() for row in its for value in row if isinstance(value, int) and value > MOST
        )
        return {"error": "a number in it is too large"} if any(large) else {"rows": rows}
    except GitpactError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "needs more memory than the limit"}
    except Exception as error:  # noqa: BLE001  a repository that breaks gitpact is a row too
        return {"error": f"{type(error).__name__}: {error}"}


def _limit_memory(most: int) -> None:
    try:
        import resource  # noqa: PLC0415  Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _end_with(parent: int) -> None:
    """End this process and its children once `parent` is gone."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
