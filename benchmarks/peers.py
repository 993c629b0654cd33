"""Who is measured: where each contender comes from, what it is told, and the hook that runs it.

One literal table, and below it what puts a contender onto the disk.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Done = subprocess.CompletedProcess[str]

ACCEPTED, REFUSED = "accepted", "refused"
KINDS = (ACCEPTED, REFUSED)
INSTALL_SECONDS = 900


class Source(NamedTuple):
    """What is asked of the installer, the first package giving the version."""

    installer: str  # pip | npm
    packages: tuple[str, ...]


class Contender(NamedTuple):
    """One row. `{name}` in files, hook and setup stands for the folder of that source's programs.

    `runtime` is what the rules run on; `judges` is false where there is nothing to refuse a message with.
    """

    name: str
    runtime: str  # git | floor | gitpact | python | node | native
    needs: tuple[str, ...] = ()
    files: Mapping[str, str] = {}
    hook: str = ""
    refusing_hook: str = ""
    setup: tuple[tuple[str, ...], ...] = ()
    judges: bool = True


class Installed(NamedTuple):
    """A source at hand."""

    programs: Path
    version: str


class Ground(NamedTuple):
    """Where the contenders stand."""

    scratch: Path
    peers: Path
    environ: Mapping[str, str]


class Unavailable(Exception):  # noqa: N818  a state of the machine, told in the table
    """A peer that cannot be had here; the text is the reason."""


SOURCES = {
    "conventional-pre-commit": Source("pip", ("conventional-pre-commit",)),
    "gitlint": Source("pip", ("gitlint",)),
    "commitizen": Source("pip", ("commitizen",)),
    "commit-check": Source("pip", ("commit-check",)),
    "committed": Source("pip", ("committed",)),
    "commitlint": Source("npm", ("@commitlint/cli", "@commitlint/config-conventional")),
    "pre-commit": Source("pip", ("pre-commit",)),
    "lefthook": Source("pip", ("lefthook",)),
}

NO_HOOK = "no hook"
FLOOR = "floor: python -I"
GITPACT = "gitpact"
POLICY = {"gitpact.toml": 'preset = "conventional"\n\n[dco]\nsign-off = "required"\n'}

# Gitlint's rules of the body are off, and commitlint is called by its path, not through npx; else a peer does what it
# does by default.
CONTENDERS = (
    Contender(NO_HOOK, "git"),
    Contender(
        FLOOR,
        "floor",
        hook="""#!/bin/sh\nexec "{python}" -I -c pass\n""",
        refusing_hook="""#!/bin/sh\nexec "{python}" -I -c 'raise SystemExit(1)'\n""",
    ),
    Contender(
        "floor: python -I -S",
        "floor",
        hook="""#!/bin/sh\nexec "{python}" -I -S -c pass\n""",
        refusing_hook="""#!/bin/sh\nexec "{python}" -I -S -c 'raise SystemExit(1)'\n""",
    ),
    Contender(
        GITPACT,
        "gitpact",
        needs=("gitpact",),
        files=POLICY,
        setup=(("{gitpact}/gitpact", "install", "--hook", "commit-msg"),),
    ),
    # It looks at the files of a commit too, by a hook of its own: what a user really waits for.
    Contender(
        "gitpact, all its hooks",
        "gitpact",
        needs=("gitpact",),
        files=POLICY,
        setup=(("{gitpact}/gitpact", "install"),),
    ),
    Contender(
        "conventional-pre-commit",
        "python",
        needs=("conventional-pre-commit",),
        hook="""#!/bin/sh\nexec "{conventional-pre-commit}/conventional-pre-commit" "$1"\n""",
    ),
    Contender(
        "gitlint",
        "python",
        needs=("gitlint",),
        files={".gitlint": "[general]\ncontrib=contrib-title-conventional-commits\nignore=B1,B2,B3,B4,B5,B6,B7,B8\n"},
        hook="""#!/bin/sh\nexec "{gitlint}/gitlint" --msg-filename "$1"\n""",
    ),
    Contender(
        "commitizen",
        "python",
        needs=("commitizen",),
        hook="""#!/bin/sh\nexec "{commitizen}/cz" check --commit-msg-file "$1"\n""",
    ),
    Contender(
        "commit-check",
        "python",
        needs=("commit-check",),
        hook="""#!/bin/sh\nexec "{commit-check}/commit-check" -m "$1"\n""",
    ),
    Contender(
        "commitlint",
        "node",
        needs=("commitlint",),
        files={"commitlint.config.cjs": 'module.exports = { extends: ["@commitlint/config-conventional"] };\n'},
        hook="""#!/bin/sh\nexec "{commitlint}/commitlint" --edit "$1"\n""",
        setup=(("ln", "-s", "{commitlint}/..", "node_modules"),),
    ),
    Contender(
        "committed",
        "native",
        needs=("committed",),
        files={"committed.toml": 'style = "conventional"\nsubject_capitalized = false\n'},
        hook="""#!/bin/sh\nexec "{committed}/committed" --commit-file "$1"\n""",
    ),
    Contender(
        "pre-commit, no-op",
        "python",
        needs=("pre-commit",),
        files={
            ".pre-commit-config.yaml": """\
repos:
  - repo: local
    hooks:
      - {id: no-op, name: no-op, entry: "true", language: system, stages: [commit-msg]}
"""
        },
        setup=(("{pre-commit}/pre-commit", "install", "--hook-type", "commit-msg"),),
        judges=False,
    ),
    Contender(
        "pre-commit + conventional-pre-commit",
        "python",
        needs=("pre-commit", "conventional-pre-commit"),
        files={
            ".pre-commit-config.yaml": """\
repos:
  - repo: local
    hooks:
      - id: message
        name: message
        entry: '"{conventional-pre-commit}/conventional-pre-commit"'
        language: system
        stages: [commit-msg]
"""
        },
        setup=(("{pre-commit}/pre-commit", "install", "--hook-type", "commit-msg"),),
    ),
    Contender(
        "lefthook, no-op",
        "native",
        needs=("lefthook",),
        files={"lefthook.yml": 'commit-msg:\n  commands:\n    no-op:\n      run: "true"\n'},
        setup=(("{lefthook}/lefthook", "install"),),
        judges=False,
    ),
    Contender(
        "lefthook + conventional-pre-commit",
        "python",
        needs=("lefthook", "conventional-pre-commit"),
        files={
            "lefthook.yml": """\
commit-msg:
  commands:
    message:
      run: '"{conventional-pre-commit}/conventional-pre-commit" "{1}"'
"""
        },
        setup=(("{lefthook}/lefthook", "install"),),
    ),
)


