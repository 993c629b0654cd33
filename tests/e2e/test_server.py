"""Real servers on loopback with the pre-receive gate: cases 59 to 67 of docs/how-a-push-is-measured.md."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.install import server
from tests.support import gits, servers
from tests.support.programs import need
from tests.support.pushes import Pair, administer
from tests.support.repos import Repo, bare, environment, gitpact, init, run, watched, write

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long

SMALL = '[push]\nmax-file-size = "1kB"\n'
KINDS = ("path", "daemon", "web")


@contextmanager
def reached(kind: str, folder: Path) -> Iterator[str]:
    """The start of a URL by which the repositories in `folder` are reached."""
    if kind == "path":
        yield str(folder)
    elif kind == "daemon":
        with servers.daemon(folder) as url:
            yield url
    else:
        with servers.web(folder) as url:
            yield url


def clone(folder: Path, url: str, there: Repo) -> Pair:
    """A clone without hooks of its own."""
    here = init(folder)
    here.git("remote", "add", "origin", url)
    return Pair(here, there)


@pytest.fixture(autouse=True)
def _inside(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    watched(monkeypatch, sandbox)


@pytest.fixture
def hub(sandbox: Path) -> Repo:
    """A bare repository with the gate, that takes pushes over HTTP too."""
    there = bare(sandbox / "srv" / "hub.git")
    there.git("config", "http.receivepack", "true")
    server.install(server.find(there.path))
    return there


@pytest.fixture
def near(hub: Repo, sandbox: Path) -> Pair:
    """A clone that pushes by a path."""
    return clone(sandbox / "near", str(hub.path), hub)


@pytest.mark.parametrize("kind", KINDS)
def test_what_keeps_the_pact_gets_in_and_nothing_else(hub: Repo, sandbox: Path, kind: str) -> None:
    with reached(kind, hub.path.parent) as start:
        pair = clone(sandbox / kind, f"{start}/hub.git", hub)
        good = pair.commit("a")
        assert not pair.push().returncode
        pair.commit("b", message="no header")
        refused = pair.push()
        assert refused.returncode == 1
        assert "remote: gitpact: push refused (1 error)" in refused.stderr
        assert "header-format" in refused.stderr
        assert pair.refs() == {"refs/heads/main": good}
        mixed = pair.push("origin", f"{good}:refs/heads/feat/good", "main:refs/heads/feat/bad")
        assert mixed.returncode == 1
        assert pair.refs() == {"refs/heads/main": good}
        assert not pair.push("origin", f"{good}:refs/heads/feat/good", f"{good}:refs/tags/v1").returncode
        deleted = pair.push("origin", ":feat/good", ":v1")
        assert not deleted.returncode
        assert "gitpact" not in deleted.stderr
        assert pair.refs() == {"refs/heads/main": good}
    assert "dangling" not in hub.git("fsck", "--strict", "--connectivity-only")


def test_files_of_the_quarantine_are_judged(near: Pair) -> None:
    near.commit("a")
    near.push()
    administer(near.there, SMALL)
    for number in range(120):
        near.commit(f"f{number}")
    near.commit("big", 2000)
    said = near.push().stderr
    assert "'big' is 2 kB" in said
    assert "1 error" in said


@pytest.mark.parametrize(
    ("name", "size", "message", "expected"),
    [
        ("a", 1, "Feature: x", ["correct messages: gitpact fix"]),
        ("a", 1, None, ["correct messages: gitpact fix --sign-off"]),
        ("big", 2000, "feat: x", ["remove the file: gitpact strip"]),
        ("big", 2000, "Feature: x", ["remove the file: gitpact strip", "correct messages: gitpact fix"]),
    ],
    ids=["a message", "a sign-off", "a file", "a file and a message"],
)
def test_the_refusal_names_what_corrects_it(
    near: Pair, name: str, size: int, message: str | None, expected: list[str]
) -> None:
    administer(near.there, SMALL)
    near.commit(name, size, message=message or "feat: x")
    if not message:
        near.here.git("commit", "-q", "--amend", "-m", "feat: x")
    said = near.push().stderr
    rows = [" ".join(line.split()[1:]) for line in said.splitlines() if re.match(r"remote: +\w[\w ]*: +gitpact ", line)]
    assert rows == expected


def test_the_refusal_of_a_push_that_brings_a_policy_or_breaks_the_administrators(near: Pair) -> None:
    write(near.here.path / "gitpact.toml", 'preset = "conventional"\n[message]\ntypes = ["task"]\n')
    near.here.git("add", ".")
    near.commit("a", message="task: begin")
    said = near.push().stderr
    assert (
        "but the server checks this push with the current policy; the new policy applies only to later pushes" in said
    )
    assert "gitpact in your clone does not know that policy" not in said
    administer(near.there, SMALL)
    near.here.git("rm", "-q", "--cached", "gitpact.toml")
    near.here.git("commit", "-q", "--amend", "-s", "-m", "feat: a")
    near.commit("big", 2000)
    said = near.push().stderr
    assert "gitpact in your clone does not know that policy" in said
    assert "the new policy applies" not in said


def test_what_a_thin_pack_hangs_on_is_not_held_against_it(near: Pair) -> None:
    near.there.git("config", "receive.unpackLimit", "1")
    near.commit("a", 2000)
    near.push()
    administer(near.there, SMALL)
    file = near.here.path / "a"
    file.write_bytes(file.read_bytes()[:900])
    near.here.git("add", ".")
    near.commit("b")
    assert not near.push().returncode, "the large file arrived, as what the small one was made from"


def test_what_a_repository_borrows_is_looked_at_too(near: Pair, sandbox: Path) -> None:
    near.commit("big", 2000)
    pool = bare(sandbox / "pool.git")
    near.here.git("push", "-q", str(pool.path), "main")
    write(near.there.path / "objects" / "info" / "alternates", f"{pool.path / 'objects'}\n")
    administer(near.there, SMALL)
    near.commit("a")
    assert "'big' is 2 kB" in near.push().stderr


def test_a_pusher_cannot_switch_it_off(near: Pair) -> None:
    near.commit("a", message="no header")
    assert near.push(GITPACT="0", GITPACT_SKIP="message", GIT_FILE_SIZE_LIMIT="1GB").returncode == 1


def test_a_pushed_policy_does_not_judge_its_own_push(near: Pair) -> None:
    write(near.here.path / "gitpact.toml", 'preset = "openim"\n[rules]\nheader-format = "off"\n')
    near.here.git("add", ".")
    near.commit("a", message="no header")
    assert near.push().returncode == 1
    near.here.git("commit", "-q", "--amend", "-s", "-m", "chore: give the project a policy")
    assert not near.push().returncode
    near.commit("b", message="no header at all")
    assert not near.push().returncode, "now it is the policy of the default branch"


def test_the_administrator_wins(near: Pair) -> None:
    write(
        near.here.path / "gitpact.toml",
        '[dco]\nsign-off = "optional"\n[push]\nmax-file-size = "1MB"\n[server]\noverrides = true\n',
    )
    near.here.git("add", ".")
    near.commit("a")
    near.push()
    administer(near.there, SMALL)
    near.commit("big", 2000)
    assert "the limit per file is 1 kB" in near.push().stderr
    near.here.git("reset", "-q", "--hard", "HEAD~1")
    near.here.git("commit", "-q", "--allow-empty", "-m", "feat: not signed off")
    assert not near.push().returncode, "what the administrator leaves open, the project decides"


def test_an_e_mail_exempts_only_where_the_administrator_says_so(near: Pair) -> None:
    write(near.here.path / "gitpact.toml", '[exempt]\nauthors = ["ann@example.org"]\n')
    near.here.git("add", ".")
    near.commit("a")
    near.push()
    near.commit("b", message="no header")
    assert near.push().returncode == 1
    administer(near.there, '[exempt]\nauthors = ["ann@example.org"]\n')
    assert not near.push().returncode


@pytest.mark.measured
def test_an_override_needs_a_reason_and_leave(near: Pair) -> None:
    near.there.git("config", "receive.advertisePushOptions", "true")
    near.commit("a", message="no header")
    given = ("-o", "gitpact.override=INC-12 hotfix", "origin", "main")
    refused = near.push(*given)
    assert (refused.returncode, "this server does not allow a push without the checks" in refused.stderr) == (1, True)
    log = near.there.path.parent / "log"
    administer(near.there, f'[server]\noverrides = true\nlog = "{log}"\n')
    for option, said in (("gitpact.override= ", "the reason is missing"), ("gitpact.overide=INC-12", "unknown option")):
        refused = near.push("-o", option, "-o", "ci.skip", "origin", "main")
        assert refused.returncode == 1
        assert f"-o {option.strip()}: {said}" in refused.stderr.replace(" :", ":")
        assert "and give a reason, which the server logs:" in refused.stderr
        assert "ci.skip" not in refused.stderr
        assert "git push -o gitpact.override=REASON" in refused.stderr
    done = near.push(*given)
    assert not done.returncode
    assert "accepted without the checks, reason: INC-12 hotfix" in done.stderr
    assert "gitpact: push accepted although the checks found 1 error" in done.stderr
    *refusals, accepted = (json.loads(line) for line in log.read_text().splitlines())
    assert [(row["accepted"], row["override"]) for row in refusals] == [(False, None)] * 2
    near.there.git("config", "receive.advertisePushOptions", "false")
    near.commit("b", message="no header")
    assert "gitpact.override" not in near.push("origin", "main:refs/heads/feat/b").stderr
    assert (accepted["accepted"], accepted["override"], accepted["rules"]) == (True, "INC-12 hotfix", ["header-format"])
    assert accepted["refs"][0]["ref"] == "refs/heads/main"
    administer(near.there, "[server]\noverrides = true\n")
    near.there.git("config", "receive.advertisePushOptions", "true")
    assert "logged" not in near.push("origin", "main:refs/heads/feat/b").stderr
    assert (
        "The reason is not logged, because the setting server.log is empty"
        in gitpact("server", "status", near.there.path).stdout
    )


@pytest.mark.measured
def test_an_override_that_cannot_be_logged_is_not_announced(near: Pair) -> None:
    near.there.git("config", "receive.advertisePushOptions", "true")
    administer(near.there, '[server]\noverrides = true\nlog = "/no/such/folder/log"\n')
    near.commit("a", message="no header")
    refused = near.push("-o", "gitpact.override=INC-12 hotfix", "origin", "main")
    assert refused.returncode
    assert "No such file or directory" in refused.stderr
    assert "accepted" not in refused.stderr


@pytest.mark.measured
def test_the_log_names_who_pushed(hub: Repo, sandbox: Path) -> None:
    log = sandbox / "log"
    administer(hub, f'[server]\nlog = "{log}"\n')
    with servers.web(hub.path.parent) as start:
        pair = clone(sandbox / "c", f"{start}/hub.git", hub)
        pair.commit("a")
        assert not pair.push().returncode
    assert json.loads(log.read_text())["pusher"] == "ann"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[no-such]\n", "unknown key"),
        ('[server]\nlog = "/no/such/folder/log"\n', "No such file or directory"),
        (None, "cannot be read"),
    ],
    ids=["a mistake in the administrator's file", "a log that cannot be written", "no such file"],
)
@pytest.mark.measured
def test_what_it_cannot_judge_it_refuses(near: Pair, text: str | None, said: str) -> None:
    if text is None:
        near.there.git("config", "gitpact.policy", "/no/such/file")
    else:
        administer(near.there, text)
    near.commit("a")
    done = near.push()
    assert done.returncode == 1
    assert said in done.stderr
    assert near.refs() == {}


@pytest.mark.measured
def test_what_an_unpublished_rule_looks_for_is_not_shown_to_pushers(near: Pair) -> None:
    """Even if the expression is not valid; the administrator sees it."""
    administer(near.there, "[[pattern]]\nname = 'own'\nwhere = 'header'\nforbid = 'project-x('\n")
    near.commit("a")
    said = near.push().stderr
    assert "admin.toml:4: pattern[1].forbid: …: a group without" in said
    assert "project-x" not in said
    assert "project-x" in gitpact("server", "status", near.there.path).stdout


@pytest.mark.measured
def test_a_relative_path_of_the_administrators_file(near: Pair) -> None:
    near.there.git("config", "gitpact.policy", "admin.toml")
    near.commit("a")
    assert "this path is not absolute" in near.push().stderr


def test_a_lost_interpreter_refuses_and_the_switch_lets_in(near: Pair) -> None:
    hook = near.there.path / "hooks" / "pre-receive"
    hook.write_text(hook.read_text().replace("\npython=", "\npython=/gone", 1))
    near.commit("a", message="no header")
    assert "cannot run; its administrator has to repair it" in near.push().stderr
    (near.there.path / "gitpact" / "off").touch()
    done = near.push()
    assert not done.returncode
    assert "switched off here by the administrator" in done.stderr


@pytest.mark.measured
def test_an_import_has_a_cap(near: Pair) -> None:
    log = near.there.path.parent / "log"
    administer(near.there, f'[server]\nmost-commits = 5\nlog = "{log}"\n')
    for number in range(6):
        near.commit(f"f{number}", message="no header")
    said = near.push().stderr
    assert "more than 5 new commits" in said
    assert json.loads(log.read_text().splitlines()[0])["commits"] == 6, "it stopped there"
    assert "1 error" in said
    assert "header-format" in near.push("origin", "main~1:refs/heads/main").stderr


def test_a_hook_that_was_there_gets_the_same_and_comes_back(sandbox: Path) -> None:
    there = bare(sandbox / "srv" / "other.git")
    old = write(
        there.path / "hooks" / "pre-receive",
        "#!/bin/sh\ncat > seen\nbasename $0 > name\nenv | grep -c QUARANTINE > quarantine\n[ ! -e no ]\n",
        0o755,
    )
    text = old.read_bytes()
    assert "runs first" in gitpact("server", "install", there.path).stdout
    pair = clone(sandbox / "c", str(there.path), there)
    oid = pair.commit("a")
    assert not pair.push().returncode
    assert (there.path / "seen").read_text() == f"{'0' * 40} {oid} refs/heads/main\n"
    assert (there.path / "quarantine").read_text() == "1\n"
    assert (there.path / "name").read_text() == "pre-receive\n"
    write(there.path / "no", "")
    pair.commit("b")
    assert pair.push().returncode == 1
    assert "restored" in gitpact("server", "clean", there.path).stdout
    assert old.read_bytes() == text
    assert [path.name for path in (there.path / "hooks").iterdir()] == ["pre-receive"]
    assert not (there.path / "gitpact-orig").exists()


@pytest.mark.parametrize(
    ("folder", "layout", "place"),
    [
        ("custom_hooks", "GitLab", "custom_hooks/pre-receive.d/gitpact"),
        ("hooks/pre-receive.d", "Gitea", "hooks/pre-receive.d/gitpact"),
    ],
)
@pytest.mark.measured
def test_layouts_of_hosts(sandbox: Path, folder: str, layout: str, place: str) -> None:
    there = bare(sandbox / "srv" / "host.git")
    (there.path / folder).mkdir(parents=True)
    assert json.loads(gitpact("server", "install", there.path, "--json", "--dry-run").stdout)["layout"] == "git"
    there.git("config", "gitlab.fullpath", "group/project")
    dispatcher = '#!/bin/sh\ndata=$(cat)\nfor hook in "$(dirname "$0")"/../%s/*; do printf "%%s\\n" "$data" | "$hook" || exit 1; done\n'
    write(there.path / "hooks" / "pre-receive", dispatcher % os.path.dirname(place), 0o755)  # noqa: PTH120  text
    done = json.loads(gitpact("server", "install", there.path, "--json").stdout)
    assert done["layout"] == layout
    assert os.access(there.path / place, os.X_OK)
    pair = clone(sandbox / "c", str(there.path), there)
    pair.commit("a", message="no header")
    assert pair.push().returncode == 1
    assert not gitpact("server", "status", there.path).returncode
    assert not gitpact("server", "clean", there.path).returncode
    assert not (there.path / place).exists()


def test_the_policy_is_remembered_until_it_changes(near: Pair) -> None:
    """It is kept, and not read for every push; what is changed just now is never trusted."""

    def age() -> None:
        own = [near.there.path / "HEAD", near.there.path / "config", *near.there.path.glob("refs/heads/*")]
        for path in (*own, *near.there.path.parent.glob("*.toml"), Path(os.environ["GIT_CONFIG_GLOBAL"])):
            os.utime(path, (1, 1))

    near.commit("a")
    near.push()
    administer(near.there, SMALL)
    age()
    near.commit("b")
    assert not near.push("origin", "main:refs/heads/feat/x").returncode
    assert (near.there.path / "gitpact" / "policy").exists()
    near.commit("big", 2000)
    for _ in range(2):
        assert "[file-size]" in near.push("origin", "main:refs/heads/feat/x").stderr
    administer(near.there, '[push]\nmax-file-size = "1MB"\n')
    assert not near.push("origin", "main:refs/heads/feat/x").returncode
    write(near.here.path / "gitpact.toml", '[rules]\nheader-format = "off"\n')
    near.here.git("add", ".")
    near.commit("c")
    age()
    assert not near.push().returncode
    near.commit("d", message="no header")
    assert not near.push().returncode, "the policy of the new default branch"


def test_a_configuration_that_includes_another_is_read_each_time(near: Pair) -> None:
    near.there.git("config", "include.path", "other")
    near.commit("a")
    assert not near.push().returncode
    assert not (near.there.path / "gitpact" / "policy").exists()
    path = administer(near.there, "[server]\n")
    near.there.git("config", "--unset", "gitpact.policy")
    write(near.there.path / "other", f"[gitpact]\n\tpolicy = {path}\n")
    path.write_text("[no-such]\n")
    near.commit("b")
    assert "unknown key" in near.push().stderr


@pytest.mark.measured
def test_a_policy_that_nobody_can_read_does_not_get_in(near: Pair) -> None:
    near.commit("a")
    near.push()
    write(near.here.path / "gitpact.toml", "[x")
    near.here.git("add", ".")
    near.commit("b")
    said = near.push().stderr
    assert "the policy file in this push has an error" in said
    assert "gitpact policy validate" in said
    assert not near.push("origin", "main:refs/heads/feat/x").returncode, "only the default branch's counts"
    near.there.git("update-ref", "refs/heads/main", near.here.git("rev-parse", "HEAD"))
    told = gitpact("server", "status", near.there.path)
    assert told.returncode == 1
    assert "the project's policy is ignored" in told.stdout
    assert "there is no gitpact.toml" not in told.stdout
    near.commit("c", message="no header")
    assert "the server uses the built-in policy" in near.push("origin", "main:refs/heads/feat/y").stderr
    (near.here.path / "gitpact.toml").unlink()
    near.here.git("commit", "-q", "-a", "--amend", "-s", "-m", "fix: mend the policy")
    assert not near.push().returncode, "what mends it gets in"


def test_a_head_that_names_a_branch_that_is_not_there(near: Pair) -> None:
    near.there.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    write(near.here.path / "gitpact.toml", SMALL)
    near.here.git("add", ".")
    near.commit("a")
    assert not near.push().returncode
    near.commit("big", 2000)
    assert "[file-size]" in near.push().stderr
    assert "from refs/heads/main:gitpact.toml" in gitpact("server", "status", near.there.path).stdout


@pytest.mark.measured
def test_an_administrators_log_is_looked_at(hub: Repo, sandbox: Path) -> None:
    administer(hub, '[server]\nlog = "relative"\n')
    assert "is not an absolute path" in gitpact("server", "status", hub.path).stdout
    administer(hub, '[server]\nlog = "/no/such/folder/log"\noverrides = true\n')
    told = gitpact("server", "status", hub.path).stdout
    assert "cannot write to" in told
    assert "push options do not work yet; run: git config receive.advertisePushOptions true" in told
    administer(hub, f'[server]\nlog = "{sandbox / "log"}"\n')
    assert not gitpact("server", "status", hub.path).returncode


@pytest.mark.measured
def test_hooks_that_are_a_link(hub: Repo, sandbox: Path) -> None:
    gitpact("server", "clean", hub.path)
    (hub.path / "hooks").rename(sandbox / "hooks")
    (hub.path / "hooks").symlink_to(sandbox / "hooks")
    assert not gitpact("server", "install", hub.path).returncode
    assert (sandbox / "hooks" / "pre-receive").exists()


def test_a_server_without_a_default_branch_or_with_a_detached_one(near: Pair) -> None:
    oid = near.commit("a")
    assert not near.push("origin", "main:refs/heads/feat/x").returncode
    near.there.git("update-ref", "--no-deref", "HEAD", oid)
    near.commit("b")
    assert not near.push("origin", "main:refs/heads/feat/x").returncode


@pytest.mark.measured
def test_nothing_told_is_nothing_to_do(hub: Repo) -> None:
    assert not run(hub.path / "hooks" / "pre-receive", cwd=hub.path).returncode


def test_a_warning_gets_in(near: Pair) -> None:
    administer(near.there, "[push]\nwarn-file-size = 10\n")
    near.commit("a", 100)
    done = near.push()
    assert not done.returncode
    assert "remote: gitpact: push accepted (1 warning)" in done.stderr


@pytest.mark.measured
def test_status(hub: Repo) -> None:
    hub.git("config", "receive.advertisePushOptions", "true")
    administer(hub, "[server]\noverrides = true\n")
    assert "not yet" not in gitpact("server", "status", hub.path).stdout
    hub.git("config", "--unset", "receive.advertisePushOptions")
    assert not gitpact("server", "install", hub.path, "--dry-run").returncode
    done = gitpact("server", "status", hub.path)
    assert not done.returncode
    assert "pre-receive: live" in done.stdout
    administer(hub, "[no-such]\n")
    done = gitpact("server", "status", hub.path)
    assert done.returncode == 1
    assert "every push is refused" in done.stdout
    file = hub.git("config", "gitpact.policy")
    assert f"gitpact policy validate {file}" in done.stdout
    validated = gitpact("policy", "validate", file)
    assert (validated.returncode, file in validated.stderr) == (2, True)
    administer(hub, "[server]\noverrides = true\n")
    assert gitpact("policy", "validate", file).stdout == f"ok: {file}, preset standard\n"
    administer(hub, "[no-such]\n")
    assert json.loads(gitpact("server", "status", hub.path, "--json").stdout)["fault"]
    assert gitpact("server", "install", hub.path, "--json").returncode == 1
    hub.git("config", "gitpact.policy", "/no/such/file")
    assert gitpact("server", "status", hub.path).returncode == 1
    hub.git("config", "--unset", "gitpact.policy")
    (hub.path / "gitpact" / "off").touch()
    assert "switched off" in gitpact("server", "status", hub.path).stdout
    gitpact("server", "clean", hub.path)
    assert "install it: gitpact server install" in gitpact("server", "status", hub.path).stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [("none", "no such folder"), ("clone", "not a bare repository"), ("plain", "there is no git repository here")],
)
@pytest.mark.measured
def test_what_is_no_bare_repository(sandbox: Path, name: str, said: str) -> None:
    init(sandbox / "clone")
    (sandbox / "plain").mkdir()
    done = gitpact("server", "install", sandbox / name, cwd=sandbox)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.measured
def test_a_hooks_path_that_others_share(hub: Repo, sandbox: Path) -> None:
    hub.git("config", "core.hooksPath", str(sandbox / "shared"))
    done = gitpact("server", "install", hub.path)
    assert done.returncode == 2
    assert "core.hooksPath names a folder outside" in done.stderr


@pytest.mark.measured
def test_dry_runs_and_edited_shims(hub: Repo) -> None:
    hook = hub.path / "hooks" / "pre-receive"
    assert not gitpact("server", "clean", hub.path, "--dry-run").returncode
    assert hook.exists()
    hook.write_text(hook.read_text() + "# mine\n")
    assert gitpact("server", "clean", hub.path).returncode == 1
    again = gitpact("server", "install", hub.path)
    assert again.returncode == 2
    assert f"gitpact server install {hub.path} --force" in again.stderr
    told = gitpact("server", "status", hub.path).stdout
    assert f"repair it: gitpact server install --force {hub.path}" in told
    assert not gitpact("server", "install", hub.path, "--force").returncode


@pytest.mark.measured
def test_a_gate_that_was_edited_is_taken_out_as_told(sandbox: Path) -> None:
    hub = bare(sandbox / "hub.git")
    hook = write(hub.path / "hooks" / "pre-receive", "#!/bin/sh\nexit 0\n", 0o755)
    assert not gitpact("server", "install", hub.path).returncode
    hook.write_text(hook.read_text() + "# mine\n")
    done = gitpact("server", "clean", hub.path)
    command = done.stdout.split("to restore your earlier hook: ")[1].splitlines()[0]
    assert not run("sh", "-c", command, cwd=sandbox).returncode
    assert hook.read_text() == "#!/bin/sh\nexit 0\n"
    assert not gitpact("server", "clean", hub.path).returncode


def test_a_hook_that_git_would_not_run_is_not_said_to_run(sandbox: Path) -> None:
    hub = bare(sandbox / "hub.git")
    write(hub.path / "hooks" / "pre-receive", "#!/bin/sh\nexit 1\n", 0o644)
    gitpact("server", "install", hub.path)
    assert "does not run, as it is not executable: pre-receive" in gitpact("server", "status", hub.path).stdout


def test_server_keys_of_a_project_are_not_for_it_to_set(repo: Repo) -> None:
    write(repo.path / "gitpact.toml", "[server]\noverrides = true\n")
    assert "the table [server] is ignored in this file" in gitpact("policy", "validate").stdout
    write(repo.path / "gitpact.toml", 'preset = "openim"\n')
    assert gitpact("policy", "validate").stdout == "ok: gitpact.toml, preset openim\n"
    assert gitpact("policy", "validate", "none.toml").returncode == 2


def test_pushes_at_once(hub: Repo, sandbox: Path) -> None:
    """Every verdict is right, nothing is lost, nothing is half there; the large form is benchmarks/many_pushes.py."""
    wrong: list[str] = []

    def client(number: int) -> None:
        pair = clone(sandbox / f"c{number}", str(hub.path), hub)
        for turn in range(3):
            good = (number + turn) % 2 == 0
            pair.commit(f"f{turn}", message=f"feat: turn {turn}" if good else "no header")
            done = pair.push("origin", f"HEAD:refs/heads/feat/c{number}-{turn}")
            if (done.returncode == 0) is not good:
                wrong.append(done.stderr)
            if not good:
                pair.here.git("reset", "-q", "--hard", "HEAD~1" if turn else "HEAD")
                pair.here.git("commit", "-q", "--amend", "-s", "-m", f"feat: turn {turn} mended")

    threads = [threading.Thread(target=client, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(hub.git("for-each-ref", "--format=%(refname)").splitlines()) == 9
    hub.git("fsck", "--strict")


def test_a_killed_gate_leaves_the_repository_sound(hub: Repo, sandbox: Path) -> None:
    hook = hub.path / "hooks" / "pre-receive"
    hook.write_text(
        hook.read_text().replace("run='import sys;", "run='import os, time; time.sleep(30); import sys;", 1)
    )
    pair = clone(sandbox / "c", str(hub.path), hub)
    pair.commit("a")
    push = subprocess.Popen(
        ["git", "push", "-q", "origin", "main"],
        cwd=pair.here.path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(200):
        found = run(
            need("pgrep"), "-f", f"{hub.path}.*pre-receive|time.sleep.30.*pre-receive", cwd=sandbox
        ).stdout.split()
        if found:
            break
        time.sleep(0.05)
    for process in found:
        os.kill(int(process), signal.SIGKILL)
    _, said = push.communicate(timeout=20)
    assert push.returncode == 1
    assert "pre-receive hook declined" in said
    assert pair.refs() == {}
    hub.git("fsck", "--strict")
    assert not list((hub.path / "objects").glob("tmp_objdir*"))


@pytest.fixture
def host(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bare repositories, served by a git that runs configured hooks."""
    gits.alone(monkeypatch, sandbox / "bin", gits.newer())
    for name in ("one", "two"):
        bare(sandbox / "srv" / f"{name}.git")
    return sandbox / "srv"


