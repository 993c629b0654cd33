"""`gitpact size` in real clones: what a push would send, without asking the remote."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from gitpact.cli import size
from tests.support.commands import caller
from tests.support.pushes import Pair, pair
from tests.support.repos import bare, gitpact, run, write
from tests.support.terminals import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def both(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A clone with hooks, and its remote, which has one commit."""
    made = pair(sandbox, monkeypatch)
    made.commit("first")
    assert not made.push("-u").returncode
    return made


def measured(*args: str, code: int = 0, **env: str | None) -> dict[str, Any]:
    """The document for a push."""
    done = gitpact("size", *args, "--format", "json", env=env)
    assert done.returncode == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_document(both: Pair) -> None:
    old = both.here.git("rev-parse", "HEAD")
    small = both.commit("small", 100)
    large = both.commit("dir/large", 4000)
    found = measured()
    assert list(found)[:7] == ["schema", "remote", "commits", "objects", "raw", "disk", "pack"]
    assert (found["schema"], found["remote"], found["commits"], found["objects"]) == (1, "origin", 2, 7)
    assert (found["pack"], found["estimate"]) == (None, False)
    (ref,) = found["refs"]
    assert (ref["ref"], ref["old"], ref["new"]) == ("refs/heads/main", old, large)
    assert [(blob["path"], blob["size"], blob["commit"]) for blob in found["blobs"]] == [
        ("dir/large", 4000, large),
        ("small", 100, small),
    ]
    listed = both.here.git("rev-list", "--objects", "--no-object-names", "main", "--not", "--remotes").split()
    sizes = [int(both.here.git("cat-file", "-s", oid)) for oid in listed]
    assert found["raw"] == sum(sizes)


def test_exact_bytes_are_those_of_the_push(both: Pair) -> None:
    both.commit("noise")
    (both.here.path / "noise").write_bytes(os.urandom(50_000))
    both.here.git("commit", "-q", "-a", "-s", "--no-verify", "-m", "feat: noise")
    pack = measured("--exact")["pack"]
    trace = both.push("--progress", "origin", "main").stderr
    rounded = pack + 5  # git's own way (`strbuf_humanise` in strbuf.c), which differs for one size in a hundred
    assert f"{rounded >> 10}.{(rounded & 1023) * 100 >> 10:02} KiB" in trace
    assert measured("--exact")["objects"] == 0


def test_text_has_bars_and_the_way_to_exact_bytes(both: Pair) -> None:
    both.commit("a", 4000)
    both.commit("b", 2000)
    assert "█" in gitpact("size", env={"LC_ALL": "C", "LANG": None}).stdout, "a pipe takes UTF-8"
    said = on_a_terminal(both.here, 80, "pact", "size", LC_ALL="C", NO_COLOR="1").replace("\r", "")
    assert "what git push origin HEAD would send" in said
    assert "size to send: not measured; to measure it, add --exact" in said
    assert "      4 kB  ####################  a  (since " in said
    assert "      2 kB  ##########            b" in said
    assert "exact size to send" in gitpact("size", "--exact").stdout


def test_a_limit_that_is_broken_is_exit_1(both: Pair) -> None:
    write(both.here.path / "gitpact.toml", '[push]\nmax-file-size = "1kB"\n')
    both.commit("big", 2000)
    done = gitpact("size")
    assert done.returncode == 1
    assert "[file-size]" in done.stdout
    assert measured(code=1)["rules"] == ["file-size"]
    assert not gitpact("size", env={"GIT_FILE_SIZE_LIMIT": "1MB"}).returncode


@pytest.mark.measured
def test_several_refs_are_told_one_by_one(both: Pair) -> None:
    both.commit("a", 100)
    both.here.git("tag", "v1")
    both.here.git("branch", "feat/x", "HEAD~1")
    found = measured("origin", "main", "v1", "feat/x:refs/heads/feat/y", "+main~1:main", ":gone")
    assert [(ref["ref"], ref["objects"]) for ref in found["refs"]] == [
        ("refs/heads/main", 3),
        ("refs/tags/v1", 3),
        ("refs/heads/feat/y", 0),
        ("refs/heads/main", 0),
    ]
    assert "v1 -> refs/tags/v1: 3 objects" in gitpact("size", "origin", "main", "v1").stdout


