"""Policies that a policy extends: what `extends` may name, and their texts, of which none comes from the network.

A name is the path of a file beside the policy (`./base.toml`), or `git+URL//PATH@REVISION`, a file in another
repository. The text of the latter is in the lock file, which `gitpact policy lock` writes and the project commits.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from gitpact.errors import GitpactError, Phrase
from gitpact.policy.error_location import PolicyText, config_error
from gitpact.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    # The text of a file of the project, by its path from the folder of the policy; None where there is none.
    Read = Callable[[str], str | None]
    Validate = Callable[[PolicyText], dict[str, Any]]
    Copy = Callable[[str], str]

LOCK = "gitpact.lock"
LOCK_VERSION = 1
MOST = 32  # policies that one extends, directly or not
# The transports of git that start no program of somebody else's, or `user@host:path`.
URL = r"(?:https?|ssh|git|file)://\S+?|[\w.-]+@[\w.-]+:\S+?"
# A revision is no refspec: it neither begins with a plus sign nor has a colon.
REMOTE = re.compile(rf"git\+(?P<url>{URL})//(?P<path>[^/@\s][^@\s]*)@(?P<revision>[^@\s:+-][^@\s:]*)")
PASSWORD = re.compile(r"git\+\w+://[^/@\s]*:[^/@\s]*@")
OF_THIS_MACHINE = "file://"
HINT = "to write the lock file: gitpact policy lock"
FORM = Phrase("'./FILE.toml', or 'git+URL//FILE.toml@REVISION'")


class LockError(GitpactError):
    """The lock file is not as `gitpact policy lock` writes it."""

    def __init__(self, message: Phrase) -> None:
        super().__init__(message, HINT)


class Remote(NamedTuple):
    """A policy in another repository: its URL as git takes it, the path of the file there, and a branch, tag or oid."""

    url: str
    path: str
    revision: str

    def __str__(self) -> str:
        return f"git+{self.url}//{self.path}@{self.revision}"


class Locked(NamedTuple):
    """An entry of the lock file: the policy's name, the commit that it was read from, its SHA-256, and its text."""

    name: str
    commit: str
    sha256: str
    text: str


class Layer(NamedTuple):
    """A policy among those that make one: the file that it came from, and the values that it sets."""

    name: str
    values: dict[str, Any]


def remote(name: str) -> Remote | None:
    """The parts of `git+URL//PATH@REVISION`; None for another text."""
    found = REMOTE.fullmatch(name)
    return Remote(found["url"], found["path"], found["revision"]) if found else None


def layers(place: PolicyText, validate: Validate, read: Read | None, copy: Copy | None = None) -> list[Layer]:
    """A policy and those that it extends, each after the ones that it extends itself: a later one wins.

    `validate` returns the values of one text. `read` reads a file of the project; with None nothing can be extended.
    `copy` returns the text of a policy in another repository, by default from the lock file. Raises GitpactError for a
    policy that is not there, extends itself, or is not in the lock file as it was written.
    """
    found: list[Layer] = []
    begun: list[str] = []
    locked = cache(lambda: _from_lock(read))  # few policies extend one in another repository

    def collect(place: PolicyText, name: str, above: Sequence[str]) -> None:
        values = validate(place)
        names = values.pop("extends", ())
        if names and not read:
            raise config_error(
                place, "extends", "this file cannot extend other policies", "a policy without the key 'extends'"
            )
        for other in names:
            whole = _checked_name(other, name, place, (*above, name), len(begun))
            begun.append(whole)
            text = (copy or locked())(whole) if remote(whole) else _of_project(whole, place, read)
            collect(PolicyText(whole, text, ""), whole, (*above, name))
        found.append(Layer(place.source, values))

    collect(place, "", ())
    return found


