"""Make the pictures and the captures in docs/screens: each is what a real terminal shows.

Run it from the repository: `python docs/make_screens.py [NAME…]`. Each screen is typed into bash in a terminal of tmux,
in a repository of its own, in English and in Chinese. The pictures are SVG of 80 columns, drawn by rich; the captures
are plain text, of 80 and of 40 columns.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.text import Text

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import tmux

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "screens"
PROMPT = "$ "
AT_PROMPT = r"\$ *$"
ROWS = 60
# So that the commits have the same ids whenever the screens are made.
DATES = {"GIT_AUTHOR_DATE": "2026-01-01T12:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T12:00:00Z"}
POLICY = '[message]\nscopes = ["api", "docs"]\n'
WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Screen(NamedTuple):
    """What is typed, each with a pattern for what then is on the screen; `picture` asks for an SVG, else for a text."""

    name: str
    steps: tuple[tuple[str, str], ...]
    policy: str = POLICY
    picture: bool = False


ASKED = r"\[Y/n/e/m\] *$"
SCREENS = (
    Screen(
        "refused",
        (
            ("git commit -m 'feature(api)：add login page。'<Enter>", AT_PROMPT),
            ("git commit -F .git/gitpact/SUGGESTED_MSG<Enter>", AT_PROMPT),
        ),
        policy="",
        picture=True,
    ),
    Screen("fix", (("gitpact fix<Enter>", r"\[y/N/e\] *$"), ("y<Enter>", AT_PROMPT)), picture=True),
    Screen(
        "commit",
        (
            ("gitpact commit<Enter>", r"a\) ci"),
            ("<Down>", r"» 2\)"),
            ("<Enter>", "(Scope|scope）):"),
            ("<Enter>", "(columns left|还剩)"),
            ("reject an empty password", "password(?s:.*)(columns left|还剩)"),
            ("<Enter>", ASKED),
            ("<Enter>", AT_PROMPT),
        ),
    ),
    Screen(
        "init", (("gitpact init<Enter>", r"\[[Yy]/[Nn]\] *$"), ("<Enter>", rf"({AT_PROMPT}|\[y/N\] *$)")), policy=""
    ),
    Screen(
        "sync",
        (("gitpact sync -a --type feat --scope api -m 'add the login page' -s<Enter>", AT_PROMPT),),
    ),
)


def git(repo: Path, *args: str) -> None:
    """Run git, without its output."""
    subprocess.run(["git", *args], cwd=repo, check=True, capture_output=True, env={**os.environ, **DATES})


def make(screen: Screen, folder: Path) -> Path:
    """A clone with the hooks, some history on its remote, and a change that is staged."""
    hub, repo = folder / "hub.git", folder / "project"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(hub)], check=True)
    subprocess.run(["git", "clone", "-q", str(hub), str(repo)], check=True, capture_output=True)
    for key, value in (("user.name", "Ann Lee"), ("user.email", "ann@example.org"), ("core.pager", "cat")):
        git(repo, "config", key, value)
    if screen.policy:
        (repo / "gitpact.toml").write_text(screen.policy, encoding="utf-8")
    for number in range(12):
        (repo / "api").mkdir(exist_ok=True)
        (repo / "api" / "login.py").write_text(f"{number}\n", encoding="utf-8")
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-s", "-m", f"feat(api): step {number}")
    git(repo, "push", "-q", "-u", "origin", "main")
    git(repo, "remote", "set-head", "origin", "-a")
    if screen.name == "fix":
        for message in ("Feature(api): add login.", "feat(api): add logout"):
            git(repo, "commit", "-q", "--allow-empty", "-s", "-m", message)
    program = Path(sys.executable).with_name("gitpact")
    subprocess.run([str(program), "install"], cwd=repo, check=True, capture_output=True)
    (repo / "api" / "login.py").write_text("new\n", encoding="utf-8")
    if screen.name != "fix":
        git(repo, "add", "-A")
    return repo


def shown_after(screen: Screen, repo: Path, language: str, columns: int) -> str:
    """Type the steps; returns the terminal at the end, with its colours as escapes. Raises TimeoutError."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    variables = {"PATH": path, "LANG": "C.UTF-8", "GITPACT_LANG": language, "PS1": PROMPT, "GIT_CONFIG_NOSYSTEM": "1"}
    return tmux.typed(screen.steps, repo, variables | DATES, AT_PROMPT, columns=columns, rows=ROWS, colours=True)


def shortened(shown: str, repo: Path) -> str:
    """The screen, with the program and the folders as a reader has them; commits have the names of an example."""
    shown = shown.replace(str(Path(sys.executable).with_name("gitpact")), "gitpact").replace(str(repo.parent), "")
    return re.sub(r"\n\x1b\[39m\$ *$|\n\$ *$", "", shown)


def picture(shown: str, title: str) -> str:
    """The screen as SVG, with fonts that are on the reader's machine."""
    lines = shown.split("\n")
    console = Console(record=True, width=80, height=len(lines), file=io.StringIO())
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=True)
    svg = console.export_svg(title=title, unique_id=title.replace(" ", "-"))
    # rich gives a Chinese text the length of half as many letters.
    return re.sub(r' textLength="[^"]*"', "", WEB_FONT.sub("", svg)).replace("Fira Code, ", "")


def main(names: Sequence[str]) -> int:
    """Make the screens of these names, all without one."""
    if not shutil.which("tmux"):
        print("tmux is needed, which shows what a terminal shows", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    for screen in SCREENS:
        if names and screen.name not in names:
            continue
        for language in ("en", "zh"):
            for columns in (80,) if screen.picture else (80, 40):
                with tempfile.TemporaryDirectory() as folder:
                    repo = make(screen, Path(folder))
                    shown = shortened(shown_after(screen, repo, language, columns), repo)
                if screen.picture:
                    target = FOLDER / f"{screen.name}.{language}.svg"
                    target.write_text(picture(shown, f"gitpact {screen.name} {language}"), encoding="utf-8")
                else:
                    target = FOLDER / f"{screen.name}.{language}.{columns}.txt"
                    text = re.sub(r"\x1b\[[0-9;]*m", "", shown)
                    target.write_text("\n".join(line.rstrip() for line in text.split("\n")) + "\n", encoding="utf-8")
                print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
