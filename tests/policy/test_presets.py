"""The presets that are added to others: what each refuses and lets pass, and how several become one policy."""

from __future__ import annotations

import tomllib

import pytest

from gitpact import message
from gitpact.errors import GitpactError
from gitpact.policy import parsing, toml_writer
from gitpact.policy.keys import ADDED, PRESETS
from gitpact.records import Commit, Ident
from gitpact.rules import evaluate, ids, severity

ANN = Ident("Ann Lee", "ann@example.org")
CHANGE = "Change-Id: I7d3f0c1e9a5b4c2d8e6f7a1b3c5d7e9f0a2b4c6d"


def found(presets: list[str], body: str) -> set[str]:
    """The ids of the rules that refuse a message with this body."""
    policy = parsing.parse(f"presets = {presets}\n[dco]\nsign-off = 'optional'", "gitpact.toml")
    commit = Commit(message.from_bytes(f"feat: add login\n\n{body}\n".encode()), ANN)
    return {one.rule for one in evaluate.judge(commit, policy).findings if one.severity == "error"}


PASSES = {
    "kernel-trailers": (
        'Fixes: 1a2b3c4d5e6f ("net: fix it")\nLink: https://lore.kernel.org/x\nReviewed-by: Bob Ray <bob@example.org>',
        "it Fixes: nothing",
    ),
    "no-ai-credit": ("Co-authored-by: Claude Monet <monet@example.org>", "the page is generated with care"),
    "ai-disclosed": ("Assisted-by: Claude:claude-3-opus coccinelle sparse", "no help"),
    "gerrit": (CHANGE, f"a body\n\n{CHANGE}\nRefs: 1"),
}
FAILS = {
    "kernel-trailers": ('Fixes: 1a2b3c4 ("net: fix it")', "Link: lore", "Tested-by: bob", "Reviewed-by: Bob Ray"),
    "no-ai-credit": (
        "Co-Authored-By: Claude <noreply@anthropic.com>",
        "Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>",
        "Co-authored-by: Cursor <cursoragent@cursor.com>",
        "Generated with Claude Code\nSigned-off-by: Ann Lee <ann@example.org>",
        "🤖 Generated with [Claude Code](https://claude.com/claude-code)\n\nCo-authored-by: Bob Ray <bob@example.org>",
    ),
    "ai-disclosed": ("Assisted-by: Claude", "Assisted-by: : x"),
    "gerrit": ("no id", "Change-Id: 12", f"{CHANGE}\n{CHANGE}", f"> {CHANGE}"),
}


@pytest.mark.parametrize(("preset", "body"), [(name, body) for name, some in PASSES.items() for body in some])
def test_it_lets_pass(preset: str, body: str) -> None:
    assert found(["standard", preset], body) == set()


@pytest.mark.parametrize(("preset", "body"), [(name, body) for name, some in FAILS.items() for body in some])
def test_it_refuses(preset: str, body: str) -> None:
    rules = found(["standard", preset], body)
    assert rules
    assert rules <= {"trailer-value", "trailer-count", "pattern/no-ai-credit"}
    assert found(["standard"], body) == set()


def test_each_has_a_table_here() -> None:
    assert set(PASSES) == set(FAILS) == set(ADDED)


def test_several_presets_are_one_policy() -> None:
    policy = parsing.parse("presets = ['strict', 'gerrit', 'kernel-trailers']", "x")
    assert (policy.preset, policy.presets) == ("strict", ("strict", "gerrit", "kernel-trailers"))
    assert (policy.scope, policy.subject_max) == ("required", 72)
    assert {"Change-Id", "Fixes"} <= {own.key for own in policy.trailers}
    own = parsing.parse("presets = ['gerrit']\n[trailers]\nchange-id = { most = 2 }", "x")
    assert [(one.key, one.least, one.most) for one in own.trailers] == [("change-id", 0, 2)]
    assert parsing.parse("presets = ['gerrit']", "x").preset == "standard"
    assert len(parsing.packed_paths(policy)) == 4


PARTS = """
[scopes]
api = ["services/api/**"]
"@org/ui" = ["ui/**"]
[[path]]
match = "services/**"
[path.message]
issue = "required"
[path.push]
max-file-size = "1kB"
[path.rules]
type-known = "warning"
[[pattern]]
name = "own"
where = "trailer:Refs"
require = 'x'
say = { zh = "用 Refs" }
"""


@pytest.mark.parametrize(
    "preset",
    [
        "presets = ['strict', 'gerrit', 'no-ai-credit']",
        f"preset = 'standard'\n{PARTS}",
        *(f"preset = '{name}'" for name in PRESETS),
    ],
)
def test_a_policy_that_is_shown_is_read_as_the_same(preset: str) -> None:
    policy = parsing.parse(f"{preset}\n[push.file-limits]\n'a/**' = '1MB'", "x")
    shown = "\n".join(toml_writer.lines(policy))
    again = parsing.parse(shown, "y")
    assert again._replace(rules={}) == policy._replace(rules={})
    assert [severity(rule, again) for rule in ids(again)] == [severity(rule, policy) for rule in ids(policy)]
    assert tomllib.loads(shown)


def test_a_private_pattern_is_not_shown() -> None:
    private = "[[pattern]]\nname = 'names'\nwhere = 'body'\nforbid = 'sesame'\n"
    policy = parsing.resolved((PARTS, "x", "", None), ("", ""), (private, "/list.toml"))
    shown = "\n".join(toml_writer.lines(policy))
    assert "pattern/own" in shown
    assert "sesame" not in shown
    with pytest.raises(GitpactError, match=r"/list.toml:1: trailers: this file may contain only patterns"):
        parsing.resolved(("", "x", "", None), ("", ""), ("[trailers]\nRefs = { most = 1 }", "/list.toml"))


def test_a_later_preset_wins_wherever_standard_stands() -> None:
    last = parsing.parse("presets = ['strict', 'standard']", "x")
    standard = parsing.parse("", "x")
    assert (last.scope, last.issue, last.subject_max) == (standard.scope, standard.issue, standard.subject_max)
    assert parsing.parse("presets = ['conventional', 'gerrit', 'standard']", "x").sign_off == "required"
    assert parsing.parse("presets = ['standard', 'conventional']", "x").sign_off == "optional"


def test_a_credit_is_found_in_the_line_in_which_it_stands() -> None:
    text = "feat: a\n\nbody text\n\n\U0001f916 Generated with [Claude Code](https://x)\n"
    policy = parsing.parse("presets = ['conventional', 'no-ai-credit']", "x")
    found = evaluate.judge(Commit(message.from_bytes(text.encode())), policy).findings
    assert [(one.rule, one.line) for one in found] == [("pattern/no-ai-credit", 5)]


def test_a_trailer_is_named_once() -> None:
    with pytest.raises(GitpactError, match=r"^x:3: trailers.fixes: another trailer is also called 'fixes'"):
        parsing.parse("[trailers]\nFixes = { most = 1 }\nfixes = { most = 2 }", "x")
