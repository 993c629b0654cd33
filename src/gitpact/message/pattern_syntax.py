"""The syntax of a policy's regular expressions: a pattern into a tree, or one error that says what to write instead.

It is that of Python's `re`, without what no automaton can do (references back, lookaround); `linear_regex` matches it.
A group is there only to be repeated or chosen between, and greedy and lazy quantifiers are the same.
"""

from __future__ import annotations

from gitpact.errors import Phrase, as_phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Test = Callable[[str], bool]
    Node = tuple[Any, ...]

LONGEST = 1000  # characters of a pattern
MOST_STEPS = 2000  # of the automaton: a pattern whose counts are written out
DEEPEST = 50  # groups in each other
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


def parse(pattern: str) -> Node:
    """The syntax tree of a pattern. Raises PatternError for one that is refused.

    A node is ("set", test, char, folded), where `test(character)` tells whether it fits and `char` is the only one that
    does, "" where many do (`folded`: in any case, and `char` is in capitals); ("all", nodes) in a row; ("one", nodes)
    as alternatives; ("repeat", node, least, most), most None for any number; or ("at", place), the place being "start"
    or "end" of the text, "line-start" or "line-end", "border" of a word or "inside".
    """
    return _Reader(pattern).read()


def literal(node: Node) -> tuple[str, bool]:
    """The longest text that is in every match of a syntax tree, and whether in any case; ("", False) for none.

    With True, it is in `folded` of each text that matches.
    """
    runs = [("", False)]
    _collect(node, runs)
    return max(runs, key=lambda run: len(run[0]))


def folded(text: str) -> str:
    """A text in which letters that differ in case alone are equal, as they are for the flag `i`."""
    return text.lower().upper()


def _collect(node: Node, runs: list[tuple[str, bool]]) -> None:
    """Go on with the last of `runs` by what a node always matches; begin a new one where that is not one text."""
    kind, *parts = node
    if kind == "all":
        for part in parts[0]:
            _collect(part, runs)
    elif kind == "set" and parts[1]:
        text, any_case = runs[-1]
        if text and any_case != parts[2]:
            runs.append(("", False))
            text = ""
        runs[-1] = (text + parts[1], parts[2])
    elif kind != "at":
        runs.append(("", False))
        if kind == "repeat" and parts[1]:
            _collect(parts[0], runs)
            runs.append(("", False))


class _Reader:
    """Reads a pattern from left to right; a class, as every part of the grammar moves the same place on."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST:
            raise PatternError(
                Phrase("{count} characters; a pattern may have at most {most}", count=len(pattern), most=LONGEST)
            )
        self.text, self.at, self.depth = pattern, 0, 0
        self.any_case = self.dot_all = self.by_line = False
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
            return ("set", self._members(), "", False)
        if char == ".":
            return ("set", (lambda _: True) if self.dot_all else "\n".__ne__, "", False)
        if char in "^$":
            border = "start" if char == "^" else "end"
            return ("at", f"line-{border}" if self.by_line else border)
        if char in "*+?" or (char == "{" and self._counts(self.at)):
            self.at -= 1
            raise self._error(Phrase("nothing to repeat before '{char}'", char=char), _write(f"\\{char}"))
        if char == "\\":
            return self._escape()
        return self._same(char)

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
        before = self.any_case, self.dot_all, self.by_line
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
        self.any_case, self.dot_all, self.by_line = before
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
        """Read `i`, `m`, `s` and `-`; whether they are for all that follows, and not for a group."""
        start = self.at - 2
        letters = first
        while self.at < len(self.text) and self.text[self.at] not in ":)":
            letters += self._next()
        on, _, off = letters.partition("-")
        if not set(on + off) <= {"i", "m", "s"} or not letters.strip("-") or self.at == len(self.text):
            raise self._error(
                Phrase("flags that gitpact does not support, '{letters}'", letters=letters),
                "the flags are i (any case), m (^ and $ match at every line) and s ('.' also matches a line feed)",
            )
        self.any_case = (self.any_case or "i" in on) and "i" not in off
        self.dot_all = (self.dot_all or "s" in on) and "s" not in off
        self.by_line = (self.by_line or "m" in on) and "m" not in off
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
            return ("set", CLASSES[char], "", False)
        return self._same(self._character(char))

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

    def _same(self, char: str) -> Node:
        test = _members({char}, [], [], negated=False, any_case=self.any_case)
        if self.any_case:
            return ("set", test, char.upper() if char.isascii() else "", True)
        return ("set", test, char, False)


def _write(text: str) -> Phrase:
    return Phrase("write {text}", text=text)


def _count(digits: str) -> int:
    return int(digits) if len(digits) < len(str(MOST_STEPS)) + 1 else MOST_STEPS + 1


def _one_case(char: str) -> str:
    """A form that is the same for characters which differ in case alone, as for the Greek σ, ς and Σ."""
    upper = char.upper()
    return (upper if len(upper) == 1 else char).lower()[0]


def _members(
    singles: set[str], ranges: list[tuple[str, str]], classes: list[Test], *, negated: bool, any_case: bool
) -> Test:
    def is_in(char: str) -> bool:
        return (
            char in singles or any(low <= char <= high for low, high in ranges) or any(holds(char) for holds in classes)
        )

    in_one_case = {_one_case(char) for char in singles}

    def test(char: str) -> bool:
        one = _one_case(char)
        # A form of several characters, as SS is of ß, is no character of a range.
        forms = {form for form in (char, one, char.lower(), char.upper()) if len(form) == 1}
        return (one in in_one_case or any(map(is_in, forms))) != negated

    if any_case:
        return test
    return (lambda char: not is_in(char)) if negated else is_in
