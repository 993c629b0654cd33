"""`gitpact install --via husky` and `--via lefthook`: our lines go in and out, and the manager runs our hooks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from gitpact.errors import GitpactError
from gitpact.install import actions, hook_script, hooks_directory, manager_lines
from tests.support import managers
from tests.support.managers import call, ready
from tests.support.repos import commit, gitpact, run, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.long

HUSKY = {
    "nothing": "",
    "a command": "npm test\n",
    "a command without a line feed": "npm test",
    "line ends of Windows": "npm test\r\n",
    "the form of husky 8": '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpx lint-staged\n',
}
ENDED = {  # a file that ends a hook: what stays above our line, and below it
    "npm test\nexit 0\n": ("npm test\n", "exit 0\n"),
    "npm test\nexit": ("npm test\n", "exit"),
    'exec npx lint-staged "$@"\n  # no more\n': ("", 'exec npx lint-staged "$@"\n  # no more\n'),
    'sed -i s/a/b/ "$1"; exit 0\n': ("", 'sed -i s/a/b/ "$1"; exit 0\n'),
    "exec </dev/tty\n[ x ] || exit 1\n": ("exec </dev/tty\n[ x ] || exit 1\n", ""),
}
HUSKY |= {f"it ends with {text.splitlines()[-1]!r}": text for text in ENDED}
LEFTHOOK = {
    "nothing": "",
    "another hook": "pre-rebase:\n  commands:\n    a:\n      run: ls\n",
    "no last line feed": "pre-rebase:\n  commands:\n    a:\n      run: ls",
    "commands": "commit-msg:\n  commands:\n    lint:\n      run: ls\n\n# the end\n",
    "commands that are indented further": "commit-msg:\n    parallel: true\n    commands:\n        lint:\n            run: ls\n",
    "jobs": "commit-msg:\n  jobs:\n    - name: a\n      run: ls\n    - run: ls\npre-push:\n  jobs:\n  - run: ls\n",
    "scripts": "commit-msg:\n  scripts:\n    'a.sh':\n      runner: bash\nassert_lefthook_installed: true\n",
}
REFUSED = {
    "in flow style": "commit-msg: {commands: {a: {run: 'true'}}}\n",
    "commands in flow style": "commit-msg:\n  commands: {a: {run: 'true'}}\n",
    "no commands": "commit-msg:\n  commands:\n",
    "a text": "commit-msg: x\n",
    "a list": "- a\n",
    "an alias": "pre-push: &all\n  commands:\n    a:\n      run: ls\ncommit-msg: *all\n",
    "a script that ends like a comment": "commit-msg:\n  commands:\n    a:\n      run: |\n        ls\n        # no comment\n",
}


@pytest.mark.parametrize("text", HUSKY.values(), ids=HUSKY)
def test_lines_of_husky(repo: Repo, text: str) -> None:
    (repo.path / ".husky").mkdir()
    path = repo.path / ".husky" / "commit-msg"
    if text:
        path.write_bytes(text.encode())
    done = manager_lines.install("husky", repo.path, ("commit-msg",))
    assert [(one.path, one.action) for one in done] == [(path, "update" if text else "install")]
    made = path.read_bytes().decode()
    above, below = ENDED.get(text, (text, ""))
    assert made.startswith(above)
    line, *rest = made.removeprefix(above).lstrip("\n").splitlines(keepends=True)
    assert line.startswith('[ "$GITPACT" = 0 ] || PATH="$PATH:.gitpact-venv/bin" gitpact-hook commit-msg "$1" || ')
    assert line.rstrip("\n").endswith("  # put in by gitpact install --via husky")
    assert "".join(rest).strip("\n") == below.strip("\n")
    assert [one.action for one in manager_lines.install("husky", repo.path, ("commit-msg",))] == ["unchanged"]
    assert manager_lines.state("husky", repo.path, "commit-msg") == "live"
    assert [one.action for one in manager_lines.clean(repo.path)] == ["update" if text else "remove"]
    assert not path.exists() if not text else path.read_bytes().decode() == text


@pytest.mark.parametrize("text", LEFTHOOK.values(), ids=LEFTHOOK)
@pytest.mark.parametrize("hooks", [("commit-msg",), hook_script.HOOKS])
def test_lines_of_lefthook(repo: Repo, text: str, hooks: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    ready(monkeypatch, "lefthook")
    path = repo.path / "lefthook.yml"
    path.write_text(text)
    assert manager_lines.install("lefthook", repo.path, hooks)[-1].action == "update"
    made = path.read_text()
    found = yaml.safe_load(made)
    for hook in hooks:
        entry = found[hook]
        ours = entry["commands"]["gitpact"] if "commands" in entry else entry["jobs"][-1]
        assert f" gitpact-hook {hook}{manager_lines.IN_LEFTHOOK[hook]} ||" in ours["run"]
        assert ours.get("use_stdin", False) is (hook == "pre-push")
    if "lint" in text:
        assert found["commit-msg"]["commands"]["lint"] == {"run": "ls"}
    assert not run("lefthook", "validate", cwd=repo.path).returncode
    assert [one.action for one in manager_lines.install("lefthook", repo.path, hooks)] == ["unchanged"]
    assert path.read_text() == made
    assert [one.action for one in manager_lines.clean(repo.path, dry_run=True)] == ["update" if text else "remove"]
    assert path.read_text() == made
    manager_lines.clean(repo.path)
    assert not path.exists() if not text else path.read_text() == text


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_they_do_not_fit_into_is_left_as_it_is(repo: Repo, text: str) -> None:
    path = write(repo.path / "lefthook.yml", text)
    with pytest.raises(GitpactError, match="gitpact cannot add its lines to this file"):
        manager_lines.install("lefthook", repo.path, ("commit-msg",))
    assert path.read_text() == text


def test_what_is_no_yaml(repo: Repo) -> None:
    write(repo.path / "lefthook.yml", "a: [")
    with pytest.raises(GitpactError, match="not valid YAML"):
        manager_lines.install("lefthook", repo.path, ("commit-msg",))


@pytest.mark.measured
def test_without_the_manager(repo: Repo) -> None:
    for manager, expected in (("husky", "no folder .husky here"), ("lefthook", "no lefthook.yml here")):
        done = gitpact("install", "--via", manager)
        assert (done.returncode, expected in done.stderr) == (2, True)
        assert gitpact("install", "--via", manager, "--global").returncode == 2
    assert not manager_lines.state("husky", None, "commit-msg")
    assert not manager_lines.clean(repo.path)


@pytest.mark.parametrize("name", [".husky/commit-msg", "lefthook.yml", ".pre-commit-config.yaml"])
@pytest.mark.parametrize("what", ["another encoding", "a folder", "too large"])
def test_a_file_of_a_manager_that_cannot_be_read_keeps_nobody_from_clean(repo: Repo, name: str, what: str) -> None:
    """It came with the clone; gitpact's own hooks go all the same, and status tells of them."""
    file = repo.path / name
    file.parent.mkdir(exist_ok=True)
    if what == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"# \xc4\xe3\n" if what == "another encoding" else b"#\n" * (1 << 20))
    gitpact("install", "--via", "files")
    assert "commit-msg: live" in gitpact("status").stdout
    done = gitpact("clean")
    assert (done.returncode, "commit-msg: removed" in done.stdout) == (0, True), done.stderr
    assert not (repo.hooks / "commit-msg").exists()
    if what == "another encoding" and "husky" in name:
        assert gitpact("install", "--via", "husky").returncode == 2
        assert file.read_bytes() == b"# \xc4\xe3\n"


