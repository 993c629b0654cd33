"""The one place where errors become exit codes: 2 cannot check, 3 crashed, 130 interrupted.

What runs here is over in a moment, so Python neither looks for cycles nor tidies up: both cost as much as a rule does.
"""

from __future__ import annotations

import gc
import os
import sys

from gitpact.errors import CANNOT_CHECK, CRASHED, INTERRUPTED, GitpactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

IF_POLICY = "--if-policy"  # what the hooks of `install --global` say: where a project has none, nothing is judged
COMMIT = "to commit without the check, once: GITPACT=0 git commit …   (CI will still judge it)"
GET_THROUGH = {
    "pre-push": "to push without the check, once: GITPACT=0 git push …   (CI and the server will still judge it)",
    "pre-receive": "every push is refused until the administrator mends it, or touches gitpact/off in the repository",
}


def hook() -> NoReturn:
    """Entry point of `gitpact-hook` and of the shims."""
    gc.disable()
    asked = sys.argv[1:2] != [IF_POLICY]
    if not asked:
        del sys.argv[1]

    def run() -> int:
        from gitpact.cli.hook import main  # noqa: PLC0415  its own import errors are caught here too

        return main(sys.argv[1:], asked=asked)

    code = guard(run)
    if code in {CANNOT_CHECK, CRASHED} and sys.argv[1:2] == ["commit-msg"] and len(sys.argv) > 2:  # noqa: PLR2004
        from gitpact.repair import retry, shell  # noqa: PLC0415
        from gitpact.report import i18n  # noqa: PLC0415

        again = retry.asked()
        whole = retry.whole(again, hinted=_hinted(sys.argv[2]))
        command = retry.command(again, *whole, "-e", "-F", shell.shorter(sys.argv[2], ""))
        _say(f"gitpact: {i18n.catalog()['hook.kept'].format(command=command)}")
    _end(code)


def _hinted(path: str) -> bool:
    """Whether an editor would make git take lines of a message for comments; no configuration is asked any more."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  as the hook reads it
            text = file.read()
    except OSError:
        return False
    return os.environ.get("GIT_EDITOR") == ":" and b"\n#" in b"\n" + text


def command() -> NoReturn:
    """Entry point of `gitpact` and `git pact`."""

    def run() -> int:
        if sys.argv[1:] in (["--version"], ["-V"]):
            from gitpact import __version__  # noqa: PLC0415

            sys.stdout.write(f"gitpact {__version__}\n")
            return 0
        from gitpact.checks.ranges import clone  # noqa: PLC0415  as below

        clone.refuse_embedded()
        if sys.argv[1:2] == ["lint"]:
            from gitpact.cli import lint_range  # noqa: PLC0415

            asked = lint_range.read(sys.argv[2:])
            if asked:
                return lint_range.run(asked)
        if sys.argv[1:2] == ["size"]:
            from gitpact.cli import measure  # noqa: PLC0415

            measured = measure.read(sys.argv[2:])
            if measured:
                return measure.run(measured)
        from gitpact.cli.app import main  # noqa: PLC0415  the command line's libraries are slow to load

        return main(sys.argv[1:])

    gc.disable()
    if sys.stdout is None:  # closed by the caller; the exit code still tells
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115,PTH123  open until the end
    _end(guard(run))


def guard(run: Callable[[], int]) -> int:
    """The exit code of `run`, whatever it raises."""
    try:
        return run()
    except GitpactError as error:
        _say(f"gitpact: error: {error}", f"gitpact: hint: {error.hint}" if error.hint else "")
        return CANNOT_CHECK
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader is gone (`gitpact rules | head`); keep the interpreter from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_CHECK
    except Exception as error:  # noqa: BLE001  the last line of defence
        _say(
            f"gitpact: crashed: {type(error).__name__}: {error}",
            f"gitpact: details: {_crash_log(error)}",
            f"gitpact: {GET_THROUGH.get(sys.argv[1] if len(sys.argv) > 1 else '', COMMIT)}",
        )
        return CRASHED


def _say(*lines: str) -> None:
    from gitpact.report.escape import inert, visible  # noqa: PLC0415

    text = "".join(f"{inert(visible(line))}\n" for line in lines if line)
    sys.stderr.buffer.write(text.encode(sys.stderr.encoding or "ascii", "backslashreplace"))
    sys.stderr.flush()


def _crash_log(error: BaseException) -> str:
    """Write a report that can be pasted into an issue as it is; it holds no message text. Returns its path."""
    import platform  # noqa: PLC0415
    import tempfile  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    from gitpact import __version__  # noqa: PLC0415

    report = "".join(
        [
            f"gitpact {__version__}, Python {platform.python_version()}, {platform.platform()}\n",
            f"arguments: {sys.argv[1:2]}\n\n```\n",
            *traceback.format_exception(error),
            "```\n",
        ]
    )
    try:
        descriptor, path = tempfile.mkstemp(prefix="gitpact-crash-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
    except OSError:
        return report
    return path


def _end(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
