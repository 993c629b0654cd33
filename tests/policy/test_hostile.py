"""A policy is data: whatever it holds, reading it ends soon, with one line that names the file, the line and the reason."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitpact.errors import GitpactError
from gitpact.install import pre_commit_tool
from gitpact.install.source import Source
from gitpact.policy import files, in_force, parsing
from gitpact.rules import path_globs
from tests.support.repos import gitpact, write

if TYPE_CHECKING:
    from tests.support.repos import Repo

LONG = 5000
HOSTILE = {
    "brackets are nested too deep": ("a = " + "[" * 3000, ":1: brackets are nested too deeply"),
    "brackets further down": ('preset = "strict"\na = ' + "[" * 3000, ":2: brackets are nested too deeply"),
    "tables in tables": ("a = " + "{a=" * 3000, "brackets are nested too deep"),
    "a number without an end": (f"[push]\nmax-commits = {'9' * LONG}", ":2: this number has too many digits"),
    "a number that no file has": ("[push]\nmax-commits = 99999999999999999999", ":2: push.max-commits: "),
    "a size without an end": (f'[push]\nmax-file-size = "{"9" * LONG}GB"', ":2: push.max-file-size: "),
    "a size that no file has": ('[push]\nmax-file-size = "99999999999999999999GB"', ":2: push.max-file-size: "),
    "a size of an infinite number": (f'[push]\nmax-file-size = "{"9" * 400}GB"', ":2: push.max-file-size: "),
    "a key of many parts": (".".join("a" * 20_000) + " = 1", ":1: a dotted key has more than 32 parts"),
    "one with spaces": (" . ".join("a" * 10_000) + " = 1", ":1: a dotted key has more than 32 parts"),
    "a table of many parts": ("\n[" + ".".join("a" * 20_000) + "]", ":2: a dotted key has more than 32 parts"),
    "a key of many parts in a table": (
        "x = {" + ".".join("a" * 20_000) + " = 1}",
        ":1: a dotted key has more than 32 parts",
    ),
    "a key of many parts in quotes": ('a."="' * 9000 + " = 1", ":1: a dotted key has more than 32 parts"),
    "a key of many parts after a string": (
        'x = "\\""\n' + ".".join("a" * 9000) + " = 1",
        ":2: a dotted key has more than 32 parts",
    ),
    "a string without an end": ('x = """' + '\\"""' * 12_000, "gitpact.toml: not valid TOML"),
    "brackets that can be read": ("[message]\ntypes = " + "[" * 300 + "]" * 300, ":2: message.types: [[["),
    "globs without number": ("[dco]\nagents = [" + '"a",' * LONG + "]", ": 5000 globs; at most 256"),
    "limits without number": (
        "[push.file-limits]\n" + "".join(f"{n} = 1\n" for n in range(LONG)),
        "push.file-limits: ",
    ),
    "names of branches without number": (
        "[message]\ntypes = [" + '"a",' * LONG + "]\n[push]\nbranches = ['{type}/*', '{type}-*']",
        ":4: push.branches: too many globs, because each glob with {type} counts as 5000",
    ),
    "groups in groups": (f"[message]\nissue-pattern = '{'(' * LONG}'", ":2: message.issue-pattern: "),
    "a huge count": ("[message]\nissue-pattern = 'a{99999999999999999999}'", ":2: message.issue-pattern: "),
    "a lookahead": (
        "[message]\nissue-pattern = 'a(?=b)'",
        "an unsupported lookahead (?=…) at character 2; write the text of the lookahead as a normal part of the pattern: \\d+abc, not \\d+(?=abc)",
    ),
    "a long glob": (f'[push]\nforbidden-paths = ["{"*a" * LONG}"]', ":2: push.forbidden-paths: "),
    "a long glob of a limit": (f'[push.file-limits]\n"{"*a" * LONG}" = 1', "push.file-limits: "),
    "too many bytes": ("# " + "x" * (64 * 1024), ":1: 65538 bytes; a policy file may have at most 65536"),
    "a line feed behind a name": ('[message]\nrequired-trailers = ["Refs\\n"]', ":2: message.required-trailers: "),
    "a date": ("[push]\nmax-commits = 1979-05-27", ":2: push.max-commits: "),
    "not a number": ("[push]\nmax-commits = nan", ":2: push.max-commits: "),
    "infinity": ("[push]\nmax-commits = inf", ":2: push.max-commits: "),
}


@pytest.mark.parametrize(("text", "said"), HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_by_name(text: str, said: str) -> None:
    start = time.process_time()
    with pytest.raises(GitpactError) as caught:
        parsing.parse(text, "gitpact.toml")
    assert str(caught.value).startswith("gitpact.toml:")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert "\n" not in str(caught.value)
    assert time.process_time() - start < 10, "seconds, where it was for ever"


def test_many_dots_in_a_line_are_no_key() -> None:
    globs = ", ".join(f'"*.{number}"' for number in range(50))
    dots = "." * 100
    text = f"# {dots}\n[push] # {dots}\nforbidden-paths = [{globs}, '{dots}']\n"
    read = parsing.parse(f'{text}[server]\nlog = """/{dots}\n{dots}"""', "x")
    assert len(read.forbidden_paths) == 51


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE)
def test_the_command_line_ends_with_2(repo: Repo, text: str) -> None:
    write(repo.path / "gitpact.toml", text)
    done = gitpact("policy", "validate", cwd=repo.path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 2), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["gitpact.toml", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "a link to a device", "a link to a file"])
def test_only_a_plain_file_is_read(repo: Repo, name: str, kind: str) -> None:
    path = repo.path / name
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/full")
    elif kind == "a link to a device":
        path.symlink_to("/dev/zero")
    else:
        write(repo.path / "elsewhere", '[message]\ntypes = ["x"]\n[tool.gitpact.message]\ntypes = ["x"]\n')
        path.symlink_to("elsewhere")
    if name == "pyproject.toml":
        assert files.in_work_tree(str(repo.path)).name == files.BUILT_IN
    else:
        why = "not a regular file" if kind == "a pipe" else "this file cannot be read: "
        with pytest.raises(GitpactError, match=rf"^gitpact.toml: {why}"):
            files.in_work_tree(str(repo.path))


def test_a_link_is_no_policy_of_a_revision_either(repo: Repo) -> None:
    write(repo.path / "elsewhere", 'preset = "strict"')
    (repo.path / "gitpact.toml").symlink_to("elsewhere")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "chore: x")
    with pytest.raises(
        GitpactError, match=r"^HEAD:gitpact.toml: this is a symbolic link, which gitpact does not follow"
    ):
        in_force.of_revision("HEAD")


def test_a_long_pyproject_of_other_tools(repo: Repo) -> None:
    filler = 'x = "gitpact>=1"\n' * 10_000
    path = write(repo.path / "pyproject.toml", f"[project]\n{filler}")
    assert files.in_work_tree(str(repo.path)).name == files.BUILT_IN
    path.write_text(f"[project]\n{filler}\n[ tool.gitpact ]\npreset = 'strict'\n")
    with pytest.raises(
        GitpactError, match=r"^pyproject.toml:1: 1\d+ bytes; a policy file may have at most 65536 bytes$"
    ):
        parsing.parse(*files.in_work_tree(str(repo.path))[:3])
    path.write_text("#" * (2 << 20))
    assert files.in_work_tree(str(repo.path)).name == files.BUILT_IN
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "chore: x")
    assert in_force.of_revision("HEAD").source == files.BUILT_IN


YAML = {
    "an object of Python": "repos:\n- repo: local\n  hooks: []\nx: !!python/object/apply:os.system ['touch ran']\n",
    "aliases of aliases": "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    + "repos:\n- repo: local\n  hooks: []\n",
    "brackets are nested too deep": "repos:\n- repo: local\n  hooks: []\nx: " + "[" * 3000 + "]" * 3000 + "\n",
}


@pytest.mark.parametrize("text", YAML.values(), ids=YAML)
def test_the_file_of_pre_commit_is_only_looked_at(tmp_path: Path, text: str) -> None:
    start = time.process_time()
    path = tmp_path / pre_commit_tool.FILE
    try:
        made = pre_commit_tool._with(text, ("commit-msg",), path, Source("gitpact"))  # noqa: SLF001  what install writes
    except GitpactError as error:
        assert str(path) in str(error)  # noqa: PT017  either is right; a crash is not
    else:
        assert pre_commit_tool._without(made) == text  # noqa: SLF001
    assert time.process_time() - start < 20
    assert not Path("ran").exists()


@pytest.mark.parametrize("unit", ["*", "?", "a", "**/", "[a-b]", "/*"])
def test_a_glob_that_is_accepted_can_be_matched(unit: str) -> None:
    glob = (unit * 600)[:600]
    (kept,) = parsing.parse(f'[push]\nforbidden-paths = ["{glob}"]', "x").forbidden_paths
    path_globs.matches(kept, "a/b")
    with pytest.raises(GitpactError):
        parsing.parse(f'[push]\nforbidden-paths = ["{glob}x"]', "x")


def test_a_socket_is_no_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("gitpact.toml")
        with pytest.raises(GitpactError, match="this file cannot be read:"):
            files.in_work_tree(str(tmp_path))
