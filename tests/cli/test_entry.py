"""Errors into exit codes: one line each, never a traceback, a crash log that can be pasted."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact import __version__
from gitpact.cli import entry
from gitpact.cli.hooks import dispatch
from gitpact.errors import GitpactError
from gitpact.git import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.support.repos import Repo


@pytest.fixture(autouse=True)
def _lives_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The doors end their process; here that is the one of the tests."""
    monkeypatch.setattr(os, "_exit", sys.exit)
    yield
    gc.enable()


def raises(error: BaseException) -> Callable[[], int]:
    def run() -> int:
        raise error

    return run


def test_codes_pass_through() -> None:
    assert entry.exit_code_of(lambda: 1) == 1


def test_an_expected_error_is_one_line_and_a_hint(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert entry.exit_code_of(raises(GitpactError("policy.toml:3: no\x1b[2J", "do this"))) == 2
    assert capfdbinary.readouterr().err == b"gitpact: error: policy.toml:3: no<U+001B>[2J\ngitpact: hint: do this\n"


def test_an_error_without_hint_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.exit_code_of(raises(GitpactError("no"))) == 2
    assert capfd.readouterr().err == "gitpact: error: no\n"


def test_an_interrupt_is_130() -> None:
    assert entry.exit_code_of(raises(KeyboardInterrupt())) == 130


def test_a_crash_names_a_log(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.exit_code_of(raises(ZeroDivisionError("secret?"))) == 3
    said = capfd.readouterr().err
    assert said.startswith("gitpact: crashed: ZeroDivisionError: secret?\n")
    found = re.search(r"^gitpact: details: (.*)$", said, re.MULTILINE)
    assert found
    log = Path(found[1])
    assert f"gitpact {__version__}, Python" in log.read_text()
    assert "ZeroDivisionError" in log.read_text()
    log.unlink()


def test_where_no_log_can_be_written_the_report_is_shown(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert entry.exit_code_of(raises(ZeroDivisionError())) == 3
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.measured
def test_a_reader_that_left_is_no_crash() -> None:
    """`gitpact rules | head -1`, with an output larger than a pipe holds."""
    run = "from gitpact.cli.entry import command; import sys; sys.argv = ['gitpact', 'policy', 'schema']; command()"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", run], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 2
    assert not done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["-V"]])
def test_version(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gitpact", *arguments])
    with pytest.raises(SystemExit) as caught:
        entry.command()
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"gitpact {__version__}\n"


def test_the_hot_door_turns_its_argument_errors_into_codes(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["gitpact-hook", "no-such"])
    with pytest.raises(SystemExit) as caught:
        entry.hook()
    assert caught.value.code == 2
    assert capfd.readouterr().err == (
        "gitpact: error: no such hook: no-such\n"
        "gitpact: hint: git runs: pre-commit, prepare-commit-msg, commit-msg, pre-push, pre-receive\n"
    )


def test_a_bug_in_the_hook_does_not_let_a_commit_pass(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_args: Sequence[str], _environ: Mapping[str, str]) -> int:
        raise RuntimeError("bug")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in dispatch.HOOKS:
        module = name.replace("-", "_")
        monkeypatch.setattr(f"gitpact.cli.hooks.{module}.run", broken)
        monkeypatch.setattr(sys, "argv", ["gitpact-hook", name, "x"])
        with pytest.raises(SystemExit) as caught:
            entry.hook()
        assert caught.value.code == 3
        said = capfd.readouterr().err
        assert said.startswith("gitpact: crashed: RuntimeError: bug\n")
        way = {"pre-push": "GITPACT=0 git push", "pre-receive": "the administrator"}.get(name, "GITPACT=0 git commit")
        assert way in said


def test_the_package_is_the_same_program() -> None:
    done = subprocess.run([sys.executable, "-m", "gitpact", "-V"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gitpact {__version__}\n", "")


def test_lint_through_its_entry_point(
    repo: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: x")
    for arguments, code in ((["HEAD"], 0), (["--format=jsonl", "HEAD"], 0), (["--no-such"], 2)):
        monkeypatch.setattr(sys, "argv", ["gitpact", "lint", *arguments])
        with pytest.raises(SystemExit) as caught:
            entry.command()
        assert caught.value.code == code
    assert "checked 1 of 1 commits" in capfd.readouterr().out


@pytest.mark.measured
def test_a_closed_standard_output_is_no_crash() -> None:
    run = "from gitpact.cli.entry import command; import sys; sys.argv = ['gitpact', 'rules']; command()"
    done = subprocess.run(["sh", "-c", f'exec "{sys.executable}" -c "{run}" >&-'], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_message_that_could_not_be_judged_keeps_its_lines(
    repo: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo.path / "gitpact.toml").write_text("broken")
    (repo.path / "m").write_text("feat: x\n\n#12 note\n")
    monkeypatch.setattr(sys, "argv", ["gitpact-hook", "commit-msg", "m"])
    for editor, option in ((":", "--cleanup=scissors -e"), ("vi", "git commit -e")):
        monkeypatch.setenv("GIT_EDITOR", editor)
        with pytest.raises(SystemExit) as caught:
            entry.hook()
        assert caught.value.code == 2
        assert option in capfd.readouterr().err
    monkeypatch.setenv("GIT_EDITOR", ":")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--cleanup=verbatim", "-m", "x"])
    with pytest.raises(SystemExit):
        entry.hook()
    assert "git commit --cleanup=verbatim -e -F" in capfd.readouterr().err, "what the person named is not overruled"
    monkeypatch.setattr(command_line, "words", list)
    (repo.path / "m").unlink()
    with pytest.raises(SystemExit):
        entry.hook()
    assert "git commit -e -F" in capfd.readouterr().err


CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.measured
def test_closed_streams_change_no_verdict(repo: Repo, closed: str) -> None:
    """A pipe to git would get the number of a closed stream, and nobody would read it."""
    for message in ("feat: start", "Feature: x"):
        repo.git("commit", "-q", "--allow-empty", "-s", "-m", message)
    gitpact = f"{sys.executable} -c 'from gitpact.cli.entry import command; command()'"
    for words, code in (("lint HEAD", 1), ("fix", 1), ("lint nope", 2), ("fix --apply", 0), ("size . HEAD", 0)):
        line = f"{gitpact} {words} {closed}"
        done = subprocess.run(["sh", "-c", line], cwd=repo.path, env=repo.env(), check=False, timeout=20)
        assert done.returncode == code, words
    assert repo.git("log", "-1", "--format=%s") == "feat: x"
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("closed", CLOSED)
def test_a_hook_with_closed_streams(repo: Repo, closed: str) -> None:
    (repo.path / "message").write_text("feat: x")
    hook = f"{sys.executable} -c 'from gitpact.cli.entry import hook; hook()'"
    line = f"{hook} commit-msg message {closed}"
    assert subprocess.run(["sh", "-c", line], cwd=repo.path, env=repo.env(), check=False, timeout=20).returncode == 1


@pytest.mark.measured
def test_a_standard_input_that_cannot_be_read_names_no_ref(repo: Repo) -> None:
    hook = "from gitpact.cli.entry import hook; hook()"
    only_written = os.open(os.devnull, os.O_WRONLY)
    done = subprocess.run(
        [sys.executable, "-c", hook, "pre-push", "origin", "url"],
        cwd=repo.path,
        env=repo.env(),
        stdin=only_written,
        check=False,
    )
    os.close(only_written)
    assert done.returncode == 0
