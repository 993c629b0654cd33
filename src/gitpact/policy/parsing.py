"""The policy file's text into a `Policy`; every mistake in it is one error that names its place."""

from __future__ import annotations

import os

from gitpact.errors import Phrase
from gitpact.message.header import is_issue
from gitpact.policy import bounds, validation
from gitpact.policy.error_location import PolicyText, config_error, nearest
from gitpact.policy.keys import ADD, KEYS, PRESET_KEYS, PRESETS
from gitpact.records import Policy
from gitpact.rules import IDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gitpact.policy.extends import Layer, Read

    Texts = tuple[str, str, str, Read | None]

DEFAULT_PRESET = "standard"
MOST_NAMES = 5000  # globs of branches with each type in the place of `{type}`
NO_HOST = "none"
TABLES = {"rules": "rules", "trailers": "trailers", "scopes": "scope_paths", "path": "by_path"}  # by name, their fields
NAMED = ("patterns", "trailers")  # fields whose members are merged by their names


def preset_path(name: str) -> str:
    """The path of the file of a preset in the installed package; whether the file is there is not checked."""
    return _packed("presets", name)


def host_path(name: str) -> str:
    """The path of the file of a host's limits in the installed package; none is there for the host "none"."""
    return _packed("host_limits", name)


def packed_paths(policy: Policy) -> list[str]:
    """The paths of the files in the installed package that a policy's values come from: its preset, its host's limits.

    The second does not exist for the host "none".
    """
    return [*map(preset_path, policy.presets or (policy.preset,)), host_path(policy.host)]


def _packed(folder: str, name: str) -> str:
    return os.path.join(os.path.dirname(__file__), folder, f"{name}.toml")


def parse(text: str, source: str, prefix: str = "", read: Read | None = None) -> Policy:
    """Resolve the policy in the TOML `text` of the file `source`.

    `prefix` is the table that holds it ("tool.gitpact" in a pyproject.toml); a file without that table is the default
    policy. `read` reads what it extends (`files.Source`); without it, it can extend nothing. Raises GitpactError naming
    file, line, key, what was expected and the nearest known key.
    """
    place = PolicyText(source, text, prefix)
    return _resolve(_given(place, read), place)


def resolved(
    texts: Texts,
    floor: tuple[str, str],
    patterns: tuple[str, str],
    above: tuple[str, str] = ("", ""),
    *,
    server: bool = False,
) -> Policy:
    """Resolve the policy of a project together with the files outside of it (`outside_files`).

    `texts` are the arguments of `parse` for the project's file; `floor`, `patterns` and `above` are (text, path), ("",
    "") for none; what `above` sets replaces what `floor` sets. On a `server` a project cannot set what `administered`
    leaves to the administrator. Raises GitpactError on a mistake in any of them, as `parse` does.
    """
    policy = administered(texts, floor, above, server=server) if server or floor[1] else parse(*texts)
    return _with_private(policy, PolicyText(patterns[1], patterns[0], "", private=True)) if patterns[1] else policy


def _with_private(policy: Policy, place: PolicyText) -> Policy:
    """The policy with the patterns of a file outside the project, which the project cannot replace or switch off."""
    given = _given(place)
    others = [key.path for key in KEYS if {key.field, f"{ADD}{key.field}"} & given.keys()]
    others += [name for name, field in TABLES.items() if given.get(field)]
    if others:
        raise config_error(place, others[0], "this file may contain only patterns", "[[pattern]]")
    private = [own._replace(private=True) for own in given.get("patterns", ())]
    names = {own.name for own in private}
    # A message of which only the beginning is read is refused, whatever the project says of long ones.
    unchanged = bounds.without_severities(policy, {"message-size", *(own.rule for own in private)})
    return unchanged._replace(patterns=(*(own for own in policy.patterns if own.name not in names), *private))


def administered(
    texts: Texts, over: tuple[str, str], above: tuple[str, str] = ("", ""), *, server: bool = True
) -> Policy:
    """Resolve the policy of a project below that of an administrator: his keys over those of the project.

    `texts` are the arguments of `parse` for the project's file. `over` is (text, path) of the administrator's, and
    `above` of another file, whose keys are over his; ("", "") for none. The project's `[server]` keys and
    `exempt.authors` are ignored, on a `server` also the authors that presets exempt, and so is what would undo a key
    that is set above the project. Patterns set there are private. Raises GitpactError on a mistake in one of them, as
    `parse` does.
    """
    text, source, prefix, read = texts
    place, its = PolicyText(source, text, prefix), PolicyText(over[1], over[0], "")
    given = _both(_given(its), _given(PolicyText(above[1], above[0], "")) if above[1] else {})
    given = _with_those_of_presets(given)
    nobody = {"authors": ()} if server else {}
    alone = _resolve(_layer(nobody, given), its)
    theirs = _given(place, read)
    # So a mistake of the project's is told by its own file. It may name the administrator's patterns.
    _resolve(_layer({"patterns": given["patterns"]}, theirs), place)
    kept, bound = bounds.left_to_project(theirs, given)
    policy = _resolve(_layer({**nobody, **kept}, {**given, "by_path": ()}), place)
    policy = bounds.weighed_as(alone, policy._replace(by_path=kept["by_path"]), bound)
    policy = bounds.asked_as(alone, policy, bounds.named_rules(given))
    over_paths = bounds.with_file_limits(given["by_path"], given.get("file_limits", {}))
    return policy._replace(by_path=(*policy.by_path, *over_paths))