QUOTES = {
    "on its second line": "#!/bin/sh\n# gitpact shim 1 would be put in by gitpact server install\ncat >/dev/null\n",
    "below": f"#!/bin/sh\n#\n# gitpact shim 1 sha256:{'0' * 64} (put in)\ncat >/dev/null\n",
}


@pytest.mark.parametrize("hook", QUOTES.values(), ids=QUOTES)
def test_a_hook_that_quotes_ours_is_none_of_ours(host: Path, sandbox: Path, hook: str) -> None:
    """The gate of the host judges beside it."""
    assert not gitpact("server", "install", "--global").returncode
    write(host / "one.git" / "hooks" / "pre-receive", hook, 0o755)
    one = clone(sandbox / "one", str(host / "one.git"), Repo(host / "one.git"))
    one.commit("a", message="no header")
    assert "push refused" in one.push().stderr


@pytest.mark.parametrize("scope", ["global", "system"])
@pytest.mark.measured
def test_the_gate_of_a_whole_host(host: Path, sandbox: Path, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    system = write(sandbox / "system", "# ours\n")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(system))
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    assert "dry run: pre-receive: installed" in gitpact("server", "install", f"--{scope}", "--dry-run").stdout
    before = system.read_text()
    assert gitpact("server", "install", f"--{scope}").stdout.startswith("pre-receive: installed")
    assert json.loads(gitpact("server", "install", f"--{scope}", "--json").stdout)["layout"] == "host"
    said = gitpact("server", "status", host / "one.git")
    assert not said.returncode, said.stdout
    assert said.stdout.startswith("pre-receive: live (")
    assert "for every repository" in said.stdout
    for name in ("one", "two"):
        pair = clone(sandbox / name, str(host / f"{name}.git"), Repo(host / f"{name}.git"))
        pair.commit("a")
        assert not pair.push().returncode
        pair.commit("b", message="no header")
        assert "remote: gitpact: push refused (1 error)" in pair.push(GITPACT="0").stderr
    gitpact("server", "install", host / "one.git")
    one = Pair(Repo(sandbox / "one"), Repo(host / "one.git"))
    assert one.push().stderr.count("push refused") == 1, "its own gate judges, and nothing else"
    assert "a git repository" in gitpact("server", "status", host / "one.git").stdout
    write(host / "two.git" / "gitpact" / "off", "")
    two = Pair(Repo(sandbox / "two"), Repo(host / "two.git"))
    off = two.push()
    assert not off.returncode
    assert "not judged: switched off here by the administrator" in off.stderr
    assert gitpact("server", "clean", f"--{scope}").stdout.startswith("pre-receive: removed")
    assert system.read_text() == before
    (host / "two.git" / "gitpact" / "off").unlink()
    two.commit("c", message="no header either")
    assert not two.push().returncode


