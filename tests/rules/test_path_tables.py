"""What belongs to a path: scopes, and tables of the policy for a part of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitpact import message
from gitpact.checks import pushed_files, pushes
from gitpact.policy import parsing
from gitpact.records import Blob, Commit, Ident
from gitpact.rules import asks_branches, asks_paths, correction, evaluate, path_globs, path_tables, scope
from gitpact.rules.push_registry import looks_at_paths

if TYPE_CHECKING:
    from gitpact.records import Policy

ANN = Ident("Ann Lee", "ann@example.org")
TEXT = """
[dco]
sign-off = "optional"
[scopes]
api = ["services/api/**"]
web = ["apps/web/**", "*.css"]
[[path]]
match = "services/**"
[path.message]
issue = "required"
subject-max = 40
[[path]]
match = ["services/api/**", "docs/"]
[path.message]
subject-max = 60
[path.rules]
scope-paths = "warning"
[path.push]
max-file-size = "1kB"
forbidden-paths = ["*.bin"]
"""
POLICY = parsing.parse(TEXT, "gitpact.toml")


def rules(header: str, *paths: str, policy: Policy = POLICY) -> list[tuple[str, str]]:
    commit = Commit(message.from_bytes(header.encode()), ANN, paths=paths)
    return [(one.rule, one.severity) for one in evaluate.judge(commit, policy).findings]


def test_a_commit_is_judged_by_the_tables_of_its_files() -> None:
    assert rules("feat: add it", "apps/web/a") == []
    assert rules("feat: add it", "services/db/a") == [("issue-required", "error")]
    long = "feat: add a description that takes fifty columns"
    assert rules(long, "README") == []
    assert rules(f"{long} (#1)", "services/db/a") == [("header-max", "error")]
    assert rules(f"{long} (#1)", "services/db/a", "services/api/a") == [], "a later table wins"
    assert rules("feat(web): x (#1)", "services/api/a") == [("scope-paths", "warning")]
    assert rules("feat(web): x", "README") == [("scope-paths", "error")]


def test_many_commits_keep_their_order() -> None:
    paths = (("services/a",), ("x",), ("services/b",), (), None)
    commits = [Commit(message.from_bytes(f"feat: {at}".encode()), ANN, paths=its) for at, its in enumerate(paths)]
    judge = evaluate.judging(POLICY)
    found = judge(commits)
    assert judge(commits) == found
    assert [result.commit for result in found] == commits
    assert [len(result.findings) for result in found] == [1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    "changes",
    ["push.file-limits]\n'*.bin' = '1MB'", "message.type-aliases]\nfeature = 'feat'", "rules]\ntype-known = 'off'"],
    ids=["limits of files", "aliases", "severities"],
)
def test_a_table_may_change_what_is_a_table_itself(changes: str) -> None:
    policy = parsing.parse(f"[dco]\nsign-off = 'optional'\n[[path]]\nmatch = 'a'\n[path.{changes}", "x")
    assert rules("feat: x", "a", policy=policy) == []


def test_a_file_is_judged_by_the_tables_of_its_path() -> None:
    blobs = [Blob("1" * 40, 2000, name) for name in ("docs/a", "a", "docs/b.bin", "b.bin")]
    found = [(one.finding.rule, one.blob.path) for one in pushed_files.judge(blobs, POLICY)]
    assert found == [("file-size", "docs/a"), ("file-size", "docs/b.bin"), ("path-forbidden", "docs/b.bin")]
    assert pushes.smallest_limit(POLICY) == 1000
    assert looks_at_paths(POLICY)
    assert not looks_at_paths(parsing.parse("", "x"))


def test_a_suggestion_has_the_scope_of_the_files() -> None:
    def suggested(header: str, *paths: str, policy: Policy = POLICY) -> str | None:
        commit = Commit(message.from_bytes(f"{header}\n".encode()), ANN, paths=paths)
        return correction.suggest(evaluate.judge(commit, policy), policy)

    assert suggested("feat(api)!: add a theme", "apps/web/a") == "feat(web)!: add a theme\n"
    assert suggested("feat(api): add a theme", "apps/web/a", "services/api/a", policy=_scopes_only()) == (
        "feat(api, web): add a theme\n"
    )
    one = _scopes_only()._replace(multiple_scopes=False)
    assert suggested("feat(api): add a theme", "apps/web/a", "services/api/a", policy=one) is None


def _scopes_only() -> Policy:
    return POLICY._replace(by_path=())


def test_a_path_that_is_too_long_to_be_remembered() -> None:
    long = "services/api/" + "x" * 2000
    assert [[*scope.of_files([long], POLICY)] for _ in range(2)] == [["api"], ["api"]]


def test_the_scopes_of_the_table_are_known() -> None:
    policy = parsing.parse("[message]\nscopes = ['deps']\n[scopes]\napi = ['api/**']", "x")
    assert policy.scopes == ("deps", "api")
    assert [rule for rule, _ in rules("feat(ui): x", "api/a", policy=policy) if rule == "scope-known"] == [
        "scope-known"
    ]
    assert asks_paths(policy)
    assert scope.of_files(["api/a"], parsing.parse("", "x")) == {}
    assert scope.of_files(["b", "apps/a.css", "services/api/x"], POLICY) == {
        "api": "services/api/x",
        "web": "apps/a.css",
    }


GLOBS = (
    "services/api/**",
    "/top",
    "*.md",
    "a/*.b",
    "build/",
    "a b/c?",
    "x/[ab]/**",
    "**/deep",
    "/d/",
    r"a\*b/c",
    "a/b/",
)
PLACES = (
    "services/api/x",
    "services/apix",
    "top",
    "a/top",
    "x.md",
    "q/x.md",
    "a/c.b",
    "a/c/d.b",
    "build/x",
    "q/build/x",
)


@pytest.mark.parametrize("glob", GLOBS)
def test_the_plain_begin_loses_no_match(glob: str) -> None:
    places = (*PLACES, "a b/cd", "x/a/q", "x/c/q", "p/deep", "deep/x", "d/x", "a*b/c", "a/b/c", "a/b")
    policy = POLICY._replace(by_path=(((glob,), ()),))
    assert [bool(path_tables.numbers(policy, [path])) for path in places] == [
        path_globs.matches(glob, path) for path in places
    ]


NAMES = st.sampled_from(["a", "b", "a b", "*", "**", "?", "[ab]", r"a\*", "a.b", "*.b"])
ANY_GLOB = st.tuples(
    st.sampled_from(["", "/"]), st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(["", "/", "/**", " ", "/** "])
).map(lambda parts: parts[0] + "/".join(parts[1]) + parts[2])
ANY_PATH = st.lists(st.sampled_from(["a", "b", "a b", "a*", "a.b", "c.b"]), min_size=1, max_size=5).map("/".join)


@settings(deadline=None)
@given(st.lists(st.lists(ANY_GLOB, min_size=1, max_size=3), min_size=1, max_size=5), st.lists(ANY_PATH, min_size=1))
def test_what_is_remembered_of_folders_and_files_is_what_each_glob_says(
    tables: list[list[str]], paths: list[str]
) -> None:
    policy = POLICY._replace(by_path=tuple((tuple(globs), ()) for globs in tables))
    for path in paths:
        fits = tuple(at for at, globs in enumerate(tables) if path_globs.any_matches(globs, [path]))
        assert path_tables.numbers(policy, [path]) == fits


OVERLAPPING = parsing.parse(
    "preset = 'conventional'\n[scopes]\napi = ['services/api/**', 'proto/**']\nback = ['services/**']", "x"
)


@pytest.mark.parametrize(
    "paths", [("services/api/a", "proto/b"), ("proto/b", "services/api/a"), ("proto/b", "services/c")]
)
def test_each_file_needs_one_of_its_scopes_in_whatever_order_they_come(paths: tuple[str, ...]) -> None:
    assert rules("fix(back): a thing", *paths, policy=OVERLAPPING) == [("scope-paths", "error")]
    assert rules("fix(back, api): a thing", *paths, policy=OVERLAPPING) == []


def test_a_table_that_lists_scopes_leaves_those_that_have_files() -> None:
    policy = parsing.parse(f"{TEXT}[[path]]\nmatch = 'services/api/**'\n[path.message]\nscopes = ['svc']", "x")
    for scope_name, found in (("api", []), ("svc", []), ("ui", [("scope-known", "error")])):
        judged = rules(f"feat({scope_name}): x (#1)", "services/api/a", policy=policy)
        assert [one for one in judged if one[0] == "scope-known"] == found


def test_a_table_may_ask_for_the_issue_of_the_branch() -> None:
    policy = parsing.parse("[dco]\nsign-off = 'optional'\n[[path]]\nmatch = 'a'\n[path.message]\nissue = 'branch'", "x")
    assert asks_branches(policy)
    commit = Commit(message.from_bytes(b"fix: no ref"), ANN, paths=("a",), branches=("feat/12-login",))
    assert [one.rule for one in evaluate.judge(commit, policy).findings] == ["issue-required"]
