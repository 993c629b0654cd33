"""`gitpact install --via pre-commit`: our lines go in and out, every other byte of the file stays; and the hooks run."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from gitpact.errors import GitpactError
from gitpact.install import actions, hook_script, hooks_directory, pre_commit_tool
from gitpact.install.source import Source
from tests.support import managers
from tests.support.managers import call, ready
from tests.support.repos import bare, commit, environment, gitpact, run, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
HOOKS = [f"gitpact-{hook}" for hook in hook_script.HOOKS]
OTHER = "- repo: local\n  hooks:\n  - {id: a, name: a, entry: a, language: system}\n"
TEXTS = {
    "a list at the margin": f"# mine\nrepos:\n{OTHER}",
    "an indented list": "repos:\n" + "".join(f"    {line}\n" for line in OTHER.splitlines()),
    "keys behind it": f"minimum_pre_commit_version: '3'\nrepos:\n{OTHER}# of what follows\nfail_fast: true\n",
    "comments and blank lines at the end": f"repos:\n{OTHER}\n  # thoughts\n\n# the end\n",
    "a document mark": f"---\nrepos:\n{OTHER}",
    "no last newline": f"repos:\n{OTHER.rstrip()}",
    "line ends of Windows": f"repos:\n{OTHER}".replace("\n", "\r\n"),
    "another script": f"# 钩子\nrepos:\n{OTHER}",
    "a text that runs over lines": "repos:\n- repo: local\n  hooks:\n  - id: a\n    name: a\n    entry: >\n      a\n      b\n    language: system\n",
}
REFUSED = {
    "in flow style": ("repos: [{repo: local, hooks: []}]\n", "must be a list with each entry on a new line"),
    "an empty list": ("repos: []\n", "must be a list with each entry on a new line"),
    "no list": ("fail_fast: true\n", "must be a list with each entry on a new line"),
    "no table": ("- a\n", "must be a list with each entry on a new line"),
    "no YAML": ("repos: [\n", "not valid YAML"),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_in_and_out_is_the_identity(repo: Repo, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    path = repo.path / pre_commit_tool.FILE
    path.write_bytes(text.encode())
    assert pre_commit_tool.install(repo.path, hook_script.HOOKS).action == "update"
    made = path.read_bytes().decode()
    assert [hook["id"] for hook in yaml.safe_load(made)["repos"][-1]["hooks"]] == HOOKS
    assert yaml.safe_load(made)["repos"][0] == yaml.safe_load(text)["repos"][0]
    assert pre_commit_tool.install(repo.path, hook_script.HOOKS).action == "unchanged"
    assert path.read_bytes().decode() == made
    assert pre_commit_tool.clean(repo.path).action == "update"
    assert path.read_bytes().decode().rstrip("\r\n") == text.rstrip("\r\n")
    assert pre_commit_tool.clean(repo.path).action == "unchanged"
    for hook in hook_script.HOOKS:
        assert b"pre-commit" in (repo.hooks / hook).read_bytes()


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
@pytest.mark.measured
def test_what_it_does_not_fit_into_is_left_as_it_is(repo: Repo, text: str, said: str) -> None:
    write(repo.path / pre_commit_tool.FILE, text)
    done = gitpact("install", "--via", "pre-commit")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert (repo.path / pre_commit_tool.FILE).read_text() == text


@pytest.mark.measured
def test_a_new_file_and_what_is_said(repo: Repo) -> None:
    assert "dry run: gitpact: installed" in gitpact("install", "--via", "pre-commit", "--dry-run").stdout
    assert not (repo.path / pre_commit_tool.FILE).exists()
    said = gitpact("install", "--via", "pre-commit", "--hook", "commit-msg").stdout
    assert said.splitlines()[1:] == [
        "  ran: pre-commit install --hook-type commit-msg",
        "  everybody who clones the project must run this once: gitpact install",
    ]
    document = json.loads(gitpact("install", "--via", "pre-commit", "--json").stdout)
    assert document["action"] == "update"
    assert ".pre-commit-config.yaml: removed" in gitpact("clean").stdout
    assert not (repo.path / pre_commit_tool.FILE).exists()


@pytest.mark.measured
def test_what_cannot_be(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gitpact("install", "--via", "pre-commit", "--global").returncode == 2
    (repo.path / pre_commit_tool.FILE).write_bytes(b"\xff")
    assert "cannot be read" in gitpact("install", "--via", "pre-commit").stderr
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(GitpactError, match="is not on PATH"):
        pre_commit_tool.install(repo.path, hook_script.HOOKS)


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_our_manifest_from_a_clone(repo: Repo, manager: str, monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> None:
    """The framework makes an environment of its own from what is committed here, and runs our hooks in it."""
    ready(monkeypatch, manager)
    source = sandbox / "source"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(source)], check=True, env=environment())
    oid = subprocess.run(["git", "rev-parse", "HEAD"], cwd=source, check=True, capture_output=True, text=True).stdout
    hooks = [{"id": name} for name in HOOKS]
    config = {"repos": [{"repo": str(source), "rev": oid.strip(), "hooks": hooks}]}
    write(repo.path / pre_commit_tool.FILE, yaml.safe_dump(config))
    write(repo.path / "gitpact.toml", '[push]\nmax-file-size = "1kB"\n')
    for hook in hook_script.HOOKS:
        assert not run(manager, "install", "--hook-type", hook, cwd=repo.path).returncode
    refused = commit(repo, "no header")
    assert "header-format" in refused.stdout + refused.stderr, refused.stdout + refused.stderr
    accepted = commit(repo)
    assert not accepted.returncode, accepted.stdout + accepted.stderr
    write(repo.path / "big", "x" * 2000)
    repo.git("add", "big")
    refused = commit(repo)
    assert "[file-size]" in refused.stdout + refused.stderr
    assert not run("git", "commit", "-q", "--allow-empty", "--no-verify", "-m", "no header", cwd=repo.path).returncode
    hub = bare(sandbox / "hub.git")
    refused = run("git", "push", hub.path, "main", cwd=repo.path)
    assert "header-format" in refused.stdout + refused.stderr, "a whole history, of which pre-commit names no commits"
    assert hub.git("for-each-ref") == ""


def test_nothing_is_half_done(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    path = write(repo.path / pre_commit_tool.FILE, TEXTS["an indented list"])
    with monkeypatch.context() as patch:
        patch.setattr(pre_commit_tool, "block", lambda *_: "    - other: 1\n    - one: 2\n")
        with pytest.raises(GitpactError, match="gitpact cannot add its entry to this file"):
            pre_commit_tool.install(repo.path, hook_script.HOOKS)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        with pytest.raises(GitpactError, match="Permission denied"):
            pre_commit_tool.install(repo.path, hook_script.HOOKS)
    assert path.read_text() == TEXTS["an indented list"]
    assert [entry.name for entry in repo.path.iterdir() if entry.name.startswith("..")] == []
    pre_commit_tool.install(repo.path, hook_script.HOOKS)
    text = path.read_text()
    assert pre_commit_tool.clean(repo.path, dry_run=True).action == "update"
    assert path.read_text() == text


def test_what_install_writes_can_run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry names where this gitpact came from, so the next commit is judged and not refused for that."""
    ready(monkeypatch, "pre-commit")
    assert not gitpact("install", "--via", "pre-commit", "--hook", "commit-msg").returncode
    entry = yaml.safe_load((repo.path / pre_commit_tool.FILE).read_text())["repos"][0]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert (entry["repo"], entry["rev"]) == (str(ROOT), head.strip())
    refused = commit(repo, "no header")
    assert "[header-format]" in refused.stdout + refused.stderr
    accepted = commit(repo)
    assert not accepted.returncode, accepted.stdout + accepted.stderr


