"""The scope that earlier commits on the same files had: a guess to show, which nobody but a person applies."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from gitpact.git import query
from gitpact.message.header import parse
from gitpact.rules.scope import is_listed, of_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from gitpact.records import Message, Policy

    Habits = Mapping[str, Counter[str]]

MOST = 1000  # earlier commits that are looked at
LEAST = 2  # commits that make a habit
MARK = "%x00:"  # of a format of git log


def of_commits(oids: Collection[str], policy: Policy) -> dict[str, str]:
    """Return the scopes that the policy allows and that earlier commits on the files of these commits had, by oid.

    The table `[scopes]` of the policy comes first. A file that has no history of its own counts as its folder. A commit
    is left out where nothing is clear: its files disagree, or less than two thirds of the earlier commits agree. Raises
    GitpactError if git fails.
    """
    read = [*_read("--no-walk", f"--format={MARK}%H", lines=oids)]
    tables = {oid: _by_table(paths, policy) for oid, paths in read}
    habits = {} if all(tables.values()) else _habits(policy)
    return {oid: scope for oid, paths in read if (scope := tables[oid] or _agreed(paths, habits))}


def of_index(policy: Policy) -> str:
    """Return the scope for what is staged, as `of_commits` finds that of a commit; "" where nothing is clear."""
    paths = query.fields("diff", "--cached", "--name-only", "-z", "--no-renames")
    scope = _by_table(paths, policy)
    return scope or (_agreed(paths, _habits(policy)) if query.peel("HEAD") else "")


def used(policy: Policy) -> list[str]:
    """Return the scopes of the last commits that the policy allows, the most usual first. Raises GitpactError."""
    if not query.peel("HEAD"):
        return []
    subjects = query.text("log", f"--max-count={MOST}", "--no-merges", "--format=%s", "HEAD").split("\n")
    return [scope for scope, _ in Counter(filter(None, (_scope(one, policy) for one in subjects))).most_common()]


def with_scope(message: Message, scope: str) -> str:
    """Return the text of a message with a scope behind its type, which has none."""
    prefix, header = message.header.prefix, message.header.text
    end = prefix.type_column + len(prefix.type)
    return "\n".join([f"{header[:end]}({scope}){header[end:]}", *message.lines[1:], ""])


def _by_table(paths: Iterable[str], policy: Policy) -> str:
    """The one scope of the table `[scopes]` to which some of the files belong; "" for none or several."""
    scopes = [*of_files(paths, policy)]
    return scopes[0] if len(scopes) == 1 else ""


def _agreed(paths: Iterable[str], habits: Habits) -> str:
    scopes = {scope for path in paths if (scope := _usual(path, habits))}
    return scopes.pop() if len(scopes) == 1 else ""


def _habits(policy: Policy) -> Habits:
    """How often each scope stood in the header of the last commits, by file and by folder."""
    habits: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, paths in _read(f"--max-count={MOST}", "--no-merges", f"--format={MARK}%s", lines=("HEAD",)):
        scope = _scope(subject, policy)
        if scope:
            for place in {place for path in paths for place in _places(path)}:
                habits[place][scope] += 1
    return habits


def _scope(subject: str, policy: Policy) -> str:
    """The one scope of a header, if the policy allows it; else ""."""
    prefix = parse(subject, policy.issue_pattern).prefix
    scope = "" if prefix.fault else prefix.scope or ""
    return scope if scope and "," not in scope and (not policy.scopes or is_listed(scope, policy)) else ""


def _usual(path: str, habits: Habits) -> str:
    """The scope of most commits on a file, or on the nearest folder that has any; "" where they do not agree."""
    for place in _places(path):
        if place in habits:
            ((scope, count),) = habits[place].most_common(1)
            return scope if count >= LEAST and 3 * count >= 2 * habits[place].total() else ""
    return ""


def _places(path: str) -> Iterator[str]:
    """A file and the folders that it lies in, the nearest first; the top folder says nothing."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _read(*options: str, lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What `git log` prints of commits by a format that begins with MARK, and the files that each changes."""
    command = ("log", "--stdin", "-z", "--name-only", "--no-renames", "--no-show-signature", "--encoding=UTF-8")
    said = query.output_with_input((*command, *options), "".join(f"{line}\n" for line in lines).encode())
    # Before each commit is an empty field, which no path is; before the first path git puts a line feed.
    for block in f"\0{said.decode('utf-8', 'surrogateescape')}".split("\0\0:")[1:]:
        first, *paths = block.removesuffix("\0").split("\0")
        yield first, [path.removeprefix("\n") if at == 0 else path for at, path in enumerate(paths)]
