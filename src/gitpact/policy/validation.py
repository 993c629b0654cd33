"""What a policy file holds into values, key by key; every mistake in it is one error that names its place."""

from __future__ import annotations

from gitpact.errors import Phrase
from gitpact.policy.error_location import PolicyText, config_error, nearest
from gitpact.policy.keys import (
    ADD,
    EXTENDS,
    KEYS,
    OF_PATHS,
    PATH,
    PATH_KEYS,
    PATTERN,
    PATTERN_KEYS,
    SCOPES,
    SEVERITIES,
    TABLES,
    TRAILER_KEYS,
    TRAILERS,
    Key,
)
from gitpact.policy.values import CONVERT, EXPECTED, MEMBERS, TooManyError
from gitpact.records import PatternRule, TrailerRule
from gitpact.rules import IDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

MOST_TABLES = 500  # of `[scopes]` and of `[[path]]`
MOST_PATTERNS = 200  # of a policy: each is tried on each commit
LONGEST_SHOWN = 200  # characters of a value in an error
BY_PATH = {key.path: key for key in (*KEYS, *PATTERN_KEYS, *TRAILER_KEYS, *PATH_KEYS)}
# Conditions on commits, which mean nothing for the name of a ref or the path of a file.
CONDITIONS = ("types", "scopes", "paths", "branches")
UNKNOWN_OF = {"branch": CONDITIONS, "tag": CONDITIONS, "path": CONDITIONS}


def validate(data: Any, place: PolicyText) -> dict[str, Any]:  # noqa: ANN401  what TOML gives
    """The values that a policy sets, by the fields of `records.Policy`, of which most may be missing.

    `data` is the table that holds the policy, as TOML gives it, and `place` where it stands. Raises GitpactError on the
    first key that is unknown or has a wrong value; it names file, line, what was expected and the nearest known key.
    """
    _check_table(data, place.prefix, place)
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name in OWN_SHAPE:
            field, read = OWN_SHAPE[name]
            values[field] = read(value, place)
        elif name in TABLES:
            _check_table(value, name, place)
            if name == "rules":
                values["rules"] = _severities(value, place)
            else:
                values.update(_table(name, value, place))
        elif name in BY_PATH and not BY_PATH[name].table:
            values[BY_PATH[name].field] = _value(BY_PATH[name], value, place)
        else:
            known = ("preset", "presets", EXTENDS.name, *TABLES, SCOPES, TRAILERS, PATH, PATTERN)
            homes = [f"[{key.table}]" for key in KEYS if key.name == name]
            hint = Phrase("'{name}' belongs under {table}", name=name, table=homes[0]) if homes else ""
            raise config_error(
                place, name, "unknown key", Phrase("one of {names}", names=", ".join(known)), known, hint
            )
    return values


def _table(table: str, data: dict[str, Any], place: PolicyText) -> dict[str, Any]:
    """The values of one table; `table` is such as "pattern[2]" or "trailers.Change-Id" where several have the keys."""
    values = {}
    own = table.partition("[")[0].partition(".")[0]
    for name, value in data.items():
        added = ADD if name.startswith(ADD) else ""
        key = BY_PATH.get(f"{own}.{name.removeprefix(ADD)}")
        if key is None or (added and not can_be_added_to(key)):
            known = [key.name for key in BY_PATH.values() if key.table == own]
            raise config_error(
                place, f"{table}.{name}", "unknown key", Phrase("one of {names}", names=", ".join(known)), known
            )
        if added and key.name in data:
            said = Phrase("the table has both keys '{name}' and '+{name}'", name=key.name)
            raise config_error(place, f"{table}.{name}", said, "one of these keys")
        values[added + key.field] = _value(key._replace(table=table, name=name), value, place)
    return values


def can_be_added_to(key: Key) -> bool:
    """Whether `+KEY` adds to the value that another policy gives a key: of a list or a table."""
    return key.table in TABLES and (key.kind in MEMBERS or key.kind in {"map", "sizes"})


def _extends(data: Any, place: PolicyText) -> tuple[str, ...]:  # noqa: ANN401  what TOML gives
    names: tuple[str, ...] = _value(EXTENDS, data, place)
    return names


