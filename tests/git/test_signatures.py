"""Signatures are those that git would make: git itself verifies them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.git import commit_copies, query, signatures
from tests.support.programs import need
from tests.support.repos import Repo, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def ssh_key(folder: Path) -> Path:
    """A key without a password, and the file that makes git trust it."""
    key = folder / "key"
    subprocess.run([need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    write(folder / "allowed", f"ann@example.org {key.with_suffix('.pub').read_text()}")
    return key


def with_ssh(repo: Repo, folder: Path) -> Path:
    """A repository in which git signs with an SSH key; returns that key."""
    key = ssh_key(folder)
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    repo.git("config", "gpg.ssh.allowedSignersFile", str(folder / "allowed"))
    repo.git("config", "commit.gpgSign", "true")
    return key


@pytest.fixture
def gpg_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A home folder of gpg with a key of Ann's; a short path, as gpg's agent listens on a socket below it."""
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    words = [need("gpg"), "--batch", "-q", "--passphrase", "", "--quick-gen-key", "Ann Lee <ann@example.org>"]
    subprocess.run(words, check=True, capture_output=True)
    yield str(home)
    subprocess.run(["gpgconf", "--kill", "all"], check=False)


def copied(repo: Repo) -> str:
    """Copy HEAD with another message, signed as the configuration says; the oid of the copy."""
    oid = repo.git("rev-parse", "HEAD")
    committer = query.text("var", "GIT_COMMITTER_IDENT")
    copies = commit_copies.store([oid], {oid: b"feat: y\n"}, committer, signatures.signer())
    assert copies.unsigned == 0
    return copies.new[oid]


@pytest.fixture
def signed(repo: Repo) -> Repo:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    return repo


@pytest.mark.usefixtures("each_git")
def test_a_path_of_an_ssh_key(signed: Repo, sandbox: Path) -> None:
    with_ssh(signed, sandbox)
    signed.git("verify-commit", copied(signed))


def test_a_relative_path_begins_at_the_top(signed: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = with_ssh(signed, sandbox)
    signed.git("config", "user.signingKey", os.path.relpath(key, signed.path))
    (signed.path / "sub").mkdir()
    monkeypatch.chdir(signed.path / "sub")
    signed.git("verify-commit", copied(signed))


def test_an_ssh_key_of_the_default_command(signed: Repo, sandbox: Path) -> None:
    key = with_ssh(signed, sandbox)
    signed.git("config", "--unset", "user.signingKey")
    signed.git("config", "gpg.ssh.defaultKeyCommand", f"echo 'key::{key.with_suffix('.pub').read_text().strip()}'")
    with pytest.raises(GitpactError, match="cannot sign the commit"):  # no agent holds the secret key
        copied(signed)


def test_a_literal_ssh_key_that_an_agent_holds(signed: Repo, sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = with_ssh(signed, sandbox)
    words = [need("ssh-agent"), "-D", "-a", str(sandbox / "agent")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as agent:
        assert agent.stdout
        agent.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(sandbox / "agent"))
        subprocess.run([need("ssh-add"), "-q", str(key)], check=True, capture_output=True)
        signed.git("config", "user.signingKey", "key::" + key.with_suffix(".pub").read_text().strip())
        signed.git("verify-commit", copied(signed))
        agent.terminate()


def test_a_key_of_gpg(signed: Repo, gpg_home: str) -> None:
    assert gpg_home
    signed.git("config", "commit.gpgSign", "true")
    new = copied(signed)
    signed.git("verify-commit", new)
    assert signed.git("log", "-1", "--format=%G?", new) in {"G", "U"}


def test_in_a_sha256_repository_the_header_has_its_own_name(sandbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sandbox / "sha256"
    subprocess.run(["git", "init", "-q", "--object-format=sha256", str(path)], check=True)
    monkeypatch.chdir(path)
    repo = Repo(path)
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    with_ssh(repo, sandbox)
    new = copied(repo)
    assert "\ngpgsig-sha256 " in repo.git("cat-file", "commit", new)
    repo.git("verify-commit", new)


def test_nothing_is_signed_unless_it_is_wanted(signed: Repo) -> None:
    assert signed.path
    assert signatures.signer() is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"gpg.format": "pgp"}, "gpg.format = 'pgp': git has no such format"),
        ({"gpg.program": "/no/such"}, "/no/such cannot sign the commit: No such file"),
        ({"gpg.program": "false"}, "false cannot sign the commit"),
        ({"gpg.program": "true"}, "true cannot sign the commit"),
        ({"gpg.format": "ssh", "user.signingKey": "/no/such"}, "ssh-keygen cannot sign the commit"),
        ({"gpg.format": "x509", "gpg.x509.program": "/no/such"}, "/no/such cannot sign the commit"),
    ],
)
def test_what_cannot_sign_is_an_error(signed: Repo, settings: dict[str, str], said: str) -> None:
    for key, value in {"commit.gpgSign": "true", **settings}.items():
        signed.git("config", key, value)
    with pytest.raises(GitpactError, match=said):
        copied(signed)
