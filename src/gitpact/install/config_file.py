"""A configuration file of git, put back to its last byte: git ends it with a line feed, whoever wrote it had none."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from gitpact.git import lock_file
from gitpact.install.replace_and_restore import SCRATCH

if TYPE_CHECKING:
    from pathlib import Path

NOTE = ".gitpact-end"
OURS = b"gitpact"


def note_end(file: Path) -> None:
    """Remember, in a file beside it, that a configuration file does not end with a line feed; else do nothing.

    To be called before git changes the file. Raises OSError.
    """
    data = file.read_bytes() if file.is_file() else b""
    if data and not data.endswith(b"\n"):
        _note(file).write_bytes(hashlib.sha256(data).hexdigest().encode())


def restore_end(file: Path) -> None:
    """Take the line feed away that git has added, once the file is otherwise what it was at `note_end`.

    What was remembered is forgotten then, and where the file has nothing of gitpact's left. Raises GitpactError where
    another process has locked the file, OSError where it cannot be rewritten.
    """
    note = _note(file)
    if not note.is_file():
        return
    data = file.read_bytes()
    same = hashlib.sha256(data[:-1]).hexdigest().encode() == note.read_bytes()
    if same:
        rewrite(file, data[:-1])
    if same or OURS not in data:
        note.unlink()


def _note(file: Path) -> Path:
    path = file.resolve()
    return path.with_name(path.name + NOTE)


def cut(file: Path, section: str, keys: str) -> bool:
    """Remove what git has written, byte for byte, where it stands so; returns whether it did.

    `keys` is a regular expression for whole lines, and `section` for the line of their section, which goes with them if
    it holds nothing else. Git's own `--unset` leaves empty sections beside comments, and takes blank lines with it.
    Raises as `rewrite` does.
    """
    data = file.read_bytes() if file.is_file() else b""
    whole = rf"^{section}{keys}(?=[ \t]*\[|\Z)|^{keys}".encode("utf-8", "surrogateescape")
    left, found = re.subn(whole, b"", data, flags=re.MULTILINE)
    if found:
        rewrite(file, left)
    return bool(found)


def rewrite(file: Path, data: bytes) -> None:
    """Replace the bytes of a configuration file under git's own lock; its mode stays, and a symbolic link to it.

    Raises GitpactError where another process has locked the file, OSError where it cannot be rewritten.
    """
    path = file.resolve()
    scratch = path.with_name(path.name + SCRATCH)
    try:
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(descriptor, path.stat().st_mode & 0o7777)
            out.write(data)
        with lock_file.replaced(str(path), str(scratch)):
            pass  # it is all in the scratch file
    finally:
        sweep(path)


def sweep(file: Path) -> None:
    """Remove the scratch file and the lock that a killed gitpact left beside the configuration `file`, if any.

    A lock of git stays. Raises OSError where one of the two cannot be deleted.
    """
    path = file.resolve()
    lock_file.remove_left_over(str(path), f"{path}{SCRATCH}")
