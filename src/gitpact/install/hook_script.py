"""The shim: its text, and how one is known again."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import gitpact
from gitpact.errors import GitpactError

HOOKS = ("pre-commit", "commit-msg", "pre-push")
ON_REQUEST = ("prepare-commit-msg",)  # it judges nothing
EVERY = (*HOOKS, *ON_REQUEST)
MARKER = re.compile(rb"#!/bin/sh\n# gitpact shim \d+ sha256:([0-9a-f]{64}) [^\n]*\n")
# What `shlex.quote` writes, and nothing else that a hand may have put there.
SETTING = re.compile(rb"^(python|lib|before|only|restore)=((?:'[^'\0]*'|\"'\"|[\w@%+=:,./-])*)$", re.MULTILINE)
MARK = re.compile(rb"@(PYTHON|LIB|BEFORE|ONLY|HOOK|RESTORE)@")
TEMPLATE, SERVER, EVERYWHERE = "shim", "pre-receive", "everywhere"
ONLY = "policy"  # what makes a shim silent where a project has no policy
PART = "gitpact"  # the name of the server's shim in a folder of many


class Shim(NamedTuple):
    """The settings of a shim, gitpact's hook file; `whole` says that nobody has edited it.

    `python` and `lib` are the interpreter and the folder to import gitpact from; `before`, `restore` and `only` are as
    for `render`, "" for none.
    """

    whole: bool
    python: str
    lib: str
    before: str
    restore: str = ""
    only: str = ""


def templates() -> Path:
    """The folder of the texts from which `render` makes hook files: in the installed package, or `hooks` of a clone."""
    package = Path(gitpact.__file__).parent
    packed = package / "shims"
    return packed if packed.is_dir() else package.parents[1] / "hooks"


def library() -> str:
    """The absolute path of the folder to import gitpact from."""
    return str(Path(gitpact.__file__).resolve().parents[1])


def interpreter() -> str:
    """The absolute path of the Python that runs this. Raises GitpactError where Python does not know it."""
    if not Path(sys.executable or "").is_absolute():
        raise GitpactError(
            "gitpact cannot find the path of the Python that runs it",
            "start Python by its full path: /PATH/TO/python -m gitpact",
        )
    return sys.executable


def render(hook: str, before: str = "", restore: str = "", only: str = "") -> bytes:
    """The bytes of the hook file (the shim) for `hook`: a hook of git (`commit-msg`, `pre-receive`), or EVERYWHERE.

    EVERYWHERE is the one for all hooks of all repositories of a user. `before` is what runs first: a file name in the
    hooks directory, or for EVERYWHERE the path of another hooks directory. `restore` is the `core.hooksPath` to set
    again when EVERYWHERE is removed. With any `only`, such as ONLY, a client's hook does nothing in a repository
    without a policy. Each is "" where there is none. Raises GitpactError as `interpreter` does.
    """
    baked = {b"PYTHON": interpreter(), b"LIB": library(), b"BEFORE": before, b"HOOK": hook}
    values = {**baked, b"RESTORE": restore, b"ONLY": only}
    text = (templates() / (hook if hook in {SERVER, EVERYWHERE} else TEMPLATE)).read_bytes()
    head, body = _split(MARK.sub(lambda mark: os.fsencode(shlex.quote(values[mark[1]])), text))
    return head.replace(b"@HASH@", b"sha256:" + hashlib.sha256(body).hexdigest().encode()) + body


def parse(data: bytes, *, folders: bool = False) -> Shim | None:
    """The settings of gitpact's hook file with the bytes `data`, also of an edited one; None for any other file.

    `before` is "" where it is a path and not a file name beside the hook; with `folders` it may be a path.
    """
    found = MARKER.match(data)
    if not found:
        return None
    values = {name.decode(): _unquote(value) for name, value in SETTING.findall(data)}
    whole = hashlib.sha256(data[found.end() :]).hexdigest().encode() == found[1]
    before = values.get("before", "")
    beside = before if folders or Path(before).name == before else ""
    more = (values.get("restore", ""), values.get("only", ""))
    return Shim(whole, values.get("python", ""), values.get("lib", ""), beside, *more)


def _split(text: bytes) -> tuple[bytes, bytes]:
    first, second, body = text.split(b"\n", 2)
    return first + b"\n" + second + b"\n", body


def _unquote(value: bytes) -> str:
    return "".join(shlex.split(os.fsdecode(value)))
