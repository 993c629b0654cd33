"""Regular expressions of a policy, matched in time linear in the text.

A policy comes from whoever may change a file, and Python's `re` needs exponential time for `(a+)+b`: neither possessive
quantifiers nor a limit on nesting makes a pattern of somebody else's linear. Here a pattern is a finite automaton
(Thompson, 1968) whose states are made as a text needs them, and kept: every step is one look into a table, and nothing
is tried twice. What cannot be an automaton (references back, lookaround) is refused when the policy is read. A package
such as google-re2 would do it too; a hook's interpreter may not have it, and a pattern must not mean one thing here and
another thing there. `re` itself is not loaded for it, which takes longer than a whole check.

The syntax is that of `re` (`pattern_syntax`); a property test compares the two.
"""

from __future__ import annotations

from gitpact.errors import Phrase
from gitpact.message import pattern_syntax
from gitpact.message.pattern_syntax import PatternError
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gitpact.message.pattern_syntax import Node

    Step = tuple[Any, ...]

MOST_STEPS = pattern_syntax.MOST_STEPS
KEPT = 500  # transitions; then all are forgotten, which costs time and no memory
KEPT_PLACES = 100_000  # steps of the automaton that all states together hold, as above
DEAD, FOUND = -1, -2  # numbers of states: nothing matches from here; a search has its match
EDGE, LINE, WORD, OTHER = 0, 1, 2, 3  # what stands beside a place in the text: nothing, a line feed, a letter, the rest
MIRRORED = {"start": "end", "end": "start", "line-start": "line-end", "line-end": "line-start"}
IS_WORD = pattern_syntax.CLASSES["w"]


class Pattern(NamedTuple):
    """A compiled pattern: the steps of its automaton, and what `matches` has computed from them so far.

    A state is (indices of steps, EDGE, LINE, WORD or OTHER for the character before); `states` lists them, `numbers`
    has the index of each, and `moves` the index of the state that follows one by a character, or DEAD, and by ""
    whether the text may end there. One that `seeks` may begin anywhere, and what follows the end of its match is FOUND.
    """

    steps: tuple[Step, ...]
    states: list[tuple[frozenset[int], int]]
    numbers: dict[tuple[frozenset[int], int], int]
    moves: dict[tuple[int, str], int]
    seeks: bool = False


_compiled: dict[str, Pattern] = {}
_searches: dict[str, Pattern] = {}


def fullmatch(pattern: str, text: str) -> bool:
    """Whether a pattern of a policy matches the whole text. Raises PatternError for a pattern that is refused."""
    return matches(compiled(pattern), text)


def compiled(pattern: str) -> Pattern:
    """The automaton of a pattern, made once. Raises PatternError for a pattern that is refused."""
    if pattern not in _compiled:
        _compiled[pattern] = automaton(pattern_syntax.parse(pattern))
    return _compiled[pattern]


def check(pattern: str) -> None:
    """Raise PatternError for a pattern that is refused."""
    automaton(pattern_syntax.parse(pattern))


def automaton(node: Node) -> Pattern:
    """Compile a syntax tree of `pattern_syntax.parse`. Raises PatternError if it takes more than MOST_STEPS steps."""
    steps: list[Step] = []
    _emit(node, steps)
    steps.append(("match",))
    first = (frozenset((0,)), EDGE)
    return Pattern(tuple(steps), [first], {first: 0}, {})


def search(pattern: str, text: str) -> tuple[int, int] | None:
    """Where a pattern of a policy matches in a text: begin and end in code points; None where it matches nowhere.

    It begins where the longest of the matches that end first begins, and is the longest from there; `re` may prefer
    another one, but finds a match in the same texts. Takes time linear in the text. Raises PatternError for a pattern
    that is refused.
    """
    end = _first_end(_anywhere(pattern), text)
    if end < 0:
        return None
    node = pattern_syntax.parse(pattern)
    backward, forward = automaton(_reversed(node)), automaton(node)
    begin = end - _longest(backward, text[:end][::-1], text[end : end + 1])
    return begin, begin + _longest(forward, text[begin:], text[:begin][-1:])


def occurs(pattern: str, text: str) -> bool:
    """Whether a pattern of a policy matches anywhere in a text. Raises PatternError for a pattern that is refused."""
    return _first_end(_anywhere(pattern), text) >= 0


def _anywhere(pattern: str) -> Pattern:
    """The automaton that finds the first end of a match, made once."""
    if pattern not in _searches:
        any_text: Node = ("repeat", ("set", lambda _: True), 0, None)
        _searches[pattern] = automaton(("all", [any_text, pattern_syntax.parse(pattern)]))._replace(seeks=True)
    return _searches[pattern]


def _first_end(pattern: Pattern, text: str) -> int:
    moves, state = pattern.moves, 0
    for at, char in enumerate(text):
        following = moves.get((state, char))
        state = _move(pattern, state, char) if following is None else following
        if state == FOUND:
            return at
    return len(text) if _may_end(pattern, state) else -1


def _longest(pattern: Pattern, text: str, above: str) -> int:
    """The length of the longest match at the begin of a text that follows the character `above`, "" for none."""
    state = _number(pattern, (frozenset((0,)), _kind(above)))
    length = at = 0
    while state != DEAD:
        char = text[at : at + 1]
        places, before = pattern.states[state]
        if any(pattern.steps[place][0] == "match" for place in _reached(pattern.steps, places, before, _kind(char))):
            length = at
        state = _move(pattern, state, char) if char else DEAD
        at += 1
    return length


