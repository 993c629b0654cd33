"""The JSON Schema of `gitpact.toml`, made from the table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitpact.policy.keys import (
    ADD,
    EXTENDS,
    KEYS,
    OF_PATHS,
    PATH,
    PATTERN,
    PATTERN_KEYS,
    SCOPES,
    SEVERITIES,
    TABLES,
    TRAILER_KEYS,
    TRAILERS,
    Key,
)
from gitpact.policy.validation import can_be_added_to
from gitpact.policy.values import MEMBERS, NAME, PLACES, TRAILER
from gitpact.rules import IDS

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?([kKMG]?B|[KMG]iB)?$"},
    ]
}
SHAPES: dict[str, dict[str, Any]] = {
    **{kind: {"type": "array", "items": {"type": "string", "pattern": form}} for kind, form in MEMBERS.items()},
    "bool": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 0},
    "size": SIZE,
    "sizes": {"type": "object", "additionalProperties": SIZE},
    "text": {"type": "string"},
    "regex": {"type": "string", "format": "regex", "minLength": 1},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "name": {"type": "string", "pattern": NAME},
    "place": {"anyOf": [{"enum": list(PLACES)}, {"type": "string", "pattern": TRAILER}]},
    "say": {
        "anyOf": [
            {"type": "string", "pattern": r"\S"},
            {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {language: {"type": "string", "pattern": r"\S"} for language in ("en", "zh")},
            },
        ]
    },
}
ID = "https://gitpact.github.io/gitpact/gitpact.schema.json"


def schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that accepts what the validator accepts, key by key."""
    tables: dict[str, Any] = {table: _object(_keys(table)) for table in TABLES}
    tables["rules"] = _object({rule: {"enum": list(SEVERITIES)} for rule in IDS})
    tables["rules"]["patternProperties"] = {"^pattern/": {"enum": list(SEVERITIES)}}
    tables[TRAILERS] = {
        "type": "object",
        "propertyNames": {"pattern": MEMBERS["tokens"]},
        "additionalProperties": _object(_described(TRAILER_KEYS)),
    }
    tables[SCOPES] = {
        "type": "object",
        "propertyNames": {"pattern": MEMBERS["scopes"]},
        "additionalProperties": SHAPES["paths"],
    }
    tables[PATH] = {"type": "array", "items": _path(tables["rules"])}
    tables[PATTERN] = {"type": "array", "items": _pattern()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "gitpact.toml",
        **_object({**_keys(""), EXTENDS.name: {"description": EXTENDS.about, **SHAPES[EXTENDS.kind]}, **tables}),
    }


def _pattern() -> dict[str, Any]:
    """One table of `[[pattern]]`."""
    either = {"oneOf": [{"required": ["forbid"]}, {"required": ["require"]}]}
    return {**_object(_described(PATTERN_KEYS)), "required": ["name", "where"], **either}


def _path(rules: dict[str, Any]) -> dict[str, Any]:
    """One table of `[[path]]`."""
    globs = {"anyOf": [{"type": "string", "minLength": 1}, {**SHAPES["paths"], "minItems": 1}]}
    tables = {
        table: _object({name: shape for name, shape in _keys(table).items() if name in names})
        for table, names in OF_PATHS.items()
    }
    return {**_object({"match": globs, **tables, "rules": rules}), "required": ["match"]}


def _keys(table: str) -> dict[str, Any]:
    its = [key for key in KEYS if key.table == table]
    added = {f"{ADD}{key.name}": _shape(key) for key in its if can_be_added_to(key)}
    return {**_described(its), **added}


def _described(keys: Iterable[Key]) -> dict[str, Any]:
    return {key.name: {"description": key.about, **_shape(key)} for key in keys}


def _shape(key: Key) -> dict[str, Any]:
    return {"enum": list(key.choices)} if key.kind == "choice" else SHAPES[key.kind]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
