"""Entry points, and the one place where errors become exit codes: 2 cannot check, 3 crashed, 130 interrupted.

What runs here is over in a moment, so Python neither looks for cycles nor tidies up: both cost as much as a rule does.
"""

from __future__ import annotations

import gc
import os
import sys

from gitpact.errors import CANNOT_CHECK, CRASHED, INTERRUPTED, GitpactError, Phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

STDERR = 2
IF_POLICY = "--if-policy"  # what the hooks of `install --global` say: where a project has none, nothing is judged


def hook() -> NoReturn:
    """Entry point of `gitpact-hook` and of the hook files: run the hook that `sys.argv` names and end the process.

    The words are `--if-policy`, if a project without a policy is not judged, the hook's name and git's arguments.
    Errors and advice go to standard error; the process ends with the hook's exit code.
    """
    gc.disable()
    _fill_streams()
    asked = sys.argv[1:2] != [IF_POLICY]
    if not asked:
        del sys.argv[1]
    argv = sys.argv[1:]

    def run() -> int:
        from gitpact.cli.hooks import dispatch  # noqa: PLC0415  its own import errors are caught here too

        return dispatch.main(argv, explicit=asked)

    def advise() -> int:
        from gitpact.cli.hooks import advice  # noqa: PLC0415  a hook that judged needs none

        _say(*advice.after_failure(argv, code))
        return code

    code = exit_code_of(run)
    _end(exit_code_of(advise) if code in {CANNOT_CHECK, CRASHED} else code)


def command() -> NoReturn:
    """Entry point of `gitpact` and `git pact`: run the command in `sys.argv`, end the process with its exit code."""

    def run() -> int:
        from gitpact.cli import app  # noqa: PLC0415  its own import errors are caught here too

        return app.main(sys.argv[1:])

    gc.disable()
    _fill_streams()
    _end(exit_code_of(run))


def _fill_streams() -> None:
    """Open the standard streams that the caller has closed, as git does (`sanitize_stdfds`, setup.c).

    A pipe or a file would get their numbers, and what is written for a person would go into it.
    """
    number = 0
    while number <= STDERR:
        number = os.open(os.devnull, os.O_RDWR)
        os.set_inheritable(number, number <= STDERR)
    os.close(number)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  open until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  as above


def exit_code_of(run: Callable[[], int]) -> int:
    """Return what `run` returns, or the exit code for what it raises.

    GitpactError is 2, with the error and its hint on standard error; BrokenPipeError, as of a closed standard output,
    is 2 and KeyboardInterrupt 130, both with no output. Any other Exception is 3: a report is saved in the folder for
    temporary files and named on standard error.
    """
    try:
        return run()
    except GitpactError as error:
        _say(
            Phrase("gitpact: error: {error}", error=error),
            *(f"  {line}" for line in error.below),
            Phrase("gitpact: hint: {what}", what=error.hint) if error.hint else "",
        )
        return CANNOT_CHECK
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader is gone (`gitpact rules | head`); keep the interpreter from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_CHECK
    except Exception as error:  # noqa: BLE001  the last line of defence
        _say(
            Phrase("gitpact: crashed: {kind}: {error}", kind=type(error).__name__, error=str(error)),
            Phrase("gitpact: details: {path}", path=_crash_log(error)),
        )
        return CRASHED


def _say(*lines: str) -> None:
    from gitpact.report import i18n  # noqa: PLC0415  what passes says nothing
    from gitpact.report.escape import inert, visible  # noqa: PLC0415  as above

    text = "".join(f"{inert(visible(i18n.translate(line)))}\n" for line in lines if line)
    encoding = "utf-8" if i18n.takes_unicode(terminal=sys.stderr.isatty()) else sys.stderr.encoding or "ascii"
    sys.stderr.buffer.write(text.encode(encoding, "backslashreplace"))
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
