"""Install, commit, clean: the commands as a person runs them, and the shim as git runs it (how-hooks-are-installed 1 to 28)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gitpact as package
from gitpact import __version__
from gitpact.cli import app, entry
from gitpact.cli.common_options import STRAY
from gitpact.install import config_hooks, hook_script
from gitpact.repair import shell
from tests.support import gits, repos
from tests.support.repos import ODD_NAMES, Repo, commit, gitpact, listing, run, write

if TYPE_CHECKING:
    from subprocess import CompletedProcess

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("each_git")]

GOOD, BAD = "feat(api): add login (#12)", "Added login."
HOOK, KEPT, EDITED = "commit-msg", "commit-msg.gitpact-orig", "commit-msg.gitpact-edited"
# A clone of the code elsewhere, run by an interpreter elsewhere; the libraries of the command line stay where they are.
ELSEWHERE = "import sys; sys.path[:0] = sys.argv.pop(1).split('\\t'); from gitpact.cli.entry import command; command()"
LIBRARIES = sysconfig.get_paths()["purelib"]


def call(*args: str) -> int:
    """The command line in this process, errors and all."""
    return entry.exit_code_of(lambda: app.main(args))


def output(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, list[str], list[str]]:
    """Exit code, and what went to standard output and to standard error, by line."""
    capsys.readouterr()
    code = call(*args)
    seen = capsys.readouterr()
    return code, seen.out.splitlines(), seen.err.splitlines()


def about(hook: str, lines: list[str]) -> list[str]:
    """What is said of one hook: the line that names it and the indented ones below."""
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{hook}: "))
    return [lines[start], *takewhile(lambda line: line.startswith("  "), lines[start + 1 :])]


def chain(repo: Repo, script: str, mode: int = 0o755, *, hook: str = HOOK) -> Path:
    """A hook of the user's own, then gitpact's."""
    path = write(repo.hooks / hook, f"#!/bin/sh\n{script}\n", mode)
    assert call("install") == 0
    return path


def judged(repo: Repo, **env: str | None) -> None:
    """A bad message is refused by gitpact, a good one passes."""
    refused = commit(repo, BAD, **env)
    assert refused.returncode == 1
    assert "gitpact: " in refused.stderr
    passed = commit(repo, GOOD, **env)
    assert (passed.returncode, passed.stderr) == (0, "")


def pushed(repo: Repo, *args: str | Path, **env: str | None) -> CompletedProcess[str]:
    """Run `git push`, hooks and all; succeeds or not."""
    return run("git", "push", "-q", *args, cwd=repo.path, env=env)


def refused_in_two_lines(done: CompletedProcess[str]) -> tuple[str, str]:
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("gitpact: refused: ")
    assert second.startswith("gitpact: ")
    return first, second


# From install to clean


def test_install_commit_clean(repo: Repo) -> None:
    """how-hooks-are-installed 16: what install put there is gone, and only that."""
    before = listing(repo.path / ".git"), listing(repo.hooks)
    installed = gitpact("install")
    assert installed.returncode == 0
    assert "gitpact: the policy is the built-in preset 'standard'" in installed.stderr
    assert installed.stdout.splitlines() == [f"{hook}: installed ({repo.hooks}/{hook})" for hook in hook_script.HOOKS]
    assert set(listing(repo.hooks)) == set(hook_script.HOOKS)
    judged(repo)
    cleaned = gitpact("clean")
    assert (cleaned.returncode, cleaned.stderr) == (0, "")
    assert cleaned.stdout.splitlines() == [f"{hook}: removed ({repo.hooks}/{hook})" for hook in hook_script.HOOKS]
    assert commit(repo, BAD).returncode == 0
    assert listing(repo.hooks) == before[1]
    assert not (repo.path / ".git/gitpact").exists()
    assert set(listing(repo.path / ".git")) >= set(before[0])


def test_a_commit_and_a_push_run_all_three_hooks(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 9: each that was there once, in git's order, and each of gitpact's after it."""
    remote = repos.bare(sandbox / "remote.git")
    for hook in hook_script.HOOKS:
        write(repo.hooks / hook, f"#!/bin/sh\necho {hook} >>.git/seen\n", 0o755)
    assert call("install") == 0
    seen = repo.path / ".git/seen"
    assert commit(repo, GOOD).returncode == 0
    assert seen.read_text().split() == ["pre-commit", "commit-msg"]
    seen.unlink()
    write(repo.path / "data", "more than ten bytes")
    repo.git("add", "data")
    large = commit(repo, GOOD, GIT_FILE_SIZE_LIMIT="10")
    assert large.returncode == 1
    assert "data" in large.stderr
    assert seen.read_text().split() == ["pre-commit"]
    seen.unlink()
    assert commit(repo, BAD).returncode == 1
    assert seen.read_text().split() == ["pre-commit", "commit-msg"]
    assert commit(repo, BAD, GITPACT="0").returncode == 0
    seen.unlink()
    refused = pushed(repo, remote.path, "main")
    assert refused.returncode == 1
    assert "gitpact: " in refused.stderr
    assert remote.git("for-each-ref") == ""
    assert pushed(repo, remote.path, "main~1:refs/heads/main").returncode == 0
    assert remote.git("rev-parse", "main") == repo.git("rev-parse", "main~1")
    assert seen.read_text().split() == ["pre-push"] * 2


