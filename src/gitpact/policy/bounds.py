"""What a project may still set where an administrator, or another file outside the project, sets something.

Values are by the names of fields, as `parsing.values` gives them: "+" before a name means that the value is added.
"""

from __future__ import annotations

from gitpact.policy.keys import ADD, KEYS, PRESET_KEYS
from gitpact.rules import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from gitpact.records import Policy

    Values = dict[str, Any]
    ByPath = tuple[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], ...]  # of `Policy.by_path`

# Nobody but an administrator says whose commits are not checked at all, and what a server does besides.
SERVER = {key.field for key in KEYS if key.table == "server"}
ADMINISTRATORS = {"authors", *SERVER}
# Other fields with which a project could undo one that an administrator sets.
WEAKENED_BY = {
    "issue": ("issue_pattern", "issue_place", "issue_types"),
    "scopes": ("scope_paths",),
    "sign_off": ("agents", "mailmap"),
    "max_push_size": ("time_budget", "past_budget"),
}
# The families of the rules that the keys of a table govern, and the rules that a table of names governs.
GOVERNED = {"message": ("message",), "dco": ("dco",), "identity": ("identity",), "push": ("size", "refs")}
GOVERNED_BY_NAME = {"trailers": ("trailer-value", "trailer-count"), "scope_paths": ("scope-paths",)}
# These rules decide whether a message is judged as one with a header, a fixup or none at all.
OF_KIND = ("message-size", "message-empty", "fixup-commit", "header-format")


def left_to_project(theirs: Values, given: Values) -> Values:
    """A project's values without those that are the administrator's, or would undo what an administrator has `given`.

    Where a table of his has any key, its rules weigh what they weigh without the project, no header of it is exempt
    from them, and no path may have larger files than all. `given` has "patterns"; the result has "rules" and "by_path".
    """
    changes = [dict(values) for _, values in given.get("by_path", ())]
    fields = {name.removeprefix(ADD) for values in (given, *changes) for name in values}
    tables = {key.table for key in KEYS if key.field in fields}
    bound = {rule for table in tables for family in GOVERNED.get(table, ()) for rule in FAMILIES[family]}
    bound |= {own.rule for own in given["patterns"]}
    bound |= {rule for field, rules in GOVERNED_BY_NAME.items() if given.get(field) for rule in rules}
    bound |= {rule for values in (given, *changes) for rule in dict(values.get("rules", ()))}
    gone = {field for key, others in WEAKENED_BY.items() if key in fields for field in others} - fields
    if bound - {*FAMILIES["size"], *FAMILIES["refs"]}:
        bound |= {*OF_KIND}
        gone |= {"subjects", *({"max_bytes"} - fields)}
    if given.keys() & {*PRESET_KEYS}:
        gone |= {*PRESET_KEYS}
    most = given.get("max_file_size", 0)
    kept = _limited(_without(theirs, gone | ADMINISTRATORS), most, bound)
    kept["by_path"] = _limited_by_path(theirs.get("by_path", ()), fields | gone, most, bound)
    return kept


def without_severities(policy: Policy, ids: Collection[str]) -> Policy:
    """The policy without the severities that it gives the rules `ids`, also for some paths alone."""
    return policy._replace(
        rules={rule: weight for rule, weight in policy.rules.items() if rule not in ids},
        by_path=_limited_by_path(policy.by_path, (), 0, ids),
    )


def _without(values: Values, fields: Collection[str]) -> Values:
    """The values but those of these fields, set or added to."""
    return {name: value for name, value in values.items() if name.removeprefix(ADD) not in fields}


def _limited(theirs: Values, most: int, bound: Collection[str]) -> Values:
    """Values without severities of rules that are `bound`, and file limits of more than `most` bytes (0: any)."""
    rules = {rule: weight for rule, weight in dict(theirs.get("rules", ())).items() if rule not in bound}
    kept = {**theirs, "rules": rules}
    for name in {"file_limits", f"{ADD}file_limits"} & theirs.keys() if most else ():
        kept[name] = {glob: limit for glob, limit in theirs[name].items() if 0 < limit <= most}
    return kept


def _limited_by_path(by_path: ByPath, fields: Collection[str], most: int, bound: Collection[str]) -> ByPath:
    """What each `[[path]]` changes, limited as `_limited` does and without `fields`."""
    found = []
    for globs, changes in by_path:
        kept = _limited(_without(dict(changes), {*fields} - {"rules"}), most, bound)
        found.append((globs, tuple({**kept, "rules": tuple(kept["rules"].items())}.items())))
    return tuple(found)
