"""Where managers of hooks hurt their users: the cases, run with each tool that is at hand, and what was seen.

Usage: field_defects.py [--write]
Tools are looked for beside this Python, in .venv/npm and on PATH. Exit code 0: gitpact has none of the defects.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import tables
from push_gate import lay_ground

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
PLACES = (Path(sys.executable).parent, ROOT / ".venv" / "npm" / "node_modules" / ".bin")
GOOD, BAD, NONE = "holds", "DEFECT", "-"
STAGES = ("commit-msg", "pre-push")
SEEN = "echo ran >> seen; cat >> seen"
FRAMEWORK = """repos:
  - repo: local
    hooks:
      - {id: m, name: m, stages: [commit-msg], language: system, entry: "true", always_run: true, pass_filenames: false}
      - id: p
        name: p
        stages: [pre-push]
        language: system
        entry: sh -c 'echo "$PRE_COMMIT_LOCAL_BRANCH" >> seen'
        always_run: true
        pass_filenames: false
"""
LEFTHOOK = """commit-msg:
  jobs:
    - run: "true"
pre-push:
  jobs:
    - run: cat >> seen
      use_stdin: true
"""


class Tool(NamedTuple):
    """A manager: its configuration, and the commands that put its hooks in."""

    name: str
    files: Mapping[str, str]
    put: tuple[tuple[str, ...], ...]


class Repo(NamedTuple):
    """A new repository in a folder of its own, and the environment that everything in it runs in."""

    path: Path
    environ: Mapping[str, str]
    tool: Tool

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command here."""
        environ = {**self.environ, **more}
        return subprocess.run(words, cwd=self.path, env=environ, capture_output=True, text=True, check=False)

    def put(self) -> bool:
        """Put the tool's hooks in; whether it did."""
        return all(self.run(*words).returncode == 0 for words in self.tool.put)

    def hook(self, name: str) -> Path:
        """Where git looks for a hook."""
        return self.path / self.run("git", "rev-parse", "--git-path", f"hooks/{name}").stdout.strip()

    def kept(self, text: str) -> bool:
        """Whether a text still stands in some file of the hooks directory."""
        return any(
            text.encode() in path.read_bytes() for path in (self.path / ".git" / "hooks").iterdir() if path.is_file()
        )


def script(path: Path, text: str) -> None:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


TOOLS = (
    Tool("gitpact", {}, (("gitpact", "install", "--via", "files"),)),
    Tool(
        "pre-commit",
        {".pre-commit-config.yaml": FRAMEWORK},
        tuple(("pre-commit", "install", "-t", one) for one in STAGES),
    ),
    Tool("prek", {".pre-commit-config.yaml": FRAMEWORK}, tuple(("prek", "install", "-t", one) for one in STAGES)),
    Tool("lefthook", {"lefthook.yml": LEFTHOOK}, (("lefthook", "install"),)),
    Tool(
        "husky",
        {"package.json": "{}", ".husky/commit-msg": "true\n", ".husky/pre-push": "cat >> seen\n"},
        (("husky",),),
    ),
)


def every_ref(repo: Repo) -> str:
    """`git push origin a b`: the hook is told of both."""
    repo.put()
    for name in ("feat/a", "feat/b"):
        repo.run("git", "branch", name)
    repo.run("git", "switch", "-q", "feat/b")
    repo.run("git", "commit", "-q", "--allow-empty", "--no-verify", "-m", "no header")
    pushed = repo.run("git", "push", "origin", "feat/a", "feat/b")
    if repo.tool.name == "gitpact":
        return GOOD if pushed.returncode else BAD
    seen = repo.path / "seen"
    return GOOD if seen.exists() and "feat/b" in seen.read_text() and "feat/a" in seen.read_text() else BAD


def deletion_in_sha256(repo: Repo) -> str:
    """In a SHA-256 repository, deleting a branch of the remote works."""
    repo.put()
    first = repo.run("git", "push", "origin", "HEAD:refs/heads/feat/x")
    return GOOD if not first.returncode and not repo.run("git", "push", "origin", ":feat/x").returncode else BAD


def tracked_link(repo: Repo) -> str:
    """A hook that is a link to a tracked script: the script stays as it is."""
    script(repo.path / "scripts" / "cm.sh", "#!/bin/sh\nexit 0\n")
    repo.run("git", "add", ".")
    repo.run("git", "commit", "-q", "--no-verify", "-m", "chore: script")
    link = repo.path / ".git" / "hooks" / "commit-msg"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("../../scripts/cm.sh")
    for words in repo.tool.put:
        repo.run(*words, *(["-f"] if repo.tool.name in {"pre-commit", "prek", "lefthook"} else []))
    return BAD if repo.run("git", "status", "--porcelain", "scripts").stdout else GOOD


def word_in_a_hook(repo: Repo) -> str:
    """A hook of the user's own that only mentions a tool is not taken for the tool's."""
    script(
        repo.path / ".git" / "hooks" / "commit-msg",
        f"#!/bin/sh\n# export {repo.tool.name.upper()}=0 in CI\nexit 0 # mine\n",
    )
    repo.put()
    return GOOD if repo.kept("exit 0 # mine") else BAD


