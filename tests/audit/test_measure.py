"""One repository measured: the rows agree with git and with `gitpact lint`, and nothing is written or run."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gitpact.audit import measure, schema
from gitpact.errors import GitpactError
from gitpact.git import objects, processes
from tests.support.fleets import JANUARY, mirror
from tests.support.repos import bare, commit, gitpact, init, run, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitpact.audit.measure import Wanted
    from gitpact.audit.schema import Rows
    from tests.support.repos import Repo

WHO = "A <a@x.org> 1700000000 +0000"
POLICY = '[dco]\nsign-off = "optional"\n'


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rows]:
    """What measures a repository; the environment and the current folder are as before afterwards."""

    def call(repo: Path, wanted: Wanted = measure.Wanted()) -> Rows:  # noqa: B008  a tuple
        with monkeypatch.context() as patch:
            patch.chdir(".")
            patch.setenv("GIT_DIR", "")
            patch.setenv("GIT_CONFIG_PARAMETERS", "")
            return measure.rows("a", str(repo), wanted)

    return call


def main(found: Rows, place: int = 0) -> dict[str, Any]:
    return {column.name: found[schema.MAIN][place][at] for at, column in enumerate(schema.REPOSITORIES)}


def test_the_rows_agree_with_git_and_with_lint(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = mirror(sandbox / "a.git", 40, 15)
    found = rows(repo.path)
    row = main(found)
    linted = json.loads(gitpact("lint", "main", "--format", "json", cwd=repo.path).stdout)
    failing = {one["commit"] for one in linted["findings"] if one["severity"] == "error"}
    assert (row["commits"], row["checked"]) == (linted["commits"], linted["checked"]) == (40, 40)
    assert (row["errors"], row["warnings"]) == (linted["errors"], linted["warnings"])
    assert row["conforming"] == 40 - len(failing) == 25
    assert row["oid"] == repo.git("rev-parse", "main")
    assert (row["ref"], row["object_format"], row["status"]) == ("refs/heads/main", "sha1", "ok")
    assert (row["first_commit"], row["last_commit"]) == (JANUARY, JANUARY + 39 * 86400)
    listed = [line.split(" ") for line in repo.git("cat-file", "--batch-all-objects", "--batch-check").splitlines()]
    assert (row["objects"], row["raw_bytes"]) == (len(listed), sum(int(size) for _, _, size in listed))
    assert sum(each[3] for each in found["months"]) == 40
    assert [each[2:] for each in found["months"]] == [(20454, 31, 16, 16), (20485, 9, 9, 9)]
    assert {each[3]: each[4] for each in found["types"] if each[2] == 20485} == {"feat": 9}
    assert {each[2]: each[3] for each in found["findings"]} == {"header-format": 15, "sign-off-required": 15}
    assert found["persons"] == [("a", "own", "Ann Lee <ann@example.org>", 40, 15, 15)]
    assert (row["authors"], row["unsigned_authors"], row["merges"]) == (1, 1, 0)


def test_the_largest_blobs_with_the_commit_that_added_them(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    oids = []
    for number, (name, size) in enumerate((("a", 1000), ("b", 3000), ("a", 2000))):
        (repo.path / name).write_bytes(b"x" * size)
        repo.git("add", name)
        commit(repo, f"feat: step {number}")
        oids.append(repo.git("rev-parse", "HEAD"))
    (repo.path / "c").write_bytes(b"x" * 3000)  # the same blob again
    repo.git("rm", "-q", "b")
    repo.git("add", "c")
    commit(repo, "feat: move")
    blobs = rows(repo.path / ".git")["blobs"]
    assert [(size, path, added, there) for _, _, size, path, added, there in blobs] == [
        (3000, "b", oids[1], True),
        (2000, "a", oids[2], True),
        (1000, "a", oids[0], False),
    ]
    assert len(rows(repo.path / ".git", measure.Wanted(top=2))["blobs"]) == 2


def test_what_git_does_not_tell_in_time_is_null(
    sandbox: Path, rows: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object) -> set[str]:
        raise processes.OutOfTimeError

    monkeypatch.setattr(objects, "in_range", late)
    assert [row[-1] for row in rows(mirror(sandbox / "a.git", 1).path)["blobs"]] == [None]


@pytest.mark.parametrize(
    ("since", "refused"),
    [("2026-01-03", 3), ("2026-01-06", 0), ("2025-12-31", 5), ("v1", 3), ("no-tag", None), ("", None)],
    ids=["a date", "after the last mistake", "before all", "a tag", "a tag that is not there", "nothing"],
)
def test_commits_that_a_hook_would_have_refused(
    sandbox: Path, rows: Callable[..., Rows], since: str, refused: int | None
) -> None:
    repo = mirror(sandbox / "a.git", 8, 5)
    repo.git("tag", "v1", "main~6")
    assert main(rows(repo.path, measure.Wanted(since=since)))["refused"] == refused


def test_the_policy_of_each_repository_and_one_for_all(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    write(repo.path / "gitpact.toml", POLICY)
    repo.git("add", "gitpact.toml")
    repo.git("commit", "-q", "-m", "feat: start")
    strict = write(sandbox / "strict.toml", '[dco]\nsign-off = "required"\n')
    found = rows(repo.path / ".git", measure.Wanted((measure.OWN, measure.FILE), str(strict)))
    assert [(main(found, place)["judged_by"], main(found, place)["errors"]) for place in (0, 1)] == [
        ("own", 0),
        ("file", 1),
    ]
    assert main(found)["policy"] == f"{main(found)['oid']}:gitpact.toml"
    assert (main(found, 1)["policy"], main(found)["preset"]) == (str(strict), "standard")
    assert len(found["blobs"]) == 1, "they depend on no policy"


def test_a_policy_that_is_not_valid_is_a_reason(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    write(repo.path / "gitpact.toml", "nonsense = 1\n")
    repo.git("add", "gitpact.toml")
    commit(repo)
    with pytest.raises(GitpactError, match="nonsense"):
        rows(repo.path / ".git")


def test_the_mailmap_of_the_branch_counts_as_in_a_bare_repository(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    write(repo.path / "gitpact.toml", "[dco]\nmailmap = true\n")
    write(repo.path / ".mailmap", "Ann Lee <ann@example.org> <old@example.org>\n")
    repo.git("add", "-A")
    message = "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>"
    repo.git("-c", "user.email=old@example.org", "commit", "-q", "--author=Ann Lee <old@example.org>", "-m", message)
    repo.git("clone", "-q", "--bare", ".", sandbox / "bare.git")
    for place in (repo.path / ".git", sandbox / "bare.git"):
        assert (main(rows(place))["conforming"], main(rows(place))["signed"]) == (1, 1)


def test_the_number_of_commits_is_no_mistake_of_a_history(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    write(repo.path / "gitpact.toml", "[push]\nmax-commits = 2\n")
    repo.git("add", "-A")
    for _ in range(4):
        commit(repo)
    assert (main(rows(repo.path / ".git"))["conforming"], main(rows(repo.path / ".git"))["errors"]) == (4, 0)


def test_since_a_tag_counts_all_branches_too(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = mirror(sandbox / "a.git", 2, 0)
    repo.git("tag", "v1")
    oid = repo.git("commit-tree", "-p", "main", "-m", "no header", "main^{tree}")
    repo.git("update-ref", "refs/heads/side", oid)
    for since in ("v1", "2000-01-01"):
        found = [
            main(rows(repo.path, measure.Wanted(since=since, every_branch=way)))["refused"] for way in (False, True)
        ]
        assert found == [0, 1]


def test_all_branches(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = mirror(sandbox / "a.git", 3)
    other = mirror(sandbox / "b.git", 5)
    other.git("push", "-q", repo.path, "main:topic")
    assert [main(rows(repo.path, measure.Wanted(every_branch=way)))["commits"] for way in (False, True)] == [3, 8]


def test_persons_may_be_left_out(sandbox: Path, rows: Callable[..., Rows]) -> None:
    found = rows(mirror(sandbox / "a.git").path, measure.Wanted(anonymous=True))
    assert found["persons"] == []
    assert "Ann" not in json.dumps(found)


def test_a_repository_of_sha256(sandbox: Path, rows: Callable[..., Rows]) -> None:
    row = main(rows(mirror(sandbox / "a.git", 2, 0, "--object-format=sha256").path))
    assert (row["object_format"], row["commits"], len(row["oid"])) == ("sha256", 2, 64)


def test_an_empty_repository(sandbox: Path, rows: Callable[..., Rows]) -> None:
    write(bare(sandbox / "a.git").path / "packed-refs", "# pack-refs with: peeled\n")
    row = main(rows(sandbox / "a.git"))
    assert (row["status"], row["commits"], row["hooks"], row["error"]) == ("empty", None, (), "")


def test_a_shallow_clone(sandbox: Path, rows: Callable[..., Rows]) -> None:
    mirror(sandbox / "a.git", 5)
    run("git", "clone", "-q", "--bare", "--depth=2", f"file://{sandbox}/a.git", "b.git", cwd=sandbox)
    row = main(rows(sandbox / "b.git"))
    assert (row["shallow"], row["commits"]) == (True, 2)


BROKEN: dict[str, tuple[Callable[[Repo], object], str]] = {
    "a stale HEAD": (
        lambda repo: (repo.git("branch", "other", "main"), repo.git("update-ref", "-d", "refs/heads/main")),
        "HEAD names no branch",
    ),
    "a ref that is no oid": (lambda repo: write(repo.path / "refs" / "heads" / "main", "nonsense\n"), "read the refs"),
    "packed refs that are none": (
        lambda repo: (repo.git("update-ref", "-d", "refs/heads/main"), write(repo.path / "packed-refs", "x\n")),
        "packed-refs",
    ),
    "a commit that is missing": (
        lambda repo: shutil.rmtree(repo.path / "objects" / repo.git("rev-parse", "main")[:2]),
        "missing object",
    ),
    "a configuration that is broken": (lambda repo: write(repo.path / "config", "[core\n"), "bad config"),
}


@pytest.mark.parametrize(("damage", "said"), BROKEN.values(), ids=BROKEN)
def test_a_repository_that_is_broken(
    sandbox: Path, rows: Callable[..., Rows], damage: Callable[[Repo], object], said: str
) -> None:
    repo = mirror(sandbox / "a.git", 3)
    repo.git("symbolic-ref", "HEAD", "refs/heads/main")
    damage(repo)
    with pytest.raises(GitpactError, match=said):
        rows(repo.path)


def test_times_that_no_calendar_has(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = bare(sandbox / "a.git")
    tree = repo.git("hash-object", "-t", "tree", "-w", "/dev/null")
    for place, seconds in enumerate(("99999999999999999999", "300000000000", "9223372036854775")):
        person = f"Ann Lee <ann@example.org> {seconds} +0000"
        raw = write(sandbox / str(place), f"tree {tree}\nauthor {person}\ncommitter {person}\n\nfeat: x\n")
        oid = repo.git("hash-object", "-t", "commit", "-w", "--literally", raw)
        repo.git("update-ref", "refs/heads/main", oid)
        found = rows(repo.path)
        row = main(found)
        assert 0 <= row["first_commit"] <= row["last_commit"] <= measure.LATEST
        assert all(-719162 <= month[2] <= 2932896 for month in found["months"]), "what SQL takes for a date"


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """The time and the size of all that is in a folder."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in (folder, *folder.rglob("*"))}


