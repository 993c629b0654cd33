"""A repository that means harm: nothing in it hangs a hook, a shim or a command, and nothing decides about itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import gits
from tests.support.programs import need, need_git
from tests.support.repos import COMMAND, EMAIL, NAME, Repo, bare, commit, gitpact, init, run, watched, write

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNED = f"\n\nSigned-off-by: {NAME} <{EMAIL}>"
SECONDS = 20  # until something counts as hanging


def _pipe_behind_a_link(path: Path) -> None:
    os.mkfifo(path.with_name(f"{path.name}.pipe"))
    path.symlink_to(f"{path.name}.pipe")


def _file_without_an_end(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


LURES: dict[str, Callable[[Path], None]] = {
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a pipe": os.mkfifo,
    "a link to a pipe": _pipe_behind_a_link,
    "a file without an end": _file_without_an_end,
    "a folder": Path.mkdir,
}


def ends(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a process that has to end by itself."""
    return subprocess.run(
        args, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True, timeout=SECONDS
    )


@pytest.mark.parametrize("lure", LURES.values(), ids=LURES)
@pytest.mark.parametrize("form", ["files", "config", "template"])
@pytest.mark.measured
def test_no_shim_reads_what_has_no_end(
    sandbox: Path, monkeypatch: pytest.MonkeyPatch, form: str, lure: Callable[[Path], object]
) -> None:
    """What is installed for every repository looks for a policy in any clone."""
    monkeypatch.chdir(sandbox)
    watched(monkeypatch, sandbox)
    if form == "template":
        assert not gitpact("install", "--template-dir", sandbox / "template").returncode
        run("git", "config", "--global", "init.templateDir", sandbox / "template", cwd=sandbox)
        repo = Repo(sandbox / "clone")
        run("git", "init", "-q", repo.path, cwd=sandbox)
    else:
        if form == "config":
            gits.first(monkeypatch, gits.newer())
        assert not gitpact("install", "--global", "--via", form).returncode
        repo = init(sandbox / "clone")
    lure(repo.path / "pyproject.toml")
    assert ends("git", "commit", "--allow-empty", "-m", "x", cwd=repo.path).returncode == 0


@pytest.mark.parametrize("lure", LURES.values(), ids=LURES)
@pytest.mark.parametrize("name", ["gitpact.toml", "pyproject.toml"])
@pytest.mark.measured
def test_no_command_reads_what_has_no_end(repo: Repo, name: str, lure: Callable[[Path], object]) -> None:
    lure(repo.path / name)
    commit(repo)
    own = name == "gitpact.toml"
    for command in ("lint HEAD", "check -m feat:x", "policy show", "status", "install"):
        done = ends(sys.executable, "-c", COMMAND, *command.split(" "), cwd=repo.path)
        assert done.returncode in {0, 1, 2}
        assert not own or command == "install" or "gitpact.toml" in done.stdout + done.stderr


