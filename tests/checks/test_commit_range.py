"""Judging a range: remediation, mailmap, signatures, the base's policy, baselines, titles."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.checks import commit_range
from gitpact.errors import GitpactError
from gitpact.policy import parsing
from tests.support.programs import need, need_git

if TYPE_CHECKING:
    from pathlib import Path

    from gitpact.records import Policy
    from tests.support.repos import Repo

BOB = ("-c", "user.name=Bob Ray", "-c", "user.email=bob@example.org")


def rules(text: str = "") -> Policy:
    return parsing.parse(text, "gitpact.toml")


def commit(repo: Repo, *paragraphs: str, config: tuple[str, ...] = (), sign_off: bool = True) -> str:
    """Make an empty commit; gives its name."""
    words = [word for paragraph in paragraphs for word in ("-m", paragraph)]
    repo.git(*config, "commit", "-q", "--allow-empty", *(["-s"] if sign_off else []), *words)
    return repo.git("rev-parse", "HEAD")


def found(policy_text: str, *span: str) -> dict[str, list[str]]:
    """Rules by subject, for the commits that break any."""
    judged = commit_range.results(span or ("HEAD",), rules(policy_text))
    return {
        result.commit.message.header.text: [row.rule for row in result.findings] for result in judged if result.findings
    }


def remedy(oid: str, by: str = "Ann Lee <ann@example.org>", of: str = "") -> str:
    behalf = f"On behalf of {of}, " if of else ""
    return f"{behalf}I, {by}, hereby add my Signed-off-by to this commit: {oid}"


def test_a_later_commit_signs_off_an_earlier_one(repo: Repo) -> None:
    oid = commit(repo, "feat: one", sign_off=False)
    commit(repo, "docs: remediate", remedy(oid))
    assert found("") == {"feat: one": ["sign-off-required"]}
    assert found('[dco]\nremediation = "individual"') == {}
    assert found('[dco]\nremediation = "individual"', "HEAD~1") == {"feat: one": ["sign-off-required"]}


def test_the_dco_apps_own_commit(repo: Repo) -> None:
    oid = commit(repo, "feat: one", sign_off=False)
    commit(repo, "DCO Remediation Commit for Ann Lee <ann@example.org>", remedy(oid))
    assert found('[dco]\nremediation = "individual"') == {}


def test_git_cherry_pick_signs_once_more(repo: Repo) -> None:
    """`-x -s` writes a sign-off below the one that is there."""
    first = commit(repo, "feat: zero")
    oid = commit(repo, "feat: one")
    repo.git("reset", "-q", "--hard", first)
    repo.git("cherry-pick", "-x", "-s", "--allow-empty", oid)
    assert repo.git("log", "-1", "--format=%(trailers:only)").count("Signed-off-by: Ann Lee") == 2
    assert found("") == {}


def test_a_short_range_says_what_would_pass(repo: Repo) -> None:
    """Nobody is signed off by it, and what has no better wording gets none."""
    for subject in ("Add a thing.", "fix: fine", "nonsense", "feat\uff1a\u6dfb\u52a0\u3002\uff08#12\uff09"):
        commit(repo, subject, "body", sign_off=False)
    suggested = [result.suggestion for result in commit_range.results(("HEAD",), rules())]
    assert suggested == ["feat: \u6dfb\u52a0 (#12)\n\nbody\n", None, None, "feat: add a thing\n\nbody\n"]
    judged = commit_range.results(("HEAD",), rules(), suggest=False)
    assert [result.suggestion for result in judged] == [None] * 4


def test_on_behalf_of_another(repo: Repo) -> None:
    oid = commit(repo, "feat: one", sign_off=False, config=BOB)
    commit(repo, "docs: remediate", remedy(oid, of="Bob Ray <bob@example.org>"))
    individual = {"docs: remediate": ["sign-off-remedy"], "feat: one": ["sign-off-required"]}
    assert found('[dco]\nremediation = "individual"') == individual
    assert found('[dco]\nremediation = "third-party"') == {}


def test_a_person_counts_under_the_name_of_the_mailmap(repo: Repo) -> None:
    (repo.path / ".mailmap").write_text("Robert Ray <rob@example.org> Bob Ray <bob@example.org>\n")
    commit(repo, "feat: one", "Signed-off-by: Robert Ray <rob@example.org>", sign_off=False, config=BOB)
    assert found("") == {"feat: one": ["sign-off-identity"]}
    assert found("[dco]\nmailmap = true") == {}


def test_signatures_are_gits_verdict(repo: Repo) -> None:
    need_git((2, 34), "signatures by SSH keys")
    key, allowed = repo.path / ".git/key", repo.path / ".git/allowed"
    subprocess.run([need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    allowed.write_text(f"ann@example.org {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "gpg.ssh.allowedSignersFile": str(allowed),
    }.items():
        repo.git("config", name, value)
    commit(repo, "feat: plain")
    commit(repo, "feat: signed", config=("-c", "commit.gpgSign=true"))
    assert found('[identity]\nsignature = "required"') == {"feat: plain": ["signature-required"]}
    assert found("") == {}


def test_replace_refs_hide_nothing(repo: Repo) -> None:
    bad = commit(repo, "bad")
    good = commit(repo, "feat: good")
    repo.git("replace", bad, good)
    assert list(found("")) == ["bad"]


def test_grafts_hide_nothing(repo: Repo) -> None:
    """how-git-reads-a-message 78."""
    commit(repo, "bad")
    commit(repo, "feat: good")
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "grafts").write_text(repo.git("rev-parse", "HEAD") + "\n")
    assert list(found("")) == ["bad"]


def test_a_baseline_hides_what_it_knows(repo: Repo, tmp_path: Path) -> None:
    old = commit(repo, "Bad.", sign_off=False)
    commit(repo, "bad too")
    file = tmp_path / "known.jsonl"
    file.write_text(json.dumps({"commit": old, "rule": "header-format"}) + "\n")
    left = commit_range.without_known(commit_range.read_baseline(str(file)), commit_range.results(("HEAD",), rules()))
    assert [[row.rule for row in result.findings] for result in left] == [["header-format"], ["sign-off-required"]]


@pytest.mark.parametrize("text", ["{", "[]", '{"commit": "a"}', "1"], ids=["no JSON", "list", "no rule", "number"])
def test_a_broken_baseline_is_named_by_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.jsonl"
    file.write_text('{"commit": "a", "rule": "b"}\n' + text)
    with pytest.raises(GitpactError, match=r"known.jsonl:2: this line is not a JSON result of gitpact lint"):
        commit_range.read_baseline(str(file))
    with pytest.raises(GitpactError, match="cannot be read"):
        commit_range.read_baseline(str(tmp_path / "no-such"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("feat: x", []),
        ("Draft: feat: x", []),
        ("[Draft] x", ["header-format"]),
        ("Add x", ["header-format"]),
        ("", ["message-empty"]),
        ("Merge branch 'x'", ["header-format"]),
    ],
)
def test_title(text: str, expected: list[str]) -> None:
    judged = commit_range.title(text, rules())
    assert [row.rule for row in judged.findings] == expected
    assert judged.skipped == ()


def test_a_long_history_is_judged_as_a_short_one(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for subject in ("feat: a", "Update b", "fix: c.", "feat: d", "nope: e"):
        commit(repo, subject)
    commit(repo, "feat: f", sign_off=False)
    short = [(result.commit.oid, result.findings) for result in commit_range.results(("HEAD",), rules())]
    monkeypatch.setattr(commit_range, "FEW", 1)
    assert [(result.commit.oid, result.findings) for result in commit_range.results(("HEAD",), rules())] == short
    assert [len(findings) for _, findings in short] == [1, 1, 0, 1, 1, 0]
