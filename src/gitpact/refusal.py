"""What a person sees when a commit is refused: where, why, a message that passes, and the commands that go on."""

from __future__ import annotations

import os

from gitpact import checks, columns, i18n, rewriting
from gitpact.reports import style as styles
from gitpact.reports import text
from gitpact.snapshot import DIRECTORY, SUGGESTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitpact.i18n import Catalog
    from gitpact.records import Policy, Result

STDERR = 2


def write(result: Result, policy: Policy, path: str, git_dir: str, environ: Mapping[str, str]) -> None:
    """Print the verdict to standard error and keep the suggested message where `git commit -F` finds it."""
    style = styles.of(STDERR, environ)
    texts = i18n.catalog(environ)
    count = checks.errors(result)
    ignore = checks.NOT_LOCAL
    result = result._replace(suggestion=rewriting.suggest(result, policy, ignore))
    lines: list[str] = []
    if count:
        errors = texts["hook.error"] if count == 1 else texts["hook.errors"].format(count=count)
        lines += [style.paint(f"gitpact: {texts['hook.refused'].format(errors=errors)}", "bold"), ""]
    lines += text.result(result, style, texts)
    if count:
        lines += ["", *_commands(result, path, git_dir, environ, texts)]
    say(lines, unicode=style.unicode)


def skips(rules: Sequence[str]) -> None:
    """Say aloud which findings an environment variable hides."""
    texts = i18n.catalog()
    said = texts["hook.skipped"].format(count=len(rules), rules=", ".join(rules))
    say([f"gitpact: {said}"], unicode=i18n.shows_unicode(os.environ))


def say(lines: Sequence[str], *, unicode: bool) -> None:
    """Write lines to standard error in the locale's characters; what it cannot show is written as an escape."""
    data = "".join(f"{line}\n" for line in lines).encode("utf-8" if unicode else "ascii", "backslashreplace")
    while data:
        data = data[os.write(STDERR, data) :]


def _commands(result: Result, path: str, git_dir: str, environ: Mapping[str, str], texts: Catalog) -> Iterator[str]:
    """The commands that go on from here, each exact for the directory the person stands in."""
    here = os.path.join(os.getcwd(), environ.get("GIT_PREFIX", ""))
    amend = " --amend" if _amending() else ""
    rows = []
    if result.suggestion:
        kept = f"{git_dir}/{DIRECTORY}/{SUGGESTED}"
        if _keep(kept, result.suggestion):
            rows.append((texts["hook.take"], f"git commit{amend} -F {_relative(kept, here)}"))
    if os.path.basename(path) == "MERGE_MSG":
        rows.append((texts["hook.merge"], "git merge --continue"))
    else:
        rows.append((texts["hook.edit"], f"git commit{amend} -e -F {_relative(path, here)}"))
    first = next(found for found in result.findings if found.severity == "error")
    rows.append((texts["hook.explain"], f"gitpact rules {first.rule}"))
    wide = max(columns.width(label) for label, _ in rows)
    for label, command in rows:
        yield f"  {label}:{' ' * (wide - columns.width(label))}  {command}"


def _keep(path: str, suggestion: str) -> bool:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(suggestion)
    except OSError:
        return False
    return True


def _relative(path: str, start: str) -> str:
    """The shorter of the relative and the absolute path, quoted for a shell where that is needed."""
    shown = min(os.path.relpath(path, start), os.path.abspath(path), key=len)
    if shown.isascii() and all(char.isalnum() or char in "/._-+@%=:," for char in shown):
        return shown
    return "'" + shown.replace("'", "'\"'\"'") + "'"


def _amending() -> bool:
    """Whether the git that runs us was told `--amend`; only Linux tells, elsewhere the person adds it."""
    try:
        with open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
            return b"--amend" in file.read().split(b"\0")
    except OSError:
        return False