def _checked_name(name: str, within: str, place: PolicyText, above: Sequence[str], number: int) -> str:
    if PASSWORD.match(name):
        said = Phrase("the URL contains a password, which everybody can read who can read this file")
        raise config_error(place, "extends", said, "a URL without a password; git asks the credential helper for it")
    whole = resolved_name(name, within)
    if not whole:
        raise config_error(place, "extends", Phrase("'{name}' is not a valid name of a policy", name=name), FORM)
    if whole in above:
        said = Phrase("the policy {name} extends itself", name=whole)
        raise config_error(place, "extends", said, "a policy that does not extend itself")
    if number >= MOST:
        said = Phrase("more than {most} policies are extended", most=MOST)
        raise config_error(place, "extends", said, "fewer policies")
    return whole


def resolved_name(name: str, within: str) -> str:
    """The full name of a policy that the policy `within` extends, "" for the project's own; "" for no name at all.

    A relative path is one from the folder of the other policy, in the same repository and revision; it may not lead
    out of that.
    """
    there = remote(name)
    if there:
        # A policy from elsewhere must not bring the content of repositories of this machine into the lock file.
        outer = remote(within)
        brought = outer and there.url.startswith(OF_THIS_MACHINE) and not outer.url.startswith(OF_THIS_MACHINE)
        inside = posixpath.normpath(there.path) == there.path and not there.path.startswith("../")
        return name if inside and not brought else ""
    if not name.startswith(("./", "../")) or "\\" in name or name.endswith("/"):
        return ""
    outer = remote(within)
    folder = posixpath.dirname(outer.path if outer else within)
    path = posixpath.normpath(posixpath.join(folder, name))
    if path.startswith("../") or path in {".", ".."} or not path.isprintable():
        return ""
    whole = str(outer._replace(path=path)) if outer else path
    return "" if outer and not remote(whole) else whole


def _of_project(name: str, place: PolicyText, read: Read | None) -> str:
    text = read(name) if read else None
    if text is None:
        raise config_error(place, "extends", Phrase("there is no file {name}", name=name), FORM)
    return text


def _from_lock(read: Read | None) -> Copy:
    try:
        text = (read(LOCK) if read else None) or ""
    except GitpactError as error:
        raise LockError(error.message) from error
    entries = {entry.name: entry for entry in read_lock(text)}

    def copy(name: str) -> str:
        if name not in entries:
            raise LockError(Phrase("{lock} has no copy of the policy {name}", lock=LOCK, name=name))
        return entries[name].text

    return copy


def read_lock(text: str) -> list[Locked]:
    """The entries of a lock file. Raises LockError for what `gitpact policy lock` has not written so."""
    from hashlib import sha256  # noqa: PLC0415  few policies extend another

    from gitpact.policy import toml_reader  # noqa: PLC0415  as above

    try:
        data = toml_reader.loads(text, LOCK, most=toml_reader.MOST_OF_LOCK)
    except GitpactError as error:
        raise LockError(error.message) from error
    rows = data.get("policy", [])
    if data and data.get("version") != LOCK_VERSION:
        said = "{lock}: this file has the version {got}; this gitpact reads the version {expected}"
        raise LockError(Phrase(said, lock=LOCK, got=data.get("version"), expected=LOCK_VERSION))
    entries = []
    for row in rows if isinstance(rows, list) else [None]:
        fields = [row.get(field) if isinstance(row, dict) else None for field in Locked._fields]
        if not all(isinstance(field, str) for field in fields):
            raise LockError(
                Phrase("{lock}: this file does not have the format that 'gitpact policy lock' writes", lock=LOCK)
            )
        entry = Locked(*map(str, fields))
        if sha256(entry.text.encode()).hexdigest() != entry.sha256:
            raise LockError(Phrase("{lock}: the copy of the policy {name} was changed", lock=LOCK, name=entry.name))
        entries.append(entry)
    return entries


def lock_lines(entries: Sequence[Locked]) -> Iterator[str]:
    """The lines of a lock file, without line ends."""
    from gitpact.policy import toml_writer  # noqa: PLC0415  only who writes it

    yield "# Written by: gitpact policy lock. Commit this file; hooks, CI and servers read policies from it alone."
    yield f"version = {LOCK_VERSION}"
    for entry in entries:
        yield from ("", "[[policy]]")
        yield from (f"{field} = {toml_writer.toml(value)}" for field, value in entry._asdict().items())
