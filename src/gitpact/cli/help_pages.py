"""Help pages in Chinese, and what Typer says of wrong use as our own errors: Typer speaks English alone."""

from __future__ import annotations

import inspect
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from gitpact.errors import GitpactError, Phrase, as_phrase
from gitpact.message import display_width
from gitpact.report import i18n
from gitpact.report.style import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 80  # columns; wider terminals are filled up to it, as Typer does
LABEL = 30  # columns of the first of two
SECTIONS = (("argument", "参数："), ("option", "选项："))
COMMANDS, USAGE = "命令：", "用法："
DEFAULT = re.compile(r"\[default: (.*)\]$", re.DOTALL)
# What Typer's copy of click says (`exceptions.py`, `types.py`, `parser.py`), and the same in our words.
INVALID = r"Invalid value for '(?P<name>[^']*)': (?P<value>.*) "
WRONG_USE = (
    (r"No such option: (?P<option>[^\s.]+)\.?", "no such option: {option}"),
    (
        r"No such option: (?P<option>\S+)\.? (?:Did you mean|\(Possible options:) (?P<near>.*?)[?)]",
        "no such option: {option}; did you mean {near}?",
    ),
    (
        r"No such command '(?P<name>[^']*)'\. Did you mean '(?P<near>.*)'\?",
        "no such command: {name}; did you mean {near}?",
    ),
    (r"No such command '(?P<name>[^']*)'\.?", "no such command: {name}"),
    (r"Missing (?:argument|option|parameter) '(?P<name>[^']*)'.*", "{name} is missing"),
    (rf"{INVALID}is not one of (?P<choices>.*)\.", "{name}: {value} is not one of {choices}"),
    (rf"{INVALID}is not in the range (?P<range>.*)\.", "{name}: {value} is not in the range {range}"),
    (rf"{INVALID}is not a valid (?:integer|int).*", "{name}: {value} is not a whole number"),
    (r"Option '(?P<name>.*)' requires an argument\.", "{name} needs a value"),
    (r"Option '(?P<name>.*)' does not take a value\.", "{name} takes no value"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<words>.*)\)", "unexpected argument: {words}"),
)


class LocalizedCommand(TyperCommand):
    """A command with a help page in the reader's language."""

    def get_help(self, context: Any) -> str:  # noqa: ANN401  Typer's or click's
        """The help page."""
        return chinese(self, context) if i18n.language(os.environ) == "zh" else super().get_help(context)


class LocalizedGroup(TyperGroup):
    """A group of commands with a help page in the reader's language."""

    def get_help(self, context: Any) -> str:  # noqa: ANN401  Typer's or click's
        """The help page."""
        return chinese(self, context) if i18n.language(os.environ) == "zh" else super().get_help(context)


def wrong_use(error: Any, argv: Sequence[str]) -> GitpactError:  # noqa: ANN401  Typer's or click's, of the same name
    """Build the error that says what a `UsageError` of Typer says of `argv`, with the command's usage as its hint."""
    text = error.format_message()
    message: str = text[:1].lower() + text[1:]
    for pattern, template in WRONG_USE:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found:
            facts = {name: value for name, value in found.groupdict().items() if f"{{{name}}}" in template}
            message = Phrase(template, **facts)
            break
    context = getattr(error, "ctx", None)
    path = context.command_path if context else " ".join(["gitpact", *argv[:1]])
    pieces = context.command.collect_usage_pieces(context) if context else ["[OPTIONS]", "…"]
    usage = Phrase("Usage: {usage}; more: {command} -h", usage=" ".join([path, *pieces]), command=path)
    return GitpactError(as_phrase(message), usage)


def chinese(command: Any, context: Any) -> str:  # noqa: ANN401  as above
    """The help page of a command, in Chinese."""
    width = min(shutil.get_terminal_size().columns, WIDTH) - 1
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"{USAGE}{usage}", "", *wrap(f"  {_translated(command.help)}", width, 2)]
    for kind, title in SECTIONS:
        rows = [_row(one, context) for one in command.get_params(context) if one.param_type_name == kind]
        lines += _section(title, [row for row in rows if row[0]], width)
    names = command.list_commands(context) if hasattr(command, "list_commands") else ()
    listed = [(name, _translated(command.get_command(context, name).help)) for name in names]
    return "\n".join([*lines, *_section(COMMANDS, listed, width)])


def _row(parameter: Any, context: Any) -> tuple[str, str]:  # noqa: ANN401  as above
    """How an option or an argument is written, and what it means."""
    label, said = parameter.get_help_record(context) or ("", "")
    default = DEFAULT.search(said)
    text = _translated(parameter.help)
    return label, f"{text}[默认：{' '.join(default[1].split())}]" if default else text


def _section(title: str, rows: list[tuple[str, str]], width: int) -> list[str]:
    """Two columns under a title; nothing without rows."""
    lines = ["", title] if rows else []
    first = min(max((display_width.width(label) for label, _ in rows), default=0) + 2, LABEL)
    for label, text in rows:
        gap = first - display_width.width(label)
        start = f"  {label}{' ' * gap}" if gap > 1 else " " * (first + 2)
        lines += [f"  {label}"] if gap <= 1 else []
        lines += wrap(start + text, width, first + 2)
    return lines


def _translated(text: str | None) -> str:
    return i18n.translate(inspect.cleandoc(text or ""))
