"""Every commit taken apart: what programs get, by the schema that describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from gitpact import message
from gitpact.policy import parsing
from gitpact.records import Commit, Ident
from gitpact.report import messages
from gitpact.rules import evaluate
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/messages.schema.json").read_text(encoding="utf-8"))
ANN = Ident("Ann Lee", "ann@example.org")
WHOLE = """feat(api, ui)!: add login (#12, #13) (#99)

It says why.

Refs: none
of these

BREAKING CHANGE: the old page
is gone
Co-authored-by: Bob Ray <bob@example.org>
Signed-off-by: Ann Lee <ann@example.org>
"""


def entry(text: str, policy: str = "") -> dict[str, Any]:
    rules = parsing.parse(policy, "x")
    parsed = message.from_bytes(text.encode(), issue_pattern=rules.issue_pattern, max_bytes=rules.max_bytes)
    commit = Commit(parsed, ANN, ANN, 1, "1" * 40)
    found = messages.entry(evaluate.judge(commit, rules), rules)
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_whole_message() -> None:
    found = entry(WHOLE)
    assert found["type"] == "feat"
    assert found["scopes"] == ["api", "ui"]
    assert found["description"] == "add login"
    assert found["issues"] == ["#12", "#13", "#99"]
    assert found["breaking"]
    assert found["breaking_notes"] == ["the old page\nis gone"]
    assert found["co_authors"] == [{"name": "Bob Ray", "email": "bob@example.org"}]
    assert found["signed_off_by"] == [{"name": "Ann Lee", "email": "ann@example.org"}]
    assert found["body"].startswith("It says why.")
    assert "BREAKING" not in found["body"]
    assert found["kind"] == "ordinary"
    assert found["conforms"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "whatever",
            {"type": None, "description": None, "scopes": [], "body": None, "breaking": False, "conforms": False},
        ),
        ("fix: x", {"type": "fix", "footers": [], "trailers": [], "co_authors": []}),
        ("fix!: x", {"breaking": True, "breaking_notes": []}),
        ("fix: x\n\nBREAKING-CHANGE: y", {"breaking": True, "breaking_notes": ["y"], "body": None}),
        (
            "feat: a\n\nBREAKING CHANGE: gone\n\nMore of it.",
            {"breaking": True, "breaking_notes": ["gone\n\nMore of it."]},
        ),
        (
            "feat: a\n\nBREAKING CHANGE: gone\n\nMore.\n\nRefs: #1",
            {
                "breaking_notes": ["gone\n\nMore."],
                "footers": [{"key": "BREAKING CHANGE", "value": "gone\n\nMore."}, {"key": "Refs", "value": "#1"}],
                "body": None,
            },
        ),
        ("feat: a\n\n```\nx\n\nBREAKING CHANGE: x\n```\n", {"breaking": False, "footers": []}),
        (
            "feat(api)!: gone (#4)\n\n" + "x" * 1_100_000,
            {"type": "feat", "scopes": ["api"], "description": "gone", "issues": ["#4"], "breaking": True},
        ),
        ("x" * 1_100_000, {"type": None, "description": None, "scopes": [], "breaking": False}),
        ("fixup! fix: x", {"kind": "fixup"}),
        ("fix: x\n\nbody\n\nmore", {"body": "body\n\nmore"}),
        ("", {"header": "", "kind": "empty"}),
    ],
)
def test_parts(text: str, expected: dict[str, Any]) -> None:
    found = entry(text)
    assert {key: found[key] for key in expected} == expected


def test_the_issue_stands_where_the_policy_wants_it() -> None:
    policy = "[message]\nissue-pattern = 'PROJ-[0-9]+'\nissue-place = 'trailer'"
    assert entry("fix: x (#7)\n\nRefs: PROJ-1, PROJ-2", policy)["issues"] == ["#7", "PROJ-1", "PROJ-2"]


@pytest.mark.parametrize(
    ("place", "text", "scopes", "description"),
    [
        ("start", "fix(api): PROJ-12 close it", ["api"], "close it"),
        ("start", "fix(api): [PROJ-12] close it", ["api"], "close it"),
        ("start", "fix(api): close PROJ-12", ["api"], "close PROJ-12"),
        ("scope", "fix(api, PROJ-12): close it", ["api"], "close it"),
        ("end", "fix(api): close it (PROJ-12)", ["api"], "close it"),
    ],
)
def test_the_reference_is_no_part_of_what_stands_beside_it(
    place: str, text: str, scopes: list[str], description: str
) -> None:
    found = entry(text, f"[message]\nissue-pattern = 'PROJ-[0-9]+'\nissue-place = '{place}'")
    assert (found["scopes"], found["description"]) == (scopes, description)
    assert found["issues"] == ([] if "close PROJ" in text else ["PROJ-12"])


def test_nobody_is_null() -> None:
    commit = Commit(message.from_bytes(b"feat: x"), Ident("", ""), ANN, 1, "1" * 40)
    found = messages.entry(evaluate.judge(commit, parsing.parse("", "x")))
    jsonschema.validate(found, SCHEMA)
    assert (found["author"], found["committer"]) == (None, {"name": "Ann Lee", "email": "ann@example.org"})


@pytest.mark.measured
def test_a_range(repo: Repo) -> None:
    for text in (WHOLE, "wrong"):
        write(repo.path / "text", text)
        repo.git("commit", "-q", "--allow-empty", "-F", "text")
    done = gitpact("lint", "HEAD", "--format", "json", "--messages", cwd=repo.path)
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [one["header"] for one in document["messages"]] == ["wrong", WHOLE.partition("\n")[0]]
    for one in document["messages"]:
        jsonschema.validate(one, SCHEMA)
    assert document["commits"] == 2
    assert {row["rule"] for row in document["findings"]} >= {"header-format"}
    refused = gitpact("lint", "HEAD", "--messages", cwd=repo.path)
    assert (refused.returncode, "--messages needs --format json" in refused.stderr) == (2, True)
