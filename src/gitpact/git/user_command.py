"""Commands that a person watches and answers: an editor, or git with their configuration and their hooks."""

from __future__ import annotations

from gitpact.errors import CANNOT_CHECK, FINDINGS, OK


def commit(*words: str, folder: str | None = None) -> int:
    """Run a `git commit` in a folder, the current one by default; returns 0, 1 if it is refused, 2 if it fails."""
    code = run(*words, folder=folder)
    return code if code in {OK, FINDINGS} else CANNOT_CHECK


def run(*words: str, folder: str | None = None) -> int:
    """Run a command in a folder, with the person's terminal, and wait; returns its exit code.

    Ctrl-C is that command's alone.
    """
    import signal  # noqa: PLC0415  few commands have a person's terminal
    import subprocess  # noqa: PLC0415  as above

    with subprocess.Popen(words, cwd=folder) as process:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
