"""The command that tries a refused commit again, with what the person had asked of `git commit` besides the message."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Options of git commit that say where the message comes from; the command that tries again says that itself.
SOURCES = ("--message", "--file", "--reuse-message", "--reedit-message", "--template", "--fixup", "--squash")
SAID_AGAIN = ("--edit", "--no-edit", "--signoff")
VALUED = ("--author", "--date", "--cleanup", "--trailer", "--pathspec-from-file")
SHORT_SOURCES, SHORT_SAID_AGAIN = "mFCct", "es"


def options() -> tuple[str, ...]:
    """What the git that runs us was told; only Linux tells, elsewhere the person adds it."""
    try:
        with open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
            words = os.fsdecode(file.read()).split("\0")[:-1]
    except OSError:
        return ()
    return kept(words[words.index("commit") + 1 :]) if "commit" in words else ()


def kept(words: Sequence[str]) -> tuple[str, ...]:
    """The arguments of a `git commit` without those that gave its message."""
    left: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name = word.split("=", 1)[0]
        if word == "--":
            return (*left, word, *rest)
        if name in SOURCES:
            rest = rest if "=" in word else rest[1:]
        elif name in VALUED and "=" not in word:
            left += [word, *rest[:1]]
            rest = rest[1:]
        elif word.startswith("-") and not word.startswith("--"):
            flags, takes_next = _flags(word[1:])
            left += [f"-{flags}"] if flags else []
            rest = rest[1:] if takes_next else rest
        elif word not in SAID_AGAIN:
            left.append(word)
    return tuple(left)


def _flags(cluster: str) -> tuple[str, bool]:
    """Of `-am`, what stays and whether the next word was the message."""
    flags = ""
    for i, char in enumerate(cluster):
        if char in SHORT_SOURCES:
            return flags, i + 1 == len(cluster)
        if char in "Su":  # their value, if any, is attached
            return flags + cluster[i:], False
        flags += "" if char in SHORT_SAID_AGAIN else char
    return flags, False


def quoted(word: str) -> str:
    """A word as a shell reads it back, left as it is where that is safe."""
    if word and word.isascii() and all(char.isalnum() or char in "/._-+@%=:," for char in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
