"""Commits with other messages: nothing else about them changes, and every ref can go back."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import query
from gitpact.policy import parsing
from gitpact.repair import message_fixes, reword_history, rewrite_history
from tests.support.repos import Repo, bare, worktree, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitpact.git.commit_copies import Sign
    from gitpact.repair.message_fixes import Fix

POLICY = parsing.parse("", "gitpact.toml")
ME = "Ann Lee <ann@example.org>"
SIGNATURE = "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n"
SUBJECTS = (
    "feat: fine",
    "Feature: too long a type",
    "fix(api) : space",
    "修复：登录",
    "update it.",
    "?",
    "fix: ok (#3)",
)
BODIES = (
    "",
    "\n\nwords\n",
    "\n\nwords\n\nRefs: #1\n",
    "\nno empty line",
    f"\n\nSigned-off-by: {ME}\n",
    "\n\n#12 begins\n",
)
ENCODINGS = (("", "utf-8"), ("", "utf-8"), ("encoding ISO-8859-1\n", "latin-1"), ("encoding GBK\n", "gbk"))
OTHERS = (ME, "Bób <bob@x.org>", "No Mail <>")
HEADERS = (
    "",
    "",
    SIGNATURE,
    "HG:extra rename\n",
    "mergetag object {}\n type commit\n tag x\n tagger A <a@b> 1 +0000\n \n x\n",
)


def commit(repo: Repo, chance: random.Random, parents: Sequence[str]) -> str:
    """A commit by other hands, with whatever git and its friends write into one."""
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin")
    header, codec = chance.choice(ENCODINGS)
    author = chance.choice(OTHERS).encode(codec, "ignore")
    text = f"{chance.choice(SUBJECTS)}{chance.choice(BODIES)}".encode(codec, "ignore")
    extra = chance.choice(HEADERS).format(*(parents or ["0" * 40]))
    head = f"tree {tree}\n" + "".join(f"parent {oid}\n" for oid in parents)
    zone = chance.choice(("+0000", "-0330", "+1400"))
    data = b"".join(
        (
            head.encode(),
            b"author %b %d %b\n" % (author, chance.randint(0, 2**33), zone.encode()),
            b"committer C <c@x.org> %d +0000\n" % chance.randint(0, 2**31),
            header.encode(),
            extra.encode(),
            b"\n",
            text,
        )
    )
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    return subprocess.run(words, cwd=repo.path, input=data, capture_output=True, check=True).stdout.decode().strip()


def history(repo: Repo, seed: int) -> None:
    """Twelve commits, some with several parents or none, all in the history of main; branches, tags and notes."""
    chance = random.Random(seed)  # noqa: S311  a seed makes the same history every time
    made: list[str] = []
    heads: list[str] = []
    for _ in range(12):
        parents = (
            []
            if not made or chance.random() < 0.1
            else chance.sample(made, min(len(made), chance.choice((1, 1, 2, 3))))
        )
        made.append(commit(repo, chance, parents))
        heads = [*(oid for oid in heads if oid not in parents), made[-1]]
    made.append(commit(repo, chance, heads))
    repo.git("update-ref", "refs/heads/main", made[-1])
    for number in range(4):
        repo.git("branch", f"b{number}", chance.choice(made))
        repo.git("tag", f"t{number}", chance.choice(made))
        repo.git("tag", "-a", "-m", "an", f"a{number}", chance.choice(made))
        repo.git("notes", "add", "-f", "-m", f"note {number}", chance.choice(made))
    if chance.random() < 0.5:
        repo.git("config", "notes.rewriteRef", "refs/notes/*")
    if chance.random() < 0.3:
        repo.git("checkout", "-q", "--detach")


def raw(repo: Repo, oid: str) -> tuple[list[bytes], list[bytes], bytes]:
    """The headers of a commit but for what may change, its parents, and its message."""
    head, _, text = repo.git_bytes("cat-file", "commit", oid).partition(b"\n\n")
    lines = head.split(b"\n")
    parents = [line[7:] for line in lines if line.startswith(b"parent ")]
    gone, kept = False, []
    for line in lines:
        gone = gone if line.startswith(b" ") else line.startswith((b"parent ", b"committer ", b"gpgsig ", b"mergetag "))
        kept += [] if gone else [line]
    return kept, parents, text


def found(own: reword_history.Own) -> list[Fix]:
    return [*message_fixes.fixes(("HEAD", *reword_history.others(own)), message_fixes.Judge(POLICY))]


def apply(fixes: Sequence[Fix], own: reword_history.Own, top: str) -> reword_history.Plan:
    messages = {
        fix.result.commit.oid or "": message_fixes.stored(fix.text, fix.result.commit) or b""
        for fix in fixes
        if fix.text
    }
    with rewrite_history.alone():
        plan = reword_history.plan(messages, own, drop_signatures=True)
        rewrite_history.put_in_place(plan.moves, (), "fix", top)
    return plan


@pytest.mark.usefixtures("each_git")
@pytest.mark.parametrize("seed", range(3))
def test_only_messages_change(repo: Repo, seed: int) -> None:
    history(repo, seed)
    refs, own = repo.git("for-each-ref"), reword_history.own_branch(POLICY)
    before = repo.git("rev-list", "--topo-order", "HEAD").split()
    notes = {oid: repo.git("notes", "show", oid) for oid in before if f" {oid}" in f" {repo.git('notes', 'list')}"}
    fixes = found(own)
    new_text = {fix.result.commit.oid: message_fixes.stored(fix.text, fix.result.commit) for fix in fixes if fix.text}
    apply(fixes, own, str(repo.path))
    after = repo.git("rev-list", "--topo-order", "HEAD").split()
    assert len(after) == len(before)
    pairs = dict(zip_by_message(repo, before, after, new_text))
    for old, new in pairs.items():
        (headers, parents, text), (headers_now, parents_now, text_now) = raw(repo, old), raw(repo, new)
        assert headers_now == headers
        assert parents_now == [pairs[oid.decode()].encode() for oid in parents]
        assert text_now == (new_text.get(old) or text)
    if repo.git("config", "--default", "", "notes.rewriteRef"):
        assert {oid: repo.git("notes", "show", pairs[oid]) for oid in notes} == notes
    assert [fix for fix in found(own) if fix.text] == []
    assert repo.git("fsck", "--no-dangling") == ""
    with rewrite_history.alone():
        rewrite_history.take_back("fix", str(repo.path))
    assert repo.git("for-each-ref") == refs


def zip_by_message(
    repo: Repo, before: Sequence[str], after: Sequence[str], new_text: dict[str | None, bytes | None]
) -> list[tuple[str, str]]:
    """Old and new commits by their author lines and messages, which the seed makes different enough."""

    def key(oid: str, text: bytes | None = None) -> tuple[bytes, bytes]:
        headers, _, its = raw(repo, oid)
        return next(line for line in headers if line.startswith(b"author ")), text or its

    names = {key(oid): oid for oid in after}
    return [(oid, names[key(oid, new_text.get(oid))]) for oid in before]


@pytest.fixture
def bad(repo: Repo) -> str:
    """A commit whose message is corrected, on main; its oid."""
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: start")
    repo.git("commit", "-q", "--allow-empty", "-m", "Feature: x")
    return repo.git("rev-parse", "HEAD")


def plan(messages: dict[str, bytes], *, drop_signatures: bool = False, sign: Sign | None = None) -> reword_history.Plan:
    own = reword_history.own_branch(POLICY)
    return reword_history.plan(messages, own, drop_signatures=drop_signatures, sign=sign)


def test_what_is_staged_and_changed_stays(repo: Repo, bad: str) -> None:
    write(repo.path / "a", "staged")
    repo.git("add", "a")
    write(repo.path / "a", "changed")
    write(repo.path / "b", "new")
    before = repo.git("status", "--porcelain")
    index = (repo.path / ".git/index").read_bytes()
    with rewrite_history.alone():
        done = plan({bad: b"feat: x\n"})
        rewrite_history.put_in_place(done.moves, (), "fix", str(repo.path))
    assert (repo.git("status", "--porcelain"), (repo.path / ".git/index").read_bytes()) == (before, index)
    assert repo.git("log", "-1", "--format=%s") == "feat: x"
    assert repo.git("reflog", "-1", "--format=%gs") == "gitpact fix"


def test_a_branch_that_is_checked_out_elsewhere_moves_too(repo: Repo, bad: str, sandbox: Path) -> None:
    other = worktree(repo, sandbox / "other")
    write(other.path / "x", "staged there")
    other.git("add", "x")
    other.git("reset", "-q", "--soft", bad)
    with rewrite_history.alone():
        done = plan({bad: b"feat: x\n"})
        rewrite_history.put_in_place(done.moves, (), "fix", str(repo.path))
    assert other.git("log", "-1", "--format=%s") == "feat: x"
    assert other.git("status", "--porcelain") == "A  x"


def test_the_committer_is_who_runs_it(repo: Repo, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "张三")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "z@x.org")
    (move,) = plan({bad: b"feat: x\n"}).moves
    assert repo.git("log", "-1", "--format=%an|%cn <%ce>", move.new) == "Ann Lee|张三 <z@x.org>"


def test_a_name_that_an_encoding_has_not(repo: Repo, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", "feat: y")
    monkeypatch.setenv("GIT_COMMITTER_NAME", "张三")
    with pytest.raises(GitpactError, match="the encoding ISO-8859-1, which cannot represent your name"):
        plan({bad: b"feat: x\n"})


def test_a_signature_is_not_lost_unasked(repo: Repo, bad: str) -> None:
    data = repo.git_bytes("cat-file", "commit", bad).replace(b"\n\n", b"\n" + SIGNATURE.encode() + b"\n", 1)
    words = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    signed = subprocess.run(words, cwd=repo.path, input=data, capture_output=True, check=True).stdout.decode().strip()
    repo.git("update-ref", "refs/heads/main", signed)
    with pytest.raises(GitpactError, match="1 commits or tags are signed"):
        plan({signed: b"feat: x\n"})
    assert plan({signed: b"feat: x\n"}, drop_signatures=True).unsigned == 1


def with_merged_tag(repo: Repo, target: str) -> str:
    """Make HEAD a commit that contains the tag of another commit, as a merge of a signed tag does; returns its oid."""
    repo.git("tag", "-a", "-m", "theirs", "theirs", target)
    tag = repo.git("cat-file", "tag", "theirs").replace("\n", "\n ")
    repo.git("tag", "-d", "theirs")
    head, _, text = repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    data = f"{head}\nmergetag {tag}\n\n{text}\n".encode()
    words = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    oid = subprocess.run(words, cwd=repo.path, input=data, capture_output=True, check=True).stdout.decode().strip()
    repo.git("update-ref", "HEAD", oid)
    return oid


def test_a_merged_tag_of_a_commit_that_stays_stays(repo: Repo, bad: str) -> None:
    oid = with_merged_tag(repo, f"{bad}~1")
    (move,) = plan({oid: b"feat: x\n"}).moves
    assert "\nmergetag object " in repo.git("cat-file", "commit", move.new)


def test_a_merged_tag_of_a_rewritten_commit_is_a_signature_that_goes(repo: Repo, bad: str) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: later")
    with_merged_tag(repo, bad)
    with pytest.raises(GitpactError, match="1 commits or tags are signed"):
        plan({bad: b"feat: x\n"})
    with pytest.raises(GitpactError, match="1 commits or tags are signed"):
        plan({bad: b"feat: x\n"}, sign=lambda _: b"mine\n")
    done = plan({bad: b"feat: x\n"}, drop_signatures=True)
    assert (done.unsigned, "mergetag" in repo.git("cat-file", "commit", done.moves[0].new)) == (1, False)


def test_a_merged_tag_of_no_object_stays_as_it_is(repo: Repo, bad: str) -> None:
    """Bytes of an outsider's: they name no commit, and are no reason to fail."""
    data = repo.git_bytes("cat-file", "commit", bad).replace(b"\n\n", b"\nmergetag object \xff\xfe\n\n", 1)
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    oid = subprocess.run(words, cwd=repo.path, input=data, capture_output=True, check=True).stdout.decode().strip()
    repo.git("update-ref", "HEAD", oid)
    (move,) = plan({oid: b"feat: x\n"}).moves
    assert b"\nmergetag object \xff\xfe\n" in repo.git_bytes("cat-file", "commit", move.new)


