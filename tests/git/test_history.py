"""Records whole, hostile histories read right."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import commit_object, history, processes, query
from gitpact.git.commits import walk
from gitpact.message import header
from gitpact.policy import parsing
from gitpact.records import Ident
from tests.support.repos import write

if TYPE_CHECKING:
    from pathlib import Path

    from gitpact.records import Commit
    from tests.support.repos import Repo


def commits(*span: str) -> list[Commit]:
    return list(walk(span, header.DEFAULT_ISSUE))


def test_a_walk_gives_persons_parents_and_messages(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one\n\nbody")
    repo.git("-c", "user.name=Bob", "commit", "-q", "--allow-empty", "-m", "fix: two", "--author", "C <c@d.ef>")
    second, first = commits("HEAD")
    assert (first.parents, second.parents) == (0, 1)
    assert first.message.lines == ("feat: one", "", "body")
    assert second.author == Ident("C", "c@d.ef")
    assert second.committer == Ident("Bob", "ann@example.org")
    assert second.oid == repo.git("rev-parse", "HEAD")


def test_a_wrapped_header_is_not_joined_in_a_range(repo: Repo) -> None:
    """how-git-reads-a-message 19."""
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one\ncontinued")
    assert commits("HEAD")[0].message.header.text == "feat: one"


def test_other_encodings_are_read(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "GBK")
    (repo.path / "m").write_bytes("feat: 添加".encode("gbk"))
    repo.git("commit", "-q", "--allow-empty", "-F", "m")
    assert commits("HEAD")[0].message.header.description == "添加"


def test_a_users_log_configuration_changes_nothing(repo: Repo) -> None:
    """how-git-reads-a-message 78."""
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    expected = commits("HEAD")
    for key, value in {
        "log.showSignature": "true",
        "format.pretty": "oneline",
        "color.ui": "always",
        "log.mailmap": "true",
    }.items():
        repo.git("config", key, value)
    (repo.path / ".mailmap").write_text("Other <o@x.yz> <ann@example.org>\n")
    assert commits("HEAD") == expected


def test_no_separator_of_a_message_is_ours(repo: Repo) -> None:
    """how-git-reads-a-message 79: a hand-made commit object may hold a NUL, and anything else."""
    tree = repo.git("write-tree")
    person = "A <a@b.co> 1700000000 +0000"
    body = "feat: x\x1e\n\n------------------------ >8 ------------------------\n\x00tail\n"
    raw = f"tree {tree}\nauthor {person}\ncommitter {person}\n\n{body}".encode()
    args = ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    oid = (
        subprocess.run(args, input=raw, cwd=repo.path, env=repo.env(), capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )
    (found,) = commits(oid)
    assert found.oid == oid
    assert found.message.lines[0] == "feat: x\x1e"


def test_records_that_do_not_begin_with_a_name_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "begin", lambda *_, **__: (piece for piece in [b"not an oid commit 3\nabc\n"]))
    with pytest.raises(GitpactError, match="git cat-file: not an oid"):
        commits("HEAD")


@pytest.mark.parametrize("revision", ["no-such", "a..b", "--all-of-it", "-x"])
def test_a_walk_that_fails_is_an_error(repo: Repo, revision: str) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    with pytest.raises(GitpactError, match=r"^git rev-list: (fatal|usage): "):
        commits(revision)


def test_what_no_remote_has_is_the_default(repo: Repo, tmp_path: Path) -> None:
    repo.git("init", "-q", "--bare", str(tmp_path / "remote"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote"))
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    repo.git("push", "-q", "origin", "main")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: two")
    named = query.output("rev-parse", *history.UNPUSHED).decode().split()
    assert [found.message.header.text for found in commits(*named)] == ["feat: two"]


def test_more_revisions_than_a_pipe_holds(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    oid = repo.git("rev-parse", "HEAD")
    assert [found.oid for found in commits(*[oid] * 500)] == [oid]


def test_a_reader_who_leaves_early_leaves_no_process(repo: Repo) -> None:
    for number in range(3):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}")
    walk = history.records(["HEAD"])
    assert next(walk)
    walk.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


def test_two_walks_that_do_not_agree_are_not_trusted(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    rules = parsing.parse("[dco]\nmailmap = true", "x")
    assert [found.mapped[0] for found in history.records(["HEAD"], rules)] == [b"Ann Lee"]
    row = b"\0".join([b"", b"1" * 40, b"a", b"b", b"c", b"d"]) + b"\0"
    pieces = (piece for piece in [row])
    found = history._with_more(history.records(["HEAD"]), pieces, 5, signed=False, paths=False)  # noqa: SLF001
    with pytest.raises(GitpactError, match="but git rev-list listed"):
        list(found)


def test_an_object_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "begin", lambda *_, **__: (piece for piece in [b"abc commit 3\nabc\n"]))
    with pytest.raises(GitpactError, match="git cat-file: abc commit 3"):
        commits("HEAD")


@pytest.mark.parametrize("size", [70_000, 3_000_000])
def test_of_a_long_message_no_more_is_kept_than_is_asked_for(repo: Repo, size: int) -> None:
    (repo.path / "m").write_text("feat: x\n\n" + "x" * size)
    repo.git("commit", "-q", "--allow-empty", "-F", "m")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: after it")
    _, long = history.records(["HEAD"], parsing.parse('[message]\nmax-bytes = "1kB"', "x"))
    assert long.size == size + 10
    assert len(long.message) <= commit_object.HEADERS + 1000
    _, of_any = history.records(["HEAD"])
    assert min(of_any.size, history.MOST_MESSAGE) <= len(of_any.message) <= history.MOST_MESSAGE + commit_object.HEADERS


def test_a_merge_whose_parents_are_not_here(repo: Repo, tmp_path: Path) -> None:
    """At the edge of a shallow clone nothing tells whether one is in the history of the other."""
    for name in ("one", "two"):
        repo.git("checkout", "-q", "--orphan", name)
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {name}")
    repo.git("merge", "-q", "--allow-unrelated-histories", "--no-edit", "one")
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    os.chdir(tmp_path / "shallow")
    assert [found.parents for found in commits("HEAD")] == [2]


def test_an_octopus_whose_parents_are_not_here(repo: Repo, tmp_path: Path) -> None:
    tree = repo.git("write-tree")
    tips = [repo.git("commit-tree", tree, "-m", f"feat: {name}") for name in ("one", "two", "three")]
    made = repo.git("commit-tree", tree, "-m", "Merge all", *(word for tip in tips for word in ("-p", tip)))
    repo.git("update-ref", "refs/heads/main", made)
    repo.git("clone", "-q", "--depth=1", "--branch=main", f"file://{repo.path}", str(tmp_path / "shallow"))
    os.chdir(tmp_path / "shallow")
    assert [found.parents for found in commits("HEAD")] == [3]


# The values of a header "committer": whatever git makes of one, we do (`%ct`).
COMMITTED = {
    "an ordinary one": "Ann <a@x> 1700000000 +0100",
    "no name": " <a@x> 5 +0000",
    "an angle in the name": "A > B <a@x> 7 +0000",
    "an angle behind": "Ann <a@x> 8 > 9 +0000",
    "no time": "Ann <a@x>",
    "no zone": "Ann <a@x> 12",
    "no space before it": "Ann <a@x>13 +0000",
    "no space behind it": "Ann <a@x> 13+0000",
    "a zone without digits": "Ann <a@x> 13 +",
    "many spaces": "Ann <a@x>   14   +0000",
    "words": "Ann <a@x> yesterday +0000",
    "before 1970": "Ann <a@x> -15 +0000",
    "more than a computer counts": "Ann <a@x> 18446744073709551616 +0000",
}


@pytest.mark.parametrize("committed", COMMITTED.values(), ids=COMMITTED)
def test_the_time_of_a_commit_is_that_of_git(repo: Repo, committed: str) -> None:
    tree = repo.git("hash-object", "-w", "-t", "tree", "/dev/null")
    raw = write(repo.path / "raw", f"tree {tree}\nauthor A <a> 1 +0000\ncommitter {committed}\n\nx\n")
    oid = repo.git("hash-object", "-w", "-t", "commit", "--literally", raw)
    (found,) = history.records((oid,))
    printed = repo.git("log", "-1", "--format=%ct", oid)
    assert commit_object.seconds(found.committed) == int(printed or 0)


def test_a_time_without_an_end_is_none() -> None:
    assert commit_object.seconds(b"A <a> " + b"9" * 5000) == 0


@pytest.mark.parametrize(
    ("lines", "author", "committer"),
    [
        ("committer Bob Ray <bob@x.org> 1 +0000", ("", ""), ("Bob Ray", "bob@x.org")),
        ("author Ann Lee <ann@x.org> 1 +0000", ("Ann Lee", "ann@x.org"), ("", "")),
        (
            "author Ann Lee <ann@x.org> 1 +0000\nauthor Eve <eve@x.org> 1 +0000\ncommitter Bob Ray <bob@x.org> 1 +0000",
            ("Ann Lee", "ann@x.org"),
            ("Bob Ray", "bob@x.org"),
        ),
        ("author nobody\ncommitter Bob Ray <bob@x.org> 1 +0000", ("", ""), ("Bob Ray", "bob@x.org")),
    ],
    ids=["no author", "no committer", "two authors", "an author without an e-mail"],
)
def test_a_person_is_read_from_the_line_that_names_it(
    lines: str, author: tuple[str, str], committer: tuple[str, str]
) -> None:
    read = commit_object.parse(b"1" * 40, f"tree {'2' * 40}\n{lines}\n\nfeat: x\n".encode())
    assert read.fault
    assert (read.author_name.decode(), read.author_email.decode()) == author
    assert (read.committer_name.decode(), read.committer_email.decode()) == committer


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_paths_are_taken_some_at_once(repo: Repo, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(history, "FEW", few)
    for name in ("a", "b", "c"):
        write(repo.path / name, name)
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "feat: x")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: y")
    assert [commit.paths for commit in history.records(["HEAD"], paths=True)] == [(), (b"a", b"b", b"c")]
    monkeypatch.setattr(history, "MOST_PATHS", 2)
    with pytest.raises(GitpactError, match="a commit changes too many files"):
        list(history.records(["HEAD"], paths=True))
