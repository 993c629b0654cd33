"""A text that a policy's pattern matches, to show to people instead of the pattern."""

from __future__ import annotations

from gitpact.message import linear_regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.message.linear_regex import Pattern

USUAL = ("#12", "PROJ-12", "ABC-123", "GH-12", "PROJ_12", "12", "!12", "T123")
# In the order in which one is taken: where a pattern allows a digit or a letter, nothing else is shown.
CHARACTERS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0" + "#-_/.!:()[]{}@+=&%$*,;'\"<>|~^`? \\"
LONGER = ("23", "2")  # what makes a number of one digit look like one


def example(pattern: str) -> str:
    """A short text that the pattern matches whole; the pattern itself where none is found.

    `pattern` is a regular expression of a policy that was accepted (`linear_regex.check`). Takes time linear in its
    length.
    """
    fits = (text for text in USUAL if linear_regex.fullmatch(pattern, text))
    usual = next(fits, "")
    if usual:
        return usual
    text = _shortest(linear_regex.compiled(pattern))
    if not text or not linear_regex.fullmatch(pattern, text):
        return pattern
    longer = (text + more for more in LONGER if text[-1] == "1" and linear_regex.fullmatch(pattern, text + more))
    return next(longer, text)


def _shortest(pattern: Pattern) -> str:
    """What the shortest way through the automaton spells; borders are taken to hold, so it may not match."""
    reached = {0: ""}
    waiting = [0]
    for place in waiting:
        kind, *operands = pattern.steps[place]
        if kind == "match":
            return reached[place]
        following = operands if kind == "go" else [place + 1]
        char = next((char for char in CHARACTERS if operands[0](char)), "") if kind == "set" else ""
        if kind == "set" and not char:
            continue
        for step in following:
            if step not in reached:
                reached[step] = reached[place] + char
                waiting.append(step)
    return ""
