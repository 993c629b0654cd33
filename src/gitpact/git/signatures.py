"""The signature that `git commit -S` would make, by the program and the key that git's configuration names."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from typing import TYPE_CHECKING

from gitpact.errors import GitpactError
from gitpact.git import config, query

if TYPE_CHECKING:
    from collections.abc import Callable

WANTED = "commit.gpgSign"
PROGRAMS = {"openpgp": "gpg", "x509": "gpgsm", "ssh": "ssh-keygen"}  # by gpg.format (gpg-interface.c)
CREATED = b"\n[GNUPG:] SIG_CREATED "
LITERAL = ("key::", "ssh-")  # what begins a key that is written into the configuration, not the path of one


def signer() -> Callable[[bytes], bytes] | None:
    """Return what signs an object as git would, or None unless `commit.gpgSign` is on.

    The function takes the object without its signature and returns the signature, whose lines end with line feeds. It
    raises GitpactError where the program cannot sign, for example because there is no key. Raises GitpactError here
    for a value of `gpg.format` that git does not know.
    """
    if not config.get_bool(WANTED):
        return None
    form = query.text_or_nothing("config", "--get", "gpg.format") or "openpgp"
    if form not in PROGRAMS:
        raise GitpactError(
            "gpg.format = {form!r}: git has no such format",
            "the formats are: {formats}",
            form=form,
            formats=", ".join(PROGRAMS),
        )
    program = _path(f"gpg.{form}.program") or (_path("gpg.program") if form == "openpgp" else "") or PROGRAMS[form]
    # Git looks for a key by a relative path from the top of the work tree.
    top = query.text_or_nothing("rev-parse", "--show-toplevel") or os.curdir
    return partial(_ssh if form == "ssh" else _gpg, program, top)


def _gpg(program: str, top: str, data: bytes) -> bytes:
    key = query.text_or_nothing("config", "--get", "user.signingKey") or str(query.ident("COMMITTER") or "")
    code, out, said = _run([program, "--status-fd=2", "-bsau", key], top, data)
    if code or CREATED not in b"\n" + said:
        raise _failed(program, said)
    return out.replace(b"\r\n", b"\n")


def _ssh(program: str, top: str, data: bytes) -> bytes:
    """`ssh-keygen` reads and writes files only; a literal key stands for the secret one that an agent holds."""
    with tempfile.TemporaryDirectory(prefix="gitpact-") as folder:
        key, options = _ssh_key(top), []
        if key.startswith(LITERAL):
            options, literal, key = ["-U"], key.removeprefix(LITERAL[0]), os.path.join(folder, "key")
            _write(key, literal.encode() + b"\n")
        path = os.path.join(folder, "commit")
        _write(path, data)
        code, _, said = _run([program, "-Y", "sign", "-n", "git", "-f", key, *options, path], top, b"")
        if code:
            raise _failed(program, said)
        with open(f"{path}.sig", "rb") as file:
            return file.read().replace(b"\r\n", b"\n")


def _ssh_key(top: str) -> str:
    """The key of `user.signingKey`: a path or a literal key; without it the first that the default command prints."""
    key = query.text_or_nothing("config", "--get", "user.signingKey")
    if key.startswith(LITERAL):
        return key
    command = query.text_or_nothing("config", "--get", "gpg.ssh.defaultKeyCommand")
    if key or not command:
        return _path("user.signingKey")
    _, out, _ = _run(["sh", "-c", command], top, b"")
    return out.decode("utf-8", "surrogateescape").partition("\n")[0]


def _path(key: str) -> str:
    """A setting that is a path, in which `~` is a home folder."""
    return query.text_or_nothing("config", "--type=path", "--get", key)


def _write(path: str, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)


def _run(command: list[str], top: str, data: bytes) -> tuple[int, bytes, bytes]:
    import subprocess  # noqa: PLC0415  few commands sign

    try:
        done = subprocess.run(command, cwd=top, input=data, capture_output=True, check=False)
    except OSError as error:
        return 1, b"", f"{error.strerror}".encode()
    return done.returncode, done.stdout, done.stderr


def _failed(program: str, said: bytes) -> GitpactError:
    return GitpactError(
        "{program} cannot sign the commit: {said}",
        "set a key: git config user.signingKey KEY; or drop the signatures: gitpact fix --drop-signatures",
        program=program,
        said=said.decode("utf-8", "replace").strip(),
    )