@pytest.fixture
def husky(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    ready(monkeypatch, "husky")
    managers.husky(repo)
    call(repo, "husky")
    return repo


@pytest.fixture
def lefthook(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    ready(monkeypatch, "lefthook")
    managers.lefthook(repo)
    return repo


def judges(repo: Repo) -> None:
    """Both run: a commit is refused by ours, and theirs leaves its mark."""
    refused = commit(repo, "no header")
    assert (refused.stdout + refused.stderr).count("commit refused") == 1, refused.stdout + refused.stderr
    accepted = commit(repo)
    assert not accepted.returncode, accepted.stdout + accepted.stderr
    assert (repo.path / managers.SEEN).exists()


@pytest.mark.measured
def test_husky_runs_ours(husky: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    said = gitpact("install", "--via", "husky")
    assert said.returncode == 0, said.stderr
    assert f"commit-msg: gitpact's lines were added to the hook ({husky.path}/.husky/commit-msg)" in said.stdout
    judges(husky)
    told = gitpact("status")
    assert (told.returncode, "commit-msg: live (hook in husky's files)" in told.stdout) == (0, True)
    assert "warning" not in told.stdout, "husky's own relative folder is as it should be"
    (beside,) = [line for line in told.stdout.splitlines() if line.startswith("hook manager in this repository: husky")]
    assert beside == "hook manager in this repository: husky (.husky)", "its sixteen hooks are not listed"
    assert not gitpact("status", "--check").returncode
    off = gitpact("status", env={"HUSKY": "0"})
    assert (off.returncode, "variable HUSKY switches husky off; unset the variable" in off.stdout) == (1, True)
    call(husky, "husky")
    judges(husky)
    places = [folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "gitpact-hook").exists()]
    with monkeypatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join(places))
        told = gitpact("status")
        assert "commit-msg: broken: gitpact-hook is not on PATH, so every commit is refused" in told.stdout
        assert f"repair it: export PATH={manager_lines.path_for_hooks()}:$PATH" in told.stdout
    cleaned = gitpact("clean")
    assert "commit-msg: gitpact's lines are removed; the rest of the file does not change" in cleaned.stdout
    assert not commit(husky, "no header").returncode
    assert "gitpact" not in "".join(path.read_text() for path in (husky.path / ".husky").glob("*") if path.is_file())


@pytest.mark.measured
def test_husky_that_is_not_set_up_in_this_clone(husky: Repo) -> None:
    husky.git("config", "--unset", "core.hooksPath")
    said = gitpact("install", "--via", "husky", "--hook", "commit-msg")
    assert (
        "gitpact: warning: the hooks of husky are not switched on in this clone; to switch them on: npx husky"
        in said.stderr
    )
    told = gitpact("status").stdout
    assert (
        "commit-msg: the hook does not run: the hook manager is not switched on in this clone (hook in husky's files)"
        in told
    )
    assert "repair it: npx husky" in told
    assert "run: npx husky" in gitpact("status", "--check").stderr


def test_husky_without_our_lines_is_told_how_to_get_them(husky: Repo) -> None:
    done = gitpact("install")
    assert (
        done.returncode,
        "hint: run: gitpact install --via husky" in done.stderr,
    ) == (2, True)
    husky.git("config", "core.hooksPath", ".git/hooks")
    assert gitpact("install").returncode == 0


@pytest.mark.measured
def test_a_plain_install_leaves_it_to_husky(husky: Repo) -> None:
    """As `make hooks-install` of a project that has both: it changes no file of the project."""
    gitpact("install", "--via", "husky", "--hook", "commit-msg")
    text = (husky.path / ".husky" / "commit-msg").read_text()
    done = gitpact("install")
    assert (done.returncode, done.stdout) == (0, "husky runs these gitpact hooks in this clone: commit-msg\n")
    assert (husky.path / ".husky" / "commit-msg").read_text() == text
    judges(husky)


@pytest.mark.parametrize("manager", manager_lines.MANAGERS)
@pytest.mark.measured
def test_a_machine_without_gitpact(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, manager: str
) -> None:
    request.getfixturevalue(manager)
    gitpact("install", "--via", manager, "--source", "git+https://host.example/it's@v1")
    shims = [folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "gitpact-hook").exists()]
    tools = repo.path.parent / "tools"
    tools.mkdir()
    for name in ("lefthook", "python3"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), *shims]))
    monkeypatch.setenv("HOME", str(tools))  # husky's own settings put nothing on PATH
    told = gitpact("install").stderr
    assert f"to add gitpact-hook to PATH: export PATH={manager_lines.path_for_hooks()}:$PATH\n" in told
    refused = commit(repo)
    said = refused.stdout + refused.stderr
    assert refused.returncode, said
    assert "gitpact is not installed; to install it: pipx install" in said
    assert "git+https://host.example/it" in said
    assert not commit(repo, "no header", GITPACT="0").returncode
    own = repo.path / ".gitpact-venv" / "bin"  # as `make hooks-install` of the project makes it
    own.mkdir(parents=True)
    (own / "gitpact-hook").symlink_to(Path(manager_lines.path_for_hooks()) / "gitpact-hook")
    judges(repo)


