"""What a person sees when a commit is refused: where, why, a message that passes, and the commands that go on."""

from __future__ import annotations

import os

from gitpact import checks, cleanup, columns, i18n, retry, rewriting
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
    again = retry.options()
    kept = f"{git_dir}/{DIRECTORY}/{SUGGESTED}"
    rows = []
    if _keep(kept, result.suggestion):
        rows.append((texts["hook.take"], _command(again, "-F", _relative(kept, here))))
    if any(found.rule == "merge-commit" for found in result.findings):
        rows.append((texts["hook.undo"], "git merge --abort"))
    elif os.path.basename(path) == "MERGE_MSG":
        rows.append((texts["hook.merge"], "git merge --continue"))
    else:
        # What git showed below its scissors line is cut off again only where -v is given again.
        verbose = ("-v",) if _shows_diff(path) and "-v" not in again else ()
        rows.append((texts["hook.edit"], _command((*verbose, *again), "-e", "-F", _relative(path, here))))
    first = next(found for found in result.findings if found.severity == "error")
    rows.append((texts["hook.explain"], f"gitpact rules {first.rule}"))
    wide = max(columns.width(label) for label, _ in rows)
    for label, command in rows:
        yield f"  {label}:{' ' * (wide - columns.width(label))}  {command}"


def _command(again: Sequence[str], *message: str) -> str:
    """`git commit` with the options given before, the message from elsewhere, and paths last."""
    cut = again.index("--") if "--" in again else len(again)
    before = [retry.quoted(word) for word in again[:cut]]
    after = [retry.quoted(word) for word in again[cut:]]
    return " ".join(["git commit", *before, *message, *after])


def _shows_diff(path: str) -> bool:
    with open(path, "rb") as file:
        return cleanup.CUT in file.read()


def _keep(path: str, suggestion: str | None) -> bool:
    """Keep a suggestion for `git commit -F`; where there is none, an older one must not be taken for it."""
    try:
        if suggestion is None:
            os.unlink(path)
            return False
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(suggestion)
    except OSError:
        return False
    return True


def _relative(path: str, start: str) -> str:
    """The shorter of the relative and the absolute path, as a shell reads it."""
    return retry.quoted(min(os.path.relpath(path, start), os.path.abspath(path), key=len))
