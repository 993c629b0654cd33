"""Write the manual page `man/gitpact.1` from the declarations of the commands, so that it says what `--help` says.

`git pact --help` shows it: git looks for the page `git-pact`, which is the same one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gitpact import __version__
from gitpact.cli.app import COMMANDS, app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "man" / "gitpact.1"
EXIT_CODES = {
    "0": "nothing is wrong, or there are only warnings",
    "1": "there are errors",
    "2": "gitpact could not check: wrong use, no repository, a policy with an error, missing commits",
    "3": "gitpact itself failed; it names a file with details",
    "130": "interrupted",
}
VARIABLES = {
    "GITPACT=0": "the hooks do nothing",
    "GITPACT_SKIP=RULE,...": "the hooks skip these rules",
    "GITPACT_CONFIG=FILE": "use this policy file, not the project's",
    "GITPACT_LANG=en|zh": "the language of all texts; without it that of the locale",
    "GIT_FILE_SIZE_LIMIT=SIZE": "allow larger files for one command",
}
PAGES = "https://github.com/gitpact/gitpact/tree/main/docs"


def page() -> str:
    """Return the text of the manual page."""
    root: Any = typer.main.get_command(app)
    context = root.make_context("gitpact", [], resilient_parsing=True)
    lines = [
        f'.TH GITPACT 1 "" "gitpact {__version__}" "gitpact"',
        ".SH NAME",
        "gitpact \\- check commits and pushes against the policy of the project",
        ".SH SYNOPSIS",
        ".B gitpact",
        "[\\fIOPTION\\fR]... \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...",
        ".br",
        ".B git pact",
        "\\fICOMMAND\\fR [\\fIARGUMENT\\fR]...",
        ".SH OPTIONS",
        *_options(root),
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        lines += _command(root.get_command(context, name), name)
    lines += [".SH EXIT STATUS", *_table(EXIT_CODES), ".SH ENVIRONMENT", *_table(VARIABLES)]
    return "\n".join([*lines, ".SH SEE ALSO", f"githooks(5), git\\-commit(1), {_text(PAGES)}", ""])


def _command(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401  Typer's or click's
    """The part on a command, and on each of its own commands if it is a group of them."""
    inner = getattr(command, "commands", {})
    if inner:
        for word, one in inner.items():
            yield from _command(one, f"{name} {word}")
        return
    context = command.make_context(name, [], resilient_parsing=True)
    arguments = [one.make_metavar(context) for one in _of(command, "argument")]
    yield f".SS {' '.join(map(_text, (f'gitpact {name}', *arguments)))}"
    yield _text(" ".join((command.help or "").split()))
    yield from _options(command)


def _options(command: Any) -> Iterator[str]:  # noqa: ANN401  as above
    context = command.make_context("", [], resilient_parsing=True)
    for one in _of(command, "option"):
        label, told = one.get_help_record(context) or ("", "")
        yield from (".TP", f"\\fB{_text(label)}\\fR", _text(" ".join(re.sub(r"\s*\[default: .*\]$", "", told).split())))


def _of(command: Any, kind: str) -> list[Any]:  # noqa: ANN401  as above
    return [one for one in command.params if one.param_type_name == kind and not getattr(one, "hidden", False)]


def _table(rows: dict[str, str]) -> Iterator[str]:
    for name, told in rows.items():
        yield from (".TP", f"\\fB{_text(name)}\\fR", _text(told))


def _text(text: str) -> str:
    """Text in ASCII in which roff finds no request, no escape and no hyphen for a minus sign."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in escaped)
    return f"\\&{escaped}" if escaped[:1] in {".", "'"} else escaped


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    PAGE.with_name("git-pact.1").write_text(".so man1/gitpact.1\n", encoding="utf-8")
