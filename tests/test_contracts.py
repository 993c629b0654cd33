"""The house's promises: what the hot path may load, which floor may import which, what the wheel holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gitpact
from gitpact.cli import app

if TYPE_CHECKING:
    from tests.support.repos import Repo

PACKAGE = Path(gitpact.__file__).parent
# A message that passes, policy and settings known: nothing else of the standard library may be loaded.
PASSING = {
    "__future__",
    "_collections",
    "_collections_abc",
    "_operator",
    "_stat",
    "genericpath",
    "marshal",
    "operator",
    "os",
    "os.path",
    "posixpath",
    "stat",
}
# The first commit after a change of policy or configuration reads both, and starts the one process.
FRESH = {"subprocess", "tomllib"}
# Words need a few more.
REFUSED = {
    "_functools",
    "_locale",
    "_operator",
    "_sre",
    "_struct",
    "collections",
    "copyreg",
    "difflib",
    "enum",
    "errno",
    "fnmatch",
    "functools",
    "heapq",
    "_heapq",
    "itertools",
    "keyword",
    "math",
    "operator",
    "re",
    "re._casefix",
    "re._compiler",
    "re._constants",
    "select",
    "re._parser",
    "reprlib",
    "types",
    "unicodedata",
    "_bisect",
    "bisect",
    "zlib",
    "io",
    "contextlib",
    "_weakrefset",
    "collections.abc",
    "locale",
}
# Each package imports from those below it, which stand after it here; below them all are records and errors.
ORDER = ("cli", "audit", "install", "report", "repair", "checks", "policy", "git", "rules", "message")
# A short range starts git and writes text; what a long one needs it does not load.
SHORT_RANGE = {
    "importlib",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "itertools",
    "select",
    "warnings",
    "_warnings",
}
RUN = """
import sys
sys.path.append(sys.argv[1])
before = set(sys.modules)
from gitpact.cli.hooks.dispatch import main
code = main(sys.argv[2:])
loaded = [name for name in sorted(set(sys.modules) - before) if not name.startswith("gitpact")]
print(code, *loaded)
"""
# A command loads itself and none of the others.
RUN_COMMAND = """
import sys
from gitpact.cli import app
code = app.main(sys.argv[1:])
print(code, *sys.modules)
"""


def loaded(repo: Repo, text: str) -> tuple[int, set[str]]:
    """Exit code of the commit-msg stage on `text`, and the modules it loaded, as the shim's interpreter runs it."""
    (repo.path / "typed").write_text(text)
    return loaded_by(repo, "commit-msg", "typed")


def loaded_by(repo: Repo, *arguments: str, told: str = "") -> tuple[int, set[str]]:
    """Exit code of a door, and the modules it loaded, as the shim's interpreter runs it."""
    person = {"GIT_AUTHOR_NAME": "Ann Lee", "GIT_AUTHOR_EMAIL": "ann@example.org", "GIT_EDITOR": ":"}
    args = [sys.executable, "-I", "-S", "-c", RUN, str(PACKAGE.parent), *arguments]
    done = subprocess.run(
        args, cwd=repo.path, env=repo.env(**person), input=told, capture_output=True, text=True, check=True
    )
    code, *names = done.stdout.splitlines()[-1].split()
    return int(code), {name for name in names if not name.startswith(("encodings.", "_distutils"))}


def test_hot_path_loads_a_written_list_and_nothing_else(repo: Repo) -> None:
    repo.age()
    good = "feat(api): add x (#12)\n\nbody\n\nSigned-off-by: Ann Lee <ann@example.org>\n"
    assert loaded(repo, good)[0] == 0  # keeps the policy
    code, names = loaded(repo, good)
    assert code == 0
    assert names <= PASSING, names - PASSING
    code, names = loaded(repo, "Feature（api）：add x。")
    assert code == 1
    assert names <= PASSING | REFUSED, names - PASSING - REFUSED
    assert not names & FRESH


