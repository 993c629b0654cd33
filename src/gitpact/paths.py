"""Globs of paths, read as git reads a line of .gitignore."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(glob: str, path: str) -> bool:
    """Whether the path, or a folder that holds it, matches: `*.pem` anywhere, `/top.txt`, `assets/**`, `build/`."""
    return _compiled(glob).match(path) is not None


@lru_cache(256)
def _compiled(glob: str) -> re.Pattern[str]:
    folder = glob.endswith("/")
    bare = glob.strip("/")
    anchored = "/" in glob.rstrip("/")
    start = "" if anchored else "(?:.*/)?"
    # What matches a folder matches all that is in it.
    end = "/.*" if folder else "(?:/.*)?"
    return re.compile(f"{start}{_translated(bare)}{end}\\Z", re.DOTALL)


def _translated(glob: str) -> str:
    parts = []
    at = 0
    while at < len(glob):
        rest = glob[at:]
        if rest.startswith("**/") and (at == 0 or glob[at - 1] == "/"):
            parts.append("(?:.*/)?")
            at += 3
        elif rest == "**" and glob[:at].endswith("/"):
            parts.append(".+")
            at += 2
        elif rest[0] == "*":
            parts.append("[^/]*")
            at += 1
        elif rest[0] == "?":
            parts.append("[^/]")
            at += 1
        elif rest[0] == "[" and (end := glob.find("]", at + 2)) > 0:
            members = glob[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            negated = members[0] in "!^"
            parts.append(f"(?!/)[{'^' if negated else ''}{members[negated:]}]")
            at = end + 1
        elif rest[0] == "\\" and len(rest) > 1:
            parts.append(re.escape(rest[1]))
            at += 2
        else:
            parts.append(re.escape(rest[0]))
            at += 1
    return "".join(parts)
