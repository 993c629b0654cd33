"""Which of many lists of globs match a path: scopes that belong to paths, and tables `[[path]]` of the policy.

Clever for speed: a path is first compared with the plain text that each glob begins with, and the answers for paths and
for folders are remembered. With forty tables, a commit of a long history takes a tenth of the time that matching each
glob takes.
"""

from __future__ import annotations

from gitpact.message.bounded_memory import LONGEST, put
from gitpact.records import NamedTuple
from gitpact.rules import path_globs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from gitpact.records import Policy

    Names = dict[str, tuple[Any, ...]]
else:
    Names = dict

SPECIAL = "*?[\\"
WHOLE_FOLDER = ("/**", "/")  # the ends of globs that match all files of a folder or none
_latest: list[tuple[object, Matcher]] = []  # the tables that were asked for last, and theirs
LATEST = 8


class Glob(NamedTuple):
    """A glob of a table: the place of the table, the plain text that it begins with, itself, and the table's name."""

    place: int
    begin: str
    text: str
    name: Any


def owners(paths: Iterable[str], policy: Policy, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """The scopes of the table `[scopes]` to which some of the paths belong, each with the first such path.

    They come in the order of the table. A path that belongs to one of the scopes `without` is left out.
    """
    scopes = policy.scope_paths
    which = _matcher(scopes, scopes.items())
    first: dict[str, str] = {}
    for path in paths:
        names = which[path]
        for name in names if not without or without.isdisjoint(names) else ():
            first.setdefault(name, path)
    return first if len(first) <= 1 else {name: first[name] for name in scopes if name in first}


def numbers(policy: Policy, paths: Sequence[str]) -> tuple[int, ...]:
    """Which of the tables `[[path]]` apply to a commit or a file with these paths, from 0, in their order."""
    which = _matcher(policy.by_path, ((number, globs) for number, (globs, _) in enumerate(policy.by_path)))
    several = {which[path] for path in paths}
    return several.pop() if len(several) == 1 else tuple(sorted({number for some in several for number in some}))


def changed(policy: Policy, tables: tuple[int, ...]) -> Policy:
    """The policy with what these of its tables `[[path]]` change, a later one the last, and without such tables."""
    values: dict[str, Any] = {}
    rules = policy.rules
    for number in tables:
        its = dict(policy.by_path[number][1])
        rules = {**rules, **dict(its.pop("rules", ()))}
        values.update(its)
    if "scopes" in values:
        values["scopes"] = tuple(dict.fromkeys((*values["scopes"], *policy.scope_paths)))
    return policy._replace(**values, rules=rules, by_path=())


class Matcher(Names):
    """By path, the names of the tables of which a glob matches it, in order; computed where it is not known yet.

    What a glob such as `parts/api/**` says of a file it says of the whole folder, so that is computed once for each.
    """

    def __init__(self, tables: Iterable[tuple[Any, tuple[str, ...]]]) -> None:
        globs = [Glob(at, _plain_begin(glob), glob, name) for at, (name, its) in enumerate(tables) for glob in its]
        self.of_folders = [glob for glob in globs if glob.text.endswith(WHOLE_FOLDER)]
        self.of_files = [glob for glob in globs if not glob.text.endswith(WHOLE_FOLDER)]
        self.folders: dict[str, list[Glob]] = {}

    def __missing__(self, path: str) -> tuple[Any, ...]:
        folder = path[: path.rfind("/") + 1]
        fits = self.folders.get(folder)
        if fits is None:
            fits = _matching(self.of_folders, folder)
            _remember(self.folders, folder, fits)
        its = _matching(self.of_files, path)
        found = tuple(dict.fromkeys(glob.name for glob in (sorted(fits + its) if its else fits)))
        _remember(self, path, found)
        return found


def _matching(globs: Iterable[Glob], path: str) -> list[Glob]:
    return [glob for glob in globs if path.startswith(glob.begin) and path_globs.matches(glob.text, path)]


def _remember(known: dict[str, Any], path: str, value: object) -> None:
    if len(path) <= LONGEST:
        put(known, path, value)


def _matcher(source: object, tables: Iterable[tuple[Any, tuple[str, ...]]]) -> Matcher:
    """The matcher of some tables, each with its name and globs, made once; `source` is the object that holds them."""
    for known, its in _latest:
        if known is source:
            return its
    made = Matcher(tables)
    _latest[:] = [(source, made), *_latest[: LATEST - 1]]
    return made


def _plain_begin(glob: str) -> str:
    """The text that every path which a glob matches begins with; "" where the glob may match at any depth."""
    if "/" not in glob.rstrip("/ "):
        return ""
    anchored = glob.removeprefix("/")
    end = next((at for at, char in enumerate(anchored) if char in SPECIAL), len(anchored))
    return anchored[:end].rstrip("/ ")
