"""A policy back into TOML, every key with the words that explain it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from gitpact.message.encodings import UNSAFE
from gitpact.policy.keys import KEYS, OF_PATHS, PATH, PATTERN, PATTERN_KEYS, SCOPES, TABLES, TRAILER_KEYS, TRAILERS
from gitpact.rules import IDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from gitpact.records import PatternRule, Policy


WHICH_RUN = "some rules are off, because the policy has no setting for them; to see the rules: gitpact rules"
DEEPEST = 20  # tables and lists in each other


def lines(
    policy: Policy, translate: Callable[[str], str] = str, origins: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield the lines, without line ends, of a whole gitpact.toml that gives this policy again, each key explained.

    `translate` returns an explanation in the reader's language. With `origins` (`parsing.origins`) each key has where
    it comes from in the place of its explanation.
    """
    for table in ("", *TABLES):
        if table:
            yield ""
            yield f"[{table}]"
        for key in KEYS:
            if key.table == table and key.name != ("preset" if policy.presets else "presets"):
                values = f" ({' | '.join(key.choices)})" if key.choices else ""
                about = f"{translate(key.about)}{values}" if origins is None else origins.get(key.field, "")
                yield f"{key.name} = {toml(getattr(policy, key.field))}  # {about}"
        if table == "rules":
            yield f"# {translate(WHICH_RUN)}"
            yield from (f"{rule} = {toml(policy.rules.get(rule, 'error'))}" for rule in IDS)
            yield from (
                f'"{own.rule}" = {toml(policy.rules.get(own.rule, "error"))}'
                for own in policy.patterns
                if not own.private
            )
    if policy.scope_paths:
        yield from ("", f"[{SCOPES}]")
        yield from (f"{_key(scope)} = {toml(globs)}" for scope, globs in policy.scope_paths.items())
    yield from _trailers(policy)
    for globs, changes in policy.by_path:
        yield from _path(globs, dict(changes))
    for own in policy.patterns:
        if not own.private:
            yield from _pattern(own, translate)


def _path(globs: tuple[str, ...], values: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"[[{PATH}]]", f"match = {toml(globs)}")
    rules = dict(values.pop("rules", ()))
    for table in OF_PATHS:
        its = {key.name: values[key.field] for key in KEYS if key.table == table and key.field in values}
        yield from (f"[{PATH}.{table}]", *(f"{name} = {toml(value)}" for name, value in its.items())) if its else ()
    yield from (f"[{PATH}.rules]", *(f"{_key(rule)} = {toml(value)}" for rule, value in rules.items())) if rules else ()


def _trailers(policy: Policy) -> Iterator[str]:
    if policy.trailers:
        yield from ("", f"[{TRAILERS}]")
    for own in policy.trailers:
        values = {key.name: getattr(own, key.field) for key in TRAILER_KEYS}
        yield f"{own.key} = {toml({name: value for name, value in values.items() if value})}"


def _pattern(own: PatternRule, translate: Callable[[str], str]) -> Iterator[str]:
    yield from ("", f"[[{PATTERN}]]")
    for key in PATTERN_KEYS:
        value: object = getattr(own, key.field)
        if key.name == "say" and own.say_zh:
            value = {"en": own.say, "zh": own.say_zh} if own.say else {"zh": own.say_zh}
        if value:
            yield f"{key.name} = {toml(value)}  # {translate(key.about)}"


def toml(value: object, deepest: int = DEEPEST) -> str:
    """The TOML text, on one line, of a string, number, bool, list, tuple or dict; a date becomes a string.

    Control characters and invisible characters are written as escapes. Below `deepest` levels of lists and dicts, `…`
    stands for the rest; no key of a policy goes as deep.
    """
    if isinstance(value, dict | tuple | list) and not deepest:
        return "…"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {toml(item, deepest - 1)}" for name, item in value.items()) + " }"
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml(item, deepest - 1) for item in value)}]"
    # A JSON string, number or boolean is also TOML.
    return re.sub(UNSAFE, _escaped, json.dumps(value, ensure_ascii=False, default=str))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  the last of four digits


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else toml(name)