def test_nothing_is_written_and_nothing_of_the_repository_runs(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = init(sandbox / "here")
    spy = write(sandbox / "spy", f"#!/bin/sh\ntouch {sandbox}/ran\n", 0o755)
    write(repo.path / "gitpact.toml", '[identity]\nsignature = "required"\n')
    write(repo.path / ".gitattributes", "* diff=spy filter=spy\n")
    repo.git("add", "-A")
    commit(repo)
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----"
    text = f"tree {repo.git('write-tree')}\nauthor {WHO}\ncommitter {WHO}\n{signature}\n\nfeat: signed\n"
    made = repo.git("hash-object", "-t", "commit", "-w", write(sandbox / "signed", text))
    repo.git("reset", "-q", "--soft", made)
    for hook in ("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        write(repo.hooks / hook, spy.read_text(), 0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.spy.textconv", "diff.spy.command"),
        *("filter.spy.clean", "filter.spy.smudge", "gpg.program", "gpg.ssh.program", "core.editor", "core.askPass"),
        *("pager.log", "uploadpack.packObjectsHook", "log.showSignature", "trace2.eventTarget"),
    ):
        repo.git("config", key, "true" if key == "log.showSignature" else str(spy))
    repo.git("config", "remote.origin.url", f"ext::{spy}")
    repo.git("config", "remote.origin.promisor", "true")
    (sandbox / "ran").unlink(missing_ok=True)
    before = everything(repo.path)
    row = main(rows(repo.path / ".git"))
    assert (row["status"], row["checked"]) == ("ok", 1)
    assert everything(repo.path) == before
    assert not (sandbox / "ran").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes what belongs to others: .ci/run")
