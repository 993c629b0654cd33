"""The policy file: every mistake is one error that names file, line, key, what was expected and the nearest key."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact.errors import GitpactError
from gitpact.policy import parsing, toml_writer
from gitpact.policy.keys import KEYS, PRESETS
from gitpact.policy.schema import schema
from gitpact.policy.values import parse_size
from gitpact.records import Policy
from gitpact.rules import IDS

# Text, what the one line begins with, what the hint says.
MISTAKES = {
    "unknown key": ('presett = "x"', "gitpact.toml:1: presett: unknown key; expected one of preset, ", "'preset'"),
    "key of a table at the top": (
        '\nscope = "required"',
        "gitpact.toml:2: scope: unknown key",
        "belongs under [message]",
    ),
    "unknown key in a table": ('[message]\n\nscop = "a"', "gitpact.toml:3: message.scop: unknown key", "'scope'"),
    "unknown preset": (
        'preset = "x"',
        'gitpact.toml:1: preset: "x" is not allowed here; expected "standard" | ',
        "schema",
    ),
    "wrong type": (
        '[message]\nsubject-max = "a"',
        'gitpact.toml:2: message.subject-max: "a" is not allowed here; expected a whole',
        "schema",
    ),
    "negative": (
        "[message]\nsubject-max = -1",
        "gitpact.toml:2: message.subject-max: -1 is not allowed here",
        "schema",
    ),
    "true is no number": (
        "[message]\nsubject-max = true",
        "gitpact.toml:2: message.subject-max: true is not",
        "schema",
    ),
    "no boolean": ('[message]\nmultiple-scopes = "yes"', 'gitpact.toml:2: message.multiple-scopes: "yes"', "schema"),
    "no list": (
        '[message]\ntypes = "feat"',
        'gitpact.toml:2: message.types: "feat" is not allowed here; expected a list',
        "schema",
    ),
    "list of others": (
        '[message]\ntypes = ["a", 1]',
        "gitpact.toml:2: message.types: 1 is not allowed here",
        "schema",
    ),
    "no map": ("[message]\ntype-aliases = 1", "gitpact.toml:2: message.type-aliases: 1 is not allowed here", "schema"),
    "map of others": ("[message]\ntype-aliases = { a = 1 }", "gitpact.toml:2: message.type-aliases:", "schema"),
    "table of a map": ("[message.type-aliases]\na = 1", "gitpact.toml:1: message.type-aliases:", "schema"),
    "bad expression": (
        '[message]\nissue-pattern = "(a"',
        'gitpact.toml:2: message.issue-pattern: "(a": a group without its closing',
        "schema",
    ),
    "empty expression": (
        '[message]\nissue-pattern = ""',
        'gitpact.toml:2: message.issue-pattern: "" is not allowed here',
        "schema",
    ),
    "impossible size": (
        '[push]\nmax-file-size = "5XB"',
        'gitpact.toml:2: push.max-file-size: "5XB" is not allowed here',
        "schema",
    ),
    "negative size": (
        "[push]\nmax-file-size = -5",
        "gitpact.toml:2: push.max-file-size: -5 is not allowed here",
        "schema",
    ),
    "an example that is none": (
        "[message]\nissue-example = 'PROJ-1'",
        'gitpact.toml:2: message.issue-example: "PROJ-1" does not match issue-pattern',
        "schema",
    ),
    "minimum over maximum": (
        "[message]\nsubject-min = 200",
        "gitpact.toml:2: message.subject-min: subject-min 200 is more than subject-max 100",
        "schema",
    ),
    "unknown rule": ('[rules]\ntype-know = "error"', "gitpact.toml:2: rules.type-know: unknown rule", "'type-known'"),
    "unknown severity": (
        '[rules]\ntype-known = "err"',
        'gitpact.toml:2: rules.type-known: "err" is not allowed here',
        "'error'",
    ),
    "severity of another type": (
        "[rules]\ntype-known = [1]",
        "gitpact.toml:2: rules.type-known: [1] is not allowed here",
        "schema",
    ),
    "a type that no header can have": (
        '[message]\ntypes = ["feat", "a b"]',
        'gitpact.toml:2: message.types: "a b" is not allowed here; expected a list of types',
        "schema",
    ),
    "a scope with a comma": (
        '[message]\nscopes = ["a,b"]',
        'gitpact.toml:2: message.scopes: "a,b" is not allowed here',
        "schema",
    ),
    "a key that no trailer has": (
        '[message]\nrequired-trailers = ["Reviewed by"]',
        'gitpact.toml:2: message.required-trailers: "Reviewed by" is not allowed here',
        "schema",
    ),
    "required and forbidden": (
        '[message]\nrequired-trailers = ["Refs"]\nforbidden-trailers = ["refs"]',
        "gitpact.toml:3: message.forbidden-trailers: refs is both required and forbidden",
        "schema",
    ),
    "scopes that are forbidden": (
        '[message]\nscope = "forbidden"\nscopes = ["a"]',
        'gitpact.toml:3: message.scopes: the policy lists scopes although scope is "forbidden"',
        "schema",
    ),
    "a number for a text": ("[server]\nlog = 5", "gitpact.toml:2: server.log: 5", "schema"),
    "an alias for no type": (
        '[message]\ntypes = ["feat"]\ntype-aliases = { x = "feet" }',
        'gitpact.toml:3: message.type-aliases: "feet" is not one of the commit types in this policy',
        "schema",
    ),
    "table that is a value": ("message = 1", "gitpact.toml:1: message: is not a table", "schema"),
    "quoted key": ('[message]\n"scop" = "a"', "gitpact.toml:2: message.scop: unknown key", "'scope'"),
    "dotted key": ('message.scop = "a"', "gitpact.toml:1: message.scop: unknown key", "'scope'"),
    "inline table": ('\nmessage = { scop = "a" }', "gitpact.toml:2: message.scop: unknown key", "'scope'"),
    "no table of scopes": ("scopes = 1", "gitpact.toml:1: scopes: is not a table; expected [scopes]", "schema"),
    "a scope with a comma that has paths": (
        "[scopes]\n'a,b' = ['a']",
        'gitpact.toml:1: scopes.names: "a,b" is not',
        "schema",
    ),
    "paths that are no list": ("[scopes]\na = 'a/**'", 'gitpact.toml:2: scopes.a: "a/**" is not allowed', "schema"),
    "no list of path tables": (
        "path = 1",
        "gitpact.toml:1: path: is not a list of tables; expected [[path]]",
        "schema",
    ),
    "a path table without globs": (
        "[[path]]\n[path.rules]",
        "gitpact.toml:1: path[1]: the key 'match' is missing",
        "schema",
    ),
    "an unknown table of a path": (
        "[[path]]\nmatch = 'a'\n[[path]]\nmatch = 'b'\n[path.dco]\nadd = true",
        "gitpact.toml:5: path[2].dco: unknown key; expected one of match, message, push, rules",
        "schema",
    ),
    "no table of a path": ("[[path]]\nmatch = 'a'\npush = 1", "gitpact.toml:3: path[1].push: is not a table", "schema"),
    "a key that cannot differ by path": (
        "[[path]]\nmatch = 'a'\n[path.message]\nmax-bytes = 5",
        "gitpact.toml:4: path[1].message.max-bytes: this key cannot have different values for different paths",
        "max-parents",
    ),
    "an unknown key for a path": (
        "[[path]]\nmatch = 'a'\n[path.message]\nscop = 'required'",
        "gitpact.toml:4: path[1].message.scop: unknown key",
        "'scope'",
    ),
    "an unknown rule for a path": (
        "[[path]]\nmatch = 'a'\n[path.rules]\ntype-know = 'off'",
        "gitpact.toml:4: path[1].rules.type-know: unknown rule",
        "'type-known'",
    ),
    "a wrong value for a path": (
        "[[path]]\nmatch = ['a']\n[path.push]\nmax-file-size = 'x'",
        'gitpact.toml:4: path[1].push.max-file-size: "x" is not allowed here',
        "schema",
    ),
    "too many paths": (
        "[[path]]\nmatch = 'a'\n" * 501,
        "gitpact.toml:1: path: 501 tables; at most 500 are allowed",
        "schema",
    ),
    "no table of trailers": ("trailers = 1", "gitpact.toml:1: trailers: is not a table; expected [trailers]", "schema"),
    "no table of a trailer": ("[trailers]\nRefs = 1", "gitpact.toml:2: trailers.Refs: is not a table", "schema"),
    "a key that is no trailer's": (
        "[trailers]\n'a b' = {}",
        'gitpact.toml:1: trailers.keys: "a b" is not allowed',
        "schema",
    ),
    "an unknown key of a trailer": (
        "[trailers]\nRefs = { forbids = ['x'] }",
        "gitpact.toml:2: trailers.Refs.forbids: unknown key; expected one of forbid, allow",
        "'forbid'",
    ),
    "an unknown form": (
        "[trailers]\nRefs = { require-form = 'name' }",
        'gitpact.toml:2: trailers.Refs.require-form: "name" is not allowed here; expected "Name <email>" | ',
        "schema",
    ),
    "more at least than at most": (
        "[trailers.Refs]\nleast = 2\nmost = 1",
        "gitpact.toml:2: trailers.Refs.least: the minimum (least = 2) is greater than the maximum (most = 1)",
        "schema",
    ),
    "both keys for presets": (
        "preset = 'standard'\npresets = ['gerrit']",
        "gitpact.toml:2: presets: the policy has both keys 'preset' and 'presets'",
        "schema",
    ),
    "an unknown preset to add": (
        "presets = ['geritt']",
        'gitpact.toml:1: presets: "geritt" is not allowed here',
        "schema",
    ),
    "no list of patterns": (
        "pattern = 1",
        "gitpact.toml:1: pattern: is not a list of tables; expected [[pattern]]",
        "schema",
    ),
    "a pattern without a name": (
        "\n[[pattern]]\nwhere = 'body'\nforbid = 'x'",
        "gitpact.toml:2: pattern[1]: the key 'name' is missing; expected a name such as",
        "schema",
    ),
    "a pattern without a place": (
        "[[pattern]]\nname = 'a'\nforbid = 'x'",
        "gitpact.toml:1: pattern[1]: the key 'where' is missing; expected one of header, type",
        "schema",
    ),
    "a pattern that asks for nothing": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'",
        "gitpact.toml:1: pattern[1]: a pattern needs either the key 'forbid' or the key 'require'",
        "schema",
    ),
    "a pattern that asks for two things": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = 'x'\nrequire = 'y'",
        "gitpact.toml:1: pattern[1]: a pattern needs either the key 'forbid' or the key 'require'",
        "schema",
    ),
    "an unknown key of a pattern": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = 'x'\n[[pattern]]\nforbids = 'x'",
        "gitpact.toml:6: pattern[2].forbids: unknown key; expected one of name, where",
        "'forbid'",
    ),
    "an unknown place": (
        "[[pattern]]\nname = 'a'\nwhere = 'footer'\nforbid = 'x'",
        'gitpact.toml:3: pattern[1].where: "footer" is not allowed here; expected one of header',
        "schema",
    ),
    "a name with a blank": (
        "[[pattern]]\nname = 'a b'\nwhere = 'body'\nforbid = 'x'",
        'gitpact.toml:2: pattern[1].name: "a b" is not allowed here; expected a name such as',
        "schema",
    ),
    "a pattern that is refused": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = '(?=x)'",
        'gitpact.toml:4: pattern[1].forbid: "(?=x)": an unsupported lookahead',
        "schema",
    ),
    "a sentence in no language": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = 'x'\nsay = { fr = 'x' }",
        'gitpact.toml:5: pattern[1].say: { fr = "x" } is not allowed here; expected a sentence',
        "schema",
    ),
    "an empty sentence": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = 'x'\nsay = ' '",
        'gitpact.toml:5: pattern[1].say: " " is not allowed here; expected a sentence',
        "schema",
    ),
    "two patterns of a name": (
        "[[pattern]]\nname = 'a'\nwhere = 'body'\nforbid = 'x'\n[[pattern]]\nname = 'a'\nwhere = 'tag'\nforbid = 'x'",
        "gitpact.toml:6: pattern[2].name: another pattern is also called 'a'",
        "schema",
    ),
    "a condition that a tag cannot have": (
        "[[pattern]]\nname = 'a'\nwhere = 'tag'\nforbid = 'x'\ntypes = ['feat']",
        "gitpact.toml:5: pattern[1].types: a pattern that checks 'tag' cannot have the condition 'types'",
        "schema",
    ),
    "the severity of no pattern": (
        "[rules]\n\"pattern/b\" = 'off'\n[[pattern]]\nname = 'a-b'\nwhere = 'tag'\nforbid = 'x'",
        "gitpact.toml:2: rules.pattern/b: unknown rule; expected a rule that",
        "'pattern/a-b'",
    ),
    "too many patterns": (
        "".join(f"[[pattern]]\nname = 'a{number}'\nwhere = 'tag'\nforbid = 'x'\n" for number in range(201)),
        "gitpact.toml:1: pattern: 201 patterns; at most 200 are allowed",
        "schema",
    ),
    "not TOML": ("a =", "gitpact.toml: not valid TOML: ", "validate"),
}


# A schema of this kind cannot compare two keys.
BETWEEN_KEYS = (
    *("minimum over maximum", "required and forbidden", "scopes that are forbidden", "an alias for no type"),
    *(
        "two patterns of a name",
        "a condition that a tag cannot have",
        "the severity of no pattern",
        "too many patterns",
    ),
    *(
        "a pattern that is refused",
        "more at least than at most",
        "both keys for presets",
        "too many paths",
        "an example that is none",
    ),
)


@pytest.mark.parametrize(("text", "line", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(text: str, line: str, hint: str) -> None:
    with pytest.raises(GitpactError) as caught:
        parsing.parse(text, "gitpact.toml")
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)
    assert hint in caught.value.hint


def test_an_alias_of_the_preset_for_a_type_that_is_not_used_here() -> None:
    """What a finding suggests must be one of the types."""
    assert parsing.parse('[message]\ntypes = ["feat"]', "x").type_aliases.keys().isdisjoint({"document", "bug"})
    assert parsing.parse("[message]\ntypes = []", "x").type_aliases == parsing.parse("", "x").type_aliases


def test_mistake_in_a_pyproject_is_placed_there() -> None:
    text = '[project]\nname = "x"\n\n[tool.gitpact.message]\nscop = "a"\n'
    with pytest.raises(GitpactError, match=r"^pyproject.toml:5: message.scop: "):
        parsing.parse(text, "pyproject.toml", "tool.gitpact")
    with pytest.raises(GitpactError, match=r"is not a table; expected \[tool.gitpact\]"):
        parsing.parse("[tool]\ngitpact = 1", "pyproject.toml", "tool.gitpact")


def test_a_pyproject_without_the_table_is_the_default() -> None:
    assert parsing.parse('tool = 1\n[project]\nname = "x"', "pyproject.toml", "tool.gitpact") == parsing.parse("", "x")


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_whole_valid_and_prints_itself(name: str) -> None:
    found = parsing.parse(f'preset = "{name}"', "gitpact.toml")
    assert found.preset == name
    every = {rule: found.rules.get(rule, "error") for rule in IDS}
    assert parsing.parse("\n".join(toml_writer.lines(found)), "again") == found._replace(rules=every)


def test_openim_is_the_convention_it_comes_from() -> None:
    found = parsing.parse('preset = "openim"', "gitpact.toml")
    assert sorted(found.types) == sorted(
        ["build", "chore", "ci", "docs", "feat", "feature", "fix", "perf", "refactor", "revert", "style", "bot", "test"]
    )
    assert (found.subject_min, found.subject_max, found.max_parents, found.max_file_size) == (10, 150, 1, 5_000_000)
    assert found.rules.get("sign-off-duplicate", "error") == "error"


def test_a_key_changes_only_itself() -> None:
    base = parsing.parse("", "x")
    changed = parsing.parse('[message]\nscope = "required"\n[rules]\ntype-case = "off"', "x")
    assert changed == base._replace(scope="required", rules={**base.rules, "type-case": "off"})


def test_fields_of_the_record_are_the_keys_of_the_table() -> None:
    assert {key.field for key in KEYS} | {"rules", "patterns", "trailers", "scope_paths", "by_path"} == set(
        Policy._fields
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("5", 5),
        ("5B", 5),
        ("5MB", 5_000_000),
        ("5 MB", 5_000_000),
        ("1.5KiB", 1536),
        ("2GiB", 2 << 30),
        ("3kB", 3000),
    ],
)
def test_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "5M", "-5MB", "5mb", "1e3", "5 MiBB", "٥MB", "nan", "1.2.3MB"])
def test_no_size(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        parse_size(text)


def accepted(text: str) -> bool:
    try:
        parsing.parse(text, "gitpact.toml")
    except GitpactError:
        return False
    return True


@pytest.mark.parametrize(
    "text", [text for name, (text, _, _) in MISTAKES.items() if name != "not TOML" and name not in BETWEEN_KEYS]
)
def test_schema_refuses_what_the_validator_refuses(text: str) -> None:
    found = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    assert not found.is_valid(tomllib.loads(text))


VALUES: Any = st.one_of(
    st.booleans(),
    st.integers(-1, 200),
    st.sampled_from(["required", "optional", "any", "lower", "error", "off", "5MB", "x"]),
    st.lists(st.sampled_from(["a", "b"]), max_size=2),
)


@settings(max_examples=300, deadline=None)
@given(key=st.sampled_from(KEYS), value=VALUES)
def test_schema_and_validator_agree(key: Any, value: Any) -> None:  # noqa: ANN401  drawn
    line = f"{key.name} = {json.dumps(value)}"
    text = f"[{key.table}]\n{line}" if key.table else line
    if (
        key.name == "issue-example"
        or (key.name, value) == ("subject-max", 0)
        or (key.name == "subject-min" and isinstance(value, int) and value > 100)
    ):
        return  # the schema cannot compare two keys
    assert jsonschema.Draft202012Validator(schema()).is_valid(tomllib.loads(text)) == accepted(text)


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_what_nobody_sees_is_shown_as_an_escape_that_reads_back() -> None:
    """A mark of direction, DEL, a zero-width space and a tag character reach no terminal as they are."""
    hidden = "a\u202eb\u200bc\x7fd\U000e0041e"
    shown = toml_writer.toml(hidden)
    assert shown == '"a\\u202eb\\u200bc\\u007fd\\U000e0041e"'
    assert tomllib.loads(f"x = {shown}") == {"x": hidden}


@pytest.mark.parametrize("value", ["5", '["*"]', f'{{ "{"a" * 601}" = "1kB" }}'])
def test_limits_by_path_are_a_table_of_short_globs(value: str) -> None:
    with pytest.raises(GitpactError, match="file-limits"):
        parsing.parse(f"[push]\nfile-limits = {value}\n", "x")