def _both(given: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """What two files set that are both above a project."""
    return {**_layer(given, above), "by_path": (*given.get("by_path", ()), *above.get("by_path", ()))}


def _with_those_of_presets(given: dict[str, Any]) -> dict[str, Any]:
    """What an administrator sets, with the patterns and trailers of the presets that he names; his own are private."""
    base: dict[str, Any] = {}
    if given.keys() & {*PRESET_KEYS}:
        for layer in _base_layers(given):
            base = _layer(base, {name: layer.values[name] for name in NAMED if name in layer.values})
    private = tuple([own._replace(private=True) for own in given.get("patterns", ())])
    both = _layer(base, {**given, "patterns": private})
    return {**given, **{name: both[name] for name in NAMED}}


def _given(place: PolicyText, read: Read | None = None) -> dict[str, Any]:
    """The values that a policy and those which it extends set."""
    from gitpact.policy import extends  # noqa: PLC0415  loads what only a policy that is not cached needs

    given: dict[str, Any] = {}
    for layer in extends.layers(place, values, read):
        given = _with_layer(given, layer)
    return given


def _with_layer(given: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """The values with those of another layer, whose preset or presets take the place of all that were named before."""
    if layer.values.keys() & {*PRESET_KEYS}:
        given = {name: value for name, value in given.items() if name not in PRESET_KEYS}
    return _layer(given, layer.values)


def values(place: PolicyText) -> dict[str, Any]:
    """The values that one policy sets, without those that it extends. Raises GitpactError as `parse` does."""
    from gitpact.policy import toml_reader  # noqa: PLC0415  loads what only a policy that is not cached needs

    data: Any = toml_reader.loads(place.text, place.source)
    for part in place.prefix.split(".") if place.prefix else ():
        data = data.get(part, {}) if isinstance(data, dict) else {}
    return validation.validate(data, place)


def _resolve(values: dict[str, Any], place: PolicyText) -> Policy:
    """The policy that values make, laid over the host's limits, these over the preset, and that over the default."""
    if "preset" in values and values.get("presets"):
        said = "the policy has both keys 'preset' and 'presets'"
        raise config_error(place, "presets", said, "one of these keys")
    base: dict[str, Any] = {}
    for layer in _base_layers(values):
        base = _layer(base, layer.values)
    policy = _with_listed_scopes(Policy(**_layer(base, values)))
    _check_severities(policy, values, place)
    _check_together(policy, values, place)
    # An alias of the preset for a type that this project does not have means nothing here.
    known = {alias: kind for alias, kind in policy.type_aliases.items() if not policy.types or kind in policy.types}
    return policy._replace(type_aliases=known)


def _base_layers(given: dict[str, Any]) -> Iterator[Layer]:
    """What values are laid over: the presets that they name, and the limits of a host."""
    from gitpact.policy.extends import Layer  # noqa: PLC0415  as above

    names = given.get("presets") or (given.get("preset", DEFAULT_PRESET),)
    host = given.get("host", NO_HOST)
    for name in names if names[0] == DEFAULT_PRESET else (DEFAULT_PRESET, *names):
        preset = _read(preset_path(name))
        host = given.get("host", preset.get("host", host))
        yield Layer(f"preset {name}", preset)
    if host != NO_HOST:
        yield Layer(f"host {host}", _read(host_path(host)))


def origins(texts: Texts, floor: tuple[str, str]) -> dict[str, str]:
    """Where each field of a policy has its value from: a preset, a host, a file, or the file `floor`.

    The parameters are those of `resolved`. A list or table to which several add has all their names. Raises
    GitpactError as `parse` does.
    """
    from gitpact.policy import extends  # noqa: PLC0415  as above

    text, source, prefix, read = texts
    own = extends.layers(PolicyText(source, text, prefix), values, read)
    over = [extends.Layer(floor[1], values(PolicyText(floor[1], floor[0], "")))] if floor[1] else []
    merged: dict[str, Any] = {}
    for layer in (*own, *over):
        merged = _with_layer(merged, layer)
    found: dict[str, str] = {}
    for layer in (*_base_layers(merged), *own, *over):
        for field in layer.values:
            name = field.removeprefix(ADD)
            found[name] = f"{found[name]}, {layer.name}" if field != name and name in found else layer.name
    return found


def _read(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return _given(PolicyText(path, text, ""))


def _with_listed_scopes(policy: Policy) -> Policy:
    """The policy with the scopes that have paths among those that a header may have."""
    listed = dict.fromkeys((*policy.scopes, *policy.scope_paths))
    return policy._replace(scopes=tuple(listed)) if policy.scope_paths else policy


def _check_severities(policy: Policy, given: dict[str, Any], place: PolicyText) -> None:
    known = {own.rule for own in policy.patterns}
    for rule in given.get("rules", {}):
        if rule not in IDS and rule not in known:
            names = (*IDS, *known)
            raise config_error(place, f"rules.{rule}", "unknown rule", "a rule that `gitpact rules` lists", names)


def _check_together(policy: Policy, given: dict[str, Any], place: PolicyText) -> None:
    """Keys that are right one by one and that no message could keep together."""
    if policy.subject_min > policy.subject_max:
        path = _named_in(place, "message.subject-min", "message.subject-max")
        expected = Phrase("a subject-min that is not greater than subject-max")
        raise config_error(
            place,
            path,
            Phrase(
                "subject-min {least} is more than subject-max {most}", least=policy.subject_min, most=policy.subject_max
            ),
            expected,
        )
    if policy.scope == "forbidden" and given.get("scopes"):
        raise config_error(
            place,
            "message.scopes",
            'the policy lists scopes although scope is "forbidden"',
            "the value \"required\" or \"optional\" for the key 'scope', or a policy without the key 'scopes'",
        )
    both = {key.lower() for key in policy.required_trailers} & {key.lower() for key in policy.forbidden_trailers}
    if both:
        path = _named_in(place, "message.forbidden-trailers", "message.required-trailers")
        raise config_error(
            place,
            path,
            Phrase("{keys} is both required and forbidden", keys=", ".join(sorted(both))),
            ("each key either required or forbidden, not both"),
        )
    if policy.issue_example and not is_issue(policy.issue_example, policy.issue_pattern):
        said = Phrase("{value} does not match issue-pattern", value=validation.shown(policy.issue_example))
        raise config_error(place, "message.issue-example", said, "an issue reference that issue-pattern matches")
    each = len(policy.types) or 1
    if sum("{type}" in glob for glob in policy.branches) * each > MOST_NAMES:
        expected = Phrase(
            "at most {most} globs; a glob with {{type}} counts once for each commit type of the policy",
            most=MOST_NAMES,
        )
        raise config_error(
            place,
            "push.branches",
            Phrase("too many globs, because each glob with {{type}} counts as {count} globs", count=each),
            expected,
        )
    lost = [kind for kind in given.get("type_aliases", {}).values() if policy.types and kind not in policy.types]
    if lost:
        raise config_error(
            place,
            "message.type-aliases",
            Phrase("{value} is not one of the commit types in this policy", value=validation.shown(lost[0])),
            "one of them",
            policy.types,
        )


def _named_in(place: PolicyText, *paths: str) -> str:
    """The first of these keys that a text names; the first of all where it names none."""
    return next((path for path in paths if path.rpartition(".")[2] in place.text), paths[0])


def _layer(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The values of both; `over` wins, but severities, patterns and trailers are merged by the name of each."""
    rules = {**base.get("rules", {}), **over.get("rules", {})}
    patterns = {own.name: own for own in (*base.get("patterns", ()), *over.get("patterns", ()))}
    trailers = {own.key.lower(): own for own in (*base.get("trailers", ()), *over.get("trailers", ()))}
    merged = {"rules": rules, "patterns": tuple(patterns.values()), "trailers": tuple(trailers.values())}
    # What one layer sets, no layer below it adds to.
    kept = {name: value for name, value in base.items() if not (name[:1] == ADD and name[1:] in over)}
    added = {}
    for name, value in over.items():
        if name.startswith(ADD):
            field = name.removeprefix(ADD)
            at = field if field in kept else name
            added[at] = _sum(kept.get(at), value)
    return {**kept, **{name: value for name, value in over.items() if not name.startswith(ADD)}, **merged, **added}


def _sum(base: Any, more: Any) -> Any:  # noqa: ANN401  a list or a table
    """A list with the members of another that it lacks, or a table with the entries of another."""
    if isinstance(more, dict):
        return {**{name: value for name, value in (base or {}).items() if name not in more}, **more}  # the last counts
    return tuple(dict.fromkeys((*(base or ()), *more)))


__all__ = ["DEFAULT_PRESET", "PRESETS", "administered", "nearest", "packed_paths", "parse", "resolved"]