def test_a_repository_of_somebody_else(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = mirror(sandbox / "a.git")
    for path in (repo.path, *repo.path.rglob("*")):
        os.chown(path, 12345, 12345)
    assert run("git", "log", cwd=repo.path).returncode, "git itself refuses"
    assert main(rows(repo.path))["commits"] == 3


def test_a_file_that_holds_itself_many_times_over(sandbox: Path, rows: Callable[..., Rows]) -> None:
    """A few trees that are 10^10 files."""
    repo = bare(sandbox / "a.git")
    raw = write(sandbox / "blob", "x\n")
    name, kind = repo.git("hash-object", "-w", raw), "100644 blob"
    for _ in range(10):
        listed = write(sandbox / "tree", "".join(f"{kind} {name}\tf{number}\n" for number in range(10)))
        name = run("sh", "-c", f"git mktree < '{listed}'", cwd=repo.path).stdout.strip()
        kind = "040000 tree"
    oid = repo.git("commit-tree", "-m", "feat: bomb", name)
    repo.git("update-ref", "refs/heads/main", oid)
    found = rows(repo.path)
    assert (main(found)["objects"], [row[-1] for row in found["blobs"]]) == (12, [True])


def gitpact_hook(repo: Repo) -> str:
    """The text of a hook file of gitpact; the file itself is gone."""
    gitpact("install", "--via", "files", "--hook", "commit-msg", cwd=repo.path)
    text = (repo.hooks / "commit-msg").read_text()
    gitpact("clean", cwd=repo.path)
    return text


HOOKS = {
    "none": (lambda repo: repo.hooks, (), False),
    "hooks in files": (
        lambda repo: gitpact("install", "--via", "files", cwd=repo.path),
        ("commit-msg", "pre-commit", "pre-push"),
        False,
    ),
    "hooks in another folder": (
        lambda repo: (
            repo.git("config", "core.hooksPath", "my"),
            gitpact("install", "--via", "files", "--hook", "commit-msg", cwd=repo.path),
        ),
        ("commit-msg",),
        False,
    ),
    "a hook in the configuration": (
        lambda repo: repo.git("config", "hook.gitpact-commit-msg.command", "gitpact-hook commit-msg"),
        ("commit-msg",),
        False,
    ),
    "a hook that cannot run": (
        lambda repo: write(repo.hooks / "commit-msg", gitpact_hook(repo), 0o644),
        (),
        False,
    ),
    "a hook below the home folder": (
        lambda repo: (
            write(Path.home() / "hk" / "commit-msg", gitpact_hook(repo), 0o755),
            repo.git("config", "core.hooksPath", "~/hk"),
        ),
        ("commit-msg",),
        False,
    ),
    "a hook in the configuration that is switched off": (
        lambda repo: (
            repo.git("config", "hook.gitpact-commit-msg.command", "gitpact-hook commit-msg"),
            repo.git("config", "hook.gitpact-commit-msg.enabled", "false"),
        ),
        (),
        False,
    ),
    "somebody else's": (lambda repo: write(repo.hooks / "commit-msg", "#!/bin/sh\n", 0o755), (), False),
}


@pytest.mark.parametrize(("put", "hooks", "gate"), HOOKS.values(), ids=HOOKS)
def test_hooks(
    sandbox: Path, rows: Callable[..., Rows], put: Callable[[Repo], object], hooks: tuple[str, ...], *, gate: bool
) -> None:
    repo = init(sandbox / "here")
    commit(repo)
    put(repo)
    row = main(rows(repo.path / ".git"))
    assert (row["hooks"], row["gate"]) == (hooks, gate)


@pytest.mark.parametrize(
    "place", ["hooks/pre-receive", "hooks/pre-receive.d/gitpact", "custom_hooks/pre-receive.d/gitpact"]
)
def test_a_gate(sandbox: Path, rows: Callable[..., Rows], place: str) -> None:
    repo = mirror(sandbox / "a.git")
    assert not gitpact("server", "install", repo.path, cwd=sandbox).returncode
    text = (repo.path / "hooks" / "pre-receive").read_text()
    (repo.path / "hooks" / "pre-receive").unlink()
    write(repo.path / place, text, 0o755)
    row = main(rows(repo.path))
    assert (row["hooks"], row["gate"]) == (("pre-receive",), True)


def test_a_gate_that_is_switched_off_is_none(sandbox: Path, rows: Callable[..., Rows]) -> None:
    repo = mirror(sandbox / "a.git")
    assert not gitpact("server", "install", repo.path, cwd=sandbox).returncode
    assert main(rows(repo.path))["gate"]
    write(repo.path / "gitpact" / "off", "")
    assert (main(rows(repo.path))["hooks"], main(rows(repo.path))["gate"]) == ((), False)


def test_a_row_of_what_failed() -> None:
    found = measure.failed("a", "it is broken", ("own", "file"), 1.5)
    assert [(main(found, place)["judged_by"], main(found, place)["error"]) for place in (0, 1)] == [
        ("own", "it is broken"),
        ("file", "it is broken"),
    ]
    assert (main(found)["status"], main(found)["took"], main(found)["commits"]) == ("failed", 1.5, None)