@pytest.mark.parametrize("manager", manager_lines.MANAGERS)
@pytest.mark.measured
def test_a_clone_in_which_the_manager_is_not_switched_on(
    repo: Repo, request: pytest.FixtureRequest, manager: str
) -> None:
    """As after `git clone`: no hooks of our own are put in, which would be in the way of the manager's."""
    request.getfixturevalue(manager)
    gitpact("install", "--via", manager)
    shutil.rmtree(repo.path / ".husky" / "_", ignore_errors=True)
    shutil.rmtree(repo.hooks)
    repo.git("config", "--unset-all", "core.hooksPath") if manager == "husky" else None
    done = gitpact("install")
    assert (done.returncode, done.stdout, repo.hooks.exists()) == (1, "", False)
    assert f"to switch them on: {manager_lines.SETUP[manager]}\n" in done.stderr
    assert not gitpact("install", "--via", "files").returncode


@pytest.mark.measured
def test_commands_of_lefthook_that_gitpact_does_not_see(lefthook: Repo) -> None:
    text = "commit-msg:\n{parallel}  commands:\n    zfix:\n      run: ls\n    afix:\n      run: ls\n"
    for parallel, names in (("", "zfix"), ("  parallel: true\n", "zfix, afix")):
        write(lefthook.path / "lefthook.yml", text.format(parallel=parallel))
        said = gitpact("install", "--via", "lefthook").stderr
        assert f"so gitpact does not check their changes to the message: {names}\n" in said
    assert manager_lines.running_later(None) == []
    write(lefthook.path / "lefthook.yml", "a: [")
    assert manager_lines.running_later(lefthook.path) == []