def _reversed(node: Node) -> Node:
    """The tree that matches each text of another one from its end to its begin."""
    kind, *parts = node
    if kind in {"all", "one"}:
        nodes = [_reversed(part) for part in parts[0]]
        return (kind, nodes[::-1] if kind == "all" else nodes)
    if kind == "repeat":
        return (kind, _reversed(parts[0]), *parts[1:])
    return (kind, MIRRORED.get(parts[0], parts[0])) if kind == "at" else node


def matches(pattern: Pattern, text: str) -> bool:
    """Whether a compiled pattern matches the whole text; linear in its length."""
    moves, state = pattern.moves, 0
    for char in text:
        following = moves.get((state, char))
        state = _move(pattern, state, char) if following is None else following
        if state == DEAD:
            return False
    return _may_end(pattern, state)


def _may_end(pattern: Pattern, state: int) -> bool:
    """Whether the text may end in a state."""
    ends = pattern.moves.get((state, ""))
    if ends is None:
        places, before = pattern.states[state]
        reached = _reached(pattern.steps, places, before, EDGE)
        ends = pattern.moves[state, ""] = any(pattern.steps[place][0] == "match" for place in reached)
    return bool(ends)


def _move(pattern: Pattern, state: int, char: str) -> int:
    """The state after a character, by way of all that can be reached without one."""
    places, before = pattern.states[state]
    after = _kind(char)
    reached = _reached(pattern.steps, places, before, after)
    taken = (place + 1 for place in reached if pattern.steps[place][0] == "set" and pattern.steps[place][1](char))
    following = (frozenset(taken), after)
    if len(pattern.moves) >= min(KEPT, KEPT_PLACES // len(pattern.steps)):
        current = pattern.states[state]
        del pattern.states[1:]
        pattern.numbers.clear()
        pattern.moves.clear()
        pattern.numbers[pattern.states[0]] = 0
        state = _number(pattern, current)
    found = pattern.seeks and any(pattern.steps[place][0] == "match" for place in reached)
    number = FOUND if found else _number(pattern, following)
    pattern.moves[state, char] = number
    return number


def _number(pattern: Pattern, state: tuple[frozenset[int], int]) -> int:
    if not state[0]:
        return DEAD
    if state not in pattern.numbers:
        pattern.numbers[state] = len(pattern.states)
        pattern.states.append(state)
    return pattern.numbers[state]


def _reached(steps: tuple[Step, ...], places: frozenset[int], before: int, after: int) -> set[int]:
    """The steps that are reached from some without a character, between what stands before and after."""
    found: set[int] = set()
    todo = list(places)
    while todo:
        place = todo.pop()
        if place in found:
            continue
        found.add(place)
        kind, *operands = steps[place]
        if kind == "go":
            todo += operands
        elif kind == "at" and _holds(operands[0], before, after):
            todo.append(place + 1)
    return found


def _kind(char: str) -> int:
    if not char:
        return EDGE
    return WORD if IS_WORD(char) else LINE if char == "\n" else OTHER


def _holds(what: str, before: int, after: int) -> bool:
    if what in {"start", "line-start"}:
        return before == EDGE or (before == LINE and what == "line-start")
    if what in {"end", "line-end"}:
        return after == EDGE or (after == LINE and what == "line-end")
    return ((before == WORD) != (after == WORD)) == (what == "border")


def _emit(node: Node, steps: list[Step]) -> None:
    """Append the steps of a node; those that are reached without a character are ("go", place…)."""
    kind, *parts = node
    if kind in {"set", "at"}:
        steps.append(node)
    elif kind == "all":
        for part in parts[0]:
            _emit(part, steps)
    elif kind == "one":
        _emit_choice(parts[0], steps)
    else:
        _emit_repeated(parts[0], parts[1], parts[2], steps)
    if len(steps) > MOST_STEPS:
        said = (
            "the pattern is too large: its repetitions expand to more than {most} steps in total; use smaller "
            "numbers in {{…}}"
        )
        raise PatternError(Phrase(said, most=MOST_STEPS))


def _emit_choice(nodes: list[Node], steps: list[Step]) -> None:
    begins = len(steps)
    steps.append(())
    starts, ends = [], []
    for node in nodes:
        starts.append(len(steps))
        _emit(node, steps)
        ends.append(len(steps))
        steps.append(())
    steps[begins] = ("go", *starts)
    for end in ends:
        steps[end] = ("go", len(steps))


def _emit_repeated(node: Node, least: int, most: int | None, steps: list[Step]) -> None:
    for _ in range(least):
        begins = len(steps)
        _emit(node, steps)
        if len(steps) == begins:
            break  # nothing, however often
    if most is None:
        begins = len(steps)
        steps.append(())
        _emit(node, steps)
        steps.append(("go", begins))
        steps[begins] = ("go", begins + 1, len(steps))
        return
    skips = []
    for _ in range(most - least):
        skips.append(len(steps))
        steps.append(())
        _emit(node, steps)
    for place in skips:
        steps[place] = ("go", place + 1, len(steps))
