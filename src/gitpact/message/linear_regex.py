"""Regular expressions of a policy, matched in time linear in the text.

A policy comes from whoever may change a file, and Python's `re` needs exponential time for `(a+)+b`: neither possessive
quantifiers nor a limit on nesting makes a pattern of somebody else's linear. Here a pattern is a finite automaton
(Thompson, 1968) whose states are made as a text needs them, and kept: every step is one look into a table, and nothing
is tried twice. What cannot be an automaton (references back, lookaround) is refused when the policy is read. A package
such as google-re2 would do it too; a hook's interpreter may not have it, and a pattern must not mean one thing here and
another thing there. `re` itself is not loaded for it, which takes longer than a whole check.

The syntax is that of `re`; a property test compares the two. What is asked is whether a whole text matches, so a group
is there only to be repeated or chosen between, and greedy and lazy quantifiers are the same.
"""

from __future__ import annotations

from gitpact.errors import Phrase, as_phrase
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Test = Callable[[str], bool]
    Node = tuple[Any, ...]
    Step = tuple[Any, ...]

LONGEST = 1000  # characters of a pattern
MOST_STEPS = 2000  # of the automaton: a pattern whose counts are written out
DEEPEST = 50  # groups in each other
KEPT = 500  # transitions; then all are forgotten, which costs time and no memory
KEPT_PLACES = 100_000  # steps of the automaton that all states together hold, as above
DEAD = -1  # the number of a state from which nothing matches
EDGE, WORD, OTHER = 0, 1, 2  # what stands beside a place in the text: nothing, a letter or the like, anything else
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
HEX = {"x": 2, "u": 4, "U": 8}
CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "D": lambda char: not char.isdecimal(),
    "s": str.isspace,
    "S": lambda char: not char.isspace(),
    "w": lambda char: char.isalnum() or char == "_",
    "W": lambda char: not (char.isalnum() or char == "_"),
}
BORDERS = {"b": "border", "B": "inside", "A": "start", "Z": "end"}
REFUSED = {
    "=": (
        "an unsupported lookahead (?=…)",
        "write the text of the lookahead as a normal part of the pattern: \\d+abc, not \\d+(?=abc)",
    ),
    "!": ("an unsupported negative lookahead (?!…)", "write a pattern for allowed text, not for forbidden text"),
    "<": (
        "an unsupported lookbehind (?<…)",
        "write the text of the lookbehind as a normal part of the pattern: abc\\d+, not (?<=abc)\\d+",
    ),
    ">": ("an unsupported atomic group (?>…)", "write (?:…)"),
    "(": ("an unsupported conditional group (?(…)…)", "replace the condition with two alternatives: (?:…|…)"),
}


class PatternError(ValueError):
    """A pattern that is invalid or refused.

    `str(error)` is one line: what is wrong, where, and what to write instead.
    """


class Pattern(NamedTuple):
    """A compiled pattern: the steps of its automaton, and what `matches` has computed from them so far.

    A state is (indices of steps, EDGE, WORD or OTHER for the character before); `states` lists them, `numbers` has the
    index of each, and `moves` the index of the state that follows one by a character, or DEAD, and by "" whether the
    text may end there.
    """

    steps: tuple[Step, ...]
    states: list[tuple[frozenset[int], int]]
    numbers: dict[tuple[frozenset[int], int], int]
    moves: dict[tuple[int, str], int]


_compiled: dict[str, Pattern] = {}


def fullmatch(pattern: str, text: str) -> bool:
    """Whether a pattern of a policy matches the whole text. Raises PatternError for a pattern that is refused."""
    return matches(compiled(pattern), text)


def compiled(pattern: str) -> Pattern:
    """The automaton of a pattern, made once. Raises PatternError for a pattern that is refused."""
    if pattern not in _compiled:
        _compiled[pattern] = automaton(_Reader(pattern).read())
    return _compiled[pattern]


def check(pattern: str) -> None:
    """Raise PatternError for a pattern that is refused."""
    automaton(_Reader(pattern).read())


def automaton(node: Node) -> Pattern:
    """Compile a syntax tree. Raises PatternError if it takes more than MOST_STEPS steps.

    A node is ("set", test), where `test(character)` tells whether it fits; ("all", nodes) in a row; ("one", nodes) as
    alternatives; ("repeat", node, least, most), most None for any number; or ("at", place), the place being "start" or
    "end" of the text, "border" of a word or "inside".
    """
    steps: list[Step] = []
    _emit(node, steps)
    steps.append(("match",))
    first = (frozenset((0,)), EDGE)
    return Pattern(tuple(steps), [first], {first: 0}, {})


def matches(pattern: Pattern, text: str) -> bool:
    """Whether a compiled pattern matches the whole text; linear in its length."""
    moves, state = pattern.moves, 0
    for char in text:
        following = moves.get((state, char))
        state = _move(pattern, state, char) if following is None else following
        if state == DEAD:
            return False
    ends = moves.get((state, ""))
    if ends is None:
        places, before = pattern.states[state]
        reached = _reached(pattern.steps, places, before, EDGE)
        ends = moves[state, ""] = any(pattern.steps[place][0] == "match" for place in reached)
    return bool(ends)