@pytest.mark.parametrize("hook", hook_script.HOOKS)
def test_only_the_hook_that_was_asked_for(repo: Repo, capsys: pytest.CaptureFixture[str], hook: str) -> None:
    assert output(capsys, "install", "--hook", hook) == (0, [f"{hook}: installed ({repo.hooks}/{hook})"], [])
    assert list(listing(repo.hooks)) == [hook]


def test_clean_without_a_policy_that_can_be_read(repo: Repo) -> None:
    """how-hooks-are-installed 16: a broken policy must not keep the hook in."""
    call("install")
    write(repo.path / "gitpact.toml", "[message\n")
    assert commit(repo, GOOD).returncode == 1
    assert gitpact("clean").returncode == 0
    assert commit(repo, GOOD).returncode == 0


def test_git_runs_it_from_everywhere(repo: Repo) -> None:
    """how-hooks-are-installed 1, 4: a folder below, a linked work tree."""
    call("install")
    judged(repo)
    linked = repos.worktree(repo, repo.path.parent / "linked")
    judged(linked)
    (linked.path / "sub").mkdir()
    judged(Repo(linked.path / "sub"))


@pytest.mark.parametrize("value", ["own", "own/deeper", "{repo}/.git/own", "~/own"])
def test_git_runs_it_from_another_directory(repo: Repo, value: str) -> None:
    """how-hooks-are-installed 4: and the earlier hook, too."""
    repo.git("config", "core.hooksPath", value.format(repo=repo.path))
    assert call("install") == 0
    judged(repo)
    assert list(repo.hooks.iterdir()) == []


