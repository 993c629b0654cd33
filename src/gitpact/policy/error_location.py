"""Where in a policy file a mistake stands: tomllib does not say, so the key is looked up in the text."""

from __future__ import annotations

from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class PolicyText(NamedTuple):
    """A policy's file name, its text and the table that holds it ("tool.gitpact" or "").

    An error on a `private` one shows no value of it.
    """

    source: str
    text: str
    prefix: str
    private: bool = False


def config_error(  # noqa: PLR0913,PLR0917  the parts of one line
    place: PolicyText, path: str, problem: str, expected: str, known: Sequence[str] = (), hint: str = ""
) -> GitpactError:
    """Build, not raise, the error on a key of a policy file: "FILE:LINE: KEY: problem; expected …".

    `path` is the dotted key within the policy, such as `message.types`; `problem` and `expected` are phrases. The hint
    is `hint`, else the one of the names `known` that is most like the key's, else the command that shows all keys.
    """
    line = line_of(place.text, f"{place.prefix}.{path}" if place.prefix else path)
    near = nearest(path.rpartition(".")[2], known)
    hint = hint or (Phrase("did you mean '{near}'?", near=near) if near else Phrase("see: gitpact policy schema"))
    return GitpactError(
        "{source}:{line}: {path}: {problem}; expected {expected}",
        hint,
        source=place.source,
        line=line,
        path=path,
        problem=as_phrase(problem),
        expected=as_phrase(expected),
    )


def nearest(name: str, known: Sequence[str]) -> str:
    """The one of the names `known` that is most like `name`, "" where none is."""
    import difflib  # noqa: PLC0415  only an error needs it

    return next(iter(difflib.get_close_matches(name, known, 1)), "")


def line_of(text: str, path: str) -> int:
    """The line (from 1) of a TOML text on which the dotted key `path` is set.

    Where no line sets it, as a key of an inline table, that of the last table or key around it; 1 where there is none.
    """
    table = ""
    best = 1
    tables: dict[str, int] = {}  # how many there are so far of each `[[table]]`
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line.startswith("["):
            table = _plain(line.split("]", 1)[0].strip("[ "))
            if line.startswith("[["):
                tables[table] = tables.get(table, 0) + 1
                table = f"{table}[{tables[table]}]"
            else:
                first, dot, rest = table.partition(".")
                table = f"{first}[{tables[first]}]{dot}{rest}" if first in tables else table
            here = table
        elif "=" in line and not line.startswith("#"):
            name = _plain(line.split("=", 1)[0])
            here = f"{table}.{name}" if table else name
        else:
            continue
        if here in {path, f"{path}[1]"}:
            return number
        if path.startswith(f"{here}."):
            best = number
    return best


def _plain(dotted: str) -> str:
    return ".".join(part.strip(" \"'") for part in dotted.split("."))
