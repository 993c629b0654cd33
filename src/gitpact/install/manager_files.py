"""The files of other managers of hooks: read whole or not at all, taken for YAML, and replaced as a whole."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

import yaml

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from pathlib import Path

MOST_CHARACTERS = 1 << 20  # of a file


class Done(NamedTuple):
    """What was done to the file at `path`: `action` is install, update, unchanged or remove.

    `ran` are the commands, as text, that were run after it, or with `dry_run` would be.
    """

    path: Path
    action: str
    ran: tuple[str, ...] = ()


def read(path: Path) -> str:
    """The text of a plain file, line ends as they are; "" where there is none. Raises GitpactError for others."""
    try:
        if path.exists() and not path.is_file():
            raise GitpactError("{path}: not a file", path=path)
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            raise GitpactError(
                "{path}: more than {most_characters} characters", path=path, most_characters=MOST_CHARACTERS
            )
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise GitpactError("{path}: cannot be read: {error}", path=path, error=error) from error
    return text


def read_leniently(path: Path) -> str:
    """As `read`, but "" for what it refuses: such a file has no lines of ours, and must not keep hooks from going."""
    try:
        return read(path)
    except GitpactError:
        return ""


def write(path: Path, text: str) -> None:
    """Write a text to a file, as UTF-8 with the line ends that it has; as a whole, or not at all.

    The permissions of a file that is there stay, and one that is not there is created. Raises GitpactError where that
    fails.
    """
    scratch = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with scratch.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        if path.exists():
            shutil.copymode(path, scratch)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise GitpactError("{path}: {reason}", path=path, reason=error.strerror) from error


def compose(text: str, path: Path, validate: str) -> yaml.Node | None:
    """The nodes of a YAML text, None for an empty one; aliases are not expanded.

    Raises GitpactError for what is no YAML, with `path` and, as its hint, the command `validate` that says more.
    """
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        said = str(error).splitlines()[0]
        raise GitpactError("{path}: not valid YAML: {said}", validate, path=path, said=said) from error


def value_of(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The node of the key `name` in a mapping; None where `node` is no mapping or has no such key."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def end_of(node: yaml.Node, text: str) -> int:
    """The number, from 0, of the line after a node of `text`; blank lines and comments that follow it are not its."""
    lines = text.splitlines()
    end = node.end_mark.line + (1 if node.end_mark.column else 0)
    while end > node.start_mark.line + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def events(text: str) -> list[tuple[str, str]]:
    """What a YAML text says, part by part: pairs of the event's name (`ScalarEvent`) and its value, "" without one.

    No value is made of the text, which a tag or an alias could make costly. Raises YAMLError for what is no YAML.
    """
    return [(type(event).__name__, str(getattr(event, "value", ""))) for event in yaml.parse(text, yaml.SafeLoader)]