@pytest.mark.parametrize(
    ("source", "dependencies", "stored"),
    [
        ("git+https://example.org/gitpact.git@v1", [], ("https://example.org/gitpact.git", "v1")),
        ("gitpact==1.0", ["gitpact==1.0"], ("local:gitpact==1.0", "1")),
        ("https://example.org/a.whl", ["https://example.org/a.whl"], ("local:https://example.org/a.whl", "1")),
    ],
)
@pytest.mark.measured
def test_a_source_from_elsewhere_is_live_once_it_is_fetched(  # noqa: PLR0913,PLR0917  three are fixtures
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Path,
    source: str,
    dependencies: list[str],
    stored: tuple[str, str],
) -> None:
    ready(monkeypatch, "pre-commit")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(sandbox / "a store"))
    assert not gitpact("install", "--via", "pre-commit", "--source", source).returncode
    (entry,) = yaml.safe_load((repo.path / pre_commit_tool.FILE).read_text())["repos"]
    assert [hook["id"] for hook in entry["hooks"]] == HOOKS
    assert [hook.get("additional_dependencies", []) for hook in entry["hooks"]] == [dependencies] * 3
    assert not run("pre-commit", "validate-config", cwd=repo.path).returncode
    said = gitpact("status")
    assert said.returncode == 1
    assert (
        "commit-msg: pre-commit has not fetched gitpact yet, so gitpact might not run (hook in .pre-commit-config"
        in said.stdout
    )
    assert "repair it: pre-commit install-hooks" in said.stdout
    with monkeypatch.context() as patch:
        patch.setenv("PRE_COMMIT_HOME", str(sandbox / "no store"))
        assert "has not fetched gitpact yet" in gitpact("status").stdout
    (sandbox / "a store").mkdir(exist_ok=True)
    with closing(sqlite3.connect(sandbox / "a store" / "db.db")) as store:
        store.execute("CREATE TABLE IF NOT EXISTS repos (repo TEXT, ref TEXT, path TEXT)")
        store.execute("INSERT INTO repos VALUES (?, ?, ?)", (*stored, str(sandbox)))
        store.commit()
    assert "commit-msg: live (hook in .pre-commit-config.yaml)" in gitpact("status").stdout


