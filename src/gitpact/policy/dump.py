"""A policy back into TOML, every key with the words that explain it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gitpact.policy.keys import KEYS, TABLES
from gitpact.rules import IDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitpact.records import Policy


def lines(policy: Policy) -> Iterator[str]:
    """A whole gitpact.toml that gives this policy again, line by line."""
    for table in ("", *TABLES):
        if table:
            yield ""
            yield f"[{table}]"
        for key in KEYS:
            if key.table == table:
                yield f"{key.name} = {toml(getattr(policy, key.field))}  # {key.about}"
        if table == "rules":
            yield "# where the policy asks for what a rule looks for; which run here is shown by: gitpact rules"
            yield from (f"{rule} = {toml(policy.rules.get(rule, 'error'))}" for rule in IDS)


def toml(value: object) -> str:
    """A value as TOML writes it; a date, which no key takes, as a string."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {toml(item)}" for name, item in value.items()) + " }"
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml(item) for item in value)}]"
    # A JSON string, number or boolean is also TOML, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else toml(name)
