"""Globs of paths, read as git reads a line of .gitignore, and matched in time linear in the path (`linear_regex`).

The grammar is that of git's dir.c (`parse_path_pattern`, `match_pathname`) and wildmatch.c (`dowild`), but by
characters where git goes by bytes: `?` is one `图`, and `[图]` is that character.
"""

from __future__ import annotations

from gitpact.errors import Phrase
from gitpact.message import linear_regex, pattern_syntax
from gitpact.message.bounded_memory import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gitpact.message.linear_regex import Pattern
    from gitpact.message.pattern_syntax import Node

SLASH: Node = ("set", "/".__eq__)
ANY: Node = ("repeat", ("set", lambda _: True), 0, None)
ONE_IN_NAME: Node = ("set", "/".__ne__)
IN_NAME: Node = ("repeat", ONE_IN_NAME, 0, None)
FOLDERS: Node = ("repeat", ("all", [ANY, SLASH]), 0, 1)  # nothing, or a path that ends with a slash
# The POSIX classes as git has them (git-compat-util.h): ASCII only. Each text is a first and a last character.
CLASSES = {
    "alnum": ("09", "AZ", "az"),
    "alpha": ("AZ", "az"),
    "blank": ("  ", "\t\t"),
    "cntrl": ("\0\x1f", "\x7f\x7f"),
    "digit": ("09",),
    "graph": ("!~",),
    "lower": ("az",),
    "print": (" ~",),
    "punct": ("!/", ":@", "[`", "{~"),
    "space": ("  ", "\t\n", "\r\r"),
    "upper": ("AZ",),
    "xdigit": ("09", "AF", "af"),
}


_known: dict[str, Pattern] = {}


def matches(glob: str, path: str) -> bool:
    """Whether a glob, read as a line of .gitignore, matches a path or one of the folders that hold it.

    `path` is relative to the top of the repository, with `/` between its parts. `*.pem` matches at any depth,
    `/top.txt` at the top only, `assets/**` all below that folder, `build/` all below a folder of that name; `!` and `#`
    are plain characters. Raises pattern_syntax.PatternError for a glob that `check` refuses.
    """
    return linear_regex.matches(_compiled(glob), path)


def any_matches(globs: Collection[str], paths: Iterable[str]) -> bool:
    """Whether one of the globs matches one of the paths, as `matches` does."""
    return any(matches(glob, path) for path in paths for glob in globs)


def check(glob: str) -> None:
    """Raise PatternError for a glob that git would never match, as a `[` without its `]`, or one that is too long."""
    _compiled(glob)


def _compiled(glob: str) -> Pattern:
    """The automaton of a glob, made once; `functools` would take as long to load as all globs of a commit."""
    if glob not in _known:
        put(_known, glob, _automaton(glob))
    return _known[glob]


def _automaton(glob: str) -> Pattern:
    written = _without_spaces_at_end(glob)
    anchored = written.removesuffix("/")
    start = [] if "/" in anchored else [FOLDERS]
    below: Node = ("all", [SLASH, ANY])
    # What matches a folder matches all that is in it.
    end = below if written.endswith("/") else ("repeat", below, 0, 1)
    return linear_regex.automaton(("all", [*start, *_nodes(anchored.removeprefix("/")), end]))


def _without_spaces_at_end(glob: str) -> str:
    r"""What git reads of a line: spaces at its end are none of it, but for one behind a `\`."""
    written = glob.rstrip(" ")
    backslashes = len(written) - len(written.rstrip("\\"))
    return written + " " if backslashes % 2 and written != glob else written


def _nodes(glob: str) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            node, at = _stars(glob, at)
        elif char == "?":
            node, at = ONE_IN_NAME, at + 1
        elif char == "[":
            node, at = _bracket(glob, at + 1)
        else:
            literal, at = _char(glob, at)
            node = ("set", literal.__eq__)
        nodes.append(node)
    return nodes


def _stars(glob: str, begins: int) -> tuple[Node, int]:
    """One or more `*`, and where what follows begins."""
    at = len(glob) - len(glob[begins:].lstrip("*"))
    if at - begins == 1 or not (begins == 0 or glob[begins - 1] == "/"):
        return IN_NAME, at
    if glob.startswith("/", at):
        return FOLDERS, at + 1
    return (ANY, at) if at == len(glob) or glob.startswith("\\/", at) else (IN_NAME, at)


def _bracket(glob: str, at: int) -> tuple[Node, int]:
    """`[a-z]`, `[!a]`, `[[:alpha:]]` from behind its `[`, and where what follows begins; a slash is in none."""
    negated = glob.startswith(("!", "^"), at)
    begins = at = at + negated
    spans: list[str] = []
    while at == begins or not glob.startswith("]", at):
        name, ends = _class_name(glob, at)
        if ends:
            if name not in CLASSES:
                raise pattern_syntax.PatternError(
                    Phrase("'{glob}' contains the unknown character class [:{name}:]", glob=glob, name=name)
                )
            spans += CLASSES[name]
            at = ends
            continue
        low, at = _char(glob, at)
        spans.append(low + low)
        if glob.startswith("-", at) and glob[at + 1 : at + 2] not in {"", "]"}:
            high, at = _char(glob, at + 1)
            spans.append(low + high)
    return ("set", lambda char: char != "/" and any(span[0] <= char <= span[1] for span in spans) != negated), at + 1


def _class_name(glob: str, at: int) -> tuple[str, int]:
    """The name in `[:alpha:]` and where what follows begins; 0 where no class stands at this place."""
    end = glob.find("]", at + 2)
    if not glob.startswith("[:", at) or end < at + 3 or glob[end - 1] != ":":
        return "", 0
    return glob[at + 2 : end - 1], end + 1


def _char(glob: str, at: int) -> tuple[str, int]:
    r"""One character, written itself or behind a `\`, and where what follows begins."""
    at += glob.startswith("\\", at)
    if at >= len(glob):
        said = "the glob '{glob}' is incomplete: it needs a closing ']' or a character after the '\\'"
        raise pattern_syntax.PatternError(Phrase(said, glob=glob))
    return glob[at], at + 1
