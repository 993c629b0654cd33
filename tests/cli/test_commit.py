"""`gitpact commit`: the parts are asked for or given, the message is checked, and git commits."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import questions
from gitpact.install import actions, hook_script, hooks_directory
from tests.support.commands import caller
from tests.support.repos import COMMAND, write
from tests.support.terminals import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repos import Repo

    Run = Callable[..., tuple[int, str, str]]
SIGNED = "\n\nSigned-off-by: Ann Lee <ann@example.org>"


@pytest.fixture
def staged(repo: Repo) -> Repo:
    """A repository on the branch feat/12-login with one commit and a file that is staged."""
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repo.git("switch", "-q", "-c", "feat/12-login")
    write(repo.path / "api" / "a", "x")
    repo.git("add", "api")
    return repo


@pytest.fixture
def run(staged: Repo, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `gitpact commit`; gives the exit code, the output and the errors."""
    assert staged
    return caller("commit", capfd)


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Answers the questions of a person at a terminal; gives the questions that were asked."""
    asked: list[str] = []

    def prepare(*answers: str) -> list[str]:
        left = iter(answers)

        def answer(question: str) -> str:
            asked.append(question)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(questions, "can_ask", lambda: True)
        return asked

    return prepare


def stored(repo: Repo) -> str:
    return repo.git("log", "-1", "--format=%B").strip()


GIVEN = {
    "parts": (["--type", "feat", "-m", "add login", "-s"], f"feat: add login (#12){SIGNED}"),
    "a number and an alias": (["--type", "bug", "-m", "x", "-s", "--issue", "7"], f"fix: x (#7){SIGNED}"),
    "a whole header": (["-m", "feat(api): add login (#3)", "-s"], f"feat(api): add login (#3){SIGNED}"),
    "a body and a breaking change": (
        ["--type", "feat", "--scope", "api", "-m", "add x", "-m", "why", "--breaking", "y", "-s"],
        f"feat(api)!: add x (#12)\n\nwhy\n\nBREAKING CHANGE: y\n{SIGNED.strip()}",
    ),
    "a header with a mark and two issues": (
        ["-m", "feat!: drop x (#3, #4)", "-s"],
        f"feat!: drop x (#3, #4){SIGNED}",
    ),
    "a path": (["--type", "feat", "-m", "x", "-s", "api/a"], f"feat: x (#12){SIGNED}"),
    "options of git": (["--type", "feat", "-m", "x", "-s", "--", "--date=2001-01-01"], f"feat: x (#12){SIGNED}"),
    "all files": (["--type", "feat", "-m", "x", "-s", "-a"], f"feat: x (#12){SIGNED}"),
    "in the place of another": (["--type", "feat", "-m", "x", "-s", "--amend"], f"feat: x (#12){SIGNED}"),
}


@pytest.mark.parametrize(("words", "message"), GIVEN.values(), ids=GIVEN)
def test_with_all_parts_nothing_is_asked(staged: Repo, run: Run, words: list[str], message: str) -> None:
    code, _, err = run(*words)
    assert (code, stored(staged)) == (0, message), err
    assert not (staged.path / ".git/gitpact/COMPOSED_MSG").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-m", "add login"], "gitpact: error: the type is missing\n"),
        ([], "gitpact cannot ask for the message, because there is no terminal"),
    ],
)
def test_what_is_missing_is_named(staged: Repo, run: Run, words: list[str], said: str) -> None:
    code, _, err = run(*words)
    assert (code, stored(staged)) == (2, "chore: start")
    assert said in err


def test_nothing_is_staged(staged: Repo, run: Run) -> None:
    staged.git("reset", "-q")
    assert run("--type", "feat", "-m", "x")[2].startswith("gitpact: error: nothing is staged\n")


def test_a_message_with_errors_is_no_commit(staged: Repo, run: Run) -> None:
    code, said, _ = run("--type", "feat", "-m", "add x.", "-s")
    assert (code, stored(staged), "[description-full-stop]" in said) == (1, "chore: start", True)


def test_a_person_is_asked_for_little_and_for_more_on_request(
    staged: Repo, run: Run, types: Callable[..., list[str]]
) -> None:
    asked = types("fea", "api", "add the login page", "")
    code, said, _ = run()
    assert (code, stored(staged)) == (0, f"feat(api): add the login page (#12){SIGNED}")
    assert "   1  feat       something new for users\n" in said
    assert [question.partition(" ")[0] for question in asked] == ["Type", "Scope,", "Description", "Sign"]
    write(staged.path / "api" / "a", "y")
    asked = types("fea", "api", "add x", "m", "why", "y is gone", "13", "y", "")
    assert (run("-a")[0], stored(staged)) == (
        0,
        f"feat(api)!: add x (#13)\n\nwhy\n\nBREAKING CHANGE: y is gone\n{SIGNED.strip()}",
    )
    assert [question.partition(" ")[0] for question in asked[-5:]] == ["Body:", "Breaking", "Issue", "Sign", "Sign"]


def test_what_the_policy_requires_is_asked_for(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    staged.git("branch", "-m", "topic")
    policy = '[message]\nissue = "required"\nbody = "required"\nscope = "forbidden"\n[dco]\nsign-off = "optional"\n'
    write(staged.path / "gitpact.toml", policy)
    asked = types("fix", "x", "why", "7", "")
    assert (run()[0], stored(staged)) == (0, "fix: x (#7)\n\nwhy")
    assert [question.partition(" ")[0] for question in asked] == ["Type", "Description", "Body:", "Issue", "Commit"]


def test_wrong_parts_are_shown_corrected(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    asked = types("fix", "", "add x.", "")
    code, said, _ = run()
    assert (code, stored(staged)) == (0, f"fix: add x (#12){SIGNED}")
    assert "[description-full-stop]" in said
    assert said.index("[description-full-stop]") < said.index("\n  fix: add x (#12)\n")
    assert len(asked) == 4


def test_what_gitpact_cannot_correct_is_asked_again(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    refused = ("fix", "", "add x", "m", "", "", "-", "n")
    asked = types(*refused, "", "", "", "", "", "", "y", "")
    assert (run()[0], stored(staged)) == (0, f"fix: add x{SIGNED}"), "the policy requires the sign-off"
    again = [question.partition(" ")[0] for question in asked[len(refused) :]]
    assert again == ["Type", "Scope,", "Description", "Body:", "Breaking", "Issue", "Sign", "Sign"]


def test_scopes_of_the_policy_are_listed_and_another_is_asked_for_again(
    staged: Repo, run: Run, types: Callable[..., list[str]]
) -> None:
    write(staged.path / "gitpact.toml", '[message]\nscopes = ["api", "web"]\n')
    asked = types("fix", "nope", "api", "add x", "")
    code, said, _ = run()
    assert (code, stored(staged)) == (0, f"fix(api): add x (#12){SIGNED}")
    assert "  api, web\n" in said
    assert "  unknown scope 'nope'; the scopes are: api, web\n" in said
    assert [question.partition(":")[0] for question in asked[1:3]] == ["Scope (- for none)"] * 2


def test_a_description_that_is_too_long_is_asked_for_at_once(
    staged: Repo, run: Run, types: Callable[..., list[str]]
) -> None:
    asked = types("fix", "", "修" * 60, "", "add x", "")
    code, said, _ = run()
    assert (code, stored(staged)) == (0, f"fix: add x (#12){SIGNED}")
    assert "  the description is 25 columns too long\n" in said
    assert [question.partition(" ")[0] for question in asked[2:5]] == ["Description"] * 3


def test_what_is_no_answer_is_no_yes(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    types("fix", "", "add x", "what", "12", "N")
    code, said, _ = run()
    assert (code, stored(staged)) == (1, "chore: start")
    assert said.endswith("nothing was committed; the next gitpact commit offers this message again\n")
    types("", "", "", "m", "", "", "", "nonsense", "y", "Y")
    assert (run()[0], stored(staged)) == (0, f"fix: add x (#12){SIGNED}")


def test_a_type_with_a_mark_and_an_issue_that_is_none(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    asked = types("re", "feat!", "y is gone", "", "drop y", "m", "", "", "x y", "13", "", "")
    code, said, _ = run()
    assert (code, stored(staged)) == (0, f"feat!: drop y (#13)\n\nBREAKING CHANGE: y is gone\n{SIGNED.strip()}")
    assert "  several types begin with the letters that you typed: refactor, revert\n" in said
    assert "  the answer is not an issue reference; write one like #12\n" in said
    assert asked[2].startswith("Breaking change")


def test_the_scope_of_these_files_is_the_default(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    for number in range(3):
        write(staged.path / "api" / "a", f"{number}")
        staged.git("commit", "-q", "-m", f"feat(api): {number}", "-a")
    write(
        staged.path / "gitpact.toml", '[message]\ntypes = ["feat"]\nissue = "forbidden"\n[dco]\nsign-off = "optional"\n'
    )
    write(staged.path / "api" / "a", "new")
    staged.git("add", "api")
    asked = types("feat", "", "x", "m", "", "", "n")
    assert run()[0] == 1, "the person says no at last"
    assert asked[1].endswith(" [api]: ")
    write(staged.path / "gitpact.toml", '[message]\nscope = "forbidden"\n[dco]\nsign-off = "optional"\n')
    types("feat", "x", "e")
    staged.git("config", "core.editor", "sed -i s/x/edited/")
    assert (run()[0], stored(staged)) == (0, "feat: edited (#12)")


def test_the_end_of_input_leaves_no_trace(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    types("fix", "api")
    assert run()[0] == 130
    assert stored(staged) == "chore: start"


def test_a_refused_message_is_where_it_begins(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    actions.install(hooks_directory.find(), hook_script.HOOKS)
    words = ["git", "commit", "-q", "-s", "-m", "Feature!: add login", "-m", "why", "-m", "BREAKING CHANGE: y"]
    assert subprocess.run(words, cwd=staged.path, env=staged.env(), capture_output=True, check=False).returncode == 1
    asked = types("", "", "", "m", "", "", "", "")
    assert (run()[0], stored(staged)) == (0, f"feat!: add login (#12)\n\nwhy\n\nBREAKING CHANGE: y\n{SIGNED.strip()}")
    assert "Body: the reason for the change (- for none) [why]: " in asked
    assert "Breaking change: what no longer works (- for none) [y]: " in asked


def test_a_hook_that_refuses_and_a_git_that_fails(staged: Repo, run: Run) -> None:
    write(staged.hooks / "pre-commit", "#!/bin/sh\nexit 1\n", 0o755)
    assert run("--type", "feat", "-m", "x", "-s")[0] == 1
    (staged.hooks / "pre-commit").unlink()
    assert run("--type", "feat", "-m", "x", "-s", "--", "--no-such-option")[0] == 2


def test_on_a_real_terminal(staged: Repo) -> None:
    leader, follower = opened()
    words = [sys.executable, "-c", COMMAND, "commit"]
    process = subprocess.Popen(
        words, cwd=staged.path, env=staged.env(), stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    os.write(leader, "fix\n\n修复登录\n\n".encode())
    try:
        while os.read(leader, 4096):
            pass
    except OSError:  # Linux says so when the last writer is gone
        pass
    os.close(leader)
    assert (process.wait(), stored(staged)) == (0, f"fix: 修复登录 (#12){SIGNED}")


def test_a_type_and_a_description_are_asked_for_until_there_are_some(
    staged: Repo, run: Run, types: Callable[..., list[str]]
) -> None:
    staged.git("branch", "-m", "12-login")
    asked = types("nonsense", "", "feat", "", "", "add login", "")
    assert run()[0] == 0
    assert [question.partition(" ")[0] for question in asked[:6]] == ["Type"] * 3 + ["Scope,"] + ["Description"] * 2
    assert stored(staged).startswith("feat: add login (#12)")


def test_an_amended_commit_is_where_it_begins(staged: Repo, run: Run, types: Callable[..., list[str]]) -> None:
    staged.git("commit", "-q", "-m", "feat(api)!: add login (#3, #4)", "-m", "why", "-s")
    types("", "", "add the login page", "")
    assert run("--amend")[0] == 0
    assert stored(staged) == f"feat(api)!: add the login page (#3, #4)\n\nwhy{SIGNED}"


@pytest.mark.parametrize(
    ("place", "words", "header"),
    [
        ("end", ("--type", "fix", "--scope", "api", "-m", "close it (#12)"), "fix(api): close it (#12)"),
        ("start", ("--type", "feat", "-m", "#12 add it"), "feat: #12 add it"),
        ("start", ("--type", "feat", "-m", "[#12] add it"), "feat: #12 add it"),
        ("start", ("--type", "feat", "-m", "add it"), "feat: #12 add it"),
    ],
)
def test_a_reference_that_is_there_is_not_added_again(
    staged: Repo, run: Run, place: str, words: tuple[str, ...], header: str
) -> None:
    write(staged.path / "gitpact.toml", f"preset = 'conventional'\n[message]\nissue-place = '{place}'\n")
    assert run(*words)[0] == 0
    assert staged.git("log", "-1", "--format=%s") == header


@pytest.mark.parametrize("changed", [False, True])
def test_the_policy_for_the_files_of_the_commit_counts(staged: Repo, run: Run, *, changed: bool) -> None:
    text = "preset = 'conventional'\n[message]\nissue = 'required'\n[[path]]\nmatch = 'docs/'\n[path.message]\n"
    write(staged.path / "gitpact.toml", f"{text}issue = 'forbidden'\ntypes = ['howto']\n")
    staged.git("commit", "-q", "-m", "feat: all (#1)")
    write(staged.path / "docs" / "a", "x")
    staged.git("add", "docs")
    if changed:
        staged.git("commit", "-q", "--no-verify", "-m", "howto: begin")
        write(staged.path / "docs" / "a", "y")
    staged.git("switch", "-q", "-c", "plain")
    assert run("--type", "howto", "-m", "write it", *(["-a"] if changed else []))[0] == 0
    assert staged.git("log", "-1", "--format=%s") == "howto: write it"
