"""The commands, called as the console script calls them."""

from __future__ import annotations

import io
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry, help_pages
from gitpact.install import make_targets
from gitpact.message.display_width import width
from gitpact.policy.keys import KEYS
from gitpact.report import rulebook
from gitpact.rules import IDS
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repos import Repo

    Run = Callable[..., tuple[int, str, str]]

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"


@pytest.fixture
def run(repo: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a fresh repository; gives exit code, standard output and standard error."""
    assert repo.path.is_dir()

    def call(*args: str, stdin: bytes | None = None) -> tuple[int, str, str]:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = entry.exit_code_of(lambda: app.main(args))
        return code, *capfd.readouterr()

    return call


def test_check_says_ok(run: Run) -> None:
    assert run("check", "-m", f"feat: x\n\n{SIGNED}") == (0, "ok: feat: x\n", "")


def test_check_refuses_and_suggests(run: Run) -> None:
    code, out, _ = run("check", "-m", "feat:x")
    assert code == 1
    assert f"Suggested message:\n    feat: x\n\n    {SIGNED}\n" in out


@pytest.mark.parametrize("args", [("check",), ("check", "-")])
def test_check_reads_standard_input_as_it_stands(run: Run, args: tuple[str, ...]) -> None:
    code, out, _ = run(*args, stdin=b"#12 fix\n")
    assert code == 1
    assert "#12 fix" in out


def test_check_reads_a_file_as_git_would(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.path / "m").write_text(f"# hint\nfeat: x\n\n{SIGNED}\n")
    assert run("check", "m")[0] == 0
    monkeypatch.setenv("GIT_EDITOR", ":")
    assert run("check", "m")[0] == 1


def test_check_with_a_terminal_and_no_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    code, _, err = run("check")
    assert code == 2
    assert err.startswith("gitpact: error: nothing to check\n")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["check", "f", "-m", "x"], "give a FILE or -m TEXT, not both"),
        (["check", "no-such"], "no-such: No such file or directory"),
        (["check", "-m", "x", "--author", "nobody"], "--author 'nobody': expected 'Name <email>'"),
        (["check", "-m", "x", "--author", "<a@b.co>"], "--author '<a@b.co>': expected 'Name <email>'"),
        (["check", "-m", "x", "--select", "type-know"], "--select: unknown rule 'type-know'"),
        (["check", "-m", "x", "--ignore", "zzz"], "--ignore: unknown rule 'zzz'"),
        (["check", "-m", "x", "--select", "push-size"], "push-size: none of the selected rules applies to commits"),
        (
            ["check", "-m", "x", "--select", "dco", "--ignore", "sign-off-required,dco"],
            "dco, sign-off-required,dco: none of the selected rules applies",
        ),
        (
            ["check", "-m", "x", "--select", "refs,file-size"],
            "refs,file-size: none of the selected rules applies to commits",
        ),
        (["polcy"], "no such command: polcy; did you mean policy?"),
        (["policy", "sow"], "no such command: sow; did you mean show?"),
        (["rules", "type-know"], "unknown rule 'type-know'"),
        (["rules", "zzz"], "unknown rule 'zzz'"),
        (["lint", "no-such"], "unknown revision: no-such"),
        (["install", "--hook", "nope"], "--hook nope: gitpact has no such hook"),
    ],
)
def test_wrong_use_is_one_error_and_exit_2(run: Run, args: list[str], error: str) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith(f"gitpact: error: {error}")


@pytest.mark.parametrize(
    "args", [[], ["nope"], ["check", "--nope"], ["check", "--format", "xml"], ["install", "--via", "x"], ["policy"]]
)
def test_wrong_options_are_exit_2(run: Run, args: list[str]) -> None:
    code, _, err = run(*args)
    assert code == 2
    assert "Usage: gitpact" in err


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["check", "--help"], ["policy", "show", "-h"]])
def test_help(run: Run, args: list[str]) -> None:
    code, out, err = run(*args)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: gitpact")


GROUPS = {"policy": ("show", "schema", "validate"), "server": ("install", "clean", "status")}
PAGES = [[], *([name] for name in app.COMMANDS), *([group, name] for group, names in GROUPS.items() for name in names)]


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_help_fits_in_80_columns_with_whole_sentences(
    run: Run, page: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(*page, "-h")
    assert [line for line in out.splitlines() if len(line) > 80] == []
    options, _, commands = out.partition("\nCommands:\n")
    assert [line for line in commands.splitlines() if line.endswith("...")] == []
    assert "list[" not in out
    assert ("--install-completion" in options) is (not page)


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_help_in_chinese_fits_in_80_columns_and_has_no_english_sentence(
    run: Run, page: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GITPACT_LANG", "zh")
    _, out, _ = run(*page, "-h")
    assert out.startswith("用法：gitpact")
    assert [line for line in out.splitlines() if width(line) > 80] == []
    words = out.partition("\n")[2]
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", words), "three English words in a row"
    assert "--help" in out


WRONG_USE = {
    "an option": (["lint", "--nope-at-all"], "no such option: --nope-at-all", "没有这个选项：--nope-at-all"),
    "a misspelt option": (
        ["lint", "--titel"],
        "no such option: --titel; did you mean",
        "没有这个选项：--titel；是不是",
    ),
    "a command": (["nope"], "no such command: nope", "没有这个命令：nope"),
    "a choice": (
        ["check", "--format", "xml"],
        "--format: 'xml' is not one of 'text'",
        "--format：'xml' 不是可用的值；可用的值：",
    ),
    "a range": (["size", "--top", "-1"], "--top: -1 is not in the range", "--top：-1 不在范围"),
    "a number": (["size", "--top", "x"], "--top: 'x' is not a whole number", "--top：'x' 不是整数"),
    "a missing value": (["check", "--author"], "--author needs a value", "--author 需要一个值"),
    "a value too many": (["lint", "--all=x"], "--all takes no value", "--all 不接受值"),
    "an argument too many": (["rules", "a", "b"], "unexpected argument: b", "多余的参数：b"),
    "what has no words of ours": (["check", "--select"], "--select needs a value", "--select 需要一个值"),
    "a missing argument": (["server", "status"], "PATH is missing", "缺少 PATH"),
}


@pytest.mark.parametrize(("args", "english", "chinese"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_reads_like_any_error(
    run: Run, args: list[str], english: str, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith(f"gitpact: error: {english}")
    assert "gitpact: hint: Usage: gitpact " in err
    monkeypatch.setenv("GITPACT_LANG", "zh")
    err = run(*args)[2]
    assert err.startswith(f"gitpact: 错误：{chinese}")
    assert "gitpact: 提示：用法：gitpact " in err


def test_wrong_use_that_has_no_words_of_ours_keeps_its_own() -> None:
    class OtherError(Exception):
        def format_message(self) -> str:
            return "Something else."

    error = help_pages.wrong_use(OtherError(), ["lint"])
    assert str(error) == "something else."
    assert error.hint == "Usage: gitpact lint [OPTIONS] …; more: gitpact lint -h"


def test_version_option_among_others(run: Run) -> None:
    assert run("--version", "check")[1].startswith("gitpact ")


def test_select_and_ignore(run: Run) -> None:
    assert run("check", "-m", "FEAT: x.", "--select", "message", "--ignore", "type-case,description-full-stop")[0] == 0
    assert run("check", "-m", "FEAT: x.", "--select", "type-case")[0] == 1


def test_author_of_the_option(run: Run) -> None:
    code, out, _ = run("check", "-m", f"feat: x\n\n{SIGNED}", "--author", "Bob <b@x.org>")
    assert code == 1
    assert "the commit is by Bob <b@x.org>" in out


def test_check_outside_of_a_repository(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = repo.path.parent / "plain"
    folder.mkdir()
    (folder / "gitpact.toml").write_text('preset = "conventional"')
    monkeypatch.chdir(folder)
    assert run("check", "-m", "feat: x")[0] == 0


def test_json_of_a_check(run: Run) -> None:
    code, out, _ = run("check", "-m", "feat: x", "--format", "json")
    assert code == 1
    assert json.loads(out)["findings"][0]["rule"] == "sign-off-required"


def test_colour_on_demand(run: Run) -> None:
    assert "\x1b[" in run("check", "-m", "bad", "--color", "always")[1]
    assert "\x1b[" not in run("check", "-m", "bad", "--color", "auto")[1]


def test_lint_of_unpushed_commits_and_of_a_range(run: Run, repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: one")
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feature: two")
    code, out, _ = run("lint")
    assert code == 1
    assert out.endswith("checked 2 of 2 commits; errors: 1, warnings: 0\n")
    assert run("lint", "HEAD~1")[0] == 0
    assert run("lint", "HEAD..HEAD")[:2] == (0, "there are no commits in HEAD..HEAD\n")
    code, out, _ = run("lint", "HEAD~1..HEAD", "--format", "json")
    assert json.loads(out)["findings"][0]["commit"] == repo.git("rev-parse", "HEAD")


def test_rules_are_listed_with_their_severity(run: Run, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text('[rules]\ntype-case = "off"')
    code, out, _ = run("rules")
    assert code == 0
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert listed == list(IDS)
    assert "  type-case              off      " in out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", IDS)
def test_every_rule_is_explained(run: Run, rule: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITPACT_LANG", language)
    code, out, _ = run("rules", rule)
    words = rulebook.load(language)[rule]
    assert code == 0
    assert out.startswith(rule)
    assert words["what"] in out
    assert words["why"] in out
    assert out.endswith(f'    [rules] {rule} = "error" | "warning" | "off"\n')


def test_a_rule_of_the_policys_own_is_explained(run: Run, repo: Repo) -> None:
    text = "[[pattern]]\nname = 'own'\nwhere = 'body'\nforbid = 'x'\n"
    (repo.path / "gitpact.toml").write_text(text)
    assert run("rules", "pattern/own")[1].startswith("pattern/own (error)\nThe body must not match the pattern x.\n\n")
    (repo.path / "gitpact.toml").write_text(text + "say = 'write y'\n")
    code, out, _ = run("rules", "pattern/own")
    assert code == 0
    assert out.startswith("pattern/own (error)\nwrite y\n\nThe body must not match the pattern x.\n\n")
    assert '[rules] "pattern/own" = "error" | "warning" | "off"' in out
    assert '"family": "pattern"' in run("rules", "pattern/own", "--format", "json")[1]
    assert run("rules", "pattern/owm")[0] == 2


def test_policy_shows_every_key_and_its_source(run: Run, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text('[message]\ntype-aliases = { "a b" = "feat" }')
    code, out, _ = run("policy", "show")
    assert code == 0
    assert out.startswith("# the policy that is used here: gitpact.toml\n")
    data = tomllib.loads(out)
    assert data["message"]["type-aliases"] == {"a b": "feat"}
    assert {key.path for key in KEYS} == {
        *("preset", "presets"),  # a policy has one of the two
        *(f"{table}.{name}" for table in data for name in _names(data[table]) if table != "rules"),
    }
    code, out, _ = run("policy", "show", "--origin", "--format", "json")
    origins = json.loads(out)["origins"]
    assert (code, origins["message.type-aliases"]) == (0, "gitpact.toml")
    assert origins["message.types"] == "preset standard"


def _names(table: object) -> list[str]:
    return list(table) if isinstance(table, dict) else []


def test_status_names_who_else_keeps_hooks(run: Run, repo: Repo) -> None:
    write(repo.hooks / "pre-push", "#!/bin/sh\n[ $SKIP_SIMPLE_GIT_HOOKS ] || exit 0\n", 0o755)
    assert run("install", "--via", "files", "--hook", "commit-msg")[0] == 0
    (repo.hooks / "commit-msg").rename(repo.hooks / "commit-msg.legacy")
    write(repo.hooks / "commit-msg", "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n", 0o755)
    said = run("status")[1]
    assert "commit-msg: live, run by pre-commit (" in said
    assert "pre-push: a hook of simple-git-hooks: gitpact does not check any push (" in said


def test_install_where_there_is_no_repository(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("install")
    assert (code, out) == (2, "")
    assert err.startswith("gitpact: error: ")


def test_policy_validate(run: Run, repo: Repo) -> None:
    assert run("policy", "validate") == (0, "ok: built-in preset, preset standard\n", "")
    (repo.path / "gitpact.toml").write_text("x = 1")
    code, _, err = run("policy", "validate")
    assert code == 2
    assert err.startswith("gitpact: error: gitpact.toml:1: x: unknown key")


def test_a_policy_beside_the_one_in_force_is_named(run: Run, repo: Repo) -> None:
    write(repo.path / "gitpact.toml", "")
    write(repo.path / "pyproject.toml", "[tool.gitpact]\n")
    for words in (("policy", "show"), ("policy", "validate"), ("status",)):
        assert "gitpact does not read the policy in pyproject.toml" in run(*words)[1]


def test_policy_validate_of_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    assert run("policy", "validate", str(file))[2].startswith(f"gitpact: error: {file}: cannot be read: No such file")
    file.write_bytes(b"# caf\xe9\n")
    assert run("policy", "validate", str(file))[2].startswith(f"gitpact: error: {file}: not UTF-8 text: ")


def test_policy_validate_refuses_what_the_server_would(run: Run, repo: Repo) -> None:
    write(repo.path / "gitpact.toml", '[server]\nlog = "log.jsonl"\n')
    code, out, err = run("policy", "validate")
    assert (code, out) == (2, "")
    assert err.startswith("gitpact: error: gitpact.toml: server.log = 'log.jsonl' is not an absolute path\n")
    write(repo.path / "gitpact.toml", '[server]\nlog = "/var/log/gitpact.jsonl"\n')
    assert run("policy", "validate")[0] == 0


def test_a_backslash_in_double_quotes_has_its_own_hint(run: Run, repo: Repo) -> None:
    write(repo.path / "gitpact.toml", '[message]\nissue-pattern = "PROJ-\\d+"\n')
    code, _, err = run("policy", "validate")
    assert code == 2
    assert "issue-pattern = 'PROJ-\\d+'" in err
    write(repo.path / "gitpact.toml", "[message]\nissue-pattern = 'PROJ-\\d+'\n")
    assert run("policy", "validate")[0] == 0, "the hint helps"


def test_policy_schema_is_json(run: Run) -> None:
    assert json.loads(run("policy", "schema")[1])["title"] == "gitpact.toml"


def test_a_pipe_gets_utf8_whatever_the_locale(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert "feat：x" in run("check", "-m", "feat：x")[1]


def test_makefile_prints_the_include(run: Run) -> None:
    assert run("makefile", "--source", "gitpact==1.0") == (
        0,
        make_targets.INCLUDE.replace("GITPACT_PACKAGE ?= gitpact\n", "GITPACT_PACKAGE ?= gitpact==1.0\n"),
        "",
    )
    _, local, warned = run("makefile")
    assert (
        f"warning: {Path(__file__).parents[2]} exists on this machine only; to share it with everybody: gitpact makefile"
        in warned
    )
    assert f"GITPACT_PACKAGE ?= {Path(__file__).parents[2]}\n# That folder is on one machine only" in local
    quoted = run("makefile", "--source", "git+https://x.org/a@v1#$")[1]
    assert "GITPACT_PACKAGE ?= 'git+https://x.org/a@v1\\#$$'\n" in quoted
    assert run("makefile", "--source", "no-such")[0] == 2


def test_an_interrupt_leaves_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gitpact.cli.check._read", stop)
    assert run("check", "-m", "x")[0] == 130


def test_another_folder(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path.parent)
    write(repo.path / "sub" / "x", "")
    assert str(repo.hooks) in run("-C", str(repo.path / "sub"), "status")[1]
    monkeypatch.chdir(repo.path.parent)
    code, _, said = run("-C", "no-such", "status")
    assert (code, said) == (
        2,
        "gitpact: error: -C no-such: No such file or directory\ngitpact: hint: give the path of a folder that is inside a repository\n",
    )


def test_another_policy_file(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--config FILE` and GITPACT_CONFIG come before the project's own file, whatever is kept of that."""
    monkeypatch.setenv("GITPACT_CONFIG", "")
    write(repo.path / "gitpact.toml", "")
    other = write(repo.path / "other" / "strict.toml", '[message]\ntypes = ["only"]\n')
    write(repo.path / "other" / "pyproject.toml", '[tool.gitpact.message]\ntypes = ["py"]\n')
    words = ("check", "--ignore", "dco", "-m", "only: x")
    repo.age()
    for _ in range(2):
        assert run(*words)[0] == 1
        assert run("--config", "other/strict.toml", *words)[0] == 0
        assert run("-C", "other", "--config", "other/strict.toml", *words)[0] == 0
        monkeypatch.chdir(repo.path)
        monkeypatch.setenv("GITPACT_CONFIG", "")
        assert run("--config", "other/pyproject.toml", "check", "--ignore", "dco", "-m", "py: x")[0] == 0
        monkeypatch.setenv("GITPACT_CONFIG", "")
    monkeypatch.setenv("GITPACT_CONFIG", str(other))
    assert str(other) in run("policy", "show")[1]
    repo.git("commit", "-q", "--allow-empty", "-m", "only: x")
    assert run("lint", "--ignore", "dco", "HEAD")[0] == 0
    for path, said in (("no-such", "no such policy file"), ("pyproject.toml", "has no table [tool.gitpact]")):
        write(repo.path / "pyproject.toml", "[project]\n")
        code, _, err = run("--config", path, *words)
        assert (code, said in err) == (2, True)


def test_help_is_a_command_too(run: Run) -> None:
    assert run("help", "server", "install") == run("server", "install", "--help")
    assert run("help")[1] == run("--help")[1]


def test_a_rule_of_a_private_file_is_not_for_the_project_to_switch(
    repo: Repo, capfd: pytest.CaptureFixture[str]
) -> None:
    private = write(
        repo.path.parent / "list.toml", "[[pattern]]\nname = 'customers'\nwhere = 'body'\nforbid = 'acme'\n"
    )
    write(repo.path / "gitpact.toml", "[[pattern]]\nname = 'own'\nwhere = 'body'\nforbid = 'x'\n")
    repo.git("config", "gitpact.patterns", str(private))
    for name, switch in (("customers", False), ("own", True)):
        assert app.main(["rules", f"pattern/{name}"]) == 0
        out = capfd.readouterr().out
        assert f"pattern/{name}" in out
        assert ("[rules]" in out) == switch
