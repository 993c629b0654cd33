"""Words of commands that a person types: quoted for a shell, as short as they can be, by names that a shell finds."""

from __future__ import annotations

import os
import sys

from gitpact.records import NamedTuple

BREAKS = "\x85\u2028\u2029"  # spaces that begin a line


class Command(NamedTuple):
    """A command to print: a label, the command and nothing else, and a sentence to read before it ("" for none).

    Never a comment behind the command: zsh, the shell of macOS, takes `#` at its prompt for an argument.
    """

    label: str
    line: str
    hint: str = ""


def program(start: str) -> str:
    """How this gitpact is called by who stands in `start`: by its name where a shell finds that, else by its path."""
    beside = os.path.join(os.path.dirname(sys.executable), "gitpact")
    if os.access(beside, os.X_OK) and not on_path("gitpact"):
        return quoted(shorter_path(beside, start))
    return "gitpact"


def on_path(name: str) -> bool:
    """Whether a shell finds a command of this name."""
    return any(os.access(f"{folder}/{name}", os.X_OK) for folder in os.environ.get("PATH", "").split(os.pathsep))


def shorter_path(path: str, start: str) -> str:
    """The shorter of the absolute path and the one relative to the folder `start` ("": absolute)."""
    whole = os.path.abspath(path)
    return min(os.path.relpath(path, start), whole, key=len) if start else whole


def quoted(word: str) -> str:
    """A word as bash, zsh, fish and dash read it back, left as it is where that is safe.

    zsh takes a leading `=` for a command to be found. A word that nobody can type is quoted for bash and zsh alone.
    """
    if word and word.isascii() and word[0] != "=" and all(char.isalnum() or char in "/._-+@%=:," for char in word):
        return word
    if not is_plain(word):
        return "$'" + "".join(map(_escaped, os.fsencode(word))) + "'"
    # Double quotes around what fish reads between single ones: a backslash, which no shell does between double ones.
    return "'" + word.replace("'", "'\"'\"'").replace("\\", "'\"\\\\\"'") + "'"


def is_plain(word: str) -> bool:
    """Whether every character can be typed and seen, as the printable ones and all kinds of spaces."""
    return all(char.isprintable() or (char.isspace() and char > " " and char not in BREAKS) for char in word)


def _escaped(byte: int) -> str:
    char = chr(byte)
    return char if char.isascii() and char.isprintable() and char not in "'\\" else f"\\{byte:03o}"