def test_a_whole_host_whose_interpreter_is_gone_refuses(host: Path, sandbox: Path) -> None:
    gitpact("server", "install", "--global")
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    config.write_text(config.read_text().replace("python=/", "python=/gone/"))
    pair = clone(sandbox / "c", str(host / "one.git"), Repo(host / "one.git"))
    pair.commit("a")
    refused = pair.push()
    assert refused.returncode == 1
    assert "its administrator has to repair it" in refused.stderr
    said = gitpact("server", "status", host / "one.git")
    assert said.returncode == 1
    assert "repair it: gitpact server install --global" in said.stdout


@pytest.mark.parametrize("command", ["install", "clean"])
@pytest.mark.parametrize("words", [[], ["--global", "--system"], ["x.git", "--global"]], ids=["none", "both", "two"])
@pytest.mark.measured
def test_one_of_three_places_is_named(command: str, words: list[str]) -> None:
    done = gitpact("server", command, *words)
    assert done.returncode == 2
    assert "no repository was given" in done.stderr


@pytest.mark.measured
def test_a_whole_host_needs_a_new_git(monkeypatch: pytest.MonkeyPatch, sandbox: Path) -> None:
    git = write(sandbox / "old" / "git", "#!/bin/sh\necho git version 2.39.5\n", 0o755)
    gits.first(monkeypatch, git)
    done = gitpact("server", "install", "--global")
    assert done.returncode == 2
    assert "use git 2.54 or later" in done.stderr