@pytest.mark.parametrize("manager", manager_lines.MANAGERS)
def test_the_source_in_the_lines_stays(repo: Repo, request: pytest.FixtureRequest, manager: str) -> None:
    request.getfixturevalue(manager)
    gitpact("install", "--via", manager, "--source", "git+https://host.example/it@v1")
    before = {path: path.read_text() for path in repo.path.rglob("*") if path.is_file() and ".git/" not in f"{path}"}
    assert "already in place" in gitpact("install", "--via", manager).stdout
    assert {path: path.read_text() for path in before} == before
    assert manager_lines.requirement_in(manager, repo.path) == "git+https://host.example/it@v1"
    only = gitpact("install", "--via", manager, "--hook", "commit-msg").stdout
    assert ("pre-commit: removed" in only) is (manager == "husky")


def test_lines_of_husky_that_are_not_reached(husky: Repo) -> None:
    gitpact("install", "--via", "husky")
    file = husky.path / ".husky" / "commit-msg"
    file.write_text("exit 0\n" + file.read_text())
    assert not commit(husky, "no header").returncode
    told = gitpact("status")
    assert "commit-msg: broken: the hook ends before it reaches gitpact's line, so no commit is checked" in told.stdout
    assert told.returncode == 1
    assert "repair it: " in told.stdout
    assert not gitpact("install", "--via", "husky").returncode
    assert commit(husky, "no header").returncode, "as it says, install repairs it"
    assert not gitpact("status").returncode