def test_a_commit_and_a_push_that_pass_load_a_written_list_and_nothing_else(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: change file 20")
    oid, null = repo.git("rev-parse", "HEAD"), "0" * 40
    (repo.path / "file").write_text("staged")
    repo.git("add", "file")
    repo.age()
    line = f"refs/heads/main {oid} refs/heads/main {null}\n"
    for stage, told in (("pre-commit", ""), ("pre-push", line)):
        for _ in range(2):  # the first one keeps the policy
            code, names = loaded_by(repo, stage, "origin", "origin", told=told)
        assert code == 0
        assert names <= PASSING | SHORT_RANGE, names - PASSING - SHORT_RANGE


@pytest.mark.parametrize(
    ("command", "foreign"),
    [("lint", ("git", "rich", "yaml")), ("check", ("git", "rich", "yaml")), ("rules", ("git", "rich", "yaml"))],
)
def test_a_command_loads_no_other(repo: Repo, command: str, foreign: tuple[str, ...]) -> None:
    """And no library that it does not need: who waits for it is a person."""
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: x")
    words = {"lint": ["HEAD"], "check": ["-m", "feat: x"], "rules": []}[command]
    args = [sys.executable, "-c", RUN_COMMAND, command, *words]
    done = subprocess.run(args, cwd=repo.path, env=repo.env(), capture_output=True, text=True, check=True)
    names = set(done.stdout.splitlines()[-1].split()[1:])
    assert not names & set(foreign)
    others = {f"gitpact.cli.{name}" for name in app.COMMANDS if name not in {command, "rules"}}
    assert not names & others


FIRST, LAST = 1, 39  # cases of docs/how-hooks-are-installed.md, and on what commit-msg is given
CITED = re.compile(r"how-hooks-are-installed (\d+(?:(?:, | and | to )\d+)*)")


def cited(text: str) -> set[int]:
    """The numbers in `how-hooks-are-installed 9, 27 and 32`; a span of numbers cites nothing."""
    lists = [found for found in CITED.findall(text) if " to " not in found]
    return {int(number) for found in lists for number in re.findall(r"\d+", found)}


def test_every_case_of_installing_is_a_test_by_both_gits() -> None:
    """A test cites the cases that it shows; where it says so, or its module does, it runs by an older and a newer git."""
    named: set[int] = set()
    for path in sorted(Path(__file__).parent.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        everywhere = any("each_git" in ast.dump(node) for node in tree.body if isinstance(node, ast.Assign))
        tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        for test in tests:
            if everywhere or any("each_git" in ast.dump(mark) for mark in test.decorator_list):
                named |= cited(ast.get_docstring(test) or "")
    assert [number for number in range(FIRST, LAST + 1) if number not in named] == []


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def package(path: Path) -> str:
    """The package of a module; "" for records, errors and what is at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first.endswith(".py") else first


def imports(path: Path, *, at_once: bool = False) -> set[str]:
    """Dotted names below gitpact that a module imports at any depth, or `at_once`, but not those for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {id(node) for test in ast.walk(tree) if _for_types(test) for node in ast.walk(test)}
    found: set[str] = set()
    for node in tree.body if at_once else ast.walk(tree):
        if id(node) in hidden or not isinstance(node, ast.ImportFrom):
            continue
        if (node.module or "").split(".")[0] == "gitpact":
            above = (node.module or "").removeprefix("gitpact").removeprefix(".")
            found |= {f"{above}.{alias.name}".removeprefix(".") for alias in node.names}
    return found


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_nothing_from_a_package_above_its_own(path: Path) -> None:
    entry = path.name == "__main__.py"  # Python finds it at the top alone
    own = ORDER.index(package(path)) if package(path) else 0 if entry else len(ORDER)
    above = {name for name in imports(path) if name.split(".")[0] in ORDER[:own]}
    assert not above


def test_the_packages_are_those_of_the_list() -> None:
    assert {package(path) for path in modules()} == {"", *ORDER}
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py", "errors.py", "records.py"}


def test_no_import_goes_in_a_circle() -> None:
    names = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path for path in modules()
    }
    wanted = {
        name: {one if one in names else one.rpartition(".")[0] for one in imports(path, at_once=True)}
        & {*names} - {name}
        for name, path in names.items()
    }
    while wanted:
        free = {name for name, needs in wanted.items() if not needs & wanted.keys()}
        assert free, f"a circle among {sorted(wanted)}"
        wanted = {name: needs for name, needs in wanted.items() if name not in free}
