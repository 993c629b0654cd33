"""Fetch the policies that a policy extends, for the lock file; the only part of a policy that uses the network."""

from __future__ import annotations

from hashlib import sha256

from gitpact.git.fetch_file import fetch_file
from gitpact.policy import extends, files, toml_reader
from gitpact.policy.extends import Locked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitpact.policy.error_location import PolicyText
    from gitpact.policy.extends import Read, Validate


def locked(place: PolicyText, validate: Validate, read: Read) -> list[Locked]:
    """Fetch every policy in another repository that a policy extends, directly or not; returns the entries of its lock.

    The parameters are those of `extends.layers`. Raises GitpactError where git cannot fetch one, and as `layers` does.
    """
    fetched: dict[str, Locked] = {}

    def copy(name: str) -> str:
        if name not in fetched:
            fetched[name] = _fetched(name)
        return fetched[name].text

    extends.layers(place, validate, read, copy)
    return [*fetched.values()]


def _fetched(name: str) -> Locked:
    there = extends.remote(name)
    assert there  # noqa: S101  only such names are copied
    commit, data = fetch_file(*there, toml_reader.MOST_BYTES)
    text = files.decode(data, name)
    return Locked(name, commit, sha256(text.encode()).hexdigest(), text)
