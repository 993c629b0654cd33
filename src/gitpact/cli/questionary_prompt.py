"""Prompts of `gitpact commit` by questionary (the extra `gitpact[compose]`): a list to choose from, a line to edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import WordCompleter

from gitpact.errors import Phrase
from gitpact.message import display_width
from gitpact.report import i18n, style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEYS = 36  # choices that questionary gives a key: the digits and the letters
MARGIN = 6  # columns that questionary writes before a choice


def choose(question: Phrase, choices: Sequence[tuple[str, str]], known: str, columns: int) -> str:
    """Return the name of the choice that a person points at with the arrow keys, or by its key, and confirms.

    Each of the `choices` is a name and its meaning, of which as many words are shown as a terminal of so many `columns`
    has room for. `known` is the name that is pointed at first, "" for the first one. Raises KeyboardInterrupt.
    """
    rows = [
        questionary.Choice(style.wrap(f"{name:<10} {meaning}".rstrip(), columns - MARGIN, 0)[0], value=name)
        for name, meaning in choices
    ]
    chosen: str = questionary.select(
        f"{i18n.translate(question)}:",
        rows,
        default=known or None,
        use_shortcuts=len(rows) <= KEYS,
        use_jk_keys=False,
        instruction=" ",
    ).unsafe_ask()
    return chosen


def line(  # noqa: PLR0913  what a question can be
    question: Phrase,
    known: str = "",
    *,
    fault: Callable[[str], str | None] = lambda _: None,
    columns: int | None = None,
    words: Sequence[str] = (),
    optional: bool = False,  # noqa: ARG001  plain_prompt.line has to say how to leave a text out
) -> str:
    """Return what a person leaves of a text that begins as `known`, without the spaces around it.

    `fault` returns what is wrong with an answer; it is shown, and the person goes on editing. With `columns`, what is
    left of them is shown while the person types. Tab offers the `words`. Raises KeyboardInterrupt at Ctrl-C and at the
    end of input.
    """

    def verdict(typed: str) -> bool | str:
        wrong = fault(typed.strip())
        return True if wrong is None else i18n.translate(wrong)

    def left() -> str:
        used = display_width.width(get_app().current_buffer.text)
        return i18n.translate(Phrase("columns left: {count}", count=max((columns or 0) - used, 0)))

    toolbar = None if columns is None else left
    try:
        answer: str = questionary.text(
            f"{i18n.translate(question)}:",
            default=known,
            validate=verdict,
            bottom_toolbar=toolbar,
            completer=WordCompleter(words, match_middle=True),
            complete_while_typing=False,
        ).unsafe_ask()
    except EOFError:
        raise KeyboardInterrupt from None
    return answer.strip()
