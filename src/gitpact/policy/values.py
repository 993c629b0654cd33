"""What TOML gave for one key into the value a `Policy` holds.

Raises TypeError, ValueError (of a list: with the member that is wrong) or `pattern_syntax.PatternError` where it does
not fit.
"""

from __future__ import annotations

from gitpact.errors import Phrase
from gitpact.policy.keys import ADDED, PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

SIZE_UNITS = {
    "": 1,
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
MOST_GLOBS = 256  # of a list; each is tried on each name
LONGEST = 600  # characters of a name or a glob; of these an automaton always has few enough steps
MOST, MOST_DIGITS = 2**53, 20  # of a number: more no file, and no history, will ever have
# What the members of a list have to look like: anything else, no header or trailer could ever be.
MEMBERS = {
    "types": r"^[^\s()!:\uff08\uff09\uff01\uff1a]+$",
    "scopes": r"^[^\s(),](?:[^(),]*[^\s(),])?$",
    "tokens": r"^(?:[A-Za-z0-9-]+|BREAKING CHANGE)$",
    "names": r"^\S+$",
    "presets": rf"^(?:{'|'.join((*PRESETS, *ADDED))})$",
    "globs": r".",
    "paths": r".",
}
# The texts that a `[[pattern]]` can look at, besides `trailer:KEY`.
PLACES = (
    *("header", "type", "scope", "description", "body", "message"),
    *("author", "committer", "branch", "tag", "path"),
)
NAME = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
TRAILER = r"^trailer:[A-Za-z0-9-]+$"
EXPECTED = {
    "types": "a list of types such as [\"feat\", \"fix\"]; a type contains no spaces, parentheses, '!' or ':'",
    "scopes": 'a list of scopes such as ["api", "ui"]; a scope contains no parentheses or commas',
    "tokens": 'a list of trailer keys such as ["Reviewed-by"], with letters, digits and dashes only',
    "names": 'a list of policies such as ["./base.toml", "git+https://HOST/REPOSITORY.git//FILE.toml@REVISION"]',
    "presets": 'a list of presets such as ["standard", "gerrit"]; to see them: gitpact policy schema',
    "globs": 'a list of strings, ["…", "…"]',
    "paths": 'a list of globs as in .gitignore, such as ["*.pem", "/build/"]',
    "bool": "true or false",
    "count": "a whole number from 0 to 2^53",
    "size": 'a size such as "5MB" (5*10^6) or "5MiB" (5*2^20), or a number of bytes, up to 2^53',
    "text": "a string",
    "sizes": 'a table of globs and sizes, such as { "assets/**" = "20MB" }',
    "regex": "a regular expression in a string",
    "map": 'a table of strings, such as { feature = "feat" }',
    "name": 'a name such as "no-ticket", with small letters, digits and dashes',
    "place": (
        "one of header, type, scope, description, body, message, author, committer, branch, tag, path, or trailer:KEY"
    ),
    "say": 'a sentence, or a table { en = "…", zh = "…" }',
}


class TooManyError(ValueError):
    """More globs than can be tried on each name."""


def parse_size(text: str) -> int:
    """The number of bytes that a size such as `5MB` (5 * 10^6), `1.5 MiB` (2^20 each) or `500` means, rounded down.

    Raises ValueError for any other text, and for more than 2^53 bytes.
    """
    number = text.rstrip("BkKMGi").strip()
    unit = text[len(text.rstrip("BkKMGi")) :]
    if unit not in SIZE_UNITS or not number.replace(".", "", 1).isdecimal() or not number.isascii():
        raise ValueError(text)
    if len(number) > MOST_DIGITS:
        raise ValueError(text)
    return _bounded(int(float(number) * SIZE_UNITS[unit]))


def _bounded(value: int) -> int:
    if value > MOST:
        raise ValueError(value)
    return value


def _members(kind: str) -> Callable[[Any], tuple[str, ...]]:
    def convert(value: Any) -> tuple[str, ...]:  # noqa: ANN401
        import re  # noqa: PLC0415  only a policy that is not cached needs it

        if not isinstance(value, list):
            raise TypeError
        if kind in {"globs", "paths"}:
            _check_number(value)
        for item in value:
            if not isinstance(item, str) or len(item) > LONGEST or not re.search(MEMBERS[kind], item):
                raise ValueError(item)
            if kind not in {"globs", "paths"} and not item.isprintable():
                raise ValueError(item)
        if kind == "paths":
            _check_paths(value)
        return tuple(value)

    return convert


def _check_number(globs: Collection[Any]) -> None:
    if len(globs) > MOST_GLOBS:
        raise TooManyError(Phrase("{count} globs; at most {most} are allowed", count=len(globs), most=MOST_GLOBS))


def _check_paths(globs: Collection[str]) -> None:
    from gitpact.rules import path_globs  # noqa: PLC0415  only a policy that is not cached needs it

    for glob in globs:
        path_globs.check(glob)


def _map(value: Any) -> dict[str, str]:  # noqa: ANN401
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise TypeError
    return {name.lower(): item for name, item in value.items()}


def _bool(value: Any) -> bool:  # noqa: ANN401
    if not isinstance(value, bool):
        raise TypeError
    return value


def _count(value: Any) -> int:  # noqa: ANN401
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return _bounded(value)


def _size(value: Any) -> int:  # noqa: ANN401
    return parse_size(value) if isinstance(value, str) else _count(value)


def _text(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise TypeError
    return value


def _sizes(value: Any) -> dict[str, int]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError
    if any(len(glob) > LONGEST for glob in value):
        raise TypeError
    _check_number(value)
    _check_paths(value)
    return {glob: _size(item) for glob, item in value.items()}


def _name(value: Any) -> str:  # noqa: ANN401
    import re  # noqa: PLC0415  as above

    if not isinstance(value, str) or len(value) > LONGEST or not re.fullmatch(NAME, value) or not value.isprintable():
        raise ValueError(value)
    return value


def _place(value: Any) -> str:  # noqa: ANN401
    import re  # noqa: PLC0415  as above

    if value not in PLACES and not (isinstance(value, str) and re.search(TRAILER, value) and value.isprintable()):
        raise ValueError(value)
    return str(value)


def _say(value: Any) -> tuple[str, str]:  # noqa: ANN401
    """What a finding says in English and in Chinese; "" for a language that is not given."""
    texts = {"en": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not texts or not set(texts) <= {"en", "zh"}:
        raise TypeError
    if not all(isinstance(text, str) and text.strip() and len(text) <= LONGEST for text in texts.values()):
        raise TypeError
    return texts.get("en", ""), texts.get("zh", "")


def _regex(value: Any) -> str:  # noqa: ANN401
    from gitpact.message import linear_regex  # noqa: PLC0415  only a policy that is not cached needs it

    if not isinstance(value, str) or not value:
        raise TypeError
    linear_regex.check(value)
    return value


CONVERT: dict[str, Callable[[Any], Any]] = {
    **{kind: _members(kind) for kind in MEMBERS},
    "map": _map,
    "bool": _bool,
    "count": _count,
    "size": _size,
    "sizes": _sizes,
    "text": _text,
    "regex": _regex,
    "name": _name,
    "place": _place,
    "say": _say,
}
