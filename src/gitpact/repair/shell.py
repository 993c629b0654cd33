"""Words of commands that a person types: quoted for a shell, as short as they can be, by names that a shell finds."""

from __future__ import annotations

import os
import sys

from gitpact.records import NamedTuple

ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE")
POLICY = "GITPACT_CONFIG"  # `policy.files`, which loads more
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

BREAKS = "\x85\u2028\u2029"  # spaces that begin a line


class Command(NamedTuple):
    """A command to print: a label, the command and nothing else, and a sentence to read before it ("" for none).

    Never a comment behind the command: zsh, the shell of macOS, takes `#` at its prompt for an argument.
    """

    label: str
    line: str
    hint: str = ""


def program(start: str) -> str:
    """Return how a person in the folder `start` calls this gitpact, quoted for a shell.

    It is "gitpact" where that is on their PATH or not beside this Python; else its path beside this Python, relative to
    `start` if that is shorter and `start` is not "". pre-commit puts the folder of this Python on PATH for its hooks
    alone.
    """
    folder = os.path.dirname(sys.executable)
    beside = os.path.join(folder, "gitpact")
    if os.access(beside, os.X_OK) and not on_path("gitpact", but=folder if "PRE_COMMIT" in os.environ else ""):
        return quoted(shorter_path(beside, start))
    return "gitpact"


def program_again() -> str:
    """Return how the person who runs this command calls gitpact for the current folder again, quoted for a shell.

    Where their shell is in another folder, as after `gitpact -C DIR` and `git -C DIR`, it has the option -C; after `git
    --git-dir=DIR` it sets GIT_DIR. Where another policy is used than the project's, it has the option --config.
    """
    config = os.environ.get(POLICY, "")
    option = f" --config {quoted(os.path.abspath(config))}" if config else ""
    here, theirs = os.getcwd(), os.environ.get("PWD", "")  # no option of git or gitpact changes PWD
    named = [f"{name}={quoted(os.path.abspath(os.environ[name]))}" for name in ELSEWHERE if name in os.environ]
    env = " ".join(["env", *named, ""]) if named else ""
    if not os.path.isdir(theirs) or os.path.samefile(theirs, here):
        return env + program(here) + option
    return f"{env}{program(theirs)} -C {quoted(shorter_path(here, theirs))}{option}"


def on_path(name: str, but: str = "") -> bool:
    """Whether a shell finds a command of this name, in another folder than `but`."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return any(os.access(f"{folder}/{name}", os.X_OK) for folder in folders if folder != but)


def shorter_path(path: str, start: str) -> str:
    """Return a path relative to the folder `start` or absolute, as is shorter; absolute if `start` is ""."""
    whole = os.path.abspath(path)
    return min(os.path.relpath(path, start), whole, key=len) if start else whole


def quoted(word: str) -> str:
    """Return a word quoted for bash, zsh, fish and dash, or as it is where it has only plain characters.

    zsh takes a leading `=` for a command to be found. A word with characters that cannot be typed becomes `$'…'`, which
    only bash and zsh read.
    """
    if word and word.isascii() and word[0] != "=" and all(char.isalnum() or char in "/._-+@%=:," for char in word):
        return word
    if not is_plain(word):
        return "$'" + "".join(map(_escaped, os.fsencode(word))) + "'"
    # Double quotes around what fish reads between single ones: a backslash, which no shell does between double ones.
    return "'" + word.replace("'", "'\"'\"'").replace("\\", "'\"\\\\\"'") + "'"


def joined(words: Iterable[str]) -> str:
    """Return a command of these words, each quoted for a shell."""
    return " ".join(map(quoted, words))


def is_plain(word: str) -> bool:
    """Whether every character can be typed and seen: printable ones and spaces, but no tabs and line breaks."""
    return all(char.isprintable() or (char.isspace() and char > " " and char not in BREAKS) for char in word)


def _escaped(byte: int) -> str:
    char = chr(byte)
    return char if char.isascii() and char.isprintable() and char not in "'\\" else f"\\{byte:03o}"
