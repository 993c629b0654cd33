"""Questions that a command asks a person at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

YES, NO, EDIT, MORE = ("y", "yes"), ("n", "no"), ("e", "edit"), ("m", "more")  # answers, in lower case


def can_ask() -> bool:
    """Return whether a person reads what is written and types the answers."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person reads or types there; a stream may be closed."""
    return stream is not None and stream.isatty()


def answer(question: str) -> str | None:
    """Write a question to standard error; returns what is typed, in lower case, and None at the end of input."""
    sys.stderr.write(question)
    sys.stderr.flush()
    typed = sys.stdin.readline()
    return typed.strip().lower() if typed.endswith("\n") else None
