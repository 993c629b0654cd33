"""The user who serves a repository, and what that user can do with a file: root can do more."""

from __future__ import annotations

import contextlib
import os
import pwd
from typing import TYPE_CHECKING, NamedTuple

from gitpact.errors import GitpactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


ELSEWHERE = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL")  # say where a user's configuration is


class User(NamedTuple):
    """A user of this machine: name, user id, the id of the first group and the home folder, "" for none."""

    name: str
    uid: int
    gid: int
    home: str = ""


def owner(path: Path) -> User:
    """The user who owns a file or folder. Raises OSError where there is none."""
    uid = path.stat().st_uid
    try:
        return _user(pwd.getpwuid(uid))
    except KeyError:
        return User(str(uid), uid, path.stat().st_gid)


def named(name: str) -> User:
    """The user of this name. Raises GitpactError where this machine has none."""
    try:
        return _user(pwd.getpwnam(name))
    except KeyError as error:
        raise GitpactError(
            "--user {name}: no such user on this machine", "to list the users: getent passwd", name=name
        ) from error


def _user(entry: pwd.struct_passwd) -> User:
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir)


def can_be_asked(user: User) -> bool:
    """Whether this process may act as the user: it is that user's own, or root's."""
    return os.geteuid() in {0, user.uid}


@contextlib.contextmanager
def acting(user: User) -> Iterator[None]:
    """Within the block this process has the rights of a user, as far as `can_be_asked`; else its own.

    What was open before stays open. Not for a process with threads.
    """
    if os.geteuid() != 0 or user.uid == 0:
        yield
        return
    groups, gid = os.getgroups(), os.getegid()
    os.setgroups(os.getgrouplist(user.name, user.gid))
    os.setegid(user.gid)
    os.seteuid(user.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)


@contextlib.contextmanager
def configured_as(user: User) -> Iterator[None]:
    """Within the block git reads the configuration of a user, not that of root, who asks for that user."""
    if os.geteuid() == user.uid or not user.home:
        yield
        return
    kept = {name: os.environ.pop(name) for name in ELSEWHERE if name in os.environ}
    os.environ["HOME"] = user.home
    try:
        yield
    finally:
        del os.environ["HOME"]
        os.environ.update(kept)


def can(what: int, path: Path) -> bool:
    """Whether this process can do `what` with a path, by its effective user: os.R_OK, os.W_OK, os.X_OK or os.F_OK.

    A file that is not there can be written where its folder takes a new one.
    """
    if what == os.W_OK and not os.path.exists(path):  # noqa: PTH110  Path.exists raises where it may not look
        folder = os.path.realpath(path.parent)
        return os.access(folder, os.W_OK | os.X_OK, effective_ids=True)
    return os.access(path, what, effective_ids=True)
