"""Permissions of what is written for everybody who uses a repository (git-config, core.sharedRepository)."""

from __future__ import annotations

from gitpact.git import query

GROUP, EVERYBODY, OWNER = 0o660, 0o664, 0o600
NAMES = {
    **dict.fromkeys(("group", "true", "yes", "on", "1"), GROUP),
    **dict.fromkeys(("all", "world", "everybody", "2"), EVERYBODY),
}


def of_file(mode: int) -> int:
    """The permission bits for a file of the repository here, where they would be `mode` in one that is not shared.

    As git has it (path.c, adjust_shared_perm): `group` and `all` add bits, an octal number sets them.
    """
    value = query.text_or_nothing("config", "--get", "core.sharedRepository").lower()
    if value.startswith("0") and value.strip("01234567") == "" and int(value, 8) & OWNER == OWNER:
        return int(value, 8) & 0o666
    return mode | NAMES.get(value, 0)
