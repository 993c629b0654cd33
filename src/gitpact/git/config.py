"""What git's configuration says."""

from __future__ import annotations

import os

from gitpact.git import query
from gitpact.records import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMMENT_STRING_SINCE = (2, 45)
FLOOR, PATTERNS = "gitpact.floor", "gitpact.patterns"  # keys: policy files outside of the project
FALSE = frozenset(("false", "no", "off", "0", ""))  # what git takes for one


def entries() -> list[tuple[str, str, str]]:
    """Every setting of git's configuration as (origin, key, value), in git's order: the last of a key counts.

    The origin is such as "file:.git/config" or "command line:". Section and variable of a key are in lower case. A key
    without a value has the value "true". Raises GitpactError if git fails.
    """
    fields = query.output("config", "--list", "--show-origin", "-z").decode("utf-8", "surrogateescape").split("\0")
    entries = []
    for origin, entry in zip(fields[::2], fields[1::2], strict=False):
        key, newline, value = entry.partition("\n")
        entries.append((origin, key, value if newline else "true"))
    return entries


def has(key: str) -> bool:
    """Whether git's configuration sets a key such as "core.editor", also to ""; False if git fails."""
    return bool(query.output_or_nothing("config", "--get", key))


def values(key: str) -> list[str]:
    """All values of a key such as "notes.rewriteRef", in git's order; [] if it is unset, or git fails."""
    return query.text_or_nothing("config", "--get-all", key).split("\n") if has(key) else []


def get_bool(key: str) -> bool:
    """Whether git's configuration sets a key to a true value; False if it is unset or no boolean, or git fails."""
    return query.output_or_nothing("config", "--type=bool", "--get", key) == b"true\n"


def override(key: str, value: str) -> None:
    """Let every git that this process starts from now on see a value as `git -c` gives it: it wins over all others.

    Changes GIT_CONFIG_PARAMETERS in the environment, which is what `git -c` hands on.
    """
    given = os.environ.get("GIT_CONFIG_PARAMETERS", "")
    setting = f"{key}={value}".replace("'", "'\\''")
    os.environ["GIT_CONFIG_PARAMETERS"] = f"{given} '{setting}'".strip()


def settings(entries: Iterable[tuple[str, str, str]]) -> Settings:
    """The settings that decide which text becomes the message and which policy is in force, of what `entries` returns.

    Of several values of `gitpact.floor` the first counts: that of the system cannot be replaced by a user's.

    Runs `git version` where core.commentString is set; raises GitpactError if that fails.
    """
    every = list(entries)
    last: dict[str, str] = {}
    keys: list[str] = []
    comment = Settings().comment
    for _, key, value in every:
        last[key] = value
        keys.extend(_trailer_names(key, value))
        if key == "core.commentchar" or (key == "core.commentstring" and query.version() >= COMMENT_STRING_SINCE):
            comment = value
    return Settings(
        comment=comment,
        cleanup=last.get("commit.cleanup", "default"),
        verbose=last.get("commit.verbose", "false").lower() not in FALSE,
        encoding=last.get("i18n.commitencoding", "utf-8"),
        separators=last.get("trailer.separators", ":"),
        trailer_keys=tuple(keys),
        name=last.get("committer.name") or last.get("user.name", ""),
        email=last.get("committer.email") or last.get("user.email", ""),
        off=last.get("gitpact.enabled", "true").lower() in FALSE,
        enabled=last.get("gitpact.enabled", "false").lower() not in FALSE,
        floor=next((value for _, key, value in every if key == FLOOR), ""),
        patterns=last.get(PATTERNS, ""),
    )


def _trailer_names(key: str, value: str) -> Iterator[str]:
    section, _, rest = key.partition(".")
    name, dot, variable = rest.rpartition(".")
    if section == "trailer" and dot:
        yield name
        if variable == "key":
            yield value