@pytest.mark.measured
def test_an_entry_that_was_edited(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    assert not gitpact("install", "--via", "pre-commit").returncode
    path = repo.path / pre_commit_tool.FILE
    text = path.read_text()
    for changed, live in (
        (text.replace("  rev: ", "  rev: 00"), False),
        (text.replace("repo: /", "repo: /no/such/folder/"), False),
        (text.replace("repo: /", f"repo: {repo.path.parent}/"), False),
        (text.replace(pre_commit_tool.MARK, ""), True),
        (text.replace("  rev: ", "  rev: ["), True),
        (text.replace("- repo: ", "- - repo: "), True),
    ):
        path.write_text(changed)
        assert ("commit-msg: live" in gitpact("status").stdout) is live, changed


@pytest.mark.usefixtures("repo")
@pytest.mark.measured
def test_a_source_is_for_pre_commit_alone() -> None:
    done = gitpact("install", "--source", "gitpact==1.0")
    assert (done.returncode, "--source can be used only with --via pre-commit, husky" in done.stderr) == (2, True)


def test_names_that_yaml_would_take_for_something_else() -> None:
    for url, rev in (("https://example.org/a b#c", "1.10"), ("git@example.org:a/b", "12"), ("x: y", "true")):
        block = pre_commit_tool.block(("commit-msg",), "", Source("x", url, rev))
        (entry,) = yaml.safe_load(block)
        assert (entry["repo"], str(entry["rev"]).lower()) == (url, rev)


@pytest.mark.measured
def test_one_form_at_a_time_and_a_way_back(repo: Repo, monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> None:
    """What judged before goes out; status knows who judges now; after clean a commit is possible."""
    ready(monkeypatch, "pre-commit")
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    assert not gitpact("install", "--via", "pre-commit").returncode
    assert not list(repo.hooks.glob("*.legacy"))
    told = gitpact("status")
    assert not told.returncode, told.stdout
    assert "commit-msg: live (hook in .pre-commit-config.yaml)" in told.stdout
    assert not gitpact("status", "--check").returncode
    local = [{**hook, "language": "system"} for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    write(sandbox / "local.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]}))
    text = (repo.path / pre_commit_tool.FILE).read_text()
    write(repo.path / pre_commit_tool.FILE, (sandbox / "local.yaml").read_text())
    refused = commit(repo, "no header")
    assert (refused.stdout + refused.stderr).count("commit refused") == 1
    write(repo.path / pre_commit_tool.FILE, text)
    said = gitpact("clean")
    assert (said.returncode, ".pre-commit-config.yaml: removed" in said.stdout) == (0, True)
    assert "left as it is" not in said.stdout, "pre-commit took its own hooks out"
    assert not commit(repo, "anything").returncode
    assert not list(repo.hooks.iterdir())


@pytest.mark.measured
def test_where_pre_commit_would_refuse_nothing_is_written(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    repo.git("config", "core.hooksPath", "own")
    done = gitpact("install", "--via", "pre-commit")
    assert done.returncode == 2
    assert "core.hooksPath is set" in done.stderr
    assert not (repo.path / pre_commit_tool.FILE).exists()
    repo.git("config", "--unset", "core.hooksPath")
    (repo.hooks / "pre-commit").mkdir()
    done = gitpact("install", "--via", "pre-commit")
    assert done.returncode == 2
    assert "not a regular file, but a directory" in done.stderr
    assert not (repo.path / pre_commit_tool.FILE).exists()


@pytest.mark.measured
def test_after_the_hooks_of_both_are_there(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """pre-commit was installed first, then gitpact: pre-commit does not take gitpact's hooks for somebody else's."""
    ready(monkeypatch, "pre-commit")
    managers.framework(repo)
    call(repo, "pre-commit", "install", "--hook-type", "commit-msg")
    gitpact("install")
    said = gitpact("install", "--via", "pre-commit")
    assert not said.returncode, said.stderr
    assert sorted(path.name for path in repo.hooks.iterdir()) == sorted(hook_script.HOOKS)
    refused = commit(repo, "no header")
    assert (refused.stdout + refused.stderr).count("commit refused") == 1
    assert "migration mode" not in refused.stdout + refused.stderr


@pytest.mark.measured
def test_a_plain_install_leaves_it_to_pre_commit(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who clones a project with these lines types `make hooks-install`: nothing runs twice, no file changes."""
    ready(monkeypatch, "pre-commit")
    gitpact("install", "--via", "pre-commit")
    text = (repo.path / pre_commit_tool.FILE).read_text()
    (repo.hooks / "pre-push").unlink()
    said = gitpact("install", "--dry-run")
    assert "dry run: pre-commit runs these gitpact hooks in this clone: pre-commit, commit-msg, pre-push" in said.stdout
    assert "  would run: pre-commit install --hook-type pre-push" in said.stdout
    assert not (repo.hooks / "pre-push").exists()
    assert "  ran: pre-commit install --hook-type pre-push" in gitpact("install").stdout
    assert "pre-push: live (hook in .pre-commit-config.yaml)" in gitpact("status").stdout
    assert json.loads(gitpact("install", "--json").stdout)["via"] == "pre-commit"
    assert (repo.path / pre_commit_tool.FILE).read_text() == text


@pytest.mark.measured
def test_a_fresh_clone_of_a_project_with_these_lines(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    gitpact("install", "--via", "pre-commit", "--source", str(ROOT))
    text = (repo.path / pre_commit_tool.FILE).read_text()
    shutil.rmtree(repo.hooks)
    assert "  ran: pre-commit install --hook-type commit-msg" in gitpact("install").stdout
    assert pre_commit_tool.not_switched_on(repo.hooks, hook_script.HOOKS) == []
    assert (repo.path / pre_commit_tool.FILE).read_text() == text


@pytest.mark.measured
def test_hooks_of_others_that_run_at_more_stages_now(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """pre-commit runs a hook without `stages` at each stage that is installed; `clean` leaves what was there before."""
    ready(monkeypatch, "pre-commit")
    write(repo.path / pre_commit_tool.FILE, f"repos:\n{OTHER}")
    call(repo, "pre-commit", "install")
    said = gitpact("install", "--via", "pre-commit").stderr
    assert "your hooks that do not set 'stages' now also run at commit-msg, pre-push; to prevent this, add to" in said
    assert "dry run: " in gitpact("clean", "--dry-run").stdout
    told = gitpact("clean").stdout
    assert (
        "these files belong to the whole project; if other people still use gitpact, restore these files: git restore .pre-commit-config"
        in told
    )
    assert [path.name for path in repo.hooks.iterdir()] == ["pre-commit"]
    write(repo.path / pre_commit_tool.FILE, f"default_stages: [pre-commit]\nrepos:\n{OTHER}")
    assert "that do not set 'stages'" not in gitpact("install", "--via", "pre-commit").stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [("repos: [", False), ("- a\n", False), ("repos:\n- x\n", False), (f"repos:\n{OTHER}", True)],
)
def test_hooks_that_say_no_stage(repo: Repo, text: str, *, expected: bool) -> None:
    write(repo.path / pre_commit_tool.FILE, text)
    assert pre_commit_tool.runs_at_every_stage(repo.path) is expected


@pytest.mark.measured
def test_the_source_in_the_file_stays(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "pre-commit")
    for source in ("git+https://host.example/it@v1", "gitpact==9.9"):
        gitpact("install", "--via", "pre-commit", "--hook", "commit-msg", "--source", source)
        text = (repo.path / pre_commit_tool.FILE).read_text()
        assert source.removeprefix("git+").partition("@")[0] in text
        gitpact("install", "--via", "pre-commit", "--hook", "commit-msg")
        assert (repo.path / pre_commit_tool.FILE).read_text() == text
