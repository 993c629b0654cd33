"""`gitpact lint` as CI and people call it: events, policy of the base, titles, files, baselines, progress."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.cli import app, entry, lint, results_output
from gitpact.errors import GitpactError
from gitpact.policy import extends
from gitpact.policy.extends import Locked
from gitpact.report import formats
from tests.support import repos
from tests.support.commands import caller
from tests.support.programs import need, need_git
from tests.support.repos import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitpact.records import Result
    from tests.support.repos import Repo

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(repo: Repo, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `gitpact lint`; gives exit code, standard output and standard error."""
    assert repo.path.is_dir()
    return caller("lint", capfd)


def commit(repo: Repo, message: str) -> str:
    repo.git("commit", "-q", "--allow-empty", "-s", "-m", message)
    return repo.git("rev-parse", "HEAD")


@pytest.mark.parametrize("span", ["HEAD..no-such", "HEAD^{tree}..HEAD", "no-such"])
def test_a_mistake_in_a_range_is_named(run: Run, repo: Repo, span: str) -> None:
    commit(repo, "feat: x")
    hint = "give a commit, a branch, a tag or A..B, as for git log"
    assert run(span) == (2, "", f"gitpact: error: unknown revision: {span}\ngitpact: hint: {hint}\n")


@pytest.fixture
def pull_request(repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let GitHub run for a pull request of what came after `base`, its title and other facts given."""

    def stand(
        base: str, title: str | None = "feat: title", kind: str = "pull_request", number: int | None = None
    ) -> None:
        head = repo.git("rev-parse", "HEAD")
        request = {"base": {"sha": base, "ref": "main"}, "head": {"sha": head, "ref": "topic"}, "title": title}
        queue = {"base_sha": base, "head_sha": head, "base_ref": "refs/heads/main"}
        event = sandbox / "event.json"
        payload = {"pull_request": request, "number": number} if kind == "pull_request" else {"merge_group": queue}
        event.write_text(json.dumps(payload))
        for name, value in {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": kind,
            "GITHUB_EVENT_PATH": str(event),
        }.items():
            monkeypatch.setenv(name, value)

    return stand


EXTENDING = 'preset = "conventional"\nextends = ["git+https://example.org/a.git//b.toml@v1"]\n'


def test_a_base_without_its_lock_is_an_error_until_it_is_repaired(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    (repo.path / "gitpact.toml").write_text(EXTENDING)
    repo.git("add", ".")
    base = commit(repo, "chore: extend")
    commit(repo, "feat: x")
    pull_request(base)
    code, out, err = run("--ci")
    assert (code, out) == (2, "")
    assert "gitpact.lock has no copy of the policy" in err
    (repo.path / "gitpact.toml").write_text('preset = "conventional"\n')
    repo.git("add", ".")
    commit(repo, "fix: extend nothing")
    pull_request(base)
    code, _, err = run("--ci")
    assert (code, "the built-in policy is used, because" in err) == (0, True)


@pytest.mark.parametrize("change", ["the lock is removed", "the lock is altered", "what is extended is broken"])
def test_a_request_that_breaks_what_the_policy_extends(
    run: Run, repo: Repo, pull_request: Callable[..., None], change: str
) -> None:
    text = "[message]\nsubject-max = 60\n"
    entry = Locked("git+https://example.org/a.git//b.toml@v1", "1" * 40, sha256(text.encode()).hexdigest(), text)
    write(repo.path / "gitpact.toml", EXTENDING.replace("]", ', "./own/rules.toml"]'))
    write(repo.path / "own" / "rules.toml", "[message]\nsubject-min = 2\n")
    write(repo.path / "gitpact.lock", "\n".join([*extends.lock_lines([entry]), ""]))
    repo.git("add", ".")
    base = commit(repo, "chore: extend")
    if change == "the lock is removed":
        repo.git("rm", "-q", "gitpact.lock")
    elif change == "the lock is altered":
        write(repo.path / "gitpact.lock", (repo.path / "gitpact.lock").read_text().replace("60", "99"))
    else:
        write(repo.path / "own" / "rules.toml", "x")
    repo.git("add", ".")
    commit(repo, "feat: x")
    pull_request(base)
    code, _, err = run("--ci")
    assert (code, "the policy file that the checked commits contain has an error" in err) == (2, True)


def test_in_a_request_the_branch_is_repaired_and_pushed_again(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "no header")
    pull_request(base)
    out = run("--ci")[1]
    assert f"git rebase -i '{repo.git('rev-parse', 'HEAD')[:12]}^'" in out
    assert "push the corrected branch: git push --force-with-lease origin HEAD\n" in out


def test_ci_judges_the_request_by_the_policy_of_its_base(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    """A pull request cannot loosen its own judge, and it is said that it tries to change it."""
    base = commit(repo, "chore: start")
    (repo.path / "gitpact.toml").write_text("[message]\ntypes = []\n")
    repo.git("add", ".")
    commit(repo, "foo: loosen the policy")
    pull_request(base)
    code, out, err = run("--ci")
    assert code == 1
    assert "unknown type 'foo'; the types are" in out
    assert "GitHub, pull request: checking" in err
    assert "policy: built-in preset" in err
    assert "the pull request changes the policy (gitpact.toml); the new policy applies after the merge" in err
    assert run("--ci", "--policy-from", "HEAD")[0] == 0


def test_ci_says_nothing_of_a_policy_that_stays(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "feat: x")
    pull_request(base)
    code, out, err = run("--ci")
    assert (code, out) == (0, "checked 1 of 1 commits; errors: 0, warnings: 0\n")
    assert "is changed" not in err


def test_title_of_a_request(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "feat: x")
    pull_request(base, "Add x")
    code, out, _ = run("--ci", "--title")
    assert code == 1
    assert out.startswith("title: Add x\n")
    assert "the type before the description is missing;" in out
    assert out.endswith("checked 1 of 1 commits; errors: 1, warnings: 0\n")


def test_the_squash_commit_of_a_request(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "feat: x")
    commit(repo, "fix: y")
    pull_request(base, "Add x")
    code, out, _ = run("--ci", "--squash")
    assert code == 1
    assert out.startswith("squash commit: Add x\n")
    assert "tools that write release notes read 'feat: …' in the body as a separate change" in out
    pull_request(base, "feat: add x")
    code, out, _ = run("--ci", "--squash", "--ignore", "release-notes")
    assert (code, "squash commit" in out) == (0, False)
    code, out, _ = run("--ci", "--squash", "--format", "json", "--messages")
    assert [one["header"] for one in json.loads(out)["messages"]] == ["fix: y", "feat: x"]
    pull_request(base, None)
    code, _, err = run("--ci", "--squash")
    assert (code, "does not tell the title" in err) == (2, True)


def test_the_squash_commit_is_judged_by_its_files_and_without_the_number_of_the_host(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    policy = "[message]\nissue = 'forbidden'\n[scopes]\napi = ['api/**']\nweb = ['web/**']\n"
    write(repo.path / "gitpact.toml", f"preset = 'conventional'\n{policy}")
    repo.git("add", ".")
    base = commit(repo, "chore: start")
    write(repo.path / "api" / "a", "1")
    repo.git("add", ".")
    commit(repo, "feat(api): add a route")
    for title, refused in (
        ("feat(web): wrong", {"scope-paths"}),
        ("feat(api): right", set()),
        ("feat(api): x (#3)", {"issue-forbidden"}),
    ):
        commit(repo, "feat: more")
        pull_request(base, title, number=12)
        _, out, _ = run("--ci", "--squash", "--ignore", "release-notes", "--format", "jsonl")
        found = {one["rule"] for one in map(json.loads, out.splitlines()) if one["commit"] is None}
        assert found == refused, title


def test_squash_is_for_requests_in_ci(run: Run, repo: Repo) -> None:
    commit(repo, "feat: x")
    code, _, err = run("HEAD", "--squash")
    assert (code, "--squash needs --ci" in err) == (2, True)


def test_a_title_that_is_not_told_is_an_error(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "feat: x")
    pull_request(base, None)
    code, _, err = run("--ci", "--title")
    assert code == 2
    assert "GitHub does not tell the title" in err


def test_a_request_whose_base_is_missing_is_deepened(
    run: Run, repo: Repo, sandbox: Path, pull_request: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "feat: x")
    pull_request(base)
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", sandbox / "shallow")
    monkeypatch.chdir(sandbox / "shallow")
    assert run("--ci")[0] == 2
    assert run("--ci", "--deepen")[:2] == (0, "checked 1 of 1 commits; errors: 0, warnings: 0\n")


def test_a_first_push_is_judged_by_the_policy_that_it_brings(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo.path / "gitpact.toml").write_text("[message]\ntypes = ['foo']\n")
    repo.git("add", ".")
    head = commit(repo, "foo: start")
    facts = {"PIPELINE_SOURCE": "push", "COMMIT_SHA": head, "COMMIT_BEFORE_SHA": "0" * 40, "COMMIT_BRANCH": "main"}
    for name, value in {"DEFAULT_BRANCH": "main", **facts}.items():
        monkeypatch.setenv(f"CI_{name}", value)
    monkeypatch.setenv("GITLAB_CI", "true")
    code, _, err = run("--ci")
    assert (code, err.rsplit(" ", 1)[1]) == (0, "gitpact.toml\n"), err


def test_a_merge_queue_needs_only_a_sign_off(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    """how-git-reads-a-message 64: the queue makes these commits, and has no title to judge."""
    base = commit(repo, "chore: start")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x", "-m", "Signed-off-by: Bob <b@x.org>")
    pull_request(base, kind="merge_group")
    assert run("--ci", "--title")[0] == 0
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: y")
    pull_request(base, kind="merge_group")
    assert run("--ci")[0] == 1


def test_where_the_policy_of_the_base_is_broken_the_built_in_one_judges(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    """Never the one that is brought: else a request would judge itself, and one that breaks the base opens the door."""
    (repo.path / "gitpact.toml").write_text('preset = "no-such"')
    repo.git("add", ".")
    base = commit(repo, "chore: break the policy")
    commit(repo, "feat: x")
    pull_request(base)
    code, _, err = run("--ci")
    assert (code, "the built-in policy is used, because " in err, "no-such" in err) == (0, True, True)
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "fix: mend the policy")
    pull_request(base)
    code, _, err = run("--ci")
    assert code == 1, "the built-in one asks for a sign-off"
    assert "the built-in policy is used, because the policy of the base branch has an error: " in err
    repo.git("commit", "-q", "--amend", "-s", "--no-edit")
    pull_request(base)
    assert run("--ci")[0] == 0
    assert run("--ci", "--policy-from", base)[0] == 2


def test_a_merge_queue_may_merge(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    (repo.path / "gitpact.toml").write_text('preset = "openim"')
    repo.git("add", ".")
    base = commit(repo, "chore: choose a policy")
    repo.git("switch", "-q", "-c", "topic")
    commit(repo, "feat: add a thing")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request #9 from ann/topic", "topic")
    pull_request(base, kind="merge_group")
    code, out, _ = run("--ci")
    assert (code, "git rebase" in out) == (0, False)


def test_outside_of_a_repository_that_is_said(run: Run, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox)
    assert run("HEAD")[2].startswith(f"gitpact: error: there is no git repository here: {sandbox}\n")


def test_in_ci_the_usual_range_is_not_what_is_wanted(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: x")
    monkeypatch.setenv("CI", "true")
    assert "gitpact lint --ci" in run()[2]
    assert "gitpact lint --ci" not in run("HEAD")[2]


def test_deepen_without_anything_missing(run: Run, repo: Repo, sandbox: Path) -> None:
    commit(repo, "feat: x")
    repo.git("clone", "-q", "--bare", ".", sandbox / "remote")
    repo.git("remote", "add", "origin", sandbox / "remote")
    assert run("--deepen", "HEAD")[0] == 0


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["--ci"], "--ci: gitpact does not know this CI platform"),
        (["--ci", "HEAD"], "a range cannot be given with --ci, which finds the range of commits itself"),
        (["--ci", "--all"], "a range cannot be given with --ci, which finds the range of commits itself"),
        (["--title"], "--title needs --ci"),
        (["--all", "HEAD"], "a range, --all and --since-tag cannot be combined"),
        (["--policy-from", "no-such"], "unknown revision: no-such"),
        (["--baseline", "no-such", "HEAD"], "no-such: cannot be read"),
        (
            ["--format", "json", "--format", "sarif", "HEAD"],
            "only one of these formats can go to the terminal: json, sarif",
        ),
        (["--output", "a", "--output", "b", "HEAD"], "more --output options (2) than --format options (1)"),
        (["--output", "no/such/folder", "HEAD"], "--output no/such/folder: No such file or directory"),
    ],
)
def test_wrong_use(run: Run, repo: Repo, args: list[str], error: str) -> None:
    commit(repo, "feat: x")
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.splitlines()[0].startswith(f"gitpact: error: {error}")


def test_files_beside_text_on_the_terminal(run: Run, repo: Repo, sandbox: Path) -> None:
    commit(repo, "foo: x")
    lines, document = sandbox / "out.jsonl", sandbox / "out.json"
    code, out, _ = run("HEAD", "--format", "jsonl", "--output", lines, "--format", "json", "--output", document)
    assert code == 1
    assert out.endswith("checked 1 of 1 commits; errors: 1, warnings: 0\n")
    assert json.loads(lines.read_text())["rule"] == "type-known"
    assert json.loads(document.read_text())["errors"] == 1


def test_the_format_without_a_file_goes_to_standard_output(run: Run, repo: Repo, sandbox: Path) -> None:
    commit(repo, "foo: x")
    _, out, _ = run("HEAD", "--format", "jsonl", "--output", sandbox / "out.jsonl", "--format", "json")
    assert json.loads(out)["errors"] == 1


def test_a_walk_that_fails_leaves_the_old_file(
    run: Run, repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repo, "foo: x")
    old = sandbox / "out.json"
    old.write_text("old")
    monkeypatch.setenv("GIT_TRACE2", "0")
    (repo.path / ".git/objects" / repo.git("rev-parse", "HEAD")[:2]).rename(sandbox / "lost")
    assert run("HEAD", "--format", "json", "--output", old)[0] == 2
    assert old.read_text() == "old"
    assert not list(sandbox.glob(".out*"))


def test_output_into_a_device(run: Run, repo: Repo) -> None:
    commit(repo, "feat: x")
    assert run("HEAD", "--format", "json", "--output", "/dev/null")[0] == 0


def test_an_old_project_begins_with_a_clean_slate(run: Run, repo: Repo, sandbox: Path) -> None:
    commit(repo, "old and bad")
    known = sandbox / "known.jsonl"
    run("HEAD", "--format", "jsonl", "--output", known)
    assert run("HEAD", "--baseline", known)[0] == 0
    commit(repo, "new and bad")
    code, out, _ = run("HEAD", "--baseline", known)
    assert code == 1
    assert "old and bad" not in out
    (repo.path / "gitpact.toml").write_text("[push]\nmax-commits = 1")
    run("HEAD", "--format", "jsonl", "--output", known)
    assert "commit-count" not in known.read_text()
    assert run("HEAD", "--baseline", known)[0] == 0
    commit(repo, "feat: fine")
    commit(repo, "feat: fine, too")
    run("HEAD~2..HEAD", "--format", "jsonl", "--output", known)
    assert "commit-count" in known.read_text()
    assert run("HEAD~2..HEAD", "--baseline", known)[0] == 1, "each range has a number of its own"


def test_all_and_since_tag(run: Run, repo: Repo) -> None:
    commit(repo, "feat: one")
    repo.git("tag", "v1")
    repo.git("checkout", "-q", "-b", "side")
    commit(repo, "feat: two")
    repo.git("checkout", "-q", "main")
    commit(repo, "feat: three")
    assert run("--all")[1] == "checked 3 of 3 commits; errors: 0, warnings: 0\n"
    assert run("--since-tag")[1] == "checked 1 of 1 commits; errors: 0, warnings: 0\n"


def test_who_waits_at_a_terminal_sees_how_far_it_is(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        commit(repo, f"feat: {number}")
    monkeypatch.setattr(lint, "TOLD_EVERY", 2)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run("HEAD")[2] == "\r2 commits\r\x1b[K"


@pytest.mark.parametrize("folder", ["sub", ".git"], ids=["below the top", "in the git directory"])
def test_anywhere_in_the_repository(run: Run, repo: Repo, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: x")
    (repo.path / "sub").mkdir()
    monkeypatch.chdir(repo.path / folder)
    assert run("HEAD")[0] == 0


def test_variables_that_say_where_the_repository_is(
    run: Run, repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repo, "bad")
    (sandbox / "elsewhere").mkdir()
    monkeypatch.chdir(sandbox / "elsewhere")
    assert run("HEAD")[0] == 2
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    assert run("HEAD")[0] == 1


def test_a_full_disk_under_standard_output(repo: Repo) -> None:
    commit(repo, "bad")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from gitpact.cli.entry import command; command()", "lint", "HEAD"],
            cwd=repo.path,
            env=repo.env(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    said = "gitpact: error: standard output: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, said)


@pytest.mark.measured
def test_a_full_disk_leaves_no_half_of_a_file(run: Run, repo: Repo, sandbox: Path) -> None:
    """Text fills the disk while the files are written beside it."""
    stream = "".join(
        f"commit refs/heads/long\ncommitter A <a@b.c> {number} +0000\ndata 3\nbad\n" for number in range(300)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input=stream.encode(), check=True)
    outputs = ("--format", "json", "--output", str(sandbox / "x.json"), "--format", "sarif", "--output", "x.sarif")
    command = [sys.executable, "-c", "from gitpact.cli.entry import command; command()", "lint", "long", *outputs]
    before = sorted(repo.path.iterdir())
    with Path("/dev/full").open("w") as full:
        code = subprocess.run(
            command, cwd=repo.path, env=repo.env(), stdout=full, stderr=subprocess.DEVNULL, check=False
        ).returncode
    assert code == 2
    assert not list(sandbox.glob("*x.json*"))
    assert sorted(repo.path.iterdir()) == before
    assert run("long", *outputs)[0] == 1
    assert json.loads((sandbox / "x.json").read_text())["commits"] == 300
    assert len(json.loads((repo.path / "x.sarif").read_text())["runs"][0]["results"]) == 600


def test_a_walk_that_fails_leaves_no_half_of_a_file(repo: Repo, sandbox: Path) -> None:
    def failing() -> Iterator[Result]:
        raise GitpactError("the walk failed")
        yield

    assert repo.path.is_dir()
    folder = sandbox / "out"
    folder.mkdir()
    with pytest.raises(GitpactError, match="the walk failed"):
        results_output.give(failing(), ["json"], [str(folder / "x.json")], "auto", "HEAD")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("platform", ["GITHUB_ACTIONS", "TF_BUILD"])
def test_text_in_a_log_that_is_read_for_commands(
    run: Run, repo: Repo, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """how-git-reads-a-message 12: a runner obeys `::` after any space, too."""
    commit(repo, "::error::x")
    commit(repo, "x ##vso[task.x]y ##[error]z")
    assert "    ::error::x\n" in run("HEAD")[1]
    monkeypatch.setenv(platform, "true")
    said = run("HEAD")[1]
    assert not re.search(r"^\s*::|##\w*\[", said, re.MULTILINE)
    assert "    <U+003A>:error::x\n" in said


def test_an_error_in_a_log_that_is_read_for_commands(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "feat: x")
    monkeypatch.setenv("TF_BUILD", "true")
    done = repos.gitpact("lint", "##vso[task.setvariable variable=x]y", cwd=repo.path)
    assert done.returncode == 2
    assert "##" not in done.stderr


@pytest.mark.parametrize("other", ["refs/heads/base", "refs/remotes/base"])
def test_a_policy_from_a_name_that_a_tag_has_too(run: Run, repo: Repo, other: str) -> None:
    """Git would take the tag, which others may push."""
    oid = commit(repo, "feat: x")
    repo.git("update-ref", other, oid)
    repo.git("tag", "base/nothing-to-do-with-it")
    assert run("HEAD", "--policy-from", "base")[0] == 0
    repo.git("tag", "-d", "base/nothing-to-do-with-it")
    repo.git("tag", "base")
    code, _, err = run("HEAD", "--policy-from", "base")
    assert code == 2
    assert f"the name base is ambiguous: refs/tags/base and {other}" in err
    assert run("HEAD", "--policy-from", other)[0] == 0


def test_a_baseline_that_is_too_deep(run: Run, repo: Repo, sandbox: Path) -> None:
    commit(repo, "feat: x")
    (sandbox / "known").write_text("[" * 200_000)
    code, _, err = run("HEAD", "--baseline", str(sandbox / "known"))
    assert code == 2
    assert "known:1: this line is not a JSON result of gitpact lint" in err


def test_more_commits_than_are_allowed_at_once(run: Run, repo: Repo) -> None:
    (repo.path / "gitpact.toml").write_text("[push]\nmax-commits = 2")
    span = f"{commit(repo, 'chore: start')}..HEAD"
    commit(repo, "feat: a")
    commit(repo, "feat: b")
    assert run(span)[0] == 0
    commit(repo, "feat: c")
    code, out, _ = run(span)
    assert code == 1
    assert "there are 3 commits; the limit is 2" in out
    assert out.endswith("checked 3 of 3 commits; errors: 1, warnings: 0\n")
    row = json.loads(run(span, "--format", "jsonl")[1])
    assert (row["rule"], row["commit"], row["subject"]) == ("commit-count", None, "")
    assert run(span, "--ignore", "size")[0] == 0
    assert run("HEAD")[0] == run("--all")[0] == 0, "a whole history is sent by nobody"


def test_a_revision_without_a_policy_is_not_asked_to_get_one(run: Run, repo: Repo) -> None:
    commit(repo, "no header")
    assert "policy" in run("HEAD")[2]
    code, _, err = run("HEAD", "--policy-from", "HEAD")
    assert (code, err) == (1, "")


def test_what_was_not_judged_is_said(run: Run, repo: Repo) -> None:
    commit(repo, "feat: a")
    repo.git("commit", "-q", "--allow-empty", "-m", "bump", "--author", "x <x[bot]@users.noreply.github.com>")
    assert run("HEAD")[1] == "checked 1 of 2 commits (not checked in full: 1 bot); errors: 0, warnings: 0\n"


BASE_POLICY = "[dco]\nmailmap = true\n"


def test_a_request_cannot_loosen_its_judge_by_a_mailmap(
    run: Run, repo: Repo, pull_request: Callable[..., None]
) -> None:
    (repo.path / "gitpact.toml").write_text(BASE_POLICY)
    repo.git("add", ".")
    base = commit(repo, "chore: start")
    mallory = ("--author", "Mallory <m@evil.org>", "-m", "feat: x\n\nSigned-off-by: Linus <l@linux.org>")
    repo.git("-c", "user.email=m@evil.org", "-c", "user.name=Mallory", "commit", "-q", "--allow-empty", *mallory)
    (repo.path / ".mailmap").write_text("Linus <l@linux.org> <m@evil.org>\n")
    repo.git("add", ".")
    commit(repo, "chore: map")
    pull_request(base)
    assert "[sign-off-identity]" in run("--ci")[1]
    assert run(f"{base}..HEAD")[0] == 0, "by hand the work tree's counts"


@pytest.mark.parametrize(("known", "code"), [(True, 0), (False, 1)], ids=["a known key", "any key"])
def test_a_signature_by_any_ssh_key_is_none(run: Run, repo: Repo, sandbox: Path, *, known: bool, code: int) -> None:
    """Git tells U for each of them, which of an OpenPGP key is good."""
    need_git((2, 34), "signatures by SSH keys")
    for name in ("known", "stranger"):
        subprocess.run([need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", sandbox / name], check=True)
    signers = repos.write(sandbox / "signers", f"ann@example.org {(sandbox / 'known.pub').read_text()}")
    (repo.path / "gitpact.toml").write_text('[identity]\nsignature = "required"')
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", sandbox / ("known.pub" if known else "stranger.pub"))
    repo.git("commit", "-q", "--allow-empty", "-s", "-S", "-m", "feat: x")
    assert "gpg.ssh.allowedSignersFile is not set" in run("HEAD")[2]
    repo.git("config", "gpg.ssh.allowedSignersFile", signers)
    found, out, err = run("HEAD")
    assert (found, err) == (code, "" if known else "gitpact: the policy is from gitpact.toml\n")
    assert known or "the public key of the signer is missing" in out


def test_a_change_of_policy_anywhere_is_announced(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "chore: start")
    (repo.path / "pyproject.toml").write_text("[tool.other]")
    repo.git("add", ".")
    commit(repo, "chore: other")
    pull_request(base)
    assert "policy is changed" not in run("--ci")[2]
    (repo.path / "pyproject.toml").write_text("[tool.gitpact.message]\nsubject-max = 50")
    repo.git("add", ".")
    commit(repo, "chore: policy")
    pull_request(base)
    said = "the pull request changes the policy (pyproject.toml); the new policy applies after the merge; to use it now: --policy-from"
    assert said in run("--ci")[2]
    (repo.path / "gitpact.toml").write_text("broken")
    repo.git("add", ".")
    commit(repo, "chore: broken")
    pull_request(base)
    code, _, err = run("--ci")
    assert code == 2
    assert "gitpact: error: the policy file that the checked commits contain has an error: " in err


def test_a_bare_repository_is_judged_by_its_last_policy(
    run: Run, repo: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo.path / "gitpact.toml").write_text('preset = "conventional"')
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "feat: x")
    hub = repos.bare(sandbox / "hub")
    monkeypatch.chdir(hub.path)
    assert run("--all")[0] == 2
    repo.git("push", "-q", hub.path, "main")
    assert run("HEAD")[0] == 0
    hub.git("symbolic-ref", "HEAD", "refs/heads/none")
    assert run("main")[0] == 0, "where HEAD names nothing, it is main's policy"
    hub.git("branch", "-m", "main", "other")
    assert "[sign-off-required]" in run("other")[1], "without a default branch the built-in policy holds"
    assert run("other", "--policy-from", "other")[0] == 0


@pytest.mark.parametrize(
    "output",
    [
        ["--format", "json", "--output", "-"],
        ["--format", "json", "--output", "a", "--format", "sarif", "--output", "a"],
    ],
)
def test_an_output_that_is_none(run: Run, repo: Repo, output: list[str]) -> None:
    commit(repo, "feat: x")
    assert run("HEAD", *output)[2].startswith("gitpact: error: --output: give each format its own file")


def test_commands_that_would_not_mend_are_not_named(run: Run, repo: Repo) -> None:
    base = commit(repo, "chore: start")
    commit(repo, "fixup! feat: x")
    assert "git rebase -i 1" not in run(f"{base}..HEAD")[1].replace("git rebase -i --autosquash", "")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: unsigned")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: theirs", "--author", "Bob <bob@x.org>")
    assert "--signoff" not in run(f"{base}..HEAD")[1]
    assert "git rebase" not in run(f"{base}..main")[1].replace("git rebase -i --autosquash", "")


def test_a_clone_that_is_somebody_elses_is_told_as_git_tells_it(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a job that runs in a container."""
    commit(repo, "feat: x")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    (repo.path / "sub").mkdir()
    for folder in ("sub", "."):
        monkeypatch.chdir(repo.path / folder)
        code, _, err = run()
        assert code == 2
        assert "dubious ownership" in err
        assert f"\n   git config --global --add safe.directory {repo.path}\n" in err, "a line that can be pasted"
        assert "this repository has no commit yet" not in err


def test_a_person_sees_each_commit_as_it_is_judged(repo: Repo) -> None:
    """On a terminal nothing waits for the end."""
    commit(repo, "bad")
    commit(repo, "worse")
    command = f"{sys.executable} -c 'from gitpact.cli.entry import command; command()' lint HEAD"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        cwd=repo.path,
        env=repo.env(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.index("worse") < done.stdout.index("bad") < done.stdout.index("checked 2 of 2 commits")


@pytest.mark.parametrize("form", [form for form in formats.NAMES if form != "jsonl"])
@pytest.mark.parametrize("where", ["here", "CI"])
def test_every_format_names_the_fix(
    run: Run, repo: Repo, pull_request: Callable[..., None], form: str, where: str
) -> None:
    base = commit(repo, "feat: x")
    commit(repo, "Feature: y.")
    if where == "CI":
        pull_request(base)
    code, out, _ = run(*(["--ci"] if where == "CI" else [f"{base}..HEAD"]), "--format", form)
    assert code == 1
    assert re.search(r"feat: y\b", out), "the suggestion"
    said = re.search(r'(correct the messages with one command: `* ?|"command": ")(\S*gitpact fix)', out)
    assert said, out
    words = [*said[2].split()[1:], "--apply"]
    assert entry.exit_code_of(lambda: app.main(words)) == 0
    assert repo.git("log", "-1", "--format=%s") == "feat: y"


def test_a_command_comes_before_what_changes_the_ids_that_it_names(run: Run, repo: Repo) -> None:
    base = commit(repo, "feat: x")
    commit(repo, "Feature: a.")
    commit(repo, "feat: b")
    commit(repo, "fixup! feat: b")
    document = json.loads(run(f"{base}..HEAD", "--format", "json")[1])
    kinds = [one["kind"] for one in document["commands"]]
    assert kinds[:2] == ["fold", "fix"]
    fold, fix = (one["command"] for one in document["commands"][:2])
    env = repo.env(GIT_SEQUENCE_EDITOR="true", GIT_EDITOR="true")
    assert not subprocess.run(["bash", "-c", fold], env=env, check=False, capture_output=True).returncode
    words = [*fix.split()[1:], "--apply"]
    assert entry.exit_code_of(lambda: app.main(words)) == 0
    assert run(f"{base}..HEAD")[0] == 0


def test_a_title_is_corrected_on_its_page(run: Run, repo: Repo, pull_request: Callable[..., None]) -> None:
    base = commit(repo, "feat: x")
    commit(repo, "feat: y")
    pull_request(base, "Feature：add it.")
    out = run("--ci", "--title")[1]
    assert "  suggested: feat: add it\n" in out
    assert "  edit the title on the page of the pull request\n" in out


def test_a_folder_for_the_output_that_is_not_there(run: Run, repo: Repo) -> None:
    commit(repo, "feat: x")
    assert "hint: make the folder first: mkdir -p no/such" in run("HEAD", "--output", "no/such/x.json")[2]


def test_what_is_corrected_after_a_fold_begins_where_the_fold_began(run: Run, repo: Repo) -> None:
    """Each commit from there on has another id by then."""
    base = commit(repo, "feat: x")
    commit(repo, "feat: one")
    first = repo.git("rev-parse", "HEAD")
    commit(repo, "Bad one.")
    commit(repo, "fixup! feat: one")
    document = json.loads(run(f"{base}..HEAD", "--format", "json")[1])
    commands = {one["kind"]: one["command"] for one in document["commands"]}
    assert commands["fold"].endswith(f"'{first[:12]}^'")
    assert commands["reword"].endswith(f"'{first[:12]}^'")


def test_the_sign_off_of_somebody_else_is_nothing_to_fix(run: Run, repo: Repo) -> None:
    base = commit(repo, "feat: x")
    repo.git("commit", "-q", "--allow-empty", "--author", "Bob <b@x.org>", "-m", "feat: his")
    assert "gitpact fix" not in run(f"{base}..HEAD")[1]
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: mine")
    assert "gitpact fix --sign-off" in run(f"{base}..HEAD")[1]


def test_only_commits_that_change_some_files(run: Run, repo: Repo) -> None:
    for name in ("a/x", "b/x"):
        repos.write(repo.path / name, name)
        repo.git("add", ".")
        commit(repo, f"wrong {name}")
    code, out, err = run("HEAD", "--path", "b/**")
    assert (code, "wrong b/x" in out, "wrong a/x" in out) == (1, True, False), err
    code, _, err = run("--path", "[a")
    assert (code, "--path: the glob" in err or "--path" in err) == (2, True)


@pytest.mark.parametrize("glob", ["", "  "])
def test_an_empty_glob_matches_nothing_and_is_a_mistake(run: Run, repo: Repo, glob: str) -> None:
    commit(repo, "feat: x")
    code, out, err = run("HEAD", "--path", glob)
    assert (code, out, "--path: the glob is empty" in err) == (2, "", True)