def test_what_git_would_not_write_is_not_copied(repo: Repo, bad: str) -> None:
    data = repo.git_bytes("cat-file", "commit", bad).replace(b"\n\n", b"\nauthor A <a@b> 1 +0000\n\n", 1)
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    odd = subprocess.run(words, cwd=repo.path, input=data, capture_output=True, check=True).stdout.decode().strip()
    repo.git("update-ref", "refs/heads/main", odd)
    with pytest.raises(GitpactError, match="has a format that git itself never creates"):
        plan({odd: b"feat: x\n"})


def test_commits_of_others_stay(repo: Repo, bad: str, sandbox: Path) -> None:
    server = bare(sandbox / "there.git")
    repo.git("remote", "add", "origin", str(server.path))
    repo.git("push", "-q", "origin", "main", "main:next")
    repo.git("switch", "-q", "-c", "topic")
    with pytest.raises(GitpactError, match="is on origin/main; other people might be using this branch"):
        plan({bad: b"feat: x\n"})
    repo.git("switch", "-q", "--orphan", "alone")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: alone")
    repo.git("remote", "remove", "origin")
    with pytest.raises(GitpactError, match="is not in the history of HEAD"):
        plan({bad: b"feat: x\n"})


def test_a_published_branch_of_ones_own(repo: Repo, bad: str, sandbox: Path) -> None:
    server = bare(sandbox / "there.git")
    repo.git("remote", "add", "origin", str(server.path))
    repo.git("push", "-q", "origin", "HEAD^:refs/heads/main")
    repo.git("switch", "-q", "-c", "topic")
    repo.git("push", "-q", "-u", "origin", "topic")
    own = reword_history.own_branch(POLICY)
    assert own == ("refs/heads/topic", "origin", "topic", bad)
    assert [fix.result.commit.oid for fix in found(own)] == [bad]
    repo.git("branch", "-q", "-D", "main")
    (move,) = plan({bad: b"feat: x\n"}).moves
    assert move.ref == "refs/heads/topic"
    protected = POLICY._replace(protected=("topic",))
    assert reword_history.own_branch(protected) == ("refs/heads/topic", "", "", "")