@pytest.mark.measured
def test_lefthook_runs_ours_and_install_again_changes_nothing(lefthook: Repo) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    said = gitpact("install", "--via", "lefthook")
    assert said.returncode == 0, said.stderr
    assert "  ran: lefthook install" in said.stdout
    assert not list(lefthook.hooks.glob("*.old"))
    judges(lefthook)
    call(lefthook, "lefthook", "install")
    judges(lefthook)
    assert "commit-msg: live (hook in lefthook's file)" in gitpact("status").stdout
    document = json.loads(gitpact("install", "--via", "lefthook", "--json", "--dry-run").stdout)
    assert [one["action"] for one in document["files"]] == ["unchanged"]
    assert "dry run: lefthook.yml: already in place" in gitpact("install", "--via", "lefthook", "--dry-run").stdout
    gitpact("clean")
    assert not commit(lefthook, "no header").returncode
    assert "gitpact" not in (lefthook.path / "lefthook.yml").read_text()


SKIPS = {
    "of the hook": ("lefthook-local.yml", "commit-msg:\n  skip: true\n", True),
    "of our command": ("lefthook-local.yml", "commit-msg:\n  jobs:\n    - name: gitpact\n      skip: true\n", True),
    "in merges alone": ("lefthook-local.yml", "commit-msg:\n  skip:\n    - merge\n", False),
    "never": ("lefthook-local.yml", "commit-msg:\n  skip: false\n", False),
    "of another command": (
        "lefthook-local.yml",
        "commit-msg:\n  jobs:\n    - name: x\n      run: ls\n      skip: true\n",
        False,
    ),
    "of another hook": ("lefthook-local.yml", "pre-push:\n  skip: true\n", False),
}


@pytest.mark.parametrize(("name", "text", "skips"), SKIPS.values(), ids=SKIPS)
@pytest.mark.measured
def test_lines_that_lefthook_is_told_to_skip(lefthook: Repo, name: str, text: str, *, skips: bool) -> None:
    gitpact("install", "--via", "lefthook")
    write(lefthook.path / name, text)
    assert (not commit(lefthook, "no header").returncode) is skips, "lefthook does so"
    told = gitpact("status")
    lines = told.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("commit-msg: "))
    assert lines[at].startswith("commit-msg: switched off by 'skip: true' in the hook manager's file") is skips
    assert (lines[at + 1] == f"  repair it: ${{EDITOR:-vi}} {name}") is skips


def test_a_job_or_a_command_of_ours_that_is_skipped(repo: Repo) -> None:
    write(
        repo.path / "lefthook.yml",
        "commit-msg:\n  jobs:\n    - name: gitpact\n      run: gitpact-hook commit-msg {1}\n      skip: true\n",
    )
    assert manager_lines.state("lefthook", repo.path, "commit-msg") == "skipped"
    write(
        repo.path / "lefthook.yml",
        "commit-msg:\n  commands:\n    gitpact:\n      run: gitpact-hook commit-msg {1}\n      skip: true\n",
    )
    assert manager_lines.state("lefthook", repo.path, "commit-msg") == "skipped"
    write(repo.path / "lefthook-local.yml", "a: [")
    assert manager_lines.skipping_file(repo.path, "commit-msg") == "lefthook.yml", "what is no YAML says nothing"


def test_lefthook_without_our_lines_is_told_how_to_get_them(lefthook: Repo) -> None:
    call(lefthook, "lefthook", "install")
    told = gitpact("status").stdout
    assert "commit-msg: a hook of lefthook: gitpact does not check any commit" in told
    assert "install --via lefthook" in told


def test_a_shim_that_lefthook_moved_away_goes_with_clean(lefthook: Repo) -> None:
    """Lefthook's own install, as npm runs it after each `npm install`, renames what is there."""
    gitpact("install", "--via", "files")
    call(lefthook, "lefthook", "install", "--force")
    assert gitpact("status").returncode == 1
    gitpact("clean")
    left = {path.name: path.read_bytes() for path in lefthook.hooks.iterdir()}
    assert not [name for name, data in left.items() if b"gitpact shim" in data], left.keys()
