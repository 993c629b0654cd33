"""Git commands that a person watches: with their terminal, their configuration and their hooks."""

from __future__ import annotations


def run(*words: str) -> int:
    """Run `git WORDS` and wait; returns its exit code. Ctrl-C is git's alone."""
    import signal  # noqa: PLC0415  few commands run git so
    import subprocess  # noqa: PLC0415  as above

    with subprocess.Popen(["git", *words]) as process:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
