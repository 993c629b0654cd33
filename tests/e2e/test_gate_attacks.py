"""Attempts to get something past the gate of a server, or to make it hang: each is refused, and others still get in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install import server
from tests.support import gits, servers
from tests.support.pushes import Pair, administer
from tests.support.repos import EMAIL, NAME, Repo, bare, init, run, watched, write

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = '[push]\nmax-file-size = "1kB"\n'
NO_KEYS = '[push]\nforbidden-paths = ["*.pem"]\n'
PERSON = f"{NAME} <{EMAIL}> 1700000000 +0000"
UNJUDGED = ("refs/notes/x", "refs/meta/config")


@pytest.fixture
def near(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone without hooks, which has pushed one good commit to the main of a bare repository with the gate."""
    monkeypatch.chdir(sandbox)
    watched(monkeypatch, sandbox)
    there = bare(sandbox / "hub.git")
    server.install(server.find(there.path))
    here = init(sandbox / "near")
    here.git("remote", "add", "origin", str(there.path))
    near = Pair(here, there)
    near.commit("first")
    assert not near.push().returncode
    return near


def stored(repo: Repo, raw: bytes, kind: str = "commit") -> str:
    """Store an object as it is; git looks at nothing in it."""
    args = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    done = subprocess.run(args, input=raw, cwd=repo.path, env=repo.env(), capture_output=True, check=True)
    return done.stdout.decode().strip()


def raw_commit(repo: Repo, message: bytes, headers: str | None = None, *, tree: str = "") -> str:
    """A commit on HEAD with these headers after its parent, else with author and committer as git writes them."""
    tree = tree or repo.git("rev-parse", "HEAD^{tree}")
    parent = repo.git("rev-parse", "HEAD")
    headers = headers if headers is not None else f"author {PERSON}\ncommitter {PERSON}\n"
    return stored(repo, f"tree {tree}\nparent {parent}\n{headers}\n".encode() + message)


def signed(subject: str = "feat: x") -> bytes:
    return f"{subject}\n\nSigned-off-by: {NAME} <{EMAIL}>\n".encode()


# What counts as judged


@pytest.mark.parametrize("ref", UNJUDGED)
def test_what_came_through_a_ref_that_is_not_judged_is_judged_where_it_goes(near: Pair, ref: str) -> None:
    bad = near.commit("bad", message="no header")
    assert not near.push("origin", f"main:{ref}").returncode, "what such a ref holds is a tool's"
    assert "[header-format]" in near.push().stderr
    good = near.commit("good")
    said = near.push("origin", f"{good}:refs/tags/v1").stderr
    assert bad[:12] in said
    assert near.refs().keys() == {"refs/heads/main", ref}


@pytest.mark.parametrize("ref", ["refs/pull/1/head", "refs/remotes/up/main", "refs/changes/01/1/1", "refs/stash"])
def test_what_the_server_keeps_elsewhere_was_not_judged(near: Pair, ref: str) -> None:
    """A host makes refs of requests from other repositories; whoever fetches has remote-tracking ones."""
    near.commit("bad", message="no header")
    near.here.git("push", "-q", str(near.there.path), "main:refs/notes/x")
    near.there.git("update-ref", ref, "refs/notes/x")
    assert "[header-format]" in near.push().stderr


def test_the_files_that_the_server_keeps_elsewhere_were_not_judged_either(near: Pair) -> None:
    administer(near.there, SMALL + 'forbidden-paths = ["*.pem"]\n')
    near.commit("big", 2000)
    near.commit("key.pem")
    near.there.git("fetch", "-q", str(near.here.path), "main:refs/notes/x")
    said = near.push().stderr
    assert "[file-size]" in said
    assert "[path-forbidden]" in said


def test_an_address_of_a_bot_exempts_nobody(near: Pair) -> None:
    headers = f"author x[bot] <x[bot]@users.noreply.github.com> 1 +0000\ncommitter {PERSON}\n"
    oid = raw_commit(near.here, b"no header\n", headers)
    assert "[header-format]" in near.push("origin", f"{oid}:refs/heads/feat/x").stderr