@pytest.mark.measured
def test_a_glob_of_refs(both: Pair) -> None:
    both.commit("a")
    both.here.git("branch", "feat/x")
    found = measured("origin", "refs/heads/*:refs/heads/copy/*")
    assert [ref["ref"] for ref in found["refs"]] == ["refs/heads/copy/feat/x", "refs/heads/copy/main"]
    assert [ref["ref"] for ref in measured("origin", "refs/heads/f*")["refs"]] == ["refs/heads/feat/x"]


@pytest.mark.measured
def test_all_branches_all_tags_and_one_tag(both: Pair) -> None:
    both.commit("a")
    both.here.git("branch", "feat/x")
    both.here.git("tag", "v1")
    both.here.git("tag", "main", "HEAD~1")
    every = [f"refs/heads/{name}" for name in ("feat/x", "main")]
    assert [ref["ref"] for ref in measured("origin", "--all")["refs"]] == every
    assert [ref["ref"] for ref in measured("--branches")["refs"]] == every
    assert [ref["ref"] for ref in measured("--tags")["refs"]] == ["refs/tags/main", "refs/tags/v1"]
    assert measured("origin", "feat/x", "--tags")["refs"][0]["ref"] == "refs/heads/feat/x"
    both.here.git("tag", "-d", "main")
    assert [ref["ref"] for ref in measured("origin", "main", "tag", "v1", "--all")["refs"]] == [
        "refs/heads/main",
        "refs/tags/v1",
        "refs/heads/feat/x",
        "refs/heads/main",
    ]
    assert [ref["ref"] for ref in measured("origin", "v1:v2", "HEAD:v3")["refs"]] == ["refs/tags/v2", "refs/heads/v3"]
    assert "refs/tags/v1: 3 objects" in gitpact("size", "origin", "--tags", "main", "--color", "never").stdout


@pytest.mark.measured
def test_many_refs_are_measured_together_alone(both: Pair) -> None:
    both.commit("a")
    for number in range(60):
        both.here.git("tag", f"v{number}")
    found = measured("--tags")
    assert (found["objects"], len(found["refs"]), found["refs"][0]["objects"]) == (3, 60, None)
    said = gitpact("size", "origin", "--tags").stdout.splitlines()
    assert (
        said[0]
        == "what git push origin refs/tags/v0 refs/tags/v1 refs/tags/v10 refs/tags/v11 refs/tags/v12 … would send"
    )
    assert (
        said[-1]
        == "  60 refs are too many to measure separately; to measure one ref, name only this ref in the command"
    )


def test_a_narrow_terminal(both: Pair) -> None:
    both.commit("a/path/of/some/length/that/goes/on/and/on.bin", 4000)
    seen = on_a_terminal(both.here, 60, "pact", "size", NO_COLOR="1")
    lines = [line.split("\x1b[K")[-1] for line in seen.splitlines()]
    assert max(map(len, lines)) <= 60
    assert any(line.startswith("      a/path/of/some/length/that/goes/on/and/on.bin") for line in lines)


def test_the_first_line_is_what_was_typed(both: Pair) -> None:
    both.commit("a")
    both.here.git("tag", "v1")
    assert "what git push origin main:feat/x v1 would send" in gitpact("size", "origin", "main:feat/x", "v1").stdout
    oid = both.here.git("hash-object", "-w", "a")
    assert f"  {oid}\n" in gitpact("size", "origin", f"{oid}:refs/tags/blob").stdout


@pytest.mark.measured
def test_where_what_is_fetched_is_not_what_is_pushed_to(both: Pair, sandbox: Path) -> None:
    both.commit("a")
    assert measured()["estimate"] is False
    both.here.git("remote", "set-url", "--push", "origin", str(bare(sandbox / "other.git").path))
    assert measured()["estimate"] is True


@pytest.mark.usefixtures("both")
def test_nothing_to_send() -> None:
    assert gitpact("size").stdout == "nothing to send: origin already has all commits\n"
    assert measured("origin", ":main")["objects"] == 0


def test_an_estimate_says_so(both: Pair, sandbox: Path) -> None:
    both.here.git("remote", "add", "new", str(bare(sandbox / "new.git").path))
    assert measured("new", "main")["estimate"] is True
    assert "git fetch new" in gitpact("size", "new", "main").stdout


@pytest.mark.parametrize("key", ["branch.main.pushRemote", "remote.pushDefault", "branch.main.remote"])
def test_the_remote_is_the_one_that_git_would_push_to(both: Pair, key: str, sandbox: Path) -> None:
    both.here.git("remote", "add", "new", str(bare(sandbox / "new.git").path))
    both.here.git("config", key, "new")
    assert measured()["remote"] == "new"


