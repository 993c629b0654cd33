"""Prompts of `gitpact commit` with Python alone; questionary_prompt.py has better ones for a terminal."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from gitpact.cli import results_output
from gitpact.errors import Phrase
from gitpact.report import i18n
from gitpact.report import style as styles
from gitpact.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NONE = "-"


def line(  # noqa: PLR0913  what a question can be
    question: Phrase,
    known: str = "",
    *,
    fault: Callable[[str], str | None] = lambda _: None,
    columns: int | None = None,
    words: Sequence[str] = (),
    optional: bool = False,
) -> str:
    """Return what a person types in one line, without the spaces around it.

    An empty line is the answer `known`, which is shown in brackets; where the answer is `optional`, a dash is the
    answer "". `fault` returns what is wrong with an answer; it is shown, and the question is asked again. `columns` are
    those that the answer may have, and `words` are usual answers, which are listed. Raises KeyboardInterrupt at Ctrl-C
    and at the end of input.
    """
    if words:
        results_output.echo(styles.wrap(f"  {', '.join(map(visible, words))}", results_output.style().width, 2))
    asked = i18n.translate(question)
    if columns is not None:
        asked += i18n.translate(Phrase(" (at most {columns} columns)", columns=columns))
    if optional:
        asked += i18n.translate(Phrase(" (- for none)"))
    while True:
        first, _, below = known.partition("\n")
        shown = f" [{visible(first)}{'…' if below else ''}]" if known else ""
        typed = answer(f"{asked}{shown}: ")
        given = "" if optional and typed == NONE else typed or known
        wrong = fault(given)
        if wrong is None:
            return given
        results_output.echo([f"  {i18n.translate(wrong)}"])


def answer(question: str) -> str:
    """Return the line that is typed after `question`, without the spaces around it. Raises KeyboardInterrupt."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415  with it a line can be edited

    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt):
        results_output.echo([""])  # what the shell writes next begins a line
        raise KeyboardInterrupt from None