def install(name: str, folder: Path) -> Installed:
    """Have the source `name` below `folder`; what is there from an earlier run is used again. Raises Unavailable."""
    source = SOURCES[name]
    home = folder / name
    mark = home / "installed-version"
    if not mark.is_file():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        version = (_pip if source.installer == "pip" else _npm)(source.packages, home)
        mark.write_text(version, encoding="utf-8")
    programs = home / ("bin" if source.installer == "pip" else "node_modules/.bin")
    return Installed(programs, mark.read_text(encoding="utf-8"))


def _pip(packages: Sequence[str], home: Path) -> str:
    _run([sys.executable, "-m", "venv", str(home)])
    python = str(home / "bin" / "python")
    _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
    ask = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    return _run([python, "-c", ask, packages[0]]).strip()


def _npm(packages: Sequence[str], home: Path) -> str:
    _run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(home), *packages])
    described = (home / "node_modules" / packages[0] / "package.json").read_text(encoding="utf-8")
    return str(json.loads(described)["version"])


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=INSTALL_SECONDS)
    except FileNotFoundError as error:
        raise Unavailable(f"{command[0]} is not on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"not installed within {INSTALL_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout).strip().splitlines()
        raise Unavailable(lines[-1] if lines else f"exit code {error.returncode}") from error
    return done.stdout


def git_version() -> str:
    """Only the number."""
    return subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.split()[2]


def make_repositories(contender: Contender, places: Mapping[str, str], ground: Ground) -> dict[str, Path]:
    """One for both kinds of message, or two where a hook can only accept and another only refuse."""
    folder = ground.scratch / "".join(letter if letter.isalnum() else "-" for letter in contender.name)
    repo = make_repository(contender, contender.hook, folder, places, ground)
    if not contender.refusing_hook:
        return dict.fromkeys(KINDS, repo)
    refusing = folder.with_name(f"{folder.name}-refusing")
    return {ACCEPTED: repo, REFUSED: make_repository(contender, contender.refusing_hook, refusing, places, ground)}


def make_repository(contender: Contender, hook: str, repo: Path, places: Mapping[str, str], ground: Ground) -> Path:
    """The contender's files stand in the first commit, as in a project; its hook comes after that."""
    repo.mkdir()
    set_up(["git", "init", "--quiet"], repo, ground)
    for name, text in contender.files.items():
        (repo / name).write_text(fill(text, places), encoding="utf-8")
    set_up(["git", "add", "--all"], repo, ground)
    set_up(["git", "commit", "--quiet", "--allow-empty", "-m", "chore: begin"], repo, ground)
    for command in contender.setup:
        set_up([fill(word, places) for word in command], repo, ground)
    if hook:
        path = repo / ".git" / "hooks" / "commit-msg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(fill(hook, places), encoding="utf-8")
        path.chmod(0o755)
    return repo


def fill(text: str, places: Mapping[str, str]) -> str:
    """Put the folders in; a peer's own braces stay."""
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    return text


def set_up(command: Sequence[str], repo: Path, ground: Ground) -> None:
    """Run one step. Raises Unavailable with what it said."""
    try:
        done = spoken(command, repo, ground)
    except OSError as error:
        raise Unavailable(f"{Path(command[0]).name}: {error.strerror}") from error
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} {' '.join(command[1:])}: {last_line(done)}")


def spoken(command: Sequence[str], folder: Path, ground: Ground) -> Done:
    """Run a command, keeping what it says."""
    stdin, environ = subprocess.DEVNULL, ground.environ
    return subprocess.run(command, cwd=folder, env=environ, stdin=stdin, capture_output=True, text=True, check=False)


def last_line(done: Done) -> str:
    """The line of a failure that tends to say what is wrong."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1].strip() if lines else f"exit code {done.returncode}"
