"""What a project may still set where an administrator, or another file outside the project, sets something.

Values are by the names of fields, as `parsing.values` gives them: "+" before a name means that the value is added.
"""

from __future__ import annotations

from gitpact.policy.keys import ADD, KEYS, PRESET_KEYS
from gitpact.rules import FAMILIES, active

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
    "sign_off": ("agents", "mailmap", "remediation"),
    "co_authors": ("agents", "mailmap", "remediation"),
    "identity": ("agents", "mailmap", "remediation"),
    "max_push_size": ("time_budget", "past_budget"),
}
# The families of the rules that the keys of a table govern, and the rules that a table of names governs.
GOVERNED = {"message": ("message",), "dco": ("dco",), "identity": ("identity",), "push": ("size", "refs")}
GOVERNED_BY_NAME = {"trailers": ("trailer-value", "trailer-count"), "scope_paths": ("scope-paths",)}
LIMITS = {"max_file_size", "file_limits"}
ASKS_FOR = {"co_authors": "sign-off-required", "identity": "sign-off-identity"}
# These rules decide whether a message is judged as one with a header, a fixup or none at all.
OF_KIND = ("message-size", "message-empty", "fixup-commit", "header-format")


def left_to_project(theirs: Values, given: Values) -> tuple[Values, set[str]]:
    """A project's values without those that are the administrator's, or would undo what an administrator has `given`.

    The second part of the result are the rules whose severities are not the project's. Where a table of his has any
    key, its rules weigh what they weigh without the project, no header of it is exempt from them, and no path may have
    larger files than all. `given` has "patterns"; the first part of the result has "rules" and "by_path".
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
    return kept, bound


def with_file_limits(by_path: ByPath, limits: dict[str, int]) -> ByPath:
    """An administrator's `[[path]]` tables: where one limits the size of files, only his own `limits` except a file."""
    return tuple(
        (globs, (*changes, ("file_limits", limits)) if {"max_file_size"} == LIMITS & {*dict(changes)} else changes)
        for globs, changes in by_path
    )


def weighed_as(alone: Policy, policy: Policy, ids: Collection[str]) -> Policy:
    """The policy with the severities that another one, `alone`, gives the rules `ids`."""
    others = {rule: weight for rule, weight in policy.rules.items() if rule not in ids}
    return policy._replace(rules={**others, **{rule: weight for rule, weight in alone.rules.items() if rule in ids}})


def named_rules(given: Values) -> set[str]:
    """The rules that an administrator asks for by name, or by a key that has no other meaning."""
    changes = [dict(values) for _, values in given.get("by_path", ())]
    every = [(rule, weight) for values in (given, *changes) for rule, weight in dict(values.get("rules", ())).items()]
    asked = {rule for rule, weight in every if weight != "off"}
    return asked | {rule for field, rule in ASKS_FOR.items() if field in given}


def asked_as(alone: Policy, policy: Policy, ids: Collection[str]) -> Policy:
    """The policy, in which each of the rules `ids` runs that runs in another one, `alone`.

    What switches such a rule off, such as `sign_off`, is as it is there; also for some paths.
    """
    for rule in sorted(ids):
        fields = [field for field in policy._fields if getattr(policy, field) != getattr(alone, field)]
        for field in fields if active(rule, alone) and not active(rule, policy) else ():
            changed = policy._replace(**{field: getattr(alone, field)})
            if active(rule, changed):
                policy = changed
                break
        switches = [field for field in policy._fields if _switches(field, rule, policy)] if active(rule, policy) else []
        policy = policy._replace(by_path=_limited_by_path(policy.by_path, switches, 0, ()))
    return policy


def _switches(field: str, rule: str, policy: Policy) -> bool:
    """Whether one of the `[[path]]` tables switches a rule off by a field."""
    values = (dict(changes)[field] for _, changes in policy.by_path if field in dict(changes))
    return field != "rules" and any(not active(rule, policy._replace(**{field: value})) for value in values)


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