def _patterns(data: Any, place: PolicyText) -> tuple[PatternRule, ...]:  # noqa: ANN401  what TOML gives
    """The rules of `[[pattern]]`, in their order."""
    _check_rows(data, PATTERN, place)
    if len(data) > MOST_PATTERNS:
        said = Phrase("{count} patterns; at most {most} are allowed", count=len(data), most=MOST_PATTERNS)
        raise config_error(place, PATTERN, said, "fewer patterns")
    rules = [_pattern(row, f"{PATTERN}[{number}]", place) for number, row in enumerate(data, 1)]
    for number, own in enumerate(rules, 1):
        if any(own.name == other.name for other in rules[: number - 1]):
            said = Phrase("another pattern is also called '{name}'", name=own.name)
            raise config_error(place, f"{PATTERN}[{number}].name", said, "a unique name")
    return tuple(rules)


def _pattern(data: dict[str, Any], path: str, place: PolicyText) -> PatternRule:
    from gitpact.message import pattern_syntax  # noqa: PLC0415  only a policy that is not cached needs it

    values = _table(path, data, place)
    for name in ("name", "where"):
        if name not in values:
            raise config_error(
                place,
                path,
                Phrase("the key '{name}' is missing", name=name),
                EXPECTED[BY_PATH[f"{PATTERN}.{name}"].kind],
            )
    if ("forbid" in values) == ("require" in values):
        raise config_error(place, path, "a pattern needs either the key 'forbid' or the key 'require'", "one of them")
    lost = [name for name in UNKNOWN_OF.get(values["where"], ()) if values.get(name)]
    if lost:
        said = Phrase(
            "a pattern that checks '{where}' cannot have the condition '{name}'", where=values["where"], name=lost[0]
        )
        raise config_error(place, f"{path}.{lost[0]}", said, "a pattern on the text of a commit")
    say, say_zh = values.pop("say", ("", ""))
    needle, any_case = pattern_syntax.literal(pattern_syntax.parse(values.get("forbid") or values["require"]))
    return PatternRule(**values, say=say, say_zh=say_zh, needle=needle, any_case=any_case)


def _trailers(data: Any, place: PolicyText) -> tuple[TrailerRule, ...]:  # noqa: ANN401  what TOML gives
    """The tables of `[trailers]`, each with the key of its trailer."""
    _check_table(data, TRAILERS, place)
    _value(Key(TRAILERS, "keys", "tokens", ""), [*data], place)
    rules: list[TrailerRule] = []
    for key, row in data.items():
        path = f"{TRAILERS}.{key}"
        if any(key.lower() == other.key.lower() for other in rules):
            said = Phrase("another trailer is also called '{name}', in another case", name=key)
            raise config_error(place, path, said, "a unique name")
        if not isinstance(row, dict):
            raise config_error(place, path, "is not a table", "a table such as { most = 1 }")
        values = _table(path, row, place)
        own = TrailerRule(key, **values)
        if own.most and own.least > own.most:
            said = Phrase(
                "the minimum (least = {least}) is greater than the maximum (most = {most})",
                least=own.least,
                most=own.most,
            )
            raise config_error(place, f"{path}.least", said, Phrase("at most {most}", most=own.most))
        rules.append(own)
    return tuple(rules)


def _scopes(data: Any, place: PolicyText) -> dict[str, tuple[str, ...]]:  # noqa: ANN401  what TOML gives
    """The table `[scopes]`: the globs of the paths that belong to each scope."""
    _check_table(data, SCOPES, place)
    _check_number(data, SCOPES, place)
    _value(Key(SCOPES, "names", "scopes", ""), [*data], place)
    return {name: _value(Key(SCOPES, name, "paths", ""), globs, place) for name, globs in data.items()}


def _check_table(data: object, path: str, place: PolicyText, expected: str = "") -> None:
    """Raise GitpactError for what is no table; `expected` is its heading, by default `[path]`."""
    if not isinstance(data, dict):
        raise config_error(place, path, "is not a table", expected or f"[{path}]")