@pytest.mark.parametrize("head", ["refs/heads/gone", "refs/heads/unborn"])
def test_a_mirror_whose_head_names_no_branch(sandbox: Path, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    monkeypatch.chdir(sandbox)
    here, mirror = init(sandbox / "here"), bare(sandbox / "mirror.git")
    write(here.path / "gitpact.toml", '[message]\ntypes = ["own"]\n')
    here.git("add", ".")
    commit(here, "own: start")
    commit(here, "feat: not here")
    here.git("push", "-q", str(mirror.path), "main", "main:refs/heads/topic", "main:refs/tags/v1")
    mirror.git("symbolic-ref", "HEAD", head)
    monkeypatch.chdir(mirror.path)
    for words in (["--all"], ["main"], ["topic", "--policy-from", "main"], ["--all", "--policy-from", "main"], ["v1"]):
        done = gitpact("lint", *words, "--format", "json")
        assert done.returncode == 1, done.stderr
        found = json.loads(done.stdout)
        assert (found["commits"], {row["rule"] for row in found["findings"]}) == (2, {"type-known"}), words


# CI: what decides comes from the base


@pytest.fixture
def request_of(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let GitHub run for a pull request of what came after a commit."""

    def stand(base: str) -> None:
        head = repo.git("rev-parse", "HEAD")
        facts = {"base": {"sha": base, "ref": "main"}, "head": {"sha": head, "ref": "topic"}, "title": "feat: x"}
        (sandbox / "event.json").write_text(json.dumps({"pull_request": facts}))
        for name, value in {"ACTIONS": "true", "EVENT_NAME": "pull_request"}.items():
            monkeypatch.setenv(f"GITHUB_{name}", value)
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(sandbox / "event.json"))

    return stand


@pytest.mark.measured
def test_a_request_brings_no_baseline(repo: Repo, sandbox: Path, request_of: Callable[[str], None]) -> None:
    write(repo.path / "known.jsonl", "")
    repo.git("add", ".")
    commit(repo)
    base = repo.git("rev-parse", "HEAD")
    commit(repo, "bad")
    bad = {"commit": repo.git("rev-parse", "HEAD"), "rule": "header-format"}
    line = json.dumps(bad) + "\n"
    write(repo.path / "known.jsonl", line)
    write(repo.path / "new.jsonl", line)
    (repo.path / "link.jsonl").symlink_to("new.jsonl")
    repo.git("add", ".")
    repo.git("commit", "-q", "-s", "-m", "feat: bring what is known")
    request_of(base)
    assert gitpact("lint", "--ci", "--baseline", "known.jsonl").returncode == 1, "that of the base is empty"
    for name in ("new.jsonl", "link.jsonl", f"{repo.path}/new.jsonl", "./x/../new.jsonl"):
        done = gitpact("lint", "--ci", "--baseline", name)
        assert done.returncode == 2, name
        assert "the base branch does not have this file; the checked commits add the file" in done.stderr
    outside = write(sandbox / "outside.jsonl", line)
    assert gitpact("lint", "--ci", "--baseline", outside).returncode == 0
    write(repo.path / "made.jsonl", line)
    assert gitpact("lint", "--ci", "--baseline", "made.jsonl").returncode == 0, "what the job itself has made"
    assert gitpact("lint", "--baseline", "known.jsonl", f"{base}..HEAD").returncode == 0, "by hand it is one's own"


POLICIES = {
    "a link": lambda repo: (
        write(repo.path / "strict.toml", ""),
        (repo.path / "gitpact.toml").symlink_to("strict.toml"),
    ),
    "broken": lambda repo: write(repo.path / "gitpact.toml", "[["),
    "too deep": lambda repo: write(repo.path / "gitpact.toml", "a = " + "[" * 3000),
    "too long": lambda repo: write(repo.path / "gitpact.toml", "#" * 70_000),
}


@pytest.mark.parametrize("make", POLICIES.values(), ids=POLICIES)
def test_a_request_brings_no_policy(
    repo: Repo, request_of: Callable[[str], None], make: Callable[[Repo], object]
) -> None:
    make(repo)
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "chore: a policy that nobody can read")
    base = repo.git("rev-parse", "HEAD")
    (repo.path / "gitpact.toml").unlink()
    write(repo.path / "gitpact.toml", '[rules]\nheader-format = "off"\n[dco]\nsign-off = "optional"\n')
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "bad")
    request_of(base)
    done = gitpact("lint", "--ci")
    assert done.returncode == 1
    assert "[header-format]" in done.stdout
    assert "the built-in policy is used, because the policy of the base branch has an error" in done.stderr
    assert "policy: built-in preset" in done.stderr


def test_a_request_brings_no_signers(repo: Repo, sandbox: Path, request_of: Callable[[str], None]) -> None:
    need_git((2, 34), "signatures by SSH keys")
    key = sandbox / "key"
    run(need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=sandbox)
    signers = f"{EMAIL} {key.with_suffix('.pub').read_text()}"
    write(repo.path / "gitpact.toml", '[identity]\nsignature = "required"\n')
    write(repo.path / "signers", "")
    for name, value in {"format": "ssh", "ssh.allowedSignersFile": "signers"}.items():
        repo.git("config", f"gpg.{name}", value)
    repo.git("add", ".")
    commit(repo)
    base = repo.git("rev-parse", "HEAD")
    write(repo.path / "signers", signers)
    repo.git("add", ".")
    sign = ("-c", f"user.signingKey={key}", "commit", "-q", "-S", "-s", "-m")
    repo.git(*sign, "feat: let me in")
    request_of(base)
    done = gitpact("lint", "--ci")
    assert (done.returncode, "[signature-required]" in done.stdout) == (1, True)
    assert "the file named by gpg.ssh.allowedSignersFile is read from the base branch" in done.stderr
    base = repo.git("rev-parse", "HEAD")
    repo.git(*sign, "feat: one more", "--allow-empty")
    request_of(base)
    assert gitpact("lint", "--ci").returncode == 0, "once that is merged"


@pytest.mark.measured
def test_a_document_is_whole_or_absent(repo: Repo) -> None:
    for number in range(3):
        commit(repo, f"bad {number}")
    lost = repo.git("rev-parse", "HEAD~2")
    (repo.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    for form in ("json", "sarif", "gitlab", "junit"):
        done = gitpact("lint", "HEAD", "--format", form)
        assert (done.returncode, done.stdout) == (2, ""), form


def test_clean_everywhere_leaves_nothing(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    watched(monkeypatch, sandbox)
    home = sandbox / "home"
    before = sorted(home.rglob("*"))
    assert not gitpact("install", "--global", "--via", "files").returncode
    repos = [init(sandbox / name) for name in ("one", "two")]
    for repo in repos:
        write(repo.path / "gitpact.toml", "")
        repo.age()
        assert commit(repo, "bad").returncode == 1
        assert commit(repo, "feat: good").returncode == 0
        assert (repo.path / ".git" / "gitpact").is_dir()
    assert not gitpact("clean", "--global").returncode
    assert sorted(home.rglob("*")) == before
    assert not [repo for repo in repos if (repo.path / ".git" / "gitpact").exists()]


def test_what_only_a_merge_brings_is_brought(repo: Repo, request_of: Callable[[str], None]) -> None:
    write(repo.path / "gitpact.toml", '[message]\ntypes = ["feat"]\n')
    repo.git("add", ".")
    commit(repo, "feat: start")
    base = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "side")
    commit(repo, "feat: aside")
    side = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic", base)
    commit(repo, "feat: ahead")
    write(repo.path / "gitpact.toml", "[[")
    repo.git("add", ".")
    merge = repo.git("commit-tree", repo.git("write-tree"), "-p", "HEAD", "-p", side, "-m", "Merge branch 'side'")
    repo.git("reset", "-q", "--hard", merge)
    request_of(base)
    done = gitpact("lint", "--ci")
    assert done.returncode == 2
    assert "the policy file that the checked commits contain has an error:" in done.stderr


@pytest.mark.measured
def test_an_authors_own_merge_is_not_taken_for_the_platforms(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo)
    base = repo.git("rev-parse", "HEAD")
    repo.git("update-ref", "refs/remotes/origin/main", base)
    commit(repo, "feat: good")
    good = repo.git("rev-parse", "HEAD")
    write(repo.path / "evil", "x")
    repo.git("add", ".")
    tree = repo.git("write-tree")
    for files, code in ((tree, 1), (f"{good}^{{tree}}", 0)):
        merge = repo.git("commit-tree", files, "-p", base, "-p", good, "-m", "garbage")
        for name, value in {
            "JENKINS_URL": "x",
            "GIT_COMMIT": merge,
            "CHANGE_TARGET": "main",
            "CHANGE_TITLE": "x",
        }.items():
            monkeypatch.setenv(name, value)
        assert gitpact("lint", "--ci").returncode == code


@pytest.mark.measured
def test_no_baseline_by_way_of_a_link_or_another_repository(
    repo: Repo, sandbox: Path, request_of: Callable[[str], None]
) -> None:
    commit(repo)
    base = repo.git("rev-parse", "HEAD")
    commit(repo, "bad")
    other = init(sandbox / "other")
    write(
        other.path / "known.jsonl",
        json.dumps({"commit": repo.git("rev-parse", "HEAD"), "rule": "header-format"}) + "\n",
    )
    (repo.path / "link").symlink_to("../other")
    run("cp", "-r", other.path, repo.path / "module", cwd=repo.path)
    request_of(base)
    for folder in ("link", "module"):
        assert gitpact("lint", "--ci", "--baseline", f"{folder}/known.jsonl").returncode == 2


@pytest.mark.measured
def test_signers_that_a_command_line_names(
    repo: Repo, sandbox: Path, request_of: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    need_git((2, 34), "signatures by SSH keys")
    key = sandbox / "key"
    run(need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=sandbox)
    write(repo.path / "gitpact.toml", '[identity]\nsignature = "required"\n')
    write(repo.path / "signers", "")
    repo.git("add", ".")
    commit(repo)
    base = repo.git("rev-parse", "HEAD")
    write(repo.path / "signers", f"{EMAIL} {key.with_suffix('.pub').read_text()}")
    repo.git("add", ".")
    repo.git(
        "-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "commit", "-q", "-S", "-s", "-m", "feat: let me in"
    )
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'gpg.ssh.allowedsignersfile'='signers'")
    request_of(base)
    assert gitpact("lint", "--ci").returncode == 1


@pytest.mark.measured
def test_a_bare_repository_in_a_work_tree_is_not_gone_into(repo: Repo) -> None:
    """Its configuration, with the programs in it, came with a clone."""
    lib = bare(repo.path / "lib")
    for command in ("lint", "size", "status", "install", "strip", "check -m x"):
        done = gitpact(*command.split(" "), cwd=lib.path)
        assert (
            done.returncode,
            "does not trust this bare repository, because it is inside the work tree" in done.stderr,
        ) == (2, True), command
        assert gitpact(*command.split(" "), cwd=lib.path / "refs").returncode == 2
    assert "inside the work tree" not in gitpact("lint", cwd=lib.path, env={"GIT_DIR": "."}).stderr
    assert "inside the work tree" not in gitpact("lint", cwd=repo.path / ".git").stderr


@pytest.mark.parametrize("lure", LURES.values(), ids=LURES)
@pytest.mark.measured
def test_no_file_beside_the_policy_is_read_without_an_end(
    repo: Repo, sandbox: Path, lure: Callable[[Path], None]
) -> None:
    need_git((2, 32), "no look behind a link named .gitattributes")
    there = bare(sandbox / "there.git")
    commit(repo)
    # Git itself waits for a pipe of that name, whoever asks it for a push.
    attributes = () if lure is os.mkfifo else (".gitattributes",)
    for name in (*attributes, "Makefile", ".pre-commit-config.yaml"):
        lure(repo.path / name)
    assert ends(sys.executable, "-c", COMMAND, "install", cwd=repo.path).returncode == 0
    assert ends("git", "push", "-q", str(there.path), "main", cwd=repo.path).returncode == 0
    assert ends(sys.executable, "-c", COMMAND, "clean", cwd=repo.path).returncode in {0, 2}
    assert ends(sys.executable, "-c", COMMAND, "status", "--check", cwd=repo.path).returncode in {0, 1, 2}
    assert ends(sys.executable, "-c", COMMAND, "install", "--via", "pre-commit", cwd=repo.path).returncode == 2


def test_a_report_goes_through_no_link(repo: Repo, sandbox: Path) -> None:
    """A repository can carry a link for every name that is known beforehand."""
    commit(repo, "bad")
    victim = write(sandbox / "victim", "as it was")
    for number in range(1, 2000):
        (repo.path / f".report.json.{os.getpid() + number}").symlink_to(victim)
    done = gitpact("lint", "HEAD", "--format", "json", "--output", "report.json")
    assert (done.returncode, victim.read_text()) == (1, "as it was")
    assert json.loads((repo.path / "report.json").read_text())["errors"] == 1


def test_a_dialogue_of_git_is_left_to_whom_it_is_for(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    watched(monkeypatch, sandbox)
    assert not gitpact("install", "--global", "--via", "files").returncode
    there = bare(sandbox / "there.git")
    write(there.path / "hooks" / "proc-receive", '#!/bin/sh\nread -r line; echo "$line" >&2; exit 1\n', 0o755)
    there.git("config", "receive.procReceiveRefs", "refs/for")
    here = init(sandbox / "here")
    commit(here)
    done = ends("git", "push", str(there.path), "main:refs/for/main", cwd=here.path)
    assert "version=1" in done.stderr
    (there.path / "hooks" / "proc-receive").unlink()
    assert ends("git", "push", str(there.path), "main:refs/for/main", cwd=here.path).returncode
