"""The comment of a pull request: one, kept up to date, by a host's API on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from gitpact.report.markdown import MARK
from tests.support.repos import gitpact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.repos import Repo

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "pull_request_comment.py"


class Host(ThreadingHTTPServer):
    """A host with the comments of one pull request, which some tokens may write."""

    comments: list[dict[str, Any]]


class Api(BaseHTTPRequestHandler):
    """The three calls of GitHub's API that the script makes."""

    server: Host

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def _body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return found

    def _answer(self, status: int, value: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def do_GET(self) -> None:
        """A page of comments."""
        page = int(self.path.partition("&page=")[2])
        self._answer(200, self.server.comments[100 * (page - 1) : 100 * page])

    def do_POST(self) -> None:
        """A new comment."""
        if self.headers["Authorization"] != "Bearer good":
            self._answer(403, {"message": "Resource not accessible by integration"})
            return
        self.server.comments.append({"id": len(self.server.comments), **self._body()})
        self._answer(201, {})

    def do_PATCH(self) -> None:
        """Another text for a comment."""
        self.server.comments[int(self.path.rpartition("/")[2])]["body"] = self._body()["body"]
        self._answer(200, {})


@pytest.fixture
def host() -> Iterator[Host]:
    with Host(("127.0.0.1", 0), Api) as server:
        server.comments = [{"id": number, "body": f"comment {number}"} for number in range(130)]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def write(host: Host, path: Path, token: str = "good") -> subprocess.CompletedProcess[str]:  # noqa: S107  of this host
    variables = {
        "GITHUB_API_URL": f"http://127.0.0.1:{host.server_port}",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": token,
        "NUMBER": "7",
    }
    return subprocess.run(
        [sys.executable, SCRIPT, path], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.measured
def test_one_comment_is_kept_up_to_date(repo: Repo, host: Host) -> None:
    for header, said in (("wrong", "some commits do not follow"), ("feat: x", "all commits follow the policy")):
        repo.git("commit", "-q", "--allow-empty", "-s", "-m", header)
        out = repo.path / "comment.md"
        gitpact(
            "lint",
            "HEAD^!" if header != "wrong" else "HEAD",
            "--format",
            "markdown",
            "--summary",
            "--output",
            str(out),
            cwd=repo.path,
        )
        assert write(host, out).returncode == 0
        assert len(host.comments) == 131
        body = host.comments[-1]["body"]
        assert body.startswith(f"{MARK}\n### gitpact: {said}")
        assert ("<details>" in body) == (header == "wrong")
    refused = gitpact("lint", "HEAD", "--summary", cwd=repo.path)
    assert (refused.returncode, "--summary needs --format markdown" in refused.stderr) == (2, True)


def test_the_comment_of_somebody_else_is_left_alone(tmp_path: Path, host: Host) -> None:
    path = tmp_path / "comment.md"
    path.write_text(f"{MARK}\nnews\n")
    logins = ("mallory", "github-actions[bot]")
    host.comments = [{"id": at, "body": f"{MARK} hi", "user": {"login": login}} for at, login in enumerate(logins)]
    assert write(host, path).returncode == 0
    assert [one["body"] for one in host.comments] == [f"{MARK} hi", f"{MARK}\nnews\n"]


def test_where_nothing_could_be_checked_the_comment_says_so(tmp_path: Path, host: Host) -> None:
    assert write(host, tmp_path / "none.md").returncode == 0
    assert host.comments[-1]["body"].startswith(f"{MARK}\n### gitpact: the commits could not be checked")


def test_a_host_that_does_not_answer(tmp_path: Path, host: Host) -> None:
    (tmp_path / "comment.md").write_text(f"{MARK}\nx\n")
    variables = {"GITHUB_API_URL": "http://127.0.0.1:1", "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "x", "NUMBER": "7"}
    words = (sys.executable, str(SCRIPT), str(tmp_path / "comment.md"))
    done = subprocess.run(words, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)
    assert done.stderr.startswith("no comment: ")
    assert len(host.comments) == 130


def test_a_comment_is_never_too_long(repo: Repo) -> None:
    for number in range(60):
        header = f"Feature(server): {chr(0x200B) * 60} let the users log in again after the update {number}  (#0)"
        repo.git("commit", "-q", "--allow-empty", "-m", f"{header}\nbody directly below")
    done = gitpact("lint", "HEAD", "--format", "markdown", "--summary", cwd=repo.path)
    assert done.returncode == 1
    assert len(done.stdout) < 65_536
    assert "more" in done.stdout


def test_a_token_that_may_not_write(tmp_path: Path, host: Host) -> None:
    path = tmp_path / "comment.md"
    path.write_text(f"{MARK}\nx\n")
    done = write(host, path, token="bad")  # noqa: S106  of this host
    assert done.returncode == 1
    assert "pull-requests: write" in done.stderr


def test_a_fork_writes_none() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (comment,) = [step for step in steps if step["name"] == "write the comment"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in comment["if"]
    assert "inputs.comment == 'true'" in comment["if"]


def test_the_component_for_gitlab_is_two_documents() -> None:
    spec, job = yaml.safe_load_all((ROOT / "templates/gitpact.yml").read_text(encoding="utf-8"))
    inputs = spec["spec"]["inputs"]
    assert {name for name in inputs if f"$[[ inputs.{name} ]]" in json.dumps(job)} == set(inputs)
    plain = yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text(encoding="utf-8"))["gitpact"]
    assert job["gitpact"]["rules"] == plain["rules"]
    assert job["gitpact"]["artifacts"] == plain["artifacts"]
