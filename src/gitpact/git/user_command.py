"""Commands that a person watches and answers: an editor, or git with their configuration and their hooks."""

from __future__ import annotations


def run(*words: str) -> int:
    """Run a command with the person's terminal and wait; returns its exit code. Ctrl-C is that command's alone."""
    import signal  # noqa: PLC0415  few commands have a person's terminal
    import subprocess  # noqa: PLC0415  as above

    with subprocess.Popen(words) as process:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
