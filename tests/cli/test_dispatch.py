"""The hot door: judges what git is about to commit, says why it refuses, keeps a message that passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.cli.hooks import dispatch
from gitpact.errors import GitpactError
from gitpact.git import command_line, query
from gitpact.repair import shell
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.repos import Repo

    Judge = Callable[..., tuple[int, str]]

SIGNED = "Signed-off-by: Ann Lee <ann@example.org>"
SUGGESTED = ".git/gitpact/SUGGESTED_MSG"


@pytest.fixture
def judge(repo: Repo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Run the stage on a message as git does; gives exit code and standard error."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setattr(command_line, "words", list)

    def run(text: str | bytes, file: str = "COMMIT_EDITMSG", **changes: str | None) -> tuple[int, str]:
        path = repo.path / ".git" / file
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        environ = repo.env(
            **{"GIT_AUTHOR_NAME": "Ann Lee", "GIT_AUTHOR_EMAIL": "ann@example.org", "GIT_EDITOR": ":", **changes}
        )
        code = dispatch.main(["commit-msg", f".git/{file}"], environ)
        out, err = capfd.readouterr()
        assert not out
        assert path.read_bytes() == (text.encode() if isinstance(text, str) else text), "the message is never touched"
        return code, err

    return run


def test_a_message_that_passes_is_silent(judge: Judge) -> None:
    assert judge(f"feat: x\n\n{SIGNED}\n") == (0, "")


def test_a_refused_message_teaches(judge: Judge, repo: Repo) -> None:
    code, said = judge("feature(api)：add login。\n", LC_ALL="C.UTF-8")
    assert code == 1
    assert said == (
        "gitpact: commit refused (3 errors)\n"
        "\n"
        "    feature(api)：add login。\n"
        "    ^^^^^^^     ^^\n"
        "  1:1   error: unknown type 'feature'; did you mean 'feat'?"
        " (types: feat, fix, docs, style, refactor, test, chore, perf, revert, build, ci) [type-known]\n"
        "  1:13  error: '：' (U+FF1A) only looks like ':'; write the ASCII ':' [header-format]\n"
        "  1:24  error: the line 'Signed-off-by: Ann Lee <ann@example.org>' is missing; to certify the DCO,"
        " this person must sign off with git commit -s [sign-off-required]\n"
        "\n"
        "Suggested message:\n"
        "    feat(api): add login\n"
        "\n"
        "    Signed-off-by: Ann Lee <ann@example.org>\n"
        "\n"
        "gitpact: the policy is the built-in preset 'standard', as this project has no gitpact.toml; it requires headers of the form "
        "'type: description', a sign-off in each commit, files of at most 5 MB\n"
        "gitpact: to change the policy, write it to a file with this command, then edit the file: gitpact policy show > gitpact.toml\n"
        "\n"
        "  use this message:   git commit -F .git/gitpact/SUGGESTED_MSG\n"
        "  edit your message:  git commit -s -e -F .git/gitpact/REFUSED_MSG\n"
        "  correct later:      gitpact fix\n"
        "  explain:            gitpact rules type-known\n"
    )
    assert (repo.path / SUGGESTED).read_text() == f"feat(api): add login\n\n{SIGNED}\n"


def test_one_error_is_one(judge: Judge) -> None:
    assert judge("feat: x\n")[1].startswith("gitpact: commit refused (1 error)\n")


def test_in_chinese(judge: Judge) -> None:
    _, said = judge("Feat: x\n", GITPACT_LANG="zh", LC_ALL="C.UTF-8")
    assert "提交被拒绝（2 个错误）" in said
    assert "采用建议： git commit -F" in said


def test_a_pipe_gets_utf8_whatever_the_locale(judge: Judge) -> None:
    _, said = judge("feature：登录\n", LC_ALL="C", LANG="zh_CN.UTF-8")
    assert "feature：登录" in said
    assert "commit refused" in said, "the language is that of the locale all the same"


def test_a_warning_is_said_and_passes(judge: Judge) -> None:
    code, said = judge(f"feat: x(#12)\n\n{SIGNED}\n")
    assert code == 0
    assert said.splitlines()[-1].startswith("  1:8   warning: add a space before the issue reference")
    assert "refused" not in said
    assert "use this message" not in said


def test_comments_count_as_git_counts_them(judge: Judge) -> None:
    typed = f"\n# hint\nfeat: x\n\n{SIGNED}\n# Please enter\n"
    assert judge(typed, GIT_EDITOR=None) == (0, "")
    code, said = judge("#12 fix thing\n")
    assert code == 1
    assert "move '#12' to the end" in said


@pytest.mark.parametrize("text", ["", "\n\n", "# only hints\n"])
def test_an_empty_message_is_gits_business(judge: Judge, text: str) -> None:
    assert judge(text, GIT_EDITOR=None) == (0, "")


def test_switched_off(judge: Judge) -> None:
    assert judge("bad", GITPACT="0") == (0, "")


def test_skipped_rules_are_said_aloud(judge: Judge) -> None:
    code, said = judge("feat: x.\n", GITPACT_SKIP="dco, description-full-stop")
    assert (code, said) == (
        0,
        "gitpact: GITPACT_SKIP is set, so the errors of these rules are not shown: description-full-stop, sign-off-required\n",
    )
    assert judge(f"feat: x\n\n{SIGNED}\n", GITPACT_SKIP="dco") == (0, "")


def test_an_unknown_skip_is_an_error(judge: Judge) -> None:
    with pytest.raises(GitpactError, match="GITPACT_SKIP contains the unknown rule 'typo'"):
        judge("feat: x\n", GITPACT_SKIP="typo")


def test_fixup_and_wip_are_tools_here(judge: Judge) -> None:
    assert judge("fixup! feat: x\n") == (0, "")
    assert "wip-commit" not in judge("WIP: x\n")[1]


def test_a_merge_is_told_by_its_parents(judge: Judge, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text('preset = "openim"')
    (repo.path / ".git/MERGE_HEAD").write_text("a" * 40 + "\n")
    code, said = judge("Merge branch 'x'\n", "MERGE_MSG", GIT_AUTHOR_NAME=None, GIT_AUTHOR_EMAIL=None)
    assert code == 1
    assert "the commit has 2 parents; the limit is 1" in said
    assert (
        "  The suggested command discards the changes that you made in the merge commit itself, such as resolved conflicts.\n  abort the merge:  git merge --abort\n"
        in said
    )
    (repo.path / "gitpact.toml").write_text("")
    assert judge("whatever somebody wrote\n", "MERGE_MSG") == (0, "")


def test_a_merge_that_is_amended_in_words_of_ones_own(
    judge: Judge, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git's command line alone tells that it is amended; where that cannot be seen, the text is judged."""
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repo.git("checkout", "-q", "--orphan", "side")
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: side")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--allow-unrelated-histories", "side", "-m", "Bring both together")
    assert judge("Bring both together\n")[0] == 1
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--amend"])
    assert judge("Bring both together\n") == (0, "")
    assert judge("Merge branch 'side'\n") == (0, "")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit"])
    assert judge("Bring both together\n")[0] == 1
    assert judge("Merge branch 'side'\n")[0] == 1
    repo.git("checkout", "-q", "side")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--amend"])
    assert judge("Bring both together\n")[0] == 1


