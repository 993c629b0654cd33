"""Where in a policy file a mistake stands: tomllib does not say, so the key is looked up in the text."""

from __future__ import annotations

from gitpact.errors import GitpactError
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Place(NamedTuple):
    """A policy's file name, its text and the table that holds it ("tool.gitpact" or "")."""

    source: str
    text: str
    prefix: str


def config_error(  # noqa: PLR0913,PLR0917  the parts of one line
    place: Place, path: str, problem: str, expected: str, known: Sequence[str] = (), hint: str = ""
) -> GitpactError:
    """Build (not raise) the error on the key `path` of a policy file: its line, the problem and what was expected.

    The nearest of the names `known` becomes the hint, unless one is given.
    """
    line = line_of(place.text, f"{place.prefix}.{path}" if place.prefix else path)
    near = nearest(path.rpartition(".")[2], known)
    hint = hint or (f"did you mean '{near}'?" if near else "see: gitpact policy schema")
    return GitpactError(f"{place.source}:{line}: {path}: {problem}; expected {expected}", hint)


def nearest(name: str, known: Sequence[str]) -> str:
    """The one of the names `known` that is most like `name`, "" where none is."""
    import difflib  # noqa: PLC0415  only an error needs it

    return next(iter(difflib.get_close_matches(name, known, 1)), "")


def line_of(text: str, path: str) -> int:
    """The line (from 1) where the dotted `path` is set; tomllib does not say. 1 where it is not found."""
    table = ""
    best = 1
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line.startswith("["):
            table = _plain(line.split("]", 1)[0].strip("[ "))
            here = table
        elif "=" in line and not line.startswith("#"):
            name = _plain(line.split("=", 1)[0])
            here = f"{table}.{name}" if table else name
        else:
            continue
        if here == path:
            return number
        if path.startswith(f"{here}."):
            best = number
    return best


def _plain(dotted: str) -> str:
    return ".".join(part.strip(" \"'") for part in dotted.split("."))