@pytest.mark.measured
def test_a_namespace_is_judged_by_its_own_refs(near: Pair) -> None:
    base = near.here.git("rev-parse", "HEAD")
    assert not near.push(GIT_NAMESPACE="a/b").returncode
    near.commit("bad", message="no header")
    near.there.git("fetch", "-q", str(near.here.path), "main:refs/namespaces/a/refs/namespaces/b/refs/notes/heads/x")
    assert "[header-format]" in near.push(GIT_NAMESPACE="a/b").stderr
    near.here.git("reset", "-q", "--hard", base)
    near.commit("old", message="Old")
    near.there.git("fetch", "-q", str(near.here.path), "main:refs/namespaces/a/refs/namespaces/b/refs/heads/old")
    near.commit("good")
    assert not near.push(GIT_NAMESPACE="a/b").returncode, "what its branches had before is nobody's to mend"


@pytest.mark.measured
def test_a_linked_work_tree_of_the_server(near: Pair, sandbox: Path) -> None:
    """Its own HEAD names another branch, and its git directory has no objects."""
    write(near.here.path / "gitpact.toml", SMALL)
    near.here.git("add", ".")
    near.commit("policy")
    near.push()
    near.there.git("worktree", "add", "-q", "-b", "lax", str(sandbox / "linked"), "main~1")
    near.commit("big", 2000)
    near.there.git("fetch", "-q", str(near.here.path), "main:refs/notes/x")
    near.there.git("update-ref", "-d", "refs/notes/x")
    near.here.git("remote", "add", "linked", str(sandbox / "linked"))
    assert "'big' is 2 kB" in near.push("linked", "main").stderr
    write(near.there.path / "gitpact" / "off", "")
    assert "switched off" in near.push("linked", "main").stderr


@pytest.mark.parametrize("limit", ["1", "100"], ids=["packs are kept", "packs are unpacked"])
def test_what_was_left_over_is_judged(near: Pair, limit: str) -> None:
    near.there.git("config", "receive.unpackLimit", limit)
    near.commit("key.pem", 2000)
    assert not near.push("origin", "main:refs/heads/feat/x").returncode
    assert not near.push("origin", ":refs/heads/feat/x").returncode
    administer(near.there, SMALL)
    assert "'key.pem' is 2 kB" in near.push().stderr
    administer(near.there, NO_KEYS)
    assert "[path-forbidden]" in near.push().stderr


def test_an_object_that_is_here_already_and_is_not_sent(near: Pair) -> None:
    """A pusher sends a commit and leaves out the file, which the server has from a ref that is gone."""
    near.commit("big", 2000)
    near.push("origin", "main:refs/heads/feat/x")
    administer(near.there, SMALL)
    near.there.git("update-ref", "-d", "refs/heads/feat/x")
    tree, old = near.here.git("rev-parse", "main^{tree}"), near.here.git("rev-parse", "main~1")
    oid = raw_commit(near.here, signed(), f"author {PERSON}\ncommitter {PERSON}\n", tree=tree)
    pack = subprocess.run(
        ["git", "pack-objects", "--stdout", "-q"],
        input=f"{oid}\n".encode(),
        cwd=near.here.path,
        capture_output=True,
        check=True,
    ).stdout
    said = receive_pack(near, [(old, oid, "refs/heads/main")], pack)
    assert b"[file-size]" in said


def receive_pack(near: Pair, updates: Sequence[tuple[str, str, str]], pack: bytes) -> bytes:
    """What a server answers to a client that speaks its protocol by hand."""
    lines = []
    for number, (old, new, ref) in enumerate(updates):
        line = f"{old} {new} {ref}".encode() + (b"\0report-status side-band-64k" if not number else b"") + b"\n"
        lines.append(b"%04x" % (len(line) + 4) + line)
    done = subprocess.run(
        ["git", "receive-pack", str(near.there.path)],
        input=b"".join(lines) + b"0000" + pack,
        capture_output=True,
        check=False,
    )
    return done.stdout