def test_the_files_and_the_branch_of_a_commit(judge: Judge, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule may ask for both; an amended commit has the files of the one whose place it takes too."""
    text = "[[pattern]]\nname = 'docs'\nwhere = 'type'\nrequire = '^docs$'\npaths = ['docs/']\nbranches = ['ma*']\n"
    write(repo.path / "gitpact.toml", text)
    write(repo.path / "docs" / "a", "a")
    repo.git("add", "docs")
    for _ in range(2):
        assert "pattern/docs" in judge(f"feat: x\n\n{SIGNED}")[1]
        assert judge(f"docs: x\n\n{SIGNED}") == (0, "")
        repo.git("commit", "-q", "--allow-empty", "-m", "docs: x")
        assert judge(f"feat: x\n\n{SIGNED}") == (0, "")
        monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--amend"])
        assert "pattern/docs" in judge(f"feat: x\n\n{SIGNED}")[1]
        monkeypatch.setattr(command_line, "words", lambda: ["git", "commit"])
        write(repo.path / "docs" / "b", "b")
        repo.git("add", "docs")
    repo.git("switch", "-q", "--detach")
    assert judge(f"feat: x\n\n{SIGNED}") == (0, "")


def test_words_of_a_merge_without_one(judge: Judge, repo: Repo) -> None:
    """how-git-reads-a-message 34: what CI, which counts parents, would refuse is refused here; a merge that is amended is none of it."""
    assert judge("Merge branch 'x'\n")[0] == 1
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    assert judge("Merge branch 'x'\n")[0] == 1
    repo.git(
        "merge",
        "-q",
        "--no-edit",
        "-s",
        "ours",
        repo.git("commit-tree", "-m", "other", "HEAD^{tree}"),
        "--allow-unrelated-histories",
    )
    assert judge("Merge branch 'x' into main\n") == (0, "")


def test_persons_that_git_does_not_export_are_asked(judge: Judge) -> None:
    """Under `git merge` neither author nor committer is in the environment (how-git-reads-a-message 1b)."""
    unknown = {"GIT_AUTHOR_NAME": None, "GIT_AUTHOR_EMAIL": None}
    assert judge(f"feat: x\n\n{SIGNED}\n", **unknown) == (0, "")
    code, said = judge("feat: x\n\nSigned-off-by: Bob <b@x.org>\n", **unknown)
    assert code == 1
    assert "the commit is by Ann Lee <ann@example.org>" in said


def test_the_committers_sign_off_counts_for_somebody_elses_commit(judge: Judge) -> None:
    assert judge(f"feat: x\n\n{SIGNED}\n", GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_EMAIL="b@x.org") == (0, "")


def test_git_is_asked_only_in_doubt(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(role: str) -> None:
        raise AssertionError(role)

    monkeypatch.setattr(query, "ident", asked)
    assert judge(f"feat: x\n\n{SIGNED}\n")[0] == 0
    assert judge("feat: x\n")[0] == 1


def test_a_retry_keeps_what_was_asked_for(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", lambda: ["git", "-c", "a=b", "commit", "--amend", "-mx", "--", "a b"])
    assert "git -c a=b commit --amend -s -e -F .git/gitpact/REFUSED_MSG -- 'a b'" in judge("bad\n")[1]


def test_who_stands_elsewhere_gets_absolute_paths(judge: Judge, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "words", lambda: ["git", "-C", "../x", "commit", "-mx"])
    assert f"git -C ../x commit -s -e -F {repo.path}/.git/gitpact/REFUSED_MSG\n" in judge("bad\n")[1]


def test_what_git_wrote_below_the_message_is_not_kept(judge: Judge, repo: Repo) -> None:
    """It would be there twice when the editor opens again."""
    cut = "# ------------------------ >8 ------------------------\n# Do not modify or remove the line above.\ndiff --git a b\n"
    assert "git commit -s -e -F .git/gitpact/REFUSED_MSG\n" in judge(f"bad\n\nbody\n# hint\n{cut}", GIT_EDITOR=None)[1]
    assert (repo.path / ".git/gitpact/REFUSED_MSG").read_text() == "bad\n\nbody\n"
    judge("bad\n")
    assert (repo.path / ".git/gitpact/REFUSED_MSG").read_text() == "bad\n"


def test_lines_that_an_editor_would_lose_are_kept(judge: Judge) -> None:
    """how-git-reads-a-message 1: with -m a line that begins with '#' is text; git commit -e would take it for a comment."""
    assert "git commit --cleanup=scissors -s -e -F" in judge("bad\n\n#12 is text\n")[1]


def test_the_cleanup_that_git_was_told(judge: Judge, monkeypatch: pytest.MonkeyPatch, repo: Repo) -> None:
    """The command that keeps such lines is judged by what git stores then, and keeps them the next time too."""
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--cleanup=scissors", "-e", "-F", "m"])
    cut = "# ------------------------ >8 ------------------------\n# Do not modify or remove the line above.\n"
    code, said = judge(f"#12 fix\n{cut}", GIT_EDITOR=None)
    assert (code, "#12 fix" in said) == (1, True)
    judge(f"fix: x\n\n#12 note\n{cut}", GIT_EDITOR=None)
    for name in ("REFUSED_MSG", "SUGGESTED_MSG"):
        assert "#12 note" in (repo.path / ".git/gitpact" / name).read_text()


@pytest.mark.parametrize("mode", ["whitespace", "verbatim"])
def test_hints_that_git_would_leave_in_the_message(judge: Judge, repo: Repo, mode: str) -> None:
    repo.git("config", "commit.cleanup", mode)
    assert "git commit --cleanup=scissors -s -e -F" in judge("bad\n")[1]
    assert "--cleanup" not in judge("bad\n", GIT_EDITOR=None)[1]


def test_an_empty_message_that_git_is_told_to_allow(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """how-git-reads-a-message 17: else git itself says that it is empty."""
    assert judge("") == (0, "")
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--allow-empty-message"])
    assert "[message-empty]" in judge("")[1]
    monkeypatch.setattr(command_line, "words", lambda: ["git", "commit", "--cleanup=verbatim"])
    assert "[message-empty]" in judge(" \n")[1]
    assert judge("") == (0, "")


def test_a_warning_says_who_speaks(judge: Judge, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text('[rules]\ndescription-full-stop = "warning"')
    code, said = judge(f"feat: x.\n\n{SIGNED}\n")
    assert (code, said.splitlines()[0]) == (0, "gitpact: commit accepted (1 warning)")


def test_what_was_kept_goes_with_the_next_commit(judge: Judge, repo: Repo) -> None:
    judge("feat:x\n")
    judge(f"feat: y\n\n{SIGNED}\n")
    assert not (repo.path / SUGGESTED).exists()


def test_a_suggestion_is_kept_in_the_encoding_of_the_commit(judge: Judge, repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "latin-1")
    judge("feat:é\n".encode("latin-1"))
    assert (repo.path / SUGGESTED).read_bytes().startswith(b"feat: \xe9\n")
    repo.git("config", "i18n.commitEncoding", "ascii")
    judge(b"feat:e\n", GIT_AUTHOR_NAME="添", GIT_COMMITTER_NAME="添")
    assert not (repo.path / SUGGESTED).exists()


def test_an_old_suggestion_is_not_left_for_a_new_message(judge: Judge, repo: Repo) -> None:
    judge("feat:x\n")
    assert (repo.path / SUGGESTED).exists()
    judge("whatever it is\n")
    assert not (repo.path / SUGGESTED).exists()


def test_a_suggestion_signs_for_who_makes_the_commit(judge: Judge) -> None:
    said = judge("feat: x\n", GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_EMAIL="b@x.org")[1]
    assert "Bob" not in said
    assert f"    {SIGNED}\n" in said


def test_commands_are_for_the_folder_the_person_stands_in(judge: Judge) -> None:
    assert "git commit -s -e -F ../../.git/gitpact/REFUSED_MSG" in judge("bad\n", GIT_PREFIX="a/b/")[1]


def test_a_suggestion_that_cannot_be_kept_is_still_shown(judge: Judge, repo: Repo) -> None:
    (repo.path / ".git/gitpact").write_text("in the way")
    said = judge("feat:x\n")[1]
    assert "Suggested message:" in said
    assert "use this message" not in said


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ([], r"no such hook: \(none\)"),
        (["post-commit"], "no such hook: post-commit"),
        (["commit-msg"], "commit-msg: expected the path"),
        (["commit-msg", "a", "b"], "commit-msg: expected the path"),
        (["commit-msg", "no-such-file"], "no-such-file: No such file or directory"),
        (["commit-msg", ".git"], "[.]git: Is a directory"),
    ],
    ids=["no hook", "other hook", "no file", "two files", "missing file", "directory"],
)
def test_wrong_use(repo: Repo, args: list[str], error: str) -> None:
    with pytest.raises(GitpactError, match=f"^{error}"):
        dispatch.main(args, repo.env())


def test_a_bad_policy_lets_nothing_pass(judge: Judge, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text("[message]\nscop = 1\n")
    with pytest.raises(GitpactError, match=r"^gitpact.toml:2: message.scop: unknown key"):
        judge(f"feat: x\n\n{SIGNED}\n")


def test_the_git_directory_is_asked_for_where_it_is_not_plain(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.path / "inner").mkdir()
    monkeypatch.chdir(repo.path / "inner")
    message = repo.path / "inner/m"
    message.write_text("bad\n")
    assert dispatch.main(["commit-msg", "m"], repo.env(GIT_EDITOR=":")) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbffeat: x\n",
        b"feat: \xe9\n",
        b"feat: x\0y\n",
        b"feat: \x1b[31mx\n",
        b"feat(" + b"(" * 100_000,
        b"feat: x\n\n" + b"y" * 1_000_000,
        b"\r\n" * 500_000 + b"bad",
    ],
    ids=["byte order mark", "latin-1", "nul", "escape", "brackets", "long line", "line ends"],
)
def test_hostile_messages_are_refused_in_a_few_plain_lines(judge: Judge, raw: bytes) -> None:
    code, said = judge(raw)
    assert code == 1
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert len(said) < 4000


@pytest.mark.parametrize("folder", ["plain", "with space", "it's", "$HOME", "登录", "-dash"])
def test_paths_in_commands_are_quoted_for_a_shell(folder: str, tmp_path: Path) -> None:
    shown = shell.quoted(shell.shorter_path(str(tmp_path / folder / "m"), str(tmp_path)))
    echoed = subprocess.run(["sh", "-c", f"printf %s {shown}"], capture_output=True, text=True, check=True).stdout
    assert echoed == f"{folder}/m"


def test_a_merge_message_is_mended_by_going_on(judge: Judge) -> None:
    assert "  continue the merge:  git merge --continue\n" in judge("bad\n", "MERGE_MSG")[1]


def test_what_a_hook_for_every_repository_keeps_is_noted(
    repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`clean --global` takes it away; without the folder of such hooks nothing is noted."""
    data = sandbox / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    (repo.path / "gitpact.toml").write_text("")
    (repo.path / "m").write_text("feat: not signed off")
    assert dispatch.main(["commit-msg", "m"], os.environ, explicit=False) == 1
    assert not data.exists()
    shutil.rmtree(repo.path / ".git" / "gitpact")
    (data / "gitpact").mkdir(parents=True)
    for _ in range(2):
        assert dispatch.main(["commit-msg", "m"], os.environ, explicit=False) == 1
    assert (data / "gitpact" / "repositories").read_bytes() == os.fsencode(repo.path / ".git") + b"\0"