def test_git_runs_it_in_a_submodule(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 1, 25: and the superproject is not touched."""
    library = repos.init(sandbox / "library")
    commit(library)
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "sub")
    monkeypatch.chdir(repo.path / "sub")
    assert call("install") == 0
    judged(Repo(repo.path / "sub"))
    assert commit(repo, BAD).returncode == 0


def test_inside_a_rebase_and_inside_a_hook(repo: Repo) -> None:
    """how-hooks-are-installed 24: GIT_DIR, GIT_INDEX_FILE and GIT_WORK_TREE of the git around it name this repository."""
    commit(repo, "chore: one")
    commit(repo, "chore: two")
    install = f"'{sys.executable}' -c '{repos.COMMAND}' install"
    repo.git("rebase", "-q", "--force-rebase", "--keep-empty", "--exec", install, "HEAD~1")
    judged(repo)
    call("clean")
    write(repo.hooks / "post-commit", f"#!/bin/sh\n{install}\n", 0o755)
    assert commit(repo, BAD).returncode == 0
    (repo.hooks / "post-commit").unlink()
    judged(repo)


def test_without_home_locale_and_terminal(repo: Repo) -> None:
    """how-hooks-are-installed 29: as a graphical client runs git; nothing but ASCII."""
    call("install")
    for name in ("name", "email"):
        repo.git("config", f"user.{name}", repo.git("config", f"user.{name}"))
    nothing = dict.fromkeys(os.environ)
    judged(repo, **{**nothing, "PATH": gits.plain_path()})
    refused = commit(repo, BAD, **{**nothing, "PATH": gits.plain_path()})
    assert refused.stderr.isascii()
    assert "\x1b" not in refused.stderr


# The hook that was there


def test_the_hook_that_was_there_runs_first_with_the_same_arguments(repo: Repo) -> None:
    """how-hooks-are-installed 9."""
    chain(repo, 'echo "$#:$*" >>.git/seen; echo "mine first" >&2')
    refused = commit(repo, BAD)
    assert refused.stderr.startswith("mine first\ngitpact: ")
    assert commit(repo, GOOD).returncode == 0
    assert (repo.path / ".git/seen").read_text() == "1:.git/COMMIT_EDITMSG\n" * 2


def test_the_hook_that_was_there_may_refuse_and_may_write(repo: Repo) -> None:
    """how-hooks-are-installed 9: its failure is ours, what it writes into the message is judged."""
    chain(repo, 'grep -q forbidden "$1" && { echo "no." >&2; exit 7; }; sed -i "s/^Fixes/fix/" "$1"')
    refused = commit(repo, "feat: forbidden")
    assert (refused.returncode, refused.stderr) == (1, "no.\n")
    assert commit(repo, "Fixes: mend login (#12)").returncode == 0
    assert repo.git("log", "-1", "--format=%s") == "fix: mend login (#12)"


# A shell cannot keep a NUL, and what git writes to a pre-push hook holds none.
@pytest.mark.parametrize(
    ("hook", "data"),
    [
        ("pre-commit", b"a\0b\r\nc"),
        ("commit-msg", b"a\0b\r\nc"),
        *(("pre-push", data) for data in (b"", b"\n", b"a b\r\nc", b"\\0 %s '$x' \xff\n\n\n", b"a b c d\n" * 20_000)),
    ],
)
def test_the_exit_code_and_the_standard_input_are_passed_on(repo: Repo, hook: str, data: bytes) -> None:
    """how-hooks-are-installed 9."""
    path = chain(repo, "cat >.git/seen; exit 7", hook=hook)
    done = subprocess.run([path, "file"], cwd=repo.path, input=data, check=False)
    assert done.returncode == 7
    assert (repo.path / ".git/seen").read_bytes() == data


def test_the_push_hook_that_was_there_gets_what_git_gave(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 9: the same arguments and standard input, byte for byte; gitpact reads it after that."""
    remote = repos.bare(sandbox / "the remote.git")
    repo.git("remote", "add", "origin", remote.path)
    assert commit(repo, GOOD).returncode == 0
    repo.git("branch", "topic")
    assert commit(repo, BAD).returncode == 0
    record = 'printf "<%s>\\n" "$@" >"$0.args"; cat >"$0.input"'
    hook = write(repo.hooks / "pre-push", f"#!/bin/sh\n{record}\n", 0o755)
    refs = ("main", "topic:refs/heads/other")

    def given() -> tuple[bytes, bytes]:
        (args,), (lines,) = repo.hooks.parent.rglob("*.args"), repo.hooks.parent.rglob("*.input")
        found = args.read_bytes(), lines.read_bytes()
        args.unlink()
        lines.unlink()
        return found

    assert pushed(repo, "--dry-run", "origin", *refs).returncode == 0
    plain = given()
    assert plain == (
        f"<origin>\n<{remote.path}>\n".encode(),
        f"refs/heads/main {repo.git('rev-parse', 'main')} refs/heads/main {'0' * 40}\n"
        f"refs/heads/topic {repo.git('rev-parse', 'topic')} refs/heads/other {'0' * 40}\n".encode(),
    )
    assert call("install") == 0
    refused = pushed(repo, "origin", *refs)
    assert refused.returncode == 1
    assert "gitpact: " in refused.stderr
    assert given() == plain
    assert remote.git("for-each-ref") == ""
    assert pushed(repo, "origin", *refs, GITPACT="0").returncode == 0
    assert given() == plain
    assert remote.git("rev-parse", "main", "other") == repo.git("rev-parse", "main", "topic")
    assert call("clean") == 0
    assert hook.read_text() == f"#!/bin/sh\n{record}\n"


BY_ITS_NAME = """case $(basename "$0") in
    pre-commit | commit-msg | pre-push) ;;
    *) echo "no such hook: $0" >&2; exit 1 ;;
esac
. "$(dirname "$0")/common.sh"
[ "$(cd "$(dirname "$0")/../.." && pwd)" = "$(git rev-parse --show-toplevel)" ] || exit 2
ran "$(basename "$0")"
"""


def test_a_hook_that_goes_by_its_own_name(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 9, 15: as Overcommit's do, which is one file under every name; and by what stands beside it."""
    write(repo.hooks / "common.sh", 'ran() { echo "$1" >>ran; }\n')
    one = write(repo.hooks / "dispatcher", f"#!/bin/sh\n{BY_ITS_NAME}", 0o755)
    for hook in hook_script.HOOKS:
        (repo.hooks / hook).symlink_to(one.name)
    before = listing(repo.hooks)
    assert call("install") == 0
    repos.bare(sandbox / "there.git")
    assert commit(repo, GOOD).returncode == 0
    assert pushed(repo, sandbox / "there.git", "main").returncode == 0
    assert (repo.path / "ran").read_text().split() == list(hook_script.HOOKS)
    assert commit(repo, BAD).returncode == 1
    assert call("install", "--hook", "commit-msg") == 0
    assert sorted(path.name for path in (repo.path / ".git" / "gitpact-orig").iterdir()) == [
        "commit-msg",
        "common.sh",
        "dispatcher",
        "pre-commit",
        "pre-push",
    ]
    assert call("clean") == 0
    assert listing(repo.hooks) == before
    assert not (repo.path / ".git" / "gitpact-orig").exists()


def test_what_a_hook_writes_beside_itself_stays_beside_it(repo: Repo) -> None:
    """how-hooks-are-installed 9: a log of its own, before and after."""
    log = repo.hooks / "commit-msg.log"
    chain(repo, 'echo again >>"$0.log"')
    assert commit(repo, GOOD).returncode == 0
    assert call("install") == 0
    assert commit(repo, GOOD).returncode == 0
    assert log.read_text() == "again\n" * 2
    assert call("clean") == 0
    assert commit(repo, GOOD).returncode == 0
    assert log.read_text() == "again\n" * 3


def test_a_chained_hook_runs_where_its_link_is_gone_or_is_another(repo: Repo) -> None:
    """how-hooks-are-installed 9: what is beside the shim counts."""
    chain(repo, "echo mine >&2")
    folder = repo.path / ".git" / "gitpact-orig"
    (folder / HOOK).unlink()
    assert commit(repo, GOOD).stderr == "mine\n"
    write(folder / HOOK, "#!/bin/sh\necho theirs >&2\n", 0o755)
    assert commit(repo, GOOD).stderr == "mine\n"
    assert call("clean") == 0
    assert (folder / HOOK).is_file(), "nothing of ours"


@pytest.mark.parametrize("script", ["exit 7", "cat >/dev/null; exit 7"], ids=["unread", "read"])
def test_the_push_hook_that_was_there_may_refuse(repo: Repo, sandbox: Path, script: str) -> None:
    """how-hooks-are-installed 9: its failure keeps the push back, gitpact or not, and nothing else is said."""
    remote = repos.bare(sandbox / "remote.git")
    assert commit(repo, GOOD).returncode == 0
    repo.git("branch", "topic")
    chain(repo, f'echo "no." >&2; {script}', hook="pre-push")
    for switch in (None, "0"):
        refused = pushed(repo, remote.path, "main", "topic", GITPACT=switch)
        assert refused.returncode == 1
        assert refused.stderr.startswith("no.\nerror: failed to push")
    assert remote.git("for-each-ref") == ""


def test_a_push_hook_that_reads_nothing_leaves_all_to_gitpact(repo: Repo, sandbox: Path) -> None:
    """how-hooks-are-installed 9: more than a pipe holds."""
    remote = repos.bare(sandbox / "remote.git")
    assert commit(repo, GOOD).returncode == 0
    tip = repo.git("rev-parse", "main")
    packed = [f"{tip} refs/heads/feat/{number:04}-{'x' * 60}\n" for number in range(1000)]
    write(repo.path / ".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n" + "".join(packed))
    chain(repo, "exit 0", hook="pre-push")
    passed = run("git", "push", remote.path, "--all", cwd=repo.path)
    line, doubt = passed.stderr.partition("To ")[0].splitlines()
    assert line.startswith("gitpact: ok: ")
    assert "is not a remote of this clone" in doubt
    assert passed.returncode == 0
    assert len(remote.git("for-each-ref").splitlines()) == 1001
    assert commit(repo, BAD, GITPACT="0").returncode == 0
    assert pushed(repo, remote.path, "main").returncode == 1
    assert remote.git("rev-parse", "main") == tip


@pytest.mark.parametrize("mode", [0o644, 0o600], ids=oct)
def test_a_hook_that_git_ignored_stays_ignored(repo: Repo, capsys: pytest.CaptureFixture[str], mode: int) -> None:
    """how-hooks-are-installed 10: kept, not run, never made executable; and nothing says that it runs."""
    before = listing(write(repo.hooks / HOOK, "#!/bin/sh\nexit 7\n", mode).parent)
    _, lines, _ = output(capsys, "install")
    kept = f"  your hook is kept as {KEPT} and does not run, because it is not executable"
    assert about(HOOK, lines)[1:] == [kept]
    _, lines, _ = output(capsys, "status")
    assert about(HOOK, lines)[1:] == [
        f"  does not run, as it is not executable: {KEPT}, the hook that existed before gitpact was installed"
    ]
    judged(repo)
    assert call("clean") == 0
    assert listing(repo.hooks) == before


@pytest.mark.parametrize("target", ["live", "dangling"])
def test_a_hook_that_is_a_link(repo: Repo, target: str) -> None:
    """how-hooks-are-installed 12: a tracked script is neither written nor lost, nor is a file made where none was."""
    if target == "live":
        write(repo.path / "scripts/live", "#!/bin/sh\necho linked >&2\nexit 7\n", 0o755)
    (repo.hooks / HOOK).symlink_to(f"../../scripts/{target}")
    repo.git("add", ".")
    before = repo.git("status", "--porcelain"), listing(repo.hooks)
    assert call("install") == 0
    if target == "live":
        assert commit(repo, GOOD).stderr == "linked\n"
    else:
        judged(repo)
    assert call("clean") == 0
    assert listing(repo.hooks) == before[1]
    assert (repo.path / "scripts").exists() is (target == "live")
    if target == "live":
        assert repo.git("status", "--porcelain") == before[0]


def test_a_lost_chained_hook_refuses(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """how-hooks-are-installed 27: a gate that is gone must not look like one that passes; the advice works."""
    chain(repo, "exit 0")
    (repo.hooks / KEPT).unlink()
    first, second = refused_in_two_lines(commit(repo, GOOD))
    assert first.endswith(f"is gone: .git/hooks/{KEPT}")
    assert second.endswith("gitpact clean && gitpact install")
    assert output(capsys, "install")[0] == 2
    assert about(HOOK, output(capsys, "status")[1])[:2] == [
        f"commit-msg: broken: this hook refuses every commit ({repo.hooks}/commit-msg)",
        f"  missing: {KEPT}, the hook that existed before gitpact was installed",
    ]
    assert [call("clean"), call("install")] == [0, 0]
    judged(repo)


# The interpreter


@pytest.fixture
def python(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An interpreter that the shim holds and that can be taken away; nothing of gitpact is on PATH."""
    path = sandbox / "venv" / "python"
    path.parent.mkdir()
    path.symlink_to(os.path.realpath(sys.executable))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(path))
        assert call("install") == 0
    monkeypatch.setenv("PATH", gits.plain_path())
    judged(repo)
    return path


def codes(repo: Repo, **env: str | None) -> list[int]:
    """The exit code of each shim, run by itself with nothing to judge."""
    return [run(repo.hooks / hook, "file", cwd=repo.path, env=env).returncode for hook in hook_script.HOOKS]


def test_an_interpreter_that_is_gone_refuses(repo: Repo, python: Path) -> None:
    """how-hooks-are-installed 27: two lines, never exit code 0."""
    python.unlink()
    first, second = refused_in_two_lines(commit(repo, GOOD))
    assert first == f"gitpact: refused: its interpreter is gone: {python} (with {hook_script.library()})"
    assert "install gitpact again, then run: gitpact install" in second
    assert "GITPACT=0 git" in second
    assert codes(repo) == [1] * 3


def test_a_library_that_is_gone_refuses(repo: Repo, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 27."""
    monkeypatch.setattr(hook_script, "library", lambda: str(python.parent / "gone"))
    call("install")
    first, _ = refused_in_two_lines(commit(repo, GOOD))
    assert first.endswith(f"(with {python.parent}/gone)")
    assert codes(repo) == [1] * 3


def test_an_interpreter_that_cannot_run_refuses(repo: Repo, python: Path) -> None:
    """how-hooks-are-installed 27: whatever is there in its place."""
    python.unlink()
    write(python, "#!/nowhere/python\n", 0o755)
    assert commit(repo, GOOD).returncode == 1
    assert all(codes(repo))


def test_the_switch_needs_no_interpreter(repo: Repo, python: Path) -> None:
    """how-hooks-are-installed 27, 32: nobody is locked out; any other value switches nothing."""
    python.unlink()
    assert commit(repo, BAD, GITPACT="0").returncode == 0
    assert codes(repo, GITPACT="0") == [0] * 3
    for value in ("", "1", "00", "no", "!"):
        assert commit(repo, BAD, GITPACT=value).returncode == 1
        assert codes(repo, GITPACT=value) == [1] * 3


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg"])
def test_the_switch_is_for_gitpact_only(repo: Repo, hook: str) -> None:
    """how-hooks-are-installed 9, 32: the earlier hook still runs."""
    chain(repo, "exit 7", hook=hook)
    assert commit(repo, GOOD, GITPACT="0").returncode == 1


def test_gitpact_on_the_path_steps_in(repo: Repo, python: Path) -> None:
    """how-hooks-are-installed 27: with the same arguments and standard input; its exit code counts."""
    python.unlink()
    text = '#!/bin/sh\n{ echo "$#:$*"; cat; } >>.git/seen\n[ "$1" = pre-commit ] || exit 3\n'
    script = write(repo.path / ".git/bin/gitpact-hook", text, 0o755)
    path = f"{script.parent}:{gits.plain_path()}"
    assert commit(repo, GOOD, PATH=path).returncode == 1
    seen = repo.path / ".git/seen"
    assert seen.read_text() == "1:pre-commit\n2:commit-msg .git/COMMIT_EDITMSG\n"
    assert codes(repo, PATH=path) == [0, 3, 3]
    seen.unlink()
    remote = repos.bare(repo.path.parent / "remote.git")
    assert pushed(repo, remote.path, "main", PATH=path).returncode == 1
    tip = repo.git("rev-parse", "main")
    given = f"refs/heads/main {tip} refs/heads/main {'0' * 40}"
    assert seen.read_text() == f"3:pre-push {remote.path} {remote.path}\n{given}\n"
    assert remote.git("for-each-ref") == ""


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_odd_paths(sandbox: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """how-hooks-are-installed 26: of the repository, the interpreter and the library, through a real install and commit."""
    root, home = sandbox / name, Path(package.__file__).parents[2]
    for folder in ("src", "hooks"):
        shutil.copytree(home / folder, root / folder)
    python = root / "python"
    python.symlink_to(os.path.realpath(sys.executable))
    repo = repos.init(root / "repo")
    write(repo.hooks / HOOK, "#!/bin/sh\necho mine >>.git/seen\n", 0o755)
    monkeypatch.chdir(repo.path)
    elsewhere: list[str | Path] = [python, "-c", ELSEWHERE, f"{root}/src\t{LIBRARIES}"]
    assert run(*elsewhere, "install").returncode == 0
    for hook, before in zip(hook_script.HOOKS, ("", KEPT, ""), strict=True):
        found = hook_script.parse((repo.hooks / hook).read_bytes())
        assert found == hook_script.Shim(whole=True, python=str(python), lib=str(root / "src"), before=before)
    judged(repo)
    remote = repos.bare(sandbox / "remote.git")
    assert pushed(repo, remote.path, "main").returncode == 0
    status = run(*elsewhere, "status")
    named = [line for line in status.stdout.splitlines() if line.startswith(hook_script.HOOKS)]
    assert [line.partition(" (")[0] for line in named] == [f"{hook}: live" for hook in hook_script.HOOKS]
    assert status.returncode == 0
    assert (repo.path / ".git/seen").read_text() == "mine\n" * 2
    python.rename(root / "elsewhere")
    gone = commit(repo, GOOD, PATH=gits.plain_path())
    assert gone.returncode == 1
    assert gone.stderr.startswith(f"gitpact: refused: its interpreter is gone: {python} (with {root}/src)\ngitpact: ")
    assert codes(repo, PATH=gits.plain_path()) == [1] * 3
    assert run(root / "elsewhere", *elsewhere[1:], "clean").returncode == 0
    assert list(listing(repo.hooks)) == [HOOK]


# Crashes, and two at once


@pytest.mark.parametrize("call_of_os", ["link", "fchmod", "fsync", "replace"])
def test_a_process_that_was_killed(repo: Repo, call_of_os: str) -> None:
    """how-hooks-are-installed 19, 20: the lock is free again, the next command repairs."""
    write(repo.hooks / HOOK, "#!/bin/sh\nexit 0\n", 0o755)
    before = listing(repo.hooks)
    dying = f"import os; os.{call_of_os} = lambda *a, **k: os._exit(9); {repos.COMMAND}"
    assert run(sys.executable, "-c", dying, "install", "--hook", HOOK).returncode == 9
    assert listing(repo.hooks)[HOOK] == before[HOOK]
    assert gitpact("clean").returncode == 0
    assert listing(repo.hooks) == before
    assert run(sys.executable, "-c", dying, "install", "--hook", HOOK).returncode == 9
    assert gitpact("install", "--hook", HOOK).returncode == 0
    assert set(listing(repo.hooks)) == {HOOK, KEPT}
    judged(repo)


@pytest.mark.parametrize("number", [1, 2])
def test_a_process_that_was_killed_after_some_of_the_hooks(repo: Repo, number: int) -> None:
    """how-hooks-are-installed 19, 20: each hook is a whole one, the old or the new; the next command repairs."""
    for hook in hook_script.HOOKS:
        write(repo.hooks / hook, "#!/bin/sh\nexit 0\n", 0o755)
    before = listing(repo.hooks)
    last = f"import os; left, replace = [1] * {number + 1}, os.replace"  # the first one is the journal's
    dying = f"{last}; os.replace = lambda *a: left.pop() and replace(*a) if left else os._exit(9); {repos.COMMAND}"
    assert run(sys.executable, "-c", dying, "install").returncode == 9
    whole = [bool(hook_script.parse((repo.hooks / hook).read_bytes())) for hook in hook_script.HOOKS]
    assert whole == [index < number for index in range(len(hook_script.HOOKS))]
    assert all(listing(repo.hooks)[hook] == before[hook] for hook in hook_script.HOOKS[number:])
    assert gitpact("clean").returncode == 0
    assert listing(repo.hooks) == before
    assert run(sys.executable, "-c", dying, "install").returncode == 9
    assert gitpact("install").returncode == 0
    assert set(listing(repo.hooks)) == {*hook_script.HOOKS, *(f"{hook}.gitpact-orig" for hook in hook_script.HOOKS)}
    judged(repo)


def test_an_interrupt(repo: Repo) -> None:
    """how-hooks-are-installed 19, 58: exit code 130, no traceback, the hook as it was."""
    write(repo.hooks / HOOK, "#!/bin/sh\nexit 0\n", 0o755)
    before = listing(repo.hooks)
    # A shell without job control starts what runs in the background with the signal ignored.
    heard = "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    interrupted = f"{heard}; os.fsync = lambda fd: signal.raise_signal(signal.SIGINT); {repos.COMMAND}"
    done = run(sys.executable, "-c", interrupted, "install", "--hook", HOOK)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert call("clean") == 0
    assert listing(repo.hooks) == before


# Refusals


def stand_in_bare(sandbox: Path) -> Path:
    return repos.bare(sandbox / "bare.git").path


def stand_nowhere(sandbox: Path) -> Path:
    (sandbox / "nowhere").mkdir()
    return sandbox / "nowhere"


def stand_where_hooks_are_shared(sandbox: Path) -> Path:
    repo = repos.init(sandbox / "shared")
    repo.git("config", "--global", "core.hooksPath", sandbox / "hooks")
    return repo.path


def stand_before_a_directory(sandbox: Path) -> Path:
    repo = repos.init(sandbox / "blocked")
    (repo.hooks / HOOK).mkdir()
    return repo.path


REFUSING = {
    "bare repository": (stand_in_bare, "this is a bare repository, so you cannot make commits in it"),
    "no repository": (stand_nowhere, "there is no git repository here"),
    "shared hooks directory": (stand_where_hooks_are_shared, "other repositories also use this hooks directory"),
    "a directory in the way": (stand_before_a_directory, "not a regular file, but a directory or device"),
}


# `status` has more to tell where hooks are shared.
ASKED = [("install --via files", name) for name in REFUSING] + [
    ("status", name) for name in REFUSING if not name.startswith("shared")
]


@pytest.mark.parametrize(("command", "place"), ASKED)
def test_what_cannot_be_is_two_lines_and_exit_code_2(sandbox: Path, command: str, place: str) -> None:
    """how-hooks-are-installed 5, 13, 23: the error, the next step, no traceback."""
    stand, why = REFUSING[place]
    done = gitpact(*command.split(), cwd=stand(sandbox))
    error, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert error.startswith("gitpact: error: ")
    assert why in error
    assert hint.startswith("gitpact: hint: ")


def test_without_git(repo: Repo, sandbox: Path) -> None:
    done = gitpact("install", env={"PATH": str(sandbox)})
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "gitpact: error: git is not on PATH"
    assert list(repo.hooks.iterdir()) == []


def test_a_shared_directory_is_not_cleaned(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-hooks-are-installed 5, 16: nothing of ours is there, so there is nothing to do."""
    monkeypatch.chdir(stand_where_hooks_are_shared(sandbox))
    assert call("clean") == 0


# What the commands say


def test_install_says_what_it_did(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """how-hooks-are-installed 9, 11, 18."""
    first, where, last = (f"({repo.hooks}/{hook})" for hook in hook_script.HOOKS)
    chained = f"  your hook is kept as {KEPT}.1 and runs first"
    stray = STRAY.format(name=KEPT)
    write(repo.hooks / KEPT, "stray")
    write(repo.hooks / HOOK, "#!/bin/sh\n", 0o755)
    would = output(capsys, "install", "--dry-run")
    lines = [f"pre-commit: installed {first}", f"commit-msg: installed {where}", f"pre-push: installed {last}"]
    assert would == (0, [f"dry run: {lines[0]}", f"dry run: {lines[1]}", chained, stray, f"dry run: {lines[2]}"], [])
    assert set(listing(repo.hooks)) == {HOOK, KEPT}
    assert output(capsys, "install") == (0, [lines[0], lines[1], chained, stray, lines[2]], [])
    again = output(capsys, "install", "--hook", "commit-msg", "--via", "files")
    out = [f"pre-commit: removed {first}", f"pre-push: removed {last}"]
    assert again == (0, [f"commit-msg: already in place {where}", chained, stray, *out], [])
    assert set(listing(repo.hooks)) == {HOOK, KEPT, f"{KEPT}.1"}


def test_force_says_where_the_edited_shim_is(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """how-hooks-are-installed 14."""
    edit(repo)
    code, out, err = output(capsys, "install")
    assert (code, out) == (2, [])
    assert err[0] == f"gitpact: error: {repo.hooks}/commit-msg: this hook of gitpact was edited by hand"
    code, out, err = output(capsys, "install", "--force")
    assert (code, err) == (0, [])
    assert out == [
        f"pre-commit: already in place ({repo.hooks}/pre-commit)",
        f"commit-msg: brought up to date ({repo.hooks}/commit-msg)",
        f"  the hook file that was edited is kept as {EDITED}",
        f"pre-push: already in place ({repo.hooks}/pre-push)",
    ]


def edit(repo: Repo) -> None:
    call("install")
    with (repo.hooks / HOOK).open("a") as file:
        file.write("echo mine\n")


def test_warnings_go_to_standard_error(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """how-hooks-are-installed 4."""
    repo.git("config", "core.hooksPath", "own")
    warning = "core.hooksPath = 'own' is relative, so the hooks run in this work tree only; do not commit the hooks, because they contain paths that exist only on this machine"
    assert output(capsys, "install")[2] == [f"gitpact: warning: {warning}"]
    code, out, err = output(capsys, "install", "--json")
    assert (code, json.loads(out[0])["warnings"], err) == (0, [warning], [])
    assert f"warning: {warning}" in output(capsys, "status")[1]
    assert json.loads(output(capsys, "status", "--json")[1][0])["warnings"] == [warning]


def test_a_hook_that_does_not_exist(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = output(capsys, "install", "--hook", "pre-comit")
    assert (code, out) == (2, [])
    assert err == [
        "gitpact: error: --hook pre-comit: gitpact has no such hook",
        f"gitpact: hint: available hooks: {', '.join(hook_script.EVERY)}",
    ]
    assert list(repo.hooks.iterdir()) == []


def test_install_and_clean_as_json(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo.hooks / HOOK, "#!/bin/sh\n", 0o755)
    rows: list[dict[str, Any]] = [
        {
            "name": hook,
            "path": str(repo.hooks / hook),
            "via": "files",
            "action": "install",
            "before": before,
            "kept": [],
        }
        for hook, before in zip(hook_script.HOOKS, (None, KEPT, None), strict=True)
    ]
    document: dict[str, Any] = {"schema": 1, "dry_run": False, "hooks": rows, "warnings": []}
    assert json.loads(output(capsys, "install", "--json")[1][0]) == document
    for row, action in zip(rows, ("remove", "restore", "remove"), strict=True):
        row["action"] = action
    document["dry_run"] = True
    assert json.loads(output(capsys, "clean", "--json", "--dry-run")[1][0]) == document


def test_clean_says_what_it_did(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """how-hooks-are-installed 16, 17."""
    assert output(capsys, "clean") == (0, [f"{hook}: not installed" for hook in hook_script.HOOKS], [])
    chain(repo, "exit 0")
    back = f"commit-msg: removed; your earlier hook is restored ({repo.hooks}/commit-msg)"
    first, last = (f"{hook}: removed ({repo.hooks}/{hook})" for hook in ("pre-commit", "pre-push"))
    would = [f"dry run: {line}" for line in (first, back, last)]
    assert output(capsys, "clean", "--dry-run") == (0, would, [])
    assert output(capsys, "clean") == (0, [first, back, last], [])
    assert call("install") == 0
    write(repo.hooks / HOOK, "#!/bin/sh\nmine\n", 0o755)
    said = ["commit-msg: not gitpact's hook, so it is not removed", f"  kept: {repo.hooks}/{KEPT}"]
    assert output(capsys, "clean") == (0, [first, *said, last], [])


def test_clean_leaves_an_edited_shim(sandbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:  # noqa: ANN401
    """how-hooks-are-installed 14, 26: exit code 1, as something of ours is still there; the command it names can be pasted."""
    repo = repos.init(sandbox / "it is")
    monkeypatch.chdir(repo.path)
    edit(repo)
    before = listing(repo.hooks)
    code, (first, line, last), err = output(capsys, "clean")
    assert (code, err) == (1, [])
    assert line.endswith(f"edited by hand, so it stays; to remove it: rm '{repo.hooks}/commit-msg'")
    assert [first, last] == [f"{hook}: removed ({repo.hooks}/{hook})" for hook in ("pre-commit", "pre-push")]
    assert listing(repo.hooks) == {HOOK: before[HOOK]}


VARIABLES = {
    "GITPACT=0": "warning: the environment variable GITPACT switches gitpact off; unset the variable",
    "GITPACT_SKIP=dco": "warning: the environment variable GITPACT_SKIP is set; gitpact does not report violations of these rules: dco",
    "HUSKY=0": "",
}


@pytest.mark.usefixtures("repo")
@pytest.mark.parametrize("variable", VARIABLES)
def test_status_names_a_variable_that_switches_hooks_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    assert not output(capsys, "install")[0]
    monkeypatch.setenv(*variable.split("="))
    code, lines, _ = output(capsys, "status")
    assert "".join(line for line in lines if "environment variable" in line) == VARIABLES[variable]
    assert output(capsys, "status", "--check")[0] == code == (1 if variable == "GITPACT=0" else 0)


def test_status_names_another_gitpact(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """As in a copy of a clone with its environment: the hooks start the gitpact of the original."""
    gitpact("install")
    shim = (repo.hooks / "commit-msg").read_text()
    lib = hook_script.library()
    other = write(repo.path.parent / "other" / "gitpact" / "cli" / "entry.py", "").parents[2]
    head, _, body = shim.replace(f"lib={lib}", f"lib={other}").partition("\n")[2].partition("\n")
    digest = hashlib.sha256(body.encode()).hexdigest()
    write(
        repo.hooks / "commit-msg", f"#!/bin/sh\n{re.sub('sha256:[0-9a-f]+', f'sha256:{digest}', head)}\n{body}", 0o755
    )
    lines = output(capsys, "status")[1]
    (warning,) = [line for line in lines if line.startswith("warning: ")]
    assert warning.startswith(
        f"warning: the hooks run another copy of gitpact, from {other}; to make them run this copy: "
    )


def test_status_says_what_is_live(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    view = f"git {repo.git('version').removeprefix('git version ')} looks for hooks in {repo.hooks}"
    rest = [
        "policy: the built-in preset standard; there is no gitpact.toml",
        f"gitpact {__version__}, {sys.executable}",
        view,
    ]
    mend = f"  install it: {shell.program(str(repo.path))} install"
    absent = [line for hook in hook_script.HOOKS for line in (f"{hook}: not installed ({repo.hooks}/{hook})", mend)]
    assert output(capsys, "status") == (1, [*absent, *rest], [])
    write(repo.hooks / KEPT, "stray")
    chain(repo, "exit 0")
    live = [
        f"pre-commit: live ({repo.hooks}/pre-commit)",
        f"commit-msg: live ({repo.hooks}/commit-msg)",
        f"  runs first: {KEPT}.1, the hook that existed before gitpact was installed",
        STRAY.format(name=KEPT),
        f"pre-push: live ({repo.hooks}/pre-push)",
    ]
    listed = (
        [f"  {hook}: hook from hookdir" for hook in hook_script.HOOKS]
        if gits.version("git") >= config_hooks.SINCE
        else []
    )
    assert output(capsys, "status") == (0, [*live, *rest, *listed], [])


def test_status_says_what_is_wrong_with_the_policy(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    call("install")
    write(repo.path / "gitpact.toml", 'preset = "none"\n')
    code, lines, _ = output(capsys, "status")
    assert code == 1
    assert lines[:3] == [f"{hook}: live ({repo.hooks}/{hook})" for hook in hook_script.HOOKS]
    assert lines[3] == "policy: a policy file exists, but gitpact cannot read it"
    assert lines[4].startswith("  gitpact.toml:1: preset: ")


def test_status_as_json(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    call("install")
    (line,) = output(capsys, "status", "--json")[1]
    document = json.loads(line)
    view = document.pop("git")
    assert (view["folder"], view["configured"], view["others"]) == (str(repo.hooks), "", [])
    assert document == {
        "schema": 1,
        "version": __version__,
        "hooks": [
            {
                "hook": hook,
                "path": str(repo.hooks / hook),
                "via": "files",
                "state": "live",
                "before": "",
                "strays": [],
                "remedy": "",
                "whose": "",
            }
            for hook in hook_script.HOOKS
        ],
        "policy": "the built-in preset standard; there is no gitpact.toml",
        "policy_error": None,
        "interpreter": sys.executable,
        "warnings": [],
    }


# The tests themselves


def test_no_other_repository_is_touched(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The helpers refuse to work outside of the temporary folder, and a git that fails is not passed over."""
    with pytest.raises(ValueError, match="tests touch no other repository"):
        Repo(Path(__file__).parent).git("status")
    monkeypatch.chdir("/")
    with pytest.raises(ValueError, match="tests touch no other repository"):
        gitpact("status")
    with pytest.raises(subprocess.CalledProcessError):
        Repo(sandbox).git("status")


def test_status_tells_what_keeps_install_from_working(
    repo: Repo, capsys: pytest.CaptureFixture[str], sandbox: Path
) -> None:
    """how-hooks-are-installed 5: a directory that serves other repositories too; the policy is shown all the same."""
    repo.git("config", "--global", "core.hooksPath", str(sandbox / "everywhere"))
    code, lines, _ = output(capsys, "status")
    assert code == 1
    assert any(line.startswith("policy: the built-in preset standard") for line in lines)
    assert any("other repositories also use this hooks directory" in line for line in lines)


def test_a_hook_of_another_manager_is_named_with_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write(repo.hooks / "commit-msg", "#!/bin/sh\nLEFTHOOK_BIN=x\nexit 0\n", 0o755)
    said = output(capsys, "install", "--via", "files")[1]
    assert "  your hook (lefthook) is kept as commit-msg.gitpact-orig and runs first" in said
    told = output(capsys, "status")[1]
    assert (
        "  runs first: commit-msg.gitpact-orig, the hook that existed before gitpact was installed (lefthook)" in told
    )


def test_clean_from_within_the_git_directory(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gitpact("install", "--via", "files")
    monkeypatch.chdir(repo.path / ".git")
    code, said, _ = output(capsys, "clean")
    assert (code, any(line.startswith("commit-msg: removed") for line in said)) == (0, True)


def test_status_names_a_policy_that_is_not_read(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    (repo.path / "backend").mkdir()
    write(repo.path / "backend" / "gitpact.toml", "[message]")
    repo.git("add", ".")
    assert "warning: gitpact does not read the policy in backend/gitpact.toml, because" in "\n".join(
        output(capsys, "status")[1]
    )