@pytest.mark.parametrize("by", ["a replace ref", "a graft"])
def test_what_git_stores_is_rewritten_and_a_replacement_is_named(repo: Repo, bad: str, by: str) -> None:
    tree = repo.git("rev-parse", f"{bad}^{{tree}}")
    assert plan({bad: b"feat: good\n"}).replaced == 0
    if by == "a graft":
        info = repo.path / ".git" / "info"
        info.mkdir(exist_ok=True)
        (info / "grafts").write_text(f"{bad}\n")
    else:
        repo.git("replace", bad, repo.git("commit-tree", repo.git("mktree"), "-m", "another"))
    its = plan({bad: b"feat: good\n"})
    assert its.replaced == 1
    assert repo.git("--no-replace-objects", "rev-parse", f"{its.moves[0].new}^{{tree}}") == tree


def test_notes_on_other_commits_stay(repo: Repo, bad: str) -> None:
    repo.git("notes", "add", "-m", "of the first", "HEAD^")
    repo.git("config", "notes.rewriteRef", "refs/notes/*")
    assert [move.ref for move in plan({bad: b"feat: x\n"}).moves] == ["refs/heads/main"]
    repo.git("notes", "add", "-m", "of the second", "HEAD")
    assert [move.ref for move in plan({bad: b"feat: x\n"}).moves] == ["refs/heads/main", "refs/notes/commits"]
    repo.git("config", "notes.rewrite.rebase", "false")
    assert [move.ref for move in plan({bad: b"feat: x\n"}).moves] == ["refs/heads/main"]


def test_many_are_stored_as_a_pack(repo: Repo, bad: str) -> None:
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@b.c> {number} +0000\ndata 2\nx\n"
        + (f"from {bad}\n" if not number else "")
        for number in range(150)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input=stream, text=True, check=True)
    packs = len([*repo.path.glob(".git/objects/pack/*.pack")])
    done = plan({bad: b"feat: x\n"})
    assert done.rewritten == 151
    assert len([*repo.path.glob(".git/objects/pack/*.pack")]) == packs + 1
    assert query.exists(f"{done.moves[0].new}^{{commit}}")
    assert repo.git("log", "--format=%s", done.moves[0].new).split("\n")[-2] == "feat: x"