@pytest.mark.measured
def test_the_layout_of_gitolite(hub: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its links as `gitolite setup` makes them; the real one is in test_gitolite.py."""
    monkeypatch.chdir(sandbox)
    server.clean(server.find(hub.path))
    common = sandbox / ".gitolite" / "hooks" / "common"
    write(common / "update", "#!/bin/sh\n", 0o755)
    (hub.path / "hooks" / "update").symlink_to(common / "update")
    gate = server.find(hub.path)
    assert (gate.layout, gate.path) == ("gitolite", common / "pre-receive")
    assert server.status(gate).hook.state == "absent"
    server.install(gate)
    link = hub.path / "hooks" / "pre-receive"
    assert link.resolve() == common / "pre-receive"
    assert server.status(server.find(hub.path)).hook.state == "live"
    link.unlink()
    state = server.status(server.find(hub.path))
    assert (state.hook.state, state.hook.remedy) == ("not-set-up", "gitolite setup --hooks-only")
    assert "gitolite setup --hooks-only" in gitpact("server", "install", hub.path).stdout
    assert link.is_symlink()
    server.clean(server.find(hub.path))
    assert not link.is_symlink()
    assert sorted(path.name for path in common.iterdir()) == ["update"]


GITEA = """#!/usr/bin/env bash
# AUTO GENERATED BY GITEA, DO NOT MODIFY
data=$(cat)
hookname=$(basename $0)
GIT_DIR=${GIT_DIR:-$(dirname $0)/..}
for hook in ${GIT_DIR}/hooks/${hookname}.d/*; do
  test -x "${hook}" && test -f "${hook}" || continue
  echo "${data}" | "${hook}" || exit 1
done
"""


def test_the_hook_that_gitea_writes_is_known(near: Pair) -> None:
    """It names its folder by its own name."""
    server.clean(server.find(near.there.path))
    write(near.there.path / "hooks" / "pre-receive", GITEA, 0o755)
    write(near.there.path / "hooks" / "pre-receive.d" / "gitea", "#!/bin/sh\ncat >/dev/null\n", 0o755)
    gate = server.find(near.there.path)
    assert (gate.layout, gate.path.name) == ("Gitea", "gitpact")
    server.install(gate)
    near.commit("a", message="no header")
    assert "[header-format]" in near.push().stderr
    server.clean(gate)
    assert not near.push().returncode


@pytest.mark.measured
def test_a_pipe_is_no_log(near: Pair, sandbox: Path) -> None:
    os.mkfifo(sandbox / "log")
    administer(near.there, f'[server]\nlog = "{sandbox / "log"}"\n')
    near.commit("a")
    assert "the server cannot check the push: server.log: log: " in near.push().stderr


@pytest.mark.measured
def test_install_says_what_keeps_a_gate_from_running(hub: Repo) -> None:
    """Here an earlier hook that is gone."""
    gitpact("server", "clean", hub.path)
    write(hub.path / "hooks" / "pre-receive", "#!/bin/sh\n", 0o755)
    assert gitpact("server", "install", hub.path).returncode == 0
    next(path for path in (hub.path / "hooks").iterdir() if path.name != "pre-receive").unlink()
    done = gitpact("server", "install", hub.path)
    assert done.returncode, done.stdout