def _move(pattern: Pattern, state: int, char: str) -> int:
    """The state after a character, by way of all that can be reached without one."""
    places, before = pattern.states[state]
    after = WORD if CLASSES["w"](char) else OTHER
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
    number = _number(pattern, following)
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


def _holds(what: str, before: int, after: int) -> bool:
    if what == "start":
        return before == EDGE
    if what == "end":
        return after == EDGE
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


class _Reader:
    """Reads a pattern from left to right; a class, as every part of the grammar moves the same place on."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST:
            raise PatternError(
                Phrase("{count} characters; a pattern may have at most {most}", count=len(pattern), most=LONGEST)
            )
        self.text, self.at, self.depth = pattern, 0, 0
        self.any_case = self.dot_all = False
        self.names: set[str] = set()

    def read(self) -> Node:
        """The syntax tree of the whole pattern."""
        node = self._choice()
        if self.at < len(self.text):
            raise self._error("a ')' without its '('", _write("\\)"))
        return node

    def _error(self, what: str, instead: str = "") -> PatternError:
        place = Phrase("{what} at character {number}", what=as_phrase(what), number=self.at + 1)
        return PatternError(Phrase("{place}; {instead}", place=place, instead=as_phrase(instead)) if instead else place)

    def _next(self, wanted: str = "") -> str:
        """The next character, taken; with `wanted` only if it is that text. "" otherwise and at the end."""
        found = self.text[self.at : self.at + max(len(wanted), 1)]
        if wanted and found != wanted:
            return ""
        self.at += len(found)
        return found

    def _choice(self) -> Node:
        nodes = [self._sequence()]
        while self._next("|"):
            nodes.append(self._sequence())
        return nodes[0] if len(nodes) == 1 else ("one", nodes)

    def _sequence(self) -> Node:
        nodes: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            node = self._atom()
            if node:
                nodes.append(self._repeated(node))
        return ("all", nodes)

    def _atom(self) -> Node | None:
        """One character, class, border or group; None for what stands for no text: a comment, flags."""
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return ("set", self._members())
        if char == ".":
            return ("set", (lambda _: True) if self.dot_all else "\n".__ne__)
        if char in "^$":
            return ("at", "start" if char == "^" else "end")
        if char in "*+?" or (char == "{" and self._counts(self.at)):
            self.at -= 1
            raise self._error(Phrase("nothing to repeat before '{char}'", char=char), _write(f"\\{char}"))
        if char == "\\":
            return self._escape()
        return ("set", self._same(char))

    def _repeated(self, node: Node) -> Node:
        char = self.text[self.at : self.at + 1]
        counts = self._counts(self.at + 1) if char == "{" else None
        if char and char in "*+?":
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
            self.at += 1
        elif counts:
            least, most, self.at = counts
        else:
            return node
        if node[0] == "at":
            raise self._error(
                "a quantifier after an anchor such as ^, $ or \\b", "remove the quantifier after the anchor"
            )
        if most is not None and most < least:
            raise self._error(
                Phrase("{{{least},{most}}}: {least} is more than {most}", least=least, most=most),
                _write(f"{{{most},{least}}}"),
            )
        if max(least, most or 0) > MOST_STEPS:
            raise self._error(
                Phrase("a repetition count greater than {most}", most=MOST_STEPS),
                ("use * or + as the quantifier"),
            )
        if self.text[self.at : self.at + 1] == "+":
            raise self._error("a possessive quantifier", "remove the last '+'")
        self._next("?")
        after = self.text[self.at : self.at + 1]
        if (after and after in "*+?") or (after == "{" and self._counts(self.at + 1)):
            raise self._error("a quantifier directly after another quantifier", "put the repeated part into (?:…)")
        return ("repeat", node, least, most)

    def _counts(self, start: int) -> tuple[int, int | None, int] | None:
        """Least and most of `{m,n}` from its inside on, and where it ends; None where these are plain characters."""
        end = self.text.find("}", start)
        first, comma, last = self.text[start : max(end, start)].partition(",")
        if not all(part == "" or (part.isascii() and part.isdecimal()) for part in (first, last)) or not (
            first or comma
        ):
            return None
        if not (first or last):
            return (0, None, end + 1) if comma else None
        least, most = _count(first or "0"), _count(last) if last else None
        return least, most if comma else least, end + 1

    def _group(self) -> Node | None:
        before = self.any_case, self.dot_all
        if self._next("?"):
            kind = self._next()
            if kind == "#":
                end = self.text.find(")", self.at)
                if end < 0:
                    raise self._error("a comment (?#… without a ')'", _write("(?#…)"))
                self.at = end + 1
                return None
            if kind == "P":
                self._name()
            elif kind in REFUSED:
                what, instead = REFUSED[kind]
                self.at -= 3
                raise self._error(what, instead)
            elif kind != ":" and self._flags(kind):
                return None
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(
                Phrase("groups nested more than {most} levels deep", most=DEEPEST), "use fewer parentheses"
            )
        node = self._choice()
        if not self._next(")"):
            raise self._error("a group without its closing ')'", "to match a parenthesis, write \\(")
        self.depth -= 1
        self.any_case, self.dot_all = before
        return node

    def _name(self) -> None:
        if self._next("="):
            raise self._error(
                "an unsupported backreference (?P=…)",
                ("replace the backreference with a second copy of the part that it repeats"),
            )
        end = self.text.find(">", self.at)
        if not self._next("<") or end < 0 or not self.text[self.at : end].isidentifier():
            raise self._error(
                "(?P without a valid group name", "write (?P<name>…), or (?:…) for a group without a name"
            )
        if self.text[self.at : end] in self.names:
            raise self._error("two groups with the same name", "write (?:…)")
        self.names.add(self.text[self.at : end])
        self.at = end + 1

    def _flags(self, first: str) -> bool:
        """Read `i`, `s` and `-`; whether they are for all that follows, and not for a group."""
        start = self.at - 2
        letters = first
        while self.at < len(self.text) and self.text[self.at] not in ":)":
            letters += self._next()
        on, _, off = letters.partition("-")
        if not set(on + off) <= {"i", "s"} or not letters.strip("-") or self.at == len(self.text):
            raise self._error(
                Phrase("flags that gitpact does not support, '{letters}'", letters=letters),
                "the flags are i (any case) and s ('.' also matches a line feed)",
            )
        self.any_case = (self.any_case or "i" in on) and "i" not in off
        self.dot_all = (self.dot_all or "s" in on) and "s" not in off
        whole = self._next() == ")"
        if whole and (start != 1 or off):
            raise self._error(
                "flags such as (?i) that are not at the very start of the pattern",
                ("put the flags at the start of the pattern, or use (?i:…)"),
            )
        return whole

    def _escape(self) -> Node:
        char = self._next()
        if char in BORDERS:
            return ("at", BORDERS[char])
        if char in CLASSES:
            return ("set", CLASSES[char])
        return ("set", self._same(self._character(char)))

    def _character(self, char: str) -> str:
        """What an escape stands for, its first character taken."""
        if char in HEX:
            digits = self.text[self.at : self.at + HEX[char]]
            try:
                found = chr(int(digits, 16)) if len(digits) == HEX[char] and digits.isalnum() else ""
            except (ValueError, OverflowError):
                found = ""
            if not found:
                raise self._error(Phrase("\\{char} needs {count} hexadecimal digits", char=char, count=HEX[char]))
            self.at += HEX[char]
            return found
        if char == "0":
            raise self._error("an octal escape", "write \\x00")
        if char and char.isascii() and char.isdecimal():
            raise self._error(
                Phrase("an unsupported backreference \\{char}", char=char),
                "replace the backreference with a second copy of the part that it repeats",
            )
        if not char or (char.isascii() and char.isalpha() and char not in ESCAPES):
            raise self._error(Phrase("no such escape: \\{char}", char=char), "to match a backslash, write \\\\")
        return ESCAPES.get(char, char)

    def _members(self) -> Test:
        """What is in brackets, as a test of a character."""
        start = self.at
        negated = bool(self._next("^"))
        singles: set[str] = set()
        ranges: list[tuple[str, str]] = []
        classes: list[Test] = []
        while True:
            if self.at >= len(self.text):
                self.at = start - 1
                raise self._error("a '[' without its ']'", _write("\\["))
            if self.text[self.at] == "]" and self.at > start + negated:
                self.at += 1
                break
            low = self._member()
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                high = self._member()
                if not isinstance(low, str) or not isinstance(high, str) or high < low:
                    raise self._error("no valid range", "write the character with the lower code first, as in [a-z]")
                ranges.append((low, high))
            elif isinstance(low, str):
                singles.add(low)
            else:
                classes.append(low)
        return _members(singles, ranges, classes, negated=negated, any_case=self.any_case)

    def _member(self) -> str | Test:
        char = self._next()
        if char != "\\":
            return char
        char = self._next()
        if char == "b":
            return "\b"
        return CLASSES[char] if char in CLASSES else self._character(char)

    def _same(self, char: str) -> Test:
        return _members({char}, [], [], negated=False, any_case=self.any_case)


def _write(text: str) -> Phrase:
    return Phrase("write {text}", text=text)


def _count(digits: str) -> int:
    return int(digits) if len(digits) < len(str(MOST_STEPS)) + 1 else MOST_STEPS + 1


def _members(
    singles: set[str], ranges: list[tuple[str, str]], classes: list[Test], *, negated: bool, any_case: bool
) -> Test:
    def is_in(char: str) -> bool:
        return (
            char in singles or any(low <= char <= high for low, high in ranges) or any(holds(char) for holds in classes)
        )

    def test(char: str) -> bool:
        forms = {char, char.lower(), char.upper()} if any_case else (char,)
        return any(map(is_in, forms)) != negated

    if any_case:
        return test
    return (lambda char: not is_in(char)) if negated else is_in
