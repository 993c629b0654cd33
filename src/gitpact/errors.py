"""The one error class, and the exit codes of all commands and hooks."""

from __future__ import annotations

OK = 0
FINDINGS = 1
CANNOT_CHECK = 2
CRASHED = 3
INTERRUPTED = 130


class GitpactError(Exception):
    """gitpact cannot do what was asked: wrong use, no repository, bad policy.

    `str(error)` is one line that names the place and what was expected; `hint` is the next step, "" for none. Commands
    and hooks end with exit code 2 (CANNOT_CHECK) on it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