# Replaced objects


def test_a_replaced_tip_or_policy_changes_nothing(near: Pair) -> None:
    write(near.here.path / "gitpact.toml", SMALL + 'protected = ["main"]\n')
    near.here.git("add", ".")
    near.commit("policy")
    near.push()
    tip = near.here.git("rev-parse", "HEAD")
    near.here.git("checkout", "-q", "--orphan", "lax")
    write(near.here.path / "gitpact.toml", '[rules]\nfile-size = "off"\n')
    near.here.git("add", ".")
    lax = near.commit("lax")
    said = near.push("origin", f"{lax}:refs/replace/{tip}").stderr
    assert "[forbidden-ref]" in said
    near.there.git("fetch", "-q", str(near.here.path), f"lax:refs/replace/{tip}")
    blob = near.here.git("rev-parse", f"{tip}:gitpact.toml")
    near.there.git("update-ref", f"refs/replace/{blob}", near.here.git("rev-parse", "lax:gitpact.toml"))
    near.here.git("checkout", "-q", "main")
    near.commit("big", 2000)
    said = near.push("origin", "main:refs/heads/feat/x").stderr
    assert "'big' is 2 kB" in said
    assert "[protected-ref]" in near.push().stderr
    assert not near.push("origin", f":refs/replace/{tip}").returncode, "to take one away mends something"


def test_grafts_of_the_server_hide_nothing(near: Pair) -> None:
    near.commit("bad", message="no header")
    good = near.commit("good")
    write(near.there.path / "info" / "grafts", f"{good} {near.here.git('rev-parse', 'main~2')}\n")
    assert "[header-format]" in near.push().stderr


# Commit objects that git does not make

FORGED = {
    "two authors": (f"author {PERSON}\nauthor Eve <e@x.yz> 1 +0000\ncommitter {PERSON}\n", "author"),
    "an author behind the committer": (f"author {PERSON}\ncommitter {PERSON}\nauthor Eve <e@x.yz> 1 +0000\n", "author"),
    "two committers": (f"author {PERSON}\ncommitter {PERSON}\ncommitter {PERSON}\n", "committer"),
    "no author": (f"committer {PERSON}\n", "author"),
    "no committer": (f"author {PERSON}\n", "committer"),
    "the committer first": (f"committer {PERSON}\nauthor {PERSON}\n", "order"),
    "a parent further down": (f"author {PERSON}\ncommitter {PERSON}\nparent {'1' * 40}\n", "parent"),
    "a second tree": (f"author {PERSON}\ncommitter {PERSON}\ntree {'1' * 40}\n", "tree"),
    "nobody": (f"author x\ncommitter {PERSON}\n", "Name <email>"),
    "two encodings": (f"author {PERSON}\ncommitter {PERSON}\nencoding GBK\nencoding UTF-8\n", "encodings"),
    "a NUL in a header": (f"author {PERSON}\ncommitter {PERSON}\nx a\0b\n", "NUL"),
}


@pytest.mark.parametrize(("headers", "_word"), FORGED.values(), ids=FORGED)
@pytest.mark.measured
def test_forged_headers(near: Pair, headers: str, _word: str) -> None:
    oid = raw_commit(near.here, signed(), headers)
    assert "[commit-object]" in near.push("origin", f"{oid}:refs/heads/feat/x").stderr
    done = run("git", "push", "-q", "origin", f"{oid}:refs/notes/x", cwd=near.here.path)
    assert not done.returncode


@pytest.mark.parametrize("author", ["--glob=x HEAD", "J\xf6rg x", "A\0 B", "X" * 200_000])
@pytest.mark.measured
def test_what_stands_where_a_parent_has_to_is_never_asked_of_git(near: Pair, author: str) -> None:
    tree = near.here.git("rev-parse", "HEAD^{tree}")
    lines = f"tree {tree}\nauthor {author}\ncommitter {PERSON}\nparent {near.here.git('rev-parse', 'HEAD')}\n\n"
    oid = stored(near.here, lines.encode("latin-1") + signed())
    said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
    assert "[commit-object]" in said
    assert "crashed" not in said