def two_hooks(repo: Repo) -> str:
    """Hook ONE, install, the user writes hook TWO, install: neither is lost."""
    hook = repo.path / ".git" / "hooks" / "commit-msg"
    script(hook, "#!/bin/sh\n# ONE\n")
    repo.put()
    if "# ONE" in hook.read_text():
        return NONE  # this tool keeps its hooks elsewhere
    hook.unlink()
    script(hook, "#!/bin/sh\n# TWO\n")
    repo.put()
    return GOOD if repo.kept("# ONE") and repo.kept("# TWO") else BAD


def appended_lines(repo: Repo) -> str:
    """Lines that a user added to the installed hook are not lost by the next install."""
    repo.put()
    hook = repo.hook("commit-msg")
    if not hook.exists():
        return NONE
    with hook.open("a", encoding="utf-8") as file:
        file.write("# my own line\n")
    repo.put()
    return GOOD if "# my own line" in repo.hook("commit-msg").read_text() or repo.kept("# my own line") else BAD


def hooks_path(repo: Repo) -> str:
    """A `core.hooksPath` that is configured stays as it is."""
    (repo.path / "own").mkdir()
    repo.run("git", "config", "core.hooksPath", "own")
    repo.put()
    return GOOD if repo.run("git", "config", "core.hooksPath").stdout == "own\n" else BAD


def tool_is_gone(repo: Repo) -> str:
    """Where the tool is gone, a commit is refused, or at least it does not look like one that was judged."""
    if not repo.put():
        return NONE
    hook = repo.hook("commit-msg")
    if repo.tool.name == "gitpact":
        hook.write_text(hook.read_text().replace("\npython=", "\npython=/gone", 1), encoding="utf-8")
    elif repo.tool.name == "husky":
        shutil.rmtree(repo.path / ".husky" / "_")
    else:
        text = hook.read_text()
        for place in (*PLACES, Path(sys.executable)):
            text = text.replace(str(place), "/gone")
        hook.write_text(text, encoding="utf-8")
    bare = {"PATH": f"{repo.path.parent / 'bin'}"}
    return GOOD if repo.run("git", "commit", "-q", "--allow-empty", "-s", "-m", "feat: x", **bare).returncode else BAD


CASES: dict[str, Callable[[Repo], str]] = {
    "every ref of a push is checked": every_ref,
    "deleting a remote branch works in a SHA-256 repository": deletion_in_sha256,
    "if a hook is a symbolic link to a tracked script, the script stays unchanged": tracked_link,
    "a user's hook that contains the name of the tool is not deleted": word_in_a_hook,
    "if the user has two hooks, neither of them is lost": two_hooks,
    "lines added to the installed hook are not lost": appended_lines,
    "the tool does not change the setting core.hooksPath": hooks_path,
    "if a check cannot run, the commit or push is refused": tool_is_gone,
}


def make(folder: Path, tool: Tool, environ: Mapping[str, str], *, sha256: bool) -> Repo:
    """A repository with one commit and a remote."""
    here, there = folder / "here", folder / "there.git"
    repo = Repo(here, environ, tool)
    here.mkdir(parents=True)
    form = ["--object-format=sha256"] if sha256 else []
    repo.run("git", "init", "-q", "--template=", "-b", "main", *form)
    repo.run("git", "init", "-q", "--bare", "--template=", *form, str(there))
    repo.run("git", "remote", "add", "origin", str(there))
    (here / ".git" / "hooks").mkdir(exist_ok=True)
    for name, text in tool.files.items():
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
        (here / name).chmod(0o755)
    repo.run("git", "add", ".")
    repo.run("git", "commit", "-q", "--allow-empty", "-s", "-m", "feat: begin")
    tools = folder / "bin"
    tools.mkdir()
    for name in ("git", "sh", "bash", "env", "cat", "dirname", "basename", "sed", "grep", "uname", "tr", "command"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    return repo


def main(argv: Sequence[str] | None = None) -> int:
    """Run every case with every tool; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table into docs/field.md too")
    options = parser.parse_args(argv)
    path = os.pathsep.join([*map(str, PLACES), os.environ["PATH"]])
    tools = [tool for tool in TOOLS if shutil.which(tool.put[0][0], path=path)]
    rows = []
    with tempfile.TemporaryDirectory(prefix="gitpact-field-") as folder:
        ground = lay_ground(Path(folder))
        environ = {**ground.environ, "PATH": path}
        for number, (said, case) in enumerate(CASES.items()):
            sha256 = case is deletion_in_sha256
            made = (make(Path(folder) / f"{number}-{tool.name}", tool, environ, sha256=sha256) for tool in tools)
            rows.append((said, *(case(repo) for repo in made)))
    table = [("case", *(tool.name for tool in tools)), *rows]
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        sys.stdout.write("  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True)).rstrip() + "\n")
    if options.write:
        tables.write("field.md", "defects", table)
    return 1 if any(row[1] == BAD for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
