"""The git command that runs a hook: its words, and what its options say. Linux tells them, in /proc."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Options of git commit that say what the message is.
SOURCES = ("--message", "--file", "--template", "--fixup", "--squash", "--trailer")
REUSED = ("--reuse-message", "--reedit-message")  # these say who the author is, too
VALUED = ("--author", "--date", "--cleanup", "--pathspec-from-file")
SHORT_SOURCES, SHORT_REUSED, SHORT_SAID_AGAIN = "mFt", "Cc", "es"
ATTACHED = "Su"  # their value, if any, follows in the same word
AMEND = ("--amend",)
LEAST_EMPTY = len("--allow-empty")  # an option of its own, and a beginning of the other one
GENERATIONS = 8  # processes between git and a hook that other hooks run
GLOBAL = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env")  # options of git with a value
PUSH_VALUED = ("--push-option", "--repo", "--receive-pack", "--exec")  # options of git push with a value


def words() -> list[str]:
    """Return the words of the git command that runs this hook, the program first; [] where it cannot be found.

    Read from /proc of Linux; [] on other systems.
    """
    process = str(os.getppid())
    try:
        for _ in range(GENERATIONS):
            with open(f"/proc/{process}/cmdline", "rb") as file:
                found = os.fsdecode(file.read()).split("\0")[:-1]
            if found and os.path.basename(found[0]) == "git":
                return found
            with open(f"/proc/{process}/stat", "rb") as file:
                process = file.read().rpartition(b")")[2].split()[1].decode()
    except OSError:
        pass
    return []


def split(words: Sequence[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """The options of git itself on a command line, each with the value that it may have, and the words behind them."""
    options: list[tuple[str, ...]] = []
    at = 1
    while at < len(words) and words[at].startswith("-"):
        end = at + (2 if words[at] in GLOBAL else 1)
        options.append(tuple(words[at:end]))
        at = end
    return options, list(words[at:])


def cleanup(words: Sequence[str]) -> str:
    """Return the last value of the option `--cleanup` among the words of a git command; "" where there is none."""
    return next((value for name, value in reversed(_options(words)) if is_option(name, ("--cleanup",))), "")


def verbose(words: Sequence[str]) -> bool | None:
    """Return what the last `-v`, `--verbose` or `--no-verbose` among the words of a git command says; None without."""
    said = [
        not name.startswith("--no")
        for name, _ in _options(words)
        if is_option(name, ("--verbose", "--no-verbose")) or (name[1:2] != "-" and "v" in name)
    ]
    return said[-1] if said else None


def allows_empty(words: Sequence[str]) -> bool:
    """Return whether the option `--allow-empty-message` is among the words of a git command."""
    return any(is_option(name, ("--allow-empty-message",)) and len(name) > LEAST_EMPTY for name, _ in _options(words))


def amends(words: Sequence[str]) -> bool:
    """Return whether the option `--amend` is among the words of a git command."""
    return any(is_option(name, AMEND) for name, _ in _options(words))


def _options(words: Sequence[str]) -> list[tuple[str, str]]:
    """The options of a `git commit`, each with its value ("" for none); of `-avm x` that is `-av`, without a value."""
    _, rest = split(words)
    found: list[tuple[str, str]] = []
    at = 1
    while at < len(rest) and rest[at] != "--":
        name, equals, value = rest[at].partition("=")
        if name[:1] == "-" and name[1:2] != "-":
            flags, _, takes = split_flags(rest[at][1:])
            name, value = f"-{cluster(flags)}", ""
        else:
            takes = not equals and is_option(name, (*SOURCES, *REUSED, *VALUED))
            value = "".join(rest[at + 1 : at + 2]) if takes else value
        found.append((name, value))
        at += 2 if takes else 1
    return [option for option in found if option[0].startswith("-")]


def quiet_push(words: Sequence[str]) -> bool:
    """Return whether the words of a git command are a `git push` that says nothing unless it fails: `-q`, `--quiet`."""
    _, rest = split(words)
    if rest[:1] != ["push"]:
        return False
    quiet = False
    while rest and rest[0] != "--":
        word = rest.pop(0)
        cluster = word[1:] if word[:1] == "-" and word[1:2] != "-" else ""
        flags, takes_value, value = cluster.partition("o")
        if "q" in flags or is_option(word, ("--quiet",)):
            quiet = True
        elif "v" in flags or is_option(word, ("--verbose", "--no-quiet")):
            quiet = False
        if word in PUSH_VALUED or (takes_value and not value):
            rest = rest[1:]
    return quiet


def is_option(name: str, options: Sequence[str]) -> bool:
    """Whether a long option is one of these; git takes any beginning that can be no other."""
    least = 3
    return len(name) > least and name.startswith("--") and any(option.startswith(name) for option in options)


def cluster(word: str) -> str:
    """The flags of `-avuno`, without the value that the last of them may have."""
    ends = [at for at, char in enumerate(word) if char in ATTACHED]
    return word[: ends[0]] if ends else word


def split_flags(cluster: str) -> tuple[str, str, bool]:
    """Of `-am`: what stays, the flag that gave the message, and whether the next word is its value."""
    flags = ""
    for i, char in enumerate(cluster):
        if char in SHORT_SOURCES + SHORT_REUSED:
            return flags, char, i + 1 == len(cluster)
        if char in ATTACHED:
            return flags + cluster[i:], "", False
        flags += "" if char in SHORT_SAID_AGAIN else char
    return flags, "", False
