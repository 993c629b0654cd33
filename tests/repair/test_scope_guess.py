"""A scope that is missing is guessed from the history of the files, and only shown."""

from __future__ import annotations

import pytest

from gitpact.cli.hooks import commit_msg
from gitpact.errors import GitpactError
from gitpact.policy import parsing
from gitpact.repair import message_fixes, scope_guess
from tests.support.repos import Repo, write

POLICY = '[message]\nscope = "required"\n[dco]\nsign-off = "optional"\n'


def commit(repo: Repo, header: str, *paths: str) -> str:
    for path in paths:
        file = repo.path / path
        write(file, f"{file.read_text() if file.exists() else ''}{header}\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "--allow-empty", "-m", header)
    return repo.git("rev-parse", "HEAD")


def guess(repo: Repo, header: str, *paths: str, more: str = "") -> str:
    oid = commit(repo, header, *paths)
    policy = parsing.parse(POLICY.replace("[dco]", f"{more}[dco]"), "gitpact.toml")
    return scope_guess.of_commits([oid], policy).get(oid, "")


@pytest.fixture
def used(repo: Repo) -> Repo:
    """A history in which two folders have a scope each, and one has several."""
    for number in range(3):
        commit(repo, f"feat(api): {number}", "services/api/main.go", "services/api/图.go")
        commit(repo, f"fix(web): {number}", "web/app.ts")
        commit(repo, f"fix({'xyz'[number]}): {number}", "shared/all.go")
    commit(repo, "feat(once): x", "once/a")
    commit(repo, "fix: no scope", "web/app.ts")
    return repo


@pytest.mark.parametrize(
    ("paths", "scope"),
    [
        (("services/api/main.go",), "api"),
        (("services/api/new.go",), "api"),
        (("services/new/new.go",), "api"),
        (("services/api/图.go",), "api"),
        (("web/app.ts", "README"), "web"),
        (("web/app.ts", "services/api/main.go"), ""),
        (("shared/all.go",), ""),
        (("once/a",), ""),
        (("new/a",), ""),
        ((), ""),
    ],
)
def test_the_files_decide_where_they_agree(used: Repo, paths: tuple[str, ...], scope: str) -> None:
    assert guess(used, "feat: new", *paths) == scope


def test_a_scope_that_the_policy_does_not_allow_is_no_habit(used: Repo) -> None:
    assert guess(used, "feat: new", "web/app.ts", more='scopes = ["ap*"]\n') == ""
    assert guess(used, "feat: new", "services/api/main.go", more='scopes = ["ap*"]\n') == "api"


def fixed(repo: Repo, header: str, *paths: str) -> message_fixes.Fix:
    commit(repo, header, *paths)
    by = message_fixes.Judge(parsing.parse(POLICY, "gitpact.toml"))
    (fix,) = message_fixes.with_guesses([*message_fixes.fixes(("HEAD^!",), by)], by)
    return fix


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        ("feat!: new (#1)", "feat(web)!: new (#1)"),
        ("feat: new.", ""),
        ("feature: new", ""),
        ("new", ""),
    ],
)
def test_a_guess_is_a_header_that_passes_and_no_text(used: Repo, header: str, guessed: str) -> None:
    fix = fixed(used, header, "web/app.ts")
    assert (fix.text, fix.guess) == ("", guessed)


def test_each_commit_has_its_own_guess_or_none(used: Repo) -> None:
    commit(used, "feat: new", "new/a")
    commit(used, "feat: more", "web/app.ts")
    by = message_fixes.Judge(parsing.parse(POLICY, "gitpact.toml"))
    fixes = message_fixes.with_guesses([*message_fixes.fixes(("HEAD", "^HEAD~2"), by)], by)
    assert [fix.guess for fix in fixes] == ["feat(web): more", ""]


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("feat!: new", "  suggested header (based on earlier commits to the same files): feat(web)!: new\n"),
        ("feat: new.", ""),
        ("feat(web): new.", ""),
        ("new", ""),
    ],
    ids=["nothing else is wrong", "a full stop too", "a scope", "no type"],
)
def test_a_refused_commit_is_told_of_the_guess(
    used: Repo, capfd: pytest.CaptureFixture[str], header: str, shown: str
) -> None:
    write(used.path / "gitpact.toml", POLICY.replace("optional", "required"))
    write(used.path / "web/app.ts", "staged")
    used.git("add", "web")
    write(used.path / "message", f"{header}\n")
    assert commit_msg.run([str(used.path / "message")], used.env()) == 1
    said = capfd.readouterr().err
    assert [line for line in said.splitlines(keepends=True) if "suggested header" in line] == ([shown] if shown else [])


def test_nothing_is_guessed_for_a_first_commit_nor_without_the_history(
    repo: Repo, capfd: pytest.CaptureFixture[str]
) -> None:
    write(repo.path / "gitpact.toml", POLICY)
    write(repo.path / "message", "feat: x\n")
    assert commit_msg.run([str(repo.path / "message")], repo.env()) == 1
    commit(repo, "feat(web): x", "web/app.ts")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    (repo.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert commit_msg.run([str(repo.path / "message")], repo.env()) == 1
    assert "suggested header" not in capfd.readouterr().err


def test_without_the_history_there_is_no_guess(used: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise GitpactError("a tree is missing", "fetch it")

    monkeypatch.setattr(scope_guess, "of_commits", fails)
    assert fixed(used, "feat: new", "web/app.ts").guess == ""