@pytest.mark.measured
def test_detached_and_by_url(both: Pair) -> None:
    both.commit("a")
    both.here.git("switch", "-q", "--detach")
    assert measured()["objects"] == 3
    assert measured(str(both.there.path), "HEAD:refs/heads/x")["objects"] == 3
    assert gitpact("size", "../elsewhere.git:x", "HEAD~1:refs/heads/x").stdout.startswith(
        "nothing to send: all commits are already on a remote\n"
    )
    assert measured("origin", "origin/main")["refs"][0]["ref"] == "refs/heads/main"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nowhere",), "no remote nowhere"),
        (("origin", "nothing"), "nothing: no branch, tag or commit has this name"),
        (("origin", "tag"), "a tag name must follow 'tag'"),
        (("origin", "main:main:main"), "'main:main' is not a ref name"),
        (("origin", "main:a b"), "'a b' is not a ref name"),
        (("origin", "tag", "no"), "refs/tags/no: no branch, tag or commit has this name"),
        (("--top", "x"), "--top"),
        (("--format", "xml"), "--format"),
    ],
)
@pytest.mark.measured
def test_what_is_wrong_is_one_error(both: Pair, args: tuple[str, ...], said: str) -> None:
    done = gitpact("size", *args)
    assert (done.returncode, both.refs() != {}) == (2, True)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_options_by_typer(both: Pair) -> None:
    both.commit("a")
    assert "REFSPEC" in gitpact("size", "--help").stdout
    assert not gitpact("size", "--color", "never").returncode


def test_top_picks_the_largest(both: Pair) -> None:
    for number in range(6):
        both.commit(f"f{number}", 100 * (number + 1))
    assert [blob["path"] for blob in measured("--top", "2")["blobs"]] == ["f5", "f4"]
    assert measured("--top", "0")["blobs"] == []


def test_in_a_bare_repository(both: Pair, sandbox: Path) -> None:
    both.there.git("remote", "add", "up", str(bare(sandbox / "up.git").path))
    done = gitpact("size", "up", "main", cwd=both.there.path)
    assert not done.returncode
    assert "what git push up main would send" in done.stdout
    write(both.here.path / "gitpact.toml", "[push]\nmax-push-size = 10\n")
    both.here.git("add", "gitpact.toml")
    both.commit("limited")
    assert not both.push("--no-verify").returncode
    done = gitpact("size", "up", "main", cwd=both.there.path)
    assert (done.returncode, "[push-size]" in done.stdout) == (1, True), "the policy is that of the default branch"


@pytest.mark.measured
def test_a_missing_object_is_an_error(both: Pair) -> None:
    both.commit("a", 100)
    oid = both.here.git("rev-parse", "HEAD:a")
    (both.here.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    done = gitpact("size")
    assert done.returncode == 2
    assert oid in done.stderr


def test_progress_is_for_a_person_who_waits(both: Pair) -> None:
    for number in range(30):
        both.commit(f"f{number}")
    script = "from gitpact.cli.entry import command\ncommand()"
    python = both.here.path / "run.py"
    python.write_text(script)
    typed = f"{sys.executable} {python} size > out"
    done = run("script", "-qec", typed, "/dev/null", cwd=both.here.path)
    assert "60 objects" in done.stdout
    assert "\r" not in (both.here.path / "out").read_text()


def test_attributes_count_from_the_top_whatever_folder_one_stands_in(both: Pair) -> None:
    """`.gitattributes` names paths of the whole tree; `git check-attr` reads them from where it runs."""
    write(both.here.path / ".gitattributes", "*.bin filter=lfs\nsub/*.dat filter=lfs\n")
    both.here.git("add", ".gitattributes")
    both.commit("sub/a.dat", 6_000_000)
    for folder in (both.here.path, both.here.path / "sub"):
        said = gitpact("size", "origin", "main", cwd=folder).stdout
        assert ".gitattributes assigns this file to Git LFS" in said


def test_in_a_very_long_push_no_commit_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, sandbox: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    both = pair(sandbox, monkeypatch)
    both.commit("a", 100)
    monkeypatch.chdir(both.here.path)
    monkeypatch.setattr(size, "TRACED", -1)
    code, said, _ = caller("size", capfd)()
    assert (code, "100 B" in said, "since" in said) == (0, True, False)
