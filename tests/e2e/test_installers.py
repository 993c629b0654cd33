"""gitpact as pip, pipx and uv install it, and as one file: the hooks run from there, and are missed when it is gone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.repos import commit, gitpact, run

if TYPE_CHECKING:
    from tests.support.repos import Repo

pytestmark = pytest.mark.long

# `.ci/run` makes them: a program, and the environment that it runs in.
INSTALLED = Path(__file__).parents[2] / ".venv" / "installed"
PLACES = {
    "pip": ("pip/bin/gitpact", "pip"),
    "pipx": ("pipx/bin/gitpact", "pipx/home/venvs/gitpact"),
    "uv": ("uv/bin/gitpact", "uv/tools/gitpact"),
}
GOOD = "feat: x\n\nSigned-off-by: Ann Lee <ann@example.org>"


@pytest.mark.parametrize("name", PLACES)
def test_hooks_of_an_installed_gitpact(repo: Repo, name: str) -> None:
    """how-hooks-are-installed 27, 29: with nothing of it on PATH, as in a graphical client."""
    program, environment = (INSTALLED / place for place in PLACES[name])
    if not program.exists():
        pytest.skip(f"no gitpact installed by {name}: .ci/run puts one into {INSTALLED}")
    plain = {"PATH": "/usr/bin:/bin"}
    installed = run(program, "install", cwd=repo.path, env=plain)
    assert not installed.returncode, installed.stderr
    assert commit(repo, "no header", **plain).returncode == 1
    assert not commit(repo, GOOD, **plain).returncode
    assert not run(program, "status", cwd=repo.path, env=plain).returncode
    shim = (repo.hooks / "commit-msg").read_text()
    assert f"python={environment}/" in shim
    page = run(program, "report", "-o", "pact.html", cwd=repo.path, env=plain)
    assert (page.returncode, (repo.path / "pact.html").is_file()) == (0, True), page.stderr
    for hook in repo.hooks.iterdir():
        hook.write_text(hook.read_text().replace(str(environment), f"{environment}-gone"))
    refused = commit(repo, GOOD, **plain)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 2
    assert "its interpreter is gone" in refused.stderr
    assert gitpact("status", cwd=repo.path, env=plain).returncode == 1


def test_hooks_of_one_file(repo: Repo, tmp_path: Path) -> None:
    """The file unpacks itself into a folder of the user at its first start, and again when that is gone."""
    program = INSTALLED / "gitpact.pyz"
    if not program.exists():
        pytest.skip(f"no gitpact in one file: .ci/run makes {program}")
    unpacked = tmp_path / "unpacked"
    plain = {"PATH": "/usr/bin:/bin", "SHIV_ROOT": str(unpacked)}
    installed = run(sys.executable, program, "install", cwd=repo.path, env=plain)
    assert not installed.returncode, installed.stderr
    assert commit(repo, "no header", **plain).returncode == 1
    assert not commit(repo, GOOD, **plain).returncode
    shutil.rmtree(unpacked)
    refused = commit(repo, GOOD, **plain)
    assert (refused.returncode, f"(with {unpacked}/" in refused.stderr) == (1, True)
    status = run(sys.executable, program, "status", cwd=repo.path, env=plain)
    assert not status.returncode, status.stdout
    assert not commit(repo, GOOD, **plain).returncode
