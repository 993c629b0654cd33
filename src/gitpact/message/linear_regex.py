"""Regular expressions of a policy, matched in time linear in the text.

A policy comes from whoever may change a file, and Python's `re` needs exponential time for `(a+)+b`: neither possessive
quantifiers nor a limit on nesting makes a pattern of somebody else's linear. Here a pattern is a finite automaton
(Thompson, 1968) whose states are made as a text needs them, and kept: each state is a table of those that follow, so
every step is one look into a table, and nothing is tried twice. What cannot be an automaton (references back,
lookaround) is refused when the policy is read. A package such as google-re2 would do it too; a hook's interpreter may
not have it, and a pattern must not mean one thing here and another thing there. `re` itself is not loaded for it, which
takes longer than a whole check.

The syntax is that of `re` (`pattern_syntax`); a property test compares the two.
"""

from __future__ import annotations

from gitpact.errors import Phrase
from gitpact.message import pattern_syntax
from gitpact.message.bounded_memory import put
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
EDGE, LINE, WORD, OTHER = 0, 1, 2, 3  # what stands beside a place in the text: nothing, a line feed, a letter, the rest
MIRRORED = {"start": "end", "end": "start", "line-start": "line-end", "line-end": "line-start"}
IS_WORD = pattern_syntax.CLASSES["w"]


class State(dict[str, "State"]):
    """A state of a pattern's automaton: by character the state that follows, computed where it is not known yet.

    It stands for the steps at `places` behind a character of the kind `before` (EDGE, LINE, WORD or OTHER). By "" there
    is FOUND where the text may end here, else DEAD. `ways` has by the kind of the next character what `way` returns.
    """

    __slots__ = ("before", "pattern", "places", "ways")

    def __init__(self, pattern: Pattern, places: frozenset[int], before: int) -> None:
        self.pattern, self.places, self.before = pattern, places, before
        self.ways: dict[int, tuple[list[int], bool]] = {}

    def __missing__(self, char: str) -> State:
        pattern, after = self.pattern, _kind(char)
        if len(pattern.moves) >= min(KEPT, KEPT_PLACES // len(pattern.steps)):
            _forget(pattern)
        sets, ends = self.way(after)
        if ends and (pattern.seeks or not char):
            following = FOUND
        elif char:
            steps = pattern.steps
            following = _state(pattern, frozenset([place + 1 for place in sets if steps[place][1](char)]), after)
        else:
            following = DEAD
        pattern.moves.append(self)
        self[char] = following
        return following

    def way(self, after: int) -> tuple[list[int], bool]:
        """The steps that may take the next character, which is of the kind `after`, and whether a match ends here."""
        if after not in self.ways:
            steps = self.pattern.steps
            reached = _reached(steps, self.places, self.before, after)
            sets = [place for place in reached if steps[place][0] == "set"]
            self.ways[after] = sets, any(steps[place][0] == "match" for place in reached)
        return self.ways[after]


class Pattern(NamedTuple):
    """A compiled pattern: the steps of its automaton, and what `matches` has computed from them so far.

    `states` are the State objects by their places and kind of character, and `moves` has the state from which each
    known transition leads. A pattern that `seeks` may begin anywhere, and what follows the end of its match is FOUND.
    """

    steps: tuple[Step, ...]
    states: dict[tuple[frozenset[int], int], State]
    moves: list[State]
    seeks: bool = False


NOTHING = Pattern((), {}, [])
DEAD, FOUND = State(NOTHING, frozenset(), EDGE), State(NOTHING, frozenset(), EDGE)  # no match any more; a match
START = frozenset((0,))
_compiled: dict[str, Pattern] = {}
_searches: dict[str, State] = {}
_ways: dict[str, tuple[Pattern, Pattern]] = {}  # those that read a text backward, and forward


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
    _anywhere(pattern)


def automaton(node: Node) -> Pattern:
    """Compile a syntax tree of `pattern_syntax.parse`. Raises PatternError if it takes more than MOST_STEPS steps."""
    steps: list[Step] = []
    _emit(node, steps)
    steps.append(("match",))
    return Pattern(tuple(steps), {}, [])


def search(pattern: str, text: str) -> tuple[int, int] | None:
    """Where a pattern of a policy matches in a text: begin and end in code points; None where it matches nowhere.

    It begins where the longest of the matches that end first begins, and is the longest from there; `re` may prefer
    another one, but finds a match in the same texts. Takes time linear in the text. Raises PatternError for a pattern
    that is refused.
    """
    end = _first_end(pattern, text)
    if end < 0:
        return None
    if pattern not in _ways:
        node = pattern_syntax.parse(pattern)
        put(_ways, pattern, (automaton(_reversed(node)), automaton(node)))
    backward, forward = _ways[pattern]
    begin = end - _longest(backward, text[:end][::-1], text[end : end + 1])
    return begin, begin + _longest(forward, text[begin:], text[:begin][-1:])


def occurs(pattern: str, text: str) -> bool:
    """Whether a pattern of a policy matches anywhere in a text. Raises PatternError for a pattern that is refused."""
    return _first_end(pattern, text) >= 0


def _first_end(pattern: str, text: str) -> int:
    """Where the match ends that ends first; -1 for none."""
    state = _searches.get(pattern)
    if state is None:  # an empty one is a state too
        state = _searches[pattern] = _state(_anywhere(pattern), START, EDGE)
    for at, char in enumerate(text):
        state = state[char]
        if state is FOUND:
            return at
    return len(text) if state[""] is FOUND else -1


def _anywhere(pattern: str) -> Pattern:
    """The automaton that finds the first end of a match; of all that a pattern needs it is the largest."""
    any_text: Node = ("repeat", ("set", lambda _: True), 0, None)
    return automaton(("all", [any_text, pattern_syntax.parse(pattern)]))._replace(seeks=True)


def _longest(pattern: Pattern, text: str, above: str) -> int:
    """The length of the longest match at the begin of a text that follows the character `above`, "" for none."""
    state = _state(pattern, START, _kind(above))
    length = at = 0
    while state is not DEAD:
        char = text[at : at + 1]
        if state.way(_kind(char))[1]:
            length = at
        state = state[char] if char else DEAD
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
    state = _state(pattern, START, EDGE)
    for char in text:
        state = state[char]
        if state is DEAD:
            return False
    return state[""] is FOUND


def _state(pattern: Pattern, places: frozenset[int], before: int) -> State:
    if not places:
        return DEAD
    key = places, before
    if key not in pattern.states:
        pattern.states[key] = State(pattern, places, before)
    return pattern.states[key]


def _forget(pattern: Pattern) -> None:
    """Forget all states and transitions; a state that is in use finds its own again."""
    for state in pattern.moves:
        state.clear()
        state.ways.clear()
    pattern.moves.clear()
    pattern.states.clear()


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