def _check_rows(data: object, table: str, place: PolicyText) -> None:
    """Raise GitpactError for what is no list of tables, which are written `[[table]]`."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise config_error(place, table, "is not a list of tables", f"[[{table}]]")


def _check_number(tables: Sequence[Any] | dict[str, Any], path: str, place: PolicyText) -> None:
    if len(tables) > MOST_TABLES:
        said = Phrase("{count} tables; at most {most} are allowed", count=len(tables), most=MOST_TABLES)
        raise config_error(place, path, said, "fewer tables")


def _by_path(data: Any, place: PolicyText) -> tuple[Any, ...]:  # noqa: ANN401  what TOML gives
    """The tables `[[path]]`: the globs of each, and the fields of the policy that it changes."""
    _check_rows(data, PATH, place)
    _check_number(data, PATH, place)
    tables = []
    for number, row in enumerate(data, 1):
        path = f"{PATH}[{number}]"
        if not row.get("match"):
            said = Phrase("the value is empty" if "match" in row else "the key 'match' is missing")
            raise config_error(place, f"{path}.match" if "match" in row else path, said, EXPECTED["paths"])
        globs = row["match"] if isinstance(row["match"], list) else [row["match"]]
        tables.append(
            (_value(Key(path, "match", "paths", ""), globs, place), tuple(_of_path(row, path, place).items()))
        )
    return tuple(tables)


def _of_path(row: dict[str, Any], path: str, place: PolicyText) -> dict[str, Any]:
    """The fields that the tables of one `[[path]]` set, the severities as pairs under "rules"."""
    values: dict[str, Any] = {}
    for table, data in row.items():
        if table == "match":
            continue
        if table not in {*OF_PATHS, "rules"}:
            names = ", ".join(("match", *OF_PATHS, "rules"))
            raise config_error(
                place, f"{path}.{table}", "unknown key", Phrase("one of {names}", names=names), (*OF_PATHS, "rules")
            )
        _check_table(data, f"{path}.{table}", place, f"[{PATH}.{table}]")
        if table == "rules":
            values["rules"] = tuple(_severities(data, place, f"{path}.rules").items())
            continue
        for name in data:
            if name not in OF_PATHS[table]:
                names = ", ".join(OF_PATHS[table])
                said = (
                    "this key cannot have different values for different paths"
                    if f"{table}.{name}" in BY_PATH
                    else "unknown key"
                )
                raise config_error(
                    place, f"{path}.{table}.{name}", said, Phrase("one of {names}", names=names), OF_PATHS[table]
                )
            key = BY_PATH[f"{table}.{name}"]
            values[key.field] = _value(key._replace(table=f"{path}.{table}"), data[name], place)
    return values


def _severities(data: dict[str, Any], place: PolicyText, table: str = "rules") -> dict[str, str]:
    for name, value in data.items():
        if name not in IDS and not name.startswith(f"{PATTERN}/"):
            raise config_error(place, f"{table}.{name}", "unknown rule", "a rule that `gitpact rules` lists", IDS)
        _check_choice(f"{table}.{name}", value, SEVERITIES, place)
    return data


def _value(key: Key, value: Any, place: PolicyText) -> Any:  # noqa: ANN401  any of the kinds
    if key.kind == "choice":
        _check_choice(key.path, value, key.choices, place)
        return value
    from gitpact.message import pattern_syntax  # noqa: PLC0415  only a policy that is not cached needs it

    try:
        return CONVERT[key.kind](value)
    except (pattern_syntax.PatternError, TooManyError, TypeError, ValueError) as fault:
        if place.private:
            raise config_error(place, key.path, "this value is not allowed", EXPECTED[key.kind]) from None
        wrong = fault.args[0] if key.kind in MEMBERS and fault.args else value
        of_syntax = isinstance(fault, (pattern_syntax.PatternError, TooManyError))
        said = (
            Phrase("{value}: {fault}", value=shown(value), fault=_phrase(fault))
            if of_syntax
            else Phrase("{value} is not allowed here", value=shown(wrong))
        )
        raise config_error(place, key.path, said, EXPECTED[key.kind]) from fault


def _check_choice(path: str, value: object, choices: Sequence[str], place: PolicyText) -> None:
    if value in choices:
        return
    near = nearest(value, choices) if isinstance(value, str) else ""
    expected = " | ".join(f'"{choice}"' for choice in choices)
    hint = Phrase("did you mean '{near}'?", near=near) if near else ""
    raise config_error(place, path, Phrase("{value} is not allowed here", value=shown(value)), expected, hint=hint)


def _phrase(fault: Exception) -> object:
    """The sentence that a fault was made with."""
    return fault.args[0] if fault.args else fault


def shown(value: object) -> str:
    """A value in an error, as TOML; what is long is cut."""
    from gitpact.policy import toml_writer  # noqa: PLC0415  only an error shows a value

    shown = toml_writer.toml(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


# Tables of another shape than names and values: the field of each, and what reads it.
OWN_SHAPE: dict[str, tuple[str, Callable[[Any, PolicyText], Any]]] = {
    EXTENDS.name: ("extends", _extends),
    PATTERN: ("patterns", _patterns),
    TRAILERS: ("trailers", _trailers),
    SCOPES: ("scope_paths", _scopes),
    PATH: ("by_path", _by_path),
}
