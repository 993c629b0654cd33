"""Files of a project that tell its people and machines of gitpact: what they are to say, and the writing of it."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError
from gitpact.install import ci_files, make_targets, manager_lines
from gitpact.install.manager_files import read, write
from gitpact.policy import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gitpact.install.source import Source

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")  # as make looks for them
CONTRIBUTING = "CONTRIBUTING.md"
AGENTS = ("AGENTS.md", "CLAUDE.md")
BEGIN, END = "<!-- gitpact init -->", "<!-- gitpact init: end -->"  # around our part of a document


class Change(NamedTuple):
    """What the file at `path` says, "" where there is none, and what it is to say."""

    path: Path
    old: str
    new: str


def change(path: Path, text: str) -> Change:
    """Return the change that makes a file say `text`. Raises GitpactError where the file cannot be read."""
    return Change(path, read(path), text)


def makefile(top: Path) -> Path:
    """Return the path of the Makefile that make would read in a folder, or would if it were there."""
    return next((top / name for name in MAKEFILES if (top / name).is_file()), top / MAKEFILES[-1])


def make_hooks(top: Path, source: Source) -> Iterator[Change]:
    """Yield the changes that add `make hooks-install` to a project; pip installs gitpact from `source`."""
    own = re.search(r"^(hooks-(?:install|clean|status)|lint-commits)\s*:", read(makefile(top)), re.MULTILINE)
    if own:
        raise GitpactError(
            "{path}: the target {name} already exists, so gitpact does not add its own target",
            "rename the target, or leave out --makefile",
            path=makefile(top),
            name=own[1],
        )
    yield change(top / make_targets.FILE, make_targets.text(source))
    yield _with_line(makefile(top), f"include {make_targets.FILE}")
    yield _with_line(top / ".gitignore", f"{make_targets.VENV}/")


def _with_line(path: Path, line: str) -> Change:
    old = read(path)
    if line in old.splitlines():
        return Change(path, old, old)
    return Change(path, old, f"{old}{'' if old.endswith(chr(10)) or not old else chr(10)}{line}\n")


def ci(top: Path, platform: str, source: Source) -> Change:
    """Return the change that adds a job for one of `ci_files.PLATFORMS`. Raises GitpactError for a local source."""
    if source.local:
        raise GitpactError(
            "--ci: CI cannot install gitpact from {folder}, which exists only on this machine",
            "name a source that CI can reach: --source git+URL@REVISION",
            folder=source.requirement,
        )
    return change(top / ci_files.PLATFORMS[platform][0], ci_files.text(platform, source))


def guide(path: Path, paragraphs: Sequence[str]) -> Change:
    """Return the change that puts a part on commit messages into a document: at its end, or in the place of ours."""
    old = read(path)
    part = "\n\n".join((BEGIN, *paragraphs, END))
    inside = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if inside.search(old):
        return Change(path, old, inside.sub(lambda _: part, old, count=1))
    return Change(path, old, _appended(old, f"{part}\n"))


def _appended(old: str, part: str) -> str:
    """A text with a part below it, after an empty line."""
    gap = "" if not old else "\n" if old.endswith("\n") else "\n\n"
    return f"{old}{gap}{part}"


def agents_file(top: Path) -> Path:
    """Return the path of the document that coding agents read: the first of AGENTS that is there, else AGENTS.md."""
    return next((top / name for name in AGENTS if (top / name).is_file()), top / AGENTS[0])


def policy(top: Path, text: str, *, pyproject: bool) -> Change:
    """Return the change that gives a project the policy with the text of a `gitpact.toml`.

    With `pyproject` it is appended to `pyproject.toml`, below `[tool.gitpact]`: every byte that is there stays.
    """
    if not pyproject:
        return change(top / files.OWN, text)
    path = top / files.PYPROJECT
    old = read(path)
    tables = re.sub(r"^\[(?=\w)", "[tool.gitpact.", text, flags=re.MULTILINE)
    return Change(path, old, _appended(old, f"[tool.gitpact]\n{tables}"))


def diff(one: Change, name: str) -> Iterator[str]:
    """Yield the lines of a unified diff of a change, of the file called `name`; none where nothing changes."""
    begin = f"a/{name}" if one.old else "/dev/null"
    lines = difflib.unified_diff(one.old.splitlines(), one.new.splitlines(), begin, f"b/{name}", lineterm="", n=1)
    yield from lines


def put(one: Change) -> None:
    """Write a file as it is to be, with its folders; a new hook of husky can be run. Raises GitpactError."""
    try:
        one.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GitpactError("{path}: cannot be written: {reason}", path=one.path, reason=error.strerror) from error
    write(one.path, one.new)
    if not one.old and one.path.parent.name == manager_lines.FOLDER:
        one.path.chmod(0o755)
