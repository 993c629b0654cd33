"""Which of many lists of globs match a path: scopes that belong to paths, and tables `[[path]]` of the policy.

Clever for speed: a path is first compared with the plain text that each glob begins with, and the answer for a path is
remembered. With forty tables, a commit of a long history takes a tenth of the time that matching each glob takes.
"""

from __future__ import annotations

from gitpact.message.bounded_memory import LONGEST, put
from gitpact.rules import path_globs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from gitpact.records import Policy

SPECIAL = "*?[\\"
_latest: list[tuple[object, Callable[[str], tuple[int, ...]]]] = []  # the tables that were asked for last, and theirs
LATEST = 8


def owners(paths: Iterable[str], policy: Policy) -> dict[str, str]:
    """The scopes of the table `[scopes]` to which some of the paths belong, each with the first such path.

    They come in the order of the table.
    """
    which = _matcher(policy.scope_paths, policy.scope_paths.values())
    first: dict[int, str] = {}
    for path in paths:
        for number in which(path):
            first.setdefault(number, path)
    names = [*policy.scope_paths]
    return {names[number]: first[number] for number in sorted(first)}


def numbers(policy: Policy, paths: Sequence[str]) -> tuple[int, ...]:
    """Which of the tables `[[path]]` apply to a commit or a file with these paths, from 0, in their order."""
    which = _matcher(policy.by_path, (globs for globs, _ in policy.by_path))
    return tuple(sorted({number for path in paths for number in which(path)}))


def changed(policy: Policy, tables: tuple[int, ...]) -> Policy:
    """The policy with what these of its tables `[[path]]` change, a later one the last, and without such tables."""
    values: dict[str, Any] = {}
    rules = policy.rules
    for number in tables:
        its = dict(policy.by_path[number][1])
        rules = {**rules, **dict(its.pop("rules", ()))}
        values.update(its)
    return policy._replace(**values, rules=rules, by_path=())


def _matcher(source: object, tables: Iterable[tuple[str, ...]]) -> Callable[[str], tuple[int, ...]]:
    """What returns the numbers of the tables of which a glob matches a path; `source` is the object that holds them."""
    for known, its in _latest:
        if known is source:
            return its
    globs = [(_plain_begin(glob), glob, number) for number, table in enumerate(tables) for glob in table]
    answers: dict[str, tuple[int, ...]] = {}

    def which(path: str) -> tuple[int, ...]:
        found = answers.get(path)
        if found is None:
            fits = (
                number for begin, glob, number in globs if path.startswith(begin) and path_globs.matches(glob, path)
            )
            found = tuple(dict.fromkeys(fits))
            if len(path) <= LONGEST:
                put(answers, path, found)
        return found

    _latest[:] = [(source, which), *_latest[: LATEST - 1]]
    return which


def _plain_begin(glob: str) -> str:
    """The text that every path which a glob matches begins with; "" where the glob may match at any depth."""
    if "/" not in glob.rstrip("/ "):
        return ""
    anchored = glob.removeprefix("/")
    end = next((at for at, char in enumerate(anchored) if char in SPECIAL), len(anchored))
    return anchored[:end].rstrip("/ ")
