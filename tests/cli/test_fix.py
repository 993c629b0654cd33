"""`gitpact fix` as a person calls it: plan, apply, edit, sign off, undo, and where it refuses."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry
from gitpact.policy import parsing
from gitpact.repair import message_fixes
from gitpact.report import fix_text, i18n
from gitpact.report.style import Style
from tests.support.repos import Repo, bare, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, list[str], str]]

NOTHING = "nothing to fix in the commits that are only on your branch; for other commits: gitpact fix A..B"
CORRECTED = ["messages corrected: 1; commits rewritten: 2; files, authors and dates are unchanged"]


@pytest.fixture
def run(repo: Repo, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `gitpact fix`, in a project that asks for no sign-off; gives exit code, lines of output, and errors."""
    write(repo.path / "gitpact.toml", '[dco]\nsign-off = "optional"\n')

    def call(*args: str) -> tuple[int, list[str], str]:
        code = entry.exit_code_of(lambda: app.main(["fix", *args]))
        out, err = capfd.readouterr()
        return code, out.splitlines(), err

    return call


def commit(repo: Repo, *messages: str) -> None:
    for text in messages:
        repo.git("commit", "-q", "--allow-empty", "-m", text)


def subjects(repo: Repo) -> list[str]:
    return repo.git("log", "--format=%s", "--reverse").splitlines()


def editor(repo: Repo, script: str) -> None:
    """Let git's editor be a script, which gets the file as its last argument."""
    repo.git(
        "config",
        "core.editor",
        str(write(repo.path.parent / "an editor" / "ed", f"#!/bin/sh\n{script}\n", 0o755)).replace(" ", "\\ "),
    )


