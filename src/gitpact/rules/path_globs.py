"""Globs of paths, read as git reads a line of .gitignore, and matched in time linear in the path (`regex`)."""

from __future__ import annotations

from functools import lru_cache

from gitpact.message import linear_regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.message.linear_regex import Node, Pattern

SLASH: Node = ("set", "/".__eq__)
CHAR: Node = ("set", lambda _: True)
ANY: Node = ("repeat", CHAR, 0, None)
IN_NAME: Node = ("set", "/".__ne__)
FOLDERS: Node = ("repeat", ("all", [ANY, SLASH]), 0, 1)  # nothing, or a path that ends with a slash


def matches(glob: str, path: str) -> bool:
    """Whether a glob, read as a line of .gitignore, matches a path or one of the folders that hold it.

    `path` is relative to the top of the repository, with `/` between its parts. `*.pem` matches at any depth,
    `/top.txt` at the top only, `assets/**` all below that folder, `build/` all below a folder of that name; `!` is a
    plain character. Raises linear_regex.PatternError for a glob that is too long.
    """
    return linear_regex.matches(_compiled(glob), path)


@lru_cache(256)
def _compiled(glob: str) -> Pattern:
    start = [] if "/" in glob.rstrip("/") else [FOLDERS]
    below: Node = ("all", [SLASH, ANY])
    # What matches a folder matches all that is in it.
    end = below if glob.endswith("/") else ("repeat", below, 0, 1)
    return linear_regex.automaton(("all", [*start, *_nodes(glob.strip("/")), end]))


def _nodes(glob: str) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
            nodes.append(FOLDERS)
            at += 3
        elif glob[at:] == "**" and glob[:at].endswith("/"):
            nodes += [CHAR, ANY]
            at += 2
        elif char == "*":
            nodes.append(("repeat", IN_NAME, 0, None))
            at += 1
        elif char == "?":
            nodes.append(IN_NAME)
            at += 1
        elif char == "[" and (end := glob.find("]", at + 2)) > 0:
            nodes.append(_bracket(glob[at + 1 : end]))
            at = end + 1
        else:
            at += char == "\\" and at + 1 < len(glob)
            nodes.append(("set", glob[at].__eq__))
            at += 1
    return nodes


def _bracket(members: str) -> Node:
    """`[a-z]`, `[!a]`; a slash is in none."""
    negated = members[0] in "!^"
    rest = members[negated:]
    spans: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        is_range = rest[at + 1 : at + 2] == "-" and at + 2 < len(rest)
        spans.append((rest[at], rest[at + 2 * is_range]))
        at += 1 + 2 * is_range
    return ("set", lambda char: char != "/" and any(low <= char <= high for low, high in spans) != negated)
