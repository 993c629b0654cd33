"""The policies of docs/examples: read, and tried on messages as those projects write them, and on histories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact import message
from gitpact.policy import files, parsing
from gitpact.records import Commit, Ident
from gitpact.rules import evaluate
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from gitpact.records import Policy
    from tests.support.repos import Repo

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
ANN = Ident("Ann Lee", "ann@example.org")
SIGNED = "\n\nSigned-off-by: Ann Lee <ann@example.org>"
CHANGE = "\n\nRefs: b/123456\nChange-Id: I7d3f0c1e9a5b4c2d8e6f7a1b3c5d7e9f0a2b4c6d"
WHY = "\n\nIt did not close the file, which leaked."
# By policy: messages that pass, and messages that are refused, each with the rule.
CASES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "linux-kernel": (
        (
            f'net: fix a leak\n\nWhy.\n\nFixes: 1a2b3c4d5e6f ("net: add it")\nReviewed-by: Bob <b@x.org>\n{SIGNED.strip()}',
        ),
        {
            f'net: fix it\n\nFixes: 1a2b3c4 ("net: add it")\n{SIGNED.strip()}': "trailer-value",
            "net: fix a leak": "sign-off-required",
            f"net: {'x' * 80}{SIGNED}": "header-max",
            f"net: fix it\n\nAssisted-by: Claude\n{SIGNED.strip()}": "trailer-value",
        },
    ),
    "systemd": (("core: close the file",), {"core: close it (#12)": "pattern/no-issue-in-header"}),
    "containerd": (
        (f"Close the file.{SIGNED}", f"snapshots: close it{SIGNED}"),
        {"Close the file": "sign-off-required", f"{'x ' * 50}{SIGNED}": "header-max"},
    ),
    "angular": (
        (f"fix(core): close the file{WHY}", "docs: explain it"),
        {f"fix(kernel): close it{WHY}": "scope-known", f"fix(core): Close it{WHY}": "description-case"},
    ),
    "kubernetes": (
        ("Close the file after a timeout", f"Close the file{WHY}"),
        {"Close it\n\nFixes #12": "pattern/no-keywords", "Close it\n\nthanks to @ann for it": "pattern/no-mentions"},
    ),
    "jira": (
        ("feat: SHOP-12 add a cart", "docs: explain it"),
        {"feat: add a cart": "issue-required", "fix: SHOP-13 x": "issue-required"},
    ),
    "gerrit": (
        (f"fix: close it{CHANGE}",),
        {"fix: close it\n\nRefs: b/123456": "trailer-count", "fix: close it\n\nChange-Id: I1": "trailer-value"},
    ),
    "monorepo": (("fix(package07): close it", "chore(deps): use it"), {"fix(package99): close it": "scope-known"}),
    "openim": (("deps: use a new library of them", f"fix: close the file of it{SIGNED}"), {"fix: x": "header-min"}),
    "team": (
        (f"deploy(billing): start it{SIGNED}", f"ops(web): restart it{SIGNED}"),
        {f"deploy: start it{SIGNED}": "scope-required", f"perf(api): speed it up{SIGNED}": "type-known"},
    ),
}


def policy(name: str) -> Policy:
    source = files.named(str(FOLDER / f"{name}.toml"))
    return parsing.parse(*source[:4])


def refused(text: str, by: Policy) -> set[str]:
    parsed = message.from_bytes(text.encode(), issue_pattern=by.issue_pattern)
    commit = Commit(parsed, ANN, branches=("feat/SHOP-12-cart",))
    return {one.rule for one in evaluate.judge(commit, by).findings if one.severity == "error"}


def test_each_example_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(CASES)
    assert len(CASES) == 10


@pytest.mark.parametrize("name", CASES)
def test_messages(name: str) -> None:
    by = policy(name)
    passes, fails = CASES[name]
    assert {text: refused(text, by) for text in passes} == {text: set() for text in passes}
    for text, rule in fails.items():
        assert rule in refused(text, by)


def test_a_monorepo_of_forty_packages(repo: Repo) -> None:
    write(repo.path / "gitpact.toml", (FOLDER / "monorepo.toml").read_text(encoding="utf-8"))
    for path, header in (
        ("packages/package07/a", "fix(package07): close it"),
        ("packages/package08/a", "fix(package07): open it"),
        ("services/api/a", "feat(api): add a route"),
        ("services/api/README.md", "docs(api): explain the route"),
    ):
        write(repo.path / path, path)
        repo.git("add", "--", path)
        repo.git("commit", "-q", "-m", header)
    done = gitpact("lint", "HEAD", "--format", "jsonl", cwd=repo.path)
    assert done.stdout.count("scope-paths") == 1
    assert done.stdout.count("issue-required") == 1
    assert done.returncode == 1