def test_a_plan_writes_nothing_and_names_the_command(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one.", "fix: two")
    before = repo.git("for-each-ref")
    code, lines, _ = run()
    assert code == 1
    assert [line.strip() for line in lines if line.startswith("  ")] == [
        "- Feature: one.",
        "+ feat: one",
        f"correct the messages: {lines[-1].split(': ', 1)[1]}",
    ]
    assert (
        lines[-2] == "messages that gitpact can correct: 1; messages that you have to edit: 0; nothing has changed yet"
    )
    assert lines[-1].endswith("gitpact fix --apply")
    assert repo.git("for-each-ref") == before


def test_applied_and_undone(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one.", "fix: two")
    old = repo.git("rev-parse", "HEAD")
    code, lines, _ = run("--apply")
    new = repo.git("rev-parse", "HEAD")
    assert code == 0
    assert lines[-3:-1] == [*CORRECTED, f"  main: {old[:12]} -> {new[:12]}"]
    assert lines[-1].endswith("gitpact fix --undo")
    assert subjects(repo) == ["feat: start", "feat: one", "fix: two"]
    assert run() == (0, [NOTHING], "")
    code, lines, _ = run("--undo")
    assert (code, lines) == (
        0,
        ["the refs are as they were before the last gitpact fix", f"  main: {new[:12]} -> {old[:12]}"],
    )
    assert repo.git("rev-parse", "HEAD") == old


@pytest.mark.parametrize("words", [("--apply",), ("HEAD",), ("--edit",), ("--for", "x")])
def test_the_undo_is_alone(run: Run, words: tuple[str, ...]) -> None:
    hint = "gitpact: hint: run: gitpact fix --undo\n"
    assert run("--undo", *words) == (2, [], f"gitpact: error: --undo cannot be combined with other arguments\n{hint}")


def test_one_commit_and_a_range(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one", "Feature: two", "Feature: three")
    assert run("HEAD~1", "--apply")[0] == 0
    assert subjects(repo) == ["feat: start", "Feature: one", "feat: two", "Feature: three"]
    assert run("HEAD~2..HEAD", "--apply")[0] == 0
    assert subjects(repo) == ["feat: start", "Feature: one", "feat: two", "feat: three"]
    code, _, err = run("no-such")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: unknown revision: no-such")


def test_the_issue_is_in_the_name_of_the_branch(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", '[message]\nissue = "required"\n[dco]\nsign-off = "optional"\n')
    repo.git("switch", "-q", "-c", "feat/12-login")
    commit(repo, "feat: one", "fix: two (#7)")
    assert run("--apply")[0] == 0
    assert subjects(repo) == ["feat: one (#12)", "fix: two (#7)"]
    repo.git("switch", "-q", "--detach")
    commit(repo, "feat: three")
    assert "  gitpact cannot correct this message; edit it yourself" in run()[1]


def test_what_only_a_person_can_write(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "?", "Feature: one")
    code, lines, _ = run()
    assert "  gitpact cannot correct this message; edit it yourself" in lines
    assert lines[-1].endswith("gitpact fix --edit")
    assert code == 1
    code, lines, _ = run("--apply")
    assert (code, subjects(repo)) == (1, ["feat: start", "?", "feat: one"])
    assert any(line.startswith("  to edit the messages that still have errors (1): ") for line in lines)


def test_edited_until_it_passes(repo: Repo, run: Run, sandbox: Path) -> None:
    """The first try still has an error; the file that is opened again says which."""
    commit(repo, "feat: start", "?\n\n#12 begins a line", "Feature: one", "fix: two")
    editor(
        repo,
        f"""cat "$1" >>{sandbox}/seen
if [ -e {sandbox}/again ]; then sed -i 's/^?? *$/fix: what was meant/' "$1"
else touch {sandbox}/again; sed -i 's/^?$/??/' "$1"; fi""",
    )
    code, lines, _ = run("--edit")
    assert code == 0, lines
    assert subjects(repo) == ["feat: start", "fix: what was meant", "feat: one", "fix: two"]
    assert repo.git("log", "-1", "--format=%b", "HEAD~2").strip() == "#12 begins a line"
    seen = (sandbox / "seen").read_text()
    assert seen.count("; -------- ") == 2
    assert seen.count("error:") >= 2


def test_an_editor_that_changes_nothing_gives_up(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "?")
    editor(repo, "true")
    code, lines, _ = run("--edit")
    assert code == 1
    assert "nothing has changed yet" in lines[-2]
    assert subjects(repo) == ["feat: start", "?"]


@pytest.mark.parametrize("script", [': >"$1"', 'rm "$1"', "true"], ids=["emptied", "deleted", "saved as it was"])
@pytest.mark.parametrize("words", [(), ("HEAD",)])
def test_ways_to_give_up(repo: Repo, run: Run, script: str, words: tuple[str, ...]) -> None:
    """Also of corrections that gitpact would make by itself."""
    commit(repo, "feat: start", "Feature: one")
    before = repo.git("for-each-ref")
    editor(repo, script)
    assert run("--edit", *words)[0] == 1
    assert repo.git("for-each-ref") == before
    assert not (repo.path / ".git/gitpact/COMMIT_EDITMSG").exists()


@pytest.mark.parametrize("message", ["Feature: x\n\n" + "a body of many words " * 9, "?" + "x" * 20_000 + "\n\na body"])
def test_a_message_beyond_a_limit_is_edited_whole(repo: Repo, run: Run, message: str) -> None:
    write(repo.path / "gitpact.toml", "[message]\nmax-bytes = 100\n")
    write(repo.path / "message", message)
    repo.git("commit", "-q", "--allow-empty", "-F", "message")
    editor(repo, """grep -q 'a body' "$1" && sed -i 's/^Feature/feat/; s/^?x*$/feat: x/; s/many.*//' "$1" """)
    assert run("--edit")[0] == 0
    assert "a body" in repo.git("log", "-1", "--format=%b")


def test_an_empty_message_is_written(repo: Repo, run: Run) -> None:
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    editor(repo, """echo 'feat: x' >>"$1" """)
    assert run("--edit")[0] == 0
    assert subjects(repo) == ["feat: x"]


def test_bytes_that_are_no_text_are_shown_as_they_are(repo: Repo, run: Run) -> None:
    (repo.path / "message").write_bytes(b"?\n\ncaf\xe9 here\n")
    repo.git("-c", "i18n.commitEncoding=", "commit", "-q", "--allow-empty", "-F", "message")
    editor(repo, """LC_ALL=C sed -i 's/^?$/feat: x/; s/caf. here/café here/' "$1" """)
    assert run("--edit")[0] == 0
    assert repo.git("log", "-1", "--format=%B").strip() == "feat: x\n\ncafé here"


def test_an_encoding_that_gitpact_does_not_know_is_named(repo: Repo, run: Run) -> None:
    repo.git("-c", "i18n.commitEncoding=klingon", "commit", "-q", "--allow-empty", "-m", "?")
    code, lines, _ = run("--edit")
    assert code == 1
    assert any("does not know the encoding klingon" in line for line in lines)


def test_bytes_that_are_no_text_are_left(repo: Repo, run: Run) -> None:
    (repo.path / "message").write_bytes(b"?\n\ncaf\xe9\n")
    repo.git("-c", "i18n.commitEncoding=", "commit", "-q", "--allow-empty", "-F", "message")
    editor(repo, """sed -i 's/^?$/feat: x/' "$1" """)
    before = repo.git("for-each-ref")
    assert run("--edit")[0] == 1
    assert repo.git("for-each-ref") == before


def test_an_encoding_stays_in_each_round(repo: Repo, run: Run, sandbox: Path) -> None:
    """The first try has characters that it has not; the second is right."""
    (repo.path / "message").write_bytes("? 中文\n".encode("gbk"))
    repo.git("-c", "i18n.commitEncoding=GBK", "commit", "-q", "--allow-empty", "-F", "message")
    editor(
        repo,
        f"""cat "$1" >>{sandbox}/seen; if grep -q '^?' "$1"; then sed -i 's/^? /feat: 🐛 /' "$1"
else sed -i 's/^feat: [^ ]* /feat: /' "$1"; fi""",
    )
    assert run("--edit")[0] == 0
    assert repo.git_bytes("cat-file", "commit", "HEAD").endswith(b"encoding GBK\n\nfeat: " + "中文\n".encode("gbk"))
    assert (
        "the encoding GBK of this commit cannot represent all characters of the message; use other characters"
        in (sandbox / "seen").read_text()
    )


@pytest.mark.parametrize("name", ["UTF-16", "cp500", "utf-7", "undefined", "EUC-TW"])
def test_a_commit_in_an_encoding_that_git_cannot_read(repo: Repo, run: Run, name: str) -> None:
    commit(repo, "Feature: one")
    repo.git("-c", f"i18n.commitEncoding={name}", "commit", "-q", "--allow-empty", "-m", "feat: two")
    assert run("HEAD~1", "--apply")[0] == 0
    assert repo.git("fsck", "--no-dangling") == ""
    assert b"\ncommitter Ann Lee <ann@example.org> " in repo.git_bytes("cat-file", "commit", "HEAD")


def test_notes_of_ones_own_stay(repo: Repo, run: Run) -> None:
    commit(repo, "Feature: one")
    for ref in ("gitpact", "x/y", "commits"):
        repo.git("notes", f"--ref={ref}", "add", "-m", ref)
    repo.git("config", "notes.rewriteRef", "refs/notes/*")
    assert run("--apply")[0] == 0
    for ref in ("gitpact", "x/y", "commits"):
        assert repo.git("notes", f"--ref={ref}", "show", "HEAD") == ref


@pytest.mark.usefixtures("each_git")
def test_notes_that_were_added_since_stay_and_the_rest_is_undone(repo: Repo, run: Run) -> None:
    commit(repo, "Feature: one")
    repo.git("notes", "add", "-m", "n")
    repo.git("config", "notes.rewriteRef", "refs/notes/commits")
    before = repo.git("rev-parse", "HEAD")
    run("--apply")
    repo.git("notes", "append", "-m", "more")
    now = repo.git("rev-parse", "refs/notes/commits")
    code, lines, _ = run("--undo")
    assert (code, lines[-1]) == (
        0,
        "  you have added notes since the commits were rewritten, so this notes ref was not restored: refs/notes/commits",
    )
    assert (repo.git("rev-parse", "HEAD"), repo.git("rev-parse", "refs/notes/commits")) == (before, now)


def test_a_tag_of_a_tag_is_refused(repo: Repo, run: Run) -> None:
    commit(repo, "Feature: one")
    repo.git("tag", "-a", "-m", "x", "a")
    repo.git("tag", "-a", "-m", "y", "tt", "a")
    code, _, err = run("--apply")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: tt is a tag of a tag, which gitpact cannot rewrite")
    assert subjects(repo) == ["Feature: one"]


@pytest.mark.parametrize("words", ["HEAD^!", "HEAD^-", ":/Feature"])
def test_one_commit_in_every_way(repo: Repo, run: Run, words: str) -> None:
    commit(repo, "feat: start", "Feature: one")
    assert run(words, "--apply")[0] == 0
    assert subjects(repo) == ["feat: start", "feat: one"]
    code, _, err = run("HEAD~1..no-such")
    assert (code, "unknown revision" in err) == (2, True)


def test_a_commit_that_is_not_here(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one", "Feature: two")
    oid = repo.git("rev-parse", "HEAD~1")
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    code, _, err = run("--apply")
    assert (code, oid in err) == (2, True)


def test_closed_streams(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "Feature: one")
    monkeypatch.setattr(sys, "stdin", None)
    assert run()[0] == 1
    assert run("--sign-off")[0] == 2


def test_in_the_git_directory(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "Feature: one")
    monkeypatch.chdir(repo.path / ".git")
    code, _, err = run("--apply")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: the current folder is not in a git work tree")


def test_what_cannot_be_written_is_said_before_a_person_writes(repo: Repo, run: Run) -> None:
    commit(repo, "?")
    write(repo.path / ".git/MERGE_HEAD", repo.git("rev-parse", "HEAD"))
    editor(repo, "touch edited")
    code, _, err = run("--edit")
    assert (code, "in progress here" in err) == (2, True)
    assert not (repo.path / "edited").exists()


def test_a_message_that_is_deleted_stays(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "?", "??")
    editor(repo, """sed -i '/^?$/d; s/^??$/fix: x/' "$1" """)
    code, _, _ = run("--edit")
    assert (code, subjects(repo)) == (1, ["feat: start", "?", "fix: x"])


def test_a_good_message_is_edited_too(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "feat: one")
    editor(repo, """sed -i 's/^feat: one$/feat: other/' "$1" """)
    assert run("HEAD", "--edit")[0] == 0
    assert subjects(repo) == ["feat: start", "feat: other"]
    assert run("HEAD") == (0, ["nothing to fix in these commits"], "")


def test_an_editor_that_fails_changes_nothing_and_keeps_the_text(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "?")
    editor(repo, 'echo more >>"$1"; exit 3')
    code, _, err = run("--edit")
    kept = repo.path / ".git/gitpact/COMMIT_EDITMSG"
    assert code == 2
    assert err.splitlines()[0].endswith(f"failed; nothing was changed, and what you wrote is in {kept}")
    assert kept.read_text().endswith("?\nmore\n")
    assert subjects(repo) == ["feat: start", "?"]


class Terminal(io.StringIO):
    """Standard input at which a person types."""

    def isatty(self) -> bool:
        """It is a terminal."""
        return True


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_a_person_is_asked(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    commit(repo, "feat: start", "Feature: one")
    types(monkeypatch, typed)
    got, _, err = run()
    assert (got, err) == (code, "Rewrite the commits to use these messages? (e: edit the messages first) [y/N/e] ")
    assert subjects(repo)[1] == ("Feature: one" if code else "feat: one")


def test_a_person_edits_first(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: start", "Feature: one")
    editor(repo, """sed -i 's/^feat: one$/feat: mine/' "$1" """)
    types(monkeypatch, "e\ny\n")
    assert run()[0] == 0
    assert subjects(repo) == ["feat: start", "feat: mine"]


def test_a_person_who_changes_nothing_is_asked_again(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: start", "Feature: one")
    editor(repo, "true")
    types(monkeypatch, "e\ny\n")
    assert run()[0] == 0
    assert subjects(repo) == ["feat: start", "feat: one"]


def test_a_sign_off_for_ones_own_commits_and_no_other(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: mine\n\nWords.")
    repo.git("commit", "-q", "--allow-empty", "--author", "Bob <bob@x.org>", "-m", "feat: his")
    code, lines, err = run("--sign-off")
    assert (code, lines[2]) == (2, "Developer Certificate of Origin")
    assert err.endswith("gitpact: hint: if you agree to the DCO: gitpact fix --sign-off --yes\n")
    assert run("--sign-off", "--yes", "--apply")[0] == 0
    signed = "Signed-off-by: Ann Lee <ann@example.org>"
    wanted = [f"feat: start\n\n{signed}\n", f"feat: mine\n\nWords.\n\n{signed}\n", "feat: his\n"]
    assert repo.git("log", "-z", "--format=%B", "--reverse").split("\0")[:-1] == wanted


@pytest.mark.parametrize(
    "line",
    [
        "Signed-off-by: Bob <bob@x.org>",
        "Signed-off-by: Ann Lee",
        "  Signed-off-by: Ann Lee <ann@example.org>",
        "Refs: 1",
    ],
)
def test_a_sign_off_beside_others_and_in_place_of_a_broken_one(repo: Repo, run: Run, line: str) -> None:
    write(repo.path / "gitpact.toml", '[dco]\nsign-off = "required"\n')
    commit(repo, f"feat: one\n\n{line}")
    assert run("--sign-off", "--yes", "--apply")[0] == 0
    assert entry.exit_code_of(lambda: app.main(["lint", "HEAD"])) == 0


def test_an_edited_message_is_signed_off_too(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start\n\nSigned-off-by: Ann Lee <ann@example.org>", "?")
    editor(repo, """sed -i 's/^?$/feat: x/' "$1" """)
    assert run("--edit", "--sign-off", "--yes")[0] == 0
    assert repo.git("log", "-1", "--format=%B").strip() == "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>"


def test_the_printed_command_has_the_same_options(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "feat: one")
    lines = run("--sign-off", "--yes", "--drop-signatures", "HEAD~1..HEAD")[1]
    assert lines[-1].endswith("gitpact fix --sign-off --yes --drop-signatures 'HEAD~1..HEAD' --apply")


@pytest.mark.parametrize("answer", ["y", "n"])
def test_who_agrees_is_asked_once(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    commit(repo, "feat: start")
    types(monkeypatch, f"{answer}\ny\n")
    code, lines, err = run("--sign-off")
    assert "Developer Certificate of Origin" in lines
    assert err.startswith(
        "Do you agree to the text above? If you agree, gitpact signs off as Ann Lee <ann@example.org>. [y/N] "
    )
    agreed = repo.git("config", "--default", "", "gitpact.dcoAgreed")
    assert (code, len(agreed)) == ((0, 10) if answer == "y" else (2, 0))
    if answer == "y":
        commit(repo, "feat: more")
        assert "Developer Certificate of Origin" not in run("--sign-off", "--apply")[1]


def test_nobody_signs_off_without_a_name(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: start")
    repo.git("config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    code, _, err = run("--sign-off", "--yes")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: git does not know your name")


REMEDIED = '[dco]\nsign-off = "required"\nremediation = "{}"\n'


@pytest.mark.parametrize("behalf", [(), ("--for", "Bob <bob@x.org>")], ids=["my own", "somebody else's"])
def test_a_remediation_commit_is_one_that_counts(repo: Repo, run: Run, behalf: tuple[str, ...]) -> None:
    write(repo.path / "gitpact.toml", REMEDIED.format("third-party"))
    author = behalf[1] if behalf else "Ann Lee <ann@example.org>"
    for text in ("feat: one", "feat: two"):
        repo.git("commit", "-q", "--allow-empty", "--author", author, "-m", text)
    write(repo.path / "staged", "x")
    repo.git("add", "staged")
    code, lines, _ = run("--remediate", "--yes", *behalf)
    assert (code, lines[0]) == (0, "earlier commits signed off in the message of a new commit: 2")
    assert entry.exit_code_of(lambda: app.main(["lint", "--select", "dco"])) == 0
    assert repo.git("status", "--porcelain", "staged") == "A  staged"
    assert run("--remediate", "--yes", *behalf)[1][-1:] == [
        f"nothing to do: every commit by {author} in this range already has a sign-off"
    ]
    assert run("--undo")[0] == 0
    assert subjects(repo) == ["feat: one", "feat: two"]


@pytest.mark.parametrize(("value", "behalf"), [("none", ""), ("individual", "Bob <bob@x.org>")])
def test_a_remediation_that_would_not_count_is_not_made(repo: Repo, run: Run, value: str, behalf: str) -> None:
    write(repo.path / "gitpact.toml", REMEDIED.format(value))
    commit(repo, "feat: one")
    code, _, err = run("--remediate", "--yes", *(("--for", behalf) if behalf else ()))
    assert (code, f"dco.remediation is '{value}'" in err) == (2, True)
    assert subjects(repo) == ["feat: one"]


def test_a_remediation_in_the_encoding_of_its_text(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", REMEDIED.format("individual"))
    repo.git("config", "user.name", "Zoë")
    commit(repo, "feat: one")
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    assert run("--remediate", "--yes")[0] == 0
    assert entry.exit_code_of(lambda: app.main(["lint", "--select", "dco"])) == 0


def test_a_remediation_of_what_is_elsewhere_is_refused(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", REMEDIED.format("individual"))
    commit(repo, "feat: one")
    repo.git("switch", "-q", "-c", "other")
    commit(repo, "feat: two")
    repo.git("switch", "-q", "main")
    code, _, err = run("--remediate", "--yes", "main..other")
    assert (code, "is not in the history of HEAD" in err) == (2, True)
    code, _, err = run("--for", "Bob <b@x.org>")
    assert (code, err.splitlines()[0]) == (2, "gitpact: error: --for needs --remediate")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope"], "gitpact: error: unknown revision: nope"),
        (["nope..HEAD"], "gitpact: error: unknown revision: nope"),
        (["--edit"], "--remediate cannot be combined with --edit"),
    ],
    ids=["no commit", "no range", "with --edit"],
)
def test_a_remediation_of_nothing_known(repo: Repo, run: Run, words: list[str], said: str) -> None:
    commit(repo, "feat: start")
    code, _, err = run("--remediate", "--yes", *words)
    assert code == 2
    assert said in err
    assert "fatal" not in err


def test_for_whom(repo: Repo, run: Run) -> None:
    commit(repo, "feat: one")
    code, _, err = run("--remediate", "--yes", "--for", "Bob")
    assert (code, err.splitlines()[1]) == (2, "gitpact: hint: write the value of --for as: 'NAME <EMAIL>'")


@pytest.fixture
def published(repo: Repo, sandbox: Path) -> Repo:
    """The server of a clone whose branch topic is pushed, with a commit to fix."""
    server = bare(sandbox / "there.git")
    repo.git("remote", "add", "origin", str(server.path))
    commit(repo, "feat: start")
    repo.git("push", "-q", "origin", "main")
    repo.git("switch", "-q", "-c", "topic")
    commit(repo, "Feature: one")
    repo.git("push", "-q", "-u", "origin", "topic")
    return server


def theirs(server: Repo, sandbox: Path, branch: str) -> None:
    """Somebody else pushes a commit to a branch."""
    other = Repo(sandbox / "theirs")
    server.git("clone", "-q", "-b", branch, str(server.path), str(other.path))
    other.git("-c", "user.email=bob@x.org", "commit", "-q", "--allow-empty", "-m", "Feature: bob's")
    other.git("push", "-q", "origin", branch)


@pytest.mark.parametrize("tracking", ["-u", "--no-set-upstream"])
def test_a_published_branch_is_pushed_with_a_lease(repo: Repo, published: Repo, run: Run, tracking: str) -> None:
    if tracking != "-u":
        repo.git("branch", "-q", "--unset-upstream")
    old = repo.git("rev-parse", "HEAD")
    code, lines, _ = run("--apply")
    assert code == 0
    push = f"git push --force-with-lease=topic:{old} origin topic"
    assert lines[-1] == f"  push the branch: {push}"
    repo.git(*push.split()[1:])
    assert published.git("log", "-1", "--format=%s", "topic") == "feat: one"
    assert run("--apply") == (0, [NOTHING], "")


def test_a_branch_that_follows_the_default_one_is_ones_own(repo: Repo, published: Repo, run: Run) -> None:
    """As after `git switch -c topic origin/main` with push.default = current."""
    repo.git("config", "push.default", "current")
    repo.git("branch", "-q", "--set-upstream-to", "origin/main")
    assert run("--apply")[1][-1].endswith(" origin topic")
    assert published.git("log", "-1", "--format=%s", "topic") == "Feature: one"


def test_what_somebody_else_has_pushed_is_fetched_first(repo: Repo, published: Repo, run: Run, sandbox: Path) -> None:
    theirs(published, sandbox, "topic")
    repo.git("fetch", "-q")
    repo.git("-c", "user.email=bob@x.org", "commit", "-q", "--amend", "--allow-empty", "-m", "Feature: mine")
    repo.git("reset", "-q", "--soft", "HEAD@{1}")
    code, _, err = run("HEAD", "--apply")
    assert (code, "is on origin/topic; other people might be using this branch" in err) == (2, True)
    repo.git("config", "user.email", "bob@x.org")
    repo.git("update-ref", "refs/remotes/origin/topic", repo.git("commit-tree", "-p", "HEAD", "-m", "x", "HEAD^{tree}"))
    repo.git("commit", "-q", "--amend", "--allow-empty", "--reset-author", "-m", "Feature: one")
    repo.git("update-ref", "refs/remotes/origin/topic", repo.git("commit-tree", "-p", "HEAD", "-m", "x", "HEAD^{tree}"))
    code, _, err = run("HEAD", "--apply")
    assert (code, err.splitlines()[1]) == (2, "gitpact: hint: get the missing commits first: git pull --rebase")
    commit(repo, "Feature: new")
    code, lines, _ = run("HEAD", "--apply")
    assert (code, any("push" in line for line in lines)) == (0, False)


def test_a_branch_that_others_push_to_is_not_ones_own(repo: Repo, published: Repo, run: Run, sandbox: Path) -> None:
    theirs(published, sandbox, "topic")
    repo.git("pull", "-q", "--ff-only")
    commit(repo, "Feature: mine")
    assert run("--apply")[0] == 0
    assert subjects(repo) == ["feat: start", "Feature: one", "Feature: bob's", "feat: mine"]


def test_a_shared_branch_that_another_one_follows(repo: Repo, published: Repo, run: Run, sandbox: Path) -> None:
    published.git("branch", "develop", "topic")
    theirs(published, sandbox, "develop")
    repo.git("fetch", "-q")
    repo.git("switch", "-q", "-c", "mine", "origin/develop")
    commit(repo, "Feature: mine")
    code, lines, _ = run("--apply")
    assert (code, any("push" in line for line in lines)) == (0, False)
    assert subjects(repo)[-2:] == ["Feature: bob's", "feat: mine"]


@pytest.mark.parametrize(("name", "is_own"), [("trunk", False), ("theme", True)])
def test_a_branch_that_may_be_the_default_one_is_not_ones_own(
    repo: Repo, published: Repo, run: Run, name: str, is_own: bool
) -> None:
    assert published
    repo.git("remote", "set-head", "origin", "--delete")
    repo.git("switch", "-q", "-c", name)
    commit(repo, "Feature: one")
    repo.git("push", "-q", "origin", name)
    assert (run("HEAD", "--apply")[0] == 0) == is_own


def test_a_push_refspec_is_not_in_the_way(repo: Repo, published: Repo, run: Run) -> None:
    assert published
    repo.git("switch", "-q", "-c", "own")
    commit(repo, "Feature: one")
    repo.git("push", "-q", "origin", "own")
    repo.git("config", "remote.origin.push", "refs/heads/*:refs/for/*")
    assert run("--apply")[1][-1].endswith(" origin refs/heads/own:refs/heads/own")


def test_without_a_known_default_branch_nothing_published_changes(repo: Repo, published: Repo, run: Run) -> None:
    assert published
    repo.git("update-ref", "-d", "refs/remotes/origin/main")
    assert run("--apply") == (0, [NOTHING], "")


def test_signatures_are_named(repo: Repo, run: Run) -> None:
    key = repo.path.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    commit(repo, "feat: start")
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
    repo.git(*signing, "commit", "-q", "-S", "--allow-empty", "-m", "Feature: one")
    code, _, err = run("--apply")
    assert (code, "would lose their signatures" in err) == (2, True)
    code, lines, _ = run("--apply", "--drop-signatures")
    assert (code, "  signatures removed, because the signed commits or tags have changed: 1" in lines) == (0, True)


@pytest.mark.parametrize("word", ["fixup! ", "squash! ", "amend! ", "fixup! fixup! "])
def test_a_fixup_follows_the_commit_that_it_names(repo: Repo, run: Run, word: str) -> None:
    messages = (
        "Feature: one.",
        "feat: two",
        f"{word}Feature: one.\n\nWords stay.",
        f"{word}feat: two",
        f"{word}Feature",
    )
    commit(repo, "feat: start", *messages)
    code, lines, _ = run("--apply")
    assert (code, lines.count("these commits have errors that a new message cannot correct:")) == (1, 1)
    assert subjects(repo)[1:] == ["feat: one", "feat: two", f"{word}feat: one", f"{word}feat: two", f"{word}feat: one"]
    assert repo.git("log", "-1", "--format=%b", "HEAD~2").strip() == "Words stay."


def test_the_printed_command_has_the_same_policy(
    repo: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITPACT_CONFIG", "")
    commit(repo, "Feature: one")
    write(repo.path / "other.toml", '[message]\ntypes = ["fix"]\n')
    assert entry.exit_code_of(lambda: app.main(["--config", "other.toml", "fix"])) == 1
    assert f" --config {repo.path / 'other.toml'} fix --edit\n" in capfd.readouterr().out


def test_a_good_message_that_nobody_edits_has_no_fault(repo: Repo, run: Run) -> None:
    commit(repo, "feat: one")
    editor(repo, "true")
    assert "  gitpact cannot correct this message; edit it yourself" not in run("--edit", "HEAD")[1]


def test_a_tag_on_a_remote_stays_there(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one")
    repo.git("tag", "v1")
    assert any("tags moved in this clone only: v1; " in line for line in run("--apply")[1])


def test_who_remediates_agrees_for_that(repo: Repo, run: Run) -> None:
    commit(repo, "feat: one")
    assert "if you agree to the DCO: gitpact fix --remediate --yes" in run("--remediate")[2]
    assert run("--sign-off", "--yes")[0] == 1
    assert repo.git("config", "gitpact.dcoAgreed")


def test_a_fixup_follows_the_commit_that_git_would_take(repo: Repo, run: Run) -> None:
    """By its subject the oldest, by its oid, by the beginning of its subject; of a later one it is no fixup."""
    commit(repo, "feat: start", "fixup! Feature: late", "Feature: same", "feat: mid", "Feature: same", "Feature: late")
    mid, late = repo.git("rev-parse", "--short", "HEAD~2"), repo.git("rev-parse", "--short", "HEAD")
    start = repo.git("rev-parse", "--short", "HEAD~5")
    named = ("Feature: same", mid, late, "Feature: la", start, "abcd")
    commit(repo, *(f"fixup! {name}" for name in named))
    assert run("HEAD~8..HEAD", "--apply")[0] == 1
    assert subjects(repo) == [
        *("feat: start", "fixup! Feature: late", "Feature: same", "feat: mid", "feat: same", "feat: late"),
        *("fixup! Feature: same", "fixup! " + mid, "fixup! feat: late", "fixup! feat: late", f"fixup! {start}"),
        "fixup! abcd",
    ]


def test_another_commit_of_the_same_subject_stays(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature! : x", "Feature! : x")
    assert run("--apply", "HEAD")[0] == 0
    assert subjects(repo) == ["feat: start", "Feature! : x", "feat!: x"]


def test_a_sign_off_for_an_earlier_commit_still_counts(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", '[dco]\nsign-off = "required"\nremediation = "individual"\n')
    commit(repo, "Feature: one")
    assert run("--remediate", "--yes")[0] == 0
    other = f"I, Ann Lee <ann@example.org>, hereby add my Signed-off-by to this commit: {'1' * 40}"
    repo.git(
        "commit",
        "-q",
        "--allow-empty",
        "--amend",
        "-m",
        repo.git("log", "-1", "--format=%B").replace("\n\nI,", f"\n\n{other}\nI,"),
    )
    assert run("--apply")[0] == 0
    assert subjects(repo)[0] == "feat: one"
    assert f"to this commit: {repo.git('rev-parse', 'HEAD~1')}" in repo.git("log", "-1", "--format=%B")
    assert "1" * 40 in repo.git("log", "-1", "--format=%B")
    assert entry.exit_code_of(lambda: app.main(["lint", "HEAD"])) == 0


def test_a_fixup_follows_in_its_encoding_or_not_at_all(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: 功能")
    (repo.path / "message").write_bytes("fixup! Feature: 功能".encode("gbk"))
    repo.git("-c", "i18n.commitEncoding=GBK", "commit", "-q", "--allow-empty", "-F", "message")
    repo.git("-c", "i18n.commitEncoding=klingon", "commit", "-q", "--allow-empty", "-m", "fixup! Feature: 功能")
    assert run("--apply")[0] == 1, "nobody knows the last one's encoding"
    assert subjects(repo)[2:] == ["fixup! feat: 功能", "fixup! Feature: 功能"]


def test_a_replaced_commit_is_named(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: x")
    repo.git("replace", "HEAD", "HEAD~1")
    code, lines, _ = run("--apply")
    assert (code, subjects(repo)) == (0, ["feat: start", "feat: x"])
    assert lines[-3].endswith("that have lost their replacement (from git replace or a graft): 1")


def test_commits_are_signed_again_as_in_a_rebase(repo: Repo, run: Run) -> None:
    key = repo.path.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    allowed = write(repo.path.parent / "allowed", f"ann@example.org {key.with_suffix('.pub').read_text()}")
    settings = ("gpg.format=ssh", f"user.signingKey={key}", f"gpg.ssh.allowedSignersFile={allowed}")
    for key_and_value in (*settings, "commit.gpgSign=true"):
        repo.git("config", *key_and_value.split("=", 1))
    commit(repo, "feat: start", "Feature: one", "fix: two", "???")
    editor(repo, "sed -i 's/^???/fix: three/' \"$1\"")
    assert run("--edit")[0] == 0
    assert subjects(repo) == ["feat: start", "feat: one", "fix: two", "fix: three"]
    assert repo.git("log", "--format=%G?").split() == ["G"] * 4


@pytest.mark.parametrize("width", [0, 60, 160])
def test_now_and_then_fit_the_terminal(repo: Repo, width: int) -> None:
    commit(
        repo,
        "feat: start",
        "Feature: 很长的标题，说明了许多事情\nno empty line here, and a line that is long enough to be broken somewhere",
    )
    fixes = [*message_fixes.fixes(("HEAD",), message_fixes.Judge(parsing.parse("", "x")))]
    lines = [*fix_text.plan_lines(fixes, Style(unicode=True, width=width), i18n.catalog({}))]
    beside = [line for line in lines if "- Feature" in line and "+ feat" in line]
    assert bool(beside) == (width == 160)


def test_a_guess_is_shown_and_not_written(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", '[message]\nscope = "required"\n[dco]\nsign-off = "optional"\n')
    for number, header in enumerate(("feat(api): start", "fix(api): one", "feat: two")):
        write(repo.path / "api" / str(number), header)
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", header)
    guess = "suggested header (based on earlier commits to the same files): feat(api): two"
    assert f"  {guess}" in run()[1]
    assert run("--apply")[0] == 1
    assert subjects(repo)[-1] == "feat: two"
    editor(repo, f'grep -q "# {guess}$" "$1" && sed -i "s/^feat: two/feat(api): two/" "$1"')
    assert run("--edit")[0] == 0
    assert subjects(repo)[-1] == "feat(api): two"


def test_one_commit_is_one_commit(repo: Repo, run: Run) -> None:
    write(repo.path / "gitpact.toml", '[dco]\nremediation = "individual"\n')
    commit(repo, "feat: one", "feat: two")
    assert run("--remediate", "--yes", "HEAD")[1][0] == "earlier commits signed off in the message of a new commit: 1"
    write(repo.path / "gitpact.toml", '[dco]\nsign-off = "optional"\n')
    commit(repo, "Feature: a", "Feature: b", "feat: c")
    assert run("--apply", ":/Feature")[0] == 0
    assert subjects(repo)[-3:] == ["Feature: a", "feat: b", "feat: c"]


def test_a_branch_with_the_name_of_a_tag_is_pushed_by_its_full_name(repo: Repo, published: Repo, run: Run) -> None:
    assert published
    repo.git("tag", "topic")
    assert run("--apply")[1][-1].endswith("origin refs/heads/topic:refs/heads/topic")


def test_signatures_that_are_shown_are_no_strangers(repo: Repo, published: Repo, run: Run) -> None:
    assert published
    repo.git("config", "log.showSignature", "true")
    assert run("--apply")[0] == 0


def test_somebody_without_an_e_mail_is_somebody_else(
    repo: Repo, published: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert published
    with monkeypatch.context() as as_bob:
        as_bob.setenv("GIT_COMMITTER_NAME", "Bob")
        as_bob.setenv("GIT_COMMITTER_EMAIL", "")
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: his")
        repo.git("push", "-q", "origin", "topic")
    assert run("--apply") == (0, [NOTHING], "")


def test_what_was_typed_is_kept_where_it_cannot_be_written(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "???")
    for setting in ("commit.gpgSign=true", "gpg.program=false"):
        repo.git("config", *setting.split("="))
    editor(repo, "sed -i 's/^???/fix: a long story/' \"$1\"")
    code, _, err = run("--edit")
    kept = repo.path / ".git/gitpact/COMMIT_EDITMSG"
    assert (code, "; the new messages are in " in err) == (2, True)
    assert "\nfix: a long story\n" in kept.read_text()
    code, _, err = run("--apply")
    assert "the new messages are in" not in err


def test_a_file_that_is_only_touched_is_not_opened_for_ever(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "???")
    editor(repo, f'echo >> {repo.path.parent}/opened; echo >> "$1"')
    assert run("--edit")[0] == 1
    assert len((repo.path.parent / "opened").read_text().splitlines()) == 1


def test_a_draft_with_errors_stays_in_the_file(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "???")
    editor(repo, "sed -i 's/^???/not yet right/' \"$1\"")
    assert run("--edit")[0] == 1
    assert "\nnot yet right\n" in (repo.path / ".git/gitpact/COMMIT_EDITMSG").read_text()


def test_a_second_fix_before_the_push_names_the_push_too(repo: Repo, published: Repo, run: Run) -> None:
    assert published
    old = repo.git("rev-parse", "refs/remotes/origin/topic")
    assert run("--apply")[0] == 0
    commit(repo, "Feature: more")
    code, lines, _ = run("--apply")
    assert (code, f"--force-with-lease=topic:{old}" in lines[-1]) == (0, True)


def test_what_another_message_does_not_correct_is_named(repo: Repo, run: Run) -> None:
    """A branch with such commits is refused still; whoever asks for a fix hears that here."""
    write(repo.path / "gitpact.toml", '[dco]\nsign-off = "required"\n')
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", "feat: start")
    repo.git("commit", "-q", "--allow-empty", "--author", "Bob <bob@x.org>", "-m", "feat: his")
    code, lines, _ = run()
    assert (code, lines[:2]) == (1, ["these commits have errors that a new message cannot correct:", "  feat: his"])
    assert "the line 'Signed-off-by: Bob <bob@x.org>' is missing" in " ".join(lines)
    commit(repo, "feat: mine", "Feature: mine too")
    code, lines, _ = run("--apply")
    assert code == 1
    assert lines[-1].startswith("  to sign off 2 commits that lack your sign-off: ")
    assert lines[-1].endswith("gitpact fix --sign-off")
    code, lines, _ = run("--sign-off", "--yes", "--apply")
    assert (code, lines[-1].endswith("[sign-off-required]")) == (1, True)
    repo.git("commit", "-q", "--allow-empty", "-s", "--fixup", "HEAD")
    for _ in range(5):
        repo.git("commit", "-q", "--allow-empty", "--author", "Bob <bob@x.org>", "-m", "feat: his")
    lines = run("HEAD~6..HEAD")[1]
    assert (lines.count("  feat: his"), lines[-1]) == (5, "  … and 1 more")


def test_a_person_who_edits_and_then_says_no_keeps_the_text(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repo, "feat: start", "Feature: one.", "Nothing of that kind")
    editor(repo, 'grep -q "^feat: one" "$1" && sed -i "s/^Nothing/fix: own words for nothing/" "$1"')
    types(monkeypatch, "e\nn\n")
    code, lines, _ = run()
    path = repo.path / ".git" / "gitpact" / "COMMIT_EDITMSG"
    assert (code, lines[-1]) == (1, f"  your messages are kept in {path}")
    assert "fix: own words for nothing" in path.read_text()
    assert subjects(repo)[1:] == ["Feature: one.", "Nothing of that kind"]


def test_at_a_terminal_edit_asks_too(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What gitpact corrects itself is not in the editor, so it is shown before it is written."""
    commit(repo, "feat: start", "Feature: one.", "Nothing of that kind")
    editor(repo, 'sed -i "s/^Nothing/fix: nothing/" "$1"')
    types(monkeypatch, "n\n")
    assert run("--edit")[0] == 1
    assert subjects(repo)[1:] == ["Feature: one.", "Nothing of that kind"]
    types(monkeypatch, "y\n")
    assert run("--edit")[0] == 0
    assert subjects(repo)[1:] == ["feat: one", "fix: nothing of that kind"]


def test_the_command_for_the_rest_keeps_its_options(repo: Repo, run: Run) -> None:
    commit(repo, "feat: start", "Feature: one.", "Nothing of that kind")
    lines = run("--sign-off", "--yes", "--apply")[1]
    assert any(line.endswith("gitpact fix --sign-off --yes --edit") for line in lines)


def test_what_an_earlier_edit_has_kept_is_not_overwritten(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repo, "feat: start", "Nothing of that kind")
    editor(repo, 'sed -i "s/^Nothing/fix: own words/" "$1"')
    types(monkeypatch, "n\n")
    run("--edit")
    editor(repo, "true")
    assert run("--edit")[0] == 1
    old = repo.path / ".git" / "gitpact" / "COMMIT_EDITMSG.old"
    assert "fix: own words" in old.read_text()
