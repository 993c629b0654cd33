"""The shim's text: what is baked into it, and how it is known again (how-hooks-are-installed 14, 26, 30)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gitpact
from gitpact.errors import GitpactError
from gitpact.install import hook_script
from tests.support.repos import ODD_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_git")

EDITS = {
    "a line is added": lambda data: data + b"echo more\n",
    "a line is taken away": lambda data: data.replace(b"exit 1\n", b"", 1),
    "a baked value is changed": lambda data: data.replace(b"before=''", b"before=other"),
    "a comment is changed": lambda data: data.replace(b"# A gate", b"# The gate"),
}
PATHS = {**ODD_NAMES, "mark of the hook": "@HOOK@"}
NOT_OURS = {
    "nothing": b"",
    "another hook": b"#!/bin/sh\nexit 0\n",
    "a hook that only speaks of gitpact": b"#!/bin/sh\n# gitpact shim 1 would be put in by `gitpact install`\n",
    "the marker below the second line": b"#!/bin/sh\n\n# gitpact shim 1 sha256:" + b"0" * 64 + b" \n",
    "another interpreter": b"#!/bin/bash\n# gitpact shim 1 sha256:" + b"0" * 64 + b" \n",
    "the template itself": b"#!/bin/sh\n# gitpact shim 1 @HASH@ (put in)\n",
    "binary": b"\x7fELF\x00\xff",
}
# What a hand may write that a shell would not take either, or that gitpact never writes.
ODD_VALUES = {
    "an open quote": b'python="x',
    "an open single quote": b"python='x",
    "a lone backslash": b"python=x\\",
    "a path": b"before=../../elsewhere",
    "the folder itself": b"before=.",
    "a NUL": b"before='a\0b'",
    "an expansion": b'lib="$HOME/lib"',
}


@pytest.mark.parametrize("hook", hook_script.HOOKS)
def test_is_a_plain_shell_script_without_marks_or_carriage_returns(hook: str) -> None:
    """how-hooks-are-installed 30: `#!/bin/sh`, LF only, no BOM; nothing of the template is left to fill in."""
    data = hook_script.render(hook)
    assert data.startswith(b"#!/bin/sh\n# gitpact shim 1 sha256:")
    assert data.endswith(b"\n")
    assert b"\r" not in data
    assert b"@" not in data.replace(b'"$@"', b"")
    assert subprocess.run(["sh", "-n"], input=data, capture_output=True, check=True).stderr == b""


@pytest.mark.parametrize("hook", hook_script.HOOKS)
def test_holds_this_interpreter_and_this_library(hook: str) -> None:
    assert hook_script.parse(hook_script.render(hook, "kept")) == hook_script.Shim(
        whole=True, python=sys.executable, lib=hook_script.library(), before="kept"
    )


@pytest.mark.parametrize("hook", hook_script.HOOKS)
def test_asks_for_its_own_hook_by_either_way(hook: str) -> None:
    """how-hooks-are-installed 27: by the interpreter it holds, and by gitpact-hook on PATH."""
    text = hook_script.render(hook).decode()
    assert re.findall(r'^ +set -- .* ([\w-]+) "\$@"$', text, re.MULTILINE) == [hook, hook]


@pytest.mark.parametrize("hook", hook_script.HOOKS)
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_known_again_when_edited(edit: Callable[[bytes], bytes], hook: str) -> None:
    """how-hooks-are-installed 14: the hash tells a whole shim from an edited one."""
    whole = hook_script.render(hook)
    edited = hook_script.parse(edit(whole))
    assert edit(whole) != whole
    assert edited
    assert not edited.whole
    assert edited.python == sys.executable


@pytest.mark.parametrize("data", NOT_OURS.values(), ids=NOT_OURS)
def test_not_taken_for_ours(data: bytes) -> None:
    """how-hooks-are-installed 14: the marker line, not a word anywhere."""
    assert hook_script.parse(data) is None


@pytest.mark.parametrize("line", ODD_VALUES.values(), ids=ODD_VALUES)
def test_a_value_that_gitpact_never_writes_is_none(line: bytes) -> None:
    """how-hooks-are-installed 14: whatever a hand did to a shim, it is read, and no name leads out of the directory."""
    name = line.split(b"=")[0].decode()
    lines = [
        line if old.startswith(name.encode() + b"=") else old for old in hook_script.render("commit-msg").split(b"\n")
    ]
    found = hook_script.parse(b"\n".join(lines))
    assert found
    assert not found.whole
    assert getattr(found, name) == ""


@pytest.mark.parametrize("name", PATHS.values(), ids=PATHS)
def test_odd_paths_are_read_back(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """how-hooks-are-installed 26."""
    monkeypatch.setattr(sys, "executable", f"/{name}/python")
    monkeypatch.setattr(hook_script, "library", lambda: f"/{name}/lib")
    assert hook_script.parse(hook_script.render("commit-msg", "commit-msg.gitpact-orig")) == hook_script.Shim(
        whole=True, python=f"/{name}/python", lib=f"/{name}/lib", before="commit-msg.gitpact-orig"
    )


@given(st.binary(max_size=30).filter(lambda data: b"\0" not in data))
@settings(database=None, suppress_health_check=[HealthCheck.differing_executors])
def test_any_path_is_read_back(path: bytes) -> None:
    """how-hooks-are-installed 26: whatever bytes a path is made of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", "/" + os.fsdecode(path))
        found = hook_script.parse(hook_script.render("commit-msg"))
    assert found
    assert found.whole
    assert os.fsencode(found.python) == b"/" + path


@pytest.mark.parametrize("path", ["", "python3", None], ids=["empty", "relative", "unknown"])
def test_python_that_does_not_know_its_path_is_refused(monkeypatch: pytest.MonkeyPatch, path: str | None) -> None:
    monkeypatch.setattr(sys, "executable", path)
    with pytest.raises(GitpactError, match="cannot find the path of the Python that runs it"):
        hook_script.render("commit-msg")


def test_templates_lie_beside_the_code_in_a_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gitpact, "__file__", str(tmp_path / "gitpact" / "__init__.py"))
    assert hook_script.templates() == tmp_path.parent / "hooks"
    (tmp_path / "gitpact" / "shims").mkdir(parents=True)
    assert hook_script.templates() == tmp_path / "gitpact" / "shims"