HIDDEN = {
    "behind a NUL": (b"feat: x\0\nhidden\n", ""),
    "in UTF-7": (b"feat: +AAA-\n", "encoding UTF-7\n"),
    "in UTF-16": ("feat: x\n\n".encode("utf-16"), "encoding UTF-16\n"),
    "in ISO-2022-JP": (b"feat: x\n\n\x1b$B", "encoding ISO-2022-JP\n"),
    "in no encoding": (b"feat: x\n", "encoding no-such\n"),
    "in Python's own": (b"feat: \\x00\n", "encoding unicode_escape\n"),
    "in bytes that are none": (b"feat: \xff\n", ""),
    "in a surrogate": (b"feat: \xed\xa0\x80\n", ""),
    "in a noncharacter": ("feat: \ufdd0\n".encode(), ""),
}


@pytest.mark.parametrize(("message", "header"), HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("merge", [False, True], ids=["ordinary", "a merge"])
@pytest.mark.measured
def test_text_that_hides(near: Pair, message: bytes, header: str, *, merge: bool) -> None:
    headers = f"author {PERSON}\ncommitter {PERSON}\n{header}"
    if merge:
        other = near.here.git("commit-tree", "-m", signed().decode(), "HEAD^{tree}")
        headers = f"parent {other}\n{headers}"
    oid = raw_commit(near.here, message + b"\n" + signed()[9:], headers)
    said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
    assert "[message-encoding]" in said


def test_an_encoding_that_is_one(near: Pair) -> None:
    text = f"feat: 添加\n\nSigned-off-by: {NAME} <{EMAIL}>\n".encode("gbk")
    oid = raw_commit(near.here, text, f"author {PERSON}\ncommitter {PERSON}\nencoding GBK\n")
    assert not near.push("origin", f"{oid}:refs/heads/feat/x").returncode


# Merges that are none


def test_a_parent_twice_or_one_that_another_has_makes_no_merge(near: Pair) -> None:
    near.commit("second")
    near.push()
    head, before = near.here.git("rev-parse", "HEAD"), near.here.git("rev-parse", "HEAD~1")
    tree = near.here.git("rev-parse", "HEAD^{tree}")
    other = stored(near.here, b"", "tree")
    for parents, files in (
        ((head, head), tree),
        ((head, before), tree),
        ((before, head), other),
        ((head, before, before), tree),
        ((head, head, before), tree),
        ((before, before, head), other),
    ):
        oid = near.here.git("commit-tree", *(f"-p{parent}" for parent in parents), "-m", "Merge branch 'x'", files)
        said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
        assert "[header-format]" in said, parents
        oid = near.here.git("commit-tree", *(f"-p{one}" for one in parents), "-m", signed().decode(), files)
        assert not near.push("origin", f"{oid}:refs/heads/feat/x").returncode, "judged as an ordinary one, and good"
        near.push("origin", ":refs/heads/feat/x")


def test_merges_that_are_some(near: Pair) -> None:
    base = near.here.git("rev-parse", "HEAD")
    near.here.git("checkout", "-q", "-b", "side")
    near.commit("side")
    near.here.git("checkout", "-q", "-b", "more", base)
    near.commit("more")
    near.here.git("checkout", "-q", "main")
    near.here.git("merge", "-q", "--no-ff", "--no-edit", "side")
    assert not near.push().returncode, "it could have been a fast-forward"
    near.here.git("merge", "-q", "--no-ff", "--no-edit", "more")
    assert not near.push().returncode
    near.here.git("checkout", "-q", "-B", "octopus", base)
    near.here.git("merge", "-q", "--no-ff", "--no-edit", "side", "more")
    assert not near.push("origin", "octopus:refs/heads/feat/octopus").returncode


@pytest.mark.measured
def test_more_parents_than_anybody_merges(near: Pair) -> None:
    tree = near.here.git("rev-parse", "HEAD^{tree}")
    roots = [
        near.here.git("commit-tree", "-m", f"feat: {n}\n\nSigned-off-by: {NAME} <{EMAIL}>", tree) for n in range(101)
    ]
    oid = near.here.git("commit-tree", *(f"-p{root}" for root in roots), "-m", "Merge", tree)
    assert "[commit-object]" in near.push("origin", f"{oid}:refs/heads/feat/x").stderr


def test_one_parent_in_two_spellings_makes_no_merge(near: Pair) -> None:
    """Git takes capital digits."""
    near.commit("second")
    near.push()
    head, before = near.here.git("rev-parse", "HEAD"), near.here.git("rev-parse", "HEAD~1")
    mixed = "".join(char.upper() if number % 2 else char for number, char in enumerate(head))
    tree = stored(near.here, b"", "tree")
    for one, other in (
        (head.upper(), mixed),
        (head, head.upper()),
        (head.upper(), before.upper()),
        (before, head.upper()),
    ):
        lines = f"tree {tree}\nparent {one}\nparent {other}\nauthor {PERSON}\ncommitter {PERSON}\n\nno header\n"
        oid = stored(near.here, lines.encode())
        said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
        assert "[commit-object]" in said
        assert "[header-format]" in said
    oid = stored(near.here, f"tree {tree.upper()}\nauthor {PERSON}\ncommitter {PERSON}\n\n".encode() + signed())
    assert "[commit-object]" in near.push("origin", f"{oid}:refs/heads/feat/x").stderr


# Whose policy counts


LAX = '[message]\ntypes = []\n[dco]\nsign-off = "optional"\n[rules]\nheader-format = "off"\n'


def with_policy(near: Pair, text: str, ref: str, start: str = "main") -> subprocess.CompletedProcess[str]:
    """Push a good commit that brings a policy to a ref; the clone stands on main again."""
    near.here.git("checkout", "-q", "-B", "brings", start)
    write(near.here.path / "gitpact.toml", text)
    near.here.git("add", ".")
    near.here.git("commit", "-q", "-s", "-m", f"feat: a policy for {ref}")
    done = near.push("origin", f"brings:{ref}")
    near.here.git("checkout", "-q", "-f", "main")
    return done


@pytest.mark.parametrize("tag", ["HEAD", "refs/heads/main", "heads/main", "main", "heads/master"])
def test_no_tag_is_taken_for_the_default_branch(near: Pair, tag: str) -> None:
    """What `git init --bare` gives: HEAD names a branch that is not there."""
    near.there.git("symbolic-ref", "HEAD", "refs/heads/master")
    if tag == "refs/heads/main":
        near.push("origin", "main:refs/heads/trunk")
        near.there.git("update-ref", "-d", "refs/heads/main")
    with_policy(near, LAX, f"refs/tags/{tag}")
    near.commit("bad", message="no header")
    assert "[header-format]" in near.push("origin", "main:refs/heads/feat/x").stderr


@pytest.mark.measured
def test_nobody_chooses_the_policy_by_making_or_deleting_a_branch(near: Pair) -> None:
    assert not with_policy(near, NO_KEYS, "refs/heads/main").returncode
    near.here.git("fetch", "-q", "origin")
    near.here.git("reset", "-q", "--hard", "origin/main")
    near.there.git("symbolic-ref", "HEAD", "refs/heads/master")
    done = with_policy(near, LAX, "refs/heads/master")
    assert "refs/heads/master would become the default branch" in done.stderr
    said = near.push("origin", ":refs/heads/main").stderr
    assert "refs/heads/main is the default branch, and only the administrator may delete it" in said
    assert not near.push("origin", "main:refs/heads/master").returncode, "with the policy that is in force it may"


@pytest.mark.measured
def test_a_policy_that_cannot_be_read_is_another_one(near: Pair) -> None:
    near.there.git("symbolic-ref", "HEAD", "refs/heads/master")
    (near.here.path / "gitpact.toml").symlink_to("elsewhere")
    near.here.git("add", ".")
    near.commit("link")
    near.there.git("fetch", "-q", str(near.here.path), "main:refs/heads/main")
    (near.here.path / "gitpact.toml").unlink()
    assert "would become the default branch" in with_policy(near, LAX, "refs/heads/master").stderr


@pytest.mark.measured
def test_a_symbolic_branch_where_refs_are_in_tables(near: Pair, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gits.first(monkeypatch, gits.newer())
    there = bare(sandbox / "tables.git", "--ref-format=reftable")
    server.install(server.find(there.path))
    near = near._replace(there=there)
    near.here.git("remote", "set-url", "origin", str(there.path))
    near.push()
    there.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    administer(near.there, '[push]\nprotected = ["main"]\n')
    near.commit("good")
    assert "[protected-ref]" in near.push("origin", "main:alias").stderr


ALIASES = {"HEAD": "refs/heads/trunk", "a branch": "refs/heads/alias"}


@pytest.mark.parametrize("which", ALIASES)
def test_a_symbolic_branch_is_judged_as_what_it_stands_for(near: Pair, which: str) -> None:
    near.there.git("symbolic-ref", ALIASES[which], "refs/heads/main")
    if which == "HEAD":
        near.there.git("symbolic-ref", "HEAD", ALIASES[which])
    alias = ALIASES[which].removeprefix("refs/heads/")
    write(near.here.path / "gitpact.toml", "[[")
    near.here.git("add", ".")
    near.commit("broken")
    assert "the policy file in this push has an error" in near.push("origin", f"main:{alias}").stderr
    near.here.git("reset", "-q", "--hard", "HEAD~1")
    administer(near.there, '[push]\nprotected = ["main"]\n')
    near.commit("good")
    assert "[protected-ref]" in near.push("origin", f"main:{alias}").stderr


def test_what_is_kept_of_a_policy_follows_a_symbolic_head(near: Pair) -> None:
    near.there.git("symbolic-ref", "refs/heads/trunk", "refs/heads/main")
    near.there.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    past = time.time() - 3600
    for path in near.there.path.rglob("*"):
        os.utime(path, (past, past))
    time.sleep(2.1)  # a change time cannot be set
    near.commit("warm")
    near.push("origin", "main:refs/heads/feat/warm")
    with_policy(near, NO_KEYS, "refs/heads/main")
    near.here.git("fetch", "-q", "origin")
    near.here.git("reset", "-q", "--hard", "origin/main")
    near.commit("key.pem")
    assert "[path-forbidden]" in near.push().stderr


CONTRADICTIONS = {
    "sizes of a header": ("[message]\nsubject-max = 50\n", "[message]\nsubject-min = 60\nsubject-max = 100\n"),
    "trailers": ('[message]\nrequired-trailers = ["X"]\n', '[message]\nforbidden-trailers = ["X"]\n'),
    "types": ('[message]\ntypes = ["feat"]\n', '[message.type-aliases]\nx = "fix"\n'),
    "scopes": ('[message]\nscope = "forbidden"\n', '[message]\nscopes = ["a"]\n'),
}


@pytest.mark.parametrize(("his", "its"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
@pytest.mark.measured
def test_a_policy_that_contradicts_the_administrators_locks_nobody_out(near: Pair, his: str, its: str) -> None:
    assert not with_policy(near, its, "refs/heads/main").returncode
    near.here.git("fetch", "-q", "origin")
    near.here.git("reset", "-q", "--hard", "origin/main")
    administer(near.there, his)
    near.commit("good", message=f"feat: x\n\nX: y\nSigned-off-by: {NAME} <{EMAIL}>")
    done = near.push()
    assert not done.returncode, done.stderr
    assert "the server uses the built-in policy" in done.stderr
    near.there.git("update-ref", "refs/heads/main", near.here.git("rev-list", "--max-parents=0", "HEAD"))
    assert "the policy file in this push has an error" in with_policy(near, its + "# again\n", "refs/heads/main").stderr


@pytest.mark.measured
def test_a_project_does_not_undo_what_an_administrator_asks_for(near: Pair) -> None:
    its = (
        '[rules]\npath-forbidden = "off"\nsign-off-required = "off"\nsign-off-identity = "off"\ntype-known = "off"\n'
        'commit-count = "warning"\n[push.file-limits]\n"*" = "100MB"\n"b*" = 0\n[exempt]\nsubjects = ["*"]\n'
    )
    assert not with_policy(near, its, "refs/heads/main").returncode
    near.here.git("fetch", "-q", "origin")
    near.here.git("reset", "-q", "--hard", "origin/main")
    his = '[push]\nforbidden-paths = ["*.pem"]\nmax-file-size = "1kB"\n[dco]\nsign-off = "required"\n'
    administer(near.there, his + '[message]\ntypes = ["feat"]\n')
    write(near.here.path / "key.pem", "secret")
    write(near.here.path / "big", "x" * 2000)
    near.here.git("add", ".")
    near.here.git("commit", "-q", "--no-verify", "-m", "fix: all at once")
    said = near.push().stderr
    for rule in ("path-forbidden", "file-size", "sign-off-required", "type-known"):
        assert f"[{rule}]" in said, rule


def test_a_pusher_tells_nothing_of_where_history_ends(near: Pair) -> None:
    near.there.git("config", "receive.shallowUpdate", "true")
    near.commit("bad", message="no header")
    near.commit("good")
    near.push("origin", "main:refs/notes/x")
    shallow = near.here.path.parent / "shallow"
    run("git", "clone", "-q", "--depth=1", f"file://{near.here.path}", shallow, cwd=near.here.path)
    done = run("git", "push", str(near.there.path), "HEAD:refs/heads/feat/x", cwd=shallow)
    assert done.returncode
    assert "[header-format]" in done.stderr


# Tags


def test_a_tag_of_a_tree_is_judged_as_the_tree_of_a_commit(near: Pair) -> None:
    administer(near.there, NO_KEYS + 'max-file-size = "1kB"\n')
    write(near.here.path / "dir" / "key.pem", "secret")
    write(near.here.path / "dir" / "big", "x" * 2000)
    near.here.git("add", ".")
    tree = near.here.git("write-tree")
    near.here.git("tag", "-a", "-m", "a tree", "annotated", tree)
    near.here.git("tag", "-a", "-m", "a tag", "nested", "annotated")
    for source in (tree, "annotated", "nested"):
        said = near.push("origin", f"{source}:refs/tags/v1").stderr
        assert "[path-forbidden]" in said
        assert "dir/big" in said
    assert "v1" not in near.there.git("tag")


@pytest.mark.measured
def test_a_tag_of_a_tree_with_one_large_file(near: Pair) -> None:
    """The others, and what is another repository's, are not looked at."""
    administer(near.there, SMALL)
    blobs = [near.here.git("hash-object", "-w", write(near.here.path / "f", "x" * size)) for size in (1, 2000)]
    rows = [f"100644 blob {blobs[0]}\ta", f"100644 blob {blobs[1]}\tbig", f"160000 commit {'1' * 40}\tmodule"]
    listed = "\n".join(rows) + "\n"
    command = ["git", "mktree", "--missing"]
    done = subprocess.run(command, cwd=near.here.path, input=listed.encode(), capture_output=True, check=True)
    said = near.push("origin", f"{done.stdout.decode().strip()}:refs/tags/v1").stderr
    assert "'big' is 2 kB" in said


# Limits


def test_a_message_beyond_the_limit(near: Pair) -> None:
    oid = raw_commit(near.here, signed() + b"x" * (1 << 20))
    said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
    assert "[message-size]" in said
    assert len(said) < 2000


@pytest.mark.measured
def test_headers_beyond_the_limit(near: Pair) -> None:
    flood = "".join(f"x-{number} {'y' * 900}\n" for number in range(1300))
    oid = raw_commit(near.here, signed(), f"author {PERSON}\ncommitter {PERSON}\n{flood}")
    assert "[commit-object]" in near.push("origin", f"{oid}:refs/heads/feat/x").stderr


@pytest.mark.parametrize("headers", ["author {0}\ncommitter {1}\n", "author {1}\ncommitter {0}\n"])
@pytest.mark.measured
def test_a_name_beyond_the_limit(near: Pair, headers: str) -> None:
    endless = "é" * 600 + PERSON
    oid = raw_commit(near.here, signed(), headers.format(endless, PERSON))
    said = near.push("origin", f"{oid}:refs/heads/feat/x").stderr
    assert "is longer than 1,000 bytes" in said
    assert "[commit-object]" in said


@pytest.mark.measured
def test_a_gate_that_needs_too_long_refuses_with_the_reason(near: Pair) -> None:
    administer(near.there, "[server]\ntime-limit = 1\n")
    slow(near, 5)
    near.commit("second")
    start = time.monotonic()
    said = near.push()
    assert said.returncode
    assert "the check took more than 1 seconds" in said.stderr
    assert time.monotonic() - start < 4
    administer(near.there, "[server]\ntime-limit = 0\n")
    slow(near, 1.5)
    assert not near.push().returncode


def slow(near: Pair, seconds: float) -> None:
    """Let the walk of the gate take so long: its git is one that waits before it hands on to the real one."""
    git = next(f"{place}/git" for place in os.environ["PATH"].split(":") if os.access(f"{place}/git", os.X_OK))
    # One process, as the real one is: a `sleep` that outlives its shell would keep the client's streams open.
    script = (
        f"#!{sys.executable}\nimport os, sys, time\n"
        f"time.sleep({seconds} if 'rev-list' in sys.argv and '--stdin' in sys.argv else 0)\n"
        f"os.execv({git!r}, ['git', *sys.argv[1:]])\n"
    )
    folder = near.there.path.parent / "slow"
    write(folder / "git", script, 0o755)
    shim = near.there.path / "hooks" / "pre-receive"
    text = shim.read_text(encoding="utf-8")
    if str(folder) not in text:
        shim.write_text(text.replace("#!/bin/sh\n", f'#!/bin/sh\nPATH="{folder}:$PATH"; export PATH\n', 1), "utf-8")


@pytest.mark.parametrize(("kind", "wait"), [("a path", 0), ("a daemon", 0), ("a daemon", 1.5)])
@pytest.mark.measured
def test_a_gate_ends_when_its_client_is_gone(near: Pair, kind: str, wait: float) -> None:
    near.commit("second")
    near.there.git("config", "receive.keepAlive", "1")
    with servers.daemon(near.there.path.parent) as url:
        place = f"{url}/hub.git" if kind == "a daemon" else str(near.there.path)
        slow(near, 2.5)
        assert not near.push(place, "main").returncode, "a client that waits gets in"
        near.commit("third")
        slow(near, 40)
        client = subprocess.Popen(
            ["git", "push", "-q", place, "main"],
            cwd=near.here.path,
            env=near.here.env(),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        gates = wait_for(near, present=True)
        time.sleep(wait)
        client.send_signal(signal.SIGKILL)  # and not what it has started: a client is gone, its server is not
        client.wait()
        assert gates
        assert not wait_for(near, present=False)
    assert near.refs()["refs/heads/main"] != near.here.git("rev-parse", "main")


def wait_for(near: Pair, *, present: bool) -> list[str]:
    """The gates that run in the repository, once there is one, or once there is none, for twenty seconds at most."""
    found: list[str] = []
    for _ in range(200):
        found = [
            path.name
            for path in Path("/proc").iterdir()
            if path.name.isdigit() and is_gate(path) and link(path / "cwd") == near.there.path
        ]
        if bool(found) == present:
            break
        time.sleep(0.1)
    return found


def is_gate(path: Path) -> bool:
    try:
        return b"gitpact.cli.entry" in (path / "cmdline").read_bytes()
    except OSError:
        return False


def link(path: Path) -> Path | None:
    try:
        return path.readlink()
    except OSError:
        return None
